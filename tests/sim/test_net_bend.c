/*
 * test_net_bend.c: what somebody does to a message on its way: it is held, goes on, comes twice,
 * comes at another time, is damaged; and timers that are made to fire.
 *
 * Most tests are about the write that alice's put makes n1 send to n2, in a cluster in which
 * nothing but messages takes time: 5 ms between nodes, 100 us to a client. It is sent at
 * 10.1 ms and would arrive at 15.1 ms.
 */
#include <stdio.h>
#include <string.h>

#include "db/timers.h"
#include "sim/cluster.h"
#include "sim/picture/picture.h"

#define WRITE MESSAGE_REPLICA_WRITE
#define ANY   UINT32_MAX

#define SENT    (10100 * MICROSECOND)
#define ARRIVES (15100 * MICROSECOND)

#define NETWORK(text) "'duration': '1s', 'cluster': {" BARE_CLUSTER "}, 'network': {" text "}, "
#define PUT_AT(at, level)                                                                          \
    "'clients': [{'name': 'alice', 'script': [{'at': '" at                                         \
    "', 'put': 'k', 'value': 'x', "                                                                \
    "'via': 'n1', 'level': '" level "', 'label': 'w1', 'timeout': '400ms'}]}]"
#define ONE_PUT        NETWORK("'latency': '5ms'") PUT_AT("10ms", "one")
#define TIMELINE(text) ", 'timeline': [" text "]"

#define THE_WRITE              "{'message': 'write', 'from': 'n1', 'to': 'n2', 'of': 'w1'}"
#define COPY_OF_IT(number)                                                                         \
    "{'message': 'write', 'from': 'n1', 'to': 'n2', 'of': 'w1', 'copy': " number "}"
#define DO(at, what)           "{'at': '" at "', '" what "': " THE_WRITE "}"
#define DO_TO(at, what, copy)  "{'at': '" at "', '" what "': " COPY_OF_IT(copy) "}"
#define AND                    ", "

static const struct trace_record *sent(const struct cluster *c)
{
    return message_record(c, TRACE_SEND, WRITE, N1, N2, 1);
}

static uint64_t arrivals(const struct cluster *c)
{
    return count_messages(c, TRACE_ARRIVE, WRITE, N1, N2);
}

static vtime arrival(const struct cluster *c, uint64_t n)
{
    return message_record(c, TRACE_ARRIVE, WRITE, N1, N2, n)->time;
}

/* What came of it: the only record of that kind, its time, and its third field. */
static void expect_touch(const struct cluster *c, uint32_t kind, vtime time, uint64_t detail)
{
    assert_int_equal(count_messages(c, kind, WRITE, N1, N2), 1);
    const struct trace_record *record = message_record(c, kind, WRITE, N1, N2, 1);
    assert_int_equal(record->time, time);
    assert_int_equal(record->field[2], detail);
    assert_int_equal(record->about, request_of(c, "w1", 0));
    assert_int_equal(record->cause, sent(c)->number);
}

static void expect_refused(const struct cluster *c, uint64_t n, uint32_t action,
                           enum reason reason, vtime time)
{
    const struct trace_record *record = record_of(c, TRACE_REFUSED_ACTION, ACTOR_WORLD, n);
    assert_int_equal(record->field[0], action);
    assert_int_equal(record->field[1], reason);
    assert_int_equal(record->time, time);
}

/* --- hold and release ------------------------------------------------------------------------ */

static void a_released_message_arrives_when_the_rest_of_its_way_is_behind_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND DO("50ms", "release")));
    run_to_end(&c);
    assert_int_equal(sent(&c)->time, SENT);
    expect_touch(&c, TRACE_HOLD, 12 * MILLISECOND, 3100 * MICROSECOND);
    expect_touch(&c, TRACE_RELEASE, 50 * MILLISECOND, 3100 * MICROSECOND);
    assert_int_equal(arrivals(&c), 1);
    assert_int_equal(arrival(&c, 1), 53100 * MICROSECOND);
    assert_int_equal(message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, 1)->cause, sent(&c)->number);
    assert_int_equal(message_record(&c, TRACE_ARRIVE, WRITE, N1, N3, 1)->time, ARRIVES);
    expect_stored(&c, N2, "k", "x");
    cluster_close(&c);
}

