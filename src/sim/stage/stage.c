/*
 * stage.c: moving, bending, and what the tape says of it.
 */
#include <string.h>

#include "sim/picture/inside.h"
#include "sim/stage/stage_parts.h"
#include "sim/picture/versions.h"
#include "sim/picture/view.h"

#define STORE_BYTES (UINT64_C(256) << 20)

const struct tape_record *stage_tape(const struct stage *stage, uint32_t *count)
{
    *count = stage->tape.count;
    return stage->tape.records;
}

static const struct tape_record *record_on(const struct tape *tape, uint64_t number)
{
    if (tape->count == 0 || number < tape->records[0].number ||
        number >= tape->records[0].number + tape->count)
        return NULL;
    return &tape->records[number - tape->records[0].number];
}

const struct tape_record *stage_record(const struct stage *stage, uint64_t number)
{
    const struct tape_record *record = record_on(&stage->tape, number);
    if (!record && stage->close_branch == stage->travel.current)
        record = record_on(&stage->close_up, number);
    return record;
}

/* --- where we are ------------------------------------------------------------------------ */

uint64_t stage_step(const struct stage *stage)
{
    return stage->world->state->step;
}

uint32_t stage_panes(const struct stage *stage)
{
    return stage->world->scenario->panes;
}

vtime stage_now(const struct stage *stage)
{
    return stage->world->state->now;
}

bool stage_is_over(const struct stage *stage)
{
    return stage->world->state->is_over;
}

vtime stage_next_time(const struct stage *stage)
{
    return world_next_time(stage->world);
}

uint64_t stage_records(const struct stage *stage)
{
    return stage->world->state->records;
}

struct digest stage_digest(const struct stage *stage)
{
    return snapshot_page_digest(&stage->world->region);
}

struct digest stage_run_digest(const struct stage *stage)
{
    return stage->world->state->digest;
}

void stage_picture(const struct stage *stage, struct heap *scratch, struct picture *picture)
{
    picture_take(stage->world, scratch, picture);
}

/* The tape is as it was before: where the stage comes back to, nothing has changed. */
bool stage_picture_before(struct stage *stage, struct heap *scratch, struct picture *picture)
{
    uint64_t step = stage_step(stage);
    bool is_over = stage->world->state->is_over;
    if (step == 0)
        return false;
    stage->purpose = STAGE_APPROACHING;
    travel_seek(&stage->travel, step - 1);
    picture_take(stage->world, scratch, picture);
    travel_seek(&stage->travel, is_over ? UINT64_MAX : step);
    stage->purpose = STAGE_MOVING;
    return true;
}

void stage_inside(const struct stage *stage, uint32_t node, struct heap *scratch,
                  struct inside *inside)
{
    inside_take(stage->world, node, scratch, inside);
}

void stage_versions(const struct stage *stage, uint32_t key, struct heap *scratch,
                    struct key_versions *versions)
{
    versions_take(stage->world, key, scratch, versions);
}

uint32_t stage_walk(const struct stage *stage, uint64_t position, struct picture_stop *stops,
                    uint32_t max)
{
    return picture_walk(stage->world, position, stops, max);
}

bool stage_peers(const struct stage *stage, uint32_t node, vtime at, struct picture_peer *peers)
{
    return picture_peers(stage->world, node, at, peers);
}

bool stage_listener(const struct stage *stage, uint32_t node, struct picture_listener *listener)
{
    return picture_listener(stage->world, node, listener);
}

bool stage_news(const struct stage *stage, uint32_t subject, vtime at, struct news *news)
{
    return news_take(stage->world, subject, at, news);
}

uint64_t stage_range_differing(const struct stage *stage, uint32_t token, uint64_t *patience)
{
    return world_range_differing(stage->world, token, patience);
}

/* --- moving -------------------------------------------------------------------------------- */

