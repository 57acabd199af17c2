/*
 * why_inevitable.c: ringside why --inevitable: from which step on no luck would have helped.
 *
 * The search is that of hunt/inevitable.h, in a world of its own beside the one that was asked
 * about; here stand how far it is, on a terminal, and which record of the step that it finds is
 * the one to tell.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/run/why_cli.h"
#include "sim/travel/tape.h"
#include "sim/trace/trace.h"

/* --- what happened at the step -------------------------------------------------------------- */

struct telling {
    uint64_t step;
    int rank; /* of `record` */
    struct tape_record record;
};

/* What a person would name of all that happened in one step. */
static int rank_of(const struct tape_record *record)
{
    switch (record->class) {
    case TAPE_FAULT: return 6;
    case TAPE_BROKEN: return 5;
    case TAPE_TOLD: return 4;
    case TAPE_CURE:
    case TAPE_CHANGE:
    case TAPE_INVOKE:
    case TAPE_DROP: return 3;
    default: return record->is_headline ? 3 : record->kind >= TRACE_NOTE ? 2 : 1;
    }
}

/* From the last record back: of equal ones the first that happened. */
static bool take(const struct tape_record *record, const void *host)
{
    struct telling *telling = (struct telling *)(uintptr_t)host;
    if (record->step == telling->step && rank_of(record) >= telling->rank) {
        telling->rank = rank_of(record);
        telling->record = *record;
    }
    return record->step < telling->step;
}

static void find_record(const struct inquiry *inquiry, struct why_fate *fate)
{
    struct telling telling = {.step = fate->search.high};
    struct tape_record before;
    stage_find_last(inquiry->stage, stage_records(inquiry->stage) + 1, take, &telling, &before);
    fate->record = telling.record;
    if (telling.rank > 0)
        stage_sentence(inquiry->stage, &telling.record, fate->sentence, sizeof fate->sentence);
}

/* --- the search ------------------------------------------------------------------------------ */

static void tell_progress(const struct inevitable *search, bool is_over)
{
    if (!isatty(STDERR_FILENO))
        return;
    fputs("\r\033[K", stderr);
    if (!is_over)
        fprintf(stderr, "step %u of about %u, %u tails each", search->done + 1,
                MAX(search->expected, search->done + 1), search->order.tails);
    fflush(stderr);
}

static bool read_tails(const char *word, uint32_t *tails)
{
    uint64_t number = INEVITABLE_TAILS;
    if (word && (!parse_u64(word, &number) || number == 0 || number > INEVITABLE_TAILS_MAX))
        return usage_error("--tails takes a number from 1 to %d, not \"%s\"", INEVITABLE_TAILS_MAX,
                           word),
               false;
    *tails = (uint32_t)number;
    return true;
}

static bool is_about_failure(const struct inquiry *inquiry)
{
    const struct why_question *question = &inquiry->question;
    if (question->kind != WHY_CHECK)
        return usage_error("--inevitable is about a check that fails: use it alone or with "
                           "--check"),
               false;
    if (stage_verdicts(inquiry->stage)[question->number].kind != STAGE_VIOLATED)
        return usage_error("--inevitable is about a check that fails, and \"%s\" does not",
                           inquiry->scenario->checks[question->number].name),
               false;
    return true;
}

bool why_find_fate(const struct inquiry *inquiry, const struct why_options *options,
                   struct why_fate *fate)
{
    const char *why;
    struct inevitable_order order = {.scenario = inquiry->scenario,
                                     .seed = inquiry->seed,
                                     .check = (uint32_t)inquiry->question.number,
                                     .keeps_faults = options->keep_faults != NULL};
    if (!is_about_failure(inquiry) || !read_tails(options->tails, &order.tails))
        return false;
    if (!inevitable_begin(&fate->search, &order, &why))
        return usage_error("%s", why), false;
    do
        tell_progress(&fate->search, false);
    while (inevitable_go_on(&fate->search));
    tell_progress(&fate->search, true);
    find_record(inquiry, fate);
    inevitable_end(&fate->search);
    return true;
}