static void what_is_not_sent_yet_is_held_as_soon_as_it_is_sent(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("1ms", "hold") AND DO("50ms", "release")));
    run_to_end(&c);
    const struct trace_record *mark = record_of(&c, TRACE_MESSAGE_MARKED, ACTOR_WORLD, 1);
    assert_int_equal(mark->time, MILLISECOND);
    assert_int_equal(mark->field[0], ACTION_HOLD);
    assert_int_equal(mark->about, 0);
    expect_touch(&c, TRACE_HOLD, SENT, 5 * MILLISECOND);
    assert_int_equal(arrival(&c, 1), 55 * MILLISECOND);
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS), 0);
    cluster_close(&c);
}

/* It is in no queue, so it makes no step; it is there all the same. */
static void a_message_that_nobody_releases_stays_in_flight_and_the_run_ends(void **state)
{
    (void)state;
    struct cluster c;
    struct picture picture;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold")));
    run_until(&c, 30 * MILLISECOND);
    uint64_t step = c.world.state->step;
    run_to_end(&c);
    assert_int_equal(c.world.state->step, step);
    assert_int_equal(c.world.state->now, SECOND);
    assert_int_equal(arrivals(&c), 0);
    assert_int_equal(count_of(&c, TRACE_DROP, ALL_ACTORS), 0);
    expect_stored(&c, N2, "k", NULL);
    picture_take(&c.world, &c.world.state->heap, &picture);
    assert_int_equal(picture.message_count, 1);
    assert_true(picture.messages[0].is_held);
    assert_false(picture.messages[0].is_doomed);
    assert_int_equal(picture.messages[0].left, 3100 * MICROSECOND);
    assert_int_equal(picture.messages[0].way, 5 * MILLISECOND);
    assert_int_equal(picture.messages[0].record, sent(&c)->number);
    assert_int_equal(picture.messages[0].arrives_at, SECOND + 3100 * MICROSECOND);
    cluster_close(&c);
}

static void a_held_message_outlives_a_crash_of_its_sender(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND "{'at': '20ms', 'crash': 'n1'}" AND
                                      DO("50ms", "release")));
    run_to_end(&c);
    assert_int_equal(arrival(&c, 1), 53100 * MICROSECOND);
    expect_stored(&c, N2, "k", "x");
    cluster_close(&c);
}

static void a_held_message_is_lost_on_arrival_if_its_receiver_has_another_life(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND "{'at': '20ms', 'crash': 'n2'}" AND
                                      "{'at': '30ms', 'restart': 'n2'}" AND
                                      DO("50ms", "release")));
    run_to_end(&c);
    const struct trace_record *drop = message_record(&c, TRACE_DROP, WRITE, N1, N2, 1);
    assert_int_equal(drop->field[2], REASON_RESTARTED);
    assert_int_equal(drop->time, 53100 * MICROSECOND);
    assert_int_equal(c.world.state->net.parcels.taken_count, 0);
    cluster_close(&c);
}

/* A partition is looked at on arrival, and not before. */
static void a_held_message_gets_through_if_the_partition_heals_before_it_arrives(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(
                         DO("12ms", "hold") AND "{'at': '13ms', 'partition': [['n1'], ['n2']]}" AND
                         "{'at': '52ms', 'heal': 'all'}" AND DO("50ms", "release")));
    run_to_end(&c);
    assert_int_equal(arrival(&c, 1), 53100 * MICROSECOND);
    cluster_close(&c);
}

static void what_would_change_nothing_is_refused_with_its_reason(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(
                         DO("5ms", "release") AND DO("12ms", "release") AND DO("12500us", "hold")
                             AND DO("13ms", "hold") AND DO_TO("14ms", "hold", "2") AND
                                 DO("20ms", "release") AND DO("30ms", "release")));
    run_to_end(&c);
    expect_refused(&c, 1, ACTION_RELEASE, REASON_NOT_HELD, 5 * MILLISECOND);
    expect_refused(&c, 2, ACTION_RELEASE, REASON_NOT_HELD, 12 * MILLISECOND);
    expect_refused(&c, 3, ACTION_HOLD, REASON_HELD, 13 * MILLISECOND);
    expect_refused(&c, 4, ACTION_HOLD, REASON_NOT_IN_FLIGHT, 14 * MILLISECOND);
    expect_refused(&c, 5, ACTION_RELEASE, REASON_NOT_HELD, 30 * MILLISECOND);
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS), 5);
    assert_int_equal(count_of(&c, TRACE_MESSAGE_MARKED, ALL_ACTORS), 2);
    assert_int_equal(arrival(&c, 1), 22600 * MICROSECOND);
    cluster_close(&c);
}

