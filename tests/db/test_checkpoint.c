/*
 * test_checkpoint.c: the bytes of a checkpoint, and the order of steps in which one
 * comes to be. What crashes in between do is in test_recovery.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/crc32c.h"
#include "db/safeguard.h"
#include "db/store/checkpoint.h"
#include "db/store/log.h"
#include "storage_host.h"

/* --- bytes ------------------------------------------------------------------------------- */

struct image {
    uint8_t data[4096];
    uint32_t size;
    uint32_t crc;
    struct checkpoint_footer footer;
};

static void image_begin(struct image *image)
{
    memset(image, 0, sizeof *image);
    image->crc = checkpoint_encode_header(image->data, &(struct checkpoint_header){3, 17});
    image->size = CHECKPOINT_HEADER_BYTES;
}

static void image_add(struct image *image, const char *key, const char *value)
{
    struct bytes name = {(const uint8_t *)key, (uint32_t)strlen(key)};
    struct version version = {.timestamp = 9};
    version.value = (struct bytes){(const uint8_t *)value, (uint32_t)strlen(value)};
    uint8_t *end = row_encode(image->data + image->size, name, &version);
    uint32_t size = (uint32_t)(end - (image->data + image->size));
    image->crc = crc32c_extend(image->crc, image->data + image->size, size);
    image->size += size;
    image->footer.row_count++;
    image->footer.row_bytes += size;
}

static void image_end(struct image *image)
{
    image->footer.reaches = 20;
    checkpoint_encode_footer(image->data + image->size, image->crc, &image->footer);
    image->size += CHECKPOINT_FOOTER_BYTES;
}

static const struct placement_order order = {.strategy = PLACEMENT_RANGES};

/* How many rows a scan finds, or -1 when the checkpoint is not whole. */
static int scan_rows(const uint8_t *data, uint32_t size, uint32_t number)
{
    struct checkpoint_scan scan;
    struct bytes key;
    struct version version;
    int count = 0;
    if (!checkpoint_scan_begin(&scan, order, (struct bytes){data, size}, number, true))
        return -1;
    while (checkpoint_scan_next(&scan, &key, &version))
        count++;
    return checkpoint_scan_is_whole(&scan) ? count : -1;
}

