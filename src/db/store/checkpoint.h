/*
 * checkpoint.h: the bytes of a checkpoint.
 *
 * A checkpoint is the store as one file, so that older log can be deleted.
 *
 *     | header | row | row | row | ... | footer |      rows in the order of the store
 *
 * Header, 32 bytes:
 *
 *   offset  size
 *        0     4  magic: "RCKP"
 *        4     4  version of the format: CHECKPOINT_VERSION
 *        8     4  number of the checkpoint
 *       12     4  CRC32C over bytes 0 .. 11 and 16 .. 31
 *       16     8  covers: the effect of every record up to this sequence is in here
 *       24     8  0
 *
 * Footer, the last 32 bytes:
 *
 *        0     4  magic: "RCKE"
 *        4     4  CRC32C over the header, all rows, and bytes 8 .. 31 of the footer
 *        8     8  count of rows
 *       16     8  reaches: no effect of any later record is in here
 *       24     8  bytes of rows
 *
 * The checkpoint is fuzzy: it is written in pieces, while writes go on, so a row
 * may already show records after `covers`. That does no harm, since merging a
 * version twice changes nothing, provided that the log still has all records up
 * to `reaches`; so the log is synced up to there before the checkpoint gets its
 * name (CASSANDRA-2285: a position past the synced log).
 *
 * storage_checkpoint.c writes it, step by step; recovery.c reads it.
 */
#ifndef DB_CHECKPOINT_H
#define DB_CHECKPOINT_H

#include "db/ring/placement.h"
#include "db/store/row.h"

#define CHECKPOINT_MAGIC        0x504b4352u /* "RCKP" */
#define CHECKPOINT_END_MAGIC    0x454b4352u /* "RCKE" */
#define CHECKPOINT_VERSION      1u
#define CHECKPOINT_HEADER_BYTES 32u
#define CHECKPOINT_FOOTER_BYTES 32u

struct checkpoint_header {
    uint32_t number;
    uint64_t covers;
};

struct checkpoint_footer {
    uint64_t row_count;
    uint64_t row_bytes;
    uint64_t reaches;
};

/* --- writing: the checksum runs along, from 0 over header, rows and footer ----------- */

uint32_t checkpoint_encode_header(uint8_t to[CHECKPOINT_HEADER_BYTES],
                                  const struct checkpoint_header *header);
void checkpoint_encode_footer(uint8_t to[CHECKPOINT_FOOTER_BYTES], uint32_t crc,
                              const struct checkpoint_footer *footer);

/* --- reading --------------------------------------------------------------------------- */

struct checkpoint_scan {
    struct bytes bytes;
    uint32_t offset; /* of the next row, or where the damage is */
    uint32_t rows_end;
    struct checkpoint_header header;
    struct checkpoint_footer footer;
    uint64_t rows_left;
    struct bytes last_key;
    struct placement_order order;
};

/* Check header, footer and checksum (the latter only when `is_checked`). False: damaged, at
 * scan->offset as far as that can be told. */
bool checkpoint_scan_begin(struct checkpoint_scan *scan, struct placement_order order,
                           struct bytes bytes, uint32_t number, bool is_checked);

/* The next row, pointing into the bytes; false after the last one, or at damage (then
 * checkpoint_scan_is_whole says no). */
bool checkpoint_scan_next(struct checkpoint_scan *scan, struct bytes *key, struct version *version);

/* After checkpoint_scan_next said false: was that the end? */
bool checkpoint_scan_is_whole(const struct checkpoint_scan *scan);

#endif
