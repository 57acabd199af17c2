/*
 * why_parts.h: what the files of `why` share.
 *
 *   why.c            the question, the chain, its end
 *   why_find.c       looking for records
 *   why_force.c      what is in force at a moment: cuts, pauses, slow nodes, full disks, clocks
 *   why_end.c        who ordered a fault; the last sentence
 *   why_say.c        sentences
 *   why_moment.c  why_message.c  why_waiting.c  why_request.c  why_quorum.c  why_silent.c
 *   why_slow.c  why_node.c  why_suspected.c  why_accused.c  why_read.c  why_lacks.c
 *   why_replaced.c  why_recovered.c  why_hint.c  why_tombstone.c  why_object.c  why_wins.c
 *   why_believed.c
 *   why_members.c    the rules, by topic
 *   why_check.c      why_condition.c    from a check to what it is about
 *   why_book.c       the records
 *
 * A case is one question being answered. A matter is what a topic (why_rules.def) asks about; what
 * is not needed stays 0. Only records below `before` count: what a node could not know yet is no
 * reason. Nobody else includes this.
 */
#ifndef SIM_WHY_PARTS_H
#define SIM_WHY_PARTS_H

#include <stdarg.h>

#include "base/outcome.h"
#include "db/about.h"
#include "db/message.h"
#include "db/safeguard.h"
#include "sim/world/clock.h"
#include "sim/stage/stage_parts.h"
#include "sim/picture/view.h"
#include "sim/why/why.h"

enum why_topic {
#define WHY_TOPIC(topic, question) TOPIC_##topic,
#define WHY_RULE(topic, name, reason)
#include "sim/why/why_rules.def"
#undef WHY_TOPIC
#undef WHY_RULE
    TOPIC_COUNT,
};

enum why_rule {
    RULE_none,
#define WHY_TOPIC(topic, question)
#define WHY_RULE(topic, name, reason) RULE_##name,
#include "sim/why/why_rules.def"
#undef WHY_TOPIC
#undef WHY_RULE
    RULE_COUNT,
};

struct why_case {
    struct stage *stage;
    const struct world *world;
    const struct scenario *scenario;
    struct why_book *book;
    struct why *why;
    uint32_t without; /* enum why_rule: this one does not apply */
    uint32_t depth;   /* questions within questions */
};

struct why_matter {
    struct tape_record record; /* the record, the message, the suspicion that it is about */
    uint64_t before;           /* only records below this number count */
    uint64_t request;
    uint64_t token;
    int64_t timestamp; /* of the version that is missed */
    uint64_t other;    /* WINS: the request whose version won */
    uint32_t node;
    uint32_t peer;    /* SILENT: who waits for `node` */
    uint32_t message; /* SILENT: enum message_kind of the question */
    uint32_t answer;  /* SILENT: ... of its answer; MESSAGE_KIND_COUNT: either of a read's */
    bool is_accuser;  /* SUSPECTED: `node` is the one that accused `peer` first */
};

typedef bool why_rule_function(struct why_case *c, const struct why_matter *m);

#define WHY_TOPIC(topic, question)
#define WHY_RULE(topic, name, reason) why_rule_function why_rule_##name;
#include "sim/why/why_rules.def"
#undef WHY_TOPIC
#undef WHY_RULE

/* --- why.c ---------------------------------------------------------------------------- */

/* The first rule of that topic that applies says what it has to say and goes on. */
bool why_ask(struct why_case *c, enum why_topic topic, struct why_matter m);

/* Ask without saying anything: the chain as it would be then. */
bool why_try(struct why_case *c, enum why_topic topic, struct why_matter m, struct why *chain);

/* --- why_say.c ------------------------------------------------------------------------ */

/* A link. %n an actor, %r a request, %k a key, %v a value, %m a kind of message, %o an
 * operation (get, put, delete): uint64_t; %t a moment, %d a span: vtime; %u a number: uint64_t;
 * %x a timestamp: int64_t; %s a string. */
void why_say(struct why_case *c, enum why_rule rule, const struct tape_record *record,
             const char *format, ...);
