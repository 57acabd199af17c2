/*
 * ring_figures.c: shares, what moves, and what failures cost.
 *
 * Shares are exact: the parts of the circle that a node keeps. What moves is the part of the
 * circle whose owners change, exactly, too: the circle is walked in the intervals in which
 * neither placement changes.
 *
 * Failures: N copies and QUORUM lose a key when N - N/2 of its replicas are down (two of three).
 * Which pairs (or triples) of nodes that is true of depends on how many different sets of replicas
 * there are (Cidon et al. 2013 call them copysets): one node more in a token's neighbourhood is a
 * pair more that may not fail together.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ring/ring_look.h"

/* --- shares ---------------------------------------------------------------------------------- */

static double width_of(uint64_t from, uint64_t to)
{
    return to == from ? 1 : (double)(to - from) * 0x1p-64;
}

void ring_measure(struct ring_look *look)
{
    uint32_t nodes[REPLICATION_MAX];
    look->first = heap_alloc(look->heap, (look->members + 1) * sizeof *look->first);
    look->all = heap_alloc(look->heap, (look->members + 1) * sizeof *look->all);
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        struct position_range range = placement_range(&look->placement, i);
        double width = width_of(range.from, range.to);
        uint32_t count =
            placement_replicas(&look->placement, i, look->config.replication, true, nodes);
        look->first[nodes[0]] += width;
        for (uint32_t r = 0; r < count; r++)
            look->all[nodes[r]] += width;
    }
}

struct evenness ring_evenness(const double *shares, uint32_t count)
{
    double sum = 0, squares = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += shares[i];
        most = fmax(most, shares[i]);
    }
    double mean = sum / count;
    for (uint32_t i = 0; i < count; i++)
        squares += (shares[i] - mean) * (shares[i] - mean);
    return (struct evenness){sqrt(squares / count) / mean, most / mean};
}

/* --- what moves ------------------------------------------------------------------------------ */

static uint64_t end_after(const struct placement *placement, uint64_t position)
{
    return placement_range(placement, placement_range_of(placement, position)).to;
}

static uint32_t count_new(const uint32_t *before, const uint32_t *after, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_old = false;
        for (uint32_t j = 0; j < count; j++)
            is_old |= before[j] == after[i];
        found += !is_old;
    }
    return found;
}

/* The part of all copies that somebody gets who did not have them. */
double ring_moved(struct ring_look *look, enum transition change, uint32_t subject)
{
    struct topology next;
    struct placement after;
    uint32_t n = look->config.replication, old[REPLICATION_MAX], new[REPLICATION_MAX];
    double moved = 0;
    topology_start_change(&next, look->heap, &look->topology, &look->config, change, subject, 0);
    topology_place(&next, MEMBERS_NEW, look->heap, &look->config, &after);
    uint64_t position = 0;
    do { /* from 0 round to 0 */
        uint64_t a = end_after(&look->placement, position), b = end_after(&after, position);
        uint64_t end = a - position < b - position ? a : b;
        double width = end < position ? (double)(UINT64_MAX - position) * 0x1p-64 + 0x1p-64
                                      : (double)(end - position) * 0x1p-64 + 0x1p-64;
        placement_replicas(&look->placement, placement_range_of(&look->placement, position), n,
                           true, old);
        placement_replicas(&after, placement_range_of(&after, position), n, true, new);
        moved += width * count_new(old, new, n);
        if (end < position)
            break;
        position = end + 1;
    } while (position != 0);
    placement_free(&after, look->heap);
    topology_free(&next, look->heap);
    return moved / n;
}

double ring_share_after_join(struct ring_look *look, uint32_t subject)
{
    struct topology next;
    struct placement after;
    uint32_t n = look->config.replication, owners[REPLICATION_MAX];
    double share = 0;
    topology_start_change(&next, look->heap, &look->topology, &look->config, TRANSITION_JOIN,
                          subject, 0);
    topology_place(&next, MEMBERS_NEW, look->heap, &look->config, &after);
    for (uint32_t i = 0; i < after.range_count; i++) {
        struct position_range range = placement_range(&after, i);
        uint32_t count = placement_replicas(&after, i, n, true, owners);
        for (uint32_t r = 0; r < count; r++)
            share += owners[r] == subject ? width_of(range.from, range.to) : 0;
    }
    placement_free(&after, look->heap);
    topology_free(&next, look->heap);
    return share;
}

/* --- what failures cost ----------------------------------------------------------------------- */

#define SUBSETS_MAX (UINT64_C(1) << 30)

static uint64_t choose(uint64_t n, uint64_t k)
{
    uint64_t ways = 1;
    for (uint64_t i = 1; i <= k; i++)
        ways = ways * (n - k + i) / i;
    return ways;
}

