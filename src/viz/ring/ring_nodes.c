/*
 * ring_nodes.c: nodes, and how each of them is.
 *
 *     up          a full outline, and the owner's tint
 *     suspected   a dashed outline
 *     down        an empty disc with the ends of a cross
 *     paused      two bars
 *     recovering  an outline that goes round, with an arrow's head
 *     refused     a warning sign
 *     and if it is up, but comes or goes: ring_members.c
 *
 * The name stands in the disc; where there are many nodes, beside it, and those in trouble get
 * their names first. On the outer side of a node is a note of a few words.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

static void draw_outline(const struct ring *ring, float x, float y, float r, uint32_t dashes,
                         struct draw_color color)
{
    if (dashes == 0)
        draw_arc(ring->list, x, y, r, 0, TURN, 2.5f, color);
    for (uint32_t i = 0; i < dashes; i++)
        draw_arc(ring->list, x, y, r, (float)i / (float)dashes * TURN,
                 ((float)i + 0.5f) / (float)dashes * TURN, 2.5f, color);
}

/* Where a name stands in the middle, only the ends of the arms. */
static void draw_cross(const struct ring *ring, float x, float y, float r)
{
    float inner = ring->has_names_inside ? 0.62f : 0, outer = ring->has_names_inside ? 1.1f : 0.9f;
    for (int i = 0; i < 4; i++) {
        float right = i & 1 ? r : -r, down = i & 2 ? r : -r;
        draw_line(ring->list, x + right * inner, y + down * inner, x + right * outer,
                  y + down * outer, fmaxf(fminf(r * 0.16f, 4), 1.5f), ring->scene->theme->bad,
                  false);
    }
}

static void draw_bars(const struct ring *ring, float x, float y, float r)
{
    float high = ring->has_names_inside ? 0.5f : 1, top = ring->has_names_inside ? 0.24f : -0.5f;
    for (int i = -1; i <= 1; i += 2)
        draw_rect(ring->list, x + r * (0.24f * (float)i - 0.11f), y + r * top, r * 0.22f, r * high,
                  ring->scene->theme->warn);
}

/* Round it goes: three quarters of the outline, and an arrow's head at its end. */
static void draw_spinner(const struct ring *ring, float x, float y, float r)
{
    struct draw_color color = ring->scene->theme->warn;
    float head = fmaxf(r * 0.35f, 3), end = TURN * 0.62f;
    float tip_x = x + r * cosf(end), tip_y = y + r * sinf(end);
    draw_arc(ring->list, x, y, r, -TURN * 0.1f, end, 3, color);
    for (int i = -1; i <= 1; i += 2) {
        float back = end + TURN / 4 + TURN / 2 + (float)i * 0.7f; /* against the way it goes */
        draw_line(ring->list, tip_x, tip_y, tip_x + head * cosf(back), tip_y + head * sinf(back), 3,
                  color, false);
    }
}

static void draw_warning(const struct ring *ring, float x, float y, float r)
{
    struct draw_color color = ring->scene->theme->bad;
    float top = y + r * (ring->has_names_inside ? 0.12f : -0.75f);
    float base = y + r * (ring->has_names_inside ? 0.82f : 0.5f), wide = (base - top) * 0.62f;
    draw_line(ring->list, x, top, x - wide, base, 2, color, false);
    draw_line(ring->list, x, top, x + wide, base, 2, color, false);
    draw_line(ring->list, x - wide, base, x + wide, base, 2, color, false);
    float high = base - top;
    draw_line(ring->list, x, top + high * 0.35f, x, top + high * 0.68f, 2, color, false);
    draw_disc(ring->list, x, top + high * 0.84f, 1.2f, color);
}

void ring_node_shape(const struct ring *ring, uint32_t mark, float x, float y, float r,
                     struct draw_color owner)
{
    struct draw_list *list = ring->list;
    bool is_running = mark == MARK_UP || mark == MARK_SUSPECTED;
    draw_disc(list, x, y, r, ring->scene->theme->background);
    if (mark != MARK_DOWN)
        draw_disc(list, x, y, r, with_alpha(owner, is_running ? 70 : 30));
    switch (mark) {
    case MARK_UP: draw_outline(ring, x, y, r, 0, owner); break;
    case MARK_SUSPECTED: draw_outline(ring, x, y, r, 10, owner); break;
    case MARK_PAUSED:
        draw_outline(ring, x, y, r, 0, owner);
        draw_bars(ring, x, y, r);
        break;
    case MARK_RECOVERING: draw_spinner(ring, x, y, r); break;
    case MARK_REFUSED:
        draw_outline(ring, x, y, r, 0, ring->scene->theme->bad);
        draw_warning(ring, x, y, r);
        break;
    default:
        draw_arc(list, x, y, r, 0, TURN, 1.5f, with_alpha(owner, 150));
        draw_cross(ring, x, y, r);
    }
}

