/*
 * cmd_explore.c: ringside explore: every order of messages, disks, clients, crashes and losses.
 *
 * Options, progress, and what it came to. A violation is told as a schedule in sentences, and
 * written as a scenario that `ringside play` opens. How it is done: hunt/explore.h.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/nearest.h"
#include "cli/cli.h"
#include "cli/files/whole_file.h"
#include "cli/run/ask.h"
#include "cli/hunt/sweep_print.h"
#include "hunt/explore.h"

static const char explore_help[] =
    "usage: ringside explore SCENARIO [options]\n"
    "\n"
    "Go through the orders in which messages can arrive, disks can answer, clients can act, nodes\n"
    "can crash and messages can be lost, on the real database, and judge each end. The schedule "
    "of\n"
    "the fewest steps that violates a check is told in sentences and written as a scenario.\n"
    "\n"
    "  --mode exhaustive   every order (the default)\n"
    "  --mode delay        the order of the queue, with at most --bound postponements\n"
    "  --mode pct          random priorities, with --depth minus 1 changes, --runs times\n"
    "  --crashes C         of one schedule, at most (0); a node that crashes starts again\n"
    "  --drops D           messages lost in one schedule, at most (0)\n"
    "  --bound B           delay: postponements, at most (2)\n"
    "  --depth D           pct: the bug needs so many steps in their order (3)\n"
    "  --runs N            pct: schedules (10000)\n"
    "  --seed N            of the scenario, and of pct\n"
    "  --timers            a timer may fire at any moment, and not only when nothing else is left\n"
    "  --first             end at the first violation\n"
    "  --max-states N      end after so many states\n"
    "  --no-reduction      take every transition, to compare\n"
    "  --no-memory         let the real objects make every step again, to compare\n"
    "  -o FILE             where a violation is written to (NAME-schedule.json)\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "Ctrl+C ends it with what was seen.\n"
    "Exit codes: 0 nothing fails, 1 a check fails, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside explore explore-two-writers --crashes 1 --drops 1\n"
    "  ringside explore explore-two-writers --mode delay --bound 2\n"
    "  ringside explore explore-two-writers --mode pct --runs 100000 --crashes 2 --drops 2\n";

struct explore_options {
    const char *file, *mode, *out;
    const char *crashes, *drops, *bound, *depth, *runs, *seed, *max_states;
    const char *timers, *first, *no_reduction, *no_memory;
    const char **sets;
    uint32_t set_count;
};

static volatile sig_atomic_t is_stopped;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    is_stopped = 1;
}

/* Of the processor, so that it is the same whoever else is at work on the machine. */
static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* "1,234,567" */
static const char *grouped(uint64_t number, char text[32])
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *to = text;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

/* --- while it goes on ------------------------------------------------------------------------ */

struct progress {
    double begin, told;
};

static void tell_progress(void *host, const struct explore *explore)
{
    struct progress *progress = host;
    const struct explore_result *r = explore_result(explore);
    double now = cpu_seconds();
    char states[32], frontier[32];
    if (now - progress->told < 0.5)
        return;
    progress->told = now;
    fprintf(stderr, "\r%s states, %.0f a second, depth %u, %s waiting%s\033[K",
            grouped(r->states, states), (double)r->states / (now - progress->begin), r->depth,
            grouped(r->frontier, frontier), r->has_violation ? ", VIOLATED" : "");
}

/* --- what it came to -------------------------------------------------------------------------- */

static void print_line(const char *name, uint64_t number, const char *more)
{
    char text[32];
    printf("  %-13s %12s%s%s\n", name, grouped(number, text), *more ? "  " : "", more);
}

static void print_counts(const struct explore_result *r, const struct explore_order *order,
                         double seconds)
{
    char more[160], number[32];
    if (order->mode == EXPLORE_PCT)
        print_line("schedules", r->runs, "");
    snprintf(more, sizeof more, "in %.2f s of processor time, %s a second", seconds,
             grouped((uint64_t)((double)r->states / (seconds > 0 ? seconds : 1e-9)), number));
    print_line("states", r->states, more);
    snprintf(more, sizeof more, "and %s spared by sleep sets", grouped(r->skipped, number));
    print_line("transitions", r->transitions, order->mode == EXPLORE_EXHAUSTIVE ? more : "");
    snprintf(more, sizeof more, "made by the database; the others were known by then");
    print_line("steps", r->made, more);
    snprintf(more, sizeof more, "%s of them violate a check", grouped(r->violating, number));
    print_line("final states", r->finals, more);
    print_line("depth", r->depth, "steps of the longest schedule");
}

