/*
 * condition_scan.h: a condition's text as a row of tokens.
 *
 *     n2.log_append == 3 and time < 1.5 s
 *     WORD . WORD   ==  NUMBER  WORD ...  NUMBER (unit included)
 *
 * Only condition_*.c uses this. A token is a stretch of the source as it was
 * written; what it means is up to the parser. Words are ASCII letters, digits and
 * '_', and do not begin with a digit; everything else that a name may be is written
 * in quotes: node("n-2").
 */
#ifndef SIM_CONDITION_SCAN_H
#define SIM_CONDITION_SCAN_H

#include "base/base.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER, /* with its unit, if it has one */
    TOKEN_TEXT,   /* with its quotes, escapes as written */
    TOKEN_DOT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_COMPARE, /* `comparison` */
    TOKEN_UNENDED, /* a text whose closing quote is missing */
    TOKEN_WRONG,   /* a character, or two, that mean nothing here: "&&", "=", "#" */
};

struct token {
    uint8_t kind;       /* enum token_kind */
    uint8_t comparison; /* enum condition_comparison */
    uint32_t column;    /* from 1, in code points */
    struct bytes source;
};

struct scanner {
    struct bytes source;
    uint32_t at;     /* bytes already taken */
    uint32_t column; /* of the byte at `at` */
};

struct scanner scan_begin(struct bytes source);

/* The next token; TOKEN_END again and again at the end. */
struct token scan_next(struct scanner *scanner);

/* Where the unit begins within the bytes of a TOKEN_NUMBER; its size if there is none. */
uint32_t scan_unit_start(struct bytes number);

bool scan_is_word(struct bytes bytes);
bool scan_is(struct bytes bytes, const char *string);

#endif
