/*
 * hint_file.c: encode and read the records that hint_file.h shows.
 */
#include "db/hint/hint_file.h"

#include <string.h>

#include "base/crc32c.h"
#include "db/conflict/conflict.h"

#define KIND_OFFSET 8u

static uint32_t checksum(uint32_t file, uint64_t offset, const uint8_t *record, uint32_t size)
{
    uint8_t place[12];
    put_number(put_number(place, file, 4), offset, 8);
    uint32_t crc = crc32c_extend(crc32c(place, sizeof place), record, 4);
    return crc32c_extend(crc, record + KIND_OFFSET, size - KIND_OFFSET);
}

uint32_t hint_record_size(const struct hint_record *record)
{
    if (record->kind == HINT_DONE)
        return DONE_FIXED_BYTES + 8 * record->done_count;
    return HINT_FIXED_BYTES + 2 * record->target_count +
           row_size(record->key, &record->version);
}

void hint_record_encode(uint8_t *to, uint32_t file, uint64_t offset,
                        const struct hint_record *record)
{
    uint32_t size = hint_record_size(record);
    put_number(to, size, 4);
    uint8_t *at = put_number(to + KIND_OFFSET, record->kind, 1);
    if (record->kind == HINT_DONE) {
        at = put_number(at, record->done_count, 2);
        memcpy(at, record->done, 8 * record->done_count);
    } else {
        at = put_number(at, record->id, 8);
        at = put_number(at, record->request, 8);
        at = put_number(at, (uint64_t)record->created_ns, 8);
        at = put_number(at, record->is_stand_in, 1);
        at = put_number(at, record->target_count, 1);
        for (uint32_t i = 0; i < record->target_count; i++)
            at = put_number(at, record->targets[i], 2);
        row_encode(at, record->key, &record->version);
    }
    put_number(to + 4, checksum(file, offset, to, size), 4);
}

/* --- reading --------------------------------------------------------------------------------- */

static bool decode_targets(struct hint_record *record, const uint8_t *from)
{
    for (uint32_t i = 0; i < record->target_count; i++) {
        record->targets[i] = (uint32_t)get_number(from + 2 * i, 2);
        if (record->targets[i] >= NODES_MAX)
            return false;
    }
    return true;
}

static bool decode_kept(struct hint_record *record, struct bytes bytes)
{
    if (bytes.size <= HINT_FIXED_BYTES)
        return false;
    record->id = get_number(bytes.data + 9, 8);
    record->request = get_number(bytes.data + 17, 8);
    record->created_ns = (int64_t)get_number(bytes.data + 25, 8);
    record->is_stand_in = bytes.data[33] == 1;
    record->target_count = bytes.data[34];
    uint32_t fixed = HINT_FIXED_BYTES + 2 * record->target_count;
    if (bytes.data[33] > 1 || record->id == 0 || record->target_count == 0 ||
        record->target_count > HINT_TARGETS_MAX || bytes.size <= fixed ||
        !decode_targets(record, bytes.data + HINT_FIXED_BYTES))
        return false;
    struct bytes row = {bytes.data + fixed, bytes.size - fixed};
    return row_decode(row, &record->key, &record->version) == row.size &&
           conflict_is_whole(&record->version);
}

static bool decode_done(struct hint_record *record, struct bytes bytes)
{
    if (bytes.size < DONE_FIXED_BYTES)
        return false;
    record->done_count = (uint32_t)get_number(bytes.data + 9, 2);
    record->done = bytes.data + DONE_FIXED_BYTES;
    return record->done_count >= 1 && record->done_count <= HINT_DONE_MAX &&
           bytes.size == DONE_FIXED_BYTES + 8 * (size_t)record->done_count;
}

bool hint_scan_next(struct hint_scan *scan, struct hint_record *record)
{
    struct bytes rest = {scan->bytes.data + scan->offset, scan->bytes.size - scan->offset};
    *record = (struct hint_record){0};
    if (rest.size <= KIND_OFFSET)
        return false;
    uint64_t size = get_number(rest.data, 4);
    if (size <= KIND_OFFSET || size > rest.size ||
        get_number(rest.data + 4, 4) !=
            checksum(scan->file, scan->offset, rest.data, (uint32_t)size))
        return false;
    struct bytes bytes = {rest.data, size};
    record->kind = bytes.data[KIND_OFFSET];
    if (!(record->kind == HINT_KEPT   ? decode_kept(record, bytes)
          : record->kind == HINT_DONE ? decode_done(record, bytes)
                                      : false))
        return false;
    scan->offset += (uint32_t)size;
    return true;
}
