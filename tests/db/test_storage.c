/*
 * test_storage.c: when the log is synced, when a write may be acknowledged, what a
 * full or failing disk does, and what the merge rules promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mix.h"
#include "db/safeguard.h"
#include "db/store/log.h"
#include "storage_host.h"

struct fixture {
    struct host_disk machine;
    struct host host;
};

static void open_fixture(struct fixture *fixture, const struct node_config *config)
{
    host_disk_open(&fixture->machine);
    host_open(&fixture->host, &fixture->machine, config);
    assert_true(host_recover(&fixture->host));
}

static void close_fixture(struct fixture *fixture)
{
    host_close(&fixture->host);
    host_disk_close(&fixture->machine);
}

/* A write of key `i % 20` with a value of 50 bytes: its log record has 96 bytes. */
static struct host_write plain_write(uint64_t i)
{
    return (struct host_write){
        .key = (uint32_t)(i % 20), .value_size = 50, .stamp = (int64_t)(1 + i)};
}

static void put(struct fixture *fixture)
{
    assert_int_equal(host_write(&fixture->host, plain_write(fixture->host.appended)), DISK_OK);
}

static struct node_config config_of(enum sync_policy policy)
{
    struct node_config config = host_config(policy);
    config.checkpoint_every_bytes = 0;
    config.segment_bytes = 1 << 20;
    return config;
}

/* --- policies ------------------------------------------------------------------------------ */

static void always_syncs_each_record_before_it_is_acknowledged(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    for (uint64_t i = 1; i <= 10; i++) {
        put(&fixture);
        assert_int_equal(fixture.host.acknowledged, i - 1);
        host_run(&fixture.host);
        assert_int_equal(fixture.host.acknowledged, i);
        assert_int_equal(fixture.host.storage->sync_rounds, i);
    }
    close_fixture(&fixture);
}

static void records_that_arrive_during_a_sync_share_the_next_one(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    for (uint32_t i = 0; i < 10; i++)
        put(&fixture);
    assert_int_equal(fixture.host.storage->sync_rounds, 1); /* one under way at most */
    assert_true(host_step(&fixture.host));
    assert_int_equal(fixture.host.storage->synced_sequence, 1); /* what it covered, no more */
    assert_int_equal(fixture.host.acknowledged, 1);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.storage->sync_rounds, 2);
    assert_int_equal(fixture.host.acknowledged, 10);
    close_fixture(&fixture);
}

static void group_syncs_once_per_window(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_GROUP);
    open_fixture(&fixture, &config);
    uint64_t began = fixture.host.now;
    for (uint32_t i = 0; i < 10; i++)
        put(&fixture);
    assert_int_equal(fixture.host.storage->sync_rounds, 0);
    assert_true(host_step(&fixture.host)); /* the timer */
    assert_int_equal(fixture.host.now - began, config.group_window_ns);
    assert_int_equal(fixture.host.storage->sync_rounds, 1);
    assert_int_equal(fixture.host.acknowledged, 0);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.acknowledged, 10);
    assert_int_equal(fixture.host.storage->sync_rounds, 1);
    close_fixture(&fixture);
}

static void interval_acknowledges_at_once_and_syncs_later(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_INTERVAL);
    open_fixture(&fixture, &config);
    uint64_t began = fixture.host.now;
    for (uint32_t i = 0; i < 10; i++)
        put(&fixture);
    assert_int_equal(fixture.host.acknowledged, 10);
    assert_int_equal(fixture.host.storage->synced_sequence, 0);
    assert_true(host_step(&fixture.host));
    assert_int_equal(fixture.host.now - began, config.sync_interval_ns);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.storage->synced_sequence, 10);
    assert_int_equal(fixture.host.storage->sync_rounds, 1);
    assert_false(host_step(&fixture.host)); /* an idle node has no timer */
    close_fixture(&fixture);
}

static void never_syncs_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_NEVER);
    open_fixture(&fixture, &config);
    for (uint32_t i = 0; i < 10; i++)
        put(&fixture);
    assert_false(host_step(&fixture.host));
    assert_int_equal(fixture.host.acknowledged, 10);
    assert_int_equal(fixture.host.storage->synced_sequence, 0);
    close_fixture(&fixture);
}

