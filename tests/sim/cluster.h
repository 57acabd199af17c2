/*
 * cluster.h: a small cluster on the bench, for tests of the simulator and the protocol.
 *
 * A test writes the part of a scenario that it is about, runs it, and asks: what was
 * told, when, what lies where, which records were made. Everything is exact: times
 * are virtual nanoseconds, and a wrong one fails with the line of the test.
 *
 *     struct cluster c;
 *     cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 3}, 'clients': [...]");
 *     run_until(&c, 5 * MILLISECOND);
 *     expect_stored(&c, N1, "k", "x");
 *     cluster_close(&c);
 *
 * In the text ' stands for the double quote of JSON, and ` for the single quote of a
 * condition's texts: "'when': 'op(`w1`).outcome == `ok`'".
 *
 * All records (and, when asked for, all draws) are kept in malloc'ed lists.
 */
#ifndef TESTS_SIM_CLUSTER_H
#define TESTS_SIM_CLUSTER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/message.h"
#include "db/safeguard.h"
#include "sim/trace/trace.h"
#include "sim/picture/view.h"
#include "sim/world/world.h"

enum { N1, N2, N3, N4, N5 };
#define C1 CLIENT_ADDRESS_BASE
#define C2 (CLIENT_ADDRESS_BASE + 1)

#define NOTED(note) (TRACE_NOTE + NOTE_##note) /* the kind of a note's records */

/* A cluster in which only what a test adds takes time: no heartbeats, no service time, no
 * sync; a millisecond between nodes, a tenth of one between a client and a node. */
#define BARE_CLUSTER                                                                               \
    "'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'never'}, "                                    \
    "'cpu': {'service': {'message': '0s'}}"
#define BARE_NETWORK "'latency': '1ms', 'clients': {'latency': '100us'}"
#define BARE         "'cluster': {" BARE_CLUSTER "}, 'network': {" BARE_NETWORK "}"

struct draw {
    uint64_t stream;
    uint64_t identity;
    uint64_t bits;
};

struct cluster {
    struct scenario *scenario;
    struct world world;

    struct trace_record *records;
    size_t record_count;
    size_t record_room;

    bool keeps_draws;
    struct draw *draws;
    size_t draw_count;
    size_t draw_room;
};

/* --- running --------------------------------------------------------------------------- */

/* Load a scenario (its text without the outer braces and without a name) and begin it with
 * seed 1. A text that does not load fails the test with the loader's sentence. */
void cluster_open(struct cluster *c, const char *text);

/* The same, at another base address, or without beginning the run. */
void cluster_open_at(struct cluster *c, const char *text, void *base_hint);
void cluster_load(struct cluster *c, const char *text, void *base_hint);

/* Begin (again) from step 0; records and draws kept so far are forgotten. */
void cluster_begin(struct cluster *c, uint64_t seed, const struct intervention *interventions,
                   uint32_t count);
void cluster_close(struct cluster *c);

void run_until(struct cluster *c, vtime time);
void run_steps(struct cluster *c, uint64_t step);
void run_to_end(struct cluster *c);

/* Step until there are `count` records of the kind by the actor; fails at the end of the run. */
void run_until_count(struct cluster *c, uint32_t kind, uint32_t actor, uint64_t count);

/* --- records ----------------------------------------------------------------------------- */

uint64_t count_of(const struct cluster *c, uint32_t kind, uint32_t actor);

/* The n-th record (from 1) of a kind by an actor, or by ALL_ACTORS; fails when there is none. */
const struct trace_record *record_of(const struct cluster *c, uint32_t kind, uint32_t actor,
                                     uint64_t n);
const struct trace_record *last_record_of(const struct cluster *c, uint32_t kind, uint32_t actor);

/* Records about messages: kind, sender and receiver; a = MESSAGE_..., any as UINT32_MAX. */
uint64_t count_messages(const struct cluster *c, uint32_t trace_kind, uint32_t message_kind,
                        uint32_t from, uint32_t to);
const struct trace_record *message_record(const struct cluster *c, uint32_t trace_kind,
                                          uint32_t message_kind, uint32_t from, uint32_t to,
                                          uint64_t n);

/* --- operations ---------------------------------------------------------------------------- */

/* The attempt (from 0) of a labelled operation, or NULL when it has not begun. */
const struct operation *attempt_of(const struct cluster *c, const char *label, uint32_t attempt);

/* The operation's request, as messages and records call it. */
uint64_t request_of(const struct cluster *c, const char *label, uint32_t attempt);

#define expect_outcome(c, label, wanted)                                                           \
    check_outcome(c, label, wanted, VTIME_NEVER, __FILE__, __LINE__)

/* ... and the client is told at exactly this time. */
#define expect_told(c, label, wanted, time)                                                        \
    check_outcome(c, label, wanted, time, __FILE__, __LINE__)

/* What a get returned; NULL: nothing. */
#define expect_read(c, label, value) check_got(c, label, value, __FILE__, __LINE__)

/* What a node's memory holds; NULL: it never heard of the key, or a tombstone. */
#define expect_stored(c, node, key, value) check_value(c, node, key, value, __FILE__, __LINE__)

void check_outcome(const struct cluster *c, const char *label, enum outcome wanted, vtime told,
                   const char *file, int line);
void check_got(const struct cluster *c, const char *label, const char *value, const char *file,
               int line);
void check_value(const struct cluster *c, uint32_t node, const char *key, const char *value,
                 const char *file, int line);

/* --- placement ------------------------------------------------------------------------------ */

struct bytes text_bytes(const char *text);

/* The n-th (from 0) node of a key's preference list. */
uint32_t replica_of(const struct cluster *c, const char *key, uint32_t n);
bool is_replica(const struct cluster *c, const char *key, uint32_t node);

/* What the node holds of the key, timestamp 0 when it never heard of it. */
struct version version_at(const struct cluster *c, uint32_t node, const char *key);

uint8_t state_of_node(const struct cluster *c, uint32_t node);

#endif
