/*
 * test_client.c: what clients ask, when, and what they make of the answers.
 */
#include "sim/cluster.h"

#include "db/about.h"

#define SCRIPT(text) "'clients': [{'name': 'alice', 'script': [" text "]}]"
#define ROUND_TRIP   (200 * MICROSECOND) /* to a coordinator that answers at once */

/* --- scripts ---------------------------------------------------------------------------- */

static void a_script_follows_its_clock_and_its_own_answers(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'x', 'level': 'all', 'label': 'a'},"
                         "{'get': 'k', 'wait': '5ms', 'level': 'one', 'label': 'b'},"
                         "{'get': 'k', 'label': 'c', 'level': 'one'},"
                         "{'get': 'k', 'after': 'a', 'wait': '1ms', 'label': 'd'},"
                         "{'at': '11ms', 'get': 'k', 'label': 'e'}"));
    run_to_end(&c);
    vtime a_told = attempt_of(&c, "a", 0)->told;
    assert_int_equal(a_told, 10 * MILLISECOND + ROUND_TRIP + 2 * MILLISECOND);
    assert_int_equal(attempt_of(&c, "b", 0)->invoked, a_told + 5 * MILLISECOND);
    assert_int_equal(attempt_of(&c, "c", 0)->invoked, attempt_of(&c, "b", 0)->told);
    assert_int_equal(attempt_of(&c, "d", 0)->invoked, a_told + MILLISECOND);
    assert_int_equal(attempt_of(&c, "e", 0)->invoked, 11 * MILLISECOND);
    cluster_close(&c);
}

static void what_follows_a_timeout_begins_after_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c, "'duration': '1s', " BARE ", " SCRIPT(
                "{'at': '10ms', 'get': 'k', 'via': 'n1', 'timeout': '30ms', "
                "'label': 'a'}, {'get': 'k', 'via': 'n2', 'level': 'one', 'wait': '2ms', 'label': "
                "'b'}") ", 'timeline': [{'at': '5ms', 'crash': 'n1'}]");
    run_to_end(&c);
    expect_told(&c, "a", OUTCOME_TIMEOUT, 40 * MILLISECOND);
    assert_int_equal(attempt_of(&c, "b", 0)->invoked, 42 * MILLISECOND);
    expect_outcome(&c, "b", OUTCOME_OK);
    cluster_close(&c);
}

/* --- loops --------------------------------------------------------------------------------- */

static void a_closed_loop_asks_waits_thinks_and_asks_again(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", 'clients': [{'name': 'c', 'think': '3ms', "
                     "'start': '20ms', 'operations': 50, 'via': 'n1', 'read': 'one', 'write': "
                     "'one'}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_INVOKE, C1), 50);
    for (uint64_t n = 1; n <= 50; n++) {
        vtime asked = 20 * MILLISECOND + n * 3 * MILLISECOND + (n - 1) * ROUND_TRIP;
        assert_int_equal(record_of(&c, TRACE_INVOKE, C1, n)->time, asked);
        assert_int_equal(record_of(&c, TRACE_TOLD, C1, n)->time, asked + ROUND_TRIP);
    }
    cluster_close(&c);
}

static void a_closed_loop_has_one_operation_at_a_time_whatever_happens(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
                     "{'exponential': '5ms'}, 'clients': {'latency': '1ms', 'loss': '20%'}}, "
                     "'clients': [{'name': 'c', 'count': 3, 'think': '1ms', 'timeout': '8ms'}]");
    while (world_step(&c.world))
        for (uint32_t i = 0; i < 3; i++)
            assert_true(c.world.state->clients.clients[i].in_flight <= 1);
    assert_true(count_of(&c, TRACE_GIVE_UP, ALL_ACTORS) > 20);
    assert_true(count_of(&c, TRACE_TOLD, ALL_ACTORS) > 100);
    cluster_close(&c);
}

