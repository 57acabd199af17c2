/*
 * test_chain.c: facts about chains. Every element holds its own number, so a wrong
 * place shows at once, whatever the size of the elements.
 */
#include "base/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/snapshot.h"

#define MEBIBYTE (UINT64_C(1) << 20)

struct world {
    struct heap heap;
    struct chain chain;
};

static struct region region;
static struct world *world;

static const uint32_t element_sizes[] = {1, 2, 8, 12, 16, 24, 64, 100, 512, 513, 1024, 1025, 30000};

static int set_up(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_true(region_open(&region, 256 * MEBIBYTE, NULL, &why));
    world = region_create_root(&region, sizeof(*world));
    heap_init(&world->heap, region.header);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

static uint64_t element_count_for(uint32_t element_size)
{
    return element_size > 2000 ? 300 : 5000;
}

/* The byte that element `index` is filled with; never 0. */
static uint8_t mark_of(uint64_t index)
{
    return (uint8_t)(index % 251 + 1);
}

static bool is_filled_with(const uint8_t *data, uint8_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != value)
            return false;
    return true;
}

static void append_marked(struct chain *chain, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint8_t *element = chain_append(chain);
        assert_true(is_filled_with(element, 0, chain->element_size));
        memset(element, mark_of(chain_count(chain) - 1), chain->element_size);
    }
}

static void check_marks(const struct chain *chain)
{
    for (uint64_t i = 0; i < chain_count(chain); i++)
        assert_true(is_filled_with(chain_at(chain, i), mark_of(i), chain->element_size));
}

static void an_empty_chain_owns_no_memory(void **state)
{
    (void)state;
    chain_init(&world->chain, &world->heap, 16);
    assert_int_equal(chain_count(&world->chain), 0);
    chain_truncate(&world->chain, 0);
    assert_int_equal(heap_bytes(&world->heap), 0);
}

static void elements_are_zeroed_and_found_by_index_at_any_size(void **state)
{
    (void)state;
    struct chain *chain = &world->chain;
    for (size_t i = 0; i < ARRAY_LEN(element_sizes); i++) {
        chain_init(chain, &world->heap, element_sizes[i]);
        append_marked(chain, element_count_for(element_sizes[i]));
        assert_int_equal(chain_count(chain), element_count_for(element_sizes[i]));
        check_marks(chain);
        heap_drop(&world->heap);
    }
}

static void elements_never_move(void **state)
{
    (void)state;
    static const uint8_t *places[3000];
    struct chain *chain = &world->chain;
    chain_init(chain, &world->heap, 40);
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        places[i] = chain_append(chain);
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        assert_ptr_equal(chain_at(chain, i), places[i]);
}

static void a_short_chain_is_small_and_a_long_one_wastes_little(void **state)
{
    (void)state;
    struct chain *chain = &world->chain;
    chain_init(chain, &world->heap, 16);
    append_marked(chain, 4);
    assert_int_equal(heap_bytes(&world->heap), 64 + 4 * sizeof(void *));
    append_marked(chain, 1);
    assert_int_equal(heap_bytes(&world->heap), 64 + 128 + 4 * sizeof(void *));
    append_marked(chain, 100000);
    assert_true(heap_held_bytes(&world->heap) < 16 * 100005 * 11 / 10);
}

static void what_is_cut_off_is_zero_when_appended_again(void **state)
{
    (void)state;
    static const uint64_t cuts[] = {299, 298, 255, 200, 128, 127, 64, 63, 33, 16, 15, 5, 4, 1, 0};
    struct chain *chain = &world->chain;
    for (size_t i = 0; i < ARRAY_LEN(element_sizes); i++) {
        chain_init(chain, &world->heap, element_sizes[i]);
        for (size_t cut = 0; cut < ARRAY_LEN(cuts); cut++) {
            append_marked(chain, 300 - chain_count(chain));
            chain_truncate(chain, cuts[cut]);
            assert_int_equal(chain_count(chain), cuts[cut]);
            check_marks(chain);
        }
        assert_int_equal(heap_bytes(&world->heap), 0);
        append_marked(chain, 100);
        check_marks(chain);
        heap_drop(&world->heap);
    }
}

static void truncating_leaves_the_memory_that_appending_would(void **state)
{
    (void)state;
    struct chain *chain = &world->chain;
    chain_init(chain, &world->heap, 64);
    append_marked(chain, 3);
    uint64_t bytes = heap_bytes(&world->heap);
    append_marked(chain, 11); /* no larger directory yet */
    chain_truncate(chain, 3);
    assert_int_equal(heap_bytes(&world->heap), bytes);
}

static void old_pages_stay_shared_while_a_long_chain_grows(void **state)
{
    (void)state;
    struct snapshot_store store;
    const char *why = NULL;
    assert_true(snapshot_store_open(&store, 64 * MEBIBYTE, &why));
    chain_init(&world->chain, &world->heap, 64);
    append_marked(&world->chain, 100000);
    struct snapshot *first = snapshot_take(&store, &region, NULL);
    uint64_t bytes = snapshot_store_bytes(&store);
    append_marked(&world->chain, 1000);
    assert_non_null(snapshot_take(&store, &region, first));
    /* 16 pages of elements and some of bookkeeping, of 1,600 */
    assert_in_range((snapshot_store_bytes(&store) - bytes) / REGION_PAGE_BYTES, 16, 32);
    snapshot_store_close(&store);
}

static void read_past_the_end(void)
{
    chain_init(&world->chain, &world->heap, 8);
    append_marked(&world->chain, 5);
    chain_at(&world->chain, 5);
}

static void an_index_past_the_end_stops_with_exit_code_3(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        read_past_the_end();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(an_empty_chain_owns_no_memory),
        FACT(elements_are_zeroed_and_found_by_index_at_any_size),
        FACT(elements_never_move),
        FACT(a_short_chain_is_small_and_a_long_one_wastes_little),
        FACT(what_is_cut_off_is_zero_when_appended_again),
        FACT(truncating_leaves_the_memory_that_appending_would),
        FACT(old_pages_stay_shared_while_a_long_chain_grows),
        FACT(an_index_past_the_end_stops_with_exit_code_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
