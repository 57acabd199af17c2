/*
 * test_independence.c: what draws depend on, counted.
 *
 * Every random draw of a run is collected, together with what it was about: the request
 * that led to it, or a node's own doing. Then the run is made again with one client, one
 * fault or one message less. Of all draws about anything that this did not touch, none may
 * disappear, change its bits, or be new.
 *
 * The clients use keys of their own and the processors have time to spare, so that it
 * is clear what causes what: a request is touched when a message of it is dropped by what
 * was taken away, and not when it merely takes a little longer.
 */
#include "sim/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/snapshot.h"
#include "db/about.h"

/* A draw, and what it was about. */
struct owned_draw {
    uint64_t stream;
    uint64_t identity;
    uint64_t bits;
    uint64_t owner; /* a request without its attempt, or a node's own doing; 0: the run itself */
};

struct run {
    struct cluster c;
    struct owned_draw *draws;
    size_t count;
    size_t room;
    struct draw *of_clients; /* identity of a client's draw -> request, as `bits`; sorted */
    size_t of_client_count;
};

#define OPERATIONS_MAX 400 /* of a client */

static uint64_t without_attempt(uint64_t about)
{
    return about_class(about) == ABOUT_REQUEST ? about & ~UINT64_C(0xff) : about;
}

/* --- whose draw is it? --------------------------------------------------------------------- */

static int by_identity(const void *a, const void *b)
{
    const struct draw *x = a, *y = b;
    return (x->identity > y->identity) - (x->identity < y->identity);
}

/* Clients draw before there is a record, by (client, number). */
static void list_client_identities(struct run *run)
{
    const struct scenario *scenario = run->c.scenario;
    run->of_clients = calloc((size_t)scenario->client_count * OPERATIONS_MAX, sizeof(struct draw));
    for (uint32_t i = 0; i < scenario->client_count; i++)
        for (uint64_t number = 1; number <= OPERATIONS_MAX; number++) {
            uint64_t client = scenario->clients[i].identity;
            run->of_clients[run->of_client_count++] = (struct draw){
                .identity = mix_pair(client, number), .bits = about_request(client, number, 0)};
        }
    qsort(run->of_clients, run->of_client_count, sizeof(struct draw), by_identity);
}

static uint64_t owner_among_clients(const struct run *run, uint64_t identity)
{
    struct draw key = {.identity = identity};
    const struct draw *found =
        bsearch(&key, run->of_clients, run->of_client_count, sizeof key, by_identity);
    assert_non_null(found);
    return found->bits;
}

static const struct trace_record *record_at(const struct run *run, uint64_t number)
{
    return &run->c.records[number - 1];
}

/* The first request up the line of causes, else what the record itself is about. */
static uint64_t owner_by_cause(const struct run *run)
{
    uint64_t cause = run->c.world.state->cause;
    for (uint64_t number = cause; number > 0; number = record_at(run, number)->cause)
        if (about_class(record_at(run, number)->about) == ABOUT_REQUEST)
            return record_at(run, number)->about;
    return cause ? record_at(run, cause)->about : 0;
}

static uint64_t owner_of(const struct run *run, uint32_t stream, uint64_t identity)
{
    switch (stream) {
    case STREAM_CLIENT_THINK:
    case STREAM_CLIENT_KIND:
    case STREAM_CLIENT_KEY:
    case STREAM_CLIENT_SIZE:
    case STREAM_CLIENT_COORDINATOR: return owner_among_clients(run, identity);
    case STREAM_LATENCY:
    case STREAM_DUPLICATE:
    case STREAM_DUPLICATE_LATENCY:
    case STREAM_REORDER:
    case STREAM_REORDER_DELAY: /* right after the message's SEND (or DUPLICATE) */
        return run->c.records[run->c.record_count - 1].about;
    case STREAM_LOSS: return record_at(run, run->c.world.state->cause)->about;
    default: return owner_by_cause(run);
    }
}

static void take_draw(void *host, uint32_t stream, uint64_t identity, uint64_t bits)
{
    struct run *run = host;
    if (run->count == run->room) {
        run->room = run->room ? 2 * run->room : 4096;
        run->draws = realloc(run->draws, run->room * sizeof *run->draws);
        assert_non_null(run->draws);
    }
    uint64_t owner = without_attempt(owner_of(run, stream, identity));
    run->draws[run->count++] = (struct owned_draw){stream, identity, bits, owner};
}

/* --- two runs ----------------------------------------------------------------------------------
 */

