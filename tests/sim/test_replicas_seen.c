/*
 * test_replicas_seen.c: what can be seen of replicas that differ: how many keys, in which range;
 * which part of the circle a repair compares; which writes wait for whom; what an object is made
 * of.
 *
 * Rows are put into the stores of a cluster of two that keeps everything twice, behind the back of
 * the database, as in test_repair.c.
 */
#include "sim/cluster.h"

#include <stdio.h>
#include <string.h>

#include "base/mix.h"
#include "sim/picture/picture.h"
#include "sim/picture/versions.h"

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

#define TWO                                                                                        \
    "'duration': '10s', 'cluster': {'nodes': 2, 'replication': 2, 'heartbeat': '0s',"              \
    " 'log': {'sync': 'never', 'checkpoint_every': '0B'}}, 'timeline': ["                          \
    "{'at': '1s', 'repair': 'n1'}]"

static struct bytes key_of(uint64_t number, char text[24])
{
    int size = snprintf(text, 24, "key-%llu", (unsigned long long)number);
    return (struct bytes){(const uint8_t *)text, (uint32_t)size};
}

static void put_row(struct cluster *c, uint32_t node, uint64_t number, int64_t timestamp)
{
    char key[24];
    struct version version = {.timestamp = timestamp, .value = {(const uint8_t *)"12345678", 8}};
    c->world.env.self = node;
    c->world.env.memory = &machine_at(&c->world, node)->memory;
    store_put(&machine_at(&c->world, node)->node->storage.store, &c->world.env,
              key_of(number, key), &version);
}

static uint64_t position_of(const struct cluster *c, uint64_t number)
{
    char key[24];
    return placement_position(placement_order(&c->scenario->node.placement),
                              key_of(number, key));
}

/* Every seventh key is older at n2, every eleventh it lacks: 143 + 91 - 13 of 1,000. */
static bool is_different(uint64_t number)
{
    return number % 7 == 0 || number % 11 == 0;
}

static void open_two(struct cluster *c, uint64_t rows)
{
    cluster_open(c, TWO);
    run_until(c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < rows; i++) {
        put_row(c, N1, i, 1000);
        if (i % 11 != 0)
            put_row(c, N2, i, i % 7 == 0 ? 999 : 1000);
    }
}

/* --- how many --------------------------------------------------------------------------------- */

static void keys_that_differ_are_counted_range_by_range(void **state)
{
    (void)state;
    struct cluster c;
    uint64_t wanted[64] = {0}, total = 0;
    open_two(&c, 1000);
    const struct placement *placement = &c.world.state->placement;
    assert_in_range(placement->range_count, 2, 64);
    for (uint64_t i = 0; i < 1000; i++)
        wanted[placement_range_of(placement, position_of(&c, i))] += is_different(i);
    for (uint32_t range = 0; range < placement->range_count; range++) {
        uint64_t patience = UINT64_MAX;
        assert_int_equal(world_range_differing(&c.world, range, &patience), wanted[range]);
        total += wanted[range];
    }
    assert_int_equal(total, 221);
    assert_int_equal(world_keys_differing(&c.world), 221);
    cluster_close(&c);
}

/* Where one replica has nothing no row is looked at: it costs one for each range. */
static void a_replica_that_has_nothing_differs_in_everything(void **state)
{
    (void)state;
    struct cluster c;
    uint64_t patience = 1000, count = 0;
    cluster_open(&c, TWO);
    run_until(&c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < 5000; i++)
        put_row(&c, N2, i, 1000);
    for (uint32_t range = 0; range < c.world.state->placement.range_count; range++)
        count += world_range_differing(&c.world, range, &patience);
    assert_int_equal(count, 5000);
    assert_int_equal(patience, 1000 - c.world.state->placement.range_count);
    cluster_close(&c);
}