/* What its process does; if that is up, who it is to the cluster. */
static uint32_t mark_of(const struct ring *ring, uint32_t index)
{
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    static const uint8_t marks[] = {
        [PICTURE_UP] = MARK_UP,
        [PICTURE_DOWN] = MARK_DOWN,
        [PICTURE_PAUSED] = MARK_PAUSED,
        [PICTURE_RECOVERING] = MARK_RECOVERING,
        [PICTURE_REFUSED] = MARK_REFUSED,
    };
    _Static_assert(sizeof marks == PICTURE_STATE_COUNT, "every state has a shape");
    uint32_t member = ring_member_mark(ring, index);
    if (node->state == PICTURE_UP && member != MARK_UP)
        return member;
    return node->state == PICTURE_UP && node->suspected_by > 0 ? MARK_SUSPECTED
                                                               : marks[node->state];
}

void ring_draw_corners(const struct ring *ring, struct box box)
{
    float arm = fminf(box.w, box.h) * 0.3f;
    for (int i = 0; i < 4; i++) {
        float x = i & 1 ? box.x + box.w : box.x, y = i & 2 ? box.y + box.h : box.y;
        float right = i & 1 ? -arm : arm, down = i & 2 ? -arm : arm;
        struct draw_color color = ring->scene->theme->selected;
        draw_line(ring->list, x, y, x + right, y, 2.5f, color, false);
        draw_line(ring->list, x, y, x, y + down, 2.5f, color, false);
    }
}

/* The letter of the side of the cuts that it is on, at its shoulder. */
static void draw_side(struct ring *ring, const struct picture_node *node, struct point at)
{
    float size = ring->scene->size * 0.75f, r = size * 0.75f;
    struct point badge = {at.x - ring->disc * 0.8f, at.y - ring->disc * 0.85f};
    char letter[2] = {(char)('A' + node->side % 26), '\0'};
    struct box box = {badge.x - r, badge.y - r, 2 * r, 2 * r};
    if (ring->scene->picture->side_count < 2 || !ring->has_names_inside)
        return;
    draw_disc(ring->list, badge.x, badge.y, r + 1, ring->scene->theme->bad);
    draw_disc(ring->list, badge.x, badge.y, r, ring->scene->theme->pane);
    draw_text(ring->list, badge.x, badge.y - size * 0.65f, size, ALIGN_CENTER,
              ring->scene->theme->text, letter);
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
    ring_saw(ring, MARK_SIDE);
}

/* A disc, as three boxes: its corners stay free. */
static void take_disc(struct ring *ring, struct point at, float r)
{
    static const float halves[][2] = {{1, 0.4f}, {0.75f, 0.75f}, {0.4f, 1}};
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
            float w = halves[i][0] * r, h = halves[i][1] * r;
            room_take(ring->room, layer, (struct box){at.x - w, at.y - h, 2 * w, 2 * h});
        }
}

static void draw_node(struct ring *ring, uint32_t index)
{
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    struct point at = ring_node_at(ring, index);
    float r = ring->disc, size = ring->scene->size;
    uint32_t mark = mark_of(ring, index);
    if (mark >= MARK_SPARE)
        ring_member_shape(ring, mark, ring_member_part(ring, index), at.x, at.y, r,
                          ring_owner(ring, index));
    else
        ring_node_shape(ring, mark, at.x, at.y, r, ring_owner(ring, index));
    ring_saw(ring, mark);
    if (ring_member_mark(ring, index) != MARK_UP)
        ring_saw(ring, ring_member_mark(ring, index));
    if (ring->has_names_inside) {
        bool is_lifted = mark == MARK_PAUSED || mark == MARK_REFUSED;
        draw_text(ring->list, at.x, at.y - size * 0.65f - (is_lifted ? r * 0.3f : 0), size,
                  ALIGN_CENTER, ring->scene->theme->text, node->name);
    }
    ring_draw_busy(ring, index, at);
    struct box box = {at.x - r, at.y - r, 2 * r, 2 * r};
    if (ring->node == index)
        ring_draw_corners(ring, (struct box){box.x - 5, box.y - 5, box.w + 10, box.h + 10});
    take_disc(ring, at, r);
    hits_add(ring->hits, box, PICK_ACTOR, index);
}

void ring_draw_nodes(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 0; i < picture->node_count; i++)
        draw_node(ring, i);
}

/* --- words beside a node ------------------------------------------------------------------- */

