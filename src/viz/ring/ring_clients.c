/*
 * ring_clients.c: clients, outside of everything, each a name in a box.
 *
 * Below the box a bar shrinks while the client waits for an answer: when it is gone, the
 * client gives up. Where boxes would touch, a client's steps aside; where there is no room for that
 * either, it is a small square without a name.
 */
#include <math.h>

#include "viz/ring/ring.h"

/* The part of its patience that is left, of the request that runs out first; < 0: it waits for
 * nothing. */
static float patience_of(const struct scene *scene, uint32_t address)
{
    const struct picture *picture = scene->picture;
    for (uint32_t i = 0; i < picture->timer_count; i++) {
        const struct picture_timer *timer = &picture->timers[i];
        if (timer->owner != address || timer->due_at <= timer->set_at)
            continue;
        float left = timer->due_at > scene->clock ? (float)(timer->due_at - scene->clock) : 0;
        return left / (float)(timer->due_at - timer->set_at);
    }
    return -1;
}

static void draw_small(struct ring *ring, uint32_t address, struct point at)
{
    float r = fmaxf(ring->scene->size * 0.25f, 2);
    struct box box = {at.x - r, at.y - r, 2 * r, 2 * r};
    bool is_picked = pick_is(ring->scene->pick, PICK_ACTOR, address);
    draw_rect(ring->list, box.x, box.y, box.w, box.h,
              is_picked ? ring->scene->theme->selected : ring->scene->theme->faint);
    hits_add(ring->hits, box, PICK_ACTOR, address);
}

/* Where the client's name has room: at its place, or a little above, below or beside it. False:
 * nowhere. */
static bool find_room(const struct ring *ring, struct box *box)
{
    static const float steps[][2] = {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {0, 2}, {0, -2}};
    const struct box pane = ring->box;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct box at = {box->x + steps[i][0] * (box->w + 16), box->y + steps[i][1] * (box->h + 8),
                         box->w, box->h};
        bool is_inside = at.x >= pane.x && at.y >= pane.y && at.x + at.w <= pane.x + pane.w &&
                         at.y + at.h <= pane.y + pane.h;
        if ((i == 0 || is_inside) && room_is_free(ring->room, LAYER_STILL, at)) {
            *box = at;
            return true;
        }
    }
    return false;
}

static void draw_client(struct ring *ring, uint32_t index)
{
    const struct scene *scene = ring->scene;
    const struct theme *theme = scene->theme;
    uint32_t address = PICTURE_CLIENT_BASE + index;
    struct box box = ring_client_box(ring, index);
    float size = scene->size * 0.9f;
    struct point at = {box.x + box.w / 2, box.y + box.h / 2};
    if (!find_room(ring, &box)) {
        draw_small(ring, address, at);
        return;
    }
    at = (struct point){box.x + box.w / 2, box.y + box.h / 2};
    room_take(ring->room, LAYER_STILL, (struct box){box.x - 2, box.y - 2, box.w + 4, box.h + 8});
    room_take(ring->room, LAYER_MOVING, box);
    draw_rect(ring->list, box.x, box.y, box.w, box.h, theme->background);
    draw_frame(ring->list, box.x, box.y, box.w, box.h, 1, theme->faint);
    draw_text_fit(ring->list, box.x + size * 0.5f, at.y - size * 0.65f, box.w - size * 0.4f, size,
                  theme->text, scene->picture->clients[index]);
    float left = patience_of(scene, address);
    if (left >= 0) {
        draw_rect(ring->list, box.x, box.y + box.h + 2, box.w * left, 2.5f, theme->warn);
        ring_saw(ring, MARK_TIMEOUT);
    }
    if (pick_is(scene->pick, PICK_ACTOR, address))
        ring_draw_corners(ring, (struct box){box.x - 3, box.y - 3, box.w + 6, box.h + 6});
    hits_add(ring->hits, box, PICK_ACTOR, address);
}

void ring_draw_clients(struct ring *ring)
{
    for (uint32_t i = 0; i < ring->scene->picture->client_count; i++)
        draw_client(ring, i);
}
