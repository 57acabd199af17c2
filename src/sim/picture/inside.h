/*
 * inside.h: one node opened up: its disk, memory and processor, as plain data.
 *
 * A picture (picture.h) has what every view needs of every node; this is the rest, of one
 * node, taken when somebody looks at it. Making it changes nothing and draws nothing.
 *
 * The log is shown byte by byte, as it lies in the page cache:
 *
 *     segment 2  |header| 41 | 42 | 43 | 44 |##############| 46 |
 *                                ^ synced      bad            behind
 *
 * What is bad is no whole record. Whether that is a torn tail or damage is for recovery to
 * say (db/store/recovery.h); it is asked what it would find if the process started now, and that
 * verdict is part of the plain data.
 *
 * Limits: a log is looked into from its newest byte back, at most INSIDE_LOG_BYTES; recovery
 * is asked when all files together are at most INSIDE_FILE_BYTES; what is cut is said.
 */
#ifndef SIM_INSIDE_H
#define SIM_INSIDE_H

#include "base/base.h"
#include "base/heap.h"
#include "sim/picture/inside_load.h"

struct world;

#define INSIDE_LOG_BYTES  (UINT64_C(512) << 10)
#define INSIDE_FILE_BYTES (UINT64_C(4) << 20)
#define INSIDE_WORK_MAX   32
#define INSIDE_TEXT_MAX   64

enum inside_part_kind {
    INSIDE_HEADER,
    INSIDE_RECORD,   /* a whole record that counts */
    INSIDE_BAD,      /* bytes that are no record where one should be */
    INSIDE_BEHIND,   /* a whole record behind a bad place: never replayed */
    INSIDE_PART_KIND_COUNT,
};

struct inside_part {
    uint8_t kind; /* enum inside_part_kind */
    bool is_tombstone;
    uint64_t from, to; /* bytes of its segment */
    uint64_t sequence; /* of a record */
    char key[24];
};

struct inside_segment {
    uint32_t number;
    uint64_t size;
    uint64_t synced; /* bytes that are on the device */
    bool is_name_durable;
    bool is_read; /* its parts are known */
    uint32_t first_part;
    uint32_t part_count;
};

/* What a start would find. */
enum inside_verdict {
    INSIDE_NOT_ASKED, /* too many bytes */
    INSIDE_WHOLE,
    INSIDE_TORN,     /* the tail is cut off */
    INSIDE_DAMAGED,  /* a record that was durable is damaged or missing: the node refuses */
    INSIDE_LOG_GONE, /* the log begins after what the checkpoint covers: the node refuses */
};

struct inside_log {
    uint32_t segment_count;
    struct inside_segment *segments;
    uint32_t part_count;
    struct inside_part *parts;
    uint64_t bytes;
    uint8_t verdict;       /* enum inside_verdict */
    uint64_t bad_sequence; /* TORN, DAMAGED: the first record that does not count ... */
    uint32_t bad_segment;  /* ... and where it should be */
    uint64_t bad_offset;
    uint64_t dropped_bytes;
    const char *policy; /* when it is synced: "group" ... */
    bool is_syncing;    /* a round is under way, up to: */
    uint64_t syncing_to;
};

struct inside_checkpoint {
    uint32_t number; /* newest complete one; 0: none */
    uint64_t covers;
    uint64_t bytes;
    uint64_t part_bytes; /* of one that is being written */
    uint64_t log_since;  /* bytes of log since the last one began */
    uint64_t every;      /* bytes of log; 0: never */
    const char *doing;   /* NULL, or what is being done about the next one */
};

struct inside_memory {
    uint64_t keys, tombstones;
    uint64_t key_bytes, value_bytes;
    uint64_t heap_bytes;  /* all volatile memory of the process */
    uint32_t waiting_for_sync; /* writes that may not be acknowledged yet */
};

/* The comparison with another owner that is under way, or was the last (db/repair/repair.h). */
#define INSIDE_LEVELS_MAX 24

struct inside_part_that_differs {
    uint32_t level;
    uint32_t from_ppm, to_ppm; /* of all that the two have in common */
};

struct inside_repair {
    bool is_seen;  /* there was one in this life */
    bool is_over;
    bool is_equal;
    uint32_t peer;
    uint32_t level_count;
    uint32_t compared[INSIDE_LEVELS_MAX];  /* sums, on each level */
    uint32_t differing[INSIDE_LEVELS_MAX]; /* of these */
    uint32_t part_count;
    struct inside_part_that_differs *parts;
    uint64_t bytes, rows_taken, rows_sent;
    uint64_t all_bytes; /* of all comparisons that it began in this life */
    int64_t tombstone_age_ns; /* of the oldest one, by its own clock; 0: there is none */
    uint64_t grace_ns;        /* 0: tombstones stay */
};

/* A piece of work for the processor, or an operation of the disk. */
struct inside_work {
    char text[INSIDE_TEXT_MAX];
    vtime since;   /* work: when it came; disk: 0 */
    vtime done_at; /* 0: it waits */
    bool is_held;  /* done, but the node is paused: its effects wait */
};

struct inside_disk {
    uint64_t used;
    uint64_t limit; /* UINT64_MAX: none */
    uint64_t unsynced;
    uint32_t unsynced_names; /* changes of the directory that a power loss could take */
    uint32_t fail_appends, fail_syncs, fail_reads; /* so many to come will fail */
    uint32_t slow_factor;
    vtime stall_until; /* in the past: it does not stall */
    uint64_t appends, syncs, reads; /* so far */
};

struct inside_clock {
    int64_t offset_ns; /* wall clock minus true time */
    int64_t drift_ppb;
    uint64_t granularity_ns;
};

/* What waits at it for one other node. */
struct inside_hints {
    uint32_t target;
    bool is_sent;        /* a batch is on its way */
    uint64_t count, bytes;
    uint64_t stand_ins;  /* of them: held in place of the target */
    vtime oldest;        /* how long the oldest has been kept, by this node's clock */
};

struct inside {
    uint32_t node;
    bool is_running; /* there is a process: memory means something */
    vtime now;
    struct inside_clock clock;
    struct inside_log log;
    struct inside_checkpoint checkpoint;
    struct inside_memory memory;
    struct inside_disk disk;
    struct inside_repair repair;
    struct inside_load load;
    bool has_hints;       /* hints are on in this scenario */
    uint32_t hint_count;  /* nodes for which some wait */
    struct inside_hints *hints;
    uint32_t hint_files;

    /* the processor */
    uint32_t cores, busy, waiting, slow_factor;
    uint32_t work_count; /* what is on cores, then what waits, in order; at most INSIDE_WORK_MAX */
    struct inside_work *work;
    uint32_t device_count; /* what the disk was given and has not done, in order */
    struct inside_work *device;
};

/* Everything is allocated in `scratch`, which the caller drops when done. */
void inside_take(const struct world *world, uint32_t node, struct heap *scratch,
                 struct inside *inside);

#endif
