/*
 * ring_racks.c: which nodes fail together: a band behind those that stand in one rack.
 *
 *            ____n1____
 *       n5 /   north    \ n2      neighbours of one rack share a band; where nodes are dealt to
 *          \            /         racks in turn, each has a piece of its own, with the same name
 *       n4  '-- power --'  n3
 *
 * The band lies on the circle of the nodes, the name beside it on the outer side, where there is
 * room. Neighbouring racks have two shades in turn; a rack whose machines are all down has the
 * colour of trouble.
 */
#include <stdio.h>
#include <string.h>

#include "viz/ring/ring.h"

static uint32_t rack_of(const struct ring *ring, uint32_t node)
{
    return ring->scene->picture->nodes[node].rack;
}

static bool is_all_down(const struct picture *picture, uint32_t rack)
{
    for (uint32_t i = 0; i < picture->node_count; i++)
        if (picture->nodes[i].rack == rack && picture->nodes[i].state != PICTURE_DOWN)
            return false;
    return true;
}

/* How many nodes from this one on are its neighbours in one rack. */
static uint32_t run_from(const struct ring *ring, uint32_t first)
{
    uint32_t count = 1, nodes = ring->scene->picture->node_count;
    while (first + count < nodes && rack_of(ring, first + count) == rack_of(ring, first))
        count++;
    return count;
}

static void write_name(struct ring *ring, float angle, const char *name, struct draw_color color)
{
    float size = ring->scene->size * 0.85f;
    struct point at = ring_at(ring, ring->nodes + 10, angle);
    float dx = (at.x - ring->x) / ring->nodes, dy = (at.y - ring->y) / ring->nodes;
    enum draw_align align = dx > 0.35f ? ALIGN_LEFT : dx < -0.35f ? ALIGN_RIGHT : ALIGN_CENTER;
    char text[80];
    snprintf(text, sizeof text, "rack %s", name);
    float lift = align == ALIGN_CENTER ? (dy < 0 ? 1.15f : 0.15f) : 0.65f;
    ring_label(ring, LAYER_STILL, at.x, at.y - size * lift, size, align, color, text);
}

/* A stretch of neighbours in one rack. */
struct stretch {
    uint32_t first, count;
    float from, to; /* angles */
    bool is_light;
    bool is_lost;
};

static bool next_stretch(const struct ring *ring, struct stretch *stretch)
{
    const struct picture *picture = ring->scene->picture;
    float slot = TURN / (float)picture->node_count;
    stretch->first += stretch->count;
    if (picture->rack_count == 0 || stretch->first >= picture->node_count)
        return false;
    stretch->count = run_from(ring, stretch->first);
    stretch->from = ((float)stretch->first - 0.42f) * slot - TURN / 4;
    stretch->to = ((float)(stretch->first + stretch->count - 1) + 0.42f) * slot - TURN / 4;
    stretch->is_light = !stretch->is_light;
    stretch->is_lost = is_all_down(picture, rack_of(ring, stretch->first));
    return true;
}

void ring_draw_racks(struct ring *ring)
{
    const struct theme *theme = ring->scene->theme;
    struct stretch stretch = {0};
    while (next_stretch(ring, &stretch)) {
        uint8_t alpha = stretch.is_lost ? 150 : stretch.is_light ? 70 : 40;
        draw_arc(ring->list, ring->x, ring->y, ring->nodes, stretch.from, stretch.to, 9,
                 with_alpha(stretch.is_lost ? theme->bad : theme->text, alpha));
    }
}

/* Between two nodes where there are two; else at the end of the band, beside the node. */
void ring_write_racks(struct ring *ring)
{
    const struct theme *theme = ring->scene->theme;
    struct stretch stretch = {0};
    while (next_stretch(ring, &stretch)) {
        float half = (stretch.to - stretch.from) / (float)(2 * stretch.count);
        float angle = stretch.count % 2 == 0 ? (stretch.from + stretch.to) / 2
                                             : stretch.to - half * 0.1f;
        write_name(ring, angle, ring->scene->picture->racks[rack_of(ring, stretch.first)],
                   stretch.is_lost ? theme->bad : theme->faint);
    }
}
