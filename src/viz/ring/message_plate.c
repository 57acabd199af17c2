/*
 * message_plate.c: what must be read and does not fit into the message line.
 *
 * A refusal, or news of a file that was damaged, may be longer than a small window or large text
 * has room for. Then all of it stands on a plate above the line, over the panes, until the next
 * message comes. What a command merely tells is not worth that: the log has it, too.
 */
#include <math.h>
#include <string.h>

#include "viz/app/app.h"
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

void app_draw_message_plate(const struct app *app, const struct scene *scene, struct box window,
                            float bottom, struct draw_list *list)
{
    float size = scene->size, letter = size * DRAW_CHARACTER_WIDTH, line = size * DRAW_LINE_HEIGHT;
    float margin = size * 0.6f, room = window.w - 2 * margin;
    uint32_t columns = (uint32_t)fmaxf(room / letter, 4);
    bool is_worth_it = app->is_message_refusal || app->is_message_news;
    if (!is_worth_it || strlen(app->message) <= columns)
        return;
    bottom += size * 1.6f; /* the message line is the last of the plate's */
    float height = fminf((float)lines_of(app->message, columns) * line + margin, bottom);
    struct box box = {0, bottom - height, window.w, height};
    struct draw_color color = app->is_message_refusal ? scene->theme->bad : scene->theme->text;
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    draw_line(list, box.x, box.y, box.x + box.w, box.y, 1, scene->theme->accent, false);
    struct writer writer = {.scene = scene,
                            .list = list,
                            .box = {margin, box.y, room, box.h},
                            .y = box.y + margin / 2};
    writer_wrapped(&writer, color, app->message);
}
