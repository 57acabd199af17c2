/*
 * test_inside.c: one node opened up: what lies on its disk, in its memory, before its
 * processor; and who wrote what a replica holds.
 */
#include "sim/cluster.h"
#include "sim/scratch.h"

#include <stdio.h>
#include <string.h>

#include "sim/picture/inside.h"
#include "sim/picture/versions.h"

static struct inside look(const struct cluster *c, uint32_t node)
{
    struct inside inside;
    inside_take(&c->world, node, heap, &inside);
    return inside;
}

static const char three_puts[] =
    "'duration': '10s', 'cluster': {'nodes': 3, 'heartbeat': '0s', 'log': {'sync': 'group', "
    "'group_window': '50ms'}, 'disk': {'sync': '5ms'}, 'cpu': {'service': {'message': '0s'}}}, "
    "'network': {'latency': '1ms', 'clients': {'latency': '100us'}}, 'clients': [{'name': "
    "'alice', 'script': [{'at': '100ms', 'put': 'k', 'value': 'one', 'label': 'w1', 'via': 'n1'}, "
    "{'at': '300ms', 'put': 'k', 'value': 'two', 'label': 'w2', 'via': 'n1'}, {'at': '500ms', "
    "'delete': 'k', 'label': 'd1', 'via': 'n1'}]}]";

/* Parts lie end to end and cover every byte that was read. */
static void expect_covered(const struct inside *inside)
{
    for (uint32_t s = 0; s < inside->log.segment_count; s++) {
        const struct inside_segment *segment = &inside->log.segments[s];
        uint64_t at = 0;
        assert_true(segment->is_read);
        for (uint32_t i = 0; i < segment->part_count; i++) {
            const struct inside_part *part = &inside->log.parts[segment->first_part + i];
            assert_int_equal(part->from, at);
            assert_true(part->to > part->from);
            at = part->to;
        }
        assert_int_equal(at, segment->size);
        assert_true(segment->synced <= segment->size);
    }
}

static uint32_t count_parts(const struct inside *inside, uint8_t kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < inside->log.part_count; i++)
        count += inside->log.parts[i].kind == kind;
    return count;
}

static void the_log_is_cut_into_its_records(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, three_puts);
    run_until(&c, 900 * MILLISECOND);
    struct inside inside = look(&c, N2);
    expect_covered(&inside);
    assert_int_equal(count_parts(&inside, INSIDE_RECORD), 3);
    assert_int_equal(count_parts(&inside, INSIDE_BAD), 0);
    assert_int_equal(inside.log.verdict, INSIDE_WHOLE);
    uint64_t sequence = 0;
    for (uint32_t i = 0; i < inside.log.part_count; i++) {
        const struct inside_part *part = &inside.log.parts[i];
        if (part->kind != INSIDE_RECORD)
            continue;
        assert_int_equal(part->sequence, ++sequence);
        assert_string_equal(part->key, "k");
        assert_int_equal(part->is_tombstone, sequence == 3);
    }
    assert_int_equal(inside.memory.keys, 1);
    assert_int_equal(inside.memory.tombstones, 1);
    cluster_close(&c);
}

/* Between its append and its sync a record lies behind the synced mark. */
static void what_is_not_synced_lies_behind_the_mark(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, three_puts);
    run_until_count(&c, NOTED(LOG_APPEND), N2, 2);
    struct inside inside = look(&c, N2);
    const struct inside_segment *last = &inside.log.segments[inside.log.segment_count - 1];
    const struct inside_part *record = &inside.log.parts[inside.log.part_count - 1];
    assert_int_equal(record->sequence, 2);
    assert_int_equal(last->synced, record->from);
    assert_int_equal(inside.disk.unsynced, last->size - last->synced);
    assert_int_equal(inside.memory.waiting_for_sync, 1);
    run_until_count(&c, NOTED(LOG_SYNCED), N2, 2);
    inside = look(&c, N2);
    last = &inside.log.segments[inside.log.segment_count - 1];
    assert_int_equal(last->synced, last->size);
    assert_int_equal(inside.memory.waiting_for_sync, 0);
    cluster_close(&c);
}

/* A crash in the middle of writing the second record: some of its bytes are there. */
static void a_torn_tail_is_bad_and_not_damaged(void **state)
{
    (void)state;
    struct cluster c;
    char text[1200];
    snprintf(text, sizeof text, "%s, 'timeline': [{'when': 'n2.log_append == 2', 'crash': 'n2', "
                                "'unsynced': 'torn', 'sectors': 1, 'last_sector': '96B'}]",
             three_puts);
    cluster_open(&c, text);
    run_until(&c, 900 * MILLISECOND);
    struct inside inside = look(&c, N2);
    expect_covered(&inside);
    assert_false(inside.is_running);
    assert_int_equal(inside.log.verdict, INSIDE_TORN);
    assert_int_equal(inside.log.bad_sequence, 2);
    assert_int_equal(count_parts(&inside, INSIDE_RECORD), 1);
    assert_int_equal(count_parts(&inside, INSIDE_BAD), 1);
    const struct inside_part *tail = &inside.log.parts[inside.log.part_count - 1];
    assert_int_equal(tail->kind, INSIDE_BAD);
    assert_int_equal(tail->from, inside.log.bad_offset);
    assert_int_equal(tail->to - tail->from, 20);
    assert_int_equal(inside.log.dropped_bytes, 20);
    cluster_close(&c);
}

