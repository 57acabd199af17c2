/*
 * view_ring.c: the ring of tokens, the nodes around it, clients outside, and the
 * messages that are on their way between them.
 *
 * A message is a disc with the letter of its kind, at the fraction of its latency that
 * has passed. A node's state is told by a glyph and by its outline: solid is up, a cross
 * is down, two bars are paused, a dashed outline is suspected by somebody. Owners have a
 * colour and their arcs a number. Keys are walked: from the selected key's place on the
 * ring, the replicas are numbered in the order of the preference list.
 */
#include <math.h>
#include <string.h>

#include "viz/views.h"

struct ring_place {
    float x, y;           /* centre */
    float ring;           /* radius of the circle of tokens */
    float nodes, clients; /* radii on which they stand */
    float disc;           /* radius of a node */
    float side;           /* half the pane's width */
};

struct point {
    float x, y;
};

#define TURN 6.2831853f
#define MARKS_MAX 256

static struct ring_place place_in(struct box box, float size)
{
    float half = fminf(box.w, box.h) / 2;
    return (struct ring_place){box.x + box.w / 2, box.y + box.h / 2 + size * 0.2f, half * 0.42f,
                               half * 0.68f, half * 0.93f,
                               fminf(fmaxf(half * 0.085f, size * 0.95f), size * 2),
                               box.w / 2};
}

/* Position 0 of the circle of 2^64 is at the top; it goes round clockwise. */
static float angle_of(uint64_t position)
{
    return (float)((double)position / 18446744073709551616.0) * TURN - TURN / 4;
}

static struct point on_circle(const struct ring_place *place, float radius, float angle)
{
    return (struct point){place->x + radius * cosf(angle), place->y + radius * sinf(angle)};
}

/* Clients stand in the corners' direction, away from the nodes. */
static struct point point_of(const struct scene *scene, const struct ring_place *place,
                             uint32_t address)
{
    const struct picture *picture = scene->picture;
    if (is_client(address)) {
        uint32_t index = address - PICTURE_CLIENT_BASE;
        float angle = ((float)index + 0.5f) / (float)picture->client_count * TURN - TURN / 4;
        struct point at = on_circle(place, place->clients, angle);
        /* names are wide: where there is room at the sides, they are not below the nodes */
        at.x = place->x + (at.x - place->x) * fminf(place->side / place->clients, 1.4f);
        return at;
    }
    return on_circle(place, place->nodes,
                     (float)address / (float)picture->node_count * TURN - TURN / 4);
}

static struct draw_color owner_color(const struct scene *scene, uint32_t node)
{
    return scene->theme->owner[node % 8];
}

static void draw_tokens(const struct scene *scene, const struct ring_place *place,
                        struct draw_list *list)
{
    const struct picture *picture = scene->picture;
    float width = fmaxf(place->ring * 0.09f, 3);
    for (uint32_t i = 0; i < picture->token_count; i++) {
        /* A token owns the arc that ends at it. */
        const struct picture_token *token = &picture->tokens[i];
        const struct picture_token *before =
            &picture->tokens[i ? i - 1 : picture->token_count - 1];
        float from = angle_of(before->position), to = angle_of(token->position);
        if (i == 0)
            from -= TURN;
        draw_arc(list, place->x, place->y, place->ring, from, to, width,
                 owner_color(scene, token->node));
        struct point inner = on_circle(place, place->ring - width, to);
        struct point outer = on_circle(place, place->ring + width, to);
        draw_line(list, inner.x, inner.y, outer.x, outer.y, 1, scene->theme->background, false);
    }
}

/* The number of the owner in its arc, where there is room for it. */
static void draw_owner_numbers(const struct scene *scene, const struct ring_place *place,
                               struct draw_list *list)
{
    const struct picture *picture = scene->picture;
    float size = scene->size * 0.8f;
    for (uint32_t i = 0; i < picture->token_count; i++) {
        float to = angle_of(picture->tokens[i].position);
        float from = i ? angle_of(picture->tokens[i - 1].position)
                       : angle_of(picture->tokens[picture->token_count - 1].position) - TURN;
        if ((to - from) * place->ring < size * 1.6f)
            continue;
        char number[12];
        snprintf(number, sizeof number, "%u", picture->tokens[i].node + 1);
        struct point at = on_circle(place, place->ring * 0.91f - size * 0.8f, (from + to) / 2);
        draw_text(list, at.x, at.y - size * 0.65f, size, ALIGN_CENTER, scene->theme->faint, number);
    }
}

