/*
 * view_compare.c: two branches side by side, over the whole window.
 *
 * First what clients see of it: operations that ended otherwise. Then the records:
 * what only the left branch has stands left, what only the right one has stands right, and
 * what both have, just before, goes across. A mark as well as the column tells them apart:
 * < for the left, > for the right. Enter goes to the chosen row's moment in its branch.
 */
#include <math.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/app/words.h"

static void describe_branch(const struct scene *scene, uint32_t branch, char *text, size_t size)
{
    struct stage_branch info = stage_branch_at(scene->stage, branch);
    if (branch == 0)
        snprintf(text, size, "branch 0: the run as it was written");
    else
        snprintf(text, size, "branch %u: %s", branch, info.text);
}

static void draw_summary(const struct scene *scene, const struct comparison *c, struct box box,
                         struct draw_list *list)
{
    char text[300], time[32], shared[WORDS_MAX], left[120], right[120];
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, half = box.w / 2;
    snprintf(text, sizeof text,
             "They part at step %llu, %s. %s in both, %llu only left, %llu only right%s.",
             (unsigned long long)c->parting_step, scene_time(c->parting_time, time),
             words_count(c->shared, "record", shared), (unsigned long long)c->only[0],
             (unsigned long long)c->only[1],
             c->is_cut_short ? "; the rest was not looked at" : "");
    scene_text(list, box, box.x, box.y, size, scene->theme->text, text);
    describe_branch(scene, c->left, left, sizeof left);
    describe_branch(scene, c->right, right, sizeof right);
    struct box column = {box.x, box.y, half - size, box.h};
    scene_text(list, column, box.x, box.y + line, size, scene->theme->accent, left);
    column.x += half;
    scene_text(list, column, column.x, box.y + line, size, scene->theme->accent, right);
}

static void draw_row(const struct scene *scene, const struct compare_row *row, struct box box,
                     float y, struct draw_list *list)
{
    static const char marks[] = {'<', '>', '='};
    char text[360], sentence[260], time[32];
    float half = box.w / 2;
    stage_sentence(scene->stage, &row->record, sentence, sizeof sentence);
    snprintf(text, sizeof text, "%c %s  %s", marks[row->side],
             scene_time(row->record.time, time), row->sentence ? row->sentence : sentence);
    struct box column = box;
    if (row->side != COMPARE_BOTH)
        column.w = half - scene->size;
    if (row->side == COMPARE_RIGHT)
        column.x += half;
    struct draw_color color =
        row->side == COMPARE_BOTH ? scene->theme->faint : scene->theme->text;
    scene_text(list, column, column.x, y, scene->size, color, text);
}

/* "= told ok" of each branch in its column. */
static void draw_end(const struct scene *scene, const struct compare_outcome *outcome,
                     uint32_t side, struct box box, float y, struct draw_list *list)
{
    const char *sentence = "no answer so far, or never asked";
    struct box column = {box.x + (float)side * box.w / 2, box.y, box.w / 2 - scene->size, box.h};
    if (outcome->is_there[side])
        sentence = outcome->sentence[side];
    scene_text(list, column, column.x, y, scene->size,
               outcome->is_there[side] ? scene->theme->text : scene->theme->faint, sentence);
}

/* What the clients see of the difference, in a third of the window at the most. Returns the lines
 * that it took. */
static uint32_t draw_outcomes(const struct scene *scene, const struct comparison *c, struct box box,
                              float y, struct draw_list *list)
{
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    uint32_t most = (uint32_t)fmaxf(box.h / line / 3, 2), shown = MIN(c->outcome_count, most);
    char text[160], operations[WORDS_MAX];
    if (box.h < 14 * line)
        return 0; /* the rows need what there is */
    if (c->outcome_total == 0)
        snprintf(text, sizeof text, "Every operation ended as in the other branch.");
    else
        snprintf(text, sizeof text, "%s ended otherwise%s:",
                 words_count(c->outcome_total, "operation", operations),
                 shown < c->outcome_total ? "; the first ones" : "");
    scene_text(list, box, box.x, y, size, scene->theme->warn, text);
    for (uint32_t i = 0; i < shown; i++)
        for (uint32_t side = 0; side < 2; side++)
            draw_end(scene, &c->outcomes[i], side, box, y + line * (float)(i + 1), list);
    y += line * ((float)shown + 1.5f);
    scene_text(list, box, box.x, y, size, scene->theme->warn,
               "What happened in one and not in the other:");
    return shown + 3;
}

void app_draw_comparison(struct app *app, const struct scene *scene, struct box window,
                         struct draw_list *list)
{
    const struct comparison *c = &app->comparison;
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, margin = size;
    struct box box = {margin, margin, window.w - 2 * margin, window.h - 2 * margin};
    draw_rect(list, 0, 0, window.w, window.h, scene->theme->pane);
    draw_frame(list, 1, 1, window.w - 2, window.h - 2, 1, scene->theme->accent);
    app->hits.floor = app->hits.count;
    hits_add(&app->hits, window, PICK_SHEET, 0);
    draw_summary(scene, c, box, list);
    uint32_t above = 2 + draw_outcomes(scene, c, box, box.y + 2.3f * line, list);
    uint32_t lines = (uint32_t)(box.h / line), rows = lines > above + 3 ? lines - above - 2 : 1;
    uint32_t first = app->chosen > rows / 2 ? app->chosen - rows / 2 : 0;
    for (uint32_t i = first; i < c->row_count && i < first + rows; i++) {
        float y = box.y + line * (float)(i - first + above);
        if (i == app->chosen)
            draw_rect(list, box.x, y, box.w, line, with_alpha(scene->theme->accent, 70));
        draw_row(scene, &c->rows[i], box, y, list);
        hits_add(&app->hits, (struct box){box.x, y, box.w, line}, PICK_ENTRY, i);
    }
    float foot = box.y + box.h - line;
    scene_text(list, box, box.x, foot, size, scene->theme->faint,
               c->only[0] + c->only[1] == 0
                   ? "Nothing differs. Esc closes this."
                   : "Up and Down walk the rows, Enter or a second click goes to that moment in "
                     "its branch, Esc closes this.");
}
