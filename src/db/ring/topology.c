/*
 * topology.c: members and changes as a value, and its bytes.
 */
#include "db/ring/topology.h"

#include <string.h>

#include "db/store/row.h"

#define FIXED_BYTES 20u
#define RANGE_BYTES 12u

/* --- beginning, copying -------------------------------------------------------------------- */

static bool has_table(const struct node_config *config)
{
    return config->placement.strategy == PLACEMENT_EQUAL ||
           config->placement.strategy == PLACEMENT_RANGES;
}

static void make_members(struct topology *topology, struct heap *heap, uint32_t count)
{
    topology->node_count = (uint16_t)count;
    topology->states = heap_alloc(heap, count * sizeof *topology->states);
    topology->names = heap_alloc(heap, count * sizeof *topology->names);
}

static void make_table(struct topology *topology, struct heap *heap, uint64_t count)
{
    topology->table_count = count;
    topology->ends = NULL;
    topology->owners[0] = topology->owners[1] = NULL;
    if (count == 0)
        return;
    topology->ends = heap_alloc(heap, count * sizeof *topology->ends);
    for (int set = 0; set < 2; set++)
        topology->owners[set] = heap_alloc(heap, count * sizeof *topology->owners[set]);
}

static struct placement_table table_of(const struct topology *topology, enum member_set set)
{
    return (struct placement_table){(uint32_t)topology->table_count, topology->ends,
                                    topology->owners[set]};
}

void topology_begin(struct topology *topology, struct heap *heap, const struct node_config *config)
{
    uint32_t members[NODES_MAX];
    *topology = (struct topology){.version = 1};
    make_members(topology, heap, config->nodes);
    for (uint32_t node = 0; node < config->nodes; node++) {
        topology->names[node] = (uint16_t)node;
        topology->states[node] =
            node < config->initial_members ? MEMBER_NORMAL : MEMBER_NONE;
    }
    if (!has_table(config))
        return;
    make_table(topology, heap, config->placement.partitions);
    uint32_t count = topology_members(topology, MEMBERS_OLD, members);
    for (int set = 0; set < 2; set++) {
        struct placement_table table = table_of(topology, (enum member_set)set);
        placement_table_begin(&table, &config->placement, members, count);
    }
}

void topology_copy(struct topology *to, struct heap *heap, const struct topology *from)
{
    *to = *from;
    make_members(to, heap, from->node_count);
    memcpy(to->states, from->states, from->node_count * sizeof *to->states);
    memcpy(to->names, from->names, from->node_count * sizeof *to->names);
    make_table(to, heap, from->table_count);
    if (from->table_count == 0)
        return;
    memcpy(to->ends, from->ends, from->table_count * sizeof *to->ends);
    for (int set = 0; set < 2; set++)
        memcpy(to->owners[set], from->owners[set], from->table_count * sizeof *to->owners[set]);
}

void topology_free(struct topology *topology, struct heap *heap)
{
    heap_free(heap, topology->states);
    heap_free(heap, topology->names);
    heap_free(heap, topology->ends);
    heap_free(heap, topology->owners[0]);
    heap_free(heap, topology->owners[1]);
    *topology = (struct topology){0};
}

/* --- members ------------------------------------------------------------------------------- */

static bool is_in_set(uint8_t state, enum member_set set)
{
    return state == MEMBER_NORMAL ||
           state == (set == MEMBERS_OLD ? MEMBER_LEAVING : MEMBER_JOINING);
}

/* By name, so that a node that replaces another stands where that one stood. */
uint32_t topology_members(const struct topology *topology, enum member_set set, uint32_t *members)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        if (!is_in_set(topology->states[node], set))
            continue;
        uint32_t at = count++;
        for (; at > 0 && topology->names[members[at - 1]] > topology->names[node]; at--)
            members[at] = members[at - 1];
        members[at] = node;
    }
    return count;
}

bool topology_is_voter(const struct topology *topology, uint32_t node)
{
    return node < topology->node_count && is_in_set(topology->states[node], MEMBERS_OLD);
}

uint32_t topology_voters(const struct topology *topology)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < topology->node_count; node++)
        count += topology_is_voter(topology, node);
    return count;
}

bool topology_is_member(const struct topology *topology, uint32_t node)
{
    return is_in_set(topology->states[node], MEMBERS_OLD) ||
           is_in_set(topology->states[node], MEMBERS_NEW);
}

void topology_place(const struct topology *topology, enum member_set set, struct heap *heap,
                    const struct node_config *config, struct placement *placement)
{
    uint32_t members[NODES_MAX];
    struct placement_table table = table_of(topology, set);
    uint32_t count = topology_members(topology, set, members);
    struct placement_members placed = {members, topology->names, count};
    placement_build(placement, heap, &config->placement, &placed,
                    topology->table_count ? &table : NULL);
}

