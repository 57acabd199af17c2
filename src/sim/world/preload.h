/*
 * preload.h: the data that a cluster has before the run begins.
 *
 *     "preload": {"keys": {"prefix": "k", "count": 1000000}, "value_size": "16B"}
 *
 * Keys are the prefix and a number from 1, as clients name theirs; the value of k7 is "k7#0",
 * filled with dots to its size, written on 2020-01-01, long before any write of a client. Each key
 * lies on all its owners of topology 1, as a checkpoint that is on the device: a node finds it
 * when it starts, as it would find its own, and pays for reading it. So a million rows cost no
 * operations, and a crash at any moment leaves what it would leave of other data.
 *
 * Oracles know what a key held before the first operation (history.h). The first PRELOAD_NAMED keys
 * are in the run's table of keys from the beginning, so that checks and views see them though no
 * client ever asks for them.
 */
#ifndef SIM_PRELOAD_H
#define SIM_PRELOAD_H

#include "base/text.h"
#include "sim/world/scenario.h"

struct world;

#define PRELOAD_KEYS_MAX  10000000 /* more would not fit into a world */
#define PRELOAD_NAMED     10000u
#define PRELOAD_TIMESTAMP INT64_C(1577836800000000000) /* 2020-01-01T00:00:00Z */

/* Bytes that the text of a preloaded key or the beginning of its value needs, at most. */
#define PRELOAD_TEXT_MAX (LABEL_MAX + 24)

/* Fill the disks; when the machines are there and nothing has happened. */
void preload_disks(struct world *world);

/* The first keys, into the run's table. */
void preload_names(struct world *world);

/* Is it one of the preloaded keys? Its number, or 0. */
uint64_t preload_number(const struct scenario *scenario, struct bytes key);

/* What a key held before the run: identity of a value, or VALUE_ABSENT. */
uint64_t preload_value(const struct world *world, struct bytes key);

/* Bytes of one row on the disk, at most, and of all of them on all owners. */
uint64_t preload_row_bytes(const struct scenario *scenario);

#endif
