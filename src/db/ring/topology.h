/*
 * topology.h: who is a member, and what change is under way. A value, agreed by all.
 *
 * Version 1 is what the nodes were installed with. Every later version follows from the one
 * before by one decision of a majority of the members of that one (synod.h), so there is one
 * line of versions and no two members ever hold different ones of the same number.
 *
 * A change of members takes three versions, so that no two neighbours contradict each other
 * (Scylla, topology over Raft; Cassandra's pending ranges are the first of them):
 *
 *      v      normal            write old          read old
 *      v+1    write both,       write old and new  read old      data streams to the new owners
 *             read old
 *      v+2    write both,       write old and new  read new
 *             read new
 *      v+3    normal            write new          read new      what is not owned is dropped
 *
 * A write counts when W replicas of each set have it; so whoever reads either set at a level
 * that meets W meets it. While data streams a change may be rolled back: v+2 is then the
 * members of v again.
 *
 *      join     subject becomes a member
 *      leave    subject hands its ranges on and goes
 *      remove   the same, done by the others: subject is dead
 *      replace  subject takes over the name, and so the places, of `other`, which is dead
 *
 *      move     a key range gets another owner: subject, after `other`; a split and a merge of
 *               ranges take one version (topology_ranges.c)
 *
 * The `name` of a member is what its places are computed from: its own number, or that of the
 * node whose place it took.
 *
 * As bytes (in messages, in the topology file), integers little-endian:
 *
 *   offset  size
 *        0     8  version
 *        8     1  phase
 *        9     1  change
 *       10     2  subject
 *       12     2  other
 *       14     2  nodes, n
 *       16     n  state of each node
 *   16 + n    2n  name of each node
 *   16 + 3n    4  ranges of the table, r; 0: the placement keeps none
 *   20 + 3n  12r  of each range: end in 8 bytes, owner in 2, owner after the change in 2
 */
#ifndef DB_TOPOLOGY_H
#define DB_TOPOLOGY_H

#include "base/base.h"
#include "base/heap.h"
#include "db/config.h"
#include "db/note.h"

enum member_state {
    MEMBER_NONE,    /* never was, or was rolled back */
    MEMBER_NORMAL,
    MEMBER_JOINING, /* new owner of some ranges: joins or replaces */
    MEMBER_LEAVING, /* old owner only: leaves, is removed or is replaced */
    MEMBER_LEFT,    /* gone for good; never a member again under this number */
    MEMBER_REMOVED, /* the same, but it was removed or replaced: it has handed nothing on */
    MEMBER_STATE_COUNT,
};

enum topology_phase {
    TOPOLOGY_NORMAL,
    TOPOLOGY_READ_OLD, /* write both, read old */
    TOPOLOGY_READ_NEW, /* write both, read new */
    TOPOLOGY_PHASE_COUNT,
    TOPOLOGY_ROLLED_BACK = TOPOLOGY_PHASE_COUNT, /* only in notes: normal, as before the change */
};

enum transition {
    TRANSITION_NONE,
    TRANSITION_JOIN,
    TRANSITION_LEAVE,
    TRANSITION_REMOVE,
    TRANSITION_REPLACE,
    TRANSITION_SPLIT, /* of key ranges: see topology_ranges.c */
    TRANSITION_MERGE,
    TRANSITION_MOVE,
    TRANSITION_COUNT,
};

struct topology {
    uint64_t version;
    uint8_t phase;  /* enum topology_phase */
    uint8_t change; /* enum transition */
    uint16_t subject;
    uint16_t other;
    uint16_t node_count;
    uint8_t *states; /* by node: enum member_state */
    uint16_t *names; /* by node */

    /* EQUAL and RANGES: owners before and after the change, equal when there is none */
    uint64_t *ends;
    uint16_t *owners[2];
    uint64_t table_count;
};

enum member_set { MEMBERS_OLD, MEMBERS_NEW };

/* Version 1: the first `initial_members` nodes. Memory comes from `heap`. */
void topology_begin(struct topology *topology, struct heap *heap, const struct node_config *config);

void topology_copy(struct topology *to, struct heap *heap, const struct topology *from);
void topology_free(struct topology *topology, struct heap *heap);

/* Members before and after the change, ascending by name; returns how many. */
uint32_t topology_members(const struct topology *topology, enum member_set set, uint32_t *members);

/* Does this node vote about the next version? Old members do: see synod.h. */
bool topology_is_voter(const struct topology *topology, uint32_t node);
uint32_t topology_voters(const struct topology *topology);

/* May clients use it as a coordinator? Members may, whether they come or go. */
bool topology_is_member(const struct topology *topology, uint32_t node);

/* For good, whether it went or was taken out. */
static inline bool topology_is_gone(const struct topology *topology, uint32_t node)
{
    return topology->states[node] == MEMBER_LEFT || topology->states[node] == MEMBER_REMOVED;
}

static inline bool topology_is_changing(const struct topology *topology)
{
    return topology->phase != TOPOLOGY_NORMAL;
}

/* Places of the members before or after the change. */
void topology_place(const struct topology *topology, enum member_set set, struct heap *heap,
                    const struct node_config *config, struct placement *placement);

/* --- from one version to the next; each is a copy of `from`, one version higher ------------- */

/* Why a change cannot begin now, or REASON_NONE. The subject is a node, or for changes of ranges a
 * position: SPLIT: where the left part is to end; MERGE: where the left range ends; MOVE: in the
 * range that `other` is to own. */
enum reason topology_why_not(const struct topology *from, enum transition change,
                             uint64_t subject, uint32_t other, const struct node_config *config);

void topology_start_change(struct topology *to, struct heap *heap, const struct topology *from,
                           const struct node_config *config, enum transition change,
                           uint64_t subject, uint32_t other);

/* Is this change under way, or (of ranges) done already? */
bool topology_is_as_wanted(const struct topology *topology, uint32_t change, uint64_t subject,
                           uint32_t other);

/* topology_ranges.c */
bool topology_is_of_ranges(uint32_t change);
enum reason topology_why_no_range_change(const struct topology *from, enum transition change,
                                         uint64_t subject, uint32_t other,
                                         const struct node_config *config);
void topology_start_range_change(struct topology *to, struct heap *heap,
                                 const struct topology *from, enum transition change,
                                 uint64_t subject, uint32_t other);
void topology_read_new(struct topology *to, struct heap *heap, const struct topology *from);
void topology_finish(struct topology *to, struct heap *heap, const struct topology *from);
void topology_roll_back(struct topology *to, struct heap *heap, const struct topology *from);

/* --- bytes ------------------------------------------------------------------------------- */

uint32_t topology_size(const struct topology *topology);
void topology_encode(const struct topology *topology, uint8_t *to);

/* False, and nothing allocated, when these bytes are no topology of `node_count` nodes. */
bool topology_decode(struct topology *topology, struct heap *heap, struct bytes from,
                     uint32_t node_count);

/* How the phase of `to` is told to who knew `from` before it: that it was rolled back can be seen
 * only then. */
uint8_t topology_told_phase(const struct topology *from, const struct topology *to);

const char *topology_change_name(uint32_t change);
const char *topology_phase_name(uint32_t phase);

#endif
