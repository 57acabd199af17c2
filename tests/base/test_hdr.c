/*
 * test_hdr.c: kept histograms against a plain sorted list, and against the ones for scratch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hdr.h"
#include "base/mix.h"

#define COUNT 4000

struct desk {
    struct region region;
    struct heap *heap;
};

static void desk_open(struct desk *desk)
{
    const char *why;
    assert_true(region_open(&desk->region, REGION_RESERVE_PLAN, NULL, &why));
    desk->heap = region_create_root(&desk->region, sizeof *desk->heap);
    heap_init(desk->heap, desk->region.header);
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The values of several nodes poured together have the percentiles of all of them, at most a 64th
 * above the exact ones and never below. */
static void poured_together_they_have_the_percentiles_of_all_values(void **state)
{
    static uint64_t values[COUNT];
    struct hdr nodes[5] = {0};
    struct histogram all = {0};
    struct desk desk;
    uint64_t sum = 0;
    (void)state;
    desk_open(&desk);
    for (uint64_t i = 0; i < COUNT; i++) {
        uint64_t bits = mix_pair(7, i);
        values[i] = bits >> (28 + bits % 30);
        hdr_add(&nodes[i % 5], desk.heap, values[i]);
    }
    qsort(values, COUNT, sizeof values[0], ascending);
    for (uint32_t i = 0; i < 5; i++) {
        hdr_pour(&nodes[i], &all);
        sum += nodes[i].sum;
    }
    for (uint32_t part = 1; part <= 1000; part += 9) {
        uint64_t exact = values[(COUNT * part + 999) / 1000 - 1];
        uint64_t told = histogram_percentile(&all, part);
        assert_true(told >= exact && told - exact <= exact / 64);
    }
    for (uint32_t i = 0; i < COUNT; i++)
        sum -= values[i];
    assert_true(sum == 0);
    assert_true(all.count == COUNT && all.largest == values[COUNT - 1]);
    region_close(&desk.region);
}

/* Latencies from 1 us to 10 s, a hundred thousand of them: 24 blocks of 256 bytes. */
static void memory_does_not_grow_with_what_is_counted(void **state)
{
    struct hdr hdr = {0};
    struct desk desk;
    (void)state;
    desk_open(&desk);
    for (uint64_t i = 0; i < 100000; i++)
        hdr_add(&hdr, desk.heap, 1024 + mix_pair(1, i) % (UINT64_C(10) << (i % 31)));
    assert_true(desk.heap->live_count <= 24);
    assert_int_equal(heap_bytes(desk.heap), desk.heap->live_count * 256);
    region_close(&desk.region);
}

static void one_that_is_cleared_is_as_new_and_keeps_its_memory(void **state)
{
    struct hdr hdr = {0};
    struct histogram all = {0}, once = {0};
    struct desk desk;
    (void)state;
    desk_open(&desk);
    hdr_add(&hdr, desk.heap, 1000000);
    hdr_clear(&hdr);
    hdr_add(&hdr, desk.heap, 1000001);
    hdr_add(&hdr, desk.heap, 3);
    histogram_add(&once, 1000001);
    histogram_add(&once, 3);
    hdr_pour(&hdr, &all);
    assert_memory_equal(&all, &once, sizeof all);
    assert_int_equal(desk.heap->live_count, 2);
    region_close(&desk.region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poured_together_they_have_the_percentiles_of_all_values),
        cmocka_unit_test(memory_does_not_grow_with_what_is_counted),
        cmocka_unit_test(one_that_is_cleared_is_as_new_and_keeps_its_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
