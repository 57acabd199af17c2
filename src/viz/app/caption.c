/*
 * caption.c: the plate and its words. It stands right below the point, and on the other side of
 * it where the window ends.
 */
#include "viz/app/caption.h"

#include <math.h>
#include <string.h>

#include "viz/inspector/pages.h"

static uint32_t lines_of(const char *text, size_t columns)
{
    uint32_t lines = 0;
    for (; *text; lines++) {
        text += scene_line_size(text, columns);
        text += *text == ' ';
    }
    return lines;
}

void caption_draw(const struct scene *scene, struct draw_list *list, struct box window, float x,
                  float y, const char *name, const char *words)
{
    enum { COLUMNS = 46, AWAY = 16 };
    float size = scene->size, letter = size * DRAW_CHARACTER_WIDTH, margin = size * 0.5f;
    float line = size * DRAW_LINE_HEIGHT, fit = (window.w - 2 * margin - 8) / letter;
    uint32_t columns = fit < COLUMNS ? (uint32_t)fmaxf(fit, 4) : COLUMNS;
    uint32_t widest = (uint32_t)fmaxf((float)strlen(words), name ? (float)strlen(name) : 0);
    columns = widest < columns ? widest + 1 : columns;
    uint32_t lines = lines_of(words, columns) + (name ? lines_of(name, columns) : 0);
    struct box box = {x + AWAY, y + AWAY, (float)columns * letter + 2 * margin + 1,
                      fminf((float)lines * line + 2 * margin, window.h - 4)};
    if (box.x + box.w > window.w)
        box.x = fminf(x - AWAY / 2, window.w - 2) - box.w;
    if (box.y + box.h > window.h)
        box.y = fminf(y - AWAY / 2, window.h - 2) - box.h;
    box.x = fmaxf(box.x, 2), box.y = fmaxf(box.y, 2);
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->background);
    draw_frame(list, box.x, box.y, box.w, box.h, 1, scene->theme->accent);
    struct writer writer = {
        .scene = scene,
        .list = list,
        .box = {box.x + margin, box.y + margin, box.w - 2 * margin, box.h - margin},
        .y = box.y + margin};
    if (name)
        writer_wrapped(&writer, scene->theme->text, name);
    writer_wrapped(&writer, scene->theme->faint, words);
}