static void an_open_loop_does_not_wait_for_answers(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '20s', " BARE ", 'clients': [{'name': 'c', 'loop': 'open', "
                     "'gap': '4ms', 'via': 'n1', 'timeout': '1s'}], "
                     "'timeline': [{'at': '1ms', 'crash': 'n1'}]");
    run_until(&c, 500 * MILLISECOND);
    assert_in_range(c.world.state->clients.clients[0].in_flight, 90, 160); /* nobody answers */
    run_to_end(&c);
    /* 20 s of a Poisson process with a mean gap of 4 ms: 5000, standard deviation 71 */
    assert_in_range(count_of(&c, TRACE_INVOKE, C1), 5000 - 250, 5000 + 250);
    cluster_close(&c);
}

static void gaps_of_an_open_loop_are_exponential(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '20s', " BARE ", 'clients': [{'name': 'c', 'loop': 'open', "
                     "'gap': '4ms'}]");
    run_to_end(&c);
    uint64_t count = count_of(&c, TRACE_INVOKE, C1);
    uint64_t longer[3] = {0};
    vtime last = 0;
    for (size_t i = 0; i < c.record_count; i++) {
        if (c.records[i].kind != TRACE_INVOKE)
            continue;
        vtime gap = c.records[i].time - last;
        last = c.records[i].time;
        for (uint32_t k = 0; k < 3; k++)
            longer[k] += gap > (k + 1) * 4 * MILLISECOND;
    }
    /* e^-1, e^-2, e^-3 of them are longer than once, twice, thrice the mean */
    assert_in_range(longer[0] * 1000 / count, 368 - 25, 368 + 25);
    assert_in_range(longer[1] * 1000 / count, 135 - 18, 135 + 18);
    assert_in_range(longer[2] * 1000 / count, 50 - 12, 50 + 12);
    cluster_close(&c);
}

static void start_and_stop_bound_what_a_loop_begins(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", 'clients': ["
                     "{'name': 'a', 'think': '3ms', 'start': '100ms', 'stop': '200ms'}, "
                     "{'name': 'b', 'loop': 'open', 'gap': '3ms', 'start': '100ms', 'stop': "
                     "'200ms'}]");
    run_to_end(&c);
    for (uint32_t client = C1; client <= C2; client++) {
        assert_true(record_of(&c, TRACE_INVOKE, client, 1)->time >= 100 * MILLISECOND);
        assert_true(last_record_of(&c, TRACE_INVOKE, client)->time < 200 * MILLISECOND);
        assert_true(count_of(&c, TRACE_INVOKE, client) > 15);
    }
    cluster_close(&c);
}

static void operations_end_a_loop(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", 'clients': [{'name': 'a', 'loop': 'open', "
                     "'gap': '3ms', 'operations': 7}]");
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_INVOKE, C1), 7);
    cluster_close(&c);
}

static void the_mix_and_the_keys_are_those_that_were_asked_for(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '100s', " BARE ", 'clients': [{'name': 'c', 'think': '1ms', "
                     "'operations': 4000, 'start': '10ms', 'mix': {'get': 70, 'put': 20, "
                     "'delete': 10}, 'keys': {'prefix': 'user:', 'count': 4}}]");
    run_to_end(&c);
    const struct clientele *clients = &c.world.state->clients;
    assert_in_range(clients->begun[OPERATION_GET], 2800 - 110, 2800 + 110);
    assert_in_range(clients->begun[OPERATION_PUT], 800 - 100, 800 + 100);
    assert_in_range(clients->begun[OPERATION_DELETE], 400 - 75, 400 + 75);
    assert_int_equal(world_key_count(&c.world), 4);
    uint32_t per_key[4] = {0};
    for (uint32_t i = 0; i < 4000; i++)
        per_key[history_at(&c.world, i)->key]++;
    for (uint32_t key = 0; key < 4; key++) {
        struct bytes name = world_key(&c.world, key);
        assert_int_equal(name.size, 6);
        assert_memory_equal(name.data, "user:", 5);
        assert_in_range(per_key[key], 1000 - 110, 1000 + 110);
    }
    cluster_close(&c);
}

static void zipf_keys_are_asked_for_by_rank(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '100s', " BARE ", 'clients': [{'name': 'c', 'think': '1ms', "
                     "'operations': 4000, 'keys': {'count': 100, 'zipf': 1}}]");
    run_to_end(&c);
    uint32_t first = client_key_index(&c.world, text_bytes("k1"));
    uint32_t tenth = client_key_index(&c.world, text_bytes("k10"));
    uint32_t of_first = 0;
    uint32_t of_tenth = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        of_first += history_at(&c.world, i)->key == first;
        of_tenth += history_at(&c.world, i)->key == tenth;
    }
    assert_in_range(of_first, 771 - 90, 771 + 90); /* 4000 / 5.187 (the 100th harmonic number) */
    assert_in_range(of_tenth, 77 - 32, 77 + 32);
    cluster_close(&c);
}

static void values_have_the_size_that_was_asked_for_and_no_two_are_alike(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', " BARE ", 'clients': [{'name': 'c', 'count': 2, 'think': "
                     "'1ms', 'operations': 100, 'start': '10ms', 'mix': {'put': 1}, 'value_size': "
                     "'300B', 'keys': {'count': 1}, 'write': 'all'}]");
    run_to_end(&c);
    assert_int_equal(version_at(&c, N1, "k1").value.size, 300);
    assert_int_equal(table_count(&c.world.state->clients.values), 200);
    cluster_close(&c);
}