static void run_whole(struct run *run, const char *text)
{
    memset(run, 0, sizeof *run); /* draws are compared byte by byte */
    cluster_load(&run->c, text, NULL);
    list_client_identities(run);
    run->c.world.draw_sink = (struct draw_sink){take_draw, run};
    cluster_begin(&run->c, 1, NULL, 0);
    run_to_end(&run->c);
}

static void run_close(struct run *run)
{
    cluster_close(&run->c);
    free(run->draws);
    free(run->of_clients);
}

/* Everything touched: a set of owners, kept sorted by nobody and small. */
struct touched {
    uint64_t owners[4096];
    uint32_t count;
};

static bool is_touched(const struct touched *touched, uint64_t owner)
{
    for (uint32_t i = 0; i < touched->count; i++)
        if (touched->owners[i] == owner)
            return true;
    return false;
}

static void touch(struct touched *touched, uint64_t owner)
{
    if (is_touched(touched, owner))
        return;
    assert_true(touched->count < ARRAY_LEN(touched->owners));
    touched->owners[touched->count++] = owner;
}

/* Whatever lost a message for this reason. */
static void touch_dropped(struct touched *touched, const struct run *run, enum reason reason)
{
    for (size_t i = 0; i < run->c.record_count; i++) {
        const struct trace_record *record = &run->c.records[i];
        if (record->kind == TRACE_DROP && record->field[2] == reason)
            touch(touched, without_attempt(record->about));
    }
}

static int by_everything(const void *a, const void *b)
{
    const struct owned_draw *x = a, *y = b;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->identity != y->identity)
        return x->identity < y->identity ? -1 : 1;
    return (x->owner > y->owner) - (x->owner < y->owner);
}

/* Draws of one run that the other lacks: untouched ones must not be among them. */
struct difference {
    size_t equal;
    size_t touched;
    size_t untouched;
    size_t changed; /* the same draw with other bits */
};

static void count_missing(const struct run *have, const struct run *want,
                          const struct touched *touched, struct difference *difference)
{
    memset(difference, 0, sizeof *difference);
    for (size_t i = 0, j = 0; i < have->count; i++) {
        const struct owned_draw *draw = &have->draws[i];
        while (j < want->count && by_everything(&want->draws[j], draw) < 0)
            j++;
        bool is_there = j < want->count && by_everything(&want->draws[j], draw) == 0;
        if (is_there) {
            difference->equal++;
            difference->changed += want->draws[j].bits != draw->bits;
            j++;
        } else if (is_touched(touched, draw->owner)) {
            difference->touched++;
        } else {
            difference->untouched++;
        }
    }
}

static void expect_independent(const char *what, struct run *with, struct run *without,
                               const struct touched *touched)
{
    struct difference gone, new;
    qsort(with->draws, with->count, sizeof *with->draws, by_everything);
    qsort(without->draws, without->count, sizeof *without->draws, by_everything);
    count_missing(with, without, touched, &gone);
    count_missing(without, with, touched, &new);
    print_message("without %s: of %zu draws %zu are as before, %zu changed, %zu gone and %zu new "
                  "about what it touched; %zu gone and %zu new about anything else\n",
                  what, with->count, gone.equal, gone.changed, gone.touched, new.touched,
                  gone.untouched, new.untouched);
    assert_int_equal(gone.untouched, 0);
    assert_int_equal(new.untouched, 0);
    assert_int_equal(gone.changed, 0);
    assert_true(gone.equal > 5000);
}

/* --- the scenario -------------------------------------------------------------------------------
 */

/* Everything random that there is; sync always, so that each write has a sync of its own. */
#define CLUSTER                                                                                    \
    "'duration': '60s', 'cluster': {'nodes': 5, 'heartbeat': '500ms', 'suspect_after': '50s', "    \
    "'log': {'sync': 'always', 'segment': '1GiB', 'checkpoint_every': '0B'}, 'disk': {'sync': "    \
    "{'lognormal': {'median': '5us', 'p99': '20us'}}}, 'cpu': {'cores': 4, 'service': "            \
    "{'message': '1us'}}}, 'network': {'latency': {'lognormal': {'median': '500us', 'p99': "       \
    "'5ms'}}, 'loss': '1%', 'duplicate': '2%', 'reorder': '2%', 'clients': {'latency': "           \
    "{'exponential': '200us'}, 'loss': '1%'}}, "
