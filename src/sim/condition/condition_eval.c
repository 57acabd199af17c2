/*
 * condition_eval.c: what a condition is worth now.
 *
 * The nodes form a tree of at most 64, so this is a plain recursion. Types were
 * checked by the parser; here only three questions are left: is a value there at
 * all (see condition.h), what is it, and is the one operand less than the other?
 *
 * `and` and `or` do not look at their right side when the left one decides. That
 * is only for speed: looking changes nothing.
 *
 * Sums are computed in 128 bits and cannot overflow: condition_watch.c relies on it when
 * it solves a comparison for time.
 */
#include "sim/condition/condition_values.h"

#include "sim/condition/condition_parser.h"

/* ------------------------------------------------------------- asking */

static struct condition_answer ask_term(const struct condition_code *code,
                                        const struct condition_node *node,
                                        const struct condition_view *view)
{
    struct condition_ask ask = {.term = node->name,
                                .actor = node->actor,
                                .parameter = node->parameter,
                                .text = slice_bytes(code, node->text)};
    return view->ask(view->host, &ask);
}

static uint64_t operations(const struct condition_view *view, uint32_t owner, uint32_t outcome)
{
    return view->operations(view->host, owner, outcome);
}

/* The share of `ok` among those that have ended. */
static struct condition_answer success_share(const struct condition_view *view, uint32_t owner)
{
    uint64_t ok = operations(view, owner, OUTCOME_OK);
    uint64_t ended = ok + operations(view, owner, OUTCOME_UNAVAILABLE) +
                     operations(view, owner, OUTCOME_TIMEOUT) +
                     operations(view, owner, OUTCOME_OVERLOADED);
    if (ended == 0)
        return condition_answer_absent();
    return condition_answer_number((int64_t)((uint128)ok * 1000000000u / ended));
}

static struct condition_answer count_operations(const struct condition_view *view, uint32_t owner,
                                                uint32_t outcome)
{
    return condition_answer_number((int64_t)operations(view, owner, outcome));
}

/* ops.ok, reads.pending, ...: three owners, the same words. */
static struct condition_answer ask_operations(const struct condition_code *code,
                                              const struct condition_node *node,
                                              const struct condition_view *view)
{
    uint32_t owner = condition_term_table[node->name].owner;
    switch (node->name) {
    case TERM_OPS_OK:
    case TERM_READS_OK:
    case TERM_WRITES_OK: return count_operations(view, owner, OUTCOME_OK);
    case TERM_OPS_TIMEOUT:
    case TERM_READS_TIMEOUT:
    case TERM_WRITES_TIMEOUT: return count_operations(view, owner, OUTCOME_TIMEOUT);
    case TERM_OPS_UNAVAILABLE:
    case TERM_READS_UNAVAILABLE:
    case TERM_WRITES_UNAVAILABLE: return count_operations(view, owner, OUTCOME_UNAVAILABLE);
    case TERM_OPS_OVERLOADED:
    case TERM_READS_OVERLOADED:
    case TERM_WRITES_OVERLOADED: return count_operations(view, owner, OUTCOME_OVERLOADED);
    case TERM_OPS_PENDING:
    case TERM_READS_PENDING:
    case TERM_WRITES_PENDING: return count_operations(view, owner, OUTCOME_PENDING);
    case TERM_OPS_TOTAL:
    case TERM_READS_TOTAL:
    case TERM_WRITES_TOTAL: return count_operations(view, owner, OUTCOME_COUNT);
    case TERM_OPS_SUCCESS:
    case TERM_READS_SUCCESS:
    case TERM_WRITES_SUCCESS: return success_share(view, owner);
    default: return ask_term(code, node, view);
    }
}

static struct condition_value known_number(int128 number)
{
    return (struct condition_value){ANSWER_PRESENT, number, 0};
}

static struct condition_value truth(bool is_true)
{
    return known_number(is_true);
}

static struct condition_value widen(struct condition_answer answer)
{
    return (struct condition_value){answer.known, answer.number, answer.identity};
}

