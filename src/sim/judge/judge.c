/*
 * judge.c: from a world at its end to verdicts.
 *
 * What "the final value of a key" means: what a read of every replica would
 * return, those included that are down, if they came back now. So for a node that
 * is down the files on its disk are read as recovery would read them: a value
 * that only lies there is not lost. Who is no member (any more) has no say: nobody asks
 * it, and on the disk of a dead node that was removed lies what was deleted since.
 */
#include "sim/judge/judge.h"

#include <string.h>

#include "base/murmur3.h"
#include "check/causal.h"
#include "check/convergence.h"
#include "check/durability.h"
#include "check/linearizable.h"
#include "check/no_invention.h"
#include "check/regular.h"
#include "check/sequential.h"
#include "check/sessions.h"
#include "db/conflict/conflict.h"
#include "db/store/recovery.h"
#include "sim/judge/judge_disk.h"
#include "sim/judge/judge_hints.h"
#include "sim/judge/judge_objects.h"
#include "sim/judge/judge_promise.h"
#include "sim/picture/view.h"

/* --- final values -------------------------------------------------------------------- */

/* What has been found of each key so far, merged; own copies of the values. */
struct finals {
    const struct world *world;
    struct heap *scratch;
    struct version *newest; /* by key index */
};

static void offer(struct finals *finals, struct bytes key, const struct version *version)
{
    const uint64_t *index = table_find(&finals->world->state->clients.keys, murmur3_token(key));
    if (index && conflict_is_whole(finals->scratch, version))
        conflict_fold(finals->scratch, &finals->newest[*index], version);
}

static void take_version(void *host, uint64_t sequence, struct bytes key,
                         const struct version *version)
{
    (void)sequence;
    offer(host, key, version);
}

static void offer_memory(struct finals *finals, const struct storage *storage)
{
    for (const struct store_row *row = store_first(&storage->store); row; row = store_next(row))
        offer(finals, row->key, &row->version);
}

static void offer_machine(struct finals *finals, const struct machine *machine)
{
    struct recovery_sink sink = {.take = take_version, .host = finals};
    if (machine->node && node_is_ready(machine->node))
        offer_memory(finals, &machine->node->storage);
    else
        judge_offer_disk(finals->world, machine, finals->scratch, &sink);
}

static struct version *final_versions(const struct world *world, struct heap *scratch)
{
    uint32_t count = world_key_count(world);
    struct finals finals = {world, scratch, heap_alloc(scratch, count * sizeof(struct version))};
    struct recovery_sink sink = {.take = take_version, .host = &finals};
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++) {
        if (!topology_is_member(&world->state->topology, node))
            continue;
        offer_machine(&finals, machine_at(world, node));
        judge_offer_hints(world, node, scratch, &sink);
    }
    return finals.newest;
}

static struct final_value *final_values(const struct world *world, struct heap *scratch)
{
    uint32_t count = world_key_count(world);
    const struct version *versions = final_versions(world, scratch);
    struct final_value *values = heap_alloc(scratch, count * sizeof *values);
    for (uint32_t i = 0; i < count; i++)
        values[i] = (struct final_value){version_value(&versions[i]), 1};
    return values;
}

/* --- replicas ------------------------------------------------------------------------ */

static void judge_converged(const struct world *world, struct heap *scratch,
                            struct verdict *verdict)
{
    uint32_t keys = world_key_count(world);
    struct replica_version *versions =
        heap_alloc(scratch, (size_t)keys * REPLICATION_MAX * sizeof *versions);
    uint32_t count = 0;
    for (uint32_t key = 0; key < keys; key++) {
        struct replica_view replicas[REPLICATION_MAX];
        uint32_t found = world_view_replicas(world, world_key(world, key), replicas);
        for (uint32_t i = 0; i < found; i++)
            if (replicas[i].is_running)
                versions[count++] = (struct replica_version){key, replicas[i].node,
                                                             version_value(&replicas[i].version),
                                                             replicas[i].version.timestamp};
    }
    check_convergence(versions, count, verdict);
}

/* Sampled during the run, at the moment that the check names (watch.c)? */
static void judge_convergence_in_time(const struct world *world, struct heap *scratch,
                                      const struct check_setting *setting,
                                      const struct watch_state *watch, struct verdict *verdict)
{
    judge_converged(world, scratch, verdict);
    if (verdict->kind != VERDICT_HOLDS || watch->time == 0 || !watch->was_true)
        return;
    struct text text;
    verdict->kind = VERDICT_VIOLATED;
    text_init(&text, verdict->text, sizeof verdict->text);
    text_str(&text, "replicas of ");
    text_u64(&text, watch->detail);
    text_str(&text, " keys still differed ");
    text_time(&text, setting->within_ns);
    text_str(&text, " after the last fault had ended, at ");
    text_time(&text, watch->time);
}