static void a_round_over_two_segments_syncs_both_and_the_names(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_GROUP);
    struct disk_view views[8];
    config.segment_bytes = 300;
    open_fixture(&fixture, &config);
    for (uint32_t i = 0; i < 6; i++)
        put(&fixture);
    uint64_t syncs = fixture.machine.disk->sync_count;
    assert_true(host_step(&fixture.host)); /* the timer */
    assert_int_equal(fixture.machine.disk->sync_count - syncs, 2 + 1);
    assert_true(host_step(&fixture.host));
    assert_true(host_step(&fixture.host));
    assert_int_equal(fixture.host.acknowledged, 0); /* the name of segment 2 is not durable yet */
    host_run(&fixture.host);
    assert_int_equal(fixture.host.acknowledged, 6);
    assert_int_equal(disk_view(fixture.machine.disk, views, 8), 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_true(views[i].is_name_durable && views[i].synced == views[i].size);
    close_fixture(&fixture);
}

/* --- what recovery leaves ------------------------------------------------------------------- */

static void a_node_that_only_restarts_does_not_pile_up_segments(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    put(&fixture);
    host_run(&fixture.host);
    for (uint32_t i = 0; i < 5; i++) {
        host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_LOSE});
        assert_true(host_recover(&fixture.host));
        assert_int_equal(disk_list(fixture.machine.disk, NULL, 0), 2); /* the log, a fresh one */
        assert_int_equal(fixture.host.storage->appended_sequence, 1);
    }
    close_fixture(&fixture);
}

static void after_the_death_of_the_process_recovery_syncs_what_it_builds_on(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_NEVER);
    open_fixture(&fixture, &config);
    for (uint32_t i = 0; i < 5; i++)
        put(&fixture);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 5);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_LOSE});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 5);
    close_fixture(&fixture);
}

static void a_fresh_disk_gives_an_empty_node(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_READY][0], 0);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_READY][1], 0);
    assert_int_equal(store_count(&fixture.host.storage->store), 0);
    struct version version;
    uint8_t byte = 'k';
    assert_false(storage_get(fixture.host.storage, (struct bytes){&byte, 1}, &version));
    close_fixture(&fixture);
}

static void everything_that_recovery_needs_from_memory_is_given_back(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    uint64_t bytes = heap_bytes(fixture.host.memory);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_LOSE});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(heap_bytes(fixture.host.memory), bytes);
    assert_null(fixture.host.storage->start);
    close_fixture(&fixture);
}

/* --- a disk in trouble ------------------------------------------------------------------------ */

static void a_full_disk_refuses_a_write_and_leaves_the_log_as_it_was(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    config.segment_bytes = 300;
    for (uint64_t room = 0; room < 400; room += 7) {
        open_fixture(&fixture, &config);
        put(&fixture);
        disk_set_free(fixture.machine.disk, room);
        uint32_t refused = 0;
        for (uint32_t i = 0; i < 6; i++) {
            struct host_write write = plain_write(fixture.host.appended);
            refused += host_write(&fixture.host, write) == DISK_NO_SPACE;
            host_run(&fixture.host);
        }
        assert_true(refused > 0);
        assert_int_equal(fixture.host.note_field[NOTE_LOG_REFUSED][0], REASON_NO_SPACE);
        assert_int_equal(fixture.host.storage->state, STORAGE_READY);
        uint64_t kept = fixture.host.acknowledged;
        disk_set_free(fixture.machine.disk, DISK_NO_LIMIT);
        put(&fixture);
        host_run(&fixture.host);
        assert_int_equal(fixture.host.acknowledged, kept + 1);
        host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_LOSE});
        assert_true(host_recover(&fixture.host));
        assert_int_equal(fixture.host.appended, kept + 1);
        assert_true(host_holds_prefix(&fixture.host, kept + 1));
        assert_int_equal(fixture.host.note_count[NOTE_TAIL_CUT], 0); /* nothing half-written */
        close_fixture(&fixture);
    }
}

