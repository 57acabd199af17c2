/*
 * test_queue.c: facts about the order of events.
 *
 * The model is a plain array, searched from end to end for the first event by
 * (time, tie, sequence). A long random life of the queue is compared with it, in
 * worlds that differ in how crowded and how wide their times are.
 */
#include "sim/world/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mix.h"
#include "base/snapshot.h"

#define MEBIBYTE  (UINT64_C(1) << 20)
#define MODEL_MAX 3000u

struct world {
    struct heap heap;
    struct queue queue;
};

static struct region region;
static struct queue *queue;
static struct heap *heap;

static struct world *world_open(struct region *in, uint64_t seed)
{
    const char *why = NULL;
    assert_true(region_open(in, 256 * MEBIBYTE, NULL, &why));
    struct world *world = region_create_root(in, sizeof *world);
    heap_init(&world->heap, in->header);
    queue_init(&world->queue, &world->heap, seed);
    return world;
}

static int set_up(void **state)
{
    (void)state;
    struct world *world = world_open(&region, 7);
    queue = &world->queue;
    heap = &world->heap;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

/* --- small words -------------------------------------------------------------------- */

static uint64_t push(vtime time, uint64_t identity)
{
    struct queue_event event = {.time = time, .identity = identity, .payload = (uint32_t)~identity};
    return queue_push_cancellable(queue, &event);
}

/* Pop, and say what it was about. */
static uint64_t pop(void)
{
    struct queue_event event;
    assert_true(queue_pop(queue, &event));
    assert_int_equal(event.payload, (uint32_t)~event.identity);
    return event.identity;
}

static void assert_empty(void)
{
    struct queue_event event;
    assert_int_equal(queue_count(queue), 0);
    assert_int_equal(queue_peek_time(queue), VTIME_NEVER);
    assert_false(queue_pop(queue, &event));
}

/* Equal in all that the caller can mean; the slot is the queue's own affair. */
static void assert_same_event(const struct queue_event *a, const struct queue_event *b)
{
    struct queue_event other = *b;
    other.slot = a->slot;
    assert_memory_equal(a, &other, sizeof other);
}

static uint64_t tie_of(uint64_t identity)
{
    return mix_bits(identity ^ queue->salt);
}

/* Identities 1..count in the order of their ties. */
static void identities_by_tie(uint64_t *identities, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = i;
        for (; j > 0 && tie_of(identities[j - 1]) > tie_of(i + 1); j--)
            identities[j] = identities[j - 1];
        identities[j] = i + 1;
    }
}

/* --- order ------------------------------------------------------------------------------ */

static void an_empty_queue_has_nothing_to_pop(void **state)
{
    (void)state;
    struct queue_cursor cursor = {0, 0, 0};
    struct queue_event event;
    assert_empty();
    assert_false(queue_visit(queue, &cursor, &event));
    assert_int_equal(queue_copy_first(queue, &event, 1), 0);
}

static void earlier_events_come_first(void **state)
{
    (void)state;
    static const vtime TIMES[] = {500, 3, 70000, 4, 0, 1u << 20, 501, UINT64_C(1) << 63, 255, 256};
    static const vtime SORTED[] = {0, 3, 4, 255, 256, 500, 501, 70000, 1u << 20, UINT64_C(1) << 63};
    for (size_t i = 0; i < ARRAY_LEN(TIMES); i++)
        push(TIMES[i], TIMES[i]);
    for (size_t i = 0; i < ARRAY_LEN(SORTED); i++) {
        assert_int_equal(queue_peek_time(queue), SORTED[i]);
        assert_int_equal(pop(), SORTED[i]);
    }
    assert_empty();
}

static void an_event_keeps_all_that_the_caller_gave(void **state)
{
    (void)state;
    struct queue_event given = {5, 6, 99, 99, 7, 8, 9, 10, 11};
    struct queue_event taken;
    queue_push(queue, &given);
    assert_true(queue_pop(queue, &taken));
    given.sequence = 1;
    given.slot = 0;
    assert_memory_equal(&given, &taken, sizeof given);
}

