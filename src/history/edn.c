/*
 * edn.c: a recursive reader, one function for each kind of thing.
 */
#include "history/edn.h"

#include <stdio.h>
#include <string.h>

struct edn edn_open(struct heap *heap, struct bytes text, uint32_t line,
                    struct history_mistake *mistake)
{
    return (struct edn){.heap = heap,
                        .at = text.data,
                        .end = text.data + text.size,
                        .line_start = text.data,
                        .line = line,
                        .mistake = mistake};
}

/* ---- the way through the text ---- */

static uint32_t column_of(const struct edn *edn, const uint8_t *at)
{
    return (uint32_t)(at - edn->line_start) + 1;
}

static enum edn_answer wrong(struct edn *edn, const uint8_t *at, const char *sentence)
{
    edn->mistake->line = edn->line;
    edn->mistake->column = column_of(edn, at);
    snprintf(edn->mistake->text, sizeof edn->mistake->text, "%s", sentence);
    return EDN_WRONG;
}

static void step(struct edn *edn)
{
    if (*edn->at++ == '\n') {
        edn->line++;
        edn->line_start = edn->at;
    }
}

static void skip_blanks(struct edn *edn)
{
    while (edn->at < edn->end) {
        if (*edn->at == ';')
            while (edn->at < edn->end && *edn->at != '\n')
                edn->at++;
        else if (memchr(" ,\t\r\n\f", *edn->at, 6) || (edn->is_json && *edn->at == ':'))
            step(edn);
        else
            break;
    }
}

static bool is_word_byte(uint8_t byte)
{
    return byte > ' ' && byte != 127 && !memchr(",\"()[]{};", byte, 9);
}

static struct bytes take_word(struct edn *edn)
{
    const uint8_t *start = edn->at;
    while (edn->at < edn->end && is_word_byte(*edn->at))
        edn->at++;
    return (struct bytes){start, (uint32_t)(edn->at - start)};
}

/* ---- words and numbers ---- */

