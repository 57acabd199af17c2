/*
 * storage.c: the life of a write: appended, synced, applied.
 *
 *     append ----> page cache ----> [ a round of syncs ] ----> durable ----> apply
 *                                    segment, segment, names
 *
 * A round makes everything durable that was appended before it began: each segment
 * with new bytes, and the directory when a segment is new (a synced file whose name
 * is not durable is gone after a crash). One round at a time; what is appended
 * meanwhile waits for the next one and shares it: group commit comes by itself as
 * soon as the device is the bottleneck. When the next round begins is the policy:
 *
 *     always     at once, or as soon as the one under way is done
 *     group      a window after the first record that needs it
 *     interval   the same with a longer window, and nobody waits for it
 *     never      only when a checkpoint asks
 */
#include "db/store/storage_parts.h"

#include "db/conflict/answer.h"
#include "db/ring/placement.h"
#include "db/safeguard.h"
#include "db/store/log.h"
#include "db/timers.h"

#define SMALL_RECORD_BYTES 512u
#define SEGMENT_BYTES_MAX  (1u << 30) /* offsets have 32 bits */

/* --- state ------------------------------------------------------------------------ */

const char *storage_state_name(uint32_t state)
{
    static const char *const names[] = {
        [STORAGE_RECOVERING] = "recovering",
        [STORAGE_READY] = "ready",
        [STORAGE_REFUSED] = "refused",
    };
    _Static_assert(ARRAY_LEN(names) == STORAGE_STATE_COUNT, "every state has a name");
    return state < STORAGE_STATE_COUNT ? names[state] : "unknown";
}

void storage_refuse(struct storage *storage, struct env *env, enum reason reason)
{
    if (storage->state == STORAGE_REFUSED)
        return;
    storage->state = STORAGE_REFUSED;
    storage->reason = (uint8_t)reason;
    if (storage->sync_timer)
        env->timer_cancel(env, storage->sync_timer);
    storage->sync_timer = 0;
    env_note(env, NOTE_NODE_STOPPED, 0, reason, storage->synced_sequence,
             storage->appended_sequence - storage->synced_sequence);
}

/* --- segments --------------------------------------------------------------------- */

static struct storage_segment *last_segment(struct storage *storage)
{
    return &storage->segments[storage->segment_count - 1];
}

void storage_add_segment(struct storage *storage, struct env *env, struct storage_segment segment)
{
    if (storage->segment_count == storage->segment_room) {
        storage->segment_room = MAX(8, 2 * storage->segment_room);
        storage->segments = env_reallocate(env, storage->segments,
                                           storage->segment_room * sizeof *storage->segments);
    }
    storage->segments[storage->segment_count++] = segment;
}

enum disk_status storage_open_segment(struct storage *storage, struct env *env, uint64_t about)
{
    uint8_t bytes[LOG_HEADER_BYTES];
    struct log_header header = {.number = storage->next_segment,
                                .first_sequence = storage->appended_sequence + 1,
                                .synced = storage->synced_sequence};
    log_encode_header(bytes, &header);
    enum disk_status status =
        env->disk_append(env, log_file(header.number), bytes, sizeof bytes, about);
    if (status != DISK_OK)
        return status;
    storage_add_segment(storage, env,
                        (struct storage_segment){.number = header.number,
                                                 .first_sequence = header.first_sequence,
                                                 .size = sizeof bytes});
    storage->next_segment++;
    storage->is_segment_due = false;
    storage->are_names_unsynced = true;
    storage->unsynced_from = MIN(storage->unsynced_from, storage->segment_count - 1);
    env_note(env, NOTE_LOG_SEGMENT, about, header.number, header.first_sequence, 0);
    return DISK_OK;
}

static void forget_first_segments(struct storage *storage, uint32_t count)
{
    for (uint32_t i = count; i < storage->segment_count; i++)
        storage->segments[i - count] = storage->segments[i];
    storage->segment_count -= count;
    storage->unsynced_from -= MIN(storage->unsynced_from, count);
}

uint32_t storage_remove_covered(struct storage *storage, struct env *env, uint64_t covers)
{
    uint32_t count = 0;
    while (count + 1 < storage->segment_count &&
           storage->segments[count + 1].first_sequence <= covers + 1)
        env->disk_remove(env, log_file(storage->segments[count++].number));
    if (count == 0)
        return 0;
    forget_first_segments(storage, count);
    env_note(env, NOTE_LOG_TRUNCATED, 0, count, storage->segments[0].first_sequence, 0);
    return count;
}

