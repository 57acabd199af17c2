/*
 * world.h: where the database and the simulated machine meet.
 *
 *     world at step k  =  f(scenario, seed, interventions before k)
 *
 * and f is pure: same inputs, same bytes, on every machine. Everything a run can
 * change lies in one memory region (base/region.h), with `struct world_state` as
 * its root; `struct world` is a handle outside of it.
 *
 * The life of an event, six functions:
 *
 *   world_step       take the smallest (time, tie, sequence) from the queue
 *   net_arrive       ... a message: lost, or work for its receiver
 *   cpu_submit       ... wait for a core, take the service time
 *   node_step        the database handles it (src/db/node.c), calling the seam
 *   env_sim.c        ... which puts new events into the queue
 *   world_record     each of these leaves a record in the trace; the digest,
 *                    the counters and the waiting conditions see every one
 *
 * Read next: world.c, then net.c, cpu.c, env_sim.c, client.c, actions.c.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/bug.h"
#include "base/chain.h"
#include "base/digest.h"
#include "base/region.h"
#include "check/stale.h"
#include "db/node.h"
#include "db/ring/topology.h"
#include "sim/client/client.h"
#include "sim/world/clock.h"
#include "sim/world/cpu.h"
#include "sim/metrics/meter.h"
#include "sim/net/net.h"
#include "sim/world/queue.h"
#include "sim/world/scenario.h"
#include "sim/world/streams.h"
#include "sim/trace/trace.h"

/* What the queue's events are. The payload's meaning depends on the kind. */
enum sim_event {
    SIM_ARRIVE,      /* payload: parcel */
    SIM_WORK_DONE,   /* payload: work */
    SIM_TIMER,       /* payload: timer slot */
    SIM_DISK,        /* payload: index of the disk operation; node */
    SIM_CLIENT_WAKE, /* node: client; payload: plan */
    SIM_CLIENT_RETRY, /* payload: waiting_retry */
    SIM_GIVE_UP,     /* payload: flight */
    SIM_ACTION,      /* payload: timeline entry */
    SIM_WAKE,        /* a condition that depends on time is due */
    SIM_LOOK,        /* replicas should have converged by now; payload: check */
};

enum node_state { NODE_DOWN, NODE_UP, NODE_PAUSED };

/* A timer that a node has set. */
struct sim_timer {
    uint32_t kind;
    uint32_t node;
    uint64_t token;
    uint64_t about;
    uint64_t cause;
    vtime set_at; /* only for watching */
};

/* What an asynchronous disk operation will tell the node. */
struct disk_ticket {
    uint64_t token;
    uint64_t about;
    uint64_t cause;
    uint32_t operation; /* of the disk */
    uint32_t unused;
};

/* A machine: what survives a crash of the process, and what does not. */
struct machine {
    /* volatile: a crash drops the heap and all in it */
    struct heap memory;
    struct node *node; /* NULL while down */

    /* of the machine itself */
    uint8_t state;        /* enum node_state */
    uint32_t incarnation; /* lives so far */
    uint32_t slow_factor; /* 1: as configured */
    struct clock clock;
    struct cpu cpu;

    /* durable */
    struct heap disk_heap;
    struct disk disk;
    uint32_t disk_number; /* disks so far */
    uint32_t betrayals;   /* times that the disk has lost what it had told to be durable */
    struct heap image_heap; /* of an image that somebody has taken */
    struct disk image;
    uint32_t has_image; /* 0 or 1 */
    uint32_t unused;
};

/* How a timeline entry or a check that waits for a condition stands. */
struct watch_state {
    bool is_armed; /* still waiting */
    bool was_true;
    uint64_t record; /* where it came true (or, for an `always`, false) */
    uint64_t step;
    vtime time;
    uint64_t detail; /* converged: how many keys differed when it was looked at */
};

/* The last change of members, as the newest topology told of it. */
enum change_end { CHANGE_NONE, CHANGE_UNDER_WAY, CHANGE_DONE, CHANGE_ROLLED_BACK };

