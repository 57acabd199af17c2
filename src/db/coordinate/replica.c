/*
 * replica.c: what a replica does for a coordinator, itself included.
 *
 *   write --> append to the log --> (sync) --> store --> written
 *   read  --> look it up                             --> value or digest
 *
 * The order is the point. A write becomes visible to reads, and is acknowledged,
 * only once the sync policy allows it; until then it waits in a list, in log
 * order. So nobody ever reads a value that a crash of this node could take back.
 */
#include "base/bytes.h"
#include "base/mix.h"
#include "db/roles.h"
#include "db/safeguard.h"
#include "db/store/log.h"

/* What a new owner takes from an old one (stream.c) has no coordinator who waits for it. */
#define NOBODY UINT32_MAX

static void acknowledge(struct node *node, struct env *env, uint32_t coordinator, uint64_t request,
                        uint8_t round, bool is_stored)
{
    if (coordinator == NOBODY)
        return;
    if (coordinator == env->self) {
        if (round == 0)
            coordinate_write_on_stored(node, env, request, env->self, is_stored);
        else
            coordinate_read_on_repaired(node, env, request, env->self, is_stored);
        return;
    }
    struct message written = {.kind = MESSAGE_REPLICA_WRITTEN, .round = round};
    written.replica_written.request = request;
    written.replica_written.stored = is_stored;
    send_message(env, coordinator, request, &written);
}

static void wait_for_sync(struct node *node, struct env *env, struct unsynced_write write)
{
    struct unsynced_write *waiting = env_allocate(env, sizeof *waiting);
    *waiting = write;
    waiting->key = copy_bytes(env, write.key);
    waiting->version.value = copy_bytes(env, write.version.value);
    if (node->unsynced_last)
        node->unsynced_last->next = waiting;
    else
        node->unsynced_first = waiting;
    node->unsynced_last = waiting;
}

static struct unsynced_write *take_first(struct node *node)
{
    struct unsynced_write *first = node->unsynced_first;
    node->unsynced_first = first->next;
    if (!node->unsynced_first)
        node->unsynced_last = NULL;
    return first;
}

/* With sync-before-acknowledge off: say so where it matters. */
static void note_if_unsynced(struct node *node, struct env *env, const struct unsynced_write *write)
{
    bool waits_for_sync =
        env->config->sync_policy == SYNC_ALWAYS || env->config->sync_policy == SYNC_GROUP;
    if (waits_for_sync && write->sequence > node->storage.synced_sequence)
        safeguard_note_broken(env, SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE, write->request,
                              write->sequence);
}

static struct log_record record_of(const struct unsynced_write *write)
{
    return (struct log_record){.kind = write->kind,
                               .key = write->key,
                               .version = write->version,
                               .range = write->range};
}

static void apply(struct node *node, struct env *env, const struct unsynced_write *write)
{
    struct log_record what = record_of(write);
    if (write->is_repair && !safeguard_is_on(env->config, SAFEGUARD_REPAIR_MERGES))
        storage_overwrite(&node->storage, env, write->sequence, write->key, &write->version,
                          write->request);
    else if (write->kind == LOG_WRITE)
        storage_apply(&node->storage, env, write->sequence, write->key, &write->version,
                      write->request);
    else
        storage_apply_forget(&node->storage, env, write->sequence, &what, write->request);
}

/* Store and acknowledge, in log order, all that the sync policy now allows.
 * Acknowledging may append again (a repair), so the list is taken one by one. */
void replica_acknowledge_synced(struct node *node, struct env *env)
{
    while (node->unsynced_first &&
           storage_may_acknowledge(&node->storage, env->config, node->unsynced_first->sequence)) {
        struct unsynced_write *write = take_first(node);
        note_if_unsynced(node, env, write);
        apply(node, env, write);
        if (write->is_update)
            replica_tell_made(node, env, write);
        else
            acknowledge(node, env, write->coordinator, write->request, write->round, true);
        free_bytes(env, write->key);
        free_bytes(env, write->version.value);
        env_release(env, write);
    }
}

static bool is_waiting_for_sync(const struct node *node, uint64_t request, uint8_t round)
{
    for (const struct unsynced_write *write = node->unsynced_first; write; write = write->next)
        if (write->request == request && write->round == round)
            return true;
    return false;
}

/* What a refusal of this request is remembered by. */
#define REFUSED UINT64_C(0x7265667573656421)

static uint64_t refusal_of(uint64_t request, uint8_t round)
{
    return mix_pair(request, REFUSED + round);
}

/* A copy that comes when there is room again is refused like the one that came before it (safeguard
 * refuse-for-all-copies). */
