/*
 * test_heap.c: facts about blocks. A long random life of many blocks is checked
 * against a plain list of what should be in them; the same life in two regions
 * must leave the same bytes. Under AddressSanitizer, the poison is checked too.
 */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mix.h"

#define MEBIBYTE   (UINT64_C(1) << 20)
#define HEAP_COUNT 3u
#define SLOT_COUNT 300u

struct world {
    struct heap heaps[HEAP_COUNT];
};

static struct region region;
static struct world *world;

static struct world *world_open(struct region *in, uint64_t reserve_bytes)
{
    const char *why = NULL;
    assert_true(region_open(in, reserve_bytes, NULL, &why));
    struct world *made = region_create_root(in, sizeof(*made));
    for (uint32_t i = 0; i < HEAP_COUNT; i++)
        heap_init(&made->heaps[i], in->header);
    return made;
}

static int set_up(void **state)
{
    (void)state;
    world = world_open(&region, 64 * MEBIBYTE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

static bool is_filled_with(const uint8_t *data, uint8_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != value)
            return false;
    return true;
}

/* The exit code of a child that runs `body` with the world of this test. */
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

static void an_empty_heap_holds_no_chunk_and_a_small_one_holds_one(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    assert_int_equal(heap_held_bytes(heap), 0);
    for (size_t size = 0; size <= 2000; size += 100)
        assert_non_null(heap_alloc(heap, size > 1000 ? 8 : size));
    assert_int_equal(heap_held_bytes(heap), REGION_CHUNK_BYTES);
}

static void a_block_of_any_size_is_zeroed_aligned_and_its_own(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    uint8_t *previous = heap_alloc(heap, 16);
    memset(previous, 0xff, 16);
    size_t previous_size = 16;
    for (size_t size = 0; size < 40000; size += size < 9000 ? 1 : 97) {
        uint8_t *block = heap_alloc(heap, size);
        assert_int_equal((uintptr_t)block % 16, 0);
        assert_int_equal(heap_block_size(heap, block), size);
        assert_true(is_filled_with(block, 0, size));
        memset(block, 0xff, size);
        assert_true(is_filled_with(previous, 0xff, previous_size));
        heap_free(heap, previous);
        previous = block;
        previous_size = size;
    }
}

static void blocks_of_each_size_do_not_overlap_when_all_are_alive(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    static uint8_t *blocks[8300];
    for (size_t size = 0; size < ARRAY_LEN(blocks); size += 1 + size / 64) {
        blocks[size] = heap_alloc(heap, size);
        memset(blocks[size], (int)(size % 255) + 1, size);
    }
    for (size_t size = 0; size < ARRAY_LEN(blocks); size += 1 + size / 64)
        assert_true(is_filled_with(blocks[size], (uint8_t)(size % 255 + 1), size));
}

static void many_blocks_of_one_size_waste_at_most_a_quarter_of_what_is_held(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    size_t sizes[] = {40, 64, 100, 128, 150, 256, 500, 1024, 1300, 2048};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        uint64_t count = 4 * MEBIBYTE / sizes[i];
        for (uint64_t n = 0; n < count; n++)
            heap_alloc(heap, sizes[i]);
        assert_true(heap_held_bytes(heap) * 3 / 4 < heap_bytes(heap) + 8 * count);
        heap_drop(heap);
    }
}

static void the_last_block_freed_is_the_first_used_again_and_zero(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    uint8_t *blocks[3];
    for (int i = 0; i < 3; i++) {
        blocks[i] = heap_alloc(heap, 200);
        memset(blocks[i], 0xff, 200);
    }
    heap_free(heap, blocks[0]);
    heap_free(heap, blocks[1]);
    uint8_t *again = heap_alloc(heap, 180); /* another size of the same class */
    assert_ptr_equal(again, blocks[1]);
    assert_true(is_filled_with(again, 0, 180));
    assert_ptr_equal(heap_alloc(heap, 169), blocks[0]);
}

