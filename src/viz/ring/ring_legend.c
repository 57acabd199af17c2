/*
 * ring_legend.c: what the shapes on the screen mean.
 *
 * Only those that are there now, drawn as they are drawn, each with a few words; in the corner
 * below on the left, as many as fit, in the order of enum ring_mark.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"
#include "viz/ring/slots.h"

static const char *const words[MARK_COUNT] = {
    [MARK_UP] = "up",
    [MARK_SUSPECTED] = "suspected",
    [MARK_DOWN] = "down",
    [MARK_PAUSED] = "paused",
    [MARK_RECOVERING] = "recovering",
    [MARK_REFUSED] = "refused",
    [MARK_SPARE] = "spare: may join",
    [MARK_JOINING] = "joins: gets its data",
    [MARK_LEAVING] = "goes: hands its data on",
    [MARK_LEFT] = "has left for good",
    [MARK_SIDE] = "side of the cut",
    [MARK_CUT] = "link cut",
    [MARK_KEY] = "key",
    [MARK_KEY_DIFFERS] = "replicas differ",
    [MARK_MESSAGE] = "message",
    [MARK_ANSWER] = "answer",
    [MARK_LOST] = "will be lost",
    [MARK_HELD] = "held",
    [MARK_DAMAGED] = "damaged",
    [MARK_COPY] = "copy",
    [MARK_MANY] = "so many on a link",
    [MARK_ROWS] = "rows for a new owner",
    [MARK_MOVE] = "old owner, and new: to come",
    [MARK_MOVED] = "old owner, and new: is there",
    [MARK_SLOT] = "replica answered",
    [MARK_SLOT_LOST] = "no answer will come",
    [MARK_TIMEOUT] = "until the timeout",
    [MARK_HEARTBEAT] = "until the heartbeat",
    [MARK_SYNC] = "until the log's sync",
    [MARK_SILENCE] = "silence, full: suspected",
    [MARK_PHI] = "phi, full: taken for down",
    [MARK_SUSPICION] = "suspicion, full: dead",
    [MARK_DOUBT] = "doubt of a peer, filling",
    [MARK_VERDICT] = "takes it for down",
    [MARK_NEWS] = "knows the newest",
    [MARK_NEWS_OLD] = "what it knows is older",
    [MARK_NEWS_NOT] = "has not heard of it",
    [MARK_TOLD] = "who told whom",
    [MARK_HINTS] = "writes kept for a node",
    [MARK_PART_ASKED] = "part being compared",
    [MARK_PART_EQUAL] = "part that is equal",
    [MARK_PART_DIFFERS] = "part that differs",
    [MARK_RANGE_EQUAL] = "replicas equal",
    [MARK_RANGE_DIFFERS] = "keys differ: so many",
    [MARK_QUEUE] = "more than half full",
    [MARK_SHED] = "refuses requests",
    [MARK_HOT_KEY] = "hot key",
    [MARK_HEAT] = "thicker: asked for more",
    [MARK_HEAT_MOST] = "the hottest of all",
    [MARK_REACH + PICTURE_REACH_ALL] = "ok, all replicas",
    [MARK_REACH + PICTURE_REACH_BOTH] = "ok, not all replicas",
    [MARK_REACH + PICTURE_REACH_READ] = "W lost: only reads",
    [MARK_REACH + PICTURE_REACH_WRITE] = "R lost: only writes",
    [MARK_REACH + PICTURE_REACH_NONE] = "none: neither",
};

static void draw_node_mark(const struct ring *ring, uint32_t mark, float x, float y, float r)
{
    struct ring small = *ring;
    small.has_names_inside = false; /* shapes in the middle */
    if (mark >= MARK_SPARE) {
        ring_member_shape(&small, mark, 0.4f, x, y, r, ring->scene->theme->text);
        return;
    }
    ring_node_shape(&small, mark, x, y, r, ring->scene->theme->text);
}