static void a_node_starts_on_a_full_disk_and_writes_when_there_is_room(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    put(&fixture);
    host_run(&fixture.host);
    disk_set_free(fixture.machine.disk, 0);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(host_write(&fixture.host, plain_write(1)), DISK_NO_SPACE);
    disk_set_free(fixture.machine.disk, DISK_NO_LIMIT);
    put(&fixture);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.acknowledged, 2);
    assert_true(host_recover(&fixture.host));
    assert_true(host_holds_prefix(&fixture.host, 2));
    close_fixture(&fixture);
}

static void a_failed_append_stops_the_node(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_INTERVAL);
    open_fixture(&fixture, &config);
    put(&fixture);
    fixture.machine.disk->faults.fail_appends = 1;
    assert_int_equal(host_write(&fixture.host, plain_write(1)), DISK_IO_ERROR);
    assert_int_equal(fixture.host.storage->state, STORAGE_REFUSED);
    assert_int_equal(fixture.host.storage->reason, REASON_IO_ERROR);
    assert_false(host_step(&fixture.host)); /* its timer is gone, too */
    assert_false(storage_may_acknowledge(fixture.host.storage, &fixture.host.config, 1));
    close_fixture(&fixture);
}

static void a_failed_read_or_sync_keeps_a_node_from_starting(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    put(&fixture);
    host_run(&fixture.host);
    fixture.machine.disk->faults.fail_reads = 1;
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->reason, REASON_IO_ERROR);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    fixture.machine.disk->faults.fail_syncs = 1;
    assert_false(host_recover(&fixture.host));
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.appended, 1);
    close_fixture(&fixture);
}

/* --- the merge ----------------------------------------------------------------------------------
 */

/* What three writes of one key leave behind, in each of the six orders. */
static uint32_t count_outcomes(uint64_t safeguards_off, const struct host_write *writes,
                               uint32_t *broken_count)
{
    static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    uint64_t seen[6];
    uint32_t seen_count = 0;
    for (uint32_t i = 0; i < 6; i++) {
        struct fixture fixture;
        struct node_config config = config_of(SYNC_NEVER);
        config.safeguards_off = safeguards_off;
        open_fixture(&fixture, &config);
        for (uint32_t k = 0; k < 3; k++)
            host_write(&fixture.host, writes[orders[i][k]]);
        uint64_t digest = host_store_digest(&fixture.host.storage->store);
        *broken_count += fixture.host.note_count[NOTE_RULE_BROKEN];
        host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
        assert_true(host_recover(&fixture.host)); /* replay obeys the same rule */
        assert_int_equal(host_store_digest(&fixture.host.storage->store), digest);
        close_fixture(&fixture);
        bool is_new = true;
        for (uint32_t k = 0; k < seen_count; k++)
            is_new = is_new && seen[k] != digest;
        if (is_new)
            seen[seen_count++] = digest;
    }
    return seen_count;
}

static void the_order_of_arrival_does_not_matter(void **state)
{
    (void)state;
    uint32_t broken = 0;
    struct host_write stamps[] = {{1, 5, 1, false}, {1, 6, 2, false}, {1, 0, 3, true}};
    struct host_write ties[] = {{1, 5, 9, false}, {1, 6, 9, false}, {1, 7, 9, false}};
    assert_int_equal(count_outcomes(0, stamps, &broken), 1);
    assert_int_equal(count_outcomes(0, ties, &broken), 1);
    assert_int_equal(broken, 0);
}

static void without_the_tie_rule_ties_depend_on_the_order_of_arrival(void **state)
{
    (void)state;
    uint32_t broken = 0;
    struct host_write stamps[] = {{1, 5, 1, false}, {1, 6, 2, false}, {1, 0, 3, true}};
    struct host_write ties[] = {{1, 5, 9, false}, {1, 6, 9, false}, {1, 7, 9, false}};
    uint64_t off = UINT64_C(1) << SAFEGUARD_TIE_RULE;
    assert_int_equal(count_outcomes(off, stamps, &broken), 1);
    assert_int_equal(count_outcomes(off, ties, &broken), 3);
    assert_int_equal(broken, 6); /* so many of the 18 writes won a tie that they should lose */
}