/* --- syncing ---------------------------------------------------------------------- */

/* The syncs are about the newest write that they are for: the number of a log record counts all
 * writes of the node, so it would shift when an unrelated one goes. */
static void begin_round(struct storage *storage, struct env *env)
{
    uint64_t about = storage->appended_about;
    storage->round_sequence = storage->appended_sequence;
    storage->is_round_due = false;
    storage->sync_rounds++;
    for (uint32_t i = storage->unsynced_from; i < storage->segment_count; i++) {
        storage_sync_file(env, log_file(storage->segments[i].number), TOKEN_LOG, about);
        storage->round_waiting++;
    }
    if (storage->are_names_unsynced) {
        storage_sync_file(env, NAMES_OF_ALL_FILES, TOKEN_LOG, about);
        storage->round_waiting++;
    }
    storage->unsynced_from = storage->segment_count;
    storage->are_names_unsynced = false;
}

static bool has_unsynced(const struct storage *storage)
{
    return storage->unsynced_from < storage->segment_count || storage->are_names_unsynced;
}

void storage_request_round(struct storage *storage, struct env *env)
{
    if (storage->round_waiting > 0)
        storage->is_round_due = true;
    else if (has_unsynced(storage))
        begin_round(storage, env);
}

static void arrange_sync(struct storage *storage, struct env *env)
{
    const struct node_config *config = env->config;
    if (config->sync_policy == SYNC_NEVER)
        return;
    if (config->sync_policy == SYNC_ALWAYS) {
        storage_request_round(storage, env);
        return;
    }
    if (storage->sync_timer)
        return; /* the round to come will take this record along */
    uint64_t window_ns =
        config->sync_policy == SYNC_GROUP ? config->group_window_ns : config->sync_interval_ns;
    storage->sync_timer =
        env->timer_set(env, window_ns, TIMER_LOG_SYNC, 0,
                       about_node(ABOUT_LOG, env->self, storage->appended_sequence));
}

void storage_on_timer(struct storage *storage, struct env *env)
{
    storage->sync_timer = 0;
    if (storage->state == STORAGE_READY)
        storage_request_round(storage, env);
}

/* THE moment at which writes become durable. */
static void end_round(struct storage *storage, struct env *env)
{
    uint64_t more = storage->round_sequence - storage->synced_sequence;
    storage->synced_sequence = storage->round_sequence;
    if (more > 0)
        env_note(env, NOTE_LOG_SYNCED, about_node(ABOUT_LOG, env->self, storage->round_sequence),
                 storage->synced_sequence, more, 0);
    if (storage->is_round_due)
        storage_request_round(storage, env);
    storage_checkpoint_on_round(storage, env);
}

/* A failed sync is not tried again: what it was to write may be gone, and a second sync would
 * say that all is well. */
static void on_log_synced(struct storage *storage, struct env *env, const struct event *event)
{
    CHECK(storage->round_waiting > 0);
    storage->round_waiting--;
    if (event->status != DISK_OK)
        storage_refuse(storage, env, REASON_IO_ERROR);
    else if (storage->round_waiting == 0)
        end_round(storage, env);
}

void storage_on_disk(struct storage *storage, struct env *env, const struct event *event)
{
    if (storage->state == STORAGE_REFUSED)
        return;
    switch (event->token & 0xff) {
    case TOKEN_LOG: on_log_synced(storage, env, event); break;
    case TOKEN_CHECKPOINT: storage_checkpoint_on_disk(storage, env, event); break;
    case TOKEN_START: storage_start_on_disk(storage, env, event); break;
    default: CHECK_WHY(false, "a disk event that storage did not ask for");
    }
}

/* --- appending -------------------------------------------------------------------- */

static enum disk_status append_record(struct storage *storage, struct env *env,
                                      const struct log_record *what, uint64_t about)
{
    struct storage_segment *segment = last_segment(storage);
    struct log_record record = *what;
    record.sequence = storage->appended_sequence + 1;
    record.synced = storage->synced_sequence;
    record.offset = (uint32_t)segment->size;
    uint32_t size = log_record_bytes(&record);
    uint8_t small[SMALL_RECORD_BYTES];
    uint8_t *bytes = size <= sizeof small ? small : env_allocate(env, size);
    log_encode_record(bytes, segment->number, &record);
    enum disk_status status = env->disk_append(env, log_file(segment->number), bytes, size, about);
    if (bytes != small)
        env_release(env, bytes);
    if (status != DISK_OK)
        return status;
    segment->size += size;
    storage->appended_sequence = record.sequence;
    storage->appended_about = about;
    storage->log_bytes_since += size;
    storage->unsynced_from = MIN(storage->unsynced_from, storage->segment_count - 1);
    storage->is_segment_due = segment->size >= MIN(env->config->segment_bytes, SEGMENT_BYTES_MAX);
    env_note(env, NOTE_LOG_APPEND, about, record.sequence, size,
             record.key.size > 0 ? key_token(record.key) : 0);
    return DISK_OK;
}

