/*
 * scenario.h: everything that a run is a function of, besides seed and
 * interventions.
 *
 * Plain data, made once by the loader (src/scenario/), never changed afterwards;
 * a world only reads it. All pointers lead into memory of the loader that lives
 * as long as the scenario. Strings end in NUL. Spans are nanoseconds.
 *
 * Names become identities here: a client's identity is the hash of its name, so
 * that removing another client changes none of its draws.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "base/base.h"
#include "base/sampling.h"
#include "base/zipf.h"
#include "db/config.h"
#include "sim/world/action.h"
#include "sim/condition/condition.h"
#include "sim/disk/disk.h"
#include "sim/fault/fault_kind.h"

#define CLIENTS_MAX  4096
#define TIMELINE_MAX 1024 /* entries */
#define CHECKS_MAX   64
#define INTERVENTIONS_MAX 4096
#define LABEL_MAX    64 /* bytes of any name, with its NUL */

struct clock_config {
    int64_t offset_ns;      /* wall clock minus true time, at the start */
    int64_t drift_ppb;      /* both clocks: +1000 gains one microsecond a second */
    uint64_t granularity_ns; /* the wall clock shows multiples of this; at least 1 */
};

/* What a node's processor may be asked to do; each kind has a service time. */
enum work_kind { WORK_START, WORK_MESSAGE, WORK_TIMER, WORK_DISK, WORK_KIND_COUNT };

struct cpu_config {
    uint32_t cores; /* 1 .. 64 */
    vtime service_ns[WORK_KIND_COUNT]; /* 0: takes no time and no turn */
    vtime shed_ns;      /* of a message that the database refuses unread (db/load/shed.h) */
    uint32_t queue_max; /* messages that arrive behind so many are lost; 0: no bound */
};

struct node_setting {
    const char *name; /* "n1" */
    bool is_up;       /* at the start of the run */
    struct clock_config clock;
    struct disk_config disk;
    struct cpu_config cpu;
};

/* Links that differ from the default, by address; ALL_MEMBERS stands for any. */
struct link_setting {
    uint32_t from;
    uint32_t to;
    struct link_config link;
};

struct network_config {
    struct link_config nodes;   /* between nodes */
    struct link_config clients; /* between a client and a node, both ways */
    uint32_t setting_count;
    const struct link_setting *settings; /* a later one wins */
};

/* One operation that a scenario writes out in full. */
struct operation_plan {
    const char *label; /* "w1"; unique in the scenario */
    uint64_t number;   /* of the operation: its draws are keyed by it; ascending in a script */
    uint8_t kind;      /* enum operation_kind of check/history.h */
    uint8_t level;     /* enum level */
    uint8_t explicit_count; /* R or W for LEVEL_EXPLICIT */
    uint8_t retries;
    bool is_sloppy;    /* others may stand in for owners that are down */
    uint32_t via;      /* coordinator, or ANY_NODE */
    const char *key;
    struct bytes value; /* of a put; an element; of a field */
    const char *field;  /* set, unset; else NULL */
    int64_t amount;     /* incr */
    bool is_blind;      /* brings no context along */
    bool is_appended;   /* the value is added to the list that the client has read */
    vtime timeout_ns;
    /* begins at `at`, or `at` after the operation `after` of the same client has been told */
    vtime at;
    int32_t after; /* index in the client's script, or -1 */
};

enum client_loop {
    CLIENT_CLOSED, /* the next operation begins `think` after the last one was told */
    CLIENT_OPEN,   /* operations begin as a Poisson process, whatever becomes of them */
    CLIENT_SCRIPT, /* operations are written out */
};

/* What a loop's put is. */
enum put_manner {
    PUTS_BLIND,      /* a value, whatever is there */
    PUTS_READ_FIRST, /* a get, then a put that brings its context along */
    PUTS_APPEND,     /* the same, and the value is the list that was read, with one item more */
    PUT_MANNER_COUNT,
};

/* How a client chooses whom it asks, of all members or of the key's replicas (token-aware). */
#define COORDINATOR_CHOICES(CHOICE)                                                                \
    CHOICE(RANDOM, "random", "drawn for each operation")                                           \
    CHOICE(ROUND_ROBIN, "round_robin", "each in turn")                                             \
    CHOICE(P2C, "p2c", "of two drawn, the one with fewer of its operations outstanding")           \
    CHOICE(LEAST, "least_outstanding", "the one with the fewest of its operations outstanding")    \
    CHOICE(FASTEST, "fastest", "the one that answers fastest, by a peak-sensitive average")

enum coordinator_choice {
#define CHOICE(identifier, name, meaning) COORDINATOR_##identifier,
    COORDINATOR_CHOICES(CHOICE)
#undef CHOICE
    COORDINATOR_CHOICE_COUNT,
};

/* What a client does about an attempt that was not ok. */
struct retry_setting {
    uint8_t retries;     /* attempts after the first */
    bool is_jittered;    /* a pause is drawn between 0 and what it would be (full jitter) */
    bool has_budget;
    uint32_t budget_ppb;  /* retries allowed for each first attempt, in billionths ... */
    uint32_t budget_rate; /* ... and so many a second besides */
    vtime backoff_ns;    /* before the first retry; twice as long before each later one */
    vtime backoff_max_ns;
};

