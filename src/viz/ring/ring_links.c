/*
 * ring_links.c: what keeps messages from getting through.
 *
 * A cut is drawn as ## across the link: in the middle when neither way is open, on the lane of
 * the sender when only one is. A partition of many nodes cuts thousands of links; then the
 * lines are left out, and arcs with a letter say who is on which side (ring_nodes.c has the
 * letters of a few nodes).
 */
#include <math.h>

#include "viz/ring/ring.h"

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

/* The mark's place on the line: not upon a key or another mark, if that can be. */
static struct point mark_at(struct ring *ring, struct point a, struct point b, float wanted)
{
    static const float shifts[] = {0, -0.1f, 0.1f, -0.18f, 0.18f};
    float r = ring->scene->size * 0.62f;
    struct point at = {a.x + (b.x - a.x) * wanted, a.y + (b.y - a.y) * wanted};
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        float x = at.x + (b.x - a.x) * shifts[i], y = at.y + (b.y - a.y) * shifts[i];
        struct box box = {x - r, y - r, 2 * r, 2 * r};
        if (!room_is_free(ring->room, LAYER_STILL, box))
            continue;
        room_take(ring->room, LAYER_STILL, box);
        return (struct point){x, y};
    }
    return at;
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
    struct point at = mark_at(ring, a, b, is_both ? 0.5f : 0.3f);
    draw_line(ring->list, a.x, a.y, b.x, b.y, 1.5f, with_alpha(ring->scene->theme->bad, 120), true);
    ring_cut_shape(ring, at, lane.along, fminf(ring->scene->size, fmaxf(ring->tokens * 0.25f, 8)));
    float half = ring->scene->size * 0.8f;
    struct box box = {at.x - half, at.y - half, 2 * half, 2 * half};
    if (is_both)
        hits_add(ring->hits, box, PICK_CUT, (uint64_t)to << 32 | from);
    hits_add(ring->hits, box, PICK_CUT, (uint64_t)from << 32 | to);
    ring_saw(ring, MARK_CUT);
}

/* Neighbours of one side have an arc behind them together, with the side's letter. */
static void draw_side_arc(struct ring *ring, uint32_t first, uint32_t last)
{
    const struct picture *picture = ring->scene->picture;
    float step = TURN / (float)picture->node_count, size = ring->scene->size * 0.8f;
    float from = ((float)first - 0.4f) * step - TURN / 4;
    float to = ((float)last + 0.4f) * step - TURN / 4;
    float radius = ring->nodes - ring->disc - 5;
    char letter[2] = {(char)('A' + picture->nodes[first].side % 26), '\0'};
    draw_arc(ring->list, ring->x, ring->y, radius, from, to, 2, ring->scene->theme->bad);
    struct point at = ring_at(ring, radius - size * 0.9f, (from + to) / 2);
    float r = size * 0.7f;
    struct box box = {at.x - r, at.y - r, 2 * r, 2 * r};
    if (!room_is_free(ring->room, LAYER_STILL, box))
        return;
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
    draw_disc(ring->list, at.x, at.y, r + 1, ring->scene->theme->bad);
    draw_disc(ring->list, at.x, at.y, r, ring->scene->theme->pane);
    draw_text(ring->list, at.x, at.y - size * 0.65f, size, ALIGN_CENTER, ring->scene->theme->text,
              letter);
    ring_saw(ring, MARK_SIDE);
}

static void draw_side_arcs(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 1, first = 0; i <= picture->node_count; i++)
        if (i == picture->node_count || picture->nodes[i].side != picture->nodes[first].side) {
            draw_side_arc(ring, first, i - 1);
            first = i;
        }
}

void ring_draw_cuts(struct ring *ring)
{
    if (ring->scene->picture->side_count > 1 && !ring->has_names_inside)
        draw_side_arcs(ring);

    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 0; i < picture->cut_count && picture->cut_count <= LINES_MAX; i++)
        draw_cut(ring, picture->cuts[i].from, picture->cuts[i].to);
}
