/*
 * ring_why.c: the chain of reasons in the ring.
 *
 * "why 1,3" stands beside whoever its first and third link speak of, where there is room; a thin
 * dashed line leads from each link's place to the next one's. What is of the whole world, such as
 * a partition, has no place of its own here.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/ring/ring.h"

/* On a ground of its own: it may stand on an arc of any colour. */
static bool write_mark(struct ring *ring, float x, float y, float size, enum draw_align align,
                       const char *text)
{
    float w = (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
    float left = align == ALIGN_LEFT ? x : align == ALIGN_CENTER ? x - w / 2 : x - w;
    struct box box = {left - 2, y - 1, w + 4, size * DRAW_LINE_HEIGHT + 1};
    if (!room_is_free(ring->room, LAYER_STILL, box))
        return false;
    draw_rect(ring->list, box.x, box.y, box.w, box.h, ring->scene->theme->pane);
    draw_text(ring->list, x, y, size, align, ring->scene->theme->selected, text);
    room_take(ring->room, LAYER_STILL, box);
    return true;
}

/* Somewhere around, where there is room. */
static void write_marks(struct ring *ring, uint32_t actor, struct point at, float far)
{
    static const float turns[] = {0.875f, 0.125f, 0.625f, 0.375f, 0.75f, 0.25f, 0, 0.5f};
    char marks[32], text[40];
    float size = ring->scene->size * 0.85f;
    if (!*scene_why_marks(ring->scene, actor, marks))
        return;
    snprintf(text, sizeof text, "why %s", marks);
    for (float more = 0; more < 3; more++)
        for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
            float angle = turns[i] * 6.2831853f, reach = far + more * size;
            float dx = cosf(angle), dy = sinf(angle);
            enum draw_align align = ALIGN_CENTER;
            if (fabsf(dx) > 0.3f)
                align = dx > 0 ? ALIGN_LEFT : ALIGN_RIGHT;
            if (write_mark(ring, at.x + dx * reach, at.y + dy * reach - size * 0.6f, size, align,
                           text))
                return;
        }
}

static bool has_place(const struct ring *ring, uint32_t actor)
{
    const struct picture *picture = ring->scene->picture;
    return actor < picture->node_count ||
           (is_client(actor) && actor - PICTURE_CLIENT_BASE < picture->client_count);
}

/* From each link to the next one that has a place here. */
static void draw_lines(struct ring *ring)
{
    const struct why *why = ring->scene->why;
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < why->count; i++) {
        uint32_t actor = why->links[i].record.actor;
        if (!has_place(ring, actor))
            continue;
        if (last != UINT32_MAX && last != actor) {
            struct point a = ring_actor_at(ring, last), b = ring_actor_at(ring, actor);
            draw_line(ring->list, a.x, a.y, b.x, b.y, 1.5f,
                      with_alpha(ring->scene->theme->selected, 120), true);
        }
        last = actor;
    }
}

void ring_draw_why_lines(struct ring *ring)
{
    if (ring->scene->why)
        draw_lines(ring);
}

void ring_draw_why(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    if (!ring->scene->why)
        return;
    for (uint32_t i = 0; i < picture->node_count; i++)
        write_marks(ring, i, ring_node_at(ring, i), ring->disc + 8);
    for (uint32_t i = 0; i < picture->client_count; i++) {
        struct box box = ring_client_box(ring, i);
        write_marks(ring, PICTURE_CLIENT_BASE + i,
                    (struct point){box.x + box.w / 2, box.y + box.h / 2},
                    fminf(box.w, box.h * 2) / 2 + 4);
    }
}