/* --- answers ------------------------------------------------------------------------------------
 */

static void a_timeout_tells_the_client_that_nobody_knows(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
                     "'1ms', 'clients': {'latency': '20ms'}}, " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'x', 'level': 'all', 'timeout': "
                         "'15ms', 'label': 'w1'}"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, 25 * MILLISECOND);
    assert_true(attempt_of(&c, "w1", 0)->completed == VTIME_NEVER);
    assert_int_equal(record_of(&c, TRACE_GIVE_UP, C1, 1)->cause,
                     record_of(&c, TRACE_INVOKE, C1, 1)->number);
    for (uint32_t node = N1; node <= N3; node++)
        expect_stored(&c, node, "k", "x"); /* and yet it took effect */
    cluster_close(&c);
}

static void a_late_reply_is_ignored(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
                     "'1ms', 'clients': {'latency': '20ms'}}, " SCRIPT(
                         "{'at': '10ms', 'get': 'k', 'timeout': '15ms', 'label': 'r1'}"));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_ARRIVE, MESSAGE_CLIENT_REPLY, UINT32_MAX, C1), 1);
    assert_int_equal(count_of(&c, TRACE_TOLD, C1), 0);
    expect_told(&c, "r1", OUTCOME_TIMEOUT, 25 * MILLISECOND);
    assert_int_equal(c.world.state->clients.told[OPERATION_GET][OUTCOME_OK], 0);
    cluster_close(&c);
}

static void a_reply_that_comes_twice_is_told_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
                     "'1ms', 'clients': {'latency': '100us', 'duplicate': '100%'}}, " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'x', 'label': 'w1'}, "
                         "{'get': 'k', 'wait': '1ms', 'label': 'r1'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_INVOKE, C1), 2);
    assert_int_equal(count_of(&c, TRACE_TOLD, C1), 2);
    assert_true(count_messages(&c, TRACE_ARRIVE, MESSAGE_CLIENT_REPLY, UINT32_MAX, C1) >= 4);
    cluster_close(&c);
}

static void a_retry_is_an_attempt_of_its_own_at_the_next_coordinator(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", 'clients': [{'name': 'c', 'think': '10ms', "
                     "'operations': 30, 'timeout': '20ms', 'retries': 2, 'start': '10ms', "
                     "'read': 'one', 'write': 'one'}], 'timeline': [{'at': '5ms', 'crash': 'n2'}]");
    run_to_end(&c);
    struct heap *heap = &c.world.state->heap;
    struct history history = world_history(&c.world, heap);
    uint32_t retries = 0;
    for (uint32_t i = 1; i < history.count; i++) {
        const struct operation *operation = &history.operations[i];
        const struct operation *before = &history.operations[i - 1];
        if (operation->attempt == 0)
            continue;
        retries++;
        assert_int_equal(operation->request, before->request + 1);
        assert_int_equal(before->outcome, OUTCOME_TIMEOUT);
        assert_int_equal(before->coordinator, N2);
        assert_int_equal(operation->coordinator, N3);
        assert_int_equal(operation->invoked, before->told);
        assert_int_equal(operation->kind, before->kind); /* the same again */
        assert_int_equal(operation->key, before->key);
        if (operation->kind == OPERATION_PUT)
            assert_int_equal(operation->value, before->value);
        assert_int_equal(operation->outcome, OUTCOME_OK);
    }
    assert_in_range(retries, 5, 20);
    assert_int_equal(history.count, 30 + retries);
    cluster_close(&c);
}

