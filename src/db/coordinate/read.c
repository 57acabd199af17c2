/*
 * coordinate/read.c: a get, from the client's request to its answer.
 *
 *   client       coordinator n1           n2 (data)      n3 (digest)
 *     |--- get ------->|                    |              |
 *     |                |--- read ---------->|              |
 *     |                |--- read (digest) ----------------->|
 *     |                |<-- value ----------|              |
 *     |                |<-- digest ------------------------|
 *     |                |   equal: answer at once
 *     |                |   different:
 *     |                |--- read (full) ------------------->|
 *     |                |<-- value -------------------------|
 *     |                |--- write (newest) --> whoever lacks it
 *     |                |<-- written -----------------------|
 *     |<-- reply ------|
 *
 * R replicas are asked, one of them for the value and the others for a digest of
 * it (Cassandra, dynamo.adoc: digest reads). When they differ, all of them are
 * asked in full, the newest version wins, and it is written back to those that
 * lack it BEFORE the client hears of it. That is what keeps two quorum reads in
 * a row from going back in time (CASSANDRA-10726: blocking read repair). With read_repair
 * `background` that is done after the answer, with `none` not at all: then a read may be older than
 * the one before it. What `none` is for: a write of which the client was told nothing certain stays
 * on the replicas that it has reached, and is not spread by a read (Cassandra: write atomicity).
 */
#include "db/coordinate/choose.h"
#include "db/roles.h"
#include "db/safeguard.h"

static void note_answer(struct env *env, const struct pending *pending, uint32_t replica)
{
    env_note(env, NOTE_READ_ANSWERED, pending->request, replica, pending->acknowledged,
             pending->needed);
}

/* --- choosing whom to ask ------------------------------------------------ */

static bool is_chosen(const uint32_t *chosen, uint32_t count, uint32_t replica)
{
    for (uint32_t i = 0; i < count; i++)
        if (chosen[i] == replica)
            return true;
    return false;
}

/* Choose until `count` owners of this placement are chosen: this node first if it is one (no
 * message needed), then the others that count as up, in the order that choose.c gives them. Those
 * chosen before count. False when there are too few. */
static bool choose_owners(struct node *node, struct env *env, struct bytes key,
                          const struct placement *placement, uint32_t count, uint64_t request,
                          uint32_t *chosen, uint32_t *chosen_count)
{
    uint32_t all[REPLICATION_MAX], found = 0, before = *chosen_count;
    bool is_distinct = safeguard_is_on(env->config, SAFEGUARD_DISTINCT_REPLICAS);
    uint32_t total =
        placement_of_key(placement, key, env->config->replication, is_distinct, all);
    choose_order(node, env, request, all, total);
    for (uint32_t i = 0; i < total; i++)
        found += is_chosen(chosen, before, all[i]);
    for (int is_self = 1; is_self >= 0; is_self--)
        for (uint32_t i = 0; i < total && found < count; i++) {
            if ((all[i] == env->self) != is_self || is_chosen(chosen, before, all[i]) ||
                !detector_is_up(&node->detector, env, all[i]))
                continue;
            chosen[(*chosen_count)++] = all[i];
            found++;
        }
    return found == count;
}

/* While data moves and reads still go by the old owners, as many of the new ones are asked, too,
 * and repaired: a value that a read has returned is then on enough of both, and no later read by
 * the new owners goes back behind it. (A write that was given up may be on enough old owners to
 * be read, and on too few new ones.) A read of ONE promises nothing and asks one. */
static bool is_joint(struct node *node, struct env *env, uint32_t needed, uint64_t request)
{
    if (node->membership.now.phase != TOPOLOGY_READ_OLD || needed < 2)
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_READ_FROM_BOTH_OWNERS))
        return true;
    safeguard_note_broken(env, SAFEGUARD_READ_FROM_BOTH_OWNERS, request, 0);
    return false;
}

