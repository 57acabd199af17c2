/*
 * draw.h: a list of what is to be drawn.
 *
 * Views write here and nowhere else; a backend (SDL for the window, SVG for
 * export, text for tests) draws the list. So a view is a pure function of a
 * picture, and can be tested without a screen.
 *
 * Coordinates are points from the upper left corner, before scaling; text is
 * placed by its box: (x, y) is the upper left corner, the upper middle or the
 * upper right one, by alignment. A character is DRAW_CHARACTER_WIDTH of its size
 * wide: the font is monospaced, so a layout never has to ask a font.
 */
#ifndef VIZ_DRAW_H
#define VIZ_DRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define DRAW_CHARACTER_WIDTH 0.6f /* of the size; DejaVu Sans Mono: 0.602 */
#define DRAW_LINE_HEIGHT     1.3f
#define DRAW_BASELINE        0.93f /* of the size, below the upper edge; DejaVu Sans Mono: 0.928 */

enum draw_kind { DRAW_RECT, DRAW_FRAME, DRAW_LINE, DRAW_DISC, DRAW_ARC, DRAW_TEXT, DRAW_CLIP };
enum draw_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct draw_color {
    uint8_t r, g, b, a;
};

struct draw_command {
    uint8_t kind;  /* enum draw_kind */
    uint8_t align; /* TEXT */
    bool is_dashed;
    struct draw_color color;
    float x, y;   /* RECT, FRAME, TEXT, CLIP: corner; LINE: from; DISC, ARC: centre */
    float w, h;   /* RECT, FRAME, CLIP: size; LINE: to (absolute); ARC: angles in radians */
    float size;   /* TEXT: height; LINE, FRAME, ARC: width; DISC, ARC: radius in `radius` */
    float radius;
    uint32_t text; /* TEXT: offset in the list's characters */
};

struct draw_list {
    struct draw_command *commands;
    uint32_t count, room;
    char *characters;
    uint32_t character_count, character_room;
};

void draw_clear(struct draw_list *list);
void draw_free(struct draw_list *list);

void draw_rect(struct draw_list *list, float x, float y, float w, float h, struct draw_color color);
void draw_frame(struct draw_list *list, float x, float y, float w, float h, float width,
                struct draw_color color);
void draw_line(struct draw_list *list, float x1, float y1, float x2, float y2, float width,
               struct draw_color color, bool is_dashed);
void draw_disc(struct draw_list *list, float x, float y, float radius, struct draw_color color);
void draw_arc(struct draw_list *list, float x, float y, float radius, float from, float to,
              float width, struct draw_color color);
void draw_text(struct draw_list *list, float x, float y, float size, enum draw_align align,
               struct draw_color color, const char *text);
/* Nothing outside is drawn until the next one; w < 0: the whole window. */
void draw_clip(struct draw_list *list, float x, float y, float w, float h);

/* The text, cut with an ellipsis to fit into `w` points. */
void draw_text_fit(struct draw_list *list, float x, float y, float w, float size,
                   struct draw_color color, const char *text);

static inline const char *draw_characters(const struct draw_list *list,
                                          const struct draw_command *command)
{
    return list->characters + command->text;
}

/* One line a command, with tenths of a point, for tests. */
void draw_dump(const struct draw_list *list, FILE *out);

/* A complete SVG image. */
void draw_svg(const struct draw_list *list, float width, float height, FILE *out);

#endif
