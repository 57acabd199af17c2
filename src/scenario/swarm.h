/*
 * swarm.h: what the files of the swarm share.
 *
 *   expand.c        the whole: shape, reload, faults, healing
 *   swarm_shape.c   what kind of cluster and of workload it is this time
 *   swarm_plan.c    which faults, when, of which node
 *   swarm_spell.c   each of them as lines of a timeline; swarm_spell_disk.c, those of disks
 *   swarm_end.c     the end of the chaos: what stays broken, and the question whether the rest
 *   works
 */
#ifndef SCENARIO_SWARM_H
#define SCENARIO_SWARM_H

#include "base/mix.h"
#include "scenario/json_print.h"
#include "scenario/loader.h"
#include "sim/fault/fault_kind.h"

/* What a draw about a fault is for: numbers that are never reused. */
enum swarm_what {
    WHAT_ENABLED = 1, WHAT_RATE = 2, WHAT_GAP = 3, WHAT_LASTS = 4, WHAT_NODE = 5, WHAT_OTHER = 6,
    WHAT_AMOUNT = 7, WHAT_SHAPE = 8, WHAT_PAUSE = 9, WHAT_MORE = 10, WHAT_BROKEN = 11,
    WHAT_PROBE = 12,
};

struct swarm_fault {
    vtime begin, end;
    uint32_t node;    /* index, or of a rack fault the rack */
    uint8_t kind;     /* enum fault_kind */
    bool is_for_ever; /* it is never ended: its end is not spelled out */
    uint16_t number;  /* among those of its kind, from 1 */
};

struct swarm_line {
    vtime at;
    uint32_t order;
    char *text;
};

struct swarm {
    const struct swarm_setting *setting;
    const struct scenario *base; /* the scenario as drawn, still without faults */
    uint64_t seed;
    uint64_t enabled; /* kinds that are on this time */

    struct swarm_fault *faults; /* ascending by time, once planned */
    uint32_t count, room;
    vtime *held_until; /* [hold * nodes + node]: until then nobody else takes hold of it */
    bool *is_broken;   /* nodes that nobody heals */
    bool *is_gone;       /* members that a fault has taken away for good */
    uint32_t dead_max;   /* so many members more may die for good, to be replaced or removed */
    uint32_t next_spare; /* nodes from here on have not become members yet */

    struct swarm_line *lines;
    uint32_t line_count, line_room;
};

/* 64 bits about something of a kind of fault, or of the scenario as a whole (kind FAULT_NONE). */
uint64_t swarm_draw(uint64_t seed, uint32_t kind, uint32_t number, uint32_t what);
static inline uint64_t swarm_bits(const struct swarm *swarm, const struct swarm_fault *fault,
                                  uint32_t what)
{
    return swarm_draw(swarm->seed, fault->kind, fault->number, what);
}

/* Evenly from min to max, both included; and the same where each doubling is as likely as the
 * next. */
uint64_t swarm_between(uint64_t bits, uint64_t min, uint64_t max);
uint64_t swarm_spread(uint64_t bits, uint64_t min, uint64_t max);

/* swarm_plan.c */
void swarm_plan(struct swarm *swarm);

/* swarm_spell.c: its lines; and one line of a fault, at a time, without its braces. */
void swarm_spell(struct swarm *swarm, const struct swarm_fault *fault);
__attribute__((format(printf, 4, 5))) void swarm_line(struct swarm *swarm,
                                                      const struct swarm_fault *fault, vtime at,
                                                      const char *format, ...);
const char *swarm_node(const struct swarm *swarm, uint32_t node);
bool swarm_is_possible(const struct swarm *swarm, const struct swarm_fault *fault);

/* swarm_shape.c: draws what varies, into the document. */
bool swarm_shape(struct json_doc *doc, const struct scenario *scenario, uint64_t seed,
                 struct json_error *error);

/* swarm_end.c: chooses who stays broken, before the plan; and after it says so, and adds the
 * question. */
void swarm_choose_broken(struct swarm *swarm);
bool swarm_end(struct swarm *swarm, struct json_doc *doc, struct json_error *error);

#endif
