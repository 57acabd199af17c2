/*
 * storage.h: what a node remembers, in memory and beyond a crash.
 *
 *                         storage_append                      storage_apply
 *     replica.c  --(1)--> write-ahead log, page cache         store (memory)
 *                              |                                   ^
 *                             (2) sync, by policy                  |
 *                              v                                   |
 *                         log on the device --(3)-- storage_may_acknowledge? --(4)
 *                              ^                                   |
 *                         recovery reads both back            checkpoint: the store
 *                         after a crash             <-------- as a file, so that old
 *                                                             log can be deleted
 *
 * The rule of the house, "sync before acknowledge": a write is appended (1),
 * synced (2), and only then (3) applied and acknowledged (4). What is applied can
 * be read, so applying waits for the device too: a read never shows what a crash
 * could still take back. Records are applied in the order of their sequence.
 *
 * Who does what. The replica role appends, keeps the write, and after every event
 * it hands to storage asks storage_may_acknowledge for the writes it keeps, oldest
 * first. Storage does the rest: segments, syncs, checkpoints, recovery.
 *
 * Contract of the start. After storage_begin the state is RECOVERING; it becomes
 * READY or REFUSED in some later storage_on_disk. READY means: the store holds
 * every write that was ever acknowledged by the log's rule, plus a prefix of
 * those that were not; all of it is on the device; nothing torn is left behind.
 * REFUSED is final for this life of the process: `reason` says why.
 *
 * A failed sync is never tried again: the kernel may have dropped the pages and
 * the second call would "succeed" (fsyncgate; redb #450, WiredTiger WT-4045). The
 * storage turns REFUSED, nothing that waited is acknowledged, and the next
 * start finds out from the disk what is there.
 *
 * Read next: log.h (bytes of the log), checkpoint.h, recovery.h.
 */
#ifndef DB_STORAGE_H
#define DB_STORAGE_H

#include "db/config.h"
#include "db/conflict/conflict.h"
#include "db/env.h"
#include "db/note.h"
#include "db/store/recovery.h"
#include "db/store/store.h"

#define CHECKPOINT_PIECE_BYTES (64u * 1024u)

enum storage_state {
    STORAGE_RECOVERING, /* reading files back; nothing may be appended or read */
    STORAGE_READY,
    STORAGE_REFUSED, /* damaged, or the disk failed: see `reason` */
    STORAGE_STATE_COUNT,
};

/* A log segment that is on the disk, in ascending order of number. */
struct storage_segment {
    uint32_t number;
    uint32_t unused;
    uint64_t first_sequence; /* of the first record that it holds or would hold */
    uint64_t size;           /* bytes */
};

enum checkpoint_stage {
    CHECKPOINT_IDLE,
    CHECKPOINT_WRITING,  /* pieces go to the part file, each is synced */
    CHECKPOINT_WAITING,  /* the part is durable; the log must be, up to what it shows */
    CHECKPOINT_NAMING,   /* renamed, the directory is being synced */
    CHECKPOINT_REMOVING, /* older segments and checkpoints removed, the directory is being synced */
};

struct log_record;

struct storage {
    uint8_t state;  /* enum storage_state */
    uint8_t reason; /* enum reason, when REFUSED */

    /* The rows. Volatile, derived from checkpoint and log. */
    struct store store;

    /* The log: applied <= appended and synced <= appended, none ever falls. With sync
     * before acknowledge, applied <= synced, too. Sequences start at 1. */
    uint64_t appended_sequence;
    uint64_t synced_sequence;
    uint64_t applied_sequence;
    uint64_t appended_about; /* the request of the last append: the next round is for it */

    /* Segments on the disk. The last one is open, unless `is_segment_due`. */
    struct storage_segment *segments;
    uint32_t segment_count;
    uint32_t segment_room;
    uint32_t next_segment; /* number of the next one to open: never used before */
    bool is_segment_due;   /* the next append opens a new one */

    /* Syncing: at most one round at a time. */
    uint32_t round_waiting;  /* answers of the round still to come; 0: no round under way */
    uint64_t round_sequence; /* durable when the round is done */
    bool is_round_due;       /* begin another one when this one is done */
    bool are_names_unsynced; /* a segment was created since the last round began */
    uint32_t unsynced_from;  /* index of the first segment appended to since then */
    timer_handle sync_timer; /* 0: none */

