/*
 * why_check.c: from a check, a key or a replica to the question that it is about.
 *
 * What an oracle found names operations: the first of them is the one that cannot be explained.
 * Conditions have a file of their own.
 */
#include "sim/why/why_parts.h"

#include "sim/world/clock.h"

uint64_t why_now(const struct why_case *c)
{
    return stage_records(c->stage) + 1;
}

/* --- keys and cells ---------------------------------------- */

static const struct version *newest_of(const struct replica_view *views, uint32_t count)
{
    const struct version *newest = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (views[i].is_running && (!newest || version_compare(&views[i].version, newest) > 0))
            newest = &views[i].version;
    return newest && newest->timestamp != 0 ? newest : NULL;
}

bool why_differs(const struct why_case *c, uint64_t token)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t all = world_view_replicas(c->world, why_key(c, token), views);
    const struct version *newest = newest_of(views, all);
    for (uint32_t i = 0; newest && i < all; i++)
        if (views[i].is_running && version_compare(&views[i].version, newest) < 0)
            return true;
    return false;
}

static bool from_holder(struct why_case *c, uint64_t token, uint32_t node)
{
    why_ask(c, TOPIC_HOLDS,
            (struct why_matter){.node = node, .token = token, .before = why_now(c)});
    return c->why->count > 0;
}

/* The write of a version: two may have one timestamp, so its value is asked first. */
static bool begun_of(struct why_case *c, uint64_t token, const struct version *version,
                     struct tape_record *begun)
{
    uint64_t index = table_get(&c->world->state->clients.values, version_value(version), 0);
    if (index && !version->is_tombstone) {
        uint64_t request = history_at(c->world, (uint32_t)index - 1)->request;
        struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, request);
        if (why_last(c, why_now(c), &sought, begun) &&
            begun->field[1] == (uint64_t)version->timestamp)
            return true;
    }
    return why_write_begun(c, why_now(c), token, version->timestamp, begun);
}

/* "; n3 is down": replicas that do not run lack it as well. */
static void list_silent(const struct why_case *c, uint64_t token, struct text *text)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t silent[REPLICATION_MAX], count = 0;
    uint32_t all = world_view_replicas(c->world, why_key(c, token), views);
    for (uint32_t i = 0; i < all; i++)
        if (!views[i].is_running)
            silent[count++] = views[i].node;
    if (count > 0)
        text_str(text, "; ");
    for (uint32_t i = 0; i < count; i++)
        why_list_actor(c, text, i, count, silent[i]);
    if (count > 0)
        text_str(text, count == 1 ? " does not run" : " do not run");
}

/* The replicas in `nodes` lack the newest version. */
static bool from_lack(struct why_case *c, uint64_t token, const struct version *newest,
                      const uint32_t *nodes, uint32_t count, bool is_of_all)
{
    struct tape_record begun;
    struct why best;
    char names[200], silent[200];
    struct text text, others;
    if (!begun_of(c, token, newest, &begun))
        return false;
    text_init(&text, names, sizeof names);
    for (uint32_t i = 0; i < count; i++)
        why_list_actor(c, &text, i, count, nodes[i]);
    text_init(&others, silent, sizeof silent);
    if (is_of_all)
        list_silent(c, token, &others);
    why_say(c, RULE_none, &begun,
            why_value_of(c, begun.about) == WHY_DELETION
                ? "%s: what %k has there is not %v, which %r wrote through %n at %t%s"
                : "%s: %k is not %v there, which %r wrote through %n at %t%s",
            names, token, why_value_of(c, begun.about), begun.about, (uint64_t)begun.actor,
            begun.time, silent);
    why_best_lack(c,
                  (struct why_matter){.token = token,
                                      .timestamp = newest->timestamp,
                                      .request = begun.about,
                                      .before = why_now(c)},
                  nodes, count, &best);
    *c->why = best;
    return true;
}

/* What keeps a key from being everywhere: a replica that is behind, else one that does not run. */
bool why_from_replicas(struct why_case *c, uint64_t token)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t all = world_view_replicas(c->world, why_key(c, token), views);
    for (uint32_t i = 0; !why_differs(c, token) && i < all; i++)
        if (!views[i].is_running)
            return why_from_cell(c, token, views[i].node);
    return why_from_key(c, token);
}

