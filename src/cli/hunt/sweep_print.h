/*
 * sweep_print.h: what a sweep, or a merge of several, says to a person.
 *
 * The same account, word for word, whether one process ran all of it or a hundred machines a part
 * each: nothing in it depends on who ran what.
 */
#ifndef CLI_SWEEP_PRINT_H
#define CLI_SWEEP_PRINT_H

#include <stdio.h>

#include "hunt/sweep.h"

/* "12,345": numbers that are long have commas. */
const char *sweep_number(uint64_t number, char text[32]);

/* Counts, coverage, the digest, and the causes; `open_command` writes how the first finding of a
 * group is opened, and may be NULL. */
struct sweep_summary {
    const struct tally *tally;
    void (*open_command)(void *host, const struct result *first, FILE *out);
    void *host;
};
void sweep_print_summary(const struct sweep_summary *summary, FILE *out);

/* What was never reached, a line each kind of point. */
void sweep_print_coverage(const struct coverage *coverage, FILE *out);

/* An argument as a shell takes it back, with a blank before it. */
void print_argument(FILE *out, const char *argument);

#endif
