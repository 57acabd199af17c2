/*
 * sweep_print.c: an account of many runs, in words.
 */
#include "cli/hunt/sweep_print.h"

#include <string.h>

#define CAUSES_SHOWN 20
#define LIST_COLUMNS 96

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
            coverage_count(&tally->coverage), coverage_possible(),
            sweep_number(tally->flat, flat));
    fprintf(out, "  %-11s %016llx%016llx of %s runs\n", "digest",
            (unsigned long long)tally->digest.high, (unsigned long long)tally->digest.low,
            sweep_number(tally->runs, number));
    print_groups(summary, out);
}

/* --- coverage ------------------------------------------------------------------------------- */

static void print_title(const struct coverage *coverage, struct cover_section_info section,
                        FILE *out)
{
    uint32_t reached = 0, possible = 0;
    for (uint32_t i = section.first; i < section.first + section.count; i++) {
        reached += coverage_has(coverage, i);
        possible += coverage_can_be(i);
    }
    fprintf(out, "\n%s: %u of %u reached\n", section.title, reached, possible);
}

/* A list that is broken into lines. */
struct list {
    FILE *out;
    const char *head; /* "never" */
    size_t column;    /* 0: nothing stands there yet */
};

static void list_add(struct list *list, const char *word)
{
    if (list->column > 0 && list->column + strlen(word) < LIST_COLUMNS)
        list->column += (size_t)fprintf(list->out, ", %s", word);
    else if (list->column > 0)
        list->column = (size_t)fprintf(list->out, ",\n    %s", word) - 2;
    else
        list->column = (size_t)fprintf(list->out, "  %s: %s", list->head, word);
}

static void list_end(struct list *list)
{
    if (list->column > 0)
        fputc('\n', list->out);
}

static void print_missing(const struct coverage *coverage, struct cover_section_info section,
                          FILE *out)
{
    struct list list = {.out = out, .head = "never"};
    for (uint32_t i = section.first; i < section.first + section.count; i++) {
        char name[200];
        struct text text;
        if (coverage_has(coverage, i) || !coverage_can_be(i))
            continue;
        text_init(&text, name, sizeof name);
        coverage_name(i, &text);
        list_add(&list, name);
    }
    list_end(&list);
}

/* The roles by which a note was never written, as bits. */
static uint32_t missing_roles(const struct coverage *coverage, uint32_t first)
{
    uint32_t roles = 0;
    for (uint32_t role = 0; role < COVER_ROLES; role++)
        roles |= coverage_has(coverage, first + role) ? 0 : 1u << role;
    return roles;
}

static void name_roles(uint32_t roles, struct text *text)
{
    const char *before = "never by ";
    for (uint32_t role = 0; role < COVER_ROLES; role++) {
        if (!(roles >> role & 1))
            continue;
        text_str(text, before);
        text_str(text, coverage_role_word(role));
        before = " or ";
    }
}

/* Notes that the same roles never wrote stand together: first those that nobody did. */
static void print_missing_notes(const struct coverage *coverage, struct cover_section_info section,
                                FILE *out)
{
    const uint32_t all = (1u << COVER_ROLES) - 1;
    for (uint32_t roles = all; roles > 0; roles--) {
        char head[200];
        struct text text;
        struct list list = {.out = out, .head = roles == all ? "never" : head};
        text_init(&text, head, sizeof head);
        name_roles(roles, &text);
        for (uint32_t note = 0; note < NOTE_COUNT; note++)
            if (missing_roles(coverage, section.first + note * COVER_ROLES) == roles)
                list_add(&list, trace_kind_table[TRACE_NOTE + note].name);
        list_end(&list);
    }
}

void sweep_print_coverage(const struct coverage *coverage, FILE *out)
{
    for (uint32_t i = 0; i < COVER_SECTION_COUNT; i++) {
        struct cover_section_info section = coverage_section(i);
        print_title(coverage, section, out);
        if (i == COVER_NOTES)
            print_missing_notes(coverage, section, out);
        else
            print_missing(coverage, section, out);
    }
}
