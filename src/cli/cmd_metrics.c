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
#include "cli/metrics_out.h"
#include "cli/until.h"

static const char metrics_help[] =
    "usage: ringside metrics FILE [options]\n"
    "       ringside metrics --list [--match NAME]\n"
    "\n"
    "Run a scenario and print its metrics, of the cluster and of each node, in virtual time:\n"
    "operations, latencies, messages, processor, disk, store, repairs, suspicions, members.\n"
    "\n"
    "  --at T              at this time (\"2.5s\") instead of at the end\n"
    "  --until COND        when a condition first holds (docs/conditions.md), or at a time\n"
    "  --node NODE         of this node alone; with --format csv also \"all\": of each node, too\n"
    "  --match NAME        only metrics whose name or title has this in it (\"latency\")\n"
    "  --format NAME       text       for people (the default)\n"
    "                      json       for programs (docs/cluster/metrics.schema.json)\n"
    "                      csv        over time: a row for each number of each sample\n"
    "                      prometheus the text format of Prometheus, 0.0.4\n"
    "  --every T           csv: from sample to sample (a 200th of the run, rounded up)\n"
    "  --list              which metrics there are, and what they mean\n"
    "  --page              the same as a table in Markdown (docs/cluster/metrics.md)\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "A percentile is never too small and at most 1/64 (1.6 %) too large; sums, counts and the\n"
    "largest value are exact. Times are virtual: the same run gives the same bytes.\n"
    "\n"
    "Exit codes: 0 done, 1 the condition never came true, 2 usage or bad input, 3 a bug\n"
    "Example: ringside metrics scenarios/slow-node.json --at 5s --match latency\n";

struct metrics_options {
    const char *file, *at, *until, *node, *match, *format, *every, *list, *page, *seed;
    const char **sets;
    uint32_t set_count;
};

static bool read_time(const char *option, const char *word, vtime *time)
{
    char mistake[200];
    struct text text;
    text_init(&text, mistake, sizeof mistake);
    if (units_parse_time(units_word(word), time, &text))
        return true;
    return usage_error("%s: %s", option, mistake), false;
}

static bool find_node(const struct scenario *scenario, const char *name, struct metrics_look *look)
{
    struct nearest nearest = nearest_to(units_word(name));
    char hint[200];
    struct text text;
    look->node = METRIC_CLUSTER;
    look->is_every_node = strcmp(name, "all") == 0;
    if (look->is_every_node)
        return true;
    for (uint32_t i = 0; i < scenario->node.nodes; i++) {
        nearest_offer_string(&nearest, scenario->nodes[i].name);
        if (strcmp(scenario->nodes[i].name, name) == 0) {
            look->node = i;
            return true;
        }
    }
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    return usage_error("the scenario has no node \"%s\"%s", name, hint), false;
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
    if (o->every && !read_time("--every", o->every, &look->every))
        return false;
    if (o->every && (look->every == 0 || scenario->duration_ns / look->every > 100000))
        return usage_error("--every %s: expected a time above 0 that makes at most 100000 samples",
                           o->every),
               false;
    return is_any_wanted(look) && (!o->node || find_node(scenario, o->node, look));
}

static bool read_moment(struct run *run, const struct metrics_options *o, struct until *until)
{
    if (!o->at)
        return until_read(run, o->until, until);
    *until = (struct until){.words = o->at};
    if (!read_time("--at", o->at, &until->time))
        return false;
    until_tell_end("--at", until->time, run->scenario);
    return true;
}

static int show(struct run *run, const struct metrics_options *o,
                const struct metrics_format *format)
{
    struct until until;
    struct metrics_look look;
    if (!read_moment(run, o, &until) || !read_look(run->scenario, o, &look))
        return EXIT_USAGE;
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    bool is_there = until_run(run, &until);
    if (!is_there)
        fprintf(stderr, "ringside: --until '%s' never came true; this is the end of the run\n",
                o->until);
    format->write(run, &look, stdout);
    return is_there ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static bool read_metrics_options(int argc, char **argv, struct metrics_options *o)
{
    uint32_t count;
    const struct option options[] = {
        {"--at", true, &o->at, NULL, NULL},         {"--until", true, &o->until, NULL, NULL},
        {"--node", true, &o->node, NULL, NULL},     {"--match", true, &o->match, NULL, NULL},
        {"--format", true, &o->format, NULL, NULL}, {"--every", true, &o->every, NULL, NULL},
        {"--list", false, &o->list, NULL, NULL},    {"--page", false, &o->page, NULL, NULL},
        {"--seed", true, &o->seed, NULL, NULL},     {"--set", true, NULL, &o->sets, &o->set_count},
    };
    if (!options_read(&command_metrics, argc, argv, options, ARRAY_LEN(options), &o->file, 1,
                      &count))
        return false;
    if (count == 0 && !o->list && !o->page)
        return usage_error("metrics needs a scenario file, or --list; ringside metrics --help"),
               false;
    if (o->at && o->until)
        return usage_error("metrics takes --at or --until, not both"), false;
    return true;
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

static int metrics_main(int argc, char **argv)
{
    struct metrics_options o = {0};
    struct json_error error = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_metrics_options(argc, argv, &o))
        return EXIT_USAGE;
    if (o.list || o.page)
        return list(&o);
    const struct metrics_format *format = metrics_format_named(o.format ? o.format : "text");
    if (!format)
        return usage_error("--format is text, json, csv or prometheus, not \"%s\"", o.format);
    if (o.seed && !parse_u64(o.seed, &seed))
        return usage_error("--seed takes a whole number, not \"%s\"", o.seed);
    struct scenario *scenario = scenario_load(o.file, o.sets, o.set_count, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, o.seed ? seed : scenario->seed, NULL)) {
        code = show(&run, &o, format);
        run_close(&run);
    }
    free(o.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_metrics = {"metrics", "the numbers of a run, for people and tools",
                                        metrics_help, metrics_main};
