/*
 * test_placement.c: where keys live, for every strategy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/mix.h"
#include "base/region.h"
#include "db/config.h"
#include "db/ring/placement_parts.h"

#define MEMBERS_LARGEST 64

static struct region region;
static struct heap *heap;
static uint32_t all[MEMBERS_LARGEST];

static int open_region(void **state)
{
    (void)state;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    for (uint32_t i = 0; i < MEMBERS_LARGEST; i++)
        all[i] = i;
    return 0;
}

static int close_region(void **state)
{
    (void)state;
    region_close(&region);
    return 0;
}

static struct placement_config config_of(uint8_t strategy, uint32_t vnodes, uint64_t seed)
{
    return (struct placement_config){.strategy = strategy,
                                     .vnodes = vnodes,
                                     .partitions = 256,
                                     .probes = 21,
                                     .bound_percent = 125,
                                     .seed = seed};
}

static void build(struct placement *placement, const struct placement_config *config,
                  uint32_t count, const struct placement_table *table)
{
    struct placement_members members = {all, NULL, count};
    placement_build(placement, heap, config, &members, table);
}

static const char *name_of(uint32_t strategy)
{
    static const char *const names[] = {
#define PLACEMENT(identifier, name, meaning) name,
        PLACEMENTS(PLACEMENT)
#undef PLACEMENT
    };
    return names[strategy];
}

/* --- the walk: the example of tokens 12 (n3), 20 (n1), 40 (n1), 60 (n3), 90 (n2) --------- */

static uint64_t example_ends[] = {12, 20, 40, 60, 90};
static uint32_t example_starts[] = {0, 1, 2, 3, 4};
static struct placement_point example_points[] = {
    {12, 2, 0}, {20, 0, 0}, {40, 0, 1}, {60, 2, 1}, {90, 1, 0}};
static const struct placement example = {.config = {.strategy = PLACEMENT_TOKENS, .vnodes = 1},
                                         .member_count = 3,
                                         .members = all,
                                         .rack_count = 1,
                                         .points = example_points,
                                         .point_count = 5,
                                         .range_count = 5,
                                         .ends = example_ends,
                                         .starts = example_starts};

static void expect_list(uint64_t position, uint32_t wanted, bool is_distinct, const uint32_t *nodes,
                        uint32_t count)
{
    uint32_t list[REPLICATION_MAX];
    uint32_t range = placement_range_of(&example, position);
    assert_int_equal(placement_replicas(&example, range, wanted, is_distinct, list), count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(list[i], nodes[i]);
}

static void the_walk_goes_clockwise_and_skips_nodes_it_has_met(void **state)
{
    (void)state;
    expect_list(15, 3, true, (uint32_t[]){0, 2, 1}, 3);
    expect_list(41, 2, true, (uint32_t[]){2, 1}, 2);
    expect_list(41, 1, true, (uint32_t[]){2}, 1);
}

static void the_walk_goes_round_the_end(void **state)
{
    (void)state;
    expect_list(61, 3, true, (uint32_t[]){1, 2, 0}, 3);
    expect_list(91, 3, true, (uint32_t[]){2, 0, 1}, 3); /* past the last token */
    expect_list(UINT64_MAX, 2, true, (uint32_t[]){2, 0}, 2);
    expect_list(0, 2, true, (uint32_t[]){2, 0}, 2);
}

static void a_token_owns_its_own_position_and_all_since_the_one_before(void **state)
{
    (void)state;
    assert_int_equal(placement_range_of(&example, 12), 0);
    assert_int_equal(placement_range_of(&example, 13), 1);
    assert_int_equal(placement_range_of(&example, 20), 1);
    assert_int_equal(placement_range_of(&example, 90), 4);
    assert_int_equal(placement_range_of(&example, 91), 0);
    for (uint32_t range = 0; range < 5; range++)
        for (uint64_t position = 0; position < 100; position++)
            assert_int_equal(range_has(placement_range(&example, range), position),
                             placement_range_of(&example, position) == range);
}

static void without_the_rule_one_node_may_be_listed_twice(void **state)
{
    (void)state;
    expect_list(15, 3, false, (uint32_t[]){0, 0, 2}, 3);
}

static void more_replicas_than_nodes_gives_every_node_once(void **state)
{
    (void)state;
    expect_list(15, 5, true, (uint32_t[]){0, 2, 1}, 3);
}

/* --- every strategy ------------------------------------------------------------------------ */

static void every_key_has_exactly_n_distinct_owners(void **state)
{
    (void)state;
    static const uint32_t sizes[][3] = {{1, 1, 1},  {3, 8, 3},  {5, 1, 3},   {5, 16, 5},
                                        {16, 8, 3}, {64, 4, 9}, {64, 64, 16}};
    for (uint8_t strategy = 0; strategy < PLACEMENT_COUNT; strategy++)
        for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
            struct placement_config config = config_of(strategy, sizes[s][1], s);
            struct placement placement;
            build(&placement, &config, sizes[s][0], NULL);
            for (uint64_t key = 0; key < 500; key++) {
                uint32_t list[REPLICATION_MAX];
                /* the first keys lie at the very ends of the circle */
                uint64_t position = key < 4 ? key - 2 : mix(1, 2, key);
                uint32_t range = placement_range_of(&placement, position);
                uint32_t count = placement_replicas(&placement, range, sizes[s][2], true, list);
                if (count != sizes[s][2])
                    fail_msg("%s: %u of %u", name_of(strategy), count, sizes[s][2]);
                for (uint32_t i = 0; i < count; i++) {
                    assert_true(list[i] < sizes[s][0]);
                    for (uint32_t j = 0; j < i; j++)
                        assert_int_not_equal(list[i], list[j]);
                }
            }
            placement_free(&placement, heap);
        }
}

