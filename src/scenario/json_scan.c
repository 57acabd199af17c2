/*
 * json_scan.c: recursive descent over RFC 8259, one function per rule.
 *
 *     text   = blank value blank end
 *     value  = object | array | string | number | true | false | null
 *     object = '{' [ member { ',' member } ] '}'     member = string ':' value
 *     array  = '[' [ value { ',' value } ] ']'
 *
 * Each function starts at the first byte of its rule and ends behind the last;
 * blanks are skipped before a rule, never inside a string or a number. A function
 * that returns false has left the complaint, and everybody above returns false
 * at once. The recursion is bounded by JSON_DEPTH_LIMIT.
 *
 * Why not ask cJSON? It takes what a person did not mean (a second "nodes" key,
 * "01", text after the end, any bytes in strings) and then cannot say where.
 *
 * Read next: json_found.h for what the sentences say after "found".
 */
#include "scenario/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/json_found.h"

#define KEY_SHOWN_LIMIT 40

struct scanner {
    const char *text;
    uint32_t size;
    uint32_t at;
    uint32_t base_depth;                  /* of the place that the text will get */
    uint32_t depth;                       /* objects and arrays open here */
    uint32_t opened_at[JSON_DEPTH_LIMIT]; /* their brackets */
    struct json_marks *marks;
    struct json_complaint *complaint;
};

/* ---- Looking ---- */