static void a_checkpoint_has_exactly_these_bytes(void **state)
{
    (void)state;
    struct image image;
    image_begin(&image);
    image_add(&image, "k", "v");
    image_end(&image);
    static const uint8_t header[] = {'R', 'C', 'K', 'P', 1, 0, 0, 0, 3, 0, 0, 0};
    static const uint8_t covers[] = {17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t row[] = {9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 'k', 1, 0, 0, 0, 'v'};
    static const uint8_t footer[] = {1, 0, 0, 0, 0,  0, 0, 0, 20, 0, 0, 0,
                                     0, 0, 0, 0, 17, 0, 0, 0, 0,  0, 0, 0};
    assert_int_equal(image.size, 32 + sizeof row + 32);
    assert_memory_equal(image.data, header, sizeof header);
    assert_memory_equal(image.data + 16, covers, sizeof covers);
    assert_memory_equal(image.data + 32, row, sizeof row);
    assert_memory_equal(image.data + 32 + sizeof row, "RCKE", 4);
    assert_memory_equal(image.data + 32 + sizeof row + 8, footer, sizeof footer);
    assert_int_equal(scan_rows(image.data, image.size, 3), 1);
    assert_int_equal(scan_rows(image.data, image.size, 4), -1); /* under another number */
}

static void a_checkpoint_counts_as_a_whole_or_not_at_all(void **state)
{
    (void)state;
    struct image image;
    image_begin(&image);
    image_add(&image, "a", "1");
    image_add(&image, "b", "two");
    image_add(&image, "ba", "");
    image_end(&image);
    assert_int_equal(scan_rows(image.data, image.size, 3), 3);
    for (uint32_t cut = 0; cut < image.size; cut++) {
        uint8_t *exact = test_malloc(cut + 1);
        memcpy(exact, image.data, cut);
        assert_int_equal(scan_rows(exact, cut, 3), -1);
        test_free(exact);
    }
    for (uint32_t bit = 0; bit < 8 * image.size; bit++) {
        image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(scan_rows(image.data, image.size, 3), -1);
        image.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void rows_out_of_order_are_no_checkpoint(void **state)
{
    (void)state;
    struct image image;
    image_begin(&image);
    image_add(&image, "b", "1");
    image_add(&image, "a", "2");
    image_end(&image);
    assert_int_equal(scan_rows(image.data, image.size, 3), -1);
}

static void an_empty_checkpoint_is_whole(void **state)
{
    (void)state;
    struct image image;
    image_begin(&image);
    image_end(&image);
    assert_int_equal(image.size, 64);
    assert_int_equal(scan_rows(image.data, image.size, 3), 0);
}

/* --- steps ------------------------------------------------------------------------------- */

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

static uint64_t write_until(struct fixture *fixture, uint32_t note, uint32_t count)
{
    uint64_t i = fixture->host.appended;
    for (; fixture->host.note_count[note] < count; i++) {
        assert_int_equal(host_write(&fixture->host, host_workload(2, i)), DISK_OK);
        if (fixture->host.note_count[note] < count)
            host_run(&fixture->host);
    }
    return i;
}

static uint32_t count_files(struct fixture *fixture, uint32_t kind)
{
    struct file_entry entries[256];
    uint32_t count = disk_list(fixture->machine.disk, entries, ARRAY_LEN(entries));
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += entries[i].name.kind == kind;
    return found;
}

/* Step until the checkpoint has got to a stage. */
static void run_to_stage(struct fixture *fixture, enum checkpoint_stage stage)
{
    while (fixture->host.storage->checkpoint_stage != stage)
        assert_true(host_step(&fixture->host));
}

static void log_is_deleted_only_when_the_name_of_the_checkpoint_is_durable(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    struct disk_view views[64];
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    uint32_t segments = count_files(&fixture, FILE_LOG);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 1);
    run_to_stage(&fixture, CHECKPOINT_NAMING);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 0);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT), 1);
    assert_true(count_files(&fixture, FILE_LOG) >= segments);
    run_to_stage(&fixture, CHECKPOINT_REMOVING);
    uint32_t count = disk_view(fixture.machine.disk, views, ARRAY_LEN(views));
    for (uint32_t i = 0; i < count; i++)
        if (views[i].name.kind == FILE_CHECKPOINT) {
            assert_true(views[i].is_name_durable);
            assert_int_equal(views[i].synced, views[i].size);
        }
    assert_true(count_files(&fixture, FILE_LOG) < segments);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.storage->checkpoint_stage, CHECKPOINT_IDLE);
    close_fixture(&fixture);
}

static void the_log_is_durable_up_to_what_a_checkpoint_shows_before_it_gets_its_name(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_NEVER); /* nobody else asks for a sync */
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    assert_int_equal(fixture.host.storage->synced_sequence, 0);
    uint64_t shown = fixture.host.storage->applied_sequence;
    run_to_stage(&fixture, CHECKPOINT_NAMING);
    assert_true(fixture.host.storage->synced_sequence >= shown);
    close_fixture(&fixture);
}

