/*
 * measure_print.h: the table of safeguards, and what was measured about them, in three forms:
 * text for a terminal, JSON for programs, and Markdown, which is the table of README.md and
 * docs/measure.md.
 */
#ifndef CLI_MEASURE_PRINT_H
#define CLI_MEASURE_PRINT_H

#include <stdio.h>

#include "hunt/measure.h"

enum measure_form { FORM_TEXT, FORM_JSON, FORM_MARKDOWN };

/* The path of the shipped scenario that fails without the rule, "scenarios/torn-log.json". */
void safeguard_scenario(uint32_t safeguard, char path[100]);

/* Of those in the set (1 << enum safeguard). `measure` may be NULL, but not as text: then the
 * table has rules, incidents and scenarios only. */
void measure_print(const struct measure *measure, uint64_t safeguards, enum measure_form form,
                   FILE *out);

/* How many of the set were found in their first range, and how many were looked for. */
uint32_t measure_found(const struct measure *measure, uint64_t safeguards, uint32_t *looked);

#endif
