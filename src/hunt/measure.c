/*
 * measure.c: cases in order, runs in any order, the first finding of each.
 *
 *     case      through        next
 *       |---------|--- window ---|         runs of the window are with workers, or have come back
 *                                          and wait for those before them
 *
 * Workers get runs of the first case that still wants some; it only wants a few more than have come
 * back, because what lies behind a finding is run for nothing. So when the first case waits, the
 * next ones are begun. All first ranges come before all second ones, and the further ranges of a
 * safeguard that was not found in its first one are left out.
 *
 * A run with a finding is run again, in the same worker, with all safeguards on: what fails then as
 * well is no finding of this safeguard. When a worker dies, that second run is an item of its own.
 */
#include "hunt/measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mix.h"
#include "hunt/crew.h"
#include "hunt/sweep.h"
#include "scenario/expand.h"

#define WINDOW       1024 /* runs of one case */
#define NOTE_EVERY   512  /* runs, and the file is told how far it is */
#define ITEM_ALL_ON  (UINT64_C(1) << 63)
#define ITEM_CASE(item)  ((uint32_t)((item) >> 32) & 0xffff)
#define ITEM_RUN(item)   ((item) & UINT32_MAX)
#define CASE_COUNT   (SAFEGUARD_COUNT * MEASURE_RANGES_MAX)

/* A run that has come back. */
struct settled_run {
    bool is_there, is_own;
    uint8_t end;
    uint64_t microseconds;
    char check[LABEL_MAX];
    char cause[TRIAL_CAUSE_MAX];
};

struct open_case {
    struct settled_run *window; /* NULL: not begun */
    uint64_t next;
};

struct measuring {
    const struct measure_order *order;
    const struct measure_watcher *watcher;
    struct measure *measure;
    struct json_error *error;
    struct crew *crew;
    struct measure_file file;
    struct open_case cases[CASE_COUNT]; /* [range * SAFEGUARD_COUNT + safeguard] */
    uint64_t total;                     /* runs of one case */
    double told;

    /* in a worker */
    struct trial_bench bench;
    struct scenario *on[MEASURE_SCENARIOS_MAX];
    struct scenario *off[MEASURE_SCENARIOS_MAX];
    uint32_t off_safeguard;
};

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct measure_case *result_of(const struct measuring *m, uint32_t index)
{
    return &m->measure->cases[index % SAFEGUARD_COUNT][index / SAFEGUARD_COUNT];
}

static uint64_t seed_of(const struct measure *measure, uint32_t range, uint64_t run)
{
    uint64_t length = measure->last_seed - measure->first_seed + 1;
    return measure->first_seed + range * length + run / measure->scenario_count;
}

/* --- in a worker ----------------------------------------------------------------------------- */

static bool begin_work(void *host)
{
    struct measuring *m = host;
    const char *why;
    m->off_safeguard = SAFEGUARD_COUNT;
    if (trial_bench_open(&m->bench, &why))
        return true;
    fprintf(stderr, "%s\n", why);
    return false;
}

/* One of the scenarios; `safeguard` is off in it, SAFEGUARD_COUNT: none is. */
static struct scenario *load(const struct measure_order *order, uint32_t file, uint32_t safeguard,
                             struct json_error *error)
{
    const char *sets[64];
    char off[LABEL_MAX + 40];
    uint32_t count = 0;
    for (; count < order->set_count && count + 1 < ARRAY_LEN(sets); count++)
        sets[count] = order->sets[count];
    if (safeguard < SAFEGUARD_COUNT) {
        snprintf(off, sizeof off, "safeguards.%s=false", safeguard_table[safeguard].name);
        sets[count++] = off;
    }
    return scenario_load(order->files[file], sets, count, error);
}

static const struct scenario *kept(struct measuring *m, uint32_t file, uint32_t safeguard,
                                   struct json_error *error)
{
    if (safeguard < SAFEGUARD_COUNT && safeguard != m->off_safeguard) {
        for (uint32_t i = 0; i < MEASURE_SCENARIOS_MAX; i++) {
            scenario_free(m->off[i]);
            m->off[i] = NULL;
        }
        m->off_safeguard = safeguard;
    }
    struct scenario **place = &(safeguard < SAFEGUARD_COUNT ? m->off : m->on)[file];
    if (!*place)
        *place = load(m->order, file, safeguard, error);
    return *place;
}

