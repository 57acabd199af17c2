/*
 * log_index.c: growing the index, and finding rows.
 */
#include "viz/log/log_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

void log_index_free(struct log_index *index)
{
    free(index->before.numbers);
    free(index->after.numbers);
    memset(index, 0, sizeof *index);
}

void log_index_forget(struct log_index *index)
{
    index->is_begun = false;
    index->before.count = index->after.count = 0;
}

static void add_row(struct log_rows *rows, uint64_t number)
{
    if (rows->count == rows->room) {
        rows->room = rows->room ? 2 * rows->room : 1024;
        rows->numbers = realloc(rows->numbers, rows->room * sizeof *rows->numbers);
        CHECK_WHY(rows->numbers != NULL, "out of memory");
    }
    rows->numbers[rows->count++] = number;
}

/* Begin at the anchor, or anew where the tape no longer joins what was looked at. */
static void begin_if_due(struct log_index *index, const struct stage *stage, uint64_t first,
                         uint64_t end, uint64_t anchor)
{
    bool is_joined = index->is_begun && index->branch == stage_branch_now(stage) &&
                     first <= index->high && end >= index->low;
    if (is_joined)
        return;
    log_index_forget(index);
    anchor = anchor < first ? first : anchor > end ? end : anchor;
    index->is_begun = true;
    index->branch = stage_branch_now(stage);
    index->low = index->high = anchor;
}

bool log_index_work(struct log_index *index, struct log_filter *filter,
                    const struct stage *stage, uint64_t anchor, uint32_t budget)
{
    uint32_t count;
    const struct tape_record *tape = stage_tape(stage, &count);
    if (count == 0)
        return true;
    uint64_t first = tape[0].number, end = first + count;
    begin_if_due(index, stage, first, end, anchor);
    for (; budget > 0 && (index->high < end || index->low > first); budget--) {
        /* forward first: what has just happened is what is looked at */
        bool is_forward = index->high < end && (index->low <= first || budget % 2 == 0);
        uint64_t number = is_forward ? index->high++ : --index->low;
        if (number < first || number >= end)
            continue;
        if (log_filter_matches(filter, stage, &tape[number - first]))
            add_row(is_forward ? &index->after : &index->before, number);
    }
    return index->high >= end && index->low <= first;
}

int64_t log_index_first(const struct log_index *index)
{
    return -(int64_t)index->before.count;
}

int64_t log_index_last(const struct log_index *index)
{
    return (int64_t)index->after.count;
}

uint64_t log_index_number(const struct log_index *index, int64_t row)
{
    return row >= 0 ? index->after.numbers[row] : index->before.numbers[-row - 1];
}

int64_t log_index_row(const struct log_index *index, uint64_t number)
{
    int64_t low = log_index_first(index), high = log_index_last(index);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (log_index_number(index, middle) <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}
