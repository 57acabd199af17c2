/*
 * fuzz_log.c: any bytes as the files of a node (libFuzzer).
 *
 *     clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc \
 *           tests/fuzz/fuzz_log.c src/db/{log,row,checkpoint,recovery,store,version}.c \
 *           src/base/{bug,text,crc32c,murmur3,heap,region,os_memory}.c
 *
 * The first byte chooses what the rest is: a segment, a checkpoint, or a whole disk.
 * A fuzzer does not guess checksums, so segments and checkpoints are first read
 * without them; then the right ones are put in, and they are read again with them.
 *
 * Beyond reading nothing outside the bytes: what was decoded is encoded to the same
 * bytes, with checksums as without them, and the judge's verdict makes sense.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "db/store/checkpoint.h"
#include "db/store/log.h"
#include "db/store/recovery.h"

#define SEGMENT   7
#define FILES_MAX 6

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

/* --- a segment ------------------------------------------------------------------------------ */

/* The same bytes come out, but for the checksum; that is then put right. */
static void encode_again(uint8_t *segment, const struct log_record *record)
{
    uint8_t *bytes = malloc(record->size);
    REQUIRE(log_record_bytes(record) == record->size);
    log_encode_record(bytes, SEGMENT, record);
    REQUIRE(memcmp(bytes, segment + record->offset, 4) == 0);
    REQUIRE(memcmp(bytes + 8, segment + record->offset + 8, record->size - 8) == 0);
    memcpy(segment + record->offset + 4, bytes + 4, 4);
    free(bytes);
}

static void check_header(struct bytes segment)
{
    struct log_header header;
    uint8_t bytes[LOG_HEADER_BYTES];
    if (!log_decode_header(segment, SEGMENT, true, &header))
        return;
    log_encode_header(bytes, &header);
    REQUIRE(memcmp(bytes, segment.data, LOG_HEADER_BYTES) == 0);
}

static void check_segment(uint8_t *data, uint32_t size)
{
    struct bytes segment = {data, size};
    struct log_record record;
    uint64_t first = size >= 48 ? get_number(data + 40, 8) : 1;
    struct log_scan scan = log_scan_begin(segment, SEGMENT, first);
    scan.is_checked = false;
    uint64_t count = 0;
    uint64_t synced = 0;
    for (; log_scan_next(&scan, &record) == LOG_RECORD; count++) {
        encode_again(data, &record);
        synced = record.synced > synced ? record.synced : synced;
    }
    struct log_scan checked = log_scan_begin(segment, SEGMENT, first);
    uint64_t checked_count = 0;
    while (log_scan_next(&checked, &record) == LOG_RECORD)
        checked_count++;
    REQUIRE(checked_count == count);
    REQUIRE(checked.offset == scan.offset && checked.offset <= size);
    REQUIRE(log_evidence(segment, SEGMENT, 0) >= synced);
    check_header(segment);
}

/* --- a checkpoint ----------------------------------------------------------------------------- */

static const struct placement_order order = {.strategy = PLACEMENT_RANGES};

/* Encode what the scan finds; true when it found a whole checkpoint. */
static bool encode_checkpoint(struct checkpoint_scan scan, uint8_t *to)
{
    struct bytes key;
    struct version version;
    uint32_t crc = checkpoint_encode_header(to, &scan.header);
    to += CHECKPOINT_HEADER_BYTES;
    uint8_t *rows = to;
    while (checkpoint_scan_next(&scan, &key, &version))
        to = row_encode(to, key, &version);
    if (!checkpoint_scan_is_whole(&scan))
        return false;
    crc = crc32c_extend(crc, rows, (size_t)(to - rows));
    checkpoint_encode_footer(to, crc, &scan.footer);
    return true;
}

static void check_checkpoint(uint8_t *data, uint32_t size)
{
    struct checkpoint_scan scan;
    struct bytes bytes = {data, size};
    if (!checkpoint_scan_begin(&scan, order, bytes, SEGMENT, false))
        return;
    uint8_t *again = malloc(size);
    if (encode_checkpoint(scan, again)) {
        memcpy(data + 12, again + 12, 4); /* the checksums, which were not looked at */
        memcpy(data + size - 28, again + size - 28, 4);
        REQUIRE(memcmp(data, again, size) == 0);
        REQUIRE(checkpoint_scan_begin(&scan, order, bytes, SEGMENT, true));
        REQUIRE(encode_checkpoint(scan, again));
        REQUIRE(memcmp(data, again, size) == 0);
    }
    free(again);
}

