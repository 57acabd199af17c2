/*
 * condition_wrong.c: the sentences about names and words that are not there.
 *
 * Most mistakes in a condition are of this kind, and each of them has its own best
 * answer: the nearest right word; where no word is near, the list of them all; and
 * where the word is right but its form is not, the right form (w1 is op("w1")).
 *
 * One mistake here is no misspelling at all: a count that can only be 0.
 */
#include <string.h>

#include "base/nearest.h"
#include "sim/condition/condition_parser.h"
#include "sim/metrics/meter.h"

static void offer_names(const struct parser *parser, struct nearest *nearest, uint32_t parameter)
{
    struct bytes name;
    for (uint32_t i = 0; parser->names->list(parser->names->host, parameter, i, &name); i++)
        nearest_offer(nearest, name);
}

static void offer_metrics(struct nearest *nearest)
{
    for (uint32_t i = 0; i < METRIC_COUNT; i++)
        nearest_offer_string(nearest, metric_table[i].name);
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

/* Three mistakes that no similar word would explain. */
static bool put_what_was_meant(const struct parser *parser, struct text *text)
{
    struct bytes word = parser->token.source;
    uint32_t number;
    bool is_label = parser_find_name(parser, PARAMETER_OPERATION, word, &number);
    if (put_name_in_full(parser, text, OWNER_NODE) || put_name_in_full(parser, text, OWNER_CLIENT))
        return true;
    if (!is_label && !words_is_state_or_outcome(word))
        return false;
    text_str(text, is_label ? "; write op(" : "; write ");
    parser_quote(text, word);
    text_str(text, is_label ? ") for the operation" : " in quotes");
    return true;
}

void wrong_owner(struct parser *parser)
{
    const struct token token = parser->token;
    struct nearest nearest = nearest_to(token.source);
    struct text *text = parser_fail(parser, token.column);
    text_str(text, "there is no ");
    parser_quote(text, token.source);
    if (put_what_was_meant(parser, text))
        return;
    offer_names(parser, &nearest, PARAMETER_NODE);
    offer_names(parser, &nearest, PARAMETER_CLIENT);
    words_offer_reserved(&nearest);
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
            text_str(text, seen + 1 == count && !words_has_records(node) ? " or " : ", ");
        text_str(text, condition_term_table[i].word);
        seen++;
    }
    if (words_has_records(node))
        text_str(text, count > 0 ? " or the name of a trace record" : "the name of a trace record");
}

bool wrong_word(struct parser *parser, const struct condition_node *node)
{
    const struct token token = parser->token;
    struct nearest nearest = nearest_to(token.source);
    struct text *text = parser_fail(parser, token.column);
    condition_owner_excerpt(text, parser->code, node);
    text_str(text, " has no ");
    parser_quote(text, token.source);
    words_offer_terms(&nearest, node->owner);
    if (words_has_records(node))
        offer_records(&nearest);
    if (!nearest_suggest(text, &nearest))
        list_terms(text, node);
    return false;
}

static const char *parameter_noun(uint32_t parameter)
{
    switch (parameter) {
    case PARAMETER_NODE: return "node";
    case PARAMETER_CLIENT: return "client";
    case PARAMETER_METRIC: return "metric";
    default: return "operation";
    }
}

void wrong_name(struct parser *parser, uint32_t column, uint32_t parameter, struct bytes name)
{
    struct nearest nearest = nearest_to(name);
    struct text *text = parser_fail(parser, column);
    text_str(text, "there is no ");
    text_str(text, parameter_noun(parameter));
    text_char(text, ' ');
    parser_quote(text, name);
    if (parameter == PARAMETER_METRIC)
        offer_metrics(&nearest);
    else
        offer_names(parser, &nearest, parameter);
    if (!nearest_suggest(text, &nearest) && parameter == PARAMETER_METRIC)
        text_str(text, "; ringside metrics --list shows them all");
}

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

bool wrong_if_never_made(struct parser *parser, uint32_t owner, uint32_t kind)
{
    const char *why = why_never(owner, kind);
    if (!why)
        return false;
    struct text *text = parser_fail(parser, parser->token.column);
    parser_quote(text, parser->token.source);
    text_str(text, why);
    text_str(text, trace_kind_table[kind].name);
    return true;
}