static void ranges_cover_the_circle_once(void **state)
{
    (void)state;
    for (uint8_t strategy = 0; strategy < PLACEMENT_COUNT; strategy++) {
        struct placement_config config = config_of(strategy, 8, 5);
        struct placement placement;
        build(&placement, &config, 7, NULL);
        for (uint32_t i = 0; i < placement.range_count; i++) {
            struct position_range range = placement_range(&placement, i);
            assert_true(i == 0 || range.from < range.to);
            assert_int_equal(placement_range_of(&placement, range.to), i);
            assert_int_equal(placement_range_of(&placement, range.to + 1),
                             (i + 1) % placement.range_count);
        }
        placement_free(&placement, heap);
    }
}

/* Frozen: a scenario's keys must stay where they are. */
static void positions_are_the_same_for_ever(void **state)
{
    (void)state;
    struct bytes key = {(const uint8_t *)"user:42", 7};
    struct placement_config config = config_of(PLACEMENT_TOKENS, 4, 1);
    struct placement placement;
    assert_true(key_token(key) == UINT64_C(0xcd01081bf0aa3a68));
    assert_true(placement_position(placement_order(&config), key) == UINT64_C(0xcd01081bf0aa3a68));
    build(&placement, &config, 3, NULL);
    bool is_found = false;
    for (uint32_t i = 0; i < placement.point_count; i++)
        if (placement.points[i].node == 2 && placement.points[i].vnode == 3) {
            is_found = true;
            assert_true(placement.points[i].position == UINT64_C(0x676ca23cebfeefa0));
        }
    assert_true(is_found);
    placement_free(&placement, heap);
}

/* --- what moves --------------------------------------------------------------------------- */

struct moves {
    uint32_t keys;
    uint32_t moved;       /* first owner changed */
    uint32_t moved_aside; /* to a node other than the new one */
};

static struct moves moves_of_a_join(uint8_t strategy, uint32_t nodes, uint32_t vnodes)
{
    enum { PARTITIONS = 8192 };
    struct placement_config config = config_of(strategy, vnodes, 3);
    static uint64_t ends[PARTITIONS];
    static uint16_t owners[PARTITIONS];
    config.partitions = PARTITIONS;
    struct placement_table table = {0, ends, owners};
    struct placement before, after;
    bool is_kept = strategy == PLACEMENT_EQUAL;
    placement_table_begin(&table, &config, all, nodes);
    build(&before, &config, nodes, is_kept ? &table : NULL);
    placement_table_join(&table, &config, all, nodes, nodes);
    build(&after, &config, nodes + 1, is_kept ? &table : NULL);
    struct moves moves = {.keys = 20000};
    for (uint64_t key = 0; key < moves.keys; key++) {
        uint32_t old_owner, new_owner;
        uint64_t position = mix(5, 6, key);
        placement_replicas(&before, placement_range_of(&before, position), 1, true, &old_owner);
        placement_replicas(&after, placement_range_of(&after, position), 1, true, &new_owner);
        moves.moved += old_owner != new_owner;
        moves.moved_aside += old_owner != new_owner && new_owner != nodes;
    }
    placement_free(&before, heap);
    placement_free(&after, heap);
    return moves;
}

