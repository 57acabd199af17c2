/*
 * json_found.h: what stands at a place of a text, in a person's words.
 *
 * A grammar's complaint is "expected X, found Y". X is known where the grammar
 * stopped; Y, and the advice that goes with it, only depend on the text there:
 *
 *     text       found                    advice
 *     // note    '/'                      JSON has no comments
 *     'n1'       '''                      JSON strings stand in double quotes
 *     “n1”       '“' (U+201C)             JSON needs the straight double quote "
 *     True       the word True            JSON writes it true
 *     NaN        the word NaN             JSON has no NaN and no Infinity
 *     2ms        the word ms              a number with a unit stands in double quotes
 *     .5         '.'                      write 0.5
 *                the end of the text
 */
#ifndef SCENARIO_JSON_FOUND_H
#define SCENARIO_JSON_FOUND_H

#include "base/text.h"

/* What the grammar hoped for; the advice depends on it. */
enum json_hope {
    JSON_HOPE_VALUE,
    JSON_HOPE_DIGIT,
    JSON_HOPE_KEY,
    JSON_HOPE_MARK /* a bracket, a comma, a colon, the end */
};

/* Add what stands at text[offset], a place of valid UTF-8 or the end. */
void json_found_what(struct text *words, const char *text, uint32_t size, uint32_t offset);

/* Advice for the usual reasons, NULL when there is none. */
const char *json_found_advice(const char *text, uint32_t size, uint32_t offset,
                              enum json_hope hope);

#endif
