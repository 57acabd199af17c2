/*
 * cmd_metrics.c: ringside metrics: the numbers of a run, at its end or at any moment.
 *
 * Runs the scenario to a moment and writes what sim/metrics/metrics.def lists: for people, or for
 * the tools that read such numbers. What is counted and why is in docs/cluster/metrics.md.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/metrics/metrics_out.h"
#include "cli/run/ask.h"

static const char metrics_help[] =
    "usage: ringside metrics FILE [options]\n"
    "       ringside metrics --list [--match NAME]\n"
    "\n"
    "Run a scenario and print its metrics, of the cluster and of each node, in virtual time:\n"
    "operations, latencies, messages, processor, disk, store, repairs, suspicions, members.\n"
    "\n"
    ASK_SCENARIO_HELP
    "\n"
    "What to look at\n"
    "  --at T              at this time (\"2.5s\") instead of at the end\n"
    "  --until COND        when a condition first holds (docs/conditions.md), or at a time\n"
    "  --node NODE         of this node alone; with csv also \"all\": of each node, too\n"
    "  --match NAME        only metrics whose name or title has this in it (\"latency\")\n"
    "  --format text|json|csv|prometheus\n"
    "                      for people (text, the default); for programs, one object\n"
    "                      (docs/cluster/metrics.schema.json); over time, a row for each number\n"
    "                      of each sample; the text format of Prometheus, 0.0.4\n"
    "  --every T           with csv: from sample to sample (a 200th of the run, rounded up)\n"
    "\n"
    "What there is\n"
    "  --list              which metrics there are, and what they mean\n"
    "  --page              the same as a table in Markdown (docs/cluster/metrics.md)\n"
    "\n"
    "A percentile is never too small and at most 1/64 (1.6 %) too large; sums, counts and the\n"
    "largest value are exact. Times are virtual: the same run gives the same bytes.\n"
    "\n"
    "Exit codes: 0 done, 1 the condition never came true, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside metrics scenarios/slow-node.json --at 5s --match latency\n"
    "  ringside metrics demo --format csv --every 1s --node all >demo.csv\n"
    "  ringside metrics --list --match hint\n";

struct metrics_options {
    struct ask ask;
    const char *node, *match, *format, *every, *list, *page;
};

static bool find_node(const struct scenario *scenario, const char *name, struct metrics_look *look)
{
    look->is_every_node = strcmp(name, "all") == 0;
    return look->is_every_node || ask_node(scenario, name, &look->node);
}

static bool is_any_wanted(const struct metrics_look *look)
{
    struct nearest nearest = nearest_to(units_word(look->match ? look->match : ""));
    char hint[200];
    struct text text;
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        nearest_offer_string(&nearest, metric_table[i].name);
        if (metrics_is_wanted(look, i))
            return true;
    }
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    return usage_error("no metric has \"%s\" in its name%s (ringside metrics --list)", look->match,
                       hint),
           false;
}

static bool read_look(const struct scenario *scenario, const struct metrics_options *o,
                      struct metrics_look *look)
{
    *look = (struct metrics_look){.match = o->match, .node = METRIC_CLUSTER};
    if (!ask_time("--every", o->every, &look->every))
        return false;
    if (o->every && (look->every == 0 || scenario->duration_ns / look->every > 100000))
        return usage_error("--every %s: expected a time above 0 that makes at most 100000 samples",
                           o->every),
               false;
    return is_any_wanted(look) && (!o->node || find_node(scenario, o->node, look));
}

static int show(struct run *run, const struct metrics_options *o,
                const struct metrics_format *format)
{
    struct until until;
    struct metrics_look look;
    if (!ask_moment("metrics", run, &o->ask, &until) || !read_look(run->scenario, o, &look))
        return EXIT_USAGE;
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    bool is_there = until_run(run, &until);
    if (!is_there)
        fprintf(stderr, "ringside: --until '%s' never came true; this is the end of the run\n",
                o->ask.until);
    format->write(run, &look, stdout);
    return is_there ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static bool read_metrics_options(int argc, char **argv, struct metrics_options *o)
{
    uint32_t count;
    const struct option options[] = {
        ASK_SCENARIO_OPTIONS(&o->ask),
        ASK_MOMENT_OPTIONS(&o->ask),
        {"--node", true, &o->node, NULL, NULL},     {"--match", true, &o->match, NULL, NULL},
        {"--format", true, &o->format, NULL, NULL}, {"--every", true, &o->every, NULL, NULL},
        {"--list", false, &o->list, NULL, NULL},    {"--page", false, &o->page, NULL, NULL},
    };
    return options_read(&command_metrics, argc, argv, options, ARRAY_LEN(options), &o->ask.file, 1,
                        &count);
}

static int list(const struct metrics_options *o)
{
    struct metrics_look look = {.match = o->match};
    if (!is_any_wanted(&look))
        return EXIT_USAGE;
    if (o->page)
        metrics_write_page(stdout);
    else
        metrics_write_list(&look, stdout);
    return EXIT_HOLDS;
}

/* What only rows over time can answer is refused, and not left out in silence. */
static bool is_fit(const struct metrics_options *o, const struct metrics_format *format)
{
    bool is_of_all = o->node && strcmp(o->node, "all") == 0;
    if ((!o->every && !is_of_all) || format->write == metrics_write_csv)
        return true;
    return usage_error("%s goes with --format csv, which is over time; %s is of one moment",
                       o->every ? "--every" : "--node all", format->name),
           false;
}

static int metrics_main(int argc, char **argv)
{
    struct metrics_options o = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_metrics_options(argc, argv, &o))
        return EXIT_USAGE;
    if (o.list || o.page)
        return list(&o);
    const struct metrics_format *format = metrics_format_named(o.format ? o.format : "text");
    if (!format)
        return usage_error("--format is text, json, csv or prometheus, not \"%s\"", o.format);
    if (!is_fit(&o, format))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("metrics", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, seed, NULL)) {
        code = show(&run, &o, format);
        run_close(&run);
    }
    free(o.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_metrics = {"metrics", "the numbers of a run, for people and tools",
                                        metrics_help, metrics_main};
