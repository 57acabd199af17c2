/*
 * deflate.c: LZ77 with the fixed codes.
 *
 * For every three bytes the place where they were seen last, and for every place the one
 * before it with the same three bytes: a chain into the past. The longest match of the first
 * few links is taken at once.
 */
#include "viz/draw/deflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

#define WINDOW    32768u
#define CHAIN_MAX 24
#define MATCH_MIN 3
#define MATCH_MAX 258

struct packer {
    struct byte_list *out;
    uint32_t held, count; /* bits not yet written */
    const uint8_t *bytes;
    size_t size;
    int64_t last[1 << 15]; /* where three bytes of this hash were seen last, or -1 */
    int64_t before[WINDOW];
};

void byte_list_add(struct byte_list *list, uint8_t byte)
{
    if (list->size == list->room) {
        list->room = list->room ? 2 * list->room : 1 << 16;
        list->data = realloc(list->data, list->room);
        CHECK_WHY(list->data != NULL, "out of memory");
    }
    list->data[list->size++] = byte;
}

/* --- codes --------------------------------------------------------------------------------- */

static void put_bits(struct packer *packer, uint32_t value, uint32_t count)
{
    packer->held |= value << packer->count;
    packer->count += count;
    for (; packer->count >= 8; packer->count -= 8, packer->held >>= 8)
        byte_list_add(packer->out, (uint8_t)packer->held);
}

/* Huffman codes go out from their highest bit. */
static void put_code(struct packer *packer, uint32_t code, uint32_t count)
{
    uint32_t turned = 0;
    for (uint32_t i = 0; i < count; i++)
        turned |= (code >> i & 1) << (count - 1 - i);
    put_bits(packer, turned, count);
}

static void put_symbol(struct packer *packer, uint32_t symbol)
{
    if (symbol < 144)
        put_code(packer, 48 + symbol, 8);
    else if (symbol < 256)
        put_code(packer, 400 + symbol - 144, 9);
    else if (symbol < 280)
        put_code(packer, symbol - 256, 7);
    else
        put_code(packer, 192 + symbol - 280, 8);
}

static void put_length(struct packer *packer, uint32_t length)
{
    static const uint16_t base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    uint32_t i = 28;
    while (base[i] > length)
        i--;
    put_symbol(packer, 257 + i);
    if (i >= 8 && i < 28)
        put_bits(packer, length - base[i], (i - 4) / 4);
}

static void put_distance(struct packer *packer, uint32_t distance)
{
    uint32_t code = 0, extra = 0, base = 1;
    while (base + (1u << extra) <= distance) {
        base += 1u << extra;
        code++;
        extra = code < 4 ? 0 : code / 2 - 1;
    }
    put_code(packer, code, 5);
    put_bits(packer, distance - base, extra);
}

/* --- matches ------------------------------------------------------------------------------- */

static uint32_t hash_at(const struct packer *packer, size_t at)
{
    const uint8_t *b = packer->bytes + at;
    uint32_t three = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16;
    return three * 2654435761u >> 17;
}

static void remember(struct packer *packer, size_t at)
{
    if (at + MATCH_MIN > packer->size)
        return;
    uint32_t hash = hash_at(packer, at);
    packer->before[at % WINDOW] = packer->last[hash];
    packer->last[hash] = (int64_t)at;
}

static uint32_t length_of_match(const struct packer *packer, size_t here, size_t there)
{
    size_t most = packer->size - here;
    uint32_t length = 0;
    most = most < MATCH_MAX ? most : MATCH_MAX;
    while (length < most && packer->bytes[there + length] == packer->bytes[here + length])
        length++;
    return length;
}

/* The longest match of what begins at `here`; 0 when there is none worth it. */
static uint32_t find_match(const struct packer *packer, size_t here, uint32_t *distance)
{
    uint32_t best = MATCH_MIN - 1;
    if (here + MATCH_MIN > packer->size)
        return 0;
    int64_t there = packer->last[hash_at(packer, here)];
    for (int link = 0; link < CHAIN_MAX && there >= 0; link++) {
        if (here - (size_t)there > WINDOW - 1 || best == MATCH_MAX)
            break;
        uint32_t length = length_of_match(packer, here, (size_t)there);
        if (length > best) {
            best = length;
            *distance = (uint32_t)(here - (size_t)there);
        }
        there = packer->before[(size_t)there % WINDOW];
    }
    return best >= MATCH_MIN ? best : 0;
}

static void pack(struct packer *packer)
{
    put_bits(packer, 3, 3); /* the last block, fixed codes */
    for (size_t at = 0; at < packer->size;) {
        uint32_t distance = 0, length = find_match(packer, at, &distance);
        if (length > 0) {
            put_length(packer, length);
            put_distance(packer, distance);
        } else {
            put_symbol(packer, packer->bytes[at]);
            length = 1;
        }
        for (uint32_t i = 0; i < length; i++)
            remember(packer, at++);
    }
    put_symbol(packer, 256);
    put_bits(packer, 0, (8 - packer->count) % 8);
}

static uint32_t adler32(const uint8_t *bytes, size_t size)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < size; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

void deflate_zlib(struct byte_list *out, const uint8_t *bytes, size_t size)
{
    struct packer *packer = malloc(sizeof *packer);
    CHECK_WHY(packer != NULL, "out of memory");
    packer->out = out;
    packer->held = packer->count = 0;
    packer->bytes = bytes, packer->size = size;
    memset(packer->last, 0xff, sizeof packer->last);
    byte_list_add(out, 0x78);
    byte_list_add(out, 0x01);
    pack(packer);
    free(packer);
    uint32_t sum = adler32(bytes, size);
    for (int shift = 24; shift >= 0; shift -= 8)
        byte_list_add(out, (uint8_t)(sum >> shift));
}
