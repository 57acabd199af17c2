/*
 * merge.h: files of results of several sweeps, as one.
 *
 * Shards of one sweep, the same sweep of several machines, a sweep and its continuation: all files
 * must be about the same scenarios, by the same versions. A run that stands in more than one of
 * them must have come out the same everywhere. If it did not, the program is not deterministic, and
 * that is told as what it is: worse than any finding. (A run that one machine was too slow for is
 * no disagreement: the one that finished counts.)
 *
 * What the headers promise and no file has is a gap, and is named.
 */
#ifndef HUNT_MERGE_H
#define HUNT_MERGE_H

#include <stdio.h>

#include "hunt/results.h"
#include "hunt/tally.h"

#define MERGE_TOLD_MAX 20 /* disagreements and gaps that are kept; more are counted */

struct merge_disagreement {
    char scenario[LABEL_MAX];
    uint64_t seed;
    const char *file[2];
    struct result result[2];
};

/* Runs that a header promises: the shard, and how many of its runs are missing. */
struct merge_gap {
    uint64_t first_seed, last_seed;
    uint32_t shard, shard_count;
    uint64_t missing, promised;
    char scenario[LABEL_MAX]; /* of the first that is missing */
    uint64_t seed;
};

struct merge {
    struct tally tally;
    struct result_header header; /* of the first file */
    uint64_t overlaps;           /* lines that were there already, and agree */
    uint64_t hung_elsewhere;     /* runs that were killed in one file and finished in another */
    uint64_t torn_files;
    uint64_t disagreement_count;
    struct merge_disagreement *disagreements; /* MERGE_TOLD_MAX at most */
    uint64_t gap_count, missing;
    struct merge_gap gaps[MERGE_TOLD_MAX];
};

/* Read them all, and write what they are together, in order, to `out` (NULL: nowhere). False and
 * a sentence when one of them cannot be taken; then nothing is written. With a disagreement
 * nothing is written either. */
bool merge_files(const char *const *paths, uint32_t count, FILE *out, struct merge *merge,
                 struct json_error *error);

void merge_free(struct merge *merge);

#endif
