/*
 * test_log.c: the bytes of the log, one by one, and what a scan makes of good and
 * of bad ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "db/store/log.h"

#define SEGMENT 7

struct segment {
    uint8_t data[8192];
    uint32_t size;
    uint64_t next_sequence;
    uint32_t offsets[64]; /* of the records, and of the end */
    uint32_t count;
};

static void segment_begin(struct segment *segment, uint64_t first_sequence)
{
    memset(segment, 0, sizeof *segment);
    log_encode_header(segment->data,
                      &(struct log_header){SEGMENT, first_sequence, first_sequence - 1});
    segment->size = LOG_HEADER_BYTES;
    segment->next_sequence = first_sequence;
}

static void segment_add(struct segment *segment, const char *key, const char *value,
                        uint64_t synced)
{
    struct log_record record = {.kind = LOG_WRITE, .sequence = segment->next_sequence++,
                                .synced = synced,
                                .key = {(const uint8_t *)key, (uint32_t)strlen(key)},
                                .version = {.timestamp = 100, .is_tombstone = value == NULL},
                                .offset = segment->size};
    if (value)
        record.version.value = (struct bytes){(const uint8_t *)value, (uint32_t)strlen(value)};
    log_encode_record(segment->data + segment->size, SEGMENT, &record);
    segment->offsets[segment->count++] = segment->size;
    segment->size += log_record_size(record.key, &record.version);
    segment->offsets[segment->count] = segment->size;
}

static struct bytes all(const struct segment *segment)
{
    return (struct bytes){segment->data, segment->size};
}

/* How many records a scan finds, and how it ends. */
static uint32_t scan_all(struct bytes bytes, uint64_t first, enum log_found *end, uint32_t *offset)
{
    struct log_scan scan = log_scan_begin(bytes, SEGMENT, first);
    struct log_record record;
    uint32_t count = 0;
    while ((*end = log_scan_next(&scan, &record)) == LOG_RECORD)
        count++;
    *offset = scan.offset;
    return count;
}

static void a_segment_has_exactly_these_bytes(void **state)
{
    (void)state;
    struct segment segment;
    segment_begin(&segment, 41);
    segment_add(&segment, "ab", "xyz", 40);
    static const uint8_t header[] = {'R', 'L', 'O', 'G', 1, 0, 0, 0, SEGMENT, 0, 0, 0};
    assert_memory_equal(segment.data, header, sizeof header);
    static const uint8_t sequences[] = {41, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0};
    assert_memory_equal(segment.data + 16, sequences, sizeof sequences);
    static const uint8_t body[] = {
        41,  0, 0,   0,   0,   0,   0,  0, /* sequence */
        40,  0, 0,   0,   0,   0,   0,  0, /* synced */
        1,                                 /* kind: write */
        100, 0, 0,   0,   0,   0,   0,  0, /* timestamp */
        0,                                 /* flags */
        2,   0, 'a', 'b',                  /* key */
        3,   0, 0,   0,   'x', 'y', 'z'    /* value */
    };
    assert_int_equal(segment.size, LOG_HEADER_BYTES + 8 + sizeof body);
    const uint8_t *record = segment.data + LOG_HEADER_BYTES;
    assert_int_equal(get_number(record, 4), 8 + sizeof body);
    assert_memory_equal(record + 8, body, sizeof body);
    /* the checksum, put together by hand: place, length, body */
    uint8_t summed[12 + 4 + sizeof body] = {SEGMENT, 0, 0, 0, LOG_HEADER_BYTES};
    memcpy(summed + 12, record, 4);
    memcpy(summed + 16, body, sizeof body);
    assert_int_equal(get_number(record + 4, 4), crc32c(summed, sizeof summed));
}

