/*
 * search.h: is there an order of these calls that explains all answers? The
 * complete search.
 *
 * An object is linearizable when its calls can be put in one order such that
 * each call stands before all that were called after it returned, and each answer
 * is right for the state it meets (Herlihy and Wing, TOPLAS 12, 1990).
 *
 * Wing and Gong (J. Parallel and Distributed Computing 17, 1993) build the order from
 * the left. Lay out all moments as a list. The calls that stand before the first
 * return in the list are those that may come next: that first return belongs
 * to a call that must not wait any longer than everything called before it.
 *
 *     call a  call b  return a  call c  return c  return b
 *     `--- a or b next ---'
 *
 * Choose one that the state allows, take its two moments out of the list (Knuth's
 * dancing links put them back in O(1)), and go on. When no return is left, an order is
 * found; open calls that were not needed never happened. When no choice is left, put
 * the last one back and try the next. When all is tried, no order exists.
 *
 * Lowe (Concurrency and Computation 29, 2017) adds the memory that makes it
 * bearable: which calls are taken, together with the state, is all that the future
 * depends on. A configuration seen before is not entered again. It is small: all
 * calls before the first return of the list are taken or waiting, so it is that
 * return's place, one bit for each waiting call, and the state. It is compared
 * whole, so no verdict hangs on a hash.
 *
 * Five shortcuts, each of which keeps at least one right order if there is one:
 *
 *   1. A read that the state allows is taken at once: it changes nothing, and
 *      taking it now can only free others.
 *   2. Of two equal calls take the one that returns first: in any order they can
 *      change places.
 *   3. Never leave a state that is still needed and that no call can bring back.
 *   4. A write of a state that nobody will need, or that only reads need which all wait
 *      already, is placed together with them right before some other write, and
 *      no other call notices; it is a choice of its own only when one of them is the call
 *      that must not wait.
 *   5. An open write is taken only right before a call that needs it.
 *
 * 3 to 5 need to know what calls need and make: objects with a `state_count`.
 *
 * The time can grow exponentially with the calls that wait at once (the question is
 * NP-complete), so there is a limit, and past it the answer is "undecided".
 */
#ifndef CHECK_SEARCH_H
#define CHECK_SEARCH_H

#include "check/object.h"

enum search_answer {
    SEARCH_FOUND,     /* linearizable */
    SEARCH_NONE,      /* not linearizable */
    SEARCH_UNDECIDED, /* the limit was reached */
};

struct search_result {
    enum search_answer answer;
    uint64_t work;         /* choices tried, at most the limit */
    uint32_t stuck_moment; /* all that returned before this moment has an order; for the return at
                            * this moment none was found. Of no meaning after SEARCH_FOUND */
};

/* Tries at most `work_limit` choices. Each costs at most 3 * (24 + waiting calls / 8) bytes of
 * scratch, and each call 100 bytes besides. `scratch` is given back as it was. */
struct search_result search_order(const struct object *object, struct heap *scratch,
                                  uint64_t work_limit);

#endif
