/*
 * condition_parse.c: the grammar, one function a rule.
 *
 *     condition  = either
 *     either     = both { "or" both }
 *     both       = denied { "and" denied }
 *     denied     = "not" denied | comparison
 *     comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
 *     sum        = signed { ("+" | "-") signed }
 *     signed     = "-" signed | operand
 *     operand    = "(" either ")" | number | text | "true" | "false" | "absent" | term
 *     term       = owner [ "." word [ "(" text ")" ] ]           condition_term.c
 *
 * A function returns the index of its node, the last one appended, or NO_NODE after
 * a mistake. Operands are appended before their operator, so the array is in the
 * order of evaluation and the root is its last element.
 *
 * Recursion is bounded: `depth` counts parentheses, signs and nots, and each chain
 * of operators is a loop.
 */
#include "sim/condition/condition_parser.h"

#include <string.h>

#define QUOTE_MAX 24

static uint16_t parse_either(struct parser *parser);

/* ------------------------------------------------------------ mistakes */

struct text *parser_fail(struct parser *parser, uint32_t column)
{
    if (parser->has_failed)
        return &parser->nowhere;
    parser->has_failed = true;
    parser->token.kind = TOKEN_END;
    text_str(parser->mistake, "column ");
    text_u64(parser->mistake, column);
    text_str(parser->mistake, ": ");
    return parser->mistake;
}

uint16_t parser_fail_with(struct parser *parser, uint32_t column, const char *sentence)
{
    text_str(parser_fail(parser, column), sentence);
    return NO_NODE;
}

void parser_quote(struct text *text, struct bytes source)
{
    bool is_long = source.size > QUOTE_MAX;
    text_bytes_quoted(text, (struct bytes){source.data, is_long ? QUOTE_MAX : source.size});
    if (is_long)
        text_str(text, "...");
}

/* What other languages write, and what is written here. */
static const char *right_spelling(struct bytes wrong)
{
    static const char *const PAIRS[][2] = {
        {"&&", "and"}, {"&", "and"}, {"||", "or"}, {"|", "or"},
        {"!", "not"},  {"=", "=="},  {"<>", "!="},
    };
    for (uint32_t i = 0; i < ARRAY_LEN(PAIRS); i++)
        if (scan_is(wrong, PAIRS[i][0]))
            return PAIRS[i][1];
    return NULL;
}

static uint16_t fail_wrong_token(struct parser *parser)
{
    struct bytes wrong = parser->token.source;
    const char *right = right_spelling(wrong);
    struct text *text = parser_fail(parser, parser->token.column);
    parser_quote(text, wrong);
    text_str(text, right ? " is not of this language; write \"" : " means nothing here");
    if (right) {
        text_str(text, right);
        text_char(text, '"');
    }
    return NO_NODE;
}

uint16_t parser_fail_expected(struct parser *parser, const char *what)
{
    if (parser->has_failed)
        return NO_NODE;
    const struct token token = parser->token;
    if (token.kind == TOKEN_WRONG)
        return fail_wrong_token(parser);
    if (token.kind == TOKEN_UNENDED)
        return parser_fail_with(parser, token.column,
                                "the text that begins here has no closing quote");
    struct text *text = parser_fail(parser, token.column);
    text_str(text, "expected ");
    text_str(text, what);
    text_str(text, ", found ");
    if (token.kind == TOKEN_END)
        text_str(text, "the end");
    else if (token.kind == TOKEN_TEXT)
        text_str(text, "a text in quotes");
    else
        parser_quote(text, token.source);
    return NO_NODE;
}

/* -------------------------------------------------------- tokens, nodes */

void parser_advance(struct parser *parser)
{
    if (!parser->has_failed)
        parser->token = scan_next(&parser->scanner);
}

bool parser_accept(struct parser *parser, enum token_kind kind)
{
    if (parser->has_failed || parser->token.kind != kind)
        return false;
    parser_advance(parser);
    return true;
}

