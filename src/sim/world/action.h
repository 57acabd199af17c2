/*
 * action.h: everything that can be done to a running world from outside.
 *
 * A scenario's timeline, a person at the window and a random fault generator
 * all speak in these values, so that each thing done by one can be saved and
 * repeated by another. Plain data; what it points to belongs to whoever made it
 * and lives as long as the scenario or the list of interventions.
 */
#ifndef SIM_ACTION_H
#define SIM_ACTION_H

#include "base/base.h"
#include "base/sampling.h"

/* A scenario writes {"crash": "n2", ...}: the word is the name here. */
#define ACTIONS(ACTION)                                                                            \
    ACTION(CRASH, "crash", "the node stops at once and loses its memory")                          \
    ACTION(RESTART, "restart", "a crashed node starts again from its disk")                        \
    ACTION(PAUSE, "pause", "the node stands still (a long garbage collection); its clock runs on") \
    ACTION(RESUME, "resume", "a paused node goes on")                                              \
    ACTION(PARTITION, "partition", "no message passes between the groups")                         \
    ACTION(CUT, "cut", "no message passes from one node to another; the way back stays open")      \
    ACTION(HEAL, "heal", "ends one named partition or cut, or all, or what cuts one link")         \
    ACTION(LINK, "link", "changes latency, loss and bandwidth of links")                           \
    ACTION(SLOW, "slow", "the node's processor and disk take this many times as long")             \
    ACTION(CLOCK_JUMP, "clock_jump", "the node's wall clock jumps, forward or back")               \
    ACTION(CLOCK_DRIFT, "clock_drift", "the node's clocks run fast or slow from now on")           \
    ACTION(DISK_FULL, "disk_full", "the node's disk takes no more bytes")                          \
    ACTION(DISK_FREE, "disk_free", "the node's disk has room again")                               \
    ACTION(DISK_CORRUPT, "disk_corrupt", "flips a bit of a file on the node's disk")               \
    ACTION(DISK_WIPE, "disk_wipe", "a node that is down gets another disk, an empty one")          \
    ACTION(DROP, "drop", "loses one message, named by its identity")                               \
    ACTION(JOIN, "join", "a spare node becomes a member and takes over its part of the data")      \
    ACTION(LEAVE, "leave", "a member hands its data on and goes (decommission)")                   \
    ACTION(REMOVE, "remove", "the others do without a member that is dead for good")               \
    ACTION(REPLACE, "replace", "a spare node takes the place of a member that is dead for good")   \
    ACTION(REPAIR, "repair", "the node and the other owners of what it keeps become equal")        \
    ACTION(SPLIT, "split", "a key range becomes two: the key is the first of the second one")      \
    ACTION(MERGE, "merge", "the key range that has the key and the next one become one")           \
    ACTION(MOVE, "move", "the key range that has the key gets another owner")                      \
    ACTION(OPERATION, "operation", "a client's put, get or delete")                                \
    ACTION(STOP_CLIENTS, "stop_clients", "the named clients (or all) begin nothing new")           \
    ACTION(START_CLIENTS, "start_clients", "the named clients (or all) go on")                     \
    ACTION(HOLD, "hold", "a message stops on its way until it is released")                        \
    ACTION(RELEASE, "release", "a held message goes on, with what is left of its way")             \
    ACTION(DUPLICATE, "duplicate", "a second copy of a message sets out")                          \
    ACTION(POSTPONE, "postpone", "a message arrives later, or at another time")                    \
    ACTION(CORRUPT, "corrupt", "flips a bit of a message on its way")                              \
    ACTION(FIRE_TIMER, "fire_timer", "a timer that the node has set fires now")                    \
    ACTION(RING, "ring", "each of these nodes reaches only its two neighbours in this order")      \
    ACTION(CLOG, "clog", "what goes from one node to another waits until the link is healed")      \
    ACTION(CLOCK_FREEZE, "clock_freeze", "the node's wall clock stands still")                     \
    ACTION(CLOCK_THAW, "clock_thaw", "the node's wall clock shows the right time again")           \
    ACTION(DISK_SLOW, "disk_slow", "the node's disk alone takes this many times as long")          \
    ACTION(DISK_STALL, "disk_stall", "the node's disk begins nothing for this long")               \
    ACTION(DISK_FAIL, "disk_fail", "appends, syncs or reads to come fail with an error")           \
    ACTION(DISK_LIE, "disk_lie", "the node's disk says that it has synced, and has not")           \
    ACTION(DISK_HONEST, "disk_honest", "the node's disk syncs again when it says so")              \
    ACTION(DISK_MISDIRECT, "disk_misdirect", "a sync or read to come goes to another place")       \
    ACTION(DISK_SPOIL, "disk_spoil", "a sector of a file cannot be read any more")                 \
    ACTION(DISK_SWAP, "disk_swap", "two nodes that are down have each other's disk")               \
    ACTION(DISK_IMAGE, "disk_image", "takes an image of what is durable on the node's disk")       \
    ACTION(DISK_RESTORE, "disk_restore", "a node that is down gets the image that was taken")      \
    ACTION(HURRY, "hurry", "clients lose patience: they give up sooner and try again at once")     \
    ACTION(CALM, "calm", "clients are as patient as they were")                                    \
    ACTION(DISK_FINISH, "disk_finish", "the operation that the node's disk began first is done now")

