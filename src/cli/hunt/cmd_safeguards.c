/*
 * cmd_safeguards.c: ringside safeguards: the rules that keep the database correct, and whether the
 * swarm would notice that one is missing.
 *
 * hunt/measure.h measures; measure_print.c tells.
 */
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/hunt/measure_print.h"

#define SWARM_PATTERN "scenarios/swarm*.json"
#define FOUND_PERCENT 95

static const char safeguards_help[] =
    "usage: ringside safeguards [NAME] [--json | --markdown]\n"
    "       ringside safeguards --measure [options]\n"
    "\n"
    "Every rule that keeps the database correct, with the real incident behind it. All are on;\n"
    "a scenario turns one off with \"safeguards\": {\"tie-rule\": false}, the command line with\n"
    "--set safeguards.tie-rule=false. With a NAME only that one is shown.\n"
    "\n"
    "With --measure each is switched off, alone, and the swarm runs seeds until a check of a\n"
    "scenario fails that holds with all of them on: would it be noticed, and how soon?\n"
    "\n"
    "  --measure           measure\n"
    "  --only NAME,...     only these\n"
    "  --seeds A..B        which seeds (1..2000); further ranges follow, as long as this one\n"
    "  --ranges R          so many ranges, over which the medians are (5)\n"
    "  --scenario FILE     a scenario with a swarm; may be repeated (scenarios/swarm*.json)\n"
    "  --jobs J            processes (one for each processor); they change nothing that is found\n"
    "  --run-limit T       kill a run that takes longer, as a finding (\"60s\")\n"
    "  --results FILE      keep what is known there, and go on from it (docs/measure.md);\n"
    "                      without --measure: print what FILE says\n"
    "  --json              print the table as JSON\n"
    "  --markdown          print it as Markdown\n"
    "  --set PATH=VALUE    override a value of the scenarios; may be repeated\n"
    "\n"
    "Exit codes: 0 done, and of those measured 95 % were found; 1 fewer; 2 usage or bad input\n"
    "\n"
    "Examples:\n"
    "  ringside safeguards tie-rule\n"
    "  ringside safeguards --measure --only tie-rule,newer-wins --seeds 1..200\n";

struct safeguards_options {
    const char *name, *measure, *only, *seeds, *ranges, *jobs, *run_time, *results;
    const char *json, *markdown;
    const char **files, **sets;
    uint32_t file_count, set_count;
};

static volatile int stop_count;

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop_count++;
}

/* --- the list ------------------------------------------------------------------------------- */

static void print_safeguard(uint32_t safeguard)
{
    const struct safeguard_info *info = &safeguard_table[safeguard];
    char path[100];
    safeguard_scenario(safeguard, path);
    printf("%s\n    rule      %s\n    incident  %s\n    see       %s run %s "
           "--set safeguards.%s=false\n",
           info->name, info->rule, info->incident, program_name, path, info->name);
}

static int unknown_safeguard(const char *name)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        nearest_offer_string(&nearest, safeguard_table[i].name);
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; ringside safeguards lists them");
    return usage_error("there is no safeguard \"%s\"%s", name, hint);
}

/* --- which ---------------------------------------------------------------------------------- */

static uint64_t bit_of(const char *name)
{
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (strcmp(name, safeguard_table[i].name) == 0)
            return UINT64_C(1) << i;
    unknown_safeguard(name);
    return 0;
}

/* "tie-rule,newer-wins"; nothing: all. 0 after a usage error. */
static uint64_t read_only(const char *text)
{
    uint64_t set = 0;
    char name[LABEL_MAX];
    if (!text)
        return UINT64_MAX >> (64 - SAFEGUARD_COUNT);
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        uint64_t bit = bit_of(name);
        if (!bit)
            return 0;
        set |= bit;
        at += size;
        if (*at == '\0')
            return set;
    }
}

/* --- measuring ------------------------------------------------------------------------------ */

struct progress {
    bool is_terminal, has_line;
};

static void clear_line(struct progress *progress)
{
    if (progress->has_line)
        fputs("\r\033[K", stderr);
    progress->has_line = false;
}

static void on_settled(void *host, const struct measure *measure, uint32_t safeguard,
                       uint32_t range)
{
    const struct measure_case *result = &measure->cases[safeguard][range];
    clear_line(host);
    fprintf(stderr, "%s, range %u: ", safeguard_table[safeguard].name, range + 1);
    if (result->is_found)
        fprintf(stderr, "%s, seed %llu: %s\n", result->scenario, (unsigned long long)result->seed,
                result->cause);
    else
        fprintf(stderr, "not found in %llu seeds\n",
                (unsigned long long)measure_seeds(measure, result, range));
}

static void on_progress(void *host, const struct measure *measure, uint32_t safeguard,
                        uint32_t range)
{
    struct progress *progress = host;
    uint64_t runs = (measure->last_seed - measure->first_seed + 1) * measure->scenario_count;
    uint32_t looked, found = measure_found(measure, UINT64_MAX, &looked);
    if (!progress->is_terminal)
        return;
    clear_line(progress);
    fprintf(stderr, "%u of %u found; %s, range %u: %llu of %llu runs", found, looked,
            safeguard_table[safeguard].name, range + 1,
            (unsigned long long)measure->cases[safeguard][range].through,
            (unsigned long long)runs);
    fflush(stderr);
    progress->has_line = true;
}

static bool read_seeds(const char *text, struct measure_order *order)
{
    char first[24] = "1";
    const char *dots = text ? strstr(text, "..") : NULL, *last = dots ? dots + 2 : text;
    order->first_seed = 1;
    order->last_seed = 2000;
    if (!text)
        return true;
    if (dots)
        snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
    if (parse_u64(first, &order->first_seed) && parse_u64(last, &order->last_seed) &&
        order->first_seed <= order->last_seed && order->last_seed <= 10000000)
        return true;
    return usage_error("--seeds takes a range such as 1..2000, the smaller number first and up to "
                       "10000000, not \"%s\"",
                       text),
           false;
}

