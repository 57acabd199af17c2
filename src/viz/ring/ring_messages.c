/*
 * ring_messages.c: what is on its way, at the fraction of its latency that has passed.
 *
 *     ----(W)>        a disc with the letter of its kind, and a head where it goes
 *     ----(A+)>       an answer: it was done (+) or not (-)
 *     ----(W)>  x     as things are now it will be lost: the ends of a cross
 *     ----(W)||       it is held, and stands still until it is released
 *     ----(W)>  !     it is damaged: whoever gets it will refuse it
 *     ---((W)>        a copy of another one
 *     --ooo(S)>       rows for a new owner: the keys come behind it
 *
 * Discs that would stand upon each other or upon words are dots without a letter; a link on
 * which several are has their number. Where hundreds are on their way, a disc has a tail
 * instead of a line along its whole link. The selected one and lost ones are placed first.
 */
#include <math.h>

#include "viz/ring/ring.h"

#define LINES_MAX 150 /* messages with a line along the whole link */

struct flying {
    struct lane lane;
    struct point at;
    float part;
};

static struct flying flying_of(const struct ring *ring, const struct picture_message *message)
{
    struct lane lane = ring_lane(ring, message->from, message->to);
    float part = scene_message_part(ring->scene, message);
    if (ring->scene->is_motion_reduced)
        return (struct flying){lane, ring_still_place(&lane, message), part};
    struct point at = {lane.from.x + lane.along.x * lane.length * part,
                       lane.from.y + lane.along.y * lane.length * part};
    return (struct flying){lane, at, part};
}

static void draw_head(const struct ring *ring, struct point at, struct point along, float r,
                      struct draw_color color)
{
    struct point tip = {at.x + along.x * (r + 4.5f), at.y + along.y * (r + 4.5f)};
    for (int i = -1; i <= 1; i += 2) {
        float side = (float)i * 0.75f;
        float x = -along.x + side * -along.y, y = -along.y + side * along.x;
        draw_line(ring->list, tip.x, tip.y, tip.x + x * 4.5f, tip.y + y * 4.5f, 2, color, false);
    }
}

static void draw_held(const struct ring *ring, float x, float y, float r, struct draw_color color)
{
    for (int i = 0; i < 2; i++)
        draw_rect(ring->list, x + r + 3.5f + (float)i * 5, y - r * 0.8f, 2.5f, r * 1.6f, color);
}

/* Another disc looks out behind it. */
static void draw_copied(const struct ring *ring, float x, float y, float r,
                        struct draw_color color)
{
    draw_arc(ring->list, x - r * 0.35f, y - r * 0.35f, r + 1, 0, TURN, 1.5f, color);
}

/* The ends of a cross: the letter stays readable. */
static void draw_lost(const struct ring *ring, float x, float y, float r, struct draw_color color)
{
    for (int i = 0; i < 4; i++) {
        float right = i & 1 ? 1 : -1, down = i & 2 ? 1 : -1;
        draw_line(ring->list, x + right * r * 0.7f, y + down * r * 0.7f, x + right * r * 1.35f,
                  y + down * r * 1.35f, 2.5f, color, false);
    }
}

/* A crack through the edge, above and below. */
static void draw_crack(const struct ring *ring, float x, float y, float r, struct draw_color color)
{
    for (int i = -1; i <= 1; i += 2) {
        float down = (float)i;
        draw_line(ring->list, x - r * 0.3f, y + down * r * 1.5f, x + r * 0.25f,
                  y + down * r * 1.05f, 2, color, false);
        draw_line(ring->list, x + r * 0.25f, y + down * r * 1.05f, x - r * 0.2f,
                  y + down * r * 0.75f, 2, color, false);
    }
}

void ring_message_shape(const struct ring *ring, uint32_t mark, float x, float y, float r,
                        struct draw_color color)
{
    if (mark == MARK_COPY)
        draw_copied(ring, x, y, r, color);
    draw_disc(ring->list, x, y, r + 1.5f, color);
    draw_disc(ring->list, x, y, r, ring->scene->theme->pane);
    if (mark == MARK_HELD)
        draw_held(ring, x, y, r, color);
    else if (mark == MARK_LOST)
        draw_lost(ring, x, y, r, color);
    else if (mark == MARK_DAMAGED)
        draw_crack(ring, x, y, r, color);
}

