/*
 * linearizable.c: cut the history into keys, judge each, tell the first violation.
 * What is judged, and by which methods, is in linearizable.h.
 *
 *     history -> timeline -> moments by key -> object of a key -> zones -> overwritten -> search
 *                                                   |               |          |           |
 *                                          shortest wrong beginning <----------+-----------'
 *                                                   |
 *                                           a sentence (linearizable_story.c)
 */
#include "check/linearizable.h"

#include "base/table.h"
#include "check/linearizable_story.h"
#include "check/model.h"
#include "check/overwritten.h"
#include "check/say.h"
#include "check/search.h"
#include "check/timeline.h"
#include "check/zones.h"

/* Values of one key are numbered from 1 as they appear. */
#define STATE_BEFORE 0u

struct checking {
    const struct history *history;
    struct heap *scratch;
    struct verdict *verdict;
    uint64_t work_limit;

    uint32_t *moments;   /* of the timeline, key by key */
    uint32_t *key_first; /* by key, and one more: where its moments start */
    uint32_t *call_of;   /* by operation: its call in the present object, or CALL_NONE */

    struct table states;  /* of the present key: value to state */
    struct object object; /* the present key */
    struct object prefix; /* a beginning of it */

    uint64_t counted;     /* operations that counted, for the sentence */
    uint32_t unknown_key; /* the first key that could not be decided */
    uint32_t unknown_count;
};

/* ---- from the history to one key's object ---- */

static bool is_counted(const struct operation *operation)
{
    if (operation->kind == OPERATION_GET)
        return operation->outcome == OUTCOME_OK;
    return is_possible_write(operation);
}

/* Counting sort: the moments of each key together, in their order. */
static void group_by_key(struct checking *checking, const struct timeline *timeline)
{
    const struct operation *operations = checking->history->operations;
    uint32_t *first = checking->key_first;
    for (uint32_t i = 0; i < timeline->count; i++)
        first[operations[moment_operation(timeline->moments[i])].key]++;
    uint32_t sum = 0;
    for (uint32_t key = 0; key <= checking->history->key_count; key++) {
        sum += first[key];
        first[key] = sum;
    }
    /* Each first[key] is the key's end now; filling from behind moves it to the start. */
    for (uint32_t i = timeline->count; i-- > 0;) {
        uint32_t moment = timeline->moments[i];
        checking->moments[--first[operations[moment_operation(moment)].key]] = moment;
    }
}

/* The state's number, a new one if the value is new. */
static uint64_t number_value(struct checking *checking, uint64_t value)
{
    uint64_t *known = table_find(&checking->states, value);
    if (known != NULL)
        return *known;
    uint64_t number = table_count(&checking->states);
    table_set(&checking->states, value, number);
    return number;
}

/* Number the values that gets returned, so that the others can be told from them. */
static void number_seen_values(struct checking *checking, uint32_t key)
{
    number_value(checking, history_before(checking->history, key)); /* STATE_BEFORE */
    for (uint32_t i = checking->key_first[key]; i < checking->key_first[key + 1]; i++) {
        uint32_t moment = checking->moments[i];
        const struct operation *operation =
            &checking->history->operations[moment_operation(moment)];
        if (operation->kind == OPERATION_GET && is_counted(operation) && is_moment_return(moment))
            number_value(checking, operation->value);
    }
}

/* An open write whose value nobody saw makes no difference: if it happened, then unseen. */
static bool can_matter(const struct checking *checking, const struct operation *operation)
{
    if (!is_counted(operation))
        return false;
    return operation->outcome == OUTCOME_OK ||
           table_has(&checking->states, written_value(operation));
}

static void add_call(struct checking *checking, uint32_t index)
{
    const struct operation *operation = &checking->history->operations[index];
    checking->call_of[index] = CALL_NONE;
    checking->counted += is_counted(operation);
    if (!can_matter(checking, operation))
        return;
    struct call call = operation->kind == OPERATION_GET
                           ? call_get(number_value(checking, operation->value))
                           : call_put(number_value(checking, written_value(operation)));
    call.operation = index;
    checking->call_of[index] = object_add_call(&checking->object, call);
}

