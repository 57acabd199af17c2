/*
 * condition_literal.c: the values that a person writes into a condition.
 *
 *     3      a number, whole          5ms  64KiB  99%   quantities (base/units.h)
 *     "x"    a text                   'x'  the same
 *
 * A quantity keeps its type: a time can only be compared with a time. So a number
 * without a unit is a count and nothing else, and the mistake "latency < 5" (five
 * what?) is found here and not after an afternoon.
 *
 * Between quotes a backslash is special, as in \\, \", \' and \x0a; these are the
 * spellings that base/text.h prints.
 */
#include "sim/condition/condition_parser.h"

#include "base/units.h"

static bool has_any_of(struct bytes bytes, const char *set)
{
    for (uint32_t i = 0; i < bytes.size; i++)
        for (const char *c = set; *c; c++)
            if (bytes.data[i] == (uint8_t)*c)
                return true;
    return false;
}

/* Which kind of quantity is meant? Every unit of size has a B in it, every unit of share
 * begins with % or p, and no unit of time does either. A unit that is wrong ("sec",
 * "bytes", "percent") goes to the kind it resembles, whose parser knows what to suggest. */
static uint32_t type_of_unit(struct bytes unit)
{
    if (unit.data[0] == 'p' || unit.data[0] == '%')
        return CONDITION_SHARE;
    return has_any_of(unit, "BbKMGT") ? CONDITION_SIZE : CONDITION_SPAN;
}

static bool read_size(struct bytes word, int64_t *number, struct text *mistake)
{
    uint64_t size_bytes;
    if (!units_parse_size(word, &size_bytes, mistake))
        return false;
    if (size_bytes <= INT64_MAX) {
        *number = (int64_t)size_bytes;
        return true;
    }
    parser_quote(mistake, word);
    text_str(mistake, " is out of range: a size is at most 9223372036854775807 B (8 EiB) here");
    return false;
}

static bool read_share(struct bytes word, int64_t *number, struct text *mistake)
{
    uint32_t parts_per_billion;
    if (!units_parse_share(word, &parts_per_billion, mistake))
        return false;
    *number = parts_per_billion;
    return true;
}

static bool read_count(struct bytes word, int64_t *number, struct text *mistake)
{
    int64_t value = 0;
    for (uint32_t i = 0; i < word.size; i++) {
        bool is_point = word.data[i] == '.';
        int64_t digit = word.data[i] - '0';
        if (is_point || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value)) {
            parser_quote(mistake, word);
            text_str(mistake, is_point ? " has no unit; a number without one is whole"
                                       : " is too large: a number is at most 9223372036854775807");
            return false;
        }
    }
    *number = value;
    return true;
}

/* Writes its mistake into a buffer of its own, because the column stands before it. */
static bool read_number(struct bytes word, struct condition_node *node, struct text *mistake)
{
    uint32_t unit_start = scan_unit_start(word);
    if (unit_start == word.size) {
        node->type = CONDITION_COUNT;
        return read_count(word, &node->number, mistake);
    }
    node->type =
        (uint8_t)type_of_unit((struct bytes){word.data + unit_start, word.size - unit_start});
    switch (node->type) {
    case CONDITION_SIZE: return read_size(word, &node->number, mistake);
    case CONDITION_SHARE: return read_share(word, &node->number, mistake);
    default: return units_parse_span(word, &node->number, mistake);
    }
}

uint16_t parser_read_number(struct parser *parser)
{
    char buffer[256];
    struct text why;
    struct condition_node node = {.kind = CODE_NUMBER, .column = (uint16_t)parser->token.column};
    text_init(&why, buffer, sizeof buffer);
    if (!read_number(parser->token.source, &node, &why))
        return parser_fail_with(parser, parser->token.column, buffer);
    parser_advance(parser);
    return parser_add(parser, &node);
}

/* ----------------------------------------------------------------- texts */

/* 0..15, or 16 for what is no hexadecimal digit. */
static uint32_t hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - (uint32_t)'0';
    if (byte >= 'a' && byte <= 'f')
        return byte - (uint32_t)'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - (uint32_t)'A' + 10;
    return 16;
}

/* Decode what follows a backslash; returns how many bytes it took, 0 for a mistake. */
static uint32_t decode_escape(struct bytes rest, uint8_t *byte)
{
    if (rest.size >= 1 && (rest.data[0] == '\\' || rest.data[0] == '"' || rest.data[0] == '\'')) {
        *byte = rest.data[0];
        return 1;
    }
    if (rest.size < 3 || rest.data[0] != 'x')
        return 0;
    uint32_t high = hex_digit(rest.data[1]), low = hex_digit(rest.data[2]);
    *byte = (uint8_t)(high << 4 | low);
    return high < 16 && low < 16 ? 3 : 0;
}

/* The column of byte `at` of the token. */
static uint32_t column_within(const struct token *token, uint32_t at)
{
    uint32_t column = token->column;
    for (uint32_t i = 0; i < at; i++)
        column += (token->source.data[i] & 0xc0) != 0x80;
    return column;
}

/* Decodes straight into code->bytes: the result is never longer than its source. */
bool parser_read_slice(struct parser *parser, struct condition_slice *slice)
{
    const struct token token = parser->token;
    *slice = parser_keep(parser, (struct bytes){NULL, 0});
    for (uint32_t at = 1; at + 1 < token.source.size; at++) {
        uint8_t byte = token.source.data[at];
        if (byte == '\\') {
            struct bytes rest = {token.source.data + at + 1, token.source.size - 2 - at};
            uint32_t taken = decode_escape(rest, &byte);
            if (taken == 0) {
                parser_fail_with(parser, column_within(&token, at),
                                 "a backslash in a text stands before \\, \", ' or x and two "
                                 "hexadecimal digits");
                return false;
            }
            at += taken;
        }
        parser_keep(parser, (struct bytes){&byte, 1});
        slice->size++;
    }
    parser_advance(parser);
    return true;
}

uint16_t parser_read_text(struct parser *parser)
{
    struct condition_node node = {
        .kind = CODE_TEXT, .type = CONDITION_VALUE, .column = (uint16_t)parser->token.column};
    if (!parser_read_slice(parser, &node.text))
        return NO_NODE;
    return parser_add(parser, &node);
}
