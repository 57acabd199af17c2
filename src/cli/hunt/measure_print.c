/*
 * measure_print.c: what was measured, as text, JSON and Markdown.
 */
#include "cli/hunt/measure_print.h"

#include <stdlib.h>
#include <string.h>

void safeguard_scenario(uint32_t safeguard, char path[100])
{
    if (safeguard == SAFEGUARD_CHECKSUM_ON_RECOVERY)
        snprintf(path, 100, "scenarios/torn-log.json");
    else if (safeguard == SAFEGUARD_DEDUPLICATE_REQUESTS)
        snprintf(path, 100, "scenarios/duplicates.json");
    else
        snprintf(path, 100, "scenarios/safeguard-%s.json", safeguard_table[safeguard].name);
}

uint32_t measure_found(const struct measure *measure, uint64_t safeguards, uint32_t *looked)
{
    uint32_t found = 0;
    *looked = 0;
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (safeguards >> i & 1) {
            *looked += measure->cases[i][0].is_done;
            found += measure->cases[i][0].is_found;
        }
    return found;
}

static uint64_t range_length(const struct measure *measure)
{
    return measure->last_seed - measure->first_seed + 1;
}

/* By which check; a run that died or does not end has none. */
static const char *found_by(const struct measure_case *first)
{
    return *first->check ? first->check : trial_end_words[first->end];
}

/* "12" or "> 2000", "0.41" or "> 93". */
static void median_texts(const struct measure *measure, uint32_t safeguard, char seeds[40],
                         char seconds[40], char ranges[40])
{
    struct measure_median median;
    bool is_found = measure_median(measure, safeguard, &median);
    snprintf(ranges, 40, "%u of %u", median.found, median.done);
    if (is_found) {
        snprintf(seeds, 40, "%llu", (unsigned long long)median.seeds);
        snprintf(seconds, 40, "%.2f", (double)median.microseconds / 1e6);
    } else {
        snprintf(seeds, 40, "> %llu", (unsigned long long)range_length(measure));
        snprintf(seconds, 40, "> %.0f", (double)measure->cases[safeguard][0].microseconds / 1e6);
    }
}

/* --- text ----------------------------------------------------------------------------------- */

static void text_row(const struct measure *measure, uint32_t safeguard, FILE *out)
{
    const struct measure_case *first = &measure->cases[safeguard][0];
    char seeds[40], seconds[40], ranges[40];
    fprintf(out, "%-27s", safeguard_table[safeguard].name);
    if (!first->is_done) {
        fprintf(out, "not measured yet (%llu runs)\n", (unsigned long long)first->through);
        return;
    }
    median_texts(measure, safeguard, seeds, seconds, ranges);
    if (first->is_found)
        fprintf(out, "%-27s %-18s %6llu  %7s %8s   %s\n", found_by(first), first->scenario,
                (unsigned long long)first->seed, seeds, seconds, ranges);
    else
        fprintf(out, "not found in %llu seeds, %.1f s\n",
                (unsigned long long)range_length(measure), (double)first->microseconds / 1e6);
}