/* --- keys ------------------------------------------------------------------------------ */

static void draw_walk(const struct scene *scene, const struct ring_place *place,
                      const struct picture_key *key, struct draw_list *list)
{
    struct point at = on_circle(place, place->ring, angle_of(key->token));
    for (uint32_t i = 0; i < key->replica_count; i++) {
        struct point node = point_of(scene, place, key->replicas[i].node);
        char rank[12];
        snprintf(rank, sizeof rank, "%u", i + 1);
        draw_line(list, at.x, at.y, node.x, node.y, 2, scene->theme->selected, true);
        float x = at.x + (node.x - at.x) * 0.6f, y = at.y + (node.y - at.y) * 0.6f;
        draw_disc(list, x, y, scene->size * 0.7f, scene->theme->pane);
        draw_text(list, x, y - scene->size * 0.6f, scene->size * 0.9f, ALIGN_CENTER,
                  scene->theme->selected, rank);
    }
    draw_text(list, place->x, place->y - scene->size * 0.6f, scene->size, ALIGN_CENTER,
              scene->theme->text, key->name);
}

static void draw_keys(const struct scene *scene, const struct ring_place *place,
                      struct draw_list *list, struct hits *hits)
{
    const struct picture *picture = scene->picture;
    for (uint32_t i = 0; i < picture->key_count; i++) {
        const struct picture_key *key = &picture->keys[i];
        struct point at = on_circle(place, place->ring, angle_of(key->token));
        bool is_picked = pick_is(scene->pick, PICK_KEY, i);
        struct draw_color color = key->is_differing ? scene->theme->bad : scene->theme->text;
        if (is_picked)
            draw_walk(scene, place, key, list);
        draw_disc(list, at.x, at.y, is_picked ? 5 : 3.5f, scene->theme->background);
        draw_disc(list, at.x, at.y, is_picked ? 4 : 2.5f, color);
        hits_add(hits, (struct box){at.x - 5, at.y - 5, 10, 10}, PICK_KEY, i);
    }
}

/* --- links and messages ------------------------------------------------------------------ */

/* Marks so near to an earlier one that they would cover it are left out. */
static bool has_place(struct point *marks, uint32_t *count, struct point at, float size)
{
    for (uint32_t i = 0; i < *count; i++)
        if (fabsf(marks[i].x - at.x) < size * 1.3f && fabsf(marks[i].y - at.y) < size)
            return false;
    if (*count < MARKS_MAX)
        marks[(*count)++] = at;
    return true;
}

static void draw_cuts(const struct scene *scene, const struct ring_place *place,
                      struct draw_list *list, struct hits *hits)
{
    const struct picture *picture = scene->picture;
    struct point marks[MARKS_MAX];
    uint32_t mark_count = 0;
    for (uint32_t i = 0; i < picture->cut_count; i++) {
        struct point a = point_of(scene, place, picture->cuts[i].from);
        struct point b = point_of(scene, place, picture->cuts[i].to);
        /* nearer to the sender: a one-way cut shows which way */
        float x = a.x + (b.x - a.x) * 0.4f, y = a.y + (b.y - a.y) * 0.4f;
        draw_line(list, a.x, a.y, b.x, b.y, 1, with_alpha(scene->theme->bad, 110), true);
        if (!has_place(marks, &mark_count, (struct point){x, y}, scene->size))
            continue;
        draw_text(list, x, y - scene->size * 0.65f, scene->size, ALIGN_CENTER, scene->theme->bad,
                  "##");
        float half = scene->size * 0.8f;
        hits_add(hits, (struct box){x - half, y - half, 2 * half, 2 * half}, PICK_CUT,
                 (uint64_t)picture->cuts[i].from << 32 | picture->cuts[i].to);
    }
}

