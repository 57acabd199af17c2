/*
 * members.h: who is a member, what change is under way and how far it is, as plain data.
 *
 * Two ways to look:
 *
 *     MEMBERS_ALL    the newest version that any node has learned, and what every process knows
 *     a node         as that node sees it: its version, its places, whom it takes for down
 *
 * `ringside status` prints it, the window draws it. Making it changes nothing. What a node
 * cannot know of another one (its memory) is not there when it looks: `is_known` is false.
 *
 * Shares are parts per million of the circle that a node keeps a copy of, so those of all nodes
 * sum up to N times a million (what `nodetool status` calls "owns, effective").
 */
#ifndef SIM_MEMBERS_H
#define SIM_MEMBERS_H

#include "base/base.h"
#include "base/heap.h"

struct world;

#define MEMBERS_ALL    UINT32_MAX /* nobody in particular looks */
#define MEMBERS_NOBODY UINT32_MAX

/* MEMBER_KIND(IDENTIFIER, "word", "what it means") */
#define MEMBER_KINDS(MEMBER_KIND)                                                                  \
    MEMBER_KIND(SPARE, "spare", "it may join, or take the place of a dead member")                 \
    MEMBER_KIND(NORMAL, "member", "it keeps its part of the data")                                 \
    MEMBER_KIND(JOINING, "joining", "it takes writes, and gets the data of what it will keep")     \
    MEMBER_KIND(REPLACING, "replacing", "it gets what a dead member kept, from the others")        \
    MEMBER_KIND(LEAVING, "leaving", "it hands its data on, and then goes")                         \
    MEMBER_KIND(REMOVED, "removing", "the others do without it: they share what it kept")          \
    MEMBER_KIND(REPLACED, "giving way", "dead, and another node is taking its place")              \
    MEMBER_KIND(LEFT, "left", "gone for good: it handed its data on before it went")               \
    MEMBER_KIND(DROPPED, "removed", "gone for good: it was taken out, and handed nothing on")      \
    MEMBER_KIND(SUCCEEDED, "replaced", "gone for good: another node has its place")

enum member_kind {
#define MEMBER_KIND(identifier, word, meaning) MEMBER_KIND_##identifier,
    MEMBER_KINDS(MEMBER_KIND)
#undef MEMBER_KIND
    MEMBER_KIND_COUNT,
};

const char *member_kind_word(uint32_t kind);
const char *member_kind_meaning(uint32_t kind);

struct members_node {
    /* by the topology that is looked at */
    uint8_t kind;    /* enum member_kind */
    uint32_t partner; /* REPLACING: whom; REPLACED, SUCCEEDED: by whom; else MEMBERS_NOBODY */
    uint32_t ranges; /* that it is the first owner of; with tokens: its tokens */
    uint64_t share_ppm;       /* as reads go */
    uint64_t share_after_ppm; /* when the change is over; the same when there is none */
    uint64_t gains_ppm;       /* what it will keep and does not keep now */
    uint64_t gives_ppm;       /* what it keeps and will not keep then */

    /* of its process: */
    bool is_known;             /* there is one, and whoever looks can see into it */
    bool is_driver;            /* it takes itself for the driver of the change */
    uint64_t version;          /* that it goes by */
    uint64_t durable_version;  /* the newest that a crash cannot take from it */
    uint32_t pieces, pieces_done; /* of what it gains */
    uint64_t rows, bytes;      /* that it has got */

    /* as the driver knows it: it still waits for this node's answer */
    bool is_missing;
};

/* As in db/ring/topology.h, for those who do not see it. */
enum members_phase { MEMBERS_NORMAL, MEMBERS_READ_OLD, MEMBERS_READ_NEW, MEMBERS_UNDONE };
enum members_deed {
    MEMBERS_NO_DEED,
    MEMBERS_JOIN,
    MEMBERS_LEAVE,
    MEMBERS_REMOVE,
    MEMBERS_REPLACE,
    MEMBERS_SPLIT,
    MEMBERS_MERGE,
    MEMBERS_MOVE, /* subject: the new owner of a range; other: the old one */
    MEMBERS_DEED_COUNT,
};

/* A stretch of the circle that gets another owner: (from, to]. */
struct members_move {
    uint64_t from, to;
    uint32_t gainer;
    uint32_t giver;     /* who keeps it no more when the change is over; or MEMBERS_NOBODY */
    uint32_t done_ppm;  /* how much of it has come */
};

#define MEMBERS_MOVES_MAX 2048u

/* How the change before ended, or that none has. */
enum members_end { MEMBERS_NO_CHANGE, MEMBERS_UNDER_WAY, MEMBERS_DONE, MEMBERS_ROLLED_BACK };

/* A change of members, begun and perhaps over: the last one. */
struct members_change {
    uint8_t end; /* enum members_end */
    uint32_t deed;         /* enum members_deed */
    const char *word;      /* "join"; NULL: none yet */
    uint32_t subject;      /* who joins, leaves, is removed, replaces */
    uint32_t other;        /* REPLACE: whom; else MEMBERS_NOBODY */
    uint64_t begun_version;
    vtime begun_at;        /* when the first node learned it */
    vtime phase_at;        /* the same of the version that is in force */
};

struct members {
    uint32_t from; /* who looks, or MEMBERS_ALL */
    uint64_t version;
    uint32_t phase;         /* enum members_phase */
    const char *phase_word; /* "write both, read old" */
    bool is_changing;
    struct members_change last; /* the one under way, or the last one; of the whole world */
    uint32_t driver;       /* who drives it: MEMBERS_NOBODY when nobody does */
    uint32_t driver_count; /* who takes themselves for it: two when they suspect each other */
    bool is_waiting;       /* of the change that is under way: an answer is missing */
    const char *why_waiting; /* what keeps that from coming, or NULL */
    const char *waits_for; /* what for: "everything that they gain"; NULL */
    uint32_t node_count;
    struct members_node *nodes;
    uint32_t move_count; /* at most MEMBERS_MOVES_MAX, ascending */
    struct members_move *moves;
};

/* Everything is allocated in `scratch`. A node `from` must be running (members_can_look). */
void members_take(const struct world *world, uint32_t from, struct heap *scratch,
                  struct members *members);

bool members_can_look(const struct world *world, uint32_t from);

#endif
