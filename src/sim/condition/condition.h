/*
 * condition.h: the one language in which people ask about a run.
 *
 *     n2.log_append == 3 and not n2.suspects("n3")
 *     op("r1").value == "alice" or op("r1").latency > 5ms
 *
 * Triggers of a timeline, checks, run-until (goal.h) and lessons all use this one.
 * docs/conditions.md teaches it; condition_terms.def is the table of its words;
 * this is its life:
 *
 *     text --condition_parse--> struct condition --condition_holds--> true, false
 *              |    ^                |       |              ^
 *              v    |                |       |              | struct condition_view:
 *          mistake  | names of the   |       |              | what the world knows now
 *                     scenario       |       +--condition_explain--> a sentence
 *                                    +--condition_text--> text again
 *
 * All mistakes, those of type included, are found when it is parsed. Evaluating
 * cannot fail, changes nothing, draws nothing and allocates nothing.
 *
 * Memory: a parsed condition consists of plain nodes and bytes in a `struct
 * condition_code` that belongs to the caller (the loader) and lives as long as
 * the scenario; `struct condition` refers to it and may be copied freely.
 * Neither may lie in a world's region. The source text is not referred to after
 * parsing.
 *
 * A value is present, absent ("there is no such value": a deleted key, the
 * latency of an operation under way) or unknown ("nobody has been told": the
 * result of a get that timed out).
 *
 *     ==  absent equals absent and nothing else; unknown equals nothing at all
 *     !=  is always the opposite of ==
 *     < <= > >=  are false unless both sides are present
 *     + -  with an absent or unknown side are absent or unknown (unknown wins)
 *
 * Texts (keys, values) are compared by identity, the 64-bit hash that
 * check/history.h speaks of; the view computes it for the texts written here.
 *
 * Read next: condition_parse.c (the grammar), condition_eval.c.
 */
#ifndef SIM_CONDITION_H
#define SIM_CONDITION_H

#include "base/base.h"
#include "base/text.h"
#include "check/history.h"
#include "sim/trace/trace.h"

#define CONDITION_SIZE_MAX    2048 /* bytes of source text */
#define CONDITION_NODES_MAX   64
#define CONDITION_DEPTH_MAX   32 /* parentheses (and signs, and nots) inside each other */
#define CONDITION_WAKES_MAX   8
#define CONDITION_TEXT_MAX    (5 * CONDITION_SIZE_MAX) /* canonical text: at most this, with NUL */
#define CONDITION_MISTAKE_MAX 400                      /* the sentence about a mistake: likewise */

/* ------------------------------------------------------------------ words */

/* What stands before the dot: OWNER(IDENTIFIER, "word", its own parameter). */
#define CONDITION_OWNERS(OWNER)                                                                    \
    OWNER(NOTHING, "", NONE)                                                                       \
    OWNER(NODE, "node", NODE)       /* n2.state; also node("n2").state */                          \
    OWNER(CLIENT, "client", CLIENT) /* c1.told; also client("c1").told */                          \
    OWNER(TRACE, "trace", NONE)     /* trace.drop */                                               \
    OWNER(OPS, "ops", NONE)                                                                        \
    OWNER(READS, "reads", NONE)                                                                    \
    OWNER(WRITES, "writes", NONE)                                                                  \
    OWNER(OP, "op", OPERATION)                                                                     \
    OWNER(REPLICAS, "replicas", KEY)                                                               \
    OWNER(FINAL, "final", KEY)                                                                     \
    OWNER(METRIC, "metric", METRIC)                                                                \
    OWNER(KEYS, "keys", NONE)

enum condition_owner {
#define OWNER(identifier, word, parameter) OWNER_##identifier,
    CONDITION_OWNERS(OWNER)
#undef OWNER
    OWNER_COUNT,
};

