/*
 * print_pairs.h: the pairs report as text.
 *
 * Of one run, or of many whose pairs were added up with fault_pairs_add: the caller says which.
 * sim/fault/pairs.h has what it is made from.
 */
#ifndef CLI_PRINT_PAIRS_H
#define CLI_PRINT_PAIRS_H

#include <stdio.h>

#include "sim/fault/pairs.h"

void print_pairs(const struct fault_pairs *pairs, FILE *out);

#endif
