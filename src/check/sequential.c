/*
 * sequential.c: the complete search, with a trail to go back along.
 *
 *     frames   a choice among writes each: candidates in `pool`, and where the trail stood
 *     trail    operations placed, in order, with the value that their key had before
 *     visited  which operations are placed and what the keys hold, as two 64-bit words
 *
 * What is placed and what keys hold are summed with exclusive or, so a step costs the same to do
 * and to undo. Two situations share both words with a probability of 2^-128. The rule is in
 * sequential.h.
 */
#include "check/sequential.h"

#include "base/chain.h"
#include "base/mix.h"
#include "base/sort.h"
#include "check/causal.h"
#include "check/say.h"
#include "check/timeline.h"
#include "check/visited.h"

#define NO_OPERATION UINT32_MAX

struct placed {
    uint32_t operation;
    uint32_t unused;
    uint64_t value_before;
};

struct frame {
    uint32_t pool_start; /* candidates from here on */
    uint32_t pool_next;
    uint32_t trail_count;
    uint32_t unused;
};

struct sequential {
    const struct history *history;
    struct heap *heap;
    uint32_t *called;   /* by operation: its moments */
    uint32_t *returned; /* UINT32_MAX: open */
    uint32_t *order;    /* operations that count, client after client, in order of their calls */
    uint32_t *position; /* by operation: where it stands there */
    uint32_t *start;    /* by client: where its operations begin in `order`; one more at the end */
    uint32_t *first;    /* by client: all before this one are placed */
    uint8_t *is_placed;
    uint64_t *values; /* by key */

    struct chain trail;  /* struct placed */
    struct chain frames; /* struct frame */
    struct chain pool;   /* uint32_t: operations */
    struct visited visited;
    uint64_t hash_placed;
    uint64_t hash_values;
    uint32_t must_place; /* operations that were answered */
    uint32_t must_left;
    uint32_t best_left; /* of the longest order, and the get that it waited for */
    uint32_t best_get;
    uint64_t work;
    uint64_t work_limit;
};

static bool is_write(const struct operation *operation)
{
    return operation->kind == OPERATION_PUT || operation->kind == OPERATION_DELETE;
}

static bool is_answered(const struct operation *operation)
{
    return operation->outcome == OUTCOME_OK;
}

static bool counts(const struct operation *operation)
{
    if (operation->kind == OPERATION_GET)
        return is_answered(operation) && operation->returned_count == 0;
    return is_write(operation) && is_possible_write(operation);
}

/* --- setting out ------------------------------------------------------------------------- */

static void fill_moments(struct sequential *search, const struct timeline *timeline)
{
    for (uint32_t i = 0; i < search->history->count; i++)
        search->returned[i] = UINT32_MAX;
    for (uint32_t i = 0; i < timeline->count; i++) {
        uint32_t index = moment_operation(timeline->moments[i]);
        if (!is_moment_return(timeline->moments[i]))
            search->called[index] = i;
        else
            search->returned[index] = i;
    }
}

static void fill_clients(struct sequential *search)
{
    const struct history *history = search->history;
    for (uint32_t i = 0; i < history->count; i++)
        if (counts(&history->operations[i]))
            search->start[history->operations[i].client + 1]++;
    for (uint32_t client = 0; client < history->client_count; client++) {
        search->start[client + 1] += search->start[client];
        search->first[client] = search->start[client];
    }
    for (uint32_t i = 0; i < history->count; i++) {
        if (!counts(&history->operations[i]))
            continue;
        search->position[i] = search->first[history->operations[i].client]++;
        search->order[search->position[i]] = i;
        search->must_place += is_answered(&history->operations[i]);
    }
    for (uint32_t client = 0; client < history->client_count; client++)
        search->first[client] = search->start[client];
    search->must_left = search->best_left = search->must_place;
}

static void set_out(struct sequential *search, const struct timeline *timeline)
{
    const struct history *history = search->history;
    size_t row = (history->count + 1) * sizeof(uint32_t);
    size_t clients = (history->client_count + 2) * sizeof(uint32_t);
    search->called = heap_alloc(search->heap, row);
    search->returned = heap_alloc(search->heap, row);
    search->order = heap_alloc(search->heap, row);
    search->position = heap_alloc(search->heap, row);
    search->start = heap_alloc(search->heap, clients);
    search->first = heap_alloc(search->heap, clients);
    search->is_placed = heap_alloc(search->heap, history->count + 1);
    search->values = heap_alloc(search->heap, (history->key_count + 1) * sizeof(uint64_t));
    chain_init(&search->trail, search->heap, sizeof(struct placed));
    chain_init(&search->frames, search->heap, sizeof(struct frame));
    chain_init(&search->pool, search->heap, sizeof(uint32_t));
    visited_init(&search->visited, search->heap, 2);
    search->best_get = NO_OPERATION;
    for (uint32_t key = 0; key < history->key_count; key++)
        search->values[key] = history_before(history, key);
    fill_moments(search, timeline);
    fill_clients(search);
}

