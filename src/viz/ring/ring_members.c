/*
 * ring_members.c: who comes and goes, what moves meanwhile, and how far it is.
 *
 *     spare     a dotted outline             joining   an outline that closes clockwise, and +
 *     left      struck through               leaving   an outline that opens, and -
 *
 *     outside the circle, where owners change:      in the middle, while they do:
 *
 *         the new owner's lane, filled as far           n6 joins
 *         as its data has come                          topology 2: write both, read old
 *         the old owner's lane                          [##] [  ] [  ]
 *         ===== the circle of tokens =====              driven by n1, waits for n6
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

static const struct members *members_of(const struct ring *ring)
{
    return &ring->scene->picture->members;
}

static const char *name_of(const struct ring *ring, uint32_t node)
{
    const struct picture *picture = ring->scene->picture;
    return node < picture->node_count ? picture->nodes[node].name : "?";
}

/* --- nodes ---------------------------------------------------------------------------------- */

uint32_t ring_member_mark(const struct ring *ring, uint32_t node)
{
    static const uint8_t marks[] = {
        [MEMBER_KIND_SPARE] = MARK_SPARE,      [MEMBER_KIND_NORMAL] = MARK_UP,
        [MEMBER_KIND_JOINING] = MARK_JOINING,  [MEMBER_KIND_REPLACING] = MARK_JOINING,
        [MEMBER_KIND_LEAVING] = MARK_LEAVING,  [MEMBER_KIND_REMOVED] = MARK_LEAVING,
        [MEMBER_KIND_REPLACED] = MARK_LEAVING, [MEMBER_KIND_LEFT] = MARK_LEFT,
        [MEMBER_KIND_SUCCEEDED] = MARK_LEFT,   [MEMBER_KIND_DROPPED] = MARK_LEFT,
    };
    _Static_assert(sizeof marks == MEMBER_KIND_COUNT, "every kind of member has a shape");
    return marks[members_of(ring)->nodes[node].kind];
}

/* The part that has come of all that a node gains, or gives. */
float ring_member_part(const struct ring *ring, uint32_t node)
{
    const struct members *members = members_of(ring);
    double done = 0, all = 0;
    for (uint32_t i = 0; i < members->move_count; i++) {
        const struct members_move *move = &members->moves[i];
        if (move->gainer != node && move->giver != node)
            continue;
        double width = (double)(move->to - move->from);
        all += width;
        done += width * move->done_ppm * 1e-6;
    }
    return all > 0 ? (float)(done / all) : 0;
}

/* A dotted circle, and over it the part of the outline that is there, from the top. */
static void draw_part(const struct ring *ring, float x, float y, float r, float from, float to,
                      struct draw_color color)
{
    const float dots = 24, top = -TURN / 4;
    for (float i = 0; i < dots; i++)
        draw_arc(ring->list, x, y, r, i / dots * TURN, (i + 0.35f) / dots * TURN, 2, color);
    if (to > from)
        draw_arc(ring->list, x, y, r, top + from * TURN, top + to * TURN, 4, color);
}

void ring_member_shape(const struct ring *ring, uint32_t mark, float part, float x, float y,
                       float r, struct draw_color owner)
{
    struct draw_list *list = ring->list;
    struct draw_color faint = ring->scene->theme->faint;
    draw_disc(list, x, y, r, ring->scene->theme->background);
    switch (mark) {
    case MARK_SPARE: draw_part(ring, x, y, r, 0, 0, faint); break;
    case MARK_JOINING:
        draw_disc(list, x, y, r, with_alpha(owner, 40));
        draw_part(ring, x, y, r, 0, fmaxf(part, 0.02f), owner);
        break;
    case MARK_LEAVING:
        draw_disc(list, x, y, r, with_alpha(owner, 40));
        draw_part(ring, x, y, r, fminf(part, 0.98f), 1, owner);
        break;
    default:
        draw_arc(list, x, y, r, 0, TURN, 1, faint);
        draw_line(list, x - r * 0.75f, y + r * 0.45f, x + r * 0.75f, y + r * 0.45f, 1.5f, faint,
                  false);
    }
}

