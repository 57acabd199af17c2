/*
 * json_text.c: UTF-8 by the table of RFC 3629, and what to show of it.
 *
 *     bytes  first    then       code points
 *     1      00..7F              U+0000  .. U+007F
 *     2      C2..DF   80..BF     U+0080  .. U+07FF
 *     3      E0..EF   2 x ..     U+0800  .. U+FFFF     without U+D800 .. U+DFFF
 *     4      F0..F4   3 x ..     U+10000 .. U+10FFFF
 *
 * A form that is longer than its code point needs is refused as well: two
 * spellings of one key would otherwise pass as two keys.
 *
 * Read next: json_scan.c, the grammar of a text that passed here.
 */
#include "scenario/json_text.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void json_complain(struct json_complaint *complaint, uint32_t offset, struct text *words)
{
    complaint->offset = offset;
    text_init(words, complaint->text, sizeof complaint->text);
}

/* ---- Decoding ---- */

/* Bytes that a character with this first byte has, 0 if none starts with it. */
static uint32_t utf8_length(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
}

/* The code point without any test of its range; false when bytes are missing. */
static bool utf8_join(const char *bytes, uint32_t length, uint32_t *code_point)
{
    uint32_t joined = (uint8_t)bytes[0];
    if (length > 1)
        joined &= 0x7fu >> length;
    for (uint32_t i = 1; i < length; i++) {
        uint8_t byte = (uint8_t)bytes[i];
        if ((byte & 0xc0) != 0x80)
            return false;
        joined = joined << 6 | (byte & 0x3f);
    }
    *code_point = joined;
    return true;
}

static bool is_surrogate(uint32_t code_point)
{
    return code_point >= 0xd800 && code_point <= 0xdfff;
}