static void without_newer_wins_everything_depends_on_the_order_of_arrival(void **state)
{
    (void)state;
    uint32_t broken = 0;
    struct host_write stamps[] = {{1, 5, 1, false}, {1, 6, 2, false}, {1, 0, 3, true}};
    assert_int_equal(count_outcomes(UINT64_C(1) << SAFEGUARD_NEWER_WINS, stamps, &broken), 3);
    assert_true(broken > 0);
}

static void an_older_write_is_logged_and_noted_but_not_stored(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = config_of(SYNC_NEVER);
    open_fixture(&fixture, &config);
    host_write(&fixture.host, (struct host_write){1, 5, 20, false});
    host_write(&fixture.host, (struct host_write){1, 6, 10, false});
    assert_int_equal(fixture.host.note_count[NOTE_APPLY], 1);
    assert_int_equal(fixture.host.note_count[NOTE_APPLY_OLDER], 1);
    assert_int_equal(fixture.host.note_field[NOTE_APPLY_OLDER][1], 10);
    assert_int_equal(fixture.host.note_field[NOTE_APPLY_OLDER][2], 20);
    assert_int_equal(fixture.host.storage->appended_sequence, 2);
    close_fixture(&fixture);
}

/* --- the files as others read them
 * ----------------------------------------------------------------- */

struct collector {
    uint64_t count;
    uint64_t last_sequence;
};

static void collect(void *host, uint64_t sequence, struct bytes key, const struct version *version)
{
    struct collector *collector = host;
    assert_true(key.size > 0 && version->timestamp > 0);
    assert_true(sequence >= collector->last_sequence);
    collector->last_sequence = sequence;
    collector->count++;
}

static void a_check_can_read_the_files_of_a_node_that_is_down(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    static uint8_t bytes[64][4096];
    struct storage_file files[64];
    struct file_entry entries[64];
    open_fixture(&fixture, &config);
    for (uint32_t i = 0; i < 60; i++) {
        put(&fixture);
        host_run(&fixture.host);
    }
    uint32_t count = disk_list(fixture.machine.disk, entries, 64);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = disk_copy(fixture.machine.disk, entries[i].name, 0, bytes[i], 4096);
        files[i] = (struct storage_file){entries[i].name, {bytes[i], size}};
    }
    struct collector collector = {0};
    struct recovery_sink sink = {collect, &collector, NULL};
    struct recovery_verdict verdict = storage_rebuild_from_files(&config, files, count, &sink);
    assert_int_equal(verdict.outcome, RECOVERY_WHOLE);
    assert_int_equal(verdict.last_sequence, 60);
    assert_int_equal(collector.last_sequence, 60);
    assert_true(verdict.checkpoint > 0);
    assert_int_equal(collector.count, 20 + verdict.record_count); /* rows, then records */
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always_syncs_each_record_before_it_is_acknowledged),
        cmocka_unit_test(records_that_arrive_during_a_sync_share_the_next_one),
        cmocka_unit_test(group_syncs_once_per_window),
        cmocka_unit_test(interval_acknowledges_at_once_and_syncs_later),
        cmocka_unit_test(never_syncs_nothing),
        cmocka_unit_test(a_round_over_two_segments_syncs_both_and_the_names),
        cmocka_unit_test(a_node_that_only_restarts_does_not_pile_up_segments),
        cmocka_unit_test(after_the_death_of_the_process_recovery_syncs_what_it_builds_on),
        cmocka_unit_test(a_fresh_disk_gives_an_empty_node),
        cmocka_unit_test(everything_that_recovery_needs_from_memory_is_given_back),
        cmocka_unit_test(a_full_disk_refuses_a_write_and_leaves_the_log_as_it_was),
        cmocka_unit_test(a_node_starts_on_a_full_disk_and_writes_when_there_is_room),
        cmocka_unit_test(a_failed_append_stops_the_node),
        cmocka_unit_test(a_failed_read_or_sync_keeps_a_node_from_starting),
        cmocka_unit_test(the_order_of_arrival_does_not_matter),
        cmocka_unit_test(without_the_tie_rule_ties_depend_on_the_order_of_arrival),
        cmocka_unit_test(without_newer_wins_everything_depends_on_the_order_of_arrival),
        cmocka_unit_test(an_older_write_is_logged_and_noted_but_not_stored),
        cmocka_unit_test(a_check_can_read_the_files_of_a_node_that_is_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
