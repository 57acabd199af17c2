/*
 * test_region.c: facts about chunks. First fit is checked against the most naive
 * model there is, an array of booleans.
 */
#include "base/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mix.h"

#define MEBIBYTE (UINT64_C(1) << 20)
#define FIRST    REGION_FIRST_CHUNK

static struct region opened(uint64_t reserve_bytes)
{
    struct region region;
    const char *why = NULL;
    assert_true(region_open(&region, reserve_bytes, NULL, &why));
    assert_null(why);
    return region;
}

/* The exit code of a child that runs `body`. */
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

static bool is_all_zero(const uint8_t *data, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        if (data[i])
            return false;
    return true;
}

static void a_fresh_region_is_empty_and_has_no_root(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    assert_null(region_root(&region));
    assert_int_equal(region_taken_bytes(&region), 0);
    assert_int_equal(region_high_water(&region), FIRST * REGION_CHUNK_BYTES);
    assert_true(region_has(region.header, (uint8_t *)region.header + MEBIBYTE - 1));
    assert_false(region_has(region.header, (uint8_t *)region.header + MEBIBYTE));
    assert_false(region_has(region.header, (uint8_t *)region.header - 1));
    region_close(&region);
    assert_null(region.header);
    region_close(&region);
}

static void a_reserve_out_of_bounds_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct region region;
    const char *why = NULL;
    assert_false(region_open(&region, REGION_RESERVE_MIN - 1, NULL, &why));
    assert_string_equal(why, "the reserve of a world must lie between 64 KiB and 2 GiB");
    why = NULL;
    assert_false(region_open(&region, REGION_RESERVE_MAX + 1, NULL, &why));
    assert_non_null(why);
    assert_null(region.header);
    region = opened(REGION_RESERVE_MAX);
    region_close(&region);
}

static void open_without_address_space(void)
{
    struct rlimit limit = {256 * MEBIBYTE, 256 * MEBIBYTE};
    struct region region;
    const char *why = NULL;
    if (setrlimit(RLIMIT_AS, &limit) != 0)
        _exit(10);
    bool is_open = region_open(&region, REGION_RESERVE_PLAN, NULL, &why);
    _exit(!is_open && why && !region.header ? 42 : 11);
}

static void a_refusal_of_the_system_is_a_sentence_and_no_crash(void **state)
{
    (void)state;
    if (REGION_HAS_ASAN)
        skip(); /* its shadow alone exceeds any useful limit */
    assert_int_equal(exit_code_of(open_without_address_space), 42);
}

static void the_hint_is_only_a_hint(void **state)
{
    (void)state;
    struct region first = opened(MEBIBYTE);
    struct region second;
    const char *why = NULL;
    assert_true(region_open(&second, MEBIBYTE, first.header, &why));
    assert_ptr_not_equal(first.header, second.header);
    region_close(&first);
    region_close(&second);
}

static void the_root_is_zeroed_aligned_and_found_again(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    uint8_t *root = region_create_root(&region, 40000);
    assert_ptr_equal(region_root(&region), root);
    assert_int_equal((uintptr_t)root % 16, 0);
    assert_true(is_all_zero(root, 40000));
    assert_int_equal(region_taken_bytes(&region), 3 * REGION_CHUNK_BYTES);
    region_close(&region);
}

static void chunks_are_taken_from_the_lowest_index_up(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    struct region_header *header = region.header;
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(region_take_chunks(header, 1), FIRST + i);
    region_give_chunks(header, FIRST + 3, 1);
    region_give_chunks(header, FIRST + 1, 1);
    assert_int_equal(region_take_chunks(header, 1), FIRST + 1);
    assert_int_equal(region_take_chunks(header, 1), FIRST + 3);
    assert_int_equal(region_take_chunks(header, 1), FIRST + 5);
    region_close(&region);
}