enum condition_parameter {
    PARAMETER_NONE,
    PARAMETER_KEY,       /* any text */
    PARAMETER_NODE,      /* a node's name */
    PARAMETER_CLIENT,    /* a client's name */
    PARAMETER_OPERATION, /* the label of an operation */
    PARAMETER_METRIC,    /* a metric (sim/metrics/metrics.def), perhaps with a statistic */
};

enum condition_type {
    CONDITION_TRUTH,
    CONDITION_COUNT,
    CONDITION_SPAN,    /* nanoseconds, signed */
    CONDITION_SIZE,    /* bytes */
    CONDITION_SHARE,   /* parts per billion */
    CONDITION_VALUE,   /* a text, by identity */
    CONDITION_STATE,   /* enum condition_state */
    CONDITION_OUTCOME, /* enum outcome, or OUTCOME_NOT_BEGUN */
    CONDITION_ABSENT,  /* the literal */
    CONDITION_TYPE_COUNT,
};

/* The number of a metric in a condition: which one, and what of it. */
static inline uint32_t condition_metric(uint32_t metric, uint32_t statistic)
{
    return statistic << 16 | metric;
}

static inline uint32_t condition_metric_of(uint32_t number)
{
    return number & 0xffff;
}

static inline uint32_t condition_statistic_of(uint32_t number)
{
    return number >> 16;
}

/* n2.state: STATE(IDENTIFIER, "word", "meaning"). */
#define CONDITION_STATES(STATE)                                                                    \
    STATE(DOWN, "down", "there is no process: it crashed, or was never started")                   \
    STATE(STARTING, "starting", "the process has begun; it has not looked at its disk yet")        \
    STATE(RECOVERING, "recovering", "it reads its checkpoint and its log")                         \
    STATE(UP, "up", "it answers requests")                                                         \
    STATE(PAUSED, "paused", "it stands still, whatever it was doing")                              \
    STATE(REFUSED, "refused", "it found its durable data damaged and will not serve")

enum condition_state {
#define STATE(identifier, word, meaning) STATE_##identifier,
    CONDITION_STATES(STATE)
#undef STATE
    STATE_COUNT,
};

/* op("w1").outcome before the operation begins: the word "none". */
#define OUTCOME_NOT_BEGUN OUTCOME_COUNT

enum condition_term {
#define TERM(identifier, owner, word, parameter, type, records, meaning) TERM_##identifier,
#include "sim/condition/condition_terms.def"
#undef TERM
    TERM_COUNT,
};

struct condition_term_info {
    uint32_t owner; /* enum condition_owner */
    const char *word;
    uint32_t parameter; /* enum condition_parameter */
    uint32_t type;      /* enum condition_type */
    const char *records;
    const char *meaning;
};

struct condition_owner_info {
    const char *word;
    uint32_t parameter;
};

/* In order of the enums above; the words of states and outcomes likewise. */
extern const struct condition_term_info condition_term_table[TERM_COUNT];
extern const struct condition_owner_info condition_owner_table[OWNER_COUNT];
extern const char *const condition_state_words[STATE_COUNT];
extern const char *const condition_outcome_words[OUTCOME_COUNT + 1];

/* ------------------------------------------------------------- a condition */

enum condition_code_kind {
    CODE_NUMBER,   /* `number`, of any numeric type, of CONDITION_STATE or CONDITION_OUTCOME */
    CODE_TEXT,     /* a text in quotes */
    CODE_TRUTH,    /* true, false: `number` */
    CODE_ABSENT,   /* absent */
    CODE_TERM,     /* `name`: enum condition_term */
    CODE_RECORDS,  /* `name`: enum trace_kind; the number of records by `actor` */
    CODE_NEGATE,   /* - left */
    CODE_ADD,      /* left + right */
    CODE_SUBTRACT, /* left - right */
    CODE_COMPARE,  /* left `name` right: enum condition_comparison */
    CODE_NOT,      /* not left */
    CODE_AND,      /* left and right */
    CODE_OR,       /* left or right */
};

