/*
 * coordinate/speculate.c: when a read is late, and what it then does.
 *
 * The percentile is of this coordinator's own reads, in a histogram whose counts are halved when
 * there are many, so that it follows what the replicas are like now.
 */
#include "db/coordinate/speculate.h"

#include "db/config.h"
#include "db/node.h"
#include "db/roles.h"
#include "db/timers.h"

#define MEASURED_MIN  32   /* before so many reads there is no percentile */
#define MEASURED_MAX  2048 /* at so many the counts are halved */
#define COMPUTE_EVERY 32   /* reads */

static void halve(struct histogram *latencies)
{
    latencies->count = 0;
    for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        latencies->buckets[i] /= 2;
        latencies->count += latencies->buckets[i];
    }
}

void speculate_measure(struct node *node, struct env *env, uint64_t latency_ns)
{
    struct speculation *speculation = &node->speculation;
    if (env->config->load.speculative_retry != SPECULATE_PERCENTILE)
        return;
    if (!speculation->latencies)
        speculation->latencies = env_allocate(env, sizeof *speculation->latencies);
    histogram_add(speculation->latencies, latency_ns);
    if (speculation->latencies->count >= MEASURED_MAX)
        halve(speculation->latencies);
    if (++speculation->fresh < COMPUTE_EVERY || speculation->latencies->count < MEASURED_MIN)
        return;
    speculation->fresh = 0;
    speculation->after_ns =
        histogram_percentile(speculation->latencies, env->config->load.speculate_per_mille);
}

static void ask_one_more(struct node *node, struct env *env, struct pending *pending,
                         uint64_t after_ns)
{
    pending->has_speculated = true;
    coordinate_read_one_more(node, env, pending, after_ns);
}

void speculate_begin(struct node *node, struct env *env, struct pending *pending)
{
    uint64_t after_ns = 0;
    switch (env->config->load.speculative_retry) {
    case SPECULATE_AFTER: after_ns = env->config->load.speculate_after_ns; break;
    case SPECULATE_PERCENTILE: after_ns = node->speculation.after_ns; break;
    case SPECULATE_ALWAYS:
        if (!pending->has_speculated)
            ask_one_more(node, env, pending, 0);
        return;
    default: return;
    }
    if (after_ns == 0 || pending->speculation || pending->has_speculated)
        return;
    pending->speculate_after_ns = after_ns;
    pending->speculation =
        env->timer_set(env, after_ns, TIMER_SPECULATE, pending->request, pending->request);
}

void speculate_on_timer(struct node *node, struct env *env, uint64_t request)
{
    struct pending *pending = pending_find(node, request);
    if (!pending || pending->kind != OPERATION_GET)
        return;
    pending->speculation = 0;
    if (!pending->has_speculated)
        ask_one_more(node, env, pending, pending->speculate_after_ns);
}
