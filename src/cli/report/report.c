/*
 * report.c: what both reports count: operations by kind and level.
 *
 * Percentiles are exact, over all latencies of the run in virtual time; nothing is
 * estimated, so they are the same on every machine.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/picture/view.h"

static int compare_latencies(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool matches(const struct operation *operation, int kind, int level)
{
    return (kind < 0 || operation->kind == kind) && (level < 0 || operation->level == level);
}

struct operation_summary summarize(const struct world *world, int kind, int level)
{
    const struct chain *history = &world->state->clients.history;
    uint64_t total = chain_count(history);
    struct operation_summary summary = {0};
    summary.latencies = malloc((total + 1) * sizeof *summary.latencies);
    CHECK_WHY(summary.latencies != NULL, "out of memory");
    for (uint64_t i = 0; i < total; i++) {
        const struct operation *operation = chain_at(history, i);
        if (!matches(operation, kind, level))
            continue;
        summary.count[operation->outcome]++;
        if (operation->outcome == OUTCOME_OK)
            summary.latencies[summary.latency_count++] = operation->told - operation->invoked;
    }
    qsort(summary.latencies, summary.latency_count, sizeof *summary.latencies, compare_latencies);
    return summary;
}

void summary_free(struct operation_summary *summary)
{
    free(summary->latencies);
}

/* Nearest rank, as in Cassandra's and HdrHistogram's reports. */
uint64_t summary_percentile(const struct operation_summary *summary, uint32_t permille)
{
    if (summary->latency_count == 0)
        return 0;
    uint64_t rank = (summary->latency_count * permille + 999) / 1000;
    return summary->latencies[rank > 0 ? rank - 1 : 0];
}
