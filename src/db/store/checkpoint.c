/*
 * checkpoint.c: encode and scan a checkpoint (checkpoint.h shows the bytes).
 *
 * Rows have no checksum of their own: the one of the footer stands for all, since
 * a checkpoint counts as a whole or not at all.
 */
#include "db/store/checkpoint.h"

#include "base/crc32c.h"
#include "db/store/store.h"

#define HEADER_CRC_OFFSET  12u
#define FOOTER_CRC_OFFSET  4u
#define FOOTER_BODY_OFFSET 8u

static uint32_t header_checksum(const uint8_t *header)
{
    uint32_t crc = crc32c(header, HEADER_CRC_OFFSET);
    return crc32c_extend(crc, header + HEADER_CRC_OFFSET + 4,
                         CHECKPOINT_HEADER_BYTES - HEADER_CRC_OFFSET - 4);
}

uint32_t checkpoint_encode_header(uint8_t to[CHECKPOINT_HEADER_BYTES],
                                  const struct checkpoint_header *header)
{
    uint8_t *next = put_number(to, CHECKPOINT_MAGIC, 4);
    next = put_number(next, CHECKPOINT_VERSION, 4);
    next = put_number(next, header->number, 4);
    next = put_number(next, 0, 4);
    next = put_number(next, header->covers, 8);
    next = put_number(next, 0, 8);
    CHECK(next == to + CHECKPOINT_HEADER_BYTES);
    put_number(to + HEADER_CRC_OFFSET, header_checksum(to), 4);
    return crc32c(to, CHECKPOINT_HEADER_BYTES);
}

static uint32_t extend_over_footer(uint32_t crc, const uint8_t *footer)
{
    return crc32c_extend(crc, footer + FOOTER_BODY_OFFSET,
                         CHECKPOINT_FOOTER_BYTES - FOOTER_BODY_OFFSET);
}

void checkpoint_encode_footer(uint8_t to[CHECKPOINT_FOOTER_BYTES], uint32_t crc,
                              const struct checkpoint_footer *footer)
{
    uint8_t *next = put_number(to, CHECKPOINT_END_MAGIC, 4);
    next = put_number(next, 0, 4);
    next = put_number(next, footer->row_count, 8);
    next = put_number(next, footer->reaches, 8);
    next = put_number(next, footer->row_bytes, 8);
    CHECK(next == to + CHECKPOINT_FOOTER_BYTES);
    put_number(to + FOOTER_CRC_OFFSET, extend_over_footer(crc, to), 4);
}

static bool decode_header(struct checkpoint_scan *scan, uint32_t number, bool is_checked)
{
    const uint8_t *from = scan->bytes.data;
    scan->offset = 0;
    if (get_number(from, 4) != CHECKPOINT_MAGIC || get_number(from + 4, 4) != CHECKPOINT_VERSION ||
        get_number(from + 8, 4) != number || get_number(from + 24, 8) != 0)
        return false;
    if (is_checked && get_number(from + HEADER_CRC_OFFSET, 4) != header_checksum(from))
        return false;
    scan->header = (struct checkpoint_header){number, get_number(from + 16, 8)};
    return true;
}

static bool decode_footer(struct checkpoint_scan *scan)
{
    const uint8_t *from = scan->bytes.data + scan->rows_end;
    scan->offset = scan->rows_end;
    scan->footer.row_count = get_number(from + 8, 8);
    scan->footer.reaches = get_number(from + 16, 8);
    scan->footer.row_bytes = get_number(from + 24, 8);
    return get_number(from, 4) == CHECKPOINT_END_MAGIC &&
           scan->footer.row_bytes == scan->rows_end - CHECKPOINT_HEADER_BYTES &&
           scan->footer.reaches >= scan->header.covers;
}

static bool has_checksum_of_whole(const struct checkpoint_scan *scan)
{
    const uint8_t *footer = scan->bytes.data + scan->rows_end;
    uint32_t crc = extend_over_footer(crc32c(scan->bytes.data, scan->rows_end), footer);
    return get_number(footer + FOOTER_CRC_OFFSET, 4) == crc;
}

bool checkpoint_scan_begin(struct checkpoint_scan *scan, struct placement_order order,
                           struct bytes bytes, uint32_t number, bool is_checked)
{
    *scan = (struct checkpoint_scan){.bytes = bytes, .offset = bytes.size, .order = order};
    if (bytes.size < CHECKPOINT_HEADER_BYTES + CHECKPOINT_FOOTER_BYTES)
        return false;
    scan->rows_end = bytes.size - CHECKPOINT_FOOTER_BYTES;
    if (!decode_header(scan, number, is_checked) || !decode_footer(scan))
        return false;
    scan->offset = CHECKPOINT_HEADER_BYTES;
    scan->rows_left = scan->footer.row_count;
    return !is_checked || has_checksum_of_whole(scan);
}

bool checkpoint_scan_next(struct checkpoint_scan *scan, struct bytes *key, struct version *version)
{
    struct bytes rest = {scan->bytes.data + scan->offset, scan->rows_end - scan->offset};
    uint32_t size = scan->rows_left > 0 ? row_decode(rest, key, version) : 0;
    if (size == 0)
        return false;
    if (scan->last_key.size > 0 && !placement_is_before(scan->order, scan->last_key, *key))
        return false;
    scan->offset += size;
    scan->rows_left--;
    scan->last_key = *key;
    return true;
}

bool checkpoint_scan_is_whole(const struct checkpoint_scan *scan)
{
    return scan->offset == scan->rows_end && scan->rows_left == 0;
}
