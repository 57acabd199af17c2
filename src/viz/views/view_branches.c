/*
 * view_branches.c: the tree of branches, over the bar of time.
 *
 *     0 as written   |-----+-------------------------------------
 *     1 crash n2           +----+----------------
 *     2 heal                    +======o==========               this one
 *
 * A branch is a line that leaves its parent where something was done, and goes as far as
 * somebody has been in it; the one that is shown is thick and has the present on it. A click shows
 * another. The rows are those around the present branch; what is above and below is counted. None
 * is ever thrown away. From the second branch on the strip has its full height, so that what
 * stands above it does not move with every deed.
 */
#include <math.h>
#include <string.h>

#include "viz/views/views.h"

#define ROWS_MAX 3

static float row_height(const struct scene *scene)
{
    return scene->size * 1.25f;
}

/* What the window has room for; a small one has the numbers in its title only. */
float view_branches_height(const struct scene *scene, float window_height)
{
    uint32_t count = stage_branch_count(scene->stage);
    float lines = window_height / scene->size;
    uint32_t room = lines >= 34 ? ROWS_MAX : lines >= 28 ? 2 : 0;
    uint32_t rows = count < 2 ? 0 : room;
    return (float)rows * row_height(scene);
}

static float x_of(const struct scene *scene, struct box box, vtime time)
{
    double part = (double)time / (double)scene->picture->duration;
    return box.x + box.w * (float)(part > 1 ? 1 : part);
}

struct rows {
    const struct scene *scene;
    struct box box; /* of the lines */
    uint32_t first, count;
};

static float middle_of(const struct rows *rows, uint32_t branch)
{
    float h = row_height(rows->scene);
    return rows->box.y + ((float)(branch - rows->first) + 0.72f) * h;
}

/* From the parent's line down; a parent that is not in sight lies above. */
static void draw_leaving(const struct rows *rows, const struct stage_branch *branch, float x,
                         float y, struct draw_list *list)
{
    float top = branch->parent >= rows->first ? middle_of(rows, branch->parent) : rows->box.y;
    draw_line(list, x, top, x, y, 1, rows->scene->theme->faint, false);
    if (branch->parent >= rows->first)
        draw_disc(list, x, top, 2, rows->scene->theme->faint);
}

static void draw_branch(const struct rows *rows, uint32_t index, struct box label,
                        struct draw_list *list, struct hits *hits)
{
    const struct scene *scene = rows->scene;
    const struct theme *theme = scene->theme;
    struct stage_branch branch = stage_branch_at(scene->stage, index);
    bool is_here = index == stage_branch_now(scene->stage);
    float y = middle_of(rows, index), h = row_height(scene);
    float from = x_of(scene, rows->box, branch.from_time);
    float to = fmaxf(from + 3, x_of(scene, rows->box, branch.known_to));
    struct draw_color color = is_here ? theme->selected : theme->faint;
    struct box row = {label.x, y - 0.72f * h, rows->box.x + rows->box.w - label.x, h};
    char text[100];
    snprintf(text, sizeof text, "%u %s", index, index ? branch.text : "as written");
    scene_text(list, (struct box){label.x, row.y, label.w, h + scene->size}, label.x, row.y,
               scene->size, color, text);
    if (index)
        draw_leaving(rows, &branch, from, y, list);
    draw_line(list, from, y, to, y, is_here ? 3.5f : 1.5f, color, false);
    if (index)
        draw_disc(list, from, y, is_here ? 4 : 3, color);
    if (is_here) {
        float now = x_of(scene, rows->box, scene->clock);
        draw_rect(list, now - 2.5f, y - 5, 5, 10, theme->warn);
    }
    hits_add(hits, row, PICK_BRANCH, index);
}

/* The present branch in the middle of the rows, as far as there are others around it. */
static uint32_t first_row(const struct scene *scene, uint32_t rows)
{
    uint32_t count = stage_branch_count(scene->stage), now = stage_branch_now(scene->stage);
    uint32_t first = now > rows / 2 ? now - rows / 2 : 0;
    return first + rows > count ? count - rows : first;
}

void view_branches(const struct scene *scene, struct box box, struct box bar,
                   struct draw_list *list, struct hits *hits)
{
    uint32_t count = (uint32_t)(box.h / row_height(scene) + 0.5f);
    uint32_t all = stage_branch_count(scene->stage);
    float size = scene->size;
    if (count == 0 || bar.w <= 40)
        return;
    count = count < all ? count : all;
    struct rows rows = {scene, {bar.x, box.y, bar.w, box.h}, first_row(scene, count), count};
    struct box label = {box.x + size * 0.6f, box.y, bar.x - box.x - size * 1.6f, box.h};
    for (uint32_t i = rows.first; i < rows.first + count; i++)
        draw_branch(&rows, i, label, list, hits);
    if (count < all) {
        char text[60];
        struct box right = {bar.x + bar.w + size * 0.5f, box.y, box.x + box.w - bar.x - bar.w -
                            size, box.h};
        snprintf(text, sizeof text, "%u^", rows.first);
        scene_text(list, right, right.x, box.y, size, scene->theme->faint, text);
        snprintf(text, sizeof text, "%uv", all - rows.first - count);
        scene_text(list, right, right.x, box.y + box.h - size * 1.5f, size, scene->theme->faint,
                   text);
    }
}