static struct condition_value value_of_term(const struct condition_code *code,
                                            const struct condition_node *node,
                                            const struct condition_view *view)
{
    struct condition_answer answer = ask_operations(code, node, view);
    if (node->type == CONDITION_TRUTH)
        return truth(answer.known == ANSWER_PRESENT && answer.number != 0);
    return widen(answer);
}

static struct condition_value value_of_leaf(const struct condition_code *code,
                                            const struct condition_node *node,
                                            const struct condition_view *view)
{
    struct bytes text = slice_bytes(code, node->text);
    switch (node->kind) {
    case CODE_TEXT: return widen(condition_answer_value(view->identity(view->host, text)));
    case CODE_ABSENT: return widen(condition_answer_absent());
    case CODE_TERM: return value_of_term(code, node, view);
    case CODE_RECORDS: return known_number(view->records(view->host, node->name, node->actor));
    default: return known_number(node->number);
    }
}

/* ------------------------------------------------------------- computing */

/* -x is 0 - x. */
static struct condition_value sum(enum condition_code_kind kind, struct condition_value left,
                                  struct condition_value right)
{
    if (left.known == ANSWER_UNKNOWN || right.known == ANSWER_UNKNOWN)
        return widen(condition_answer_unknown());
    if (left.known == ANSWER_ABSENT || right.known == ANSWER_ABSENT)
        return widen(condition_answer_absent());
    return known_number(kind == CODE_ADD ? left.number + right.number : left.number - right.number);
}

static bool is_equal(uint32_t type, struct condition_value left, struct condition_value right)
{
    if (left.known != right.known || left.known == ANSWER_UNKNOWN)
        return false;
    if (left.known == ANSWER_ABSENT)
        return true;
    return type == CONDITION_VALUE ? left.identity == right.identity : left.number == right.number;
}

static bool is_ordered(uint32_t comparison, int128 left, int128 right)
{
    switch (comparison) {
    case COMPARE_LESS: return left < right;
    case COMPARE_LESS_EQUAL: return left <= right;
    case COMPARE_GREATER: return left > right;
    default: return left >= right;
    }
}

static bool compare(const struct condition_code *code, const struct condition_node *node,
                    const struct condition_view *view)
{
    struct condition_value left = condition_value(code, node->left, view);
    struct condition_value right = condition_value(code, node->right, view);
    if (node->name == COMPARE_EQUAL || node->name == COMPARE_UNEQUAL)
        return is_equal(code->nodes[node->left].type, left, right) == (node->name == COMPARE_EQUAL);
    return left.known == ANSWER_PRESENT && right.known == ANSWER_PRESENT &&
           is_ordered(node->name, left.number, right.number);
}

static struct condition_value value_of_sum(const struct condition_code *code,
                                           const struct condition_node *node,
                                           const struct condition_view *view)
{
    struct condition_value left = condition_value(code, node->left, view);
    if (node->kind == CODE_NEGATE)
        return sum(CODE_SUBTRACT, known_number(0), left);
    return sum((enum condition_code_kind)node->kind, left,
               condition_value(code, node->right, view));
}

struct condition_value condition_value(const struct condition_code *code, uint16_t index,
                                       const struct condition_view *view)
{
    const struct condition_node *node = &code->nodes[index];
    switch (node->kind) {
    case CODE_NEGATE:
    case CODE_ADD:
    case CODE_SUBTRACT: return value_of_sum(code, node, view);
    case CODE_COMPARE: return truth(compare(code, node, view));
    case CODE_NOT: return truth(!condition_is_true(code, node->left, view));
    case CODE_AND:
        return truth(condition_is_true(code, node->left, view) &&
                     condition_is_true(code, node->right, view));
    case CODE_OR:
        return truth(condition_is_true(code, node->left, view) ||
                     condition_is_true(code, node->right, view));
    default: return value_of_leaf(code, node, view);
    }
}

bool condition_is_true(const struct condition_code *code, uint16_t node,
                       const struct condition_view *view)
{
    return condition_value(code, node, view).number != 0;
}

bool condition_holds(const struct condition *condition, const struct condition_view *view)
{
    const struct condition_code *code = condition->code;
    CHECK_WHY(code, "there is no condition to evaluate");
    return condition_is_true(code, (uint16_t)(code->node_count - 1), view);
}
