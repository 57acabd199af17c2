/*
 * verdict.h: what an oracle answers.
 *
 * `holds` and `violated` are certain; `unknown` says why it could not be
 * decided (too many operations at once for the search limit, for example). A
 * violated verdict names at most four operations, the first one being the one
 * that cannot be explained, and one sentence a person can read.
 *
 * An oracle knows indexes and not names. So the sentence has placeholders, which
 * a later layer (the report, the window) replaces by what its reader calls them:
 *
 *     {key}           the name of `key`
 *     {op0} .. {op3}  the operation with the index operations[0] .. operations[3]
 *                     ("#57" in a text report); the sentence has said before what
 *                     kind it is: "get {op0} of {key} returned ..."
 *     {node:7}        the node with index 7
 *     {value:HEX}     the value with that identity (16 hexadecimal digits)
 *
 * No other brace occurs in a text. Sentences begin in lower case and have no full
 * stop at the end, so that they can stand after a colon. `say.h` builds them.
 */
#ifndef CHECK_VERDICT_H
#define CHECK_VERDICT_H

#include "base/base.h"

enum verdict_kind {
    VERDICT_HOLDS,
    VERDICT_VIOLATED,
    VERDICT_UNKNOWN,
};

#define VERDICT_OPERATIONS_MAX 4
#define VERDICT_TEXT_MAX       400

struct verdict {
    uint8_t kind;            /* enum verdict_kind */
    uint8_t operation_count; /* of `operations` */
    uint32_t key; /* the key that {key} stands for; meaningful when the text has a {key} */
    uint32_t operations[VERDICT_OPERATIONS_MAX]; /* indexes into the history */
    uint64_t work; /* search steps taken: for speed figures, not for verdicts */
    char text[VERDICT_TEXT_MAX];
};

#endif