static void sort_nodes(uint32_t *nodes, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = i; j > 0 && nodes[j] < nodes[j - 1]; j--) {
            uint32_t node = nodes[j];
            nodes[j] = nodes[j - 1];
            nodes[j - 1] = node;
        }
}

static int compare_sets(const void *a, const void *b)
{
    return memcmp(a, b, REPLICATION_MAX * sizeof(uint32_t));
}

static uint64_t count_sets(struct ring_look *look)
{
    uint32_t ranges = look->placement.range_count;
    uint32_t(*sets)[REPLICATION_MAX] = calloc(ranges, sizeof *sets);
    uint64_t count = 0;
    CHECK_WHY(sets != NULL, "out of memory");
    for (uint32_t i = 0; i < ranges; i++) {
        uint32_t found =
            placement_replicas(&look->placement, i, look->config.replication, true, sets[i]);
        sort_nodes(sets[i], found);
    }
    qsort(sets, ranges, sizeof *sets, compare_sets);
    for (uint32_t i = 0; i < ranges; i++)
        count += i == 0 || compare_sets(sets[i], sets[i - 1]) != 0;
    free(sets);
    return count;
}

/* The number of a sorted set among all of its size. */
static uint64_t number_of(const uint32_t *nodes, uint32_t size)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < size; i++)
        number += choose(nodes[i], i + 1);
    return number;
}

/* Every subset of `size` of these nodes, into the set of bits. */
static void mark_subsets(const uint32_t *nodes, uint32_t count, uint32_t size, uint8_t *bits)
{
    uint32_t chosen[REPLICATION_MAX];
    for (uint32_t subset = 0; subset < 1u << count; subset++) {
        uint32_t found = 0;
        if ((uint32_t)__builtin_popcount(subset) != size)
            continue;
        for (uint32_t i = 0; i < count; i++)
            if (subset >> i & 1)
                chosen[found++] = nodes[i];
        uint64_t number = number_of(chosen, size);
        bits[number / 8] |= (uint8_t)(1u << number % 8);
    }
}

static bool count_fatal(struct ring_look *look, struct ring_risk *risk)
{
    uint32_t nodes[REPLICATION_MAX];
    if (risk->failures > 4 || risk->possible > SUBSETS_MAX)
        return false;
    uint8_t *bits = calloc(risk->possible / 8 + 1, 1);
    CHECK_WHY(bits != NULL, "out of memory");
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        uint32_t count =
            placement_replicas(&look->placement, i, look->config.replication, true, nodes);
        sort_nodes(nodes, count);
        mark_subsets(nodes, count, risk->failures, bits);
    }
    for (uint64_t i = 0; i <= risk->possible / 8; i++)
        risk->fatal += (uint64_t)__builtin_popcount(bits[i]);
    free(bits);
    return true;
}

static double lost_with_rack(struct ring_look *look, uint32_t rack, uint32_t failures)
{
    uint32_t nodes[REPLICATION_MAX];
    double lost = 0;
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        struct position_range range = placement_range(&look->placement, i);
        uint32_t in_rack = 0, count = placement_replicas(&look->placement, i,
                                                         look->config.replication, true, nodes);
        for (uint32_t r = 0; r < count; r++)
            in_rack += look->config.placement.racks[nodes[r]] == rack;
        lost += in_rack >= failures ? width_of(range.from, range.to) : 0;
    }
    return lost;
}

/* What chance would give: each range brings sets of nodes that may not fail together. Where a
 * range's walk goes on along the next ones', only those with its own first node are new. */
static double expected_risk(const struct ring_look *look, const struct ring_risk *risk)
{
    uint32_t n = look->config.replication, f = risk->failures;
    uint8_t strategy = look->config.placement.strategy;
    bool is_ring = strategy == PLACEMENT_TOKENS || strategy == PLACEMENT_EQUAL;
    double each = (double)(is_ring ? choose(n - 1, f - 1) : choose(n, f));
    return 1 - pow(1 - 1 / (double)risk->possible, each * (double)look->placement.range_count);
}

bool ring_risk(struct ring_look *look, struct ring_risk *risk)
{
    uint32_t n = look->config.replication;
    *risk = (struct ring_risk){.failures = n - n / 2, .sets = count_sets(look)};
    risk->possible = risk->failures <= 4 ? choose(look->members, risk->failures) : 0;
    for (uint32_t rack = 0; rack < look->rack_count; rack++) {
        double lost = lost_with_rack(look, rack, risk->failures);
        if (rack == 0 || lost > risk->worst_rack) {
            risk->worst_rack = lost;
            risk->worst = rack;
        }
    }
    if (!count_fatal(look, risk))
        return false;
    risk->expected = expected_risk(look, risk);
    return true;
}
