/*
 * ring_hints.c: writes that wait at one node for another.
 *
 *     n1 ...[12]... > n3     a stack of letters, with their number, on the way that they will go
 *
 * One stack for each pair. It becomes lower as they are delivered; while a batch is under way its
 * line is drawn through. The words beside the node ("12 hints for n3") are ring_nodes.c's.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

#define STACKS_MAX 48
#define SHEETS_MAX 4

/* How many sheets lie there: one, two for up to four writes, three for up to sixteen, ... */
static uint32_t sheets_of(uint64_t count)
{
    uint32_t sheets = 1;
    while (sheets < SHEETS_MAX && count > UINT64_C(1) << 2 * (sheets - 1))
        sheets++;
    return sheets;
}

/* A letter: a frame, with the lines of its flap where there is no number in it. */
void ring_hints_shape(const struct ring *ring, float x, float y, float w, float h, uint64_t count)
{
    const struct theme *theme = ring->scene->theme;
    for (uint32_t i = sheets_of(count); i-- > 0;) {
        float off = 2.5f * (float)i;
        draw_rect(ring->list, x + off, y - off, w, h, theme->pane);
        draw_frame(ring->list, x + off, y - off, w, h, 1.2f, theme->warn);
    }
    if (count > 1)
        return;
    draw_line(ring->list, x, y, x + w / 2, y + h * 0.55f, 1.2f, theme->warn, false);
    draw_line(ring->list, x + w, y, x + w / 2, y + h * 0.55f, 1.2f, theme->warn, false);
}

static void draw_stack(struct ring *ring, const struct picture_hints *hints)
{
    const struct theme *theme = ring->scene->theme;
    struct lane lane = ring_lane(ring, hints->keeper, hints->target);
    float size = ring->scene->size * 0.8f, h = size * 1.35f;
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)hints->count);
    float w = fmaxf((float)strlen(text) * size * DRAW_CHARACTER_WIDTH + size * 0.7f, h * 1.4f);
    for (float part = 0.06f; part < 0.7f; part += 0.08f) {
        float x = lane.from.x + lane.along.x * lane.length * part;
        float y = lane.from.y + lane.along.y * lane.length * part;
        struct box box = {x - w / 2, y - h / 2 - 8, w + 8, h + 8}; /* with its sheets */
        if (!room_is_free(ring->room, LAYER_STILL, box))
            continue;
        room_take(ring->room, LAYER_STILL, box);
        room_take(ring->room, LAYER_MOVING, box);
        ring_hints_shape(ring, x - w / 2, y - h / 2, w, h, MAX(hints->count, 2));
        draw_text(ring->list, x, y - size * 0.65f, size, ALIGN_CENTER, theme->warn, text);
        hits_add(ring->hits, box, PICK_ACTOR, hints->keeper);
        return;
    }
}

static bool is_shown(const struct ring *ring, const struct picture_hints *hints)
{
    return ring->node == UINT32_MAX || ring->node == hints->keeper || ring->node == hints->target;
}

/* Lines are drawn below the nodes; the stacks lie where nothing else is. */
void ring_draw_hint_lines(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < picture->hint_count && shown < STACKS_MAX; i++) {
        const struct picture_hints *hints = &picture->hints[i];
        if (!is_shown(ring, hints))
            continue;
        struct lane lane = ring_lane(ring, hints->keeper, hints->target);
        draw_line(ring->list, lane.from.x, lane.from.y, lane.to.x, lane.to.y, 1.5f,
                  with_alpha(ring->scene->theme->warn, 150), !hints->is_sent);
        ring_saw(ring, MARK_HINTS);
        shown++;
    }
}

void ring_draw_hint_stacks(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < picture->hint_count && shown < STACKS_MAX; i++)
        if (is_shown(ring, &picture->hints[i]) && ring->has_names_inside) {
            draw_stack(ring, &picture->hints[i]);
            shown++;
        }
}
