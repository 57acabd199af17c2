/*
 * condition_type.c: which operands an operator takes.
 *
 *     == !=       two operands of one type; anything that can be absent, and absent
 *     < <= > >=   two numbers, times, sizes or shares
 *     + -         two of one type, of the same four; the result is of that type
 *     and or not  what is true or false
 *
 * A text in quotes has no type of its own until it meets its partner: compared with
 * a node's state or an operation's outcome it must be one of their words, and
 * becomes that word's number here. So n2.state == "dwn" is a mistake now and not a
 * trigger that never fires.
 *
 * A type never changes without being asked: 5 is no time, and 1s no number.
 */
#include "sim/condition/condition_parser.h"

#include "base/nearest.h"

static struct condition_node *node_at(struct parser *parser, uint16_t index)
{
    return &parser->code->nodes[index];
}

static uint32_t type_at(struct parser *parser, uint16_t index)
{
    return node_at(parser, index)->type;
}

/* The type with its article, for sentences. */
static const char *type_noun(uint32_t type)
{
    static const char *const NOUNS[CONDITION_TYPE_COUNT] = {
        [CONDITION_TRUTH] = "a truth value", [CONDITION_COUNT] = "a number",
        [CONDITION_SPAN] = "a time",         [CONDITION_SIZE] = "a size",
        [CONDITION_SHARE] = "a share",       [CONDITION_VALUE] = "a text",
        [CONDITION_STATE] = "a state",       [CONDITION_OUTCOME] = "an outcome",
        [CONDITION_ABSENT] = "absent",
    };
    return NOUNS[type];
}

/* A number with the unit that the type is written with. */
static const char *unit_hint(uint32_t type)
{
    switch (type) {
    case CONDITION_SPAN: return "; a time has a unit, as in 5ms";
    case CONDITION_SIZE: return "; a size has a unit, as in 64KiB";
    case CONDITION_SHARE: return "; a share has a unit, as in 99%";
    default: return "";
    }
}

/* How a comparison with that type may look, for those who forgot it. */
static const char *comparison_example(uint32_t type)
{
    switch (type) {
    case CONDITION_SPAN: return " < 5ms";
    case CONDITION_SIZE: return " > 64KiB";
    case CONDITION_SHARE: return " >= 99%";
    case CONDITION_VALUE: return " == \"alice\"";
    case CONDITION_STATE: return " == \"up\"";
    case CONDITION_OUTCOME: return " == \"ok\"";
    default: return " > 0";
    }
}

static bool is_numeric(uint32_t type)
{
    return type == CONDITION_COUNT || type == CONDITION_SPAN || type == CONDITION_SIZE ||
           type == CONDITION_SHARE;
}

/* Bare number on one side, quantity on the other: the unit was forgotten. */
static const char *hint_for_pair(uint32_t left, uint32_t right)
{
    if (left == CONDITION_COUNT)
        return unit_hint(right);
    return right == CONDITION_COUNT ? unit_hint(left) : "";
}

/* ------------------------------------------------------ words for enums */

static const char *const *words_of_type(uint32_t type, uint32_t *count)
{
    *count = type == CONDITION_STATE ? (uint32_t)STATE_COUNT : OUTCOME_COUNT + 1u;
    return type == CONDITION_STATE ? condition_state_words : condition_outcome_words;
}

