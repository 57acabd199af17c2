/*
 * test_load.c: what a scenario says is what a world is told.
 *
 * Goal: every default that docs/scenarios.md names, and every value in the right unit at the
 * right place. Method: small texts, exact values. What is refused, and how, stands in bad/;
 * that schema and loader agree, in test_schema.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "check/linearizable.h"
#include "db/about.h"
#include "db/message.h"
#include "db/safeguard.h"
#include "scenario/load.h"
#include "sim/net/net.h"

/* The scenario with these further members, which end in a comma. */
static struct scenario *load(const char *members)
{
    char text[4096];
    struct json_error error = {0};
    snprintf(text, sizeof text, "{%s \"name\": \"t\", \"duration\": \"20s\"}", members);
    struct scenario *scenario = scenario_from_text("test", text, strlen(text), &error);
    if (!scenario)
        fail_msg("%s", error.text);
    return scenario;
}

static void assert_constant(const struct distribution *distribution, vtime value_ns)
{
    assert_int_equal(distribution->kind, DISTRIBUTION_CONSTANT);
    assert_int_equal(distribution->constant.value_ns, value_ns);
}

/* ---- defaults ----------------------------------------------------------------------------- */

static void an_empty_scenario_has_the_documented_defaults(void **state)
{
    (void)state;
    struct scenario *s = load("");
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->duration_ns, 20 * SECOND);
    assert_int_equal(s->node.nodes, 3);
    assert_int_equal(s->node.replication, 3);
    assert_int_equal(s->node.placement.vnodes, 8);
    assert_int_equal(s->node.placement.seed, 1);
    assert_int_equal(s->node.read_level, LEVEL_QUORUM);
    assert_int_equal(s->node.write_level, LEVEL_QUORUM);
    assert_int_equal(s->node.read_timeout_ns, SECOND);
    assert_int_equal(s->node.write_timeout_ns, SECOND);
    assert_int_equal(s->node.heartbeat_ns, SECOND);
    assert_int_equal(s->node.suspect_after_ns, 4 * SECOND);
    assert_int_equal(s->node.safeguards_off, 0);
    assert_int_equal(s->client_count + s->timeline_count + s->check_count, 0);
    scenario_free(s);
}

static void the_machines_have_the_documented_defaults(void **state)
{
    (void)state;
    struct scenario *s = load("");
    const struct node_setting *n3 = &s->nodes[2];
    assert_int_equal(s->node.sync_policy, SYNC_GROUP);
    assert_int_equal(s->node.group_window_ns, MILLISECOND);
    assert_int_equal(s->node.sync_interval_ns, SECOND);
    assert_int_equal(s->node.segment_bytes, 256 * 1024);
    assert_int_equal(s->node.checkpoint_every_bytes, 1024 * 1024);
    assert_string_equal(n3->name, "n3");
    assert_true(n3->is_up);
    assert_int_equal(n3->cpu.cores, 1);
    assert_int_equal(n3->cpu.service_ns[WORK_MESSAGE], 20 * MICROSECOND);
    assert_int_equal(n3->cpu.service_ns[WORK_TIMER] + n3->cpu.service_ns[WORK_DISK], 0);
    assert_constant(&n3->disk.sync_latency, MILLISECOND);
    assert_constant(&n3->disk.read_latency, 200 * MICROSECOND);
    assert_int_equal(n3->disk.sector_bytes, 512);
    assert_int_equal(n3->disk.bandwidth + n3->disk.capacity_bytes, 0);
    assert_int_equal(n3->clock.granularity_ns, MICROSECOND);
    assert_constant(&s->network.nodes.latency, 500 * MICROSECOND);
    assert_constant(&s->network.clients.latency, 100 * MICROSECOND);
    assert_constant(&s->network.nodes.reorder_delay, 5 * MILLISECOND);
    scenario_free(s);
}

