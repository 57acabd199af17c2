/*
 * capsule_file.h: capsules as files: how one is named, written, and replayed.
 */
#ifndef CLI_CAPSULE_FILE_H
#define CLI_CAPSULE_FILE_H

#include "hunt/replay.h"

/* Make the capsule of a run and write it. `wanted`: what a sweep found, or NULL. False after an
 * error has been printed. */
bool capsule_write(struct trial_bench *bench, const struct scenario *scenario, uint64_t seed,
                   const struct result *wanted, const char *command, const char *path,
                   struct capsule *capsule);

/* `ringside replay CAPSULE`; the exit code. */
int capsule_replay(const char *path);

#endif