static void a_release_before_the_sending_takes_the_hold_back(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("1ms", "hold") AND DO("2ms", "release")));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_HOLD, ALL_ACTORS), 0);
    assert_int_equal(count_of(&c, TRACE_MESSAGE_MARKED, ALL_ACTORS), 2);
    assert_int_equal(arrival(&c, 1), ARRIVES);
    assert_int_equal(table_count(&c.world.state->net.marked), 0);
    assert_int_equal(chain_count(&c.world.state->net.marks), 0);
    cluster_close(&c);
}

static void a_held_message_that_is_dropped_is_lost_at_once(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND DO("40ms", "drop") AND
                                      DO("50ms", "release")));
    run_to_end(&c);
    const struct trace_record *drop = message_record(&c, TRACE_DROP, WRITE, N1, N2, 1);
    assert_int_equal(drop->time, 40 * MILLISECOND);
    assert_int_equal(drop->field[2], REASON_COMMANDED);
    assert_int_equal(drop->cause, sent(&c)->number);
    expect_refused(&c, 1, ACTION_RELEASE, REASON_NOT_HELD, 50 * MILLISECOND);
    assert_int_equal(c.world.state->net.parcels.taken_count, 0);
    cluster_close(&c);
}

/* The first, the last and those between go out of the list of held ones, and it ends empty. */
static void held_messages_are_released_in_any_order(void **state)
{
    (void)state;
    static const char *const orders[] = {"1345", "5431", "3415", "4153"};
    for (uint32_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct cluster c;
        char text[4000];
        const char *order = orders[i];
        snprintf(text, sizeof text,
                 ONE_PUT ", 'timeline': [" DO("12ms", "hold") AND DO("13ms", "duplicate") AND
                     DO("13ms", "duplicate") AND DO("13ms", "duplicate") AND DO("14ms", "hold")
                         AND DO_TO("20ms", "release", "%c") AND DO_TO("30ms", "release", "%c") AND
                             DO_TO("40ms", "release", "%c") AND DO_TO("50ms", "release", "%c") "]",
                 order[0], order[1], order[2], order[3]);
        cluster_open(&c, text);
        run_to_end(&c);
        assert_int_equal(arrivals(&c), 4);
        for (uint32_t n = 0; n < 4; n++) { /* 3.1 ms left, and 4 of the copies */
            vtime left = order[n] == '1' ? 3100 * MICROSECOND : 4 * MILLISECOND;
            assert_int_equal(arrival(&c, n + 1), (20 + 10 * n) * MILLISECOND + left);
        }
        assert_int_equal(c.world.state->net.first_held, POOL_NONE);
        assert_int_equal(c.world.state->net.last_held, POOL_NONE);
        assert_int_equal(c.world.state->net.parcels.taken_count, 0);
        cluster_close(&c);
    }
}

/* --- copies --------------------------------------------------------------------------- */

static void a_second_copy_sets_out_now_and_knows_its_parent(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "duplicate")));
    run_to_end(&c);
    expect_touch(&c, TRACE_DUPLICATE, 12 * MILLISECOND, 5 * MILLISECOND);
    assert_int_equal(arrivals(&c), 2);
    assert_int_equal(arrival(&c, 1), ARRIVES);
    assert_int_equal(arrival(&c, 2), 17 * MILLISECOND);
    assert_int_equal(message_record(&c, TRACE_ARRIVE, WRITE, N1, N2, 2)->cause,
                     message_record(&c, TRACE_DUPLICATE, WRITE, N1, N2, 1)->number);
    assert_int_equal(c.world.state->net.parcels.taken_count, 0);
    cluster_close(&c);
}

