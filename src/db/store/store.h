/*
 * store.h: the rows of a node in memory, in the order of their positions.
 *
 * Rows are ordered by their position on the circle of the placement, and by key where two
 * have the same (Cassandra keeps its partitions by token, too). So the rows of a range lie
 * side by side: handing a range to a new owner is a walk, and what two replicas of a range
 * differ in is found without looking at the rest.
 *
 * A skip list (Pugh 1990): every row is linked on level 0, every fourth also on level 1, every
 * sixteenth on level 2, and so on. A search starts at the top and goes down wherever the next
 * row would be too far:
 *
 *     level 2   head ------------------------> kiwi -------------------> end
 *     level 1   head ----------> fig --------> kiwi ----------> plum --> end
 *     level 0   head -> apple -> fig -> grape -> kiwi -> lime -> plum -> end
 *
 * Each link also knows how many rows it passes and the sum (modulo 2^64) of their digests. So
 * the number of rows of any range and its fingerprint cost one search, not a walk: the tree
 * of hashes of a range (repair/tree.h) need not be stored, each of its nodes is a question.
 *
 * Why a sum, and not the exclusive or that others take (Cassandra's MerkleTree)? By accident both
 * fail alike: two different sets of rows look equal once in 2^64 comparisons. But the exclusive
 * or is linear: whoever may choose values finds, by solving 64 equations, some hundred rows that
 * can be missing on a replica and nobody notices. Against the sum that trick is none; what is left
 * (Wagner's generalised birthday) needs tens of thousands of chosen rows. Who fears that gives the
 * digests a secret key, or 128 bits. The rows are counted, too.
 *
 * The levels of a row are a pure function of its key's hash. So the shape of the
 * list depends on what is in it and on nothing else: not on the order of the
 * writes, not on a generator that somebody else also draws from.
 *
 * The store is volatile and knows nothing of logs, replicas or which version is
 * the newer one; storage.c decides that. A deleted key keeps its row (with a
 * tombstone) until somebody removes it.
 *
 * Memory is the node's own (env_allocate); a crash drops all of it at once.
 * Keys of one position are ordered as bytes, a shorter key before its extensions.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include "db/env.h"
#include "db/ring/placement.h"
#include "db/store/version.h"

#define STORE_LEVELS 12 /* 4^12 rows before searches get slower */

/* A row, owned by the store. Its bytes are good until the row is next put or removed. */
struct store_row {
    struct bytes key;
    struct version version;
    uint64_t position;
};

/* Rows by number and by what they are: equal for equal rows, whatever came when. */
struct store_sum {
    uint64_t rows;
    uint64_t fingerprint; /* sum of the rows' digests, modulo 2^64; 0 for none */
};

struct store {
    struct store_node *head[STORE_LEVELS]; /* first row of each level, or NULL */
    struct store_sum before[STORE_LEVELS]; /* of the rows before each of these */
    uint64_t count;                        /* rows, tombstones included */
    uint64_t key_bytes;                    /* of all rows */
    uint64_t value_bytes;                  /* of all rows */
    uint32_t levels;                       /* levels in use */
    uint32_t unused;
    struct placement_order order; /* what gives a key its position */
};

/* An empty store; owns no memory. */
void store_init(struct store *store, struct placement_order order);

/* The row of a key, or NULL. */
const struct store_row *store_find(const struct store *store, struct bytes key);

/* The version of a key; false, and a version that was never written, when there is none.
 * Its bytes belong to the row. */
bool store_get(const struct store *store, struct bytes key, struct version *version);

/* Insert the key, or replace its version. Key and value are copied, and `version` may
 * point into this very row. */
const struct store_row *store_put(struct store *store, struct env *env, struct bytes key,
                                  const struct version *version);

/* Forget a key; true when it was there. */
bool store_remove(struct store *store, struct env *env, struct bytes key);

/* Walk in ascending order; NULL is the end. A put or a removal of *other* keys
 * does not disturb a walk. */
const struct store_row *store_first(const struct store *store);
const struct store_row *store_next(const struct store_row *row);

/* The first row that does not stand before `key`, or NULL. */
const struct store_row *store_seek(const struct store *store, struct bytes key);

/* The first row whose position is above `position`, or NULL. */
const struct store_row *store_after(const struct store *store, uint64_t position);

/* Of both together, when no row is in both. */
static inline struct store_sum store_sum_add(struct store_sum a, struct store_sum b)
{
    return (struct store_sum){a.rows + b.rows, a.fingerprint + b.fingerprint};
}

/* How many rows a range has, and their fingerprint. */
struct store_sum store_sum(const struct store *store, struct position_range range);

/* The digest of a row, the part that it has in a fingerprint: of its key and its version. */
uint64_t store_row_digest(struct bytes key, const struct version *version);

/* Free every row. */
void store_clear(struct store *store, struct env *env);

static inline uint64_t store_count(const struct store *store)
{
    return store->count;
}

/* Bytes of keys and values, as a person counts them. */
static inline uint64_t store_bytes(const struct store *store)
{
    return store->key_bytes + store->value_bytes;
}

#endif