static bool is_same(struct bytes word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/* A whole number that fits 64 bits; "12N" is one. */
static bool read_number(struct bytes word, int64_t *number)
{
    bool is_negative = word.data[0] == '-';
    uint32_t i = is_negative || word.data[0] == '+' ? 1 : 0;
    uint32_t size = word.size - (word.size > i + 1 && word.data[word.size - 1] == 'N' ? 1 : 0);
    if (i == size)
        return false;
    uint64_t sum = 0;
    for (; i < size; i++) {
        uint32_t digit = (uint32_t)word.data[i] - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    if (sum > (uint64_t)INT64_MAX + is_negative)
        return false;
    *number = (int64_t)(is_negative ? 0 - sum : sum);
    return true;
}

static enum edn_answer read_word(struct edn *edn, struct value *value)
{
    const uint8_t *start = edn->at;
    struct bytes word = take_word(edn);
    if (word.size == 0)
        return wrong(edn, start, "expected a value here");
    value->kind = VALUE_WORD;
    value->text = word;
    if (is_same(word, edn->is_json ? "null" : "nil"))
        value->kind = VALUE_NIL;
    else if (is_same(word, "true") || is_same(word, "false"))
        value->kind = word.data[0] == 't' ? VALUE_TRUE : VALUE_FALSE;
    else if (read_number(word, &value->number))
        value->kind = VALUE_NUMBER;
    else if (word.data[0] == ':' && word.size == 1)
        return wrong(edn, start, "expected a name behind the colon");
    else if (word.data[0] == ':')
        value->text = (struct bytes){word.data + 1, word.size - 1};
    return EDN_VALUE;
}

/* ---- strings ---- */

static uint32_t put_utf8(uint8_t *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (uint8_t)(0xc0 | code >> 6);
        to[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    to[0] = (uint8_t)(0xe0 | code >> 12);
    to[1] = (uint8_t)(0x80 | (code >> 6 & 63));
    to[2] = (uint8_t)(0x80 | (code & 63));
    return 3;
}

static bool read_hex(const uint8_t *at, uint32_t *code)
{
    *code = 0;
    for (uint32_t i = 0; i < 4; i++) {
        const char *digit = memchr("0123456789abcdef", at[i] | 0x20, 16);
        if (!digit || at[i] < '0')
            return false;
        *code = *code * 16 + (uint32_t)(strchr("0123456789abcdef", *digit) -
                                        strchr("0123456789abcdef", '0'));
    }
    return true;
}

/* The escape behind a backslash at edn->at; the bytes it stands for, or 0 for none. */
static uint32_t read_escape(struct edn *edn, uint8_t *to)
{
    static const char from[] = "tnrbf\\\"/", means[] = "\t\n\r\b\f\\\"/";
    uint32_t code;
    if (edn->at == edn->end)
        return 0;
    uint8_t letter = *edn->at++;
    if (letter == 'u' && edn->end - edn->at >= 4 && read_hex(edn->at, &code)) {
        edn->at += 4;
        return put_utf8(to, code);
    }
    const char *known = letter ? strchr(from, letter) : NULL;
    if (!known)
        return 0;
    to[0] = (uint8_t)means[known - from];
    return 1;
}

/* Texts without an escape point into the file; others get a copy. */
static enum edn_answer read_text(struct edn *edn, struct value *value)
{
    const uint8_t *quote = edn->at++;
    const uint8_t *start = edn->at;
    uint32_t escapes = 0, quote_line = edn->line, quote_column = column_of(edn, quote);
    const uint8_t *look = start;
    while (look < edn->end && *look != '"') {
        escapes += *look == '\\';
        look += *look == '\\' && look + 1 < edn->end ? 2 : 1;
    }
    if (look >= edn->end) {
        wrong(edn, quote, "this string has no end: expected \" before the end of the file");
        edn->mistake->line = quote_line;
        edn->mistake->column = quote_column;
        return EDN_WRONG;
    }
    value->kind = VALUE_TEXT;
    value->text = (struct bytes){start, (uint32_t)(look - start)};
    uint8_t *copy = escapes ? heap_alloc(edn->heap, value->text.size) : NULL;
    uint32_t size = 0;
    while (edn->at < look) {
        if (*edn->at != '\\') {
            if (copy)
                copy[size++] = *edn->at;
            step(edn);
            continue;
        }
        const uint8_t *backslash = edn->at++;
        uint32_t more = read_escape(edn, copy + size);
        if (more == 0)
            return wrong(edn, backslash, "there is no such escape: expected \\t \\r \\n \\\\ \\\" "
                                         "or \\u and four hexadecimal digits");
        size += more;
    }
    edn->at++;
    if (copy)
        value->text = (struct bytes){copy, size};
    return EDN_VALUE;
}

/* ---- collections ---- */

static enum edn_answer read_one(struct edn *edn, struct value *value);

static void add_item(struct edn *edn, struct value *list, uint32_t *room, const struct value *item)
{
    if (list->count == *room) {
        *room = *room ? 2 * *room : 4;
        list->items = heap_resize(edn->heap, list->items, *room * sizeof *list->items);
    }
    list->items[list->count++] = *item;
}

static enum edn_answer read_collection(struct edn *edn, struct value *value, uint8_t closing,
                                       enum value_kind kind)
{
    const uint8_t *opening = edn->at;
    uint32_t line = edn->line, column = column_of(edn, opening), room = 0;
    if (edn->depth == EDN_DEPTH_MAX)
        return wrong(edn, opening, "values are nested more than 64 deep");
    edn->depth++;
    edn->at++;
    value->kind = kind;
    for (;;) {
        struct value item;
        skip_blanks(edn);
        if (edn->at == edn->end) {
            wrong(edn, edn->at, "");
            snprintf(edn->mistake->text, sizeof edn->mistake->text,
                     "the %c of line %u, column %u is never closed: expected %c before the end of "
                     "the file",
                     *opening, line, column, closing);
            return EDN_WRONG;
        }
        if (*edn->at == closing)
            break;
        enum edn_answer answer = read_one(edn, &item);
        if (answer == EDN_WRONG)
            return EDN_WRONG;
        if (answer == EDN_VALUE)
            add_item(edn, value, &room, &item);
    }
    if (value->kind == VALUE_MAP && value->count % 2)
        return wrong(edn, edn->at, "the last key of this map has no value");
    edn->at++;
    edn->depth--;
    return EDN_VALUE;
}

/* ---- what begins with a hash ---- */

/* "#{": a set; "#_ x": nothing at all; "#tag x": x. EDN_END stands for nothing. */
static enum edn_answer read_dispatch(struct edn *edn, struct value *value)
{
    const uint8_t *hash = edn->at++;
    if (edn->at < edn->end && *edn->at == '{')
        return read_collection(edn, value, '}', VALUE_LIST);
    bool is_discard = edn->at < edn->end && *edn->at == '_';
    if (is_discard)
        edn->at++;
    else if (take_word(edn).size == 0)
        return wrong(edn, hash, "expected a set, a tag or _ behind #");
    if (edn->depth == EDN_DEPTH_MAX)
        return wrong(edn, hash, "values are nested more than 64 deep");
    edn->depth++;
    enum edn_answer answer;
    do {
        skip_blanks(edn);
        if (edn->at == edn->end)
            return wrong(edn, hash, "expected a value behind this tag");
        answer = read_one(edn, value);
    } while (answer == EDN_END);
    edn->depth--;
    return answer == EDN_VALUE && is_discard ? EDN_END : answer;
}

/* EDN_END: what stood here stands for nothing. */
static enum edn_answer read_one(struct edn *edn, struct value *value)
{
    *value = (struct value){.line = edn->line, .column = column_of(edn, edn->at)};
    switch (*edn->at) {
    case '"':
        return read_text(edn, value);
    case '(':
        return read_collection(edn, value, ')', VALUE_LIST);
    case '[':
        return read_collection(edn, value, ']', VALUE_LIST);
    case '{':
        return read_collection(edn, value, '}', VALUE_MAP);
    case '#':
        return read_dispatch(edn, value);
    case ')':
    case ']':
    case '}':
        return wrong(edn, edn->at, "a bracket is closed that was not opened");
    default:
        return read_word(edn, value);
    }
}

enum edn_answer edn_next(struct edn *edn, struct value *value)
{
    for (;;) {
        skip_blanks(edn);
        if (edn->at == edn->end)
            return EDN_END;
        enum edn_answer answer = read_one(edn, value);
        if (answer != EDN_END)
            return answer;
    }
}