#define CLIENT(name)                                                                               \
    "{'name': '" name "', 'think': {'exponential': '97ms'}, 'operations': 200, 'start': '100ms', " \
    "'keys': {'prefix': '" name ":', 'count': 5}, 'retries': 1, 'timeout': '700ms', "              \
    "'value_size': {'uniform': ['10B', '200B']}}"
#define FIVE CLIENT("a") ", " CLIENT("b") ", " CLIENT("d") ", " CLIENT("e") ", " CLIENT("f")
#define ALICE                                                                                      \
    "{'name': 'alice', 'script': [{'at': '3s', 'put': 'mine', 'value': 'x', 'via': 'n1', "         \
    "'level': 'one', 'label': 'w1'}, {'at': '5s', 'get': 'mine', 'level': 'all'}]}"

static void removing_a_client_changes_no_draw_of_the_others(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with, CLUSTER "'clients': [" CLIENT("c") ", " FIVE "]");
    run_whole(&without, CLUSTER "'clients': [" FIVE "]");
    for (uint64_t number = 1; number <= OPERATIONS_MAX; number++)
        touch(&touched, about_request(with.c.scenario->clients[0].identity, number, 0));
    expect_independent("a client", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

/* Requests that were under way when the network split are touched, and no others. */
static void removing_a_partition_changes_no_draw_of_what_it_did_not_stop(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with, CLUSTER "'clients': [" FIVE "], 'timeline': [{'at': '4s', 'partition': "
                             "[['n1'], ['n2', 'n3', 'n4', 'n5']]}, {'at': '5s', 'heal': 'all'}]");
    run_whole(&without, CLUSTER "'clients': [" FIVE "]");
    touch_dropped(&touched, &with, REASON_PARTITION);
    assert_true(touched.count > 10);
    expect_independent("a partition", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

/* They only make things wait. */
static void removing_a_pause_and_a_slow_time_changes_no_draw_at_all(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with,
              CLUSTER "'clients': [" FIVE "], 'timeline': [{'at': '4s', 'pause': 'n2'}, "
                      "{'at': '4050ms', 'resume': 'n2'}, {'at': '6s', 'slow': 'n3', 'factor': 30}, "
                      "{'at': '8s', 'slow': 'n3', 'factor': 1}]");
    run_whole(&without, CLUSTER "'clients': [" FIVE "]");
    assert_false(digest_equal(with.c.world.state->digest, without.c.world.state->digest));
    expect_independent("a pause", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

static void removing_a_message_changes_no_draw_but_of_its_request(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with, CLUSTER "'clients': [" ALICE ", " FIVE "]");
    run_whole(&without,
              CLUSTER "'clients': [" ALICE ", " FIVE "], 'timeline': [{'at': '1s', "
                      "'drop': {'message': 'write', 'from': 'n1', 'to': 'n3', 'of': 'w1'}}]");
    touch_dropped(&touched, &without, REASON_COMMANDED);
    assert_int_equal(touched.count, 1);
    /* the get that then finds two versions has a message more or two */
    touch(&touched, without_attempt(about_request(with.c.scenario->clients[0].identity, 2, 0)));
    expect_independent("a message", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

/* They only make it wait, or not be heard: for no draw at all, not even of its own request. At
 * level one nobody waits for n3. */
static void holding_postponing_and_damaging_a_message_changes_no_draw_but_of_its_request(
    void **state)
{
    (void)state;
#define BENT(deeds) CLUSTER "'clients': [" ALICE ", " FIVE "], 'timeline': [" deeds "]"
#define ITS_WRITE   "{'message': 'write', 'from': 'n1', 'to': 'n3', 'of': 'w1'}"
    static const char *const texts[] = {
        BENT("{'at': '1s', 'hold': " ITS_WRITE "}, {'at': '3100ms', 'release': " ITS_WRITE "}"),
        BENT("{'at': '1s', 'hold': " ITS_WRITE "}"),
        BENT("{'at': '1s', 'postpone': " ITS_WRITE ", 'by': '70ms'}"),
        BENT("{'at': '1s', 'corrupt': " ITS_WRITE "}"),
    };
    for (uint32_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct run with, without;
        struct touched touched = {.count = 0};
        run_whole(&with, CLUSTER "'clients': [" ALICE ", " FIVE "]");
        run_whole(&without, texts[i]);
        assert_false(digest_equal(with.c.world.state->digest, without.c.world.state->digest));
        touch(&touched, without_attempt(about_request(with.c.scenario->clients[0].identity, 1, 0)));
        touch(&touched, without_attempt(about_request(with.c.scenario->clients[0].identity, 2, 0)));
        expect_independent("a deed to a message", &with, &without, &touched);
        run_close(&with);
        run_close(&without);
    }
}

/* The copy draws its latency and its loss, and what it makes n3 do is drawn; nothing else is. */
static void a_copy_of_a_message_changes_no_draw_of_anything_else(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with, BENT("{'at': '1s', 'duplicate': " ITS_WRITE "}"));
    run_whole(&without, CLUSTER "'clients': [" ALICE ", " FIVE "]");
    uint64_t put = about_request(with.c.scenario->clients[0].identity, 1, 0);
    uint64_t identity = net_identity(put, MESSAGE_REPLICA_WRITE, 0, N1, N3);
    uint32_t latencies = 0, losses = 0;
    for (size_t i = 0; i < with.count; i++) {
        latencies += with.draws[i].stream == STREAM_DUPLICATE_LATENCY &&
                     with.draws[i].identity == identity + 1;
        losses += with.draws[i].stream == STREAM_LOSS && with.draws[i].identity == identity + 2;
    }
    assert_int_equal(latencies, 1);
    assert_int_equal(losses, 1);
    touch(&touched, without_attempt(put));
    expect_independent("a copy", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

static void a_timer_that_is_made_to_fire_changes_no_draw_of_others(void **state)
{
    (void)state;
    struct run with, without;
    struct touched touched = {.count = 0};
    run_whole(&with, BENT("{'at': '4s', 'fire_timer': 'n2', 'timer': 'heartbeat'}"));
    run_whole(&without, CLUSTER "'clients': [" ALICE ", " FIVE "]");
    assert_false(digest_equal(with.c.world.state->digest, without.c.world.state->digest));
    expect_independent("a timer", &with, &without, &touched);
    run_close(&with);
    run_close(&without);
}

static void a_draw_is_the_same_pure_function_of_seed_stream_and_identity(void **state)
{
    (void)state;
    struct run run;
    run_whole(&run, CLUSTER "'clients': [" FIVE "]");
    for (size_t i = 0; i < run.count; i++)
        assert_true(run.draws[i].bits == mix(1, run.draws[i].stream, run.draws[i].identity));
    assert_int_equal(run.count, run.c.world.state->draw_count);
    run_close(&run);
}

static void a_run_after_a_restore_draws_the_same_and_leaves_the_same_pages(void **state)
{
    (void)state;
    struct run run;
    struct snapshot_store store;
    const char *why = NULL;
    run_whole(&run, CLUSTER "'clients': [" FIVE "]");
    cluster_begin(&run.c, 1, NULL, 0);
    run_steps(&run.c, 7000);
    assert_true(snapshot_store_open(&store, SNAPSHOT_STORE_PLAN, &why));
    struct snapshot *there = snapshot_take(&store, &run.c.world.region, NULL);
    struct cluster *c = &run.c;
    struct digest pages[2], states[2];
    size_t before = run.count;
    for (int i = 0; i < 2; i++) {
        size_t records = c->record_count;
        run_steps(c, 9000);
        pages[i] = snapshot_page_digest(&c->world.region);
        states[i] = world_state_digest(&c->world);
        snapshot_restore(&store, &c->world.region, there);
        c->record_count = records;
    }
    size_t each = (run.count - before) / 2;
    assert_true(each > 1000);
    assert_memory_equal(&run.draws[before], &run.draws[before + each], each * sizeof *run.draws);
    assert_true(digest_equal(pages[0], pages[1]));
    assert_true(digest_equal(states[0], states[1]));
    snapshot_store_close(&store);
    run_close(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removing_a_client_changes_no_draw_of_the_others),
        cmocka_unit_test(removing_a_partition_changes_no_draw_of_what_it_did_not_stop),
        cmocka_unit_test(removing_a_pause_and_a_slow_time_changes_no_draw_at_all),
        cmocka_unit_test(removing_a_message_changes_no_draw_but_of_its_request),
        cmocka_unit_test(
            holding_postponing_and_damaging_a_message_changes_no_draw_but_of_its_request),
        cmocka_unit_test(a_copy_of_a_message_changes_no_draw_of_anything_else),
        cmocka_unit_test(a_timer_that_is_made_to_fire_changes_no_draw_of_others),
        cmocka_unit_test(a_run_after_a_restore_draws_the_same_and_leaves_the_same_pages),
        cmocka_unit_test(a_draw_is_the_same_pure_function_of_seed_stream_and_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
