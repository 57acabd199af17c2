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
 * Every name is looked up here, once, so that a wrong one is answered at once and
 * with the nearest right one.
 */
#include "sim/condition_parser.h"

#include <string.h>

#include "base/nearest.h"

static const char *const RESERVED[] = {"and", "or", "not", "true", "false", "absent"};

/* n2 and c1 may be followed by the name of a trace kind, and trace by nothing else. */
static bool has_records(const struct condition_node *node)
{
    return node->owner == OWNER_NODE || node->owner == OWNER_CLIENT || node->owner == OWNER_TRACE;
}

/* How each owner is used, for sentences. */
static const char *owner_example(uint32_t owner)
{
    static const char *const EXAMPLES[OWNER_COUNT] = {
        [OWNER_NODE] = "node(\"n2\").state",
        [OWNER_CLIENT] = "client(\"c1\").told",
        [OWNER_TRACE] = "trace.drop",
        [OWNER_OPS] = "ops.ok",
        [OWNER_READS] = "reads.ok",
        [OWNER_WRITES] = "writes.ok",
        [OWNER_OP] = "op(\"w1\").outcome",
        [OWNER_REPLICAS] = "replicas(\"user:42\").differ",
        [OWNER_FINAL] = "final(\"user:42\")",
        [OWNER_KEYS] = "keys.differing",
    };
    return EXAMPLES[owner];
}

static const char *parameter_noun(uint32_t parameter)
{
    switch (parameter) {
    case PARAMETER_NODE: return "node";
    case PARAMETER_CLIENT: return "client";
    default: return "operation";
    }
}

/* --------------------------------------------------------- words of the language */

static uint32_t owner_by_word(struct bytes word)
{
    for (uint32_t i = OWNER_NOTHING + 1; i < OWNER_COUNT; i++)
        if (scan_is(word, condition_owner_table[i].word))
            return i;
    return OWNER_COUNT;
}

static uint32_t term_by_word(uint32_t owner, struct bytes word)
{
    for (uint32_t i = 0; i < TERM_COUNT; i++)
        if (condition_term_table[i].owner == owner && scan_is(word, condition_term_table[i].word))
            return i;
    return TERM_COUNT;
}

bool is_reserved_word(struct bytes word)
{
    for (uint32_t i = 0; i < ARRAY_LEN(RESERVED); i++)
        if (scan_is(word, RESERVED[i]))
            return true;
    return owner_by_word(word) != OWNER_COUNT || term_by_word(OWNER_NOTHING, word) != TERM_COUNT;
}

static bool find_name(const struct parser *parser, uint32_t parameter, struct bytes name,
                      uint32_t *number)
{
    return parser->names->find(parser->names->host, parameter, name, number);
}

/* -------------------------------------------------------------- wrong names */

static void offer_names(const struct parser *parser, struct nearest *nearest, uint32_t parameter)
{
    struct bytes name;
    for (uint32_t i = 0; parser->names->list(parser->names->host, parameter, i, &name); i++)
        nearest_offer(nearest, name);
}

static void offer_terms(struct nearest *nearest, uint32_t owner)
{
    for (uint32_t i = 0; i < TERM_COUNT; i++)
        if (condition_term_table[i].owner == owner && condition_term_table[i].word[0])
            nearest_offer_string(nearest, condition_term_table[i].word);
}

static void offer_records(struct nearest *nearest)
{
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++)
        nearest_offer_string(nearest, trace_kind_table[i].name);
}

/* Does the source go on with this name? Then it was meant, and needs quotes: n-4. */
static bool is_written_here(const struct parser *parser, struct bytes name)
{
    struct bytes word = parser->token.source;
    const uint8_t *end = parser->scanner.source.data + parser->scanner.source.size;
    return name.size > word.size && (size_t)(end - word.data) >= name.size &&
           memcmp(word.data, name.data, name.size) == 0;
}

static bool put_name_in_full(const struct parser *parser, struct text *text, uint32_t owner)
{
    uint32_t parameter = condition_owner_table[owner].parameter;
    struct bytes name;
    for (uint32_t i = 0; parser->names->list(parser->names->host, parameter, i, &name); i++) {
        if (!is_written_here(parser, name))
            continue;
        text_str(text, "; write ");
        text_str(text, condition_owner_table[owner].word);
        text_char(text, '(');
        parser_quote(text, name);
        text_char(text, ')');
        return true;
    }
    return false;
}

static bool is_enum_word(struct bytes word)
{
    for (uint32_t i = 0; i < STATE_COUNT; i++)
        if (scan_is(word, condition_state_words[i]))
            return true;
    for (uint32_t i = 0; i <= OUTCOME_COUNT; i++)
        if (scan_is(word, condition_outcome_words[i]))
            return true;
    return false;
}

