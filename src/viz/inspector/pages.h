/*
 * pages.h: the pages of the inspector, and how a page is written.
 *
 * A page is lines of text from the top of its box downwards; a line that does not fit is not
 * drawn, so a page asks for room before it writes what should not be torn. F6 and a click on a
 * name turn the page. A new page is a line in PAGES and a file page_<name>.c.
 *
 * A page that is longer than its box begins with writer_scroll: then the wheel and the Page keys
 * move it as a whole. What a page draws besides lines is clipped to its box.
 */
#ifndef VIZ_PAGES_H
#define VIZ_PAGES_H

#include "viz/views/scene.h"

struct writer {
    const struct scene *scene;
    struct draw_list *list;
    struct box box;
    float y;      /* where the next line goes */
    float scroll; /* lines that are to lie above the box */
    bool is_cut;  /* there is more below */
    bool is_scrolled_whole; /* by writer_scroll */
};

/* Begin as far above the box as was scrolled. */
void writer_scroll(struct writer *writer);

void writer_line(struct writer *writer, struct draw_color color, const char *text);

/* A sentence over as many lines as it needs. */
void writer_wrapped(struct writer *writer, struct draw_color color, const char *text);

/* A name on its own, with a line below it. */
void writer_head(struct writer *writer, const char *name);

bool writer_has_room(struct writer *writer, uint32_t lines);

/* Does anything of so many points from here on lie in the box? */
bool writer_is_in_sight(const struct writer *writer, float height);

/* What has changed (sim/picture/marks.h): the sign of a mark, ' ' for none; the colour behind it;
 * and the line that says how much has changed since when, of
 * `here` cells that this page shows and of all others. */
char writer_sign(uint8_t mark);
void writer_tint(struct writer *writer, struct box box, uint8_t mark);
void writer_changes(struct writer *writer, uint32_t here);

/* "up", "down", "paused" ... of enum picture_state. */
const char *state_words(uint32_t state);

typedef void page_writer(struct writer *writer, struct hits *hits);

#define PAGE(identifier, name) page_writer page_##name;
PAGES(PAGE)
#undef PAGE

#endif