enum condition_comparison {
    COMPARE_EQUAL,
    COMPARE_UNEQUAL,
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL,
};

/* A stretch of condition_code.bytes. */
struct condition_slice {
    uint16_t start;
    uint16_t size;
};

struct condition_node {
    /* what it computes */
    uint8_t kind;  /* enum condition_code_kind */
    uint8_t type;  /* enum condition_type of its value */
    uint16_t name; /* by kind, see there */
    uint16_t left; /* operands: indexes below this node's own */
    uint16_t right;
    uint32_t actor;     /* address of the node or client before the dot; ALL_ACTORS; ACTOR_WORLD */
    uint32_t parameter; /* what names->find gave for the text in parentheses, or 0 */
    int64_t number;
    struct condition_slice text; /* the text in parentheses, or a literal's */

    /* how it is written */
    struct condition_slice owner_name; /* "n2" */
    uint8_t owner;                     /* enum condition_owner */
    bool is_spelt_out; /* the owner's name must be written as node("...") or client("...") */
    uint16_t column;   /* where it begins in the source, from 1 */
};

/* The nodes in the order of evaluation: operands first, the root last. Owned by
 * the caller of condition_parse; filled there, never changed afterwards. */
struct condition_code {
    uint16_t node_count;
    uint16_t byte_count;
    struct condition_node nodes[CONDITION_NODES_MAX];
    uint8_t bytes[CONDITION_SIZE_MAX];
};

#define CONDITION_WATCH_WORDS ((TRACE_KIND_COUNT + 63) / 64)

/* A world evaluates a condition once when it is armed, and from then on
 *
 *   - after a record of a watched kind, and again after the step that made it,
 *   - after every step, if `watches_every_step`,
 *   - at the instants of condition_next_wake, even when nothing else happens then
 *
 * and at no other time: between those its value cannot change. */
struct condition {
    const struct condition_code *code;     /* NULL: there is no condition */
    uint64_t watch[CONDITION_WATCH_WORDS]; /* a bit per enum trace_kind */
    bool watches_every_step;
    bool watches_time; /* wake_count > 0 */
    uint8_t wake_count;
    vtime wakes[CONDITION_WAKES_MAX]; /* ascending; where time alone may change it */
};

static inline bool condition_is_given(const struct condition *condition)
{
    return condition->code != NULL;
}

static inline bool condition_watches(const struct condition *condition, uint32_t trace_kind)
{
    return condition->watches_every_step ||
           (condition->watch[trace_kind / 64] >> (trace_kind % 64) & 1);
}

/* The first instant after `time` at which it must be evaluated whatever happens,
 * or VTIME_NEVER. A wake at 0 is covered by the evaluation when it is armed. */
vtime condition_next_wake(const struct condition *condition, vtime time);

/* All actors together: trace.drop. */
#define ALL_ACTORS (UINT32_MAX - 1)

/* Which counters must a world keep? Walks the (kind, actor) pairs that it counts;
 * start with *cursor = 0; false at the end. A pair may come twice. */
bool condition_next_count(const struct condition *condition, uint32_t *cursor, uint32_t *kind,
                          uint32_t *actor);

/* ---------------------------------------------------------------- parsing */

/* The names that a scenario defines; functions of the caller, used only during
 * condition_parse. `parameter`: PARAMETER_NODE, _CLIENT or _OPERATION. */
struct condition_names {
    const void *host;
    /* False when there is no such name. Otherwise *number is the node's index, the
     * client's address (from CLIENT_ADDRESS_BASE), or any number that names the
     * operation: the view gets it back in condition_ask.parameter. */
    bool (*find)(const void *host, uint32_t parameter, struct bytes name, uint32_t *number);
    /* All names by index from 0, to suggest the nearest one; false past the last. */
    bool (*list)(const void *host, uint32_t parameter, uint32_t index, struct bytes *name);
};

