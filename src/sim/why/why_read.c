/*
 * why_read.c: why a get returned what it did.
 *
 * What nobody wrote, or what was refused, came from where a rule was broken. What is older than
 * what its client could know comes from replicas that lack the newer version (why_lacks.c), or
 * from levels so weak that a read need not meet a write.
 */
#include "sim/why/why_parts.h"

/* The operation that put this value, or NULL. */
static const struct operation *writer_of(const struct why_case *c, uint64_t value)
{
    uint64_t index = table_get(&c->world->state->clients.values, value, 0);
    return index ? history_at(c->world, (uint32_t)index - 1) : NULL;
}

uint32_t why_find_answerers(struct why_case *c, const struct why_matter *m, uint32_t *nodes,
                            struct tape_record *last)
{
    struct tape_record answer;
    uint32_t count = 0;
    struct sought sought = why_note(NOTE_READ_ANSWERED, ANYBODY, m->request);
    for (uint64_t after = 0;
         count < REPLICATION_MAX && why_next(c, after, m->before, &sought, &answer);
         after = answer.number) {
        nodes[count++] = (uint32_t)answer.field[0];
        *last = answer;
    }
    return count;
}

/* What nobody wrote came out of a log that was not read as it should be. */
static bool came_from_log(struct why_case *c, const struct why_matter *m)
{
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, broken;
    uint32_t count = why_find_answerers(c, m, nodes, &last);
    for (uint32_t i = 0; i < count; i++) {
        struct sought sought = why_note(NOTE_RULE_BROKEN, nodes[i], 0);
        if (!why_last(c, m->before, &sought, &broken) || about_class(broken.about) == ABOUT_REQUEST)
            continue;
        why_say(c, RULE_invented, &last, "because %n answered with what it had found in its log",
                (uint64_t)nodes[i]);
        return why_say_broken(c, RULE_invented, &broken, "it replays a record that is none");
    }
    return false;
}

bool why_rule_invented(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    struct tape_record told, broken;
    if (!get || get->kind != OPERATION_GET || get->value == VALUE_ABSENT)
        return false;
    const struct operation *put = writer_of(c, get->value);
    if (!put)
        return came_from_log(c, m);
    struct sought sought = why_note(NOTE_RULE_BROKEN, ANYBODY, put->request);
    if (!outcome_is_refusal(put->outcome) || !why_number(c, put->record_told, &told) ||
        !why_last(c, m->before, &sought, &broken))
        return false;
    why_say(c, RULE_invented, &told,
            "because %v is what %r wrote, whose client had been told that nothing was written",
            get->value, put->request);
    return why_say_broken(c, RULE_invented, &broken,
                          broken.field[0] == SAFEGUARD_REFUSE_FOR_ALL_COPIES
                              ? "it refuses the second copy of a write whose first one it has taken"
                              : "it sends the write and refuses it all the same");
}

/* A write that had been acknowledged before the get began, the one called last. */
static const struct operation *last_acknowledged(const struct why_case *c,
                                                 const struct operation *get)
{
    const struct operation *last = NULL;
    for (uint64_t i = 0; i < chain_count(&c->world->state->clients.history); i++) {
        const struct operation *write = history_at(c->world, (uint32_t)i);
        bool is_before = write->kind != OPERATION_GET && write->key == get->key &&
                         write->outcome == OUTCOME_OK && write->record_told < get->record_invoked;
        if (is_before && (!last || write->invoked >= last->invoked))
            last = write;
    }
    return last;
}

/* May what it returned have been written after that? */
static bool may_be_newer(const struct why_case *c, const struct operation *get,
                         const struct operation *than)
{
    for (uint64_t i = 0; i < chain_count(&c->world->state->clients.history); i++) {
        const struct operation *write = history_at(c->world, (uint32_t)i);
        uint64_t value = write->kind == OPERATION_PUT ? write->value : VALUE_ABSENT;
        if (write->kind == OPERATION_GET || write->key != get->key || value != get->value ||
            outcome_is_refusal(write->outcome))
            continue;
        bool has_returned = write->outcome == OUTCOME_OK; /* the others may come at any time */
        if (write->request == than->request || !has_returned ||
            write->record_told > than->record_invoked)
            return true;
    }
    return false;
}

/* What the get should have returned instead: as its check says, or as its client can know. */
static const struct operation *missed_by(const struct why_case *c, const struct why_matter *m,
                                         const struct operation *get)
{
    if (m->other)
        return why_operation(c, m->other);
    const struct operation *last = last_acknowledged(c, get);
    return last && !may_be_newer(c, get, last) ? last : NULL;
}