static void print_scope(const struct explore_result *r, const struct explore_order *order)
{
    if (!r->is_complete)
        printf("not complete: %s\n", r->cut);
    if (order->mode == EXPLORE_PCT) {
        char once[32];
        printf("a violation that needs %u steps in their order is found by one schedule "
               "with a chance\nof at least 1/(n k^%u) = 1/%s: n = %u actors (links, disks, "
               "timers, clients, faults), k = %u steps\n",
               order->depth, order->depth - 1, grouped((uint64_t)r->chance, once), r->actors,
               r->depth);
        if (r->found_run)
            printf("found by schedule %s\n", grouped(r->found_run, once));
        return;
    }
    if (!r->is_complete)
        return;
    printf("complete: every schedule with at most %u crash%s and %u loss%s", order->crashes,
           order->crashes == 1 ? "" : "es", order->drops, order->drops == 1 ? "" : "es");
    if (order->mode == EXPLORE_DELAY)
        printf(" and %u postponement%s", order->bound, order->bound == 1 ? "" : "s");
    puts("");
}

static void print_schedule(struct explore *explore, const struct explore_order *order)
{
    const struct explore_result *r = explore_result(explore);
    printf("\nVIOLATED %s: %s\nin these %u steps:\n", order->scenario->checks[r->check].name,
           r->sentence, r->path_length);
    for (uint32_t step = 0; step < r->path_length; step++) {
        char line[400];
        struct text text;
        text_init(&text, line, sizeof line);
        explore_say(explore, r->path, step, &text);
        printf("  %3u  %s\n", step + 1, line);
    }
}

static int write_schedule(struct explore *explore, const struct explore_options *o,
                          const struct scenario *scenario)
{
    const struct explore_result *r = explore_result(explore);
    struct json_error error = {0};
    struct whole_file file;
    char name[LABEL_MAX + 40], why[200];
    snprintf(name, sizeof name, "%s-schedule.json", scenario->name);
    const char *path = o->out ? o->out : name;
    char *text =
        explore_write(explore, o->file, o->sets, o->set_count, r->path, r->path_length, &error);
    if (!text) {
        printf("\nIt cannot be written as a scenario: %s\n", error.text);
        return EXIT_CHECK_FAILED;
    }
    bool is_open = whole_file_open(&file, path, why, sizeof why);
    if (is_open)
        fputs(text, file.out);
    free(text);
    if (!is_open || !whole_file_finish(&file, why, sizeof why))
        return usage_error("-o: %s", why);
    printf("\nwritten and run again, with the same end: %s\nopen it: %s play", path, program_name);
    print_argument(stdout, path);
    putchar('\n');
    return EXIT_CHECK_FAILED;
}

static int run_it(const struct explore_options *o, struct explore_order *order)
{
    struct explore *explore;
    const char *why;
    struct progress progress = {cpu_seconds(), cpu_seconds()};
    bool is_watched = isatty(STDERR_FILENO);
    order->progress = is_watched ? tell_progress : NULL;
    order->host = &progress;
    order->stop = &is_stopped;
    if (!explore_open(&explore, order, &why)) {
        explore_close(explore);
        return usage_error("%s", why);
    }
    signal(SIGINT, on_interrupt);
    explore_run(explore);
    signal(SIGINT, SIG_DFL);
    if (is_watched)
        fputs("\r\033[K", stderr);
    const struct explore_result *r = explore_result(explore);
    printf("%s\n", order->scenario->name);
    print_counts(r, order, cpu_seconds() - progress.begin);
    print_scope(r, order);
    int code = EXIT_HOLDS;
    if (r->has_violation) {
        print_schedule(explore, order);
        code = write_schedule(explore, o, order->scenario);
    }
    explore_close(explore);
    return code;
}

/* --- options ------------------------------------------------------------------------------------
 */