static void a_client_that_draws_has_the_documented_defaults(void **state)
{
    (void)state;
    struct scenario *s =
        load("\"clients\": [{\"name\": \"c\"}, {\"name\": \"o\", \"loop\": \"open\"}],");
    const struct client_setting *c = &s->clients[0];
    assert_int_equal(c->loop, CLIENT_CLOSED);
    assert_int_equal(c->think.kind, DISTRIBUTION_EXPONENTIAL);
    assert_int_equal(c->think.exponential.mean_ns, 10 * MILLISECOND);
    assert_string_equal(c->key_prefix, "k");
    assert_int_equal(c->key_count, 10);
    assert_null(c->zipf);
    assert_int_equal(c->weights[0], 1);
    assert_int_equal(c->weights[1], 1);
    assert_int_equal(c->weights[2], 0);
    assert_constant(&c->value_size, 16);
    assert_int_equal(c->via, ANY_NODE);
    assert_int_equal(c->timeout_ns, 2 * SECOND);
    assert_int_equal(c->retry.retries + c->operations + c->start_ns, 0);
    assert_int_equal(c->stop_ns, VTIME_NEVER);
    assert_int_equal(s->clients[1].think.exponential.mean_ns, 10 * MILLISECOND);
    scenario_free(s);
}

/* ---- names ---------------------------------------------------------------------------------- */

static void a_group_of_clients_is_numbered_and_a_single_one_is_not(void **state)
{
    (void)state;
    struct scenario *s = load("\"clients\": [{\"name\": \"c\", \"count\": 2}, {\"name\": \"d\"}],");
    assert_int_equal(s->client_count, 3);
    assert_string_equal(s->clients[0].name, "c1");
    assert_string_equal(s->clients[1].name, "c2");
    assert_string_equal(s->clients[2].name, "d");
    scenario_free(s);
}

/* Otherwise removing one client would change the draws of another. */
static void the_identity_of_a_client_depends_on_its_name_alone(void **state)
{
    (void)state;
    struct scenario *both = load("\"clients\": [{\"name\": \"a\"}, {\"name\": \"b\"}],");
    struct scenario *one = load("\"clients\": [{\"name\": \"b\", \"retries\": 3}],");
    assert_int_equal(both->clients[1].identity, one->clients[0].identity);
    assert_int_not_equal(both->clients[0].identity, one->clients[0].identity);
    scenario_free(both);
    scenario_free(one);
}

static void what_is_different_about_one_node_leaves_the_others_alone(void **state)
{
    (void)state;
    struct scenario *s =
        load("\"cluster\": {\"clock\": {\"drift\": \"10ppm\"},"
             "\"per_node\": {\"n2\": {\"up\": false, \"clock\": {\"offset\": \"-5s\"}}}},");
    assert_true(s->nodes[0].is_up && !s->nodes[1].is_up && s->nodes[2].is_up);
    assert_int_equal(s->nodes[0].clock.offset_ns, 0);
    assert_int_equal(s->nodes[1].clock.offset_ns, -5 * (int64_t)SECOND);
    assert_int_equal(s->nodes[1].clock.drift_ppb, 10000);
    scenario_free(s);
}

/* ---- operations ----------------------------------------------------------------------------- */

static const char script[] =
    "\"clients\": [{\"name\": \"ann\", \"script\": ["
    "{\"put\": \"k\", \"value\": \"x\", \"level\": \"all\", \"wait\": \"5ms\"},"
    "{\"at\": \"2s\", \"get\": \"k\", \"level\": 2, \"via\": \"n2\", \"label\": \"r\"},"
    "{\"delete\": \"k\", \"after\": \"ann1\", \"wait\": \"7ms\"}]}],";

static void a_script_says_when_each_operation_begins(void **state)
{
    (void)state;
    struct scenario *s = load(script);
    const struct operation_plan *plans = s->clients[0].plans;
    assert_int_equal(s->clients[0].plan_count, 3);
    assert_int_equal(plans[0].after, -1);
    assert_int_equal(plans[0].at, 5 * MILLISECOND);
    assert_int_equal(plans[1].after, -1);
    assert_int_equal(plans[1].at, 2 * SECOND);
    assert_int_equal(plans[2].after, 0);
    assert_int_equal(plans[2].at, 7 * MILLISECOND);
    scenario_free(s);
}