/* The ties are part of what a seed means: these numbers change only with MIX_VERSION. */
static void a_seed_gives_this_order_at_equal_times(void **state)
{
    (void)state;
    static const uint64_t EXPECTED[] = {8, 2, 3, 5, 1, 7, 6, 4};
    for (uint64_t identity = 1; identity <= 8; identity++)
        push(1000, identity);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pop(), EXPECTED[i]);
}

static void equal_times_go_by_tie(void **state)
{
    (void)state;
    static const uint32_t COUNTS[] = {2, 5, 11, 12, 13, 64, 300};
    uint64_t expected[300];
    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++) {
        for (uint32_t k = COUNTS[i]; k > 0; k--)
            push(1000 + i, k);
        identities_by_tie(expected, COUNTS[i]);
        for (uint32_t k = 0; k < COUNTS[i]; k++)
            assert_int_equal(pop(), expected[k]);
    }
    assert_empty();
}

static void another_seed_gives_another_order(void **state)
{
    (void)state;
    uint64_t first[20];
    uint32_t moved = 0;
    for (uint64_t i = 1; i <= 20; i++)
        push(9, i);
    for (uint32_t i = 0; i < 20; i++)
        first[i] = pop();
    queue_init(queue, heap, 8);
    for (uint64_t i = 1; i <= 20; i++)
        push(9, i);
    for (uint32_t i = 0; i < 20; i++)
        moved += pop() != first[i];
    assert_true(moved > 10);
}

static void equal_identities_go_by_push_number(void **state)
{
    (void)state;
    static const uint32_t COUNTS[] = {3, 11, 12, 500};
    struct queue_event event = {.identity = 77};
    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++) {
        event.time = 10 * i + 5;
        for (uint32_t k = 0; k < COUNTS[i]; k++) {
            event.payload = k;
            queue_push(queue, &event);
        }
        for (uint32_t k = 0; k < COUNTS[i]; k++) {
            assert_true(queue_pop(queue, &event));
            assert_int_equal(event.payload, k);
        }
    }
}

/* The tie is not monotone: what is pushed now may come before what is already waiting. */
static void what_is_pushed_now_takes_its_place_by_tie(void **state)
{
    (void)state;
    static const uint32_t COUNTS[] = {4, 30};
    uint64_t sorted[31];
    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++) {
        uint32_t count = COUNTS[i];
        identities_by_tie(sorted, count);
        for (uint32_t k = 1; k < count; k++) /* the first by tie is held back */
            push(50 + i, sorted[k]);
        assert_int_equal(pop(), sorted[1]);
        push(50 + i, sorted[0]);
        assert_int_equal(pop(), sorted[0]);
        for (uint32_t k = 2; k < count; k++)
            assert_int_equal(pop(), sorted[k]);
        assert_empty();
    }
}

static void the_order_of_pushes_does_not_matter_when_identities_differ(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static uint64_t first[COUNT];
    for (uint64_t i = 0; i < COUNT; i++)
        push(mix(1, 2, i) % 300, i);
    for (uint32_t i = 0; i < COUNT; i++)
        first[i] = pop();
    queue_init(queue, heap, 7);
    for (uint64_t i = 0; i < COUNT; i++) {
        uint64_t other = (i * 1234567 + 89) % COUNT; /* a permutation: 1234567 is odd and no 5 */
        push(mix(1, 2, other) % 300, other);
    }
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(pop(), first[i]);
}

static void a_deadline_holds_back_what_is_later(void **state)
{
    (void)state;
    struct queue_event event;
    for (uint64_t i = 0; i < 100; i++)
        push(1000000 + i, i);
    assert_false(queue_pop_until(queue, 999999, &event));
    assert_true(queue_pop_until(queue, 1000000, &event));
    assert_int_equal(event.time, 1000000);
    assert_false(queue_pop_until(queue, 1000000, &event));
    assert_int_equal(queue_count(queue), 99);
}

