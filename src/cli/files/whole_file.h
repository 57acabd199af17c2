/*
 * whole_file.h: a file that appears whole or not at all.
 *
 * What is written goes to a file beside it, NAME.part, which takes the name only when
 * everything is on it. Whoever reads NAME meanwhile reads the old one, and a full disk or a
 * killed program leaves no half of a file under a name that looks whole.
 */
#ifndef CLI_WHOLE_FILE_H
#define CLI_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct whole_file {
    FILE *out;        /* write here */
    char path[4096];  /* "" for standard output, which has no name to take */
    char part[4104];
};

/* `path` NULL or "-": standard output. False and one sentence in `why` when it cannot be
 * written. */
bool whole_file_open(struct whole_file *file, const char *path, char *why, size_t why_size);

/* Give it its name. False and one sentence when that failed; then nothing is left behind. */
bool whole_file_finish(struct whole_file *file, char *why, size_t why_size);

/* Leave nothing behind. Does nothing to a file that was finished. */
void whole_file_abandon(struct whole_file *file);

#endif