static bool try_seed(struct measuring *m, uint32_t file, uint32_t safeguard, uint64_t seed,
                     struct result *result, struct json_error *error)
{
    static struct trial trial; /* large; a process has one at a time */
    const struct scenario *kept_scenario = kept(m, file, safeguard, error);
    struct scenario *scenario =
        kept_scenario ? scenario_expand(kept_scenario, seed, error) : NULL;
    struct trial_order order = {.scenario = scenario, .seed = seed};
    if (!scenario)
        return false;
    trial_run(&m->bench, &order, &trial);
    result_of_trial(scenario, seed, &trial, result);
    scenario_free(scenario);
    return true;
}

static void print_run(struct json_out *line, const struct result *result, bool is_own,
                      uint64_t microseconds)
{
    char text[100];
    snprintf(text, sizeof text, "{\"end\": \"%s\", \"own\": %s, \"cpu_us\": %llu",
             trial_end_words[result->end], is_own ? "true" : "false",
             (unsigned long long)microseconds);
    json_out_str(line, text);
    json_out_str(line, ", \"check\": ");
    json_out_quoted(line, result->check);
    json_out_str(line, ", \"cause\": ");
    json_out_quoted(line, result->cause);
    json_out_str(line, "}");
}

static void work(void *host, uint64_t item, struct json_out *line)
{
    struct measuring *m = host;
    static struct result result, all_on;
    struct json_error error = {0};
    uint32_t index = ITEM_CASE(item), file = (uint32_t)(ITEM_RUN(item) % m->order->file_count);
    uint64_t seed = seed_of(m->measure, index / SAFEGUARD_COUNT, ITEM_RUN(item));
    double began = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    bool is_second = (item & ITEM_ALL_ON) != 0, is_own = false;
    uint32_t safeguard = is_second ? (uint32_t)SAFEGUARD_COUNT : index % SAFEGUARD_COUNT;
    bool is_good = try_seed(m, file, safeguard, seed, &result, &error);
    double took = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
    if (is_good && result.end != TRIAL_HOLDS && !is_second) {
        is_good = try_seed(m, file, SAFEGUARD_COUNT, seed, &all_on, &error);
        is_own = all_on.end == result.end && strcmp(all_on.check, result.check) == 0;
    }
    if (is_good) {
        print_run(line, &result, is_own, (uint64_t)(took * 1e6));
        return;
    }
    json_out_str(line, "{\"mistake\": ");
    json_out_quoted(line, error.text);
    json_out_str(line, "}");
}

/* --- what has come back ---------------------------------------------------------------------- */

static bool fail(struct measuring *m, const char *why)
{
    if (!json_has_error(m->error))
        snprintf(m->error->text, sizeof m->error->text, "%.500s", why);
    return false;
}

static bool read_run(struct measuring *m, const struct crew_outcome *outcome,
                     struct settled_run *run)
{
    static const struct json_string_rule text = {"a text", NULL, 0, 1000};
    struct json_error error = {0};
    struct json_doc *doc = json_doc_parse("worker", outcome->line, outcome->line_size, &error);
    CHECK_WHY(doc != NULL, error.text);
    struct json_object top = json_object_open(json_root(doc, &error));
    const char *mistake = json_read_string(json_object_get(&top, "mistake"), &text, NULL);
    if (mistake) {
        fail(m, mistake);
        json_doc_free(doc);
        return false;
    }
    run->is_there = true;
    run->end = (uint8_t)json_read_word(json_object_need(&top, "end"), trial_end_words,
                                       TRIAL_END_COUNT, 0);
    run->is_own = json_read_bool(json_object_need(&top, "own"), false);
    run->microseconds =
        (uint64_t)json_read_int(json_object_need(&top, "cpu_us"), 0, INT64_MAX, 0);
    snprintf(run->check, sizeof run->check, "%s",
             json_read_string(json_object_need(&top, "check"), &text, ""));
    snprintf(run->cause, sizeof run->cause, "%s",
             json_read_string(json_object_need(&top, "cause"), &text, ""));
    CHECK_WHY(!json_has_error(&error), error.text);
    json_doc_free(doc);
    return true;
}

/* The second run, with all safeguards on, decides whose death it was. */
static void take_second(struct measuring *m, const struct crew_outcome *outcome,
                        struct settled_run *run)
{
    struct settled_run second = {0};
    run->is_there = true;
    run->is_own = outcome->fate != CREW_SAID ||
                  (read_run(m, outcome, &second) && second.end != TRIAL_HOLDS);
}

