/*
 * why_check.c: from a check, a key or a replica to the question that it is about.
 *
 * What an oracle found names operations: the first of them is the one that cannot be explained. A
 * condition is led back by the terms that decide it, the first one for which there is a reason.
 */
#include "sim/why_parts.h"

#include "sim/clock.h"

static uint64_t now_of(const struct why_case *c)
{
    return stage_records(c->stage) + 1;
}

/* --- keys and cells ----------------------------------------------------------------------- */

static const struct version *newest_of(const struct replica_view *views, uint32_t count)
{
    const struct version *newest = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (views[i].is_running &&
            (!newest || version_compare(&views[i].version, newest) > 0))
            newest = &views[i].version;
    return newest && newest->timestamp != 0 ? newest : NULL;
}

static bool from_holder(struct why_case *c, uint64_t token, uint32_t node)
{
    why_ask(c, TOPIC_HOLDS,
            (struct why_matter){.node = node, .token = token, .before = now_of(c)});
    return c->why->count > 0;
}

/* The replicas in `nodes` lack the newest version. */
static bool from_lack(struct why_case *c, uint64_t token, const struct version *newest,
                      const uint32_t *nodes, uint32_t count)
{
    struct tape_record begun;
    struct why best;
    char names[200];
    struct text text;
    if (!why_write_begun(c, now_of(c), token, newest->timestamp, &begun))
        return false;
    text_init(&text, names, sizeof names);
    for (uint32_t i = 0; i < count; i++)
        why_list_actor(c, &text, i, count, nodes[i]);
    why_say(c, RULE_none, &begun, "%s: %k is not %v there, which %r wrote through %n at %t", names,
            token, why_value_of(c, begun.about), begun.about, (uint64_t)begun.actor, begun.time);
    why_best_lack(c,
                  (struct why_matter){.token = token,
                                      .timestamp = newest->timestamp,
                                      .request = begun.about,
                                      .before = now_of(c)},
                  nodes, count, &best);
    *c->why = best;
    return true;
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
    return count > 0 ? from_lack(c, token, newest, behind, count) : from_holder(c, token, holder);
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
            return why_ask(c, TOPIC_STATE, (struct why_matter){.node = node, .before = now_of(c)});
        if (newest && version_compare(&views[i].version, newest) < 0)
            return from_lack(c, token, newest, &node, 1);
        return from_holder(c, token, node);
    }
    return false;
}

/* --- operations ---------------------------------------------------------------------------- */

/* Where its client was told, or gave up; else where it asked. */
static bool told_of(struct why_case *c, const struct operation *operation,
                    struct tape_record *record)
{
    uint64_t number = operation->record_told ? operation->record_told : operation->record_invoked;
    return why_number(c, number, record);
}

/* `other`: the write that should have been seen, or 0. `about`: what is said first. */
static bool from_operation(struct why_case *c, const struct operation *operation, uint64_t other,
                           const char *about)
{
    struct tape_record record;
    char sentence[WHY_TEXT_MAX];
    if (!told_of(c, operation, &record))
        return false;
    stage_sentence(c->stage, &record, sentence, sizeof sentence);
    why_say(c, RULE_none, &record, "%s", *about ? about : sentence);
    struct why_matter m = {.record = record,
                           .request = operation->request,
                           .other = other,
                           .before = record.number};
    bool is_read = operation->kind == OPERATION_GET && operation->outcome == OUTCOME_OK;
    why_ask(c, is_read && other ? TOPIC_READ : TOPIC_MOMENT, m);
    return true;
}

bool why_from_request(struct why_case *c, uint64_t request)
{
    const struct operation *operation = why_operation(c, request);
    return operation && from_operation(c, operation, 0, "");
}

/* An acknowledged write that is nowhere. */
static bool from_lost_write(struct why_case *c, const struct operation *write, const char *about)
{
    struct tape_record record;
    struct why best;
    uint32_t nodes[REPLICATION_MAX];
    struct why_matter m = {.before = now_of(c)};
    if (!told_of(c, write, &record) || !why_version_of(c, write->request, &m))
        return false;
    why_say(c, RULE_none, &record, "%s", about);
    uint32_t count = why_replicas(c, m.token, nodes);
    why_best_lack(c, m, nodes, count, &best);
    *c->why = best;
    return true;
}

