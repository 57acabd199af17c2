/*
 * page_node.h: lines and bars of the page of a node, for sections that stand in files of their own.
 *
 * A section is a function of a `look`; page_node.c has the list of them, and says in which column
 * each stands.
 */
#ifndef VIZ_PAGE_NODE_H
#define VIZ_PAGE_NODE_H

#include "viz/inspector/pages.h"

struct look {
    struct writer *writer;
    const struct inside *inside;
    const struct picture_node *node;
    uint32_t index;
    struct hits *hits;
};

/* A line without the sign of a change. */
void node_line(const struct look *look, struct draw_color color, const char *text);

/* How much of a whole, as a bar to the right of the line that was written last. */
void node_bar(const struct look *look, uint64_t part, uint64_t whole, struct draw_color color);

/* page_node_load.c */
void node_write_load(const struct look *look);

#endif
