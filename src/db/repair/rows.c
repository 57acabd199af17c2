/*
 * rows.c: the rows of a part, and lists of digests.
 *
 * A part is (from, to], clockwise, and may go over the end of the circle; the store's own order
 * ends there.
 */
#include "db/repair/repair_parts.h"

#include "db/store/row.h"

/* Does a position come after `from`, going clockwise, and not after `to`? All do when both are the
 * same. */
static bool is_in(uint64_t position, struct position_range range)
{
    return position - range.from - 1 <= range.to - range.from - 1;
}

const struct store_row *rows_next(const struct store *store, struct position_range range,
                                  const struct store_row *row)
{
    const struct store_row *next = row ? store_next(row) : store_after(store, range.from);
    bool is_over_the_end = !next;
    if (is_over_the_end)
        next = store_first(store);
    if (!next || !is_in(next->position, range))
        return NULL;
    uint64_t way = next->position - range.from - 1;
    uint64_t before = row ? row->position - range.from - 1 : 0;
    /* once round: not the first one again, which may be this very one */
    bool is_round = row && (way < before || (way == before && is_over_the_end));
    return is_round ? NULL : next;
}

int64_t rows_find_digest(struct bytes digests, uint64_t digest)
{
    for (uint32_t i = 0; i + 8 <= digests.size; i += 8)
        if (get_number(digests.data + i, 8) == digest)
            return i / 8;
    return -1;
}
