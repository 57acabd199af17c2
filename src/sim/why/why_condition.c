/*
 * why_condition.c: from a condition to what it is about.
 *
 * A condition is led back by the terms that decide it: the first one for which there is a reason.
 * A term that is compared with a value asks for the write of that value.
 */
#include "sim/why/why_parts.h"

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
        const struct condition_node *other =
            &code->nodes[node->left == term ? node->right : node->left];
        if (other->kind != CODE_TEXT)
            continue;
        struct bytes text = {code->bytes + other->text.start, other->text.size};
        uint64_t index =
            table_get(&c->world->state->clients.values, view.identity(view.host, text), 0);
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
            return why_from_operation(c, operation, 0, "");
    }
    return false;
}

static bool from_last_record(struct why_case *c, uint32_t kind, uint32_t actor)
{
    struct tape_record record;
    char sentence[WHY_TEXT_MAX];
    struct sought sought = why_trace(kind, actor == ALL_ACTORS ? ANYBODY : actor, 0);
    if (!why_last(c, why_now(c), &sought, &record))
        return false;
    stage_sentence(c->stage, &record, sentence, sizeof sentence);
    why_say(c, RULE_none, &record, "%s", sentence);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = record, .before = record.number});
    return true;
}

static bool from_suspicion(struct why_case *c, const struct condition_node *node)
{
    struct tape_record record;
    struct sought sought =
        with_field(why_note(NOTE_PEER_SUSPECTED, node->actor, 0), 0, node->parameter);
    if (!why_last(c, why_now(c), &sought, &record))
        return false;
    why_say(c, RULE_none, &record, "%n suspects %n at %t", (uint64_t)node->actor,
            (uint64_t)node->parameter, record.time);
    why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = record, .before = record.number});
    return true;
}

/* The first key whose replicas differ. */
static bool from_differing(struct why_case *c)
{
    for (uint32_t i = 0; i < world_key_count(c->world); i++) {
        uint64_t token = key_token(world_key(c->world, i));
        if (why_differs(c, token))
            return why_from_key(c, token);
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
                       (struct why_matter){.node = node->actor, .before = why_now(c)}) ||
               c->why->count > 0;
    const struct operation *write = expected_write(c, code, index);
    struct why_matter m = {.before = why_now(c)};
    struct tape_record record;
    if (!write || !why_version_of(c, write->request, &m) || !why_told(c, write, &record))
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
    return why_from_lost_write(c, write, about);
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
    return why_from_operation(c, operation, is_missed ? write->request : 0, "");
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
    case OWNER_REPLICAS: return why_from_replicas(c, token_of(code, node));
    case OWNER_KEYS: return from_differing(c);
    case OWNER_OPS:
    case OWNER_WRITES: return from_failures(c, condition_term_table[node->name].owner, false);
    case OWNER_READS: return from_failures(c, OWNER_READS, node->name == TERM_READS_STALE);
    default: return false;
    }
}

/* The first term that leads to a root; else the first that leads anywhere. */
bool why_from_condition(struct why_case *c, const struct condition *condition)
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
