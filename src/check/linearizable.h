/*
 * linearizable.h: does the whole history look as if there were one copy of the data?
 *
 * Linearizable means: each operation seems to take effect at one instant between
 * its call and its return, and a get returns what the latest put or delete before it
 * left (Herlihy and Wing, TOPLAS 12, 1990). That is what a single machine would do,
 * and what quorums with last-writer-wins do not promise; so this oracle is
 * both the strictest check and the measure of what a weaker setting costs.
 *
 * Each key is judged alone; linearizability is local, so nothing is lost. A key is
 * a register that starts absent (or with what history.h says was there before). What counts:
 *
 *     get     that is ok; any other get told nobody anything
 *     put,    ok: took effect between its call and its return
 *     delete  timeout, pending: may take effect at any time after its call, or never
 *             unavailable: never did
 *
 * Three methods, always tried in this order:
 *
 *   1. Zones (zones.h), linear: decide every key whose values were written once and
 *      that was never deleted, and find many violations of others.
 *   2. Overwritten values (overwritten.h), linear: finds nearly all the rest of what
 *      real databases do wrong.
 *   3. The complete search (search.h), for keys still undecided. Only here can the
 *      work limit be reached; the verdict is then `unknown`, unless another key
 *      is violated.
 *
 * A violation is told at its earliest: the shortest beginning of the key's history that
 * is wrong ends with the return of the operation that cannot be placed, always a get.
 * It is the first operation of the verdict; the others exclude it.
 */
#ifndef CHECK_LINEARIZABLE_H
#define CHECK_LINEARIZABLE_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

/* Decides ten clients at a time on one key whose values repeat, or a hundred with deletes among
 * values that do not; a whole check then stays below a second and 200 MiB. */
#define LINEARIZABLE_WORK_PLAN UINT64_C(1000000)

/* `work_limit` bounds the search steps over all keys together. `scratch` grows by about 100 bytes
 * an operation, and by the searches' memory; what the check leaves in it, the caller drops. */
void check_linearizable(const struct history *history, struct heap *scratch, uint64_t work_limit,
                        struct verdict *verdict);

#endif
