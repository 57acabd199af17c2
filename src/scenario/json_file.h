/*
 * json_file.h: a whole file in memory, or one sentence why not.
 *
 * Regular files and pipes alike; a misspelt name is answered with the nearest name
 * in its folder.
 */
#ifndef SCENARIO_JSON_FILE_H
#define SCENARIO_JSON_FILE_H

#include "scenario/json_doc.h"

/* The bytes of a file or a pipe with a NUL behind them, for the caller to free;
 * NULL and a sentence when it cannot be read or has more than `limit` bytes. */
char *json_file_read(const char *path, size_t limit, size_t *size, struct json_error *error);

#endif