static bool take(struct measuring *m, const struct crew_outcome *outcome)
{
    static struct result result;
    struct open_case *open = &m->cases[ITEM_CASE(outcome->item)];
    struct settled_run *run = &open->window[ITEM_RUN(outcome->item) % WINDOW];
    if (result_of(m, ITEM_CASE(outcome->item))->is_done)
        return true;
    if (outcome->item & ITEM_ALL_ON) {
        take_second(m, outcome, run);
        return !json_has_error(m->error);
    }
    *run = (struct settled_run){0};
    if (outcome->fate == CREW_SAID)
        return read_run(m, outcome, run);
    sweep_take_death(outcome, m->order->seed_limit, &result);
    run->end = result.end;
    snprintf(run->cause, sizeof run->cause, "%s", result.cause);
    crew_give(m->crew, outcome->item | ITEM_ALL_ON);
    return true;
}

/* --- in their order -------------------------------------------------------------------------- */

static void take_finding(struct measuring *m, uint32_t index, const struct settled_run *run)
{
    struct measure_case *result = result_of(m, index);
    uint64_t number = result->through - 1;
    result->is_found = true;
    result->end = run->end;
    result->seed = seed_of(m->measure, index / SAFEGUARD_COUNT, number);
    memcpy(result->scenario, m->measure->scenarios[number % m->order->file_count].name,
           sizeof result->scenario);
    memcpy(result->check, run->check, sizeof result->check);
    memcpy(result->cause, run->cause, sizeof result->cause);
}

static bool note(struct measuring *m, uint32_t index)
{
    return measure_file_add(&m->file, index % SAFEGUARD_COUNT, index / SAFEGUARD_COUNT,
                            result_of(m, index)) ||
           fail(m, strerror(errno));
}

/* The runs of a case that can be settled now. */
static bool settle(struct measuring *m, uint32_t index)
{
    struct open_case *open = &m->cases[index];
    struct measure_case *result = result_of(m, index);
    while (!result->is_done && result->through < open->next) {
        struct settled_run *run = &open->window[result->through % WINDOW];
        if (!run->is_there)
            return true;
        run->is_there = false;
        result->through++;
        result->microseconds += run->microseconds;
        result->own += run->end != TRIAL_HOLDS && run->is_own;
        if (run->end != TRIAL_HOLDS && !run->is_own)
            take_finding(m, index, run);
        result->is_done = result->is_found || result->through == m->total;
        if ((result->is_done || result->through % NOTE_EVERY == 0) && !note(m, index))
            return false;
    }
    if (result->is_done && m->watcher->settled)
        m->watcher->settled(m->watcher->host, m->measure, index % SAFEGUARD_COUNT,
                            index / SAFEGUARD_COUNT);
    return true;
}

/* --- giving ---------------------------------------------------------------------------------- */

static bool is_wanted(const struct measuring *m, uint32_t index)
{
    uint32_t safeguard = index % SAFEGUARD_COUNT, range = index / SAFEGUARD_COUNT;
    return (m->order->safeguards >> safeguard & 1) && range < m->order->ranges &&
           !m->measure->cases[safeguard][range].is_done &&
           (range == 0 || m->measure->cases[safeguard][0].is_found);
}

static void give_of(struct measuring *m, uint32_t index)
{
    struct open_case *open = &m->cases[index];
    uint64_t through = result_of(m, index)->through;
    if (!open->window) {
        open->window = calloc(WINDOW, sizeof *open->window);
        CHECK_WHY(open->window != NULL, "out of memory");
        open->next = through;
    }
    uint64_t ahead = MIN(2 * m->order->jobs, WINDOW);
    while (open->next < m->total && open->next < through + ahead && crew_has_room(m->crew))
        crew_give(m->crew, (uint64_t)index << 32 | open->next++);
}

/* False when nothing is wanted any more. */
static bool give(struct measuring *m)
{
    bool is_any = false;
    for (uint32_t index = 0; index < CASE_COUNT; index++) {
        if (!is_wanted(m, index))
            continue;
        if (!is_any && m->watcher->progress &&
            clock_seconds(CLOCK_MONOTONIC) - m->told > 0.2) {
            m->told = clock_seconds(CLOCK_MONOTONIC);
            m->watcher->progress(m->watcher->host, m->measure, index % SAFEGUARD_COUNT,
                                 index / SAFEGUARD_COUNT);
        }
        is_any = true;
        if (!crew_has_room(m->crew))
            break;
        give_of(m, index);
    }
    return is_any;
}