static void bytes_and_blocks_are_counted_exactly(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    void *small = heap_alloc(heap, 13);
    void *big = heap_alloc(heap, 100000);
    assert_int_equal(heap_bytes(heap), 100013);
    small = heap_resize(heap, small, 17);
    big = heap_resize(heap, big, 100001);
    assert_int_equal(heap_bytes(heap), 100018);
    assert_int_equal(heap->live_count, 2);
    heap_free(heap, big);
    heap_free(heap, small);
    heap_free(heap, NULL);
    assert_int_equal(heap_bytes(heap), 0);
    assert_int_equal(heap->live_count, 0);
}

static void resize_keeps_the_contents_and_what_is_new_is_zero(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    size_t sizes[] = {0, 1, 24, 17, 24, 3, 500, 8152, 8153, 16000, 30000, 29000, 29999, 100, 99};
    uint8_t *block = heap_resize(heap, NULL, 0);
    size_t filled = 0;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        block = heap_resize(heap, block, sizes[i]);
        size_t kept = MIN(filled, sizes[i]);
        assert_true(is_filled_with(block, 0xcc, kept));
        assert_true(is_filled_with(block + kept, 0, sizes[i] - kept));
        assert_int_equal(heap_block_size(heap, block), sizes[i]);
        memset(block, 0xcc, sizes[i]);
        filled = sizes[i];
    }
    assert_int_equal(heap->live_count, 1);
}

static void resize_within_the_class_stays_in_place(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    void *small = heap_alloc(heap, 137);
    assert_ptr_equal(heap_resize(heap, small, 168), small);
    assert_ptr_not_equal(heap_resize(heap, small, 169), small);
    void *big = heap_alloc(heap, 20000);
    assert_ptr_equal(heap_resize(heap, big, 2 * REGION_CHUNK_BYTES - 64), big);
    assert_ptr_not_equal(heap_resize(heap, big, 2 * REGION_CHUNK_BYTES - 63), big);
}

