/*
 * screen_scale.h: how many pixels a point is.
 *
 * No desktop tells it in one way. Asked in turn: the person (--scale), GDK_SCALE and
 * QT_SCALE_FACTOR, which desktops set for programs of other kinds, and the ratio of the window's
 * pixels to its size, which Wayland has. Then it is 1. What SDL 2 says of dots per inch is not
 * asked for: on X11 it is made up.
 */
#ifndef VIZ_SCREEN_SCALE_H
#define VIZ_SCREEN_SCALE_H

#define SCREEN_SCALE_MIN 0.5f
#define SCREEN_SCALE_MAX 4.0f

/* `wanted` 0: nobody asked. `ratio`: pixels a unit of the window. */
float screen_scale(float wanted, float ratio);

#endif
