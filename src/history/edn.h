/*
 * edn.h: reading EDN, the notation of Jepsen, Knossos and Elle.
 *
 * Source: the EDN specification (github.com/edn-format/edn). What is read: nil, true, false, whole
 * numbers (with an N behind them, too), other numbers as words, strings with the escapes \t \r \n
 * \\ \" \uXXXX, characters, keywords, symbols, lists, vectors, sets, maps, comments from a
 * semicolon to the end of the line, the discard #_, and tagged elements, whose tag is passed over
 * (#jepsen.history.Op{...}). Not told apart: list, vector and set.
 *
 * JSON is EDN but for two things, a colon behind each key and the name of nothing, so the reader of
 * JSON Lines is this one with `is_json` set.
 */
#ifndef HISTORY_EDN_H
#define HISTORY_EDN_H

#include "history/value.h"

#define EDN_DEPTH_MAX 64

/* Where a reader stands in its text. */
struct edn {
    struct heap *heap;
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *line_start;
    uint32_t line;
    uint32_t depth;
    struct history_mistake *mistake;
    bool is_json; /* a colon between key and value is a blank, and nothing is called null */
};

enum edn_answer { EDN_VALUE, EDN_END, EDN_WRONG };

/* `text` must outlive whatever is read from it. Lines are counted from `line`. */
struct edn edn_open(struct heap *heap, struct bytes text, uint32_t line,
                    struct history_mistake *mistake);

/* The next value; the end of the text; or a mistake, which is then written. */
enum edn_answer edn_next(struct edn *edn, struct value *value);

#endif
