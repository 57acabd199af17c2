/*
 * text.h: sentences built in a buffer that somebody else owns.
 *
 * Pure rooms have no printf, and printf is not what they need: they need times,
 * sizes, shares and foreign bytes, each written in exactly one way everywhere.
 *
 *     char buffer[80];
 *     struct text line;
 *     text_init(&line, buffer, sizeof buffer);
 *     text_str(&line, "n2 waited ");
 *     text_time(&line, waited_ns);             n2 waited 1.284 s
 *
 * Three promises:
 *
 *   - `data` is a C string after every call: data[size] is always NUL.
 *   - What does not fit is cut, and the cut is final: from then on every call
 *     does nothing and `is_cut` stays true, so the text is always a prefix of
 *     what was meant, never a sentence with a hole. A UTF-8 character is kept
 *     whole or not at all.
 *   - Numbers are exact. Nothing is rounded; where a form has a fixed number of
 *     decimals (text_time_fixed), the rest is cut off towards zero, and said so.
 *
 * What text_time, text_span, text_size, text_ppb and text_drift write, the
 * parsers of units.h read back as the same number.
 *
 * The struct holds a pointer: it lives on the stack, never in a region.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/base.h"

struct text {
    char *data;        /* the caller's; outlives the struct */
    uint32_t size;     /* bytes of text, without the NUL */
    uint32_t capacity; /* bytes of the buffer, with room for the NUL */
    bool is_cut;       /* something did not fit */
};

/* Start an empty text; capacity >= 1. */
void text_init(struct text *text, char *buffer, uint32_t capacity);

/* Text as it is; `string` ends in NUL. text_char takes one byte. */
void text_char(struct text *text, char c);
void text_str(struct text *text, const char *string);

/* Foreign bytes between double quotes, in ASCII whatever they hold: printable
 * bytes as they are; all others, the quote and the backslash as \xNN. No two
 * byte strings look the same. */
void text_bytes_quoted(struct text *text, struct bytes bytes);

/* Decimal digits, with a minus sign where needed. */
void text_u64(struct text *text, uint64_t value);
void text_i64(struct text *text, int64_t value);

/* The lowest `digits` (1..16) hexadecimal digits, with leading zeros, no 0x. */
void text_hex(struct text *text, uint64_t value, uint32_t digits);

/* value / 10^decimals without trailing zeros: (1284000, 6) is "1.284", (7, 0) is
 * "7"; decimals 0..19. */
void text_decimal(struct text *text, uint64_t value, uint32_t decimals);

/* Spaces until the current line is `column` characters wide (characters of
 * UTF-8, counted from the last newline); nothing if it is already. */
void text_pad_to(struct text *text, uint32_t column);

/* In the largest of s, ms, us, ns that is not larger than the value, exact:
 * "1.284 s", "15 ms", "2.5 us", "7 ns", "0 s"; VTIME_NEVER is "never". */
void text_time(struct text *text, vtime time_ns);

/* The same for a signed span: "-5 s", "2.5 us". */
void text_span(struct text *text, int64_t span_ns);

/* Seconds with `decimals` (0..9, customarily 6 or 9) decimals, cut off towards
 * zero, right-aligned in three columns before the point (more if the number
 * needs more): "  1.284000". VTIME_NEVER is "never" in the same width. */
void text_time_fixed(struct text *text, vtime time_ns, uint32_t decimals);

/* In the largest of TiB, GiB, MiB, KiB, B that needs at most three decimals to be
 * exact: "64 KiB", "1.5 MiB", "1500 B". */
void text_size(struct text *text, uint64_t size_bytes);

/* A share given in parts per billion, exact: "30%", "0.01%", "0.0000001%". */
void text_ppb(struct text *text, uint32_t parts_per_billion);

/* A signed drift given in parts per billion, exact: "-100 ppm", "0.05 ppm". */
void text_drift(struct text *text, int64_t parts_per_billion);

#endif
