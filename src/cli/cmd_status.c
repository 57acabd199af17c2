/*
 * cmd_status.c: ringside status: who is up, who is a member, who keeps what, and what is changing.
 *
 * Runs the scenario to a moment and looks, as `nodetool status` would look at a real cluster: at
 * all of it, or through the eyes of one node, which may know less or believe otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/status_columns.h"
#include "cli/until.h"

static const char status_help[] =
    "usage: ringside status FILE [options]\n"
    "\n"
    "Run a scenario and show the cluster at its end or at a moment: who is up and who says\n"
    "otherwise, who is a member and which change is under way, what each node keeps and has in\n"
    "hand, and which topology it goes by.\n"
    "\n"
    "  --at T              at this time (\"2.5s\") instead of at the end\n"
    "  --until COND        when a condition first holds ('n5.stream_chunk == 1';\n"
    "                      docs/conditions.md), or at a time\n"
    "  --from NODE         as this node sees it: its own members, its own suspicions\n"
    "  --node NODE         this node's row only; may be repeated\n"
    "  --format NAME       table, json or csv (table)\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "Columns (name in JSON and CSV, heading, meaning); one that says nothing is left out:\n"
#define COLUMN(group, identifier, name, heading, kind, meaning)                                    \
    "  " name " (" heading "): " meaning "\n"
#include "cli/status_columns.def"
#undef COLUMN
    "\n"
    "Exit codes: 0 done, 1 the condition never came true, 2 usage or bad input, 3 a bug\n"
    "Example: ringside status scenarios/safeguard-stream-from-quorum.json --at 2.4s\n";

struct status_options {
    const char *file, *at, *until, *from, *format, *seed;
    const char **nodes, **sets;
    uint32_t node_count, set_count;
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

static bool find_node(const struct scenario *scenario, const char *name, uint32_t *node)
{
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)name, (uint32_t)strlen(name)});
    char hint[200];
    struct text text;
    for (uint32_t i = 0; i < scenario->node.nodes; i++) {
        if (strcmp(scenario->nodes[i].name, name) == 0) {
            *node = i;
            return true;
        }
        nearest_offer_string(&nearest, scenario->nodes[i].name);
    }
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    usage_error("the scenario has no node \"%s\"%s", name, hint);
    return false;
}

/* Which rows are wanted, by node; all when none is named. */
static bool find_rows(const struct run *run, const struct status_options *o, bool *is_wanted)
{
    uint32_t node;
    for (uint32_t i = 0; i < run->scenario->node.nodes; i++)
        is_wanted[i] = o->node_count == 0;
    for (uint32_t i = 0; i < o->node_count; i++) {
        if (!find_node(run->scenario, o->nodes[i], &node))
            return false;
        is_wanted[node] = true;
    }
    return true;
}

static bool read_moment(struct run *run, const struct status_options *o, struct until *until)
{
    char mistake[200];
    struct text text;
    if (!o->at)
        return until_read(run, o->until, until);
    *until = (struct until){.words = o->at};
    text_init(&text, mistake, sizeof mistake);
    if (units_parse_time(units_word(o->at), &until->time, &text)) {
        until_tell_end("--at", until->time, run->scenario);
        return true;
    }
    usage_error("--at: %s", mistake);
    return false;
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
    if (!print || !read_moment(run, o, &until) || !find_rows(run, o, is_wanted) ||
        (o->from && !find_node(run->scenario, o->from, &from)))
        return EXIT_USAGE;
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    bool is_there = until_run(run, &until);
    if (!is_there)
        fprintf(stderr, "ringside: --until '%s' never came true; this is the end of the run\n",
                o->until);
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
        {"--at", true, &o->at, NULL, NULL},
        {"--until", true, &o->until, NULL, NULL},
        {"--from", true, &o->from, NULL, NULL},
        {"--node", true, NULL, &o->nodes, &o->node_count},
        {"--format", true, &o->format, NULL, NULL},
        {"--seed", true, &o->seed, NULL, NULL},
        {"--set", true, NULL, &o->sets, &o->set_count},
    };
    if (!options_read(&command_status, argc, argv, options, ARRAY_LEN(options), &o->file, 1,
                      &count))
        return false;
    if (count == 0)
        return usage_error("status needs a scenario file; ringside status --help"), false;
    if (o->at && o->until)
        return usage_error("status takes --at or --until, not both"), false;
    return true;
}

static int status_main(int argc, char **argv)
{
    struct status_options o = {0};
    struct json_error error = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_status_options(argc, argv, &o))
        return EXIT_USAGE;
    if (o.seed && !parse_u64(o.seed, &seed))
        return usage_error("--seed takes a whole number, not \"%s\"", o.seed);
    struct scenario *scenario = scenario_load(o.file, o.sets, o.set_count, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, o.seed ? seed : scenario->seed, NULL)) {
        code = show(&run, &o);
        run_close(&run);
    }
    free(o.nodes);
    free(o.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_status = {"status", "who is up, a member, keeps what, at a moment",
                                       status_help, status_main};