struct client_setting {
    const char *name;  /* "c1"; a group "c" of count 3 gives c1, c2, c3 */
    uint64_t identity; /* hash of the name; unique in the scenario; low 32 bits unique, too */
    uint8_t loop;      /* enum client_loop */
    uint8_t level_read, level_write; /* enum level */
    uint8_t explicit_read, explicit_write;
    bool is_sloppy; /* others may stand in for owners that are down */
    uint8_t coordinator_choice; /* enum coordinator_choice */
    bool is_token_aware;        /* chooses among the key's replicas */
    uint32_t in_flight_max; /* one more is told `overloaded` without being sent; 0: no limit */
    vtime half_life_ns;     /* fastest: an average that is not measured anew halves in this time */
    struct retry_setting retry;
    uint32_t via; /* coordinator of every operation, or ANY_NODE: chosen per operation */
    vtime start_ns, stop_ns;
    int64_t clock_offset_ns; /* of the client's own clock: it may stamp its writes by it */
    vtime timeout_ns;

    /* closed and open loop */
    uint64_t operations;          /* at most this many; 0: no limit */
    struct distribution think;    /* closed: pause; open: gaps (exponential for Poisson) */
    struct distribution value_size; /* bytes, as a "time" in ns */
    uint32_t weights[8]; /* by enum operation_kind, of their sum */
    uint8_t puts;                 /* enum put_manner */
    uint32_t element_count;       /* add, remove: of so many; set, unset: fields */
    const char *key_prefix;       /* keys are prefix + number from 1 */
    uint32_t key_count;
    bool is_sequential;           /* one after the other, and then from the beginning */
    uint8_t key_digits;           /* numbers have leading zeros up to so many; 0: none */
    const struct zipf *zipf;      /* NULL: uniform */

    /* script */
    uint32_t plan_count;
    const struct operation_plan *plans;
};

/* The place of a script's operation, or plan_count when no operation has that number. */
static inline uint32_t client_plan_index(const struct client_setting *setting, uint64_t number)
{
    uint32_t low = 0, high = setting->plan_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (setting->plans[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < setting->plan_count && setting->plans[low].number == number ? low
                                                                             : setting->plan_count;
}

enum trigger_kind { TRIGGER_AT, TRIGGER_WHEN };

struct timeline_entry {
    uint8_t trigger;            /* enum trigger_kind */
    vtime at;                   /* TRIGGER_AT; for TRIGGER_WHEN: not before this */
    vtime delay_ns;             /* TRIGGER_WHEN: this long after the condition came true */
    struct condition condition; /* TRIGGER_WHEN: fires once, when it first is true */
    struct action action;
    struct fault_tag fault; /* number 0: it belongs to none */
    const char *text; /* as a person would say it: "crash n2 (torn)" */
};

enum check_kind {
#define CHECK_KIND(identifier, name, condition) CHECK_##identifier,
#include "sim/judge/check_kinds.def"
#undef CHECK_KIND
    CHECK_KIND_COUNT,
};

struct check_setting {
    const char *name; /* unique in the scenario */
    const char *why;  /* one sentence for the reader of the report, or NULL */
    uint8_t kind;     /* enum check_kind */
    bool is_expected_to_fail; /* a scenario that shows a failure: violated is as it should be */
    bool is_promised_only; /* LINEARIZABLE, DURABLE: judge_promise.h says which keys are left out */
    vtime within_ns;     /* CHECK_CONVERGED */
    uint64_t work_limit; /* CHECK_LINEARIZABLE, CHECK_SEQUENTIAL: search steps before `unknown` */
    uint32_t guarantees; /* CHECK_SESSIONS: which, a sum of enum session_guarantee */
    struct condition condition;
};

/* What the cluster holds before the run (preload.h). */
struct preload_setting {
    const char *key_prefix; /* keys are prefix + number from 1 */
    uint32_t key_count;     /* 0: nothing */
    uint32_t value_bytes;   /* at least so many */
};

struct scenario {
    const char *file;  /* as it was given, for messages */
    const char *name;  /* short: "quorum-crash" */
    const char *title; /* one line */
    const char *about; /* a paragraph for the reader */
    const char *text;  /* the effective JSON, overrides included, for traces and capsules */

    uint32_t panes;    /* 1 << enum pane, for a window to begin with; 0: it does not say */

    bool is_finding;   /* out of a capsule: a window begins where its check fails */
    uint64_t seed;     /* unless the command line gives another */
    vtime duration_ns; /* the run ends here, or when nothing is left to do */

    struct node_config node; /* what every node is told; nodes = its count */
    const struct node_setting *nodes;
    uint32_t rack_count; /* 0: the scenario has none; whose is whose: node.placement.racks */
    const char *const *rack_names;
    struct network_config network;
    struct preload_setting preload;

    uint32_t client_count;
    const struct client_setting *clients;
    uint32_t timeline_count;
    const struct timeline_entry *timeline;
    uint32_t intervention_count; /* of a saved session; ascending by time */
    const struct intervention *interventions;
    uint32_t check_count;
    const struct check_setting *checks;

    /* NULL, or what scenario_expand draws faults by: a scenario with a swarm stands for one without
     * for each seed (scenario/expand.h) */
    const struct swarm_setting *swarm;
};

#endif