static void a_copy_has_a_latency_of_its_own_by_its_number(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': {'exponential': '5ms'}") PUT_AT("10ms", "one")
                         TIMELINE(DO("1ms", "duplicate") AND DO("2ms", "duplicate")));
    run_to_end(&c);
    uint64_t identity = net_identity(request_of(&c, "w1", 0), WRITE, 0, N1, N2);
    struct distribution latency = distribution_exponential(5 * MILLISECOND);
    for (uint64_t number = 1; number <= 2; number++) {
        const struct trace_record *made =
            message_record(&c, TRACE_DUPLICATE, WRITE, N1, N2, number);
        assert_int_equal(made->time, sent(&c)->time);
        assert_int_equal(made->field[2], sample(&latency, mix(1, STREAM_DUPLICATE_LATENCY,
                                                              identity + number)));
    }
    assert_int_equal(arrivals(&c), 3);
    cluster_close(&c);
}

static void a_copy_of_a_held_message_goes_by_itself(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND DO("20ms", "duplicate") AND
                                      DO("50ms", "release")));
    run_to_end(&c);
    assert_int_equal(arrival(&c, 1), 25 * MILLISECOND);
    assert_int_equal(arrival(&c, 2), 53100 * MICROSECOND);
    cluster_close(&c);
}

static void each_copy_can_be_bent_by_its_number(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '5ms', 'duplicate': '100%'") PUT_AT("10ms", "one")
                         TIMELINE(DO("11ms", "duplicate") AND DO_TO("12ms", "hold", "3") AND
                                  DO_TO("12ms", "drop", "2") AND DO_TO("30ms", "release", "3")));
    run_to_end(&c);
    /* itself at 15.1 ms, the network's copy is lost then, and the third goes on at 30 ms with
     * the 4 of its 5 ms that were left */
    assert_int_equal(arrivals(&c), 2);
    assert_int_equal(arrival(&c, 1), ARRIVES);
    assert_int_equal(arrival(&c, 2), 34 * MILLISECOND);
    assert_int_equal(count_messages(&c, TRACE_DROP, WRITE, N1, N2), 1);
    assert_int_equal(message_record(&c, TRACE_DROP, WRITE, N1, N2, 1)->time, ARRIVES);
    assert_int_equal(count_messages(&c, TRACE_HOLD, WRITE, N1, N2), 1);
    cluster_close(&c);
}

/* Two deeds of one moment come in an order that the seed decides. */
static void a_copy_may_be_held_before_anybody_has_asked_for_it(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO_TO("1ms", "hold", "3") AND DO("2ms", "duplicate") AND
                                      DO_TO("30ms", "release", "3")));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS), 0);
    assert_int_equal(arrival(&c, 1), ARRIVES);
    assert_int_equal(arrival(&c, 2), 35 * MILLISECOND);
    cluster_close(&c);
}

static void an_action_without_a_copy_is_for_all_that_is_in_flight(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, NETWORK("'latency': '5ms', 'duplicate': '100%'") PUT_AT("10ms", "one")
                         TIMELINE(DO("1ms", "hold") AND DO("30ms", "release")));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_HOLD, WRITE, N1, N2), 2);
    assert_int_equal(arrivals(&c), 2);
    assert_int_equal(arrival(&c, 1), 35 * MILLISECOND);
    assert_int_equal(arrival(&c, 2), 35 * MILLISECOND);
    cluster_close(&c);
}

static void there_is_an_end_to_copies(void **state)
{
    (void)state;
    struct cluster c;
    char text[16000];
    strcpy(text, ONE_PUT ", 'timeline': [" DO("12ms", "hold"));
    for (int i = 0; i < MESSAGE_COPIES_MAX; i++)
        strcat(text, AND DO("20ms", "duplicate"));
    strcat(text, "]");
    cluster_open(&c, text);
    run_to_end(&c);
    assert_int_equal(arrivals(&c), MESSAGE_COPIES_MAX - 2);
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ACTOR_WORLD), 2);
    expect_refused(&c, 2, ACTION_DUPLICATE, REASON_TOO_MANY, 20 * MILLISECOND);
    cluster_close(&c);
}

/* --- another time, other bytes -------------------------------------------------------- */

#define POSTPONE(at, how) "{'at': '" at "', 'postpone': " THE_WRITE ", " how "}"

