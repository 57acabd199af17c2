/*
 * compare.h: two branches of a run, side by side.
 *
 * Both are run from the step at which they part, and their records are put next to each
 * other: a record that both have, at the same time and with the same content, is one row;
 * the others stand in the column of their branch. Numbers of records and steps do not count:
 * one action more shifts them all and changes nothing.
 *
 *     branch 0            both                     branch 1
 *                         1.000 s n1 sends ...
 *                                                  1.000 s n2 crashes     <- what was done
 *     1.004 s n2 writes                                                   <- what came of it
 */
#ifndef SIM_COMPARE_H
#define SIM_COMPARE_H

#include "base/heap.h"
#include "sim/stage/stage.h"

#define COMPARE_RECORDS_MAX (1u << 16) /* looked at in each branch */
#define COMPARE_ROWS_MAX    2048       /* kept; more differences are counted only */
#define COMPARE_OUTCOMES_MAX 64        /* operations that ended otherwise; more are counted only */

enum compare_side { COMPARE_LEFT, COMPARE_RIGHT, COMPARE_BOTH };

struct compare_row {
    struct tape_record record;
    const char *sentence; /* of what only its branch can name, a value; else NULL */
    uint32_t side; /* enum compare_side; COMPARE_BOTH: the record of the left branch */
    uint32_t branch;
};

/* How an operation ended in each branch: what its client was told, or that it gave up. */
struct compare_outcome {
    struct tape_record end[2];
    const char *sentence[2];
    bool is_there[2]; /* else it has no end there, or was never asked */
};

struct comparison {
    uint32_t left, right;   /* branches */
    uint64_t parting_step;  /* both have it */
    vtime parting_time;
    uint32_t row_count;
    struct compare_row *rows; /* by time: differences, and the shared rows just before them */
    uint32_t first;           /* row of the first difference, or row_count */
    uint64_t shared;          /* records in both */
    uint64_t only[2];         /* records in one alone */
    struct compare_outcome *outcomes; /* of the left branch by time, then of the right alone */
    uint32_t outcome_count;           /* in the list */
    uint32_t outcome_total;
    bool is_cut_short;        /* one of them goes on past COMPARE_RECORDS_MAX records */
};

/* What happened in a branch behind the parting. */
struct compare_side_records {
    struct tape_record *records;
    const char **sentences; /* as in a row */
    bool *is_shared;
    uint32_t count;
};

/* The part of stage_compare that finds the outcomes, of all records behind the parting. */
void compare_outcomes(struct comparison *comparison, const struct compare_side_records sides[2],
                      struct heap *scratch);

/* Leaves the stage where it was. Rows lie in `scratch`. */
void stage_compare(struct stage *stage, uint32_t left, uint32_t right, struct heap *scratch,
                   struct comparison *comparison);

#endif
