/*
 * cmd_hot.c: ringside hot: which keys and which ranges are asked for most, and who has to answer.
 *
 * Runs the scenario to a moment and asks every node what it has counted, as `nodetool
 * toppartitions` asks one of Cassandra; and looks which ranges the last while's operations
 * were for. hot_text.c and hot_json.c print it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/hot/hot_print.h"
#include "cli/run/ask.h"
#include "sim/picture/view.h"

#define TOP_DEFAULT 10

static const char hot_help[] =
    "usage: ringside hot FILE [options]\n"
    "\n"
    "Run a scenario and show what is asked for most, at its end or at a moment: keys, as each\n"
    "node has counted them with few counters (a sketch); nodes; and ranges of keys, by what\n"
    "clients have asked for in the last while.\n"
    "\n"
    "  --at T              at this time (\"2.5s\") instead of at the end\n"
    "  --until COND        when a condition first holds (docs/conditions.md), or at a time\n"
    "  --node NODE         what this node was asked for, instead of all nodes together\n"
    "  --top K             so many keys and ranges, the hottest first (10)\n"
    "  --last T            ranges: operations that were begun in the last T (1s)\n"
    "  --json              for programs, with exact numbers\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "A key's count is never too small, and too large by at most ERROR. SHARE is what is certain:\n"
    "count less error, of all that was counted. A read that asks two replicas counts at both.\n"
    "\n"
    "Exit codes: 0 done, 1 the condition never came true, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside hot scenarios/hot-key.json --at 2s --top 3\n";

struct hot_options {
    struct ask ask;
    const char *node, *top, *last, *json;
};

/* --- options ---------------------------------------------------------------------------------- */

static bool read_look(const struct run *run, const struct hot_options *o, struct hot_look *look)
{
    uint64_t top = TOP_DEFAULT;
    *look = (struct hot_look){.run = run, .node = HEAT_ALL, .last = SECOND};
    if (o->top && (!parse_u64(o->top, &top) || top == 0 || top > 100000))
        return usage_error("--top: expected a number from 1 to 100000, found \"%s\"", o->top),
               false;
    look->top = (uint32_t)top;
    if (!ask_time("--last", o->last, &look->last))
        return false;
    if (look->last == 0)
        return usage_error("--last %s: expected a time above 0", o->last), false;
    return !o->node || ask_node(run->scenario, o->node, &look->node);
}

/* --- looking ---------------------------------------------------------------------------------- */

static void take(const struct run *run, struct hot_look *look)
{
    const struct world *world = &run->world;
    uint32_t nodes = run->scenario->node.nodes;
    struct heat_recent recent;
    heat_take_keys(world, look->node, look->top, run->scratch, &look->keys);
    look->nodes = heap_alloc(run->scratch, nodes * sizeof *look->nodes);
    for (uint32_t i = 0; i < nodes; i++)
        heat_take_keys(world, i, 1, run->scratch, &look->nodes[i]);
    heat_take_recent(world, look->last, UINT64_MAX, run->scratch, &recent);
    heat_take_ranges(world, &recent, run->scratch, &look->ranges);
    look->order = heat_order(&look->ranges, run->scratch);
}

static int show(struct run *run, const struct hot_options *o)
{
    struct until until;
    struct hot_look look;
    if (!ask_moment("hot", run, &o->ask, &until) || !read_look(run, o, &look))
        return EXIT_USAGE;
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    bool is_there = until_run(run, &until);
    if (!is_there)
        fprintf(stderr, "ringside: --until '%s' never came true; this is the end of the run\n",
                o->ask.until);
    take(run, &look);
    if (o->json)
        hot_print_json(&look, stdout);
    else
        hot_print_text(&look, stdout);
    return is_there ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

/* --- what both forms say ---------------------------------------------------------------------- */

const char *hot_key_name(const struct hot_look *look, const struct heat_key *key, char text[80])
{
    if (key->key == HEAT_NO_KEY) {
        snprintf(text, 80, "?%016llx", (unsigned long long)key->token);
        return text;
    }
    struct bytes name = world_key(&look->run->world, key->key);
    uint32_t shown = MIN(name.size, 76u);
    for (uint32_t i = 0; i < shown; i++)
        text[i] = name.data[i] >= 0x20 && name.data[i] < 0x7f ? (char)name.data[i] : '.';
    snprintf(text + shown, 80 - shown, "%s", shown < name.size ? ".." : "");
    return text;
}

double hot_rate(const struct heat_ranges *ranges, uint64_t count)
{
    return ranges->span ? (double)count * 1e9 / (double)ranges->span : 0;
}

double hot_skew(const struct heat_ranges *ranges)
{
    uint64_t most = 0, all = ranges->reads + ranges->writes;
    for (uint32_t i = 0; i < ranges->count; i++)
        most = MAX(most, ranges->ranges[i].reads + ranges->ranges[i].writes);
    return all ? (double)most * ranges->count / (double)all : 0;
}

/* --- the command ------------------------------------------------------------------------------ */

static bool read_hot_options(int argc, char **argv, struct hot_options *o)
{
    uint32_t count;
    const struct option options[] = {
        ASK_SCENARIO_OPTIONS(&o->ask),
        ASK_MOMENT_OPTIONS(&o->ask),
        {"--node", true, &o->node, NULL, NULL},
        {"--top", true, &o->top, NULL, NULL},
        {"--last", true, &o->last, NULL, NULL},
        {"--json", false, &o->json, NULL, NULL},
    };
    return options_read(&command_hot, argc, argv, options, ARRAY_LEN(options), &o->ask.file, 1,
                        &count);
}

static int hot_main(int argc, char **argv)
{
    struct hot_options o = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_hot_options(argc, argv, &o))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("hot", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, seed, NULL)) {
        code = show(&run, &o);
        run_close(&run);
    }
    free(o.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_hot = {"hot", "keys, nodes and ranges that are asked for most",
                                    hot_help, hot_main};
