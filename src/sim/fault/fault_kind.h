/*
 * fault_kind.h: the table of fault kinds (fault_kinds.def) as data, and what a scenario asks of the
 * swarm.
 *
 * A fault is spelled out in a timeline: one line that begins it and, if it ends, some that go on
 * with it and end it. Each such line says what it belongs to, "fault": "crash-process#3": its kind
 * and which one of that kind it is. A run leaves a record at each of these lines (TRACE_FAULT),
 * from which the pairs report (pairs.h) knows what was going on together.
 */
#ifndef SIM_FAULT_KIND_H
#define SIM_FAULT_KIND_H

#include "base/base.h"

enum fault_kind {
#define FAULT(identifier, name, family, hold, stay, meaning, incident, cure)                       \
    FAULT_KIND_##identifier,
#include "sim/fault/fault_kinds.def"
#undef FAULT
    FAULT_KIND_COUNT,
    FAULT_NONE = FAULT_KIND_COUNT,
};

_Static_assert(FAULT_KIND_COUNT <= 64, "a set of kinds is the bits of a word");

enum fault_family {
    FAMILY_NETWORK, FAMILY_MACHINE, FAMILY_DISK, FAMILY_CLOCK, FAMILY_MEMBERS, FAMILY_CLIENTS,
    FAMILY_COUNT,
};

enum fault_hold {
    HOLD_FREE, HOLD_LIFE, HOLD_SPEED, HOLD_DISK_SPEED, HOLD_SPACE, HOLD_CLOCK, HOLD_LINKS,
    HOLD_TOPOLOGY, HOLD_CLIENTS,
    HOLD_COUNT,
};

enum fault_stay { STAY_LASTS, STAY_STAYS, STAY_MOMENT };

struct fault_info {
    const char *name;
    uint8_t family; /* enum fault_family */
    uint8_t hold;   /* enum fault_hold */
    uint8_t stay;   /* enum fault_stay */
    const char *meaning;
    const char *incident;
    const char *cure;
};

extern const struct fault_info fault_table[FAULT_KIND_COUNT];

const char *fault_family_name(uint32_t family);

/* The kinds of a family, a bit each; and all of them. */
uint64_t fault_kinds_of_family(uint32_t family);
uint64_t fault_kinds_all(void);

/* A line of a timeline that belongs to a fault; kind FAULT_NONE: to none. */
enum fault_part { FAULT_BEGINS, FAULT_GOES_ON, FAULT_ENDS };

struct fault_tag {
    uint8_t kind;    /* enum fault_kind */
    uint8_t part;    /* enum fault_part: the first line of that number, the last one, or between */
    uint16_t number; /* from 1 */
};

/* What may differ from seed to seed besides the faults. */
#define SWARM_VARIES(VARY)                                                                         \
    VARY(SHAPE, "shape", "nodes, replication, racks, spares, placement")                           \
    VARY(SYNC, "sync", "when the log is synced, and how fast disks are")                           \
    VARY(LEVELS, "levels", "how many replicas a read and a write wait for")                        \
    VARY(WORKLOAD, "workload", "clients: how many, what they ask, of how many keys, how often")    \
    VARY(PROTOCOL, "protocol", "detector, gossip, hints, repair, speculation")                     \
    VARY(NETWORK, "network", "latencies")

enum swarm_vary {
#define VARY(identifier, name, meaning) VARY_##identifier,
    SWARM_VARIES(VARY)
#undef VARY
    VARY_COUNT,
};

enum swarm_mode {
    SWARM_LIVENESS, /* chaos, then a core is healed and the rest stays broken; the core must work */
    SWARM_SAFETY,   /* faults to the end and without measure; only safety is asked for */
};

/* "faults": {"swarm": {...}}, as src/scenario/load_faults.c reads it. */
struct swarm_setting {
    uint8_t mode; /* enum swarm_mode */
    uint8_t unused[3];
    uint32_t varies;       /* 1 << enum swarm_vary */
    uint64_t kinds;        /* those that may be drawn */
    uint32_t chance_ppb;   /* each of them is on with this probability */
    uint32_t at_once;      /* so many faults at a time at most */
    vtime from_ns, until_ns; /* the time of chaos */
    vtime gap_min_ns, gap_max_ns;     /* mean time between two faults of a kind: drawn between */
    vtime lasts_min_ns, lasts_max_ns; /* a fault stays so long, and at least lasts_min away */
};

#endif
