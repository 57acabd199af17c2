/*
 * sessions.h: does each client see the database go forward only?
 *
 * The four guarantees of Terry et al. (PDIS 1994), in the form of Viotti and Vukolic (ACM Computing
 * Surveys 49, 2016): the versions of a key have one order, the same for everybody, in which
 *
 *     read your writes      what a client reads is not older than what it has written
 *     monotonic reads       ... not older than what it has read
 *     monotonic writes      what it writes is newer than what it has written
 *     writes follow reads   ... newer than what it has read
 *
 *     c1  put a |--|  get nothing |--|                     read your writes
 *     c2  get b |--|  get a |--|      c3  get a |--|  get b |--|     monotonic reads: who is right?
 *
 * So it is the whole set of demands that is judged, and a cycle among versions that refutes it;
 * each step of the cycle is named by the guarantee that demands it. One client's operations are
 * ordered when one had been answered before the other was called; a write that was not answered
 * promises nothing to its client. What was there before the first operation is older than all.
 *
 * Each key is judged alone. What a client learns of one key by reading another is for causal.h.
 * Gets whose value several writes left are passed over (sources.h).
 */
#ifndef CHECK_SESSIONS_H
#define CHECK_SESSIONS_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

enum session_guarantee {
    READ_YOUR_WRITES = 1,
    MONOTONIC_READS = 2,
    MONOTONIC_WRITES = 4,
    WRITES_FOLLOW_READS = 8,
    SESSION_GUARANTEES = 15,
};

#define SESSION_GUARANTEE_COUNT 4

/* "read_your_writes", ...: of the guarantee 1 << index. */
const char *session_guarantee_name(uint32_t index);

/* `guarantees`: which are demanded, a sum of the above. `violated` names first the get or write
 * with which the demands became impossible. Linear in the history, but for telling a violation,
 * which takes log n times as long. */
void check_sessions(const struct history *history, uint32_t guarantees, struct heap *scratch,
                    struct verdict *verdict);

#endif