/* Whom to ask, with whom they stand in for; how many, or 0 when there are too few. */
static uint32_t choose_replicas(struct node *node, struct env *env, struct bytes key,
                                uint32_t needed, uint64_t request, bool is_sloppy,
                                uint32_t *chosen, uint32_t *stands_for)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < 2 * REPLICATION_MAX; i++)
        stands_for[i] = HINT_NOBODY;
    if (is_sloppy && env->config->hints.is_on)
        return sloppy_choose_readers(node, env, key, needed, chosen, stands_for);
    if (!choose_owners(node, env, key, membership_reads(&node->membership), needed, request, chosen,
                       &count))
        return 0;
    if (is_joint(node, env, needed, request) &&
        !choose_owners(node, env, key, membership_also_writes(&node->membership), needed, request,
                       chosen, &count))
        return 0;
    return count;
}

/* --- taking in answers ---------------------------------------------------- */

static void decide(struct node *node, struct env *env, struct pending *pending);

static void take_digest(struct env *env, struct pending *pending, uint32_t index, uint64_t digest)
{
    struct replica_answer *answer = &pending->answers[index];
    if (answer->has_digest)
        return;
    answer->has_digest = true;
    answer->digest = digest;
    pending->acknowledged++;
    note_answer(env, pending, pending->replicas[index]);
}

static void take_value(struct env *env, struct pending *pending, uint32_t index,
                       const struct version *version)
{
    struct replica_answer *answer = &pending->answers[index];
    if (answer->has_value)
        return;
    answer->has_value = true;
    answer->version = *version;
    answer->version.value = copy_bytes(env, version->value);
    answer->digest = version_digest(version);
    if (!answer->has_digest) {
        answer->has_digest = true;
        pending->acknowledged++;
        note_answer(env, pending, pending->replicas[index]);
    }
}

/* --- asking ---------------------------------------------------------------- */

static void ask_self(struct node *node, struct env *env, struct pending *pending, uint32_t index,
                     bool is_digest_enough)
{
    struct version own = replica_visible(node, env, pending->key, pending->request);
    struct bytes merged = {NULL, 0};
    replica_count(node, env, pending->key, false);
    if (pending->is_sloppy)
        merged = hints_merge(node, env, pending->key, &own);
    if (is_digest_enough)
        take_digest(env, pending, index, version_digest(&own));
    else
        take_value(env, pending, index, &own);
    free_bytes(env, merged);
}

static void ask(struct node *node, struct env *env, struct pending *pending, uint32_t index,
                bool is_digest_enough, uint8_t round)
{
    uint32_t replica = pending->replicas[index];
    if (replica == env->self) {
        ask_self(node, env, pending, index, is_digest_enough);
        return;
    }
    uint8_t rounds = (uint8_t)(4 * pending->attempt + round);
    struct message read = {.kind = MESSAGE_REPLICA_READ, .round = rounds};
    read.replica_read.request = pending->request;
    read.replica_read.topology = node->membership.now.version;
    read.replica_read.digest_only = is_digest_enough;
    read.replica_read.sloppy = pending->is_sloppy;
    read.replica_read.key = pending->key;
    send_message(env, replica, pending->request, &read);
    struct replica_answer *answer = &pending->answers[index];
    if (!answer->is_asked)
        load_asked(&node->load, env, replica);
    answer->is_asked = true;
    answer->asked_ns = env_monotonic_ns(env);
}

/* What an answer says about the replica that it comes from. */
static void measure(struct node *node, struct env *env, struct pending *pending, uint32_t index,
                    uint64_t waiting)
{
    struct replica_answer *answer = &pending->answers[index];
    if (answer->is_asked)
        load_answered(&node->load, pending->replicas[index],
                      env_monotonic_ns(env) - answer->asked_ns, waiting);
    answer->is_asked = false;
}