/* One key of 20,000: a part on each of some levels, and a few rows, no more. */
static void one_key_among_many_is_found_by_sums(void **state)
{
    (void)state;
    struct cluster c;
    uint64_t patience = 1000, count = 0;
    cluster_open(&c, TWO);
    run_until(&c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < 20000; i++) {
        put_row(&c, N1, i, 1000);
        put_row(&c, N2, i, i == 77 ? 1001 : 1000);
    }
    for (uint32_t range = 0; range < c.world.state->placement.range_count; range++)
        count += world_range_differing(&c.world, range, &patience);
    assert_int_equal(count, 1);
    assert_in_range(patience, 1000 - 8 - 2 * 4, 997);
    cluster_close(&c);
}

/* --- the descent ------------------------------------------------------------------------------ */

static struct descent descent_of(const struct cluster *c, uint32_t node)
{
    struct descent *descents;
    uint32_t count;
    descents_take(&c->world, heap, &descents, &count);
    for (uint32_t i = 0; i < count; i++)
        if (descents[i].node == node)
            return descents[i];
    fail_msg("this node compares nothing");
    return (struct descent){0};
}

static bool is_within(const struct descent_span *span, uint64_t position)
{
    return position - span->from - 1 < span->to - span->from || span->from == span->to;
}

/* The first question is about one sum of all, and asks for its eight parts. */
static void at_first_everything_is_asked_for(void **state)
{
    (void)state;
    struct cluster c;
    open_two(&c, 1000);
    run_until_count(&c, TRACE_SEND, N1, count_of(&c, TRACE_SEND, N1) + 1);
    struct descent descent = descent_of(&c, N1);
    assert_int_equal(descent.peer, N2);
    assert_false(descent.is_over);
    assert_int_equal(descent.level_count, 0);
    assert_int_equal(descent.spans[0].level, 0);
    for (uint32_t i = 0; i < descent.span_count; i++) {
        assert_int_equal(descent.spans[i].state, DESCENT_ASKED);
        assert_true(descent.spans[i].level <= 1);
    }
    cluster_close(&c);
}

/* When it is over: whatever differed lies in parts that differ, and in none that is equal. */
static void what_differs_lies_in_parts_that_differ(void **state)
{
    (void)state;
    struct cluster c;
    uint32_t found = 0;
    cluster_open(&c, TWO);
    run_until(&c, 500 * MILLISECOND);
    for (uint64_t i = 0; i < 3000; i++) {
        put_row(&c, N1, i, 1000);
        put_row(&c, N2, i, i % 500 == 0 ? 1001 : 1000);
    }
    run_until_count(&c, NOTED(REPAIR_COMPARED), N1, 1);
    struct descent descent = descent_of(&c, N1);
    assert_false(descent.is_cut);
    assert_true(descent.level_count > 2);
    for (uint64_t i = 0; i < 3000; i += 500)
        for (uint32_t j = 0; j < descent.span_count; j++) {
            if (!is_within(&descent.spans[j], position_of(&c, i)))
                continue;
            assert_int_equal(descent.spans[j].state, DESCENT_DIFFERS);
            found++;
        }
    assert_true(found >= 6 * 3); /* each on several levels */
    run_until(&c, 2 * SECOND);
    descent = descent_of(&c, N1);
    assert_true(descent.is_over);
    assert_int_equal(world_keys_differing(&c.world), 0);
    cluster_close(&c);
}

/* --- hints ------------------------------------------------------------------------------------ */

