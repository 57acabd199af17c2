/*
 * sweep.c: the account, fed in order while runs end in any order.
 *
 *     settled          next                 total
 *        |--- window ---|
 *        runs whose lines wait here for those before them
 *
 * `next` is given to the workers, `settled` to the account. The window bounds how far they part, so
 * one run that takes a minute costs no memory, only that the others wait for it in the end.
 */
#include "hunt/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hunt/crew.h"
#include "hunt/plain.h"
#include "hunt/results.h"
#include "hunt/trial.h"

#define WINDOW       (1u << 16) /* runs */
#define TICK_SECONDS 0.1
#define EXIT_NO_RUN  2
#define END_SECONDS  2 /* so long a sweep that is stopped waits for what is under way */

/* The line of a run until the account takes it: `line`, or where it stands in the file. */
struct waiting {
    char *line;
    size_t size;
    uint64_t place;
    bool is_there;
};

struct sweeping {
    const struct sweep_order *order;
    const struct sweep_watcher *watcher;
    struct sweep *sweep;
    struct crew *crew;
    struct results results;
    struct waiting *window;
    uint64_t next, settled;
    double began, told;

    /* in a worker */
    struct trial_bench bench;
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- which runs ----------------------------------------------------------------------------- */

uint64_t sweep_total(const struct result_header *header)
{
    uint64_t all = (header->last_seed - header->first_seed + 1) * header->scenario_count;
    return all / header->shard_count + (header->shard <= all % header->shard_count);
}

void sweep_item(const struct result_header *header, uint64_t ordinal, uint32_t *scenario,
                uint64_t *seed)
{
    uint64_t number = ordinal * header->shard_count + header->shard - 1;
    *scenario = (uint32_t)(number % header->scenario_count);
    *seed = header->first_seed + number / header->scenario_count;
}

/* --- in a worker ---------------------------------------------------------------------------- */

static bool begin_work(void *host)
{
    struct sweeping *sweeping = host;
    const char *why;
    if (trial_bench_open(&sweeping->bench, &why))
        return true;
    fprintf(stderr, "%s\n", why);
    return false;
}

static void work(void *host, uint64_t ordinal, struct json_out *line)
{
    struct sweeping *sweeping = host;
    const struct sweep_order *order = sweeping->order;
    static struct trial trial; /* large; a process has one at a time */
    static struct result result;
    struct json_error error = {0};
    struct plain plain;
    uint32_t index;
    uint64_t seed;
    sweep_item(&order->header, ordinal, &index, &seed);
    if (!plain_open(&plain, order->scenarios[index], seed, &error)) {
        fprintf(stderr, "%s\n", error.text); /* the last words: a finding of this seed */
        _exit(EXIT_NO_RUN);
    }
    struct trial_order run = {.scenario = plain.scenario,
                              .seed = seed,
                              .step_limit = order->step_limit,
                              .is_strict = order->header.is_strict};
    trial_run(&sweeping->bench, &run, &trial);
    result_of_trial(plain.scenario, seed, &trial, &result);
    result_print(&result, plain.scenario, &trial, line);
    plain_close(&plain);
}

/* --- the account ---------------------------------------------------------------------------- */

static struct waiting *waiting_at(const struct sweeping *sweeping, uint64_t ordinal)
{
    return &sweeping->window[ordinal % WINDOW];
}

static void settle(struct sweeping *sweeping, struct waiting *waiting)
{
    static struct result result;
    static struct result_header header;
    struct sweep *sweep = sweeping->sweep;
    struct json_error error = {0};
    if (!waiting->line) {
        waiting->line = results_line(&sweeping->results, waiting->place, &waiting->size);
        sweep->known++;
    }
    enum result_line kind =
        result_read("results", waiting->line, waiting->size, &result, &header, &error);
    CHECK_WHY(kind == RESULT_RUN, error.text);
    free(waiting->line);
    *waiting = (struct waiting){0};
    bool is_new = tally_take(&sweep->tally, &result);
    if (result.end != TRIAL_HOLDS && sweeping->watcher->finding)
        sweeping->watcher->finding(sweeping->watcher->host, sweep, &result, is_new);
}

/* Is it enough? Looked at after each run, in their order. */
static bool is_enough(struct sweeping *sweeping)
{
    const struct sweep_order *order = sweeping->order;
    const struct tally *tally = &sweeping->sweep->tally;
    if (order->until_failures && tally_findings(tally) >= order->until_failures)
        sweeping->sweep->end = SWEEP_FAILURES;
    else if (order->until_flat && coverage_count(&tally->coverage) == coverage_possible())
        sweeping->sweep->end = SWEEP_COVERED;
    else if (order->until_flat && tally->flat >= order->until_flat)
        sweeping->sweep->end = SWEEP_FLAT;
    else
        return false;
    return true;
}

/* True when it is enough. */
static bool settle_what_can_be(struct sweeping *sweeping)
{
    while (sweeping->settled < sweeping->next) {
        struct waiting *waiting = waiting_at(sweeping, sweeping->settled);
        if (!waiting->is_there)
            return false;
        settle(sweeping, waiting);
        sweeping->settled++;
        if (is_enough(sweeping))
            return true;
    }
    return false;
}

/* Of a sweep that was stopped: what is behind a gap counts as well. */
static void settle_the_rest(struct sweeping *sweeping)
{
    for (; sweeping->settled < sweeping->next; sweeping->settled++)
        if (waiting_at(sweeping, sweeping->settled)->is_there)
            settle(sweeping, waiting_at(sweeping, sweeping->settled));
}

/* --- giving and taking ---------------------------------------------------------------------- */

static bool is_known(const struct sweeping *sweeping, uint64_t ordinal, uint64_t *place)
{
    uint32_t scenario;
    uint64_t seed;
    if (!sweeping->order->out)
        return false;
    sweep_item(&sweeping->order->header, ordinal, &scenario, &seed);
    *place = results_find(&sweeping->results, sweeping->order->scenarios[scenario]->name, seed);
    return *place != UINT64_MAX;
}

static void give(struct sweeping *sweeping)
{
    while (sweeping->next < sweeping->sweep->total &&
           sweeping->next < sweeping->settled + WINDOW) {
        struct waiting *waiting = waiting_at(sweeping, sweeping->next);
        if (is_known(sweeping, sweeping->next, &waiting->place))
            waiting->is_there = true;
        else if (crew_has_room(sweeping->crew))
            crew_give(sweeping->crew, sweeping->next);
        else
            return;
        sweeping->next++;
    }
}

static void print_death(struct sweeping *sweeping, const struct crew_outcome *outcome,
                        struct json_out *line)
{
    static struct result result;
    uint32_t scenario;
    result = (struct result){0};
    sweep_item(&sweeping->order->header, outcome->item, &scenario, &result.seed);
    snprintf(result.scenario, sizeof result.scenario, "%s",
             sweeping->order->scenarios[scenario]->name);
    sweep_take_death(outcome, sweeping->order->seed_limit, &result);
    result_print_death(&result, line);
}

/* False when the file cannot be written. */
static bool take(struct sweeping *sweeping, const struct crew_outcome *outcome)
{
    struct json_out line = {0};
    if (outcome->fate == CREW_SAID)
        json_out_bytes(&line, outcome->line, outcome->line_size);
    else
        print_death(sweeping, outcome, &line);
    struct waiting *waiting = waiting_at(sweeping, outcome->item);
    *waiting = (struct waiting){line.data, line.size, 0, true};
    if (!sweeping->order->out || results_add(&sweeping->results, line.data, line.size))
        return true;
    snprintf(sweeping->sweep->why, sizeof sweeping->sweep->why, "cannot write %.200s: %s",
             sweeping->order->out, strerror(errno));
    sweeping->sweep->end = SWEEP_BROKEN;
    return false;
}

static bool take_for(struct sweeping *sweeping, int milliseconds)
{
    struct crew_outcome outcome;
    bool is_good = true;
    if (crew_wait(sweeping->crew, milliseconds, &outcome))
        do
            is_good = take(sweeping, &outcome);
        while (is_good && crew_wait(sweeping->crew, 0, &outcome));
    return is_good;
}

/* --- the loop ------------------------------------------------------------------------------- */

static void tell_progress(struct sweeping *sweeping)
{
    double now = seconds_now();
    sweeping->sweep->seconds = now - sweeping->began;
    if (now - sweeping->told < TICK_SECONDS || !sweeping->watcher->progress)
        return;
    sweeping->told = now;
    sweeping->watcher->progress(sweeping->watcher->host, sweeping->sweep);
}

static bool is_over_time(struct sweeping *sweeping)
{
    const struct sweep_order *order = sweeping->order;
    if (order->is_stopped && *order->is_stopped)
        sweeping->sweep->end = SWEEP_STOPPED;
    else if (order->time_limit > 0 && seconds_now() - sweeping->began > order->time_limit)
        sweeping->sweep->end = SWEEP_TIME;
    else
        return false;
    return true;
}

/* What is under way may end, but not for long, nor when we are asked twice. */
static void wait_for_the_last(struct sweeping *sweeping)
{
    const volatile int *asked = sweeping->order->is_stopped;
    double until = seconds_now() + END_SECONDS;
    int before = asked ? *asked : 0;
    while (crew_outstanding(sweeping->crew) > 0 && seconds_now() < until &&
           (!asked || *asked == before))
        if (!take_for(sweeping, 50))
            return;
    settle_the_rest(sweeping);
}

static void sweep_on(struct sweeping *sweeping)
{
    sweeping->sweep->end = SWEEP_ALL;
    while (sweeping->settled < sweeping->sweep->total) {
        give(sweeping);
        if (settle_what_can_be(sweeping))
            return;
        tell_progress(sweeping);
        if (is_over_time(sweeping)) {
            wait_for_the_last(sweeping);
            return;
        }
        if (crew_outstanding(sweeping->crew) > 0 && !take_for(sweeping, 50))
            return;
    }
}

bool sweep_run(const struct sweep_order *order, const struct sweep_watcher *watcher,
               struct sweep *sweep, struct json_error *error)
{
    struct sweeping sweeping = {.order = order, .watcher = watcher, .sweep = sweep};
    struct crew_work crew_work = {&sweeping, begin_work, work};
    *sweep = (struct sweep){.total = sweep_total(&order->header)};
    if (order->out && !results_open(&sweeping.results, order->out, &order->header, error))
        return false;
    sweep->torn_bytes = sweeping.results.torn_bytes;
    sweeping.began = seconds_now();
    sweeping.crew =
        crew_open(&crew_work, order->jobs, order->seed_limit, error->text, sizeof error->text);
    sweeping.window = calloc(WINDOW, sizeof *sweeping.window);
    CHECK_WHY(sweeping.window != NULL, "out of memory");
    if (sweeping.crew)
        sweep_on(&sweeping);
    sweep->seconds = seconds_now() - sweeping.began;
    for (uint64_t i = sweeping.settled; i < sweeping.next; i++)
        free(waiting_at(&sweeping, i)->line);
    free(sweeping.window);
    bool has_begun = sweeping.crew != NULL;
    crew_close(sweeping.crew);
    if (order->out)
        results_close(&sweeping.results);
    return has_begun;
}
