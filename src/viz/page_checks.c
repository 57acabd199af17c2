/*
 * page_checks.c: what the scenario promises, and how each promise stands at this moment.
 *
 * Every check has a shape as well as a colour: "+" reached, "X" broken, "o" holds so far,
 * "." still open. What is judged only at the end of the run is said to be. One that broke or
 * was reached says when and at which step; a click goes there.
 */
#include <string.h>

#include "viz/pages.h"
#include "viz/views.h"

struct standing {
    const char *shape;
    const char *words;
    struct draw_color color;
};

static struct standing standing_of(const struct theme *theme, const struct picture_check *check)
{
    switch (check->mode) {
    case PICTURE_CHECK_ALWAYS:
        if (!check->is_decided)
            return (struct standing){"o", "holds so far", theme->good};
        return (struct standing){"X", check->is_expected_to_fail ? "broke, as expected" : "broke",
                                 theme->bad};
    case PICTURE_CHECK_REACHED:
        if (check->is_decided)
            return (struct standing){"+", "reached", theme->good};
        return (struct standing){".", "not reached yet", theme->warn};
    default: return (struct standing){".", "judged at the end of the run", theme->faint};
    }
}

static void write_check(const struct scene *scene, const struct picture_check *check,
                        struct box box, float *y, struct draw_list *list, struct hits *hits)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, top = *y;
    struct standing standing = standing_of(scene->theme, check);
    char text[300], time[32];
    float indent = box.x + size * 1.4f;
    bool is_click = check->is_decided && check->mode != PICTURE_CHECK_AT_END;
    scene_text(list, box, box.x, *y, size, standing.color, standing.shape);
    scene_text(list, box, indent, *y, size, scene->theme->text, check->name);
    *y += line;
    if (is_click)
        snprintf(text, sizeof text, "%s at %s, step %llu: click goes there", standing.words,
                 scene_time(check->time, time), (unsigned long long)check->step);
    else
        snprintf(text, sizeof text, "%s", standing.words);
    scene_text(list, box, indent, *y, size, standing.color, text);
    *y += line;
    snprintf(text, sizeof text, "%s: %s", check->kind, check->meaning);
    scene_text(list, box, indent, *y, size * 0.9f, scene->theme->faint, text);
    *y += line;
    if (is_click && *y <= box.y + box.h)
        hits_add(hits, (struct box){box.x, top, box.w, *y - top}, PICK_STEP, check->step);
    *y += size * 0.3f;
}

void page_checks(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    struct draw_list *list = writer->list;
    struct box box = writer->box;
    const struct picture *picture = scene->picture;
    float y = box.y, one = scene->size * (3 * DRAW_LINE_HEIGHT + 0.3f);
    char text[80];
    for (uint32_t i = 0; i < picture->check_count; i++) {
        bool is_last = i + 1 == picture->check_count;
        float need = is_last ? one : one + scene->size * DRAW_LINE_HEIGHT;
        if (y + need > box.y + box.h + 0.5f) {
            snprintf(text, sizeof text, "and %u more: F3 makes room", picture->check_count - i);
            scene_text(list, box, box.x, y, scene->size, scene->theme->faint, text);
            return;
        }
        write_check(scene, &picture->checks[i], box, &y, list, hits);
    }
    if (picture->check_count == 0)
        scene_text(list, box, box.x, y, scene->size, scene->theme->faint,
                   "this scenario has no checks");
}
