/*
 * test_table.c: facts about tables. A long random life is checked against a plain
 * list in insertion order, which is both the contents and the order of a walk.
 */
#include "base/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

#include "base/mix.h"

#define MEBIBYTE   (UINT64_C(1) << 20)
#define MODEL_ROOM 600u

struct world {
    struct heap heap;
    struct table table;
};

static struct region region;
static struct world *world;
static struct table *table;

static int set_up(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_true(region_open(&region, 256 * MEBIBYTE, NULL, &why));
    world = region_create_root(&region, sizeof(*world));
    heap_init(&world->heap, region.header);
    table = &world->table;
    table_init(table, &world->heap);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

static void an_empty_table_owns_no_memory_and_has_no_key(void **state)
{
    (void)state;
    uint32_t cursor = 0;
    uint64_t key;
    uint64_t value;
    assert_false(table_has(table, 0));
    assert_false(table_remove(table, 7));
    assert_false(table_next(table, &cursor, &key, &value));
    table_clear(table);
    assert_int_equal(heap_bytes(&world->heap), 0);
}

static void the_extreme_keys_and_values_are_ordinary(void **state)
{
    (void)state;
    assert_true(table_set(table, 0, UINT64_MAX));
    assert_true(table_set(table, UINT64_MAX, 0));
    assert_int_equal(table_get(table, 0, 5), UINT64_MAX);
    assert_int_equal(table_get(table, UINT64_MAX, 5), 0);
    assert_int_equal(table_get(table, 1, 5), 5);
    assert_true(table_remove(table, 0));
    assert_false(table_has(table, 0));
    assert_true(table_has(table, UINT64_MAX));
}

static void setting_an_old_key_changes_its_value_only(void **state)
{
    (void)state;
    assert_true(table_set(table, 3, 30));
    assert_false(table_set(table, 3, 31));
    assert_int_equal(table_get(table, 3, 0), 31);
    *table_find(table, 3) += 1;
    assert_int_equal(table_get(table, 3, 0), 32);
    assert_int_equal(table_count(table), 1);
}

static void a_walk_goes_in_insertion_order(void **state)
{
    (void)state;
    static const uint64_t keys[] = {900, 2, 77, UINT64_MAX, 0, 31};
    static const uint64_t wanted[] = {900, 77, UINT64_MAX, 0, 31, 2};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        table_set(table, keys[i], i);
    table_set(table, 900, 100); /* keeps its place */
    table_remove(table, 2);
    table_set(table, 2, 200); /* goes to the end */
    uint32_t cursor = 0;
    uint64_t key;
    uint64_t value;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        assert_true(table_next(table, &cursor, &key, &value));
        assert_int_equal(key, wanted[i]);
        assert_int_equal(value, table_get(table, key, 0));
    }
    assert_false(table_next(table, &cursor, &key, &value));
}

static void keys_may_be_removed_during_a_walk(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 1000; key++)
        table_set(table, key, key * 2);
    uint32_t cursor = 0;
    uint64_t key;
    uint64_t value;
    uint64_t seen = 0;
    while (table_next(table, &cursor, &key, &value)) {
        assert_int_equal(key, seen++);
        if (key % 3)
            assert_true(table_remove(table, key));
    }
    assert_int_equal(seen, 1000);
    assert_int_equal(table_count(table), 334);
    for (uint64_t k = 0; k < 1000; k++)
        assert_int_equal(table_get(table, k, UINT64_MAX), k % 3 ? UINT64_MAX : k * 2);
}

/* ---- a long random life against a list ---- */

struct model {
    uint64_t keys[MODEL_ROOM];
    uint64_t values[MODEL_ROOM];
    uint32_t count;
};

static uint32_t model_find(const struct model *model, uint64_t key)
{
    uint32_t i = 0;
    while (i < model->count && model->keys[i] != key)
        i++;
    return i;
}

