/*
 * test_recovery.c: THE test of the storage.
 *
 * Goal: whatever moment a crash chooses and whatever it does to unsynced bytes and
 * names, recovery yields exactly the acknowledged writes plus a prefix of the rest.
 *
 * Method: a workload of 220 writes (overwrites, deletes, ties, old timestamps) with
 * segments of 1 KiB and a checkpoint every 3 KB runs on a simulated disk. Before
 * *every* disk operation (append, sync, completion, truncate, rename, remove, read)
 * the disk is photographed, and in a laboratory the crash happens right there, in
 * every variant: power loss with nothing, with the first n unsynced sectors for every
 * n (whole, and cut in the middle), with random sectors, with every prefix of the
 * names; and the death of the process alone. Each time a node recovers from what
 * is left, and is compared with the model; then it recovers again; and for some
 * variants the recovery itself is crashed at each of its own disk operations.
 *
 * The second half is single facts, and what happens without each safeguard.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/mix.h"
#include "base/snapshot.h"
#include "db/safeguard.h"
#include "db/store/log.h"
#include "storage_host.h"

#define WORKLOAD_WRITES 220
#define RANDOM_DRAWS    4

/* --- the laboratory -------------------------------------------------------------------- */

struct laboratory {
    struct host node; /* recovers from what a crash leaves */
    struct snapshot_store photos;
    struct snapshot *photo; /* of the disk, at the crash point */

    /* what is allowed to be recovered at this crash point */
    uint64_t promised; /* durable by the policy: must be there */
    uint64_t possible; /* in the page cache: may be there */

    uint64_t crash_points;
    uint64_t recoveries;
    uint64_t cut_tails;
    uint64_t lost_writes; /* unacknowledged ones that a crash took */
};

static void open_laboratory(struct laboratory *lab, struct host_disk *machine,
                            const struct node_config *config)
{
    const char *why = NULL;
    memset(lab, 0, sizeof *lab);
    host_open(&lab->node, machine, config);
    assert_true(snapshot_store_open(&lab->photos, UINT64_C(64) << 20, &why));
}

static void close_laboratory(struct laboratory *lab)
{
    snapshot_store_close(&lab->photos);
    host_close(&lab->node);
}

static void back_to_crash_point(struct laboratory *lab)
{
    snapshot_restore(&lab->photos, &lab->node.machine->region, lab->photo);
}

/* Recover from the disk as it is; returns how many writes came back, a prefix of the model. */
static uint64_t recover_prefix(struct laboratory *lab)
{
    struct host *node = &lab->node;
    node->dies_at = UINT64_MAX;
    lab->recoveries++;
    bool is_ready = host_recover(node);
    if (!is_ready)
        print_message("refused: record %llu, segment %llu, byte %llu\n",
                      (unsigned long long)node->note_field[NOTE_NODE_REFUSED][0],
                      (unsigned long long)node->note_field[NOTE_NODE_REFUSED][1],
                      (unsigned long long)node->note_field[NOTE_NODE_REFUSED][2]);
    assert_true(is_ready);
    uint64_t count = node->storage->appended_sequence;
    assert_true(host_holds_prefix(node, count));
    lab->cut_tails += node->storage->verdict.dropped_bytes > 0;
    return count;
}