/* --- conditions ---------------------------------------------------------------------- */

static void explain(const struct world *world, const struct condition *condition,
                    struct verdict *verdict)
{
    struct condition_view view = world_condition_view(world);
    struct text text;
    text_init(&text, verdict->text, sizeof verdict->text);
    condition_explain(&text, condition, &view);
}

static void judge_expect(const struct world *world, const struct check_setting *setting,
                         struct verdict *verdict)
{
    struct condition_view view = world_condition_view(world);
    verdict->kind = condition_holds(&setting->condition, &view) ? VERDICT_HOLDS : VERDICT_VIOLATED;
    explain(world, &setting->condition, verdict);
}

/* An `always` is marked where it was false, a `reached` where it was true. */
static void judge_watched(const struct check_setting *setting, const struct watch_state *watch,
                          struct verdict *verdict)
{
    struct text text;
    bool is_always = setting->kind == CHECK_ALWAYS;
    verdict->kind = watch->was_true == is_always ? VERDICT_VIOLATED : VERDICT_HOLDS;
    text_init(&text, verdict->text, sizeof verdict->text);
    condition_text(&text, &setting->condition);
    if (!watch->was_true) {
        text_str(&text, is_always ? " held after every step" : " was never true");
        return;
    }
    text_str(&text, is_always ? " was false at " : " was true at ");
    text_time(&text, watch->time);
    text_str(&text, ", step ");
    text_u64(&text, watch->step);
}

/* A run that somebody stopped cannot fail what was still to come. */
static bool is_still_open(const struct world *world, const struct check_setting *setting,
                          const struct watch_state *watch)
{
    if (world->state->is_over)
        return false;
    switch (setting->kind) {
    case CHECK_EXPECT:
    case CHECK_CONVERGED: return true;
    case CHECK_REACHED: return !watch->was_true;
    default: return false;
    }
}

static void leave_open(const struct world *world, struct verdict *verdict)
{
    struct text text;
    verdict->kind = VERDICT_UNKNOWN;
    text_init(&text, verdict->text, sizeof verdict->text);
    text_str(&text, "not judged: the run was stopped at ");
    text_time(&text, world->state->now);
}

/* --- all of them --------------------------------------------------------------------- */

static void judge_durable(const struct world *world, const struct history *history,
                          const uint8_t *is_left_out, struct heap *scratch, struct verdict *verdict)
{
    struct final_value *finals = final_values(world, scratch);
    for (uint32_t key = 0; key < history->key_count; key++)
        if (is_left_out[key])
            finals[key].value = history_before(history, key);
    check_durability(history, finals, scratch, verdict);
}

/* Oracles of plain values see no keys that hold objects, and say so. */
static void judge_plain(const struct world *world, const struct history *all,
                        struct heap *scratch, const struct check_setting *setting,
                        struct verdict *verdict)
{
    struct history history = *all;
    uint8_t *is_left_out = leave_out_objects(world, &history, scratch);
    uint32_t left_out = 0, unpromised = 0;
    if (setting->is_promised_only)
        unpromised =
            leave_out_unpromised(world, &history, scratch, setting->kind, is_left_out);
    for (uint32_t key = 0; key < all->key_count; key++)
        left_out += is_left_out[key] != 0;
    switch (setting->kind) {
    case CHECK_LINEARIZABLE:
        check_linearizable(&history, scratch, setting->work_limit, verdict);
        break;
    case CHECK_SEQUENTIAL:
        check_sequential(&history, scratch, setting->work_limit, verdict);
        break;
    case CHECK_CAUSAL: check_causal(&history, scratch, verdict); break;
    case CHECK_SESSIONS: check_sessions(&history, setting->guarantees, scratch, verdict); break;
    case CHECK_REGULAR: check_regular(&history, scratch, verdict); break;
    case CHECK_DURABLE: judge_durable(world, &history, is_left_out, scratch, verdict); break;
    default: check_no_invention(&history, scratch, verdict); break;
    }
    struct text text = {verdict->text, (uint32_t)strlen(verdict->text), sizeof verdict->text,
                        false};
    if (left_out > unpromised) {
        text_str(&text, "; keys that hold objects are left out: ");
        text_u64(&text, left_out - unpromised);
    }
    tell_unpromised(world, unpromised, &text);
}

static void judge_objects(const struct world *world, const struct history *history,
                          struct heap *scratch, const struct check_setting *setting,
                          struct verdict *verdict)
{
    struct final_object *finals =
        final_objects(world, final_versions(world, scratch), scratch);
    switch (setting->kind) {
    case CHECK_NO_LOST_UPDATE: check_lost_update(history, finals, scratch, verdict); break;
    case CHECK_SIBLINGS: check_siblings(history, scratch, verdict); break;
    case CHECK_COUNTERS: check_counters(history, finals, scratch, verdict); break;
    default: check_sets(history, finals, scratch, verdict); break;
    }
}

