/*
 * storage_start.c: from the files on the disk back to a store.
 *
 *     READING    one file after the other, in pieces, to the judge (recovery.h):
 *                checkpoints from the newest on until one is whole, then every segment
 *                                                     -> refuse, when it says so
 *                What the verdict would destroy is read a second time, all of it, before it is
 *                destroyed: a read may have brought other bytes than those that are there, and
 *                would not be worse than a crash if we were not about to make it true
 *                                                     -> refuse, if the two differ
 *     CUTTING    what is torn is cut off, what was never finished is removed, and what
 *                is kept is synced: after a crash of the process alone it may still be in
 *                the page cache only, and from here on we build on it
 *     OPENING    a new segment for new records, with the word in its header that
 *                everything before it is durable; what the checkpoint covers is removed
 *     READY
 *
 * Every step may be interrupted by another crash: each only moves the files closer to
 * the same verdict, so recovering again, from any point on, gives the same rows.
 * Removal waits for OPENING, since only then is the checkpoint's name surely durable.
 *
 * A full disk does not keep a node from starting: when there is no room for the
 * header of a new segment, the first append will try again.
 */
#include "db/store/storage_parts.h"

#include <string.h>

#include "base/crc32c.h"
#include "db/safeguard.h"
#include "db/store/log.h"

#define READ_PIECE_BYTES (256u * 1024u)

enum start_phase { START_READING, START_CUTTING, START_OPENING };

struct storage_start {
    uint8_t phase; /* enum start_phase */
    struct recovery judge;

    /* all files, ascending by (kind, number): segments, checkpoints, parts */
    struct file_entry *files;
    uint32_t file_count;
    uint32_t segment_count;
    uint32_t checkpoint_count;
    struct recovery_segment *segments; /* what became of each segment */

    /* READING */
    uint32_t step;  /* how many files have been dealt with; see file_of_step */
    uint8_t *bytes; /* of the file that is being read */
    uint64_t have;  /* bytes of it read so far */
    uint32_t checksum; /* of all bytes of this reading, in order */
    uint32_t first_checksum; /* of the reading before it, if this is the second one */
    bool is_second;

    /* CUTTING, OPENING */
    uint32_t waiting; /* syncs still to come back */
};

/* What a read or a sync of the recovery is about: a file, and which piece of it. */
static uint64_t about_recovery(const struct env *env, struct file_name file, uint64_t piece)
{
    uint64_t number = (uint64_t)file.kind << 44 | (uint64_t)file.number << 12 | (piece & 0xfff);
    return about_node(ABOUT_RECOVERY, env->self, number);
}

static void start_sync(struct storage_start *start, struct env *env, struct file_name file)
{
    storage_sync_file(env, file, TOKEN_START, about_recovery(env, file, start->phase));
    start->waiting++;
}

static void forget_start(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    env_release(env, start->files);
    env_release(env, start->segments);
    env_release(env, start->bytes);
    env_release(env, start);
    storage->start = NULL;
}

/* --- OPENING ------------------------------------------------------------------------ */

static void become_ready(struct storage *storage, struct env *env)
{
    forget_start(storage, env);
    storage->state = STORAGE_READY;
    storage->are_names_unsynced = false;
    storage->unsynced_from = storage->segment_count;
    env_note(env, NOTE_NODE_READY, 0, storage->store.count, storage->appended_sequence,
             storage->records_replayed);
}

/* The last segment goes on being used if it has no record yet. */
static bool is_last_segment_fresh(const struct storage *storage)
{
    if (storage->segment_count == 0)
        return false;
    const struct storage_segment *last = &storage->segments[storage->segment_count - 1];
    return last->size == LOG_HEADER_BYTES && last->first_sequence == storage->appended_sequence + 1;
}

static void adopt_segments(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    for (uint32_t i = 0; i < start->segment_count; i++) {
        struct storage_segment segment = {.number = start->files[i].name.number,
                                          .first_sequence = start->segments[i].first_sequence,
                                          .size = start->segments[i].kept_bytes};
        storage->next_segment = segment.number + 1;
        storage->log_bytes_since += segment.size;
        if (segment.size > 0)
            storage_add_segment(storage, env, segment);
    }
}

static uint32_t remove_older_checkpoints(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    uint32_t count = 0;
    for (uint32_t i = 0; i < start->file_count; i++) {
        struct file_name file = start->files[i].name;
        if (file.kind != FILE_CHECKPOINT || file.number >= storage->checkpoint_number)
            continue;
        env->disk_remove(env, file);
        count++;
    }
    return count;
}