enum action_kind {
#define ACTION(identifier, name, meaning) ACTION_##identifier,
    ACTIONS(ACTION)
#undef ACTION
    ACTION_KIND_COUNT,
};

const char *action_name(uint32_t kind);

/* What a crash does to bytes that were not synced. */
enum crash_mode {
    CRASH_KEEP,   /* only the process died: the page cache survives */
    CRASH_LOSE,   /* power loss: everything unsynced is gone */
    CRASH_TEAR,   /* the first `amount` unsynced sectors survive, the last one cut in the middle */
    CRASH_RANDOM, /* each unsynced sector survives or not, by draw */
    CRASH_MODE_COUNT,
};

/* What fails or goes astray next. */
enum disk_call { DISK_CALL_APPEND, DISK_CALL_SYNC, DISK_CALL_READ, DISK_CALL_COUNT };

enum heal_mode {
    HEAL_ALL,  /* partitions and cuts of the name in `label`; 0: of any */
    HEAL_LINK, /* whatever cuts the link between `target` and `other`, both ways */
};

enum postpone_mode {
    POSTPONE_BY,    /* the message arrives `amount` later */
    POSTPONE_UNTIL, /* it arrives at the time `amount`, or now when that is past */
};

#define ANY_NODE     UINT32_MAX       /* "any": let a draw or the caller choose */
#define ANY_TIMER    UINT32_MAX       /* FIRE_TIMER: the one that is due first */
#define LAST_BYTE    (-1)             /* CORRUPT */
#define ALL_MEMBERS  (UINT32_MAX - 1) /* "all" */
#define RACK_BASE    0x20000u         /* and the number of a rack, from 0: all of its nodes */

/* How a link treats messages. */
struct link_config {
    struct distribution latency;
    uint32_t loss_ppb;      /* lost, decided at delivery */
    uint32_t duplicate_ppb; /* delivered a second time, with a latency of its own */
    uint32_t reorder_ppb;   /* held back by a further `reorder_delay` */
    uint32_t corrupt_ppb;   /* arrive with a bit flipped */
    struct distribution reorder_delay;
    uint64_t bandwidth;   /* bytes per second; 0: unlimited */
    uint64_t queue_bytes; /* waiting for the bandwidth; more is dropped; 0: unlimited */
};

/* Groups of endpoints for a partition. An endpoint named in no group stays
 * connected to all. */
struct partition_groups {
    uint32_t group_count;
    uint32_t member_count;
    const uint32_t *members;  /* addresses: nodes, or clients from CLIENT_ADDRESS_BASE */
    const uint32_t *group_of; /* one per member */
};

struct operation_plan;

struct action {
    uint32_t kind;   /* enum action_kind */
    uint32_t target; /* node index (or client for *_CLIENTS), or ALL_MEMBERS, or for
                        machines RACK_BASE and a rack; CUT, LINK: from;
                        HEAL: one end */
    uint32_t other;  /* CUT, LINK: to; HEAL: the other end; REMOVE: the node that is told, or
                        ANY_NODE; REPLACE: whom; DISK_SWAP: with whom */
    uint32_t mode;   /* CRASH: enum crash_mode; HEAL: enum heal_mode;
                        POSTPONE: enum postpone_mode; DISK_FAIL, DISK_MISDIRECT: enum disk_call;
                        HURRY: retries; REPAIR: 1: one range only; FIRE_TIMER: enum
                        timer_kind of db/timers.h, or ANY_TIMER */
    int64_t amount;  /* CRASH_TEAR: sectors; SLOW: factor; CLOCK_JUMP: ns; CLOCK_DRIFT: ppb;
                        DISK_FULL: free bytes left; DISK_CORRUPT, CORRUPT: byte; POSTPONE: ns;
                        DISK_SPOIL: byte; DISK_SLOW: factor; DISK_STALL, HURRY: ns; DISK_FAIL,
                        DISK_MISDIRECT: times */
    uint32_t file_kind;   /* DISK_CORRUPT: enum file_kind of db/env.h, FILE_LOG by default */
    uint32_t file_number; /* DISK_CORRUPT: segment; 0: the newest */
    uint32_t cut_bytes;   /* CRASH_TEAR: bytes of the last surviving sector that survive; 0: all */
    uint64_t identity;    /* DROP, HOLD ... CORRUPT: of the message, see net_identity;
                             FIRE_TIMER: what the timer is about, 0: whatever it is;
                             REPAIR: a position of the range that is meant */
    uint32_t copy;        /* of a message: 0: it and its copies; 1: itself; 2, 3 ...: a copy */
    uint64_t label;       /* PARTITION, CUT, HEAL: hash of its name; 0: unnamed / all */
    const char *key;      /* SPLIT, MERGE, MOVE; MOVE: to `other` */
    const struct partition_groups *groups;
    const struct link_config *link;
    const struct operation_plan *operation;
};

/* Something done to a running world from outside, anchored so that it keeps its
 * place when other things change: after the event of that time and identity, or,
 * if there is none, when all events up to that time are done. */
struct intervention {
    vtime time;
    uint64_t identity;   /* of the event that it follows; 0: the last one of that time */
    uint64_t occurrence; /* which of several alike it follows, from 1 */
    struct action action;
};

#endif
