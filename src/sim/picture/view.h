/*
 * view.h: what can be seen of a world, as plain data.
 *
 * Nobody outside src/sim looks into world_state: reports, checks and windows ask
 * here and get numbers and names. Nothing here changes anything.
 *
 * Names come from the scenario; a key's text from the run's table of keys, a
 * value's text from the operation that put it.
 */
#ifndef SIM_VIEW_H
#define SIM_VIEW_H

#include "sim/world/world.h"

/* A node as a status table shows it. */
struct node_view {
    uint8_t state; /* enum condition_state */
    uint32_t incarnation;
    uint64_t keys;            /* tombstones included */
    uint64_t log_appended_to; /* sequence */
    uint64_t log_synced_to;
    uint64_t unsynced_bytes;
    uint64_t disk_bytes;
    uint32_t waiting; /* work in the queue, what is being done included */
    int64_t clock_offset_ns;
    uint32_t suspected_count; /* peers that it takes for down */
    uint64_t hints;           /* writes that it keeps for others */
    uint64_t handled;         /* pieces of work since the start of the run */
    uint8_t reason;           /* enum reason, when it refused to start */
};

struct node_view world_view_node(const struct world *world, uint32_t node);

/* Its state, enum condition_state; that of a paused node is the one it will go on in. */
uint8_t world_view_life(const struct world *world, uint32_t node);

/* Does `node` take `peer` for down? False while it is not running. */
bool world_view_suspects(const struct world *world, uint32_t node, uint32_t peer);

/* The same between members, as `node` knows them. What a spare believes, or a node that has left,
 * means nothing: nobody beats for it. */
bool world_view_doubts(const struct world *world, uint32_t node, uint32_t peer);

/* One replica of a key. */
struct replica_view {
    uint32_t node;
    bool is_running;        /* its memory can be asked */
    struct version version; /* timestamp 0: it has never heard of the key */
};

/* The replicas of a key in the order of its preference list; returns how many. */
uint32_t world_view_replicas(const struct world *world, struct bytes key,
                             struct replica_view *replicas);

/* What a read of all running replicas would return; false when none is running. */
bool world_view_final(const struct world *world, struct bytes key, struct version *version);

/* Keys whose running replicas hold different versions. */
uint64_t world_keys_differing(const struct world *world);

/* The same of one range of the placement. Every part of it that differs, and every row that has to
 * be looked at, costs one of `patience`; when that is over, what was found so far is returned. */
uint64_t world_range_differing(const struct world *world, uint32_t range, uint64_t *patience);

/* The identity under which a version appears in a history. */
uint64_t version_value(const struct version *version);

/* Keys of the run, by index. */
uint32_t world_key_count(const struct world *world);
struct bytes world_key(const struct world *world, uint32_t index);

/* Records of a kind so far, by an actor or by ALL_ACTORS. */
uint64_t world_count(const struct world *world, uint32_t kind, uint32_t actor);

/* The history so far, copied into scratch memory. */
struct history world_history(const struct world *world, struct heap *scratch);

/* For sentences (sim/trace/trace.h) and conditions (sim/condition/condition.h). Good while the
 * world stays where it is. */
struct trace_names world_names(const struct world *world);
struct condition_view world_condition_view(const struct world *world);

/* "c1#12", "c1#12~2" for a retry, "w1" for a labelled one. */
void world_request_text(const struct world *world, struct text *text, uint64_t request);

#endif