static void a_damaged_checkpoint_whose_log_is_gone_keeps_the_node_from_starting(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_LOG_TRUNCATED, 1);
    host_run(&fixture.host);
    uint64_t first_left = fixture.host.note_field[NOTE_LOG_TRUNCATED][1];
    struct file_name newest = {FILE_CHECKPOINT, fixture.host.storage->checkpoint_number};
    disk_corrupt(fixture.machine.disk, newest, 50, 1, 0x80);
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->state, STORAGE_REFUSED);
    assert_int_equal(fixture.host.note_field[NOTE_CHECKPOINT_DAMAGED][0], newest.number);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_LOG_GONE][0], 1); /* needs all of it */
    assert_int_equal(fixture.host.note_field[NOTE_NODE_LOG_GONE][1], first_left);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_LOG_GONE][2], newest.number);
    disk_corrupt(fixture.machine.disk, newest, 50, 1, 0x80);
    assert_true(host_recover(&fixture.host));
    assert_true(host_holds_prefix(&fixture.host, fixture.host.appended));
    close_fixture(&fixture);
}

static void a_damaged_checkpoint_is_rebuilt_when_the_log_is_still_there(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    uint64_t writes = write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    run_to_stage(&fixture, CHECKPOINT_NAMING); /* no log has been deleted yet */
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_TEAR, .sectors = 99, .names = 99});
    struct file_name newest = {FILE_CHECKPOINT, 1};
    disk_corrupt(fixture.machine.disk, newest, 50, 1, 0x80);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_count[NOTE_CHECKPOINT_DAMAGED], 1); /* read twice */
    assert_int_equal(fixture.host.note_count[NOTE_RECOVERY_AGAIN], 1);
    assert_int_equal(fixture.host.storage->checkpoint_number, 0);
    assert_int_equal(fixture.host.storage->appended_sequence, writes);
    assert_true(host_holds_prefix(&fixture.host, writes));
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT), 0);
    assert_int_equal(fixture.host.storage->next_checkpoint, 2); /* numbers are not used twice */
    close_fixture(&fixture);
}

/* Cut the log off after record `kept`, as damage that nobody behind it could tell of. */
static void forget_log_after(struct fixture *fixture, uint64_t kept)
{
    struct file_entry entries[64];
    uint32_t count = disk_list(fixture->machine.disk, entries, ARRAY_LEN(entries));
    for (uint32_t i = 0; i < count && entries[i].name.kind == FILE_LOG; i++) {
        struct bytes bytes = host_file(&fixture->machine, entries[i].name);
        struct log_header header;
        struct log_record record;
        assert_true(log_decode_header(bytes, entries[i].name.number, true, &header));
        struct log_scan scan = log_scan_begin(bytes, header.number, header.first_sequence);
        while (scan.expected <= kept && log_scan_next(&scan, &record) == LOG_RECORD)
            continue;
        if (header.first_sequence > kept)
            disk_remove(fixture->machine.disk, entries[i].name);
        else
            disk_truncate(fixture->machine.disk, entries[i].name, scan.offset);
    }
}

static void a_checkpoint_vouches_for_the_records_that_it_shows(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_NEVER);
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    for (uint32_t i = 0; i < 4; i++) { /* records that come while it is written */
        host_step(&fixture.host);
        host_write(&fixture.host, host_workload(2, fixture.host.appended));
    }
    run_to_stage(&fixture, CHECKPOINT_NAMING);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_TEAR, .sectors = 99, .names = 99});
    uint64_t covers = fixture.host.note_field[NOTE_CHECKPOINT_BEGUN][1];
    forget_log_after(&fixture, covers + 1); /* but the rows show covers + 2, at least */
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->verdict.outcome, RECOVERY_CORRUPT);
    assert_int_equal(fixture.host.note_field[NOTE_NODE_REFUSED][0], covers + 2);
    close_fixture(&fixture);
}

static void a_damaged_checkpoint_without_any_log_keeps_the_node_from_starting(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_WRITTEN, 1);
    host_run(&fixture.host);
    forget_log_after(&fixture, 0);
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_CHECKPOINT, 1}, 50, 1, 0x80);
    assert_false(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->verdict.outcome, RECOVERY_LOG_GONE);
    close_fixture(&fixture);
}