static bool has_history(const struct stage *stage)
{
    const struct world_state *state = stage->world->state;
    if (stage->tape.count == 0)
        return false;
    const struct tape_record *first = &stage->tape.records[0];
    if (first->number > 1 && first->step + STAGE_HISTORY_STEPS / 8 > state->step)
        return false;
    return first->number + stage->tape.count > state->records;
}

/* After a jump: run the last stretch before the present once more. */
static void fill_history(struct stage *stage)
{
    uint64_t step = stage_step(stage);
    uint64_t from = step > STAGE_HISTORY_STEPS ? step - STAGE_HISTORY_STEPS : 0;
    bool is_over = stage->world->state->is_over;
    stage_count_to_present(stage);
    if (has_history(stage))
        return;
    stage_approach(stage, from);
    stage_begin_tape(stage, &stage->tape);
    stage_step_to(stage, is_over ? UINT64_MAX : step);
}

bool stage_forward(struct stage *stage)
{
    return travel_forward(&stage->travel);
}

void stage_seek(struct stage *stage, uint64_t step)
{
    travel_seek(&stage->travel, step);
    fill_history(stage);
}

void stage_seek_time(struct stage *stage, vtime time)
{
    travel_seek_time(&stage->travel, time);
    fill_history(stage);
}

enum stage_pursuit stage_pursue_headline(struct stage *stage, uint64_t from, uint32_t steps)
{
    uint64_t found;
    if (stage_next_sign(stage, from, &found)) {
        stage_seek(stage, found);
        return PURSUIT_FOUND;
    }
    if (stage_step(stage) < stage_known_step(stage)) /* up to there it is known: there is none */
        stage_seek(stage, stage_known_step(stage));
    for (; steps > 0; steps--) {
        if (!stage_forward(stage))
            return PURSUIT_NONE;
        if (stage_next_sign(stage, from, &found))
            return PURSUIT_FOUND;
    }
    return PURSUIT_OPEN;
}

static bool seek_next_headline(struct stage *stage)
{
    enum { STEPS = 1u << 16 };
    uint64_t step = stage_step(stage);
    enum stage_pursuit pursuit;
    while ((pursuit = stage_pursue_headline(stage, step, STEPS)) == PURSUIT_OPEN)
        continue;
    if (pursuit == PURSUIT_NONE)
        stage_seek(stage, step);
    return pursuit == PURSUIT_FOUND;
}

static bool seek_previous_headline(struct stage *stage)
{
    uint64_t found;
    if (!stage_previous_sign(stage, stage_step(stage), &found))
        return false;
    stage_seek(stage, found);
    return true;
}

bool stage_seek_next(struct stage *stage, uint32_t actor)
{
    if (actor == STAGE_HEADLINES)
        return seek_next_headline(stage);
    uint64_t step = stage_step(stage);
    uint64_t seen = stage_records(stage);
    do {
        const struct tape_record *record;
        for (; (record = stage_record(stage, seen + 1)) != NULL; seen++)
            if (record->step > step && record->actor == actor) {
                stage_seek(stage, record->step);
                return true;
            }
    } while (stage_forward(stage));
    stage_seek(stage, step);
    return false;
}

bool stage_seek_previous(struct stage *stage, uint32_t actor)
{
    if (actor == STAGE_HEADLINES)
        return seek_previous_headline(stage);
    uint64_t step = stage_step(stage);
    uint64_t number = stage_records(stage);
    for (;;) {
        const struct tape_record *record;
        for (; (record = stage_record(stage, number)) != NULL; number--)
            if (record->step < step && record->step > 0 && record->actor == actor) {
                stage_seek(stage, record->step);
                return true;
            }
        if (number == 0 || stage->tape.count == 0)
            break;
        stage_seek(stage, stage->tape.records[0].step - 1);
    }
    stage_seek(stage, step);
    return false;
}

static bool search_tape(const struct stage *stage, uint64_t *number, stage_wanted *wanted,
                        const void *host, struct tape_record *found)
{
    const struct tape_record *record;
    for (; (record = stage_record(stage, *number - 1)) != NULL; (*number)--)
        if (wanted(record, host)) {
            *found = *record;
            return true;
        }
    return false;
}

