/*
 * sort.c: a stable merge sort that looks twice only at what is out of order.
 * The contract is in sort.h.
 */
#include "base/sort.h"

#include <string.h>

#define RUN_LENGTH 8u

struct sorting {
    uint32_t *items;
    uint32_t *spare;
    sort_before *before;
    const void *context;
};

static bool is_before(const struct sorting *sorting, uint32_t a, uint32_t b)
{
    return sorting->before(sorting->context, a, b);
}

static void insert_run(const struct sorting *sorting, uint32_t first, uint32_t end)
{
    uint32_t *items = sorting->items;
    for (uint32_t i = first + 1; i < end; i++) {
        uint32_t item = items[i];
        uint32_t place = i;
        for (; place > first && is_before(sorting, item, items[place - 1]); place--)
            items[place] = items[place - 1];
        items[place] = item;
    }
}

/* The first item of first..end that must stand after `item`. */
static uint32_t first_after(const struct sorting *sorting, uint32_t first, uint32_t end,
                            uint32_t item)
{
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (is_before(sorting, item, sorting->items[middle]))
            end = middle;
        else
            first = middle + 1;
    }
    return first;
}

/* The first item of first..end that need not stand before `item`. */
static uint32_t first_not_before(const struct sorting *sorting, uint32_t first, uint32_t end,
                                 uint32_t item)
{
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (is_before(sorting, sorting->items[middle], item))
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* Merge first..middle with middle..end. On a tie the left item goes first: that is
 * what makes the sort stable. */
static void merge_runs(const struct sorting *sorting, uint32_t first, uint32_t middle, uint32_t end)
{
    uint32_t *items = sorting->items;
    if (!is_before(sorting, items[middle], items[middle - 1]))
        return;
    first = first_after(sorting, first, middle, items[middle]);
    end = first_not_before(sorting, middle, end, items[middle - 1]);
    uint32_t left_count = middle - first;
    memcpy(sorting->spare, items + first, left_count * sizeof *items);
    uint32_t left = 0;
    uint32_t right = middle;
    for (uint32_t place = first; left < left_count; place++) {
        if (right < end && is_before(sorting, items[right], sorting->spare[left]))
            items[place] = items[right++];
        else
            items[place] = sorting->spare[left++];
    }
}

void sort_indexes(uint32_t *items, uint32_t count, uint32_t *spare, sort_before *before,
                  const void *context)
{
    struct sorting sorting = {items, spare, before, context};
    CHECK(count <= UINT32_MAX / 2);
    for (uint32_t first = 0; first < count; first += RUN_LENGTH)
        insert_run(&sorting, first, MIN(first + RUN_LENGTH, count));
    for (uint32_t length = RUN_LENGTH; length < count; length *= 2)
        for (uint32_t first = 0; first + length < count; first += 2 * length)
            merge_runs(&sorting, first, first + length, MIN(first + 2 * length, count));
}