struct change_seen {
    uint64_t begun_version;
    vtime begun_at; /* when the first node learned of it */
    vtime phase_at; /* the same of the newest version */
    uint32_t subject;
    uint32_t other;
    uint8_t change; /* enum transition */
    uint8_t end;    /* enum change_end */
    uint8_t unused[6];
};

/* The root of the region: a run at one moment. */
struct world_state {
    vtime now;
    uint64_t step;    /* events handled so far */
    uint64_t records; /* trace records made so far */
    uint64_t cause;   /* number of the record that is being acted upon */
    struct digest digest;

    /* of the event handled last, and how many in a row had the same time and identity: these
     * anchor interventions */
    uint64_t last_identity;
    uint64_t last_occurrence;

    struct heap heap; /* everything below that says nothing else */
    struct queue queue;
    struct machine *machines;
    struct network net;
    struct pool work;    /* struct work */
    struct pool timers;  /* struct sim_timer */
    struct pool tickets; /* struct disk_ticket */
    struct clientele clients;
    struct stale_counter stale;
    struct topology topology;   /* the newest that any node has learned: for views and checks */
    struct placement placement; /* derived: the places by which reads go */
    struct placement other_placement; /* derived, while members change: the other places that
                                         writes go to */
    struct change_seen change;        /* only for watching */

    uint32_t *counts; /* records by actor and kind: counts[actor * TRACE_KIND_COUNT + kind] */
    uint32_t actor_count;
    struct meter meter; /* what metrics count besides these */

    struct watch_state *timeline; /* one per entry */
    struct watch_state *checks;   /* one per check */
    uint64_t watched[CONDITION_WATCH_WORDS];
    bool is_watching_every_step;
    vtime clock_spread_ns;       /* the most that wall clocks of nodes ever differed, so far */
    vtime last_fault_ended;      /* for the converged check: when the last heal or restart came */
    uint32_t intervention_count; /* applied so far */
    bool is_over;

    uint64_t draw_count; /* for tests and figures */
};

/* Told about every draw, for the tests that prove what draws depend on. */
struct draw_sink {
    void (*take)(void *host, uint32_t stream, uint64_t identity, uint64_t bits);
    void *host;
};

/* Told whenever it is fixed when a message will arrive. */
struct parcel_sink {
    void (*take)(void *host, const struct parcel *parcel);
    void *host;
};

struct world {
    struct region region;
    struct world_state *state; /* the region's root */
    const struct scenario *scenario;
    uint64_t seed;
    const struct intervention *interventions;
    uint32_t intervention_count;

    uint64_t stream_keys[STREAM_COUNT]; /* derived from the seed: see mix_stream */

    struct trace_sink sink;     /* `take` may be NULL */
    struct draw_sink draw_sink; /* `take` may be NULL */
    struct parcel_sink parcel_sink; /* `take` may be NULL; must not touch the world */
    struct bug_story story;

    /* before world_begin; watching alone: neither changes a run */
    vtime meter_width; /* of the slots of metrics; 0: as fits the duration */
    bool is_unmetered; /* nothing is counted: for measuring what counting costs */

    /* only during a step */
    struct env env;
    uint32_t acting;  /* node whose handler runs, or ANY_NODE */
    uint32_t doomed;  /* a node that is to crash at this very record: nothing more gets out */
    bool has_due;     /* a condition came true during this step */
    bool saw_watched; /* a watched record was made during this step */
    uint32_t record_depth;
};

#define WORLD_RESERVE_BYTES REGION_RESERVE_PLAN

/* Open a world's memory. On refusal: false and one sentence in *why. */
bool world_open(struct world *world, uint64_t reserve_bytes, void *base_hint, const char **why);
void world_close(struct world *world);

/* Begin a run from the start. The scenario and the interventions must outlive it. NULL:
 * those that stand in the scenario. */
void world_begin(struct world *world, const struct scenario *scenario, uint64_t seed,
                 const struct intervention *interventions, uint32_t intervention_count);