static void a_full_instant_is_held_back_too(void **state)
{
    (void)state;
    struct queue_event event;
    for (uint64_t i = 0; i < 50; i++)
        push(1000, i);
    assert_false(queue_pop_until(queue, 999, &event));
    assert_true(queue_pop_until(queue, 1000, &event));
    assert_false(queue_pop_until(queue, 999, &event));
    assert_int_equal(queue_count(queue), 49);
}

/* If a failing pop moved the base of the buckets, this push would be lost before it. */
static void after_a_failed_pop_an_earlier_event_may_still_come(void **state)
{
    (void)state;
    struct queue_event event;
    for (uint64_t i = 0; i < 100; i++)
        push(65536 + 1000 + i, i);
    assert_false(queue_pop_until(queue, 65536 + 500, &event));
    push(3, 1234);
    assert_int_equal(queue_peek_time(queue), 3);
    assert_int_equal(pop(), 1234);
    assert_int_equal(pop(), 0);
}

/* --- cancelling ---------------------------------------------------------------------------- */

static void a_cancelled_event_is_gone_at_once(void **state)
{
    (void)state;
    struct queue_event event;
    uint64_t handle = push(10, 1);
    push(20, 2);
    assert_int_equal(queue_count(queue), 2);
    assert_true(queue_find(queue, handle, &event));
    assert_int_equal(event.identity, 1);
    assert_true(queue_cancel(queue, handle, &event));
    assert_int_equal(event.identity, 1);
    assert_int_equal(queue_count(queue), 1);
    assert_int_equal(queue_peek_time(queue), 20);
    assert_int_equal(pop(), 2);
    assert_empty();
}

static void a_stale_handle_is_refused(void **state)
{
    (void)state;
    struct queue_event event;
    uint64_t fired = push(10, 1);
    pop();
    uint64_t cancelled = push(10, 2); /* in the room of the one that fired */
    assert_true(queue_cancel(queue, cancelled, NULL));
    uint64_t living = push(10, 3);
    assert_false(queue_cancel(queue, fired, NULL));
    assert_false(queue_cancel(queue, cancelled, NULL));
    assert_false(queue_cancel(queue, 0, NULL));
    assert_false(queue_find(queue, fired, &event));
    assert_int_equal(queue_count(queue), 1);
    assert_true(queue_cancel(queue, living, NULL));
    assert_false(queue_cancel(queue, living, NULL));
}

/* Each event of a full instant can go, whatever its place in it. */
static void the_present_instant_can_be_cancelled_in_any_order(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static uint64_t handles[COUNT];
    for (uint64_t i = 0; i < COUNT; i++)
        handles[i] = push(5, i);
    uint64_t first = pop();
    for (uint64_t i = 0; i < COUNT; i++) {
        uint64_t other = (i * 7 + 3) % COUNT;
        assert_int_equal(queue_cancel(queue, handles[other], NULL), other != first);
    }
    assert_empty();
}

static void a_hundred_thousand_events_share_an_instant(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    for (uint64_t i = 0; i < COUNT; i++)
        push(SECOND, i);
    uint64_t before = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        uint64_t tie = tie_of(pop());
        assert_true(i == 0 || before < tie);
        before = tie;
    }
    assert_empty();
}

static void a_million_timers_set_and_cancelled_leave_the_memory_flat(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 50; i++)
        push(i * MILLISECOND, i);
    queue_cancel(queue, push(SECOND, 1), NULL);
    uint64_t taken = region_taken_bytes(&region);
    uint64_t live = heap_bytes(heap);
    for (uint64_t i = 0; i < 1000000; i++)
        assert_true(queue_cancel(queue, push(mix(3, 4, i) >> 20, i), NULL));
    assert_int_equal(queue_count(queue), 50);
    assert_int_equal(region_taken_bytes(&region), taken);
    assert_int_equal(heap_bytes(heap), live);
}

