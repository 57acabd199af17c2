/*
 * tally.h: many results, summed up in a fixed order.
 *
 * Results are taken in the order of scenarios and seeds, not in that in which runs ended; so all
 * that is said here, which finding came first and when nothing new was reached any more included,
 * is the same for any number of workers. The digest of digests is a sum: it does not even depend on
 * the order, so shards that are merged have the digest of the whole.
 */
#ifndef HUNT_TALLY_H
#define HUNT_TALLY_H

#include "hunt/result.h"

#define TALLY_GROUPS_MAX 1000 /* causes; findings of further ones are counted together */

/* Findings of one cause. */
struct tally_group {
    struct result first; /* the first one, in the order of scenarios and seeds */
    uint64_t count;
    struct coverage common; /* reached in all of them */
};

struct tally {
    uint64_t runs;
    uint64_t ends[TRIAL_END_COUNT];
    uint64_t steps;
    double virtual_seconds;
    uint64_t undecided, absent; /* runs with such a check */
    struct digest digest;       /* of digests */
    struct coverage coverage;
    uint64_t flat; /* runs since something new was reached last */
    struct tally_group *groups;
    uint32_t group_count;
    uint64_t ungrouped;
};

/* True when it is the first finding of its cause. */
bool tally_take(struct tally *tally, const struct result *result);

uint64_t tally_findings(const struct tally *tally);

/* Kinds of faults that happened in every run of the group: "crash, partition". */
void tally_common_faults(const struct tally_group *group, struct text *text);

void tally_free(struct tally *tally);

#endif
