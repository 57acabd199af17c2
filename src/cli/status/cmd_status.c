/*
 * cmd_status.c: ringside status: who is up, who is a member, who keeps what, and what is changing.
 *
 * Runs the scenario to a moment and looks, as `nodetool status` would look at a real cluster: at
 * all of it, or through the eyes of one node, which may know less or believe otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/run/ask.h"
#include "cli/status/status_columns.h"

static const char status_help[] =
    "usage: ringside status FILE [options]\n"
    "\n"
    "Run a scenario and show the cluster at its end or at a moment: who is up and who says\n"
    "otherwise, who is a member and which change is under way, what each node keeps and has in\n"
    "hand, and which topology it goes by.\n"
    "\n"
    ASK_SCENARIO_HELP
    "\n"
    "What to look at\n"
    "  --at T              at this time (\"2.5s\") instead of at the end\n"
    "  --until COND        when a condition first holds ('n5.stream_chunk == 1';\n"
    "                      docs/conditions.md), or at a time\n"
    "  --from NODE         as this node sees it: its own members, its own suspicions\n"
    "  --node NODE         this node's row only; may be repeated\n"
    "  --format table|json|csv   (table)\n"
    "\n"
    "Columns (name in JSON and CSV, heading, meaning); one that says nothing is left out:\n"
#define COLUMN(group, identifier, name, heading, kind, meaning)                                    \
    "  " name " (" heading "): " meaning "\n"
#include "cli/status/status_columns.def"
#undef COLUMN
    "\n"
    "Exit codes: 0 done, 1 the condition never came true, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside status scenarios/safeguard-stream-from-quorum.json --at 2.4s\n"
    "  ringside status members --until 'n6.stream_chunk >= 1' --from n6\n";

struct status_options {
    struct ask ask;
    const char *from, *format;
    const char **nodes;
    uint32_t node_count;
};

typedef void status_printer(const struct status *status, const struct status_head *head,
                            FILE *out);

static status_printer *printer_of(const char *format)
{
    static const char *const names[] = {"table", "json", "csv"};
    static status_printer *const printers[] = {status_print_text, status_print_json,
                                               status_print_csv};
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
        if (!format || strcmp(format, names[i]) == 0)
            return printers[i];
    usage_error("--format is table, json or csv, not \"%s\"", format);
    return NULL;
}

/* Which rows are wanted, by node; all when none is named. */
static bool find_rows(const struct run *run, const struct status_options *o, bool *is_wanted)
{
    uint32_t node;
    for (uint32_t i = 0; i < run->scenario->node.nodes; i++)
        is_wanted[i] = o->node_count == 0;
    for (uint32_t i = 0; i < o->node_count; i++) {
        if (!ask_node(run->scenario, o->nodes[i], &node))
            return false;
        is_wanted[node] = true;
    }
    return true;
}

static void look(struct run *run, uint32_t from, const bool *is_wanted, status_printer *print)
{
    struct status status;
    const struct world_state *state = run->world.state;
    struct status_head head = {run->scenario->name, run->seed, state->step, state->now};
    status_take(&run->world, from, run->scratch, &status);
    status.is_wanted = is_wanted;
    print(&status, &head, stdout);
}

static int show(struct run *run, const struct status_options *o)
{
    static bool is_wanted[NODES_MAX];
    struct until until;
    uint32_t from = MEMBERS_ALL;
    status_printer *print = printer_of(o->format);
    if (!print || !ask_moment("status", run, &o->ask, &until) || !find_rows(run, o, is_wanted) ||
        (o->from && !ask_node(run->scenario, o->from, &from)))
        return EXIT_USAGE;
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    bool is_there = until_run(run, &until);
    if (!is_there)
        fprintf(stderr, "ringside: --until '%s' never came true; this is the end of the run\n",
                o->ask.until);
    if (from != MEMBERS_ALL && !members_can_look(&run->world, from))
        return usage_error("%s sees nothing at that moment: it is not running, or has not "
                           "recovered yet", o->from);
    look(run, from, is_wanted, print);
    return is_there ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static bool read_status_options(int argc, char **argv, struct status_options *o)
{
    uint32_t count;
    const struct option options[] = {
        ASK_SCENARIO_OPTIONS(&o->ask),
        ASK_MOMENT_OPTIONS(&o->ask),
        {"--from", true, &o->from, NULL, NULL},
        {"--node", true, NULL, &o->nodes, &o->node_count},
        {"--format", true, &o->format, NULL, NULL},
    };
    return options_read(&command_status, argc, argv, options, ARRAY_LEN(options), &o->ask.file, 1,
                        &count);
}

static int status_main(int argc, char **argv)
{
    struct status_options o = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_status_options(argc, argv, &o))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("status", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, seed, NULL)) {
        code = show(&run, &o);
        run_close(&run);
    }
    free(o.nodes);
    free(o.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_status = {"status", "who is up, a member, keeps what, at a moment",
                                       status_help, status_main};