static void a_chunk_without_live_blocks_goes_back_to_the_region(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    static void *blocks[2000];
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        blocks[i] = heap_alloc(heap, 100);
    assert_true(heap_held_bytes(heap) > 10 * REGION_CHUNK_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        heap_free(heap, blocks[(i * 7) % ARRAY_LEN(blocks)]);
    assert_int_equal(heap_held_bytes(heap), REGION_CHUNK_BYTES);
    void *big = heap_alloc(heap, 50000);
    assert_int_equal(heap_held_bytes(heap), 5 * REGION_CHUNK_BYTES);
    heap_free(heap, big);
    assert_int_equal(heap_held_bytes(heap), REGION_CHUNK_BYTES);
}

static void a_chunk_whose_blocks_are_all_freed_is_cut_anew(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    uint8_t *first = heap_alloc(heap, 100);
    uint8_t *second = heap_alloc(heap, 3000);
    heap_free(heap, first);
    heap_free(heap, second);
    assert_ptr_equal(heap_alloc(heap, 8000), first);
    assert_int_equal(heap_held_bytes(heap), REGION_CHUNK_BYTES);
}

static void the_rest_of_a_full_chunk_is_not_lost(void **state)
{
    (void)state;
    struct heap *heap = &world->heaps[0];
    uint8_t *first = heap_alloc(heap, 8000);
    heap_alloc(heap, 4000);
    heap_alloc(heap, 8000); /* finds 4 KiB left, so goes to a second chunk */
    assert_int_equal(heap_held_bytes(heap), 2 * REGION_CHUNK_BYTES);
    uint8_t *in_the_rest = heap_alloc(heap, 3592);
    assert_true(in_the_rest > first && in_the_rest < first + REGION_CHUNK_BYTES);
    assert_true(is_filled_with(in_the_rest, 0, 3592));
}

static void a_drop_frees_everything_of_one_heap_and_nothing_of_another(void **state)
{
    (void)state;
    struct heap *victim = &world->heaps[0];
    struct heap *other = &world->heaps[1];
    uint64_t taken = region_taken_bytes(&region);
    uint8_t *kept = heap_alloc(other, 5000);
    memset(kept, 0x77, 5000);
    for (int i = 0; i < 1000; i++)
        memset(heap_alloc(victim, (size_t)i * 20), 0xff, (size_t)i * 20);
    heap_drop(victim);
    assert_int_equal(heap_bytes(victim), 0);
    assert_int_equal(heap_held_bytes(victim), 0);
    assert_int_equal(region_taken_bytes(&region), taken + REGION_CHUNK_BYTES);
    assert_true(is_filled_with(kept, 0x77, 5000));
    assert_true(is_filled_with(heap_alloc(victim, 9000), 0, 9000));
}

static void the_region_is_found_from_a_heap_in_a_block_of_another_heap(void **state)
{
    (void)state;
    struct heap *inner = heap_alloc(&world->heaps[0], sizeof(*inner));
    heap_init(inner, heap_region(&world->heaps[0]));
    assert_ptr_equal(heap_region(inner), region.header);
    assert_true(region_has(region.header, heap_alloc(inner, 10)));
}

/* ---- a long random life ---- */

struct slot {
    uint8_t *block;
    size_t size;
    uint32_t heap_index;
    uint8_t fill;
};

static size_t life_size(uint64_t bits)
{
    uint64_t kind = bits % 16;
    uint64_t limit = kind < 12 ? 200 : kind < 15 ? 9000 : 60000;
    return (size_t)mix_below(mix_bits(bits), limit);
}

static void slot_check(const struct slot *slot)
{
    assert_true(is_filled_with(slot->block, slot->fill, slot->size));
}

static void slot_step(struct world *in, struct slot *slot, uint64_t step)
{
    uint64_t bits = mix(11, 3, step);
    size_t size = life_size(bits);
    struct heap *heap = &in->heaps[slot->heap_index];
    if (!slot->block) {
        slot->block = heap_alloc(heap, size);
        assert_true(is_filled_with(slot->block, 0, size));
    } else if (bits >> 60 < 6) {
        slot_check(slot);
        slot->block = heap_resize(heap, slot->block, size);
        size_t kept = MIN(slot->size, size);
        assert_true(is_filled_with(slot->block, slot->fill, kept));
        assert_true(is_filled_with(slot->block + kept, 0, size - kept));
    } else {
        slot_check(slot);
        heap_free(heap, slot->block);
        *slot = (struct slot){.heap_index = slot->heap_index};
        return;
    }
    slot->size = size;
    slot->fill = (uint8_t)(bits >> 32);
    memset(slot->block, slot->fill, size);
}

static void drop_one_heap(struct world *in, struct slot *slots, uint32_t heap_index)
{
    heap_drop(&in->heaps[heap_index]);
    for (uint32_t i = 0; i < SLOT_COUNT; i++)
        if (slots[i].heap_index == heap_index)
            slots[i] = (struct slot){.heap_index = heap_index};
}

static uint64_t slot_bytes(const struct slot *slots, uint32_t heap_index)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < SLOT_COUNT; i++)
        bytes += slots[i].heap_index == heap_index && slots[i].block ? slots[i].size : 0;
    return bytes;
}

static void live_a_long_life(struct world *in, struct slot *slots, uint64_t step_count)
{
    for (uint32_t i = 0; i < SLOT_COUNT; i++)
        slots[i] = (struct slot){.heap_index = i % HEAP_COUNT};
    for (uint64_t step = 0; step < step_count; step++) {
        uint64_t bits = mix(11, 4, step);
        slot_step(in, &slots[mix_below(bits, SLOT_COUNT)], step);
        if (step % 4999 == 4998)
            drop_one_heap(in, slots, (uint32_t)(step % HEAP_COUNT));
    }
    for (uint32_t i = 0; i < HEAP_COUNT; i++)
        assert_int_equal(heap_bytes(&in->heaps[i]), slot_bytes(slots, i));
}

