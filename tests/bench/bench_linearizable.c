/*
 * bench_linearizable.c: how long the linearizability oracle takes.
 *
 * The shapes are those in which Porcupine v1.3.0 was measured: C clients times O
 * operations over K keys, half puts and half gets, each 1 to 1000 us long with 0 to
 * 200 us of thinking between them, right by construction. "bad": one get at three
 * quarters of the way returns a value that was overwritten at least 4 ms before;
 * "early": at one twentieth. "lost": the share of puts that never return; half of those
 * took effect, and their client goes on as another one. "values": how many different
 * values there are (all: each put writes its own). "deletes": the share of puts
 * that are deletes instead.
 *
 * Each figure is the median of 5 runs after one for warming up, on one thread, from
 * the history to the verdict, in processor time (so that a busy machine does not
 * matter). MiB is the most that the region with the scratch heap ever held.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mix.h"
#include "base/region.h"
#include "base/sort.h"
#include "check/linearizable.h"

#define RUNS 5

struct shape {
    const char *name;
    uint32_t clients;
    uint32_t operations; /* of each client */
    uint32_t keys;
    uint32_t values;  /* 0: all different */
    uint32_t lost;    /* percent */
    uint32_t deletes; /* percent */
    uint32_t bad;     /* 0, or at which percentage of the way the wrong get stands */
    const char *target;
};

static const struct shape shapes[] = {
    {"standard run, 10 keys", 6, 100, 10, 0, 3, 0, 0, "< 1 ms"},
    {"standard run, 100 keys", 6, 100, 100, 0, 3, 0, 0, "< 1 ms"},
    {"standard run, 10 keys, deletes", 6, 100, 10, 0, 3, 10, 0, "< 1 ms"},
    {"10 clients, 10 keys", 10, 1000, 10, 0, 0, 0, 0, "3 ms"},
    {"10 clients, 10 keys, bad", 10, 1000, 10, 0, 0, 0, 75, "3 ms"},
    {"10 clients, 10 keys, long", 10, 10000, 10, 0, 0, 0, 0, "30 ms"},
    {"10 clients, 10 keys, 1 % lost", 10, 1000, 10, 0, 1, 0, 0, "3 ms"},
    {"hot key, 10 clients", 10, 1000, 1, 0, 0, 0, 0, "20 ms"},
    {"hot key, 10 clients, bad", 10, 1000, 1, 0, 0, 0, 75, "20 ms"},
    {"hot key, 10 clients, early", 10, 1000, 1, 0, 0, 0, 5, "20 ms"},
    {"hot key, 50 clients", 50, 200, 1, 0, 0, 0, 0, "1 s"},
    {"hot key, 100 clients", 100, 100, 1, 0, 0, 0, 0, "1 s"},
    {"hot key, 100 clients, bad", 100, 100, 1, 0, 0, 0, 75, "1 s"},
    {"hot key, 100 clients, early", 100, 100, 1, 0, 0, 0, 5, "1 s"},
    {"hot key, 1000 ops, 5 % lost", 10, 100, 1, 0, 5, 0, 0, "1 s"},
    {"hot key, 1000 ops, 5 % lost, bad", 10, 100, 1, 0, 5, 0, 75, "1 s"},
    {"1,000,000 ops, 1000 keys", 50, 20000, 1000, 0, 0, 0, 0, "2 s"},
    {"hot key, 5 clients, 5 values", 5, 200, 1, 5, 0, 0, 0, ""},
    {"hot key, 5 clients, 5 values, bad", 5, 200, 1, 5, 0, 0, 75, ""},
    {"hot key, 10 clients, 5 values", 10, 1000, 1, 5, 0, 0, 0, "1 s"},
    {"hot key, 10 clients, 5 values, bad", 10, 1000, 1, 5, 0, 0, 75, "1 s"},
    {"hot key, 10 clients, 50 values", 10, 1000, 1, 50, 0, 0, 0, "1 s"},
    {"hot key, 10 clients, 50 values, bad", 10, 1000, 1, 50, 0, 0, 75, "1 s"},
    {"hot key, 10 clients, 5 values, 1 % lost", 10, 100, 1, 5, 1, 0, 0, ""},
    {"hot key, 10 clients, 5 values, 1 % lost, bad", 10, 100, 1, 5, 1, 0, 75, ""},
    {"hot key, 10 clients, 5 % deletes", 10, 1000, 1, 0, 0, 5, 0, "1 s"},
    {"hot key, 10 clients, 5 % deletes, bad", 10, 1000, 1, 0, 0, 5, 75, "1 s"},
    {"hot key, 100 clients, 1 % deletes", 100, 100, 1, 0, 0, 1, 0, ""},
    {"hot key, 100 clients, 1 % deletes, bad", 100, 100, 1, 0, 0, 1, 75, ""},
};