/* "because" and the sentence of the trace. */
void why_say_record(struct why_case *c, enum why_rule rule, const struct tape_record *record);
void why_format(const struct why_case *c, struct text *text, const char *format, ...);
void why_format_list(const struct why_case *c, struct text *text, const char *format,
                     va_list values);

/* A node, among others, in a list of names. */
void why_list_actor(const struct why_case *c, struct text *text, uint32_t index, uint32_t count,
                    uint32_t actor);

/* Whom a node has asked: "itself, n2 and n3". */
void why_list_asked(const struct why_case *c, struct text *text, uint32_t who,
                    const uint32_t *nodes, uint32_t count);

/* "bread", which w1 wrote; the delete d1. */
void why_name_write(const struct why_case *c, struct text *text, uint64_t request);
/* The version that the request wrote, as people call it: its value, "a deletion", or "an update"
 * of an object. For %v of a sentence. */
#define WHY_DELETION (UINT64_MAX - 1)
#define WHY_UPDATE   (UINT64_MAX - 2)
uint64_t why_value_of(const struct why_case *c, uint64_t request);

/* --- why_end.c ------------------------------------------------------------------------ */

/* The last link speaks of a fault: whoever ordered it is the end. */
bool why_end_fault(struct why_case *c, const struct tape_record *fault);
bool why_end_safeguard(struct why_case *c, const struct tape_record *broken);
bool why_end_client(struct why_case *c, const struct tape_record *invoke);
/* "...: " and what the scenario has set, in words. */
bool why_end_setting(struct why_case *c, const char *format, ...);
/* How the clock of a node is set at the start. */
bool why_end_clock(struct why_case *c, uint32_t node);
bool why_end_chance(struct why_case *c, uint32_t from, uint32_t to);
bool why_end_none(struct why_case *c);

/* --- why_find.c ----------------------------------------------------------------------- */

#define ANYBODY (UINT32_MAX - 1)

struct sought {
    uint32_t kind;   /* enum trace_kind */
    uint32_t actor;  /* or ANYBODY */
    uint64_t about;  /* 0: anything */
    uint64_t cause;  /* 0: anything */
    uint32_t fields; /* bit i: field[i] must be `field[i]` */
    uint64_t field[3];
};

/* The last below `before`; the first above `after` and below `before`; how many of those. */
bool why_last(struct why_case *c, uint64_t before, const struct sought *sought,
              struct tape_record *found);
bool why_next(struct why_case *c, uint64_t after, uint64_t before, const struct sought *sought,
              struct tape_record *found);
bool why_number(struct why_case *c, uint64_t number, struct tape_record *found);
uint64_t why_count(const struct why_case *c, uint64_t after, uint64_t before,
                   const struct sought *sought); /* of a kind that lasts */

/* A note of the database by that node (or ANYBODY) about that (or 0). */
struct sought why_note(uint32_t note, uint32_t actor, uint64_t about);
struct sought why_trace(uint32_t kind, uint32_t actor, uint64_t about);
struct sought with_field(struct sought sought, uint32_t index, uint64_t value);

/* The client's question, and the operation of the history. */
bool why_invocation(struct why_case *c, uint64_t request, struct tape_record *invoke);
const struct operation *why_operation(const struct why_case *c, uint64_t request);

/* The beginning of a write: by the request, or by what it wrote. */
bool why_write_begun(struct why_case *c, uint64_t before, uint64_t token, int64_t timestamp,
                     struct tape_record *begun);
/* The write of that version that is not this request: two may have one timestamp. */
bool why_other_write(struct why_case *c, uint64_t before, uint64_t token, int64_t timestamp,
                     uint64_t request, struct tape_record *begun);

/* A key by its token; its replicas, in the order of the walk. */
struct bytes why_key(const struct why_case *c, uint64_t token);
uint32_t why_replicas(const struct why_case *c, uint64_t token, uint32_t *nodes);

/* --- why_message.c -------------------------------------------------------------------- */

enum why_fate { FATE_NOT_SENT, FATE_FLYING, FATE_LOST, FATE_ARRIVED };