static bool model_set(struct model *model, uint64_t key, uint64_t value)
{
    uint32_t i = model_find(model, key);
    model->keys[i] = key;
    model->values[i] = value;
    bool is_new = i == model->count;
    model->count += is_new;
    return is_new;
}

static bool model_remove(struct model *model, uint64_t key)
{
    uint32_t i = model_find(model, key);
    if (i == model->count)
        return false;
    model->count--;
    memmove(model->keys + i, model->keys + i + 1, (model->count - i) * sizeof(uint64_t));
    memmove(model->values + i, model->values + i + 1, (model->count - i) * sizeof(uint64_t));
    return true;
}

static void check_against(const struct model *model)
{
    uint32_t cursor = 0;
    uint64_t key;
    uint64_t value;
    assert_int_equal(table_count(table), model->count);
    for (uint32_t i = 0; i < model->count; i++) {
        assert_true(table_next(table, &cursor, &key, &value));
        assert_int_equal(key, model->keys[i]);
        assert_int_equal(value, model->values[i]);
        assert_int_equal(table_get(table, key, ~value), value);
    }
    assert_false(table_next(table, &cursor, &key, &value));
}

static void a_long_life_agrees_with_a_list(void **state)
{
    (void)state;
    static struct model model;
    model.count = 0;
    for (uint64_t step = 0; step < 40000; step++) {
        uint64_t key = mix_below(mix(9, 1, step), 500);
        bool is_growing = (step / 5000) % 2 == 0; /* it fills and empties by turns */
        if (mix_below(mix(9, 2, step), 10) < (is_growing ? 8u : 2u))
            assert_int_equal(table_set(table, key, step), model_set(&model, key, step));
        else
            assert_int_equal(table_remove(table, key), model_remove(&model, key));
        if (step % 500 == 0)
            check_against(&model);
    }
    check_against(&model);
}

/* Sixteen slots at first: keys with equal homes pile up, also round the end of the array. */
static void removal_closes_gaps_also_round_the_end_of_the_slots(void **state)
{
    (void)state;
    for (uint64_t home = 12; home < 16; home++) {
        uint64_t keys[6];
        uint32_t count = 0;
        for (uint64_t key = 0; count < ARRAY_LEN(keys); key++)
            if ((mix_bits(key) & 15) == home)
                keys[count++] = key;
        for (uint32_t removed = 0; removed < ARRAY_LEN(keys); removed++) {
            for (uint32_t i = 0; i < ARRAY_LEN(keys); i++)
                table_set(table, keys[i], i);
            assert_true(table_remove(table, keys[removed]));
            for (uint32_t i = 0; i < ARRAY_LEN(keys); i++)
                assert_int_equal(table_has(table, keys[i]), i != removed);
            table_clear(table);
        }
    }
}

static void a_table_that_only_turns_over_does_not_grow(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 100000; key++) {
        table_set(table, key, key);
        if (key >= 10)
            assert_true(table_remove(table, key - 10));
    }
    assert_int_equal(table_count(table), 10);
    assert_int_equal(table->entry_room, 32);
}

static void a_large_table_finds_every_key(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 200000; i++)
        assert_true(table_set(table, i << 40, i));
    for (uint64_t i = 0; i < 200000; i++)
        assert_int_equal(table_get(table, i << 40, UINT64_MAX), i);
    assert_false(table_has(table, 1));
    table_clear(table);
    assert_int_equal(heap_bytes(&world->heap), 0);
    assert_int_equal(table_count(table), 0);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(an_empty_table_owns_no_memory_and_has_no_key),
        FACT(the_extreme_keys_and_values_are_ordinary),
        FACT(setting_an_old_key_changes_its_value_only),
        FACT(a_walk_goes_in_insertion_order),
        FACT(keys_may_be_removed_during_a_walk),
        FACT(a_long_life_agrees_with_a_list),
        FACT(removal_closes_gaps_also_round_the_end_of_the_slots),
        FACT(a_table_that_only_turns_over_does_not_grow),
        FACT(a_large_table_finds_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
