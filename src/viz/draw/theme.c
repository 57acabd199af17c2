/*
 * theme.c: the three themes.
 *
 * The owners' colours of the dark theme are Okabe and Ito's own, with white for black; those of
 * the others are moved as far as their background asks. tests/viz/test_colours.c measures that
 * each pair stays apart for people who see no red or no green.
 */
#include "viz/draw/theme.h"

#define RGB(r, g, b) {r, g, b, 255}

const struct theme themes[THEME_COUNT] = {
    {"dark", RGB(18, 20, 26), RGB(26, 29, 37), RGB(230, 232, 238), RGB(150, 156, 170),
     RGB(64, 70, 84), RGB(86, 180, 233), RGB(0, 190, 140), RGB(255, 120, 80), RGB(240, 228, 66),
     RGB(255, 255, 255),
     {RGB(230, 159, 0), RGB(86, 180, 233), RGB(0, 158, 115), RGB(240, 228, 66),
      RGB(0, 114, 178), RGB(213, 94, 0), RGB(204, 121, 167), RGB(245, 245, 245)}},
    {"light", RGB(244, 245, 248), RGB(255, 255, 255), RGB(25, 28, 36), RGB(90, 96, 108),
     RGB(196, 200, 210), RGB(0, 90, 160), RGB(0, 110, 80), RGB(178, 50, 0), RGB(105, 78, 0),
     RGB(0, 0, 0),
     {RGB(232, 157, 0), RGB(72, 183, 238), RGB(0, 158, 115), RGB(157, 128, 0),
      RGB(0, 83, 153), RGB(173, 35, 13), RGB(192, 109, 161), RGB(69, 46, 68)}},
    {"high contrast", RGB(0, 0, 0), RGB(0, 0, 0), RGB(255, 255, 255), RGB(220, 220, 220),
     RGB(255, 255, 255), RGB(0, 220, 255), RGB(0, 255, 150), RGB(255, 140, 110), RGB(255, 255, 0),
     RGB(255, 255, 255),
     {RGB(255, 172, 11), RGB(104, 195, 255), RGB(0, 220, 160), RGB(255, 240, 80),
      RGB(60, 130, 255), RGB(255, 104, 35), RGB(255, 160, 210), RGB(255, 255, 255)}},
};