/* ---- making a history ---- */

struct making {
    const struct shape *shape;
    uint64_t seed;
    uint64_t draws;
    struct operation *operations;
    vtime *instants; /* when each takes effect, or VTIME_NEVER */
    uint32_t count;
};

static uint64_t draw(struct making *making, uint64_t bound)
{
    return mix_below(mix(making->seed, 1, making->draws++), bound);
}

static void make_operation(struct making *making, uint32_t client, vtime *now)
{
    const struct shape *shape = making->shape;
    struct operation *operation = &making->operations[making->count];
    *operation = (struct operation){.client = client, .outcome = OUTCOME_OK, .invoked = *now};
    operation->key = (uint32_t)draw(making, shape->keys);
    operation->kind = draw(making, 2) ? OPERATION_GET : OPERATION_PUT;
    if (operation->kind == OPERATION_PUT && draw(making, 100) < shape->deletes)
        operation->kind = OPERATION_DELETE;
    if (operation->kind == OPERATION_PUT)
        operation->value = 1 + (shape->values ? draw(making, shape->values) : making->count);
    vtime latency_ns = (1 + draw(making, 1000)) * MICROSECOND + draw(making, 1000);
    operation->completed = *now + latency_ns;
    making->instants[making->count] = *now + draw(making, latency_ns);
    *now += latency_ns + draw(making, 200) * MICROSECOND + draw(making, 1000);
    if (operation->kind == OPERATION_PUT && draw(making, 100) < shape->lost) {
        operation->outcome = OUTCOME_TIMEOUT;
        operation->completed = VTIME_NEVER;
        if (draw(making, 2))
            making->instants[making->count] = VTIME_NEVER;
    }
    making->count++;
}

static bool is_instant_before(const void *context, uint32_t a, uint32_t b)
{
    const vtime *instants = context;
    return instants[a] < instants[b];
}

static bool is_invoked_before(const void *context, uint32_t a, uint32_t b)
{
    const struct operation *operations = context;
    return operations[a].invoked < operations[b].invoked;
}

/* What happened to a key: values in their order, and when each came. */
struct past {
    uint64_t *values;
    vtime *since;
    uint32_t count;
};

/* Was this value there at some time later than 4 ms before the get began? */
static bool is_recent(const struct past *past, uint64_t value, vtime invoked)
{
    uint32_t i = past->count;
    while (i-- > 0) {
        if (past->values[i] == value)
            return true;
        if (past->since[i] + 4 * MILLISECOND < invoked)
            return false;
    }
    return true;
}

/* Is a put of this value going to come late, but early enough for the get? */
static bool is_coming(const struct making *making, const struct operation *get, uint64_t value)
{
    for (uint32_t i = 0; i < making->count; i++) {
        const struct operation *put = &making->operations[i];
        if (put->kind == OPERATION_PUT && put->key == get->key && put->value == value &&
            put->invoked < get->completed && put->completed > get->invoked)
            return true;
    }
    return false;
}

/* Let the get return the youngest value that had been overwritten 4 ms before it began. */
static bool spoil(const struct making *making, const struct past *past, struct operation *get)
{
    for (uint32_t i = past->count; i-- > 0;) {
        if (is_recent(past, past->values[i], get->invoked) ||
            is_coming(making, get, past->values[i]))
            continue;
        get->value = past->values[i];
        return true;
    }
    return false;
}