static void retries_end_when_they_are_used_up(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE
                     ", " SCRIPT("{'at': '10ms', 'get': 'k', 'via': 'n1', 'timeout': '20ms', "
                                 "'retries': 2, 'label': 'r1'}, {'get': 'k', 'via': 'n2', 'label': "
                                 "'r2'}") ", 'timeline': [{'at': '5ms', 'crash': 'n1'}]");
    run_to_end(&c);
    for (uint32_t attempt = 0; attempt < 3; attempt++)
        assert_int_equal(attempt_of(&c, "r1", attempt)->told, (30 + attempt * 20) * MILLISECOND);
    assert_null(attempt_of(&c, "r1", 3));
    assert_int_equal(attempt_of(&c, "r2", 0)->invoked, 70 * MILLISECOND);
    cluster_close(&c);
}

static void an_operation_that_was_refused_is_tried_again_too(void **state)
{
    (void)state;
    struct cluster c;
    /* all nodes still recover: they are ready at 3 ms */
    cluster_open(&c, "'duration': '1s', " BARE ", " SCRIPT(
                         "{'at': '2600us', 'get': 'k', 'level': 'one', 'retries': 5, 'label': "
                         "'r1'}"));
    run_to_end(&c);
    for (uint32_t attempt = 0; attempt < 2; attempt++)
        assert_int_equal(attempt_of(&c, "r1", attempt)->outcome, OUTCOME_UNAVAILABLE);
    expect_told(&c, "r1", OUTCOME_OK, 2600 * MICROSECOND + 3 * ROUND_TRIP);
    cluster_close(&c);
}

static void unavailable_is_told_at_once_and_is_final(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '100ms', "
                     "'suspect_after': '300ms', 'log': {'sync': 'never'}, 'cpu': {'service': "
                     "{'message': '0s'}}}, 'network': {" BARE_NETWORK "}, " SCRIPT(
                         "{'at': '5s', 'put': 'k', 'value': 'x', 'via': 'n1', 'level': 'all', "
                         "'label': 'w1'}") ", 'timeline': [{'at': '1s', 'crash': 'n3'}]");
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_UNAVAILABLE, 5 * SECOND + ROUND_TRIP);
    assert_int_equal(attempt_of(&c, "w1", 0)->completed, 5 * SECOND + ROUND_TRIP);
    assert_int_equal(attempt_of(&c, "w1", 0)->needed, 3);
    expect_stored(&c, N1, "k", NULL);
    expect_stored(&c, N2, "k", NULL);
    cluster_close(&c);
}

static void what_the_run_ends_upon_stays_pending(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '11ms', 'cluster': {" BARE_CLUSTER "}, 'network': {'latency': "
                     "'1ms', 'clients': {'latency': '20ms'}}, " SCRIPT(
                         "{'at': '10ms', 'put': 'k', 'value': 'x', 'label': 'w1'}"));
    run_to_end(&c);
    expect_outcome(&c, "w1", OUTCOME_PENDING);
    assert_true(attempt_of(&c, "w1", 0)->told == VTIME_NEVER);
    assert_int_equal(c.world.state->now, 11 * MILLISECOND);
    cluster_close(&c);
}

/* --- actions
 * --------------------------------------------------------------------------------------- */

static void stopped_clients_begin_nothing_new_and_go_on_when_started(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', " BARE ", 'clients': ["
                     "{'name': 'a', 'think': '3ms'}, {'name': 'b', 'loop': 'open', 'gap': '3ms'}, "
                     "{'name': 's', 'script': [{'at': '250ms', 'get': 'k', 'label': 'r1'}, "
                     "{'at': '260ms', 'get': 'k', 'label': 'r2'}, "
                     "{'at': '700ms', 'get': 'k', 'label': 'r3'}]}], 'timeline': ["
                     "{'at': '200ms', 'stop_clients': 'all'}, "
                     "{'at': '400ms', 'start_clients': 'all'}]");
    run_to_end(&c);
    for (size_t i = 0; i < c.record_count; i++)
        if (c.records[i].kind == TRACE_INVOKE)
            assert_false(c.records[i].time > 200 * MILLISECOND &&
                         c.records[i].time < 400 * MILLISECOND);
    assert_true(count_of(&c, TRACE_INVOKE, C1) > 150);
    assert_true(count_of(&c, TRACE_INVOKE, C2) > 150);
    assert_int_equal(attempt_of(&c, "r1", 0)->invoked, 400 * MILLISECOND);
    assert_int_equal(attempt_of(&c, "r2", 0)->invoked, 400 * MILLISECOND);
    assert_int_equal(attempt_of(&c, "r3", 0)->invoked, 700 * MILLISECOND);
    cluster_close(&c);
}

