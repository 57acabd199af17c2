/*
 * why_quorum.c: a coordinator that had not enough replies, or would not even ask.
 *
 * Why a replica gave no reply is asked of each (why_silent.c). Until the last of them fell silent,
 * or full, there was a quorum; so that one is to blame.
 */
#include "sim/why/why_parts.h"

/* --- full logs ---------------------------------------- */

/* Of those that refused, the one whose disk was full last took the quorum away. */
bool why_find_full_log(struct why_case *c, const struct why_matter *m, uint32_t *refused,
                       struct tape_record *worst, struct tape_record *fault)
{
    struct tape_record refusal, full;
    struct sought sought = why_note(NOTE_LOG_REFUSED, ANYBODY, m->request);
    bool is_found = false;
    *refused = 0;
    for (uint64_t after = 0; why_next(c, after, m->before, &sought, &refusal);
         after = refusal.number) {
        ++*refused;
        bool is_fault = why_full(c, refusal.actor, refusal.number, &full);
        if (is_found && (!is_fault || full.number < fault->number))
            continue;
        *worst = refusal;
        *fault = is_fault ? full : refusal;
        is_found = true;
    }
    return is_found;
}

bool why_rule_logs_full(struct why_case *c, const struct why_matter *m)
{
    struct tape_record worst, fault, begun;
    struct why_way way;
    uint32_t refused, nodes[REPLICATION_MAX];
    if (!why_find_way(c, m->request, &way) || !why_find_full_log(c, m, &refused, &worst, &fault) ||
        !why_find_beginning(c, m, way.coordinator, &begun))
        return false;
    uint32_t all = why_replicas(c, begun.field[0], nodes);
    if (all - refused >= begun.field[2])
        return false;
    why_say(c, RULE_logs_full, &worst,
            "because %u of %u replicas could not log it, so %u could not be reached", refused + 0ul,
            (uint64_t)all, begun.field[2]);
    return why_say_full(c, RULE_logs_full, worst.actor, worst.number);
}

/* --- too few replies ---------------------------------------- */

/* Whom the coordinator waited for, and what it had asked them. */
struct waiting {
    uint32_t message;
    uint32_t answer;
    uint32_t needed;
    uint32_t answered;
    bool is_second_round; /* of a read: digests differed, and whole values are asked for */
    uint32_t silent_count;
    uint32_t silent[REPLICATION_MAX];
};

static bool has_answered(struct why_case *c, const struct why_matter *m, uint32_t note,
                         uint32_t coordinator, uint32_t replica)
{
    struct tape_record record;
    struct sought sought = with_field(why_note(note, coordinator, m->request), 0, replica);
    return why_last(c, m->before, &sought, &record);
}

/* Replicas that the coordinator sent such a message to, and that have not answered it. A write
 * waits for its own log as well. */
static void add_silent(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                       uint32_t note, struct waiting *waiting)
{
    struct tape_record send;
    for (uint32_t node = 0; node < c->scenario->node.nodes; node++) {
        struct sought sought = why_trace(TRACE_SEND, coordinator, m->request);
        sought = with_field(with_field(sought, 0, waiting->message), 1, node);
        struct sought own = why_note(NOTE_LOG_APPEND, coordinator, m->request);
        bool is_asked = node == coordinator ? waiting->message == MESSAGE_REPLICA_WRITE &&
                                                  why_last(c, m->before, &own, &send)
                                            : why_last(c, m->before, &sought, &send);
        if (is_asked && !has_answered(c, m, note, coordinator, node) &&
            waiting->silent_count < REPLICATION_MAX)
            waiting->silent[waiting->silent_count++] = node;
    }
}

/* A read that repairs waits for those whom it has written to. */
static void add_repaired(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                         struct waiting *waiting)
{
    struct tape_record repair, arrive;
    struct sought sought = why_note(NOTE_READ_REPAIR, coordinator, m->request);
    waiting->message = MESSAGE_REPLICA_WRITE;
    waiting->answer = MESSAGE_REPLICA_WRITTEN;
    for (uint64_t after = 0; why_next(c, after, m->before, &sought, &repair);
         after = repair.number) {
        struct sought written = why_trace(TRACE_ARRIVE, coordinator, m->request);
        written = with_field(with_field(written, 0, MESSAGE_REPLICA_WRITTEN), 1, repair.field[1]);
        if (!why_next(c, repair.number, m->before, &written, &arrive) &&
            waiting->silent_count < REPLICATION_MAX)
            waiting->silent[waiting->silent_count++] = (uint32_t)repair.field[1];
    }
}

