/*
 * layout.c: names of layouts, and boxes from shares.
 */
#include "viz/app/layout.h"

#include <string.h>

#include "base/nearest.h"
#include "base/units.h"

#define BIT(pane)    (1u << (pane))
#define ALL          (BIT(PANE_COUNT) - 1)
#define LEFT_COLUMN  (BIT(PANE_RING) | BIT(PANE_SPACETIME))
#define RIGHT_COLUMN (BIT(PANE_INSPECTOR) | BIT(PANE_LOG))

struct layout layout_all(void)
{
    return (struct layout){ALL, {0.54f, 0.58f, 0.58f}};
}

/* --- names ---------------------------------------------------------------------------------- */

static bool refuse(struct bytes word, struct text *mistake)
{
    struct nearest nearest = nearest_to(word);
    for (uint32_t i = 0; i < PANE_COUNT; i++)
        nearest_offer_string(&nearest, pane_words[i]);
    nearest_offer_string(&nearest, "all");
    text_bytes_quoted(mistake, word);
    text_str(mistake, " is no pane");
    if (!nearest_suggest(mistake, &nearest))
        text_str(mistake, "; a layout is like ring, ring+log, inspector+log or all");
    return false;
}

bool layout_named(const char *name, uint32_t *panes, struct text *mistake)
{
    uint32_t found = 0;
    for (;;) {
        size_t size = strcspn(name, "+");
        uint32_t bits = size == 3 && strncmp(name, "all", 3) == 0 ? ALL : 0;
        for (uint32_t i = 0; i < PANE_COUNT; i++)
            if (strlen(pane_words[i]) == size && strncmp(name, pane_words[i], size) == 0)
                bits = BIT(i);
        if (bits == 0)
            return refuse((struct bytes){(const uint8_t *)name, (uint32_t)size}, mistake);
        found |= bits;
        if (!name[size])
            break;
        name += size + 1;
    }
    *panes = found;
    return true;
}

void layout_name(uint32_t panes, struct text *text)
{
    for (uint32_t i = 0, count = 0; i < PANE_COUNT; i++) {
        if (!(panes & BIT(i)))
            continue;
        text_str(text, count++ ? "+" : "");
        text_str(text, pane_words[i]);
    }
}

uint32_t layout_next(uint32_t panes)
{
    static const uint32_t walk[] = {
        ALL,
        BIT(PANE_RING) | BIT(PANE_INSPECTOR) | BIT(PANE_LOG),
        BIT(PANE_RING) | BIT(PANE_SPACETIME) | BIT(PANE_LOG),
        BIT(PANE_RING) | BIT(PANE_SPACETIME),
        BIT(PANE_RING) | BIT(PANE_INSPECTOR),
        BIT(PANE_RING) | BIT(PANE_LOG),
        BIT(PANE_SPACETIME) | BIT(PANE_LOG),
        BIT(PANE_RING),
    };
    enum { COUNT = sizeof walk / sizeof walk[0] };
    for (uint32_t i = 0; i < COUNT; i++)
        if (walk[i] == panes)
            return walk[(i + 1) % COUNT];
    return walk[0];
}

/* --- boxes ---------------------------------------------------------------------------------- */

/* The first pane of a set of bits. */
static uint32_t first_of(uint32_t panes)
{
    uint32_t pane = 0;
    while (pane < PANE_COUNT && !(panes & BIT(pane)))
        pane++;
    return pane;
}

/* Those for which there is room: large text and a small window come to the same. */
static uint32_t panes_with_room(uint32_t panes, struct box body, float size)
{
    uint32_t left = panes & LEFT_COLUMN, right = panes & RIGHT_COLUMN;
    bool is_low = body.h < 30 * size;
    if (body.h < 18 * size || (left && right && body.w < 44 * size))
        return BIT(first_of(panes));
    if (is_low || (left && right && body.w < 66 * size)) {
        left = left ? BIT(first_of(left)) : 0;
        right = right ? BIT(first_of(right)) : 0;
    }
    return left | right;
}

/* One or two panes one above the other. */
static void place_column(const struct layout *layout, uint32_t panes, enum divider divider,
                         struct box column, float gap, struct box boxes[PANE_COUNT],
                         struct box dividers[DIVIDER_COUNT])
{
    uint32_t first = first_of(panes), second = first_of(panes & ~BIT(first));
    if (first == PANE_COUNT)
        return;
    boxes[first] = column;
    if (second == PANE_COUNT)
        return;
    float top = column.h * layout->split[divider];
    boxes[first].h = top;
    boxes[second] = (struct box){column.x, column.y + top + gap, column.w, column.h - top - gap};
    dividers[divider] = (struct box){column.x, column.y + top, column.w, gap};
}

void layout_place(const struct layout *layout, uint32_t maximised, struct box body, float size,
                  struct box boxes[PANE_COUNT], struct box dividers[DIVIDER_COUNT])
{
    float gap = size * 0.4f;
    uint32_t panes = maximised < PANE_COUNT ? BIT(maximised) : layout->panes;
    struct box left = body, right = body;
    memset(boxes, 0, PANE_COUNT * sizeof *boxes);
    memset(dividers, 0, DIVIDER_COUNT * sizeof *dividers);
    panes = panes_with_room(panes, body, size);
    if ((panes & LEFT_COLUMN) && (panes & RIGHT_COLUMN)) {
        left.w = body.w * layout->split[DIVIDER_COLUMNS];
        right.x = body.x + left.w + gap;
        right.w = body.w - left.w - gap;
        dividers[DIVIDER_COLUMNS] = (struct box){body.x + left.w, body.y, gap, body.h};
    }
    place_column(layout, panes & LEFT_COLUMN, DIVIDER_LEFT, left, gap, boxes, dividers);
    place_column(layout, panes & RIGHT_COLUMN, DIVIDER_RIGHT, right, gap, boxes, dividers);
}

void layout_drag(struct layout *layout, enum divider divider, struct box body, float x, float y)
{
    float share = divider == DIVIDER_COLUMNS ? (x - body.x) / body.w : (y - body.y) / body.h;
    layout->split[divider] = share < 0.1f ? 0.1f : share > 0.9f ? 0.9f : share;
}
