/*
 * test_snapshot.c: facts about going back. The costs are exact numbers of pages;
 * a random mixture of changes, snapshots, restores and drops is checked against
 * full copies made with memcpy; and a re-run must leave identical pages.
 */
#include "base/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/mix.h"

#define MEBIBYTE   (UINT64_C(1) << 20)
#define PAGE       REGION_PAGE_BYTES
#define NODE_COUNT 64u

/* A world in which blocks point to each other, so that addresses are stored in pages. */
struct node {
    struct node *next;
    uint64_t size;
    uint8_t data[];
};

struct world {
    struct heap heap;
    struct node *nodes[NODE_COUNT];
    uint64_t step;
};

static struct region region;
static struct snapshot_store store;
static struct world *world;

static int set_up(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_true(region_open(&region, 64 * MEBIBYTE, NULL, &why));
    assert_true(snapshot_store_open(&store, 64 * MEBIBYTE, &why));
    world = region_create_root(&region, sizeof(*world));
    heap_init(&world->heap, region.header);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    snapshot_store_close(&store);
    region_close(&region);
    return 0;
}

static int exit_code_of(void (*body)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        body();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whether a child's last words on stderr contain `words`. */
static bool dies_saying(void (*body)(void), const char *words)
{
    static char report[1 << 16];
    int ends[2];
    memset(report, 0, sizeof(report));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < sizeof(report) - 1; used += (size_t)MAX(got, 0))
        got = read(ends[0], report + used, sizeof(report) - 1 - used);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) != 0 && strstr(report, words);
}

/* One step of the world: replace one node by another that points to a third. */
static void world_step(void)
{
    uint64_t bits = mix(5, 1, world->step++);
    uint64_t size = mix_below(mix_bits(bits), bits & 31 ? 900 : 40000);
    struct node **place = &world->nodes[bits % NODE_COUNT];
    struct node *target = world->nodes[(bits >> 8) % NODE_COUNT];
    heap_free(&world->heap, *place);
    *place = heap_alloc(&world->heap, sizeof(struct node) + size);
    (*place)->next = target;
    (*place)->size = size;
    memset((*place)->data, (int)(bits >> 40), size);
}

static void world_run(int step_count)
{
    for (int i = 0; i < step_count; i++)
        world_step();
}

static struct snapshot *taken(const struct snapshot *previous)
{
    struct snapshot *snapshot = snapshot_take(&store, &region, previous);
    assert_non_null(snapshot);
    return snapshot;
}

static void a_restore_brings_every_byte_back(void **state)
{
    (void)state;
    world_run(500);
    struct digest before = snapshot_page_digest(&region);
    struct snapshot *snapshot = taken(NULL);
    world_run(500);
    assert_false(digest_equal(snapshot_page_digest(&region), before));
    snapshot_restore(&store, &region, snapshot);
    assert_true(digest_equal(snapshot_page_digest(&region), before));
    assert_int_equal(world->step, 500);
}

static void a_rerun_after_a_restore_leaves_identical_pages(void **state)
{
    (void)state;
    world_run(300);
    struct snapshot *start = taken(NULL);
    world_run(3000);
    struct snapshot *end = taken(start);
    snapshot_restore(&store, &region, start);
    world_run(3000);
    struct snapshot *end_again = taken(start);
    assert_int_equal(snapshot_first_difference(&store, end, &store, end_again),
                     SNAPSHOT_NO_DIFFERENCE);
    world_step();
    assert_int_not_equal(snapshot_first_change(&store, end, &region), SNAPSHOT_NO_DIFFERENCE);
}

static void what_lies_past_the_mark_is_zero_after_a_restore(void **state)
{
    (void)state;
    uint64_t mark = region_high_water(&region);
    struct snapshot *small = taken(NULL);
    memset(heap_alloc(&world->heap, 3 * MEBIBYTE), 0xff, 3 * MEBIBYTE);
    assert_true(region_high_water(&region) > mark + 3 * MEBIBYTE);
    snapshot_restore(&store, &region, small);
    assert_int_equal(region_high_water(&region), mark);
    const uint8_t *past = region_at(region.header, mark);
    for (uint64_t i = 0; i < 4 * MEBIBYTE; i++)
        assert_int_equal(past[i], 0);
}

static void a_restore_goes_forward_as_well_as_back(void **state)
{
    (void)state;
    struct snapshot *early = taken(NULL);
    uint8_t *block = heap_alloc(&world->heap, 2 * MEBIBYTE);
    memset(block, 0x42, 2 * MEBIBYTE);
    struct snapshot *late = taken(early);
    snapshot_restore(&store, &region, early);
    snapshot_restore(&store, &region, late);
    assert_int_equal(heap_block_size(&world->heap, block), 2 * MEBIBYTE);
    for (uint64_t i = 0; i < 2 * MEBIBYTE; i++)
        assert_int_equal(block[i], 0x42);
}

