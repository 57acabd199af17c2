/*
 * why.h: why is it so? From a failure back to what began it, as sentences.
 *
 *     question            explain             answer
 *     "ben's get"   --->  rules, step   --->  links[0]  ben is told "open", which was overwritten
 *                         by step             links[1]  because n1 kept "open": its timestamp ...
 *                                             links[2]  because the clock of n2 runs 5 s ahead
 *                                             end       nothing is before it: the scenario sets it
 *
 * A record's own cause is only what triggered it: a timer, a message. What a person asks for is
 * what was in force at that moment and touched that node, link or message: the cut between these
 * two, the pause of this node, the clock that gave this timestamp. The rules for that stand in
 * why_rules.def, each with its reason; a chain ends where nothing is before it: at a fault of the
 * timeline or of a person, a draw of the network, a setting, a safeguard that is off, or at what a
 * client asked for. Where a fault only exposed a rule that is off, the fault is told and the rule
 * is the end.
 *
 * Explaining changes nothing: the stage is back at its step when the answer is there. What is
 * older than the tape is made again by going back.
 *
 * Not here yet: the step from which a failure had become inevitable. It would take the links of
 * this answer, latest first, draw anew from the step before each, and look for the last one from
 * which some run still goes well.
 */
#ifndef SIM_WHY_H
#define SIM_WHY_H

#include "sim/stage/stage.h"

#define WHY_LINKS_MAX 16
#define WHY_TEXT_MAX  320

enum why_subject_kind {
    WHY_RECORD,    /* number: the record */
    WHY_NODE,      /* node */
    WHY_KEY,       /* token: all replicas of that key */
    WHY_CELL,      /* token, node: one replica of it */
    WHY_CHECK,     /* number: index among the scenario's checks */
    WHY_OPERATION, /* number: the request of a client's attempt */
};

struct why_question {
    uint32_t kind; /* enum why_subject_kind */
    uint32_t node;
    uint64_t number;
    uint64_t token;
};

/* What a chain ends at. */
enum why_root {
    WHY_ROOT_NONE, /* no rule leads further */
    WHY_ROOT_TIMELINE,
    WHY_ROOT_PERSON,
    WHY_ROOT_CHANCE,
    WHY_ROOT_SETTING,
    WHY_ROOT_SAFEGUARD,
    WHY_ROOT_CLIENT,
};

/* One sentence, and the record that it speaks of. */
struct why_link {
    struct tape_record record;
    uint32_t rule; /* enum why_rule: which one led here; 0 for the first */
    char text[WHY_TEXT_MAX];
};

struct why {
    uint32_t count;    /* 0: there is nothing to explain, and `end` says why not */
    uint32_t root;     /* enum why_root */
    uint64_t rules[3]; /* a bit for each rule that applied */
    struct why_link links[WHY_LINKS_MAX]; /* from what was asked back to the root */
    char end[WHY_TEXT_MAX];
};

/* False with a sentence in why->end when there is nothing to explain. */
bool why_explain(struct stage *stage, const struct why_question *question, struct why *why);

/* The same without one of the rules (0: with all): for the test that each of them is needed. */
bool why_explain_without(struct stage *stage, const struct why_question *question, uint32_t rule,
                         struct why *why);

/* The rules: their names and reasons; 0 is none. */
uint32_t why_rule_count(void);
const char *why_rule_name(uint32_t rule);
const char *why_rule_reason(uint32_t rule);

#endif
