/*
 * pages.h: the pages of the inspector, and how a page is written.
 *
 * A page is lines of text from the top of its box downwards; a line that does not fit is not
 * drawn, so a page asks for room before it writes what should not be torn. F6 and a click on a
 * name turn the page. A new page is a line in PAGES and a file page_<name>.c.
 */
#ifndef VIZ_PAGES_H
#define VIZ_PAGES_H

#include "viz/scene.h"

struct writer {
    const struct scene *scene;
    struct draw_list *list;
    struct box box;
    float y; /* where the next line goes */
};

void writer_line(struct writer *writer, struct draw_color color, const char *text);

/* A sentence over as many lines as it needs. */
void writer_wrapped(struct writer *writer, struct draw_color color, const char *text);

bool writer_has_room(const struct writer *writer, uint32_t lines);

typedef void page_writer(struct writer *writer, struct hits *hits);

#define PAGE(identifier, name) page_writer page_##name;
PAGES(PAGE)
#undef PAGE

#endif
