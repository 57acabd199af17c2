/*
 * test_picture_ring.c: what a picture says of the ring is what the database does.
 *
 * The walk is compared with the database's own preference list, on rings of many sizes; what
 * could be got of each arc with an enumeration of all coordinators and all sets of replicas, and
 * with puts that are really sent through every node of a broken cluster.
 */
#include <stdio.h>
#include <string.h>

#include "base/mix.h"
#include "sim/cluster.h"
#include "sim/picture/picture.h"
#include "sim/scratch.h"

static struct picture look(const struct cluster *c)
{
    struct picture picture;
    heap_drop(heap);
    picture_take(&c->world, heap, &picture);
    return picture;
}

/* A number below `bound`, of a test's own stream. */
static uint32_t pick(uint64_t *stream, uint32_t bound)
{
    *stream = mix_pair(*stream, 1);
    return (uint32_t)(*stream % bound);
}

/* --- the walk ------------------------------------------------------------------------------ */

#define STOPS_MAX 600

static bool is_earlier(const struct picture_stop *stops, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (stops[i].node == node)
            return true;
    return false;
}

/* How far clockwise from `from`. */
static uint64_t way(uint64_t from, uint64_t to)
{
    return to - from;
}

static void expect_walk(const struct cluster *c, uint64_t position, bool is_distinct)
{
    static struct picture_stop stops[STOPS_MAX];
    const struct placement *placement = &c->world.state->placement;
    uint32_t wanted[REPLICATION_MAX], found = 0, n = c->scenario->node.replication;
    uint32_t listed = placement_replicas(placement, placement_range_of(placement, position), n,
                                         is_distinct, wanted);
    uint32_t count = picture_walk(&c->world, position, stops, STOPS_MAX);
    assert_true(count <= STOPS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) /* clockwise, and nowhere past the beginning */
            assert_true(way(position, stops[i].position) > way(position, stops[i - 1].position));
        assert_int_equal(stops[i].is_met, is_earlier(stops, i, stops[i].node));
        if (stops[i].rank == 0) {
            assert_true(is_distinct && stops[i].is_met);
            continue;
        }
        assert_int_equal(stops[i].rank, found + 1);
        assert_int_equal(stops[i].node, wanted[found]);
        found++;
    }
    assert_int_equal(found, listed);
    assert_int_not_equal(stops[count - 1].rank, 0); /* it ends with the last replica */
    assert_int_equal(stops[0].rank, 1);
}

static void the_walk_finds_what_the_database_finds(void **state)
{
    static const uint32_t sizes[][3] = {/* nodes, N, vnodes */
                                        {1, 1, 1},  {2, 2, 1},  {3, 3, 1},   {3, 2, 8},
                                        {5, 3, 8},  {5, 5, 64}, {16, 3, 4},  {50, 7, 1},
                                        {50, 3, 8}, {3, 3, 200}, {100, 16, 2}};
    uint64_t stream = 7;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int is_distinct = 0; is_distinct < 2; is_distinct++) {
            struct cluster c;
            char text[400];
            snprintf(text, sizeof text,
                     "'duration': '1s', 'safeguards': {'distinct-replicas': %s}, 'cluster': "
                     "{'nodes': %u, 'replication': %u, 'vnodes': %u}",
                     is_distinct ? "true" : "false", sizes[i][0], sizes[i][1], sizes[i][2]);
            cluster_open(&c, text);
            for (uint32_t k = 0; k < 300; k++)
                expect_walk(&c, mix_pair(stream++, 3), is_distinct);
            struct picture picture = look(&c);
            for (uint32_t k = 0; k < picture.token_count; k++) { /* the edges of arcs */
                expect_walk(&c, picture.tokens[k].position, is_distinct);
                expect_walk(&c, picture.tokens[k].position + 1, is_distinct);
            }
            cluster_close(&c);
        }
}

/* What a coordinator really asks, by the messages that leave it. */
static void a_put_goes_to_the_nodes_of_the_walk(void **state)
{
    (void)state;
    for (uint32_t key = 0; key < 20; key++) {
        struct cluster c;
        struct picture_stop stops[STOPS_MAX];
        char text[700], name[8];
        snprintf(name, sizeof name, "k%u", key);
        snprintf(text, sizeof text,
                 "'duration': '1s', 'cluster': {'nodes': 7, 'replication': 3, 'heartbeat': '0s', "
                 "'log': {'sync': 'never'}, 'cpu': {'service': {'message': '0s'}}}, 'network': {"
                 BARE_NETWORK "}, 'clients': [{'name': 'a', 'script': [{'at': '10ms', 'put': '%s', "
                 "'value': 'x', 'via': 'n1', 'label': 'w'}]}]",
                 name);
        cluster_open(&c, text);
        run_until(&c, 11 * MILLISECOND);
        struct picture picture = look(&c);
        assert_int_equal(picture.key_count, 1);
        uint32_t count = picture_walk(&c.world, picture.keys[0].position, stops, STOPS_MAX);
        uint32_t sent = 0, is_own = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (stops[i].rank == 0)
                continue;
            is_own += stops[i].node == N1;
            sent += (uint32_t)count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITE, N1,
                                             stops[i].node);
        }
        assert_int_equal(sent + is_own, 3);
        assert_int_equal(count_messages(&c, TRACE_SEND, MESSAGE_REPLICA_WRITE, N1, UINT32_MAX),
                         sent); /* and to nobody else */
        cluster_close(&c);
    }
}

