/*
 * ask.c: finding what was asked for, or the sentence that says why not.
 */
#include "cli/run/ask.h"

#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "scenario/expand.h"

bool ask_file(const char *command, const char *file, char path[PLACE_MAX])
{
    char near[PLACE_MAX];
    if (!file)
        return usage_error("%s needs a scenario: a file, or the name of one that came with "
                           "Ringside; ringside %s --help",
                           command, command),
               false;
    if (place_find_scenario(file, path) || !place_nearest_scenario(file, near))
        return true; /* or the loader has a sentence for it */
    return usage_error("there is no file \"%s\", and no scenario of that name; did you mean "
                       "\"%s\"?",
                       file, near),
           false;
}

struct scenario *ask_file_only(const char *command, const char *file, const char *const *sets,
                               uint32_t set_count)
{
    char path[PLACE_MAX];
    struct json_error error = {0};
    if (!ask_file(command, file, path))
        return NULL;
    struct scenario *scenario = scenario_load(path, sets, set_count, &error);
    if (!scenario)
        usage_error("%s", error.text);
    return scenario;
}

/* With every fault of a swarm spelled out for this seed; NULL: the scenario's own. */
static struct scenario *open_with_seed(const char *command, const struct ask *ask,
                                       const uint64_t *seed)
{
    char path[PLACE_MAX];
    struct json_error error = {0};
    if (!ask_file(command, ask->file, path))
        return NULL;
    struct scenario *scenario = scenario_open(path, ask->sets, ask->set_count, seed, &error);
    if (!scenario)
        usage_error("%s", error.text);
    return scenario;
}

bool ask_seed(const char *seed, uint64_t *number)
{
    if (!seed || parse_u64(seed, number))
        return true;
    return usage_error("--seed takes a whole number from 0 to 18446744073709551615, not \"%s\"",
                       seed),
           false;
}

struct scenario *ask_scenario(const char *command, const struct ask *ask, uint64_t *seed)
{
    if (!ask_seed(ask->seed, seed))
        return NULL;
    struct scenario *scenario = open_with_seed(command, ask, ask->seed ? seed : NULL);
    if (scenario && !ask->seed)
        *seed = scenario->seed;
    return scenario;
}

bool ask_time(const char *option, const char *word, vtime *time)
{
    char mistake[200];
    struct text text;
    text_init(&text, mistake, sizeof mistake);
    if (!word || units_parse_time(units_word(word), time, &text))
        return true;
    return usage_error("%s: %s", option, mistake), false;
}

bool ask_moment(const char *command, struct run *run, const struct ask *ask, struct until *until)
{
    if (ask->at && ask->until)
        return usage_error("%s takes --at or --until, not both", command), false;
    if (!ask->at)
        return until_read(run, ask->until, until);
    *until = (struct until){.words = ask->at};
    if (!ask_time("--at", ask->at, &until->time))
        return false;
    until_tell_end("--at", until->time, run->scenario);
    return true;
}

bool ask_node(const struct scenario *scenario, const char *name, uint32_t *node)
{
    struct nearest nearest = nearest_to(units_word(name));
    char hint[200];
    struct text text;
    for (uint32_t i = 0; i < scenario->node.nodes; i++) {
        nearest_offer_string(&nearest, scenario->nodes[i].name);
        if (strcmp(scenario->nodes[i].name, name) == 0) {
            *node = i;
            return true;
        }
    }
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    return usage_error("the scenario has no node \"%s\"%s", name, hint), false;
}