/* The next byte, or '\0' at the end (the text itself has no NUL). */
static char peek(const struct scanner *s)
{
    return s->at < s->size ? s->text[s->at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct scanner *s)
{
    while (is_blank(peek(s)))
        s->at++;
}

static bool take(struct scanner *s, char c)
{
    if (peek(s) != c)
        return false;
    s->at++;
    return true;
}

/* ---- Complaining ---- */

/* Begin "expected X" about the byte at `offset`. */
static void expect(struct scanner *s, uint32_t offset, const char *what, struct text *words)
{
    json_complain(s->complaint, offset, words);
    text_str(words, "expected ");
    text_str(words, what);
}

static void put_advice(struct text *words, const char *advice)
{
    text_str(words, " (");
    text_str(words, advice);
    text_str(words, ")");
}

/* Does the text end inside something, or the wrong bracket close it? */
static bool is_left_open(const struct scanner *s)
{
    char c = peek(s);
    if (s->depth == 0)
        return false;
    return c == '\0' || c == (s->text[s->opened_at[s->depth - 1]] == '{' ? ']' : '}');
}

static void put_open_bracket(struct scanner *s, struct text *words)
{
    uint32_t opened_at = s->opened_at[s->depth - 1];
    text_str(words, s->text[opened_at] == '{' ? " (the '{' of line " : " (the '[' of line ");
    text_u64(words, json_text_position(s->text, opened_at).line);
    text_str(words, " is still open)");
}

/* End the sentence with ", found Y" and what helps. */
static bool found(struct scanner *s, enum json_hope hope, const char *advice, struct text *words)
{
    text_str(words, ", found ");
    json_found_what(words, s->text, s->size, s->at);
    if (!advice)
        advice = json_found_advice(s->text, s->size, s->at, hope);
    if (advice)
        put_advice(words, advice);
    else if (is_left_open(s))
        put_open_bracket(s, words);
    return false;
}

static bool expected(struct scanner *s, const char *what, enum json_hope hope)
{
    struct text words;
    expect(s, s->at, what, &words);
    return found(s, hope, NULL, &words);
}

/* "expected X", complete as it is. */
static bool refuse(struct scanner *s, uint32_t offset, const char *what)
{
    struct text words;
    expect(s, offset, what, &words);
    return false;
}

/* ---- Marks ---- */

static bool mark_start(struct scanner *s, uint32_t key_offset)
{
    struct json_marks *marks = s->marks;
    if (marks->count == JSON_VALUE_LIMIT)
        return refuse(s, s->at, "at most 1000000 values, found one more");
    if (marks->count == marks->capacity) {
        marks->capacity = marks->capacity ? 2 * marks->capacity : 64;
        marks->list = realloc(marks->list, marks->capacity * sizeof *marks->list);
        CHECK_WHY(marks->list, "memory ran out while a JSON text was read");
    }
    marks->list[marks->count++] = (struct json_mark){key_offset, s->at, s->at};
    return true;
}

/* ---- Strings ---- */

/* Four hexadecimal digits at s->at; does not move. */
static bool read_hex4(const struct scanner *s, uint32_t at, uint32_t *unit)
{
    *unit = 0;
    for (uint32_t i = 0; i < 4; i++) {
        char c = at + i < s->size ? s->text[at + i] : '\0';
        uint32_t digit = is_digit(c)            ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

/* The second half "\uDC00".."\uDFFF" of a pair whose first half ended at s->at. */
static bool scan_low_surrogate(struct scanner *s)
{
    uint32_t unit = 0;
    bool is_escape = s->size - s->at >= 6 && s->text[s->at] == '\\' && s->text[s->at + 1] == 'u';
    if (!is_escape || !read_hex4(s, s->at + 2, &unit) || unit < 0xdc00 || unit > 0xdfff)
        return refuse(s, s->at - 6,
                      "a second half \\uDC00 to \\uDFFF after this first half of a surrogate pair");
    s->at += 6;
    return true;
}

/* At the 'u' of "\uXXXX". */
static bool scan_unicode_escape(struct scanner *s)
{
    uint32_t unit = 0, start = s->at - 1;
    if (!read_hex4(s, s->at + 1, &unit))
        return refuse(s, start, "four hexadecimal digits after \\u");
    s->at += 5;
    if (unit == 0)
        return refuse(s, start, "no NUL character (\\u0000) in a string");
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return refuse(s, start,
                      "a first half \\uD800 to \\uDBFF before this second half of a pair");
    return unit < 0xd800 || unit > 0xdbff || scan_low_surrogate(s);
}

/* Behind a backslash. */
static bool scan_escape(struct scanner *s)
{
    if (peek(s) == 'u')
        return scan_unicode_escape(s);
    if (peek(s) == '\0' || !strchr("\"\\/bfnrt", peek(s)))
        return expected(s, "one of \" \\ / b f n r t u after the backslash", JSON_HOPE_MARK);
    s->at++;
    return true;
}

/* A string cannot go on here: the text, the line, or patience has ended. */
static bool refuse_in_string(struct scanner *s, uint32_t start)
{
    char c = peek(s);
    struct text words;
    if (c == '\0')
        return refuse(s, start, "'\"' at the end of this string, found the end of the text");
    if (c == '\n' || c == '\r')
        return refuse(s, start, "'\"' at the end of this string, found the end of the line");
    expect(s, s->at, "no control character in a string", &words);
    return found(s, JSON_HOPE_MARK, c == '\t' ? "write \\t" : "write it as \\u and four digits",
                 &words);
}

/* At the opening quote. */
static bool scan_string(struct scanner *s)
{
    uint32_t start = s->at++;
    while (!take(s, '"')) {
        if ((uint8_t)peek(s) < 0x20)
            return refuse_in_string(s, start);
        if (take(s, '\\')) {
            if (!scan_escape(s))
                return false;
        } else {
            s->at++;
        }
    }
    return true;
}

/* ---- Numbers and words ---- */

static bool scan_digits(struct scanner *s, const char *what)
{
    if (!is_digit(peek(s)))
        return expected(s, what, JSON_HOPE_DIGIT);
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool scan_whole_part(struct scanner *s)
{
    if (!take(s, '0'))
        return scan_digits(s, "a digit after '-'");
    if (!is_digit(peek(s)))
        return true;
    s->at--; /* the sentence is about the whole number */
    return expected(s, "a number without a leading zero", JSON_HOPE_MARK);
}

static bool scan_exponent(struct scanner *s)
{
    if (!take(s, 'e') && !take(s, 'E'))
        return true;
    if (!take(s, '+'))
        take(s, '-');
    return scan_digits(s, "a digit in the exponent");
}

static bool scan_number(struct scanner *s)
{
    uint32_t start = s->at;
    take(s, '-');
    if (!scan_whole_part(s) || (take(s, '.') && !scan_digits(s, "a digit after '.'")) ||
        !scan_exponent(s))
        return false;
    if (s->at - start > JSON_NUMBER_LIMIT)
        return refuse(s, start, "a number of at most 60 characters, found a longer one");
    return true;
}

/* A following letter makes it another word ("nullable"): the caller will stumble
 * over it, but would name only the rest, so it is looked at here. */
static bool take_word(struct scanner *s, const char *word)
{
    uint32_t length = (uint32_t)strlen(word);
    if (s->size - s->at < length || memcmp(s->text + s->at, word, length) != 0)
        return false;
    char after = s->at + length < s->size ? s->text[s->at + length] : '\0';
    if ((after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') || is_digit(after) ||
        after == '_')
        return false;
    s->at += length;
    return true;
}

/* ---- Values ---- */

static bool scan_value(struct scanner *s, uint32_t key_offset);

static bool open_bracket(struct scanner *s)
{
    if (s->base_depth + s->depth == JSON_DEPTH_LIMIT)
        return refuse(s, s->at, "at most 64 objects and arrays inside each other, found more");
    s->opened_at[s->depth++] = s->at++;
    skip_blanks(s);
    return true;
}

static bool close_bracket(struct scanner *s, char bracket)
{
    if (!take(s, bracket))
        return false;
    s->depth--;
    return true;
}

/* "expected ',' or '}' after the value of "nodes", found ..." */
static bool refuse_after_member(struct scanner *s, uint32_t key, uint32_t key_end)
{
    struct text words;
    expect(s, s->at, "',' or '}' after the value of \"", &words);
    json_show(&words, s->text + key + 1, key_end - key - 2, KEY_SHOWN_LIMIT);
    text_str(&words, "\"");
    return found(s, JSON_HOPE_MARK, NULL, &words);
}

/* One `"key": value` and, if there is one, the comma behind it. */
static bool scan_member(struct scanner *s, bool *has_comma)
{
    uint32_t key = s->at, key_end;
    if (!scan_string(s))
        return false;
    key_end = s->at;
    skip_blanks(s);
    if (!take(s, ':'))
        return expected(s, "':' after the key", JSON_HOPE_MARK);
    skip_blanks(s);
    if (!scan_value(s, key))
        return false;
    skip_blanks(s);
    *has_comma = take(s, ',');
    skip_blanks(s);
    return *has_comma || peek(s) == '}' || refuse_after_member(s, key, key_end);
}

/* A closing bracket right after a comma. */
static bool refuse_comma(struct scanner *s, const char *what, const char *advice)
{
    struct text words;
    expect(s, s->at, what, &words);
    return found(s, JSON_HOPE_MARK, advice, &words);
}

static bool scan_object(struct scanner *s)
{
    bool has_comma = false;
    if (!open_bracket(s))
        return false;
    while (peek(s) == '"') {
        if (!scan_member(s, &has_comma))
            return false;
    }
    if (!has_comma && close_bracket(s, '}'))
        return true;
    if (peek(s) == '}')
        return refuse_comma(s, "another key after ','", "JSON has no comma after the last member");
    return expected(s,
                    has_comma ? "a key in double quotes after ','"
                              : "a key in double quotes or '}' after '{'",
                    JSON_HOPE_KEY);
}

/* One item and, if there is one, the comma behind it. */
static bool scan_item(struct scanner *s, bool *has_comma)
{
    if (!scan_value(s, JSON_NO_OFFSET))
        return false;
    skip_blanks(s);
    *has_comma = take(s, ',');
    skip_blanks(s);
    return *has_comma || peek(s) == ']' ||
           expected(s, "',' or ']' after the item of an array", JSON_HOPE_MARK);
}

static bool scan_array(struct scanner *s)
{
    bool has_comma = false;
    if (!open_bracket(s))
        return false;
    if (close_bracket(s, ']'))
        return true;
    do {
        if (has_comma && peek(s) == ']')
            return refuse_comma(s, "another item after ','",
                                "JSON has no comma after the last item");
        if (!scan_item(s, &has_comma))
            return false;
    } while (has_comma);
    return close_bracket(s, ']');
}

static bool scan_plain_value(struct scanner *s)
{
    char c = peek(s);
    if (c == '{')
        return scan_object(s);
    if (c == '[')
        return scan_array(s);
    if (c == '"')
        return scan_string(s);
    if (c == '-' || is_digit(c))
        return scan_number(s);
    return take_word(s, "true") || take_word(s, "false") || take_word(s, "null") ||
           expected(s, "a value", JSON_HOPE_VALUE);
}

/* The mark is made before the value is known, so that marks are in document
 * order, and gets its end when the value is over. */
static bool scan_value(struct scanner *s, uint32_t key_offset)
{
    uint32_t mark_index = s->marks->count;
    if (!mark_start(s, key_offset) || !scan_plain_value(s))
        return false;
    s->marks->list[mark_index].end = s->at;
    return true;
}

bool json_scan(const char *text, size_t size, uint32_t depth, struct json_marks *marks,
               struct json_complaint *complaint)
{
    struct scanner s = {.text = text, .base_depth = depth, .marks = marks, .complaint = complaint};
    if (!json_text_check(text, size, complaint))
        return false;
    s.size = (uint32_t)size;
    skip_blanks(&s);
    if (s.at == s.size)
        return refuse(&s, 0, "a JSON value, found nothing but an empty text");
    if (!scan_value(&s, JSON_NO_OFFSET))
        return false;
    skip_blanks(&s);
    return s.at == s.size || expected(&s, "the end of the text after its value", JSON_HOPE_MARK);
}
