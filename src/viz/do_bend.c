/*
 * do_bend.c: bending the run.
 *
 * Each command here is an action of a scenario, done now, in a branch of its own; and the
 * way back out of it. Nothing that happened is lost.
 */
#include "viz/app.h"
#include "viz/do.h"

/* --- bending it -------------------- */

static void do_action(struct app *app, struct action action, const char *done)
{
    uint32_t branch = stage_do(app->stage, &action);
    app_moved(app);
    if (app->pick.kind == PICK_RECORD && !stage_record(app->stage, app->pick.id))
        app->pick = (struct pick){PICK_NONE, 0};
    app_say(app, "branch %u: %s; Ctrl+Z takes it back, B shows the other branches", branch, done);
}

static void do_to_node(struct app *app, uint32_t kind, int64_t amount, const char *done)
{
    struct action action = {.kind = kind, .target = app_node(app), .amount = amount};
    if (kind == ACTION_CRASH)
        action.mode = CRASH_LOSE;
    char text[120];
    snprintf(text, sizeof text, "%s %s", app_picture(app)->nodes[action.target].name, done);
    do_action(app, action, text);
}

static uint8_t node_state(struct app *app)
{
    return app_picture(app)->nodes[app_node(app)].state;
}

const char *why_not_need_running(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) == PICTURE_UP || node_state(app) == PICTURE_RECOVERING)
        return why_not;
    return node_state(app) == PICTURE_PAUSED ? "this node is paused: Z lets it go on first"
                                             : "this node is down: U starts it first";
}

const char *why_not_need_alive(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down already: U starts it";
}

const char *why_not_need_down(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) == PICTURE_DOWN)
        return why_not;
    return "this node is running: K crashes it";
}

const char *why_not_need_not_down(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down: it has nothing to pause";
}

void do_crash(struct app *app)
{
    do_to_node(app, ACTION_CRASH, 0, "crashed: its memory and what was not synced are gone");
}

void do_restart(struct app *app)
{
    do_to_node(app, ACTION_RESTART, 0, "starts again from its disk");
}

void do_pause_or_resume(struct app *app)
{
    if (node_state(app) == PICTURE_PAUSED)
        do_to_node(app, ACTION_RESUME, 0, "goes on");
    else
        do_to_node(app, ACTION_PAUSE, 0, "stands still; its clock runs on");
}

void do_slow(struct app *app)
{
    do_to_node(app, ACTION_SLOW, 10, "takes 10 times as long for everything");
}

void do_full_speed(struct app *app)
{
    do_to_node(app, ACTION_SLOW, 1, "works at its own speed again");
}

void do_jump_clock(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, 5 * (int64_t)SECOND, "has a clock that jumped by +5 s");
}

void do_jump_clock_back(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, -5 * (int64_t)SECOND, "has a clock that jumped by -5 s");
}

void do_fill_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FULL, 0, "has a disk without a free byte");
}

void do_free_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FREE, 0, "has room on its disk again");
}

void do_isolate(struct app *app)
{
    uint32_t node = app_node(app);
    const char *name = app_picture(app)->nodes[node].name;
    uint32_t branch = stage_isolate(app->stage, node);
    app_moved(app);
    app_say(app, "branch %u: no message passes between %s and the other nodes; H heals", branch,
            name);
}

void do_heal(struct app *app)
{
    do_action(app, (struct action){.kind = ACTION_HEAL}, "all links are whole again");
}

const char *why_not_need_cut(struct app *app)
{
    return app_picture(app)->cut_count == 0 ? "no link is cut: P cuts the selected node off" : NULL;
}

static const struct picture_message *selected_message(struct app *app)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (pick_is(app->pick, PICK_RECORD, picture->messages[i].record))
            return &picture->messages[i];
    return NULL;
}

const char *why_not_need_message(struct app *app)
{
    const struct picture_message *message = selected_message(app);
    if (!message)
        return "select a message in flight first: click it, or press Tab";
    return message->is_doomed ? "this message will be lost as it is" : NULL;
}

void do_drop(struct app *app)
{
    do_action(app,
              (struct action){.kind = ACTION_DROP, .identity = selected_message(app)->identity},
              "this message will not arrive");
}

/* --- links, disks, clocks, clients --------------------------------------------------------- */

