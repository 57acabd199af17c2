/*
 * coverage.h: what of the machinery a run has reached, as a set of points.
 *
 *     kinds      each kind of record of the simulator: drop, crash, partition, ...
 *     notes      each kind of note of the database, by what its node went through in this run: a
 *                write that is repaired by a node that has come back from its disk is another
 *                branch than one by a node that always ran
 *     faults     each kind of fault that was at work (sim/fault/fault_kinds.def)
 *     messages   each kind that was sent
 *     outcomes   each kind of operation, by what its client was told
 *     pairs      each two kinds of faults that were at work at the same time (sim/fault/pairs.h)
 *
 * A point is either reached or not. Many runs together reach the union of what each reached, so the
 * order in which runs are looked at, and who ran them, change nothing.
 *
 * It is read from the counters that every world keeps (sim/world/world.h), after the run, so it
 * costs nothing while the run goes; only for faults somebody has to listen. Numbers of points are
 * good within one version of the program; in a file stand their bits, under a header that names the
 * version (docs/sweep.md).
 */
#ifndef HUNT_COVERAGE_H
#define HUNT_COVERAGE_H

#include "base/outcome.h"
#include "base/text.h"
#include "db/message.h"
#include "sim/fault/pairs.h"
#include "sim/world/world.h"

/* What a node went through, as far as it is over at the end of the run. */
enum cover_role {
    COVER_STEADY,   /* it has run since the start */
    COVER_RETURNED, /* it crashed, and came back */
    COVER_JOINED,   /* it was a spare at the start, or was started later than the others */
    COVER_GONE,     /* it is down at the end, or has left */
    COVER_ROLES,
};

#define COVER_TOLD (OUTCOME_COUNT - 1) /* nobody is told that it is pending */

/* SECTION(IDENTIFIER, how many points, "title"), in the order of their numbers. */
#define COVER_SECTIONS(SECTION)                                                                    \
    SECTION(KINDS, TRACE_SIM_COUNT, "kinds of records of the simulator")                           \
    SECTION(NOTES, NOTE_COUNT * COVER_ROLES,                                                       \
            "notes of the database, by what their node went through")                              \
    SECTION(FAULTS, FAULT_KIND_COUNT, "kinds of faults")                                           \
    SECTION(MESSAGES, MESSAGE_KIND_COUNT, "kinds of messages")                                     \
    SECTION(OUTCOMES, OPERATION_KIND_COUNT * COVER_TOLD, "outcomes of operations")                 \
    SECTION(PAIRS, FAULT_KIND_COUNT * (FAULT_KIND_COUNT - 1) / 2,                                  \
            "pairs of kinds of faults at the same time")

enum cover_section {
#define SECTION(identifier, points, title) COVER_##identifier,
    COVER_SECTIONS(SECTION)
#undef SECTION
    COVER_SECTION_COUNT,
};

enum {
#define SECTION(identifier, points, title) +(points)
    COVER_COUNT = 0 COVER_SECTIONS(SECTION),
#undef SECTION
};
#define COVER_WORDS ((COVER_COUNT + 63) / 64)

struct coverage {
    uint64_t words[COVER_WORDS];
};

/* What this run has reached so far; `pairs` of faults, as somebody has listened to them. */
void coverage_take(const struct world *world, const struct fault_pairs *pairs,
                   struct coverage *coverage);

/* Points that cannot be reached: pairs of faults that do not meet. */
bool coverage_can_be(uint32_t point);
uint32_t coverage_possible(void);

/* The point of two different kinds of faults, in either order. */
uint32_t coverage_pair(uint32_t one, uint32_t other);

/* Add what another one reached; returns how many points were new. */
uint32_t coverage_add(struct coverage *coverage, const struct coverage *other);

uint32_t coverage_count(const struct coverage *coverage);

static inline bool coverage_has(const struct coverage *coverage, uint32_t point)
{
    return coverage->words[point / 64] >> (point % 64) & 1;
}

static inline void coverage_set(struct coverage *coverage, uint32_t point)
{
    coverage->words[point / 64] |= UINT64_C(1) << (point % 64);
}

/* The points of a section: from `first` on. */
struct cover_section_info {
    const char *title;
    uint32_t first, count;
};
struct cover_section_info coverage_section(enum cover_section section);

/* "a node that came back" */
const char *coverage_role_word(uint32_t role);

/* "crash"; "read_repair by a node that came back". */
void coverage_name(uint32_t point, struct text *text);

#endif
