/*
 * log_index.h: the records that the log shows, in a row.
 *
 * A long run has a million records and a filter that wants three of them, so nobody may look
 * at all of them for every frame. The index covers a stretch of the present branch, grows in
 * both directions from the present, by so much work a frame, and never looks at a record twice:
 *
 *     before   <- 4188  4190  4201 | 4210  4211  4230 ->   after
 *                                anchor
 *              |<-- low                       high -->|    numbers that were looked at
 *
 * Numbers mean the same for as long as the branch is the same, also when the tape has forgotten
 * a record and made it again. Rows are counted from the anchor: row 0 is the first one in
 * `after`, row -1 the last one before it.
 */
#ifndef VIZ_LOG_INDEX_H
#define VIZ_LOG_INDEX_H

#include "viz/log/log_filter.h"

struct log_rows {
    uint64_t *numbers;
    uint32_t count, room;
};

struct log_index {
    bool is_begun;
    uint32_t branch;
    uint64_t low, high; /* looked at: low <= number < high */
    struct log_rows before, after;
};

void log_index_free(struct log_index *index);

/* Look at everything anew. */
void log_index_forget(struct log_index *index);

/* Cover more of the tape, around the record `anchor`. True: all of the tape is covered. */
bool log_index_work(struct log_index *index, struct log_filter *filter,
                    const struct stage *stage, uint64_t anchor, uint32_t budget);

/* Rows from first to last - 1, and the number of a row. */
int64_t log_index_first(const struct log_index *index);
int64_t log_index_last(const struct log_index *index);
uint64_t log_index_number(const struct log_index *index, int64_t row);

/* The last row whose number is at most `number`; one before the first if there is none. */
int64_t log_index_row(const struct log_index *index, uint64_t number);

#endif