/* Each round splits buckets and raises an instant, and ends with an empty queue. */
static void busy_rounds(uint64_t from, uint64_t to)
{
    for (uint64_t round = from; round < to; round++) {
        for (uint64_t i = 0; i < 300; i++)
            push(round * SECOND + (mix(6, round, i) >> 40), i);
        for (uint64_t i = 0; i < 100; i++)
            push(round * SECOND + 999, i);
        for (uint32_t i = 0; i < 400; i++)
            pop();
    }
}

static void room_of_moved_events_is_used_again(void **state)
{
    (void)state;
    busy_rounds(0, 50);
    uint64_t live = heap_bytes(heap);
    busy_rounds(50, 1000);
    assert_empty();
    assert_in_range(heap_bytes(heap), live, live + 16384); /* a round may need a little more */
}

/* --- the queue against the model ----------------------------------------------------------- */

struct model {
    struct queue_event events[MODEL_MAX];
    uint64_t handles[MODEL_MAX];
    uint32_t count;
    uint64_t pushes;
    vtime now;
    uint64_t stale_handle;
};

/* What a random life is like. */
struct life {
    const char *name;
    uint64_t delay_bits; /* delays are below 2^bits, and as often tiny */
    uint64_t identities; /* so many different ones */
    uint32_t pending;    /* about so many */
};

static struct model model;

static bool model_is_before(const struct queue_event *a, const struct queue_event *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (tie_of(a->identity) != tie_of(b->identity))
        return tie_of(a->identity) < tie_of(b->identity);
    return a->sequence < b->sequence;
}

static uint32_t model_first(void)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < model.count; i++)
        if (model_is_before(&model.events[i], &model.events[first]))
            first = i;
    return first;
}

static void model_remove(uint32_t index)
{
    if (model.handles[index])
        model.stale_handle = model.handles[index];
    model.count--;
    model.events[index] = model.events[model.count];
    model.handles[index] = model.handles[model.count];
}

static vtime random_delay(const struct life *life, uint64_t bits)
{
    switch (bits & 7) {
    case 0: return 0;
    case 1: return bits >> 61;
    case 2: return (bits >> 8) >> (56 - MIN(life->delay_bits, 16));
    default: return (bits >> 3) % (UINT64_C(1) << life->delay_bits);
    }
}

static void random_push(const struct life *life, uint64_t step)
{
    vtime delay = random_delay(life, mix(11, 1, step));
    vtime room = (UINT64_MAX - 1) - model.now;
    struct queue_event *event = &model.events[model.count];
    *event = (struct queue_event){.time = model.now + MIN(delay, room),
                                  .identity = mix(11, 2, step) % life->identities,
                                  .payload = (uint32_t)step,
                                  .kind = 3};
    event->sequence = ++model.pushes;
    model.handles[model.count] = 0;
    if (step % 3 == 0)
        queue_push(queue, event);
    else
        model.handles[model.count] = queue_push_cancellable(queue, event);
    model.count++;
}

static void random_cancel(uint64_t step)
{
    struct queue_event event;
    uint32_t index = (uint32_t)(mix(11, 3, step) % model.count);
    if (model.handles[index] == 0)
        return;
    assert_true(queue_find(queue, model.handles[index], &event));
    assert_same_event(&event, &model.events[index]);
    assert_true(queue_cancel(queue, model.handles[index], &event));
    assert_same_event(&event, &model.events[index]);
    model_remove(index);
}

static void compared_pop(vtime deadline)
{
    struct queue_event event;
    uint32_t first = model_first();
    assert_int_equal(queue_peek_time(queue), model.events[first].time);
    if (model.events[first].time > deadline) {
        assert_false(queue_pop_until(queue, deadline, &event));
        return;
    }
    assert_true(queue_pop_until(queue, deadline, &event));
    assert_same_event(&event, &model.events[first]);
    model.now = event.time;
    model_remove(first);
}

