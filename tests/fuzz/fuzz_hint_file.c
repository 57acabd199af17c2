/*
 * fuzz_hint_file.c: any bytes as a file of hints (libFuzzer).
 *
 * A fuzzer does not guess checksums: the bytes are read as they are, and then as one record with
 * its length and its checksum put right. What is decoded is encoded to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "db/hint/hint_file.h"

#define FILE_NUMBER 3u

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static void encode_again(const struct hint_record *record, const uint8_t *bytes, uint32_t offset,
                         uint32_t size)
{
    uint8_t *again = malloc(size);
    REQUIRE(hint_record_size(record) == size);
    hint_record_encode(again, FILE_NUMBER, offset, record);
    REQUIRE(memcmp(again, bytes, size) == 0);
    free(again);
}

static void read_all(struct bytes bytes)
{
    struct hint_scan scan = {.bytes = bytes, .file = FILE_NUMBER};
    struct hint_record record;
    uint32_t before = 0;
    while (hint_scan_next(&scan, &record)) {
        REQUIRE(scan.offset > before && scan.offset <= bytes.size);
        encode_again(&record, bytes.data + before, before, scan.offset - before);
        before = scan.offset;
    }
}

static void put_right(uint8_t *record, uint32_t size)
{
    uint8_t place[12];
    put_number(put_number(place, FILE_NUMBER, 4), 0, 8);
    put_number(record, size, 4);
    uint32_t crc = crc32c_extend(crc32c(place, sizeof place), record, 4);
    put_number(record + 4, crc32c_extend(crc, record + 8, size - 8), 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    uint8_t *bytes = malloc(size + 1);
    if (size > 0)
        memcpy(bytes, data, size);
    read_all((struct bytes){bytes, size});
    if (size > 8) {
        put_right(bytes, (uint32_t)size);
        read_all((struct bytes){bytes, size});
    }
    free(bytes);
    return 0;
}
