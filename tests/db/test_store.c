/*
 * test_store.c: the skip list against the simplest thing that does the same, a
 * sorted array; and the promises about its shape and its memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/bytes.h"
#include "base/mix.h"
#include "base/snapshot.h"
#include "db/store/store.h"

#define KEYS_MAX  700
#define KEY_BYTES 24

/* --- a memory for stores ----------------------------------------------------------------- */

struct memory {
    struct region region;
    struct env env; /* only its memory is used */
};

static void memory_open(struct memory *memory)
{
    const char *why = NULL;
    memset(memory, 0, sizeof *memory);
    assert_true(region_open(&memory->region, UINT64_C(256) << 20, NULL, &why));
    memory->env.memory = region_create_root(&memory->region, sizeof *memory->env.memory);
    heap_init(memory->env.memory, memory->region.header);
}

static void memory_close(struct memory *memory)
{
    region_close(&memory->region);
}

/* Key ranges are in the order of keys: what a model can follow. */
static const struct placement_order by_key = {.strategy = PLACEMENT_RANGES};

/* --- the model: a sorted array ------------------------------------------------------------- */

struct model_row {
    uint8_t key[KEY_BYTES];
    uint32_t key_size;
    uint8_t value[64];
    uint32_t value_size;
    int64_t timestamp;
    bool is_tombstone;
};

struct model {
    struct model_row rows[KEYS_MAX];
    uint32_t count;
};

static struct bytes key_of(const struct model_row *row)
{
    return (struct bytes){row->key, row->key_size};
}

static uint32_t model_seek(const struct model *model, struct bytes key)
{
    uint32_t index = 0;
    while (index < model->count && bytes_compare(key_of(&model->rows[index]), key) < 0)
        index++;
    return index;
}

static bool model_has(const struct model *model, uint32_t index, struct bytes key)
{
    return index < model->count && bytes_compare(key_of(&model->rows[index]), key) == 0;
}

static void model_put(struct model *model, const struct model_row *row)
{
    uint32_t index = model_seek(model, key_of(row));
    if (!model_has(model, index, key_of(row))) {
        memmove(model->rows + index + 1, model->rows + index, (model->count - index) * sizeof *row);
        model->count++;
    }
    model->rows[index] = *row;
}

static bool model_remove(struct model *model, struct bytes key)
{
    uint32_t index = model_seek(model, key);
    if (!model_has(model, index, key))
        return false;
    model->count--;
    memmove(model->rows + index, model->rows + index + 1,
            (model->count - index) * sizeof model->rows[0]);
    return true;
}

/* Keys with common beginnings of every length, zeros, prefixes of one another, binary. */
static struct model_row random_row(uint64_t i)
{
    uint64_t bits = mix(3, 4, i);
    struct model_row row = {.timestamp = (int64_t)i};
    row.key_size = 1 + (uint32_t)(bits % 12);
    for (uint32_t k = 0; k < row.key_size; k++)
        row.key[k] = (uint8_t)(k < 9 ? (bits >> (8 + k)) % 2 * 255 : (bits >> (8 + 2 * k)) % 3);
    row.is_tombstone = (bits >> 40) % 8 == 0;
    row.value_size = row.is_tombstone ? 0 : (uint32_t)(bits >> 44) % 64;
    memset(row.value, (int)(bits >> 56), row.value_size);
    return row;
}

static struct version version_of(const struct model_row *row)
{
    return (struct version){
        row->timestamp, row->is_tombstone, VERSION_PLAIN, {row->value, row->value_size}};
}

static void assert_row(const struct store_row *row, const struct model_row *expected)
{
    struct version version = version_of(expected);
    assert_non_null(row);
    assert_int_equal(bytes_compare(row->key, key_of(expected)), 0);
    assert_int_equal(version_compare(&row->version, &version), 0);
}

static void assert_same(const struct store *store, const struct model *model)
{
    const struct store_row *row = store_first(store);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < model->count; i++, row = store_next(row)) {
        assert_row(row, &model->rows[i]);
        bytes += model->rows[i].key_size + model->rows[i].value_size;
    }
    assert_null(row);
    assert_int_equal(store_count(store), model->count);
    assert_int_equal(store_bytes(store), bytes);
}

/* --- facts ---------------------------------------------------------------------------------- */

