/*
 * capsule_file.h: capsules as files: how one is written, and replayed.
 *
 * What stands in one is scenario/capsule.h; that it is the same run is hunt/replay.h. Here is what
 * goes to the disk, and what a person is told.
 */
#ifndef CLI_CAPSULE_FILE_H
#define CLI_CAPSULE_FILE_H

#include "hunt/replay.h"

/* Make the capsule of a run and write it. `wanted`: what a sweep found, or NULL. False after an
 * error has been printed. */
bool capsule_write(struct trial_bench *bench, const struct scenario *scenario, uint64_t seed,
                   const struct result *wanted, const char *command, const char *path,
                   struct capsule *capsule);

/* The line that makes a run without its capsule, for the caller to free. */
char *capsule_command(const char *file, uint64_t seed, const char *const *sets, uint32_t set_count);

/* `ringside replay CAPSULE`; the exit code. */
int capsule_replay(const char *path);

#endif
