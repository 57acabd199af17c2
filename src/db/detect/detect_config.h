/*
 * detect_config.h: what a node is told about gossip and about noticing who has stopped.
 *
 * Where the values and their defaults come from is in docs/cluster/detection.md.
 * Plain data, part of struct node_config. Spans are nanoseconds on the node's own clock.
 */
#ifndef DB_DETECT_CONFIG_H
#define DB_DETECT_CONFIG_H

#include "base/base.h"

/* DETECTOR(IDENTIFIER, "name", "what it is") */
#define DETECTORS(DETECTOR)                                                                        \
    DETECTOR(HEARTBEAT, "heartbeat", "down after a fixed silence (detect/heartbeat.c)")            \
    DETECTOR(PHI, "phi", "down when the silence is too unlikely (detect/phi.h)")

enum detector_kind {
#define DETECTOR(identifier, name, meaning) DETECTOR_##identifier,
    DETECTORS(DETECTOR)
#undef DETECTOR
    DETECTOR_COUNT,
};

enum phi_form {
    PHI_EXPONENTIAL, /* Cassandra: intervals of a Poisson process */
    PHI_NORMAL,      /* Hayashibara 2004, Akka: intervals about a mean */
};

struct phi_config {
    uint8_t form; /* enum phi_form */
    bool is_over_gossip; /* samples are news by gossip; else heartbeats, node to node */
    uint8_t unused[2];
    uint32_t threshold_milli; /* a peer is down when its phi is above; thousandths */
    uint32_t window;          /* intervals that are remembered, 1 .. PHI_WINDOW_MAX */
    uint32_t unused_too;
    uint64_t interval_max_ns; /* a longer interval is no sample, at most PHI_INTERVAL_MAX_NS */
    uint64_t deviation_min_ns; /* NORMAL: floor of the standard deviation */
    uint64_t pause_ns;         /* NORMAL: silence that is always forgiven */
};

#define PHI_WINDOW_MAX      4096u
#define PHI_INTERVAL_MAX_NS (UINT64_C(60) * 1000 * 1000 * 1000)

#define GOSSIP_SEEDS_MAX 16

struct gossip_config {
    bool is_on;
    bool is_generation_clock; /* generation: the clock at the start; else the number of the life */
    uint8_t unused[2];
    uint32_t message_bytes; /* no gossip message carries more than this of digests and states */
    uint64_t interval_ns;
    uint64_t generation_ahead_ns; /* clock: a generation is absurd when it is further ahead */
    uint64_t ring_delay_ns; /* news reach everybody within this; quarantine is twice as long */
    uint32_t seed_count;
    uint16_t seeds[GOSSIP_SEEDS_MAX]; /* nodes that everybody knows from the beginning */
};

#endif