/* Parse `source` (any bytes) into *code and *condition. On a mistake: false, and
 * one sentence is added to `mistake`, such as
 *
 *     column 4: a node has no "log_apend"; did you mean "log_append"?
 *
 * with columns counted from 1 in code points; *condition is then not given. */
bool condition_parse(struct condition *condition, struct condition_code *code, struct bytes source,
                     const struct condition_names *names, struct text *mistake);

/* ------------------------------------------------------------- evaluating */

/* One question about the world as it is now. */
struct condition_ask {
    uint32_t term;      /* enum condition_term */
    uint32_t actor;     /* n2.state: the node's index; ACTOR_WORLD without a node */
    uint32_t parameter; /* suspects("n3"): the peer's index; op("w1"): what find gave */
    struct bytes text;  /* what stands in parentheses: the key, label or name */
};

enum condition_known { ANSWER_UNKNOWN, ANSWER_ABSENT, ANSWER_PRESENT };

struct condition_answer {
    uint32_t known;    /* enum condition_known */
    int64_t number;    /* of all types but CONDITION_VALUE; a truth is 0 or 1 */
    uint64_t identity; /* of CONDITION_VALUE */
};

static inline struct condition_answer condition_answer_number(int64_t number)
{
    return (struct condition_answer){ANSWER_PRESENT, number, 0};
}
static inline struct condition_answer condition_answer_value(uint64_t identity)
{
    return (struct condition_answer){identity == VALUE_ABSENT ? ANSWER_ABSENT : ANSWER_PRESENT, 0,
                                     identity};
}
static inline struct condition_answer condition_answer_absent(void)
{
    return (struct condition_answer){ANSWER_ABSENT, 0, 0};
}
static inline struct condition_answer condition_answer_unknown(void)
{
    return (struct condition_answer){ANSWER_UNKNOWN, 0, 0};
}

/* What the world knows; made for the call, never stored in a region. No function
 * may change anything. */
struct condition_view {
    const void *host;
    /* Any term of the table, except those of ops, reads and writes (see `operations`;
     * READS_STALE does come here). */
    struct condition_answer (*ask)(const void *host, const struct condition_ask *ask);
    /* Records of that kind so far, by that actor or by ALL_ACTORS. Only pairs of
     * condition_next_count are asked for. */
    uint64_t (*records)(const void *host, uint32_t trace_kind, uint32_t actor);
    /* Operations with that outcome (enum outcome), or begun at all (OUTCOME_COUNT);
     * `owner` is OWNER_OPS (all), OWNER_READS (gets), OWNER_WRITES (puts, deletes). */
    uint64_t (*operations)(const void *host, uint32_t owner, uint32_t outcome);
    /* The identity of these bytes as a value (never VALUE_ABSENT). */
    uint64_t (*identity)(const void *host, struct bytes value);
    /* For condition_explain alone: the value as a person would write it, in quotes. */
    void (*value_text)(const void *host, struct text *text, uint64_t identity);
};

/* Is it true now? The condition must be given. */
bool condition_holds(const struct condition *condition, const struct condition_view *view);

/* -------------------------------------------------------------- as a text */

/* The condition in its one canonical spelling: parsing it gives the same
 * condition, and printing that one the same text. */
void condition_text(struct text *text, const struct condition *condition);

/* Why it is true or false, from the values that decide it:
 *
 *     op("r1").value == "alice" is false: op("r1").value is "bob"
 */
void condition_explain(struct text *text, const struct condition *condition,
                       const struct condition_view *view);

/* Of that only the values: op("r1").value is "bob". */
void condition_tell(struct text *text, const struct condition *condition,
                    const struct condition_view *view);

/* The terms that decide it, as condition_explain names them: indexes of nodes; returns how many.
 * `terms` has room for CONDITION_NODES_MAX. */
uint32_t condition_deciding(const struct condition *condition, const struct condition_view *view,
                            uint16_t *terms);

#endif