/* docs/log-format.md shows these bytes. */
static void the_example_of_the_documentation_is_true(void **state)
{
    (void)state;
    static const uint8_t example[] = {
        0x52, 0x4c, 0x4f, 0x47, 0x01, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x88, 0x63, 0x68,
        0x49, 0x29, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x33, 0x00, 0x00, 0x00, 0xe9, 0x3e, 0xc4, 0xe7, 0x29, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0xca, 0x9a,
        0x3b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x75, 0x73, 0x65, 0x72, 0x3a, 0x34, 0x32,
        0x04, 0x00, 0x00, 0x00, 0x62, 0x6c, 0x75, 0x65, 0x2f, 0x00, 0x00, 0x00, 0x2b, 0x26, 0x26,
        0x4b, 0x2a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x29, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x01, 0x00, 0x94, 0x35, 0x77, 0x00, 0x00, 0x00, 0x00, 0x01, 0x07, 0x00, 0x75,
        0x73, 0x65, 0x72, 0x3a, 0x34, 0x32, 0x00, 0x00, 0x00, 0x00,
    };
    struct log_scan scan = log_scan_begin((struct bytes){example, sizeof example}, SEGMENT, 41);
    struct log_record record;
    struct log_header header;
    assert_true(log_decode_header(scan.segment, SEGMENT, true, &header));
    assert_int_equal(header.first_sequence, 41);
    assert_int_equal(header.synced, 40);
    assert_int_equal(log_scan_next(&scan, &record), LOG_RECORD);
    assert_memory_equal(record.key.data, "user:42", record.key.size);
    assert_memory_equal(record.version.value.data, "blue", record.version.value.size);
    assert_int_equal(record.version.timestamp, 1000000000);
    assert_int_equal(log_scan_next(&scan, &record), LOG_RECORD);
    assert_true(record.version.is_tombstone);
    assert_int_equal(record.synced, 41);
    assert_int_equal(log_scan_next(&scan, &record), LOG_END);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct segment segment;
    struct log_header header;
    struct log_record record;
    segment_begin(&segment, 5);
    segment_add(&segment, "a", "1", 4);
    segment_add(&segment, "b", NULL, 5);
    segment_add(&segment, "c", "", 5);
    assert_true(log_decode_header(all(&segment), SEGMENT, true, &header));
    assert_int_equal(header.first_sequence, 5);
    assert_int_equal(header.synced, 4);
    struct log_scan scan = log_scan_begin(all(&segment), SEGMENT, header.first_sequence);
    assert_int_equal(log_scan_next(&scan, &record), LOG_RECORD);
    assert_int_equal(record.sequence, 5);
    assert_int_equal(record.version.value.data[0], '1');
    assert_int_equal(log_scan_next(&scan, &record), LOG_RECORD);
    assert_true(record.version.is_tombstone);
    assert_int_equal(record.synced, 5);
    assert_int_equal(log_scan_next(&scan, &record), LOG_RECORD);
    assert_false(record.version.is_tombstone);
    assert_int_equal(record.version.value.size, 0);
    assert_int_equal(log_scan_next(&scan, &record), LOG_END);
    assert_int_equal(scan.offset, segment.size);
}

static void a_segment_cut_anywhere_ends_at_the_last_whole_record(void **state)
{
    (void)state;
    struct segment segment;
    segment_begin(&segment, 1);
    for (uint32_t i = 0; i < 5; i++)
        segment_add(&segment, "key", "some value", i);
    for (uint32_t cut = LOG_HEADER_BYTES; cut <= segment.size; cut++) {
        uint32_t whole = 0;
        while (whole < segment.count && segment.offsets[whole + 1] <= cut)
            whole++;
        enum log_found end;
        uint32_t offset;
        uint8_t *exact = test_malloc(cut); /* so that a sanitizer sees every byte too many */
        memcpy(exact, segment.data, cut);
        assert_int_equal(scan_all((struct bytes){exact, cut}, 1, &end, &offset), whole);
        assert_int_equal(offset, segment.offsets[whole]);
        assert_int_equal(end, cut == segment.offsets[whole] ? LOG_END : LOG_BAD);
        test_free(exact);
    }
}

