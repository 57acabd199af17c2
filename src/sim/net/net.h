/*
 * net.h: the network between nodes and clients.
 *
 * A message is bytes with a label. Sending copies them into the network's own
 * memory and fixes when they will arrive; whether they do is decided on arrival,
 * so that what is in flight dies with the link:
 *
 *   send                                      arrive
 *    |-- wait for the link's bandwidth --|-- latency --|
 *        (full queue: dropped here)                     cut? lost? receiver down or
 *                                                       restarted? then dropped here
 *
 * Links are directed: n1 -> n2 may be cut or slow while n2 -> n1 is not. A link
 * behaves like a connection in one respect: a message sent to a process that has
 * restarted in the meantime is dropped, as its connection is gone.
 *
 * Every draw is keyed by the message's identity (about, kind, round, from, to).
 *
 * A message can be held on its way, let go, doubled, moved in time and damaged, by its
 * identity and the number of its copy: net_bend.c. One that is held is in no queue; it
 * keeps what is left of its way and stays in flight, for ever if nobody releases it.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "base/chain.h"
#include "base/pool.h"
#include "base/table.h"
#include "db/note.h"
#include "sim/world/scenario.h"

struct world;

/* A message in flight. */
struct parcel {
    uint32_t from;
    uint32_t to;
    uint32_t incarnation; /* of the receiver when it was sent */
    uint32_t size;
    uint8_t *data; /* in the network's heap; passed on to the receiver's work */
    uint64_t about;
    uint64_t identity;
    uint64_t cause; /* number of the SEND record; of a copy, of the DUPLICATE */
    vtime sent_at;
    vtime arrives_at; /* not while it is held */
    uint64_t arrival; /* queue handle of it; 0 while it is held */
    uint8_t kind;     /* enum message_kind */
    uint8_t round;
    uint8_t copy; /* 0: the message itself; 1: the network's copy; 2 ...: made by an action */
    bool is_held;
    bool is_damaged; /* only for watching: a receiver will refuse it */
    bool is_clogged; /* held since its link is clogged */
    uint8_t unused[2];
    uint32_t next_held; /* parcel, or POOL_NONE */
    uint32_t previous_held;
    vtime left; /* of its way, while it is held */
    vtime way;  /* only for watching: the whole of it, stretched by delays */
};

#define MESSAGE_COPIES_MAX 62 /* numbers of copies fit into the bits of a word */

/* What is to be done to a message when it is next sent. */
struct message_mark {
    uint64_t identity;
    uint32_t kind; /* enum action_kind: HOLD, DUPLICATE, POSTPONE or CORRUPT */
    uint32_t copy;
    uint32_t mode;
    uint32_t is_pending;
    int64_t amount;
};

/* One direction between two endpoints. */
struct link {
    vtime busy_until; /* the bandwidth is taken until then */
    uint16_t cuts;    /* partitions and cuts in force on it */
    uint16_t clogs;   /* while there are any, what arrives waits */
    /* 0: the default of its kind; up to setting_count: 1 + index of the scenario's setting;
     * above: 1 + setting_count + index into `changes` */
    uint32_t config;
};

/* A cut of one link that a partition or a cut has made; healing takes it back. */
struct cut_record {
    uint64_t label;
    uint32_t from; /* endpoint indexes */
    uint32_t to;
    uint32_t is_active; /* 0 or 1 */
    uint32_t is_clog;   /* 0 or 1: it holds messages up instead of losing them */
};

struct network {
    struct heap heap; /* bytes in flight, parcels, links */
    struct pool parcels;
    struct link *links; /* node to anybody, then client to node; row = from */
    uint32_t node_count;
    uint32_t endpoint_count;
    struct table commanded_drops; /* identity -> the copies that are to be lost, a bit each */
    struct table copies_made;     /* identity -> how many an action has made */
    struct table marked;          /* identity -> how many of `marks` are pending */
    struct chain marks;           /* struct message_mark, in order */
    uint32_t first_held;          /* parcels, in the order in which they were stopped */
    uint32_t last_held;
    struct chain cuts;            /* struct cut_record */
    uint32_t active_cuts;
    uint32_t active_clogs;
    struct chain changes; /* uint64_t: where a link's new config stands (world_action_source) */
};

void net_init(struct world *world);

/* Take a message from an endpoint. */
void net_send(struct world *world, uint32_t from, uint32_t to, uint64_t about, const uint8_t *data,
              uint32_t size);

/* The parcel's arrival: deliver it or drop it. */
void net_arrive(struct world *world, uint32_t parcel_index);

/* The identity that draws and DROP actions go by. */
uint64_t net_identity(uint64_t about, uint8_t kind, uint8_t round, uint32_t from, uint32_t to);

/* Actions. Each returns how many links it changed. */
uint32_t net_partition(struct world *world, const struct partition_groups *groups, uint64_t label);
uint32_t net_cut(struct world *world, uint32_t from, uint32_t to, uint64_t label);
uint32_t net_clog(struct world *world, uint32_t from, uint32_t to, uint64_t label);
uint32_t net_heal(struct world *world, uint64_t label); /* 0: everything */
uint32_t net_heal_link(struct world *world, uint32_t one, uint32_t other); /* both ways */
uint32_t net_change_links(struct world *world, uint32_t from, uint32_t to,
                          const struct link_config *config);

/* What actions do to a message (net_bend.c): at once to what is in flight of it, else when it
 * is next sent. REASON_NONE, or why nothing was done. */
enum reason net_bend(struct world *world, const struct action *action);

/* Such a message was just sent: do what it was marked for. */
void net_bend_sent(struct world *world, uint64_t identity);

/* Is this copy of it told to get lost? */
bool net_is_dropped(const struct world *world, const struct parcel *parcel);

/* For net_bend.c: a copy of the parcel, bytes included, that will arrive then; and what a
 * latency of its own is. */
void net_dispatch(struct world *world, const struct parcel *parcel, vtime arrives_at);
vtime net_copy_latency(struct world *world, const struct parcel *copy);

/* Is the direction cut right now? Addresses as in db/env.h. */
bool net_is_cut(const struct world *world, uint32_t from, uint32_t to);

#endif
