/*
 * things.c: names and lines (see things.h), one function a kind.
 */
#include "viz/app/things.h"

#include <string.h>

#include "viz/app/app.h"
#include "viz/do/do.h"

const struct picture_message *thing_message(struct app *app, struct pick pick)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; pick.kind == PICK_RECORD && i < picture->message_count; i++)
        if (picture->messages[i].record == pick.id)
            return &picture->messages[i];
    return NULL;
}

static const char *actor_name(struct app *app, uint32_t actor)
{
    struct scene scene = app_scene(app);
    return scene_actor_name(&scene, actor);
}

static void write_way(struct app *app, uint32_t from, uint32_t to, struct text *text)
{
    text_str(text, actor_name(app, from));
    text_str(text, " -> ");
    text_str(text, actor_name(app, to));
}

static void write_time(struct text *text, vtime time)
{
    char shown[32];
    text_str(text, scene_time(time, shown));
}

static void write_count(struct text *text, uint64_t count, const char *one, const char *more)
{
    text_u64(text, count);
    text_str(text, count == 1 ? one : more);
}

/* --- names ---------------------------------------------------------------------------------- */

static void name_record(struct app *app, struct pick pick, struct text *text)
{
    const struct picture_message *message = thing_message(app, pick);
    if (!message) {
        text_str(text, "record ");
        text_u64(text, pick.id);
        return;
    }
    text_str(text, message->name);
    text_char(text, ' ');
    write_way(app, message->from, message->to, text);
}

static void name_numbered(const char *word, uint64_t number, struct text *text)
{
    text_str(text, word);
    text_u64(text, number);
}

/* What happened there, if it is a mark on the bar of time: "n2: crash, 5 s". */
static void name_step(struct app *app, uint64_t step, struct text *text)
{
    const struct stage_sign *sign = marks_find(app->stage, step);
    struct scene scene = app_scene(app);
    char time[32], word[40];
    if (!sign) {
        name_numbered("step ", step, text);
        return;
    }
    text_str(text, scene_actor_name(&scene, sign->actor));
    text_str(text, ": ");
    stage_sign_word(sign, word, sizeof word);
    text_str(text, word);
    text_str(text, ", ");
    text_str(text, scene_time(sign->time, time));
}

static void name_cell(struct app *app, struct pick pick, struct text *text)
{
    const struct picture *picture = app_picture(app);
    uint64_t key = pick.id >> 32;
    text_str(text, key < picture->key_count ? picture->keys[key].name : "a key");
    text_str(text, " at ");
    text_str(text, actor_name(app, (uint32_t)pick.id));
}

void thing_name(struct app *app, struct pick pick, struct text *text)
{
    static const char *const pages[PAGE_COUNT] = {
#define PAGE(identifier, name) #name,
        PAGES(PAGE)
#undef PAGE
    };
    const struct picture *picture = app_picture(app);
    switch (pick.kind) {
    case PICK_ACTOR: text_str(text, actor_name(app, (uint32_t)pick.id)); break;
    case PICK_KEY:
        text_str(text, "key ");
        text_str(text, pick.id < picture->key_count ? picture->keys[pick.id].name : "that is gone");
        break;
    case PICK_RECORD: name_record(app, pick, text); break;
    case PICK_COMMAND: text_str(text, app_commands[pick.id].name); break;
    case PICK_SCRUB: text_str(text, "time"); break;
    case PICK_PANE: text_str(text, pane_names[pick.id]); break;
    case PICK_BRANCH: name_numbered("branch ", pick.id, text); break;
    case PICK_PAGE:
        text_str(text, "page ");
        text_str(text, pages[pick.id]);
        break;
    case PICK_STEP: name_step(app, pick.id, text); break;
    case PICK_CELL: name_cell(app, pick, text); break;
    case PICK_CHECK:
        text_str(text, pick.id < picture->check_count ? picture->checks[pick.id].name : "check");
        break;
    case PICK_WHY: name_numbered("reason ", pick.id + 1, text); break;
    case PICK_METRIC:
        text_str(text, pick.id < METRIC_COUNT ? metric_table[pick.id].title : "all metrics");
        break;
    case PICK_INSTANT: write_time(text, pick.id); break;
    case PICK_CUT:
        text_str(text, "cut ");
        write_way(app, (uint32_t)(pick.id >> 32), (uint32_t)pick.id, text);
        break;
    case PICK_DIVIDER: text_str(text, "edge"); break;
    default: text_str(text, "nothing");
    }
}

/* --- lines ---------------------------------------------------------------------------------- */

/* "joining: it takes writes ...; waits for n2". */
static void line_of_member(struct app *app, uint32_t index, struct text *text)
{
    const struct members_node *member = &app_picture(app)->members.nodes[index];
    if (member->kind == MEMBER_KIND_NORMAL)
        return;
    text_str(text, member_kind_word(member->kind));
    if (member->partner != MEMBERS_NOBODY) {
        text_char(text, ' ');
        text_str(text, member->kind == MEMBER_KIND_REPLACING ? "" : "by ");
        text_str(text, actor_name(app, member->partner));
    }
    text_str(text, " (");
    text_str(text, member_kind_meaning(member->kind));
    text_str(text, "); ");
}

static void line_of_node(const struct picture_node *node, struct text *text)
{
    static const char *const states[PICTURE_STATE_COUNT] = {"up", "down", "paused", "recovering",
                                                            "refused"};
    text_str(text, states[node->state]);
    if (node->state != PICTURE_DOWN) {
        text_str(text, ", ");
        write_count(text, node->keys, " key", " keys");
        text_str(text, ", ");
        write_count(text, node->waiting, " task waits", " tasks wait");
    }
    if (node->suspected_by) {
        text_str(text, ", suspected by ");
        write_count(text, node->suspected_by, " node", " nodes");
    }
}