static void judge_one(const struct world *world, const struct history *history,
                      struct heap *scratch, const struct check_setting *setting,
                      const struct watch_state *watch, struct verdict *verdict)
{
    switch (setting->kind) {
    case CHECK_LINEARIZABLE:
    case CHECK_SEQUENTIAL:
    case CHECK_CAUSAL:
    case CHECK_SESSIONS:
    case CHECK_REGULAR:
    case CHECK_DURABLE:
    case CHECK_NO_INVENTION: judge_plain(world, history, scratch, setting, verdict); break;
    case CHECK_NO_LOST_UPDATE:
    case CHECK_SIBLINGS:
    case CHECK_COUNTERS:
    case CHECK_SETS: judge_objects(world, history, scratch, setting, verdict); break;
    case CHECK_CONVERGED: judge_convergence_in_time(world, scratch, setting, watch, verdict); break;
    case CHECK_EXPECT: judge_expect(world, setting, verdict); break;
    default: judge_watched(setting, watch, verdict);
    }
}

uint32_t judge_world(const struct world *world, struct heap *scratch, struct check_result *results)
{
    struct history history = world_history(world, scratch);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < world->scenario->check_count; i++) {
        const struct check_setting *setting = &world->scenario->checks[i];
        const struct watch_state *watch = &world->state->checks[i];
        struct check_result *result = &results[i];
        *result = (struct check_result){.setting = setting};
        bool is_open = is_still_open(world, setting, watch);
        if (is_open)
            leave_open(world, &result->verdict);
        else
            judge_one(world, &history, scratch, setting, watch, &result->verdict);
        bool is_violated = result->verdict.kind == VERDICT_VIOLATED;
        result->is_content =
            setting->is_expected_to_fail ? is_violated : result->verdict.kind == VERDICT_HOLDS;
        if (watch->was_true) {
            result->record = watch->record;
            result->step = watch->step;
            result->time = watch->time;
        }
        result->is_content |= is_open;
        failed += !result->is_content;
    }
    return failed;
}

/* --- sentences ---------------------------------------------------------------------------------
 */

static uint64_t read_number(const char **at, uint32_t base)
{
    uint64_t number = 0;
    for (;; (*at)++) {
        char c = **at;
        if (c >= '0' && c <= '9')
            number = number * base + (uint64_t)(c - '0');
        else if (base == 16 && c >= 'a' && c <= 'f')
            number = number * base + (uint64_t)(c - 'a' + 10);
        else
            return number;
    }
}

static bool skip_word(const char **at, const char *word)
{
    size_t size = strlen(word);
    if (strncmp(*at, word, size) != 0)
        return false;
    *at += size;
    return true;
}

/* `at` stands behind a brace; leave it behind the closing one. */
static void write_placeholder(const struct world *world, const struct history *history,
                              const struct verdict *verdict, const char **at, struct text *text)
{
    struct trace_names names = world_names(world);
    if (skip_word(at, "key")) {
        struct bytes key = world_key(world, verdict->key);
        names.key(world, text, murmur3_token(key));
    } else if (skip_word(at, "node:")) {
        names.actor(world, text, (uint32_t)read_number(at, 10));
    } else if (skip_word(at, "value:")) {
        names.value(world, text, read_number(at, 16));
    } else if (skip_word(at, "op")) {
        uint64_t slot = read_number(at, 10);
        if (slot < verdict->operation_count)
            names.about(world, text, history->operations[verdict->operations[slot]].request);
    }
    while (**at && *(*at)++ != '}')
        continue;
}

void judge_text(const struct world *world, const struct history *history,
                const struct verdict *verdict, struct text *text)
{
    for (const char *at = verdict->text; *at;) {
        char c = *at++;
        bool is_condition = history == NULL;
        if (c == '{' && !is_condition)
            write_placeholder(world, history, verdict, &at, text);
        else
            text_char(text, c);
    }
}

const char *check_kind_name(uint32_t kind)
{
    static const char *const names[CHECK_KIND_COUNT] = {
#define CHECK_KIND(identifier, name, condition) [CHECK_##identifier] = name,
#include "sim/judge/check_kinds.def"
#undef CHECK_KIND
    };
    return names[kind];
}

const char *check_kind_condition(uint32_t kind)
{
    static const char *const conditions[CHECK_KIND_COUNT] = {
#define CHECK_KIND(identifier, name, condition) [CHECK_##identifier] = condition,
#include "sim/judge/check_kinds.def"
#undef CHECK_KIND
    };
    return conditions[kind];
}
