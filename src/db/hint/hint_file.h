/*
 * hint_file.h: the bytes of the files in which a node keeps hints.
 *
 * A node has a row of such files (FILE_HINTS, numbered from 1), only ever appended to, the
 * last of them open. Each is a row of records without a header:
 *
 *     file 3  | hints 7 for n2, 8 for n3 | done 7 | hint 9 for n2 |
 *     file 4  | done 8, 9 | hint 10 for n3 |        <- appends go here
 *
 *   offset  size
 *        0     4  length of the whole record
 *        4     4  CRC32C over its place (number of the file in 4 bytes, offset in 8), bytes
 *                 0 .. 3, and bytes 8 to the end
 *        8     1  kind: 1 hint, 2 done
 *   hint:
 *        9     8  identity: ascending, and never used twice while a file of it is there
 *       17     8  the request that it is about
 *       25     8  wall clock of whoever kept it first, when that was
 *       33     1  1: this node stands in for the target (sloppy quorum); else 0
 *       34     1  targets, n: 1 .. HINT_TARGETS_MAX
 *       35    2n  the nodes that have missed it; the hint for the i-th one, from 0, has the
 *                 identity above plus i
 *  35 + 2n        the write, with the timestamp that it had (row.h)
 *   done:
 *        9     2  how many, 1 .. HINT_DONE_MAX
 *       11    8n  identities of hints that need not be delivered any more
 *
 * The hints of one write are one record, so that a torn end takes all of them or none: else a write
 * that was never sent would reach some of its owners, and not the others.
 *
 * Integers are little-endian. Each record speaks for itself: what a torn end has lost is a hint
 * that was never counted, or a `done` after which a hint is delivered once more, which changes
 * nothing. So a reader stops at the first record of a file that is not whole, as in the log
 * (log.h: why length and place are under the checksum), and goes on with the next file.
 *
 * Pure functions over bytes: recovery, the judge of lost writes and a fuzzer use the same scan.
 */
#ifndef DB_HINT_FILE_H
#define DB_HINT_FILE_H

#include "db/store/row.h"

#define HINT_FIXED_BYTES 35u
#define HINT_TARGETS_MAX (2 * REPLICATION_MAX)
#define DONE_FIXED_BYTES 11u
#define HINT_DONE_MAX    4096u

enum hint_record_kind { HINT_KEPT = 1, HINT_DONE = 2 };

struct hint_record {
    uint8_t kind; /* enum hint_record_kind */

    /* HINT_KEPT; key and value point into the file when it was read */
    bool is_stand_in;
    uint32_t target_count;
    uint32_t targets[HINT_TARGETS_MAX];
    uint64_t id; /* of the first */
    uint64_t request;
    int64_t created_ns;
    struct bytes key;
    struct version version;

    /* HINT_DONE */
    uint32_t done_count;
    const uint8_t *done; /* 8 bytes each; see hint_done_id */
};

uint32_t hint_record_size(const struct hint_record *record);

/* Write hint_record_size bytes for a record at this offset of this file. For a HINT_DONE,
 * `done` points to identities in the encoding above. */
void hint_record_encode(uint8_t *to, uint32_t file, uint64_t offset,
                        const struct hint_record *record);

/* A walk over the records of a file. */
struct hint_scan {
    struct bytes bytes;
    uint32_t file;
    uint32_t offset; /* of the next record */
};

/* False at the end, or at what is no whole record: then offset < bytes.size. */
bool hint_scan_next(struct hint_scan *scan, struct hint_record *record);

static inline uint64_t hint_done_id(const struct hint_record *record, uint32_t index)
{
    return get_number(record->done + 8 * index, 8);
}

#endif