/* Of a world of fewer than 1024 pages: the head, one table, and what is not zero or shared. */
static void only_changed_pages_cost_memory(void **state)
{
    (void)state;
    uint8_t *block = heap_alloc(&world->heap, 100 * PAGE);
    uint8_t *pages = block + (PAGE - (uintptr_t)block % PAGE);
    memset(pages, 1, 50 * PAGE);
    struct snapshot *first = taken(NULL);
    uint64_t bytes = snapshot_store_bytes(&store);
    /* 50 pages, the region's header with its two levels of free bits, root, chunk head */
    assert_in_range(bytes / PAGE, 50 + 2 + 3, 50 + 2 + 4);
    struct snapshot *unchanged = taken(first);
    assert_int_equal(snapshot_store_bytes(&store) - bytes, 2 * PAGE);
    pages[7 * PAGE + 123] = 9;
    pages[20 * PAGE] = 9;
    struct snapshot *changed = taken(unchanged);
    assert_int_equal(snapshot_store_bytes(&store) - bytes, (2 + 2 + 2) * PAGE);
    pages[7 * PAGE + 123] = 1;
    pages[20 * PAGE] = 1;
    taken(changed); /* equal to `unchanged`, but only the given one is compared with */
    assert_int_equal(snapshot_store_bytes(&store) - bytes, (2 + 4 + 4) * PAGE);
    assert_int_equal(store.snapshot_count, 4);
}

static void a_page_that_became_zero_costs_nothing(void **state)
{
    (void)state;
    uint8_t *block = heap_alloc(&world->heap, 100 * PAGE);
    memset(block, 1, 100 * PAGE);
    struct snapshot *full = taken(NULL);
    memset(block, 0, 100 * PAGE);
    uint64_t bytes = snapshot_store_bytes(&store);
    taken(full);
    assert_in_range((snapshot_store_bytes(&store) - bytes) / PAGE, 2, 4);
}

static void dropping_all_in_any_order_gives_every_page_back(void **state)
{
    (void)state;
    struct snapshot *snapshots[20] = {0};
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < ARRAY_LEN(snapshots); i++) {
            world_run(50);
            snapshots[i] = taken(i ? snapshots[i - 1] : NULL);
        }
        assert_true(snapshot_store_bytes(&store) > 0);
        for (uint32_t i = 0; i < ARRAY_LEN(snapshots); i++)
            snapshot_drop(&store, snapshots[(i * 7 + round) % ARRAY_LEN(snapshots)]);
        assert_int_equal(snapshot_store_bytes(&store), 0);
        assert_int_equal(store.snapshot_count, 0);
    }
    snapshot_drop(&store, NULL);
}

static void a_full_store_says_so_and_is_as_before(void **state)
{
    (void)state;
    struct snapshot_store small;
    const char *why = NULL;
    assert_true(snapshot_store_open(&small, MEBIBYTE, &why));
    world_run(200);
    struct snapshot *snapshot = snapshot_take(&small, &region, NULL);
    assert_non_null(snapshot);
    struct digest before = snapshot_page_digest(&region);
    uint64_t bytes = snapshot_store_bytes(&small);
    memset(heap_alloc(&world->heap, 2 * MEBIBYTE), 1, 2 * MEBIBYTE);
    for (int i = 0; i < 3; i++)
        assert_null(snapshot_take(&small, &region, i ? snapshot : NULL));
    assert_int_equal(snapshot_store_bytes(&small), bytes);
    assert_int_equal(small.snapshot_count, 1);
    snapshot_restore(&small, &region, snapshot);
    assert_true(digest_equal(snapshot_page_digest(&region), before));
    assert_non_null(snapshot_take(&small, &region, snapshot));
    snapshot_store_close(&small);
    snapshot_store_close(&small);
}

/* A take may fail at its head, at a table, or at any page of one. */
static void a_take_that_fails_anywhere_gives_its_pages_back(void **state)
{
    (void)state;
    memset(heap_alloc(&world->heap, 6 * MEBIBYTE), 0xff, 6 * MEBIBYTE);
    for (uint64_t page_limit = 1012; page_limit < 1034; page_limit++) {
        struct snapshot_store small;
        const char *why = NULL;
        assert_true(snapshot_store_open(&small, page_limit * PAGE, &why));
        for (int i = 0; i < 4; i++) { /* from the second time on, its pages are dirty */
            assert_null(snapshot_take(&small, &region, NULL));
            assert_int_equal(snapshot_store_bytes(&small), 0);
            assert_int_equal(small.snapshot_count, 0);
        }
        snapshot_store_close(&small);
    }
}