static void line_of_actor(struct app *app, struct pick pick, struct text *text)
{
    const struct picture *picture = app_picture(app);
    if (pick.id < picture->node_count) {
        line_of_member(app, (uint32_t)pick.id, text);
        line_of_node(&picture->nodes[pick.id], text);
    } else {
        text_str(text, "a client: it asks the nodes");
    }
}

static void line_of_key(struct app *app, struct pick pick, struct text *text)
{
    const struct picture *picture = app_picture(app);
    if (pick.id >= picture->key_count)
        return;
    const struct picture_key *key = &picture->keys[pick.id];
    write_count(text, key->replica_count, " replica", " replicas");
    text_str(text, key->is_differing ? ", and they differ" : ", all alike");
}

static void line_of_record(struct app *app, struct pick pick, struct text *text)
{
    char sentence[260];
    struct tape_record record;
    const struct picture_message *message = thing_message(app, pick);
    if (!message) {
        if (stage_find(app->stage, pick.id, &record)) {
            stage_sentence(app->stage, &record, sentence, sizeof sentence);
            text_str(text, sentence);
        }
        return;
    }
    text_str(text, "sent at ");
    write_time(text, message->sent_at);
    if (message->is_held) {
        text_str(text, ", held");
    } else {
        text_str(text, message->is_doomed ? ", will be lost at " : ", arrives at ");
        write_time(text, message->arrives_at);
    }
    text_str(text, message->is_damaged ? ", damaged" : "");
    if (message->rows > 0) {
        text_str(text, "; it brings ");
        write_count(text, message->rows, " row", " rows");
        text_str(text, " to a new owner");
    }
    text_str(text, "; drag it along its way: later, or sooner");
}

static void line_of_command(struct app *app, const struct app_command *command, struct text *text)
{
    const char *why = command->why_not(app);
    if (command->run == do_about && *app_picture(app)->title) {
        text_str(text, app_picture(app)->title);
        text_str(text, "; click: ");
    }
    text_str(text, command->help);
    text_str(text, " (");
    text_str(text, command->key_name);
    text_char(text, ')');
    if (why) {
        text_str(text, "; not now: ");
        text_str(text, why);
    }
}

/* What it says by now, and what a click does. */
static void line_of_check(struct app *app, struct pick pick, struct text *text)
{
    const struct picture *picture = app_picture(app);
    const struct stage_verdict *verdicts = stage_verdicts(app->stage);
    if (pick.id < picture->check_count && verdicts && *verdicts[pick.id].text) {
        text_str(text, verdicts[pick.id].kind == STAGE_VIOLATED ? "violated at " : "at ");
        write_time(text, verdicts[pick.id].time);
        text_str(text, "; ");
    }
    text_str(text, "click to go where it was decided; W says why");
}

static void line_of_branch(struct app *app, struct pick pick, struct text *text)
{
    struct stage_branch branch = stage_branch_at(app->stage, (uint32_t)pick.id);
    text_str(text, pick.id ? branch.text : "the run as it was written");
    text_str(text,
             pick.id == stage_branch_now(app->stage) ? "; you are in it" : "; a click goes there");
}

/* The whole value: in a narrow column its end is out of sight. */
static void line_of_cell(struct app *app, struct pick pick, struct text *text)
{
    const struct picture *picture = app_picture(app);
    const struct picture_key *key =
        pick.id >> 32 < picture->key_count ? &picture->keys[pick.id >> 32] : NULL;
    for (uint32_t i = 0; key && i < key->replica_count; i++) {
        const struct picture_replica *replica = &key->replicas[i];
        if (replica->node != (uint32_t)pick.id)
            continue;
        if (!replica->is_running)
            text_str(text, "it is down and cannot be asked");
        else if (replica->is_absent)
            text_str(text, "it has never heard of this key");
        else if (replica->is_tombstone)
            text_str(text, "a deletion");
        else
            text_str(text, replica->value);
        text_str(text, replica->is_cut ? ".. (click the key for more)" : "");
        if (replica->is_running && key->is_differing)
            text_str(text, replica->is_newest ? "; the newest" : "; behind the newest");
        text_str(text, "; ");
    }
    text_str(text, "W says why");
}

void thing_line(struct app *app, struct pick pick, struct text *text)
{
    switch (pick.kind) {
    case PICK_ACTOR: line_of_actor(app, pick, text); break;
    case PICK_KEY: line_of_key(app, pick, text); break;
    case PICK_RECORD: line_of_record(app, pick, text); break;
    case PICK_COMMAND: line_of_command(app, &app_commands[pick.id], text); break;
    case PICK_SCRUB: text_str(text, "click or drag to go to another time"); break;
    case PICK_PANE: text_str(text, "double click: this pane alone, or all again"); break;
    case PICK_BRANCH: line_of_branch(app, pick, text); break;
    case PICK_PAGE: text_str(text, "click to turn to this page of the inspector (F6)"); break;
    case PICK_STEP: text_str(text, "click to go to this step"); break;
    case PICK_CELL: line_of_cell(app, pick, text); break;
    case PICK_CHECK: line_of_check(app, pick, text); break;
    case PICK_WHY:
    case PICK_INSTANT: text_str(text, "click to go to that moment"); break;
    case PICK_METRIC:
        text_str(text, pick.id < METRIC_COUNT ? metric_table[pick.id].help : "click to go back");
        break;
    case PICK_CUT: text_str(text, "nothing gets through here; click to heal this link"); break;
    case PICK_DIVIDER: text_str(text, "drag it to make panes larger and smaller"); break;
    default: break;
    }
}