static void a_new_node_takes_its_share_and_nothing_else_moves(void **state)
{
    (void)state;
    static const uint8_t strategies[] = {PLACEMENT_TOKENS, PLACEMENT_PARTITIONS, PLACEMENT_EQUAL,
                                         PLACEMENT_JUMP, PLACEMENT_RENDEZVOUS,
                                         PLACEMENT_MULTI_PROBE};
    for (size_t s = 0; s < sizeof strategies; s++)
        for (uint32_t nodes = 3; nodes <= 24; nodes += 7) {
            struct moves moves = moves_of_a_join(strategies[s], nodes, 64);
            uint32_t share = moves.keys / (nodes + 1);
            if (moves.moved_aside || moves.moved < share / 2 || moves.moved > share * 3 / 2)
                fail_msg("%s, %u nodes: %u moved, %u of them aside; a share is %u",
                         name_of(strategies[s]), nodes, moves.moved, moves.moved_aside, share);
        }
}

/* Maglev and bounded loads give up a little of that for evenness: in the paper's words, minimal
 * disruption is not guaranteed. */
static void maglev_and_bounded_loads_move_little_else(void **state)
{
    (void)state;
    static const uint8_t strategies[] = {PLACEMENT_MAGLEV, PLACEMENT_BOUNDED};
    for (size_t s = 0; s < sizeof strategies; s++) {
        struct moves moves = moves_of_a_join(strategies[s], 10, 4);
        if (moves.moved_aside == 0 || moves.moved_aside > moves.keys / 5)
            fail_msg("%s: %u of %u moved aside", name_of(strategies[s]), moves.moved_aside,
                     moves.keys);
    }
}

static void bounded_loads_keep_their_bound(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct placement_config config = config_of(PLACEMENT_BOUNDED, 1, seed);
        struct placement placement;
        uint32_t loads[10] = {0}, owner, most = 0;
        build(&placement, &config, 10, NULL);
        for (uint32_t range = 0; range < placement.range_count; range++) {
            placement_replicas(&placement, range, 1, true, &owner);
            loads[owner]++;
            most = MAX(most, loads[owner]);
        }
        assert_int_equal(most, 32); /* 256 partitions, 10 nodes: 1.25 times 25.6 */
        placement_free(&placement, heap);
    }
}

/* The law of random tokens: sd/mean = sqrt((n-1)/(nV+1)). */
static void the_share_of_a_node_varies_as_one_over_the_root_of_its_tokens(void **state)
{
    (void)state;
    enum { NODES = 50, SEEDS = 3000 };
    static const struct {
        uint32_t vnodes;
        double sd;
    } laws[] = {{1, 0.980196}, {10, 0.312729}, {100, 0.098985}};
    for (size_t i = 0; i < ARRAY_LEN(laws); i++) {
        double squares = 0;
        uint64_t seeds = laws[i].vnodes > 10 ? SEEDS / 10 : SEEDS;
        for (uint64_t seed = 0; seed < seeds; seed++) {
            struct placement_config config = config_of(PLACEMENT_TOKENS, laws[i].vnodes, seed);
            struct placement placement;
            double shares[NODES] = {0};
            build(&placement, &config, NODES, NULL);
            for (uint32_t range = 0; range < placement.range_count; range++) {
                struct position_range ends = placement_range(&placement, range);
                shares[placement.points[range].node] += (double)(ends.to - ends.from) * 0x1p-64;
            }
            for (uint32_t node = 0; node < NODES; node++)
                squares += (shares[node] * NODES - 1) * (shares[node] * NODES - 1);
            placement_free(&placement, heap);
        }
        double ratio = squares / ((double)seeds * NODES) / (laws[i].sd * laws[i].sd);
        if (ratio < 0.96 || ratio > 1.04) /* of variances: 2 % of the deviation */
            fail_msg("%u tokens: variance %.4f of what the law says", laws[i].vnodes, ratio);
    }
}

