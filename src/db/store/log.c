/*
 * log.c: encode and scan the write-ahead log (log.h shows the bytes).
 */
#include "db/store/log.h"

#include "base/crc32c.h"

#define HEADER_CRC_OFFSET  12u
#define RECORD_CRC_OFFSET  4u
#define RECORD_BODY_OFFSET 8u
#define RECORD_KIND_OFFSET 24u
#define PLACE_BYTES        12u
#define EMPTY_RECORD_BYTES 8u /* without the safeguard zero-tail: a length and a checksum of 0 */

/* --- writing ------------------------------------------------------------------- */

static uint32_t header_checksum(const uint8_t *header)
{
    uint32_t crc = crc32c(header, HEADER_CRC_OFFSET);
    return crc32c_extend(crc, header + HEADER_CRC_OFFSET + 4,
                         LOG_HEADER_BYTES - HEADER_CRC_OFFSET - 4);
}

void log_encode_header(uint8_t to[LOG_HEADER_BYTES], const struct log_header *header)
{
    CHECK(header->first_sequence >= 1 && header->synced < header->first_sequence);
    uint8_t *next = put_number(to, LOG_MAGIC, 4);
    next = put_number(next, LOG_VERSION, 4);
    next = put_number(next, header->number, 4);
    next = put_number(next, 0, 4);
    next = put_number(next, header->first_sequence, 8);
    next = put_number(next, header->synced, 8);
    CHECK(next == to + LOG_HEADER_BYTES);
    put_number(to + HEADER_CRC_OFFSET, header_checksum(to), 4);
}

static uint32_t record_checksum(const uint8_t *record, uint32_t size, uint32_t number,
                                uint32_t offset)
{
    uint8_t place[PLACE_BYTES];
    put_number(put_number(place, number, 4), offset, 8);
    uint32_t crc = crc32c(place, sizeof place);
    crc = crc32c_extend(crc, record, RECORD_CRC_OFFSET);
    return crc32c_extend(crc, record + RECORD_BODY_OFFSET, size - RECORD_BODY_OFFSET);
}

void log_encode_record(uint8_t *to, uint32_t segment_number, const struct log_record *record)
{
    CHECK(record->synced < record->sequence);
    CHECK(record->kind > 0 && record->kind < LOG_RECORD_KIND_COUNT);
    uint32_t size = log_record_bytes(record);
    uint8_t *next = put_number(to, size, 4);
    next = put_number(next, 0, 4);
    next = put_number(next, record->sequence, 8);
    next = put_number(next, record->synced, 8);
    next = put_number(next, record->kind, 1);
    if (record->kind == LOG_FORGET_RANGE)
        next = put_number(put_number(next, record->range.from, 8), record->range.to, 8);
    else
        next = row_encode(next, record->key, &record->version);
    CHECK(next == to + size);
    put_number(to + RECORD_CRC_OFFSET, record_checksum(to, size, segment_number, record->offset),
               4);
}

/* --- reading ------------------------------------------------------------------- */

bool log_decode_header(struct bytes segment, uint32_t number, bool is_checked,
                       struct log_header *header)
{
    const uint8_t *from = segment.data;
    if (segment.size < LOG_HEADER_BYTES || get_number(from, 4) != LOG_MAGIC ||
        get_number(from + 4, 4) != LOG_VERSION || get_number(from + 8, 4) != number)
        return false;
    if (is_checked && get_number(from + HEADER_CRC_OFFSET, 4) != header_checksum(from))
        return false;
    header->number = number;
    header->first_sequence = get_number(from + 16, 8);
    header->synced = get_number(from + 24, 8);
    return header->synced < header->first_sequence;
}

static bool has_shape_of_payload(struct bytes payload, struct log_record *record)
{
    if (record->kind != LOG_FORGET_RANGE)
        return row_decode(payload, &record->key, &record->version) == payload.size;
    record->key = (struct bytes){NULL, 0};
    record->version = (struct version){0};
    if (payload.size != LOG_RANGE_RECORD_BYTES - LOG_RECORD_FIXED_BYTES)
        return false;
    record->range =
        (struct position_range){get_number(payload.data, 8), get_number(payload.data + 8, 8)};
    return true;
}