/* --- what could be got --------------------------------------------------------------------- */

#define NODES_MOST 5

/* A cluster that was broken at random, and how. */
struct broken {
    uint32_t nodes, n, r, w;
    bool is_running[NODES_MOST];
    bool is_cut[NODES_MOST][NODES_MOST];
    char text[6000];
};

static uint32_t needed(const char *level, uint32_t n)
{
    return strcmp(level, "one") == 0 ? 1 : strcmp(level, "all") == 0 ? n : n / 2 + 1;
}

__attribute__((format(printf, 2, 3))) static void append(struct broken *broken,
                                                         const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(broken->text);
    va_start(arguments, format);
    vsnprintf(broken->text + used, sizeof broken->text - used, format, arguments);
    va_end(arguments);
}

static void break_nodes(struct broken *broken, uint64_t *stream)
{
    append(broken, "'timeline': [{'at': '2s', 'heal': 'all'}");
    for (uint32_t i = 0; i < broken->nodes; i++) {
        uint32_t what = pick(stream, 4);
        broken->is_running[i] = what > 1;
        if (what < 2)
            append(broken, ", {'at': '10ms', '%s': 'n%u'}", what ? "pause" : "crash", i + 1);
    }
}

static void break_links(struct broken *broken, uint64_t *stream)
{
    uint32_t how_many = pick(stream, 4); /* none, or up to every second one */
    for (uint32_t i = 0; i < broken->nodes; i++)
        for (uint32_t j = 0; j < broken->nodes; j++) {
            broken->is_cut[i][j] = i != j && how_many > 0 && pick(stream, 8) < how_many + 1;
            if (broken->is_cut[i][j])
                append(broken, ", {'at': '10ms', 'cut': {'from': 'n%u', 'to': 'n%u'}}", i + 1,
                       j + 1);
        }
    append(broken, "]");
}

static void break_at_random(struct broken *broken, uint64_t *stream)
{
    static const char *const levels[] = {"one", "quorum", "all"};
    const char *read = levels[pick(stream, 3)], *write = levels[pick(stream, 3)];
    *broken = (struct broken){.nodes = 1 + pick(stream, NODES_MOST)};
    broken->n = 1 + pick(stream, broken->nodes);
    broken->r = needed(read, broken->n);
    broken->w = needed(write, broken->n);
    append(broken,
           "'duration': '3s', 'cluster': {'nodes': %u, 'replication': %u, 'vnodes': 3, "
           "'read': '%s', 'write': '%s', 'heartbeat': '0s', 'log': {'sync': 'never'}, "
           "'write_timeout': '100ms', 'cpu': {'service': {'message': '0s'}}}, 'network': {"
           BARE_NETWORK "}, ",
           broken->nodes, broken->n, read, write);
    break_nodes(broken, stream);
    break_links(broken, stream);
}

static bool can_ask(const struct broken *broken, uint32_t a, uint32_t b)
{
    return broken->is_running[a] && broken->is_running[b] && !broken->is_cut[a][b] &&
           !broken->is_cut[b][a];
}

/* Is there a coordinator, and a set of `wanted` replicas that it can ask? All are tried. */
static bool is_possible(const struct broken *broken, const uint32_t *replicas, uint32_t wanted)
{
    for (uint32_t coordinator = 0; coordinator < broken->nodes; coordinator++)
        for (uint32_t set = 0; set < 1u << broken->n; set++) {
            bool is_good = (uint32_t)__builtin_popcount(set) == wanted;
            for (uint32_t i = 0; i < broken->n; i++)
                if (set >> i & 1)
                    is_good &= can_ask(broken, coordinator, replicas[i]);
            if (is_good)
                return true;
        }
    return false;
}

static void expect_reach(const struct cluster *c, const struct broken *broken,
                         const struct picture_token *token, uint32_t seen[PICTURE_REACH_COUNT])
{
    uint32_t replicas[REPLICATION_MAX];
    const struct placement *placement = &c->world.state->placement;
    uint32_t count = placement_replicas(placement, placement_range_of(placement, token->position),
                                        broken->n, true, replicas);
    bool can_read = is_possible(broken, replicas, broken->r);
    bool can_write = is_possible(broken, replicas, broken->w);
    bool has_all = is_possible(broken, replicas, broken->n);
    uint8_t wanted = has_all                ? PICTURE_REACH_ALL
                     : can_read && can_write ? PICTURE_REACH_BOTH
                     : can_read              ? PICTURE_REACH_READ
                     : can_write             ? PICTURE_REACH_WRITE
                                             : PICTURE_REACH_NONE;
    uint32_t most = 0;
    while (most < broken->n && is_possible(broken, replicas, most + 1))
        most++;
    assert_int_equal(count, broken->n);
    assert_int_equal(token->reach, wanted);
    assert_int_equal(token->reached, most);
    assert_int_equal(token->replicas, broken->n);
    seen[wanted]++;
}