static void print_text(const struct measure *measure, uint64_t safeguards, FILE *out)
{
    uint32_t looked, found = measure_found(measure, safeguards, &looked);
    uint64_t own = 0;
    fprintf(out, "%-27s%-27s %-18s %6s  %7s %8s   %s\n", "without", "found by the check", "in",
            "seed", "seeds", "seconds", "ranges");
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (safeguards >> i & 1) {
            text_row(measure, i, out);
            for (uint32_t range = 0; range < measure->ranges; range++)
                own += measure->cases[i][range].own;
        }
    fprintf(out,
            "\nseed: the first one of %llu to %llu; seeds and seconds of the processor: medians "
            "over\nthe ranges, of what it took until it was found\n",
            (unsigned long long)measure->first_seed, (unsigned long long)measure->last_seed);
    if (own > 0)
        fprintf(out, "%llu runs are not counted: they fail with all safeguards on, too\n",
                (unsigned long long)own);
    fprintf(out, "%u of %u found (%.1f %%)\n", found, looked,
            looked ? 100.0 * found / looked : 0.0);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void json_text(const char *name, const char *value, FILE *out)
{
    struct json_out quoted = {0};
    json_out_quoted(&quoted, value);
    fprintf(out, ", \"%s\": %s", name, quoted.data);
    free(quoted.data);
}

static void json_range(const struct measure *measure, const struct measure_case *result,
                       uint32_t range, FILE *out)
{
    fprintf(out, "{\"range\": %u, \"found\": %s, \"seeds\": %llu, \"seconds\": %.3f", range + 1,
            result->is_found ? "true" : "false",
            (unsigned long long)measure_seeds(measure, result, range),
            (double)result->microseconds / 1e6);
    if (result->is_found) {
        fprintf(out, ", \"seed\": %llu", (unsigned long long)result->seed);
        json_text("scenario", result->scenario, out);
        json_text("check", found_by(result), out);
        json_text("cause", result->cause, out);
    }
    fputs("}", out);
}

static void json_row(const struct measure *measure, uint32_t safeguard, FILE *out)
{
    struct measure_median median;
    char path[100];
    safeguard_scenario(safeguard, path);
    fprintf(out, "{\"safeguard\": \"%s\"", safeguard_table[safeguard].name);
    json_text("rule", safeguard_table[safeguard].rule, out);
    json_text("incident", safeguard_table[safeguard].incident, out);
    json_text("shown_by", path, out);
    if (measure) {
        const char *comma = "";
        if (measure_median(measure, safeguard, &median))
            fprintf(out, ", \"median_seeds\": %llu, \"median_seconds\": %.3f",
                    (unsigned long long)median.seeds, (double)median.microseconds / 1e6);
        fputs(", \"ranges\": [", out);
        for (uint32_t range = 0; range < measure->ranges; range++)
            if (measure->cases[safeguard][range].is_done) {
                fputs(comma, out);
                json_range(measure, &measure->cases[safeguard][range], range, out);
                comma = ", ";
            }
        fputs("]", out);
    }
    fputs("}", out);
}

static void print_json(const struct measure *measure, uint64_t safeguards, FILE *out)
{
    const char *comma = "\n  ";
    fputs("[", out);
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (safeguards >> i & 1) {
            fputs(comma, out);
            json_row(measure, i, out);
            comma = ",\n  ";
        }
    fputs("\n]\n", out);
}

/* --- Markdown ------------------------------------------------------------------------------- */

static void markdown_row(const struct measure *measure, uint32_t safeguard, FILE *out)
{
    const struct safeguard_info *info = &safeguard_table[safeguard];
    char path[100], seeds[40], seconds[40], ranges[40];
    safeguard_scenario(safeguard, path);
    fprintf(out, "| [`%s`](%s) | %s | %s |", info->name, path, info->rule, info->incident);
    if (!measure) {
        fputs("\n", out);
        return;
    }
    const struct measure_case *first = &measure->cases[safeguard][0];
    median_texts(measure, safeguard, seeds, seconds, ranges);
    if (!first->is_done)
        fputs(" | | | | |\n", out);
    else if (first->is_found)
        fprintf(out, " %s | %s %llu | %s | %s | %s |\n", found_by(first), first->scenario,
                (unsigned long long)first->seed, seeds, seconds, ranges);
    else
        fprintf(out, " not found | | %s | %s | %s |\n", seeds, seconds, ranges);
}

static void print_markdown(const struct measure *measure, uint64_t safeguards, FILE *out)
{
    fputs("| without | the rule | what happened to a real system without it |", out);
    if (measure)
        fputs(" found by the check | in, with seed | seeds | seconds | found |", out);
    fprintf(out, "\n| --- | --- | --- |%s\n", measure ? " --- | --- | --: | --: | --- |" : "");
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (safeguards >> i & 1)
            markdown_row(measure, i, out);
    if (!measure)
        return;
    uint32_t looked, found = measure_found(measure, safeguards, &looked);
    fprintf(out,
            "\n%u of %u are found by a check of the swarm within %llu seeds (%.1f %%). Seeds and "
            "seconds of the processor are medians over %u ranges of seeds.\n",
            found, looked, (unsigned long long)range_length(measure),
            looked ? 100.0 * found / looked : 0.0, measure->ranges);
}

void measure_print(const struct measure *measure, uint64_t safeguards, enum measure_form form,
                   FILE *out)
{
    switch (form) {
    case FORM_TEXT: print_text(measure, safeguards, out); break;
    case FORM_JSON: print_json(measure, safeguards, out); break;
    case FORM_MARKDOWN: print_markdown(measure, safeguards, out); break;
    }
}
