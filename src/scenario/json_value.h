/*
 * json_value.h: how a read complains; for json_value.c, json_cursor.c, json_read.c.
 *
 * Every complaint about a value has one of two forms:
 *
 *     PLACE: PATH: expected E, found F (hint)
 *     PLACE: missing key "K" in PATH, expected E
 *
 * so a read only has to know its E, and writes it only when it is needed.
 */
#ifndef SCENARIO_JSON_VALUE_H
#define SCENARIO_JSON_VALUE_H

#include "scenario/json_parts.h"

/* A value that is neither read nor complained about: there is an error already,
 * or it is optional and missing. */
bool json_is_silent(struct json_value value);

/* Begin the error's sentence with "PLACE: PATH: ". */
void json_begin(struct json_value value, struct text *words);

/* The whole sentence; `hint` may be NULL. Nothing after an earlier error. */
void json_refuse(struct json_value value, const char *expected, const char *hint);

/* Add `"a", "b" or "c"` (with `last` instead of "or"); a long list is cut and the
 * rest counted. NULL entries are passed over. */
void json_put_list(struct text *words, const char *const *list, uint32_t count, const char *last);

/* Add `; did you mean "a"?` when one of the words is near. */
void json_put_nearest(struct text *words, const char *wrong, const char *const *list,
                      uint32_t count);

#endif