static void fail_unknown_enum_word(struct parser *parser, const struct condition_node *literal,
                                   uint32_t type)
{
    uint32_t count;
    const char *const *words = words_of_type(type, &count);
    struct bytes wrong = slice_bytes(parser->code, literal->text);
    struct nearest nearest = nearest_to(wrong);
    struct text *text = parser_fail(parser, literal->column);
    parser_quote(text, wrong);
    text_str(text, type == CONDITION_STATE ? " is no state of a node" : " is no outcome");
    for (uint32_t i = 0; i < count; i++)
        nearest_offer_string(&nearest, words[i]);
    if (nearest_suggest(text, &nearest))
        return;
    text_str(text, "; expected ");
    for (uint32_t i = 0; i < count; i++) {
        text_str(text, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        text_str(text, words[i]);
    }
}

/* Let a text become a state or an outcome, if that is what it stands beside. */
static void adopt_type(struct parser *parser, uint16_t index, uint32_t type)
{
    struct condition_node *literal = node_at(parser, index);
    uint32_t count;
    if (literal->kind != CODE_TEXT || (type != CONDITION_STATE && type != CONDITION_OUTCOME))
        return;
    const char *const *words = words_of_type(type, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (scan_is(slice_bytes(parser->code, literal->text), words[i])) {
            literal->kind = CODE_NUMBER;
            literal->type = (uint8_t)type;
            literal->number = i;
            return;
        }
    }
    fail_unknown_enum_word(parser, literal, type);
}

/* --------------------------------------------------------- comparing */

static bool is_order(enum condition_comparison comparison)
{
    return comparison != COMPARE_EQUAL && comparison != COMPARE_UNEQUAL;
}

static bool can_be_absent(uint32_t type)
{
    return is_numeric(type) || type == CONDITION_VALUE || type == CONDITION_ABSENT;
}

static void fail_never_absent(struct parser *parser, uint32_t column, uint32_t type)
{
    struct text *text = parser_fail(parser, column);
    text_str(text, type_noun(type));
    text_str(text, " is never absent");
}

static void fail_no_order(struct parser *parser, uint32_t column, uint32_t type)
{
    struct text *text = parser_fail(parser, column);
    text_str(text, type_noun(type));
    text_str(text, " can only be compared with == and !=");
}

static void fail_different_types(struct parser *parser, uint32_t column, uint32_t left,
                                 uint32_t right)
{
    struct text *text = parser_fail(parser, column);
    text_str(text, "cannot compare ");
    text_str(text, type_noun(left));
    text_str(text, " with ");
    text_str(text, type_noun(right));
    text_str(text, hint_for_pair(left, right));
}

static void check_comparison(struct parser *parser, uint32_t column,
                             enum condition_comparison comparison, uint32_t left, uint32_t right)
{
    bool has_absent = left == CONDITION_ABSENT || right == CONDITION_ABSENT;
    if (has_absent && is_order(comparison))
        fail_no_order(parser, column, CONDITION_ABSENT);
    else if (has_absent && !can_be_absent(left))
        fail_never_absent(parser, column, left);
    else if (has_absent && !can_be_absent(right))
        fail_never_absent(parser, column, right);
    else if (!has_absent && left != right)
        fail_different_types(parser, column, left, right);
    else if (!has_absent && is_order(comparison) && !is_numeric(left))
        fail_no_order(parser, column, left);
}

uint16_t type_compare(struct parser *parser, uint32_t column, enum condition_comparison comparison,
                      uint16_t left, uint16_t right)
{
    struct condition_node node = {.kind = CODE_COMPARE,
                                  .type = CONDITION_TRUTH,
                                  .name = (uint16_t)comparison,
                                  .left = left,
                                  .right = right,
                                  .column = (uint16_t)column};
    if (parser->has_failed)
        return NO_NODE;
    adopt_type(parser, left, type_at(parser, right));
    adopt_type(parser, right, type_at(parser, left));
    check_comparison(parser, column, comparison, type_at(parser, left), type_at(parser, right));
    return parser_add(parser, &node);
}

/* -------------------------------------------------------- arithmetic */

static void fail_sum(struct parser *parser, uint32_t column, enum condition_code_kind kind,
                     uint32_t left, uint32_t right)
{
    struct text *text = parser_fail(parser, column);
    text_str(text, kind == CODE_ADD ? "cannot add " : "cannot subtract ");
    text_str(text, type_noun(kind == CODE_ADD ? left : right));
    text_str(text, kind == CODE_ADD ? " and " : " from ");
    text_str(text, type_noun(kind == CODE_ADD ? right : left));
    text_str(text, hint_for_pair(left, right));
}

uint16_t type_add(struct parser *parser, uint32_t column, enum condition_code_kind kind,
                  uint16_t left, uint16_t right)
{
    if (parser->has_failed)
        return NO_NODE;
    struct condition_node node = {.kind = (uint8_t)kind,
                                  .type = (uint8_t)type_at(parser, left),
                                  .left = left,
                                  .right = right,
                                  .column = (uint16_t)column};
    if (!is_numeric(node.type) || type_at(parser, right) != node.type)
        fail_sum(parser, column, kind, node.type, type_at(parser, right));
    return parser_add(parser, &node);
}

uint16_t type_negate(struct parser *parser, uint32_t column, uint16_t operand)
{
    if (parser->has_failed)
        return NO_NODE;
    struct condition_node *inner = node_at(parser, operand);
    struct condition_node node = {.kind = CODE_NEGATE,
                                  .type = inner->type,
                                  .left = operand,
                                  .right = operand,
                                  .column = (uint16_t)column};
    if (!is_numeric(inner->type)) {
        struct text *text = parser_fail(parser, column);
        text_str(text, type_noun(inner->type));
        text_str(text, " has no sign");
        return NO_NODE;
    }
    if (inner->kind != CODE_NUMBER)
        return parser_add(parser, &node);
    inner->number = -inner->number; /* a literal is at most INT64_MAX: this cannot overflow */
    inner->column = (uint16_t)column;
    return operand;
}

/* ------------------------------------------------------------- logic */

static bool is_leaf(const struct condition_node *node)
{
    return node->kind <= CODE_RECORDS;
}

/* A term gets an example of its own: as in "ops.ok > 0". */
static void fail_no_truth(struct parser *parser, uint16_t index)
{
    const struct condition_node *node = node_at(parser, index);
    struct text *text = parser_fail(parser, node->column);
    text_str(text, "expected something true or false, but ");
    if (is_leaf(node))
        condition_leaf_excerpt(text, parser->code, index);
    else
        text_str(text, "this");
    text_str(text, node->kind == CODE_ABSENT ? " is neither" : " is ");
    if (node->kind != CODE_ABSENT)
        text_str(text, type_noun(node->type));
    if (node->kind != CODE_TERM && node->kind != CODE_RECORDS)
        return;
    text_str(text, "; compare it, as in ");
    condition_leaf_excerpt(text, parser->code, index);
    text_str(text, comparison_example(node->type));
}

bool type_must_be_truth(struct parser *parser, uint16_t index)
{
    if (parser->has_failed)
        return false;
    const struct condition_node *node = node_at(parser, index);
    if (node->type == CONDITION_TRUTH)
        return true;
    fail_no_truth(parser, index);
    return false;
}

uint16_t type_logic(struct parser *parser, uint32_t column, enum condition_code_kind kind,
                    uint16_t left, uint16_t right)
{
    struct condition_node node = {.kind = (uint8_t)kind,
                                  .type = CONDITION_TRUTH,
                                  .left = left,
                                  .right = right,
                                  .column = (uint16_t)column};
    if (!type_must_be_truth(parser, left) || !type_must_be_truth(parser, right))
        return NO_NODE;
    return parser_add(parser, &node);
}