static void a_postponed_message_arrives_so_much_later_or_at_that_time(void **state)
{
    (void)state;
    static const struct {
        const char *timeline;
        vtime touched, arrives;
        int64_t by;
    } cases[] = {
        {POSTPONE("12ms", "'by': '20ms'"), 12 * MILLISECOND, 35100 * MICROSECOND,
         20 * MILLISECOND},
        {POSTPONE("12ms", "'until': '200ms'"), 12 * MILLISECOND, 200 * MILLISECOND,
         184900 * MICROSECOND},
        {POSTPONE("12ms", "'until': '13ms'"), 12 * MILLISECOND, 13 * MILLISECOND,
         -2100 * (int64_t)MICROSECOND}, /* sooner */
        {POSTPONE("12ms", "'until': '3ms'"), 12 * MILLISECOND, 12 * MILLISECOND,
         -3100 * (int64_t)MICROSECOND}, /* but not before now */
        {POSTPONE("1ms", "'by': '20ms'"), SENT, 35100 * MICROSECOND, 20 * MILLISECOND},
        {POSTPONE("1ms", "'until': '3ms'"), SENT, SENT, -5 * (int64_t)MILLISECOND},
    };
    for (uint32_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        char text[2000];
        snprintf(text, sizeof text, "%s, 'timeline': [%s]", ONE_PUT, cases[i].timeline);
        cluster_open(&c, text);
        run_to_end(&c);
        expect_touch(&c, TRACE_POSTPONE, cases[i].touched, (uint64_t)cases[i].by);
        assert_int_equal(arrivals(&c), 1);
        assert_int_equal(arrival(&c, 1), cases[i].arrives);
        cluster_close(&c);
    }
}

static void postponing_a_held_message_changes_what_is_left_of_its_way(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "hold") AND POSTPONE("20ms", "'by': '30ms'") AND
                                      DO("50ms", "release")));
    run_to_end(&c);
    assert_int_equal(count_messages(&c, TRACE_HOLD, WRITE, N1, N2), 1);
    assert_int_equal(arrival(&c, 1), 83100 * MICROSECOND);
    cluster_close(&c);
}

static const struct picture_message *postponed(struct cluster *c, const char *how)
{
    static struct picture picture;
    char text[2000];
    snprintf(text, sizeof text,
             "%s, 'timeline': [{'at': '12600us', 'postpone': " THE_WRITE ", %s}]", ONE_PUT, how);
    cluster_open(c, text);
    run_until(c, 12600 * MICROSECOND);
    picture_take(&c->world, &c->world.state->heap, &picture);
    for (uint32_t i = 0; i < picture.message_count; i++)
        if (picture.messages[i].to == N2)
            return &picture.messages[i];
    fail_msg("it is not in flight");
    return NULL;
}

/* Where it is drawn: half of its 5 ms are behind it. */
static void a_postponed_message_is_elsewhere_on_its_way_or_goes_more_slowly(void **state)
{
    (void)state;
    static const struct {
        const char *how;
        vtime left, way;
    } cases[] = {{"'by': '1ms'", 3500 * MICROSECOND, 5 * MILLISECOND},
                 {"'until': '13100us'", 500 * MICROSECOND, 5 * MILLISECOND},
                 {"'by': '20ms'", 22500 * MICROSECOND, 45 * MILLISECOND}}; /* still half of it */
    for (uint32_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cluster c;
        const struct picture_message *message = postponed(&c, cases[i].how);
        assert_int_equal(message->left, cases[i].left);
        assert_int_equal(message->way, cases[i].way);
        cluster_close(&c);
    }
}

static void a_damaged_message_is_refused_by_its_checksum(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "corrupt")));
    run_to_end(&c);
    expect_touch(&c, TRACE_CORRUPT, 12 * MILLISECOND, sent(&c)->field[2] - 1); /* the last byte */
    assert_int_equal(arrival(&c, 1), ARRIVES);
    const struct trace_record *rejected = record_of(&c, NOTED(MESSAGE_REJECTED), N2, 1);
    assert_int_equal(rejected->time, ARRIVES);
    assert_int_equal(rejected->field[0], REASON_BAD_CHECKSUM);
    assert_int_equal(rejected->field[2], N1);
    expect_stored(&c, N2, "k", NULL);
    expect_stored(&c, N3, "k", "x");
    cluster_close(&c);
}

