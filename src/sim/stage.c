/*
 * stage.c: the tape, and moving with it.
 */
#include "sim/stage.h"

#include <string.h>

#include "sim/stage_parts.h"
#include "sim/tape.h"
#include "sim/view.h"

#define STORE_BYTES (UINT64_C(256) << 20)

/* --- the tape ------------------------------------------------------------------------- */

/* The older half goes; whoever wants it back goes back in time. */
static void forget_half(struct stage *stage)
{
    uint32_t half = stage->tape_count / 2;
    memmove(stage->tape, stage->tape + half, (stage->tape_count - half) * sizeof *stage->tape);
    stage->tape_count -= half;
}

static void make_room(struct stage *stage)
{
    if (stage->tape_count == STAGE_TAPE_MAX)
        forget_half(stage);
    if (stage->tape_count < stage->tape_room)
        return;
    stage->tape_room = MAX(4096, 2 * stage->tape_room);
    stage->tape = heap_resize(&stage->heap, stage->tape, stage->tape_room * sizeof *stage->tape);
}

/* A record that is on the tape already is one of a step that was passed before. One that
 * does not follow the last one begins the tape anew: a tape has no gaps. */
static void take_record(void *host, const struct trace_record *record)
{
    struct stage *stage = host;
    if (stage->tape_count > 0) {
        uint64_t first = stage->tape[0].number;
        if (record->number >= first && record->number < first + stage->tape_count)
            return;
        if (record->number != first + stage->tape_count)
            stage->tape_count = 0;
    }
    make_room(stage);
    struct tape_record *taped = &stage->tape[stage->tape_count++];
    *taped = (struct tape_record){.number = record->number,
                                  .step = stage->world->state->step,
                                  .time = record->time,
                                  .about = record->about,
                                  .cause = record->cause,
                                  .field = {record->field[0], record->field[1], record->field[2]},
                                  .kind = record->kind,
                                  .actor = record->actor};
    tape_describe(record, taped);
}

const struct tape_record *stage_tape(const struct stage *stage, uint32_t *count)
{
    *count = stage->tape_count;
    return stage->tape;
}

const struct tape_record *stage_record(const struct stage *stage, uint64_t number)
{
    if (stage->tape_count == 0 || number < stage->tape[0].number ||
        number >= stage->tape[0].number + stage->tape_count)
        return NULL;
    return &stage->tape[number - stage->tape[0].number];
}

const char *stage_kind_name(const struct tape_record *record)
{
    return trace_kind_table[record->kind].name;
}

void stage_sentence(const struct stage *stage, const struct tape_record *record, char *text,
                    uint32_t size)
{
    struct trace_record plain = {.number = record->number,
                                 .time = record->time,
                                 .about = record->about,
                                 .cause = record->cause,
                                 .field = {record->field[0], record->field[1], record->field[2]},
                                 .kind = record->kind,
                                 .actor = record->actor};
    struct trace_names names = world_names(stage->world);
    struct text line;
    text_init(&line, text, size);
    trace_sentence(&line, &plain, &names);
}

/* Forget what only another branch knows. */
static void cut_tape(struct stage *stage, uint64_t step)
{
    while (stage->tape_count > 0 && stage->tape[stage->tape_count - 1].step > step)
        stage->tape_count--;
}

/* --- where we are ------------------------------------------------------------------------ */

uint64_t stage_step(const struct stage *stage)
{
    return stage->world->state->step;
}