/* A full disk refuses a write cleanly: nothing of it is there. After any other failure nobody
 * knows what is there, so this life of the log is over. */
static enum disk_status refuse_append(struct storage *storage, struct env *env,
                                      enum disk_status status, uint32_t size, uint64_t about)
{
    enum reason reason = status == DISK_NO_SPACE ? REASON_NO_SPACE : REASON_IO_ERROR;
    env_note(env, NOTE_LOG_REFUSED, about, reason, size, 0);
    if (status != DISK_NO_SPACE)
        storage_refuse(storage, env, REASON_IO_ERROR);
    return status;
}

enum disk_status storage_append_record(struct storage *storage, struct env *env,
                                       const struct log_record *what, uint64_t about,
                                       uint64_t *sequence)
{
    CHECK_WHY(storage->state == STORAGE_READY, "only a node that is ready takes writes");
    enum disk_status status = DISK_OK;
    if (storage->is_segment_due || storage->segment_count == 0)
        status = storage_open_segment(storage, env, about);
    if (status == DISK_OK)
        status = append_record(storage, env, what, about);
    if (status != DISK_OK)
        return refuse_append(storage, env, status, log_record_bytes(what), about);
    *sequence = storage->appended_sequence;
    arrange_sync(storage, env);
    storage_checkpoint_if_due(storage, env);
    return DISK_OK;
}

enum disk_status storage_append(struct storage *storage, struct env *env, struct bytes key,
                                const struct version *version, uint64_t about, uint64_t *sequence)
{
    struct log_record write = {.kind = LOG_WRITE, .key = key, .version = *version};
    return storage_append_record(storage, env, &write, about, sequence);
}

/* --- acknowledging and applying ---------------------------------------------------- */

/* Sync before acknowledge. The policies interval and never do not promise it. */
bool storage_may_acknowledge(const struct storage *storage, const struct node_config *config,
                             uint64_t sequence)
{
    bool is_promised = config->sync_policy == SYNC_ALWAYS || config->sync_policy == SYNC_GROUP;
    if (storage->state != STORAGE_READY)
        return false;
    if (is_promised && safeguard_is_on(config, SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE))
        return storage->synced_sequence >= sequence;
    return true;
}

enum merged storage_merge(struct env *env, const struct version *stored,
                          const struct version *incoming, struct version *both)
{
    const struct node_config *config = env->config;
    if (!safeguard_is_on(config, SAFEGUARD_NEWER_WINS))
        return MERGED_SECOND; /* whatever arrives last */
    if (stored->timestamp == incoming->timestamp && !safeguard_is_on(config, SAFEGUARD_TIE_RULE))
        return MERGED_SECOND; /* a tie goes to whatever arrives last */
    if (!safeguard_is_on(config, SAFEGUARD_MERGE_WITHOUT_CLOCK) &&
        incoming->timestamp > env_wall_ns(env))
        return MERGED_FIRST; /* it is from the future, says the clock here */
    return conflict_merge(env->memory, stored, incoming, both);
}

/* With a merge rule off: has the older version, or the loser of a tie, just won? */
static void note_broken_merge(struct env *env, const struct version *stored,
                              const struct version *incoming, uint64_t about, uint64_t token)
{
    if (stored->kind != VERSION_PLAIN || version_compare(incoming, stored) >= 0)
        return;
    bool is_tie = incoming->timestamp == stored->timestamp;
    enum safeguard broken = is_tie && !safeguard_is_on(env->config, SAFEGUARD_TIE_RULE)
                                ? SAFEGUARD_TIE_RULE
                                : SAFEGUARD_NEWER_WINS;
    safeguard_note_broken(env, broken, about, token);
}

/* With merge-without-clock off: has the newer version just lost? */
static void note_clock_merge(struct env *env, const struct version *stored,
                             const struct version *incoming, uint64_t about, uint64_t token)
{
    if (stored->kind == VERSION_PLAIN && version_compare(incoming, stored) > 0)
        safeguard_note_broken(env, SAFEGUARD_MERGE_WITHOUT_CLOCK, about, token);
}