bool stage_find_last(struct stage *stage, uint64_t number, stage_wanted *wanted, const void *host,
                     struct tape_record *found)
{
    uint64_t step = stage_step(stage);
    bool is_over = stage->world->state->is_over, has_moved = false;
    bool is_found = search_tape(stage, &number, wanted, host, found);
    while (!is_found && number > 1 && stage->tape.count > 0 && stage->tape.records[0].number > 1) {
        stage_seek(stage, stage->tape.records[0].step > 0 ? stage->tape.records[0].step - 1 : 0);
        has_moved = true;
        is_found = search_tape(stage, &number, wanted, host, found);
    }
    if (has_moved)
        stage_seek(stage, is_over ? UINT64_MAX : step);
    return is_found;
}

static bool has_number(const struct tape_record *record, const void *host)
{
    return record->number == *(const uint64_t *)host;
}

bool stage_find(struct stage *stage, uint64_t number, struct tape_record *found)
{
    const struct tape_record *record = stage_record(stage, number);
    if (number == 0)
        return false;
    if (!record)
        return stage_find_last(stage, number + 1, has_number, &number, found);
    *found = *record;
    return true;
}

/* --- bending --------------------------------------------------------------------------------- */

uint32_t stage_do(struct stage *stage, const struct action *action)
{
    tape_cut(&stage->tape, stage_step(stage));
    why_book_cut(&stage->book, stage_step(stage));
    uint32_t parent = stage_branch_now(stage);
    uint32_t branch = travel_branch(&stage->travel, action);
    stage_branch_series(stage, parent);
    stage_branch_signs(stage, parent);
    stage_past_branched(stage);
    if (stage->watcher.opened)
        stage->watcher.opened(stage->watcher.host, stage, branch);
    travel_forward(&stage->travel);
    return branch;
}

const struct intervention *stage_interventions(const struct stage *stage, uint32_t *count)
{
    const struct branch *branch = &stage->travel.branches[stage->travel.current];
    *count = branch->intervention_count;
    return branch->interventions;
}

uint32_t stage_branch_count(const struct stage *stage)
{
    return stage->travel.branch_count;
}

uint32_t stage_branch_now(const struct stage *stage)
{
    return stage->travel.current;
}

/* "n1 n2 | n3": who is in which group. */
static void name_groups(const struct stage *stage, const struct partition_groups *groups,
                        struct text *text)
{
    struct trace_names names = world_names(stage->world);
    for (uint32_t group = 0; group < groups->group_count; group++) {
        text_str(text, group ? " |" : "");
        for (uint32_t i = 0; i < groups->member_count; i++) {
            if (groups->group_of[i] != group)
                continue;
            text_char(text, ' ');
            names.actor(names.host, text, groups->members[i]);
        }
    }
}

static void name_link(const struct stage *stage, const struct action *action, struct text *text)
{
    struct trace_names names = world_names(stage->world);
    text_char(text, ' ');
    names.actor(names.host, text, action->target);
    text_str(text, " - ");
    names.actor(names.host, text, action->other);
}

/* "alice: put greeting". */
static void name_operation(const struct stage *stage, const struct action *action,
                           struct text *text)
{
    text_str(text, stage->world->scenario->clients[action->target].name);
    text_str(text, ": ");
    text_str(text, operation_kind_name(action->operation->kind));
    text_char(text, ' ');
    text_str(text, action->operation->key);
}

/* "replace n2 by n6". */
static void name_replacement(const struct stage *stage, const struct action *action,
                             struct text *text)
{
    text_str(text, "replace ");
    text_str(text, stage->world->scenario->nodes[action->other].name);
    text_str(text, " by ");
    text_str(text, stage->world->scenario->nodes[action->target].name);
}

