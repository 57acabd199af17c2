/*
 * nearest.h: "did you mean ...?", the right word nearest to a wrong one.
 *
 * The words are offered one by one, wherever they come from (a table, the names of
 * a scenario), so nobody has to collect them in an array first:
 *
 *     struct nearest nearest = nearest_to(wrong);
 *     for each word: nearest_offer(&nearest, word);
 *     nearest_suggest(text, &nearest);                 ; did you mean "log_append"?
 *
 * Distance counts the edits of a slip of the hand: a byte added, left out or
 * replaced, or two neighbours swapped (Damerau 1964; the "optimal string
 * alignment" form, which edits no place twice). Letter case and the choice
 * between '-' and '_' cost nothing, since whoever wrote "Log-Append" knew the word.
 *
 * A suggestion is made only when it is close, because a wrong suggestion costs the
 * reader more than none: at most one slip in three letters and three in a word.
 * When no word is that close, one that begins like the wrong word will do ("lat",
 * "latency"), or one that it begins with ("timeout_ms", "timeout").
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/base.h"
#include "base/text.h"

#define NEAREST_SIZE_MAX 64         /* longer words are never near to anything */
#define NEAREST_FAR      UINT32_MAX /* their distance */

/* A search under way. All bytes belong to the caller and stay during the search. */
struct nearest {
    struct bytes wrong;
    struct bytes best;      /* the closest so far, the earliest of equals */
    uint32_t distance;      /* of `best` */
    struct bytes by_prefix; /* the first one that begins alike; size 0: none */
};

struct nearest nearest_to(struct bytes wrong);
void nearest_offer(struct nearest *nearest, struct bytes word);

/* nearest_offer for a word that ends in NUL. */
void nearest_offer_string(struct nearest *nearest, const char *word);

/* The word to suggest; size 0: none of those offered is near enough. */
struct bytes nearest_word(const struct nearest *nearest);

/* Add `; did you mean "word"?`, or nothing and return false. */
bool nearest_suggest(struct text *text, const struct nearest *nearest);

/* Edits between two words, NEAREST_FAR when one of them is too long. */
uint32_t nearest_distance(struct bytes a, struct bytes b);

#endif