/* --- placing and taking back -------------------------------------------------------------- */

static void set_value(struct sequential *search, uint32_t key, uint64_t value)
{
    search->hash_values ^= mix_pair(key, search->values[key]) ^ mix_pair(key, value);
    search->values[key] = value;
}

static void toggle(struct sequential *search, uint32_t index, bool is_placed)
{
    search->is_placed[index] = is_placed;
    search->hash_placed ^= mix_bits(index + 1);
    if (is_answered(&search->history->operations[index]))
        search->must_left += is_placed ? UINT32_MAX : 1; /* one less, one more */
}

static void place(struct sequential *search, uint32_t index)
{
    const struct operation *operation = &search->history->operations[index];
    struct placed *placed = chain_append(&search->trail);
    *placed = (struct placed){index, 0, search->values[operation->key]};
    if (is_write(operation))
        set_value(search, operation->key, written_value(operation));
    toggle(search, index, true);
    search->work++;
}

static void take_back(struct sequential *search, uint32_t trail_count)
{
    while (chain_count(&search->trail) > trail_count) {
        const struct placed *placed = chain_at(&search->trail, chain_count(&search->trail) - 1);
        const struct operation *operation = &search->history->operations[placed->operation];
        set_value(search, operation->key, placed->value_before);
        toggle(search, placed->operation, false);
        uint32_t *first = &search->first[operation->client];
        *first = MIN(*first, search->position[placed->operation]);
        chain_truncate(&search->trail, chain_count(&search->trail) - 1);
    }
}

/* --- what may come next ------------------------------------------------------------------- */

/* A walk over a client's operations that may come next: each one that none still to be placed had
 * returned before. */
struct walk {
    uint32_t at;
    uint32_t end;
    uint32_t earliest_return; /* of those passed that are to be placed */
};

static struct walk walk_start(struct sequential *search, uint32_t client)
{
    uint32_t end = search->start[client + 1];
    uint32_t *first = &search->first[client];
    while (*first < end && search->is_placed[search->order[*first]])
        ++*first;
    return (struct walk){*first, end, UINT32_MAX};
}

static uint32_t walk_next(const struct sequential *search, struct walk *walk)
{
    while (walk->at < walk->end) {
        uint32_t index = search->order[walk->at++];
        if (search->is_placed[index])
            continue;
        if (search->called[index] > walk->earliest_return)
            return NO_OPERATION;
        walk->earliest_return = MIN(walk->earliest_return, search->returned[index]);
        return index;
    }
    return NO_OPERATION;
}

/* Place every get that may come now. True when there was one. */
static bool place_gets_of(struct sequential *search, uint32_t client)
{
    const struct operation *operations = search->history->operations;
    struct walk walk = walk_start(search, client);
    uint32_t index;
    while ((index = walk_next(search, &walk)) != NO_OPERATION)
        if (operations[index].kind == OPERATION_GET &&
            operations[index].value == search->values[operations[index].key]) {
            place(search, index);
            return true;
        }
    return false;
}

static void place_gets(struct sequential *search)
{
    bool has_placed = true;
    while (has_placed) {
        has_placed = false;
        for (uint32_t client = 0; client < search->history->client_count; client++)
            while (place_gets_of(search, client))
                has_placed = true;
    }
}

/* Is an unanswered write worth placing: does a get that may come next wait for its value? */
static bool is_waited_for(struct sequential *search, const struct operation *write)
{
    const struct operation *operations = search->history->operations;
    for (uint32_t client = 0; client < search->history->client_count; client++) {
        struct walk walk = walk_start(search, client);
        uint32_t index;
        while ((index = walk_next(search, &walk)) != NO_OPERATION)
            if (operations[index].kind == OPERATION_GET && operations[index].key == write->key &&
                operations[index].value == written_value(write))
                return true;
    }
    return false;
}

static bool is_answered_earlier(const void *host, uint32_t a, uint32_t b)
{
    const struct sequential *search = host;
    return search->returned[a] < search->returned[b];
}

