/*
 * words.h: numbers in sentences.
 *
 * "1 key", "2 keys", "no messages" and "3 copies" are written here, so that no sentence of the
 * window says "1 keys". A word stands in the singular; what English makes of two of them follows
 * from its ending, but for the few that are written down in words.c.
 */
#ifndef VIZ_WORDS_H
#define VIZ_WORDS_H

#include <stdint.h>

#define WORDS_MAX 64

/* "1 key", "20 keys"; text has WORDS_MAX bytes. A noun of two words has its plural at the end:
 * "open operation". */
const char *words_count(uint64_t count, const char *noun, char *text);

/* The noun alone, as it stands after that number. */
const char *words_noun(uint64_t count, const char *noun, char *text);

/* "differs" of one, "differ" of others; "is" and "are". */
const char *words_verb(uint64_t count, const char *singular, const char *plural);

/* "512 B", "1.5 KiB": three digits are enough for a person. */
const char *words_bytes(uint64_t bytes, char *text);

#endif