static void whichever_byte_is_damaged_the_message_is_refused(void **state)
{
    (void)state;
    for (uint32_t byte = 0; byte < 37; byte++) { /* as long as test_net.c says it is */
        struct cluster c;
        char text[2000];
        snprintf(text, sizeof text,
                 "%s, 'timeline': [{'at': '12ms', 'corrupt': " THE_WRITE ", 'byte': %u}]", ONE_PUT,
                 byte);
        cluster_open(&c, text);
        run_to_end(&c);
        assert_int_equal(count_of(&c, NOTED(MESSAGE_REJECTED), N2), 1);
        expect_stored(&c, N2, "k", NULL);
        cluster_close(&c);
    }
}

static void there_is_no_byte_behind_the_last_one(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(
                         "{'at': '12ms', 'corrupt': " THE_WRITE ", 'byte': 46}"));
    run_to_end(&c);
    expect_refused(&c, 1, ACTION_CORRUPT, REASON_TRUNCATED, 12 * MILLISECOND);
    expect_stored(&c, N2, "k", "x");
    cluster_close(&c);
}

static void a_bit_that_flips_twice_is_sound_again(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE(DO("12ms", "corrupt") AND DO("13ms", "corrupt")));
    run_to_end(&c);
    assert_int_equal(count_of(&c, NOTED(MESSAGE_REJECTED), ALL_ACTORS), 0);
    expect_stored(&c, N2, "k", "x");
    cluster_close(&c);
}

static void a_client_refuses_a_damaged_reply_too(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, ONE_PUT TIMELINE("{'at': '1ms', 'corrupt': {'message': 'reply', 'from': "
                                      "'n1', 'to': 'alice', 'of': 'w1'}}"));
    run_to_end(&c);
    const struct trace_record *rejected = record_of(&c, NOTED(MESSAGE_REJECTED), C1, 1);
    assert_int_equal(rejected->field[0], REASON_BAD_CHECKSUM);
    assert_int_equal(rejected->field[2], N1);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, 410 * MILLISECOND);
    cluster_close(&c);
}

/* --- timers --------------------------------------------------------------------------- */

/* n1 waits for n2 and n3, whose answers cannot come before 20.1 ms. */
#define PUT_ALL NETWORK("'latency': '5ms'") PUT_AT("10ms", "all")

static void a_timer_that_is_made_to_fire_fires_now(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, PUT_ALL TIMELINE("{'at': '15ms', 'fire_timer': 'n1', 'timer': 'operation', "
                                      "'of': 'w1'}"));
    run_to_end(&c);
    expect_told(&c, "w1", OUTCOME_TIMEOUT, 15100 * MICROSECOND);
    const struct trace_record *forced = record_of(&c, TRACE_TIMER_FORCED, N1, 1);
    assert_int_equal(forced->time, 15 * MILLISECOND);
    assert_int_equal(forced->field[0], TIMER_OPERATION);
    assert_int_equal(forced->field[1], SECOND + SENT - 15 * MILLISECOND);
    assert_int_equal(forced->about, request_of(&c, "w1", 0));
    assert_int_equal(forced->cause, 0);
    assert_int_equal(record_of(&c, TRACE_TIMER, N1, 1)->cause, forced->number);
    assert_int_equal(count_of(&c, TRACE_TIMER, N1), 1); /* and not once more when it was due */
    assert_int_equal(c.world.state->timers.taken_count, 0);
    cluster_close(&c);
}

static void a_timer_that_is_not_set_is_not_fired(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, PUT_ALL TIMELINE(
                         "{'at': '15ms', 'fire_timer': 'n2', 'timer': 'operation'}, "
                         "{'at': '16ms', 'fire_timer': 'n1', 'timer': 'heartbeat'}, "
                         "{'at': '17ms', 'fire_timer': 'n1', 'of': 'w1', 'attempt': 2}, "
                         "{'at': '18ms', 'crash': 'n3'}, {'at': '19ms', 'fire_timer': 'n3'}"));
    run_to_end(&c);
    static const struct {
        uint32_t node;
        enum reason reason;
        vtime time;
    } cases[] = {{N2, REASON_NO_TIMER, 15 * MILLISECOND},
                 {N1, REASON_NO_TIMER, 16 * MILLISECOND},
                 {N1, REASON_NO_TIMER, 17 * MILLISECOND},
                 {N3, REASON_NODE_DOWN, 19 * MILLISECOND}};
    assert_int_equal(count_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS), ARRAY_LEN(cases));
    for (uint32_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct trace_record *refused = record_of(&c, TRACE_REFUSED_ACTION, ALL_ACTORS, i + 1);
        assert_int_equal(refused->actor, cases[i].node);
        assert_int_equal(refused->field[1], cases[i].reason);
        assert_int_equal(refused->time, cases[i].time);
    }
    cluster_close(&c);
}