static void a_limit_out_of_bounds_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct snapshot_store refused;
    const char *why = NULL;
    assert_false(snapshot_store_open(&refused, MEBIBYTE - 1, &why));
    assert_string_equal(why, "the limit for snapshots must lie between 1 MiB and 1 TiB");
    assert_false(snapshot_store_open(&refused, UINT64_MAX, &why));
    assert_null(refused.pages);
}

static void the_first_difference_is_the_offset_of_its_page(void **state)
{
    (void)state;
    uint8_t *block = heap_alloc(&world->heap, 10 * MEBIBYTE); /* several tables long */
    block[0] = 1;
    block[10 * MEBIBYTE - 1] = 1;
    struct snapshot *first = taken(NULL);
    assert_int_equal(snapshot_first_change(&store, first, &region), SNAPSHOT_NO_DIFFERENCE);
    block[9 * MEBIBYTE] = 5;
    uint64_t page = region_offset_of(region.header, block + 9 * MEBIBYTE) / PAGE * PAGE;
    assert_int_equal(snapshot_first_change(&store, first, &region), page);
    struct snapshot *second = taken(first);
    assert_int_equal(snapshot_first_difference(&store, first, &store, second), page);
    assert_int_equal(snapshot_first_difference(&store, second, &store, first), page);
    block[9 * MEBIBYTE] = 0;
    struct snapshot *third = taken(second);
    assert_int_equal(snapshot_first_difference(&store, first, &store, third),
                     SNAPSHOT_NO_DIFFERENCE);
}

static void a_restored_snapshot_outlives_its_predecessor(void **state)
{
    (void)state;
    world_run(400);
    struct snapshot *old = taken(NULL);
    world_run(10);
    struct snapshot *new = taken(old);
    struct digest wanted = snapshot_page_digest(&region);
    snapshot_drop(&store, old);
    world_run(1000);
    taken(NULL); /* uses the pages that became free */
    snapshot_restore(&store, &region, new);
    assert_true(digest_equal(snapshot_page_digest(&region), wanted));
}

/* ---- against full copies ---- */

struct copy {
    struct snapshot *snapshot;
    uint8_t *bytes;
    uint64_t size;
};

static void copy_take(struct copy *copy, const struct snapshot *previous)
{
    copy->snapshot = taken(previous);
    copy->size = region_high_water(&region);
    copy->bytes = malloc(copy->size);
    region_unpoison_all(&region);
    memcpy(copy->bytes, region.header, copy->size);
    region_repoison(&region);
}

static void copy_restore(const struct copy *copy)
{
    snapshot_restore(&store, &region, copy->snapshot);
    assert_int_equal(region_high_water(&region), copy->size);
    region_unpoison_all(&region);
    assert_memory_equal(region.header, copy->bytes, copy->size);
    region_repoison(&region);
}

static void copy_drop(struct copy *copy)
{
    snapshot_drop(&store, copy->snapshot);
    free(copy->bytes);
    *copy = (struct copy){0};
}

static void a_random_mixture_agrees_with_full_copies(void **state)
{
    (void)state;
    struct copy copies[12] = {0};
    for (uint64_t round = 0; round < 400; round++) {
        uint64_t bits = mix(6, 2, round);
        struct copy *copy = &copies[bits % ARRAY_LEN(copies)];
        const struct copy *previous = &copies[(bits >> 8) % ARRAY_LEN(copies)];
        world_run((int)mix_below(mix_bits(bits), 60));
        if (!copy->snapshot)
            copy_take(copy, previous->snapshot);
        else if (bits >> 63)
            copy_restore(copy);
        else
            copy_drop(copy);
    }
    for (size_t i = 0; i < ARRAY_LEN(copies); i++)
        copy_drop(&copies[i]);
    assert_int_equal(snapshot_store_bytes(&store), 0);
}

/* ---- bugs that stop ---- */

static void restore_into_another_region(void)
{
    struct region other;
    const char *why;
    region_open(&other, MEBIBYTE, NULL, &why);
    snapshot_restore(&store, &other, snapshot_take(&store, &region, NULL));
}

static void restore_a_dropped_one(void)
{
    struct snapshot *snapshot = snapshot_take(&store, &region, NULL);
    snapshot_drop(&store, snapshot);
    snapshot_restore(&store, &region, snapshot);
}