static void note_merged(struct env *env, const struct version *stored, const struct version *both,
                        uint64_t about, uint64_t token)
{
    env_note(env, NOTE_SIBLINGS_MERGED, about, token,
             conflict_value_count(stored),
             conflict_value_count(both));
}

void storage_apply(struct storage *storage, struct env *env, uint64_t sequence, struct bytes key,
                   const struct version *version, uint64_t about)
{
    CHECK_WHY(sequence == storage->applied_sequence + 1, "records are applied in log order");
    CHECK(sequence <= storage->appended_sequence);
    storage->applied_sequence = sequence;
    uint64_t token = key_token(key);
    const struct store_row *row = store_find(&storage->store, key);
    struct version both;
    enum merged merged = row ? storage_merge(env, &row->version, version, &both) : MERGED_SECOND;
    if (merged == MERGED_FIRST) {
        note_clock_merge(env, &row->version, version, about, token);
        env_note(env, NOTE_APPLY_OLDER, about, token, (uint64_t)version->timestamp,
                 (uint64_t)row->version.timestamp);
        return;
    }
    if (row && merged == MERGED_SECOND)
        note_broken_merge(env, &row->version, version, about, token);
    if (merged == MERGED_BOTH)
        note_merged(env, &row->version, &both, about, token);
    store_put(&storage->store, env, key, merged == MERGED_BOTH ? &both : version);
    env_note(env, NOTE_APPLY, about, token, (uint64_t)version->timestamp, version->is_tombstone);
    if (merged == MERGED_BOTH)
        env_release(env, (void *)(uintptr_t)both.value.data);
}

/* What a repair does without repair-merges: whatever it brings is right. */
void storage_overwrite(struct storage *storage, struct env *env, uint64_t sequence,
                       struct bytes key, const struct version *version, uint64_t about)
{
    const struct store_row *row = store_find(&storage->store, key);
    CHECK_WHY(sequence == storage->applied_sequence + 1, "records are applied in log order");
    storage->applied_sequence = sequence;
    if (row && version_compare(version, &row->version) < 0)
        safeguard_note_broken(env, SAFEGUARD_REPAIR_MERGES, about, key_token(key));
    store_put(&storage->store, env, key, version);
    env_note(env, NOTE_APPLY, about, key_token(key), (uint64_t)version->timestamp,
             version->is_tombstone);
}

bool storage_is_for_topology(uint64_t token)
{
    uint32_t whom = token & 0xff;
    return whom == TOKEN_TOPOLOGY || whom == TOKEN_TOPOLOGY_READ;
}

/* --- forgetting -------------------------------------------------------------------- */

/* A version written meanwhile stays (bitcask, PR 148: a merge that raced with a delete). */
uint64_t storage_forget_row(struct storage *storage, struct env *env, struct bytes key,
                            const struct version *version)
{
    const struct store_row *row = store_find(&storage->store, key);
    if (!row || version_compare(&row->version, version) != 0)
        return 0;
    return store_remove(&storage->store, env, key);
}

uint64_t storage_forget_range(struct storage *storage, struct env *env,
                              struct position_range range)
{
    uint64_t count = store_sum(&storage->store, range).rows;
    for (uint64_t i = 0; i < count; i++) {
        const struct store_row *row = store_after(&storage->store, range.from);
        if (!row || !range_has(range, row->position))
            row = store_first(&storage->store);
        store_remove(&storage->store, env, row->key);
    }
    return count;
}

void storage_forget_in_memory(struct storage *storage, struct env *env,
                              const struct log_record *what, uint64_t about)
{
    if (what->kind == LOG_FORGET_RANGE) {
        storage_forget_range(storage, env, what->range);
        return;
    }
    uint64_t token = key_token(what->key); /* the key may be the row's own, which goes */
    int64_t timestamp = what->version.timestamp;
    if (storage_forget_row(storage, env, what->key, &what->version) > 0)
        env_note(env, NOTE_TOMBSTONE_COLLECTED, about, token, (uint64_t)timestamp, 0);
}

void storage_apply_forget(struct storage *storage, struct env *env, uint64_t sequence,
                          const struct log_record *what, uint64_t about)
{
    CHECK_WHY(sequence == storage->applied_sequence + 1, "records are applied in log order");
    storage->applied_sequence = sequence;
    storage_forget_in_memory(storage, env, what, about);
}

bool storage_get(const struct storage *storage, struct bytes key, struct version *version)
{
    return store_get(&storage->store, key, version);
}