static bool wait_for_some(struct measuring *m)
{
    struct crew_outcome outcome;
    bool is_good = true;
    for (int wait = 50; is_good && crew_wait(m->crew, wait, &outcome); wait = 0) {
        uint32_t index = ITEM_CASE(outcome.item);
        bool was_done = result_of(m, index)->is_done;
        is_good = take(m, &outcome) && (was_done || settle(m, index));
    }
    return is_good;
}

static bool measure_on(struct measuring *m)
{
    while (give(m)) {
        m->measure->is_stopped = m->order->is_stopped && *m->order->is_stopped;
        if (m->measure->is_stopped) {
            for (uint32_t index = 0; index < CASE_COUNT; index++)
                if (m->cases[index].window && !result_of(m, index)->is_done && !note(m, index))
                    return false;
            return true;
        }
        if (!wait_for_some(m))
            return false;
    }
    return true;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Load each of them once, so that a mistake is told before the first run. */
static bool begin(const struct measure_order *order, struct measure *measure,
                  struct json_error *error)
{
    *measure = (struct measure){.first_seed = order->first_seed,
                                .last_seed = order->last_seed,
                                .ranges = order->ranges,
                                .scenario_count = order->file_count};
    snprintf(measure->program, sizeof measure->program, "trace %u, draws %u", TRACE_VERSION,
             MIX_VERSION);
    for (uint32_t i = 0; i < order->file_count; i++) {
        struct scenario *scenario = load(order, i, SAFEGUARD_COUNT, error);
        if (!scenario)
            return false;
        snprintf(measure->scenarios[i].name, LABEL_MAX, "%s", scenario->name);
        measure->scenarios[i].text = result_text_hash(scenario->text);
        scenario_free(scenario);
    }
    return true;
}

bool measure_run(const struct measure_order *order, const struct measure_watcher *watcher,
                 struct measure *measure, struct json_error *error)
{
    static struct measuring m; /* large */
    struct crew_work crew_work = {&m, begin_work, work};
    m = (struct measuring){
        .order = order, .watcher = watcher, .measure = measure, .error = error};
    m.file.file = -1;
    m.total = (order->last_seed - order->first_seed + 1) * order->file_count;
    if (!begin(order, measure, error) || !measure_file_open(&m.file, order->out, measure, error))
        return false;
    m.crew = crew_open(&crew_work, order->jobs, order->seed_limit, error->text,
                       sizeof error->text);
    bool is_good = m.crew && measure_on(&m);
    crew_close(m.crew);
    measure_file_close(&m.file);
    for (uint32_t i = 0; i < CASE_COUNT; i++)
        free(m.cases[i].window);
    return is_good;
}

/* --- what comes of it ------------------------------------------------------------------------ */

uint64_t measure_seeds(const struct measure *measure, const struct measure_case *result,
                       uint32_t range)
{
    uint64_t length = measure->last_seed - measure->first_seed + 1;
    return result->is_found ? result->seed - measure->first_seed - range * length + 1 : length;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

bool measure_median(const struct measure *measure, uint32_t safeguard,
                    struct measure_median *median)
{
    uint64_t seeds[MEASURE_RANGES_MAX], times[MEASURE_RANGES_MAX];
    *median = (struct measure_median){0};
    for (uint32_t range = 0; range < measure->ranges; range++) {
        const struct measure_case *result = &measure->cases[safeguard][range];
        if (!result->is_done)
            continue;
        seeds[median->done] = result->is_found ? measure_seeds(measure, result, range) : UINT64_MAX;
        times[median->done] = result->is_found ? result->microseconds : UINT64_MAX;
        median->done++;
        median->found += result->is_found;
    }
    if (median->done == 0)
        return false;
    qsort(seeds, median->done, sizeof *seeds, compare_numbers);
    qsort(times, median->done, sizeof *times, compare_numbers);
    median->seeds = seeds[(median->done - 1) / 2];
    median->microseconds = times[(median->done - 1) / 2];
    return median->seeds != UINT64_MAX;
}
