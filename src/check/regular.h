/*
 * regular.h: is each key a regular register?
 *
 * A get of a regular register returns the value of a write that runs beside it, or of one that no
 * other write had wholly followed before the get was called (Lamport, Distributed Computing 1,
 * 1986; with several writers the weak form of Shao, Pierce and Welch, 2003, in which two gets
 * beside the same writes may disagree about their order). It is what quorums with R + W > N give
 * without read repair: a get sees the latest acknowledged write, and two gets may yet see an
 * unfinished one come and go. Linearizable histories are regular; the reverse is the new-old
 * inversion.
 *
 *     put a |--|  put b |--------------------|
 *                   get b |--|   get a |--|        regular, and not linearizable
 *
 *     put a |--|  put b |--|   get a |--|          not regular: stale
 */
#ifndef CHECK_REGULAR_H
#define CHECK_REGULAR_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* Decides every history, in linear time: values may repeat. `violated` names the first such get by
 * its return, the write it read from if there is one, and one that had followed it. */
void check_regular(const struct history *history, struct heap *scratch, struct verdict *verdict);

#endif
