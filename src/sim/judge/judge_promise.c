/*
 * judge_promise.c: the conditions of judge_promise.h, one after the other.
 *
 * Everything is read off the end of a run: betrayals and the spread of clocks are counted as they
 * happen (machine.betrayals, world_state.clock_spread_ns).
 */
#include "sim/judge/judge_promise.h"

#include "sim/picture/view.h"

/* --- disks ------------------------------------------------------------------------------ */

static bool is_betrayed(const struct world *world, uint32_t node)
{
    uint8_t sync = world->scenario->node.sync_policy;
    const uint32_t *counts = &world->state->counts[(size_t)node * TRACE_KIND_COUNT];
    bool is_synced_first = sync == SYNC_ALWAYS || sync == SYNC_GROUP;
    return machine_at(world, node)->betrayals > 0 ||
           (!is_synced_first && counts[TRACE_CRASH] > 0);
}

static bool have_members_changed(const struct world *world)
{
    return world->state->change.end != CHANGE_NONE;
}

static uint32_t count_betrayed(const struct world *world, struct bytes key)
{
    struct replica_view replicas[REPLICATION_MAX];
    uint32_t count = 0;
    if (have_members_changed(world)) {
        for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
            count += is_betrayed(world, node);
        return count;
    }
    uint32_t owners = world_view_replicas(world, key, replicas);
    for (uint32_t i = 0; i < owners; i++)
        count += is_betrayed(world, replicas[i].node);
    return count;
}

/* --- each key --------------------------------------------------------------------------------- */

/* What the history says of a key. */
struct key_needs {
    uint32_t write, read; /* the fewest that a write, a get that was ok had waited for */
    vtime gap;            /* the shortest from a write's acknowledgement to the next one's call */
};

static bool is_write(const struct operation *operation)
{
    return operation->kind != OPERATION_GET && operation->outcome != OUTCOME_UNAVAILABLE &&
           operation->outcome != OUTCOME_OVERLOADED;
}

static void look_at_gap(const struct history *history, uint32_t index, struct key_needs *needs)
{
    const struct operation *later = &history->operations[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct operation *earlier = &history->operations[i];
        if (earlier->key == later->key && is_write(earlier) &&
            earlier->outcome == OUTCOME_OK && earlier->completed < later->invoked)
            needs->gap = MIN(needs->gap, later->invoked - earlier->completed);
    }
}

/* Gaps are only looked for when clocks have disagreed at all: it takes a while. */
static struct key_needs *needs_of_keys(const struct world *world, const struct history *history,
                                       struct heap *scratch)
{
    uint32_t n = world->scenario->node.replication;
    struct key_needs *needs = heap_alloc(scratch, history->key_count * sizeof *needs);
    for (uint32_t key = 0; key < history->key_count; key++)
        needs[key] = (struct key_needs){n, n, VTIME_NEVER};
    for (uint32_t i = 0; i < history->count; i++) {
        const struct operation *operation = &history->operations[i];
        struct key_needs *mine = &needs[operation->key];
        if (operation->kind == OPERATION_GET && operation->outcome == OUTCOME_OK)
            mine->read = MIN(mine->read, operation->needed);
        if (is_write(operation) && operation->outcome == OUTCOME_OK)
            mine->write = MIN(mine->write, operation->needed);
        if (is_write(operation) && world->state->clock_spread_ns > 0)
            look_at_gap(history, i, mine);
    }
    return needs;
}

static bool is_promised(const struct world *world, const struct key_needs *needs, uint32_t betrayed,
                        uint8_t check_kind)
{
    uint32_t left = needs->write - MIN(betrayed, needs->write);
    uint32_t n = world->scenario->node.replication;
    bool is_met = left + needs->read > n;
    if (have_members_changed(world) && left + n / 2 + 1 <= n)
        return false; /* the majority that a new owner asks may not have it */
    if (check_kind == CHECK_LINEARIZABLE && 2 * needs->read <= n)
        return false;
    bool is_kept = check_kind == CHECK_DURABLE ? left >= 1 : is_met;
    return (betrayed == 0 || is_kept) && needs->gap > world->state->clock_spread_ns;
}

uint32_t leave_out_unpromised(const struct world *world, struct history *history,
                              struct heap *scratch, uint8_t check_kind, uint8_t *is_left_out)
{
    struct operation *operations = heap_alloc(scratch, history->count * sizeof *operations);
    const struct key_needs *needs = needs_of_keys(world, history, scratch);
    uint32_t count = 0;
    for (uint32_t key = 0; key < history->key_count; key++) {
        uint32_t betrayed = count_betrayed(world, world_key(world, key));
        if (is_left_out[key] || is_promised(world, &needs[key], betrayed, check_kind))
            continue;
        is_left_out[key] = 1;
        count++;
    }
    for (uint32_t i = 0; i < history->count; i++) {
        operations[i] = history->operations[i];
        if (is_left_out[operations[i].key]) {
            operations[i].kind = OPERATION_GET;
            operations[i].outcome = OUTCOME_UNAVAILABLE;
            operations[i].completed = operations[i].told;
        }
    }
    history->operations = operations;
    return count;
}

/* --- saying it ------------------------------------------------------------------------------- */

void tell_unpromised(const struct world *world, uint32_t count, struct text *text)
{
    bool is_first = true;
    if (count == 0)
        return;
    text_str(text, "; keys whose promise was void are left out: ");
    text_u64(text, count);
    text_str(text, " (");
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++) {
        if (!is_betrayed(world, node))
            continue;
        text_str(text, is_first ? "lost what it had told to be durable: the disk of " : ", ");
        text_str(text, world->scenario->nodes[node].name);
        is_first = false;
    }
    if (world->state->clock_spread_ns > 0) {
        text_str(text, is_first ? "clocks up to " : "; clocks up to ");
        text_time(text, world->state->clock_spread_ns);
        text_str(text, " apart");
    }
    text_str(text, ")");
}
