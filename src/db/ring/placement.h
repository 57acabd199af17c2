/*
 * placement.h: who keeps what.
 *
 * Every key has a position on a circle of 2^64 (its hash, or, for key ranges, its
 * first bytes). A placement cuts the circle into ranges and gives each range a walk:
 * nodes in the order in which they are asked to keep it. The first N distinct ones
 * are its replicas, the next ones stand in for them (sloppy quorum).
 *
 *     range i = (end of range i-1, end of range i], round the end of the circle
 *
 *     position --> range --> start of the walk --> n3, n1, n1, n4, ... --> n3 n1 n4
 *
 * The strategies differ in where the ranges end and where a walk goes:
 *
 *   tokens       a range ends at each token of each node; on to the next tokens
 *                (Dynamo, section 6.2, strategy 1; Cassandra)
 *   partitions   Q equal ranges; tokens only order the nodes: from the first token after
 *                the range's end (strategy 2)
 *   equal        Q equal ranges, Q/S of them to each of S nodes; on to the owners of the
 *                next ranges (strategy 3; Riak). Who owns what is kept, not computed: a
 *                node that joins steals, one that leaves hands back
 *   ranges       ranges of keys in their order, split and merged by hand or by load
 *                (Bigtable, HBase, CockroachDB); on to the next members
 *   jump         Q equal ranges; jump consistent hash (Lamping, Veach 2014), again with
 *                another salt for each further replica
 *   rendezvous   Q equal ranges; members by their weight hash(range, member), the highest
 *                first (Thaler, Ravishankar 1998)
 *   maglev       Q equal ranges; along Maglev's lookup table (Eisenbud et al. 2016)
 *   bounded      tokens, but a node that has its share takes no more (Mirrokni et al. 2017)
 *   multi-probe  tokens, and of several positions of a range the one that is nearest to its
 *                token counts (Appleton, O'Reilly 2015)
 *
 * A placement is a pure function of configuration, members, and for `equal` and `ranges`
 * the table of owners: all nodes that agree on these agree on all of it. Nothing here
 * knows who is up, or that members change: see topology.h.
 */
#ifndef DB_PLACEMENT_H
#define DB_PLACEMENT_H

#include "base/base.h"
#include "base/hash.h"
#include "base/heap.h"

/* PLACEMENT(IDENTIFIER, "name", "in one line") */
#define PLACEMENTS(PLACEMENT)                                                                      \
    PLACEMENT(TOKENS, "tokens", "random tokens of each node on a ring")                            \
    PLACEMENT(PARTITIONS, "partitions", "equal partitions, ordered by random tokens")              \
    PLACEMENT(EQUAL, "equal", "equal partitions, equally many for each node")                      \
    PLACEMENT(RANGES, "ranges", "ranges of keys, split and merged")                                \
    PLACEMENT(JUMP, "jump", "jump consistent hash")                                                \
    PLACEMENT(RENDEZVOUS, "rendezvous", "the nodes of highest weight")                             \
    PLACEMENT(MAGLEV, "maglev", "Maglev's lookup table")                                           \
    PLACEMENT(BOUNDED, "bounded", "tokens, with a bound on each node's load")                      \
    PLACEMENT(MULTI_PROBE, "multi-probe", "tokens, the nearest of several probes")

enum placement_strategy {
#define PLACEMENT(identifier, name, meaning) PLACEMENT_##identifier,
    PLACEMENTS(PLACEMENT)
#undef PLACEMENT
    PLACEMENT_COUNT,
};

#define PARTITIONS_MAX 65536u

struct placement_config {
    uint8_t strategy;      /* enum placement_strategy */
    uint8_t hash;          /* enum hash_kind: of keys, and of what is placed */
    bool is_rack_aware;    /* replicas in as many racks as there are */
    uint8_t probes;        /* MULTI_PROBE: 1 .. 64 */
    uint32_t vnodes;       /* tokens of a node; TOKENS, PARTITIONS, BOUNDED, MULTI_PROBE */
    uint32_t partitions;   /* Q; all but TOKENS and RANGES */
    uint32_t bound_percent; /* BOUNDED: of the mean load, above 100 */
    uint64_t seed;         /* places the tokens */
    const uint16_t *racks; /* by node; NULL: all in one */
};

/* What gives a key its position: all of the configuration that stores and files depend on. */
struct placement_order {
    uint32_t strategy;
    uint32_t hash;
};

