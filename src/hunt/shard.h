/*
 * shard.h: which part of a sweep this process is to do, as somebody says, or a scheduler.
 *
 *     "3/8"      the third of eight
 *     "auto"     as the environment says:
 *                  Slurm       SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT
 *                  Kubernetes  JOB_COMPLETION_INDEX, from 0; the number of completions is not told
 *                  parallel    PARALLEL_SEQ, from 1; the number of jobs is not told
 *     "auto/8"   the same, of eight: for the two that do not tell; RINGSIDE_SHARDS=8 does it, too
 *
 * GNU parallel numbers jobs by PARALLEL_SEQ and the places in which they run by PARALLEL_JOBSLOT; a
 * place is used again, so it is no number of a shard.
 */
#ifndef HUNT_SHARD_H
#define HUNT_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both count from 1. False and a sentence when it cannot be told. */
bool shard_read(const char *text, uint32_t *shard, uint32_t *count, char *why, size_t why_size);

#endif