static void any_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct segment segment;
    struct log_header header;
    enum log_found end;
    uint32_t offset;
    segment_begin(&segment, 1);
    for (uint32_t i = 0; i < 4; i++)
        segment_add(&segment, "key", "value", i);
    for (uint32_t bit = 0; bit < 8 * segment.size; bit++) {
        segment.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        uint32_t hit = 0;
        while (hit < segment.count && segment.offsets[hit + 1] <= bit / 8)
            hit++;
        if (bit / 8 < LOG_HEADER_BYTES) {
            assert_false(log_decode_header(all(&segment), SEGMENT, true, &header));
        } else {
            assert_int_equal(scan_all(all(&segment), 1, &end, &offset), hit);
            assert_int_equal(end, LOG_BAD);
        }
        segment.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void zeros_are_no_records(void **state)
{
    (void)state;
    struct segment segment;
    enum log_found end;
    uint32_t offset;
    segment_begin(&segment, 1);
    segment_add(&segment, "key", "value", 0);
    uint32_t size = segment.size;
    for (uint32_t zeros = 1; zeros < 200; zeros++) {
        segment.size = size + zeros;
        assert_int_equal(scan_all(all(&segment), 1, &end, &offset), 1);
        assert_int_equal(end, LOG_BAD);
        assert_int_equal(offset, size);
    }
}

static void a_record_counts_only_in_its_place(void **state)
{
    (void)state;
    struct segment segment;
    struct log_record record;
    enum log_found end;
    uint32_t offset;
    segment_begin(&segment, 1);
    segment_add(&segment, "key", "value", 0);
    segment_add(&segment, "key", "value", 0);
    /* the second one, a second time right after it: a sector that went elsewhere */
    uint32_t size = segment.offsets[2] - segment.offsets[1];
    memcpy(segment.data + segment.size, segment.data + segment.offsets[1], size);
    put_number(segment.data + segment.size + 8, 3, 8);
    segment.size += size;
    assert_int_equal(scan_all(all(&segment), 1, &end, &offset), 2);
    assert_int_equal(end, LOG_BAD);
    /* and the whole segment under another number: a file that was recycled */
    struct log_scan scan = log_scan_begin(all(&segment), SEGMENT + 1, 1);
    assert_int_equal(log_scan_next(&scan, &record), LOG_BAD);
}

static void a_record_with_another_sequence_is_bad(void **state)
{
    (void)state;
    struct segment segment;
    enum log_found end;
    uint32_t offset;
    segment_begin(&segment, 1);
    segment_add(&segment, "a", "1", 0);
    segment.next_sequence++;
    segment_add(&segment, "c", "3", 0);
    assert_int_equal(scan_all(all(&segment), 1, &end, &offset), 1);
    assert_int_equal(end, LOG_BAD);
}

static void evidence_is_found_behind_any_damage(void **state)
{
    (void)state;
    struct segment segment;
    segment_begin(&segment, 1);
    segment_add(&segment, "a", "1", 0);
    segment_add(&segment, "b", "a value that is long enough to be torn in the middle", 1);
    segment_add(&segment, "c", "3", 2);
    segment_add(&segment, "d", "4", 1);
    assert_int_equal(log_evidence(all(&segment), SEGMENT, segment.offsets[1]), 2);
    assert_int_equal(log_evidence(all(&segment), SEGMENT, segment.offsets[3]), 1);
    assert_int_equal(log_evidence(all(&segment), SEGMENT, segment.size), 0);
    for (uint32_t at = segment.offsets[1]; at < segment.offsets[2]; at++) {
        segment.data[at] ^= 0xff; /* also its length: the next record is not where it says */
        assert_int_equal(log_evidence(all(&segment), SEGMENT, segment.offsets[1]), 2);
        segment.data[at] ^= 0xff;
    }
    memset(segment.data + segment.offsets[1], 0, segment.offsets[2] - segment.offsets[1]);
    assert_int_equal(log_evidence(all(&segment), SEGMENT, segment.offsets[1]), 2);
    assert_int_equal(log_evidence(all(&segment), SEGMENT + 1, 0), 0); /* of another segment */
}

static void nonsense_is_survived(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        uint32_t size = (uint32_t)(mix(1, 1, i) % 200);
        uint8_t *bytes = test_malloc(size + 1);
        for (uint32_t k = 0; k < size; k++)
            bytes[k] = (uint8_t)(mix(2, i, k) % 5 == 0 ? mix(3, i, k) : 0);
        if (size >= 4 && i % 2)
            put_number(bytes, i % 7 ? size : LOG_MAGIC, 4);
        enum log_found end;
        uint32_t offset;
        struct log_header header;
        scan_all((struct bytes){bytes, size}, 1, &end, &offset);
        log_decode_header((struct bytes){bytes, size}, SEGMENT, true, &header);
        assert_int_equal(log_evidence((struct bytes){bytes, size}, SEGMENT, 0), 0);
        test_free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_has_exactly_these_bytes),
        cmocka_unit_test(the_example_of_the_documentation_is_true),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_segment_cut_anywhere_ends_at_the_last_whole_record),
        cmocka_unit_test(any_flipped_bit_is_noticed),
        cmocka_unit_test(zeros_are_no_records),
        cmocka_unit_test(a_record_counts_only_in_its_place),
        cmocka_unit_test(a_record_with_another_sequence_is_bad),
        cmocka_unit_test(evidence_is_found_behind_any_damage),
        cmocka_unit_test(nonsense_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
