/*
 * layout.h: which panes a person wants to see, and where.
 *
 * The ring and the space-time diagram share the left column, inspector and log the right one; a
 * column with nothing in it is not there. So any of the four panes, from one to all, is a layout,
 * and its name is those of its panes: "ring+log". Three edges can be dragged.
 *
 *     +-----------+---------+
 *     | ring      | inspec- |
 *     |           | tor     |     columns: between left and right
 *     +-----------+---------+     left, right: within a column
 *     | space-time| log     |
 *     +-----------+---------+
 */
#ifndef VIZ_LAYOUT_H
#define VIZ_LAYOUT_H

#include "base/text.h"
#include "viz/views/scene.h"

enum divider { DIVIDER_COLUMNS, DIVIDER_LEFT, DIVIDER_RIGHT, DIVIDER_COUNT };

struct layout {
    uint32_t panes;             /* 1 << enum pane of each that is wanted; never none */
    float split[DIVIDER_COUNT]; /* the share of what is left or above, 0.1 to 0.9 */
};

struct layout layout_all(void);

/* "ring", "space-time+log", "all". On refusal: false and one sentence in `mistake`. */
bool layout_named(const char *name, uint32_t *panes, struct text *mistake);
void layout_name(uint32_t panes, struct text *text);

/* The next of those that F7 walks through, from all panes to one. */
uint32_t layout_next(uint32_t panes);

/* Boxes of the panes in `body`; of a pane that is not there, all zero. Where there is no room
 * for all, there are fewer. `maximised`: that pane alone, unless PANE_COUNT. Dividers that can
 * be dragged get their boxes, others none. Sizes go by the height of text. */
void layout_place(const struct layout *layout, uint32_t maximised, struct box body, float size,
                  struct box boxes[PANE_COUNT], struct box dividers[DIVIDER_COUNT]);

/* Bring a divider to a point of the body. */
void layout_drag(struct layout *layout, enum divider divider, struct box body, float x, float y);

#endif
