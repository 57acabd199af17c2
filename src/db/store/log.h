/*
 * log.h: the bytes of the write-ahead log, and how to make sense of them.
 *
 * The log is a row of segments, files of about `segment_bytes`. A segment is a
 * header and records, one after the other, and is only ever appended to:
 *
 *     segment 7  | header | record 41 | record 42 | record 43 |
 *     segment 8  | header | record 44 | record 45 |   <- appends go here
 *
 * Header, 32 bytes:
 *
 *   offset  size
 *        0     4  magic: "RLOG"
 *        4     4  version of the format: LOG_VERSION
 *        8     4  number of the segment
 *       12     4  CRC32C over bytes 0 .. 11 and 16 .. 31
 *       16     8  sequence of the first record that it holds or would hold
 *       24     8  synced: every record up to this sequence was durable
 *
 * Record, 25 bytes and its payload:
 *
 *        0     4  length of the whole record, these four bytes included
 *        4     4  CRC32C over its place (segment number in 4 bytes, offset in the file
 *                 in 8), bytes 0 .. 3, and bytes 8 to the end
 *        8     8  sequence: 1 for the first record ever, then one more each
 *       16     8  synced: every record up to this sequence was durable when this one
 *                 was written; always below its own sequence
 *       24     1  kind: 1 a write, 2 a row is forgotten, 3 a range is forgotten
 *       25        payload: 1, 2: a row (row.h); 3: from and to, 8 bytes each
 *
 * What is forgotten (a tombstone that has done its work, a range that went to another owner) is a
 * record like a write: the rows are what the log says, from its beginning to its end. Were it
 * forgotten in memory alone, a restart would bring it back; and a row that comes back after
 * its tombstone has gone everywhere else is a deleted value that lives again.
 *
 * All integers are little-endian. Three decisions are worth a thought:
 *
 *   The length is under the checksum, and is never 0, so a tail of zeros is no
 *   record (CASSANDRA-2128: the checksum of nothing is zero, and zeros passed).
 *
 *   The place is under the checksum: a record counts only where it was written. A
 *   value that holds the bytes of a record, a sector that ended up elsewhere, and
 *   old bytes of a recycled file (Scylla, commitlog v3) can never be taken for one.
 *
 *   `synced` lets recovery tell a torn tail from damage: see recovery.h.
 *
 * Everything here is a pure function over bytes: recovery, checks and a fuzzer use
 * the same scan. docs/log-format.md tells it with an example.
 */
#ifndef DB_LOG_H
#define DB_LOG_H

#include "db/ring/placement.h"
#include "db/store/row.h"

#define LOG_MAGIC              0x474f4c52u /* "RLOG" */
#define LOG_VERSION            1u
#define LOG_HEADER_BYTES       32u
#define LOG_RECORD_FIXED_BYTES 25u
#define LOG_RECORD_MIN         (LOG_RECORD_FIXED_BYTES + ROW_FIXED_BYTES + 1)
#define LOG_RECORD_MAX         (LOG_RECORD_FIXED_BYTES + ROW_SIZE_MAX)

enum log_record_kind {
    LOG_WRITE = 1,    /* a put or a delete */
    LOG_FORGET,       /* a row goes, if it is still this very version */
    LOG_FORGET_RANGE, /* all rows of (from, to] go */
    LOG_RECORD_KIND_COUNT,
};

struct log_header {
    uint32_t number;
    uint64_t first_sequence;
    uint64_t synced;
};

struct log_record {
    uint64_t sequence;
    uint64_t synced;
    struct bytes key;
    struct version version;
    struct position_range range; /* of LOG_FORGET_RANGE, which has no key and no version */
    uint32_t kind;   /* enum log_record_kind */
    uint32_t offset; /* where it begins in its segment */
    uint32_t size;   /* bytes of the whole record */
    bool is_sound;   /* its checksum is right; false only where a safeguard is off */
};

/* --- writing ------------------------------------------------------------------- */

void log_encode_header(uint8_t to[LOG_HEADER_BYTES], const struct log_header *header);

static inline uint32_t log_record_size(struct bytes key, const struct version *version)
{
    return LOG_RECORD_FIXED_BYTES + row_size(key, version);
}

#define LOG_RANGE_RECORD_BYTES (LOG_RECORD_FIXED_BYTES + 16u)

static inline uint32_t log_record_bytes(const struct log_record *record)
{
    return record->kind == LOG_FORGET_RANGE ? LOG_RANGE_RECORD_BYTES
                                            : log_record_size(record->key, &record->version);
}

/* Write log_record_bytes for a record at record->offset of this segment. */
void log_encode_record(uint8_t *to, uint32_t segment_number, const struct log_record *record);

/* --- reading ------------------------------------------------------------------- */

/* The header of what should be segment `number`; false when it is not whole. */
bool log_decode_header(struct bytes segment, uint32_t number, bool is_checked,
                       struct log_header *header);

enum log_found {
    LOG_RECORD, /* *record was filled in; its bytes point into the segment */
    LOG_END,    /* the segment ends cleanly after the last record */
    LOG_BAD,    /* what stands at scan->offset is not record scan->expected */
};

/* A walk over the records of a segment. Plain data; change nothing while it goes on. */
struct log_scan {
    struct bytes segment;
    uint32_t number;
    uint32_t offset;      /* of the next record */
    uint64_t expected;    /* sequence of the next record */
    bool is_checked;      /* safeguard checksum-on-recovery */
    bool is_zero_refused; /* safeguard zero-tail */
};

/* Start after the header, both safeguards on. */
struct log_scan log_scan_begin(struct bytes segment, uint32_t number, uint64_t first_sequence);

enum log_found log_scan_next(struct log_scan *scan, struct log_record *record);

/* The first whole record at `offset` or later, at whatever place; false when there is none. */
bool log_find_record(struct bytes segment, uint32_t number, uint32_t offset,
                     struct log_record *record);

/* The highest `synced` of any whole record at `offset` or later, at whatever place, damaged
 * ones skipped; 0 when there is none. What says that an earlier record was durable. */
uint64_t log_evidence(struct bytes segment, uint32_t number, uint32_t offset);

#endif
