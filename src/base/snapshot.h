/*
 * snapshot.h: a region's pages at one moment, and the way back to it.
 *
 * A snapshot is a table of pages. Taking one compares each page of the region
 * with the same page of an earlier snapshot: an equal page is shared (and
 * counted), a changed one is copied. Restoring copies back only what differs.
 *
 *     region now        A B C'D      (C was written, D is new)
 *     snapshot 1        A B C           \
 *     snapshot 2        | |   C' D       > the store: each page once, with
 *                       +-+- shared     /  the number of tables it is in
 *
 * Comparing is all there is: no write protection and no dirty bits. 16 MiB are
 * compared in about a millisecond, which is less than the page faults of any
 * cleverer scheme would cost (measured in a prototype). A page of zeros is never
 * stored at all.
 *
 * The store lies outside every region and owns all snapshots in it. When it is
 * full, snapshot_take gives NULL and the caller decides what to forget.
 * A snapshot fits only the region it was taken of, at the same base.
 */
#ifndef BASE_SNAPSHOT_H
#define BASE_SNAPSHOT_H

#include "base/digest.h"
#include "base/region.h"

#define SNAPSHOT_STORE_PLAN    (UINT64_C(256) << 20) /* the usual limit of a store */
#define SNAPSHOT_NO_DIFFERENCE UINT64_MAX

struct snapshot; /* owned by its store; valid until snapshot_drop or the store is closed */

struct snapshot_store {
    uint8_t *pages;          /* page i lies at pages + i * 4096; page 0 is never used */
    uint32_t *counts;        /* of each page: tables it is in; for a free one the next free page */
    uint32_t page_limit;     /* pages in the reserve */
    uint32_t page_ready;     /* pages made present so far */
    uint32_t page_end;       /* pages from here on were never used */
    uint32_t page_used;      /* in use now, tables included */
    uint32_t first_free;     /* 0: none */
    uint32_t snapshot_count; /* alive now */
};

/* Set up an empty store that never holds more than `limit_bytes` (1 MiB .. 1 TiB). On
 * refusal: false, and *why is one sentence (a constant). The caller owns the struct. */
bool snapshot_store_open(struct snapshot_store *store, uint64_t limit_bytes, const char **why);

/* Give everything back; all of its snapshots are dead. */
void snapshot_store_close(struct snapshot_store *store);

/* Bytes in use: what the limit is compared with. */
uint64_t snapshot_store_bytes(const struct snapshot_store *store);

/* Take a snapshot of the region as it is. `previous` (or NULL) is a snapshot of the same
 * region in the same store, best the nearest one: it is shared with, and not changed.
 * NULL when the store is full; the store is then as before. */
struct snapshot *snapshot_take(struct snapshot_store *store, const struct region *region,
                               const struct snapshot *previous);

/* Put the region back to exactly these bytes, everything past its mark to zero. */
void snapshot_restore(const struct snapshot_store *store, struct region *region,
                      const struct snapshot *snapshot);

/* Forget a snapshot; pages that no other one shares become free. NULL is allowed. */
void snapshot_drop(struct snapshot_store *store, struct snapshot *snapshot);

/* Offset in the region of the first page in which two snapshots differ, or
 * SNAPSHOT_NO_DIFFERENCE. They may come from different stores (and regions). */
uint64_t snapshot_first_difference(const struct snapshot_store *store_a, const struct snapshot *a,
                                   const struct snapshot_store *store_b, const struct snapshot *b);

/* The same, between a snapshot and the region as it is now. */
uint64_t snapshot_first_change(const struct snapshot_store *store, const struct snapshot *snapshot,
                               const struct region *region);

/* A digest of all pages of the region up to its high-water mark. It covers pointers too, so
 * only digests of one and the same base can be compared. For tests: a re-run from a
 * restored snapshot must give identical pages. */
struct digest snapshot_page_digest(const struct region *region);

#endif