static bool read_count(const char *name, const char *text, uint32_t max, uint32_t *count)
{
    uint64_t number;
    if (!text)
        return true;
    if (!parse_u64(text, &number) || number == 0 || number > max)
        return usage_error("%s takes a whole number from 1 to %u, not \"%s\"", name, max, text),
               false;
    *count = (uint32_t)number;
    return true;
}

static bool read_limit(const char *text, double *seconds)
{
    char mistake[200];
    struct text words;
    vtime time;
    text_init(&words, mistake, sizeof mistake);
    if (!text)
        return true;
    if (!units_parse_time(units_word(text), &time, &words))
        return usage_error("--run-limit: %s", mistake), false;
    *seconds = (double)time / 1e9;
    return true;
}

static bool read_order(const struct safeguards_options *o, struct measure_order *order)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *order = (struct measure_order){.ranges = 5,
                                    .jobs = processors > 0 ? (uint32_t)MIN(processors, 256) : 1,
                                    .seed_limit = 60,
                                    .files = o->files,
                                    .file_count = o->file_count,
                                    .sets = o->sets,
                                    .set_count = o->set_count,
                                    .out = o->results,
                                    .is_stopped = &stop_count};
    order->safeguards = read_only(o->only);
    return order->safeguards && read_seeds(o->seeds, order) &&
           read_count("--ranges", o->ranges, MEASURE_RANGES_MAX, &order->ranges) &&
           read_count("--jobs", o->jobs, 256, &order->jobs) &&
           read_limit(o->run_time, &order->seed_limit);
}

/* 0 when enough of them are found. */
static int print_measured(const struct safeguards_options *o, const struct measure *measure,
                          uint64_t safeguards)
{
    uint32_t looked, found = measure_found(measure, safeguards, &looked);
    measure_print(measure, safeguards,
                  o->json ? FORM_JSON : o->markdown ? FORM_MARKDOWN : FORM_TEXT, stdout);
    return looked > 0 && 100 * found >= FOUND_PERCENT * looked ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static int measure_with(const struct safeguards_options *o)
{
    static struct measure measure; /* large */
    struct measure_order order;
    struct json_error error = {0};
    struct progress progress = {.is_terminal = isatty(STDERR_FILENO)};
    struct measure_watcher watcher = {on_settled, on_progress, &progress};
    struct sigaction action = {.sa_handler = on_signal};
    if (!read_order(o, &order))
        return EXIT_USAGE;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    bool is_good = measure_run(&order, &watcher, &measure, &error);
    clear_line(&progress);
    if (!is_good)
        return usage_error("%s", error.text);
    return print_measured(o, &measure, order.safeguards);
}

static int measure_shipped(struct safeguards_options *o)
{
    glob_t found = {0};
    if (o->file_count == 0) {
        if (glob(SWARM_PATTERN, 0, NULL, &found) != 0)
            return usage_error("there is no " SWARM_PATTERN " here; --scenario names one");
        o->files = (const char **)found.gl_pathv;
        o->file_count = (uint32_t)found.gl_pathc;
    }
    int code = o->file_count <= MEASURE_SCENARIOS_MAX
                   ? measure_with(o)
                   : usage_error("at most %d scenarios can be measured with, not %u",
                                 MEASURE_SCENARIOS_MAX, o->file_count);
    if (found.gl_pathc > 0) {
        globfree(&found);
        o->files = NULL;
    }
    return code;
}

/* --- the command ---------------------------------------------------------------------------- */

static int print_list(const struct safeguards_options *o)
{
    static struct measure measure;
    struct json_error error = {0};
    uint64_t set = o->name ? bit_of(o->name) : read_only(o->only);
    if (!set)
        return EXIT_USAGE;
    if (o->results && !measure_load(o->results, &measure, &error))
        return usage_error("%s", error.text);
    if (o->results)
        return print_measured(o, &measure, set);
    if (o->json || o->markdown) {
        measure_print(NULL, set, o->json ? FORM_JSON : FORM_MARKDOWN, stdout);
        return EXIT_HOLDS;
    }
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        if (set >> i & 1)
            print_safeguard(i);
    return EXIT_HOLDS;
}

static int safeguards_main(int argc, char **argv)
{
    struct safeguards_options o = {0};
    uint32_t count;
    const struct option options[] = {
        {"--measure", false, &o.measure, NULL, NULL},
        {"--only", true, &o.only, NULL, NULL},
        {"--seeds", true, &o.seeds, NULL, NULL},
        {"--ranges", true, &o.ranges, NULL, NULL},
        {"--scenario", true, NULL, &o.files, &o.file_count},
        {"--jobs", true, &o.jobs, NULL, NULL},
        {"--run-limit", true, &o.run_time, NULL, NULL},
        {"--results", true, &o.results, NULL, NULL},
        {"--json", false, &o.json, NULL, NULL},
        {"--markdown", false, &o.markdown, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    if (!options_read(&command_safeguards, argc, argv, options, ARRAY_LEN(options), &o.name, 1,
                      &count))
        return EXIT_USAGE;
    if (o.measure && o.name)
        return usage_error("--measure takes names after --only: --only %s", o.name);
    int code = o.measure ? measure_shipped(&o) : print_list(&o);
    free(o.files);
    free(o.sets);
    return code;
}

const struct command command_safeguards = {
    "safeguards", "list the rules that a scenario may switch off, and measure them",
    safeguards_help, safeguards_main};
