/*
 * hint.h: writes that a replica has missed, kept until it can have them.
 *
 *   coordinator n1                 n2                    n3 is down
 *     |--- write ---------------->|
 *     |--- write ----------------------------------------> x
 *     |  keeps a hint "for n3: the write, with its timestamp"; on the device before it counts
 *     |                                                  | n3 is back
 *     |--- hints: a batch --------------------------------->|   as writes, through its log
 *     |<-- hints_taken --------------------------------------|   when they are durable there
 *     |  notes "done" in the file: delivered, and only now forgotten
 *
 * Who keeps it: the coordinator (Cassandra), or, for a sloppy operation, the next healthy node
 * of the walk, which stands in for the owner and counts towards W (Dynamo, section 4.6;
 * coordinate/sloppy.c). Both lie in the same files, one queue for each target, and go the same
 * way home. Rules, each with its source:
 *
 *   on the device before it counts, or before an operation relies on it; torn ends are cut
 *   the version keeps its timestamp, so that delivering twice is delivering once, and a hint never
 *     overwrites what is newer (CASSANDRA-3466: hints delivered again and again)
 *   forgotten only after the target has it for good, and forgotten for good
 *   nothing is kept for a node that is down longer than `window`; that time runs from the oldest
 *     hint that still waits, and a target that comes up for a moment does not set it back
 *     (CASSANDRA-14309)
 *   a hint older than the grace of tombstones is dropped, since what it would bring back may have
 *     been deleted and forgotten (scylladb #23712)
 *   a target that owns the key no more: all present owners get it (Scylla, hinted handoff design)
 *   delivery takes turns, a bounded number of batches at a time, and not more than `throttle`
 *     bytes a second: so many for all that deliver to one node together (Cassandra)
 *
 * With `ahead` a hint for every owner is on the device before the write is sent, and taken back
 * when the owner acknowledges (as Cassandra's batch log does): then even a coordinator that dies
 * in the middle leaves no replica behind. It costs a sync for each write.
 *
 * hint_file.h shows the bytes; hint_store.c keeps, hint_deliver.c brings home. All hints lie in
 * memory, too, which `max_bytes` bounds. (Next step: read them back from the files.)
 */
#ifndef DB_HINT_H
#define DB_HINT_H

#include "base/table.h"
#include "db/env.h"
#include "db/config.h"
#include "db/store/version.h"
#include "db/note.h"

struct node;

#define HINT_NOBODY UINT32_MAX

struct hint {
    uint64_t id;
    uint64_t request;
    int64_t created_ns;   /* wall clock of whoever kept it first */
    uint64_t ready_ns;    /* monotonic clock: not delivered before; the write is still under way */
    uint64_t record;      /* durable when so many appends are */
    uint64_t done_record; /* others have taken it on: done when so many appends are; 0: not */
    struct bytes row;     /* own copy; row.h */
    uint64_t key;         /* token of its key */
    uint32_t target;
    uint32_t file;        /* that it lies in */
    uint32_t told_to;     /* coordinator that waits until it is durable, or HINT_NOBODY */
    uint8_t is_stand_in;  /* this node holds it in place of the target */
    uint8_t is_durable;
    uint8_t is_sent;      /* in the batch that is on its way */
    uint8_t is_dropped;   /* in no queue and no table any more, only in the list of unsynced ones */
    struct hint *next, *previous; /* of its target, in the order of keeping */
    struct hint *next_unsynced;   /* in the order of appending */
    struct hint *next_alike;      /* of the same key, newest first */
};

enum hint_queue_state {
    HINTS_IDLE, /* waits for the next look */
    HINTS_SENT, /* a batch is on its way */
    HINTS_PACED, /* the throttle says: not yet */
};

/* What waits for one target. */
struct hint_queue {
    struct hint *first, *last;
    uint64_t count;
    uint64_t bytes;
    uint64_t down_since_ns; /* monotonic clock; 0: it counts as up */
    uint64_t sent_ns;       /* the batch: when it went out */
    uint64_t sent_bytes;
    uint64_t sent_first;    /* ids of its first and last hint */
    uint64_t sent_last;
    timer_handle timer;     /* of the batch, or of the throttle */
    uint32_t sent_to;       /* the target, or who takes them over from a node that leaves */
    uint8_t state;          /* enum hint_queue_state */
    uint8_t attempt;        /* sendings that were not answered */
    uint8_t is_told;        /* only for watching: that a rule is broken has been noted */
    uint8_t unused;
};

