/*
 * why_object.c: carts, counters and sets: why there are two values, or why one is missing.
 *
 *     ann reads {milk} --- puts {milk,eggs} -->   a put replaces what its client has seen,
 *     ben reads {milk} --- puts {milk,bread} -->  and nothing else: so there are two now
 *
 * What an object holds is what its updates made of it. A rule that is off explains what no update
 * asked for; two values beside each other are led to the put whose client had not seen the other
 * one; and what is missing to the replicas that had not got it when they were asked.
 */
#include "sim/why/why_parts.h"

static const struct table_config *table_of(const struct why_case *c, const struct operation *get)
{
    return config_table(&c->scenario->node, world_key(c->world, get->key));
}

static bool is_object(const struct why_case *c, const struct operation *get)
{
    return get && get->kind == OPERATION_GET && get->outcome == OUTCOME_OK &&
           table_of(c, get)->kind != VERSION_PLAIN;
}

static bool has_siblings(const struct why_case *c, const struct operation *get)
{
    uint8_t kind = table_of(c, get)->kind;
    return kind == VERSION_SIBLINGS || kind == VERSION_VECTOR;
}

/* An update of that key before the get was answered, the last one before `index`; 1 + its index. */
static uint64_t update_before(const struct why_case *c, const struct operation *get, uint64_t index)
{
    while (index-- > 0) {
        const struct operation *update = history_at(c->world, (uint32_t)index);
        if (update->kind != OPERATION_GET && update->key == get->key &&
            update->record_invoked < get->record_told)
            return index + 1;
    }
    return 0;
}

static uint64_t history_count(const struct why_case *c)
{
    return chain_count(&c->world->state->clients.history);
}

/* --- a rule that is off -------------------------------------------------------------------- */

bool why_say_update_broken(struct why_case *c, enum why_rule rule, const struct operation *update,
                           uint64_t before)
{
    static const struct {
        enum safeguard rule;
        const char *what;
    } ways[] = {
        {SAFEGUARD_FORWARD_ONCE, "it hands the update to a second replica, and both carry it out"},
        {SAFEGUARD_ACTOR_EPOCH, "it counts on from where it was, and gives a name twice"},
        {SAFEGUARD_DOT_PER_VALUE, "it does not know which event wrote which value"},
        {SAFEGUARD_CONTEXT_HONOURED, "it does not look at what the client had seen"},
        {SAFEGUARD_DEDUPLICATE_REQUESTS, "it carries the request out once more"},
    };
    struct tape_record broken;
    for (uint32_t i = 0; i < ARRAY_LEN(ways); i++)
        if (why_find_broken(c, 0, before, ANYBODY, update->request, ways[i].rule, &broken))
            return why_say_broken(c, rule, &broken, ways[i].what);
    return false;
}

bool why_rule_object_broken(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    if (!is_object(c, get))
        return false;
    for (uint64_t i = history_count(c); (i = update_before(c, get, i)) > 0; i--)
        if (why_say_update_broken(c, RULE_object_broken, history_at(c->world, (uint32_t)i - 1),
                                  m->before))
            return true;
    return false;
}

/* --- READ: several values ---------------------------------------------------------------- */

static const struct operation *writer_of(const struct why_case *c, uint64_t value)
{
    uint64_t index = table_get(&c->world->state->clients.values, value, 0);
    return index ? history_at(c->world, (uint32_t)index - 1) : NULL;
}

/* The last put of those whose values a get returned, and the last before it. */
static bool find_pair(const struct why_case *c, const struct operation *get,
                      const struct operation **earlier, const struct operation **later)
{
    *earlier = *later = NULL;
    for (uint32_t i = 0; i < get->returned_count; i++) {
        uint64_t value = *(const uint64_t *)chain_at(&c->world->state->clients.returned,
                                                     get->returned + i);
        const struct operation *put = writer_of(c, value);
        if (!put)
            continue;
        if (!*later || put->record_invoked > (*later)->record_invoked) {
            *earlier = *later;
            *later = put;
        } else if (!*earlier || put->record_invoked > (*earlier)->record_invoked) {
            *earlier = put;
        }
    }
    return *earlier != NULL;
}

bool why_rule_several(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request), *earlier, *later;
    struct tape_record told;
    if (!is_object(c, get) || !has_siblings(c, get) || !find_pair(c, get, &earlier, &later) ||
        !why_told(c, get, &told))
        return false;
    why_ask(c, TOPIC_SIBLINGS,
            (struct why_matter){.request = earlier->request,
                                .other = later->request,
                                .token = m->token,
                                .before = m->before});
    return true;
}

/* --- SIBLINGS: why do these two stand beside each other? --------------------------------- */

static const struct operation *context_of(const struct why_case *c, const struct operation *put)
{
    return put->seen ? history_at(c->world, put->seen - 1) : NULL;
}

static bool has_returned(const struct why_case *c, const struct operation *get, uint64_t value)
{
    for (uint32_t i = 0; i < get->returned_count; i++)
        if (*(const uint64_t *)chain_at(&c->world->state->clients.returned, get->returned + i) ==
            value)
            return true;
    return get->returned_count == 0 && get->value == value;
}

/* Dynamo's plain version vectors know of coordinators, not of values. */
bool why_rule_had_seen(struct why_case *c, const struct why_matter *m)
{
    const struct operation *earlier = why_operation(c, m->request);
    const struct operation *later = why_operation(c, m->other);
    const struct operation *context = later ? context_of(c, later) : NULL;
    struct tape_record invoke;
    if (!earlier || !context || !has_returned(c, context, earlier->value) ||
        !why_invocation(c, m->other, &invoke))
        return false;
    if (why_say_update_broken(c, RULE_had_seen, later, m->before) ||
        why_say_update_broken(c, RULE_had_seen, earlier, m->before))
        return true;
    why_say(c, RULE_had_seen, &invoke,
            "because %r was put by who had seen %v in %r, and replaced it; but a vector of "
            "counters does not tell which value an event had written",
            m->other, earlier->value, context->request);
    return why_end_setting(c, "this table knows siblings by plain version vectors");
}

