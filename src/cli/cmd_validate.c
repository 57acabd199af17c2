/*
 * cmd_validate.c: ringside validate: is this file a scenario?
 *
 * Every file is looked at, whatever is wrong with the ones before it; of each one
 * the first mistake is told. For editors and for people who write many.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/run/ask.h"

static const char validate_help[] =
    "usage: ringside validate FILE... [--set PATH=VALUE]\n"
    "\n"
    "Load scenarios without running them. Of each one that is wrong, the first mistake\n"
    "is printed as file:line:column and one sentence.\n"
    "\n"
    "  --set PATH=VALUE    override a value of each; may be repeated\n"
    "\n"
    "Exit codes: 0 all are scenarios, 2 usage, or one is none\n"
    "\n"
    "Examples:\n"
    "  ringside validate scenarios/*.json\n"
    "  ringside validate demo --set cluster.nodes=7\n";

/* What a swarm stands for must be right, too: tried with the scenario's own seed. */
static bool is_swarm_right(const struct scenario *scenario, struct json_error *error)
{
    if (!scenario->swarm || scenario->swarm->chance_ppb == 0)
        return true;
    struct scenario *plain = scenario_expand(scenario, scenario->seed, error);
    scenario_free(plain);
    return plain != NULL;
}

static int validate(const char *file, const char *const *sets, uint32_t set_count)
{
    const char *schema = strstr(file, ".schema.json");
    if (schema && schema[strlen(".schema.json")] == '\0') {
        printf("%s: a JSON Schema, no scenario: left alone\n", file);
        return EXIT_HOLDS;
    }
    struct scenario *scenario = ask_file_only("validate", file, sets, set_count);
    if (!scenario)
        return EXIT_USAGE;
    struct json_error error = {0};
    if (!is_swarm_right(scenario, &error)) {
        usage_error("of what the swarm has drawn: %s", error.text);
        scenario_free(scenario);
        return EXIT_USAGE;
    }
    printf("%s: ok (%u nodes, %u clients, %u timeline entries, %u checks)\n", file,
           scenario->node.nodes, scenario->client_count, scenario->timeline_count,
           scenario->check_count);
    scenario_free(scenario);
    return EXIT_HOLDS;
}

static int validate_main(int argc, char **argv)
{
    const char *files[1024];
    const char **sets = NULL;
    uint32_t set_count = 0;
    uint32_t count;
    const struct option options[] = {{"--set", true, NULL, &sets, &set_count}};
    if (!options_read(&command_validate, argc, argv, options, 1, files, ARRAY_LEN(files), &count))
        return EXIT_USAGE;
    if (count == 0)
        return ask_file_only("validate", NULL, NULL, 0), EXIT_USAGE;
    int code = EXIT_HOLDS;
    for (uint32_t i = 0; i < count; i++)
        if (validate(files[i], sets, set_count) != EXIT_HOLDS)
            code = EXIT_USAGE;
    free(sets);
    return code;
}

const struct command command_validate = {"validate", "check scenario files without running them",
                                         validate_help, validate_main};