/* A bit of the first record flips: it was durable, and what follows is never replayed. */
static void a_damaged_record_is_told_from_a_torn_one(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, three_puts);
    run_until(&c, 900 * MILLISECOND);
    struct action action = {
        .kind = ACTION_DISK_CORRUPT, .target = N2, .file_kind = FILE_LOG, .amount = 64};
    action_apply(&c.world, &action);
    struct inside inside = look(&c, N2);
    expect_covered(&inside);
    assert_int_equal(inside.log.verdict, INSIDE_DAMAGED);
    assert_int_equal(inside.log.bad_sequence, 1);
    assert_int_equal(count_parts(&inside, INSIDE_RECORD), 0);
    assert_int_equal(count_parts(&inside, INSIDE_BAD), 1);
    assert_int_equal(count_parts(&inside, INSIDE_BEHIND), 2);
    cluster_close(&c);
}

/* Each start opens a segment of its own; damage in an older one puts all of it behind. */
static void damage_in_an_older_segment_puts_newer_ones_behind(void **state)
{
    (void)state;
    struct cluster c;
    char text[1200];
    snprintf(text, sizeof text, "%s, 'timeline': [{'at': '400ms', 'crash': 'n2', 'unsynced': "
                                "'kept'}, {'at': '420ms', 'restart': 'n2'}]",
             three_puts);
    cluster_open(&c, text);
    run_until(&c, 900 * MILLISECOND);
    struct inside inside = look(&c, N2);
    assert_int_equal(inside.log.segment_count, 2);
    assert_int_equal(count_parts(&inside, INSIDE_BEHIND), 0);
    assert_true(disk_corrupt(&machine_at(&c.world, N2)->disk,
                             (struct file_name){FILE_LOG, inside.log.segments[0].number}, 64, 1,
                             1));
    inside = look(&c, N2);
    expect_covered(&inside);
    assert_int_equal(inside.log.verdict, INSIDE_DAMAGED);
    assert_int_equal(inside.log.bad_segment, inside.log.segments[0].number);
    assert_int_equal(count_parts(&inside, INSIDE_RECORD), 0);
    assert_int_equal(count_parts(&inside, INSIDE_BEHIND), 2); /* one there, one in the newer */
    cluster_close(&c);
}

static void work_on_cores_comes_first_then_what_waits(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, "'duration': '1s', 'cluster': {'nodes': 1, 'replication': 1, 'heartbeat': "
                     "'0s', 'log': {'sync': 'never'}, 'cpu': {'cores': 2, 'service': {'message': "
                     "'10ms'}}}, 'network': {'clients': {'latency': '1ms'}}, 'clients': "
                     "[{'name': 'a', 'script': [{'at': '100ms', 'get': 'k'}]}, {'name': 'b', "
                     "'script': [{'at': '100ms', 'get': 'k'}]}, {'name': 'c', 'script': "
                     "[{'at': '100ms', 'get': 'k'}]}]");
    run_until(&c, 103 * MILLISECOND);
    struct inside inside = look(&c, N1);
    assert_int_equal(inside.cores, 2);
    assert_int_equal(inside.busy, 2);
    assert_int_equal(inside.waiting, 1);
    assert_int_equal(inside.work_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(inside.work[i].done_at, i < 2 ? 111 * MILLISECOND : 0);
        assert_int_equal(inside.work[i].since, 101 * MILLISECOND);
        assert_non_null(strstr(inside.work[i].text, "get of "));
    }
    cluster_close(&c);
}

static void a_sync_under_way_is_told_with_its_end(void **state)
{
    (void)state;
    struct cluster c;
    cluster_open(&c, three_puts);
    run_until_count(&c, NOTED(LOG_APPEND), N2, 1);
    vtime now = c.world.state->now;
    run_until(&c, now + 51 * MILLISECOND);
    struct inside inside = look(&c, N2);
    assert_int_equal(inside.device_count, 1);
    assert_string_equal(inside.device[0].text, "sync of log segment 1");
    assert_true(inside.device[0].done_at > inside.now);
    assert_true(inside.log.is_syncing);
    assert_int_equal(inside.log.syncing_to, 1);
    cluster_close(&c);
}

/* --- who wrote it ------------------------------------------------------------------------ */

static void a_version_names_the_operation_that_wrote_it(void **state)
{
    (void)state;
    struct cluster c;
    struct key_versions versions;
    cluster_open(&c, three_puts);
    run_until(&c, 290 * MILLISECOND);
    versions_take(&c.world, 0, heap, &versions);
    assert_int_equal(versions.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct key_version *version = &versions.versions[i];
        assert_string_equal(version->value, "one");
        assert_string_equal(version->writer, "w1");
        assert_string_equal(version->outcome, "ok");
        assert_int_equal(version->asked_at, 100 * MILLISECOND);
        assert_int_equal(version->record, record_of(&c, TRACE_INVOKE, C1, 1)->number);
    }
    run_until(&c, 900 * MILLISECOND);
    versions_take(&c.world, 0, heap, &versions);
    assert_true(versions.versions[0].is_tombstone);
    assert_string_equal(versions.versions[0].writer, "d1");
    cluster_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_is_cut_into_its_records),
        cmocka_unit_test(what_is_not_synced_lies_behind_the_mark),
        cmocka_unit_test(a_torn_tail_is_bad_and_not_damaged),
        cmocka_unit_test(a_damaged_record_is_told_from_a_torn_one),
        cmocka_unit_test(damage_in_an_older_segment_puts_newer_ones_behind),
        cmocka_unit_test(work_on_cores_comes_first_then_what_waits),
        cmocka_unit_test(a_sync_under_way_is_told_with_its_end),
        cmocka_unit_test(a_version_names_the_operation_that_wrote_it),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