static void hints_wait_at_one_node_for_another(void **state)
{
    (void)state;
    struct cluster c;
    struct picture picture;
    cluster_open(&c, "'duration': '20s', 'cluster': {'nodes': 3, 'write': 'one', 'hints': {}},"
                     " 'timeline': [{'at': '1s', 'crash': 'n3'}, {'at': '8s', 'restart': 'n3'}],"
                     " 'clients': [{'name': 'c', 'script': ["
                     "{'at': '4s', 'put': 'a', 'value': '1', 'via': 'n1'},"
                     "{'at': '5s', 'put': 'b', 'value': '2', 'via': 'n1'},"
                     "{'at': '5s', 'put': 'd', 'value': '3', 'via': 'n2'}]}]");
    run_until(&c, 7 * SECOND);
    picture_take(&c.world, heap, &picture);
    assert_int_equal(picture.hint_count, 2);
    assert_int_equal(picture.hints[0].keeper, N1);
    assert_int_equal(picture.hints[0].target, N3);
    assert_int_equal(picture.hints[0].count, 2);
    assert_false(picture.hints[0].is_sent);
    assert_int_equal(picture.hints[1].keeper, N2);
    assert_int_equal(picture.hints[1].count, 1);
    run_until_count(&c, NOTED(HINTS_SENT), N1, 1);
    picture_take(&c.world, heap, &picture);
    assert_true(picture.hints[0].is_sent);
    run_to_end(&c);
    picture_take(&c.world, heap, &picture);
    assert_int_equal(picture.hint_count, 0);
    cluster_close(&c);
}

/* --- objects ---------------------------------------------------------------------------------- */

#define OBJECTS                                                                                    \
    "'duration': '5s', 'cluster': {'nodes': 3, 'tables': {'cart': {'conflicts': 'siblings'},"      \
    " 'likes': {'conflicts': 'counter'}, 'tags': {'conflicts': 'set'}}}, 'clients': ["

static struct key_versions versions_of(const struct cluster *c)
{
    struct key_versions versions;
    versions_take(&c->world, 0, heap, &versions);
    return versions;
}

static void two_blind_puts_are_two_siblings_with_a_dot_each(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, OBJECTS "{'name': 'a', 'script': [{'at': '1s', 'put': 'cart:1', 'value': 'milk'}]},"
                    "{'name': 'b', 'script': [{'at': '2s', 'put': 'cart:1', 'value': 'eggs'}]}]");
    run_to_end(&c);
    struct key_versions versions = versions_of(&c);
    assert_int_equal(versions.count, 3);
    assert_int_equal(versions.versions[2].same_as, 0);
    assert_int_equal(versions.versions[0].part_total, 2);
    const struct version_part *parts = versions.versions[0].parts;
    bool is_milk_first = strcmp(parts[0].value, "milk") == 0;
    assert_string_equal(parts[is_milk_first ? 1 : 0].value, "eggs");
    assert_non_null(strstr(versions.versions[0].dots, parts[0].name));
    assert_false(parts[0].is_missing_elsewhere || parts[1].is_missing_elsewhere);
    cluster_close(&c);
}

static void a_counter_shows_what_each_actor_has_counted(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, OBJECTS "{'name': 'a', 'script': ["
                             "{'at': '1s', 'incr': 'likes:1', 'by': 5, 'via': 'n1'},"
                             "{'at': '2s', 'incr': 'likes:1', 'by': -2, 'via': 'n1'}]}]");
    run_to_end(&c);
    struct key_versions versions = versions_of(&c);
    assert_string_equal(versions.versions[0].value, "3");
    assert_int_equal(versions.versions[0].part_count, 1);
    assert_string_equal(versions.versions[0].parts[0].name, "n1.1");
    assert_string_equal(versions.versions[0].parts[0].value, "+5 -2");
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_differ_are_counted_range_by_range),
        cmocka_unit_test(a_replica_that_has_nothing_differs_in_everything),
        cmocka_unit_test(one_key_among_many_is_found_by_sums),
        cmocka_unit_test(at_first_everything_is_asked_for),
        cmocka_unit_test(what_differs_lies_in_parts_that_differ),
        cmocka_unit_test(hints_wait_at_one_node_for_another),
        cmocka_unit_test(two_blind_puts_are_two_siblings_with_a_dot_each),
        cmocka_unit_test(a_counter_shows_what_each_actor_has_counted),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