/* What has become of the last such message by then. `end`: where it was lost or arrived. */
enum why_fate why_fate(struct why_case *c, uint32_t from, uint32_t to, uint64_t request,
                       uint32_t kind, uint64_t before, struct tape_record *send,
                       struct tape_record *end);
enum why_fate why_fate_of(struct why_case *c, const struct tape_record *send, uint64_t before,
                          struct tape_record *end);

/* Has the node got to what arrived? `handled`: the first record that came of it. */
bool why_is_handled(struct why_case *c, const struct tape_record *arrive, uint64_t before,
                    struct tape_record *handled);

/* Say that it was lost, and ask why. */
bool why_say_lost(struct why_case *c, enum why_rule rule, const struct tape_record *drop);
bool why_say_late(struct why_case *c, enum why_rule rule, const struct tape_record *send,
                  uint64_t before);
bool why_say_waiting(struct why_case *c, enum why_rule rule, const struct tape_record *arrive,
                     uint64_t before);

/* Its bytes were changed on the way: say so, and who wanted it. False: they were not. */
bool why_say_damaged(struct why_case *c, enum why_rule rule, const struct tape_record *send,
                     uint64_t before);
/* What was done to a message: who wanted it is the end. False: nobody did. */
bool why_end_touch(struct why_case *c, enum why_rule rule, const struct tape_record *touch);
bool why_find_order(struct why_case *c, const struct tape_record *message, uint32_t action,
                    struct tape_record *order);

/* --- why_force.c ---------------------------------------------------------------------- */

/* In force just before record `at`; the record with which it began. */
bool why_down(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *crash);
bool why_never_started(struct why_case *c, uint32_t node, uint64_t at);
bool why_crashed_between(struct why_case *c, uint32_t node, uint64_t after, uint64_t before,
                         struct tape_record *crash);
bool why_paused_between(struct why_case *c, uint32_t node, vtime from, uint64_t before,
                        struct tape_record *pause);
bool why_slowed(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *slow);
bool why_full(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *full);
bool why_cut(struct why_case *c, uint32_t from, uint32_t to, uint64_t at, struct tape_record *cut);
bool why_link_changed(struct why_case *c, uint32_t from, uint32_t to, uint64_t at,
                      struct tape_record *change);
/* The last change of that clock that moved it that way. */
bool why_clock_moved(struct why_case *c, uint32_t node, bool is_ahead, uint64_t at,
                     struct tape_record *moved);
/* The node's life at `at` began here; false: it is down or was never started. */
bool why_life(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *start);

/* The action of a fault; NULL when none fits. `entry`: of the timeline, or TIMELINE_MAX plus the
 * index of the intervention. */
const struct action *why_action(struct why_case *c, const struct tape_record *fault,
                                uint32_t *entry);

/* --- why_request.c ------------------------------------------------------------------------ */

struct why_way {
    struct tape_record invoke;
    uint32_t client;
    uint32_t coordinator;
    uint32_t kind; /* enum message_kind of the request */
};
bool why_find_way(struct why_case *c, uint64_t request, struct why_way *way);

/* Where the coordinator began the operation of `m`, and where it answered. */
bool why_find_beginning(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                        struct tape_record *begun);
bool why_find_done(struct why_case *c, const struct why_matter *m, uint32_t coordinator,
                   struct tape_record *done);

/* --- why_quorum.c ------------------------------------------------------------------------- */

/* Of the logs that refused a write, the one whose disk was full last; how many refused. */
bool why_find_full_log(struct why_case *c, const struct why_matter *m, uint32_t *refused,
                       struct tape_record *worst, struct tape_record *fault);

/* --- why_read.c, why_lacks.c -------------------------------------------------------------- */

/* Why the version of `m` is not at these replicas: the chain that explains most. */
void why_best_lack(struct why_case *c, struct why_matter m, const uint32_t *nodes, uint32_t count,
                   struct why *best);
/* The version that a write made, into `m`. */
bool why_version_of(struct why_case *c, uint64_t request, struct why_matter *m);
/* A rule was broken: say so in these words, and that it is off. The note of it, by node (or
 * ANYBODY) about that (or 0: anything). */
