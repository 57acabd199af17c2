/*
 * test_hint_file.c: the records of a hint file, whole and torn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "db/hint/hint_file.h"

#define NUMBER 4

struct file {
    uint8_t data[1024];
    uint32_t size;
    uint32_t ends[8]; /* of each record */
    uint32_t count;
};

static struct hint_record hints_of(uint64_t id, uint32_t target_count)
{
    struct hint_record record = {.kind = HINT_KEPT,
                                 .target_count = target_count,
                                 .targets = {2, 5},
                                 .id = id,
                                 .request = 77,
                                 .created_ns = -5,
                                 .key = {(const uint8_t *)"k", 1},
                                 .version = {.timestamp = 9, .value = {(const uint8_t *)"vv", 2}}};
    return record;
}

static void add(struct file *file, const struct hint_record *record)
{
    hint_record_encode(file->data + file->size, NUMBER, file->size, record);
    file->size += hint_record_size(record);
    file->ends[file->count++] = file->size;
}

/* Hints 1 and 2, "done 1", hint 3. */
static struct file three_records(void)
{
    struct file file = {.size = 0};
    struct hint_record two = hints_of(1, 2), one = hints_of(3, 1);
    uint8_t ids[8];
    put_number(ids, 1, 8);
    struct hint_record done = {.kind = HINT_DONE, .done_count = 1, .done = ids};
    add(&file, &two);
    add(&file, &done);
    add(&file, &one);
    return file;
}

static uint32_t count_records(struct bytes bytes, uint32_t number)
{
    struct hint_scan scan = {.bytes = bytes, .file = number};
    struct hint_record record;
    uint32_t count = 0;
    while (hint_scan_next(&scan, &record))
        count++;
    return count;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct file file = three_records();
    struct hint_scan scan = {.bytes = {file.data, file.size}, .file = NUMBER};
    struct hint_record record;
    assert_true(hint_scan_next(&scan, &record));
    assert_int_equal(record.target_count, 2);
    assert_int_equal(record.targets[1], 5);
    assert_int_equal(record.id, 1);
    assert_int_equal(record.request, 77);
    assert_int_equal(record.created_ns, -5);
    assert_int_equal(record.version.timestamp, 9);
    assert_memory_equal(record.version.value.data, "vv", 2);
    assert_true(hint_scan_next(&scan, &record));
    assert_int_equal(record.kind, HINT_DONE);
    assert_int_equal(hint_done_id(&record, 0), 1);
    assert_true(hint_scan_next(&scan, &record));
    assert_int_equal(record.id, 3);
    assert_false(hint_scan_next(&scan, &record));
}

static void a_torn_end_takes_whole_records(void **state)
{
    (void)state;
    struct file file = three_records();
    for (uint32_t size = 0; size <= file.size; size++) {
        uint32_t whole = 0;
        while (whole < file.count && file.ends[whole] <= size)
            whole++;
        assert_int_equal(count_records((struct bytes){file.data, size}, NUMBER), whole);
    }
}

static void any_flipped_bit_ends_the_file_there(void **state)
{
    (void)state;
    struct file file = three_records();
    for (uint32_t byte = 0; byte < file.size; byte++) {
        uint32_t before = 0;
        while (file.ends[before] <= byte)
            before++;
        file.data[byte] ^= 1;
        assert_int_equal(count_records((struct bytes){file.data, file.size}, NUMBER), before);
        file.data[byte] ^= 1;
    }
}

static void a_record_counts_only_in_its_own_file(void **state)
{
    (void)state;
    struct file file = three_records();
    assert_int_equal(count_records((struct bytes){file.data, file.size}, NUMBER + 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_torn_end_takes_whole_records),
        cmocka_unit_test(any_flipped_bit_ends_the_file_there),
        cmocka_unit_test(a_record_counts_only_in_its_own_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
