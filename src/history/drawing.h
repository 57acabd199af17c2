/*
 * drawing.h: a history as a picture: a lane for each process, a bar for each act.
 *
 *     process 0  |=== write 1 ===|          |-- read 1 --|
 *     process 1        |=== write 2 ...................................   (its end unknown)
 *                                                 |## read 1 ##|          cannot be placed
 *
 * Acts that are right together are filled; the one that cannot be placed is marked by its colour,
 * its border and a word; what came later is pale. Of a long history the part before the violation
 * is drawn, and the picture says how much was left out. Of an object with a key only the acts on
 * that key are drawn.
 */
#ifndef HISTORY_DRAWING_H
#define HISTORY_DRAWING_H

#include <stdio.h>

#include "history/judge.h"

/* One SVG element, without an XML header so that it can stand inside a page. */
void history_draw_svg(FILE *out, struct heap *heap, const struct acts *acts,
                      const struct judgement *judgement);

/* A page of its own around it: the verdict in words, the picture, and a table of the acts drawn. */
void history_draw_html(FILE *out, struct heap *heap, const struct acts *acts, const char *name,
                       const char *promise, const struct judgement *judgement);

#endif
