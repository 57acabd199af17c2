/*
 * search.c: the complete search for an order, after Wing and Gong, and Lowe.
 * The idea and the shortcuts are in search.h; their numbers are used below.
 *
 *     list       moments not taken yet; entry e is moment e - 1, entry 0 is both ends
 *     frontier   entry of the first return in the list; 0 when none is left: success
 *     waiting    calls in the list before the frontier: the choices
 *     taken      bit set over slots: the calls that were taken, and have not returned
 *                before the frontier. A slot is a number that a call has between its
 *                call and its return, used again afterwards
 *     trail      calls in the order taken, to be put back in the opposite order
 *     frame      what one choice has changed: all that is needed to go back
 */
#include "check/search.h"

#include <string.h>

#include "base/table.h"
#include "check/visited.h"

#define LIST_ENDS 0u
#define NO_SLOT   UINT32_MAX
#define NO_ENTRY  UINT32_MAX /* after all entries */

struct frame {
    uint64_t state; /* before the choice, as are the next three */
    uint32_t frontier;
    uint32_t trail_count;
    uint32_t choice; /* list entry of the call that was chosen */
};

struct search {
    const struct object *object;
    struct heap *heap;
    const struct call *calls;
    bool is_data; /* shortcuts 2 to 5 apply */

    /* set up once */
    uint32_t *slot;       /* by call */
    uint32_t *twin_count; /* by call: how many calls are equal to it, itself included */
    uint32_t *last_need;  /* by state: entry of the last call that needs it; NO_ENTRY if such a
                           * call does more than read */
    uint32_t slot_words;  /* words of a bit set over slots */

    /* where the search stands */
    uint32_t *next; /* the list */
    uint32_t *previous;
    uint32_t frontier;
    uint64_t state;
    uint64_t *taken;
    uint8_t *is_taken;     /* by call */
    uint32_t *required_by; /* by state: calls not taken that need it and have a return */
    uint32_t *wanted_by;   /* by state: calls not taken that need it */
    uint32_t *made_by;     /* by state: calls not taken that make it */

    /* the way back */
    uint32_t *trail;
    uint32_t trail_count;
    struct frame *frames;
    uint64_t *frame_taken; /* `taken` before each frame's choice */
    uint32_t frame_count;

    struct visited visited; /* records: frontier, state, taken */
    uint64_t work;
    uint32_t furthest; /* the largest frontier reached */
};

/* ---- the list ---- */

static uint32_t entry_of(uint32_t moment)
{
    return moment + 1;
}

static uint32_t call_at(const struct search *search, uint32_t entry)
{
    return search->object->moments[entry - 1] / 2;
}

static bool is_return_entry(const struct search *search, uint32_t entry)
{
    return search->object->moments[entry - 1] % 2 == 1;
}

/* Does this entry end the choices? */
static bool is_end_of_waiting(const struct search *search, uint32_t entry)
{
    return entry == LIST_ENDS || is_return_entry(search, entry);
}

static void unlink_entry(struct search *search, uint32_t entry)
{
    search->next[search->previous[entry]] = search->next[entry];
    search->previous[search->next[entry]] = search->previous[entry];
}

static void relink_entry(struct search *search, uint32_t entry)
{
    search->next[search->previous[entry]] = entry;
    search->previous[search->next[entry]] = entry;
}

/* ---- taking a call and putting it back ---- */