static void begin_opening(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    start->phase = START_OPENING;
    adopt_segments(storage, env);
    bool is_opened = false;
    storage->is_segment_due = !is_last_segment_fresh(storage);
    if (storage->is_segment_due)
        is_opened = storage_open_segment(storage, env, 0) == DISK_OK;
    uint32_t removed = remove_older_checkpoints(storage, env);
    removed += storage_remove_covered(storage, env, storage->checkpoint_covers);
    if (is_opened)
        start_sync(start, env, log_file(storage->segments[storage->segment_count - 1].number));
    if (is_opened || removed > 0)
        start_sync(start, env, NAMES_OF_ALL_FILES);
    else
        become_ready(storage, env);
}

/* --- CUTTING ------------------------------------------------------------------------ */

/* Nothing vouches for what comes after `durable_sequence`: it may be in the page cache only. */
static bool may_be_unsynced(const struct storage_start *start, uint32_t index,
                            const struct recovery_verdict *verdict)
{
    const struct recovery_segment *segment = &start->segments[index];
    uint64_t last = verdict->last_sequence;
    if (index + 1 < start->segment_count && start->segments[index + 1].kept_bytes > 0)
        last = start->segments[index + 1].first_sequence - 1;
    return MAX(last, segment->first_sequence) > verdict->durable_sequence;
}

static void cut_segment(struct storage *storage, struct env *env, uint32_t index)
{
    struct storage_start *start = storage->start;
    const struct file_entry *file = &start->files[index];
    uint64_t kept = start->segments[index].kept_bytes;
    if (kept == 0) {
        env->disk_remove(env, file->name);
        return;
    }
    if (kept < file->size)
        env->disk_truncate(env, file->name, kept);
    if (kept < file->size || may_be_unsynced(start, index, &storage->verdict))
        start_sync(start, env, file->name);
}

/* Checkpoints that were never finished, or are damaged and have just been rebuilt. */
static void remove_useless_checkpoints(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    for (uint32_t i = start->segment_count; i < start->file_count; i++) {
        struct file_name file = start->files[i].name;
        storage->next_checkpoint = MAX(storage->next_checkpoint, file.number + 1);
        if (file.kind == FILE_CHECKPOINT_PART || file.number > storage->checkpoint_number)
            env->disk_remove(env, file);
    }
}

static void begin_cutting(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    start->phase = START_CUTTING;
    for (uint32_t i = 0; i < start->segment_count; i++)
        cut_segment(storage, env, i);
    remove_useless_checkpoints(storage, env);
    start_sync(start, env, NAMES_OF_ALL_FILES);
}

static void read_on(struct storage *storage, struct env *env);

/* --- the verdict ---------------------------------------------------------------------- */

static void refuse_for_damage(struct storage *storage, struct env *env)
{
    const struct recovery_verdict *verdict = &storage->verdict;
    storage->state = STORAGE_REFUSED;
    storage->reason = REASON_BAD_CHECKSUM;
    if (verdict->outcome == RECOVERY_LOG_GONE)
        env_note(env, NOTE_NODE_LOG_GONE, 0, verdict->covers + 1, verdict->first_sequence,
                 verdict->damaged_checkpoint);
    else
        env_note(env, NOTE_NODE_REFUSED, 0, verdict->bad_sequence, verdict->segment,
                 verdict->offset);
    forget_start(storage, env);
}

static void note_broken_at(struct env *env, enum safeguard safeguard, uint64_t sequence)
{
    safeguard_note_broken(env, safeguard, about_node(ABOUT_LOG, env->self, sequence), sequence);
}

/* With safeguards off: what a sound log would not have let happen. */
static void note_broken_rules(struct env *env, const struct recovery_verdict *verdict)
{
    bool is_damaged = verdict->outcome == RECOVERY_CORRUPT || verdict->outcome == RECOVERY_LOG_GONE;
    if (verdict->unsound_sequence > 0)
        note_broken_at(env, SAFEGUARD_CHECKSUM_ON_RECOVERY, verdict->unsound_sequence);
    if (verdict->empty_sequence > 0)
        note_broken_at(env, SAFEGUARD_ZERO_TAIL, verdict->empty_sequence);
    if (is_damaged)
        note_broken_at(env, SAFEGUARD_REFUSE_MIDDLE_CORRUPTION, verdict->bad_sequence);
}