static void ask_all(struct node *node, struct env *env, struct pending *pending,
                    const uint32_t *chosen, const uint32_t *stands_for, uint32_t count)
{
    pending->needed = (uint8_t)count;
    pending->replica_count = (uint8_t)count;
    pending->answers = env_allocate(env, count * sizeof *pending->answers);
    for (uint32_t i = 0; i < count; i++) {
        pending->replicas[i] = chosen[i];
        pending->stands_for[i] = stands_for[i];
    }
    for (uint32_t i = 0; i < count; i++)
        ask(node, env, pending, i, i > 0, 0);
    uint64_t request = pending->request;
    decide(node, env, pending);
    pending = pending_find(node, request);
    if (pending && pending->phase == PHASE_DIGEST)
        speculate_begin(node, env, pending);
}

/* The first that has not answered, or replica_count. */
static uint32_t late_index(const struct pending *pending)
{
    uint32_t late = 0;
    while (late < pending->replica_count && pending->answers[late].has_digest)
        late++;
    return late;
}

static void add_replica(struct env *env, struct pending *pending, uint32_t replica)
{
    uint32_t count = pending->replica_count++;
    pending->replicas[count] = replica;
    pending->answers =
        env_reallocate(env, pending->answers, (count + 1) * sizeof *pending->answers);
    pending->answers[count] = (struct replica_answer){.is_extra = true};
    pending->stands_for[count] = HINT_NOBODY;
}

/* The read is late: one replica more, in full, since the late one may be the one that was to send
 * the value. While members change answers of both sets of owners are needed, and a sloppy read has
 * its own rules of who stands in for whom: both wait. When no other replica is up, a late one is
 * asked again. It keeps its entry, so it counts once (safeguard count-replicas-once). */
void coordinate_read_one_more(struct node *node, struct env *env, struct pending *pending,
                              uint64_t after_ns)
{
    uint32_t chosen[2 * REPLICATION_MAX], count = pending->replica_count, found = count;
    if (pending->phase != PHASE_DIGEST || count > pending->level_count ||
        pending->is_sloppy)
        return;
    for (uint32_t i = 0; i < count; i++)
        chosen[i] = pending->replicas[i];
    bool is_new = choose_owners(node, env, pending->key, membership_reads(&node->membership),
                                count + 1, pending->request, chosen, &found);
    uint32_t index = is_new ? count : late_index(pending);
    if (index == count && !is_new)
        return;
    uint32_t replica = is_new ? chosen[count] : pending->replicas[index];
    env_note(env, NOTE_READ_SPECULATED, pending->request, replica, after_ns, pending->acknowledged);
    if (is_new || !safeguard_is_on(env->config, SAFEGUARD_COUNT_REPLICAS_ONCE)) {
        add_replica(env, pending, replica);
        index = count;
    }
    ask(node, env, pending, index, false, 2);
    decide(node, env, pending);
}

void on_client_get(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    const struct message_client_get *get = &message->client_get;
    uint8_t level = get->level == LEVEL_DEFAULT ? env->config->read_level : get->level;
    uint32_t needed =
        level_needed((enum level)level, get->explicit_count, env->config->replication);
    if (pending_is_repeated(node, env, get->request))
        return;

    uint32_t chosen[2 * REPLICATION_MAX], stands_for[2 * REPLICATION_MAX], count = 0;
    if (node_may_coordinate(node, env)) {
        count = choose_replicas(node, env, get->key, needed, get->request, get->sloppy, chosen,
                                stands_for);
        if (count == 0)
            note_crowded_racks(node, env, get->request, get->key);
    }
    if (count == 0) {
        send_refusal(env, from, get->request, needed);
        return;
    }
    struct pending *pending = pending_begin(node, env, from, get->request, OPERATION_GET, get->key);
    pending->level_count = (uint8_t)needed;
    pending->is_sloppy = get->sloppy && env->config->hints.is_on;
    env_note(env, NOTE_READ_BEGUN, pending->request, pending->key_token, count, chosen[0]);
    pending_set_timeout(env, pending, env->config->read_timeout_ns);
    ask_all(node, env, pending, chosen, stands_for, count);
}

/* The topology has changed: ask the owners that the key has now, from the beginning. With too few
 * of them up it goes on waiting: the timeout tells the client. */