static void a_run_takes_the_first_gap_that_is_long_enough(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    struct region_header *header = region.header;
    assert_int_equal(region_take_chunks(header, 10), FIRST);
    region_give_chunks(header, FIRST + 1, 2);
    region_give_chunks(header, FIRST + 5, 3);
    assert_int_equal(region_take_chunks(header, 3), FIRST + 5);
    assert_int_equal(region_take_chunks(header, 2), FIRST + 1);
    region_close(&region);
}

static void a_run_may_begin_in_the_gap_below_the_mark_and_end_above_it(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    struct region_header *header = region.header;
    region_take_chunks(header, 4);
    region_give_chunks(header, FIRST + 2, 2);
    assert_int_equal(region_take_chunks(header, 5), FIRST + 2);
    assert_int_equal(header->chunk_high_water, FIRST + 7);
    assert_int_equal(header->chunk_taken_count, 7);
    region_close(&region);
}

static void a_chunk_given_back_dirty_is_handed_out_zero(void **state)
{
    (void)state;
    struct region region = opened(MEBIBYTE);
    uint32_t first = region_take_chunks(region.header, 2);
    memset(region_chunk(region.header, first), 0xff, 2 * REGION_CHUNK_BYTES);
    region_give_chunks(region.header, first, 2);
    assert_int_equal(region_take_chunks(region.header, 2), first);
    assert_true(is_all_zero(region_chunk(region.header, first), 2 * REGION_CHUNK_BYTES));
    region_close(&region);
}

#define MODEL_CHUNKS 300u

static uint32_t model_first_fit(const bool *is_taken, uint32_t count)
{
    for (uint32_t start = FIRST;; start++) {
        uint32_t length = 0;
        while (length < count && !is_taken[start + length])
            length++;
        if (length == count)
            return start;
    }
}

struct run {
    uint32_t first;
    uint32_t count;
};

static void model_take(struct region_header *header, bool *is_taken, struct run *run)
{
    assert_int_equal(model_first_fit(is_taken, run->count), run->first);
    assert_true(is_all_zero(region_chunk(header, run->first), run->count * REGION_CHUNK_BYTES));
    memset(region_chunk(header, run->first), 0xee, 64);
    memset(is_taken + run->first, true, run->count);
}

static void model_give(struct region_header *header, bool *is_taken, struct run *run)
{
    region_give_chunks(header, run->first, run->count);
    memset(is_taken + run->first, false, run->count);
    *run = (struct run){0};
}

static void first_fit_agrees_with_an_array_of_booleans(void **state)
{
    (void)state;
    struct region region = opened(MODEL_CHUNKS * REGION_CHUNK_BYTES);
    bool is_taken[MODEL_CHUNKS] = {0};
    struct run runs[40] = {0};
    for (uint64_t step = 0; step < 3000; step++) {
        struct run *run = &runs[mix_below(mix(7, 1, step), ARRAY_LEN(runs))];
        if (run->count) {
            model_give(region.header, is_taken, run);
            continue;
        }
        uint64_t bits = mix(7, 2, step);
        run->count = bits & 1 ? 1 : 1 + (uint32_t)mix_below(bits, 6);
        run->first = region_take_chunks(region.header, run->count);
        model_take(region.header, is_taken, run);
    }
    for (uint32_t i = FIRST; i < MODEL_CHUNKS; i++)
        assert_int_equal(region_is_chunk_free(region.header, i), !is_taken[i]);
    region_close(&region);
}

static void the_last_chunk_a_bitmap_can_name_is_usable(void **state)
{
    (void)state;
    struct region region = opened(REGION_RESERVE_MAX);
    struct region_header *header = region.header;
    uint32_t last = (uint32_t)REGION_CHUNK_MAX - 1;
    region_take_chunks(header, last - FIRST);
    assert_int_equal(region_take_chunks(header, 1), last);
    region_give_chunks(header, last, 1);
    assert_true(region_is_chunk_free(header, last));
    assert_int_equal(region_take_chunks(header, 1), last);
    region_close(&region);
}

