/*
 * status.h: the cluster at one moment, a row a node, as an operator would ask for it.
 *
 * What `nodetool status`, `describecluster` and `tpstats` tell together: who is up and who says
 * otherwise, who is a member, what each keeps, what it has in hand, and which topology it goes by.
 * Plain data; `ringside status` prints it (cli/status/status_columns.def names its columns).
 *
 * Seen by a node (members.h), a row has what that node can know: for all others only what the
 * topology, its own detector and its own placement say.
 */
#ifndef SIM_STATUS_H
#define SIM_STATUS_H

#include "sim/picture/members.h"
#include "sim/picture/peers.h"

struct status_node {
    const char *name;
    uint8_t state;     /* enum condition_state; of another node, when a node looks: up or down */
    bool is_suspected; /* by whoever looks, or by anybody */
    uint32_t suspected_by_count;
    uint32_t *suspected_by; /* running nodes that take it for down */
    uint32_t thought[PEER_STATE_COUNT]; /* members that look, by what they think of it */

    /* of its process and its machine; nothing unless is_known */
    bool is_known;
    bool is_running; /* memory means something */
    uint32_t incarnation;
    uint64_t keys; /* rows, tombstones included */
    uint64_t bytes; /* of keys and values */
    uint64_t disk_bytes;
    uint32_t operations; /* that it coordinates and that are not over */
    uint32_t waiting;    /* work in its queue and on its cores */
    bool has_phi, has_health;
    uint64_t phi_milli;  /* largest of the peers that it takes for up */
    uint32_t health;     /* Lifeguard's score */

    /* how busy it is */
    uint32_t queue_bound; /* so many may wait; 0: no bound */
    bool has_asked;       /* it has asked another replica for something in this life */
    uint32_t outstanding; /* reads asked of others and not answered */
    uint64_t shed;        /* requests refused in this life */

    /* where placement is by key ranges: those that it keeps a copy of, by the newest topology */
    uint32_t ranges;
    uint64_t range_rows_most; /* rows that it has of the largest of them */
    bool has_hints;      /* it keeps hints, or would */
    uint64_t hints;      /* writes that it keeps for others */
    uint32_t hints_for_count;
    uint32_t *hints_for; /* nodes for which some wait */
    uint64_t differing;  /* keys of its ranges of which running replicas differ */
};

struct status {
    struct members members; /* by node: member state, shares, versions */
    uint32_t node_count;
    bool has_ranges; /* placement is by key ranges */
    struct status_node *nodes;
    bool is_swim;            /* the detector: a peer can be suspected and not down */
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