    /* Checkpoints. */
    uint8_t checkpoint_stage;         /* enum checkpoint_stage */
    uint32_t checkpoint_number;       /* newest complete one; 0: none */
    uint32_t next_checkpoint;         /* number of the next one to write */
    uint64_t checkpoint_covers;       /* of the newest complete one */
    uint64_t log_bytes_since;         /* appended since the last checkpoint began */
    struct checkpoint_writer *writer; /* while a checkpoint is under way */
    uint32_t piece_bytes; /* of rows that it writes at a time, at least; a test may change it */
    uint32_t unused;

    /* Recovery, while RECOVERING. */
    struct storage_start *start;

    /* Only for watching. */
    uint64_t sync_rounds;
    uint64_t records_replayed;
    struct recovery_verdict verdict; /* of the last recovery */
};

/* EVENT_START: begin to recover from the files on the disk. `storage` is zeroed memory. */
void storage_begin(struct storage *storage, struct env *env);

/* Every EVENT_DISK of the node goes here. Afterwards the state may have changed, and more
 * records may be acknowledged. */
void storage_on_disk(struct storage *storage, struct env *env, const struct event *event);

/* Is this the token of a disk event that is for the topology file (topology_file.c)? */
bool storage_is_for_topology(uint64_t token);

/* EVENT_TIMER with TIMER_LOG_SYNC. */
void storage_on_timer(struct storage *storage, struct env *env);

static inline bool storage_is_ready(const struct storage *storage)
{
    return storage->state == STORAGE_READY;
}

/* Append a write to the log and arrange its sync. Only when READY. DISK_OK: *sequence is
 * its number. DISK_NO_SPACE: nothing changed, the log is as it was. DISK_IO_ERROR: the
 * storage is REFUSED from now on. `about` is the request. */
enum disk_status storage_append(struct storage *storage, struct env *env, struct bytes key,
                                const struct version *version, uint64_t about, uint64_t *sequence);

/* May the write with this sequence be applied and acknowledged? */
bool storage_may_acknowledge(const struct storage *storage, const struct node_config *config,
                             uint64_t sequence);

/* Merge an appended write into the store. Every appended
 * sequence once, in ascending order, when storage_may_acknowledge says so. */
void storage_apply(struct storage *storage, struct env *env, uint64_t sequence, struct bytes key,
                   const struct version *version, uint64_t about);

/* The same, but nothing is merged: the version takes the place of what is there (safeguard
 * repair-merges is off). */
void storage_overwrite(struct storage *storage, struct env *env, uint64_t sequence,
                       struct bytes key, const struct version *version, uint64_t about);

/* As storage_append, of any kind of record: a write, or that something is forgotten (key and
 * version, or a range). That is applied in its turn, too, with storage_apply_forget, and not
 * before: what was written before it must be there to go. */
enum disk_status storage_append_record(struct storage *storage, struct env *env,
                                       const struct log_record *what, uint64_t about,
                                       uint64_t *sequence);
void storage_apply_forget(struct storage *storage, struct env *env, uint64_t sequence,
                          const struct log_record *what, uint64_t about);

/* The same in memory alone (without the safeguard durable-forget): a restart brings it back. */
void storage_forget_in_memory(struct storage *storage, struct env *env,
                              const struct log_record *what, uint64_t about);

/* What the store holds of a key: false, and a version that was never written, when
 * nothing. A tombstone is something. The bytes are good until the next storage call. */
bool storage_get(const struct storage *storage, struct bytes key, struct version *version);

/* THE merge of what is there and what comes (conflict.h), unless the safeguards newer-wins and
 * tie-rule are off. For MERGED_BOTH the value is a block of env->memory, the caller's to free. */
enum merged storage_merge(struct env *env, const struct version *stored,
                          const struct version *incoming, struct version *both);

/* No more writes in this life; says why. */
void storage_refuse(struct storage *storage, struct env *env, enum reason reason);

/* "recovering", "ready", "refused" */
const char *storage_state_name(uint32_t state);

#endif
