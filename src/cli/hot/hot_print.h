/*
 * hot_print.h: what `ringside hot` has found, on its way to a person (hot_text.c) or a program
 * (hot_json.c). cmd_hot.c fills it in; everything lies in the run's scratch memory,
 * and is good for as long as the world stays where it is.
 */
#ifndef CLI_HOT_PRINT_H
#define CLI_HOT_PRINT_H

#include "cli/cli.h"
#include "sim/picture/heat.h"

struct hot_look {
    const struct run *run;
    uint32_t node; /* HEAT_ALL, or the one that was asked */
    uint32_t top;  /* lines of each list */
    vtime last;    /* the window of ranges, as it was asked for */
    struct heat_keys keys;
    struct heat_keys *nodes; /* by node: its sketch alone, with its hottest key */
    struct heat_ranges ranges;
    uint32_t *order; /* of ranges, the most loaded first */
};

/* A key's name for people: bytes that are not printable as dots; "?" and its token when no client
 * has asked for it in this run. */
const char *hot_key_name(const struct hot_look *look, const struct heat_key *key, char text[80]);

/* Operations a second. */
double hot_rate(const struct heat_ranges *ranges, uint64_t count);

/* The largest of the ranges over their mean; 0 when nothing was asked. */
double hot_skew(const struct heat_ranges *ranges);

void hot_print_text(const struct hot_look *look, FILE *out);
void hot_print_json(const struct hot_look *look, FILE *out);

#endif
