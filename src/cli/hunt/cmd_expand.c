/*
 * cmd_expand.c: ringside expand: a scenario with a swarm, for one seed, as the plain scenario that
 * it stands for. `ringside run` of that file is the same run, with the same digest.
 * The text comes from scenario/expand.h; read that next.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/files/whole_file.h"
#include "cli/run/ask.h"

static const char expand_help[] =
    "usage: ringside expand FILE [--seed N] [-o OUT]\n"
    "\n"
    "Write out what a scenario with a swarm is for one seed: an ordinary scenario, its cluster and "
    "its\n"
    "clients as they were drawn, and every fault as lines of the timeline. It can be run (the same "
    "run,\n"
    "the same digest), opened in the window, and made smaller by taking lines out.\n"
    "\n"
    "  --seed N          another seed than the scenario's own\n"
    "  -o OUT            write there instead of to the terminal\n"
    "  --set PATH=VALUE  override a value of the scenario first; may be repeated\n"
    "\n"
    "Exit codes: 0 written, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside expand scenarios/swarm.json --seed 7 -o seven.json\n";

struct expand_options {
    const char *file, *seed, *out;
    const char **sets;
    uint32_t set_count;
};

static int write_out(const char *path, const char *content)
{
    struct whole_file file;
    char why[200];
    if (!path) {
        fputs(content, stdout);
        return EXIT_HOLDS;
    }
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("-o: %s", why);
    fputs(content, file.out);
    return whole_file_finish(&file, why, sizeof why) ? EXIT_HOLDS : usage_error("-o: %s", why);
}

static int expand_main(int argc, char **argv)
{
    struct expand_options o = {0};
    struct json_error error = {0};
    uint64_t seed = 0;
    uint32_t count;
    const struct option options[] = {
        {"--seed", true, &o.seed, NULL, NULL},
        {"-o", true, &o.out, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    if (!options_read(&command_expand, argc, argv, options, ARRAY_LEN(options), &o.file, 1, &count))
        return EXIT_USAGE;
    if (!ask_seed(o.seed, &seed))
        return EXIT_USAGE;
    struct scenario *scenario = ask_file_only("expand", o.file, o.sets, o.set_count);
    free(o.sets);
    if (!scenario)
        return EXIT_USAGE;
    char *content = scenario_expand_text(scenario, o.seed ? seed : scenario->seed, &error);
    scenario_free(scenario);
    int code = content ? write_out(o.out, content) : usage_error("%s", error.text);
    free(content);
    return code;
}

const struct command command_expand = {
    "expand", "write out what a scenario with a swarm is for one seed", expand_help, expand_main};
