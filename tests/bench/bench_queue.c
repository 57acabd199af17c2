/*
 * bench_queue.c: what the event queue costs, in the hold model. A measurement, not a test.
 *
 *     cc -std=gnu11 -O2 -Isrc tests/bench/bench_queue.c src/sim/world/queue.c \
 *        src/base/{heap,region,os_memory,bug,text}.c -o bench && ./bench
 *
 * Hold model: so many events are pending, and each one popped is pushed again with a
 * delay uniform in 1 .. 2^20 ns (or 2^34). Set-up and warm-up are not counted: time
 * is taken only when every queue has the memory it needs and its usual shape.
 *
 * The yardsticks are bare: 32-byte events in one malloc'ed array (or 65), no handles, no
 * cancelling, no ties but first in, first out. They are bounds and not rivals:
 *
 *     4-ary heap    compares (time, sequence) as one 128-bit number
 *     radix heap    a bucket for each highest differing bit; keeps equal times in order
 *
 * The queue pushes every event as a cancellable timer. All its identities are equal here,
 * so that its order, too, is first in, first out: a digest over what fired when must come
 * out the same for all three, or the table ends with exit code 1. A slow machine
 * does not: figures never fail.
 *
 * The runs of the three take turns, so that a noisy minute hits them all; each figure is
 * the median of five. The other tables are of the queue alone: ties of different
 * identities, peeking as a simulator does, and timers that are cancelled.
 */
#include "sim/world/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mix.h"

#define RUNS       5
#define SEED       UINT64_C(88172645463325252)
#define SIZE_COUNT 5

static const uint64_t SIZES[SIZE_COUNT] = {100, 1000, 10000, 100000, 1000000};

/* One run: how many are pending, their delays, how many events are counted. */
struct load {
    uint64_t pending;
    uint64_t delay_mask;
    uint64_t events;
    uint64_t warm_up;
};

struct result {
    double per_second;
    uint64_t digest;
};

/* --- the load ----------------------------------------------------------------------------- */

static uint64_t xorshift_state;

static inline uint64_t next_delay(const struct load *load)
{
    xorshift_state ^= xorshift_state << 13;
    xorshift_state ^= xorshift_state >> 7;
    xorshift_state ^= xorshift_state << 17;
    return 1 + (xorshift_state & load->delay_mask);
}