void coordinate_read_again(struct node *node, struct env *env, struct pending *pending)
{
    uint32_t chosen[2 * REPLICATION_MAX], stands_for[2 * REPLICATION_MAX];
    if (pending->is_told) {
        pending_end(node, env, pending);
        return;
    }
    if (pending->phase != PHASE_DIGEST && pending->phase != PHASE_FULL)
        return;
    uint32_t count = choose_replicas(node, env, pending->key, pending->level_count,
                                     pending->request, pending->is_sloppy, chosen, stands_for);
    if (count == 0)
        return;
    pending_free_answers(node, env, pending);
    pending->attempt++;
    pending->phase = PHASE_DIGEST;
    pending->acknowledged = 0;
    pending->version = (struct version){0};
    env_note(env, NOTE_READ_AGAIN, pending->request, node->membership.now.version,
             pending->attempt + 1u, 0);
    ask_all(node, env, pending, chosen, stands_for, count);
}

/* --- deciding --------------------------------------------------------------- */

static bool has_all_values(const struct pending *pending)
{
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (!pending->answers[i].has_value)
            return false;
    return true;
}

/* As many answers as the level asks for, and one of them with the value. */
static bool has_enough(const struct pending *pending)
{
    uint32_t answers = 0, values = 0;
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        answers += pending->answers[i].has_digest;
        values += pending->answers[i].has_value;
    }
    return answers >= pending->needed && values > 0;
}

/* One that came with its value: the others are digests of the same. */
static struct version version_in_full(const struct pending *pending)
{
    uint32_t i = 0;
    while (!pending->answers[i].has_value)
        i++;
    return pending->answers[i].version;
}

/* An answer of the replica that was asked in addition is among those that count. */
static void note_extra(struct env *env, const struct pending *pending, uint32_t extra)
{
    uint32_t replica = pending->replicas[extra], late = late_index(pending);
    for (uint32_t i = 0; i < extra; i++)
        if (pending->replicas[i] == replica && pending->answers[i].has_digest)
            safeguard_note_broken(env, SAFEGUARD_COUNT_REPLICAS_ONCE, pending->request, replica);
    if (late < pending->replica_count)
        env_note(env, NOTE_SPECULATION_USED, pending->request, replica, pending->replicas[late],
                 pending->needed);
}

/* There is enough: who has not answered by now is left out of what follows. */
static void keep_answered(struct node *node, struct env *env, struct pending *pending)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->answers[i].is_extra && pending->answers[i].has_digest)
            note_extra(env, pending, i);
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        const struct replica_answer *answer = &pending->answers[i];
        if (answer->has_digest) {
            pending->replicas[kept] = pending->replicas[i];
            pending->stands_for[kept] = pending->stands_for[i];
            pending->answers[kept++] = *answer;
        } else if (answer->is_asked) {
            load_given_up(&node->load, pending->replicas[i],
                          env_monotonic_ns(env) - answer->asked_ns);
        }
    }
    pending->replica_count = (uint8_t)kept;
}

static bool is_agreed(const struct pending *pending)
{
    for (uint32_t i = 1; i < pending->replica_count; i++)
        if (pending->answers[i].digest != pending->answers[0].digest)
            return false;
    return true;
}

/* What all of the answers say together: of plain versions that is the newest one. */
static void merge_answers(struct env *env, struct pending *pending)
{
    struct version *all = &pending->version, both;
    *all = pending->answers[0].version;
    for (uint32_t i = 1; i < pending->replica_count; i++) {
        const struct version *next = &pending->answers[i].version;
        enum merged merged = conflict_merge(env->memory, all, next, &both);
        if (merged == MERGED_FIRST)
            continue;
        free_bytes(env, pending->merged);
        pending->merged = merged == MERGED_BOTH ? both.value : (struct bytes){NULL, 0};
        *all = merged == MERGED_BOTH ? both : *next;
    }
}

static void tell_client(struct node *node, struct env *env, struct pending *pending)
{
    speculate_measure(node, env, env_monotonic_ns(env) - pending->begun_ns);
    pending_reply(env, pending, OUTCOME_OK);
    pending->is_told = true;
}

