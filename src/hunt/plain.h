/*
 * plain.h: what is run for a seed: a scenario with a swarm stands for another one each time
 * (scenario/expand.h), any other is what it is.
 *
 *     struct plain plain;
 *     if (plain_open(&plain, scenario, seed, &error))
 *         ... plain.scenario ...
 *     plain_close(&plain);
 */
#ifndef HUNT_PLAIN_H
#define HUNT_PLAIN_H

#include "scenario/expand.h"

struct plain {
    const struct scenario *scenario; /* NULL after a mistake */
    struct scenario *own;            /* NULL: it is the one that was given */
};

/* False and a sentence when the swarm cannot be expanded for this seed. `scenario` must outlive
 * it. */
static inline bool plain_open(struct plain *plain, const struct scenario *scenario, uint64_t seed,
                              struct json_error *error)
{
    *plain = (struct plain){.scenario = scenario};
    if (scenario->swarm)
        plain->scenario = plain->own = scenario_expand(scenario, seed, error);
    return plain->scenario != NULL;
}

static inline void plain_close(struct plain *plain)
{
    scenario_free(plain->own);
}

#endif
