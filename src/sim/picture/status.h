/*
 * status.h: the cluster at one moment, a row a node, as an operator would ask for it.
 *
 * What `nodetool status`, `describecluster` and `tpstats` tell together: who is up and who says
 * otherwise, who is a member, what each keeps, what it has in hand, and which topology it goes by.
 * Plain data; `ringside status` prints it (cli/status_columns.def names its columns).
 *
 * Seen by a node (members.h), a row has what that node can know: for all others only what the
 * topology, its own detector and its own placement say.
 */
#ifndef SIM_STATUS_H
#define SIM_STATUS_H

#include "sim/picture/members.h"

struct status_node {
    const char *name;
    uint8_t state;     /* enum condition_state; of another node, when a node looks: up or down */
    bool is_suspected; /* by whoever looks, or by anybody */
    uint32_t suspected_by_count;
    uint32_t *suspected_by; /* running nodes that take it for down */

    /* of its process and its machine; nothing unless is_known */
    bool is_known;
    bool is_running; /* memory means something */
    uint32_t incarnation;
    uint64_t keys; /* rows, tombstones included */
    uint64_t bytes; /* of keys and values */
    uint64_t disk_bytes;
    uint32_t operations; /* that it coordinates and that are not over */
    uint32_t waiting;    /* work in its queue and on its cores */
    bool has_hints;      /* it keeps hints, or would */
    uint64_t hints;      /* writes that it keeps for others */
    uint32_t hints_for_count;
    uint32_t *hints_for; /* nodes for which some wait */
    uint64_t differing;  /* keys of its ranges of which running replicas differ */
};

struct status {
    struct members members; /* by node: member state, shares, versions */
    uint32_t node_count;
    struct status_node *nodes;
    bool is_compared;   /* whoever looks sees all replicas: */
    uint64_t differing; /* keys of which running replicas differ */
    const bool *is_wanted; /* by node: its row is shown; NULL: all are */
};

static inline bool status_is_wanted(const struct status *status, uint32_t node)
{
    return !status->is_wanted || status->is_wanted[node];
}

/* `from` is MEMBERS_ALL or a node that members_can_look. Everything is allocated in `scratch`. */
void status_take(const struct world *world, uint32_t from, struct heap *scratch,
                 struct status *status);

#endif