static void crash_and_check(struct laboratory *lab, struct disk_crash crash)
{
    back_to_crash_point(lab);
    disk_crash(lab->node.machine->disk, &crash);
    uint64_t count = recover_prefix(lab);
    assert_in_range(count, lab->promised, lab->possible);
    if (crash.mode == CRASH_KEEP)
        assert_int_equal(count, lab->possible);
    lab->lost_writes += lab->possible - count;

    /* ready means durable: nothing is left for another crash to take */
    uint64_t digest = host_store_digest(&lab->node.storage->store);
    host_crash(&lab->node, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(recover_prefix(lab), count);
    assert_int_equal(host_store_digest(&lab->node.storage->store), digest);
}

/* Crash, then crash the recovery at each of its own disk operations, then recover. */
static void crash_recovery_everywhere(struct laboratory *lab, struct disk_crash first,
                                      struct disk_crash second)
{
    bool is_over = false;
    for (uint64_t at = 0; !is_over; at++) {
        back_to_crash_point(lab);
        disk_crash(lab->node.machine->disk, &first);
        lab->node.dies_at = at;
        host_start(&lab->node);
        host_run(&lab->node);
        is_over = !lab->node.is_dead;
        second.bits = mix(4, at, first.bits);
        disk_crash(lab->node.machine->disk, &second);
        uint64_t count = recover_prefix(lab);
        assert_in_range(count, lab->promised, lab->possible);
    }
}

static void try_every_crash(struct laboratory *lab, uint64_t seed)
{
    uint32_t sectors = disk_unsynced_sectors(lab->node.machine->disk);
    uint32_t names = disk_unsynced_names(lab->node.machine->disk);
    struct disk_crash crash = {.mode = CRASH_LOSE};
    crash_and_check(lab, crash);
    crash.mode = CRASH_KEEP;
    crash_and_check(lab, crash);
    for (uint32_t n = 0; n <= sectors; n++) {
        crash = (struct disk_crash){.mode = CRASH_TEAR, .sectors = n, .names = names};
        crash_and_check(lab, crash);
        crash.cut_bytes = 1 + (uint32_t)mix_below(mix(seed, 5, n), 511);
        crash_and_check(lab, crash);
    }
    for (uint32_t p = 0; p < names; p++)
        crash_and_check(lab,
                        (struct disk_crash){.mode = CRASH_TEAR, .sectors = sectors, .names = p});
    for (uint32_t draw = 0; draw < RANDOM_DRAWS; draw++)
        crash_and_check(lab, (struct disk_crash){.mode = CRASH_RANDOM, .bits = mix(seed, 6, draw)});

    struct disk_crash random = {.mode = CRASH_RANDOM, .bits = mix(seed, 7, 0)};
    crash_recovery_everywhere(lab, random, random);
    if (seed % 4 == 0)
        crash_recovery_everywhere(lab, (struct disk_crash){.mode = CRASH_KEEP}, random);
}

/* Called before every disk operation of the workload. */
static void explore_crash_point(struct host *host)
{
    struct laboratory *lab = host->test;
    bool is_promised =
        host->config.sync_policy == SYNC_ALWAYS || host->config.sync_policy == SYNC_GROUP;
    uint64_t acknowledged = is_promised ? host->acknowledged : 0;
    lab->promised = MAX(acknowledged, host->storage->synced_sequence);
    lab->possible = host->storage->appended_sequence;
    host_copy_model(&lab->node, host, host->appended);
    lab->photo = snapshot_take(&lab->photos, &host->machine->region, NULL);
    assert_non_null(lab->photo);
    try_every_crash(lab, lab->crash_points++);
    back_to_crash_point(lab);
    snapshot_drop(&lab->photos, lab->photo);
}

static void sweep_policy(enum sync_policy policy)
{
    struct host_disk machine;
    struct host host;
    struct laboratory lab;
    struct node_config config = host_config(policy);
    host_disk_open(&machine);
    host_open(&host, &machine, &config);
    open_laboratory(&lab, &machine, &config);
    host.test = &lab;
    assert_true(host_recover(&host));
    host.before_operation = explore_crash_point;

    for (uint64_t i = 0; i < WORKLOAD_WRITES; i++) {
        assert_int_equal(host_write(&host, host_workload(1, i)), DISK_OK);
        uint64_t steps = mix_below(mix(8, policy, i), 5);
        for (uint64_t step = 0; step < steps; step++) /* several writes share a round */
            host_step(&host);
    }
    host_run(&host);
    assert_true(host_holds_prefix(&host, WORKLOAD_WRITES));
    assert_true(host.note_count[NOTE_CHECKPOINT_WRITTEN] >= 3);
    assert_true(host.note_count[NOTE_LOG_SEGMENT] >= 10);
    assert_true(lab.cut_tails > 100);
    print_message("           %llu crash points, %llu recoveries, %llu torn tails, "
                  "%u checkpoints, %u segments\n",
                  (unsigned long long)lab.crash_points, (unsigned long long)lab.recoveries,
                  (unsigned long long)lab.cut_tails, host.note_count[NOTE_CHECKPOINT_WRITTEN],
                  host.note_count[NOTE_LOG_SEGMENT]);
    close_laboratory(&lab);
    host_close(&host);
    host_disk_close(&machine);
}

static void a_crash_at_any_disk_operation_loses_no_acknowledged_write_with_sync_always(void **state)
{
    (void)state;
    sweep_policy(SYNC_ALWAYS);
}

static void a_crash_at_any_disk_operation_loses_no_acknowledged_write_with_sync_group(void **state)
{
    (void)state;
    sweep_policy(SYNC_GROUP);
}

static void a_crash_at_any_disk_operation_leaves_a_prefix_with_sync_interval(void **state)
{
    (void)state;
    sweep_policy(SYNC_INTERVAL);
}

static void a_crash_at_any_disk_operation_leaves_a_prefix_with_sync_never(void **state)
{
    (void)state;
    sweep_policy(SYNC_NEVER);
}

/* --- many lives --------------------------------------------------------------------------- */

/* A node that dies and recovers over and over, at random, on one disk. What each life has
 * acknowledged is there in all later ones. */
static void live_many_lives(enum sync_policy policy, uint64_t seed)
{
    struct host_disk machine;
    struct host host;
    struct node_config config = host_config(policy);
    host_disk_open(&machine);
    host_open(&host, &machine, &config);
    uint64_t promised = 0;
    for (uint64_t life = 0; life < 60; life++) {
        uint64_t bits = mix(seed, 9, life);
        host.dies_at = mix_below(mix_bits(bits), 120);
        uint64_t was_possible = host.appended;
        if (host_recover(&host)) {
            assert_in_range(host.appended, promised, was_possible);
            assert_true(host_holds_prefix(&host, host.appended));
            promised = host.appended; /* ready means durable */
            while (!host.is_dead && host.appended < HOST_WRITES_MAX) {
                host_write(&host, host_workload(seed, life * 1000 + host.appended));
                if (mix(bits, 10, host.appended) % 3 == 0)
                    host_step(&host);
            }
            if (policy == SYNC_ALWAYS || policy == SYNC_GROUP)
                promised = MAX(promised, host.acknowledged);
        }
        struct disk_crash crash = {.mode = (uint32_t)(bits % CRASH_MODE_COUNT),
                                   .sectors = (uint32_t)(bits >> 8) % 8,
                                   .cut_bytes = (uint32_t)(bits >> 16) % 512,
                                   .names = (uint32_t)(bits >> 32) % 4,
                                   .bits = bits};
        host_crash(&host, crash);
    }
    host.dies_at = UINT64_MAX;
    assert_true(host_recover(&host));
    host_close(&host);
    host_disk_close(&machine);
}

static void what_one_life_acknowledged_is_there_in_all_later_lives(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++)
        live_many_lives((enum sync_policy)(seed % SYNC_POLICY_COUNT), seed);
}

