/*
 * text.c: the bounded text builder of text.h.
 *
 * Everything goes through text_char, so the two rules of the buffer (always a
 * NUL at the end, a cut is final) are kept in one place. All numbers go through
 * text_decimal: a time, a size and a share differ only in their unit and in
 * where the point stands.
 *
 * Read next: units.h, the same forms in the other direction.
 */
#include "base/text.h"

#include <string.h>

static const char DIGITS[] = "0123456789abcdef";

void text_init(struct text *text, char *buffer, uint32_t capacity)
{
    CHECK_WHY(buffer && capacity > 0, "a text needs room for its NUL");
    *text = (struct text){.data = buffer, .size = 0, .capacity = capacity, .is_cut = false};
    buffer[0] = '\0';
}

static bool is_continuation_byte(char c)
{
    return ((uint8_t)c & 0xc0) == 0x80;
}

/* How many bytes the UTF-8 character that starts with `lead` has. */
static uint32_t utf8_length(char lead)
{
    uint8_t byte = (uint8_t)lead;
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* Take back the beginning of a character whose end `next` no longer fits. */
static void drop_torn_character(struct text *text, char next)
{
    if (!is_continuation_byte(next))
        return;
    uint32_t start = text->size;
    while (start > 0 && text->size - start < 3 && is_continuation_byte(text->data[start - 1]))
        start--;
    if (start > 0 && utf8_length(text->data[start - 1]) > text->size - (start - 1)) {
        text->size = start - 1;
        text->data[text->size] = '\0';
    }
}

void text_char(struct text *text, char c)
{
    if (text->is_cut)
        return;
    if (text->size + 1 >= text->capacity) {
        text->is_cut = true;
        drop_torn_character(text, c);
        return;
    }
    text->data[text->size++] = c;
    text->data[text->size] = '\0';
}

void text_str(struct text *text, const char *string)
{
    for (; *string; string++)
        text_char(text, *string);
}

static bool is_plain(uint8_t byte)
{
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

void text_bytes_quoted(struct text *text, struct bytes bytes)
{
    text_char(text, '"');
    for (size_t i = 0; i < bytes.size; i++) {
        if (is_plain(bytes.data[i])) {
            text_char(text, (char)bytes.data[i]);
        } else {
            text_str(text, "\\x");
            text_hex(text, bytes.data[i], 2);
        }
    }
    text_char(text, '"');
}

/* At least `width` digits, with leading zeros. */
static void put_digits(struct text *text, uint64_t value, uint32_t width)
{
    char digits[20];
    uint32_t count = 0;
    do {
        digits[count++] = DIGITS[value % 10];
        value /= 10;
    } while (value > 0 || count < width);
    while (count > 0)
        text_char(text, digits[--count]);
}

void text_u64(struct text *text, uint64_t value)
{
    put_digits(text, value, 1);
}

/* The distance from zero; right for INT64_MIN too, whose negation has no int64. */
static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void text_i64(struct text *text, int64_t value)
{
    if (value < 0)
        text_char(text, '-');
    text_u64(text, magnitude(value));
}

void text_hex(struct text *text, uint64_t value, uint32_t digits)
{
    CHECK(digits >= 1 && digits <= 16);
    while (digits-- > 0)
        text_char(text, DIGITS[(value >> (4 * digits)) & 15]);
}

static uint64_t power_of_ten(uint32_t exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

void text_decimal(struct text *text, uint64_t value, uint32_t decimals)
{
    CHECK(decimals <= 19);
    uint64_t one = power_of_ten(decimals);
    uint64_t fraction = value % one;
    text_u64(text, value / one);
    if (fraction == 0)
        return;
    while (fraction % 10 == 0) {
        fraction /= 10;
        decimals--;
    }
    text_char(text, '.');
    put_digits(text, fraction, decimals);
}

static uint32_t width_of_line(const struct text *text)
{
    uint32_t width = 0;
    for (uint32_t i = text->size; i > 0 && text->data[i - 1] != '\n'; i--)
        width += !is_continuation_byte(text->data[i - 1]);
    return width;
}

void text_pad_to(struct text *text, uint32_t column)
{
    for (uint32_t width = width_of_line(text); width < column && !text->is_cut; width++)
        text_char(text, ' ');
}

static void put_exact_time(struct text *text, uint64_t time_ns)
{
    static const char *const UNITS[] = {" ns", " us", " ms", " s"};
    uint32_t unit = 0;
    for (uint64_t rest = time_ns; unit < 3 && (rest >= 1000 || time_ns == 0); rest /= 1000)
        unit++;
    text_decimal(text, time_ns, 3 * unit);
    text_str(text, UNITS[unit]);
}

void text_time(struct text *text, vtime time_ns)
{
    if (time_ns == VTIME_NEVER)
        text_str(text, "never");
    else
        put_exact_time(text, time_ns);
}

void text_span(struct text *text, int64_t span_ns)
{
    if (span_ns < 0)
        text_char(text, '-');
    put_exact_time(text, magnitude(span_ns));
}

static void put_spaces(struct text *text, uint32_t count)
{
    while (count-- > 0)
        text_char(text, ' ');
}

void text_time_fixed(struct text *text, vtime time_ns, uint32_t decimals)
{
    CHECK(decimals <= 9);
    uint64_t seconds = time_ns / SECOND;
    uint32_t point = decimals > 0;
    if (time_ns == VTIME_NEVER) {
        uint32_t width = 3 + point + decimals;
        put_spaces(text, width > 5 ? width - 5 : 0);
        text_str(text, "never");
        return;
    }
    put_spaces(text, seconds < 10 ? 2 : seconds < 100 ? 1 : 0);
    text_u64(text, seconds);
    if (point) {
        text_char(text, '.');
        put_digits(text, time_ns % SECOND / power_of_ten(9 - decimals), decimals);
    }
}

/* Thousandths of 2^shift bytes, if the size is a whole number of them. */
static bool size_in_unit(uint64_t size_bytes, uint32_t shift, uint64_t *thousandths)
{
    uint128 scaled = (uint128)size_bytes * 1000;
    *thousandths = (uint64_t)(scaled >> shift);
    return size_bytes >> shift > 0 && (uint128)*thousandths << shift == scaled;
}

void text_size(struct text *text, uint64_t size_bytes)
{
    static const char *const UNITS[] = {" B", " KiB", " MiB", " GiB", " TiB"};
    for (uint32_t unit = 4; unit > 0; unit--) {
        uint64_t thousandths;
        if (size_in_unit(size_bytes, 10 * unit, &thousandths)) {
            text_decimal(text, thousandths, 3);
            text_str(text, UNITS[unit]);
            return;
        }
    }
    text_u64(text, size_bytes);
    text_str(text, UNITS[0]);
}

void text_ppb(struct text *text, uint32_t parts_per_billion)
{
    text_decimal(text, parts_per_billion, 7);
    text_char(text, '%');
}

void text_drift(struct text *text, int64_t parts_per_billion)
{
    if (parts_per_billion < 0)
        text_char(text, '-');
    text_decimal(text, magnitude(parts_per_billion), 3);
    text_str(text, " ppm");
}
