/*
 * condition_parser.h: what the files that parse a condition share.
 *
 *     condition_scan.c     bytes -> tokens
 *     condition_parse.c    the grammar: tokens -> nodes
 *     condition_literal.c  numbers, units, texts in quotes
 *     condition_term.c     names and words: n2.log_append, op("w1").value
 *     condition_words.c    finding words in their tables
 *     condition_wrong.c    what is said about words that are not there
 *     condition_type.c     which operands an operator takes
 *     condition_watch.c    after what the finished condition must be looked at again
 *
 * The first mistake wins: parser_fail begins its sentence, and from then on every
 * token is the end and every further sentence goes nowhere, so nobody needs to test
 * for failure except loops, and whoever is about to use a node.
 */
#ifndef SIM_CONDITION_PARSER_H
#define SIM_CONDITION_PARSER_H

#include "sim/condition/condition.h"
#include "sim/condition/condition_scan.h"

#define NO_NODE UINT16_MAX /* what a function returns for a node after a mistake */

struct parser {
    struct scanner scanner;
    struct token token; /* the one to look at next */
    const struct condition_names *names;
    struct condition_code *code;
    uint32_t depth; /* parentheses, signs and nots that are open */

    bool has_failed;
    struct text *mistake;
    struct text nowhere; /* swallows all sentences but the first */
    char nothing[1];
};

/* --- condition_parse.c --- */

/* The mistake's sentence, begun with "column N: "; the caller goes on writing. */
struct text *parser_fail(struct parser *parser, uint32_t column);

/* parser_fail with a whole sentence. Always NO_NODE. */
uint16_t parser_fail_with(struct parser *parser, uint32_t column, const char *sentence);

/* Expected `what`, but the next token is another: "..., found "and"". Always NO_NODE. */
uint16_t parser_fail_expected(struct parser *parser, const char *what);

void parser_advance(struct parser *parser);

/* Take the token if it is of that kind. */
bool parser_accept(struct parser *parser, enum token_kind kind);

/* Append a node; NO_NODE after a mistake, or when there are too many. */
uint16_t parser_add(struct parser *parser, const struct condition_node *node);

/* Append bytes to code->bytes. There is always room: what is kept is never longer than
 * where it comes from in the source. */
struct condition_slice parser_keep(struct parser *parser, struct bytes bytes);

/* At most 24 bytes of the source, in quotes, for a sentence. */
void parser_quote(struct text *text, struct bytes source);

/* --- condition_literal.c --- */

uint16_t parser_read_number(struct parser *parser);
uint16_t parser_read_text(struct parser *parser);

/* Decode the next token, which is a text in quotes; false after a mistake. */
bool parser_read_slice(struct parser *parser, struct condition_slice *slice);

/* --- condition_term.c --- */

/* The next token is a word that is no literal. */
uint16_t parser_read_term(struct parser *parser);

static inline bool parser_find_name(const struct parser *parser, uint32_t parameter,
                                    struct bytes name, uint32_t *number)
{
    return parser->names->find(parser->names->host, parameter, name, number);
}

/* --- condition_words.c --- */

/* The owner, or the term of that owner, called so; OWNER_COUNT, TERM_COUNT for none. */
uint32_t words_find_owner(struct bytes word);
uint32_t words_find_term(uint32_t owner, struct bytes word);

/* Is it a word of the language, so that a node of that name must be spelt node("...")? */
bool words_is_reserved(struct bytes word);
bool words_is_state_or_outcome(struct bytes word);

/* May the name of a trace kind follow? */
bool words_has_records(const struct condition_node *node);

struct nearest;
void words_offer_terms(struct nearest *nearest, uint32_t owner);
void words_offer_reserved(struct nearest *nearest);

/* How the owner is used, for sentences: "ops.ok". */
const char *words_example(uint32_t owner);

/* --- condition_wrong.c --- */

/* The next token is a word that is neither reserved nor the name of a node or a client. */
void wrong_owner(struct parser *parser);

/* The next token is a word that this owner does not have. Always false. */
bool wrong_word(struct parser *parser, const struct condition_node *node);

/* No node, client or operation has that name. */
void wrong_name(struct parser *parser, uint32_t column, uint32_t parameter, struct bytes name);

/* The next token is a trace kind; true after a mistake: this owner never makes one. */
bool wrong_if_never_made(struct parser *parser, uint32_t owner, uint32_t kind);

/* --- condition_type.c --- */

/* Join operands, if their types allow it; `column` is the operator's. */
uint16_t type_compare(struct parser *parser, uint32_t column, enum condition_comparison comparison,
                      uint16_t left, uint16_t right);
uint16_t type_add(struct parser *parser, uint32_t column, enum condition_code_kind kind,
                  uint16_t left, uint16_t right);
uint16_t type_negate(struct parser *parser, uint32_t column, uint16_t operand);
uint16_t type_logic(struct parser *parser, uint32_t column, enum condition_code_kind kind,
                    uint16_t left, uint16_t right);

/* A mistake unless the node is true or false. */
bool type_must_be_truth(struct parser *parser, uint16_t node);

/* --- condition_watch.c --- */

/* Fill in everything of *condition but `code`. */
void condition_find_watched(struct condition *condition, const struct condition_code *code);

/* --- condition_text.c --- */

/* One part of a condition, printed as condition_text does. */
void condition_node_text(struct text *text, const struct condition_code *code, uint16_t node);

/* For sentences about mistakes, whose length must not depend on that of keys and names: at
 * most 60 bytes of a leaf, or of what stands before its dot ("n2", `op("w1")`). */
void condition_leaf_excerpt(struct text *text, const struct condition_code *code, uint16_t node);
void condition_owner_excerpt(struct text *text, const struct condition_code *code,
                             const struct condition_node *node);

static inline struct bytes slice_bytes(const struct condition_code *code,
                                       struct condition_slice slice)
{
    return (struct bytes){code->bytes + slice.start, slice.size};
}

#endif
