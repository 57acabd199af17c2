/*
 * coverage.c: points out of the counters of a world.
 */
#include "hunt/coverage.h"

#include <string.h>

static const char *const role_words[COVER_ROLES] = {
    [COVER_STEADY] = "a node that never stopped",
    [COVER_RETURNED] = "a node that came back",
    [COVER_JOINED] = "a node that was started later",
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
    return world->scenario->nodes[node].is_up ? COVER_STEADY : COVER_JOINED;
}

void coverage_take(const struct world *world, struct coverage *coverage)
{
    const struct world_state *state = world->state;
    for (uint32_t actor = 0; actor < state->actor_count; actor++) {
        const uint32_t *counts = &state->counts[(size_t)actor * TRACE_KIND_COUNT];
        bool is_node = actor < world->scenario->node.nodes;
        enum cover_role role = is_node ? role_of(world, actor) : COVER_STEADY;
        for (uint32_t kind = 0; kind < TRACE_SIM_COUNT; kind++)
            if (counts[kind])
                coverage_set(coverage, kind);
        for (uint32_t note = 0; is_node && note < NOTE_COUNT; note++)
            if (counts[TRACE_NOTE + note])
                coverage_set(coverage, COVER_KINDS + note * COVER_ROLES + role);
    }
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

void coverage_name(uint32_t point, struct text *text)
{
    if (point < COVER_KINDS) {
        text_str(text, trace_kind_table[point].name);
        return;
    }
    text_str(text, trace_kind_table[TRACE_NOTE + (point - COVER_KINDS) / COVER_ROLES].name);
    text_str(text, " by ");
    text_str(text, role_words[(point - COVER_KINDS) % COVER_ROLES]);
}