/* --- damage ----------------------------------------------------------------------------------- */

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

/* Writes, each synced before the next one. */
static void write_durably(struct fixture *fixture, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(host_write(&fixture->host, host_workload(1, i)), DISK_OK);
        host_run(&fixture->host);
    }
    assert_int_equal(fixture->host.acknowledged, count);
}

static struct node_config plain_config(void)
{
    struct node_config config = host_config(SYNC_ALWAYS);
    config.checkpoint_every_bytes = 0;
    return config;
}

static struct node_config without(enum safeguard safeguard)
{
    struct node_config config = plain_config();
    config.safeguards_off = UINT64_C(1) << safeguard;
    return config;
}

/* The log so far as one list: where each record lies. */
struct place {
    uint32_t segment;
    uint32_t offset;
    uint32_t size;
};

static uint32_t find_records(struct fixture *fixture, struct place *places)
{
    uint32_t count = 0;
    uint64_t next = 1;
    for (uint32_t number = 1; disk_has(fixture->machine.disk, (struct file_name){FILE_LOG, number});
         number++) {
        struct bytes bytes = host_file(&fixture->machine, (struct file_name){FILE_LOG, number});
        struct log_scan scan = log_scan_begin(bytes, number, next);
        struct log_record record;
        while (log_scan_next(&scan, &record) == LOG_RECORD) {
            places[count++] = (struct place){number, record.offset, record.size};
            next = record.sequence + 1;
        }
    }
    return count;
}