static bool was_refused(const struct node *node, struct env *env, uint64_t request, uint8_t round)
{
    if (!table_has(&node->seen_requests, refusal_of(request, round)))
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_REFUSE_FOR_ALL_COPIES))
        return true;
    safeguard_note_broken(env, SAFEGUARD_REFUSE_FOR_ALL_COPIES, request, 0);
    return false;
}

/* The log did not take it. But the network may have brought it twice: then a refusal would
 * speak for a copy that was taken, and "nothing was written" would be a lie (safeguard
 * refuse-for-all-copies). */
static void refuse(struct node *node, struct env *env, uint32_t coordinator, uint64_t request,
                   uint8_t round, struct bytes key, const struct version *version)
{
    struct version stored = {0};
    bool is_waiting = is_waiting_for_sync(node, request, round);
    bool is_known = safeguard_is_on(env->config, SAFEGUARD_REFUSE_FOR_ALL_COPIES);
    if (is_waiting && is_known)
        return; /* its answer will come */
    bool is_stored =
        storage_get(&node->storage, key, &stored) && version_compare(&stored, version) == 0;
    if (!is_known && (is_waiting || is_stored))
        safeguard_note_broken(env, SAFEGUARD_REFUSE_FOR_ALL_COPIES, request, is_waiting);
    if (!is_stored)
        request_is_remembered(node, refusal_of(request, round));
    acknowledge(node, env, coordinator, request, round, is_known && is_stored);
}

/* Append and keep, until the sync policy allows it to be stored. */
enum disk_status replica_append(struct node *node, struct env *env, struct unsynced_write write)
{
    struct log_record what = record_of(&write);
    enum disk_status status =
        storage_append_record(&node->storage, env, &what, write.request, &write.sequence);
    if (status != DISK_OK)
        return status;
    ranges_count_write(node, env, write.key);
    wait_for_sync(node, env, write);
    return status;
}

/* What this replica has of a key, its unsynced writes included; the value is the caller's. */
struct version replica_current(struct node *node, struct env *env, struct bytes key)
{
    struct version current = {0}, stored;
    if (storage_get(&node->storage, key, &stored))
        conflict_fold(env->memory, &current, &stored);
    for (const struct unsynced_write *write = node->unsynced_first; write; write = write->next)
        if (write->kind == LOG_WRITE && bytes_compare(write->key, key) == 0)
            conflict_fold(env->memory, &current, &write->version);
    return current;
}

static bool take(struct node *node, struct env *env, struct bytes key,
                 const struct version *version, uint64_t about, bool is_repair)
{
    struct unsynced_write write = {.kind = LOG_WRITE,
                                   .request = about,
                                   .coordinator = NOBODY,
                                   .is_repair = is_repair,
                                   .key = key,
                                   .version = *version};
    if (!conflict_is_whole(env->memory, version)) {
        env_note(env, NOTE_MESSAGE_REJECTED, about, REASON_BAD_MESSAGE, version->value.size,
                 env->self);
        return true;
    }
    if (replica_append(node, env, write) != DISK_OK)
        return false;
    replica_acknowledge_synced(node, env);
    return true;
}

/* A row that nobody waits for; one that is no object is dropped. False when the log does not
 * take it. */
bool replica_take(struct node *node, struct env *env, struct bytes key,
                  const struct version *version, uint64_t about)
{
    return take(node, env, key, version, about, false);
}

/* The same, from a repair. It merges like any other write (safeguard repair-merges). */
bool replica_take_repaired(struct node *node, struct env *env, struct bytes key,
                           const struct version *version, uint64_t about)
{
    return take(node, env, key, version, about, true);
}

/* A row or a range that this node is to have no more, in the log's order; false when the log does
 * not take it: then it stays (safeguard durable-forget). */
bool replica_forget(struct node *node, struct env *env, const struct log_record *what,
                    uint64_t about)
{
    struct unsynced_write write = {.kind = (uint8_t)what->kind,
                                   .request = about,
                                   .coordinator = NOBODY,
                                   .key = what->key,
                                   .version = what->version,
                                   .range = what->range};
    if (!safeguard_is_on(env->config, SAFEGUARD_DURABLE_FORGET)) {
        safeguard_note_broken(env, SAFEGUARD_DURABLE_FORGET, about, 0);
        storage_forget_in_memory(&node->storage, env, what, about);
        return true;
    }
    if (replica_append(node, env, write) != DISK_OK)
        return false;
    replica_acknowledge_synced(node, env);
    return true;
}

/* For who asks what is hot (load/hot.h); it changes nothing of what a node does. */
void replica_count(struct node *node, struct env *env, struct bytes key, bool is_write)
{
    if (!node->hot)
        node->hot = env_allocate(env, sizeof *node->hot);
    hot_count(is_write ? &node->hot->writes : &node->hot->reads, key_token(key));
}