/* Everything that is pending, once each. */
static void compare_visit(void)
{
    static bool is_seen[MODEL_MAX];
    struct queue_cursor cursor = {0, 0, 0};
    struct queue_event event;
    uint32_t count = 0;
    memset(is_seen, 0, sizeof is_seen);
    for (; queue_visit(queue, &cursor, &event); count++) {
        uint32_t i = 0;
        while (i < model.count && model.events[i].sequence != event.sequence)
            i++;
        assert_true(i < model.count && !is_seen[i]);
        assert_same_event(&event, &model.events[i]);
        is_seen[i] = true;
    }
    assert_int_equal(count, model.count);
}

static void compare_first(uint32_t limit)
{
    struct queue_event events[40];
    uint32_t count = queue_copy_first(queue, events, limit);
    assert_int_equal(count, MIN(limit, model.count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = 0;
        for (uint32_t k = 0; k < model.count; k++)
            before += model_is_before(&model.events[k], &events[i]);
        assert_int_equal(before, i);
    }
}

static void random_step(const struct life *life, uint64_t step)
{
    uint64_t choice = mix(11, 4, step) % 100;
    uint32_t eager = model.count < life->pending ? 20 : 0;
    if (choice < 38 + eager && model.count < MODEL_MAX)
        random_push(life, step);
    else if (choice < 50 + eager / 2 && model.count > 0)
        random_cancel(step);
    else if (choice < 53)
        assert_false(queue_cancel(queue, model.stale_handle, NULL));
    else if (choice < 62 && model.count > 0)
        compared_pop(model.now + random_delay(life, mix(11, 5, step)) / 4);
    else if (model.count > 0)
        compared_pop(VTIME_NEVER);
    else
        assert_empty();
    assert_int_equal(queue_count(queue), model.count);
}

static void live(const struct life *life)
{
    memset(&model, 0, sizeof model);
    queue_init(queue, heap, 7);
    for (uint64_t step = 0; step < 40000; step++) {
        random_step(life, step);
        if (step % 1000 == 0) {
            compare_visit();
            compare_first((uint32_t)(step / 1000));
        }
    }
    while (model.count > 0)
        compared_pop(VTIME_NEVER);
    assert_empty();
}

static void a_random_life_agrees_with_the_model(void **state)
{
    (void)state;
    static const struct life LIVES[] = {
        {"crowded instants", 2, 1000, 200},   {"one identity", 4, 1, 300},
        {"few events", 20, UINT64_MAX, 6},    {"usual", 20, UINT64_MAX, 500},
        {"two identities, wide", 34, 2, 400}, {"towards the end of time", 53, 50, 800},
    };
    for (size_t i = 0; i < ARRAY_LEN(LIVES); i++) {
        print_message("           %s\n", LIVES[i].name);
        live(&LIVES[i]);
    }
}

static void times_reach_to_the_last_but_one(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 40; i++)
        push(UINT64_MAX - 1 - i, i);
    push((UINT64_C(1) << 63) - 1, 100);
    push(UINT64_C(1) << 63, 101);
    assert_int_equal(pop(), 100);
    assert_int_equal(pop(), 101);
    for (uint64_t i = 40; i > 0; i--)
        assert_int_equal(pop(), i - 1);
    assert_empty();
}

/* --- memory ---------------------------------------------------------------------------------- */

/* A deterministic stretch of life on any queue. */
static void work(struct queue *on, uint64_t from, uint64_t to)
{
    struct queue_event event;
    for (uint64_t i = from; i < to; i++) {
        struct queue_event next = {.time = on->now + (mix(5, 1, i) >> (i % 3 ? 44 : 61)),
                                   .identity = mix(5, 2, i) % 9,
                                   .payload = (uint32_t)i};
        if (i % 3 == 0)
            queue_push(on, &next);
        else if (i % 5 == 0)
            queue_cancel(on, queue_push_cancellable(on, &next), NULL);
        else
            queue_push_cancellable(on, &next);
        if (i % 16 < 7 || on->count > 2000)
            queue_pop(on, &event);
    }
}

