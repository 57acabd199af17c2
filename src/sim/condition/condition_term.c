/*
 * condition_term.c: names and words, the part of a condition that asks the world.
 *
 *     n2 . suspects ( "n3" )            op ( "w1" ) . latency
 *     |    |          '- parameter      |     |       '- word
 *     |    '- word, or trace kind       |     '- the owner's own parameter
 *     '- owner (here a node)            '- owner
 *
 * The word before the dot is a word of the language (ops, trace, op), or else the
 * name of a node, or else of a client. A name that is spelt like a word of the
 * language, or with other signs than letters and digits, is written in full:
 * node("keys"), client("c-1").
 *
 * Every name is looked up here, once, and never again while a world runs. What is said
 * about a wrong one: condition_wrong.c.
 */
#include "sim/condition/condition_parser.h"
#include "sim/metrics/meter.h"

/* ------------------------------------------------------------- parentheses */

/* A metric is no name of the scenario: the same ones are there in every run. */
static bool find_parameter(const struct parser *parser, uint32_t parameter, struct bytes text,
                           uint32_t *number)
{
    uint32_t metric, statistic;
    if (parameter != PARAMETER_METRIC)
        return parser_find_name(parser, parameter, text, number);
    if (!metric_find(text, &metric, &statistic))
        return false;
    *number = condition_metric(metric, statistic);
    return true;
}

/* Take `( "text" )`, decode the text into *slice, and look it up if it is a name. */
static bool parse_parameter(struct parser *parser, uint32_t parameter, const char *expected,
                            struct condition_slice *slice, uint32_t *number)
{
    if (!parser_accept(parser, TOKEN_OPEN)) {
        parser_fail_expected(parser, expected);
        return false;
    }
    uint32_t column = parser->token.column;
    if (parser->token.kind != TOKEN_TEXT) {
        parser_fail_expected(parser, "a text in quotes");
        return false;
    }
    if (!parser_read_slice(parser, slice))
        return false;
    struct bytes text = slice_bytes(parser->code, *slice);
    if (parameter != PARAMETER_KEY && !find_parameter(parser, parameter, text, number)) {
        wrong_name(parser, column, parameter, text);
        return false;
    }
    if (parameter == PARAMETER_KEY && text.size == 0)
        parser_fail_with(parser, column, "a key has at least one byte");
    else if (!parser_accept(parser, TOKEN_CLOSE))
        parser_fail_expected(parser, "\")\"");
    return !parser->has_failed;
}

/* --------------------------------------------------------- before the dot */

/* A bare name: `n2`. */
static bool parse_owner_name(struct parser *parser, struct condition_node *node)
{
    struct bytes word = parser->token.source;
    if (parser_find_name(parser, PARAMETER_NODE, word, &node->actor)) {
        node->owner = OWNER_NODE;
    } else if (parser_find_name(parser, PARAMETER_CLIENT, word, &node->actor)) {
        node->owner = OWNER_CLIENT;
    } else {
        wrong_owner(parser);
        return false;
    }
    node->owner_name = parser_keep(parser, word);
    parser_advance(parser);
    return true;
}

/* May node("n2") be printed as n2? Not when that would mean something else. */
static bool needs_spelling_out(const struct parser *parser, const struct condition_node *node)
{
    struct bytes name = slice_bytes(parser->code, node->owner_name);
    uint32_t number;
    if (!scan_is_word(name) || words_is_reserved(name))
        return true;
    return node->owner == OWNER_CLIENT && parser_find_name(parser, PARAMETER_NODE, name, &number);
}

/* node("n2"), op("w1"), replicas("user:42"): what stands in parentheses. */
static bool parse_owner_parameter(struct parser *parser, struct condition_node *node)
{
    char expected[80];
    struct text text;
    text_init(&text, expected, sizeof expected);
    text_str(&text, "\"(\", as in ");
    text_str(&text, words_example(node->owner));
    uint32_t parameter = condition_owner_table[node->owner].parameter;
    if (parameter == PARAMETER_NODE || parameter == PARAMETER_CLIENT) {
        if (!parse_parameter(parser, parameter, expected, &node->owner_name, &node->actor))
            return false;
        node->is_spelt_out = needs_spelling_out(parser, node);
        return true;
    }
    return parse_parameter(parser, parameter, expected, &node->text, &node->parameter);
}

static bool parse_owner(struct parser *parser, struct condition_node *node)
{
    uint32_t owner = words_find_owner(parser->token.source);
    node->actor = ACTOR_WORLD;
    if (words_find_term(OWNER_NOTHING, parser->token.source) != TERM_COUNT)
        return true; /* time, steps: the word itself is the term */
    if (owner == OWNER_COUNT)
        return parse_owner_name(parser, node);
    parser_advance(parser);
    node->owner = (uint8_t)owner;
    if (owner == OWNER_TRACE)
        node->actor = ALL_ACTORS;
    if (condition_owner_table[owner].parameter == PARAMETER_NONE)
        return true;
    return parse_owner_parameter(parser, node);
}

/* ---------------------------------------------------------- after the dot */

