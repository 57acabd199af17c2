/*
 * why_json.c: a chain of reasons for programs.
 *
 *     {"scenario": "...", "seed": 1, "check": "...",
 *      "links": [{"record": 3, "step": 2, "time_ns": 7, "rule": "...", "text": "..."}, ...],
 *      "root": "safeguard", "end": "...", "inevitable": {...}}
 *
 * Byte-identical between runs of one scenario, seed and question. "check" stands there only where
 * a check was asked about or fails (else there are no links), and "inevitable" only where it was
 * asked for. Of that, "step" is the first from which all tails fail (null: it was so from the
 * beginning), and "probes" are all the steps that were looked at, each with the share of its tails
 * that failed and Wilson's interval in parts of a thousand.
 */
#include <stdio.h>

#include "cli/run/why_cli.h"

static const char *const root_names[] = {
    [WHY_ROOT_NONE] = "none",       [WHY_ROOT_TIMELINE] = "timeline",
    [WHY_ROOT_PERSON] = "person",   [WHY_ROOT_CHANCE] = "chance",
    [WHY_ROOT_SETTING] = "setting", [WHY_ROOT_SAFEGUARD] = "safeguard",
    [WHY_ROOT_CLIENT] = "client",
};

static void print_string(const char *name, const char *text)
{
    printf("\"%s\": ", name);
    write_json_string(stdout, text);
}

static void print_place(const struct tape_record *record)
{
    printf("\"record\": %llu, \"step\": %llu, \"time_ns\": %llu, ",
           (unsigned long long)record->number, (unsigned long long)record->step,
           (unsigned long long)record->time);
}

static void print_links(const struct why *why)
{
    fputs(", \"links\": [", stdout);
    for (uint32_t i = 0; i < why->count; i++) {
        const struct why_link *link = &why->links[i];
        printf("%s\n  {", i > 0 ? "," : "");
        print_place(&link->record);
        print_string("rule", why_rule_name(link->rule));
        fputs(", ", stdout);
        print_string("text", link->text);
        putchar('}');
    }
    fputs("]", stdout);
}

static void print_probes(const struct inevitable *search)
{
    fputs(", \"probes\": [", stdout);
    for (uint32_t i = 0; i < search->probe_count; i++) {
        const struct inevitable_probe *probe = &search->probes[i];
        struct inevitable_share share = inevitable_wilson(probe->failed, probe->tails);
        printf("%s\n  {\"step\": %llu, \"time_ns\": %llu, \"failed\": %u, \"tails\": %u, "
               "\"low\": %u, \"high\": %u}",
               i > 0 ? "," : "", (unsigned long long)probe->step, (unsigned long long)probe->time,
               probe->failed, probe->tails, share.low, share.high);
    }
    fputs("]", stdout);
}

static void print_fate(const struct why_fate *fate)
{
    const struct inevitable *search = &fate->search;
    printf(",\n \"inevitable\": {\"tails\": %u, \"keep_faults\": %s, ", search->order.tails,
           search->order.keeps_faults ? "true" : "false");
    if (search->low == UINT64_MAX) {
        fputs("\"step\": null", stdout);
    } else {
        printf("\"step\": %llu, \"record\": %llu, \"time_ns\": %llu, ",
               (unsigned long long)search->high, (unsigned long long)fate->record.number,
               (unsigned long long)fate->record.time);
        print_string("text", fate->sentence);
    }
    print_probes(search);
    putchar('}');
}

void why_print_json(const struct inquiry *inquiry, const struct why *why,
                    const struct why_fate *fate)
{
    putchar('{');
    print_string("scenario", inquiry->scenario->name);
    printf(", \"seed\": %llu", (unsigned long long)inquiry->seed);
    if (why->end[0] && inquiry->question.kind == WHY_CHECK) {
        fputs(", ", stdout);
        print_string("check", inquiry->scenario->checks[inquiry->question.number].name);
    }
    print_links(why);
    fputs(",\n ", stdout);
    print_string("root", root_names[why->root]);
    fputs(", ", stdout);
    print_string("end", why->end);
    if (fate)
        print_fate(fate);
    puts("}");
}