static void draw_message(const struct scene *scene, const struct ring_place *place,
                         const struct picture_message *message, struct draw_list *list,
                         struct hits *hits)
{
    struct point a = point_of(scene, place, message->from), b = point_of(scene, place, message->to);
    bool is_picked = pick_is(scene->pick, PICK_RECORD, message->record);
    float whole = (float)(message->arrives_at - message->sent_at);
    float part = whole > 0 ? (float)(scene->clock - message->sent_at) / whole : 1;
    part = fminf(fmaxf(part, 0), 1);
    float x = a.x + (b.x - a.x) * part, y = a.y + (b.y - a.y) * part;
    float radius = scene->size * 0.68f;
    char letter[2] = {message->letter, '\0'};
    struct draw_color color = message->is_doomed ? scene->theme->bad : scene->theme->accent;
    draw_line(list, a.x, a.y, b.x, b.y, is_picked ? 2.5f : 1, with_alpha(color, 90), false);
    draw_disc(list, x, y, radius + 1.5f, is_picked ? scene->theme->selected : color);
    draw_disc(list, x, y, radius, scene->theme->pane);
    draw_text(list, x, y - radius * 0.86f, scene->size * 0.9f, ALIGN_CENTER, scene->theme->text,
              letter);
    if (message->is_doomed)
        draw_line(list, x - radius, y + radius, x + radius, y - radius, 1.5f, color, false);
    hits_add(hits, (struct box){x - radius - 2, y - radius - 2, 2 * radius + 4, 2 * radius + 4},
             PICK_RECORD, message->record);
}

/* --- nodes and clients -------------------- */

/* Only the ends of its arms: the name stands in the middle. */
static void draw_cross(float x, float y, float r, struct draw_color color, struct draw_list *list)
{
    for (int i = 0; i < 4; i++) {
        float right = i & 1 ? 1 : -1, down = i & 2 ? 1 : -1;
        draw_line(list, x + right * r * 0.6f, y + down * r * 0.6f, x + right * r * 1.1f,
                  y + down * r * 1.1f, 3, color, false);
    }
}

static void draw_state(const struct scene *scene, const struct picture_node *node, float x,
                       float y, float r, struct draw_list *list)
{
    const struct theme *theme = scene->theme;
    switch (node->state) {
    case PICTURE_UP: break;
    case PICTURE_PAUSED:
        draw_rect(list, x - r * 0.45f, y + r * 0.15f, r * 0.25f, r * 0.6f, theme->warn);
        draw_rect(list, x + r * 0.2f, y + r * 0.15f, r * 0.25f, r * 0.6f, theme->warn);
        break;
    case PICTURE_RECOVERING:
        draw_arc(list, x, y, r * 0.75f, 0, TURN * 0.6f, 3, theme->warn);
        break;
    case PICTURE_REFUSED: /* a square around the cross */
        draw_frame(list, x - r, y - r, 2 * r, 2 * r, 3, theme->bad); /* fall through */
    default:
        draw_cross(x, y, r, theme->bad, list);
    }
}

static void draw_outline(float x, float y, float r, bool is_dashed, struct draw_color color,
                         struct draw_list *list)
{
    for (int i = 0; i < 12; i++)
        draw_arc(list, x, y, r, (float)i / 12 * TURN,
                 ((float)i + (is_dashed ? 0.5f : 1)) / 12 * TURN, 2.5f, color);
}

static void node_note(const struct picture_node *node, char *note, size_t size)
{
    static const char *const states[] = {"", "down", "paused", "starting", "refused"};
    if (node->state != PICTURE_UP)
        snprintf(note, size, "%s", states[node->state]);
    else if (node->suspected_by)
        snprintf(note, size, "suspected by %u", node->suspected_by);
    else if (node->waiting)
        snprintf(note, size, "queue %u", node->waiting);
    else
        *note = '\0';
}

