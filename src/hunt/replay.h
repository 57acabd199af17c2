/*
 * replay.h: from a run to its capsule, and from a capsule to the run again.
 *
 * Both run the scenario. Making a capsule of a result runs it once more and so proves that it comes
 * out as it did; replaying says whether it is the same run byte for byte, and if not, where it
 * first parts and in which facts it differs.
 *
 * A run whose process died or was killed is made again in a process of its own, and is the same
 * when it dies of the same cause.
 */
#ifndef HUNT_REPLAY_H
#define HUNT_REPLAY_H

#include "hunt/result.h"
#include "hunt/trial.h"
#include "scenario/capsule.h"

/* A trial with the finding that the scenario itself expects, when there is no other: what a capsule
 * is about. */
void replay_run(struct trial_bench *bench, struct trial_order *order, struct trial *trial);

/* Versions, command and seed are the caller's to fill in before; the rest is filled in here. False
 * and a sentence when the run does not come out as `wanted` (NULL: whatever it comes to). */
bool capsule_make(struct trial_bench *bench, const struct scenario *scenario,
                  const struct result *wanted, struct capsule *capsule, char *why,
                  size_t why_size);

/* How a run came out, beside its capsule. */
struct replay {
    struct capsule now;       /* the same facts of the run as it is here; versions as recorded */
    bool is_same;             /* all of them */
    uint32_t differing_mark;  /* the first one, or mark_count */
};

/* False and a sentence when it cannot be run. */
bool replay_capsule(struct trial_bench *bench, const struct scenario *scenario,
                    const struct capsule *capsule, struct replay *replay, char *why,
                    size_t why_size);

#endif