bool why_from_key(struct why_case *c, uint64_t token)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t behind[REPLICATION_MAX], count = 0, holder = 0;
    uint32_t all = world_view_replicas(c->world, why_key(c, token), views);
    const struct version *newest = newest_of(views, all);
    for (uint32_t i = 0; newest && i < all; i++) {
        if (!views[i].is_running)
            continue;
        if (version_compare(&views[i].version, newest) < 0)
            behind[count++] = views[i].node;
        else
            holder = views[i].node;
    }
    if (!newest)
        return false;
    return count > 0 ? from_lack(c, token, newest, behind, count, true)
                     : from_holder(c, token, holder);
}

bool why_from_cell(struct why_case *c, uint64_t token, uint32_t node)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t all = world_view_replicas(c->world, why_key(c, token), views);
    const struct version *newest = newest_of(views, all);
    for (uint32_t i = 0; i < all; i++) {
        if (views[i].node != node)
            continue;
        if (!views[i].is_running)
            return why_ask(c, TOPIC_STATE, (struct why_matter){.node = node, .before = why_now(c)});
        if (newest && version_compare(&views[i].version, newest) < 0)
            return from_lack(c, token, newest, &node, 1, false);
        return from_holder(c, token, node);
    }
    return false;
}

/* --- operations ---------------------------------------- */

/* Where its client was told, or gave up; else where it asked. */
bool why_told(struct why_case *c, const struct operation *operation, struct tape_record *record)
{
    uint64_t number = operation->record_told ? operation->record_told : operation->record_invoked;
    return why_number(c, number, record);
}

/* What an oracle found, without how much it looked at. */
static void say_verdict(struct why_case *c, const struct tape_record *record, const char *about)
{
    char text[WHY_TEXT_MAX];
    uint32_t size = 0;
    for (; about[size] && size + 1 < sizeof text; size++) {
        if (about[size] == ' ' && about[size + 1] == '(')
            break;
        text[size] = about[size];
    }
    text[size] = '\0';
    why_say(c, RULE_none, record, "%s", text);
}

/* `other`: the write that should have been seen, or 0. `about`: what is said first. */
bool why_from_operation(struct why_case *c, const struct operation *operation, uint64_t other,
                        const char *about)
{
    struct tape_record record;
    char sentence[WHY_TEXT_MAX];
    if (!why_told(c, operation, &record))
        return false;
    stage_sentence(c->stage, &record, sentence, sizeof sentence);
    say_verdict(c, &record, *about ? about : sentence);
    struct why_matter m = {
        .record = record, .request = operation->request, .other = other, .before = record.number};
    bool is_read = operation->kind == OPERATION_GET && operation->outcome == OUTCOME_OK;
    why_ask(c, is_read && other ? TOPIC_READ : TOPIC_MOMENT, m);
    return true;
}

bool why_from_request(struct why_case *c, uint64_t request)
{
    const struct operation *operation = why_operation(c, request);
    return operation && why_from_operation(c, operation, 0, "");
}

/* An acknowledged write that is nowhere. */
bool why_from_lost_write(struct why_case *c, const struct operation *write, const char *about)
{
    struct tape_record record;
    struct why best;
    uint32_t nodes[REPLICATION_MAX];
    struct why_matter m = {.before = why_now(c)};
    if (!why_told(c, write, &record) || !why_version_of(c, write->request, &m))
        return false;
    say_verdict(c, &record, about);
    uint32_t count = why_replicas(c, m.token, nodes);
    why_best_lack(c, m, nodes, count, &best);
    *c->why = best;
    return true;
}

/* --- what oracles found ---------------------------------------- */