/* Beats are due at fixed instants, and go on being so. */
static void a_heartbeat_that_is_made_to_come_early_is_not_sent_again_when_it_was_due(void **state)
{
    (void)state;
    struct cluster c, plain;
#define BEATING                                                                                    \
    "'duration': '5s', 'cluster': {'nodes': 3, 'heartbeat': '1s'}, 'network': {" BARE_NETWORK "}"
    cluster_open(&plain, BEATING);
    run_to_end(&plain);
    cluster_open(&c, BEATING TIMELINE("{'at': '2s', 'fire_timer': 'n1', 'timer': 'heartbeat'}"));
    run_to_end(&c);
    assert_int_equal(count_of(&c, TRACE_TIMER, N1), count_of(&plain, TRACE_TIMER, N1));
    uint32_t beats = (uint32_t)count_of(&c, TRACE_TIMER, N1);
    assert_true(beats >= 4);
    assert_int_equal(record_of(&c, TRACE_TIMER, N1, 3)->time, 2 * SECOND);
    for (uint32_t n = 1; n <= beats; n++)
        if (n != 3)
            assert_int_equal(record_of(&c, TRACE_TIMER, N1, n)->time,
                             record_of(&plain, TRACE_TIMER, N1, n)->time);
    cluster_close(&c);
    cluster_close(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_released_message_arrives_when_the_rest_of_its_way_is_behind_it),
        cmocka_unit_test(what_is_not_sent_yet_is_held_as_soon_as_it_is_sent),
        cmocka_unit_test(a_message_that_nobody_releases_stays_in_flight_and_the_run_ends),
        cmocka_unit_test(a_held_message_outlives_a_crash_of_its_sender),
        cmocka_unit_test(a_held_message_is_lost_on_arrival_if_its_receiver_has_another_life),
        cmocka_unit_test(a_held_message_gets_through_if_the_partition_heals_before_it_arrives),
        cmocka_unit_test(what_would_change_nothing_is_refused_with_its_reason),
        cmocka_unit_test(a_release_before_the_sending_takes_the_hold_back),
        cmocka_unit_test(a_held_message_that_is_dropped_is_lost_at_once),
        cmocka_unit_test(held_messages_are_released_in_any_order),
        cmocka_unit_test(a_second_copy_sets_out_now_and_knows_its_parent),
        cmocka_unit_test(a_copy_has_a_latency_of_its_own_by_its_number),
        cmocka_unit_test(a_copy_of_a_held_message_goes_by_itself),
        cmocka_unit_test(each_copy_can_be_bent_by_its_number),
        cmocka_unit_test(a_copy_may_be_held_before_anybody_has_asked_for_it),
        cmocka_unit_test(an_action_without_a_copy_is_for_all_that_is_in_flight),
        cmocka_unit_test(there_is_an_end_to_copies),
        cmocka_unit_test(a_postponed_message_arrives_so_much_later_or_at_that_time),
        cmocka_unit_test(postponing_a_held_message_changes_what_is_left_of_its_way),
        cmocka_unit_test(a_postponed_message_is_elsewhere_on_its_way_or_goes_more_slowly),
        cmocka_unit_test(a_damaged_message_is_refused_by_its_checksum),
        cmocka_unit_test(whichever_byte_is_damaged_the_message_is_refused),
        cmocka_unit_test(there_is_no_byte_behind_the_last_one),
        cmocka_unit_test(a_bit_that_flips_twice_is_sound_again),
        cmocka_unit_test(a_client_refuses_a_damaged_reply_too),
        cmocka_unit_test(a_timer_that_is_made_to_fire_fires_now),
        cmocka_unit_test(a_timer_that_is_not_set_is_not_fired),
        cmocka_unit_test(
            a_heartbeat_that_is_made_to_come_early_is_not_sent_again_when_it_was_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