static bool is_at_word(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && scan_is(parser->token.source, word);
}

static bool accept_word(struct parser *parser, const char *word)
{
    return is_at_word(parser, word) && parser_accept(parser, TOKEN_WORD);
}

uint16_t parser_add(struct parser *parser, const struct condition_node *node)
{
    struct condition_code *code = parser->code;
    if (parser->has_failed)
        return NO_NODE;
    if (code->node_count == CONDITION_NODES_MAX)
        return parser_fail_with(parser, node->column,
                                "the condition has more than 64 parts here; split it in two");
    code->nodes[code->node_count] = *node;
    return code->node_count++;
}

struct condition_slice parser_keep(struct parser *parser, struct bytes bytes)
{
    struct condition_code *code = parser->code;
    struct condition_slice slice = {code->byte_count, (uint16_t)bytes.size};
    CHECK(code->byte_count + bytes.size <= CONDITION_SIZE_MAX);
    if (bytes.size > 0)
        memcpy(code->bytes + code->byte_count, bytes.data, bytes.size);
    code->byte_count = (uint16_t)(code->byte_count + bytes.size);
    return slice;
}

/* -------------------------------------------------------------- grammar */

static bool enter(struct parser *parser)
{
    parser->depth++;
    if (parser->depth > CONDITION_DEPTH_MAX)
        parser_fail_with(parser, parser->token.column,
                         "parentheses, signs and nots are nested deeper than 32");
    return !parser->has_failed;
}

static uint16_t parse_parenthesis(struct parser *parser)
{
    uint32_t column = parser->token.column;
    if (!enter(parser))
        return NO_NODE;
    parser_advance(parser);
    uint16_t inside = parse_either(parser);
    if (!parser->has_failed && parser->token.kind == TOKEN_END) {
        struct text *text = parser_fail(parser, parser->token.column);
        text_str(text, "expected \")\" for the \"(\" of column ");
        text_u64(text, column);
        text_str(text, ", found the end");
    } else if (!parser_accept(parser, TOKEN_CLOSE)) {
        parser_fail_expected(parser, "an operator or \")\"");
    }
    parser->depth--;
    return parser->has_failed ? NO_NODE : inside;
}

static uint16_t parse_truth(struct parser *parser)
{
    struct condition_node node = {.kind = CODE_TRUTH,
                                  .type = CONDITION_TRUTH,
                                  .number = is_at_word(parser, "true"),
                                  .column = (uint16_t)parser->token.column};
    parser_advance(parser);
    return parser_add(parser, &node);
}

static uint16_t parse_absent(struct parser *parser)
{
    struct condition_node node = {
        .kind = CODE_ABSENT, .type = CONDITION_ABSENT, .column = (uint16_t)parser->token.column};
    parser_advance(parser);
    return parser_add(parser, &node);
}

static bool is_at_connective(const struct parser *parser)
{
    return is_at_word(parser, "and") || is_at_word(parser, "or") || is_at_word(parser, "not");
}

static uint16_t parse_operand(struct parser *parser)
{
    if (parser->has_failed)
        return NO_NODE;
    if (parser->token.kind == TOKEN_OPEN)
        return parse_parenthesis(parser);
    if (parser->token.kind == TOKEN_NUMBER)
        return parser_read_number(parser);
    if (parser->token.kind == TOKEN_TEXT)
        return parser_read_text(parser);
    if (is_at_word(parser, "true") || is_at_word(parser, "false"))
        return parse_truth(parser);
    if (is_at_word(parser, "absent"))
        return parse_absent(parser);
    if (parser->token.kind == TOKEN_WORD && !is_at_connective(parser))
        return parser_read_term(parser);
    return parser_fail_expected(parser, "a term or a value");
}