/* At its other shoulder than the side of a cut: plus or minus. */
void ring_draw_badge(struct ring *ring, uint32_t node, struct point at)
{
    uint32_t mark = ring_member_mark(ring, node);
    const struct theme *theme = ring->scene->theme;
    float r = ring->scene->size * 0.6f, arm = r * 0.55f;
    struct point badge = {at.x + ring->disc * 0.8f, at.y - ring->disc * 0.85f};
    if ((mark != MARK_JOINING && mark != MARK_LEAVING) || !ring->has_names_inside)
        return;
    draw_disc(ring->list, badge.x, badge.y, r + 1.5f, theme->accent);
    draw_disc(ring->list, badge.x, badge.y, r, theme->pane);
    draw_line(ring->list, badge.x - arm, badge.y, badge.x + arm, badge.y, 2, theme->text, false);
    if (mark == MARK_JOINING)
        draw_line(ring->list, badge.x, badge.y - arm, badge.x, badge.y + arm, 2, theme->text,
                  false);
    struct box box = {badge.x - r, badge.y - r, 2 * r, 2 * r};
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
}

void ring_member_note(const struct ring *ring, uint32_t node, char *note, size_t size)
{
    const struct members *members = members_of(ring);
    const struct members_node *member = &members->nodes[node];
    const char *partner = name_of(ring, member->partner);
    switch (member->kind) {
    case MEMBER_KIND_NORMAL:
        snprintf(note, size, "%s", members->driver == node && members->is_changing ? "drives" : "");
        break;
    case MEMBER_KIND_REPLACING: snprintf(note, size, "replaces %s", partner); break;
    case MEMBER_KIND_REMOVED: snprintf(note, size, "is removed"); break;
    case MEMBER_KIND_SUCCEEDED: snprintf(note, size, "replaced by %s", partner); break;
    default: snprintf(note, size, "%s", member_kind_word(member->kind));
    }
}

/* --- what moves ----------------------------------------------------------------------------- */

#define LANE_OLD 3.0f /* points */
#define LANE_NEW 5.0f
#define LANE_GAP 1.5f

void ring_move_shape(const struct ring *ring, float x, float y, float radius, float from, float to,
                     float part, struct draw_color giver, struct draw_color gainer)
{
    struct draw_list *list = ring->list;
    float old = radius + LANE_OLD / 2, new = radius + LANE_OLD + LANE_GAP + LANE_NEW / 2;
    draw_arc(list, x, y, old, from, to, LANE_OLD, giver);
    for (int i = -1; i <= 1; i += 2)
        draw_arc(list, x, y, new + (float)i *(LANE_NEW / 2 - 0.5f), from, to, 1, gainer);
    if (part > 0)
        draw_arc(list, x, y, new, from, from + (to - from) * part, LANE_NEW, gainer);
}

static float end_after(const struct ring *ring, float from, uint64_t to)
{
    float end = ring_angle(ring, to);
    return end < from ? end + TURN : end;
}

static void draw_move(struct ring *ring, const struct members_move *move)
{
    const struct theme *theme = ring->scene->theme;
    float from = ring_angle(ring, move->from), to = end_after(ring, from, move->to);
    float radius = ring->tokens + ring->band / 2 + 2, part = (float)move->done_ppm * 1e-6f;
    bool is_aside =
        ring->node != UINT32_MAX && ring->node != move->gainer && ring->node != move->giver;
    uint8_t strength = is_aside ? 60 : 255;
    struct draw_color giver =
        move->giver == MEMBERS_NOBODY ? theme->faint : ring_owner(ring, move->giver);
    ring_move_shape(ring, ring->x, ring->y, radius, from, to, part, with_alpha(giver, strength),
                    with_alpha(ring_owner(ring, move->gainer), strength));
    ring_saw(ring, part < 1 ? MARK_MOVE : MARK_MOVED);
}

