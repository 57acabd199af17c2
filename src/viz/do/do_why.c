/*
 * do_why.c: W, and going where it leads.
 *
 * The first W at something finds the whole chain of reasons (sim/why/why.h), shows it on a page of
 * the inspector and marks it in all views; each further W goes along it by one, until nothing is
 * before. Enter goes to the moment of what is selected.
 */
#include <string.h>

#include "viz/app/app.h"
#include "viz/do/do.h"

bool app_has_why(const struct app *app)
{
    return app->why.count > 0 && app->why_branch == stage_branch_now(app->stage);
}

/* --- what is asked about ---------------------------------------- */

static bool is_last_of(const struct tape_record *record, const void *host)
{
    return record->actor == *(const uint32_t *)host && record->class == TAPE_TOLD;
}

/* Of a client: what it was told last. */
static bool ask_client(struct app *app, struct why_question *question)
{
    struct tape_record told;
    uint32_t client = (uint32_t)app->pick.id;
    if (!stage_find_last(app->stage, stage_records(app->stage) + 1, is_last_of, &client, &told))
        return false;
    *question = (struct why_question){.kind = WHY_RECORD, .number = told.number};
    return true;
}

static bool find_question(struct app *app, struct why_question *question)
{
    const struct picture *picture = app_picture(app);
    struct pick pick = app->pick;
    *question = (struct why_question){.number = pick.id, .node = (uint32_t)pick.id};
    switch (pick.kind) {
    case PICK_RECORD: question->kind = WHY_RECORD; return true;
    case PICK_CHECK: question->kind = WHY_CHECK; return pick.id < picture->check_count;
    case PICK_KEY:
        question->node = app_cell(app);
        question->kind = question->node == UINT32_MAX ? WHY_KEY : WHY_CELL;
        question->token = pick.id < picture->key_count ? picture->keys[pick.id].token : 0;
        return pick.id < picture->key_count;
    case PICK_ACTOR:
        question->kind = WHY_NODE;
        return is_client((uint32_t)pick.id) ? ask_client(app, question)
                                            : pick.id < picture->node_count;
    default: return false;
    }
}

const char *why_not_need_why(struct app *app)
{
    struct why_question question;
    if (find_question(app, &question))
        return NULL;
    return app->pick.kind == PICK_ACTOR
               ? "this client has not been told anything yet"
               : "select a node, a client, a key, a message, a check or a line of the log first "
                 "(Tab, Up, Down)";
}

/* --- W ------------------------------------------------------------------------------------------
 */

static void stand_at(struct app *app, uint32_t link)
{
    app->why_at = link;
    app->pick = (struct pick){PICK_RECORD, app->why.links[link].record.number};
}

static void go_along(struct app *app)
{
    if (app->why_at + 1 >= app->why.count) {
        app_say(app, "%s", app->why.end);
        return;
    }
    stand_at(app, app->why_at + 1);
    app_say(app, "%s", app->why.links[app->why_at].text);
}

static void explain(struct app *app)
{
    struct why_question question;
    find_question(app, &question);
    if (!why_explain(app->stage, &question, &app->why)) {
        app_say(app, "%s", *app->why.end ? app->why.end : "there is nothing to explain here");
        return;
    }
    app->why_branch = stage_branch_now(app->stage);
    app->inspector_page = PAGE_WHY;
    app->page_scroll = 0;
    stand_at(app, 0);
    go_along(app);
}

void app_find_why(struct app *app)
{
    struct why_question question;
    app->why.count = 0;
    if (!find_question(app, &question) || !why_explain(app->stage, &question, &app->why))
        return;
    app->why_branch = stage_branch_now(app->stage);
    app->why_at = 0;
}

void do_why(struct app *app)
{
    bool is_on_it = app_has_why(app) &&
                    pick_is(app->pick, PICK_RECORD, app->why.links[app->why_at].record.number);
    if (is_on_it)
        go_along(app);
    else
        explain(app);
}

/* --- one replica of a key -------------------------------------------------------------------- */

void app_select_cell(struct app *app, uint32_t key, uint32_t node)
{
    app->pick = (struct pick){PICK_KEY, key};
    app->cell = (struct pick){PICK_CELL, (uint64_t)key << 32 | node};
}

uint32_t app_cell(const struct app *app)
{
    bool is_of_key =
        app->cell.kind == PICK_CELL && pick_is(app->pick, PICK_KEY, app->cell.id >> 32);
    return is_of_key ? (uint32_t)app->cell.id : UINT32_MAX;
}

/* The one after it in the key's list, the first after the last. */
void do_why_of_replica(struct app *app)
{
    const struct picture_key *key = &app_picture(app)->keys[app->pick.id];
    uint32_t next = 0;
    for (uint32_t i = 0; i < key->replica_count; i++)
        if (key->replicas[i].node == app_cell(app))
            next = (i + 1) % key->replica_count;
    app_select_cell(app, (uint32_t)app->pick.id, key->replicas[next].node);
    explain(app);
    app_select_cell(app, (uint32_t)(app->cell.id >> 32), (uint32_t)app->cell.id);
}

/* --- Enter ---------------------------------------------------------------------------------------
 */

void app_go_to_why(struct app *app, uint32_t link)
{
    if (!app_has_why(app) || link >= app->why.count)
        return;
    stage_seek(app->stage, app->why.links[link].record.step);
    app_moved_by_hand(app);
    stand_at(app, link);
    app_say(app, "%s", app->why.links[link].text);
}

/* What is judged at the end only is judged first; a second time leads there. */
void app_go_to_check(struct app *app, uint32_t index)
{
    const struct picture_check *check = &app_picture(app)->checks[index];
    const struct stage_verdict *verdicts = stage_verdicts(app->stage);
    bool is_at_end = check->mode == PICTURE_CHECK_AT_END;
    if (!is_at_end && !check->is_decided) {
        app_say(app, "this check is still open: it is looked at after every step");
        return;
    }
    if (is_at_end && !verdicts) {
        stage_judge(app->stage);
        app_say(app, "judged at the end: %s", stage_verdicts(app->stage)[index].text);
        app->is_drawing_due = true;
        return;
    }
    uint64_t step = is_at_end ? verdicts[index].step : check->step;
    char text[STAGE_VERDICT_TEXT] = "";
    if (is_at_end)
        snprintf(text, sizeof text, "%s", verdicts[index].text);
    bool is_of_the_end = is_at_end && verdicts[index].is_at_end;
    stage_seek(app->stage, is_of_the_end ? UINT64_MAX : step);
    app_moved_by_hand(app);
    if (is_at_end)
        app_say(app, "judged at the end: %s", text);
}

void do_go_to_record(struct app *app)
{
    struct tape_record record;
    if (app->pick.kind == PICK_CHECK) {
        app_go_to_check(app, (uint32_t)app->pick.id);
        return;
    }
    if (!stage_find(app->stage, app->pick.id, &record))
        return;
    stage_seek(app->stage, record.step);
    app_moved_by_hand(app);
}

const char *why_not_need_record(struct app *app)
{
    bool is_check = app->pick.kind == PICK_CHECK && app->pick.id < app_picture(app)->check_count;
    return app->pick.kind != PICK_RECORD && !is_check
               ? "select a line of the log, a message or a check first (Up and Down walk the log)"
               : NULL;
}
