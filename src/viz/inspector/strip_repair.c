/*
 * strip_repair.c: what strip_repair.h promises.
 *
 *     level 0   |##################################|      one sum, and it differs
 *     level 1   |          ####          ####      |      two of its eight parts do
 *     level 2   |           #             #        |      and one part of each of these
 */
#include "viz/inspector/strip_repair.h"

void strip_repair(struct writer *writer, const struct inside_repair *repair, uint32_t level)
{
    const struct theme *theme = writer->scene->theme;
    float size = writer->scene->size, left = writer->box.x + size * 20;
    float w = writer->box.x + writer->box.w - left, h = size * 0.6f;
    float y = writer->y - size * DRAW_LINE_HEIGHT / 2 - h / 2;
    bool is_seen = y >= writer->box.y && y + h <= writer->box.y + writer->box.h;
    if (w < size * 8 || !is_seen)
        return;
    draw_frame(writer->list, left, y, w, h, 1, theme->line);
    for (uint32_t i = 0; i < repair->part_count; i++) {
        const struct inside_part_that_differs *part = &repair->parts[i];
        float from = left + w * (float)part->from_ppm / 1e6f;
        float to = left + w * (float)part->to_ppm / 1e6f;
        if (part->level == level)
            draw_rect(writer->list, from, y, to - from < 2 ? 2 : to - from, h, theme->warn);
    }
}
