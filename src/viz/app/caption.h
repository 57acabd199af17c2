/*
 * caption.h: a few words on a plate of their own, near a point and inside the window.
 *
 * Tooltips and what a drag will do are written this way. The plate is opaque, so that it can be
 * read whatever lies below it.
 */
#ifndef VIZ_CAPTION_H
#define VIZ_CAPTION_H

#include "viz/views/scene.h"

/* `name` in the colour of text, or NULL; `words` below it, on as many lines as they need. */
void caption_draw(const struct scene *scene, struct draw_list *list, struct box window, float x,
                  float y, const char *name, const char *words);

#endif