static void free_everything(struct world *in, struct slot *slots)
{
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        struct slot *slot = &slots[(i * 77) % SLOT_COUNT];
        heap_free(&in->heaps[slot->heap_index], slot->block);
        *slot = (struct slot){0};
    }
}

static void a_long_life_keeps_every_byte_and_leaves_nothing_behind(void **state)
{
    (void)state;
    static struct slot slots[SLOT_COUNT];
    live_a_long_life(world, slots, 60000);
    free_everything(world, slots);
    struct heap empty;
    for (uint32_t i = 0; i < HEAP_COUNT; i++) {
        struct heap *heap = &world->heaps[i];
        assert_true(heap_held_bytes(heap) <= REGION_CHUNK_BYTES);
        empty = (struct heap){.self_offset = heap->self_offset,
                              .chunk_count = heap->chunk_count,
                              .first_chunk = heap->first_chunk,
                              .cut_chunk = heap->cut_chunk};
        assert_memory_equal(heap, &empty, sizeof(empty)); /* all free lists are empty */
    }
    region_unpoison_all(&region);
    for (uint32_t i = 0; i < HEAP_COUNT; i++) {
        const uint8_t *chunk = region_chunk(region.header, world->heaps[i].first_chunk);
        if (world->heaps[i].first_chunk)
            assert_true(is_filled_with(chunk + 64, 0, REGION_CHUNK_BYTES - 64));
    }
}

static void the_same_life_leaves_the_same_bytes_at_another_base(void **state)
{
    (void)state;
    static struct slot slots[SLOT_COUNT];
    static struct slot other_slots[SLOT_COUNT];
    struct region other_region;
    struct world *other = world_open(&other_region, 64 * MEBIBYTE);
    live_a_long_life(world, slots, 9000);
    live_a_long_life(other, other_slots, 9000);
    assert_ptr_not_equal(region.header, other_region.header);
    assert_int_equal(region_high_water(&region), region_high_water(&other_region));
    region_unpoison_all(&region);
    region_unpoison_all(&other_region);
    assert_memory_equal(region.header, other_region.header, region_high_water(&region));
    region_close(&other_region);
}

static void a_life_after_a_reset_leaves_the_same_bytes_as_the_first(void **state)
{
    (void)state;
    static struct slot slots[SLOT_COUNT];
    struct region other_region;
    struct world *other = world_open(&other_region, 64 * MEBIBYTE);
    live_a_long_life(world, slots, 3000);
    region_reset(&region);
    world = region_create_root(&region, sizeof(*world));
    for (uint32_t i = 0; i < HEAP_COUNT; i++)
        heap_init(&world->heaps[i], region.header);
    live_a_long_life(world, slots, 5000);
    live_a_long_life(other, slots, 5000);
    region_unpoison_all(&region);
    region_unpoison_all(&other_region);
    assert_int_equal(region_high_water(&region), region_high_water(&other_region));
    assert_memory_equal(region.header, other_region.header, region_high_water(&region));
    region_close(&other_region);
}

/* ---- bugs that stop ---- */

static void free_small_twice(void)
{
    void *block = heap_alloc(&world->heaps[0], 10);
    heap_alloc(&world->heaps[0], 10);
    heap_free(&world->heaps[0], block);
    heap_free(&world->heaps[0], block);
}

static void free_big_twice(void)
{
    void *block = heap_alloc(&world->heaps[0], 100000);
    heap_free(&world->heaps[0], block);
    heap_free(&world->heaps[0], block);
}

static void free_after_a_drop(void)
{
    void *block = heap_alloc(&world->heaps[0], 10);
    heap_drop(&world->heaps[0]);
    heap_free(&world->heaps[0], block);
}