/* A file of hints; ascending by number, the last one is open. */
struct hint_segment {
    uint32_t number;
    uint32_t live; /* hints in it that are not done */
    uint64_t size; /* bytes */
};

/* A batch that has come in and is not durable here yet. */
struct hint_intake {
    uint64_t first, last; /* as the sender calls its hints */
    uint64_t sequence;    /* of the log: applied up to here */
    uint64_t record;      /* of the hint files: durable up to here */
    uint64_t about;
    uint32_t from;
    uint32_t target;      /* this node, or another one that it keeps them for */
    struct hint_intake *next;
};

struct hints {
    struct hint_queue *queues; /* by node */
    struct table by_id;        /* id -> struct hint */
    struct table by_owner;     /* mix of request and target -> struct hint */
    struct table by_key;       /* token -> the newest hint of that key */
    uint64_t count;
    uint64_t bytes;            /* of rows */

    /* the files */
    struct hint_segment *segments;
    uint32_t segment_count;
    uint32_t segment_room;
    uint64_t next_id;
    uint64_t appended;         /* records, in this life */
    uint64_t synced;
    uint64_t syncing_to;       /* of the sync under way; 0: none */
    uint32_t syncs_waiting;
    uint32_t next_segment;
    uint64_t moved;            /* the oldest file may go when so many appends are durable */
    uint64_t appended_about;   /* request of the last append */
    uint8_t is_ready;          /* all files have been read */
    uint8_t are_names_due;     /* a file was created or removed since the last sync of names */
    uint8_t is_removing;       /* a file was removed, and that is not durable yet */
    uint8_t has_failed;        /* a sync failed: nothing more is kept in this life */
    uint8_t is_segment_due;    /* the next append opens a new file */
    uint8_t is_sync_due;       /* a hint was kept since the last sync began */
    uint8_t unused[2];
    uint32_t reading;          /* index of the file that is being read */
    uint32_t unused_word;
    struct hint *unsynced_first;
    struct hint *unsynced_last;
    struct hint_intake *intake;

    /* delivering */
    uint64_t tick;             /* number of the look that is set; 0: none */
    uint32_t batches;          /* on their way */
    uint32_t turn;             /* target whose turn is next */

    /* only for watching */
    uint64_t delivered;
    uint64_t passed_on;        /* hints whose done_record is set */
};

/* A write to be kept. */
struct hint_wish {
    uint32_t target_count;
    uint32_t targets[2 * REPLICATION_MAX]; /* different nodes */
    uint32_t told_to;         /* or HINT_NOBODY */
    uint64_t request;
    int64_t created_ns;       /* 0: now */
    uint64_t ready_after_ns;  /* monotonic clock */
    struct bytes key;
    const struct version *version;
    bool is_stand_in;
    enum reason why;          /* for the note */
};

/* EVENT_START, and the disk events whose tokens are ours: reads the files. */
void hints_begin(struct node *node, struct env *env);
bool hints_are_asked(uint64_t token);
void hints_on_disk(struct node *node, struct env *env, const struct event *event);

/* Keep a write for all its targets, or none. REASON_NONE, or why not: there are too many, the disk
 * is full. For a target whose window is closed, or for which this request is kept already,
 * nothing is kept. */
enum reason hints_keep(struct node *node, struct env *env, const struct hint_wish *wish);

/* The hint of a request for a target, or NULL. */
struct hint *hints_find(const struct hints *hints, uint64_t request, uint32_t target);

/* It need not be delivered any more; noted in the file with what is appended next. */
void hints_drop(struct node *node, struct env *env, struct hint *hint);

/* Merge into `version` what is held of the key for others. The bytes are good until the next call;
 * what is returned is memory of its value, to be freed by the caller. */
struct bytes hints_merge(const struct node *node, struct env *env, struct bytes key,
                         struct version *version);

/* TIMER_HINTS and TIMER_HINT_BATCH. */
void hints_on_tick(struct node *node, struct env *env);
void hints_on_batch_timer(struct node *node, struct env *env, uint32_t target);

/* After the log or the hint files have been synced: what came in may be durable now. */
void hints_on_applied(struct node *node, struct env *env);

/* A later topology is known: a node that leaves hands on what it has. */
void hints_on_topology(struct node *node, struct env *env);

#endif
