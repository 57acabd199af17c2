/*
 * commitment.h: do all participants of a transaction come to one decision, and the right one?
 *
 * Atomic commitment (Bernstein, Hadzilacos and Goodman 1987, chapter 7):
 *
 *     AC1  all participants that decide, decide the same
 *     AC2  a participant does not go back on its decision
 *     AC3  commit is decided only when all have voted yes
 *     AC4  without failures, when all have voted yes, commit is decided
 *     AC5  when failures are over, all come to a decision
 *
 * The first three are safety and always judged. AC4 and AC5 are judged when the caller says that
 * the run was one without failures, or that they were over long enough.
 *
 *     n1  vote yes   decide commit
 *     n2  vote no                     decide abort          AC1 and AC3 are broken
 *
 * A vote is a promise: a second one that differs, or one after the own abort, breaks AC3 as well.
 */
#ifndef CHECK_COMMITMENT_H
#define CHECK_COMMITMENT_H

#include "base/heap.h"
#include "check/verdict.h"

enum commit_act {
    COMMIT_BEGINS,    /* the participant takes part */
    COMMIT_VOTES_YES,
    COMMIT_VOTES_NO,
    COMMIT_DECIDES_COMMIT,
    COMMIT_DECIDES_ABORT,
    COMMIT_ACT_COUNT,
};

/* In the order in which they happened. */
struct commit_event {
    uint32_t transaction; /* below transaction_count */
    uint32_t participant; /* below participant_count */
    uint32_t act;         /* enum commit_act */
};

struct commitment {
    const struct commit_event *events;
    uint32_t count;
    uint32_t transaction_count;
    uint32_t participant_count;
    bool had_no_failures; /* AC4 is judged: once all have voted, the decision is the votes' */
    bool must_have_ended; /* AC5 is judged: whoever takes part has decided at the end */
};

/* Whoever begins, votes or decides takes part. `violated` names first the event (by its index in
 * `operations`) with which it became impossible, and one that excludes it; at the end of the
 * history, the last event of the transaction. Its text has {node:P} for participants and
 * {transaction} for key's number. */
void check_commitment(const struct commitment *commitment, struct heap *scratch,
                      struct verdict *verdict);

#endif
