/*
 * png.c: a PNG image without a library.
 *
 *     signature, IHDR size and kind, [acTL frames], ([fcTL box, time] IDAT or fdAT pixels)..., IEND
 *
 * Rows are stored as they are (filter "none"): on a screen the same letters and lines come
 * again and again, which deflate finds best in plain pixels; differences from the row above
 * made images a quarter larger. See the PNG specification, sections 5 and 9, and that of APNG.
 */
#include "viz/draw/png.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/draw/deflate.h"

struct area {
    int x, y, w, h;
};

static void put_big(struct byte_list *list, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        byte_list_add(list, (uint8_t)(value >> shift));
}

static void put_short(struct byte_list *list, uint32_t value)
{
    byte_list_add(list, (uint8_t)(value >> 8));
    byte_list_add(list, (uint8_t)value);
}

/* --- chunks -------------------------------------------------------------------------------- */

static void make_crc_table(uint32_t table[256])
{
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++)
            table[i] = table[i] & 1 ? 0xedb88320 ^ table[i] >> 1 : table[i] >> 1;
    }
}

static uint32_t crc_of(const char *type, const struct byte_list *body)
{
    uint32_t table[256], crc = 0xffffffff;
    make_crc_table(table);
    for (size_t i = 0; i < 4; i++)
        crc = table[(crc ^ (uint8_t)type[i]) & 255] ^ crc >> 8;
    for (size_t i = 0; i < body->size; i++)
        crc = table[(crc ^ body->data[i]) & 255] ^ crc >> 8;
    return ~crc;
}

static void write_big(FILE *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(value >> shift & 255), out);
}

/* The body is freed. */
static bool write_chunk(FILE *out, const char *type, struct byte_list *body)
{
    write_big(out, (uint32_t)body->size);
    fwrite(type, 1, 4, out);
    if (body->size > 0)
        fwrite(body->data, 1, body->size, out);
    write_big(out, crc_of(type, body));
    free(body->data);
    *body = (struct byte_list){0};
    return !ferror(out);
}

static bool write_head(FILE *out, const struct raster *raster)
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    static const uint8_t format[] = {8, 2, 0, 0, 0}; /* 8 bits of red, green, blue */
    struct byte_list head = {0};
    fwrite(signature, 1, sizeof signature, out);
    put_big(&head, (uint32_t)raster->width);
    put_big(&head, (uint32_t)raster->height);
    for (size_t i = 0; i < sizeof format; i++)
        byte_list_add(&head, format[i]);
    return write_chunk(out, "IHDR", &head);
}

/* --- pixels -------------------------------------------------------------------------------- */

static void pack_pixels(const struct raster *raster, struct area area, struct byte_list *body)
{
    struct byte_list rows = {0};
    for (int y = 0; y < area.h; y++) {
        const uint32_t *row =
            &raster->pixels[(size_t)(area.y + y) * (size_t)raster->width + (size_t)area.x];
        byte_list_add(&rows, 0); /* the filter of this row */
        for (int x = 0; x < area.w; x++)
            for (int shift = 16; shift >= 0; shift -= 8)
                byte_list_add(&rows, (uint8_t)(row[x] >> shift));
    }
    deflate_zlib(body, rows.data, rows.size);
    free(rows.data);
}

bool png_put(FILE *out, const struct raster *raster)
{
    struct byte_list body = {0}, none = {0};
    pack_pixels(raster, (struct area){0, 0, raster->width, raster->height}, &body);
    return write_head(out, raster) && write_chunk(out, "IDAT", &body) &&
           write_chunk(out, "IEND", &none);
}

bool png_write(const char *path, const struct raster *raster)
{
    FILE *out = fopen(path, "wb");
    if (!out)
        return false;
    bool is_written = png_put(out, raster);
    return fclose(out) == 0 && is_written;
}

/* --- a film -------------------------------------------------------------------------------- */

void png_film_begin(struct png_film *film, FILE *out, uint32_t frame_count, uint32_t fps)
{
    *film = (struct png_film){.out = out, .frame_count = frame_count, .fps = fps};
}

static bool begin_file(struct png_film *film, const struct raster *raster)
{
    struct byte_list control = {0};
    size_t size = (size_t)raster->width * (size_t)raster->height * sizeof *film->last;
    film->last = malloc(size);
    CHECK_WHY(film->last != NULL, "out of memory");
    put_big(&control, film->frame_count);
    put_big(&control, 0); /* play it for ever */
    return write_head(film->out, raster) && write_chunk(film->out, "acTL", &control);
}

/* The smallest box around what differs from the frame before; one pixel when nothing does. */
static struct area changed_area(const struct png_film *film, const struct raster *raster)
{
    int left = raster->width, top = -1, right = -1, bottom = -1;
    if (film->added == 0)
        return (struct area){0, 0, raster->width, raster->height};
    for (int y = 0; y < raster->height; y++) {
        const uint32_t *now = &raster->pixels[(size_t)y * (size_t)raster->width];
        const uint32_t *then = &film->last[(size_t)y * (size_t)raster->width];
        if (memcmp(now, then, (size_t)raster->width * sizeof *now) == 0)
            continue;
        int x = 0, end = raster->width - 1;
        while (now[x] == then[x])
            x++;
        while (now[end] == then[end])
            end--;
        left = x < left ? x : left;
        right = end > right ? end : right;
        top = top < 0 ? y : top;
        bottom = y;
    }
    if (top < 0)
        return (struct area){0, 0, 1, 1};
    return (struct area){left, top, right - left + 1, bottom - top + 1};
}

static bool write_control(struct png_film *film, struct area area)
{
    struct byte_list control = {0};
    put_big(&control, film->sequence++);
    put_big(&control, (uint32_t)area.w);
    put_big(&control, (uint32_t)area.h);
    put_big(&control, (uint32_t)area.x);
    put_big(&control, (uint32_t)area.y);
    put_short(&control, 1); /* shown for 1 / fps of a second */
    put_short(&control, film->fps);
    byte_list_add(&control, 0); /* leave it there ... */
    byte_list_add(&control, 0); /* ... and draw the next one over it */
    return write_chunk(film->out, "fcTL", &control);
}

bool png_film_add(struct png_film *film, const struct raster *raster)
{
    struct byte_list body = {0};
    if (film->added == 0 && !begin_file(film, raster))
        return false;
    struct area area = changed_area(film, raster);
    if (!write_control(film, area))
        return false;
    if (film->added > 0)
        put_big(&body, film->sequence++);
    pack_pixels(raster, area, &body);
    size_t size = (size_t)raster->width * (size_t)raster->height * sizeof *film->last;
    memcpy(film->last, raster->pixels, size);
    return write_chunk(film->out, film->added++ == 0 ? "IDAT" : "fdAT", &body);
}

bool png_film_end(struct png_film *film)
{
    struct byte_list none = {0};
    free(film->last);
    film->last = NULL;
    return film->added == film->frame_count && write_chunk(film->out, "IEND", &none);
}
