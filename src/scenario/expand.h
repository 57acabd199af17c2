/*
 * expand.h: from a scenario with a swarm and a seed to the plain scenario that it stands for.
 *
 *     scenario with a swarm  ──┐
 *                              ├──> a plain scenario: the cluster that was drawn, and every
 *     seed                   ──┘    fault spelled out as lines of the timeline
 *
 * A pure function. What comes out is an ordinary scenario: it can be written to a file, opened in
 * the window, and shrunk by taking lines out of its timeline. A run of a scenario with a swarm is
 * by definition the run of its expansion, with the same digest; a world itself knows no swarm.
 *
 * Every draw is keyed by what it is about: a fault by its kind and its number among those of that
 * kind. So switching a kind off, or adding one, changes no draw of any other.
 */
#ifndef SCENARIO_EXPAND_H
#define SCENARIO_EXPAND_H

#include "scenario/load.h"

/* The expansion, for the caller to free with scenario_free; it needs `scenario` no more. NULL and a
 * sentence when it cannot be made, which then is a mistake in the scenario. One without a swarm
 * comes out as it is, but for its seed. */
struct scenario *scenario_expand(const struct scenario *scenario, uint64_t seed,
                                 struct json_error *error);

/* Its text, as a file would have it, for the caller to free. */
char *scenario_expand_text(const struct scenario *scenario, uint64_t seed,
                           struct json_error *error);

/* What every command does with its FILE: load it, and if it has a swarm, expand it. `seed`: of the
 * command line; NULL: the scenario's own. */
struct scenario *scenario_open(const char *path, const char *const *overrides,
                               uint32_t override_count, const uint64_t *seed,
                               struct json_error *error);

#endif
