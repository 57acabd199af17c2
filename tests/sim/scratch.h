/*
 * scratch.h: memory for what a test looks at, apart from the world's: a region and a heap in it,
 * opened before a test and closed behind it.
 */
#ifndef TESTS_SIM_SCRATCH_H
#define TESTS_SIM_SCRATCH_H

#include "base/heap.h"
#include "base/region.h"
#include "sim/cluster.h"

static struct region region;
static struct heap *heap;

static int open_memory(void **state)
{
    const char *why = NULL;
    (void)state;
    assert_true(region_open(&region, REGION_RESERVE_PLAN, NULL, &why));
    heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

#endif