static void the_same_calls_leave_the_same_bytes_in_every_region(void **state)
{
    (void)state;
    struct region other;
    struct world *world = world_open(&other, 7);
    work(queue, 0, 20000);
    work(&world->queue, 0, 20000);
    assert_int_equal(region_high_water(&region), region_high_water(&other));
    region_unpoison_all(&region);
    region_unpoison_all(&other);
    assert_memory_equal(region.header, other.header, region_high_water(&region));
    region_repoison(&region);
    region_close(&other);
}

static void a_restored_snapshot_goes_on_as_before(void **state)
{
    (void)state;
    struct snapshot_store store;
    const char *why = NULL;
    assert_true(snapshot_store_open(&store, 64 * MEBIBYTE, &why));
    work(queue, 0, 5000);
    struct snapshot *middle = snapshot_take(&store, &region, NULL);
    work(queue, 5000, 20000);
    struct snapshot *end = snapshot_take(&store, &region, middle);
    snapshot_restore(&store, &region, middle);
    work(queue, 5000, 20000);
    assert_int_equal(snapshot_first_change(&store, end, &region), SNAPSHOT_NO_DIFFERENCE);
    snapshot_store_close(&store);
}

static void looking_changes_no_byte(void **state)
{
    (void)state;
    struct queue_event events[30];
    struct queue_cursor cursor = {0, 0, 0};
    work(queue, 0, 3000);
    uint64_t stale = push(queue->now + 5, 1);
    queue_cancel(queue, stale, NULL);
    uint64_t handle = push(queue->now + 5, 1);
    struct digest before = snapshot_page_digest(&region);
    vtime first = queue_peek_time(queue);
    assert_true(queue_find(queue, handle, events));
    assert_int_equal(queue_copy_first(queue, events, 30), 30);
    while (queue_visit(queue, &cursor, events))
        assert_true(events[0].time >= first);
    assert_false(queue_cancel(queue, stale, NULL));
    assert_true(first > 0);
    assert_false(queue_pop_until(queue, first - 1, events));
    assert_true(digest_equal(before, snapshot_page_digest(&region)));
}

/* --- our own bugs ---------------------------------------------------------------------------- */

/* Run `act` in a child with its complaints unheard; returns its exit code. */
static int exit_code_of(void (*act)(void))
{
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        act();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void push_into_the_past(void)
{
    push(10, 1);
    pop();
    push(9, 2);
}

static void push_what_never_happens(void)
{
    push(VTIME_NEVER, 1);
}

static void cancel_what_was_never_given(void)
{
    queue_cancel(queue, ~UINT64_C(0), NULL);
}

static void misuse_stops_the_program(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(push_into_the_past), 3);
    assert_int_equal(exit_code_of(push_what_never_happens), 3);
    assert_int_equal(exit_code_of(cancel_what_was_never_given), 3);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(an_empty_queue_has_nothing_to_pop),
        FACT(earlier_events_come_first),
        FACT(an_event_keeps_all_that_the_caller_gave),
        FACT(a_seed_gives_this_order_at_equal_times),
        FACT(equal_times_go_by_tie),
        FACT(another_seed_gives_another_order),
        FACT(equal_identities_go_by_push_number),
        FACT(what_is_pushed_now_takes_its_place_by_tie),
        FACT(the_order_of_pushes_does_not_matter_when_identities_differ),
        FACT(a_deadline_holds_back_what_is_later),
        FACT(a_full_instant_is_held_back_too),
        FACT(after_a_failed_pop_an_earlier_event_may_still_come),
        FACT(a_cancelled_event_is_gone_at_once),
        FACT(a_stale_handle_is_refused),
        FACT(the_present_instant_can_be_cancelled_in_any_order),
        FACT(a_hundred_thousand_events_share_an_instant),
        FACT(a_million_timers_set_and_cancelled_leave_the_memory_flat),
        FACT(room_of_moved_events_is_used_again),
        FACT(a_random_life_agrees_with_the_model),
        FACT(times_reach_to_the_last_but_one),
        FACT(the_same_calls_leave_the_same_bytes_in_every_region),
        FACT(a_restored_snapshot_goes_on_as_before),
        FACT(looking_changes_no_byte),
        FACT(misuse_stops_the_program),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