static inline uint64_t digest_fired(uint64_t digest, uint64_t id, vtime time)
{
    return (digest ^ (id + time)) * UINT64_C(0x100000001b3);
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct load load_of(uint64_t pending, uint32_t delay_bits)
{
    return (struct load){.pending = pending,
                         .delay_mask = (UINT64_C(1) << delay_bits) - 1,
                         .events = 1000000 + 2 * pending,
                         .warm_up = 100000 + 2 * pending};
}

/* --- a bare 4-ary heap ---------------------------------------------------------------------- */

struct bare_event {
    uint64_t time;
    uint64_t sequence;
    uint64_t id;
    uint64_t unused;
};

struct bare_array {
    struct bare_event *events;
    size_t count;
    size_t capacity;
    size_t first; /* of the radix heap's present instant */
};

static inline bool bare_is_before(const struct bare_event *a, const struct bare_event *b)
{
    return ((uint128)a->time << 64 | a->sequence) < ((uint128)b->time << 64 | b->sequence);
}

static inline void bare_append(struct bare_array *array, struct bare_event event)
{
    if (array->count == array->capacity) {
        array->capacity = array->capacity ? 2 * array->capacity : 16;
        array->events = realloc(array->events, array->capacity * sizeof event);
        if (!array->events)
            abort();
    }
    array->events[array->count++] = event;
}

static inline void heap4_push(struct bare_array *heap, struct bare_event event)
{
    bare_append(heap, event);
    size_t index = heap->count - 1;
    while (index > 0) {
        size_t parent = (index - 1) / 4;
        if (!bare_is_before(&event, &heap->events[parent]))
            break;
        heap->events[index] = heap->events[parent];
        index = parent;
    }
    heap->events[index] = event;
}

static inline struct bare_event heap4_pop(struct bare_array *heap)
{
    struct bare_event *events = heap->events;
    struct bare_event first = events[0];
    struct bare_event last = events[--heap->count];
    size_t index = 0;
    for (;;) {
        size_t child = 4 * index + 1;
        if (child >= heap->count)
            break;
        size_t end = child + 4 < heap->count ? child + 4 : heap->count;
        size_t least = child;
        for (size_t i = child + 1; i < end; i++)
            if (bare_is_before(&events[i], &events[least]))
                least = i;
        if (!bare_is_before(&events[least], &last))
            break;
        events[index] = events[least];
        index = least;
    }
    events[index] = last;
    return first;
}

static inline uint64_t heap4_hold(struct bare_array *heap, const struct load *load,
                                  uint64_t *sequence, uint64_t events, uint64_t digest)
{
    for (uint64_t i = 0; i < events; i++) {
        struct bare_event event = heap4_pop(heap);
        digest = digest_fired(digest, event.id, event.time);
        event.time += next_delay(load);
        event.sequence = ++*sequence;
        heap4_push(heap, event);
    }
    return digest;
}

static struct result run_heap4(const struct load *load)
{
    struct bare_array heap = {0};
    uint64_t sequence = 0;
    xorshift_state = SEED;
    for (uint64_t id = 0; id < load->pending; id++)
        heap4_push(&heap, (struct bare_event){next_delay(load), ++sequence, id, 0});
    uint64_t digest = heap4_hold(&heap, load, &sequence, load->warm_up, 0);
    double start = now_seconds();
    digest = heap4_hold(&heap, load, &sequence, load->events, digest);
    double seconds = now_seconds() - start;
    free(heap.events);
    return (struct result){(double)load->events / seconds, digest};
}

/* --- a bare radix heap ---------------------------------------------------------------------- */

struct radix {
    struct bare_array buckets[65]; /* by the highest bit that differs from `last`, from 1 */
    uint64_t last;
};

static inline void radix_push(struct radix *radix, struct bare_event event)
{
    uint64_t difference = event.time ^ radix->last;
    bare_append(&radix->buckets[difference ? 64 - __builtin_clzll(difference) : 0], event);
}

static void radix_refill(struct radix *radix)
{
    struct bare_array *bucket = &radix->buckets[1];
    radix->buckets[0].first = radix->buckets[0].count = 0;
    while (bucket->count == 0)
        bucket++;
    radix->last = UINT64_MAX;
    for (size_t i = 0; i < bucket->count; i++)
        radix->last = MIN(radix->last, bucket->events[i].time);
    size_t count = bucket->count;
    bucket->count = 0;
    for (size_t i = 0; i < count; i++)
        radix_push(radix, bucket->events[i]);
}

static inline struct bare_event radix_pop(struct radix *radix)
{
    if (radix->buckets[0].first == radix->buckets[0].count)
        radix_refill(radix);
    return radix->buckets[0].events[radix->buckets[0].first++];
}

static inline uint64_t radix_hold(struct radix *radix, const struct load *load, uint64_t events,
                                  uint64_t digest)
{
    for (uint64_t i = 0; i < events; i++) {
        struct bare_event event = radix_pop(radix);
        digest = digest_fired(digest, event.id, event.time);
        event.time += next_delay(load);
        radix_push(radix, event);
    }
    return digest;
}

static struct result run_radix(const struct load *load)
{
    static struct radix radix;
    memset(&radix, 0, sizeof radix);
    xorshift_state = SEED;
    for (uint64_t id = 0; id < load->pending; id++)
        radix_push(&radix, (struct bare_event){next_delay(load), 0, id, 0});
    uint64_t digest = radix_hold(&radix, load, load->warm_up, 0);
    double start = now_seconds();
    digest = radix_hold(&radix, load, load->events, digest);
    double seconds = now_seconds() - start;
    for (size_t i = 0; i < ARRAY_LEN(radix.buckets); i++)
        free(radix.buckets[i].events);
    return (struct result){(double)load->events / seconds, digest};
}

/* --- the queue -------------------------------------------------------------------------------- */

struct world {
    struct heap heap;
    struct queue queue;
};

enum mode {
    MODE_PLAIN,      /* pop, push */
    MODE_PEEK,       /* peek, pop, push: a run that watches for its end */
    MODE_IDENTITIES, /* plain, and each event is about something else */
    MODE_CANCEL,     /* each event also sets a long timer and cancels the one it set before */
};

static struct queue *open_queue(struct region *region)
{
    const char *why = NULL;
    if (!region_open(region, REGION_RESERVE_PLAN, NULL, &why)) {
        fprintf(stderr, "%s\n", why);
        exit(3);
    }
    struct world *world = region_create_root(region, sizeof *world);
    heap_init(&world->heap, region->header);
    queue_init(&world->queue, &world->heap, 1);
    return &world->queue;
}

static inline uint64_t queue_hold(struct queue *queue, const struct load *load, enum mode mode,
                                  uint64_t *timers, uint64_t events, uint64_t digest)
{
    struct queue_event event;
    for (uint64_t i = 0; i < events; i++) {
        if (mode == MODE_PEEK && queue_peek_time(queue) == VTIME_NEVER)
            abort();
        if (!queue_pop_until(queue, VTIME_NEVER - 1, &event))
            abort();
        digest = digest_fired(digest, event.payload, event.time);
        vtime now = event.time;
        event.time = now + next_delay(load);
        queue_push_cancellable(queue, &event);
        if (mode == MODE_CANCEL) {
            uint64_t *timer = &timers[event.payload];
            queue_cancel(queue, *timer, &event);
            event.time = now + 16 * (load->delay_mask + 1);
            *timer = queue_push_cancellable(queue, &event);
        }
    }
    return digest;
}

static struct result run_queue(const struct load *load, enum mode mode)
{
    struct region region;
    struct queue *queue = open_queue(&region);
    uint64_t *timers = calloc(load->pending, sizeof *timers);
    if (!timers)
        abort();
    xorshift_state = SEED;
    for (uint64_t id = 0; id < load->pending; id++) {
        struct queue_event event = {.time = next_delay(load), .payload = (uint32_t)id};
        event.identity = mode == MODE_IDENTITIES ? id : 0;
        queue_push_cancellable(queue, &event);
    }
    uint64_t digest = queue_hold(queue, load, mode, timers, load->warm_up, 0);
    double start = now_seconds();
    digest = queue_hold(queue, load, mode, timers, load->events, digest);
    double seconds = now_seconds() - start;
    free(timers);
    region_close(&region);
    return (struct result){(double)load->events / seconds, digest};
}

/* --- tables ----------------------------------------------------------------------------------- */

struct figure {
    double runs[RUNS];
};

/* The runs in order, by insertion. */
static void figure_add(struct figure *figure, int run, double value)
{
    int i = run;
    for (; i > 0 && figure->runs[i - 1] > value; i--)
        figure->runs[i] = figure->runs[i - 1];
    figure->runs[i] = value;
}

static double median(const struct figure *figure)
{
    return figure->runs[RUNS / 2] / 1e6;
}

static void print_figure(const struct figure *figure)
{
    printf(" | %5.2f (%5.2f..%5.2f)", median(figure), figure->runs[0] / 1e6,
           figure->runs[RUNS - 1] / 1e6);
}

/* One row of the comparison; true when all fired in the same order. */
static bool compare(uint64_t pending, uint32_t delay_bits)
{
    struct load load = load_of(pending, delay_bits);
    struct figure queue, heap4, radix;
    bool is_same = true;
    for (int run = 0; run < RUNS; run++) {
        struct result q = run_queue(&load, MODE_PLAIN);
        struct result h = run_heap4(&load);
        struct result r = run_radix(&load);
        figure_add(&queue, run, q.per_second);
        figure_add(&heap4, run, h.per_second);
        figure_add(&radix, run, r.per_second);
        is_same = is_same && q.digest == h.digest && q.digest == r.digest;
    }
    double best = MAX(median(&heap4), median(&radix));
    printf("%9llu | 2^%u", (unsigned long long)pending, delay_bits);
    print_figure(&queue);
    print_figure(&heap4);
    print_figure(&radix);
    printf(" | %5.2f | %s\n", median(&queue) / best, is_same ? "same" : "DIFFERENT");
    fflush(stdout);
    return is_same;
}

static bool compare_all(uint32_t delay_bits)
{
    bool is_same = true;
    for (size_t i = 0; i < SIZE_COUNT; i++)
        is_same &= compare(SIZES[i], delay_bits);
    return is_same;
}

static void measure_modes(uint64_t pending)
{
    struct load load = load_of(pending, 20);
    struct figure figures[4];
    for (int run = 0; run < RUNS; run++)
        for (int mode = MODE_PLAIN; mode <= MODE_CANCEL; mode++)
            figure_add(&figures[mode], run, run_queue(&load, (enum mode)mode).per_second);
    printf("%9llu", (unsigned long long)pending);
    for (int mode = MODE_PLAIN; mode <= MODE_CANCEL; mode++)
        print_figure(&figures[mode]);
    printf("\n");
    fflush(stdout);
}

int main(void)
{
    printf("Hold model: million events a second, median (least..most) of %d runs in turns\n\n",
           RUNS);
    printf("  pending | delay| %-20s| %-20s| %-20s| ratio | order\n", "the queue, handles",
           "bare 4-ary heap", "bare radix heap");
    bool is_same = compare_all(20);
    is_same &= compare_all(34);
    printf("\nThe queue alone, delays to 2^20\n\n");
    printf("  pending | %-20s| %-20s| %-20s| %-20s\n", "pop, push", "peek, pop, push",
           "identities differ", "and re-arm a timer");
    for (size_t i = 0; i < SIZE_COUNT; i++)
        measure_modes(SIZES[i]);
    if (!is_same)
        printf("\nThe queues fired in different orders: that is a bug.\n");
    return is_same ? 0 : 1;
}