/* Do these bytes have the shape of a record? Cheap, and it rules out nearly everything that
 * is none, so that looking for records at every offset stays affordable. */
static bool has_shape_of_record(struct bytes segment, uint32_t offset, struct log_record *record)
{
    uint32_t rest = segment.size - offset;
    const uint8_t *from = segment.data + offset;
    if (rest < LOG_RECORD_MIN)
        return false;
    uint32_t size = (uint32_t)get_number(from, 4);
    if (size < LOG_RECORD_MIN || size > LOG_RECORD_MAX || size > rest ||
        from[RECORD_KIND_OFFSET] < LOG_WRITE || from[RECORD_KIND_OFFSET] >= LOG_RECORD_KIND_COUNT)
        return false;
    record->kind = from[RECORD_KIND_OFFSET];
    record->sequence = get_number(from + 8, 8);
    record->synced = get_number(from + 16, 8);
    record->offset = offset;
    record->size = size;
    struct bytes payload = {from + LOG_RECORD_FIXED_BYTES, size - LOG_RECORD_FIXED_BYTES};
    return record->synced < record->sequence && has_shape_of_payload(payload, record);
}

static bool has_checksum_of_record(struct bytes segment, uint32_t number,
                                   const struct log_record *record)
{
    const uint8_t *from = segment.data + record->offset;
    return get_number(from + RECORD_CRC_OFFSET, 4) ==
           record_checksum(from, record->size, number, record->offset);
}

struct log_scan log_scan_begin(struct bytes segment, uint32_t number, uint64_t first_sequence)
{
    return (struct log_scan){
        .segment = segment,
        .number = number,
        .offset = MIN(LOG_HEADER_BYTES, segment.size),
        .expected = first_sequence,
        .is_checked = true,
        .is_zero_refused = true,
    };
}

/* What a log without the safeguard zero-tail believes: eight zeros are a record of length
 * zero, whose checksum, that of nothing, is zero too. It puts an empty key. */
static bool is_empty_record(const struct log_scan *scan)
{
    return scan->segment.size - scan->offset >= EMPTY_RECORD_BYTES &&
           get_number(scan->segment.data + scan->offset, EMPTY_RECORD_BYTES) == 0;
}

static enum log_found take_record(struct log_scan *scan, const struct log_record *record)
{
    scan->offset += record->size;
    scan->expected++;
    return LOG_RECORD;
}

enum log_found log_scan_next(struct log_scan *scan, struct log_record *record)
{
    if (scan->offset == scan->segment.size)
        return LOG_END;
    if (!scan->is_zero_refused && is_empty_record(scan)) {
        *record = (struct log_record){.sequence = scan->expected,
                                      .kind = LOG_WRITE,
                                      .offset = scan->offset,
                                      .size = EMPTY_RECORD_BYTES};
        return take_record(scan, record);
    }
    if (!has_shape_of_record(scan->segment, scan->offset, record))
        return LOG_BAD;
    record->is_sound = has_checksum_of_record(scan->segment, scan->number, record);
    if (scan->is_checked && !record->is_sound)
        return LOG_BAD;
    if (record->sequence != scan->expected)
        return LOG_BAD;
    return take_record(scan, record);
}

bool log_find_record(struct bytes segment, uint32_t number, uint32_t offset,
                     struct log_record *record)
{
    for (; offset < segment.size; offset++)
        if (has_shape_of_record(segment, offset, record) &&
            has_checksum_of_record(segment, number, record))
            return true;
    return false;
}

uint64_t log_evidence(struct bytes segment, uint32_t number, uint32_t offset)
{
    uint64_t synced = 0;
    struct log_record record;
    while (log_find_record(segment, number, offset, &record)) {
        synced = MAX(synced, record.synced);
        offset = record.offset + record.size;
    }
    return synced;
}