/* --- what oracles found ---------------------------------------------------------------------- */

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
        return from_lost_write(c, first, verdict->text);
    return from_operation(c, first, seen_by_others(c, verdict), verdict->text);
}

/* --- conditions --------------------------------------------------------------------------------- */

/* The last attempt of a labelled operation. */
static const struct operation *labelled(const struct why_case *c, uint32_t number)
{
    const struct client_setting *client = &c->scenario->clients[number >> 16];
    uint64_t first = about_request(client->identity, (number & 0xffff) + 1, 0);
    for (uint64_t i = chain_count(&c->world->state->clients.history); i-- > 0;) {
        const struct operation *operation = history_at(c->world, (uint32_t)i);
        if ((operation->request & ~UINT64_C(0xff)) == first)
            return operation;
    }
    return NULL;
}

/* The write of the value that a term is compared with, or NULL. */
static const struct operation *expected_write(const struct why_case *c,
                                              const struct condition_code *code, uint16_t term)
{
    struct condition_view view = world_condition_view(c->world);
    for (uint32_t i = 0; i < code->node_count; i++) {
        const struct condition_node *node = &code->nodes[i];
        if (node->kind != CODE_COMPARE || (node->left != term && node->right != term))
            continue;
        const struct condition_node *other = &code->nodes[node->left == term ? node->right
                                                                             : node->left];
        if (other->kind != CODE_TEXT)
            continue;
        struct bytes text = {code->bytes + other->text.start, other->text.size};
        uint64_t index = table_get(&c->world->state->clients.values,
                                   view.identity(view.host, text), 0);
        return index ? history_at(c->world, (uint32_t)index - 1) : NULL;
    }
    return NULL;
}

static uint64_t token_of(const struct condition_code *code, const struct condition_node *node)
{
    return key_token((struct bytes){code->bytes + node->text.start, node->text.size});
}

/* The last operation that failed, or the last stale get. */
static bool from_failures(struct why_case *c, uint32_t owner, bool is_stale)
{
    for (uint64_t i = chain_count(&c->world->state->clients.history); i-- > 0;) {
        const struct operation *operation = history_at(c->world, (uint32_t)i);
        bool is_get = operation->kind == OPERATION_GET;
        if ((owner == OWNER_READS && !is_get) || (owner == OWNER_WRITES && is_get))
            continue;
        bool is_wanted = is_stale ? why_is_stale(c, operation->request)
                                  : operation->outcome != OUTCOME_OK && operation->record_told;
        if (is_wanted)
            return from_operation(c, operation, 0, "");
    }
    return false;
}

static bool from_last_record(struct why_case *c, uint32_t kind, uint32_t actor)
{
    struct tape_record record;
    char sentence[WHY_TEXT_MAX];
    struct sought sought = why_trace(kind, actor == ALL_ACTORS ? ANYBODY : actor, 0);
    if (!why_last(c, now_of(c), &sought, &record))
        return false;
    stage_sentence(c->stage, &record, sentence, sizeof sentence);
    why_say(c, RULE_none, &record, "%s", sentence);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = record, .before = record.number});
    return true;
}

static bool from_suspicion(struct why_case *c, const struct condition_node *node)
{
    struct tape_record record;
    struct sought sought = with_field(why_note(NOTE_PEER_SUSPECTED, node->actor, 0), 0,
                                      node->parameter);
    if (!why_last(c, now_of(c), &sought, &record))
        return false;
    why_say(c, RULE_none, &record, "%n suspects %n at %t", (uint64_t)node->actor,
            (uint64_t)node->parameter, record.time);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = record, .before = record.number});
    return true;
}

static bool from_differing(struct why_case *c)
{
    for (uint32_t i = 0; i < world_key_count(c->world); i++) {
        struct replica_view views[REPLICATION_MAX];
        uint32_t all = world_view_replicas(c->world, world_key(c->world, i), views);
        const struct version *newest = newest_of(views, all);
        for (uint32_t k = 0; newest && k < all; k++)
            if (views[k].is_running && version_compare(&views[k].version, newest) < 0)
                return why_from_key(c, key_token(world_key(c->world, i)));
    }
    return false;
}