static void a_store_is_a_sorted_array(void **state)
{
    (void)state;
    static struct model model;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, by_key);
    model.count = 0;
    for (uint64_t i = 0; i < 60000; i++) {
        struct model_row row = random_row(i);
        struct version version = version_of(&row);
        uint64_t choice = mix(5, 6, i) % 10;
        if (choice < 4 && model.count < KEYS_MAX - 1) {
            store_put(&store, &memory.env, key_of(&row), &version);
            model_put(&model, &row);
        } else if (choice < 8) {
            bool was_there = store_remove(&store, &memory.env, key_of(&row));
            assert_int_equal(was_there, model_remove(&model, key_of(&row)));
        }
        uint32_t index = model_seek(&model, key_of(&row));
        const struct store_row *at = store_seek(&store, key_of(&row));
        if (index < model.count)
            assert_row(at, &model.rows[index]);
        else
            assert_null(at);
        bool is_there = model_has(&model, index, key_of(&row));
        assert_ptr_equal(store_find(&store, key_of(&row)), is_there ? at : NULL);
        if (i % 1000 == 0)
            assert_same(&store, &model);
    }
    assert_same(&store, &model);
    store_clear(&store, &memory.env);
    assert_int_equal(heap_bytes(memory.env.memory), 0);
    memory_close(&memory);
}

static struct store_sum sum_by_walking(const struct store *store, struct position_range range)
{
    struct store_sum sum = {0};
    for (const struct store_row *row = store_first(store); row; row = store_next(row))
        if (range_has(range, row->position)) {
            sum.rows++;
            sum.fingerprint += store_row_digest(row->key, &row->version);
        }
    return sum;
}

static void a_sum_over_any_range_is_that_of_a_walk(void **state)
{
    (void)state;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, (struct placement_order){0}); /* by hash */
    for (uint64_t i = 0; i < 20000; i++) {
        struct model_row row = random_row(mix(7, 8, i) % 4000);
        struct version version = version_of(&row);
        version.timestamp += (int64_t)(i % 3);
        if (mix(9, 10, i) % 10 < 6)
            store_put(&store, &memory.env, key_of(&row), &version);
        else
            store_remove(&store, &memory.env, key_of(&row));
        if (i % 97)
            continue;
        /* the ends of ranges are those of rows as often as not */
        const struct store_row *at = store_seek(&store, key_of(&row));
        uint64_t from = at && i % 2 ? at->position : mix(11, 12, i), to = mix(13, 14, i);
        struct position_range ranges[] = {{from, to}, {to, from}, {from, from}, {0, UINT64_MAX}};
        for (size_t r = 0; r < ARRAY_LEN(ranges); r++) {
            struct store_sum expected = sum_by_walking(&store, ranges[r]);
            struct store_sum sum = store_sum(&store, ranges[r]);
            assert_int_equal(sum.rows, expected.rows);
            assert_true(sum.fingerprint == expected.fingerprint);
        }
    }
    memory_close(&memory);
}

static void rows_after_a_position_begin_with_the_next_one(void **state)
{
    (void)state;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, (struct placement_order){0});
    for (uint64_t i = 0; i < 300; i++) {
        struct model_row row = random_row(i);
        struct version version = version_of(&row);
        store_put(&store, &memory.env, key_of(&row), &version);
    }
    const struct store_row *row = store_first(&store);
    for (const struct store_row *next; (next = store_next(row)) != NULL; row = next) {
        assert_true(row->position <= next->position);
        assert_ptr_equal(store_after(&store, row->position), next);
        assert_ptr_equal(store_after(&store, next->position - 1), next);
    }
    assert_null(store_after(&store, row->position));
    assert_null(store_after(&store, UINT64_MAX));
    memory_close(&memory);
}

static void a_key_that_was_never_written_has_the_zero_version(void **state)
{
    (void)state;
    struct store store;
    struct version version = {.timestamp = 7, .is_tombstone = true};
    store_init(&store, by_key);
    assert_false(store_get(&store, (struct bytes){(const uint8_t *)"k", 1}, &version));
    assert_int_equal(version.timestamp, 0);
    assert_false(version.is_tombstone);
    assert_int_equal(version.value.size, 0);
}

static void number_key(uint8_t key[8], uint64_t number)
{
    for (uint32_t i = 8; i-- > 0; number /= 10)
        key[i] = (uint8_t)('0' + number % 10);
}

/* Insert 0 .. count-1 in the order i * step mod count. */
static void fill(struct store *store, struct memory *memory, uint64_t count, uint64_t step)
{
    uint8_t key[8];
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number = i * step % count;
        number_key(key, number);
        struct version version = {.timestamp = (int64_t)number, .value = {key, 8}};
        store_put(store, &memory->env, (struct bytes){key, 8}, &version);
    }
}

