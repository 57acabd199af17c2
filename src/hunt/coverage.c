/*
 * coverage.c: points out of the counters of a world.
 */
#include "hunt/coverage.h"

#include "sim/condition/condition.h"
#include "sim/metrics/meter.h"

static const char *const role_words[COVER_ROLES] = {
    [COVER_STEADY] = "a node that never stopped",
    [COVER_RETURNED] = "a node that came back",
    [COVER_JOINED] = "a node that came in later",
    [COVER_GONE] = "a node that went for good",
};

static bool has_left(const struct world *world, uint32_t node)
{
    const struct topology *topology = &world->state->topology;
    return node < topology->node_count && topology->states[node] == MEMBER_LEFT;
}

static enum cover_role role_of(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    if (machine->state == NODE_DOWN || has_left(world, node))
        return COVER_GONE;
    if (machine->incarnation > 1)
        return COVER_RETURNED;
    bool is_of_the_first =
        world->scenario->nodes[node].is_up && node < world->scenario->node.initial_members;
    return is_of_the_first ? COVER_STEADY : COVER_JOINED;
}

struct cover_section_info coverage_section(enum cover_section section)
{
    static const struct cover_section_info sections[COVER_SECTION_COUNT] = {
#define SECTION(identifier, points, words) {.title = words, .count = points},
        COVER_SECTIONS(SECTION)
#undef SECTION
    };
    struct cover_section_info info = sections[section];
    for (uint32_t i = 0; i < section; i++)
        info.first += sections[i].count;
    return info;
}

static void set(struct coverage *coverage, enum cover_section section, uint32_t index)
{
    coverage_set(coverage, coverage_section(section).first + index);
}

static void take_records(const struct world *world, struct coverage *coverage)
{
    const struct world_state *state = world->state;
    for (uint32_t actor = 0; actor < state->actor_count; actor++) {
        const uint32_t *counts = &state->counts[(size_t)actor * TRACE_KIND_COUNT];
        bool is_node = actor < world->scenario->node.nodes;
        enum cover_role role = is_node ? role_of(world, actor) : COVER_STEADY;
        for (uint32_t kind = 0; kind < TRACE_SIM_COUNT; kind++)
            if (counts[kind])
                set(coverage, COVER_KINDS, kind);
        for (uint32_t note = 0; is_node && note < NOTE_COUNT; note++)
            if (counts[TRACE_NOTE + note])
                set(coverage, COVER_NOTES, note * COVER_ROLES + role);
    }
}

/* one < other: first those with kind 1, then those with kind 2 ... */
static uint32_t pair_index(uint32_t one, uint32_t other)
{
    return one < other ? other * (other - 1) / 2 + one : one * (one - 1) / 2 + other;
}

static void pair_of_index(uint32_t index, uint32_t *one, uint32_t *other)
{
    *other = 1;
    while (pair_index(0, *other + 1) <= index)
        ++*other;
    *one = index - pair_index(0, *other);
}

uint32_t coverage_pair(uint32_t one, uint32_t other)
{
    return coverage_section(COVER_PAIRS).first + pair_index(one, other);
}

static void take_faults(const struct fault_pairs *pairs, struct coverage *coverage)
{
    for (uint32_t one = 0; one < FAULT_KIND_COUNT; one++) {
        if (pairs->seen >> one & 1)
            set(coverage, COVER_FAULTS, one);
        for (uint32_t other = one + 1; other < FAULT_KIND_COUNT; other++)
            if (pairs->with[one] >> other & 1)
                coverage_set(coverage, coverage_pair(one, other));
    }
}

bool coverage_can_be(uint32_t point)
{
    struct cover_section_info pairs = coverage_section(COVER_PAIRS);
    uint32_t one, other;
    const char *why_not;
    if (point < pairs.first)
        return true;
    pair_of_index(point - pairs.first, &one, &other);
    return fault_pair_can_be(one, other, &why_not);
}

uint32_t coverage_possible(void)
{
    static uint32_t possible; /* asked after each run */
    uint32_t count = 0;
    for (uint32_t point = 0; possible == 0 && point < COVER_COUNT; point++)
        count += coverage_can_be(point);
    possible = MAX(possible, count);
    return possible;
}

void coverage_take(const struct world *world, const struct fault_pairs *pairs,
                   struct coverage *coverage)
{
    take_records(world, coverage);
    take_faults(pairs, coverage);
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++)
        if (meter_value(world, METRIC_MESSAGES_SENT, METRIC_CLUSTER, kind) > 0)
            set(coverage, COVER_MESSAGES, kind);
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        for (uint32_t outcome = 0; outcome < COVER_TOLD; outcome++)
            if (world->state->clients.told[kind][outcome + OUTCOME_OK] > 0)
                set(coverage, COVER_OUTCOMES, kind * COVER_TOLD + outcome);
}

uint32_t coverage_add(struct coverage *coverage, const struct coverage *other)
{
    uint32_t added = 0;
    for (uint32_t i = 0; i < COVER_WORDS; i++) {
        added += (uint32_t)__builtin_popcountll(other->words[i] & ~coverage->words[i]);
        coverage->words[i] |= other->words[i];
    }
    return added;
}

uint32_t coverage_count(const struct coverage *coverage)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < COVER_WORDS; i++)
        count += (uint32_t)__builtin_popcountll(coverage->words[i]);
    return count;
}

const char *coverage_role_word(uint32_t role)
{
    return role_words[role];
}

static void name_note(uint32_t index, struct text *text)
{
    text_str(text, trace_kind_table[TRACE_NOTE + index / COVER_ROLES].name);
    text_str(text, " by ");
    text_str(text, role_words[index % COVER_ROLES]);
}

static void name_outcome(uint32_t index, struct text *text)
{
    text_str(text, operation_kind_name(index / COVER_TOLD));
    text_char(text, ' ');
    text_str(text, condition_outcome_words[index % COVER_TOLD + OUTCOME_OK]);
}

static void name_pair(uint32_t index, struct text *text)
{
    uint32_t one, other;
    pair_of_index(index, &one, &other);
    text_str(text, fault_table[one].name);
    text_str(text, " with ");
    text_str(text, fault_table[other].name);
}

void coverage_name(uint32_t point, struct text *text)
{
    uint32_t section = 0, index = point;
    while (index >= coverage_section(section).count)
        index -= coverage_section(section++).count;
    switch (section) {
    case COVER_KINDS: text_str(text, trace_kind_table[index].name); break;
    case COVER_NOTES: name_note(index, text); break;
    case COVER_FAULTS: text_str(text, fault_table[index].name); break;
    case COVER_MESSAGES: text_str(text, message_table[index].name); break;
    case COVER_OUTCOMES: name_outcome(index, text); break;
    default: name_pair(index, text);
    }
}