/* From the beginning, as if nothing had been read. */
static void read_again(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    env_note(env, NOTE_RECOVERY_AGAIN, 0, storage->verdict.dropped_bytes,
             (uint64_t)FILE_LOG << 32 | storage->verdict.segment, storage->verdict.offset);
    start->is_second = true;
    start->first_checksum = start->checksum;
    start->checksum = 0;
    start->step = 0;
    store_clear(&storage->store, env);
    recovery_begin(&start->judge, env->config);
    read_on(storage, env);
}

/* Kafka cut its log off where a read had brought bad bytes, and replicas followed (Ganesan et al.,
 * "Redundancy Does Not Imply Fault Tolerance", FAST 2017). True when it was read once more. */
static bool is_to_be_read_again(struct storage *storage, struct env *env)
{
    const struct recovery_verdict *verdict = &storage->verdict;
    bool is_destroying = verdict->dropped_bytes > 0 || verdict->damaged_checkpoint > 0;
    if (!is_destroying || storage->start->is_second)
        return false;
    if (safeguard_is_on(env->config, SAFEGUARD_READ_TWICE_BEFORE_CUT))
        return true;
    note_broken_at(env, SAFEGUARD_READ_TWICE_BEFORE_CUT, verdict->last_sequence + 1);
    return false;
}

static void on_everything_read(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    storage->verdict = recovery_end(&start->judge);
    const struct recovery_verdict *verdict = &storage->verdict;
    if (start->is_second && start->checksum != start->first_checksum) {
        storage_refuse(storage, env, REASON_IO_ERROR);
        return;
    }
    if (verdict->is_refused) {
        refuse_for_damage(storage, env);
        return;
    }
    if (is_to_be_read_again(storage, env)) {
        read_again(storage, env);
        return;
    }
    note_broken_rules(env, verdict);
    if (verdict->dropped_bytes > 0)
        env_note(env, NOTE_TAIL_CUT, 0, verdict->segment, verdict->offset, verdict->dropped_bytes);
    storage->records_replayed = verdict->record_count;
    storage->checkpoint_number = verdict->checkpoint;
    storage->checkpoint_covers = verdict->covers;
    storage->appended_sequence = verdict->last_sequence;
    storage->synced_sequence = verdict->last_sequence; /* true when CUTTING is done */
    storage->applied_sequence = verdict->last_sequence;
    begin_cutting(storage, env);
}

/* --- READING ------------------------------------------------------------------------ */

/* Checkpoints from the newest on, then segments in ascending order. */
static const struct file_entry *file_of_step(const struct storage_start *start)
{
    uint32_t checkpoints_end = start->segment_count + start->checkpoint_count;
    if (start->step < start->checkpoint_count)
        return &start->files[checkpoints_end - 1 - start->step];
    if (start->step < checkpoints_end)
        return &start->files[start->step - start->checkpoint_count];
    return NULL;
}

struct merge_host {
    struct storage *storage;
    struct env *env;
};

static void merge_taken(void *host, uint64_t sequence, struct bytes key,
                        const struct version *version)
{
    struct merge_host *merge = host;
    struct store *store = &merge->storage->store;
    const struct store_row *row = store_find(store, key);
    (void)sequence;
    if (!conflict_is_whole(merge->env->memory, version))
        return; /* without checksum-on-recovery anything may be in a log */
    struct version both;
    enum merged merged =
        row ? storage_merge(merge->env, &row->version, version, &both) : MERGED_SECOND;
    if (merged != MERGED_FIRST)
        store_put(store, merge->env, key, merged == MERGED_BOTH ? &both : version);
    if (merged == MERGED_BOTH)
        env_release(merge->env, (void *)(uintptr_t)both.value.data);
}

static void forget_taken(void *host, const struct log_record *record)
{
    struct merge_host *merge = host;
    if (record->kind == LOG_FORGET)
        storage_forget_row(merge->storage, merge->env, record->key, &record->version);
    else
        storage_forget_range(merge->storage, merge->env, record->range);
}

static void take_checkpoint(struct storage *storage, struct env *env, uint32_t number,
                            struct bytes bytes, const struct recovery_sink *sink)
{
    struct storage_start *start = storage->start;
    struct recovery *judge = &start->judge;
    if (recovery_take_checkpoint(judge, number, bytes, sink)) {
        if (!start->is_second)
            env_note(env, NOTE_CHECKPOINT_LOADED, 0, number, judge->verdict.covers,
                     storage->store.count);
        start->step = start->checkpoint_count; /* the older ones are not needed */
        return;
    }
    if (!start->is_second)
        env_note(env, NOTE_CHECKPOINT_DAMAGED, 0, number, judge->verdict.damaged_checkpoint_offset,
                 0);
    start->step++;
}

