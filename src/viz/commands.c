/*
 * commands.c: the table, and what each command does.
 */
#include "viz/commands.h"

#include <string.h>

#include "base/bug.h"
#include "viz/app.h"

/* --- time ---------------------------------------------------------------------------------- */

static void play_or_pause(struct app *app)
{
    app->is_playing = !app->is_playing;
    if (app->is_playing && stage_next_time(app->stage) == VTIME_NEVER) {
        stage_seek(app->stage, 0);
        app_moved(app);
    }
    app_say(app, app->is_playing ? "playing; Space pauses, [ and ] change the speed" : "paused");
}

static void tell_last(struct app *app)
{
    char sentence[260];
    const struct tape_record *last = stage_record(app->stage, stage_records(app->stage));
    if (!last)
        return;
    stage_sentence(app->stage, last, sentence, sizeof sentence);
    app_say(app, "step %llu: %s", (unsigned long long)stage_step(app->stage), sentence);
}

static void moved_by_hand(struct app *app)
{
    app->is_playing = false;
    app_moved(app);
    tell_last(app);
}

static void step(struct app *app)
{
    bool has_moved = stage_forward(app->stage);
    moved_by_hand(app);
    if (!has_moved)
        app_say(app, "the run ends here");
}

static void step_back(struct app *app)
{
    stage_seek(app->stage, stage_step(app->stage) - 1);
    moved_by_hand(app);
}

static const char *why_not_back(struct app *app)
{
    return stage_step(app->stage) == 0 ? "this is the beginning of the run" : NULL;
}

static const char *why_not_forward(struct app *app)
{
    return stage_next_time(app->stage) == VTIME_NEVER ? "this is the end of the run" : NULL;
}

static void seek_actor(struct app *app, bool is_forward, uint32_t actor, const char *none)
{
    bool is_found = is_forward ? stage_seek_next(app->stage, actor)
                               : stage_seek_previous(app->stage, actor);
    moved_by_hand(app);
    if (!is_found)
        app_refuse(app, none);
}

static void next_of_node(struct app *app)
{
    seek_actor(app, true, app_node(app), "nothing more happens at this node");
}

static void previous_of_node(struct app *app)
{
    seek_actor(app, false, app_node(app), "nothing happened at this node before");
}

static const char *need_node(struct app *app)
{
    return app_node(app) == UINT32_MAX ? "select a node first: click it, or press Tab" : NULL;
}

static void next_headline(struct app *app)
{
    seek_actor(app, true, STAGE_HEADLINES, "no crash, cut, cure or failure comes after this");
}

static void previous_headline(struct app *app)
{
    seek_actor(app, false, STAGE_HEADLINES, "no crash, cut, cure or failure came before this");
}

static void go_to_start(struct app *app)
{
    stage_seek(app->stage, 0);
    moved_by_hand(app);
}

static void go_to_end(struct app *app)
{
    stage_seek(app->stage, UINT64_MAX);
    moved_by_hand(app);
}

static void open_prompt(struct app *app, enum app_mode mode)
{
    app->mode = mode;
    app->typed[0] = '\0';
    app->chosen = 0;
}

static void go_to(struct app *app)
{
    open_prompt(app, MODE_GO_TO);
}

static void change_speed(struct app *app, int by)
{
    int step = app->speed_step + by;
    app->speed_step = step < -18 ? -18 : step > 6 ? 6 : step;
    double speed = app_speed(app);
    if (speed < 1)
        app_say(app, "one second here shows 1/%.0f s of virtual time", 1 / speed);
    else
        app_say(app, "one second here shows %.0f s of virtual time", speed);
}

static void slower(struct app *app)
{
    change_speed(app, -1);
}

static void faster(struct app *app)
{
    change_speed(app, 1);
}

/* --- bookmarks -------------------- */

static void bookmark(struct app *app)
{
    if (app->bookmark_count < BOOKMARKS_MAX)
        app->bookmarks[app->bookmark_count++] = app->clock;
    app_say(app, "bookmark %u set here; ' goes to the next one", app->bookmark_count);
}

static void next_bookmark(struct app *app)
{
    vtime best = VTIME_NEVER, first = VTIME_NEVER;
    for (uint32_t i = 0; i < app->bookmark_count; i++) {
        vtime time = app->bookmarks[i];
        first = time < first ? time : first;
        if (time > app->clock && time < best)
            best = time;
    }
    app_seek_time(app, best == VTIME_NEVER ? first : best);
    app_say(app, "at a bookmark");
}

