/*
 * bench_why.c: how long W takes in a run of a million events.
 *
 * The first question of a run reads it once from its beginning; later ones find what they need in
 * the book (sim/why/why_book.h). The slowest of many is told, since that is the one that is felt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/stage/stage.h"
#include "sim/picture/view.h"
#include "sim/why/why.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* Every failed operation, at most so many. */
static void ask_failures(struct stage *stage, const struct world *world, uint32_t most)
{
    static struct why why;
    double first = 0, worst = 0, whole = 0;
    uint32_t asked = 0, unknown = 0;
    for (uint64_t i = chain_count(&world->state->clients.history); i-- > 0 && asked < most;) {
        const struct operation *operation = history_at(world, (uint32_t)i);
        if (operation->outcome == OUTCOME_OK || operation->record_told == 0)
            continue;
        struct why_question question = {.kind = WHY_OPERATION, .number = operation->request};
        double start = now_ms();
        why_explain(stage, &question, &why);
        double took = now_ms() - start;
        unknown += why.root == WHY_ROOT_NONE;
        if (asked++ == 0) {
            first = took;
            continue;
        }
        whole += took;
        worst = took > worst ? took : worst;
    }
    printf("first question        %7.2f ms\n", first);
    if (asked > 1)
        printf("the next %-4u         %7.2f ms, at most %.2f ms; %u led nowhere\n", asked - 1,
               whole / (asked - 1), worst, unknown);
}

int main(void)
{
    const char *sets[] = {"clients[0].count=60", "clients[0].think=30ms", "duration=60s",
                          "clients[0].stop=59s"};
    struct json_error error = {0};
    struct world world = {0};
    const char *why;
    struct scenario *scenario = scenario_load("scenarios/demo.json", sets, 4, &error);
    if (!scenario || !world_open(&world, WORLD_RESERVE_BYTES, NULL, &why))
        return printf("%s\n", error.text), 1;
    struct stage *stage = stage_open(&world, scenario, 1, &why);
    if (!stage)
        return 1;
    stage_seek(stage, UINT64_MAX);
    printf("%llu events, %llu records\n", (unsigned long long)stage_step(stage),
           (unsigned long long)stage_records(stage));
    ask_failures(stage, &world, 200);
    double start = now_ms();
    stage_judge(stage);
    printf("judging               %7.2f ms\n", now_ms() - start);
    stage_close(stage);
    world_close(&world);
    scenario_free(scenario);
    return 0;
}