static void draw_node(const struct scene *scene, const struct ring_place *place, uint32_t index,
                      struct draw_list *list, struct hits *hits)
{
    const struct picture_node *node = &scene->picture->nodes[index];
    struct point at = point_of(scene, place, index);
    float r = place->disc, size = scene->size;
    char note[40];
    bool is_up = node->state == PICTURE_UP;
    if (scene_actor(scene) == index)
        draw_arc(list, at.x, at.y, r + 5, 0, TURN, 2, scene->theme->selected);
    draw_disc(list, at.x, at.y, r, scene->theme->background);
    draw_disc(list, at.x, at.y, r, with_alpha(owner_color(scene, index), is_up ? 70 : 25));
    draw_outline(at.x, at.y, r, node->suspected_by > 0, owner_color(scene, index), list);
    draw_state(scene, node, at.x, at.y, r, list);
    float lift = size * 0.65f + (node->state == PICTURE_PAUSED ? r * 0.25f : 0);
    draw_text(list, at.x, at.y - lift, size, ALIGN_CENTER, scene->theme->text, node->name);
    node_note(node, note, sizeof note);
    draw_text(list, at.x, at.y + r + 3, size * 0.8f, ALIGN_CENTER,
              is_up && !node->suspected_by ? scene->theme->faint : scene->theme->bad, note);
    hits_add(hits, (struct box){at.x - r, at.y - r, 2 * r, 2 * r}, PICK_ACTOR, index);
}

static void draw_client(const struct scene *scene, const struct ring_place *place, uint32_t index,
                        struct draw_list *list, struct hits *hits)
{
    uint32_t address = PICTURE_CLIENT_BASE + index;
    struct point at = point_of(scene, place, address);
    float size = scene->size * 0.9f;
    const char *name = scene->picture->clients[index];
    float w = (float)strlen(name) * size * DRAW_CHARACTER_WIDTH + size, h = size * 1.5f;
    bool is_picked = scene_actor(scene) == address;
    float reach = fmaxf(place->side - w / 2, 0); /* a long name stays in the pane */
    at.x = fminf(fmaxf(at.x, place->x - reach), place->x + reach);
    draw_rect(list, at.x - w / 2, at.y - h / 2, w, h, scene->theme->background);
    draw_frame(list, at.x - w / 2, at.y - h / 2, w, h, is_picked ? 2 : 1,
               is_picked ? scene->theme->selected : scene->theme->faint);
    draw_text(list, at.x, at.y - size * 0.65f, size, ALIGN_CENTER, scene->theme->text, name);
    hits_add(hits, (struct box){at.x - w / 2, at.y - h / 2, w, h}, PICK_ACTOR, address);
}

/* What the shapes mean, where there is room for it. */
static void draw_legend(const struct scene *scene, struct box box, struct draw_list *list)
{
    static const char *const lines[] = {"x down  || paused", "- - suspected  ## cut",
                                        "disc: message  dot: key"};
    float size = scene->size * 0.75f;
    if (box.w < box.h * 1.25f)
        return;
    for (int i = 0; i < 3; i++)
        scene_text(list, (struct box){box.x, box.y, box.w * 0.25f, box.h}, box.x,
                   box.y + box.h - (float)(3 - i) * size * DRAW_LINE_HEIGHT, size,
                   scene->theme->faint, lines[i]);
}

void view_ring(const struct scene *scene, struct box box, struct draw_list *list, struct hits *hits)
{
    const struct picture *picture = scene->picture;
    char note[80];
    snprintf(note, sizeof note, "%u nodes, %u messages in flight", picture->node_count,
             picture->message_count);
    struct box room = scene_pane(scene, list, hits, box, PANE_RING, note);
    struct ring_place place = place_in(room, scene->size);
    draw_legend(scene, room, list);
    draw_tokens(scene, &place, list);
    draw_owner_numbers(scene, &place, list);
    draw_cuts(scene, &place, list, hits);
    for (uint32_t i = 0; i < picture->client_count; i++)
        draw_client(scene, &place, i, list, hits);
    for (uint32_t i = 0; i < picture->node_count; i++)
        draw_node(scene, &place, i, list, hits);
    draw_keys(scene, &place, list, hits);
    for (uint32_t i = 0; i < picture->message_count; i++)
        draw_message(scene, &place, &picture->messages[i], list, hits);
}