/* What was done to whom, for the tree of branches. */
static void name_action(const struct stage *stage, const struct action *action, struct text *text)
{
    if (action->kind == ACTION_OPERATION) {
        name_operation(stage, action, text);
        return;
    }
    if (action->kind == ACTION_REPLACE) {
        name_replacement(stage, action, text);
        return;
    }
    text_str(text, action_name(action->kind));
    if (action->groups) {
        name_groups(stage, action->groups, text);
    } else if (action->kind != ACTION_HEAL && !action->identity &&
               action->target < stage->world->scenario->node.nodes) {
        text_char(text, ' ');
        text_str(text, stage->world->scenario->nodes[action->target].name);
    }
    if (action->kind == ACTION_HEAL && action->mode == HEAL_LINK)
        name_link(stage, action, text);
    if (action->kind == ACTION_CUT || action->kind == ACTION_CLOG) {
        text_str(text, " -> ");
        text_str(text, stage->world->scenario->nodes[action->other].name);
    }
    if (action->kind == ACTION_DISK_SWAP) {
        text_str(text, " with ");
        text_str(text, stage->world->scenario->nodes[action->other].name);
    }
}

struct stage_branch stage_branch_at(const struct stage *stage, uint32_t index)
{
    const struct branch *branch = &stage->travel.branches[index];
    struct stage_branch result = {.parent = branch->parent,
                                  .from_step = branch->from_step,
                                  .known_to = stage_known_time(stage, index)};
    struct text text;
    text_init(&text, result.text, sizeof result.text);
    if (index == 0)
        return result;
    const struct intervention *deed = &branch->interventions[branch->intervention_count - 1];
    result.from_time = deed->time;
    name_action(stage, &deed->action, &text);
    return result;
}

/* Only branches have the tape in common up to where the paths to them part. */
uint64_t stage_parting_step(const struct stage *stage, uint32_t a, uint32_t b)
{
    uint64_t step = UINT64_MAX;
    while (a != b) {
        uint32_t *younger = a > b ? &a : &b;
        step = MIN(step, stage->travel.branches[*younger].from_step);
        *younger = stage->travel.branches[*younger].parent;
    }
    return step;
}

void stage_select_branch(struct stage *stage, uint32_t branch)
{
    uint64_t parting = stage_parting_step(stage, stage_branch_now(stage), branch);
    tape_cut(&stage->tape, parting);
    why_book_cut(&stage->book, parting);
    stage_watch_series(stage, branch);
    travel_select(&stage->travel, branch);
    stage_past_selected(stage);
    fill_history(stage);
}

bool stage_undo(struct stage *stage)
{
    uint32_t current = stage_branch_now(stage);
    if (current == 0)
        return false;
    struct stage_branch branch = stage_branch_at(stage, current);
    stage_select_branch(stage, branch.parent);
    stage_seek(stage, branch.from_step);
    return true;
}

/* --- beginning and end ------------------------------------------------------------------------ */

static void forget_stage(struct world *world)
{
    world->sink = (struct trace_sink){0};
    world->parcel_sink = (struct parcel_sink){0};
}

struct stage *stage_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                         const char **why)
{
    struct region region;
    if (!region_open(&region, REGION_RESERVE_PLAN, NULL, why))
        return NULL;
    struct stage *stage = region_create_root(&region, sizeof *stage);
    stage->region = region;
    heap_init(&stage->heap, region.header);
    stage_begin_signs(stage);
    stage->world = world;
    stage_past_open(stage, scenario);
    world->sink = (struct trace_sink){stage_take, stage};
    world->parcel_sink = (struct parcel_sink){stage_take_parcel, stage};
    if (!travel_open(&stage->travel, world, scenario, seed, STORE_BYTES, why)) {
        forget_stage(world);
        region_close(&region);
        return NULL;
    }
    stage_past_begin(stage);
    stage_begin_series(stage);
    return stage;
}

void stage_close(struct stage *stage)
{
    struct region region = stage->region;
    forget_stage(stage->world);
    travel_close(&stage->travel);
    region_close(&region);
}
