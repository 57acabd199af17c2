/*
 * topology_ranges.c: key ranges that are split, merged and moved.
 *
 *     split    (a, c]  n1        ->   (a, b]  n1   (b, c]  n1     who keeps what stays as it is
 *     merge    (a, b]  n1   (b, c]  n1        ->   (a, c]  n1     the same
 *     move     (a, c]  n1        ->   (a, c]  n4                  data streams, as when a node
 * joins
 *
 * A split and a merge change nothing that any coordinator or replica does, so they take one
 * version, and it does not matter who learns of it when. To merge neighbours of different owners
 * one of them is moved first; so data moves in one way only, through the three versions of a
 * change (Bigtable's tablets, HBase's regions; TiKV's and CockroachDB's ranges, whose splits are
 * local, too, and whose moves are changes of members of one range).
 *
 * A position stands for the range that has it; a boundary for the range that ends there.
 */
#include "db/ring/topology.h"

/* The range of a position; the ends are ascending and the last one ends the circle or wraps. */
static uint64_t range_at(const struct topology *topology, uint64_t position)
{
    uint64_t at = 0;
    while (at < topology->table_count && topology->ends[at] < position)
        at++;
    return at < topology->table_count ? at : 0;
}

static bool is_boundary(const struct topology *topology, uint64_t position)
{
    return topology->ends[range_at(topology, position)] == position;
}

bool topology_is_of_ranges(uint32_t change)
{
    return change == TRANSITION_SPLIT || change == TRANSITION_MERGE || change == TRANSITION_MOVE;
}

bool topology_is_as_wanted(const struct topology *topology, uint32_t change, uint64_t subject,
                           uint32_t other)
{
    switch (change) {
    case TRANSITION_SPLIT: return topology->table_count > 0 && is_boundary(topology, subject);
    case TRANSITION_MERGE: return topology->table_count > 0 && !is_boundary(topology, subject);
    case TRANSITION_MOVE:
        return topology->table_count > 0 &&
               topology->owners[MEMBERS_NEW][range_at(topology, subject)] == other;
    default: return topology->change == change && topology->subject == subject;
    }
}

enum reason topology_why_no_range_change(const struct topology *from, enum transition change,
                                         uint64_t subject, uint32_t other,
                                         const struct node_config *config)
{
    if (config->placement.strategy != PLACEMENT_RANGES)
        return REASON_NO_RANGES;
    uint64_t at = range_at(from, subject);
    const uint16_t *owners = from->owners[MEMBERS_OLD];
    switch (change) {
    case TRANSITION_SPLIT:
        if (is_boundary(from, subject))
            return REASON_IS_BOUNDARY;
        return from->table_count >= PARTITIONS_MAX ? REASON_TOO_MANY : REASON_NONE;
    case TRANSITION_MERGE:
        if (!is_boundary(from, subject) || at + 1 >= from->table_count)
            return REASON_NO_BOUNDARY;
        return owners[at] != owners[at + 1] ? REASON_OTHER_OWNER : REASON_NONE;
    default:
        if (from->states[other] != MEMBER_NORMAL)
            return REASON_NOT_MEMBER;
        return owners[at] == other ? REASON_IS_OWNER : REASON_NONE;
    }
}

/* Room for another number of ranges; what was there is gone. */
static void resize(struct topology *to, struct heap *heap, uint64_t count)
{
    heap_free(heap, to->ends);
    to->table_count = count;
    to->ends = heap_alloc(heap, count * sizeof *to->ends);
    for (int set = 0; set < 2; set++) {
        heap_free(heap, to->owners[set]);
        to->owners[set] = heap_alloc(heap, count * sizeof *to->owners[set]);
    }
}

/* Range i of `to` is range `source` of `from`. */
static void copy_range(struct topology *to, uint64_t i, const struct topology *from,
                       uint64_t source, uint64_t end)
{
    to->ends[i] = end;
    for (int set = 0; set < 2; set++)
        to->owners[set][i] = from->owners[set][source];
}

static void split(struct topology *to, struct heap *heap, const struct topology *from,
                  uint64_t position)
{
    uint64_t at = range_at(from, position);
    resize(to, heap, from->table_count + 1);
    for (uint64_t i = 0; i < to->table_count; i++) {
        uint64_t source = i <= at ? i : i - 1;
        copy_range(to, i, from, source, i == at ? position : from->ends[source]);
    }
}

static void merge(struct topology *to, struct heap *heap, const struct topology *from,
                  uint64_t boundary)
{
    uint64_t at = range_at(from, boundary);
    resize(to, heap, from->table_count - 1);
    for (uint64_t i = 0; i < to->table_count; i++) {
        uint64_t source = i < at ? i : i + 1;
        copy_range(to, i, from, source, from->ends[source]);
    }
}

void topology_start_range_change(struct topology *to, struct heap *heap,
                                 const struct topology *from, enum transition change,
                                 uint64_t subject, uint32_t other)
{
    topology_copy(to, heap, from);
    to->version++;
    if (change == TRANSITION_SPLIT) {
        split(to, heap, from, subject);
    } else if (change == TRANSITION_MERGE) {
        merge(to, heap, from, subject);
    } else {
        uint64_t at = range_at(from, subject);
        to->phase = TOPOLOGY_READ_OLD;
        to->change = TRANSITION_MOVE;
        to->subject = (uint16_t)other;
        to->other = from->owners[MEMBERS_OLD][at];
        to->owners[MEMBERS_NEW][at] = (uint16_t)other;
    }
}
