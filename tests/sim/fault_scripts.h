/*
 * fault_scripts.h: from a seed, a random script of faults over a cluster, and when it is over.
 *
 * For tests that say: whatever happens, once it has ended all replicas become equal by this or
 * that mechanism. A script is timeline entries in the words of a scenario:
 *
 *     begin                       quiet_at                     healed_at
 *       |  faults begin, and end     |  no fault begins any more   |  every one has ended:
 *       |  some overlap              |                             |  every node runs, every
 *       |<---- clients put, get and delete ----------------------->|  link is as configured
 *
 * Every fault has its own end, at healed_at the latest; a node has one fault of its machine at a
 * time, so that a restart is never that of another crash. Links, clocks and partitions
 * overlap as they like.
 *
 *     struct fault_plan plan = {.seed = 7, .nodes = 5, .begin = SECOND, .healed_at = 20 * SECOND};
 *     write_faults(&plan, entries, sizeof entries);       "{'at': ..}, {'at': ..}"
 *     write_workload(&plan, clients, sizeof clients);     "{'name': ..}"
 *     ... cluster_load, cluster_begin ...
 *     vtime when = run_until_equal(&c, plan.healed_at, 60 * SECOND);
 */
#ifndef TESTS_SIM_FAULT_SCRIPTS_H
#define TESTS_SIM_FAULT_SCRIPTS_H

#include "sim/cluster.h"

/* FAULT(IDENTIFIER, "what happens") */
#define FAULTS(FAULT)                                                                              \
    FAULT(CRASH, "a node loses its memory and what it had not synced, and starts again")           \
    FAULT(WIPE, "a node loses its disk, too (needs a replacement: test_repair_members.c)")        \
    FAULT(PAUSE, "a node stands still")                                                            \
    FAULT(DISK_FULL, "a disk takes no more bytes")                                                 \
    FAULT(SLOW, "a machine takes several times as long")                                           \
    FAULT(CLOCK_JUMP, "a wall clock jumps, and later back")                                        \
    FAULT(PARTITION, "the nodes fall into two groups")                                             \
    FAULT(CUT, "one link is cut one way")                                                          \
    FAULT(LOSSY, "one link loses messages")                                                        \
    FAULT(SLOW_LINK, "one link takes long")

enum fault {
#define FAULT(identifier, meaning) FAULT_##identifier,
    FAULTS(FAULT)
#undef FAULT
    FAULT_COUNT,
};

#define FAULT_BIT(identifier) (1u << FAULT_##identifier)
#define FAULTS_OF_MACHINES                                                                         \
    (FAULT_BIT(CRASH) | FAULT_BIT(PAUSE) | FAULT_BIT(DISK_FULL) | FAULT_BIT(SLOW) |                \
     FAULT_BIT(CLOCK_JUMP))
#define FAULTS_OF_LINKS                                                                            \
    (FAULT_BIT(PARTITION) | FAULT_BIT(CUT) | FAULT_BIT(LOSSY) | FAULT_BIT(SLOW_LINK))

struct fault_plan {
    uint64_t seed;
    uint32_t nodes;    /* called n1, n2, ... */
    uint32_t kinds;    /* a bit per enum fault; 0: all of machines and links */
    uint32_t count;    /* of faults; 0: from 3 to 8, by draw */
    uint32_t keys;     /* of the workload; 0: 30 */
    uint32_t clients;  /* of the workload; 0: 3 */
    vtime begin;       /* no fault, and no operation, before */
    vtime healed_at;   /* every fault has ended, and the last operation begins before */
    const char *level; /* of all operations; NULL: "one" */
};

/* Timeline entries, in the quotes of cluster.h, without the brackets around them. */
void write_faults(const struct fault_plan *plan, char *text, size_t size);

/* An entry of `clients`: puts and deletes of all keys, and some gets. */
void write_workload(const struct fault_plan *plan, char *text, size_t size);

/* Ranges of the ring in which two owners do not hold the very same rows, tombstones included, or
 * an owner does not run: 0 when the replicas are byte-equal. */
uint64_t unequal_ranges(const struct cluster *c);

/* Run on from `from`, looking every 10 ms: the first moment at which all replicas are equal, or
 * VTIME_NEVER when they are not at `limit`. */
vtime run_until_equal(struct cluster *c, vtime from, vtime limit);

#endif