static void draw_doubt_mark(const struct ring *ring, bool is_verdict, float x, float y, float r)
{
    struct ring small = *ring;
    small.has_names_inside = false;
    struct lane lane = {{x - r, y}, {x + r, y}, {1, 0}, 2 * r};
    ring_doubt_shape(&small, &lane, is_verdict ? 1 : 0.6f, is_verdict,
                     is_verdict ? ring->scene->theme->bad : ring->scene->theme->warn);
}

static void draw_told_mark(const struct ring *ring, float x, float y, float r)
{
    struct draw_color color = ring->scene->theme->warn;
    draw_line(ring->list, x - r, y, x + r, y, 1.2f, color, false);
    for (int side = -1; side <= 1; side += 2)
        draw_line(ring->list, x + r, y, x + r * 0.3f, y + (float)side * r * 0.4f, 1.2f, color,
                  false);
}

/* Of what nodes think of each other, keep for each other, and are asked for. */
static void draw_cluster_mark(const struct ring *ring, uint32_t mark, float x, float y, float r)
{
    const struct theme *theme = ring->scene->theme;
    struct draw_list *list = ring->list;
    switch (mark) {
    case MARK_DOUBT:
    case MARK_VERDICT: draw_doubt_mark(ring, mark == MARK_VERDICT, x, y, r); break;
    case MARK_NEWS:
    case MARK_NEWS_OLD:
    case MARK_NEWS_NOT:
        ring_news_shape(ring, (struct point){x, y}, r * 0.75f,
                        mark == MARK_NEWS       ? 1
                        : mark == MARK_NEWS_OLD ? 0.5f
                                                : 0);
        break;
    case MARK_TOLD: draw_told_mark(ring, x, y, r); break;
    case MARK_PHI:
    case MARK_SUSPICION:
    case MARK_SILENCE:
        draw_arc(list, x, y, r * 0.8f, -TURN / 4, TURN * 0.4f, 3, theme->accent);
        break;
    case MARK_HINTS: ring_hints_shape(ring, x - r, y - r * 0.6f, r * 2, r * 1.2f, 1); break;
    case MARK_PART_ASKED:
    case MARK_PART_EQUAL:
    case MARK_PART_DIFFERS:
        ring_descent_arc(ring,
                         mark == MARK_PART_ASKED   ? DESCENT_ASKED
                         : mark == MARK_PART_EQUAL ? DESCENT_EQUAL
                                                   : DESCENT_DIFFERS,
                         x, y + r * 6, r * 6, r, -TURN / 4 - 0.16f, -TURN / 4 + 0.16f);
        break;
    case MARK_RANGE_EQUAL:
    case MARK_RANGE_DIFFERS:
        ring_difference_arc(ring, mark == MARK_RANGE_DIFFERS, x, y + r * 6, r * 6, r * 1.2f,
                            -TURN / 4 - 0.16f, -TURN / 4 + 0.16f);
        break;
    case MARK_QUEUE: ring_busy_shape(ring, 0.7f, x - r, y - r * 0.4f, 2 * r, r * 0.8f); break;
    case MARK_SHED: marks_no_entry(list, x, y, r * 0.8f, theme->warn, theme->pane); break;
    case MARK_HOT_KEY: ring_hot_shape(ring, x, y, r * 0.4f); break;
    case MARK_HEAT:
    case MARK_HEAT_MOST:
        ring_heat_arc(ring, mark == MARK_HEAT ? 0.4f : 1, x, y + r * 6, r * 6, r * 1.2f,
                      -TURN / 4 - 0.16f, -TURN / 4 + 0.16f);
        break;
    default:
        ring_reach_arc(ring, (uint8_t)(mark - MARK_REACH), x, y + r * 6, r * 6, r * 1.2f,
                       -TURN / 4 - 0.16f, -TURN / 4 + 0.16f);
    }
}

