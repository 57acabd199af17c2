/*
 * lifeguard.c: the formulas of lifeguard.h, each as its source has it.
 */
#include "db/detect/lifeguard.h"

#include "base/exactmath.h"

#define LN_10 2.302585092994045684

uint64_t suspicion_min_ns(const struct swim_config *config, uint32_t nodes)
{
    double scale = exact_ln((double)MAX(nodes, 1)) / LN_10;
    return (uint64_t)(config->suspicion * MAX(scale, 1.0) * (double)config->probe_interval_ns);
}

uint64_t suspicion_timeout_ns(uint64_t min_ns, uint64_t max_ns, uint32_t confirmations,
                              uint32_t expected)
{
    if (expected == 0)
        return min_ns;
    double part = exact_ln((double)MIN(confirmations, expected) + 1) / exact_ln(expected + 1.0);
    double timeout = (double)max_ns - (double)(max_ns - min_ns) * part;
    return MAX((uint64_t)timeout, min_ns);
}

/* ceil(log10(n + 1)) is the number of digits of n, since n + 1 is above 10^d exactly when n has
 * more than d. */
uint32_t retransmit_limit(const struct swim_config *config, uint32_t nodes)
{
    uint32_t digits = 0;
    for (; nodes > 0; nodes /= 10)
        digits++;
    return config->retransmit * digits;
}

uint32_t health_moved(const struct swim_config *config, uint32_t score, int32_t by)
{
    int64_t moved = (int64_t)score + by;
    int64_t most = (int64_t)config->awareness_max - 1;
    return (uint32_t)MAX(MIN(moved, most), 0);
}