static void preference_lists_change_only_by_the_new_node_stepping_in(void **state)
{
    (void)state;
    struct placement_config config = config_of(PLACEMENT_TOKENS, 32, 3);
    struct placement before, after;
    build(&before, &config, 9, NULL);
    build(&after, &config, 10, NULL);
    for (uint64_t key = 0; key < 5000; key++) {
        uint32_t old_list[3], new_list[3];
        uint64_t position = mix(5, 6, key);
        placement_replicas(&before, placement_range_of(&before, position), 3, true, old_list);
        placement_replicas(&after, placement_range_of(&after, position), 3, true, new_list);
        for (uint32_t i = 0, j = 0; i < 3; i++)
            if (new_list[i] != 9)
                assert_int_equal(new_list[i], old_list[j++]); /* the others keep their order */
    }
    placement_free(&before, heap);
    placement_free(&after, heap);
}

static void equal_shares_differ_by_one_through_any_joins_and_leaves(void **state)
{
    (void)state;
    struct placement_config config = config_of(PLACEMENT_EQUAL, 0, 7);
    uint64_t ends[256];
    uint16_t owners[256];
    struct placement_table table = {0, ends, owners};
    uint32_t members[16], count = 4;
    memcpy(members, all, sizeof members);
    placement_table_begin(&table, &config, members, count);
    for (uint64_t turn = 0; turn < 60; turn++) {
        bool is_join = count < 3 || (count < 16 && mix(1, 2, turn) % 2);
        if (is_join) {
            placement_table_join(&table, &config, members, count, members[count]);
            count++;
        } else {
            uint32_t index = (uint32_t)(mix(3, 4, turn) % count), gone = members[index];
            placement_table_leave(&table, &config, members, count, gone);
            members[index] = members[count - 1];
            members[--count] = gone;
        }
        uint32_t least = UINT32_MAX, most = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t shares = 0;
            for (uint32_t p = 0; p < table.count; p++)
                shares += owners[p] == members[i];
            least = MIN(least, shares);
            most = MAX(most, shares);
        }
        assert_true(most - least <= 2);
    }
}

/* --- racks ---------------------------------------------------------------------------------- */

static void replicas_stand_in_as_many_racks_as_there_are(void **state)
{
    (void)state;
    static const uint16_t three[] = {0, 0, 0, 0, 1, 1, 1, 2, 2};
    static const uint16_t two[] = {0, 0, 0, 0, 0, 0, 0, 0, 1};
    for (uint8_t strategy = 0; strategy < PLACEMENT_COUNT; strategy++)
        for (int racks = 2; racks <= 3; racks++) {
            struct placement_config config = config_of(strategy, 8, 2);
            struct placement placement;
            config.is_rack_aware = true;
            config.racks = racks == 3 ? three : two;
            build(&placement, &config, 9, NULL);
            for (uint32_t range = 0; range < placement.range_count; range++) {
                uint32_t list[3], seen = 0;
                assert_int_equal(placement_replicas(&placement, range, 3, true, list), 3);
                for (uint32_t i = 0; i < 3; i++)
                    seen |= 1u << config.racks[list[i]];
                assert_int_equal(seen, (1u << racks) - 1);
            }
            placement_free(&placement, heap);
        }
}

/* --- published vectors ---------------------------------------------------------------------- */

static void jump_hash_agrees_with_its_published_vectors(void **state)
{
    (void)state;
    static const uint32_t deadbeef[] = {0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16};
    static const uint32_t hundred[] = {0,  55, 62, 8,  45, 59, 86, 97, 82, 59,
                                       73, 37, 17, 56, 86, 21, 90, 37, 38, 83};
    for (uint32_t i = 0; i < ARRAY_LEN(deadbeef); i++)
        assert_int_equal(placement_jump(0xdeadbeef, i + 1), deadbeef[i]);
    for (uint32_t i = 0; i < ARRAY_LEN(hundred); i++)
        assert_int_equal(placement_jump(i, 100), hundred[i]);
    assert_int_equal(placement_jump(UINT64_C(10863919174838991), 11), 6);
    assert_int_equal(placement_jump(2, 100001), 80343);
    assert_int_equal(placement_jump(2201, 100001), 22152);
}