static void what_could_be_got_is_what_an_enumeration_finds(void **state)
{
    static struct broken broken;
    uint32_t seen[PICTURE_REACH_COUNT] = {0};
    uint64_t stream = 11;
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct cluster c;
        break_at_random(&broken, &stream);
        cluster_open(&c, broken.text);
        run_until(&c, 11 * MILLISECOND);
        struct picture picture = look(&c);
        assert_int_equal(picture.rules.read_needed, broken.r);
        assert_int_equal(picture.rules.write_needed, broken.w);
        for (uint32_t k = 0; k < picture.token_count; k++)
            expect_reach(&c, &broken, &picture.tokens[k], seen);
        cluster_close(&c);
    }
    for (uint32_t i = 0; i < PICTURE_REACH_COUNT; i++)
        assert_true(seen[i] > 20); /* the trials were of all kinds */
}

/* Six keys, each put through every node at once, when everything is broken already. */
static void put_through_all(struct broken *broken)
{
    append(broken, ", 'clients': [{'name': 'a', 'script': [");
    for (uint32_t key = 0; key < 6; key++)
        for (uint32_t via = 0; via < broken->nodes; via++)
            append(broken,
                   "%s{'at': '20ms', 'put': 'k%u', 'value': 'x', 'via': 'n%u', 'label': 'w%u_%u', "
                   "'timeout': '300ms'}",
                   key + via ? ", " : "", key, via + 1, key, via);
    append(broken, "]}]");
}

static bool is_any_put_done(const struct cluster *c, const struct broken *broken, uint32_t key)
{
    char label[20];
    bool is_done = false;
    for (uint32_t via = 0; via < broken->nodes; via++) {
        snprintf(label, sizeof label, "w%u_%u", key, via);
        is_done |= attempt_of(c, label, 0)->outcome == OUTCOME_OK;
    }
    return is_done;
}

static void a_put_succeeds_through_some_node_just_where_the_ring_says_so(void **state)
{
    static struct broken broken;
    uint32_t done = 0, failed = 0;
    uint64_t stream = 5;
    (void)state;
    for (int i = 0; i < 120; i++) {
        struct cluster c;
        break_at_random(&broken, &stream);
        put_through_all(&broken);
        cluster_open(&c, broken.text);
        run_until(&c, 1 * SECOND);
        struct picture picture = look(&c);
        assert_int_equal(picture.key_count, 6);
        for (uint32_t key = 0; key < 6; key++) {
            uint32_t range =
                placement_range_of(&c.world.state->placement, picture.keys[key].position);
            uint8_t reach = picture.tokens[range].reach;
            bool is_promised = reach == PICTURE_REACH_ALL || reach == PICTURE_REACH_BOTH ||
                               reach == PICTURE_REACH_WRITE;
            uint32_t number = (uint32_t)(picture.keys[key].name[1] - '0');
            assert_int_equal(is_any_put_done(&c, &broken, number), is_promised);
            done += is_promised, failed += !is_promised;
        }
        cluster_close(&c);
    }
    assert_true(done > 100 && failed > 100);
}

/* --- sides --------------------------------------------------------------------------------- */

static void sides_are_who_can_talk_both_ways(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 5}, 'timeline': [{'at': '1ms', "
                     "'partition': [['n1', 'n3'], ['n2', 'n4', 'n5']], 'name': 'p'}, {'at': "
                     "'10ms', 'heal': 'p'}, {'at': '20ms', 'cut': {'from': 'n5', 'to': 'n1'}}, "
                     "{'at': '30ms', 'cut': {'from': 'n5', 'to': 'n2'}}, {'at': '30ms', 'cut': "
                     "{'from': 'n5', 'to': 'n3'}}, {'at': '30ms', 'cut': {'from': 'n5', 'to': "
                     "'n4'}}]");
    assert_int_equal(look(&c).side_count, 1);
    run_until(&c, 2 * MILLISECOND);
    struct picture cut = look(&c);
    assert_int_equal(cut.side_count, 2);
    assert_int_equal(cut.cut_count, 12);
    static const uint32_t sides[] = {0, 1, 0, 1, 1};
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(cut.nodes[i].side, sides[i]);
    run_until(&c, 11 * MILLISECOND);
    assert_int_equal(look(&c).side_count, 1);
    run_until(&c, 21 * MILLISECOND); /* n5 and n1 still reach each other through others */
    assert_int_equal(look(&c).side_count, 1);
    run_until(&c, 31 * MILLISECOND); /* n5 is heard by nobody */
    struct picture alone = look(&c);
    assert_int_equal(alone.side_count, 2);
    assert_int_equal(alone.nodes[4].side, 1);
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_finds_what_the_database_finds),
        cmocka_unit_test(a_put_goes_to_the_nodes_of_the_walk),
        cmocka_unit_test(what_could_be_got_is_what_an_enumeration_finds),
        cmocka_unit_test(a_put_succeeds_through_some_node_just_where_the_ring_says_so),
        cmocka_unit_test(sides_are_who_can_talk_both_ways),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