/* --- from one version to the next ------------------------------------------------------------ */

static uint32_t count_members(const struct topology *topology, enum member_set set)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < topology->node_count; node++)
        count += is_in_set(topology->states[node], set);
    return count;
}

enum reason topology_why_not(const struct topology *from, enum transition change,
                             uint64_t subject, uint32_t other, const struct node_config *config)
{
    bool is_coming = change == TRANSITION_JOIN || change == TRANSITION_REPLACE;
    if (topology_is_changing(from))
        return REASON_CHANGING;
    if (topology_is_of_ranges(change))
        return topology_why_no_range_change(from, change, subject, other, config);
    if (is_coming && topology_is_gone(from, (uint32_t)subject))
        return REASON_LEFT;
    if (is_coming && from->states[subject] != MEMBER_NONE)
        return REASON_IS_MEMBER;
    if (!is_coming && from->states[subject] != MEMBER_NORMAL)
        return REASON_NOT_MEMBER;
    if (change == TRANSITION_REPLACE && from->states[other] != MEMBER_NORMAL)
        return REASON_NOT_MEMBER;
    if (!is_coming && count_members(from, MEMBERS_OLD) <= config->replication)
        return REASON_TOO_FEW;
    return REASON_NONE;
}

static void change_table(struct topology *to, struct heap *heap, const struct topology *from,
                         const struct node_config *config)
{
    uint32_t *members = heap_alloc(heap, NODES_MAX * sizeof *members);
    uint32_t count = topology_members(from, MEMBERS_OLD, members);
    struct placement_table table = table_of(to, MEMBERS_NEW);
    if (to->change == TRANSITION_JOIN)
        placement_table_join(&table, &config->placement, members, count, to->subject);
    else if (to->change != TRANSITION_REPLACE)
        placement_table_leave(&table, &config->placement, members, count, to->subject);
    for (uint32_t i = 0; to->change == TRANSITION_REPLACE && i < table.count; i++)
        if (table.owners[i] == to->other)
            table.owners[i] = to->subject;
    heap_free(heap, members);
}

void topology_start_change(struct topology *to, struct heap *heap, const struct topology *from,
                           const struct node_config *config, enum transition change,
                           uint64_t subject, uint32_t other)
{
    bool is_coming = change == TRANSITION_JOIN || change == TRANSITION_REPLACE;
    if (topology_is_of_ranges(change)) {
        topology_start_range_change(to, heap, from, change, subject, other);
        return;
    }
    topology_copy(to, heap, from);
    to->version++;
    to->phase = TOPOLOGY_READ_OLD;
    to->change = (uint8_t)change;
    to->subject = (uint16_t)subject;
    to->other = (uint16_t)other;
    to->states[subject] = is_coming ? MEMBER_JOINING : MEMBER_LEAVING;
    if (change == TRANSITION_REPLACE) {
        to->states[other] = MEMBER_LEAVING;
        to->names[subject] = from->names[other];
    }
    if (to->table_count)
        change_table(to, heap, from, config);
}

void topology_read_new(struct topology *to, struct heap *heap, const struct topology *from)
{
    topology_copy(to, heap, from);
    to->version++;
    to->phase = TOPOLOGY_READ_NEW;
}

/* What is left of a change when it is over, one way or the other. */
static void settle(struct topology *to, uint8_t joining_becomes, uint8_t leaving_becomes,
                   enum member_set kept)
{
    to->version++;
    for (uint32_t node = 0; node < to->node_count; node++) {
        if (to->states[node] == MEMBER_JOINING)
            to->states[node] = joining_becomes;
        else if (to->states[node] == MEMBER_LEAVING)
            to->states[node] = leaving_becomes;
        if (to->states[node] == MEMBER_NONE)
            to->names[node] = (uint16_t)node;
    }
    if (to->table_count)
        memcpy(to->owners[!kept], to->owners[kept], to->table_count * sizeof *to->owners[kept]);
    to->phase = TOPOLOGY_NORMAL;
    to->change = TRANSITION_NONE;
    to->subject = to->other = 0;
}

void topology_finish(struct topology *to, struct heap *heap, const struct topology *from)
{
    topology_copy(to, heap, from);
    bool is_own_wish = from->change == TRANSITION_LEAVE;
    settle(to, MEMBER_NORMAL, is_own_wish ? MEMBER_LEFT : MEMBER_REMOVED, MEMBERS_NEW);
}

