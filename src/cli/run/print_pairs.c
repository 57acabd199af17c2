/*
 * print_pairs.c: the pairs report of a run: for each kind of fault, with which others it was at
 * work.
 *
 * One line a kind that was seen, and at the end how many pairs there are.
 */
#include <stdio.h>

#include "cli/run/print_pairs.h"

static void print_kind(const struct fault_pairs *pairs, uint32_t kind, FILE *out)
{
    uint64_t others = pairs->with[kind] & ~(UINT64_C(1) << kind);
    int column = fprintf(out, "  %-20s", fault_table[kind].name);
    for (uint32_t other = 0; other < FAULT_KIND_COUNT; other++) {
        if (!(others >> other & 1))
            continue;
        if (column > 90)
            column = fprintf(out, "\n  %-20s", "") - 1;
        column += fprintf(out, " %s", fault_table[other].name);
    }
    fputs(others ? "\n" : " alone\n", out);
}

void print_pairs(const struct fault_pairs *pairs, FILE *out)
{
    uint32_t seen = 0;
    fputs("\nFaults, and which others were at work at the same time\n", out);
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (!(pairs->seen >> kind & 1))
            continue;
        print_kind(pairs, kind, out);
        seen++;
    }
    fprintf(out, "  %u of %u kinds, %u of %u pairs that can be\n", seen, FAULT_KIND_COUNT,
            fault_pairs_count(pairs), fault_pairs_possible());
}