vtime stage_now(const struct stage *stage)
{
    return stage->world->state->now;
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

uint32_t stage_walk(const struct stage *stage, uint64_t position, struct picture_stop *stops,
                    uint32_t max)
{
    return picture_walk(stage->world, position, stops, max);
}

bool stage_peers(const struct stage *stage, uint32_t node, struct picture_peer *peers)
{
    return picture_peers(stage->world, node, peers);
}

/* --- moving -------------------------------------------------------------------------------- */

static bool has_history(const struct stage *stage)
{
    const struct world_state *state = stage->world->state;
    if (stage->tape_count == 0)
        return false;
    const struct tape_record *first = &stage->tape[0];
    if (first->number > 1 && first->step + STAGE_HISTORY_STEPS / 8 > state->step)
        return false;
    return first->number + stage->tape_count > state->records;
}

/* After a jump: run the last stretch before the present once more. */
static void fill_history(struct stage *stage)
{
    uint64_t step = stage_step(stage);
    bool is_over = stage->world->state->is_over;
    if (has_history(stage))
        return;
    stage->tape_count = 0;
    travel_seek(&stage->travel, step > STAGE_HISTORY_STEPS ? step - STAGE_HISTORY_STEPS : 0);
    travel_seek(&stage->travel, is_over ? UINT64_MAX : step);
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

static bool is_wanted(const struct tape_record *record, uint32_t actor)
{
    return actor == STAGE_HEADLINES ? record->is_headline : record->actor == actor;
}

bool stage_seek_next(struct stage *stage, uint32_t actor)
{
    uint64_t step = stage_step(stage);
    uint64_t seen = stage_records(stage);
    do {
        const struct tape_record *record;
        for (; (record = stage_record(stage, seen + 1)) != NULL; seen++)
            if (record->step > step && is_wanted(record, actor)) {
                stage_seek(stage, record->step);
                return true;
            }
    } while (stage_forward(stage));
    stage_seek(stage, step);
    return false;
}

bool stage_seek_previous(struct stage *stage, uint32_t actor)
{
    uint64_t step = stage_step(stage);
    uint64_t number = stage_records(stage);
    for (;;) {
        const struct tape_record *record;
        for (; (record = stage_record(stage, number)) != NULL; number--)
            if (record->step < step && record->step > 0 && is_wanted(record, actor)) {
                stage_seek(stage, record->step);
                return true;
            }
        if (number == 0 || stage->tape_count == 0)
            break;
        stage_seek(stage, stage->tape[0].step - 1);
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
    while (!is_found && number > 1 && stage->tape_count > 0 && stage->tape[0].number > 1) {
        stage_seek(stage, stage->tape[0].step > 0 ? stage->tape[0].step - 1 : 0);
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
    cut_tape(stage, stage_step(stage));
    uint32_t parent = stage_branch_now(stage);
    uint32_t branch = travel_branch(&stage->travel, action);
    stage_branch_series(stage, parent);
    travel_forward(&stage->travel);
    return branch;
}

uint32_t stage_isolate(struct stage *stage, uint32_t node)
{
    uint32_t count = stage->world->scenario->node.nodes;
    struct partition_groups *groups = heap_alloc(&stage->heap, sizeof *groups);
    uint32_t *members = heap_alloc(&stage->heap, count * sizeof *members);
    uint32_t *group_of = heap_alloc(&stage->heap, count * sizeof *group_of);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = i;
        group_of[i] = i == node;
    }
    *groups = (struct partition_groups){2, count, members, group_of};
    struct action action = {.kind = ACTION_PARTITION, .target = node, .groups = groups};
    return stage_do(stage, &action);
}

uint32_t stage_change_links(struct stage *stage, uint32_t node, vtime latency, uint32_t loss_ppb)
{
    struct link_config *link = heap_alloc(&stage->heap, sizeof *link);
    *link = stage->world->scenario->network.nodes;
    if (latency > 0)
        link->latency = distribution_constant(latency);
    link->loss_ppb = MAX(link->loss_ppb, loss_ppb);
    struct action action = {
        .kind = ACTION_LINK, .target = node, .other = ALL_MEMBERS, .link = link};
    return stage_do(stage, &action);
}

uint32_t stage_rot(struct stage *stage, uint32_t node)
{
    enum { OFFSET = 64 };
    struct action action = {.kind = ACTION_DISK_CORRUPT,
                            .target = node,
                            .file_kind = FILE_LOG,
                            .amount = OFFSET};
    return stage_do(stage, &action);
}

static char *keep_text(struct stage *stage, const char *text)
{
    char *copy = heap_alloc(&stage->heap, strlen(text) + 1);
    return memcpy(copy, text, strlen(text) + 1);
}

uint32_t stage_operate(struct stage *stage, uint32_t client, const char *key, bool is_get)
{
    char value[40];
    struct operation_plan *plan = heap_alloc(&stage->heap, sizeof *plan);
    struct text text;
    text_init(&text, value, sizeof value);
    text_str(&text, "by-hand-");
    text_u64(&text, stage_branch_count(stage));
    *plan = (struct operation_plan){.label = "",
                                    .kind = is_get ? OPERATION_GET : OPERATION_PUT,
                                    .via = ANY_NODE,
                                    .key = keep_text(stage, key),
                                    .timeout_ns = 2 * SECOND,
                                    .after = -1};
    if (!is_get)
        plan->value = (struct bytes){(const uint8_t *)keep_text(stage, value),
                                     (uint32_t)strlen(value)};
    struct action action = {.kind = ACTION_OPERATION, .target = client, .operation = plan};
    return stage_do(stage, &action);
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

struct stage_branch stage_branch_at(const struct stage *stage, uint32_t index)
{
    const struct branch *branch = &stage->travel.branches[index];
    struct stage_branch result = {.parent = branch->parent, .from_step = branch->from_step};
    struct text text;
    text_init(&text, result.text, sizeof result.text);
    if (index == 0)
        return result;
    const struct action *action = &branch->interventions[branch->intervention_count - 1].action;
    text_str(&text, action_name(action->kind));
    if (action->kind != ACTION_HEAL && action->kind != ACTION_DROP &&
        action->target < stage->world->scenario->node.nodes) {
        text_char(&text, ' ');
        text_str(&text, stage->world->scenario->nodes[action->target].name);
    }
    return result;
}

/* Only branches have the tape in common up to where the paths to them part. */
static uint64_t parting_step(const struct stage *stage, uint32_t a, uint32_t b)
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
    cut_tape(stage, parting_step(stage, stage_branch_now(stage), branch));
    stage_watch_series(stage, branch);
    travel_select(&stage->travel, branch);
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

struct stage *stage_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                         const char **why)
{
    struct region region;
    if (!region_open(&region, REGION_RESERVE_PLAN, NULL, why))
        return NULL;
    struct stage *stage = region_create_root(&region, sizeof *stage);
    stage->region = region;
    heap_init(&stage->heap, region.header);
    stage->world = world;
    world->sink = (struct trace_sink){take_record, stage};
    if (!travel_open(&stage->travel, world, scenario, seed, STORE_BYTES, why)) {
        world->sink = (struct trace_sink){0};
        region_close(&region);
        return NULL;
    }
    stage_begin_series(stage);
    return stage;
}

void stage_close(struct stage *stage)
{
    struct region region = stage->region;
    stage->world->sink = (struct trace_sink){0};
    travel_close(&stage->travel);
    region_close(&region);
}