/* In the second round of a read whole values are asked of those who gave a digest. */
static void add_second_round(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                             struct waiting *waiting)
{
    struct tape_record mismatch, send, arrive;
    struct sought sought = why_note(NOTE_DIGEST_MISMATCH, coordinator, m->request);
    if (!why_last(c, m->before, &sought, &mismatch))
        return;
    struct sought read =
        with_field(why_trace(TRACE_SEND, coordinator, m->request), 0, MESSAGE_REPLICA_READ);
    waiting->is_second_round = true;
    for (uint64_t after = mismatch.number; why_next(c, after, m->before, &read, &send);
         after = send.number) {
        struct sought value = why_trace(TRACE_ARRIVE, coordinator, m->request);
        value = with_field(with_field(value, 0, MESSAGE_REPLICA_VALUE), 1, send.field[1]);
        if (!why_next(c, send.number, m->before, &value, &arrive) &&
            waiting->silent_count < REPLICATION_MAX)
            waiting->silent[waiting->silent_count++] = (uint32_t)send.field[1];
    }
}

/* An update waits for the one replica that is to do it. */
static bool find_waiting_for_one(const struct tape_record *begun, struct waiting *waiting)
{
    *waiting = (struct waiting){.message = MESSAGE_REPLICA_UPDATE,
                                .answer = MESSAGE_REPLICA_UPDATED,
                                .needed = 1,
                                .silent = {(uint32_t)begun->field[1]},
                                .silent_count = 1};
    return true;
}

static bool find_waiting(struct why_case *c, const struct why_matter *m,
                         const struct tape_record *begun, struct waiting *waiting)
{
    struct tape_record counted;
    uint32_t coordinator = begun->actor;
    if (begun->kind == TRACE_NOTE + NOTE_UPDATE_BEGUN)
        return find_waiting_for_one(begun, waiting);
    bool is_write = begun->kind == TRACE_NOTE + NOTE_WRITE_BEGUN;
    uint32_t note = is_write ? NOTE_WRITE_ACKNOWLEDGED : NOTE_READ_ANSWERED;
    *waiting = (struct waiting){.message = is_write ? MESSAGE_REPLICA_WRITE : MESSAGE_REPLICA_READ,
                                .answer = is_write ? MESSAGE_REPLICA_WRITTEN : MESSAGE_KIND_COUNT,
                                .needed = (uint32_t)(is_write ? begun->field[2] : begun->field[1])};
    struct sought sought = why_note(note, coordinator, m->request);
    if (why_last(c, m->before, &sought, &counted))
        waiting->answered = (uint32_t)counted.field[1];
    add_silent(c, m, coordinator, note, waiting);
    if (!is_write && waiting->silent_count == 0)
        add_second_round(c, m, coordinator, waiting);
    if (!is_write && waiting->silent_count == 0)
        add_repaired(c, m, coordinator, waiting);
    return waiting->silent_count > 0;
}

static void say_waiting(struct why_case *c, const struct tape_record *record,
                        const struct tape_record *begun, const struct waiting *waiting)
{
    char names[200];
    struct text text;
    text_init(&text, names, sizeof names);
    for (uint32_t i = 0; i < waiting->silent_count; i++)
        why_list_actor(c, &text, i, waiting->silent_count, waiting->silent[i]);
    if (waiting->message == MESSAGE_REPLICA_WRITE && begun->kind == TRACE_NOTE + NOTE_READ_BEGUN)
        why_say(c, RULE_too_few, record,
                "because %n repaired %s before it would answer, and "
                "waited for that",
                (uint64_t)begun->actor, names);
    else if (waiting->is_second_round)
        why_say(c, RULE_too_few, record,
                "because the digests that %n had got differed, and it had no whole value from %s, "
                "which it then asked for",
                (uint64_t)begun->actor, names);
    else
        why_say(c, RULE_too_few, record,
                "because %n had %u of the %u replies that it needed, and none from %s",
                (uint64_t)begun->actor, (uint64_t)waiting->answered, (uint64_t)waiting->needed,
                names);
}

static uint64_t root_of(const struct why *chain)
{
    return chain->count > 0 ? chain->links[chain->count - 1].record.number : 0;
}

bool why_rule_too_few(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct waiting waiting;
    struct tape_record begun, record;
    struct why best = {0}, chain;
    if (!why_find_way(c, m->request, &way) || !why_find_beginning(c, m, way.coordinator, &begun) ||
        !find_waiting(c, m, &begun, &waiting))
        return false;
    if (!why_find_done(c, m, way.coordinator, &record))
        record = begun;
    say_waiting(c, &record, &begun, &waiting);
    for (uint32_t i = 0; i < waiting.silent_count; i++) {
        struct why_matter silence = {.node = waiting.silent[i],
                                     .peer = way.coordinator,
                                     .request = m->request,
                                     .message = waiting.message,
                                     .answer = waiting.answer,
                                     .before =
                                         record.number == begun.number ? m->before : record.number};
        bool is_known = why_try(c, TOPIC_SILENT, silence, &chain);
        if (best.count == 0 || (is_known && best.root == WHY_ROOT_NONE) ||
            (is_known && root_of(&chain) > root_of(&best)))
            best = chain;
    }
    *c->why = best;
    return true;
}

/* --- REFUSED ---------------------------------------- */

