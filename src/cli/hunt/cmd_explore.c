/*
 * cmd_explore.c: ringside explore: every order of messages, disks, clients, crashes and losses.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "hunt/explore.h"

static const char explore_help[] =
    "usage: ringside explore SCENARIO [options]\n"
    "\n"
    "Go through every order in which messages can arrive, disks can answer, clients can act, nodes\n"
    "can crash and messages can be lost, on the real database, and judge each end.\n"
    "\n"
    "  --mode exhaustive   all of them (the default)\n"
    "  --crashes C         of one schedule, at most (0); a node that crashes starts again\n"
    "  --drops D           messages lost in one schedule, at most (0)\n"
    "  --timers            a timer may fire at any moment, and not only when nothing else is left\n"
    "  --max-states N      end after so many states\n"
    "  --no-reduction      take every transition, to compare\n"
    "  --no-memory         let the real objects make every step again, to compare\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "Exit codes: 0 nothing fails, 1 a check fails, 2 usage or bad input, 3 a bug\n"
    "Example: ringside explore scenarios/explore-two-writers.json --crashes 1 --drops 1\n";

struct explore_options {
    const char *file, *mode, *crashes, *drops, *timers, *max_states, *no_reduction, *no_memory;
    const char **sets;
    uint32_t set_count;
};

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void print_result(const struct explore_result *r, double seconds)
{
    printf("states       %llu in %.2f s: %.0f a second\n", (unsigned long long)r->states, seconds,
           (double)r->states / seconds);
    printf("transitions  %llu taken, %llu spared\n", (unsigned long long)r->transitions,
           (unsigned long long)r->skipped);
    printf("real steps   %llu made, %llu to get there\n", (unsigned long long)r->made,
           (unsigned long long)r->replayed);
    printf("final states %llu, %llu violate a check\n", (unsigned long long)r->finals,
           (unsigned long long)r->violating);
    printf("depth        %u, choices %llu\n", r->depth, (unsigned long long)r->most_choices);
    printf("%s\n", r->is_complete ? "complete" : r->cut);
    if (r->has_violation)
        printf("%s\n", r->sentence);
}

static int run_it(const struct explore_order *order)
{
    struct explore *explore;
    const char *why;
    if (!explore_open(&explore, order, &why)) {
        explore_close(explore);
        return usage_error("%s", why);
    }
    double begin = cpu_seconds();
    explore_run(explore);
    const struct explore_result *result = explore_result(explore);
    print_result(result, cpu_seconds() - begin);
    int code = result->violating ? EXIT_CHECK_FAILED : EXIT_HOLDS;
    explore_close(explore);
    return code;
}

static int explore_main(int argc, char **argv)
{
    struct explore_options o = {0};
    struct json_error error = {0};
    uint32_t count;
    const struct option options[] = {
        {"--mode", true, &o.mode, NULL, NULL},
        {"--crashes", true, &o.crashes, NULL, NULL},
        {"--drops", true, &o.drops, NULL, NULL},
        {"--timers", false, &o.timers, NULL, NULL},
        {"--max-states", true, &o.max_states, NULL, NULL},
        {"--no-reduction", false, &o.no_reduction, NULL, NULL},
        {"--no-memory", false, &o.no_memory, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    if (!options_read(&command_explore, argc, argv, options, ARRAY_LEN(options), &o.file, 1,
                      &count))
        return EXIT_USAGE;
    if (count == 0)
        return usage_error("explore needs a scenario file (ringside explore --help)");
    struct scenario *scenario = scenario_load(o.file, o.sets, o.set_count, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    uint64_t crashes = 0, drops = 0, limit = 0;
    if (o.crashes)
        parse_u64(o.crashes, &crashes);
    if (o.drops)
        parse_u64(o.drops, &drops);
    if (o.max_states)
        parse_u64(o.max_states, &limit);
    struct explore_order order = {.scenario = scenario,
                                  .seed = scenario->seed,
                                  .crashes = (uint32_t)crashes,
                                  .drops = (uint32_t)drops,
                                  .state_limit = limit,
                                  .has_timers = o.timers,
                                  .is_unreduced = o.no_reduction,
                                  .is_unremembered = o.no_memory};
    int code = run_it(&order);
    scenario_free(scenario);
    free(o.sets);
    return code;
}

const struct command command_explore = {"explore", "try every order in which things can happen",
                                        explore_help, explore_main};
