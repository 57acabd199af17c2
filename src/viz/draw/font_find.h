/*
 * font_find.h: which font file to use, without opening any.
 *
 * Asked in turn: the one that was chosen (--font or RINGSIDE_FONT), the usual places of a few
 * monospaced fonts, and fontconfig's fc-match if that is installed. When none of them can be
 * read, text is drawn with the built-in font, so a window always has letters.
 */
#ifndef VIZ_FONT_FIND_H
#define VIZ_FONT_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FONT_PATH_MAX 512

struct font_search {
    uint32_t next; /* what is tried next */
    bool is_chosen; /* the path at hand is the one that was chosen */
};

/* The next font file worth trying; false when there is none left. With RINGSIDE_FONT=builtin
 * there is none at all. Start with {0}. */
bool font_next(struct font_search *search, char path[FONT_PATH_MAX]);

#endif
