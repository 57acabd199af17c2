/*
 * test_opinions.c: what nodes think of each other, how far news have come, and what status and
 * metrics say of it.
 */
#include "sim/cluster.h"

#include <string.h>

#include "sim/metrics/meter.h"
#include "sim/picture/news.h"
#include "sim/picture/peers.h"
#include "sim/picture/status.h"

static struct news news; /* larger than a test's stack should be */

static struct picture_peer opinion(const struct cluster *c, uint32_t node, uint32_t peer, vtime at)
{
    struct picture_peer opinion;
    assert_true(picture_peer(&c->world, node, peer, at, &opinion));
    return opinion;
}

static uint64_t metric(const struct cluster *c, uint32_t metric, uint32_t node)
{
    return meter_value(&c->world, metric, node, METRIC_ANY);
}

/* --- opinions -------------------------------------------------------------------------------- */

static void phi_is_part_of_the_way_to_its_threshold(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '20s', 'cluster': {'nodes': 3, 'detector': 'phi', 'heartbeat': "
                     "'1s', 'phi': {'form': 'exponential', 'threshold': 2}, 'cpu': {'service': "
                     "{'message': '0s'}}}, 'network': {" BARE_NETWORK "}, 'timeline': [{'at': "
                     "'6s', 'crash': 'n2'}]");
    run_until(&c, 8 * SECOND);
    struct picture_peer dead = opinion(&c, N1, N2, 8 * SECOND);
    assert_int_equal(dead.state, PEER_UP);
    assert_int_equal(dead.silence, 2616233057);
    /* half a second, and five of one: a mean of 5.5 s / 6; 2 ln 10 of these, and its part of it */
    assert_int_equal(dead.limit, 4221406003);
    assert_int_equal(dead.phi_milli, 1239);
    assert_int_equal(dead.part_ppm, 619500);
    /* what it will be a second later, if nothing happens until then */
    assert_int_equal(opinion(&c, N1, N2, 9 * SECOND).silence, 3616233057);
    assert_int_equal(opinion(&c, N1, N2, 9 * SECOND).phi_milli, 1713);
    assert_int_equal(metric(&c, METRIC_PHI, N1), 1002); /* as of the last event, 7.5 s */
    run_until(&c, 15 * SECOND);
    dead = opinion(&c, N1, N2, 15 * SECOND);
    assert_int_equal(dead.state, PEER_DOWN);
    assert_int_equal(dead.part_ppm, PEER_ALL);
    assert_int_equal(metric(&c, METRIC_PHI, N1), opinion(&c, N1, N3, c.world.state->now).phi_milli);
    assert_true(metric(&c, METRIC_PHI, N2) == METRIC_NONE);
    cluster_close(&c);
}

#define SWIM_OF_FOUR                                                                               \
    "'duration': '40s', 'cluster': {'nodes': 4, 'detector': 'swim', 'cpu': {'service': {"          \
    "'message': '0s'}}}, 'network': {" BARE_NETWORK "}, 'timeline': [{'at': '6s', 'crash': 'n2'}]"

static void a_suspicion_runs_out_sooner_when_others_confirm_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SWIM_OF_FOUR);
    run_until(&c, 6500 * MILLISECOND);
    assert_int_equal(opinion(&c, N3, N2, 6500 * MILLISECOND).state, PEER_UP);
    run_until(&c, 7500 * MILLISECOND);
    struct picture_peer accused = opinion(&c, N3, N2, 7500 * MILLISECOND);
    assert_int_equal(accused.state, PEER_SUSPECTED);
    assert_false(accused.is_suspected); /* it still counts as up */
    assert_int_equal(accused.generation, 1);
    assert_int_equal(accused.incarnation, 0);
    assert_int_equal(accused.whole, 24 * SECOND); /* 6 times 4 s */
    assert_int_equal(accused.left, 23819650449);
    assert_int_equal(accused.part_ppm, 7514);
    assert_int_equal(accused.expected, 2);
    run_until(&c, 8500 * MILLISECOND);
    accused = opinion(&c, N3, N2, 8500 * MILLISECOND);
    assert_int_equal(accused.confirmations, 1);
    assert_int_equal(accused.whole, 11381404928); /* 24 - 20 ln 2 / ln 3 */
    assert_int_equal(accused.left, 10201055377);
    run_until(&c, 30 * SECOND);
    assert_int_equal(opinion(&c, N3, N2, 30 * SECOND).state, PEER_DOWN);
    assert_int_equal(opinion(&c, N3, N4, 30 * SECOND).state, PEER_UP);
    cluster_close(&c);
}

