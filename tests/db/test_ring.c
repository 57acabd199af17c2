/*
 * test_ring.c: where keys live.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/mix.h"
#include "db/ring.h"

#define NODES_LARGEST  64
#define VNODES_LARGEST 64

static struct ring_token memory[2][NODES_LARGEST * VNODES_LARGEST];

static struct ring ring_of(uint32_t nodes, uint32_t vnodes, uint64_t seed, int slot)
{
    struct node_config config = {.nodes = nodes, .vnodes = vnodes, .ring_seed = seed};
    struct ring ring;
    ring_build(&ring, &config, memory[slot]);
    return ring;
}

/* A ring whose tokens are written out: {token, node}. */
static struct ring written_out(const uint64_t (*tokens)[2], uint32_t count, uint32_t nodes)
{
    for (uint32_t i = 0; i < count; i++)
        memory[0][i] = (struct ring_token){tokens[i][0], (uint32_t)tokens[i][1], i};
    return (struct ring){memory[0], count, nodes};
}

/* The example of db/ring.h. */
static const uint64_t example[][2] = {{12, 2}, {20, 0}, {40, 0}, {60, 2}, {90, 1}};

static void expect_list(const struct ring *ring, uint64_t key, uint32_t wanted, bool is_distinct,
                        const uint32_t *nodes, uint32_t count)
{
    uint32_t list[REPLICATION_MAX];
    assert_int_equal(ring_preference_list(ring, key, wanted, is_distinct, list), count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(list[i], nodes[i]);
}

static void the_walk_goes_clockwise_and_skips_nodes_it_has_met(void **state)
{
    (void)state;
    struct ring ring = written_out(example, 5, 3);
    expect_list(&ring, 15, 3, true, (uint32_t[]){0, 2, 1}, 3);
    expect_list(&ring, 41, 2, true, (uint32_t[]){2, 1}, 2);
    expect_list(&ring, 41, 1, true, (uint32_t[]){2}, 1);
}

static void the_walk_goes_round_the_end(void **state)
{
    (void)state;
    struct ring ring = written_out(example, 5, 3);
    expect_list(&ring, 61, 3, true, (uint32_t[]){1, 2, 0}, 3);
    expect_list(&ring, 91, 3, true, (uint32_t[]){2, 0, 1}, 3); /* past the last token */
    expect_list(&ring, UINT64_MAX, 2, true, (uint32_t[]){2, 0}, 2);
    expect_list(&ring, 0, 2, true, (uint32_t[]){2, 0}, 2);
}

static void a_token_owns_its_own_position_and_all_since_the_one_before(void **state)
{
    (void)state;
    struct ring ring = written_out(example, 5, 3);
    assert_int_equal(ring_owner_index(&ring, 12), 0);
    assert_int_equal(ring_owner_index(&ring, 13), 1);
    assert_int_equal(ring_owner_index(&ring, 20), 1);
    assert_int_equal(ring_owner_index(&ring, 90), 4);
    assert_int_equal(ring_owner_index(&ring, 91), 0);
}

static void without_the_rule_one_node_may_be_listed_twice(void **state)
{
    (void)state;
    struct ring ring = written_out(example, 5, 3);
    expect_list(&ring, 15, 3, false, (uint32_t[]){0, 0, 2}, 3);
}

static void more_replicas_than_nodes_gives_every_node_once(void **state)
{
    (void)state;
    struct ring ring = written_out(example, 5, 3);
    expect_list(&ring, 15, 5, true, (uint32_t[]){0, 2, 1}, 3);
}

static void every_key_has_exactly_n_distinct_owners(void **state)
{
    (void)state;
    static const uint32_t sizes[][3] = {{1, 1, 1},  {3, 8, 3},  {5, 1, 3},   {5, 16, 5},
                                        {16, 8, 3}, {64, 4, 9}, {64, 64, 16}};
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        struct ring ring = ring_of(sizes[s][0], sizes[s][1], s, 0);
        for (uint64_t key = 0; key < 5000; key++) {
            uint32_t list[REPLICATION_MAX];
            /* the first keys lie at the very ends of the circle */
            uint64_t token = key < 4 ? key - 2 : mix(1, 2, key);
            assert_int_equal(ring_preference_list(&ring, token, sizes[s][2], true, list),
                             sizes[s][2]);
            for (uint32_t i = 0; i < sizes[s][2]; i++) {
                assert_true(list[i] < sizes[s][0]);
                for (uint32_t j = 0; j < i; j++)
                    assert_int_not_equal(list[i], list[j]);
            }
        }
    }
}