/* Three mistakes that no similar word would explain. */
static bool put_what_was_meant(const struct parser *parser, struct text *text)
{
    struct bytes word = parser->token.source;
    uint32_t number;
    bool is_label = find_name(parser, PARAMETER_OPERATION, word, &number);
    if (put_name_in_full(parser, text, OWNER_NODE) || put_name_in_full(parser, text, OWNER_CLIENT))
        return true;
    if (!is_label && !is_enum_word(word))
        return false;
    text_str(text, is_label ? "; write op(" : "; write ");
    parser_quote(text, word);
    text_str(text, is_label ? ") for the operation" : " in quotes");
    return true;
}

static void offer_owners(const struct parser *parser, struct nearest *nearest)
{
    offer_names(parser, nearest, PARAMETER_NODE);
    offer_names(parser, nearest, PARAMETER_CLIENT);
    for (uint32_t i = OWNER_NOTHING + 1; i < OWNER_COUNT; i++)
        nearest_offer_string(nearest, condition_owner_table[i].word);
    offer_terms(nearest, OWNER_NOTHING);
    for (uint32_t i = 0; i < ARRAY_LEN(RESERVED); i++)
        nearest_offer_string(nearest, RESERVED[i]);
}

static void fail_unknown_owner(struct parser *parser)
{
    const struct token token = parser->token;
    struct nearest nearest = nearest_to(token.source);
    struct text *text = parser_fail(parser, token.column);
    text_str(text, "there is no ");
    parser_quote(text, token.source);
    if (put_what_was_meant(parser, text))
        return;
    offer_owners(parser, &nearest);
    if (!nearest_suggest(text, &nearest))
        text_str(text, "; expected a node, a client or a word of the language (a text has quotes)");
}

/* "expected a, b or c" */
static void list_terms(struct text *text, const struct condition_node *node)
{
    uint32_t count = 0, seen = 0;
    for (uint32_t i = 0; i < TERM_COUNT; i++)
        count += condition_term_table[i].owner == node->owner;
    text_str(text, "; expected ");
    for (uint32_t i = 0; i < TERM_COUNT; i++) {
        if (condition_term_table[i].owner != node->owner)
            continue;
        if (seen > 0)
            text_str(text, seen + 1 == count && !has_records(node) ? " or " : ", ");
        text_str(text, condition_term_table[i].word);
        seen++;
    }
    if (has_records(node))
        text_str(text, count > 0 ? " or the name of a trace record" : "the name of a trace record");
}

static bool fail_unknown_word(struct parser *parser, const struct condition_node *node)
{
    const struct token token = parser->token;
    struct nearest nearest = nearest_to(token.source);
    struct text *text = parser_fail(parser, token.column);
    condition_owner_excerpt(text, parser->code, node);
    text_str(text, " has no ");
    parser_quote(text, token.source);
    offer_terms(&nearest, node->owner);
    if (has_records(node))
        offer_records(&nearest);
    if (!nearest_suggest(text, &nearest))
        list_terms(text, node);
    return false;
}

/* ------------------------------------------------------------- parentheses */

