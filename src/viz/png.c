/*
 * png.c: a PNG image without a library.
 *
 * Each row is stored as its difference from the row above (filter "up"), which makes most
 * bytes of a screen 0, and runs of equal bytes are written as one copy: deflate with the
 * fixed codes and matches of distance 1 only. An image of 1600 by 900 takes some hundred
 * kilobytes. See RFC 1951 (3.2.6) and the PNG specification, sections 5 and 9.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/raster.h"

struct bits {
    uint8_t *data;
    size_t size, room;
    uint32_t held, count; /* bits not yet written */
};

static void put_byte(struct bits *bits, uint8_t byte)
{
    if (bits->size == bits->room) {
        bits->room = bits->room ? 2 * bits->room : 1 << 16;
        bits->data = realloc(bits->data, bits->room);
        CHECK_WHY(bits->data != NULL, "out of memory");
    }
    bits->data[bits->size++] = byte;
}

static void put_bits(struct bits *bits, uint32_t value, uint32_t count)
{
    bits->held |= value << bits->count;
    bits->count += count;
    for (; bits->count >= 8; bits->count -= 8, bits->held >>= 8)
        put_byte(bits, (uint8_t)bits->held);
}

/* Huffman codes go out from their highest bit. */
static void put_code(struct bits *bits, uint32_t code, uint32_t count)
{
    uint32_t turned = 0;
    for (uint32_t i = 0; i < count; i++)
        turned |= (code >> i & 1) << (count - 1 - i);
    put_bits(bits, turned, count);
}

static void put_symbol(struct bits *bits, uint32_t symbol)
{
    if (symbol < 144)
        put_code(bits, 48 + symbol, 8);
    else if (symbol < 256)
        put_code(bits, 400 + symbol - 144, 9);
    else if (symbol < 280)
        put_code(bits, symbol - 256, 7);
    else
        put_code(bits, 192 + symbol - 280, 8);
}

/* 3 to 258 more bytes like the last one. */
static void put_run(struct bits *bits, uint32_t length)
{
    static const uint16_t base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    uint32_t i = 28;
    while (base[i] > length)
        i--;
    put_symbol(bits, 257 + i);
    if (i >= 8 && i < 28)
        put_bits(bits, length - base[i], (i - 4) / 4);
    put_code(bits, 0, 5); /* distance 1 */
}

static void deflate(struct bits *bits, const uint8_t *bytes, size_t size)
{
    put_bits(bits, 3, 3); /* the last block, fixed codes */
    for (size_t i = 0; i < size;) {
        uint32_t run = 0;
        while (i > 0 && run < 258 && i + run < size && bytes[i + run] == bytes[i - 1])
            run++;
        if (run >= 3) {
            put_run(bits, run);
            i += run;
        } else {
            put_symbol(bits, bytes[i++]);
        }
    }
    put_symbol(bits, 256);
    put_bits(bits, 0, (8 - bits->count) % 8);
}

static void put_big(struct bits *bits, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        put_byte(bits, (uint8_t)(value >> shift));
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

static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    uint32_t table[256], crc = 0xffffffff;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++)
            table[i] = table[i] & 1 ? 0xedb88320 ^ table[i] >> 1 : table[i] >> 1;
    }
    for (size_t i = 0; i < size; i++)
        crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
    return ~crc;
}

static void put_chunk(struct bits *png, const char *type, const struct bits *body)
{
    put_big(png, (uint32_t)body->size);
    size_t start = png->size;
    for (int i = 0; i < 4; i++)
        put_byte(png, (uint8_t)type[i]);
    for (size_t i = 0; i < body->size; i++)
        put_byte(png, body->data[i]);
    put_big(png, crc32_of(png->data + start, png->size - start));
}

static void filter_rows(const struct raster *raster, struct bits *rows)
{
    for (int y = 0; y < raster->height; y++) {
        const uint32_t *row = &raster->pixels[(size_t)y * (size_t)raster->width];
        const uint32_t *above = row - raster->width;
        put_byte(rows, 2);
        for (int x = 0; x < raster->width; x++)
            for (int shift = 16; shift >= 0; shift -= 8)
                put_byte(rows, (uint8_t)((row[x] >> shift) - (y ? above[x] >> shift : 0)));
    }
}

bool png_write(const char *path, const struct raster *raster)
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    static const uint8_t format[] = {8, 2, 0, 0, 0}; /* 8 bits of red, green, blue */
    struct bits png = {0}, head = {0}, rows = {0}, body = {0}, none = {0};
    for (size_t i = 0; i < sizeof signature; i++)
        put_byte(&png, signature[i]);
    put_big(&head, (uint32_t)raster->width);
    put_big(&head, (uint32_t)raster->height);
    for (size_t i = 0; i < sizeof format; i++)
        put_byte(&head, format[i]);
    filter_rows(raster, &rows);
    put_byte(&body, 0x78);
    put_byte(&body, 0x01);
    deflate(&body, rows.data, rows.size);
    put_big(&body, adler32(rows.data, rows.size));
    put_chunk(&png, "IHDR", &head);
    put_chunk(&png, "IDAT", &body);
    put_chunk(&png, "IEND", &none);
    FILE *file = fopen(path, "wb");
    bool is_written = file && fwrite(png.data, 1, png.size, file) == png.size;
    if (file && fclose(file) != 0)
        is_written = false;
    free(png.data), free(head.data), free(rows.data), free(body.data);
    return is_written;
}