static void set_slot(struct search *search, uint32_t call)
{
    uint32_t slot = search->slot[call];
    search->taken[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static void clear_slot(struct search *search, uint32_t call)
{
    uint32_t slot = search->slot[call];
    search->taken[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

/* Count a call among those not taken, or (with -1, as unsigned) no longer. */
static void count_call(struct search *search, const struct call *call, uint32_t change)
{
    if (!search->is_data)
        return;
    if (call->flags & CALL_NEEDS)
        search->wanted_by[call->needs] += change;
    if ((call->flags & CALL_NEEDS) && !is_open(call))
        search->required_by[call->needs] += change;
    if (call->flags & CALL_MAKES)
        search->made_by[call->makes] += change;
}

static void take(struct search *search, uint32_t index)
{
    const struct call *call = &search->calls[index];
    /* The return goes first, so that next[] of the call's entry still leads on in the list. */
    if (!is_open(call))
        unlink_entry(search, entry_of(call->returned));
    unlink_entry(search, entry_of(call->called));
    search->is_taken[index] = true;
    search->trail[search->trail_count++] = index;
    count_call(search, call, (uint32_t)-1);
    if (entry_of(call->called) < search->frontier)
        set_slot(search, index);
}

static void put_back(struct search *search)
{
    uint32_t index = search->trail[--search->trail_count];
    const struct call *call = &search->calls[index];
    relink_entry(search, entry_of(call->called));
    if (!is_open(call))
        relink_entry(search, entry_of(call->returned));
    search->is_taken[index] = false;
    count_call(search, call, 1);
}

/* The first return of the list is now `frontier`. Everything that returned before it has been
 * taken and gives its slot back; what was called before it and is taken fills its slot. */
static void move_frontier(struct search *search, uint32_t frontier)
{
    uint32_t end = frontier == LIST_ENDS ? entry_of(search->object->moment_count) : frontier;
    for (uint32_t entry = search->frontier; entry < end; entry++) {
        uint32_t call = call_at(search, entry);
        if (is_return_entry(search, entry) && search->slot[call] != NO_SLOT)
            clear_slot(search, call);
        else if (search->is_taken[call])
            set_slot(search, call);
    }
    search->frontier = frontier;
    search->furthest = MAX(search->furthest, end);
}

/* ---- what the rules say ---- */

static bool is_allowed(const struct search *search, const struct call *call, uint64_t *next)
{
    if (call->flags & CALL_STEPS)
        return search->object->model->step(call, search->state, next);
    *next = call->flags & CALL_MAKES ? call->makes : search->state;
    return !(call->flags & CALL_NEEDS) || call->needs == search->state;
}

/* Shortcut 3. The call itself may be one that needs the state. */
static bool loses_needed_state(const struct search *search, const struct call *call, uint64_t next)
{
    uint64_t state = search->state;
    if (!search->is_data || next == state || search->made_by[state] > 0)
        return false;
    bool is_own_need = (call->flags & CALL_NEEDS) && !is_open(call);
    return search->required_by[state] > (is_own_need ? 1u : 0u);
}

static bool is_twin(const struct call *a, const struct call *b)
{
    return a->flags == b->flags && a->needs == b->needs && a->makes == b->makes;
}

static bool has_earlier_deadline(const struct call *a, const struct call *b)
{
    return a->returned != b->returned ? a->returned < b->returned : a->called < b->called;
}

/* Shortcut 2: does a better twin of this call wait? */
static bool has_better_twin(const struct search *search, uint32_t index)
{
    const struct call *call = &search->calls[index];
    if (!search->is_data || search->twin_count[index] < 2)
        return false;
    uint32_t entry = search->next[LIST_ENDS];
    for (; !is_end_of_waiting(search, entry); entry = search->next[entry]) {
        const struct call *other = &search->calls[call_at(search, entry)];
        if (is_twin(other, call) && has_earlier_deadline(other, call))
            return true;
    }
    return false;
}

/* Shortcut 5. */
static bool is_wanted_now(const struct search *search, uint32_t index)
{
    uint32_t entry = search->next[LIST_ENDS];
    for (; !is_end_of_waiting(search, entry); entry = search->next[entry]) {
        uint32_t other = call_at(search, entry);
        const struct call *call = &search->calls[other];
        bool needs_it = (call->flags & CALL_NEEDS) && call->needs == search->calls[index].makes;
        if (other != index && needs_it)
            return true;
    }
    return false;
}

/* Shortcut 4: can this write happen, with all that need it, between two other calls that notice
 * nothing? Either nobody needs its state; or no other call makes it, and all reads of it wait. */
static bool is_hidden(const struct search *search, const struct call *call)
{
    if (!search->is_data || !is_plain_write(call))
        return false;
    if (search->wanted_by[call->makes] == 0)
        return true;
    return search->made_by[call->makes] == 1 && search->last_need[call->makes] < search->frontier;
}

/* Does the first return in the list belong to this write or to a read of it? */
static bool is_frontier_near(const struct search *search, uint32_t index)
{
    uint32_t first = call_at(search, search->frontier);
    const struct call *call = &search->calls[first];
    return first == index || (is_read(call) && call->needs == search->calls[index].makes);
}

/* Is this call worth trying now, given that the state allows it? */
static bool is_choice(const struct search *search, uint32_t index)
{
    const struct call *call = &search->calls[index];
    if (is_hidden(search, call) && !is_frontier_near(search, index))
        return false;
    if (search->is_data && is_open(call) && !is_wanted_now(search, index))
        return false;
    return !has_better_twin(search, index);
}

/* ---- the memory of configurations ---- */

/* Enter the present configuration; false when it has been entered before. */
static bool remember(struct search *search)
{
    uint64_t *record = visited_next(&search->visited);
    record[0] = search->frontier;
    record[1] = search->state;
    memcpy(record + 2, search->taken, sizeof(uint64_t) * search->slot_words);
    return visited_add(&search->visited);
}

/* ---- moving ---- */

/* Shortcut 1: take every read that the state allows. As that frees the frontier, more calls come
 * to wait, and the walk goes on through them; it ends at the new frontier. */
static void take_reads(struct search *search)
{
    uint32_t entry = search->next[LIST_ENDS];
    for (; !is_end_of_waiting(search, entry); entry = search->next[entry]) {
        uint32_t index = call_at(search, entry);
        uint64_t unchanged;
        if (is_read(&search->calls[index]) && is_allowed(search, &search->calls[index], &unchanged))
            take(search, index);
    }
    move_frontier(search, entry);
}

static void take_reads_of(struct search *search, uint64_t state)
{
    uint32_t entry = search->next[LIST_ENDS];
    for (; !is_end_of_waiting(search, entry); entry = search->next[entry]) {
        uint32_t index = call_at(search, entry);
        if (is_read(&search->calls[index]) && search->calls[index].needs == state)
            take(search, index);
    }
}

/* Shortcut 4: right before the plain write `chosen`, place all waiting writes that can be hidden.
 */
static void take_hidden(struct search *search, uint32_t chosen)
{
    uint32_t entry = search->next[LIST_ENDS];
    for (; !is_end_of_waiting(search, entry); entry = search->next[entry]) {
        uint32_t index = call_at(search, entry);
        const struct call *call = &search->calls[index];
        if (index == chosen || !is_hidden(search, call))
            continue;
        bool is_wanted = search->wanted_by[call->makes] > 0;
        if (is_open(call) && !is_wanted)
            continue;
        take(search, index);
        if (!is_wanted)
            continue;
        take_reads_of(search, call->makes);
        entry = LIST_ENDS; /* next[] of this entry may lead to one of those reads: start again */
    }
}

static void push_frame(struct search *search, uint32_t choice)
{
    size_t words = search->slot_words;
    memcpy(search->frame_taken + search->frame_count * words, search->taken,
           sizeof(uint64_t) * words);
    search->frames[search->frame_count++] =
        (struct frame){search->state, search->frontier, search->trail_count, choice};
}

/* Undo the last choice; returns the list entry that follows it, to go on with. */
static uint32_t pop_frame(struct search *search)
{
    const struct frame *frame = &search->frames[--search->frame_count];
    size_t words = search->slot_words;
    while (search->trail_count > frame->trail_count)
        put_back(search);
    search->state = frame->state;
    search->frontier = frame->frontier;
    memcpy(search->taken, search->frame_taken + search->frame_count * words,
           sizeof(uint64_t) * words);
    return search->next[frame->choice];
}

/* Make this call the next one, with all that follows from it. False when it is no choice or leads
 * to where the search has been; then nothing has changed. */
static bool try_choice(struct search *search, uint32_t entry)
{
    uint32_t index = call_at(search, entry);
    const struct call *call = &search->calls[index];
    uint64_t next;
    search->work++;
    if (!is_allowed(search, call, &next) || !is_choice(search, index) ||
        loses_needed_state(search, call, next))
        return false;
    push_frame(search, entry);
    if (search->is_data && is_plain_write(call))
        take_hidden(search, index);
    take(search, index);
    search->state = next;
    take_reads(search);
    if (remember(search))
        return true;
    pop_frame(search);
    return false;
}

static enum search_answer run(struct search *search, uint64_t work_limit)
{
    take_reads(search);
    uint32_t entry = search->next[LIST_ENDS];
    for (;;) {
        if (search->frontier == LIST_ENDS)
            return SEARCH_FOUND;
        if (search->work >= work_limit)
            return SEARCH_UNDECIDED;
        if (is_end_of_waiting(search, entry)) {
            if (search->frame_count == 0)
                return SEARCH_NONE;
            entry = pop_frame(search);
        } else if (try_choice(search, entry)) {
            entry = search->next[LIST_ENDS];
        } else {
            entry = search->next[entry];
        }
    }
}

/* ---- setting up ---- */

/* All moments in their order, but for calls that do not matter. */
static void link_list(struct search *search)
{
    uint32_t last = LIST_ENDS;
    for (uint32_t entry = 1; entry <= search->object->moment_count; entry++) {
        if (is_void(&search->calls[call_at(search, entry)]))
            continue;
        search->next[last] = entry;
        search->previous[entry] = last;
        last = entry;
    }
    search->next[last] = LIST_ENDS;
    search->previous[LIST_ENDS] = last;
}

/* Number the calls such that no two have the same slot at the same moment. Returns the number of
 * slots. The free ones are kept as a stack in `free_slots`. */
static uint32_t assign_slots(struct search *search, uint32_t *free_slots)
{
    uint32_t slot_count = 0;
    uint32_t free_count = 0;
    for (uint32_t entry = 1; entry <= search->object->moment_count; entry++) {
        uint32_t call = call_at(search, entry);
        if (is_void(&search->calls[call]))
            search->slot[call] = NO_SLOT;
        else if (is_return_entry(search, entry))
            free_slots[free_count++] = search->slot[call];
        else
            search->slot[call] = free_count > 0 ? free_slots[--free_count] : slot_count++;
    }
    return slot_count;
}

/* One number for what a call does; exact, since states of data objects are below 2^31. */
static uint64_t twin_key(const struct call *call)
{
    return ((uint64_t)call->flags << 62) | (call->needs << 31) | call->makes;
}

static void count_twins(struct search *search)
{
    struct table counts;
    table_init(&counts, search->heap);
    for (uint32_t i = 0; i < search->object->call_count; i++) {
        uint64_t key = twin_key(&search->calls[i]);
        table_set(&counts, key, table_get(&counts, key, 0) + 1);
    }
    for (uint32_t i = 0; i < search->object->call_count; i++)
        search->twin_count[i] = (uint32_t)table_get(&counts, twin_key(&search->calls[i]), 0);
    table_clear(&counts);
}

static uint32_t *alloc_numbers(struct search *search, uint32_t count)
{
    return heap_alloc(search->heap, sizeof(uint32_t) * count);
}

static void search_open(struct search *search)
{
    const struct object *object = search->object;
    uint32_t call_count = object->call_count;
    search->slot = alloc_numbers(search, call_count);
    search->twin_count = alloc_numbers(search, call_count);
    search->next = alloc_numbers(search, object->moment_count + 1);
    search->previous = alloc_numbers(search, object->moment_count + 1);
    search->is_taken = heap_alloc(search->heap, call_count);
    search->required_by = alloc_numbers(search, object->state_count);
    search->wanted_by = alloc_numbers(search, object->state_count);
    search->made_by = alloc_numbers(search, object->state_count);
    search->last_need = alloc_numbers(search, object->state_count);
    search->trail = alloc_numbers(search, call_count);
    search->frames = heap_alloc(search->heap, sizeof(struct frame) * call_count);
    link_list(search);
    search->slot_words = (assign_slots(search, search->trail) + 63) / 64;
    search->taken = heap_alloc(search->heap, sizeof(uint64_t) * search->slot_words);
    search->frame_taken =
        heap_alloc(search->heap, sizeof(uint64_t) * search->slot_words * call_count);
    visited_init(&search->visited, search->heap, 2 + search->slot_words);
}

/* Give back in the opposite order, newest first. */
static void search_close(struct search *search)
{
    visited_free(&search->visited);
    void *blocks[] = {
        search->frame_taken, search->taken,    search->frames,    search->trail,
        search->last_need,   search->made_by,  search->wanted_by, search->required_by,
        search->is_taken,    search->previous, search->next,      search->twin_count,
        search->slot,
    };
    for (uint32_t i = 0; i < ARRAY_LEN(blocks); i++)
        heap_free(search->heap, blocks[i]);
}

static void note_need(struct search *search, const struct call *call)
{
    if (!(call->flags & CALL_NEEDS))
        return;
    uint32_t entry = is_read(call) ? entry_of(call->called) : NO_ENTRY;
    search->last_need[call->needs] = MAX(search->last_need[call->needs], entry);
}

static void search_start(struct search *search)
{
    const struct object *object = search->object;
    search->state = object->initial;
    search->frontier = entry_of(0);
    if (!search->is_data)
        return;
    count_twins(search);
    for (uint32_t i = 0; i < object->call_count; i++) {
        if (is_void(&search->calls[i]))
            continue;
        count_call(search, &search->calls[i], 1);
        note_need(search, &search->calls[i]);
    }
}

struct search_result search_order(const struct object *object, struct heap *scratch,
                                  uint64_t work_limit)
{
    struct search search = {
        .object = object,
        .heap = scratch,
        .calls = object->calls,
        .is_data = object->state_count > 0,
    };
    search_open(&search);
    search_start(&search);
    struct search_result result = {.answer = run(&search, work_limit), .work = search.work};
    result.stuck_moment = search.furthest == 0 ? 0 : search.furthest - 1;
    search_close(&search);
    return result;
}
