/*
 * json_text.h: a text that came from outside: its encoding, the places in it,
 * and how a piece of it is shown to a person.
 *
 * Everything that a user typed can come back in a sentence on a terminal, so
 * it is shown through json_show only. Characters that a terminal obeys or that
 * the eye cannot see (controls, direction overrides, invisible blanks) come out
 * as U+001B and the like.
 *
 * Offsets are bytes from the start of the text; 32 bits are enough, because a
 * text is at most 16 MiB (json_doc.h).
 */
#ifndef SCENARIO_JSON_TEXT_H
#define SCENARIO_JSON_TEXT_H

#include "base/text.h"
#include "scenario/json_doc.h"

#define JSON_NO_OFFSET UINT32_MAX

/* What is wrong with a text, and where; JSON_NO_OFFSET: with the text as such. */
struct json_complaint {
    uint32_t offset;
    char text[360];
};

/* Start the sentence about what stands at `offset`; the rest goes to *words. */
void json_complain(struct json_complaint *complaint, uint32_t offset, struct text *words);

/* Length in bytes (1..4) of the UTF-8 character at the start of `bytes`, and its
 * code point; 0 when there is none (overlong, a surrogate, above U+10FFFF, torn). */
uint32_t json_utf8_decode(const char *bytes, size_t size, uint32_t *code_point);

/* Is the text UTF-8 without byte order mark and without NUL, and short enough? */
bool json_text_check(const char *text, size_t size, struct json_complaint *complaint);

/* Line and column of an offset; the text before it must be valid UTF-8. */
struct json_position json_text_position(const char *text, uint32_t offset);

/* The bytes as a person may see them, at most `limit` characters and then "...".
 * Bytes that are not UTF-8 come out as <80>. */
void json_show(struct text *words, const char *bytes, size_t size, uint32_t limit);

/* The same between double quotes, for a NUL-ended string. */
void json_show_quoted(struct text *words, const char *string, uint32_t limit);

/* One character the way a person would name it: 'x', '“' (U+201C) or U+0007. */
void json_show_character(struct text *words, const char *bytes, size_t size);

#endif