static void an_action_can_ask_in_a_clients_name(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(
        &c,
        "'duration': '1s', " BARE ", " SCRIPT(
            "{'at': '10ms', 'get': 'k', 'label': 'r1'}, "
            "{'at': '100ms', 'get': 'k', 'label': 'r2'}") ", 'timeline': [{'at': '50ms', "
                                                          "'operation': {'client': 'alice', 'put': "
                                                          "'k', "
                                                          "'value': 'extra', 'via': 'n2'}}, {'at': "
                                                          "'50ms', 'operation': {'client': "
                                                          "'alice', 'put': 'j', 'value': 'extra', "
                                                          "'via': 'n2'}}]");
    run_to_end(&c);
    expect_read(&c, "r1", NULL);
    expect_read(&c, "r2", "extra");
    assert_int_equal(count_of(&c, TRACE_INVOKE, C1), 4);
    assert_int_equal(count_of(&c, TRACE_TOLD, C1), 4);
    cluster_close(&c);
}

/* The requests of the extra operations of a run, by key. */
static uint64_t extra_request(const struct cluster *c, const char *key)
{
    uint64_t token = key_token(text_bytes(key));
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].kind == TRACE_INVOKE && c->records[i].field[1] == token)
            return c->records[i].about;
    fail_msg("nobody asked for %s", key);
    return 0;
}

static void an_actions_operation_keeps_its_identity_when_another_action_goes(void **state)
{
    (void)state;
    struct cluster both, one;
    cluster_open(&both, "'duration': '1s', " BARE ", 'clients': [{'name': 'alice', 'script': "
                        "[{'at': '500ms', 'get': 'z'}]}], 'timeline': ["
                        "{'at': '40ms', 'operation': {'client': 'alice', 'get': 'j'}}, "
                        "{'at': '50ms', 'operation': {'client': 'alice', 'get': 'k'}}, "
                        "{'at': '60ms', 'operation': {'client': 'alice', 'get': 'k'}}]");
    cluster_open(&one, "'duration': '1s', " BARE ", 'clients': [{'name': 'alice', 'script': "
                       "[{'at': '500ms', 'get': 'z'}]}], 'timeline': ["
                       "{'at': '50ms', 'operation': {'client': 'alice', 'get': 'k'}}]");
    run_to_end(&both);
    run_to_end(&one);
    assert_int_equal(extra_request(&both, "k"), extra_request(&one, "k"));
    assert_int_not_equal(extra_request(&both, "j"), extra_request(&both, "k"));
    assert_int_equal(record_of(&both, TRACE_INVOKE, C1, 3)->about, /* the same thing again */
                     extra_request(&both, "k") + (1 << ABOUT_ATTEMPT_BITS));
    cluster_close(&both);
    cluster_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_follows_its_clock_and_its_own_answers),
        cmocka_unit_test(what_follows_a_timeout_begins_after_it),
        cmocka_unit_test(a_closed_loop_asks_waits_thinks_and_asks_again),
        cmocka_unit_test(a_closed_loop_has_one_operation_at_a_time_whatever_happens),
        cmocka_unit_test(an_open_loop_does_not_wait_for_answers),
        cmocka_unit_test(gaps_of_an_open_loop_are_exponential),
        cmocka_unit_test(start_and_stop_bound_what_a_loop_begins),
        cmocka_unit_test(operations_end_a_loop),
        cmocka_unit_test(the_mix_and_the_keys_are_those_that_were_asked_for),
        cmocka_unit_test(zipf_keys_are_asked_for_by_rank),
        cmocka_unit_test(values_have_the_size_that_was_asked_for_and_no_two_are_alike),
        cmocka_unit_test(a_timeout_tells_the_client_that_nobody_knows),
        cmocka_unit_test(a_late_reply_is_ignored),
        cmocka_unit_test(a_reply_that_comes_twice_is_told_once),
        cmocka_unit_test(a_retry_is_an_attempt_of_its_own_at_the_next_coordinator),
        cmocka_unit_test(retries_end_when_they_are_used_up),
        cmocka_unit_test(an_operation_that_was_refused_is_tried_again_too),
        cmocka_unit_test(unavailable_is_told_at_once_and_is_final),
        cmocka_unit_test(what_the_run_ends_upon_stays_pending),
        cmocka_unit_test(stopped_clients_begin_nothing_new_and_go_on_when_started),
        cmocka_unit_test(an_action_can_ask_in_a_clients_name),
        cmocka_unit_test(an_actions_operation_keeps_its_identity_when_another_action_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
