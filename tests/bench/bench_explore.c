/*
 * bench_explore.c: states a second of an exploration, and what remembering steps is worth.
 *
 * The goal is 100,000 states a second of one core for three nodes, one key, two writers, one crash
 * and one loss. Processor time, so that others at work on the machine matter little. The second
 * figure is of a smaller search, with and without memory in one run: their ratio.
 */
#include <stdio.h>
#include <time.h>

#include "hunt/explore.h"

static double seconds(struct explore_order order, struct explore_result *result)
{
    struct explore *explore;
    const char *why;
    clock_t begin = clock();
    if (!explore_open(&explore, &order, &why)) {
        printf("%s\n", why);
        return 1;
    }
    explore_run(explore);
    *result = *explore_result(explore);
    explore_close(explore);
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

int main(void)
{
    struct json_error error = {0};
    struct explore_result whole, known, made;
    struct scenario *scenario =
        explore_load("scenarios/explore-two-writers.json", NULL, 0, &error);
    if (!scenario)
        return printf("%s\n", error.text), 1;
    struct explore_order order = {
        .scenario = scenario, .seed = scenario->seed, .crashes = 1, .drops = 1};
    double took = seconds(order, &whole);
    printf("one crash, one loss   %llu states in %.2f s: %.0f a second\n",
           (unsigned long long)whole.states, took, (double)whole.states / took);
    order.crashes = 0;
    double with = seconds(order, &known);
    order.is_unremembered = true;
    double without = seconds(order, &made);
    printf("one loss              %llu states; %.1f times as long when no step is remembered\n",
           (unsigned long long)known.states, without / with);
    scenario_free(scenario);
    return 0;
}
