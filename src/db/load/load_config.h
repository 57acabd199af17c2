/*
 * load_config.h: how a node spreads work over the replicas, and what it does when it has too much.
 *
 * Part of struct node_config. Zero everywhere is the plain node: reads go by the preference list,
 * nobody is asked twice, and whatever arrives waits until it is its turn. docs/cluster/load.md has
 * the figures.
 */
#ifndef DB_LOAD_CONFIG_H
#define DB_LOAD_CONFIG_H

#include "base/base.h"

/* In which order a read asks the replicas of a key. */
#define REPLICA_CHOICES(CHOICE)                                                                    \
    CHOICE(PRIMARY, "primary", "in the order of the preference list")                              \
    CHOICE(RANDOM, "random", "in an order drawn for each read")                                    \
    CHOICE(ROUND_ROBIN, "round_robin", "each of them in turn")                                     \
    CHOICE(P2C, "p2c", "of two drawn, the one with fewer reads outstanding")                       \
    CHOICE(LEAST, "least_outstanding", "the one with the fewest reads outstanding")                \
    CHOICE(FASTEST, "fastest", "by measured latency (Cassandra's dynamic snitch)")                 \
    CHOICE(C3, "c3", "by measured latency and the cube of the queue (C3)")

enum replica_choice {
#define CHOICE(identifier, name, meaning) REPLICA_CHOICE_##identifier,
    REPLICA_CHOICES(CHOICE)
#undef CHOICE
    REPLICA_CHOICE_COUNT,
};

/* When a read that is late asks one replica more (Cassandra: speculative_retry). */
enum speculative_retry {
    SPECULATE_NEVER,
    SPECULATE_AFTER,      /* a fixed time */
    SPECULATE_PERCENTILE, /* a percentile of the latencies that this coordinator has measured */
    SPECULATE_ALWAYS,     /* one more from the beginning */
    SPECULATE_COUNT,
};

/* Which requests of clients a node refuses because they have waited too long in its queue. */
enum shedding {
    SHED_NOTHING,
    SHED_OLD,   /* what has waited for `shed_target_ns` */
    SHED_CODEL, /* the same while every request of the last `shed_interval_ns` waited so long; else
                   what has waited for the interval */
    SHEDDING_COUNT,
};

struct load_config {
    uint8_t replica_choice;    /* enum replica_choice */
    uint8_t speculative_retry; /* enum speculative_retry */
    uint8_t shedding;          /* enum shedding */
    bool is_in_flight_adaptive; /* AIMD between 1 and in_flight_max */

    /* fastest: the preferred replica is passed over when it is by so much slower than the best */
    uint32_t badness_percent;
    uint64_t reset_ns; /* fastest, c3: all measurements are forgotten after so long */

    uint64_t speculate_after_ns;
    uint32_t speculate_per_mille;

    uint32_t in_flight_max; /* operations that a coordinator has in hand at a time; 0: no limit */
    uint64_t shed_target_ns;
    uint64_t shed_interval_ns;

    /* replicas drop what their coordinator no longer waits for (Cassandra: dropped mutations) */
    bool is_dropping_expired;
};

#endif
