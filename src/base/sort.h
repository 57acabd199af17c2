/*
 * sort.h: put indexes in order, the same order on every machine.
 *
 * qsort is barred from the pure rooms: it may put equal items in any order. Here
 * the caller sorts indexes into a table of his own, with a rule that says which of
 * two comes first, and items that are equal under the rule keep their places (the
 * sort is stable), so the result is one and the same everywhere.
 *
 * The method is the merge sort from the bottom up: runs of eight by insertion,
 * then neighbours merged. Two runs overlap only where the end of the left one
 * is larger than the start of the right one, and only that stretch is merged, so
 * input that is nearly in order (the usual kind: things recorded as they
 * happened) costs little more than one look at each item.
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include "base/base.h"

/* Must a stand before b? A strict order: never both ways, and never before itself. */
typedef bool sort_before(const void *context, uint32_t a, uint32_t b);

/* Sort `items`; `spare` is room for `count` items, whose contents do not matter. */
void sort_indexes(uint32_t *items, uint32_t count, uint32_t *spare, sort_before *before,
                  const void *context);

#endif
