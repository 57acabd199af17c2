/*
 * visited.h: the set of configurations that a search has been in.
 *
 * A configuration is a record of a few 64-bit words, the same number for all. The
 * set is a hash table over an array of records, compared word for word: two that
 * have the same hash are still two, so a verdict never hangs on luck.
 *
 *     records  | 3 words | 3 words | 3 words |   .   |   in order of their entering
 *     slots    | . | 2 | . | . | 1 | 3 | . | . |         number of the record, 0: empty
 */
#ifndef CHECK_VISITED_H
#define CHECK_VISITED_H

#include "base/heap.h"

struct visited {
    struct heap *heap;
    uint64_t *records;
    uint32_t *slots; /* twice as many as there is room for records */
    uint32_t record_words;
    uint32_t count;
    uint32_t room; /* of records: a power of two, or 0 */
    uint32_t unused;
};

void visited_init(struct visited *visited, struct heap *heap, uint32_t record_words);
void visited_free(struct visited *visited);

/* Where to write the next record; good until visited_add. */
uint64_t *visited_next(struct visited *visited);

/* Enter what has been written there. False when such a record is in the set already. */
bool visited_add(struct visited *visited);

#endif