/* --- a disk --------------------------------------------------------------------------------------
 */

struct taken {
    uint64_t count;
    uint64_t last;
};

static void take(void *host, uint64_t sequence, struct bytes key, const struct version *version)
{
    struct taken *taken = host;
    REQUIRE(sequence >= taken->last);
    REQUIRE(key.size <= KEY_SIZE_MAX && version->value.size <= VALUE_SIZE_MAX);
    taken->last = sequence;
    taken->count++;
}

/* Put right checksums where a fuzzer has put the shape of a segment. */
static void seal_segment(uint8_t *data, uint32_t size, uint32_t number)
{
    struct bytes segment = {data, size};
    struct log_header header;
    struct log_record record;
    if (!log_decode_header(segment, number, false, &header))
        return;
    log_encode_header(data, &header);
    struct log_scan scan = log_scan_begin(segment, number, header.first_sequence);
    scan.is_checked = false;
    while (log_scan_next(&scan, &record) == LOG_RECORD) {
        uint8_t *bytes = malloc(record.size);
        log_encode_record(bytes, number, &record);
        memcpy(data + record.offset, bytes, record.size);
        free(bytes);
    }
}

/* The rest of the input in pieces: a byte for kind and number, two for the size, the file. */
static uint32_t cut_into_files(const uint8_t *data, size_t size, struct storage_file *files)
{
    uint32_t count = 0;
    while (size >= 3 && count < FILES_MAX) {
        uint32_t wanted = data[1] | (uint32_t)data[2] << 8;
        uint32_t file_size = wanted < size - 3 ? wanted : (uint32_t)(size - 3);
        uint8_t *bytes = malloc(file_size + 1);
        memcpy(bytes, data + 3, file_size);
        bool is_log = (data[0] & 1) || (count > 0 && files[count - 1].name.kind == FILE_CHECKPOINT);
        uint32_t kind = is_log ? FILE_LOG : FILE_CHECKPOINT;
        if (is_log && (data[0] & 2))
            seal_segment(bytes, file_size, count + 1);
        files[count] = (struct storage_file){{kind, count + 1}, {bytes, file_size}};
        count++;
        data += 3 + file_size;
        size -= 3 + file_size;
    }
    return count;
}

static void check_disk(const uint8_t *data, size_t size, uint64_t safeguards_off)
{
    struct node_config config = {.safeguards_off = safeguards_off};
    struct storage_file files[FILES_MAX];
    struct taken taken = {0};
    struct recovery_sink sink = {take, &taken, NULL};
    uint32_t count = cut_into_files(data, size, files);
    struct recovery_verdict verdict = storage_rebuild_from_files(&config, files, count, &sink);
    REQUIRE(taken.count >= verdict.record_count);
    REQUIRE(verdict.last_sequence >= verdict.covers);
    REQUIRE(taken.last <= verdict.last_sequence);
    if (verdict.outcome == RECOVERY_WHOLE)
        REQUIRE(verdict.dropped_bytes == 0 && !verdict.is_refused);
    if (verdict.outcome == RECOVERY_CUT)
        REQUIRE(verdict.durable_sequence < verdict.bad_sequence && !verdict.is_refused);
    for (uint32_t i = 0; i < count; i++)
        free((void *)(uintptr_t)files[i].bytes.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 20)
        return 0;
    uint8_t choice = data[0];
    uint8_t *copy = malloc(size - 1); /* exactly as long, so that a byte too many is seen */
    memcpy(copy, data + 1, size - 1);
    if (choice % 3 == 0)
        check_segment(copy, (uint32_t)size - 1);
    else if (choice % 3 == 1)
        check_checkpoint(copy, (uint32_t)size - 1);
    else
        check_disk(copy, size - 1, (uint64_t)(choice / 3));
    free(copy);
    return 0;
}
