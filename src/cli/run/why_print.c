/*
 * why_print.c: a chain of reasons as lines, and the step from which there was no way out.
 *
 *         2.003533  put bens-write of door was acknowledged, but ...
 *     =>  1.000120  because n2 gave anns-write the timestamp ...        inevitable from here on
 *                   nothing is before it: ...
 *
 * A curve has as many rows as matter: the first step, the last, the two between which the failure
 * became inevitable, and of those before them the ones that lie furthest apart.
 */
#include <stdio.h>
#include <string.h>

#include "cli/run/why_cli.h"

#define ROWS_MAX 8

static const char *stamp_of(vtime time, char stamp[32])
{
    struct text text;
    text_init(&text, stamp, 32);
    text_time_fixed(&text, time, 6);
    return stamp;
}

/* --- the chain ------------------------------------------------------------------------------ */

/* Which link it is that happened at the step, best in the very record that is told of it; or
 * `count`. */
static uint32_t marked_link(const struct why *why, const struct why_fate *fate)
{
    uint32_t marked = why->count;
    for (uint32_t i = 0; i < why->count; i++) {
        if (why->links[i].record.number == fate->record.number)
            return i;
        if (why->links[i].record.step == fate->search.high)
            marked = i;
    }
    return marked;
}

static void print_between(const struct why_fate *fate)
{
    char stamp[32];
    printf("=> %s  here it became inevitable: %s\n", stamp_of(fate->record.time, stamp),
           fate->sentence);
}

/* A step that no link speaks of stands between those that came before and after it. */
static void print_links(const struct why *why, const struct why_fate *fate)
{
    char stamp[32];
    uint64_t step = fate ? fate->search.high : 0;
    uint32_t marked = fate ? marked_link(why, fate) : why->count;
    bool is_to_come = fate && marked == why->count && fate->search.low != UINT64_MAX &&
                      fate->sentence[0];
    for (uint32_t i = 0; i < why->count; i++) {
        const struct why_link *link = &why->links[i];
        if (is_to_come && i > 0 && link->record.step < step) {
            print_between(fate);
            is_to_come = false;
        }
        printf("%s%s  %s\n", !fate ? "" : i == marked ? "=> " : "   ",
               stamp_of(link->record.time, stamp), link->text);
    }
    if (is_to_come)
        print_between(fate);
    if (why->left_out > 0)
        printf("%s            (%u more reasons are left out here: --record %llu asks on)\n",
               fate ? "   " : "", why->left_out,
               (unsigned long long)why->links[why->count - 1].record.number);
    printf("%s%s%s\n", why->count && fate ? "   " : "", why->count ? "            " : "",
           why->end);
}

/* --- the curve ------------------------------------------------------------------------------ */

static bool is_edge(const struct inevitable *search, uint32_t index)
{
    uint64_t step = search->probes[index].step;
    return index == 0 || index + 1 == search->probe_count || step == search->low ||
           step == search->high;
}

/* The row that is nearest to the one before it, or `probe_count`. */
static uint32_t least_row(const struct inevitable *search, const bool *is_shown)
{
    uint32_t least = search->probe_count, before = 0;
    uint64_t nearest = UINT64_MAX;
    for (uint32_t i = 1; i < search->probe_count; i++) {
        if (!is_shown[i])
            continue;
        uint64_t distance = search->probes[i].step - search->probes[before].step;
        if (!is_edge(search, i) && distance < nearest) {
            nearest = distance;
            least = i;
        }
        before = i;
    }
    return least;
}

static void choose_rows(const struct inevitable *search, bool *is_shown)
{
    uint32_t shown = 0, least;
    for (uint32_t i = 0; i < search->probe_count; i++) {
        is_shown[i] = search->probes[i].step <= search->high || is_edge(search, i);
        shown += is_shown[i];
    }
    while (shown > ROWS_MAX && (least = least_row(search, is_shown)) < search->probe_count) {
        is_shown[least] = false;
        shown--;
    }
}

static void print_row(const struct inevitable *search, const struct inevitable_probe *probe)
{
    enum { WIDTH = 20 };
    char stamp[32], bar[WIDTH + 1] = "";
    memset(bar, '#', (size_t)probe->failed * WIDTH / probe->tails);
    printf("%s step %8llu  %s  %4u of %-4u %s\n", probe->step == search->high ? "=>" : "  ",
           (unsigned long long)probe->step, stamp_of(probe->time, stamp), probe->failed,
           probe->tails, bar);
}

static void print_curve(const struct inevitable *search)
{
    bool is_shown[INEVITABLE_PROBES_MAX];
    uint32_t shown = 0;
    choose_rows(search, is_shown);
    for (uint32_t i = 0; i < search->probe_count; i++) {
        if (is_shown[i])
            print_row(search, &search->probes[i]);
        shown += is_shown[i];
    }
    if (shown < search->probe_count)
        printf("   (%u more steps were looked at: --json)\n", search->probe_count - shown);
}

/* --- the answer ------------------------------------------------------------------------------ */

/* What a tail is, and how sure the answer can be. */
static void print_meaning(const struct inevitable *search, const struct inevitable_probe *answer)
{
    printf("A tail is the run again from a step, with what is drawn drawn anew%s.\n",
           search->order.keeps_faults
               ? ""
               : ";\na fault that the timeline has still to order comes or stays away, by a coin");
    if (!answer)
        return;
    struct inevitable_share all = inevitable_wilson(answer->failed, answer->tails);
    printf("%u of %u mean: at least %u.%u %% of all possible tails, with 95 %% confidence.\n",
           answer->failed, answer->tails, all.low / 10, all.low % 10);
}

static void print_answer(const struct why_fate *fate)
{
    const struct inevitable *search = &fate->search;
    const struct inevitable_probe *answer = inevitable_probe_at(search, search->high);
    const struct inevitable_probe *before = inevitable_probe_at(search, search->low);
    char stamp[32];
    if (!before) {
        printf("It was inevitable from the beginning: from the first step all %u tails fail it.\n",
               answer ? answer->tails : 0);
        return;
    }
    stamp_of(fate->record.time, stamp);
    printf("Inevitable from step %llu on, at %s s", (unsigned long long)search->high,
           stamp + strspn(stamp, " "));
    if (fate->sentence[0])
        printf(" (%s)", fate->sentence);
    if (answer)
        printf(": all %u tails fail it;", answer->tails);
    else
        printf(", where the run ends;");
    printf(" one step before, %u of %u.\n", before->failed, before->tails);
}

void why_print(const struct inquiry *inquiry, const struct why *why, const struct why_fate *fate)
{
    print_links(why, fate);
    if (!fate)
        return;
    printf("\nTails that fail \"%s\", too:\n",
           inquiry->scenario->checks[inquiry->question.number].name);
    print_curve(&fate->search);
    print_answer(fate);
    print_meaning(&fate->search, inevitable_probe_at(&fate->search, fate->search.high));
}
