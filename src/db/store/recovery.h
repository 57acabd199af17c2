/*
 * recovery.h: what do the files of a node say? A pure function of their bytes.
 *
 * The judge is fed one file after the other: checkpoints, newest first, until
 * one is whole; then every log segment, in ascending order. It hands each version
 * that counts to a sink, and at the end it gives its verdict. It touches no disk:
 * a starting node feeds it from env->disk_read (storage_start.c), a check feeds
 * it the files of a node that is down, a fuzzer feeds it nonsense.
 *
 * How a torn tail is told from damage. After a crash the end of the log may be
 * missing, cut in the middle of a record, or full of holes, because sectors reach
 * the device in any order. All of that is normal and is cut off. But a record
 * that was on the device once must still be there; if it is not, no write after it
 * may be believed either, and the node must not start as if nothing had happened.
 * Every record, every segment header and every checkpoint says up to which
 * sequence everything was durable when it was written. So:
 *
 *     a bad record is CORRUPTION if any valid bytes after it say that it was
 *     durable, else it is the TORN TAIL.
 *
 *     | rec 7 | rec 8 | ##### | rec 10, synced 8 |   9 is torn: cut off 9 and 10
 *     | rec 7 | rec 8 | ##### | rec 10, synced 9 |   9 was durable: refuse to start
 *
 * What it cannot know: damage to the very last durable records, after which
 * nothing was written, looks like a torn tail. (Next step: write a mark after
 * each sync.) A node that starts opens a new segment at once, whose header vouches
 * for everything before it.
 */
#ifndef DB_RECOVERY_H
#define DB_RECOVERY_H

#include "db/config.h"
#include "db/env.h"
#include "db/store/version.h"

struct log_record;

enum recovery_outcome {
    RECOVERY_WHOLE,    /* every byte made sense */
    RECOVERY_CUT,      /* a torn tail is to be cut off */
    RECOVERY_CORRUPT,  /* a record that was durable is damaged or missing */
    RECOVERY_LOG_GONE, /* the log begins after what the checkpoints cover */
};

struct recovery_verdict {
    uint32_t outcome;            /* enum recovery_outcome */
    uint32_t is_refused;         /* 0 or 1: the node must not start */
    uint32_t checkpoint;         /* the one that was loaded; 0: none */
    uint32_t damaged_checkpoint; /* the newest one found damaged; 0: none */
    uint64_t damaged_checkpoint_offset;
    uint64_t covers;           /* the checkpoint contains every record up to here */
    uint64_t first_sequence;   /* where the log begins; 0: there is none */
    uint64_t last_sequence;    /* of the last record that counts */
    uint64_t durable_sequence; /* highest that the files say was durable */
    uint64_t record_count;     /* log records handed to the sink */

    /* Where the log that counts ends: `offset` bytes of `segment` (0: there is none) are kept,
     * and nothing of later ones. */
    uint64_t bad_sequence; /* of the record that should come there: torn, damaged, or not written */
    uint32_t segment;
    uint32_t unused;
    uint64_t offset;
    uint64_t dropped_bytes; /* after that place, later segments included */

    /* Without a safeguard: the first record that was replayed and should not have been, 0: none. */
    uint64_t unsound_sequence; /* its checksum is wrong (checksum-on-recovery) */
    uint64_t empty_sequence;   /* it is made of zeros (zero-tail) */
};

/* Takes the versions; `sequence` is that of the log record, or what the checkpoint
 * covers. Rows of the checkpoint come first, then records in order. */
struct recovery_sink {
    void (*take)(void *host, uint64_t sequence, struct bytes key, const struct version *version);
    void *host;
    /* What is forgotten: LOG_FORGET (key, version), LOG_FORGET_RANGE (range). NULL: nothing. */
    void (*forget)(void *host, const struct log_record *record);
};

/* The judge, plain data, the caller's. */
struct recovery {
    uint64_t safeguards_off; /* as in struct node_config */
    struct placement_order order;
    struct recovery_verdict verdict;
    uint64_t expected;     /* sequence that the next record must have */
    uint64_t last_size;    /* of the last segment taken */
    uint32_t last_segment; /* 0: none yet */
    bool has_checkpoint;
    bool is_broken;   /* a bad place was found: from here on only evidence counts */
    bool is_log_gone; /* the log begins too late */
    uint8_t unused;
};

void recovery_begin(struct recovery *recovery, const struct node_config *config);

/* A checkpoint, newest first. True: it is whole, its rows went to the sink, and no other
 * is to be taken. False: damaged, try the one before. */
bool recovery_take_checkpoint(struct recovery *recovery, uint32_t number, struct bytes bytes,
                              const struct recovery_sink *sink);

/* What was found out about one segment. */
struct recovery_segment {
    uint64_t first_sequence; /* of its header; 0 when nothing of it counts */
    uint64_t kept_bytes;     /* from its start; 0 when nothing of it counts */
};

/* A log segment, in ascending order of number. */
struct recovery_segment recovery_take_segment(struct recovery *recovery, uint32_t number,
                                              struct bytes bytes, const struct recovery_sink *sink);

/* After the last file. */
struct recovery_verdict recovery_end(struct recovery *recovery);

/* A file, whole, as the caller found it. */
struct storage_file {
    struct file_name name;
    struct bytes bytes;
};

/* All of the above over files in ascending order of (kind, number): what this node would
 * know if it started now. For checks on a node that is down. */
struct recovery_verdict storage_rebuild_from_files(const struct node_config *config,
                                                   const struct storage_file *files,
                                                   uint32_t file_count,
                                                   const struct recovery_sink *sink);

#endif