/* A word on the outer side; true when there was room for it. */
static bool write_beside(struct ring *ring, uint32_t node, float far, float size,
                         struct draw_color color, const char *text)
{
    struct point at = ring_node_at(ring, node);
    float dx = (at.x - ring->x) / ring->nodes, dy = (at.y - ring->y) / ring->nodes;
    float x = at.x + dx * (ring->disc + far), y = at.y + dy * (ring->disc + far);
    enum draw_align align = dx > 0.35f ? ALIGN_LEFT : dx < -0.35f ? ALIGN_RIGHT : ALIGN_CENTER;
    float lift = align == ALIGN_CENTER ? (dy < 0 ? 1.15f : 0.15f) : 0.65f;
    bool is_written = ring_label(ring, LAYER_STILL, x, y - size * lift, size, align, color, text);
    if (is_written) {
        float w = (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
        float left = align == ALIGN_LEFT ? x : align == ALIGN_CENTER ? x - w / 2 : x - w;
        room_take(ring->room, LAYER_MOVING, (struct box){left, y - size * lift, w, size * 1.2f});
    }
    return is_written;
}

static bool is_first_to_be_named(const struct ring *ring, uint32_t index)
{
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    return ring->node == index || node->state != PICTURE_UP || node->suspected_by > 0;
}

/* "12 hints for n3": writes that wait at this node for others. */
static void hints_note(const struct ring *ring, const struct picture_node *node, char *note,
                       size_t size)
{
    const char *target = ring->scene->picture->nodes[node->hints_for].name;
    const char *many = node->hints == 1 ? "" : "s";
    if (node->hint_targets == 1)
        snprintf(note, size, "%llu hint%s for %s", (unsigned long long)node->hints, many, target);
    else
        snprintf(note, size, "%llu hints for %u nodes", (unsigned long long)node->hints,
                 node->hint_targets);
}

static void note_of(const struct ring *ring, uint32_t index, char *note, size_t size)
{
    static const char *const states[] = {"", "down", "paused", "recovering", "refused"};
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    char member[48];
    ring_member_note(ring, index, member, sizeof member);
    if (*member)
        snprintf(note, size, "%s%s%s", member, node->state != PICTURE_UP ? ", " : "",
                 states[node->state]);
    else if (node->state != PICTURE_UP)
        snprintf(note, size, "%s", states[node->state]);
    else if (node->suspected_by)
        snprintf(note, size, "suspected by %u", node->suspected_by);
    else if (ring_is_shedding(ring, index))
        snprintf(note, size, "queue %u, refused %llu", node->waiting,
                 (unsigned long long)node->shed);
    else if (node->health)
        snprintf(note, size, "doubts itself: %u", node->health);
    else if (node->hints)
        hints_note(ring, node, note, size);
    else if (node->waiting)
        snprintf(note, size, "queue %u", node->waiting);
    else
        *note = '\0';
}

/* Below the node, or above it in the upper half: there nothing passes. */
static void write_note(struct ring *ring, uint32_t index)
{
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    struct point at = ring_node_at(ring, index);
    float size = ring->scene->size * 0.85f, far = ring->disc + 16;
    bool is_above = at.y < ring->y - ring->nodes * 0.3f;
    char note[60];
    note_of(ring, index, note, sizeof note);
    float w = (float)strlen(note) * size * DRAW_CHARACTER_WIDTH;
    float y = is_above ? at.y - far - size * 1.15f : at.y + far - size * 0.15f;
    bool is_quiet = (node->state == PICTURE_UP && !node->suspected_by) ||
                    ring_member_mark(ring, index) == MARK_LEFT;
    struct draw_color color = is_quiet ? ring->scene->theme->faint : ring->scene->theme->bad;
    if (*note && ring_label(ring, LAYER_STILL, at.x, y, size, ALIGN_CENTER, color, note))
        room_take(ring->room, LAYER_MOVING, (struct box){at.x - w / 2, y, w, size * 1.2f});
}

void ring_draw_notes(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 0; i < picture->node_count; i++)
        draw_side(ring, &picture->nodes[i], ring_node_at(ring, i));
    for (uint32_t i = 0; i < picture->node_count; i++)
        ring_draw_badge(ring, i, ring_node_at(ring, i));
    for (uint32_t i = 0; i < picture->node_count; i++)
        ring_draw_refusal(ring, i, ring_node_at(ring, i));
    if (ring->has_names_inside) {
        for (uint32_t i = 0; i < picture->node_count; i++)
            write_note(ring, i);
        return;
    }
    for (int is_first = 1; is_first >= 0; is_first--)
        for (uint32_t i = 0; i < picture->node_count; i++)
            if (is_first_to_be_named(ring, i) == (is_first == 1))
                write_beside(ring, i, 8, ring->scene->size * 0.85f,
                             is_first ? ring->scene->theme->text : ring->scene->theme->faint,
                             picture->nodes[i].name);
}
