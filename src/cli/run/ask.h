/*
 * ask.h: what nearly every command is asked in the same words: a scenario with its overrides and
 * its seed, a moment of the run, a node, a time.
 *
 *     ringside COMMAND FILE --seed N --set PATH=VALUE --at T --until COND --node NAME
 *
 * FILE is a file, the same without ".json", or the name of a scenario that came with Ringside
 * ("demo"). Whatever is wrong is one usage error, which has been printed when a function here
 * returns false or NULL.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/cli.h"
#include "cli/files/places.h"
#include "cli/run/until.h"

struct ask {
    const char *file;
    const char *seed; /* NULL: the scenario's own */
    const char **sets;
    uint32_t set_count;
    const char *at, *until; /* NULL, NULL: the end of the run */
};

/* The lines of a command's options, and of its help. */
#define ASK_SCENARIO_OPTIONS(ask)                                                                  \
    {"--seed", true, &(ask)->seed, NULL, NULL},                                                    \
    {                                                                                              \
        "--set", true, NULL, &(ask)->sets, &(ask)->set_count                                       \
    }
#define ASK_MOMENT_OPTIONS(ask)                                                                    \
    {"--at", true, &(ask)->at, NULL, NULL},                                                        \
    {                                                                                              \
        "--until", true, &(ask)->until, NULL, NULL                                                 \
    }
#define ASK_SCENARIO_HELP                                                                          \
    "The run\n"                                                                                    \
    "  --seed N            another seed than the scenario's own\n"                                 \
    "  --set PATH=VALUE    override a value of the scenario: --set cluster.nodes=7; may be\n"      \
    "                      repeated (ringside run --help says how a PATH is written)\n"

/* `file`, after it was found; false when there is none. */
bool ask_file(const char *command, const char *file, char path[PLACE_MAX]);

/* The scenario, loaded, for scenario_free; its seed, or the one that was asked for. */
struct scenario *ask_scenario(const char *command, const struct ask *ask, uint64_t *seed);

/* A scenario of which nothing is run. */
struct scenario *ask_file_only(const char *command, const char *file, const char *const *sets,
                               uint32_t set_count);

bool ask_seed(const char *seed, uint64_t *number);

/* "2.5s"; nothing changes when `word` is NULL. */
bool ask_time(const char *option, const char *word, vtime *time);

bool ask_moment(const char *command, struct run *run, const struct ask *ask, struct until *until);

bool ask_node(const struct scenario *scenario, const char *name, uint32_t *node);

#endif