static inline struct placement_order placement_order(const struct placement_config *config)
{
    return (struct placement_order){config->strategy, config->hash};
}

/* (from, to], over the end of the circle when from >= to; all of it when they are equal. */
struct position_range {
    uint64_t from;
    uint64_t to;
};

static inline bool range_has(struct position_range range, uint64_t position)
{
    return range.from < range.to ? position > range.from && position <= range.to
                                 : position > range.from || position <= range.to;
}

/* Who owns what, where that is kept: the ranges ascending by end. */
struct placement_table {
    uint32_t count;
    uint64_t *ends;
    uint16_t *owners; /* nodes */
};

struct placement_point {
    uint64_t position;
    uint32_t node;
    uint32_t vnode; /* which of the node's, from 0 */
};

struct placement {
    struct placement_config config; /* a copy; its racks are in the heap */
    uint32_t *members;              /* nodes, ascending by name */
    uint16_t *names;                /* one per member */
    uint32_t member_count;
    uint32_t rack_count;

    /* what a walk goes along, ascending by (position, node, vnode): tokens, entries of the
     * Maglev table, partitions with their owners, members */
    struct placement_point *points;

    /* where each range ends, and the index in `points` where its walk begins; both NULL where
     * each range is a point's own: TOKENS */
    uint64_t *ends;
    uint32_t *starts;

    uint32_t point_count;
    uint32_t range_count;
};

/* Who is placed. `names`, by node, is what their places are computed from: a node that takes
 * another's place has its name. NULL: everybody's own number. Members ascend by name. */
struct placement_members {
    const uint32_t *nodes;
    const uint16_t *names;
    uint32_t count;
};

/* Memory comes from `heap`; nothing that was given is kept. `table` is for EQUAL and RANGES,
 * NULL: as at the beginning. There is at least one member. */
void placement_build(struct placement *placement, struct heap *heap,
                     const struct placement_config *config,
                     const struct placement_members *members, const struct placement_table *table);

void placement_free(struct placement *placement, struct heap *heap);

/* What a key is called in the trace: 64 bits of MurmurHash3, whatever the placement. */
uint64_t key_token(struct bytes key);

/* Where a key stands. The empty key, which nobody has, stands first. */
uint64_t placement_position(struct placement_order order, struct bytes key);

/* Does key a stand before key b? By position, then as bytes: the order of stores and files. */
bool placement_is_before(struct placement_order order, struct bytes a, struct bytes b);

/* The range of a position, and its ends. */
uint32_t placement_range_of(const struct placement *placement, uint64_t position);
struct position_range placement_range(const struct placement *placement, uint32_t range);

/* One step of the walk of a range. Nodes may come again; false when all were met. */
struct placement_walk {
    const struct placement *placement;
    uint32_t range;
    uint32_t step;
    uint64_t position; /* of the token, partition or entry that was met last; 0: it has none */
};
bool placement_walk_next(struct placement_walk *walk, uint32_t *node);

/* The preference list of a range: up to `count` nodes, distinct when `is_distinct`
 * (safeguard distinct-replicas), in racks of their own where the configuration asks for it.
 * Returns how many were written: fewer only when there are fewer members. */
uint32_t placement_replicas(const struct placement *placement, uint32_t range, uint32_t count,
                            bool is_distinct, uint32_t *nodes);

/* The same of a key. */
uint32_t placement_of_key(const struct placement *placement, struct bytes key, uint32_t count,
                          bool is_distinct, uint32_t *nodes);

/* Do these nodes stand in fewer racks than they could? */
bool placement_is_crowded(const struct placement *placement, const uint32_t *nodes, uint32_t count);

/* The table of EQUAL or RANGES. First: as it is with these members at the beginning. Then: with one
 * member more (it takes from those that have most) or less (its ranges go to those that have
 * least); nothing else moves. Arrays are the caller's, partitions long. */
void placement_table_begin(struct placement_table *table, const struct placement_config *config,
                           const uint32_t *members, uint32_t member_count);
void placement_table_join(struct placement_table *table, const struct placement_config *config,
                          const uint32_t *members, uint32_t member_count, uint32_t joining);
void placement_table_leave(struct placement_table *table, const struct placement_config *config,
                           const uint32_t *members, uint32_t member_count, uint32_t leaving);

#endif
