/*
 * ring_differ.c: the circle of tokens by how many keys differ between the replicas of a range.
 *
 *     -------      every running replica has the same
 *     |  |||       keys differ: the more, the higher it stands in the band; their number inside
 *
 * Heights go by the logarithm, so that one key is seen beside a thousand. The numbers come from
 * the simulator (sim/metrics/divergence.c), which asks for sums and looks at few rows; what it may
 * look at for one picture is bounded, and what is cut is said in the title.
 */
#include <math.h>

#include "viz/ring/ring.h"

#define PATIENCE 1000 /* parts and rows looked at for one picture: some milliseconds */

void ring_count_differences(const struct scene *scene, struct ring_differences *differences)
{
    uint32_t count = scene->picture->token_count;
    uint64_t patience = PATIENCE;
    differences->is_counted = count <= RING_RANGES_MAX;
    differences->keys = differences->most = differences->ranges = 0;
    for (uint32_t i = 0; differences->is_counted && i < count; i++) {
        uint64_t keys = stage_range_differing(scene->stage, i, &patience);
        differences->of[i] = (uint32_t)(keys < UINT32_MAX ? keys : UINT32_MAX);
        differences->keys += keys;
        differences->ranges += keys > 0;
        differences->most = keys > differences->most ? keys : differences->most;
    }
    differences->is_cut = patience == 0;
}

void ring_difference_arc(const struct ring *ring, uint64_t keys, float x, float y, float radius,
                         float band, float from, float to)
{
    const struct theme *theme = ring->scene->theme;
    float most = ring->differences ? (float)ring->differences->most : 1;
    float inner = radius - band / 2;
    draw_arc(ring->list, x, y, inner + band * 0.09f, from, to, band * 0.18f,
             with_alpha(theme->good, 170));
    if (keys == 0)
        return;
    float part = 0.45f + 0.55f * log2f((float)keys + 1) / log2f(fmaxf(most, (float)keys) + 1);
    float high = band * part;
    draw_arc(ring->list, x, y, inner + high / 2, from, to, high, with_alpha(theme->bad, 90));
    float bars = fmaxf(floorf((to - from) * radius / fmaxf(band * 0.4f, 4)), 1);
    float step = (to - from) / bars;
    for (float i = 0; i < bars; i++) /* bars, so that it is not told by colour alone */
        draw_arc(ring->list, x, y, inner + high / 2, from + i * step, from + (i + 0.5f) * step,
                 high, theme->bad);
}

/* Inside the circle, beside the range. */
static void write_number(struct ring *ring, uint32_t token)
{
    const struct picture *picture = ring->scene->picture;
    uint64_t end = picture->tokens[token].position;
    uint64_t begin = picture->tokens[token ? token - 1 : picture->token_count - 1].position;
    float from = ring_angle(ring, begin), to = ring_angle(ring, end);
    float size = ring->scene->size * 0.85f;
    char text[16];
    snprintf(text, sizeof text, "%u", ring->differences->of[token]);
    float middle = ((to < from ? from - TURN : from) + to) / 2;
    struct point at = ring_at(
        ring, ring->tokens - ring->band / 2 - 8 - ring_descent_depth(ring) - size, middle);
    ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
               ring->scene->theme->text, text);
}

/* The largest first, as long as there is room: by powers of two. */
void ring_draw_difference_words(struct ring *ring)
{
    const struct ring_differences *differences = ring->differences;
    if (!differences->is_counted || ring->tokens < ring->scene->size * 4)
        return;
    for (int bits = 31; bits >= 0; bits--)
        for (uint32_t i = 0; i < ring->scene->picture->token_count; i++)
            if (differences->of[i] >> bits == 1)
                write_number(ring, i);
}