static bool follows(const struct members_move *before, const struct members_move *move)
{
    return before->to == move->from && before->giver == move->giver &&
           before->gainer == move->gainer;
}

/* "4 > 6", inside the circle, in the middle of neighbours that are alike, where there is room. */
static void name_moves(struct ring *ring, const struct members_move *first,
                       const struct members_move *last)
{
    char text[24];
    float size = ring->scene->size * 0.75f;
    float from = ring_angle(ring, first->from),
          middle = (from + end_after(ring, from, last->to)) / 2;
    if (first->giver == MEMBERS_NOBODY)
        return;
    snprintf(text, sizeof text, "%u > %u", first->giver + 1, first->gainer + 1);
    float half = size * DRAW_CHARACTER_WIDTH * (float)strlen(text) / 2;
    float radius = ring->tokens - ring->band / 2 - 14 - size * 0.6f - half;
    struct point at = ring_at(ring, radius, middle);
    if (radius > 3 * half)
        ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
                   ring->scene->theme->text, text);
}

void ring_draw_moves(struct ring *ring)
{
    const struct members *members = members_of(ring);
    for (uint32_t i = 0; i < members->move_count; i++)
        draw_move(ring, &members->moves[i]);
}

/* --- the change ------------------------------------------------------------------------------- */

static void say_deed(const struct ring *ring, char *text, size_t size)
{
    static const char *const doing[MEMBERS_DEED_COUNT] = {
        "", "joins", "leaves", "is removed", "replaces", "", "", "takes a range of"};
    static const char *const done[MEMBERS_DEED_COUNT] = {
        "", "joined", "left", "was removed", "replaced", "", "", "took a range of"};
    static const char *const undone[MEMBERS_DEED_COUNT] = {
        "", "was to join", "was to leave", "was to go", "was to replace", "", "",
        "was to take a range of"};
    const struct members_change *last = &members_of(ring)->last;
    if (last->deed == MEMBERS_SPLIT || last->deed == MEMBERS_MERGE) { /* nobody's in particular */
        snprintf(text, size, last->deed == MEMBERS_SPLIT ? "a range was split"
                                                         : "two ranges were merged");
        return;
    }
    const char *verb = last->end == MEMBERS_DONE          ? done[last->deed]
                       : last->end == MEMBERS_ROLLED_BACK ? undone[last->deed]
                                                          : doing[last->deed];
    bool has_other = last->other != MEMBERS_NOBODY;
    snprintf(text, size, "%s %s%s%s", name_of(ring, last->subject), verb, has_other ? " " : "",
             has_other ? name_of(ring, last->other) : "");
}

static void say_missing(const struct ring *ring, char *text, size_t size)
{
    const struct members *members = members_of(ring);
    size_t used = (size_t)snprintf(text, size, "waits for");
    uint32_t said = 0, more = 0;
    for (uint32_t i = 0; i < members->node_count; i++) {
        if (!members->nodes[i].is_missing)
            continue;
        if (said == 3)
            more++;
        else if (used < size)
            used += (size_t)snprintf(text + used, size - used, "%s %s", said++ ? "," : "",
                                     name_of(ring, i));
    }
    if (more > 0 && used < size)
        snprintf(text + used, size - used, " and %u more", more);
}

/* What is said, in the middle of the circle if all of it fits there, else in the corner above. */
struct plate {
    struct {
        char text[100];
        struct draw_color color;
    } lines[6];
    uint32_t count;
    bool has_steps; /* below the lines that come first */
};

#define LINES_ABOVE_STEPS 3

static void add_line(struct plate *plate, struct draw_color color, const char *text)
{
    plate->lines[plate->count].color = color;
    snprintf(plate->lines[plate->count++].text, sizeof plate->lines[0].text, "%s", text);
}