static void build_object(struct checking *checking, uint32_t key)
{
    table_clear(&checking->states);
    object_clear(&checking->object);
    number_seen_values(checking, key);
    for (uint32_t i = checking->key_first[key]; i < checking->key_first[key + 1]; i++) {
        uint32_t operation = moment_operation(checking->moments[i]);
        if (!is_moment_return(checking->moments[i]))
            add_call(checking, operation);
        else if (checking->call_of[operation] != CALL_NONE)
            object_add_return(&checking->object, checking->call_of[operation]);
    }
    checking->object.initial = STATE_BEFORE;
    checking->object.state_count = table_count(&checking->states);
}

/* ---- the three methods ---- */

enum answer {
    ANSWER_RIGHT,
    ANSWER_CONFLICT, /* wrong, and a conflict says why */
    ANSWER_WRONG,    /* wrong; all orders were tried */
    ANSWER_UNKNOWN,
};

/* When the answer is ANSWER_WRONG, all that returned before `stuck_moment` is right. */
struct judgement {
    enum answer answer;
    struct zone_conflict conflict;
    uint32_t stuck_moment;
};

static struct judgement judge_object(struct checking *checking, const struct object *object)
{
    struct judgement judgement = {.answer = ANSWER_RIGHT};
    enum zones_answer zones = zones_check(object, checking->scratch, &judgement.conflict);
    if (zones == ZONES_HOLD)
        return judgement;
    if (zones == ZONES_CONFLICT ||
        overwritten_find(object, checking->scratch, &judgement.conflict)) {
        judgement.answer = ANSWER_CONFLICT;
        return judgement;
    }
    uint64_t limit = checking->work_limit - checking->verdict->work;
    struct search_result result = search_order(object, checking->scratch, limit);
    checking->verdict->work += result.work;
    judgement.stuck_moment = result.stuck_moment;
    if (result.answer == SEARCH_NONE)
        judgement.answer = ANSWER_WRONG;
    else if (result.answer == SEARCH_UNDECIDED)
        judgement.answer = ANSWER_UNKNOWN;
    return judgement;
}

/* ---- telling a violation ---- */

/* When the first moments up to this one are wrong, say how. What the search cannot decide within
 * the limit counts as right: the beginning found is then not the shortest, but still wrong. */
static bool is_beginning_wrong(struct checking *checking, uint32_t moment_count,
                               struct judgement *judgement)
{
    object_copy_prefix(&checking->object, moment_count, &checking->prefix);
    struct judgement found = judge_object(checking, &checking->prefix);
    if (found.answer != ANSWER_CONFLICT && found.answer != ANSWER_WRONG)
        return false;
    *judgement = found;
    return true;
}

/* Where the shortest wrong beginning probably ends, as far as this judgement tells. */
static uint32_t guess_end(const struct checking *checking, const struct judgement *judgement)
{
    if (judgement->answer == ANSWER_CONFLICT)
        return checking->object.calls[judgement->conflict.read].returned + 1;
    return judgement->stuck_moment + 1;
}

/* The end of the shortest beginning that is wrong, and how it is wrong. A beginning of a right one
 * is right, so halving the gap would do; but the guesses nearly always leave no gap to halve. */
static uint32_t find_wrong_beginning(struct checking *checking, struct judgement *judgement)
{
    uint32_t right = 0;
    uint32_t wrong = checking->object.moment_count;
    uint32_t end = guess_end(checking, judgement);
    while (end < wrong && is_beginning_wrong(checking, end, judgement)) {
        wrong = end;
        end = guess_end(checking, judgement);
    }
    if (end < wrong)
        right = end;
    for (end = wrong - 1; wrong - right > 1; end = right + (wrong - right) / 2) {
        if (is_beginning_wrong(checking, end, judgement))
            wrong = end;
        else
            right = end;
    }
    return wrong;
}