void replica_store(struct node *node, struct env *env, uint32_t coordinator, uint64_t request,
                   uint8_t round, struct bytes key, const struct version *version)
{
    struct unsynced_write write = {.kind = LOG_WRITE,
                                   .request = request,
                                   .coordinator = coordinator,
                                   .round = round,
                                   .key = key,
                                   .version = *version};
    replica_count(node, env, key, true);
    if (was_refused(node, env, request, round))
        acknowledge(node, env, coordinator, request, round, false);
    else if (replica_append(node, env, write) != DISK_OK)
        refuse(node, env, coordinator, request, round, key, version);
    else
        replica_acknowledge_synced(node, env);
}

/* --- requests of coordinators ---------------------------------------------------------------- */

/* A coordinator that goes by older members may not know who owns the key now: it must learn
 * first (safeguard fence-old-topology). One that knows later ones teaches this node. */
bool replica_refuses_stale(struct node *node, struct env *env, uint32_t from, uint64_t request,
                           uint64_t topology)
{
    uint64_t known = node->membership.now.version;
    membership_heard_of(node, env, from, topology);
    if (!membership_is_stale(&node->membership, topology))
        return false;
    if (!safeguard_is_on(env->config, SAFEGUARD_FENCE_OLD_TOPOLOGY)) {
        safeguard_note_broken(env, SAFEGUARD_FENCE_OLD_TOPOLOGY, request, topology);
        return false;
    }
    struct message stale = {.kind = MESSAGE_REPLICA_STALE};
    stale.replica_stale.request = request;
    stale.replica_stale.topology = known;
    env_note(env, NOTE_STALE_REFUSED, request, from, topology, known);
    send_message(env, from, request, &stale);
    return true;
}

void on_replica_write(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    const struct message_replica_write *write = &message->replica_write;
    if (replica_refuses_stale(node, env, from, write->request, write->topology))
        return;
    struct version version = {write->timestamp, write->tombstone, write->kind, write->value};
    if (!conflict_is_whole(env->memory, &version)) {
        env_note(env, NOTE_MESSAGE_REJECTED, write->request, REASON_BAD_MESSAGE, write->value.size,
                 from);
        return;
    }
    hybrid_clock_hear(node, env, write->key, write->timestamp);
    replica_store(node, env, from, write->request, message->round, write->key, &version);
}

/* What a read sees: nothing that still waits for its sync (safeguard visible-when-durable). The
 * value is the store's, or that of the waiting write. */
struct version replica_visible(struct node *node, struct env *env, struct bytes key,
                               uint64_t request)
{
    struct version visible = {0};
    storage_get(&node->storage, key, &visible);
    if (safeguard_is_on(env->config, SAFEGUARD_VISIBLE_WHEN_DURABLE))
        return visible;
    for (const struct unsynced_write *write = node->unsynced_first; write; write = write->next)
        if (write->kind == LOG_WRITE && write->version.kind == VERSION_PLAIN &&
            bytes_compare(write->key, key) == 0 &&
            version_compare(&write->version, &visible) > 0) {
            safeguard_note_broken(env, SAFEGUARD_VISIBLE_WHEN_DURABLE, request, write->sequence);
            visible = write->version;
        }
    return visible;
}

static void reply_digest(const struct node *node, struct env *env, uint32_t to,
                         const struct message *read, const struct version *version)
{
    struct message digest = {.kind = MESSAGE_REPLICA_DIGEST, .round = read->round};
    digest.replica_digest.request = read->replica_read.request;
    digest.replica_digest.digest = version_digest(version);
    digest.replica_digest.waiting = node->backlog;
    send_message(env, to, read->replica_read.request, &digest);
}

static void reply_value(const struct node *node, struct env *env, uint32_t to,
                        const struct message *read, const struct version *version)
{
    struct message value = {.kind = MESSAGE_REPLICA_VALUE, .round = read->round};
    value.replica_value.request = read->replica_read.request;
    value.replica_value.timestamp = version->timestamp;
    value.replica_value.tombstone = version->is_tombstone;
    value.replica_value.kind = (uint8_t)version->kind;
    value.replica_value.value = version->value;
    value.replica_value.waiting = node->backlog;
    send_message(env, to, read->replica_read.request, &value);
}

void on_replica_read(struct node *node, struct env *env, uint32_t from,
                     const struct message *message)
{
    const struct message_replica_read *read = &message->replica_read;
    if (replica_refuses_stale(node, env, from, read->request, read->topology))
        return;
    replica_count(node, env, read->key, false);
    struct version version = replica_visible(node, env, read->key, read->request);
    struct bytes merged = {NULL, 0};
    if (read->sloppy)
        merged = hints_merge(node, env, read->key, &version);
    if (message->replica_read.digest_only)
        reply_digest(node, env, from, message, &version);
    else
        reply_value(node, env, from, message, &version);
    free_bytes(env, merged);
}