static void drop_twice(void)
{
    struct snapshot *snapshot = snapshot_take(&store, &region, NULL);
    snapshot_drop(&store, snapshot);
    snapshot_drop(&store, snapshot);
}

static void a_bug_stops_with_exit_code_3(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(restore_into_another_region), 3);
    assert_int_equal(exit_code_of(restore_a_dropped_one), 3);
    assert_int_equal(exit_code_of(drop_twice), 3);
}

/* ---- what AddressSanitizer must see ---- */

static struct snapshot *with_short_blocks;
static uint8_t *volatile short_block;
static uint8_t *volatile big_block;
static uint8_t *volatile freed_later;

static void make_short_blocks(void)
{
    short_block = heap_alloc(&world->heap, 21);
    big_block = heap_alloc(&world->heap, 20001);
    with_short_blocks = snapshot_take(&store, &region, NULL);
    freed_later = heap_alloc(&world->heap, 100);
    heap_free(&world->heap, short_block);
    heap_free(&world->heap, big_block);
    heap_alloc(&world->heap, 24);
    world_run(500);
    snapshot_restore(&store, &region, with_short_blocks);
}

static void write_inside(void)
{
    make_short_blocks();
    short_block[20] = 1;
    big_block[20000] = 1;
}

static void write_past_a_block_after_a_take(void)
{
    short_block = heap_alloc(&world->heap, 21);
    snapshot_take(&store, &region, NULL);
    short_block[21] = 1;
}

static void write_past_a_block_after_comparing(void)
{
    short_block = heap_alloc(&world->heap, 21);
    struct snapshot *snapshot = snapshot_take(&store, &region, NULL);
    snapshot_first_change(&store, snapshot, &region);
    short_block[21] = 1;
}

static void write_past_a_block_after_a_digest(void)
{
    short_block = heap_alloc(&world->heap, 21);
    snapshot_page_digest(&region);
    short_block[21] = 1;
}

static void an_overflow_after_looking_at_pages_is_reported(void **state)
{
    (void)state;
    if (!REGION_HAS_ASAN)
        skip();
    assert_true(dies_saying(write_past_a_block_after_a_take, "use-after-poison"));
    assert_true(dies_saying(write_past_a_block_after_comparing, "use-after-poison"));
    assert_true(dies_saying(write_past_a_block_after_a_digest, "use-after-poison"));
}

static void write_past_a_short_block(void)
{
    make_short_blocks();
    short_block[21] = 1;
}

static void write_past_a_big_block(void)
{
    make_short_blocks();
    big_block[20001] = 1;
}

static void write_before_a_block(void)
{
    make_short_blocks();
    short_block[-1] = 1;
}

static void write_to_a_block_of_the_future(void)
{
    make_short_blocks();
    freed_later[0] = 1;
}

static void write_to_a_chunk_that_was_free(void)
{
    uint8_t *volatile freed = heap_alloc(&world->heap, 100000);
    heap_alloc(&world->heap, 100000);
    heap_free(&world->heap, freed);
    make_short_blocks();
    freed[50000] = 1;
}

static void an_overflow_after_a_restore_is_reported(void **state)
{
    (void)state;
    if (!REGION_HAS_ASAN)
        skip();
    const char *words = "use-after-poison";
    assert_int_equal(exit_code_of(write_inside), 0);
    assert_true(dies_saying(write_past_a_short_block, words));
    assert_true(dies_saying(write_past_a_big_block, words));
    assert_true(dies_saying(write_before_a_block, words));
    assert_true(dies_saying(write_to_a_block_of_the_future, words));
    assert_true(dies_saying(write_to_a_chunk_that_was_free, words));
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_restore_brings_every_byte_back),
        FACT(a_rerun_after_a_restore_leaves_identical_pages),
        FACT(what_lies_past_the_mark_is_zero_after_a_restore),
        FACT(a_restore_goes_forward_as_well_as_back),
        FACT(only_changed_pages_cost_memory),
        FACT(a_page_that_became_zero_costs_nothing),
        FACT(dropping_all_in_any_order_gives_every_page_back),
        FACT(a_full_store_says_so_and_is_as_before),
        FACT(a_take_that_fails_anywhere_gives_its_pages_back),
        FACT(a_limit_out_of_bounds_is_refused_with_a_sentence),
        FACT(the_first_difference_is_the_offset_of_its_page),
        FACT(a_restored_snapshot_outlives_its_predecessor),
        FACT(a_random_mixture_agrees_with_full_copies),
        FACT(a_bug_stops_with_exit_code_3),
        FACT(an_overflow_after_looking_at_pages_is_reported),
        FACT(an_overflow_after_a_restore_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