static bool from_node_term(struct why_case *c, const struct condition_code *code, uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    if (node->name == TERM_NODE_SUSPECTS)
        return from_suspicion(c, node);
    if (node->name != TERM_NODE_VALUE)
        return why_ask(c, TOPIC_STATE,
                       (struct why_matter){.node = node->actor, .before = now_of(c)}) ||
               c->why->count > 0;
    const struct operation *write = expected_write(c, code, index);
    struct why_matter m = {.before = now_of(c)};
    struct tape_record record;
    if (!write || !why_version_of(c, write->request, &m) || !told_of(c, write, &record))
        return why_from_cell(c, token_of(code, node), node->actor);
    why_say(c, RULE_none, &record, "%n has not got %v, which %r wrote", (uint64_t)node->actor,
            write->value, write->request);
    m.node = node->actor;
    why_ask(c, TOPIC_LACKS, m);
    return true;
}

static bool from_value_term(struct why_case *c, const struct condition_code *code, uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    const struct operation *write = expected_write(c, code, index);
    char about[WHY_TEXT_MAX];
    struct text text;
    if (!write)
        return why_from_key(c, token_of(code, node));
    text_init(&text, about, sizeof about);
    why_format(c, &text, "%k is not %v in the end, which %r wrote", token_of(code, node),
               write->value, write->request);
    return from_lost_write(c, write, about);
}

static bool from_operation_term(struct why_case *c, const struct condition_code *code,
                                uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    const struct operation *operation = labelled(c, node->parameter);
    const struct operation *write = NULL;
    if (!operation)
        return false;
    if (node->name == TERM_OP_VALUE && operation->kind == OPERATION_GET)
        write = expected_write(c, code, index);
    bool is_missed = write && write->value != operation->value && write->outcome == OUTCOME_OK;
    return from_operation(c, operation, is_missed ? write->request : 0, "");
}

static bool from_term(struct why_case *c, const struct condition_code *code, uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    if (node->kind == CODE_RECORDS)
        return from_last_record(c, node->name, node->actor);
    switch (condition_term_table[node->name].owner) {
    case OWNER_OP: return from_operation_term(c, code, index);
    case OWNER_NODE: return from_node_term(c, code, index);
    case OWNER_FINAL: return from_value_term(c, code, index);
    case OWNER_REPLICAS: return why_from_key(c, token_of(code, node));
    case OWNER_KEYS: return from_differing(c);
    case OWNER_OPS:
    case OWNER_WRITES: return from_failures(c, condition_term_table[node->name].owner, false);
    case OWNER_READS: return from_failures(c, OWNER_READS, node->name == TERM_READS_STALE);
    default: return false;
    }
}

/* The first term that leads to a root; else the first that leads anywhere. */
static bool from_condition(struct why_case *c, const struct condition *condition)
{
    struct condition_view view = world_condition_view(c->world);
    uint16_t terms[CONDITION_NODES_MAX];
    struct why first = {0}, *real = c->why, attempt;
    uint32_t count = condition_deciding(condition, &view, terms);
    for (uint32_t i = 0; i < count; i++) {
        attempt = *real;
        c->why = &attempt;
        bool is_said = from_term(c, condition->code, terms[i]);
        c->why = real;
        if (!is_said || attempt.count == 0)
            continue;
        if (attempt.root != WHY_ROOT_NONE) {
            *real = attempt;
            return true;
        }
        if (first.count == 0)
            first = attempt;
    }
    if (first.count > 0)
        *real = first;
    return first.count > 0;
}

/* --- checks ------------------------------------------------------------------------------------- */

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
    return from_condition(c, &check->condition) ||
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
        return from_condition(c, &check->condition) ||
               has_nothing(c, "this check speaks of nothing that could be led back");
    if (verdict->kind != STAGE_VIOLATED)
        return has_nothing(c, verdict->kind == STAGE_HOLDS
                                  ? "this check holds: there is nothing to explain"
                                  : "this check could not be decided");
    return from_verdict(c, check, verdict) ||
           has_nothing(c, "this check speaks of nothing that could be led back");
}