void ring_rows_shape(const struct ring *ring, struct point at, struct point along, uint32_t rows)
{
    enum { DOTS_MAX = 6 };
    for (uint32_t i = 0; i < rows && i < DOTS_MAX; i++) {
        float x = at.x - along.x * (float)i * 6, y = at.y - along.y * (float)i * 6;
        draw_disc(ring->list, x, y, 3.2f, ring->scene->theme->background);
        draw_disc(ring->list, x, y, 2.4f, ring->scene->theme->text);
    }
}

static void draw_rows(struct ring *ring, const struct flying *flying, float r, uint32_t rows)
{
    const struct lane *lane = &flying->lane;
    struct point behind = {flying->at.x - lane->along.x * (r + 4),
                           flying->at.y - lane->along.y * (r + 4)};
    ring_rows_shape(ring, behind, lane->along, rows);
    ring_saw(ring, MARK_ROWS);
}

/* What a person has to know of it first. */
static uint32_t mark_of(const struct picture_message *message)
{
    if (message->is_doomed)
        return MARK_LOST;
    if (message->is_held)
        return MARK_HELD;
    if (message->is_damaged)
        return MARK_DAMAGED;
    if (message->copy > 0)
        return MARK_COPY;
    return message->sign ? MARK_ANSWER : MARK_MESSAGE;
}

static struct draw_color color_of(const struct ring *ring, const struct picture_message *message)
{
    const struct theme *theme = ring->scene->theme;
    if (pick_is(ring->scene->pick, PICK_RECORD, message->record))
        return theme->selected;
    if (message->is_doomed || message->is_damaged || message->sign == '-')
        return theme->bad;
    if (message->is_held)
        return theme->warn;
    if (message->letter == 'h' || message->letter == 'I')
        return theme->warn; /* what was kept for others, or is to be */
    return message->letter == 'H' ? theme->faint : message->sign ? theme->good : theme->accent;
}

/* The whole link, faintly; bright behind the message, so that one sees where it comes from. */
static void draw_trail(const struct ring *ring, const struct flying *flying, bool is_picked,
                       struct draw_color color)
{
    const struct lane *lane = &flying->lane;
    bool is_whole = ring->scene->picture->message_count <= LINES_MAX || is_picked;
    float tail = fminf(lane->length * flying->part, ring->scene->size * 2.5f);
    if (is_whole)
        draw_line(ring->list, lane->from.x, lane->from.y, lane->to.x, lane->to.y,
                  is_picked ? 2 : 1, with_alpha(color, 70), false);
    draw_line(ring->list, flying->at.x - lane->along.x * tail, flying->at.y - lane->along.y * tail,
              flying->at.x, flying->at.y, 2, with_alpha(color, is_whole ? 160 : 110), false);
}

static void draw_letter(struct ring *ring, const struct picture_message *message, struct point at)
{
    char letter[3] = {message->letter, message->sign, '\0'};
    float size = ring->scene->size * (message->sign ? 0.75f : 0.9f);
    draw_text(ring->list, at.x, at.y - size * 0.65f, size, ALIGN_CENTER, ring->scene->theme->text,
              letter);
}

