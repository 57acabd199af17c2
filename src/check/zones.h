/*
 * zones.h: is a register linearizable? Near-linear, when every value is written once.
 *
 * Deciding this for any history is NP-complete; knowing for each get which put it
 * read from makes it easy (Gibbons and Korach, "Testing shared memories", SIAM J.
 * Computing 26, 1997; as zones: Golab, Li and Shah, PODC 2011). When no two puts write
 * the same value, the value itself tells.
 *
 * Take a put with all gets that returned its value: a cluster. Between the first
 * return and the last call in it lies its zone:
 *
 *     put 1  |---|                        put 3   |--------------|
 *     get 1            |----|             get 3       |-----|
 *                ^      ^                             ^     ^
 *     first return      last call             last call    first return
 *        forward zone: the register held         backward zone: all its calls
 *        1 during all of it, since one call      overlap, so the whole cluster can
 *        was over and another not yet begun      happen at any one instant in there
 *
 * From the pictures follow two rules, and Gibbons and Korach show that together
 * they suffice (given that no get returned before its put was called):
 *
 *   - two forward zones never overlap: the register cannot hold two values;
 *   - no backward zone lies inside a forward zone: there is no instant left for it.
 *
 * "Nothing yet" is a cluster whose put returned before all else. An open put that
 * somebody read has no return of its own, but its gets have; an open put that
 * nobody read has no zone, for it need not have happened.
 *
 * Values that were written twice are ambiguous: their clusters are not known. Each
 * of their calls still needs an instant of its own, so it takes part as a cluster
 * of one. Then a conflict is as certain as before, but no conflict proves nothing, and
 * the complete search (search.h) must be asked. Deletes make "nothing" ambiguous.
 *
 * The sweep visits each moment once; the ordering was the timeline's work.
 */
#ifndef CHECK_ZONES_H
#define CHECK_ZONES_H

#include "check/object.h"

enum zones_answer {
    ZONES_HOLD,      /* linearizable */
    ZONES_CONFLICT,  /* not linearizable, and the conflict says why */
    ZONES_UNDECIDED, /* no conflict, but some value was written more than once */
};

/* A contradiction, told as facts that anybody can check in the history. Either `read` returned
 * before any put of its value was called, and the other three are CALL_NONE; or
 *
 *     `same` (of the same value as `read`) had returned before `other_last` was called, and
 *     `other_first` had returned before `read` was called,
 *
 * where the two others are of one other value and may be one and the same call. `same` is
 * CALL_NONE when `read` found the register as it was before all calls. */
struct zone_conflict {
    uint32_t read;
    uint32_t same;
    uint32_t other_first;
    uint32_t other_last;
};

/* All calls of `object` must be gets and puts (call_get, call_put of model.h), and its
 * state_count be set. `scratch` is given back as it was. */
enum zones_answer zones_check(const struct object *object, struct heap *scratch,
                              struct zone_conflict *conflict);

#endif