static void fail_unknown_name(struct parser *parser, uint32_t column, uint32_t parameter,
                              struct bytes name)
{
    struct nearest nearest = nearest_to(name);
    struct text *text = parser_fail(parser, column);
    text_str(text, "there is no ");
    text_str(text, parameter_noun(parameter));
    text_char(text, ' ');
    parser_quote(text, name);
    offer_names(parser, &nearest, parameter);
    nearest_suggest(text, &nearest);
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
    if (!parse_text_slice(parser, slice))
        return false;
    struct bytes text = slice_bytes(parser->code, *slice);
    if (parameter != PARAMETER_KEY && !find_name(parser, parameter, text, number)) {
        fail_unknown_name(parser, column, parameter, text);
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
    if (find_name(parser, PARAMETER_NODE, word, &node->actor)) {
        node->owner = OWNER_NODE;
    } else if (find_name(parser, PARAMETER_CLIENT, word, &node->actor)) {
        node->owner = OWNER_CLIENT;
    } else {
        fail_unknown_owner(parser);
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
    if (!scan_is_word(name) || is_reserved_word(name))
        return true;
    return node->owner == OWNER_CLIENT && find_name(parser, PARAMETER_NODE, name, &number);
}

/* node("n2"), op("w1"), replicas("user:42"): what stands in parentheses. */
static bool parse_owner_parameter(struct parser *parser, struct condition_node *node)
{
    char expected[80];
    struct text text;
    text_init(&text, expected, sizeof expected);
    text_str(&text, "\"(\", as in ");
    text_str(&text, owner_example(node->owner));
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
    uint32_t owner = owner_by_word(parser->token.source);
    node->actor = ACTOR_WORLD;
    if (term_by_word(OWNER_NOTHING, parser->token.source) != TERM_COUNT)
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

/* Does a sentence of the trace speak of the actor? If not, the record is the world's. */
static bool is_record_of_the_world(uint32_t kind)
{
    static const char ACTOR[] = "{node}";
    const char *sentence = trace_kind_table[kind].sentence;
    for (size_t i = 0; i + sizeof ACTOR - 1 <= strlen(sentence); i++)
        if (memcmp(sentence + i, ACTOR, sizeof ACTOR - 1) == 0)
            return false;
    return true;
}

static bool is_record_of_clients(uint32_t kind)
{
    return kind == TRACE_INVOKE || kind == TRACE_TOLD || kind == TRACE_GIVE_UP;
}

/* A count that can never be anything but 0 is a mistake, and a costly one: the trigger
 * never fires, and nothing says why. NULL when it is none. */
static const char *why_never(uint32_t owner, uint32_t kind)
{
    if (owner == OWNER_TRACE)
        return NULL;
    if (is_record_of_the_world(kind))
        return " is a record of the world; count it as trace.";
    if (owner == OWNER_NODE && is_record_of_clients(kind))
        return " is a record of clients, not of nodes; of all of them: trace.";
    if (owner == OWNER_CLIENT && kind >= TRACE_NOTE)
        return " is a record of nodes, not of clients; of all of them: trace.";
    return NULL;
}

/* n2.log_append: the word is the name of a trace kind. */
static bool parse_record_word(struct parser *parser, struct condition_node *node)
{
    const struct token token = parser->token;
    uint32_t kind = trace_kind_by_name((const char *)token.source.data, token.source.size);
    if (kind == TRACE_KIND_COUNT)
        return fail_unknown_word(parser, node);
    const char *why = why_never(node->owner, kind);
    if (why) {
        struct text *text = parser_fail(parser, token.column);
        parser_quote(text, token.source);
        text_str(text, why);
        text_str(text, trace_kind_table[kind].name);
        return false;
    }
    node->kind = CODE_RECORDS;
    node->type = CONDITION_COUNT;
    node->name = (uint16_t)kind;
    parser_advance(parser);
    return true;
}

static bool take_term(struct condition_node *node, uint32_t term)
{
    node->kind = CODE_TERM;
    node->type = (uint8_t)condition_term_table[term].type;
    node->name = (uint16_t)term;
    return true;
}

static bool parse_word_parameter(struct parser *parser, struct condition_node *node)
{
    uint32_t parameter = condition_term_table[node->name].parameter;
    if (parameter == PARAMETER_NONE)
        return true;
    return parse_parameter(parser, parameter,
                           parameter == PARAMETER_KEY ? "\"(\" and a key, as in n2.value(\"user:42\")"
                                                      : "\"(\" and a node, as in n2.suspects(\"n3\")",
                           &node->text, &node->parameter);
}

static bool parse_word(struct parser *parser, struct condition_node *node)
{
    uint32_t term = term_by_word(node->owner, parser->token.source);
    if (term != TERM_COUNT) {
        take_term(node, term);
        parser_advance(parser);
        return parse_word_parameter(parser, node);
    }
    return has_records(node) ? parse_record_word(parser, node) : fail_unknown_word(parser, node);
}

/* An example with the name that was written: "n2.state". */
static void put_own_example(struct parser *parser, struct text *text,
                            const struct condition_node *node)
{
    if (node->owner != OWNER_NODE && node->owner != OWNER_CLIENT) {
        text_str(text, owner_example(node->owner));
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
    } else {
        take_term(node, term_by_word(OWNER_NOTHING, parser->token.source));
        parser_advance(parser);
    }
    if (parser->token.kind != TOKEN_DOT)
        return !parser->has_failed;
    struct text *mistake = parser_fail(parser, parser->token.column);
    text_str(mistake, node->owner == OWNER_FINAL ? "final(...)"
                                                 : condition_term_table[node->name].word);
    text_str(mistake, " stands alone; no dot follows it");
    return false;
}

uint16_t parse_term(struct parser *parser)
{
    struct condition_node node = {.column = (uint16_t)parser->token.column};
    if (!parse_owner(parser, &node))
        return NO_NODE;
    bool is_alone = node.owner == OWNER_NOTHING || node.owner == OWNER_FINAL;
    if (is_alone ? !parse_no_word(parser, &node) : !parse_dot_and_word(parser, &node))
        return NO_NODE;
    return parser_add(parser, &node);
}