/* The last get that returned within the prefix: the one to blame if the prefix is shortest. */
static uint32_t find_last_read(const struct object *prefix)
{
    uint32_t moment = prefix->moment_count;
    while (moment-- > 0) {
        uint32_t call = prefix->moments[moment] / 2;
        if (prefix->moments[moment] % 2 == 1 && is_read(&prefix->calls[call]))
            return call;
    }
    CHECK_WHY(false, "writes alone always have an order");
    return CALL_NONE;
}

static void tell_violation(struct checking *checking, uint32_t key, struct judgement *judgement)
{
    struct saying saying;
    uint32_t end = find_wrong_beginning(checking, judgement);
    say_start(&saying, checking->verdict, VERDICT_VIOLATED, checking->history);
    if (judgement->answer == ANSWER_CONFLICT) {
        story_of_conflict(&saying, &checking->object, key, &judgement->conflict);
        return;
    }
    object_copy_prefix(&checking->object, end, &checking->prefix);
    story_of_search(&saying, &checking->prefix, key, find_last_read(&checking->prefix));
}

/* False when the key is not linearizable, and then the verdict is complete. */
static bool judge_key(struct checking *checking, uint32_t key)
{
    build_object(checking, key);
    struct judgement judgement = judge_object(checking, &checking->object);
    if (judgement.answer == ANSWER_UNKNOWN && checking->unknown_count++ == 0)
        checking->unknown_key = key;
    if (judgement.answer != ANSWER_CONFLICT && judgement.answer != ANSWER_WRONG)
        return true;
    tell_violation(checking, key, &judgement);
    return false;
}

/* ---- the verdicts without a violation ---- */

static void say_holds(struct checking *checking)
{
    struct saying saying;
    say_start(&saying, checking->verdict, VERDICT_HOLDS, checking->history);
    say(&saying, "each key has an order that explains what the clients saw (");
    say_count(&saying, checking->counted, "operation");
    say(&saying, " on ");
    say_count(&saying, checking->history->key_count, "key");
    say(&saying, ")");
}

static void say_unknown(struct checking *checking)
{
    struct saying saying;
    say_start(&saying, checking->verdict, VERDICT_UNKNOWN, checking->history);
    say(&saying, "the search");
    say_of_key(&saying, checking->unknown_key);
    say(&saying, " reached its limit of ");
    say_count(&saying, checking->work_limit, "step");
    say(&saying, ": too many operations with equal values at the same time (");
    say_count(&saying, checking->unknown_count, "key");
    say(&saying, " undecided)");
}

static uint32_t largest_key(const struct checking *checking)
{
    uint32_t largest = 0;
    for (uint32_t key = 0; key < checking->history->key_count; key++)
        largest = MAX(largest, checking->key_first[key + 1] - checking->key_first[key]);
    return largest;
}

static void checking_open(struct checking *checking)
{
    const struct history *history = checking->history;
    struct heap *scratch = checking->scratch;
    struct timeline timeline = timeline_make(history, scratch);
    checking->moments = heap_alloc(scratch, sizeof(uint32_t) * timeline.count);
    checking->key_first = heap_alloc(scratch, sizeof(uint32_t) * (history->key_count + 1));
    checking->call_of = heap_alloc(scratch, sizeof(uint32_t) * history->count);
    group_by_key(checking, &timeline);
    heap_free(scratch, timeline.moments);
    uint32_t room = largest_key(checking); /* of moments: never fewer than calls */
    checking->object = object_make(scratch, room);
    checking->prefix = object_make(scratch, room);
    table_init(&checking->states, scratch);
}

void check_linearizable(const struct history *history, struct heap *scratch, uint64_t work_limit,
                        struct verdict *verdict)
{
    struct checking checking = {
        .history = history,
        .scratch = scratch,
        .verdict = verdict,
        .work_limit = work_limit,
    };
    verdict->work = 0;
    checking_open(&checking);
    for (uint32_t key = 0; key < history->key_count; key++)
        if (!judge_key(&checking, key))
            return;
    if (checking.unknown_count > 0)
        say_unknown(&checking);
    else
        say_holds(&checking);
}