bool why_is_stale(const struct why_case *c, uint64_t request)
{
    const struct operation *get = why_operation(c, request);
    struct why_matter m = {0};
    return get && get->kind == OPERATION_GET && get->outcome == OUTCOME_OK &&
           missed_by(c, &m, get) != NULL;
}

void why_say_asked(struct why_case *c, enum why_rule rule, const struct tape_record *last,
                   const uint32_t *nodes, uint32_t count, uint64_t missed)
{
    char names[200];
    struct text text;
    text_init(&text, names, sizeof names);
    why_list_asked(c, &text, last->actor, nodes, count);
    bool is_alone = count == 1 && nodes[0] == last->actor;
    const char *whose = is_alone     ? "had not got"
                        : count == 1 ? "that one had not got"
                        : count == 2 ? "neither had got"
                                     : "none of them had got";
    char wrote[120];
    text_init(&text, wrote, sizeof wrote);
    why_name_write(c, &text, missed);
    why_say(c, rule, last, "because %n asked %s, and %s %s", (uint64_t)last->actor, names,
            whose, wrote);
}

/* No fault at all: so few replicas answer a read, and so few a write, that they need not meet. */
static bool is_only_weak(const struct why_case *c, const struct why *best,
                         const struct operation *get, const struct operation *write)
{
    bool is_plain =
        best->root == WHY_ROOT_NONE ||
        (best->root == WHY_ROOT_SETTING && best->links[best->count - 1].record.kind == TRACE_SEND);
    return is_plain && get->needed + write->needed <= c->scenario->node.replication;
}

/* Rules that keep a read from missing a write: of the read, of the write, of who answered. */
static bool say_stale_broken(struct why_case *c, const struct why_matter *m, uint64_t missed,
                             const uint32_t *nodes, uint32_t count)
{
    static const struct {
        enum safeguard rule;
        char of; /* r: about the read, w: the write, n: by a node that answered, a: by anybody */
        const char *what;
    } ways[] = {
        {SAFEGUARD_COUNT_REPLICAS_ONCE, 'r', "it counts a replica twice that it has asked twice"},
        {SAFEGUARD_READ_FROM_BOTH_OWNERS, 'a', "it asks the old owners alone while data moves"},
        {SAFEGUARD_WRITE_TO_NEW_OWNERS, 'w', "it writes to the old owners alone while data moves"},
        {SAFEGUARD_FENCE_OLD_TOPOLOGY, 'w', "it takes a write by members of the past"},
        {SAFEGUARD_STREAM_FROM_QUORUM, 'n', "it got its data from one old owner, which had not "
                                            "got everything"},
        {SAFEGUARD_REFUSE_WIPED_MEMBER, 'n', "it takes part though its disk is another one"},
    };
    struct tape_record broken;
    for (uint32_t i = 0; i < ARRAY_LEN(ways); i++)
        for (uint32_t n = 0; n < (ways[i].of == 'n' ? count : 1); n++) {
            uint64_t about = ways[i].of == 'r' ? m->request : ways[i].of == 'w' ? missed : 0;
            uint32_t node = ways[i].of == 'n' ? nodes[n] : ANYBODY;
            if (why_find_broken(c, 0, m->before, node, about, ways[i].rule, &broken))
                return why_say_broken(c, RULE_stale, &broken, ways[i].what);
        }
    return false;
}

bool why_rule_stale(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    const struct operation *missed = get ? missed_by(c, m, get) : NULL;
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, invoke;
    struct why best;
    struct why_matter lack = {.before = m->before};
    uint32_t count = why_find_answerers(c, m, nodes, &last);
    if (!missed || count == 0 || !why_version_of(c, missed->request, &lack))
        return false;
    why_say_asked(c, RULE_stale, &last, nodes, count, missed->request);
    why_best_lack(c, lack, nodes, count, &best);
    bool is_weak = is_only_weak(c, &best, get, missed);
    if (best.root != WHY_ROOT_SAFEGUARD &&
        say_stale_broken(c, m, missed->request, nodes, count))
        return true;
    *c->why = best;
    if (!is_weak || !why_invocation(c, m->request, &invoke))
        return true;
    why_say(c, RULE_stale, &invoke,
            "because %r asked for R = %u where the write had W = %u: together no more than N = %u, "
            "so they need not meet",
            m->request, (uint64_t)get->needed, (uint64_t)missed->needed,
            (uint64_t)c->scenario->node.replication);
    return why_end_client(c, &invoke);
}