static void a_flipped_byte_in_the_durable_middle_is_refused_with_its_place(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    struct place places[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 30);
    uint32_t count = find_records(&fixture, places);
    assert_int_equal(count, 30);
    for (uint32_t i = 0; i + 1 < count; i++) { /* all but the last record: others vouch for them */
        struct file_name file = {FILE_LOG, places[i].segment};
        for (uint32_t byte = 0; byte < places[i].size; byte++) {
            disk_corrupt(fixture.machine.disk, file, places[i].offset + byte, 1, 0x10);
            assert_false(host_recover(&fixture.host));
            assert_int_equal(fixture.host.storage->state, STORAGE_REFUSED);
            assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][0], i + 1);
            assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][1], places[i].segment);
            assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][2], places[i].offset);
            disk_corrupt(fixture.machine.disk, file, places[i].offset + byte, 1, 0x10);
        }
    }
    assert_true(host_recover(&fixture.host));
    assert_true(host_holds_prefix(&fixture.host, 30));
    close_fixture(&fixture);
}

static void a_flipped_byte_in_a_segment_header_is_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    open_fixture(&fixture, &config);
    write_durably(&fixture, 30);
    for (uint32_t segment = 1; segment <= 3; segment++)
        for (uint32_t byte = 0; byte < LOG_HEADER_BYTES; byte++) {
            struct file_name file = {FILE_LOG, segment};
            disk_corrupt(fixture.machine.disk, file, byte, 1, 0x04);
            assert_false(host_recover(&fixture.host));
            assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][1], segment);
            assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][2], 0);
            disk_corrupt(fixture.machine.disk, file, byte, 1, 0x04);
        }
    close_fixture(&fixture);
}

static void a_missing_segment_in_the_middle_is_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    struct place places[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 30);
    uint32_t count = find_records(&fixture, places);
    uint64_t first_gone = 0;
    for (uint32_t i = count; i-- > 0;)
        if (places[i].segment == 2)
            first_gone = i + 1;
    disk_remove(fixture.machine.disk, (struct file_name){FILE_LOG, 2});
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][0], first_gone);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][1], 1);
    close_fixture(&fixture);
}

static void damage_to_the_last_record_is_noticed_once_a_later_start_has_vouched_for_it(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    struct place places[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 5);
    uint32_t count = find_records(&fixture, places);
    assert_true(host_recover(&fixture.host)); /* a restart: a new segment says that 5 is durable */
    struct place last = places[count - 1];
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_LOG, last.segment}, last.offset + 30,
                 1, 1);
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][0], 5);
    close_fixture(&fixture);
}

static void zeros_after_the_last_record_are_not_records(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    static const uint8_t zeros[4096];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 3);
    for (uint32_t size = 1; size <= 4096; size = size * 3 + 1) {
        struct file_name file = {FILE_LOG, 1};
        uint64_t before = disk_size(fixture.machine.disk, file);
        disk_append(fixture.machine.disk, &fixture.machine.config, file, zeros, size);
        disk_remove(fixture.machine.disk, (struct file_name){FILE_LOG, 2}); /* of the last start */
        assert_true(host_recover(&fixture.host));
        assert_int_equal(fixture.host.storage->appended_sequence, 3);
        assert_int_equal(fixture.host.storage->records_replayed, 3);
        assert_int_equal(fixture.host.note_field[NOTE_TAIL_CUT][0], 1);
        assert_int_equal(fixture.host.note_field[NOTE_TAIL_CUT][1], before);
        assert_int_equal(fixture.host.note_field[NOTE_TAIL_CUT][2], size);
        assert_int_equal(disk_size(fixture.machine.disk, file), before);
        assert_true(host_holds_prefix(&fixture.host, 3));
    }
    close_fixture(&fixture);
}

