/*
 * timeline.c: sort the returns, then merge them with the calls, which are in
 * order already. The contract is in timeline.h.
 */
#include "check/timeline.h"

#include "base/sort.h"

/* Two heaps of cards, calls and returns, being merged into one. */
struct merging {
    const struct operation *operations;
    uint32_t *returns; /* operations that returned, in order of their returns */
    uint32_t return_count;
    uint32_t return_at;
    uint8_t *is_client_busy; /* called, has a return, and that is not in the timeline yet */
    struct timeline timeline;
};

/* Ties are settled by the sort, which keeps equal items in order of their calls. */
static bool is_return_before(const void *context, uint32_t a, uint32_t b)
{
    const struct operation *operations = context;
    if (operations[a].completed != operations[b].completed)
        return operations[a].completed < operations[b].completed;
    return operations[a].record_told < operations[b].record_told;
}

static void check_operation(const struct history *history, uint32_t index)
{
    const struct operation *operation = &history->operations[index];
    CHECK(operation->key < history->key_count);
    CHECK(operation->client < history->client_count);
    CHECK(index == 0 || operation[-1].invoked <= operation->invoked);
    CHECK(!has_returned(operation) || operation->completed >= operation->invoked);
}

static void collect_returns(const struct history *history, struct merging *merging)
{
    for (uint32_t i = 0; i < history->count; i++) {
        check_operation(history, i);
        if (has_returned(&history->operations[i]))
            merging->returns[merging->return_count++] = i;
    }
}

static void place_return(struct merging *merging)
{
    uint32_t operation = merging->returns[merging->return_at++];
    merging->is_client_busy[merging->operations[operation].client] = false;
    merging->timeline.moments[merging->timeline.count++] = operation * 2 + 1;
}

/* Does the next return stand before this call, by the clock or by the trace? */
static bool is_return_due(const struct merging *merging, const struct operation *call)
{
    if (merging->return_at == merging->return_count)
        return false;
    const struct operation *next = &merging->operations[merging->returns[merging->return_at]];
    if (next->completed != call->invoked)
        return next->completed < call->invoked;
    return next->record_told < call->record_invoked;
}

/* The client of this call has an operation that returned at this very instant, and nothing but the
 * client itself says which came first. Move that return ahead of the others of the instant;
 * those still count as concurrent with the call. */
static void place_own_return(struct merging *merging, const struct operation *call)
{
    uint32_t *returns = merging->returns;
    for (uint32_t at = merging->return_at; at < merging->return_count; at++) {
        uint32_t found = returns[at];
        const struct operation *operation = &merging->operations[found];
        if (operation->completed != call->invoked || operation->record_told != call->record_invoked)
            return;
        if (operation->client != call->client)
            continue;
        for (; at > merging->return_at; at--)
            returns[at] = returns[at - 1];
        returns[at] = found;
        place_return(merging);
        return;
    }
}

static void place_call(struct merging *merging, uint32_t index)
{
    const struct operation *call = &merging->operations[index];
    while (is_return_due(merging, call))
        place_return(merging);
    if (merging->is_client_busy[call->client])
        place_own_return(merging, call);
    merging->is_client_busy[call->client] = has_returned(call);
    merging->timeline.moments[merging->timeline.count++] = index * 2;
}

struct timeline timeline_make(const struct history *history, struct heap *heap)
{
    CHECK(history->count < UINT32_MAX / 2);
    size_t row = sizeof(uint32_t) * history->count;
    struct merging merging = {.operations = history->operations};
    merging.returns = heap_alloc(heap, row);
    merging.is_client_busy = heap_alloc(heap, history->client_count);
    merging.timeline.moments = heap_alloc(heap, 2 * row);
    collect_returns(history, &merging);
    /* The array of moments is still unused: it is the sort's spare room. */
    sort_indexes(merging.returns, merging.return_count, merging.timeline.moments, is_return_before,
                 history->operations);
    for (uint32_t i = 0; i < history->count; i++)
        place_call(&merging, i);
    while (merging.return_at < merging.return_count)
        place_return(&merging);
    heap_free(heap, merging.is_client_busy);
    heap_free(heap, merging.returns);
    return merging.timeline;
}