/* n2.log_append: the word is the name of a trace kind. */
static bool parse_record_word(struct parser *parser, struct condition_node *node)
{
    struct bytes word = parser->token.source;
    uint32_t kind = trace_kind_by_name((const char *)word.data, word.size);
    if (kind == TRACE_KIND_COUNT)
        return wrong_word(parser, node);
    if (wrong_if_never_made(parser, node->owner, kind))
        return false;
    node->kind = CODE_RECORDS;
    node->type = CONDITION_COUNT;
    node->name = (uint16_t)kind;
    parser_advance(parser);
    return true;
}

static void take_term(struct condition_node *node, uint32_t term)
{
    node->kind = CODE_TERM;
    node->type = (uint8_t)condition_term_table[term].type;
    node->name = (uint16_t)term;
}

/* What a metric is, its name says. */
static void take_type_of_metric(struct condition_node *node)
{
    static const uint8_t types[] = {[FORM_COUNT] = CONDITION_COUNT,
                                    [FORM_SIZE] = CONDITION_SIZE,
                                    [FORM_SPAN] = CONDITION_SPAN,
                                    [FORM_SHARE] = CONDITION_SHARE};
    bool is_count = condition_statistic_of(node->parameter) == STATISTIC_COUNT;
    node->type = is_count ? (uint8_t)CONDITION_COUNT
                          : types[metric_table[condition_metric_of(node->parameter)].form];
}

static bool parse_word_parameter(struct parser *parser, struct condition_node *node)
{
    uint32_t parameter = condition_term_table[node->name].parameter;
    static const char *const expected[] = {
        [PARAMETER_KEY] = "\"(\" and a key, as in n2.value(\"user:42\")",
        [PARAMETER_NODE] = "\"(\" and a node, as in n2.suspects(\"n3\")",
        [PARAMETER_METRIC] = "\"(\" and a metric, as in n2.metric(\"ringside_queue_length\")",
    };
    if (parameter == PARAMETER_NONE)
        return true;
    if (!parse_parameter(parser, parameter, expected[parameter], &node->text, &node->parameter))
        return false;
    if (parameter == PARAMETER_METRIC)
        take_type_of_metric(node);
    return true;
}

static bool parse_word(struct parser *parser, struct condition_node *node)
{
    uint32_t term = words_find_term(node->owner, parser->token.source);
    if (term != TERM_COUNT) {
        take_term(node, term);
        parser_advance(parser);
        return parse_word_parameter(parser, node);
    }
    return words_has_records(node) ? parse_record_word(parser, node) : wrong_word(parser, node);
}

/* An example with the name that was written: "n2.state". */
static void put_own_example(struct parser *parser, struct text *text,
                            const struct condition_node *node)
{
    if (node->owner != OWNER_NODE && node->owner != OWNER_CLIENT) {
        text_str(text, words_example(node->owner));
        return;
    }
    condition_owner_excerpt(text, parser->code, node);
    text_str(text, node->owner == OWNER_NODE ? ".state" : ".told");
}

static bool parse_dot_and_word(struct parser *parser, struct condition_node *node)
{
    char expected[160];
    struct text text;
    text_init(&text, expected, sizeof expected);
    text_str(&text, "\".\" and a word, as in ");
    put_own_example(parser, &text, node);
    if (!parser_accept(parser, TOKEN_DOT)) {
        parser_fail_expected(parser, expected);
        return false;
    }
    if (parser->token.kind != TOKEN_WORD) {
        parser_fail_expected(parser, "a word after the dot");
        return false;
    }
    return parse_word(parser, node);
}

/* time, final("k"): the owner is the whole term, and a dot is one too many. */
static bool parse_no_word(struct parser *parser, struct condition_node *node)
{
    if (node->owner == OWNER_FINAL) {
        take_term(node, TERM_FINAL_VALUE);
    } else if (node->owner == OWNER_METRIC) {
        take_term(node, TERM_METRIC_VALUE);
        take_type_of_metric(node);
    } else {
        take_term(node, words_find_term(OWNER_NOTHING, parser->token.source));
        parser_advance(parser);
    }
    if (parser->token.kind != TOKEN_DOT)
        return !parser->has_failed;
    struct text *mistake = parser_fail(parser, parser->token.column);
    text_str(mistake, node->owner == OWNER_FINAL    ? "final(...)"
                      : node->owner == OWNER_METRIC ? "metric(...)"
                                                    : condition_term_table[node->name].word);
    text_str(mistake, " stands alone; no dot follows it");
    return false;
}

uint16_t parser_read_term(struct parser *parser)
{
    struct condition_node node = {.column = (uint16_t)parser->token.column};
    if (!parse_owner(parser, &node))
        return NO_NODE;
    bool is_alone = node.owner == OWNER_NOTHING || node.owner == OWNER_FINAL ||
                    node.owner == OWNER_METRIC;
    if (is_alone ? !parse_no_word(parser, &node) : !parse_dot_and_word(parser, &node))
        return NO_NODE;
    return parser_add(parser, &node);
}