static void free_in_the_wrong_heap(void)
{
    heap_free(&world->heaps[1], heap_alloc(&world->heaps[0], 10));
}

static void free_outside_of_the_region(void)
{
    _Alignas(16) uint8_t local[16] = {0};
    heap_free(&world->heaps[0], local);
}

static void outgrow_the_region(void)
{
    for (;;)
        heap_alloc(&world->heaps[0], 5000);
}

static void ask_for_a_block_too_big(void)
{
    heap_alloc(&world->heaps[0], SIZE_MAX - 8);
}

static void resize_a_run_out_of_all_bounds(void)
{
    heap_resize(&world->heaps[0], heap_alloc(&world->heaps[0], 10000), SIZE_MAX - 8);
}

static void a_bug_stops_with_exit_code_3(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(free_small_twice), 3);
    assert_int_equal(exit_code_of(free_big_twice), 3);
    assert_int_equal(exit_code_of(free_after_a_drop), 3);
    assert_int_equal(exit_code_of(free_in_the_wrong_heap), 3);
    assert_int_equal(exit_code_of(free_outside_of_the_region), 3);
    assert_int_equal(exit_code_of(outgrow_the_region), 3);
    assert_int_equal(exit_code_of(ask_for_a_block_too_big), 3);
    assert_int_equal(exit_code_of(resize_a_run_out_of_all_bounds), 3);
}

/* ---- what AddressSanitizer must see ---- */

int __asan_address_is_poisoned(const volatile void *address) __attribute__((weak));

static bool is_poisoned(const uint8_t *address)
{
    return __asan_address_is_poisoned(address);
}

static void exactly_the_live_bytes_may_be_touched(void **state)
{
    (void)state;
    if (!REGION_HAS_ASAN)
        skip();
    struct heap *heap = &world->heaps[0];
    size_t sizes[] = {0, 1, 7, 8, 9, 24, 100, 8152, 8153, 20000};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        uint8_t *block = heap_alloc(heap, sizes[i]);
        assert_true(is_poisoned(block - 1));
        assert_true(is_poisoned(block + sizes[i]));
        for (size_t at = 0; at < sizes[i]; at++)
            assert_false(is_poisoned(block + at));
        block = heap_resize(heap, block, sizes[i] / 2);
        assert_true(is_poisoned(block + sizes[i] / 2));
        heap_free(heap, block);
        assert_true(is_poisoned(block));
    }
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(an_empty_heap_holds_no_chunk_and_a_small_one_holds_one),
        FACT(a_block_of_any_size_is_zeroed_aligned_and_its_own),
        FACT(blocks_of_each_size_do_not_overlap_when_all_are_alive),
        FACT(many_blocks_of_one_size_waste_at_most_a_quarter_of_what_is_held),
        FACT(the_last_block_freed_is_the_first_used_again_and_zero),
        FACT(bytes_and_blocks_are_counted_exactly),
        FACT(resize_keeps_the_contents_and_what_is_new_is_zero),
        FACT(resize_within_the_class_stays_in_place),
        FACT(a_chunk_without_live_blocks_goes_back_to_the_region),
        FACT(a_chunk_whose_blocks_are_all_freed_is_cut_anew),
        FACT(the_rest_of_a_full_chunk_is_not_lost),
        FACT(a_drop_frees_everything_of_one_heap_and_nothing_of_another),
        FACT(the_region_is_found_from_a_heap_in_a_block_of_another_heap),
        FACT(a_long_life_keeps_every_byte_and_leaves_nothing_behind),
        FACT(the_same_life_leaves_the_same_bytes_at_another_base),
        FACT(a_life_after_a_reset_leaves_the_same_bytes_as_the_first),
        FACT(a_bug_stops_with_exit_code_3),
        FACT(exactly_the_live_bytes_may_be_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
