/*
 * deflate.h: bytes made smaller, as PNG wants them, without a library.
 *
 * One block with the fixed codes of RFC 1951 (3.2.6). Repetitions are found within the last
 * 32 KiB by a table of where three bytes were seen last; a picture of a screen becomes about
 * a hundredth of its pixels. The same bytes in give the same bytes out, on every machine.
 */
#ifndef VIZ_DEFLATE_H
#define VIZ_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that grow; {0} to begin, free(data) to end. */
struct byte_list {
    uint8_t *data;
    size_t size, room;
};

void byte_list_add(struct byte_list *list, uint8_t byte);

/* The zlib form (RFC 1950) of `bytes`, appended to `out`. */
void deflate_zlib(struct byte_list *out, const uint8_t *bytes, size_t size);

#endif
