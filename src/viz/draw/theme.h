/*
 * theme.h: colours by meaning.
 *
 * The palette is Okabe and Ito's (2008), which people with any common colour
 * blindness can tell apart; still no state or kind is told by colour alone.
 */
#ifndef VIZ_THEME_H
#define VIZ_THEME_H

#include "viz/draw/draw.h"

struct theme {
    const char *name;
    struct draw_color background, pane, text, faint, line, accent, good, bad, warn, selected;
    struct draw_color owner[8]; /* nodes, by index modulo 8 */
};

#define THEME_COUNT 3
extern const struct theme themes[THEME_COUNT]; /* dark, light, high contrast */

#endif