static void answer(struct making *making, const uint32_t *order)
{
    const struct shape *shape = making->shape;
    struct past *pasts = calloc(shape->keys, sizeof *pasts);
    for (uint32_t key = 0; key < shape->keys; key++) {
        pasts[key].values = calloc(making->count + 1, sizeof(uint64_t));
        pasts[key].since = calloc(making->count + 1, sizeof(vtime));
        pasts[key].count = 1;
    }
    bool is_spoiled = shape->bad == 0;
    for (uint32_t i = 0; i < making->count; i++) {
        struct operation *operation = &making->operations[order[i]];
        struct past *past = &pasts[operation->key];
        if (making->instants[order[i]] == VTIME_NEVER)
            break;
        if (operation->kind != OPERATION_GET) {
            past->values[past->count] = operation->kind == OPERATION_PUT ? operation->value : 0;
            past->since[past->count++] = making->instants[order[i]];
            continue;
        }
        operation->value = past->values[past->count - 1];
        if (!is_spoiled && i >= (uint64_t)making->count * shape->bad / 100)
            is_spoiled = spoil(making, past, operation);
    }
    for (uint32_t key = 0; key < shape->keys; key++)
        free(pasts[key].values), free(pasts[key].since);
    free(pasts);
}

/* In order of `invoked`, as a history must be. */
static struct operation *make_history(const struct shape *shape)
{
    uint32_t total = shape->clients * shape->operations;
    struct making making = {.shape = shape, .seed = 1};
    making.operations = calloc(total, sizeof *making.operations);
    making.instants = calloc(total, sizeof *making.instants);
    uint32_t *order = calloc(total, sizeof *order);
    uint32_t *spare = calloc(total, sizeof *spare);
    for (uint32_t client = 0; client < shape->clients; client++) {
        vtime now = draw(&making, MILLISECOND);
        for (uint32_t i = 0; i < shape->operations; i++)
            make_operation(&making, client, &now);
    }
    for (uint32_t i = 0; i < total; i++)
        order[i] = i;
    sort_indexes(order, total, spare, is_instant_before, making.instants);
    answer(&making, order);
    sort_indexes(order, total, spare, is_invoked_before, making.operations);
    struct operation *sorted = calloc(total, sizeof *sorted);
    for (uint32_t i = 0; i < total; i++)
        sorted[i] = making.operations[order[i]];
    free(spare), free(order), free(making.instants), free(making.operations);
    return sorted;
}

/* ---- measuring ---- */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static const char *kind_name(uint8_t kind)
{
    return kind == VERDICT_HOLDS ? "holds" : kind == VERDICT_VIOLATED ? "violated" : "unknown";
}

static void measure(struct region *region, const struct shape *shape)
{
    double seconds[RUNS];
    struct verdict verdict;
    uint32_t total = shape->clients * shape->operations;
    struct operation *operations = make_history(shape);
    struct history history = {operations, total, shape->keys, shape->clients};
    uint64_t peak_bytes = 0;
    for (int run = -1; run < RUNS; run++) {
        region_reset(region);
        struct heap *heap = region_create_root(region, sizeof *heap);
        heap_init(heap, region->header);
        double start = seconds_now();
        check_linearizable(&history, heap, LINEARIZABLE_WORK_PLAN, &verdict);
        if (run >= 0)
            seconds[run] = seconds_now() - start;
        peak_bytes = region_high_water(region);
    }
    qsort(seconds, RUNS, sizeof seconds[0], compare_doubles);
    printf("%-46s %9u  %-8s %11.3f  %8.3f %9llu %7.1f  %s\n", shape->name, total,
           kind_name(verdict.kind), seconds[RUNS / 2] * 1e3, seconds[RUNS / 2] * 1e6 / total,
           (unsigned long long)verdict.work, (double)peak_bytes / 1048576, shape->target);
    free(operations);
}

int main(void)
{
    struct region region;
    const char *why;
    if (!region_open(&region, REGION_RESERVE_MAX, NULL, &why)) {
        fprintf(stderr, "bench_linearizable: %s\n", why);
        return 1;
    }
    printf("%-46s %9s  %-8s %11s  %8s %9s %7s  %s\n", "history", "ops", "verdict", "ms", "us/op",
           "steps", "MiB", "target");
    for (uint32_t i = 0; i < ARRAY_LEN(shapes); i++)
        measure(&region, &shapes[i]);
    region_close(&region);
    return 0;
}