/* True when it has its letter. */
static bool draw_message(struct ring *ring, const struct picture_message *message)
{
    struct flying flying = flying_of(ring, message);
    struct draw_color color = color_of(ring, message);
    bool is_picked = pick_is(ring->scene->pick, PICK_RECORD, message->record);
    float r = ring->scene->size * 0.68f, x = flying.at.x, y = flying.at.y;
    struct box box = {x - r - 1, y - r - 1, 2 * r + 2, 2 * r + 2};
    bool has_letter = room_is_free(ring->room, LAYER_MOVING, box);
    if (ring->scene->is_motion_reduced)
        ring_draw_progress(ring, &flying.lane, flying.part, color);
    else
        draw_trail(ring, &flying, is_picked, color);
    ring_saw(ring, mark_of(message));
    if (message->rows > 0)
        draw_rows(ring, &flying, has_letter ? r : 3, message->rows);
    if (!has_letter) {
        draw_disc(ring->list, x, y, is_picked ? 4 : 2.5f, color);
        if (message->is_held)
            draw_held(ring, x, y, 4, color);
        hits_add(ring->hits, (struct box){x - 4, y - 4, 8, 8}, PICK_RECORD, message->record);
        return false;
    }
    room_take(ring->room, LAYER_MOVING, box);
    if (!message->is_held)
        draw_head(ring, flying.at, flying.lane.along, r, color);
    if (message->copy > 0) /* whatever else it is */
        draw_copied(ring, x, y, r, color);
    ring_message_shape(ring, mark_of(message), x, y, r, color);
    draw_letter(ring, message, flying.at);
    if (is_picked)
        ring_draw_corners(ring, (struct box){box.x - 4, box.y - 4, box.w + 8, box.h + 8});
    hits_add(ring->hits, box, PICK_RECORD, message->record);
    return true;
}

static bool is_first(const struct ring *ring, const struct picture_message *message)
{
    return message->is_doomed || message->is_held || message->is_damaged ||
           pick_is(ring->scene->pick, PICK_RECORD, message->record);
}

/* How many of a link are dots: their number stands at its middle, once. */
static void draw_count(struct ring *ring, const struct picture_message *message, uint32_t count)
{
    struct lane lane = ring_lane(ring, message->from, message->to);
    float size = ring->scene->size * 0.85f, r = size * 0.8f;
    char text[16];
    snprintf(text, sizeof text, "%u", count);
    for (int i = 0; i < 3; i++) { /* the middle, or nearer to an end */
        float part = 0.5f + (i == 1 ? -0.2f : i == 2 ? 0.2f : 0), half = r + size * 0.2f;
        float x = lane.from.x + lane.along.x * lane.length * part;
        float y = lane.from.y + lane.along.y * lane.length * part;
        struct box box = {x - half, y - r, 2 * half, 2 * r};
        if (!room_is_free(ring->room, LAYER_MOVING, box))
            continue;
        room_take(ring->room, LAYER_MOVING, box);
        draw_rect(ring->list, box.x, box.y, box.w, box.h, ring->scene->theme->pane);
        draw_frame(ring->list, box.x, box.y, box.w, box.h, 1, ring->scene->theme->accent);
        draw_text(ring->list, x, y - size * 0.65f, size, ALIGN_CENTER, ring->scene->theme->text,
                  text);
        ring_saw(ring, MARK_MANY);
        return;
    }
}

/* Numbers of messages without a letter by link, in a small table: open addressing, by a hash of
 * the two ends. A link that finds no place is not counted; then there are far too many. */
#define LINKS_MAX 4096
struct link_count {
    uint32_t from, to, count, first;
};

static void count_dot(struct link_count *links, const struct picture_message *message,
                      uint32_t index)
{
    uint32_t at = (message->from * 31 + message->to * 2654435761u) % LINKS_MAX;
    for (uint32_t i = 0; i < 8; i++, at = (at + 1) % LINKS_MAX) {
        struct link_count *link = &links[at];
        if (link->count > 0 && (link->from != message->from || link->to != message->to))
            continue;
        if (link->count == 0)
            *link = (struct link_count){message->from, message->to, 0, index};
        link->count++;
        return;
    }
}

void ring_draw_messages(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    struct link_count links[LINKS_MAX] = {{0, 0, 0, 0}};
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < picture->message_count; i++) {
            const struct picture_message *message = &picture->messages[i];
            if (is_first(ring, message) == (pass == 0) && !draw_message(ring, message))
                count_dot(links, message, i);
        }
    for (uint32_t i = 0; i < LINKS_MAX; i++)
        if (links[i].count > 1)
            draw_count(ring, &picture->messages[links[i].first], links[i].count);
}