static void scribble(struct region *region)
{
    memset(region_create_root(region, 100), 0x5a, 100);
    uint32_t first = region_take_chunks(region->header, 7);
    memset(region_chunk(region->header, first), 0xa5, 7 * REGION_CHUNK_BYTES);
    region_give_chunks(region->header, first + 2, 3);
}

static void the_same_calls_give_the_same_bytes_at_another_base(void **state)
{
    (void)state;
    struct region one = opened(MEBIBYTE);
    struct region two = opened(MEBIBYTE);
    scribble(&one);
    scribble(&two);
    region_unpoison_all(&one);
    region_unpoison_all(&two);
    assert_ptr_not_equal(one.header, two.header);
    assert_int_equal(region_high_water(&one), region_high_water(&two));
    assert_memory_equal(one.header, two.header, region_high_water(&one));
    region_close(&one);
    region_close(&two);
}

static void a_reset_region_is_as_a_fresh_one(void **state)
{
    (void)state;
    struct region used = opened(64 * MEBIBYTE);
    struct region fresh = opened(64 * MEBIBYTE);
    uint32_t chunk_counts[] = {3, 3000}; /* cleared in place; too many, so given back */
    for (size_t i = 0; i < ARRAY_LEN(chunk_counts); i++) {
        uint32_t first = region_take_chunks(used.header, chunk_counts[i]);
        uint64_t size = chunk_counts[i] * REGION_CHUNK_BYTES;
        memset(region_chunk(used.header, first), 0xff, size);
        region_give_chunks(used.header, first, 1);
        region_create_root(&used, 10);
        region_reset(&used);
        assert_memory_equal(used.header, fresh.header, sizeof(*fresh.header));
        assert_true(is_all_zero(region_chunk(used.header, first), size));
    }
    region_close(&used);
    region_close(&fresh);
}

static void take_more_than_there_is(void)
{
    struct region region = opened(REGION_RESERVE_MIN);
    region_take_chunks(region.header, 2);
    region_take_chunks(region.header, 1);
}

static void take_all_there_is(void)
{
    struct region region = opened(REGION_RESERVE_MIN);
    region_take_chunks(region.header, 2);
}

static void give_twice(void)
{
    struct region region = opened(MEBIBYTE);
    uint32_t first = region_take_chunks(region.header, 2);
    region_give_chunks(region.header, first, 1);
    region_give_chunks(region.header, first, 1);
}

static void give_the_header(void)
{
    struct region region = opened(MEBIBYTE);
    region_take_chunks(region.header, 2);
    region_give_chunks(region.header, 0, 1);
}

static void a_bug_stops_with_exit_code_3(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(take_all_there_is), 0);
    assert_int_equal(exit_code_of(take_more_than_there_is), 3);
    assert_int_equal(exit_code_of(give_twice), 3);
    assert_int_equal(exit_code_of(give_the_header), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_region_is_empty_and_has_no_root),
        cmocka_unit_test(a_reserve_out_of_bounds_is_refused_with_a_sentence),
        cmocka_unit_test(a_refusal_of_the_system_is_a_sentence_and_no_crash),
        cmocka_unit_test(the_hint_is_only_a_hint),
        cmocka_unit_test(the_root_is_zeroed_aligned_and_found_again),
        cmocka_unit_test(chunks_are_taken_from_the_lowest_index_up),
        cmocka_unit_test(a_run_takes_the_first_gap_that_is_long_enough),
        cmocka_unit_test(a_run_may_begin_in_the_gap_below_the_mark_and_end_above_it),
        cmocka_unit_test(a_chunk_given_back_dirty_is_handed_out_zero),
        cmocka_unit_test(first_fit_agrees_with_an_array_of_booleans),
        cmocka_unit_test(the_last_chunk_a_bitmap_can_name_is_usable),
        cmocka_unit_test(the_same_calls_give_the_same_bytes_at_another_base),
        cmocka_unit_test(a_reset_region_is_as_a_fresh_one),
        cmocka_unit_test(a_bug_stops_with_exit_code_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
