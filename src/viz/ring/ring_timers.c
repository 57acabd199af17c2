/*
 * ring_timers.c: time that runs down, as arcs around a node.
 *
 * A fuse burns from its set time to its due time: an arc that ends at the top, and shrinks
 * towards it. The ones that are due first lie innermost.
 *
 *     o====   an operation's timeout: thick, with a dot where it burns
 *     -----   the next heartbeat: thin
 *     - - -   the log waits for its sync: dashed
 *
 * When a node is selected, each other node shows how long the selected one has not heard of
 * it, against the limit at which it is suspected: a full circle is the limit. (Another kind of
 * detector, one that answers with a number that grows, has its place here: the arc is that
 * number against its threshold.) Who suspects whom is a dashed line with the word on it.
 */
#include <math.h>

#include "viz/ring/ring.h"

#define FUSES_MAX 3
#define PEERS_MAX 1024

void ring_fuse(const struct ring *ring, float x, float y, float radius, float part,
               uint8_t timer_kind)
{
    const struct theme *theme = ring->scene->theme;
    float top = -TURN / 4, from = top - part * TURN;
    if (part <= 0)
        return;
    switch (timer_kind) {
    case PICTURE_TIMER_OPERATION:
        draw_arc(ring->list, x, y, radius, from, top, 2, theme->warn);
        draw_disc(ring->list, x + radius * cosf(from), y + radius * sinf(from), 2.6f, theme->warn);
        break;
    case PICTURE_TIMER_LOG_SYNC:
        for (float i = 0; i < part * 12; i++)
            draw_arc(ring->list, x, y, radius, top - i / 12 * TURN - TURN / 24, top - i / 12 * TURN,
                     2, theme->accent);
        break;
    default: draw_arc(ring->list, x, y, radius, from, top, 1, theme->faint);
    }
}

static float part_left(const struct scene *scene, const struct picture_timer *timer)
{
    float whole = (float)(timer->due_at - timer->set_at);
    float left = timer->due_at > scene->clock ? (float)(timer->due_at - scene->clock) : 0;
    return whole > 0 ? fminf(left / whole, 1) : 0;
}

static uint32_t mark_of(uint8_t timer_kind)
{
    switch (timer_kind) {
    case PICTURE_TIMER_PROBE:
    case PICTURE_TIMER_SPREAD:
    case PICTURE_TIMER_GOSSIP:
    case PICTURE_TIMER_HEARTBEAT: return MARK_HEARTBEAT;
    case PICTURE_TIMER_LOG_SYNC: return MARK_SYNC;
    default: return MARK_TIMEOUT;
    }
}

void ring_draw_timers(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    uint8_t burning[PEERS_MAX] = {0}; /* fuses of each node so far */
    bool is_crowded = !ring->has_names_inside;
    for (uint32_t i = 0; i < picture->timer_count; i++) {
        const struct picture_timer *timer = &picture->timers[i];
        if (timer->owner >= picture->node_count || timer->owner >= PEERS_MAX ||
            burning[timer->owner] >= (is_crowded ? 1 : FUSES_MAX) ||
            (is_crowded && timer->kind != PICTURE_TIMER_OPERATION))
            continue;
        struct point at = ring_node_at(ring, timer->owner);
        float radius = ring->disc + (is_crowded ? 2.5f : 4 + 3 * (float)burning[timer->owner]);
        burning[timer->owner]++;
        ring_fuse(ring, at.x, at.y, radius, part_left(ring->scene, timer), timer->kind);
        ring_saw(ring, mark_of(timer->kind));
    }
}

/* --- silence ------------------------------------------------------------------------------- */

/* A dashed line from who suspects to whom, with the word on it. */
static void draw_suspicion(struct ring *ring, uint32_t from, uint32_t to)
{
    const struct theme *theme = ring->scene->theme;
    struct lane lane = ring_lane(ring, from, to);
    float size = ring->scene->size * 0.85f, w = 8 * size * DRAW_CHARACTER_WIDTH + 4;
    draw_line(ring->list, lane.from.x, lane.from.y, lane.to.x, lane.to.y, 1.5f,
              with_alpha(theme->bad, 140), true);
    for (float part = 0.5f; part < 0.8f; part += 0.12f) {
        float x = lane.from.x + lane.along.x * lane.length * part;
        float y = lane.from.y + lane.along.y * lane.length * part;
        struct box box = {x - w / 2, y - size * 0.65f, w, size * 1.3f};
        if (!room_is_free(ring->room, LAYER_STILL, box))
            continue;
        room_take(ring->room, LAYER_STILL, box);
        room_take(ring->room, LAYER_MOVING, box);
        draw_rect(ring->list, box.x, box.y, box.w, box.h, theme->pane);
        draw_text(ring->list, x, box.y, size, ALIGN_CENTER, theme->bad, "suspects");
        return;
    }
}

static void draw_silence_of(struct ring *ring, uint32_t node, const struct picture_peer *peer,
                            vtime limit)
{
    const struct scene *scene = ring->scene;
    struct point at = ring_node_at(ring, node);
    vtime silence = peer->silence + (scene->clock - scene->picture->now);
    float part = fminf((float)silence / (float)limit, 1);
    float r = ring->disc + (ring->has_names_inside ? 14 : 4);
    struct draw_color color = peer->is_suspected ? scene->theme->bad : scene->theme->accent;
    draw_arc(ring->list, at.x, at.y, r, 0, TURN, 1, with_alpha(scene->theme->line, 200));
    draw_arc(ring->list, at.x, at.y, r, -TURN / 4, -TURN / 4 + part * TURN, 3, color);
    ring_saw(ring, MARK_SILENCE);
}

void ring_draw_silence(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    struct picture_peer peers[PEERS_MAX];
    if (ring->node >= picture->node_count || picture->node_count > PEERS_MAX ||
        picture->rules.heartbeat == 0)
        return;
    if (stage_peers(ring->scene->stage, ring->node, peers))
        for (uint32_t i = 0; i < picture->node_count; i++) {
            if (i != ring->node)
                draw_silence_of(ring, i, &peers[i], picture->rules.suspect_after);
            if (i != ring->node && peers[i].is_suspected)
                draw_suspicion(ring, ring->node, i);
        }
    uint32_t left = picture->nodes[ring->node].suspected_by;
    for (uint32_t i = 0; i < picture->node_count && left > 0; i++)
        if (i != ring->node && stage_peers(ring->scene->stage, i, peers) &&
            peers[ring->node].is_suspected) {
            draw_suspicion(ring, i, ring->node);
            left--;
        }
}