static void a_new_record_never_takes_the_number_of_one_that_a_checkpoint_covers(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    config.safeguards_off = UINT64_C(1) << SAFEGUARD_REFUSE_MIDDLE_CORRUPTION;
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_WRITTEN, 1);
    host_run(&fixture.host);
    uint64_t covers = fixture.host.storage->checkpoint_covers;
    forget_log_after(&fixture, covers - 1); /* the log ends before the checkpoint does */
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, covers);
    for (uint32_t i = 0; i < 3; i++) {
        host_write(&fixture.host, host_workload(2, fixture.host.appended));
        host_run(&fixture.host);
    }
    assert_true(host_recover(&fixture.host)); /* the gap lies in what the checkpoint covers */
    assert_int_equal(fixture.host.storage->appended_sequence, covers + 3);
    assert_true(host_holds_prefix(&fixture.host, covers + 3));
    close_fixture(&fixture);
}

static void an_older_checkpoint_serves_when_the_newest_is_damaged(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_WRITTEN, 1);
    host_run(&fixture.host);
    uint64_t writes = write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 2);
    run_to_stage(&fixture, CHECKPOINT_NAMING);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_TEAR, .sectors = 99, .names = 99});
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT), 2);
    disk_corrupt(fixture.machine.disk, (struct file_name){FILE_CHECKPOINT, 2}, 40, 1, 1);
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.note_field[NOTE_CHECKPOINT_LOADED][0], 1);
    assert_int_equal(fixture.host.storage->appended_sequence, writes);
    assert_true(host_holds_prefix(&fixture.host, writes));
    close_fixture(&fixture);
}

static void a_checkpoint_that_finds_the_disk_full_is_given_up_and_the_log_stays(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    while (fixture.host.storage->log_bytes_since < 2300) {
        host_write(&fixture.host, host_workload(2, fixture.host.appended));
        host_run(&fixture.host);
    }
    disk_set_free(fixture.machine.disk, 1400); /* for some records, not for a checkpoint */
    while (fixture.host.note_count[NOTE_CHECKPOINT_BEGUN] == 0)
        host_write(&fixture.host, host_workload(2, fixture.host.appended));
    assert_int_equal(fixture.host.note_count[NOTE_CHECKPOINT_GIVEN_UP], 1);
    assert_int_equal(fixture.host.note_field[NOTE_CHECKPOINT_GIVEN_UP][1], REASON_NO_SPACE);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 0);
    assert_int_equal(fixture.host.storage->state, STORAGE_READY);
    disk_set_free(fixture.machine.disk, DISK_NO_LIMIT);
    write_until(&fixture, NOTE_CHECKPOINT_WRITTEN, 1); /* the next one succeeds */
    host_run(&fixture.host);
    assert_true(host_recover(&fixture.host));
    assert_true(host_holds_prefix(&fixture.host, fixture.host.appended));
    close_fixture(&fixture);
}

static void a_checkpoint_whose_sync_fails_gets_no_name(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_NEVER);
    open_fixture(&fixture, &config);
    while (fixture.host.storage->log_bytes_since < 2300)
        host_write(&fixture.host, host_workload(2, fixture.host.appended));
    fixture.machine.disk->faults.fail_syncs = 1;
    write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    host_run(&fixture.host);
    assert_int_equal(fixture.host.note_field[NOTE_CHECKPOINT_GIVEN_UP][1], REASON_IO_ERROR);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT), 0);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 0);
    assert_int_equal(fixture.host.storage->state, STORAGE_READY);
    close_fixture(&fixture);
}

static void a_part_file_is_removed_at_the_next_start(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_ALWAYS);
    open_fixture(&fixture, &config);
    write_until(&fixture, NOTE_CHECKPOINT_BEGUN, 1);
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 1);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(count_files(&fixture, FILE_CHECKPOINT_PART), 0);
    assert_int_equal(fixture.host.storage->next_checkpoint, 2);
    close_fixture(&fixture);
}