static bool read_number(const char *name, const char *given, uint64_t least, uint64_t most,
                        uint64_t *number)
{
    uint64_t value;
    if (!given)
        return true;
    if (!parse_u64(given, &value) || value < least || value > most) {
        usage_error("%s takes a whole number from %llu to %llu, not \"%s\"", name,
                    (unsigned long long)least, (unsigned long long)most, given);
        return false;
    }
    *number = value;
    return true;
}

static const char *const mode_words[] = {"exhaustive", "delay", "pct"};
_Static_assert(ARRAY_LEN(mode_words) == EXPLORE_MODE_COUNT, "a word for each mode");

static bool read_mode(const char *given, uint32_t *mode)
{
    char hint[100];
    struct text text;
    for (*mode = 0; given && *mode < EXPLORE_MODE_COUNT; ++*mode)
        if (strcmp(given, mode_words[*mode]) == 0)
            return true;
    *mode = EXPLORE_EXHAUSTIVE;
    if (!given)
        return true;
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)given, (uint32_t)strlen(given)});
    for (uint32_t i = 0; i < EXPLORE_MODE_COUNT; i++)
        nearest_offer_string(&nearest, mode_words[i]);
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    usage_error("--mode is exhaustive, delay or pct, not \"%s\"%s", given, hint);
    return false;
}

static bool read_order(const struct explore_options *o, struct explore_order *order)
{
    uint64_t crashes = 0, drops = 0, bound = 2, depth = 3, runs = 10000;
    if (!read_mode(o->mode, &order->mode) ||
        !read_number("--crashes", o->crashes, 0, 8, &crashes) ||
        !read_number("--drops", o->drops, 0, 64, &drops) ||
        !read_number("--bound", o->bound, 0, 64, &bound) ||
        !read_number("--depth", o->depth, 1, 16, &depth) ||
        !read_number("--runs", o->runs, 1, 1000000000, &runs) ||
        !read_number("--seed", o->seed, 0, (UINT64_C(1) << 53) - 1, &order->seed) ||
        !read_number("--max-states", o->max_states, 1, EXPLORE_STATES_MAX, &order->state_limit))
        return false;
    order->crashes = (uint32_t)crashes;
    order->drops = (uint32_t)drops;
    order->bound = (uint32_t)bound;
    order->depth = (uint32_t)depth;
    order->runs = runs;
    order->has_timers = o->timers;
    order->stops_at_violation = o->first;
    order->is_unreduced = o->no_reduction;
    order->is_unremembered = o->no_memory;
    return true;
}

static int explore_main(int argc, char **argv)
{
    struct explore_options o = {0};
    struct json_error error = {0};
    uint32_t count;
    const struct option options[] = {
        {"--mode", true, &o.mode, NULL, NULL},
        {"--crashes", true, &o.crashes, NULL, NULL},
        {"--drops", true, &o.drops, NULL, NULL},
        {"--bound", true, &o.bound, NULL, NULL},
        {"--depth", true, &o.depth, NULL, NULL},
        {"--runs", true, &o.runs, NULL, NULL},
        {"--seed", true, &o.seed, NULL, NULL},
        {"--timers", false, &o.timers, NULL, NULL},
        {"--first", false, &o.first, NULL, NULL},
        {"--max-states", true, &o.max_states, NULL, NULL},
        {"--no-reduction", false, &o.no_reduction, NULL, NULL},
        {"--no-memory", false, &o.no_memory, NULL, NULL},
        {"-o", true, &o.out, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    if (!options_read(&command_explore, argc, argv, options, ARRAY_LEN(options), &o.file, 1,
                      &count))
        return EXIT_USAGE;
    char path[PLACE_MAX];
    if (!ask_file("explore", o.file, path))
        return EXIT_USAGE;
    o.file = path;
    struct scenario *scenario = explore_load(o.file, o.sets, o.set_count, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    struct explore_order order = {.scenario = scenario, .seed = scenario->seed};
    int code = read_order(&o, &order) ? run_it(&o, &order) : EXIT_USAGE;
    scenario_free(scenario);
    free(o.sets);
    return code;
}

const struct command command_explore = {"explore", "try every order in which things can happen",
                                        explore_help, explore_main};
