/*
 * ring_room.c: which places are taken.
 *
 * A coarse map of the pane, one bit a cell: asking for a place costs a few words, however
 * much is on the screen. A place is rounded outward to whole cells, so two that are allowed
 * never touch. What lies still (names, notes, lists) and what moves (letters of messages) have
 * a layer each: a moving disc may pass over the scale of the ring, and a word of the scale
 * must not flicker because of it.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

struct cells {
    int left, top, right, bottom; /* inclusive */
};

void room_clear(struct ring_room *room, struct box box)
{
    memset(room->taken, 0, sizeof room->taken);
    room->box = box;
    room->cell = fmaxf(fmaxf(box.w, box.h) / (ROOM_CELLS - 2), 2);
}

static int cell_of(float offset, float cell)
{
    int index = (int)floorf(offset / cell);
    return index < 0 ? 0 : index >= ROOM_CELLS ? ROOM_CELLS - 1 : index;
}

static struct cells cells_of(const struct ring_room *room, struct box box)
{
    float x = box.x - room->box.x, y = box.y - room->box.y;
    return (struct cells){cell_of(x, room->cell), cell_of(y, room->cell),
                          cell_of(x + box.w, room->cell), cell_of(y + box.h, room->cell)};
}

/* The bits of a row's word that lie between two columns. */
static uint64_t mask_of(int word, int left, int right)
{
    int first = left - word * 64, last = right - word * 64;
    first = first < 0 ? 0 : first;
    last = last > 63 ? 63 : last;
    return (UINT64_MAX >> (63 - last)) & (UINT64_MAX << first);
}

bool room_is_free(const struct ring_room *room, enum ring_layer layer, struct box box)
{
    struct box all = room->box;
    if (box.x < all.x || box.y < all.y || box.x + box.w > all.x + all.w ||
        box.y + box.h > all.y + all.h)
        return false;
    struct cells at = cells_of(room, box);
    for (int row = at.top; row <= at.bottom; row++)
        for (int word = at.left / 64; word <= at.right / 64; word++)
            if (room->taken[layer][row][word] & mask_of(word, at.left, at.right))
                return false;
    return true;
}

void room_take(struct ring_room *room, enum ring_layer layer, struct box box)
{
    struct cells at = cells_of(room, box);
    for (int row = at.top; row <= at.bottom; row++)
        for (int word = at.left / 64; word <= at.right / 64; word++)
            room->taken[layer][row][word] |= mask_of(word, at.left, at.right);
}

bool ring_label(struct ring *ring, enum ring_layer layer, float x, float y, float size,
                enum draw_align align, struct draw_color color, const char *text)
{
    float w = (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
    float left = align == ALIGN_LEFT ? x : align == ALIGN_CENTER ? x - w / 2 : x - w;
    struct box box = {left, y + size * 0.12f, w, size};
    if (!room_is_free(ring->room, layer, box))
        return false;
    room_take(ring->room, layer, box);
    draw_text(ring->list, x, y, size, align, color, text);
    return true;
}