static const char *need_bookmark(struct app *app)
{
    return app->bookmark_count == 0 ? "there is no bookmark yet: M sets one" : NULL;
}

/* --- selection -------------------- */

/* All that Tab walks through, in order: nodes, clients, messages, keys. */
static uint32_t thing_count(const struct picture *picture)
{
    return picture->node_count + picture->client_count + picture->message_count +
           picture->key_count;
}

static struct pick thing_at(const struct picture *picture, uint32_t index)
{
    if (index < picture->node_count)
        return (struct pick){PICK_ACTOR, index};
    index -= picture->node_count;
    if (index < picture->client_count)
        return (struct pick){PICK_ACTOR, PICTURE_CLIENT_BASE + index};
    index -= picture->client_count;
    if (index < picture->message_count)
        return (struct pick){PICK_RECORD, picture->messages[index].record};
    return (struct pick){PICK_KEY, index - picture->message_count};
}

static void select_thing(struct app *app, uint32_t by)
{
    const struct picture *picture = app_picture(app);
    uint32_t count = thing_count(picture), at = by == 1 ? count - 1 : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct pick pick = thing_at(picture, i);
        if (pick_is(app->pick, pick.kind, pick.id))
            at = i;
    }
    app->pick = thing_at(picture, (at + by) % count);
}

static void select_next(struct app *app)
{
    select_thing(app, 1);
}

static void select_previous(struct app *app)
{
    select_thing(app, thing_count(app_picture(app)) - 1);
}

static void select_record(struct app *app, int64_t by)
{
    uint64_t number = stage_records(app->stage);
    if (app->pick.kind == PICK_RECORD)
        number = app->pick.id + (uint64_t)by;
    if (stage_record(app->stage, number))
        app->pick = (struct pick){PICK_RECORD, number};
}

static void record_above(struct app *app)
{
    select_record(app, -1);
}

static void record_below(struct app *app)
{
    select_record(app, 1);
}

static void go_to_record(struct app *app)
{
    const struct tape_record *record = stage_record(app->stage, app->pick.id);
    if (!record)
        return;
    stage_seek(app->stage, record->step);
    moved_by_hand(app);
}

static const char *need_record(struct app *app)
{
    return app->pick.kind != PICK_RECORD
               ? "select a line of the log or a message first (Up and Down walk the log)"
               : NULL;
}

static void why(struct app *app)
{
    const struct tape_record *record = stage_record(app->stage, app->pick.id);
    const struct tape_record *cause = record ? stage_record(app->stage, record->cause) : NULL;
    char sentence[260];
    if (!cause) {
        app_say(app, record && record->cause ? "its cause is further back than the tape reaches"
                                             : "nothing before it caused this: it begins here");
        return;
    }
    app->pick = (struct pick){PICK_RECORD, cause->number};
    stage_sentence(app->stage, cause, sentence, sizeof sentence);
    app_say(app, "because: %s", sentence);
}

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

static const char *need_running(struct app *app)
{
    const char *why_not = need_node(app);
    if (why_not || node_state(app) == PICTURE_UP || node_state(app) == PICTURE_RECOVERING)
        return why_not;
    return node_state(app) == PICTURE_PAUSED ? "this node is paused: Z lets it go on first"
                                             : "this node is down: U starts it first";
}

static const char *need_alive(struct app *app)
{
    const char *why_not = need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down already: U starts it";
}

static const char *need_down(struct app *app)
{
    const char *why_not = need_node(app);
    if (why_not || node_state(app) == PICTURE_DOWN)
        return why_not;
    return "this node is running: K crashes it";
}

static const char *need_not_down(struct app *app)
{
    const char *why_not = need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down: it has nothing to pause";
}

static void crash(struct app *app)
{
    do_to_node(app, ACTION_CRASH, 0, "crashed: its memory and what was not synced are gone");
}

static void restart(struct app *app)
{
    do_to_node(app, ACTION_RESTART, 0, "starts again from its disk");
}

static void pause_or_resume(struct app *app)
{
    if (node_state(app) == PICTURE_PAUSED)
        do_to_node(app, ACTION_RESUME, 0, "goes on");
    else
        do_to_node(app, ACTION_PAUSE, 0, "stands still; its clock runs on");
}

static void slow(struct app *app)
{
    do_to_node(app, ACTION_SLOW, 10, "takes 10 times as long for everything");
}

static void full_speed(struct app *app)
{
    do_to_node(app, ACTION_SLOW, 1, "works at its own speed again");
}