bool why_rule_coordinator_starting(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record start, ready;
    if (!why_find_way(c, m->request, &way) || !why_life(c, way.coordinator, m->before, &start))
        return false;
    struct sought sought = why_note(NOTE_NODE_READY, way.coordinator, 0);
    struct sought stopped = why_note(NOTE_NODE_STOPPED, way.coordinator, 0);
    bool is_ready = why_next(c, start.number, m->before, &sought, &ready);
    if (is_ready && !why_next(c, ready.number, m->before, &stopped, &ready))
        return false;
    return why_say_starting(c, RULE_coordinator_starting, way.coordinator, m->before);
}

bool why_rule_all_logs_full(struct why_case *c, const struct why_matter *m)
{
    struct tape_record worst, fault;
    uint32_t refused;
    if (!why_find_full_log(c, m, &refused, &worst, &fault))
        return false;
    why_say(c, RULE_all_logs_full, &worst, "because all %u replicas could not log it",
            (uint64_t)refused);
    return why_say_full(c, RULE_all_logs_full, worst.actor, worst.number);
}

/* Does it take that peer for down at that moment? A process begins with no suspicion. */
bool why_is_taken_for_down(struct why_case *c, uint32_t node, uint32_t peer, uint64_t at,
                           struct tape_record *suspicion)
{
    struct tape_record start, heard;
    struct sought suspected = with_field(why_note(NOTE_PEER_SUSPECTED, node, 0), 0, peer);
    struct sought hears = with_field(why_note(NOTE_PEER_HEARD, node, 0), 0, peer);
    if (!why_last(c, at, &suspected, suspicion))
        return false;
    bool is_over = why_next(c, suspicion->number, at, &hears, &heard);
    return !is_over && why_life(c, node, at, &start) && start.number < suspicion->number;
}

#define CANDIDATES_MAX 64 /* of nodes that are named */

/* Were others to stand in for owners that are down? */
static bool is_sloppy(const struct why_case *c, const struct operation *operation)
{
    if (!operation)
        return false;
    const struct client_setting *client = &c->scenario->clients[operation->client];
    uint32_t scripted = client_plan_index(client, about_request_operation(operation->request));
    return client->plan_count == 0
               ? client->is_sloppy
               : scripted < client->plan_count && client->plans[scripted].is_sloppy;
}

/* A sloppy one asks whoever is healthy: so all nodes count, and not the owners alone. */
static uint32_t list_candidates(struct why_case *c, uint64_t token, bool is_any, uint32_t *nodes,
                                uint32_t room)
{
    if (!is_any)
        return why_replicas(c, token, nodes);
    uint32_t count = MIN(c->scenario->node.nodes, room);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = i;
    return count;
}

static void say_taken_for_down(struct why_case *c, const struct why_way *way, bool is_any,
                               const struct tape_record *latest, uint32_t all, const char *names)
{
    const struct operation *operation = why_operation(c, way->invoke.about);
    uint64_t needed = operation ? operation->needed : 0;
    if (is_any)
        why_say(c, RULE_taken_for_down, latest,
                "because of all %u nodes, any of which could stand in, %n took %s for down, and %u "
                "are needed",
                (uint64_t)all, (uint64_t)way->coordinator, names, needed);
    else
        why_say(c, RULE_taken_for_down, latest,
                "because of the %u replicas of %k %n took %s for down, and %u are needed",
                (uint64_t)all, way->invoke.field[1], (uint64_t)way->coordinator, names, needed);
}

bool why_rule_taken_for_down(struct why_case *c, const struct why_matter *m)
{
    struct why_way way;
    struct tape_record suspicion, latest = {0};
    uint32_t nodes[CANDIDATES_MAX], suspected[CANDIDATES_MAX], count = 0;
    char names[200];
    struct text text;
    if (!why_find_way(c, m->request, &way))
        return false;
    bool is_any = is_sloppy(c, why_operation(c, m->request));
    uint32_t all = list_candidates(c, way.invoke.field[1], is_any, nodes, CANDIDATES_MAX);
    for (uint32_t i = 0; i < all; i++) {
        if (!why_is_taken_for_down(c, way.coordinator, nodes[i], m->before, &suspicion))
            continue;
        suspected[count++] = nodes[i];
        latest = suspicion.number > latest.number ? suspicion : latest;
    }
    if (count == 0)
        return false;
    text_init(&text, names, sizeof names);
    for (uint32_t i = 0; i < count; i++)
        why_list_actor(c, &text, i, count, suspected[i]);
    struct tape_record broken;
    bool is_crowded = why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_RACK_AWARE,
                                      &broken);
    say_taken_for_down(c, &way, is_any, &latest, all, names);
    if (is_crowded)
        return why_say_broken(c, RULE_taken_for_down, &broken,
                              "the copies of the key stand in fewer racks than there are");
    why_ask(c, TOPIC_SUSPECTED,
            (struct why_matter){.record = latest,
                                .node = way.coordinator,
                                .peer = (uint32_t)latest.field[0],
                                .before = latest.number});
    return true;
}