void topology_roll_back(struct topology *to, struct heap *heap, const struct topology *from)
{
    topology_copy(to, heap, from);
    settle(to, MEMBER_NONE, MEMBER_NORMAL, MEMBERS_OLD);
}

/* --- bytes ------------------------------------------------------------------------------- */

uint32_t topology_size(const struct topology *topology)
{
    return FIXED_BYTES + 3u * topology->node_count + RANGE_BYTES * (uint32_t)topology->table_count;
}

void topology_encode(const struct topology *topology, uint8_t *to)
{
    to = put_number(to, topology->version, 8);
    to = put_number(to, topology->phase, 1);
    to = put_number(to, topology->change, 1);
    to = put_number(to, topology->subject, 2);
    to = put_number(to, topology->other, 2);
    to = put_number(to, topology->node_count, 2);
    for (uint32_t node = 0; node < topology->node_count; node++)
        to = put_number(to, topology->states[node], 1);
    for (uint32_t node = 0; node < topology->node_count; node++)
        to = put_number(to, topology->names[node], 2);
    to = put_number(to, topology->table_count, 4);
    for (uint64_t i = 0; i < topology->table_count; i++) {
        to = put_number(to, topology->ends[i], 8);
        to = put_number(to, topology->owners[MEMBERS_OLD][i], 2);
        to = put_number(to, topology->owners[MEMBERS_NEW][i], 2);
    }
}

static bool decode_members(struct topology *topology, const uint8_t *from)
{
    uint32_t count = topology->node_count;
    for (uint32_t node = 0; node < count; node++) {
        topology->states[node] = from[node];
        topology->names[node] = (uint16_t)get_number(from + count + 2 * node, 2);
        if (topology->states[node] >= MEMBER_STATE_COUNT || topology->names[node] >= count)
            return false;
    }
    return true;
}

static bool decode_table(struct topology *topology, const uint8_t *from)
{
    for (uint64_t i = 0; i < topology->table_count; i++, from += RANGE_BYTES) {
        topology->ends[i] = get_number(from, 8);
        topology->owners[MEMBERS_OLD][i] = (uint16_t)get_number(from + 8, 2);
        topology->owners[MEMBERS_NEW][i] = (uint16_t)get_number(from + 10, 2);
        if ((i > 0 && topology->ends[i] <= topology->ends[i - 1]) ||
            topology->owners[MEMBERS_OLD][i] >= topology->node_count ||
            topology->owners[MEMBERS_NEW][i] >= topology->node_count)
            return false;
    }
    return true;
}

bool topology_decode(struct topology *topology, struct heap *heap, struct bytes from,
                     uint32_t node_count)
{
    *topology = (struct topology){0};
    if (from.size < FIXED_BYTES || get_number(from.data + 14, 2) != node_count ||
        from.size < FIXED_BYTES + 3 * (size_t)node_count)
        return false;
    const uint8_t *table = from.data + 16 + 3 * node_count;
    uint64_t count = get_number(table, 4);
    if (count > PARTITIONS_MAX ||
        from.size != FIXED_BYTES + 3 * (size_t)node_count + RANGE_BYTES * count)
        return false;
    topology->version = get_number(from.data, 8);
    topology->phase = from.data[8];
    topology->change = from.data[9];
    topology->subject = (uint16_t)get_number(from.data + 10, 2);
    topology->other = (uint16_t)get_number(from.data + 12, 2);
    if (topology->version == 0 || topology->phase >= TOPOLOGY_PHASE_COUNT ||
        topology->change >= TRANSITION_COUNT || topology->subject >= node_count ||
        topology->other >= node_count)
        return false;
    make_members(topology, heap, node_count);
    make_table(topology, heap, count);
    if (decode_members(topology, from.data + 16) && decode_table(topology, table + 4))
        return true;
    topology_free(topology, heap);
    return false;
}

uint8_t topology_told_phase(const struct topology *from, const struct topology *to)
{
    bool is_next = to->version == from->version + 1;
    return is_next && from->phase == TOPOLOGY_READ_OLD && to->phase == TOPOLOGY_NORMAL
               ? TOPOLOGY_ROLLED_BACK
               : to->phase;
}

const char *topology_change_name(uint32_t change)
{
    static const char *const names[] = {"none",    "join",  "leave", "remove",
                                        "replace", "split", "merge", "move"};
    return change < TRANSITION_COUNT ? names[change] : "?";
}

const char *topology_phase_name(uint32_t phase)
{
    static const char *const names[] = {"normal", "write both, read old", "write both, read new",
                                        "normal again, rolled back"};
    return phase <= TOPOLOGY_ROLLED_BACK ? names[phase] : "?";
}
