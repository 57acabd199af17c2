/*
 * flat_json.h: JSON in characters that survive a shell, a chat and a web address.
 *
 *     {"crash": "n2", "groups": [["n1"], ["n2"]], "by": "-5s", "key": "a b"}
 *     (crash=n2,groups=[[n1],[n2]],by=-5s,key=a%20b)
 *
 * Objects are in parentheses, lists in brackets, and quotes are not needed: a word is a number,
 * true, false or null when it looks like one, and a string otherwise. A string's bytes outside
 * letters, digits and "_.:/+@-" are % and two hexadecimal digits; one that looks like a number has
 * its first byte written so ("%342" is "42"), and the empty one is "%.". There are no blanks and
 * no quotes of any kind, so the whole can stand between single quotes.
 */
#ifndef CLI_FLAT_JSON_H
#define CLI_FLAT_JSON_H

#include "scenario/json_print.h"

/* Append a JSON text, which must be valid: it is our own. */
void flat_from_json(struct json_out *out, const char *json);

/* Append as JSON what was written flat. False when it is not well formed: then what was
 * appended is of no use. What comes out is still to be parsed: numbers may be wrong. */
bool flat_to_json(struct json_out *out, const char *flat, size_t size);

#endif