static void whoever_is_accused_wrongly_is_up_again_with_a_higher_incarnation(void **state)
{
    (void)state;
    struct cluster c;
    struct picture_listener listener;
    cluster_open(&c, "'duration': '60s', 'cluster': {'nodes': 6, 'detector': 'swim', 'swim': {"
                     "'indirect': 0}, 'cpu': {'service': {'message': '0s'}}}, 'network': {"
                     BARE_NETWORK "}, 'timeline': [{'at': '10s', 'cut': {'from': 'n2', 'to': "
                     "'n1'}}]");
    run_until_count(&c, NOTED(SWIM_REFUTED), N2, 1);
    assert_true(picture_listener(&c.world, N2, &listener));
    assert_true(listener.has_health && listener.health == 1 && listener.health_max == 7);
    assert_int_equal(metric(&c, METRIC_HEALTH, N2), 1);
    run_until(&c, c.world.state->now + SECOND);
    struct picture_peer peer = opinion(&c, N3, N2, c.world.state->now);
    assert_true(peer.state == PEER_UP && peer.incarnation == 1 && peer.part_ppm == 0);
    /* nothing gets from n2 to n1: no accusation is a false one at n1, all others' are */
    assert_int_equal(metric(&c, METRIC_ACCUSATIONS, N1), 1);
    assert_int_equal(metric(&c, METRIC_FALSE_ACCUSATIONS, N1), 0);
    assert_true(metric(&c, METRIC_FALSE_ACCUSATIONS, METRIC_CLUSTER) > 0);
    assert_int_equal(metric(&c, METRIC_REFUTATIONS, METRIC_CLUSTER),
                     count_of(&c, NOTED(SWIM_REFUTED), ALL_ACTORS));
    cluster_close(&c);
}

/* --- news ------------------------------------------------------------------------------------ */

static void take_news(const struct cluster *c, uint32_t subject, uint8_t kind)
{
    assert_true(news_take(&c->world, subject, c->world.state->now, &news));
    assert_int_equal(news.kind, kind);
}

static void a_rumour_shows_itself_and_who_told_whom(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '40s', 'cluster': {'nodes': 6, 'heartbeat': '0s', 'gossip': {"
                     "'seeds': ['n1']}, 'cpu': {'service': {'message': '0s'}}}, 'network': {"
                     BARE_NETWORK "}, 'timeline': [{'at': '10s', 'crash': 'n2'}, {'at': '12s', "
                     "'restart': 'n2'}]");
    run_until(&c, 9 * SECOND);
    take_news(&c, NEWS_NOBODY, NEWS_BEAT); /* all know each other: heartbeats are all there is */
    take_news(&c, N2, NEWS_BEAT);
    assert_int_equal(news.nodes[N2].fresh_ppm, NEWS_ALL);
    assert_int_equal(news.nodes[N3].fresh_ppm, NEWS_ALL - NEWS_ALL / 16); /* one version behind */
    run_until(&c, 12200 * MILLISECOND);
    take_news(&c, NEWS_NOBODY, NEWS_LIFE);
    assert_true(news.subject == N2 && news.version == 2);
    assert_true(news.known_by == 1 && news.there == 6 && news.nodes[N2].has_it);
    assert_int_equal(news.nodes[N1].fresh_ppm, 0); /* it still believes in the first life */
    run_until(&c, 13 * SECOND);
    take_news(&c, NEWS_NOBODY, NEWS_LIFE);
    assert_int_equal(news.known_by, 5);
    assert_int_equal(news.nodes[N1].from, N2);
    assert_int_equal(news.nodes[N4].from, N1);
    assert_true(news.nodes[N5 + 1].from == NEWS_NOBODY && !news.nodes[N5 + 1].has_it);
    run_until(&c, 14 * SECOND);
    take_news(&c, NEWS_NOBODY, NEWS_BEAT); /* all know it */
    cluster_close(&c);
}

static void an_accusation_spreads_and_is_no_news_when_all_know_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, SWIM_OF_FOUR);
    run_until(&c, 6 * SECOND);
    assert_false(news_take(&c.world, NEWS_NOBODY, 6 * SECOND, &news));
    for (uint32_t known = 1; known <= 2; known++) {
        run_until_count(&c, NOTED(SWIM_SUSPECTED), ALL_ACTORS, known);
        take_news(&c, NEWS_NOBODY, NEWS_SAYING);
        assert_true(news.subject == N2 && news.state == PEER_SUSPECTED);
        assert_true(news.known_by == known && news.there == 3); /* n2 itself is down */
    }
    run_until_count(&c, NOTED(SWIM_SUSPECTED), ALL_ACTORS, 3);
    assert_false(news_take(&c.world, NEWS_NOBODY, c.world.state->now, &news));
    cluster_close(&c);
}