static void sort_pool(struct sequential *search, uint32_t from)
{
    uint32_t count = (uint32_t)chain_count(&search->pool) - from;
    uint32_t *items = heap_alloc(search->heap, 2 * (size_t)(count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++)
        items[i] = *(uint32_t *)chain_at(&search->pool, from + i);
    sort_indexes(items, count, items + count, is_answered_earlier, search);
    for (uint32_t i = 0; i < count; i++)
        *(uint32_t *)chain_at(&search->pool, from + i) = items[i];
    heap_free(search->heap, items);
}

/* A frame for the writes that may come now. */
static void open_frame(struct sequential *search)
{
    const struct operation *operations = search->history->operations;
    uint32_t start = (uint32_t)chain_count(&search->pool);
    for (uint32_t client = 0; client < search->history->client_count; client++) {
        struct walk walk = walk_start(search, client);
        uint32_t index;
        while ((index = walk_next(search, &walk)) != NO_OPERATION)
            if (is_write(&operations[index]) && (is_answered(&operations[index]) ||
                                                 is_waited_for(search, &operations[index])))
                *(uint32_t *)chain_append(&search->pool) = index;
    }
    sort_pool(search, start);
    struct frame *frame = chain_append(&search->frames);
    *frame = (struct frame){start, start, (uint32_t)chain_count(&search->trail), 0};
}

/* --- the search --------------------------------------------------------------------------- */

static bool is_new_situation(struct sequential *search)
{
    uint64_t *record = visited_next(&search->visited);
    record[0] = search->hash_placed;
    record[1] = search->hash_values;
    return visited_add(&search->visited);
}

/* The get that comes first, by its return, among those that are to be placed. */
static void remember_best(struct sequential *search)
{
    if (search->must_left >= search->best_left && search->best_get != NO_OPERATION)
        return;
    search->best_left = search->must_left;
    uint32_t best = NO_OPERATION;
    for (uint32_t client = 0; client < search->history->client_count; client++) {
        struct walk walk = walk_start(search, client);
        uint32_t index;
        while ((index = walk_next(search, &walk)) != NO_OPERATION)
            if (search->history->operations[index].kind == OPERATION_GET &&
                (best == NO_OPERATION || search->returned[index] < search->returned[best]))
                best = index;
    }
    if (best != NO_OPERATION)
        search->best_get = best;
}

/* Take the next choice of the last frame; frames without one are closed. False: none is left. */
static bool choose(struct sequential *search)
{
    while (chain_count(&search->frames) > 0) {
        struct frame *frame = chain_at(&search->frames, chain_count(&search->frames) - 1);
        take_back(search, frame->trail_count);
        if (frame->pool_next < chain_count(&search->pool)) {
            place(search, *(uint32_t *)chain_at(&search->pool, frame->pool_next++));
            return true;
        }
        chain_truncate(&search->pool, frame->pool_start);
        chain_truncate(&search->frames, chain_count(&search->frames) - 1);
    }
    return false;
}

static enum verdict_kind search_order_of_all(struct sequential *search)
{
    for (;;) {
        place_gets(search);
        if (search->must_left == 0)
            return VERDICT_HOLDS;
        if (search->work > search->work_limit)
            return VERDICT_UNKNOWN;
        remember_best(search);
        if (is_new_situation(search))
            open_frame(search);
        if (!choose(search))
            return VERDICT_VIOLATED;
    }
}

static void say_result(struct sequential *search, enum verdict_kind kind, struct verdict *verdict)
{
    struct saying saying;
    say_start(&saying, verdict, kind, search->history);
    if (kind == VERDICT_HOLDS) {
        say(&saying, "one order of all operations suits all clients (");
        say_count(&saying, search->must_place, "operation");
        say(&saying, ")");
    } else if (kind == VERDICT_UNKNOWN) {
        say(&saying, "the search limit was reached after ");
        say_count(&saying, search->work, "step");
    } else {
        uint32_t get = search->best_get;
        CHECK(get != NO_OPERATION);
        say_operation(&saying, get);
        say_of_key(&saying, search->history->operations[get].key);
        say(&saying, " returned ");
        say_value(&saying, search->history->operations[get].value);
        say(&saying, ": no order of all operations that keeps each client's own gets past it");
    }
}

void check_sequential(const struct history *history, struct heap *scratch, uint64_t work_limit,
                      struct verdict *verdict)
{
    struct sequential search = {.history = history, .heap = scratch, .work_limit = work_limit};
    check_causal(history, scratch, verdict);
    if (verdict->kind == VERDICT_VIOLATED)
        return;
    struct timeline timeline = timeline_make(history, scratch);
    set_out(&search, &timeline);
    enum verdict_kind kind = search_order_of_all(&search);
    verdict->work = search.work;
    say_result(&search, kind, verdict);
}