/* Of the operations that a verdict names beside the get: what it should have seen. */
static uint64_t seen_by_others(const struct why_case *c, const struct stage_verdict *verdict)
{
    const struct operation *get = why_operation(c, verdict->requests[0]);
    for (uint32_t i = 1; get && i < verdict->request_count; i++) {
        const struct operation *other = why_operation(c, verdict->requests[i]);
        if (!other || other->value == get->value)
            continue;
        if (other->kind != OPERATION_GET)
            return other->request;
        uint64_t index = table_get(&c->world->state->clients.values, other->value, 0);
        if (index)
            return history_at(c->world, (uint32_t)index - 1)->request;
    }
    return 0;
}

/* A get, and two puts whose values it returned. */
static bool from_siblings(struct why_case *c, const struct operation *get,
                          const struct stage_verdict *verdict)
{
    struct tape_record record;
    if (!why_told(c, get, &record))
        return false;
    say_verdict(c, &record, verdict->text);
    why_ask(c, TOPIC_SIBLINGS,
            (struct why_matter){.request = verdict->requests[1],
                                .other = verdict->requests[2],
                                .before = record.number});
    return true;
}

/* An update that was acknowledged, and that the end does not show. False: as any operation. */
static bool from_update(struct why_case *c, const struct operation *update,
                        const struct stage_verdict *verdict)
{
    struct tape_record told;
    struct why chain = *c->why, *real = c->why;
    if (update->kind == OPERATION_GET || !why_told(c, update, &told))
        return false;
    c->why = &chain;
    say_verdict(c, &told, verdict->text);
    why_ask(c, TOPIC_UPDATE,
            (struct why_matter){.request = update->request, .before = why_now(c)});
    c->why = real;
    if (chain.root == WHY_ROOT_NONE)
        return false;
    *c->why = chain;
    return true;
}

static bool from_verdict(struct why_case *c, const struct check_setting *check,
                         const struct stage_verdict *verdict)
{
    if (check->kind == CHECK_CONVERGED) {
        bool is_said = why_from_key(c, verdict->token);
        return is_said;
    }
    const struct operation *first =
        verdict->request_count > 0 ? why_operation(c, verdict->requests[0]) : NULL;
    if (!first)
        return false;
    if (check->kind == CHECK_DURABLE)
        return why_from_lost_write(c, first, verdict->text);
    if (check->kind == CHECK_SIBLINGS && verdict->request_count > 2)
        return from_siblings(c, first, verdict);
    return from_update(c, first, verdict) ||
           why_from_operation(c, first, seen_by_others(c, verdict), verdict->text);
}

/* --- checks -------------------------------------------------------------------------------------
 */

static bool has_nothing(struct why_case *c, const char *sentence)
{
    struct text text;
    c->why->count = 0;
    text_init(&text, c->why->end, sizeof c->why->end);
    text_str(&text, sentence);
    return false;
}

/* Decided at a step: there the terms are as they were. */
static bool from_watched(struct why_case *c, const struct check_setting *check, uint32_t index)
{
    const struct watch_state watch = c->world->state->checks[index];
    if (!watch.was_true)
        return has_nothing(c, check->kind == CHECK_ALWAYS
                                  ? "this check has held after every step so far"
                                  : "this check has not come true yet");
    stage_go_away(c->stage, watch.step);
    return why_from_condition(c, &check->condition) ||
           has_nothing(c, "this check speaks of nothing that could be led back");
}

bool why_from_check(struct why_case *c, uint32_t index)
{
    const struct check_setting *check = &c->scenario->checks[index];
    if (check->kind == CHECK_ALWAYS || check->kind == CHECK_REACHED)
        return from_watched(c, check, index);
    stage_judge(c->stage);
    const struct stage_verdict *verdict = &stage_verdicts(c->stage)[index];
    stage_go_away(c->stage, UINT64_MAX);
    stage_fill_book(c->stage);
    if (check->kind == CHECK_EXPECT)
        return why_from_condition(c, &check->condition) ||
               has_nothing(c, "this check speaks of nothing that could be led back");
    if (verdict->kind != STAGE_VIOLATED)
        return has_nothing(c, verdict->kind == STAGE_HOLDS
                                  ? "this check holds: there is nothing to explain"
                                  : "this check could not be decided");
    return from_verdict(c, check, verdict) ||
           has_nothing(c, "this check speaks of nothing that could be led back");
}