static void a_new_topology_is_the_first_news(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '20s', 'cluster': {'nodes': 4, 'members': 3, 'heartbeat': "
                     "'1s', 'gossip': {'seeds': ['n1']}, 'cpu': {'service': {'message': '0s'}}}, "
                     "'network': {" BARE_NETWORK "}, 'timeline': [{'at': '5s', 'join': 'n4'}]");
    run_until(&c, 4900 * MILLISECOND);
    take_news(&c, NEWS_NOBODY, NEWS_BEAT);
    while (news.kind != NEWS_TOPOLOGY && world_step(&c.world))
        assert_true(news_take(&c.world, NEWS_NOBODY, c.world.state->now, &news));
    /* who joins has gathered the votes, and so knows first */
    assert_true(news.version == 2 && news.known_by == 1 && news.there == 4);
    assert_true(news.nodes[N4].has_it && !news.nodes[N1].has_it);
    uint32_t most = 1;
    while (news.kind == NEWS_TOPOLOGY && news.version == 2 && world_step(&c.world)) {
        assert_true(news_take(&c.world, NEWS_NOBODY, c.world.state->now, &news));
        if (news.kind != NEWS_TOPOLOGY || news.version != 2)
            break;
        assert_true(news.known_by >= most); /* it only spreads */
        most = news.known_by;
    }
    assert_true(most >= 2);
    cluster_close(&c);
}

/* --- status and metrics ---------------------------------------------------------------------- */

static void a_suspicion_across_a_cut_is_not_a_false_one(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '9s', 'cluster': {'nodes': 3, 'heartbeat': '1s', "
                     "'suspect_after': '1500ms', 'cpu': {'service': {'message': '0s'}}}, "
                     "'network': {" BARE_NETWORK "}, 'timeline': [{'at': '2s', 'cut': {'from': "
                     "'n2', 'to': 'n1'}}, {'at': '6s', 'pause': 'n3'}]");
    run_until(&c, 5 * SECOND);
    assert_int_equal(metric(&c, METRIC_SUSPICIONS, N1), 1);
    assert_int_equal(metric(&c, METRIC_FALSE_SUSPICIONS, METRIC_CLUSTER), 0);
    struct status status;
    status_take(&c.world, MEMBERS_ALL, &c.world.state->heap, &status);
    assert_int_equal(status.nodes[N2].thought[PEER_DOWN], 1);
    assert_int_equal(status.nodes[N2].thought[PEER_UP], 1);
    assert_int_equal(status.nodes[N1].thought[PEER_UP], 2);
    assert_false(status.nodes[N1].has_phi || status.nodes[N1].has_health || status.is_swim);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phi_is_part_of_the_way_to_its_threshold),
        cmocka_unit_test(a_suspicion_runs_out_sooner_when_others_confirm_it),
        cmocka_unit_test(whoever_is_accused_wrongly_is_up_again_with_a_higher_incarnation),
        cmocka_unit_test(a_rumour_shows_itself_and_who_told_whom),
        cmocka_unit_test(an_accusation_spreads_and_is_no_news_when_all_know_it),
        cmocka_unit_test(a_new_topology_is_the_first_news),
        cmocka_unit_test(a_suspicion_across_a_cut_is_not_a_false_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
