/*
 * ring_timers.c: time that runs down, as arcs around a node.
 *
 * A fuse burns from its set time to its due time: an arc that ends at the top, and shrinks
 * towards it. The ones that are due first lie innermost.
 *
 *     o====   an operation's timeout: thick, with a dot where it burns
 *     -----   the next heartbeat: thin
 *     - - -   the log waits for its sync: dashed
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
    if (ring->news && ring_halo(ring) < ring->disc + 12) /* there is room for one thing */
        return;
    for (uint32_t i = 0; i < picture->timer_count; i++) {
        const struct picture_timer *timer = &picture->timers[i];
        if (timer->owner >= picture->node_count || timer->owner >= PEERS_MAX ||
            timer->kind == PICTURE_TIMER_SUSPICION || /* ring_doubts.c has it */
            burning[timer->owner] >= (is_crowded ? 1 : FUSES_MAX) ||
            (is_crowded && timer->kind != PICTURE_TIMER_OPERATION))
            continue;
        struct point at = ring_node_at(ring, timer->owner);
        float radius = ring->disc + (is_crowded ? 2.5f : 4 + 3 * (float)burning[timer->owner]);
        if (burning[timer->owner] > 0 && radius > ring_halo(ring)) /* its neighbour's place */
            continue;
        burning[timer->owner]++;
        ring_fuse(ring, at.x, at.y, radius, part_left(ring->scene, timer), timer->kind);
        ring_saw(ring, mark_of(timer->kind));
    }
}