/* Handle one event (or apply one intervention). False when the run is over. */
bool world_step(struct world *world);

/* Step until all events up to `time` are handled, `step` steps are done, or the run is over.
 * From the scenario's duration on, `time` is the end of the run. */
void world_run(struct world *world, vtime time, uint64_t step);

/* When the next step will be, or VTIME_NEVER when the run is over. */
vtime world_next_time(const struct world *world);

/* What the world is at this moment, field by field, without addresses: equal for
 * equal states. Slow; for tests and for the window's proof of exact time travel. */
struct digest world_state_digest(const struct world *world);

/* --- for the rooms of the simulator itself ------------------------------- */

/* Append a record; returns its number. */
uint64_t world_record(struct world *world, uint32_t kind, uint32_t actor, uint64_t about,
                      uint64_t a, uint64_t b, uint64_t c);

/* THE draw. */
uint64_t world_draw(struct world *world, enum stream stream, uint64_t identity);

/* Events that belong to one life of a process, and end with it. */
static inline bool world_is_of_a_life(uint8_t kind)
{
    return kind == SIM_WORK_DONE || kind == SIM_TIMER || kind == SIM_DISK;
}

/* Returns a handle to cancel it by; 0 for events that never are. */
uint64_t world_push(struct world *world, vtime time, uint8_t kind, uint32_t node, uint32_t payload,
                    uint64_t identity);

/* A timer that is out of the queue: the node gets it as work. */
void world_fire_timer(struct world *world, uint32_t index);

/* What an action refers to (a link configuration, an operation) lies outside the
 * region, so the region keeps only where it stands: its index in the timeline, or
 * 2^32 plus its index among the interventions. */
uint64_t world_action_source(const struct world *world, const void *referred);
const struct action *world_action_at(const struct world *world, uint64_t source);

/* A node has learned a topology; if it is the newest, the places of keys are by it
 * (world_members.c). */
void world_learn_topology(struct world *world, const struct topology *topology);

/* Conditions that wait, evaluated after records (watch.c). */
void watch_begin(struct world *world);
void watch_record(struct world *world, uint32_t kind, uint32_t actor);
void watch_after_step(struct world *world);
void watch_wake(struct world *world);
void watch_fault_ended(struct world *world);
void watch_look(struct world *world, uint32_t check);

/* What an action is about: the same wherever it stands in a timeline (actions.c). */
uint64_t action_identity(const struct action *action);

/* Is this node one of the machines that an action on machines names (actions.c)? */
bool action_names_machine(const struct scenario *scenario, const struct action *action,
                          uint32_t node);

/* How far wall clocks are apart now, if it is more than ever before. To be asked before and after
 * each change of a clock, and at the end: in between they move along straight lines. */
void world_note_clocks(struct world *world);
vtime world_clock_spread(const struct world *world);

/* Do what an entry of the timeline says now, and tell of the fault that it belongs to; do any
 * action (actions.c). */
void timeline_apply(struct world *world, uint32_t entry);
void action_apply(struct world *world, const struct action *action);
void machine_start(struct world *world, uint32_t node);
void machine_install_disk(struct world *world, uint32_t node);
void machine_crash(struct world *world, uint32_t node, const struct action *action);

/* Run one piece of work on its node (env_sim.c). */
void env_sim_init(struct world *world);
void env_sim_handle(struct world *world, const struct work *work);
uint32_t env_sim_shed_reason(struct world *world, const struct work *work);

static inline struct machine *machine_at(const struct world *world, uint32_t node)
{
    return &world->state->machines[node];
}

static inline bool is_node_address(const struct world *world, uint32_t address)
{
    return address < world->scenario->node.nodes;
}

/* Endpoints in one numbering: nodes first, then clients. */
static inline uint32_t endpoint_index(const struct world *world, uint32_t address)
{
    return address < CLIENT_ADDRESS_BASE
               ? address
               : world->scenario->node.nodes + (address - CLIENT_ADDRESS_BASE);
}

#endif
