/*
 * cpu.h: a node's processor: a few cores, and a queue in front of them.
 *
 * Whatever reaches a node (a message, a timer, a finished disk operation) is work
 * that takes a core for its service time; its effects happen when it is done.
 * When all cores are busy, work waits its turn, first come first served. So
 * throughput saturates and a slow node is slow, as in life.
 *
 *   arrive --> [ w3 | w2 | w1 ] --> core --(service time)--> node_step
 *
 * A service time of zero takes no turn: the node handles it at once, unless work
 * is waiting. A paused node takes in work and does none.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include "base/pool.h"
#include "db/env.h"
#include "sim/world/scenario.h"

struct world;

/* One thing for a node to handle. */
struct work {
    uint32_t node;
    uint32_t next; /* in the queue: index, or POOL_NONE */
    uint8_t kind;  /* enum work_kind */
    uint8_t message_kind;
    bool is_done; /* its service time is over; only a pause holds it back */
    uint8_t unused[5];
    vtime arrived_at;
    uint64_t about;
    uint64_t cause;     /* number of the record that brought it */
    struct event event; /* `data` is owned by the network's heap, freed with the work */
};

struct cpu {
    uint32_t busy;  /* cores at work */
    uint32_t first; /* queue of work, by index in the world's pool */
    uint32_t last;
    uint32_t waiting;

    /* only for watching: core time spent until `busy` last changed */
    uint64_t busy_ns;
    vtime busy_since;
};

void cpu_init(struct cpu *cpu);

/* Core time spent so far: what is under way counts up to now. */
static inline uint64_t cpu_busy_ns(const struct cpu *cpu, vtime now)
{
    return cpu->busy_ns + cpu->busy * (now - cpu->busy_since);
}

/* Hand work to the node; takes over `work->event.data`. */
void cpu_submit(struct world *world, const struct work *work);

/* A core has finished. */
void cpu_done(struct world *world, uint32_t work_index);

/* The node resumes: do what was held back. */
void cpu_resume(struct world *world, uint32_t node);

/* Give the work back, undone. */
void work_free(struct world *world, uint32_t work_index);

/* The node crashed: all its waiting work is gone. */
void cpu_crash(struct world *world, uint32_t node);

#endif