static void the_ring_is_a_pure_function_of_seed_nodes_and_vnodes(void **state)
{
    (void)state;
    struct ring a = ring_of(7, 16, 5, 0);
    struct ring b = ring_of(7, 16, 5, 1);
    assert_memory_equal(a.tokens, b.tokens, 7 * 16 * sizeof *a.tokens);
    b = ring_of(7, 16, 6, 1);
    assert_memory_not_equal(a.tokens, b.tokens, 7 * 16 * sizeof *a.tokens);
}

static void tokens_stand_in_ascending_order_each_where_its_hash_says(void **state)
{
    (void)state;
    struct ring ring = ring_of(20, 32, 9, 0);
    assert_int_equal(ring.token_count, 640);
    bool seen[640] = {false};
    for (uint32_t i = 0; i < ring.token_count; i++) {
        const struct ring_token *token = &ring.tokens[i];
        assert_true(i == 0 || ring.tokens[i - 1].token < token->token);
        assert_true(token->token == ring_node_token(9, token->node, token->vnode));
        assert_false(seen[token->node * 32 + token->vnode]);
        seen[token->node * 32 + token->vnode] = true;
    }
}

/* Frozen: a scenario's keys must stay where they are. */
static void positions_are_the_same_for_ever(void **state)
{
    (void)state;
    struct bytes key = {(const uint8_t *)"user:42", 7};
    assert_true(ring_key_token(key) == UINT64_C(0xcd01081bf0aa3a68));
    assert_true(ring_node_token(1, 2, 3) == UINT64_C(0x676ca23cebfeefa0));
}

static void a_new_node_takes_its_share_and_nothing_else_moves(void **state)
{
    (void)state;
    enum { KEYS = 20000 };
    for (uint32_t nodes = 3; nodes <= 24; nodes += 7) {
        struct ring before = ring_of(nodes, 64, 3, 0);
        struct ring after = ring_of(nodes + 1, 64, 3, 1);
        uint32_t moved = 0;
        for (uint64_t key = 0; key < KEYS; key++) {
            uint32_t old_owner, new_owner;
            uint64_t token = mix(5, 6, key);
            ring_preference_list(&before, token, 1, true, &old_owner);
            ring_preference_list(&after, token, 1, true, &new_owner);
            if (old_owner == new_owner)
                continue;
            assert_int_equal(new_owner, nodes); /* only to the new one */
            moved++;
        }
        /* 64 random arcs: 1/(S+1), give or take a third */
        uint32_t share = KEYS / (nodes + 1);
        assert_in_range(moved, share * 2 / 3, share * 4 / 3);
    }
}

static void preference_lists_change_only_by_the_new_node_stepping_in(void **state)
{
    (void)state;
    struct ring before = ring_of(9, 32, 3, 0);
    struct ring after = ring_of(10, 32, 3, 1);
    for (uint64_t key = 0; key < 5000; key++) {
        uint32_t old_list[3], new_list[3];
        uint64_t token = mix(5, 6, key);
        ring_preference_list(&before, token, 3, true, old_list);
        ring_preference_list(&after, token, 3, true, new_list);
        for (uint32_t i = 0, j = 0; i < 3; i++)
            if (new_list[i] != 9)
                assert_int_equal(new_list[i], old_list[j++]); /* the others keep their order */
    }
}

static void many_vnodes_share_the_circle_evenly(void **state)
{
    (void)state;
    enum { KEYS = 40000, NODES = 10 };
    struct ring ring = ring_of(NODES, 64, 1, 0);
    uint32_t owned[NODES] = {0};
    for (uint64_t key = 0; key < KEYS; key++) {
        uint32_t owner;
        ring_preference_list(&ring, mix(5, 6, key), 1, true, &owner);
        owned[owner]++;
    }
    for (uint32_t node = 0; node < NODES; node++)
        assert_in_range(owned[node], KEYS / NODES * 6 / 10, KEYS / NODES * 14 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_goes_clockwise_and_skips_nodes_it_has_met),
        cmocka_unit_test(the_walk_goes_round_the_end),
        cmocka_unit_test(a_token_owns_its_own_position_and_all_since_the_one_before),
        cmocka_unit_test(without_the_rule_one_node_may_be_listed_twice),
        cmocka_unit_test(more_replicas_than_nodes_gives_every_node_once),
        cmocka_unit_test(every_key_has_exactly_n_distinct_owners),
        cmocka_unit_test(the_ring_is_a_pure_function_of_seed_nodes_and_vnodes),
        cmocka_unit_test(tokens_stand_in_ascending_order_each_where_its_hash_says),
        cmocka_unit_test(positions_are_the_same_for_ever),
        cmocka_unit_test(a_new_node_takes_its_share_and_nothing_else_moves),
        cmocka_unit_test(preference_lists_change_only_by_the_new_node_stepping_in),
        cmocka_unit_test(many_vnodes_share_the_circle_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