/* Rows of 500 bytes, so that one checkpoint takes several pieces. */
static struct host_write big_write(uint64_t i)
{
    return (struct host_write){.key = (uint32_t)(i % HOST_KEYS_MAX),
                               .value_size = 400 + (uint32_t)(i % 200),
                               .stamp = (int64_t)i};
}

static void big_row(struct host_row *row, uint64_t i)
{
    host_make_row(row, big_write(i));
    row->key_bytes[6] = (uint8_t)('a' + i / HOST_KEYS_MAX % 10); /* ten times as many keys */
    row->key.size = 7;
}

/* Put rows into a storage past the model, which does not know so many keys. */
static void put_big(struct fixture *fixture, uint64_t i)
{
    struct host_row row;
    uint64_t sequence;
    big_row(&row, i);
    assert_int_equal(storage_append(fixture->host.storage, &fixture->host.env, row.key,
                                    &row.version, 0, &sequence),
                     DISK_OK);
    fixture->host.appended = sequence;
    storage_apply(fixture->host.storage, &fixture->host.env, sequence, row.key, &row.version, 0);
    fixture->host.acknowledged = sequence;
}

static void writes_between_the_pieces_of_a_checkpoint_are_not_lost(void **state)
{
    (void)state;
    struct fixture fixture;
    struct node_config config = host_config(SYNC_NEVER);
    config.segment_bytes = 100000;
    config.checkpoint_every_bytes = 300000;
    open_fixture(&fixture, &config);
    uint64_t i = 0;
    while (fixture.host.note_count[NOTE_CHECKPOINT_BEGUN] == 0)
        put_big(&fixture, i++);
    uint32_t steps = 0;
    while (fixture.host.note_count[NOTE_CHECKPOINT_WRITTEN] == 0) {
        put_big(&fixture, i++); /* new keys, before and after the walk's place, and overwrites */
        put_big(&fixture, i++);
        assert_true(host_step(&fixture.host));
        steps++;
    }
    assert_true(steps >= 5); /* several pieces */
    uint64_t digest = host_store_digest(&fixture.host.storage->store);
    host_run(&fixture.host);
    host_crash(&fixture.host, (struct disk_crash){.mode = CRASH_KEEP});
    assert_true(host_recover(&fixture.host));
    assert_int_equal(fixture.host.storage->appended_sequence, i);
    assert_int_equal(fixture.host.storage->checkpoint_number, 1);
    assert_int_equal(host_store_digest(&fixture.host.storage->store), digest);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checkpoint_has_exactly_these_bytes),
        cmocka_unit_test(a_checkpoint_counts_as_a_whole_or_not_at_all),
        cmocka_unit_test(rows_out_of_order_are_no_checkpoint),
        cmocka_unit_test(an_empty_checkpoint_is_whole),
        cmocka_unit_test(log_is_deleted_only_when_the_name_of_the_checkpoint_is_durable),
        cmocka_unit_test(the_log_is_durable_up_to_what_a_checkpoint_shows_before_it_gets_its_name),
        cmocka_unit_test(a_damaged_checkpoint_whose_log_is_gone_keeps_the_node_from_starting),
        cmocka_unit_test(a_damaged_checkpoint_is_rebuilt_when_the_log_is_still_there),
        cmocka_unit_test(a_checkpoint_vouches_for_the_records_that_it_shows),
        cmocka_unit_test(a_damaged_checkpoint_without_any_log_keeps_the_node_from_starting),
        cmocka_unit_test(a_new_record_never_takes_the_number_of_one_that_a_checkpoint_covers),
        cmocka_unit_test(an_older_checkpoint_serves_when_the_newest_is_damaged),
        cmocka_unit_test(a_checkpoint_that_finds_the_disk_full_is_given_up_and_the_log_stays),
        cmocka_unit_test(a_checkpoint_whose_sync_fails_gets_no_name),
        cmocka_unit_test(a_part_file_is_removed_at_the_next_start),
        cmocka_unit_test(writes_between_the_pieces_of_a_checkpoint_are_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
