/*
 * ring_quorum.c: the operations that coordinators have in hand, slot by slot.
 *
 *     [#][#][ ] 2/2      three replicas were asked, two of two that are needed have answered
 *
 * What a square says stands in slots.h.
 *
 * Next to the coordinator stand the slots of its oldest operations; where the corner has room,
 * a list tells all of them in words.
 */
#include <math.h>
#include <string.h>

#include "base/outcome.h"
#include "viz/ring/ring.h"
#include "viz/ring/slots.h"

static void draw_slots(struct ring *ring, const struct picture_operation *operation, float x,
                       float y, float side)
{
    for (uint32_t i = 0; i < operation->replica_count; i++) {
        slot_draw(ring->list, ring->scene->theme, operation->slots[i],
                  x + (float)i * side * 1.25f, y, side);
        ring_saw(ring, operation->slots[i] == PICTURE_SLOT_LOST ? MARK_SLOT_LOST : MARK_SLOT);
    }
}

static bool is_picked(const struct ring *ring, const struct picture_operation *operation)
{
    return operation->record != 0 && pick_is(ring->scene->pick, PICK_RECORD, operation->record);
}

/* A small tag beside the node, on its outer side; up to two of them, one above the other. */
static void draw_tag(struct ring *ring, const struct picture_operation *operation, uint32_t index)
{
    struct point at = ring_node_at(ring, operation->coordinator);
    float size = ring->scene->size * 0.75f, side = size * 0.85f;
    char text[24];
    snprintf(text, sizeof text, "%u/%u", operation->acknowledged, operation->needed);
    float slots = (float)operation->replica_count * side * 1.25f;
    float w = slots + (float)strlen(text) * size * DRAW_CHARACTER_WIDTH + size * 0.3f;
    float x = at.x < ring->x - 1 ? at.x - ring->disc - 17 - w : at.x + ring->disc + 17;
    float y = at.y - size * 0.65f + ((float)index - 0.5f) * size * 1.35f;
    struct box box = {x - 2, y, w + 4, size * 1.25f};
    if (!room_is_free(ring->room, LAYER_STILL, box))
        return;
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
    if (is_picked(ring, operation))
        ring_draw_corners(ring, box);
    draw_slots(ring, operation, x, y + size * 0.25f, side);
    draw_text(ring->list, x + slots + size * 0.2f, y, size, ALIGN_LEFT, ring->scene->theme->text,
              text);
    hits_add(ring->hits, box, PICK_RECORD, operation->record);
}

void ring_draw_quorums(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    uint8_t tags[1024] = {0};
    if (!ring->has_names_inside)
        return;
    for (uint32_t i = 0; i < picture->open_count; i++) {
        uint32_t node = picture->open[i].coordinator;
        if (node < 1024 && tags[node] < 2)
            draw_tag(ring, &picture->open[i], tags[node]++);
    }
}

/* --- the list ------------------------------------------------------------------------------ */

#define LIST_COLUMNS 36

static void draw_line_of(struct ring *ring, const struct picture_operation *operation, float x,
                         float y, float size)
{
    const struct scene *scene = ring->scene;
    const struct picture *picture = scene->picture;
    char text[80], left[32];
    float side = size * 0.8f, step = size * DRAW_CHARACTER_WIDTH;
    vtime wait = operation->due_at > scene->clock ? operation->due_at - scene->clock : 0;
    const char *key = operation->key < picture->key_count ? picture->keys[operation->key].name : "";
    if (is_picked(ring, operation))
        draw_rect(ring->list, x - 2, y, step * LIST_COLUMNS + 4, size * DRAW_LINE_HEIGHT,
                  with_alpha(scene->theme->accent, 60));
    snprintf(text, sizeof text, "%-4.4s%-7.7s%-10.10s", picture->nodes[operation->coordinator].name,
             operation->kind, key);
    draw_text(ring->list, x, y, size, ALIGN_LEFT, scene->theme->text, text);
    draw_slots(ring, operation, x + step * 21, y + size * 0.25f, side);
    scene_time(wait / MILLISECOND * MILLISECOND, left);
    if (!operation->is_open)
        snprintf(left, sizeof left, "told");
    else if (operation->phase == PICTURE_PHASE_TOLD)
        snprintf(left, sizeof left, "answered");
    else if (wait == 0)
        snprintf(left, sizeof left, "overdue");
    draw_text_fit(ring->list, x + step * 29, y, step * 9, size, scene->theme->faint, left);
    hits_add(ring->hits, (struct box){x, y, step * LIST_COLUMNS, size * DRAW_LINE_HEIGHT},
             PICK_RECORD, operation->record);
}

/* "3 open, 1 told": open is what clients wait for, as everywhere; told is what coordinators only
 * end. Of both, what has no row is in the last line: there is no room, or it is on its way. */
static uint64_t count_listed(const struct picture *picture, char *title, size_t size)
{
    uint64_t open = picture->operations[OUTCOME_PENDING], told = 0;
    for (uint32_t i = 0; i < picture->open_count; i++)
        told += !picture->open[i].is_open;
    if (told > 0)
        snprintf(title, size, "%llu open, %llu told, the oldest first", (unsigned long long)open,
                 (unsigned long long)told);
    else
        snprintf(title, size, "%llu open, the oldest first", (unsigned long long)open);
    return open + told;
}

void ring_draw_open(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    float size = ring->scene->size * 0.8f, line = size * DRAW_LINE_HEIGHT;
    float w = size * DRAW_CHARACTER_WIDTH * LIST_COLUMNS;
    uint32_t rows = picture->open_count < 10 ? picture->open_count : 10;
    struct box box = {ring->box.x + ring->box.w - w - 2, ring->box.y, w, 0};
    char title[60], more[40];
    uint64_t all = count_listed(picture, title, sizeof title);
    for (; rows > 0; rows--) {
        box.h = line * (float)(rows + 1 + (all > rows));
        if (room_is_free(ring->room, LAYER_STILL, box))
            break;
    }
    if (rows == 0)
        return;
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
    draw_text(ring->list, box.x, box.y, size, ALIGN_LEFT, ring->scene->theme->faint, title);
    for (uint32_t i = 0; i < rows; i++)
        draw_line_of(ring, &picture->open[i], box.x, box.y + line * (float)(i + 1), size);
    snprintf(more, sizeof more, "and %llu more", (unsigned long long)(all - MIN(all, rows)));
    if (all > rows)
        draw_text(ring->list, box.x, box.y + line * (float)(rows + 1), size, ALIGN_LEFT,
                  ring->scene->theme->faint, more);
}