static void a_script_says_what_each_operation_asks(void **state)
{
    (void)state;
    struct scenario *s = load(script);
    const struct operation_plan *plans = s->clients[0].plans;
    assert_string_equal(plans[0].label, "ann1");
    assert_int_equal(plans[0].kind, OPERATION_PUT);
    assert_int_equal(plans[0].level, LEVEL_ALL);
    assert_int_equal(plans[0].value.size, 1);
    assert_string_equal(plans[1].label, "r");
    assert_int_equal(plans[1].level, LEVEL_EXPLICIT);
    assert_int_equal(plans[1].explicit_count, 2);
    assert_int_equal(plans[1].via, 1);
    assert_int_equal(plans[2].kind, OPERATION_DELETE);
    assert_int_equal(plans[2].level, LEVEL_DEFAULT);
    scenario_free(s);
}

/* ---- timeline and checks ----------------------------------------------------------------------
 */

static struct scenario *load_timeline(const char *entries)
{
    char text[2048];
    snprintf(text, sizeof text, "%s \"timeline\": [%s],", script, entries);
    return load(text);
}

static void a_partition_names_nodes_and_clients(void **state)
{
    (void)state;
    struct scenario *s = load_timeline(
        "{\"at\": \"1s\", \"partition\": [[\"n1\", \"ann\"], [\"n3\"]], \"name\": \"p\"},"
        "{\"at\": \"2s\", \"heal\": \"p\"}, {\"at\": \"3s\", \"heal\": \"all\"}");
    const struct partition_groups *groups = s->timeline[0].action.groups;
    assert_int_equal(groups->group_count, 2);
    assert_int_equal(groups->member_count, 3);
    assert_int_equal(groups->members[1], CLIENT_ADDRESS_BASE);
    assert_int_equal(groups->members[2], 2);
    assert_int_equal(groups->group_of[2], 1);
    assert_int_not_equal(s->timeline[0].action.label, 0);
    assert_int_equal(s->timeline[1].action.label, s->timeline[0].action.label);
    assert_int_equal(s->timeline[2].action.label, 0);
    scenario_free(s);
}

static void a_crash_says_what_the_disk_keeps(void **state)
{
    (void)state;
    struct scenario *s = load_timeline("{\"at\": \"1s\", \"crash\": \"n2\"}, {\"at\": \"1s\", "
                                       "\"crash\": \"all\", \"unsynced\": \"torn\","
                                       "\"sectors\": 3, \"last_sector\": \"100B\"}");
    assert_int_equal(s->timeline[0].action.kind, ACTION_CRASH);
    assert_int_equal(s->timeline[0].action.target, 1);
    assert_int_equal(s->timeline[0].action.mode, CRASH_LOSE);
    assert_int_equal(s->timeline[1].action.target, ALL_MEMBERS);
    assert_int_equal(s->timeline[1].action.mode, CRASH_TEAR);
    assert_int_equal(s->timeline[1].action.amount, 3);
    assert_int_equal(s->timeline[1].action.cut_bytes, 100);
    scenario_free(s);
}

static void a_dropped_message_is_named_as_the_network_names_it(void **state)
{
    (void)state;
    struct scenario *s =
        load_timeline("{\"at\": \"1s\", \"drop\": {\"message\": \"written\", \"from\": \"n2\","
                      "\"to\": \"n1\", \"of\": \"r\", \"attempt\": 2}}");
    uint64_t request = about_request(s->clients[0].identity, 2, 1);
    assert_int_equal(s->timeline[0].action.identity,
                     net_identity(request, MESSAGE_REPLICA_WRITTEN, 0, 1, 0));
    scenario_free(s);
}