/* Those that were just repaired have the newest version now. */
static void set_repaired(struct env *env, struct pending *pending)
{
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        struct version *version = &pending->answers[i].version;
        struct bytes old = version->value;
        *version = pending->version;
        version->value = copy_bytes(env, pending->version.value);
        pending->answers[i].digest = version_digest(version);
        if (pending->version.value.data == old.data)
            pending->version.value = version->value;
        free_bytes(env, old);
    }
}

/* The client knows; ask the owners that were not needed (beyond.c). False: there are none. */
static bool go_beyond(struct node *node, struct env *env, struct pending *pending)
{
    uint32_t owners[REPLICATION_MAX];
    uint32_t count = beyond_owners(node, env, pending, owners), first = pending->replica_count;
    if (count == 0)
        return false;
    env_note(env, NOTE_READ_BEYOND, pending->request, pending->key_token, count, 0);
    pending->phase = PHASE_DIGEST;
    for (uint32_t i = 0; i < count; i++)
        add_replica(env, pending, owners[i]);
    pending->needed = pending->replica_count;
    for (uint32_t i = first; i < first + count; i++)
        pending->answers[i].is_extra = false;
    for (uint32_t i = first; i < first + count; i++)
        ask(node, env, pending, i, true, 0);
    decide(node, env, pending);
    return true;
}

static void answer_client(struct node *node, struct env *env, struct pending *pending)
{
    bool was_told = pending->is_told;
    if (!was_told)
        tell_client(node, env, pending);
    if (was_told || !go_beyond(node, env, pending))
        pending_end(node, env, pending);
}

/* They differ: ask those in full that have only sent a digest. */
static void ask_in_full(struct node *node, struct env *env, struct pending *pending)
{
    env_note(env, NOTE_DIGEST_MISMATCH, pending->request, pending->key_token,
             pending->replica_count, 0);
    pending->phase = PHASE_FULL;
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (!pending->answers[i].has_value)
            ask(node, env, pending, i, false, 1);
    decide(node, env, pending);
}

static void send_repair(struct node *node, struct env *env, struct pending *pending, uint32_t index)
{
    uint32_t replica = pending->replicas[index];
    const struct version *newest = &pending->version;
    pending->answers[index].is_repairing = true;
    env_note(env, NOTE_READ_REPAIR, pending->request, pending->key_token, replica,
             (uint64_t)newest->timestamp);
    if (replica == env->self) {
        replica_store(node, env, env->self, pending->request, 1, pending->key, newest);
        return;
    }
    struct message repair = {.kind = MESSAGE_REPLICA_WRITE, .round = 1};
    repair.replica_write.request = pending->request;
    repair.replica_write.topology = node->membership.now.version;
    repair.replica_write.timestamp = newest->timestamp;
    repair.replica_write.tombstone = newest->is_tombstone;
    repair.replica_write.kind = (uint8_t)newest->kind;
    repair.replica_write.key = pending->key;
    repair.replica_write.value = newest->value;
    send_message(env, replica, pending->request, &repair);
}

static bool is_repairing(const struct pending *pending)
{
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->answers[i].is_repairing)
            return true;
    return false;
}

/* Write the newest version back to whoever lacks it; the last acknowledgement
 * answers the client. Remote ones first: a local repair may be over at once, and
 * must not be taken for the last one. */
static void repair_stale(struct node *node, struct env *env, struct pending *pending)
{
    merge_answers(env, pending);
    pending->phase = PHASE_REPAIR;
    if (!safeguard_is_on(env->config, SAFEGUARD_READ_REPAIR)) {
        safeguard_note_broken(env, SAFEGUARD_READ_REPAIR, pending->request, 0);
        answer_client(node, env, pending);
        return;
    }
    if (env->config->read_repair == READ_REPAIR_NONE) {
        answer_client(node, env, pending);
        return;
    }
    if (env->config->read_repair == READ_REPAIR_BACKGROUND && !pending->is_told) {
        tell_client(node, env, pending);
        if (go_beyond(node, env, pending))
            return;
    }
    int local_index = -1;
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        if (version_compare(&pending->answers[i].version, &pending->version) == 0 ||
            pending->stands_for[i] != HINT_NOBODY)
            continue; /* who stands in for another keeps no rows of this key */
        if (pending->replicas[i] == env->self)
            local_index = (int)i;
        else
            send_repair(node, env, pending, i);
    }
    if (local_index >= 0)
        send_repair(node, env, pending, (uint32_t)local_index);
    else if (!is_repairing(pending))
        answer_client(node, env, pending); /* a replica caught up between the two rounds */
}