static void a_record_inside_a_value_is_not_taken_for_a_record(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    open_fixture(&fixture, &config);
    write_durably(&fixture, 2);
    /* a value with the bytes of a whole record, which says that 1 .. 8 were durable */
    uint8_t image[128];
    uint8_t name = 'v';
    struct bytes key = {&name, 1};
    struct log_record record = {.kind = LOG_WRITE,
                                .sequence = 9,
                                .synced = 8,
                                .key = key,
                                .offset = LOG_HEADER_BYTES};
    log_encode_record(image, 1, &record);
    struct version version = {.timestamp = 9};
    version.value = (struct bytes){image, log_record_size(key, &record.version)};
    uint64_t sequence;
    uint64_t offset = disk_size(fixture.machine.disk, (struct file_name){FILE_LOG, 1});
    assert_int_equal(
        storage_append(fixture.host.storage, &fixture.host.env, key, &version, 0, &sequence),
        DISK_OK);
    assert_int_equal(sequence, 3);
    /* the record around it is torn: cut it off, and believe nothing that stands in it */
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_LOG, 1}, offset + 4, 1, 1);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 2);
    assert_int_equal(disk_size(fixture.machine.disk, (struct file_name){FILE_LOG, 1}), offset);
    close_fixture(&fixture);
}

/* --- the sync -------------------------------------------------------------------------------- */

static void after_a_failed_sync_nothing_is_acknowledged_and_the_node_stops(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = plain_config();
    open_fixture(&fixture, &config);
    write_durably(&fixture, 4);
    fixture.machine.disk->faults.fail_syncs = 1;
    assert_int_equal(host_write(&fixture.host, host_workload(1, 4)), DISK_OK);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.acknowledged, 4);
    assert_int_equal(fixture.host.storage->state, STORAGE_REFUSED);
    assert_int_equal(fixture.host.storage->reason, REASON_IO_ERROR);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_STOPPED][1], 4);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_STOPPED][2], 1);
    /* only the process restarts: a second sync would have said that all is well (fsyncgate) */
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 4);
    assert_true(host_holds_prefix(&fixture.host, 4));
    close_fixture(&fixture);
}

/* --- without a safeguard ------------------------------------------------------------------------
 */

static void without_sync_before_acknowledge_an_acknowledged_write_is_lost(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_SYNC_BEFORE_ACKNOWLEDGE);
    open_fixture(&fixture, &config);
    host_write(&fixture.host, host_workload(1, 0));
    assert_int_equal(fixture.host.acknowledged, 1); /* before any sync */
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_LOSE});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 0);
    close_fixture(&fixture);
}

static void without_checksums_a_flipped_bit_becomes_a_value_that_nobody_wrote(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_CHECKSUM_ON_RECOVERY);
    struct place places[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 10);
    assert_int_equal(find_records(&fixture, places), 10);
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_LOG, places[9].segment},
                 places[9].offset + places[9].size - 1, 1, 0x40);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, 10);
    assert_false(host_holds_prefix(&fixture.host, 10));
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][0], SAFEGUARD_CHECKSUM_ON_RECOVERY);
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][1], 10);
    close_fixture(&fixture);
}

static void without_zero_tail_an_empty_key_that_nobody_wrote_appears(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_ZERO_TAIL);
    static const uint8_t zeros[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 3);
    disk_append(fixture.machine.disk, &fixture.machine.config, (struct file_name){FILE_LOG, 1},
                zeros, sizeof zeros);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->records_replayed, 3 + 8);
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][0], SAFEGUARD_ZERO_TAIL);
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][1], 4);
    struct version version;
    assert_true(storage_get(fixture.host.storage, (struct bytes){zeros, 0}, &version));
    close_fixture(&fixture);
}