static void jump_clock(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, 5 * (int64_t)SECOND, "has a clock that jumped by +5 s");
}

static void jump_clock_back(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, -5 * (int64_t)SECOND, "has a clock that jumped by -5 s");
}

static void fill_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FULL, 0, "has a disk without a free byte");
}

static void free_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FREE, 0, "has room on its disk again");
}

static void isolate(struct app *app)
{
    uint32_t node = app_node(app);
    const char *name = app_picture(app)->nodes[node].name;
    uint32_t branch = stage_isolate(app->stage, node);
    app_moved(app);
    app_say(app, "branch %u: no message passes between %s and the other nodes; H heals", branch,
            name);
}

static void heal(struct app *app)
{
    do_action(app, (struct action){.kind = ACTION_HEAL}, "all links are whole again");
}

static const char *need_cut(struct app *app)
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

static const char *need_message(struct app *app)
{
    const struct picture_message *message = selected_message(app);
    if (!message)
        return "select a message in flight first: click it, or press Tab";
    return message->is_doomed ? "this message will be lost as it is" : NULL;
}

static void drop(struct app *app)
{
    do_action(app,
              (struct action){.kind = ACTION_DROP, .identity = selected_message(app)->identity},
              "this message will not arrive");
}

static const char *need_branch(struct app *app)
{
    return stage_branch_count(app->stage) == 1
               ? "there is only this branch; K, P, D and others open new ones"
               : NULL;
}

static const char *need_undo(struct app *app)
{
    return stage_branch_now(app->stage) == 0 ? "nothing was done yet that could be taken back"
                                             : NULL;
}

static void undo(struct app *app)
{
    stage_undo(app->stage);
    app_moved(app);
    app_say(app, "taken back: step %llu of branch %u; the other branch is kept (B)",
            (unsigned long long)stage_step(app->stage), stage_branch_now(app->stage));
}

static void next_branch(struct app *app)
{
    uint32_t branch = (stage_branch_now(app->stage) + 1) % stage_branch_count(app->stage);
    stage_select_branch(app->stage, branch);
    app_moved(app);
    struct stage_branch info = stage_branch_at(app->stage, branch);
    app_say(app, "branch %u: %s", branch, branch ? info.text : "the run as it was written");
}

/* --- the look -------------------- */

static void zoom_in(struct app *app)
{
    vtime span = app_span(app);
    app->span = span > 4 * MICROSECOND ? span / 2 : span;
}

static void zoom_out(struct app *app)
{
    vtime span = app_span(app);
    app->span = span < app_picture(app)->duration * 2 ? span * 2 : span;
}

static void show_pane(struct app *app, uint32_t pane)
{
    app->maximised = app->maximised == pane ? PANE_COUNT : pane;
}

static void show_ring(struct app *app)
{
    show_pane(app, PANE_RING);
}

static void show_spacetime(struct app *app)
{
    show_pane(app, PANE_SPACETIME);
}

static void show_inspector(struct app *app)
{
    show_pane(app, PANE_INSPECTOR);
}

static void show_log(struct app *app)
{
    show_pane(app, PANE_LOG);
}

static void next_theme(struct app *app)
{
    app->theme = (app->theme + 1) % THEME_COUNT;
    app_say(app, "theme: %s", themes[app->theme].name);
}

static void larger_text(struct app *app)
{
    app->text_scale = app->text_scale < 2.4f ? app->text_scale + 0.125f : 2.5f;
}

static void smaller_text(struct app *app)
{
    app->text_scale = app->text_scale > 0.85f ? app->text_scale - 0.125f : 0.75f;
}

static void help(struct app *app)
{
    app->mode = MODE_HELP;
}

static void palette(struct app *app)
{
    open_prompt(app, MODE_PALETTE);
}

static void deselect(struct app *app)
{
    if (app->maximised < PANE_COUNT)
        app->maximised = PANE_COUNT;
    else
        app->pick = (struct pick){PICK_NONE, 0};
}

static void quit(struct app *app)
{
    app->is_over = true;
}

/* --- the table -------------------- */

