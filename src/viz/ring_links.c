/*
 * ring_links.c: what keeps messages from getting through.
 *
 * A cut is drawn as ## across the link: in the middle when neither way is open, on the lane of
 * the sender when only one is. A partition of many nodes cuts thousands of links; then each
 * node has the letter of its side instead, and the lines are left out.
 */
#include <math.h>

#include "viz/ring.h"

#define LINES_MAX 90

void ring_cut_shape(const struct ring *ring, struct point at, struct point along, float size)
{
    struct draw_color color = ring->scene->theme->bad;
    struct point across = {-along.y, along.x};
    float reach = size * 0.5f, step = size * 0.17f;
    draw_disc(ring->list, at.x, at.y, size * 0.62f, ring->scene->theme->pane);
    for (int i = -1; i <= 1; i += 2) {
        float s = (float)i * step;
        draw_line(ring->list, at.x + along.x * s - across.x * reach,
                  at.y + along.y * s - across.y * reach, at.x + along.x * s + across.x * reach,
                  at.y + along.y * s + across.y * reach, 2, color, false);
        draw_line(ring->list, at.x + across.x * s - along.x * reach,
                  at.y + across.y * s - along.y * reach, at.x + across.x * s + along.x * reach,
                  at.y + across.y * s + along.y * reach, 2, color, false);
    }
}

static bool is_cut(const struct picture *picture, uint32_t from, uint32_t to)
{
    uint32_t low = 0, high = picture->cut_count; /* ascending by (from, to) */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct picture_cut *cut = &picture->cuts[middle];
        if (cut->from < from || (cut->from == from && cut->to < to))
            low = middle + 1;
        else
            high = middle;
    }
    return low < picture->cut_count && picture->cuts[low].from == from &&
           picture->cuts[low].to == to;
}

static void draw_cut(struct ring *ring, uint32_t from, uint32_t to)
{
    bool is_both = is_cut(ring->scene->picture, to, from);
    if (is_both && from > to)
        return;
    struct lane lane = ring_lane(ring, from, to), back = ring_lane(ring, to, from);
    struct point a = lane.from, b = lane.to;
    if (is_both) { /* between the two lanes */
        a = (struct point){(a.x + back.to.x) / 2, (a.y + back.to.y) / 2};
        b = (struct point){(b.x + back.from.x) / 2, (b.y + back.from.y) / 2};
    }
    float part = is_both ? 0.5f : 0.3f;
    struct point at = {a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
    draw_line(ring->list, a.x, a.y, b.x, b.y, 1.5f, with_alpha(ring->scene->theme->bad, 120), true);
    ring_cut_shape(ring, at, lane.along, ring->scene->size);
    float half = ring->scene->size * 0.8f;
    struct box box = {at.x - half, at.y - half, 2 * half, 2 * half};
    if (is_both)
        hits_add(ring->hits, box, PICK_CUT, (uint64_t)to << 32 | from);
    hits_add(ring->hits, box, PICK_CUT, (uint64_t)from << 32 | to);
    ring_saw(ring, MARK_CUT);
}

void ring_draw_cuts(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 0; i < picture->cut_count && picture->cut_count <= LINES_MAX; i++)
        draw_cut(ring, picture->cuts[i].from, picture->cuts[i].to);
}
