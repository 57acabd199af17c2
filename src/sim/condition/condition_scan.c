/*
 * condition_scan.c: the tokens of condition_scan.h.
 *
 * The one thing that needs thought is a number's unit. "1.5 s" is one token, as in
 * all other places where people write quantities (base/units.h), so what follows
 * a number after spaces belongs to it, unless it is one of the words that
 * may stand between two operands: "n2.keys == 3 and ...".
 */
#include "sim/condition/condition_scan.h"

#include <string.h>

#include "sim/condition/condition.h"

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Units may hold the micro sign, so that "5 µs" can be answered with "us". */
static bool is_of_unit(uint8_t byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '%' || byte >= 0x80;
}

bool scan_is(struct bytes bytes, const char *string)
{
    return bytes.size == strlen(string) && memcmp(bytes.data, string, bytes.size) == 0;
}

bool scan_is_word(struct bytes bytes)
{
    for (uint32_t i = 0; i < bytes.size; i++)
        if (!is_letter(bytes.data[i]) && (i == 0 || !is_digit(bytes.data[i])))
            return false;
    return bytes.size > 0;
}

struct scanner scan_begin(struct bytes source)
{
    return (struct scanner){.source = source, .at = 0, .column = 1};
}

/* The byte `ahead` of the next one; 0 past the end. A NUL in the source is a wrong
 * character like any other: no loop below goes on at one. */
static uint8_t peek(const struct scanner *scanner, uint32_t ahead)
{
    uint32_t at = scanner->at + ahead;
    return at < scanner->source.size ? scanner->source.data[at] : 0;
}

static bool is_at_end(const struct scanner *scanner, uint32_t ahead)
{
    return scanner->at + ahead >= scanner->source.size;
}

static struct token take(struct scanner *scanner, enum token_kind kind, uint32_t size)
{
    struct token token = {.kind = (uint8_t)kind,
                          .column = scanner->column,
                          .source = {scanner->source.data + scanner->at, size}};
    for (uint32_t i = 0; i < size; i++)
        scanner->column += (token.source.data[i] & 0xc0) != 0x80;
    scanner->at += size;
    return token;
}

static struct token take_word(struct scanner *scanner)
{
    uint32_t size = 0;
    while (is_letter(peek(scanner, size)) || is_digit(peek(scanner, size)))
        size++;
    return take(scanner, TOKEN_WORD, size);
}

static uint32_t digits_size(const struct scanner *scanner, uint32_t start)
{
    uint32_t size = 0;
    while (is_digit(peek(scanner, start + size)))
        size++;
    return size;
}

/* Spaces and unit after the digits; 0 when what follows is no unit ("3 4" is two numbers). */
static uint32_t unit_size(const struct scanner *scanner, uint32_t start)
{
    uint32_t spaces = 0, size = 0;
    while (peek(scanner, start + spaces) == ' ')
        spaces++;
    while (!is_digit(peek(scanner, start + spaces)) &&
           is_of_unit(peek(scanner, start + spaces + size)))
        size++;
    struct bytes unit = {scanner->source.data + scanner->at + start + spaces, size};
    if (size == 0 || scan_is(unit, "and") || scan_is(unit, "or") || scan_is(unit, "not"))
        return 0;
    return spaces + size;
}

static struct token take_number(struct scanner *scanner)
{
    uint32_t size = digits_size(scanner, 0);
    if (peek(scanner, size) == '.' && is_digit(peek(scanner, size + 1)))
        size += 1 + digits_size(scanner, size + 1);
    size += unit_size(scanner, size);
    return take(scanner, TOKEN_NUMBER, size);
}

uint32_t scan_unit_start(struct bytes number)
{
    uint32_t start = 0;
    while (start < number.size &&
           (is_digit(number.data[start]) || number.data[start] == '.' || number.data[start] == ' '))
        start++;
    return start;
}

static struct token take_text(struct scanner *scanner)
{
    uint8_t quote = peek(scanner, 0);
    uint32_t size = 1;
    while (!is_at_end(scanner, size) && peek(scanner, size) != quote)
        size += peek(scanner, size) == '\\' && !is_at_end(scanner, size + 1) ? 2 : 1;
    if (is_at_end(scanner, size))
        return take(scanner, TOKEN_UNENDED, size);
    return take(scanner, TOKEN_TEXT, size + 1);
}

static struct token take_comparison(struct scanner *scanner, enum condition_comparison comparison,
                                    uint32_t size)
{
    struct token token = take(scanner, TOKEN_COMPARE, size);
    token.comparison = (uint8_t)comparison;
    return token;
}

/* What other languages write for "and", "or", "not" and "==" is taken whole, so that
 * the parser can say what to write here; a wrong character is taken whole, too. */
static struct token take_wrong(struct scanner *scanner)
{
    uint8_t first = peek(scanner, 0), second = peek(scanner, 1);
    uint32_t size = 1;
    if ((first == '&' || first == '|') && second == first)
        size = 2;
    else if (first == '<' && second == '>')
        size = 2;
    while (first >= 0xc0 && (peek(scanner, size) & 0xc0) == 0x80)
        size++;
    return take(scanner, TOKEN_WRONG, size);
}

static struct token take_sign(struct scanner *scanner)
{
    uint8_t first = peek(scanner, 0), second = peek(scanner, 1);
    switch (first) {
    case '.': return take(scanner, TOKEN_DOT, 1);
    case '(': return take(scanner, TOKEN_OPEN, 1);
    case ')': return take(scanner, TOKEN_CLOSE, 1);
    case '+': return take(scanner, TOKEN_PLUS, 1);
    case '-': return take(scanner, TOKEN_MINUS, 1);
    case '=':
        if (second == '=')
            return take_comparison(scanner, COMPARE_EQUAL, 2);
        break;
    case '!':
        if (second == '=')
            return take_comparison(scanner, COMPARE_UNEQUAL, 2);
        break;
    case '<':
        if (second == '>')
            break;
        return second == '=' ? take_comparison(scanner, COMPARE_LESS_EQUAL, 2)
                             : take_comparison(scanner, COMPARE_LESS, 1);
    case '>':
        return second == '=' ? take_comparison(scanner, COMPARE_GREATER_EQUAL, 2)
                             : take_comparison(scanner, COMPARE_GREATER, 1);
    default: break;
    }
    return take_wrong(scanner);
}

struct token scan_next(struct scanner *scanner)
{
    while (is_space(peek(scanner, 0)))
        take(scanner, TOKEN_END, 1);
    if (is_at_end(scanner, 0))
        return take(scanner, TOKEN_END, 0);
    uint8_t first = peek(scanner, 0);
    if (is_letter(first))
        return take_word(scanner);
    if (is_digit(first))
        return take_number(scanner);
    if (first == '"' || first == '\'')
        return take_text(scanner);
    return take_sign(scanner);
}