static void a_trigger_has_a_condition_a_delay_and_a_beginning(void **state)
{
    (void)state;
    struct scenario *s = load_timeline("{\"when\": \"op('r').outcome == 'ok'\", \"delay\": \"3ms\","
                                       "\"not_before\": \"4s\", \"pause\": \"n1\"}");
    assert_int_equal(s->timeline[0].trigger, TRIGGER_WHEN);
    assert_true(condition_is_given(&s->timeline[0].condition));
    assert_int_equal(s->timeline[0].delay_ns, 3 * MILLISECOND);
    assert_int_equal(s->timeline[0].at, 4 * SECOND);
    scenario_free(s);
}

static void a_check_is_called_by_its_condition_or_its_kind(void **state)
{
    (void)state;
    struct scenario *s = load("\"checks\": [{\"check\": \"durable\", \"fails\": true},"
                              "{\"check\": \"always\", \"that\": \"ops.ok  >= 0\"},"
                              "{\"check\": \"linearizable\", \"name\": \"l\"}],");
    assert_string_equal(s->checks[0].name, "durable");
    assert_true(s->checks[0].is_expected_to_fail);
    assert_string_equal(s->checks[1].name, "ops.ok >= 0");
    assert_string_equal(s->checks[2].name, "l");
    assert_int_equal(s->checks[2].work_limit, LINEARIZABLE_WORK_PLAN);
    assert_null(s->checks[2].why);
    scenario_free(s);
}

static void a_safeguard_is_a_bit(void **state)
{
    (void)state;
    struct scenario *s = load("\"safeguards\": {\"tie-rule\": false, \"zero-tail\": true},");
    assert_int_equal(s->node.safeguards_off, UINT64_C(1) << SAFEGUARD_TIE_RULE);
    scenario_free(s);
}

/* ---- text and memory ------------------------------------------------------------------------- */

static void the_text_of_a_scenario_loads_as_the_same_scenario(void **state)
{
    (void)state;
    struct json_error error = {0};
    const char *overrides[] = {"cluster.nodes=5", "seed=9"};
    struct scenario *s = scenario_load("scenarios/demo.json", overrides, 2, &error);
    assert_non_null(s);
    struct scenario *again = scenario_from_text("again", s->text, strlen(s->text), &error);
    assert_non_null(again);
    assert_string_equal(again->text, s->text);
    assert_int_equal(again->seed, 9);
    scenario_free(again);
    scenario_free(s);
}

static void a_run_that_cannot_fit_is_refused_before_it_begins(void **state)
{
    (void)state;
    struct json_error error = {0};
    const char text[] = "{\"name\": \"t\", \"duration\": \"1h\", \"clients\": ["
                        "{\"name\": \"c\", \"think\": \"0s\", \"count\": 100}],"
                        "\"network\": {\"clients\": {\"latency\": \"0s\"}}}";
    assert_null(scenario_from_text("test", text, strlen(text), &error));
    assert_non_null(strstr(error.text, ": clients: a run would need about"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_scenario_has_the_documented_defaults),
        cmocka_unit_test(the_machines_have_the_documented_defaults),
        cmocka_unit_test(a_client_that_draws_has_the_documented_defaults),
        cmocka_unit_test(a_group_of_clients_is_numbered_and_a_single_one_is_not),
        cmocka_unit_test(the_identity_of_a_client_depends_on_its_name_alone),
        cmocka_unit_test(what_is_different_about_one_node_leaves_the_others_alone),
        cmocka_unit_test(a_script_says_when_each_operation_begins),
        cmocka_unit_test(a_script_says_what_each_operation_asks),
        cmocka_unit_test(a_partition_names_nodes_and_clients),
        cmocka_unit_test(a_crash_says_what_the_disk_keeps),
        cmocka_unit_test(a_dropped_message_is_named_as_the_network_names_it),
        cmocka_unit_test(a_trigger_has_a_condition_a_delay_and_a_beginning),
        cmocka_unit_test(a_check_is_called_by_its_condition_or_its_kind),
        cmocka_unit_test(a_safeguard_is_a_bit),
        cmocka_unit_test(the_text_of_a_scenario_loads_as_the_same_scenario),
        cmocka_unit_test(a_run_that_cannot_fit_is_refused_before_it_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
