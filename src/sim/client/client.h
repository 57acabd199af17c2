/*
 * client.h: the people who use the database.
 *
 * A client is an endpoint of the network that sends requests and waits for
 * answers. Three ways of life: closed loop (ask, wait, think, ask again), open
 * loop (ask at random times, whatever becomes of the answers: how real traffic
 * overloads a system), and a script.
 *
 *   plan -> INVOKE -> message -> ... -> reply -> TOLD -> think -> next
 *                        \-> timeout -> GIVE_UP -> retry, or next
 *
 * Everything a client asks and is told goes into the history, an attempt an
 * operation (check/history.h). A late answer to an attempt that was given up is
 * ignored: the client has long been told that it does not know.
 */
#ifndef SIM_CLIENT_H
#define SIM_CLIENT_H

#include "base/chain.h"
#include "base/pool.h"
#include "base/table.h"
#include "check/history.h"
#include "sim/client/client_choose.h"
#include "sim/world/scenario.h"

struct world;

struct client {
    uint64_t next_operation; /* number of the next one, from 1 */
    uint32_t in_flight;
    bool is_stopped; /* by an action: begins nothing new */
    bool is_waiting; /* stopped when its next operation was due */
    int64_t newest_timestamp; /* of all that it was told */
    vtime hurry_ns;         /* by an action: it waits no longer than this; 0: as it is set */
    uint64_t hurry_retries; /* ... and tries at least so often again */
    uint64_t budget; /* for retries: see client_choose.h */
    vtime budget_since;
    struct client_view *views; /* one per node; NULL: it chooses without looking */
};

/* What a loop's operation is for. */
enum flight_role {
    ROLE_ALONE,
    ROLE_READ_FIRST, /* a get, and a put comes after it */
    ROLE_WRITE_BACK, /* that put: of the same key */
};

/* An attempt that has not been told yet. */
struct in_flight {
    uint32_t client;
    uint32_t history_index;
    uint32_t plan; /* index into the script, or PLAN_NONE */
    bool is_refused; /* by the client itself: it has too many in flight */
    uint8_t role;    /* enum flight_role */
    uint8_t unused[2];
    uint64_t timer; /* queue handle of the timeout */
};

/* An attempt that begins after a pause. */
struct waiting_retry {
    uint32_t client;
    uint32_t plan;
    uint64_t number;
    uint32_t avoid; /* the coordinator that failed */
    uint8_t attempt;
    uint8_t role; /* enum flight_role */
    uint8_t unused[2];
    uint64_t cause; /* number of the record that announced it */
};

/* A plan that an action brought. */
struct extra_plan {
    uint64_t source; /* where it stands (world_action_source) */
    uint64_t number; /* of its operation */
};

struct held_plan {
    uint32_t client;
    uint32_t plan;
};

#define PLAN_NONE  UINT32_MAX
#define PLAN_EXTRA 0x80000000u /* a plan of an action: flag, with its index in extra_plans */

/* Everything about clients that changes during a run. */
struct clientele {
    struct client *clients;
    struct chain history;     /* struct operation, in order of invocation */
    struct table in_flight;   /* request -> index in `flights` */
    struct pool flights;      /* struct in_flight */
    struct pool retries;      /* struct waiting_retry */
    struct table keys;        /* token of a key -> index */
    struct chain key_names;   /* struct bytes, by index */
    struct table values;      /* identity of a value -> 1 + index of the operation that put it */
    struct table known;       /* mix of client and key -> 1 + index in known_keys */
    struct chain known_keys;  /* struct known_key */
    struct chain returned;    /* uint64_t: values of gets that returned several */
    struct table spoken;      /* identity of a value that nobody put alone -> 1 + index in texts */
    struct chain texts;       /* struct bytes: how a person reads it */
    struct table before;      /* identity of a value from before the run -> index of its key */
    struct chain extra_plans; /* struct extra_plan */
    struct chain held;        /* struct held_plan: due while their client was stopped */
    uint64_t told[OPERATION_KIND_COUNT][OUTCOME_COUNT];
    uint64_t begun[OPERATION_KIND_COUNT];
};

void clients_init(struct world *world);

/* A queue event of a client's own: the next operation of the loop or script. */
void client_wake(struct world *world, uint32_t client, uint32_t plan);

/* The pause before an attempt is over. */
void client_retry(struct world *world, uint32_t retry);

/* The timeout of an attempt. */
void client_give_up(struct world *world, uint32_t flight);

/* A reply has arrived from a node. One that is damaged is refused and never read. */
void client_receive(struct world *world, uint32_t client, uint32_t from, const uint8_t *data,
                    uint32_t size);

/* An operation out of turn (an action); `client` may be any. */
void client_perform(struct world *world, uint32_t client, const struct operation_plan *plan);

void clients_stop(struct world *world, uint32_t client, bool is_stopped);

/* Those that draw give up after this time, and try so often again; 0 and 0: as they are set. */
void clients_hurry(struct world *world, uint32_t client, vtime timeout_ns, uint32_t retries);

/* What an operation puts that the script or an action planned; false: it was drawn. */
bool client_planned_value(const struct world *world, uint32_t client, uint64_t number,
                          struct bytes *value);

/* What a loop's operation brought along, drawn again: an element or field in *name, a value in
 * *value, both on the world's heap; of a put that appends, the item alone. */
void client_redraw(struct world *world, const struct operation *operation, struct bytes *value,
                   struct bytes *name);

/* The how manieth extra plan has operations of this number, from 1; 0: none. */
uint32_t client_extra_index(const struct world *world, uint64_t number);

/* Index of a key in the run's table, added when new. */
uint32_t client_key_index(struct world *world, struct bytes key);

/* Identity of a value, never VALUE_ABSENT. */
uint64_t value_identity(struct bytes value);

struct operation *history_at(const struct world *world, uint32_t index);

#endif