static void draw_flat_mark(const struct ring *ring, uint32_t mark, float x, float y, float r)
{
    const struct theme *theme = ring->scene->theme;
    struct draw_list *list = ring->list;
    switch (mark) {
    case MARK_SIDE:
        draw_disc(list, x, y, r * 0.8f, theme->bad);
        draw_disc(list, x, y, r * 0.8f - 1, theme->pane);
        break;
    case MARK_CUT: ring_cut_shape(ring, (struct point){x, y}, (struct point){1, 0}, r * 2); break;
    case MARK_KEY_DIFFERS:
        draw_arc(list, x, y, r * 0.9f, 0, TURN, 1.5f, theme->bad);
        draw_disc(list, x, y, r * 0.4f, theme->text);
        break;
    case MARK_KEY: draw_disc(list, x, y, r * 0.4f, theme->text); break;
    case MARK_MESSAGE:
    case MARK_COPY: ring_message_shape(ring, mark, x, y, r * 0.7f, theme->accent); break;
    case MARK_ANSWER: ring_message_shape(ring, mark, x, y, r * 0.7f, theme->good); break;
    case MARK_HELD: ring_message_shape(ring, mark, x - r * 0.5f, y, r * 0.6f, theme->warn); break;
    case MARK_DAMAGED:
    case MARK_LOST: ring_message_shape(ring, mark, x, y, r * 0.7f, theme->bad); break;
    case MARK_MANY: draw_frame(list, x - r * 0.8f, y - r * 0.8f, r * 1.6f, r * 1.6f, 1,
                               theme->accent);
        break;
    case MARK_ROWS: ring_rows_shape(ring, (struct point){x + r, y}, (struct point){1, 0}, 3); break;
    case MARK_MOVE:
    case MARK_MOVED:
        ring_move_shape(ring, x, y + r * 6, r * 5, -TURN / 4 - 0.16f, -TURN / 4 + 0.16f,
                        mark == MARK_MOVED ? 1 : 0.4f, theme->faint, theme->accent);
        break;
    case MARK_SLOT:
    case MARK_SLOT_LOST:
        slot_draw(list, theme, mark == MARK_SLOT ? PICTURE_SLOT_DONE : PICTURE_SLOT_LOST,
                  x - r * 0.7f, y - r * 0.7f, r * 1.4f);
        break;
    case MARK_TIMEOUT: ring_fuse(ring, x, y, r * 0.8f, 0.7f, PICTURE_TIMER_OPERATION); break;
    case MARK_HEARTBEAT: ring_fuse(ring, x, y, r * 0.8f, 0.7f, PICTURE_TIMER_HEARTBEAT); break;
    case MARK_SYNC: ring_fuse(ring, x, y, r * 0.8f, 0.7f, PICTURE_TIMER_LOG_SYNC); break;
    default: draw_cluster_mark(ring, mark, x, y, r);
    }
}

void ring_draw_legend(struct ring *ring)
{
    float size = ring->scene->size * 0.75f, line = size * 1.45f, r = size * 0.62f;
    uint32_t marks[MARK_COUNT], count = 0;
    for (uint32_t mark = MARK_UP + 1; mark < MARK_COUNT; mark++) /* up needs no words */
        if (ring->seen >> mark & 1)
            marks[count++] = mark;
    struct box box = {ring->box.x, 0, size * (DRAW_CHARACTER_WIDTH * 24 + 2), 0};
    for (; count > 0; count--) {
        box.h = line * (float)count;
        box.y = ring->box.y + ring->box.h - box.h;
        if (room_is_free(ring->room, LAYER_STILL, box))
            break;
    }
    for (uint32_t i = 0; i < count; i++) {
        float x = box.x + size, y = box.y + line * ((float)i + 0.5f);
        if (marks[i] <= MARK_LEFT)
            draw_node_mark(ring, marks[i], x, y, r);
        else
            draw_flat_mark(ring, marks[i], x, y, r);
        draw_text(ring->list, x + size * 1.1f, y - size * 0.65f, size, ALIGN_LEFT,
                  ring->scene->theme->faint, words[marks[i]]);
    }
}
