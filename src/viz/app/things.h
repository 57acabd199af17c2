/*
 * things.h: the name of each thing that can be pointed at, and one line about it.
 *
 * Menus, tooltips and scripts say the same words. A new kind of thing (PICKS in scene.h) gets its
 * line here; a test looks whether it has one.
 */
#ifndef VIZ_THINGS_H
#define VIZ_THINGS_H

#include "base/text.h"
#include "viz/views/scene.h"

struct app;

/* "n2", "key user:42", "write n1 -> n3", "branch 2"; "nothing". */
void thing_name(struct app *app, struct pick pick, struct text *text);

/* What it is now, or what a click does. */
void thing_line(struct app *app, struct pick pick, struct text *text);

/* The message in flight that a pick is about, or NULL. */
const struct picture_message *thing_message(struct app *app, struct pick pick);

#endif
