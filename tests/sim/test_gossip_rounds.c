/*
 * test_gossip_rounds.c: a rumour reaches everybody as fast as epidemics do.
 *
 * A node begins a new life, and that spreads. With push alone, in rounds in which each node
 * pushes to one other, everybody knows after log2 n + ln n + O(1) of them (Pittel 1987, On
 * spreading a rumour); ln n go by until the last few are met by chance. Pull finds these at
 * once: of a share p that does not know, p^2 is left after a round (Demers et al. 1987).
 * Ringside's exchange is both: syn and ack2 push, ack pulls (db/gossip/gossip.h). So it keeps
 * below push alone by nearly the whole ln n.
 *
 * Demers' other figures, the residue of rumours that are given up, have no counterpart here: what a
 * message has no room for is compared some rounds later (anti-entropy), and nobody is left out.
 */
#include "sim/cluster.h"

#include <stdio.h>

/* Rounds until all others of n nodes know, in tenths; UINT32_MAX: not within 40. */
static uint32_t tenths_of_rounds(uint32_t nodes, uint64_t seed)
{
    struct cluster c;
    char text[400];
    snprintf(text, sizeof text,
             "'duration': '80s', 'cluster': {'nodes': %u, 'vnodes': 1, 'heartbeat': '0s',"
             " 'gossip': {'message': '16KiB'}}, 'network': {'latency': '1ms'},"
             " 'timeline': [{'at': '29900ms', 'crash': 'n7'}, {'at': '30s', 'restart': 'n7'}]",
             nodes);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    for (uint32_t tenths = 0; tenths < 400; tenths++) {
        run_until(&c, 30 * SECOND + tenths * (SECOND / 10));
        if (count_of(&c, NOTED(GOSSIP_RESTARTED), ALL_ACTORS) < nodes - 1)
            continue;
        cluster_close(&c);
        return tenths;
    }
    cluster_close(&c);
    return UINT32_MAX;
}

/* ceil(10 log2 n), ceil(10 ln n): by hand, this is a test. */
struct size {
    uint32_t nodes, tenths_log2, tenths_ln;
};

static void a_rumour_spreads_in_fewer_rounds_than_by_push_alone(void **state)
{
    (void)state;
    static const struct size sizes[] = {{16, 40, 28}, {32, 50, 35}, {64, 60, 42}, {128, 70, 49}};
    enum { SEEDS = 5 };
    for (uint32_t i = 0; i < ARRAY_LEN(sizes); i++) {
        uint32_t sum = 0, latest = 0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            uint32_t tenths = tenths_of_rounds(sizes[i].nodes, seed);
            assert_true(tenths <= sizes[i].tenths_log2 + sizes[i].tenths_ln);
            latest = MAX(latest, tenths);
            sum += tenths;
        }
        print_message("# %u nodes: %u.%u rounds on average, %u.%u at most; push alone %u.%u\n",
                      sizes[i].nodes, sum / SEEDS / 10, sum / SEEDS % 10, latest / 10, latest % 10,
                      (sizes[i].tenths_log2 + sizes[i].tenths_ln) / 10,
                      (sizes[i].tenths_log2 + sizes[i].tenths_ln) % 10);
        assert_true(sum <= SEEDS * sizes[i].tenths_log2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rumour_spreads_in_fewer_rounds_than_by_push_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
