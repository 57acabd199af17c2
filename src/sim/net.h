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
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "base/chain.h"
#include "base/pool.h"
#include "base/table.h"
#include "db/note.h"
#include "sim/scenario.h"

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
    uint64_t cause; /* number of the SEND record */
    vtime sent_at;
    vtime arrives_at;
    uint8_t kind; /* enum message_kind */
    uint8_t round;
    bool is_copy; /* the second delivery of a duplicated message */
    uint8_t unused[5];
};

/* One direction between two endpoints. */
struct link {
    vtime busy_until; /* the bandwidth is taken until then */
    uint32_t cuts;    /* partitions and cuts in force on it */
    /* 0: the default of its kind; up to setting_count: 1 + index of the scenario's setting;
     * above: 1 + setting_count + index into `changes` */
    uint32_t config;
};

/* A cut of one link that a partition or a cut has made; healing takes it back. */
struct cut_record {
    uint64_t label;
    uint32_t from; /* endpoint indexes */
    uint32_t to;
    uint64_t is_active; /* 0 or 1 */
};

struct network {
    struct heap heap; /* bytes in flight, parcels, links */
    struct pool parcels;
    struct link *links; /* node to anybody, then client to node; row = from */
    uint32_t node_count;
    uint32_t endpoint_count;
    struct table commanded_drops; /* identities that a person or a scenario wants lost */
    struct chain cuts;            /* struct cut_record */
    uint32_t active_cuts;
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
uint32_t net_heal(struct world *world, uint64_t label); /* 0: everything */
uint32_t net_change_links(struct world *world, uint32_t from, uint32_t to,
                          const struct link_config *config);

/* Is the direction cut right now? Addresses as in db/env.h. */
bool net_is_cut(const struct world *world, uint32_t from, uint32_t to);

#endif