/* The nameless row has no place in a checkpoint, and must not stop the one that is written. */
static void a_checkpoint_leaves_the_nameless_row_out(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_ZERO_TAIL);
    static const uint8_t zeros[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 3);
    disk_append(fixture.machine.disk, &fixture.machine.config, (struct file_name){FILE_LOG, 1},
                zeros, sizeof zeros);
    fixture.host.config.checkpoint_every_bytes = 1;
    assert_true(host_recover(&fixture.host));
    assert_int_equal(store_first(&fixture.host.storage->store)->key.size, 0);
    assert_int_equal(host_write(&fixture.host, host_workload(1, 12)), DISK_OK);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.note_count[NOTE_CHECKPOINT_WRITTEN], 1);
    /* the walk began before the last write was applied: the three named rows of before */
    assert_int_equal(fixture.host.note_field[NOTE_CHECKPOINT_WRITTEN][2], 3);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_count[NOTE_CHECKPOINT_DAMAGED], 0);
    close_fixture(&fixture);
}

static void without_refusal_damage_in_the_middle_silently_loses_what_follows(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_REFUSE_MIDDLE_CORRUPTION);
    struct place places[64];
    open_fixture(&fixture, &config);
    write_durably(&fixture, 10);
    find_records(&fixture, places);
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_LOG, places[4].segment},
                 places[4].offset + 9, 1, 1);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][0],
                     SAFEGUARD_REFUSE_MIDDLE_CORRUPTION);
    assert_int_equal(fixture.host.storage->appended_sequence, 4); /* 5 .. 10 were acknowledged */
    close_fixture(&fixture);
}

static void without_checkpoint_before_truncate_a_crash_takes_the_log_that_is_needed(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = without(SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE);
    config.checkpoint_every_bytes = 3000;
    open_fixture(&fixture, &config);
    bool is_begun = false;
    for (uint64_t i = 0; i < 100 && !is_begun; i++) {
        host_write(&fixture.host, host_workload(1, i));
        is_begun = fixture.host.note_count[NOTE_CHECKPOINT_BEGUN] > 0;
        if (!is_begun)
            host_run(&fixture.host);
    }
    assert_true(is_begun);
    assert_int_equal(fixture.host.note_field[NOTE_RULE_BROKEN][0],
                     SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE);
    struct disk_crash crash = {.mode = CRASH_TEAR, .names = UINT32_MAX};
    host_crash(&fixture.host, crash); /* the removals were durable, the checkpoint was not */
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->verdict.outcome, RECOVERY_LOG_GONE);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_LOG_GONE][0], 1);
    assert_true(fixture.host.note_field[NOTE_NODE_LOG_GONE][1] > 1);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_crash_at_any_disk_operation_loses_no_acknowledged_write_with_sync_always),
        cmocka_unit_test(a_crash_at_any_disk_operation_loses_no_acknowledged_write_with_sync_group),
        cmocka_unit_test(a_crash_at_any_disk_operation_leaves_a_prefix_with_sync_interval),
        cmocka_unit_test(a_crash_at_any_disk_operation_leaves_a_prefix_with_sync_never),
        cmocka_unit_test(what_one_life_acknowledged_is_there_in_all_later_lives),
        cmocka_unit_test(a_flipped_byte_in_the_durable_middle_is_refused_with_its_place),
        cmocka_unit_test(a_flipped_byte_in_a_segment_header_is_refused),
        cmocka_unit_test(a_missing_segment_in_the_middle_is_refused),
        cmocka_unit_test(
            damage_to_the_last_record_is_noticed_once_a_later_start_has_vouched_for_it),
        cmocka_unit_test(zeros_after_the_last_record_are_not_records),
        cmocka_unit_test(a_record_inside_a_value_is_not_taken_for_a_record),
        cmocka_unit_test(after_a_failed_sync_nothing_is_acknowledged_and_the_node_stops),
        cmocka_unit_test(without_sync_before_acknowledge_an_acknowledged_write_is_lost),
        cmocka_unit_test(without_checksums_a_flipped_bit_becomes_a_value_that_nobody_wrote),
        cmocka_unit_test(without_zero_tail_an_empty_key_that_nobody_wrote_appears),
        cmocka_unit_test(a_checkpoint_leaves_the_nameless_row_out),
        cmocka_unit_test(without_refusal_damage_in_the_middle_silently_loses_what_follows),
        cmocka_unit_test(without_checkpoint_before_truncate_a_crash_takes_the_log_that_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