uint32_t json_utf8_decode(const char *bytes, size_t size, uint32_t *code_point)
{
    static const uint32_t LOWEST[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t joined = 0, length = size > 0 ? utf8_length((uint8_t)bytes[0]) : 0;
    if (length == 0 || length > size || !utf8_join(bytes, length, &joined))
        return 0;
    if (joined < LOWEST[length] || joined > 0x10ffff || is_surrogate(joined))
        return 0;
    *code_point = joined;
    return length;
}

/* ---- Hexadecimal, in capitals as Unicode's own tables have it ---- */

static void show_hex(struct text *words, uint32_t value, uint32_t digits)
{
    while (digits-- > 0)
        text_char(words, "0123456789ABCDEF"[(value >> (4 * digits)) & 15]);
}

/* ---- The whole text ---- */

/* Why the bytes at a place that did not decode are no UTF-8. */
static const char *why_not_utf8(const char *bytes, size_t size)
{
    uint32_t joined = 0, length = utf8_length((uint8_t)bytes[0]);
    if (length == 0)
        return "no character begins with it";
    if (length > size || !utf8_join(bytes, length, &joined))
        return "its character is cut short";
    if (is_surrogate(joined))
        return "a surrogate half is no character";
    return joined > 0x10ffff ? "it goes beyond U+10FFFF" : "its character is written too long";
}

static bool refuse_bytes(const char *text, size_t size, uint32_t offset,
                         struct json_complaint *complaint)
{
    struct text words;
    json_complain(complaint, offset, &words);
    text_str(&words, "expected UTF-8 text, found the byte 0x");
    show_hex(&words, (uint8_t)text[offset], 2);
    text_str(&words, " (");
    text_str(&words, why_not_utf8(text + offset, size - offset));
    text_str(&words, ")");
    return false;
}

static bool refuse_text(uint32_t offset, const char *why, struct json_complaint *complaint)
{
    struct text words;
    json_complain(complaint, offset, &words);
    text_str(&words, why);
    return false;
}

static bool begins_with(const char *text, size_t size, const char *start, size_t start_size)
{
    return size >= start_size && memcmp(text, start, start_size) == 0;
}

/* Marks that some editors put first; the sentence says what to do about them. */
static bool check_start(const char *text, size_t size, struct json_complaint *complaint)
{
    if (begins_with(text, size, BYTE_ORDER_MARK, 3))
        return refuse_text(
            0, "expected JSON, found a byte order mark (save it as UTF-8 without BOM)", complaint);
    if (begins_with(text, size, "\xff\xfe", 2) || begins_with(text, size, "\xfe\xff", 2))
        return refuse_text(0, "expected UTF-8 text, found UTF-16 (save it as UTF-8)", complaint);
    return true;
}

bool json_text_check(const char *text, size_t size, struct json_complaint *complaint)
{
    uint32_t code_point = 0;
    if (size > JSON_SIZE_LIMIT)
        return refuse_text(JSON_NO_OFFSET, "expected at most 16 MiB of text, found more",
                           complaint);
    if (!check_start(text, size, complaint))
        return false;
    for (uint32_t at = 0; at < size;) {
        uint32_t length = json_utf8_decode(text + at, size - at, &code_point);
        if (length == 0)
            return refuse_bytes(text, size, at, complaint);
        if (code_point == 0)
            return refuse_text(at, "expected UTF-8 text, found a NUL byte (UTF-16 or binary?)",
                               complaint);
        at += length;
    }
    return true;
}

struct json_position json_text_position(const char *text, uint32_t offset)
{
    struct json_position position = {1, 1};
    for (uint32_t at = 0; at < offset; at++) {
        if (text[at] == '\n') {
            position.line++;
            position.column = 1;
        } else if (((uint8_t)text[at] & 0xc0) != 0x80) {
            position.column++; /* the bytes inside a character do not count */
        }
    }
    return position;
}

/* ---- Showing ---- */

/* Would a terminal obey it, or the eye not see it? Controls, soft hyphen, Unicode's
 * other blanks, zero widths, line separators, direction marks, tags, private use. */
static bool is_unseen(uint32_t code_point)
{
    static const uint32_t RANGES[][2] = {{0x0000, 0x001f},   {0x007f, 0x00a0}, {0x00ad, 0x00ad},
                                         {0x061c, 0x061c},   {0x2000, 0x200f}, {0x2028, 0x202f},
                                         {0x205f, 0x206f},   {0x3000, 0x3000}, {0xe000, 0xf8ff},
                                         {0xfeff, 0xfeff},   {0xfff0, 0xffff}, {0xe0000, 0xe0fff},
                                         {0xf0000, 0x10ffff}};
    for (size_t i = 0; i < ARRAY_LEN(RANGES); i++)
        if (code_point >= RANGES[i][0] && code_point <= RANGES[i][1])
            return true;
    return false;
}

static void show_code_point(struct text *words, uint32_t code_point)
{
    text_str(words, "U+");
    show_hex(words, code_point, code_point > 0xfffff ? 6 : code_point > 0xffff ? 5 : 4);
}

/* One character as it is, or its number; returns its length in bytes. */
static uint32_t show_one(struct text *words, const char *bytes, size_t size)
{
    uint32_t code_point = 0, length = json_utf8_decode(bytes, size, &code_point);
    if (length == 0) {
        text_char(words, '<');
        show_hex(words, (uint8_t)bytes[0], 2);
        text_char(words, '>');
        return 1;
    }
    if (is_unseen(code_point))
        show_code_point(words, code_point);
    else
        for (uint32_t i = 0; i < length; i++)
            text_char(words, bytes[i]);
    return length;
}

void json_show(struct text *words, const char *bytes, size_t size, uint32_t limit)
{
    size_t at = 0;
    for (uint32_t shown = 0; at < size && shown < limit; shown++)
        at += show_one(words, bytes + at, size - at);
    if (at < size)
        text_str(words, "...");
}

void json_show_quoted(struct text *words, const char *string, uint32_t limit)
{
    text_char(words, '"');
    json_show(words, string, strlen(string), limit);
    text_char(words, '"');
}

void json_show_character(struct text *words, const char *bytes, size_t size)
{
    uint32_t code_point = 0;
    json_utf8_decode(bytes, size, &code_point);
    if (is_unseen(code_point)) {
        show_code_point(words, code_point);
        return;
    }
    text_char(words, '\'');
    show_one(words, bytes, size);
    text_char(words, '\'');
    if (code_point >= 0x80) {
        text_str(words, " (");
        show_code_point(words, code_point);
        text_char(words, ')');
    }
}
