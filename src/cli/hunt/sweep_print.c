/*
 * sweep_print.c: an account of many runs, in words.
 */
#include "cli/hunt/sweep_print.h"

#include <string.h>

#define CAUSES_SHOWN 20

const char *sweep_number(uint64_t number, char text[32])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), at = 0;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

void print_argument(FILE *out, const char *argument)
{
    bool is_plain = *argument != '\0' && !strpbrk(argument, " '\"\\$`!*?[](){}<>|&;~#\t\n");
    fputs(is_plain ? " " : " '", out);
    for (const char *c = argument; *c; c++)
        if (*c == '\'')
            fputs("'\\''", out);
        else
            fputc(*c, out);
    if (!is_plain)
        fputc('\'', out);
}

/* --- causes --------------------------------------------------------------------------------- */

static void print_group(const struct sweep_summary *summary, const struct tally_group *group,
                        uint32_t number, FILE *out)
{
    char count[32], words[300], time[60];
    struct text text;
    const struct result *first = &group->first;
    fprintf(out, "\n%u. %s\n   %s %s; first: %s, seed %llu", number, first->cause,
            sweep_number(group->count, count), group->count == 1 ? "finding" : "findings",
            first->scenario, (unsigned long long)first->seed);
    text_init(&text, time, sizeof time);
    text_time(&text, first->found_at);
    if (first->has_digest)
        fprintf(out, ", at %s", time);
    fprintf(out, "\n   %s\n", first->sentence);
    text_init(&text, words, sizeof words);
    tally_common_faults(group, &text);
    if (*words)
        fprintf(out, "   faults in all of them: %s\n", words);
    if (summary->open_command) {
        fputs("   ", out);
        summary->open_command(summary->host, first, out);
        fputc('\n', out);
    }
}

static void print_groups(const struct sweep_summary *summary, FILE *out)
{
    const struct tally *tally = summary->tally;
    uint64_t left_out = tally->ungrouped;
    for (uint32_t i = 0; i < tally->group_count; i++)
        if (i < CAUSES_SHOWN)
            print_group(summary, &tally->groups[i], i + 1, out);
        else
            left_out += tally->groups[i].count;
    if (left_out > 0)
        fprintf(out, "\n%llu findings of further causes are left out\n",
                (unsigned long long)left_out);
}

/* --- the account ---------------------------------------------------------------------------- */

static void print_ends(const struct tally *tally, FILE *out)
{
    char number[32];
    for (uint32_t end = 0; end < TRIAL_END_COUNT; end++)
        if (tally->ends[end] > 0 || end == TRIAL_HOLDS)
            fprintf(out, "  %-11s %s\n", trial_end_words[end],
                    sweep_number(tally->ends[end], number));
    if (tally->undecided > 0)
        fprintf(out, "  %-11s %s (an oracle gave up: no finding, and no proof)\n", "undecided",
                sweep_number(tally->undecided, number));
    if (tally->absent > 0)
        fprintf(out, "  %-11s %s (a check that the scenario expects to fail held)\n", "absent",
                sweep_number(tally->absent, number));
}

void sweep_print_summary(const struct sweep_summary *summary, FILE *out)
{
    const struct tally *tally = summary->tally;
    char number[32], flat[32];
    print_ends(tally, out);
    fprintf(out, "  %-11s %u of %u points (the last %s runs reached nothing new)\n", "coverage",
            coverage_count(&tally->coverage), (unsigned)COVER_COUNT,
            sweep_number(tally->flat, flat));
    fprintf(out, "  %-11s %016llx%016llx of %s runs\n", "digest",
            (unsigned long long)tally->digest.high, (unsigned long long)tally->digest.low,
            sweep_number(tally->runs, number));
    print_groups(summary, out);
}

/* --- coverage ------------------------------------------------------------------------------- */

static void print_missing(const struct coverage *coverage, uint32_t first, uint32_t count,
                          const char *title, FILE *out)
{
    uint32_t missing = 0;
    for (uint32_t i = first; i < first + count; i++)
        missing += !coverage_has(coverage, i);
    fprintf(out, "%s: %u of %u reached\n", title, count - missing, count);
    for (uint32_t i = first; i < first + count; i++) {
        char name[200];
        struct text text;
        if (coverage_has(coverage, i))
            continue;
        text_init(&text, name, sizeof name);
        coverage_name(i, &text);
        fprintf(out, "  never: %s\n", name);
    }
}

/* A note that no node ever wrote is one line, not one for each role. */
static void print_missing_notes(const struct coverage *coverage, FILE *out)
{
    uint32_t reached = 0;
    for (uint32_t i = COVER_KINDS; i < COVER_COUNT; i++)
        reached += coverage_has(coverage, i);
    fprintf(out, "notes of the database, by what their node went through: %u of %u reached\n",
            reached, (unsigned)COVER_NOTES);
    for (uint32_t note = 0; note < NOTE_COUNT; note++) {
        uint32_t first = COVER_KINDS + note * COVER_ROLES, roles = 0;
        for (uint32_t role = 0; role < COVER_ROLES; role++)
            roles += coverage_has(coverage, first + role);
        if (roles == COVER_ROLES)
            continue;
        fprintf(out, "  never: %s", trace_kind_table[TRACE_NOTE + note].name);
        for (uint32_t role = 0, told = 0; roles > 0 && role < COVER_ROLES; role++)
            if (!coverage_has(coverage, first + role))
                fprintf(out, "%s%s", told++ ? " or " : " by ", coverage_role_word(role));
        fputc('\n', out);
    }
}

void sweep_print_coverage(const struct coverage *coverage, FILE *out)
{
    print_missing(coverage, 0, COVER_KINDS, "\nkinds of records of the simulator", out);
    print_missing_notes(coverage, out);
}