/* The paper's example: permutations of 7 entries for three backends. */
static void maglev_fills_the_table_of_its_paper(void **state)
{
    (void)state;
    /* permutations 2 6 3 0 4 1 5, 0 5 3 1 6 4 2, 1 3 5 0 2 4 6 */
    uint64_t offsets[] = {2, 0, 1}, skips[] = {4, 5, 2};
    uint32_t entries[7], next[3];
    placement_maglev_fill(entries, 7, offsets, skips, next, 3);
    assert_memory_equal(entries, ((uint32_t[]){1, 2, 0, 2, 0, 1, 0}), sizeof entries);
    uint64_t two_offsets[] = {2, 1}, two_skips[] = {4, 2};
    placement_maglev_fill(entries, 7, two_offsets, two_skips, next, 2);
    assert_memory_equal(entries, ((uint32_t[]){0, 1, 0, 1, 0, 1, 0}), sizeof entries);
}

/* --- published figures ----------------------------------------------------------------------- */

enum { FIGURE_NODES = 30, FIGURE_REPLICAS = 3 };

/* Mean load over highest load; a node's load is the part of the circle that it keeps. */
static double efficiency_of(const struct placement *placement)
{
    double loads[FIGURE_NODES] = {0}, sum = 0, most = 0;
    for (uint32_t i = 0; i < placement->range_count; i++) {
        struct position_range range = placement_range(placement, i);
        uint32_t nodes[FIGURE_REPLICAS];
        placement_replicas(placement, i, FIGURE_REPLICAS, true, nodes);
        for (uint32_t r = 0; r < FIGURE_REPLICAS; r++)
            loads[nodes[r]] += (double)(range.to - range.from);
    }
    for (uint32_t i = 0; i < FIGURE_NODES; i++) {
        sum += loads[i];
        most = loads[i] > most ? loads[i] : most;
    }
    return sum / FIGURE_NODES / most;
}

static double mean_efficiency(uint8_t strategy, uint32_t tokens)
{
    uint32_t seeds = tokens <= 32 ? 400 : 200;
    double sum = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct placement_config config = config_of(strategy, tokens, mix(1, 2, seed));
        struct placement placement;
        config.partitions = strategy == PLACEMENT_EQUAL ? FIGURE_NODES * tokens : 1024;
        build(&placement, &config, FIGURE_NODES, NULL);
        sum += efficiency_of(&placement);
        placement_free(&placement, heap);
    }
    return sum / seeds;
}

/* DeCandia et al. 2007, figure 8: 30 nodes, N = 3, load balancing efficiency by size of the
 * membership metadata (30 T), read off the figure. */
static void dynamos_figure_8_is_reproduced(void **state)
{
    (void)state;
    static const double published[3][10] = {
        {.52, .61, .69, .76, .82, .87, .91, .93, .95, .96},
        {.53, .61, .70, .76, .82, .85, .88, .87, .85, .84},
        {.86, .87, .90, .92, .94, .96, .97, .98, .98, .99},
    };
    for (uint8_t strategy = PLACEMENT_TOKENS; strategy <= PLACEMENT_EQUAL; strategy++)
        for (uint32_t i = 0; i < 10; i++) {
            double found = mean_efficiency(strategy, 2u << i);
            double error = found - published[strategy][i];
            if (error > 0.015 || error < -0.015)
                fail_msg("strategy %u, T = %u: %.3f, published %.2f", strategy + 1, 2u << i, found,
                         published[strategy][i]);
        }
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
        cmocka_unit_test(ranges_cover_the_circle_once),
        cmocka_unit_test(positions_are_the_same_for_ever),
        cmocka_unit_test(a_new_node_takes_its_share_and_nothing_else_moves),
        cmocka_unit_test(maglev_and_bounded_loads_move_little_else),
        cmocka_unit_test(bounded_loads_keep_their_bound),
        cmocka_unit_test(the_share_of_a_node_varies_as_one_over_the_root_of_its_tokens),
        cmocka_unit_test(preference_lists_change_only_by_the_new_node_stepping_in),
        cmocka_unit_test(equal_shares_differ_by_one_through_any_joins_and_leaves),
        cmocka_unit_test(replicas_stand_in_as_many_racks_as_there_are),
        cmocka_unit_test(jump_hash_agrees_with_its_published_vectors),
        cmocka_unit_test(maglev_fills_the_table_of_its_paper),
        cmocka_unit_test(dynamos_figure_8_is_reproduced),
    };
    return cmocka_run_group_tests(tests, open_region, close_region);
}