const struct app_command app_commands[] = {
    {' ', 0, "Space", "play or pause", "play or pause", play_or_pause, NULL},
    {KEY_RIGHT, 0, "Right", "step", "one step forward", step, why_not_forward},
    {KEY_LEFT, 0, "Left", "step back", "one step back, exactly", step_back, why_not_back},
    {KEY_RIGHT, MOD_SHIFT, "Shift+Right", "next of node", "next event of the selected node",
     next_of_node, need_node},
    {KEY_LEFT, MOD_SHIFT, "Shift+Left", "previous of node", "previous event of the selected node",
     previous_of_node, need_node},
    {'.', 0, ".", "next headline", "next crash, cut, cure or failed operation", next_headline,
     why_not_forward},
    {',', 0, ",", "previous headline", "previous crash, cut, cure or failure", previous_headline,
     why_not_back},
    {KEY_HOME, 0, "Home", "go to start", "to the beginning", go_to_start, NULL},
    {KEY_END, 0, "End", "go to end", "to the end", go_to_end, NULL},
    {'g', 0, "G", "go to", "go to a time or a step", go_to, NULL},
    {'[', 0, "[", "slower", "slower", slower, NULL},
    {']', 0, "]", "faster", "faster", faster, NULL},
    {'m', 0, "M", "bookmark", "set a bookmark here", bookmark, NULL},
    {'\'', 0, "'", "next bookmark", "to the next bookmark", next_bookmark, need_bookmark},
    {KEY_TAB, 0, "Tab", "select next", "select the next node, client, message or key", select_next,
     NULL},
    {KEY_TAB, MOD_SHIFT, "Shift+Tab", "select previous", "select the one before", select_previous,
     NULL},
    {KEY_UP, 0, "Up", "record above", "select the record before", record_above, NULL},
    {KEY_DOWN, 0, "Down", "record below", "select the record after", record_below, NULL},
    {KEY_ENTER, 0, "Enter", "go to record", "go to the selected record", go_to_record, need_record},
    {'w', 0, "W", "why", "select what caused the selected record", why, need_record},
    {KEY_ESCAPE, 0, "Esc", "back", "all panes again; then select nothing", deselect, NULL},
    {'k', 0, "K", "crash", "crash the node; unsynced bytes are lost", crash, need_alive},
    {'u', 0, "U", "restart", "start the crashed node from its disk", restart, need_down},
    {'z', 0, "Z", "pause node", "pause the node, or let it go on", pause_or_resume, need_not_down},
    {'d', 0, "D", "drop", "lose the selected message", drop, need_message},
    {'p', 0, "P", "partition", "cut the node off from all others", isolate, need_node},
    {'h', 0, "H", "heal", "end all partitions and cuts", heal, need_cut},
    {'s', 0, "S", "slow", "processor and disk 10 times as slow", slow, need_running},
    {'f', 0, "F", "full speed", "processor and disk at their own speed", full_speed, need_running},
    {'j', 0, "J", "jump clock", "the node's clock jumps by +5 s", jump_clock, need_node},
    {'i', 0, "I", "jump clock back", "the node's clock jumps by -5 s", jump_clock_back, need_node},
    {'o', 0, "O", "fill disk", "the node's disk takes no more bytes", fill_disk, need_node},
    {'e', 0, "E", "free disk", "the node's disk has room again", free_disk, need_node},
    {'z', MOD_CTRL, "Ctrl+Z", "undo", "take the last change back", undo, need_undo},
    {'b', 0, "B", "next branch", "show the next branch", next_branch, need_branch},
    {'+', 0, "+", "zoom in", "space-time: shorter", zoom_in, NULL},
    {'-', 0, "-", "zoom out", "space-time: longer", zoom_out, NULL},
    {KEY_F1, 0, "F1", "ring", "ring alone, or all panes", show_ring, NULL},
    {KEY_F2, 0, "F2", "space-time", "space-time diagram alone", show_spacetime, NULL},
    {KEY_F3, 0, "F3", "inspector", "inspector alone", show_inspector, NULL},
    {KEY_F4, 0, "F4", "log", "log alone", show_log, NULL},
    {KEY_F5, 0, "F5", "theme", "next theme", next_theme, NULL},
    {'+', MOD_CTRL, "Ctrl +", "larger text", "larger text", larger_text, NULL},
    {'-', MOD_CTRL, "Ctrl -", "smaller text", "smaller text", smaller_text, NULL},
    {'?', 0, "?", "help", "this help", help, NULL},
    {'p', MOD_CTRL, "Ctrl+P", "palette", "find a command by its name", palette, NULL},
    {'q', MOD_CTRL, "Ctrl+Q", "quit", "close the window", quit, NULL},
};

const uint32_t app_command_count = sizeof app_commands / sizeof app_commands[0];

uint32_t app_command_named(const char *name)
{
    for (uint32_t i = 0; i < app_command_count; i++)
        if (strcmp(app_commands[i].name, name) == 0)
            return i;
    CHECK_WHY(false, "a button has no command");
    return 0;
}