static bool fits_inside(const struct ring *ring, const struct plate *plate, float size)
{
    float inner = ring->tokens - ring->band / 2 - 14 - size;
    float half = size * 0.75f * (float)(plate->count + plate->has_steps);
    for (uint32_t i = 0; i < plate->count; i++) {
        float w = (float)strlen(plate->lines[i].text) * size * DRAW_CHARACTER_WIDTH;
        if (hypotf(w / 2, fabsf((float)i * size * 1.5f - half)) > inner)
            return false;
    }
    return true;
}

/* Three steps: those behind are full, the present one is half full. */
static void draw_steps(const struct ring *ring, float x, float y, float size)
{
    const struct theme *theme = ring->scene->theme;
    uint32_t now = members_of(ring)->phase == MEMBERS_READ_OLD ? 0 : 1;
    float w = size * 2.2f, h = size * 0.6f;
    for (uint32_t i = 0; i < 3; i++, x += w + size * 0.4f) {
        draw_frame(ring->list, x, y, w, h, 1, theme->accent);
        if (i <= now)
            draw_rect(ring->list, x, y, i < now ? w : w * 0.5f, h, theme->accent);
    }
}

static void draw_plate(struct ring *ring, const struct plate *plate)
{
    float size = ring->scene->size * 0.9f, line = size * 1.5f;
    bool is_inside = fits_inside(ring, plate, size);
    float x = is_inside ? ring->x : ring->box.x + size;
    float y = is_inside ? ring->y - line / 2 * (float)(plate->count + plate->has_steps)
                        : ring->box.y + size * 0.5f;
    for (uint32_t i = 0; i < plate->count; i++, y += line) {
        ring_label(ring, LAYER_STILL, x, y, size, is_inside ? ALIGN_CENTER : ALIGN_LEFT,
                   plate->lines[i].color, plate->lines[i].text);
        if (!plate->has_steps || i + 1 != LINES_ABOVE_STEPS)
            continue;
        y += line;
        draw_steps(ring, is_inside ? x - size * 3.7f : x, y + size * 0.35f, size);
    }
}

static void say_under_way(const struct ring *ring, struct plate *plate)
{
    const struct members *members = members_of(ring);
    const struct theme *theme = ring->scene->theme;
    char text[100];
    say_deed(ring, text, sizeof text);
    add_line(plate, theme->accent, text);
    snprintf(text, sizeof text, "topology %llu", (unsigned long long)members->version);
    add_line(plate, theme->faint, text);
    add_line(plate, theme->text, members->phase_word);
    plate->has_steps = true;
    snprintf(text, sizeof text, "driven by %s", name_of(ring, members->driver));
    add_line(plate, theme->faint, members->driver == MEMBERS_NOBODY ? "nobody drives it" : text);
    say_missing(ring, text, sizeof text);
    if (members->is_waiting)
        add_line(plate, theme->warn, text);
}

/* What came of the last change. */
static void say_over(const struct ring *ring, struct plate *plate)
{
    const struct members *members = members_of(ring);
    const struct theme *theme = ring->scene->theme;
    bool is_undone = members->last.end == MEMBERS_ROLLED_BACK;
    char text[100];
    say_deed(ring, text, sizeof text);
    add_line(plate, is_undone ? theme->bad : theme->faint, text);
    if (is_undone)
        add_line(plate, theme->bad, "rolled back");
    snprintf(text, sizeof text, "topology %llu", (unsigned long long)members->version);
    add_line(plate, theme->faint, text);
}

void ring_draw_change(struct ring *ring)
{
    const struct members *members = members_of(ring);
    struct plate plate = {.count = 0};
    if (members->is_changing)
        say_under_way(ring, &plate);
    else if (members->last.end != MEMBERS_NO_CHANGE)
        say_over(ring, &plate);
    draw_plate(ring, &plate);
    for (uint32_t i = 0, first = 0; i < members->move_count; i++) {
        if (i + 1 < members->move_count && follows(&members->moves[i], &members->moves[i + 1]))
            continue;
        name_moves(ring, &members->moves[first], &members->moves[i]);
        first = i + 1;
    }
}