/* Is there enough to go on? Called after every answer. */
static void decide(struct node *node, struct env *env, struct pending *pending)
{
    if (pending->phase == PHASE_DIGEST && has_enough(pending)) {
        keep_answered(node, env, pending);
        bool is_enough = is_agreed(pending);
        if (!is_enough && !safeguard_is_on(env->config, SAFEGUARD_DIGESTS_RESOLVED)) {
            safeguard_note_broken(env, SAFEGUARD_DIGESTS_RESOLVED, pending->request, 0);
            is_enough = true;
        }
        if (is_enough) {
            pending->version = version_in_full(pending);
            answer_client(node, env, pending);
        } else {
            ask_in_full(node, env, pending);
        }
    } else if (pending->phase == PHASE_FULL && has_all_values(pending)) {
        repair_stale(node, env, pending);
    }
}

/* Which of the asked replicas this answer is from: the first entry of that node
 * that still lacks it. An answer to an earlier asking is none: it may be a digest from whom
 * the value is wanted now. */
static int answer_index(const struct pending *pending, uint32_t replica, uint8_t round,
                        bool is_value)
{
    if (!pending || !pending->answers || round / 4 != pending->attempt % 64)
        return -1;
    int index = -1;
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        const struct replica_answer *answer = &pending->answers[i];
        if (pending->replicas[i] != replica)
            continue;
        if (!answer->has_digest)
            return (int)i;
        if (is_value && !answer->has_value && index < 0)
            index = (int)i; /* it had sent a digest */
    }
    return index;
}

void on_replica_digest(struct node *node, struct env *env, uint32_t from,
                       const struct message *message)
{
    const struct message_replica_digest *digest = &message->replica_digest;
    struct pending *pending = pending_find(node, digest->request);
    int index = answer_index(pending, from, message->round, false);
    if (index < 0)
        return;
    measure(node, env, pending, (uint32_t)index, digest->waiting);
    take_digest(env, pending, (uint32_t)index, digest->digest);
    decide(node, env, pending);
}

void on_replica_value(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_replica_value *value = &message->replica_value;
    struct pending *pending = pending_find(node, value->request);
    int index = answer_index(pending, from, message->round, true);
    if (index < 0)
        return;
    struct version version = {value->timestamp, value->tombstone, value->kind, value->value};
    if (!conflict_is_whole(env->memory, &version))
        return;
    hybrid_clock_hear(node, env, pending->key, version.timestamp);
    measure(node, env, pending, (uint32_t)index, value->waiting);
    take_value(env, pending, (uint32_t)index, &version);
    decide(node, env, pending);
}

void coordinate_read_on_repaired(struct node *node, struct env *env, uint64_t request,
                                 uint32_t replica, bool is_stored)
{
    struct pending *pending = pending_find(node, request);
    if (!pending || pending->phase != PHASE_REPAIR || !is_stored)
        return; /* a replica that cannot store it: the timeout will tell the client */
    bool was_repairing = is_repairing(pending);
    for (uint32_t i = 0; i < pending->replica_count; i++)
        if (pending->replicas[i] == replica)
            pending->answers[i].is_repairing = false;
    if (!was_repairing || is_repairing(pending))
        return;
    set_repaired(env, pending);
    answer_client(node, env, pending);
}

void coordinate_read_on_timeout(struct node *node, struct env *env, struct pending *pending)
{
    if (!pending->is_told)
        pending_reply(env, pending, OUTCOME_TIMEOUT);
    pending_end(node, env, pending);
}