static uint16_t parse_signed(struct parser *parser)
{
    uint32_t column = parser->token.column;
    if (!parser_accept(parser, TOKEN_MINUS))
        return parse_operand(parser);
    if (!enter(parser))
        return NO_NODE;
    uint16_t operand = parse_signed(parser);
    parser->depth--;
    return type_negate(parser, column, operand);
}

static uint16_t parse_sum(struct parser *parser)
{
    uint16_t left = parse_signed(parser);
    while (!parser->has_failed) {
        uint32_t column = parser->token.column;
        bool is_minus = parser->token.kind == TOKEN_MINUS;
        if (!is_minus && parser->token.kind != TOKEN_PLUS)
            break;
        parser_advance(parser);
        uint16_t right = parse_signed(parser);
        left = type_add(parser, column, is_minus ? CODE_SUBTRACT : CODE_ADD, left, right);
    }
    return left;
}

static uint16_t parse_comparison(struct parser *parser)
{
    uint16_t left = parse_sum(parser);
    struct token sign = parser->token;
    if (!parser_accept(parser, TOKEN_COMPARE))
        return left;
    uint16_t right = parse_sum(parser);
    if (!parser->has_failed && parser->token.kind == TOKEN_COMPARE)
        return parser_fail_with(parser, parser->token.column,
                                "comparisons do not chain; write \"a < b and b < c\"");
    return type_compare(parser, sign.column, (enum condition_comparison)sign.comparison, left,
                        right);
}

static uint16_t parse_denied(struct parser *parser)
{
    uint32_t column = parser->token.column;
    if (!accept_word(parser, "not"))
        return parse_comparison(parser);
    if (!enter(parser))
        return NO_NODE;
    uint16_t operand = parse_denied(parser);
    parser->depth--;
    return type_logic(parser, column, CODE_NOT, operand, operand);
}

static uint16_t parse_both(struct parser *parser)
{
    uint16_t left = parse_denied(parser);
    while (!parser->has_failed && is_at_word(parser, "and")) {
        uint32_t column = parser->token.column;
        parser_advance(parser);
        uint16_t right = parse_denied(parser);
        left = type_logic(parser, column, CODE_AND, left, right);
    }
    return left;
}

static uint16_t parse_either(struct parser *parser)
{
    uint16_t left = parse_both(parser);
    while (!parser->has_failed && is_at_word(parser, "or")) {
        uint32_t column = parser->token.column;
        parser_advance(parser);
        uint16_t right = parse_both(parser);
        left = type_logic(parser, column, CODE_OR, left, right);
    }
    return left;
}

static void parse_whole(struct parser *parser)
{
    parser_advance(parser);
    if (parser->token.kind == TOKEN_END) {
        parser_fail_with(parser, 1, "the condition is empty; write one like \"ops.ok > 0\"");
        return;
    }
    uint16_t root = parse_either(parser);
    if (!parser->has_failed && parser->token.kind == TOKEN_CLOSE)
        parser_fail_with(parser, parser->token.column, "there is no \"(\" for this \")\"");
    else if (!parser->has_failed && parser->token.kind != TOKEN_END)
        parser_fail_expected(parser, "an operator or the end");
    type_must_be_truth(parser, root);
}

bool condition_parse(struct condition *condition, struct condition_code *code, struct bytes source,
                     const struct condition_names *names, struct text *mistake)
{
    struct parser parser = {.names = names, .code = code, .mistake = mistake};
    text_init(&parser.nowhere, parser.nothing, sizeof parser.nothing);
    parser.scanner = scan_begin(source.size > 0 ? source : (struct bytes){(const uint8_t *)"", 0});
    memset(condition, 0, sizeof *condition);
    memset(code, 0, sizeof *code);
    if (source.size > CONDITION_SIZE_MAX)
        parser_fail_with(&parser, 1, "the condition is longer than 2048 bytes");
    else
        parse_whole(&parser);
    if (parser.has_failed)
        return false;
    condition_find_watched(condition, code);
    condition->code = code;
    return true;
}