bool why_say_broken(struct why_case *c, enum why_rule rule, const struct tape_record *broken,
                    const char *what);
bool why_find_broken(struct why_case *c, uint64_t after, uint64_t before, uint32_t node,
                     uint64_t about, enum safeguard safeguard, struct tape_record *broken);
/* In its log: for the write itself, or for a repair with it. */
bool why_find_logged(struct why_case *c, const struct why_matter *m, struct tape_record *logged);
/* The crash that took it: it was in the log, but not on the device. */
bool why_find_loss(struct why_case *c, const struct why_matter *m, uint64_t before,
                   struct tape_record *logged, struct tape_record *crash);
/* How a node's disk came to be that of another one. */
bool why_find_swap(struct why_case *c, const struct tape_record *record, struct tape_record *swap);
/* Where a replica stored the version of `m`, by the write itself or by a repair with it. */
bool why_find_applied(struct why_case *c, const struct why_matter *m, struct tape_record *applied);
/* Who answered the coordinator of a read, itself included; what it noted of the last one. */
uint32_t why_find_answerers(struct why_case *c, const struct why_matter *m, uint32_t *nodes,
                            struct tape_record *last);
/* "because n1 asked n1 and n3, and neither had got ...": what that write wrote. */
void why_say_asked(struct why_case *c, enum why_rule rule, const struct tape_record *last,
                   const uint32_t *nodes, uint32_t count, uint64_t missed);
/* One line: the write's own message to the replica got lost, if it did. */
void why_say_missed(struct why_case *c, enum why_rule rule, const struct why_matter *m);
/* Did this get return less than its client could know? */
bool why_is_stale(const struct why_case *c, uint64_t request);

/* Does the node take that peer for down at that moment? A process begins with no suspicion. */
bool why_is_taken_for_down(struct why_case *c, uint32_t node, uint32_t peer, uint64_t at,
                           struct tape_record *suspicion);

/* --- why_accused.c ------------------------------------------------------------------------ */

/* The longest that a SWIM probe and its judgement take. */
vtime why_probe_span(const struct why_case *c);
/* The patience of SWIM is the end. */
bool why_end_swim(struct why_case *c);

/* --- why_node.c ----------------------------------------------------------------------- */

/* The last crash of it before that record. */
bool why_crash_before(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *crash);
/* Say in the trace's words that a rule was broken, and that it is off. */
bool why_say_rule(struct why_case *c, enum why_rule rule, const struct tape_record *broken);
/* It was starting: say so, and that it had crashed. */
bool why_say_starting(struct why_case *c, enum why_rule rule, uint32_t node, uint64_t before);
/* It refuses to serve: what did it find? `found` is its own record of it. */
bool why_say_refusing(struct why_case *c, enum why_rule rule, const struct tape_record *found);
/* Say why a disk takes no more. */
bool why_say_full(struct why_case *c, enum why_rule rule, uint32_t node, uint64_t before);

/* --- why_check.c ---------------------------------------------------------------------- */

/* Move the stage to where the check is decided, say it, and ask what follows. */
bool why_from_check(struct why_case *c, uint32_t check);
bool why_from_key(struct why_case *c, uint64_t token);
bool why_from_replicas(struct why_case *c, uint64_t token);
bool why_differs(const struct why_case *c, uint64_t token);
bool why_from_cell(struct why_case *c, uint64_t token, uint32_t node);
bool why_from_request(struct why_case *c, uint64_t request);
/* `other`: the write that should have been seen, or 0. `about`: what is said first. */
bool why_from_operation(struct why_case *c, const struct operation *operation, uint64_t other,
                        const char *about);
/* An acknowledged write that is nowhere. */
bool why_from_lost_write(struct why_case *c, const struct operation *write, const char *about);
/* Where its client was told, or gave up; else where it asked. */
bool why_told(struct why_case *c, const struct operation *operation, struct tape_record *record);
bool why_from_condition(struct why_case *c, const struct condition *condition);
/* All that has happened is below this number. */
uint64_t why_now(const struct why_case *c);

#endif