void do_torn_crash(struct app *app)
{
    struct action action = {
        .kind = ACTION_CRASH, .target = app_node(app), .mode = CRASH_TEAR, .amount = 1};
    action.cut_bytes = 100;
    do_action(app, action, "crashed in the middle of writing: its log is torn");
}

void do_kill_process(struct app *app)
{
    struct action action = {.kind = ACTION_CRASH, .target = app_node(app), .mode = CRASH_KEEP};
    do_action(app, action, "only the process died: the disk keeps what was not synced");
}

void do_rot(struct app *app)
{
    uint32_t branch = stage_rot(app->stage, app_node(app));
    app_moved(app);
    app_say(app, "branch %u: one bit of its log has flipped, if there is one; a restart reads it",
            branch);
}

void do_drift(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_DRIFT, 100000000, "has a clock that gains 10 % from now on");
}

void do_one_way_cut(struct app *app)
{
    const struct picture *picture = app_picture(app);
    struct action action = {.kind = ACTION_CUT, .target = app_node(app)};
    char text[160];
    action.other = (action.target + 1) % picture->node_count;
    snprintf(text, sizeof text, "nothing gets from %s to %s; the way back is open",
             picture->nodes[action.target].name, picture->nodes[action.other].name);
    do_action(app, action, text);
}

static void tell_links(struct app *app, uint32_t branch, const char *what)
{
    app_moved(app);
    app_say(app, "branch %u: what this node sends to the others %s; Ctrl+Z takes it back", branch,
            what);
}

void do_slow_links(struct app *app)
{
    uint32_t branch = stage_change_links(app->stage, app_node(app), 200 * MILLISECOND, 0);
    tell_links(app, branch, "takes 200 ms");
}

void do_lossy_links(struct app *app)
{
    uint32_t branch = stage_change_links(app->stage, app_node(app), 0, 300000000);
    tell_links(app, branch, "is lost three times in ten");
}

void do_stop_clients(struct app *app)
{
    do_action(app, (struct action){.kind = ACTION_STOP_CLIENTS, .target = ALL_MEMBERS},
              "the clients begin nothing new");
}

void do_start_clients(struct app *app)
{
    do_action(app, (struct action){.kind = ACTION_START_CLIENTS, .target = ALL_MEMBERS},
              "the clients go on");
}

const char *why_not_need_client(struct app *app)
{
    return app_picture(app)->client_count == 0 ? "this scenario has no client" : NULL;
}

const char *why_not_need_key(struct app *app)
{
    const struct picture *picture = app_picture(app);
    if (picture->client_count == 0)
        return "this scenario has no client that could ask";
    bool is_key = app->pick.kind == PICK_KEY && app->pick.id < picture->key_count;
    return is_key ? NULL : "select a key first: click a row of the inspector, or press Tab";
}

static void operate(struct app *app, bool is_get)
{
    const struct picture *picture = app_picture(app);
    const char *client = picture->clients[0];
    char key[PICTURE_NAME_MAX];
    snprintf(key, sizeof key, "%s", picture->keys[app->pick.id].name);
    uint32_t branch = stage_operate(app->stage, 0, key, is_get);
    app_moved(app);
    app_say(app, "branch %u: %s %s %s; Right shows what comes of it", branch, client,
            is_get ? "gets" : "puts", key);
}

void do_put(struct app *app)
{
    operate(app, false);
}

void do_get(struct app *app)
{
    operate(app, true);
}

const char *why_not_need_branch(struct app *app)
{
    return stage_branch_count(app->stage) == 1
               ? "there is only this branch; K, P, D and others open new ones"
               : NULL;
}

const char *why_not_need_undo(struct app *app)
{
    return stage_branch_now(app->stage) == 0 ? "nothing was done yet that could be taken back"
                                             : NULL;
}

void do_undo(struct app *app)
{
    stage_undo(app->stage);
    app_moved(app);
    app_say(app, "taken back: step %llu of branch %u; the other branch is kept (B)",
            (unsigned long long)stage_step(app->stage), stage_branch_now(app->stage));
}

void do_next_branch(struct app *app)
{
    uint32_t branch = (stage_branch_now(app->stage) + 1) % stage_branch_count(app->stage);
    stage_select_branch(app->stage, branch);
    app_moved(app);
    struct stage_branch info = stage_branch_at(app->stage, branch);
    app_say(app, "branch %u: %s", branch, branch ? info.text : "the run as it was written");
}