bool why_rule_blind(struct why_case *c, const struct why_matter *m)
{
    const struct operation *later = why_operation(c, m->other);
    struct tape_record invoke;
    if (!later || context_of(c, later) || !why_invocation(c, m->other, &invoke))
        return false;
    why_say(c, RULE_blind, &invoke,
            "because %r was put by who had read nothing before: it replaces nothing, and stands "
            "beside %v, which %r wrote",
            m->other, why_value_of(c, m->request), m->request);
    return why_end_client(c, &invoke);
}

bool why_rule_unseen(struct why_case *c, const struct why_matter *m)
{
    const struct operation *later = why_operation(c, m->other);
    const struct operation *context = later ? context_of(c, later) : NULL;
    struct tape_record invoke, told;
    if (!context || !why_invocation(c, m->other, &invoke) || !why_told(c, context, &told))
        return false;
    why_say(c, RULE_unseen, &told,
            "because who put %r had read the key with %r, told at %t, and had not seen %v there, "
            "which %r wrote",
            m->other, context->request, told.time, why_value_of(c, m->request), m->request);
    why_say(c, RULE_unseen, &invoke, "because neither put knew of the other: %r was asked at %t",
            m->other, invoke.time);
    return why_end_client(c, &invoke);
}

/* --- HOLDS: a replica with several values ------------------------------------------------ */

/* Where it got the value that made them several, and the one that was there before. */
static bool find_merge(struct why_case *c, const struct why_matter *m, struct tape_record *merge,
                       struct tape_record *before)
{
    static const uint32_t notes[] = {NOTE_SIBLINGS_MERGED, NOTE_UPDATE_MADE};
    bool is_found = false;
    for (uint32_t i = 0; i < ARRAY_LEN(notes); i++) {
        struct tape_record record;
        struct sought sought = with_field(why_note(notes[i], ANYBODY, 0), 0, m->token);
        for (uint64_t at = m->before; why_last(c, at, &sought, &record); at = record.number) {
            if (record.field[2] < 2)
                continue;
            if (!is_found || record.number > merge->number)
                *merge = record;
            is_found = true;
            break;
        }
    }
    if (!is_found)
        return false;
    struct sought stored = with_field(why_note(NOTE_APPLY, merge->actor, 0), 0, m->token);
    return why_last(c, merge->number, &stored, before) && before->about != merge->about;
}

bool why_rule_holds_several(struct why_case *c, const struct why_matter *m)
{
    struct tape_record merge, before;
    const struct operation *a, *b;
    if (config_table(&c->scenario->node, why_key(c, m->token))->kind == VERSION_PLAIN ||
        !find_merge(c, m, &merge, &before))
        return false;
    a = why_operation(c, before.about);
    b = why_operation(c, merge.about);
    if (!a || !b || a->kind != OPERATION_PUT || b->kind != OPERATION_PUT)
        return false;
    bool is_later = b->record_invoked > a->record_invoked;
    why_say(c, RULE_holds_several, &merge, "%k has %u values since %r came to %n at %t", m->token,
            merge.field[2], merge.about, (uint64_t)merge.actor, merge.time);
    why_ask(c, TOPIC_SIBLINGS,
            (struct why_matter){.request = is_later ? a->request : b->request,
                                .other = is_later ? b->request : a->request,
                                .token = m->token,
                                .before = m->before});
    return true;
}

/* --- READ: an update is missing ---------------------------------------------------------- */

/* Had the replica got it, by itself or within what came later from who carried it out? */
static bool has_got(struct why_case *c, const struct why_matter *m)
{
    struct tape_record begun, later, applied;
    struct sought made = why_note(NOTE_UPDATE_MADE, ANYBODY, m->request);
    if (why_find_applied(c, m, &applied) || !why_last(c, m->before, &made, &begun))
        return true;
    struct sought stored = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    for (uint64_t at = begun.number; why_next(c, at, m->before, &stored, &applied);
         at = applied.number) {
        struct sought source = why_note(NOTE_UPDATE_MADE, begun.actor, applied.about);
        if (why_last(c, applied.number, &source, &later) && later.number > begun.number)
            return true;
    }
    return false;
}

/* None of those who answered had it. */
static bool is_missing(struct why_case *c, const struct why_matter *lack, const uint32_t *nodes,
                       uint32_t count)
{
    struct why_matter there = *lack;
    for (uint32_t i = 0; i < count; i++) {
        there.node = nodes[i];
        if (has_got(c, &there))
            return false;
    }
    return count > 0;
}

bool why_rule_lacks_update(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last;
    struct why best;
    if (!is_object(c, get))
        return false;
    uint32_t count = why_find_answerers(c, m, nodes, &last);
    for (uint64_t i = history_count(c); (i = update_before(c, get, i)) > 0; i--) {
        const struct operation *update = history_at(c->world, (uint32_t)i - 1);
        struct why_matter lack = {.before = m->before};
        if (update->outcome != OUTCOME_OK || update->record_told > get->record_invoked ||
            !why_version_of(c, update->request, &lack) || !is_missing(c, &lack, nodes, count))
            continue;
        why_say_asked(c, RULE_lacks_update, &last, nodes, count, update->request);
        why_best_lack(c, lack, nodes, count, &best);
        *c->why = best;
        return true;
    }
    return false;
}
