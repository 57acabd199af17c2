/*
 * build_history.c: histories by hand, and scratch memory. See build_history.h.
 */
#include "build_history.h"

#include <stdlib.h>

#include "base/mix.h"
#include "base/region.h"

struct build build_start(uint32_t key_count)
{
    return (struct build){.key_count = key_count};
}

struct history build_end(const struct build *build)
{
    return (struct history){
        .operations = build->operations,
        .count = build->count,
        .key_count = build->key_count,
        .client_count = BUILD_MAX,
    };
}

static uint32_t add(struct build *build, struct operation operation)
{
    CHECK(build->count < BUILD_MAX);
    operation.client = build->count;
    build->operations[build->count] = operation;
    return build->count++;
}

uint32_t get_ok(struct build *build, uint64_t value, vtime invoked, vtime completed)
{
    return add(build, (struct operation){.kind = OPERATION_GET,
                                         .outcome = OUTCOME_OK,
                                         .value = value,
                                         .invoked = invoked,
                                         .completed = completed});
}

uint32_t put_ok(struct build *build, uint64_t value, vtime invoked, vtime completed)
{
    uint32_t index = get_ok(build, value, invoked, completed);
    build->operations[index].kind = OPERATION_PUT;
    return index;
}

uint32_t delete_ok(struct build *build, vtime invoked, vtime completed)
{
    uint32_t index = get_ok(build, VALUE_ABSENT, invoked, completed);
    build->operations[index].kind = OPERATION_DELETE;
    return index;
}

uint32_t put_unavailable(struct build *build, uint64_t value, vtime invoked, vtime completed)
{
    uint32_t index = put_ok(build, value, invoked, completed);
    build->operations[index].outcome = OUTCOME_UNAVAILABLE;
    return index;
}

static uint32_t leave_open(struct build *build, uint32_t index)
{
    build->operations[index].outcome = OUTCOME_TIMEOUT;
    build->operations[index].completed = VTIME_NEVER;
    return index;
}

uint32_t put_timeout(struct build *build, uint64_t value, vtime invoked)
{
    return leave_open(build, put_ok(build, value, invoked, VTIME_NEVER));
}

uint32_t delete_timeout(struct build *build, vtime invoked)
{
    return leave_open(build, delete_ok(build, invoked, VTIME_NEVER));
}

uint32_t get_timeout(struct build *build, vtime invoked)
{
    return leave_open(build, get_ok(build, VALUE_ABSENT, invoked, VTIME_NEVER));
}

void on_key(struct build *build, uint32_t key)
{
    build->operations[build->count - 1].key = key;
}

void by_client(struct build *build, uint32_t client)
{
    build->operations[build->count - 1].client = client;
}

void with_records(struct build *build, uint64_t record_invoked, uint64_t record_told)
{
    build->operations[build->count - 1].record_invoked = record_invoked;
    build->operations[build->count - 1].record_told = record_told;
}

struct scratch {
    struct region region;
    struct heap *heap;
};

int scratch_setup(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    const char *why = NULL;
    if (scratch == NULL || !region_open(&scratch->region, REGION_RESERVE_PLAN, NULL, &why))
        return -1;
    scratch->heap = region_create_root(&scratch->region, sizeof(struct heap));
    heap_init(scratch->heap, scratch->region.header);
    *state = scratch;
    return 0;
}

int scratch_teardown(void **state)
{
    struct scratch *scratch = *state;
    region_close(&scratch->region);
    free(scratch);
    return 0;
}

struct heap *scratch_empty(void **state)
{
    struct scratch *scratch = *state;
    heap_drop(scratch->heap);
    return scratch->heap;
}

uint64_t pick(uint64_t *generator, uint64_t bound)
{
    *generator += UINT64_C(0x9e3779b97f4a7c15);
    return mix_below(mix_bits(*generator), bound);
}