static void the_shape_depends_on_the_content_only(void **state)
{
    (void)state;
    struct memory memory[2];
    struct store store[2];
    for (uint32_t i = 0; i < 2; i++) {
        memory_open(&memory[i]);
        store_init(&store[i], by_key);
    }
    fill(&store[0], &memory[0], 1009, 1);
    fill(&store[1], &memory[1], 1009, 577); /* another order, and a detour: */
    uint8_t extra[] = {0xff, 0xff};
    store_put(&store[1], &memory[1].env, (struct bytes){extra, 2}, &(struct version){0});
    store_remove(&store[1], &memory[1].env, (struct bytes){extra, 2});
    assert_int_equal(store[0].levels, store[1].levels);
    for (uint32_t level = 0; level < STORE_LEVELS; level++) {
        const struct store_row *a = (const struct store_row *)store[0].head[level];
        const struct store_row *b = (const struct store_row *)store[1].head[level];
        assert_int_equal(a == NULL, b == NULL);
        if (a)
            assert_int_equal(bytes_compare(a->key, b->key), 0);
    }
    assert_int_equal(heap_bytes(memory[0].env.memory), heap_bytes(memory[1].env.memory));
    for (uint32_t i = 0; i < 2; i++)
        memory_close(&memory[i]);
}

static void a_value_may_be_replaced_by_a_part_of_itself(void **state)
{
    (void)state;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, by_key);
    struct bytes key = {(const uint8_t *)"k", 1};
    struct version version = {1, false, VERSION_PLAIN, {(const uint8_t *)"0123456789abcdef", 16}};
    const struct store_row *row = store_put(&store, &memory.env, key, &version);
    version = row->version;
    version.value.data += 10;
    version.value.size = 6;
    store_put(&store, &memory.env, row->key, &version); /* moves to a smaller block */
    assert_memory_equal(store_find(&store, key)->version.value.data, "abcdef", 6);
    version = row->version;
    version.value.data += 1;
    version.value.size = 5;
    store_put(&store, &memory.env, row->key, &version); /* slides in place */
    assert_memory_equal(store_find(&store, key)->version.value.data, "bcdef", 5);
    assert_int_equal(store_bytes(&store), 6);
    memory_close(&memory);
}

static void a_walk_survives_puts_and_removals_of_other_keys(void **state)
{
    (void)state;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, by_key);
    fill(&store, &memory, 1000, 1);
    uint64_t expected = 0;
    uint8_t key[8];
    for (const struct store_row *row = store_first(&store); row; row = store_next(row)) {
        assert_int_equal(row->version.timestamp, expected);
        number_key(key, expected);
        if (expected > 0) {
            number_key(key, expected - 1);
            assert_true(store_remove(&store, &memory.env, (struct bytes){key, 8}));
        }
        number_key(key, expected + 1);
        struct version longer = {
            (int64_t)expected + 1, false, VERSION_PLAIN, {key, (uint32_t)(expected % 9)}};
        if (expected < 999)
            store_put(&store, &memory.env, (struct bytes){key, 8}, &longer);
        expected++;
    }
    assert_int_equal(expected, 1000);
    assert_int_equal(store_count(&store), 1);
    memory_close(&memory);
}

static void a_search_takes_about_the_logarithm_of_the_rows(void **state)
{
    (void)state;
    struct memory memory;
    struct store store;
    memory_open(&memory);
    store_init(&store, by_key);
    fill(&store, &memory, 65536, 40503);
    assert_in_range(store.levels, 7, 12); /* 4^8 rows */
    uint64_t on_level[STORE_LEVELS] = {0};
    for (uint32_t level = 0; level < store.levels; level++)
        on_level[level] = store.head[level] != NULL;
    assert_int_equal(on_level[6], 1);
    memory_close(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_is_a_sorted_array),
        cmocka_unit_test(a_sum_over_any_range_is_that_of_a_walk),
        cmocka_unit_test(rows_after_a_position_begin_with_the_next_one),
        cmocka_unit_test(a_key_that_was_never_written_has_the_zero_version),
        cmocka_unit_test(the_shape_depends_on_the_content_only),
        cmocka_unit_test(a_value_may_be_replaced_by_a_part_of_itself),
        cmocka_unit_test(a_walk_survives_puts_and_removals_of_other_keys),
        cmocka_unit_test(a_search_takes_about_the_logarithm_of_the_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
