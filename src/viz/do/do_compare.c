/*
 * do_compare.c: the present branch next to the one that it left.
 *
 * The comparison is made when it is asked for and shown over the window; its rows live in a
 * heap of their own, since the picture's is dropped with every move.
 */
#include "viz/app/app.h"
#include "viz/do/do.h"

/* The parent; in branch 0, the branch that was opened last. */
static uint32_t other_branch(struct app *app)
{
    uint32_t now = stage_branch_now(app->stage);
    return now == 0 ? stage_branch_count(app->stage) - 1
                    : stage_branch_at(app->stage, now).parent;
}

void do_compare(struct app *app)
{
    uint32_t now = stage_branch_now(app->stage), other = other_branch(app);
    heap_drop(app->compare_heap);
    stage_compare(app->stage, MIN(now, other), MAX(now, other), app->compare_heap,
                  &app->comparison);
    app_moved(app);
    app->mode = MODE_COMPARE;
    app->chosen = app->comparison.first;
}

/* Go where the chosen row happened. */
static void go_to_row(struct app *app)
{
    const struct comparison *c = &app->comparison;
    app->mode = MODE_PLAIN;
    if (app->chosen >= c->row_count)
        return;
    const struct compare_row *row = &c->rows[app->chosen];
    if (row->side != COMPARE_BOTH)
        stage_select_branch(app->stage, row->branch);
    stage_seek(app->stage, row->record.step);
    app->pick = (struct pick){PICK_RECORD, row->record.number};
    app_moved_by_hand(app);
}

void app_comparison_key(struct app *app, uint32_t key)
{
    uint32_t last = app->comparison.row_count > 0 ? app->comparison.row_count - 1 : 0;
    switch (key) {
    case KEY_DOWN: app->chosen = MIN(app->chosen + 1, last); break;
    case KEY_UP: app->chosen -= app->chosen > 0; break;
    case KEY_HOME: app->chosen = 0; break;
    case KEY_END: app->chosen = last; break;
    case KEY_ENTER: go_to_row(app); break;
    default: app->mode = MODE_PLAIN; break;
    }
}