static void take_file(struct storage *storage, struct env *env, const struct file_entry *file)
{
    struct storage_start *start = storage->start;
    struct merge_host host = {storage, env};
    struct recovery_sink sink = {merge_taken, &host, forget_taken};
    struct bytes bytes = {start->bytes, (uint32_t)start->have};
    if (file->name.kind == FILE_CHECKPOINT) {
        take_checkpoint(storage, env, file->name.number, bytes, &sink);
    } else {
        start->segments[start->step - start->checkpoint_count] =
            recovery_take_segment(&start->judge, file->name.number, bytes, &sink);
        start->step++;
    }
    env_release(env, start->bytes);
    start->bytes = NULL;
    start->have = 0;
}

/* Ask for the next piece; empty files need none. */
static void read_on(struct storage *storage, struct env *env)
{
    struct storage_start *start = storage->start;
    const struct file_entry *file;
    while ((file = file_of_step(start)) && start->have == file->size)
        take_file(storage, env, file);
    if (!file) {
        on_everything_read(storage, env);
        return;
    }
    CHECK_WHY(file->size <= UINT32_MAX, "a file is read as a whole");
    if (!start->bytes)
        start->bytes = env_allocate(env, file->size);
    uint32_t size = (uint32_t)MIN(file->size - start->have, READ_PIECE_BYTES);
    env->disk_read(env, file->name, start->have, size,
                   (uint64_t)file->name.number << 16 | file->name.kind << 8 | TOKEN_START,
                   about_recovery(env, file->name,
                                  start->have / READ_PIECE_BYTES + (start->is_second ? 0x800 : 0)));
}

static void on_piece_read(struct storage *storage, struct env *env, const struct event *event)
{
    struct storage_start *start = storage->start;
    const struct file_entry *file = file_of_step(start);
    uint32_t expected = (uint32_t)MIN(file->size - start->have, READ_PIECE_BYTES);
    if (event->status != DISK_OK || event->size != expected) {
        storage_refuse(storage, env, REASON_IO_ERROR);
        return;
    }
    memcpy(start->bytes + start->have, event->data, event->size);
    start->checksum = crc32c_extend(start->checksum, event->data, event->size);
    start->have += event->size;
    read_on(storage, env);
}

/* --- the way in ------------------------------------------------------------------------ */

static void list_files(struct storage_start *start, struct env *env)
{
    start->file_count = env->disk_list(env, NULL, 0);
    start->files = env_allocate(env, start->file_count * sizeof *start->files);
    env->disk_list(env, start->files, start->file_count);
    while (start->file_count > 0 && start->files[start->file_count - 1].name.kind >= FILE_TOPOLOGY)
        start->file_count--; /* another file's reader has that one */
    for (uint32_t i = 0; i < start->file_count; i++) {
        start->segment_count += start->files[i].name.kind == FILE_LOG;
        start->checkpoint_count += start->files[i].name.kind == FILE_CHECKPOINT;
    }
    start->segments = env_allocate(env, start->segment_count * sizeof *start->segments);
}

void storage_begin(struct storage *storage, struct env *env)
{
    storage->state = STORAGE_RECOVERING;
    storage->next_segment = 1;
    storage->next_checkpoint = 1;
    storage->piece_bytes = CHECKPOINT_PIECE_BYTES;
    store_init(&storage->store, placement_order(&env->config->placement));
    storage->start = env_allocate(env, sizeof *storage->start);
    recovery_begin(&storage->start->judge, env->config);
    list_files(storage->start, env);
    env_note(env, NOTE_RECOVERY_BEGUN, 0, storage->start->file_count, 0, 0);
    read_on(storage, env);
}

void storage_start_on_disk(struct storage *storage, struct env *env, const struct event *event)
{
    struct storage_start *start = storage->start;
    CHECK_WHY(start != NULL, "only a node that recovers waits for this");
    if (start->phase == START_READING) {
        on_piece_read(storage, env, event);
        return;
    }
    CHECK(start->waiting > 0);
    start->waiting--;
    if (event->status != DISK_OK)
        storage_refuse(storage, env, REASON_IO_ERROR);
    else if (start->waiting == 0 && start->phase == START_CUTTING)
        begin_opening(storage, env);
    else if (start->waiting == 0)
        become_ready(storage, env);
}
