/*
 * ring_still.c: messages for people to whom moving discs do harm.
 *
 *     |====|--(W)---->       an arrow along the whole link; behind the bar it is done
 *
 * The disc with the letter stands at one place of its link for as long as the message is on its
 * way; a bar across the arrow says how far it is, in quarters, so that it does not creep.
 */
#include <math.h>

#include "viz/ring/ring.h"

#define QUARTERS 4

/* Those of one link side by side: which place a message has is its own affair, so that it keeps
 * it when another one comes or goes. */
struct point ring_still_place(const struct lane *lane, const struct picture_message *message)
{
    static const float places[] = {0.5f, 0.35f, 0.65f};
    float part = places[message->record % 3];
    return (struct point){lane->from.x + lane->along.x * lane->length * part,
                          lane->from.y + lane->along.y * lane->length * part};
}

void ring_draw_progress(const struct ring *ring, const struct lane *lane, float part,
                        struct draw_color color)
{
    float done = floorf(part * QUARTERS) / QUARTERS * lane->length, half = ring->scene->size * 0.4f;
    struct point bar = {lane->from.x + lane->along.x * done, lane->from.y + lane->along.y * done};
    struct point across = {-lane->along.y * half, lane->along.x * half};
    draw_line(ring->list, lane->from.x, lane->from.y, lane->to.x, lane->to.y, 1,
              with_alpha(color, 120), false);
    draw_line(ring->list, lane->from.x, lane->from.y, bar.x, bar.y, 3, with_alpha(color, 200),
              false);
    draw_line(ring->list, bar.x - across.x, bar.y - across.y, bar.x + across.x, bar.y + across.y, 2,
              color, false);
    for (int i = -1; i <= 1; i += 2) { /* the head */
        float back = half * 1.2f, side = (float)i * 0.5f;
        draw_line(ring->list, lane->to.x, lane->to.y,
                  lane->to.x - lane->along.x * back + across.x * side * 1.6f,
                  lane->to.y - lane->along.y * back + across.y * side * 1.6f, 2, color, false);
    }
}
