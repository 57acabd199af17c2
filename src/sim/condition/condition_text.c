/*
 * condition_text.c: a condition in its one spelling.
 *
 * One space around operators, none elsewhere; double quotes; no parentheses but those
 * that change the meaning; quantities as base/text.h writes them, without their space
 * (1500us is 1.5ms). What is printed is parsed back into the same nodes, so two
 * conditions are the same if and only if their texts are.
 *
 * When does an operand need parentheses? When it binds less tightly than its place
 * demands. Chains lean to the left: a - b - c needs none, a - (b - c) does.
 */
#include "sim/condition/condition_parser.h"

/* How tightly a part binds, loosest first: the order of the grammar's rules. */
enum tightness { TIGHT_OR, TIGHT_AND, TIGHT_NOT, TIGHT_COMPARE, TIGHT_SUM, TIGHT_SIGN, TIGHT_LEAF };

static enum tightness tightness_of(const struct condition_node *node)
{
    switch (node->kind) {
    case CODE_OR: return TIGHT_OR;
    case CODE_AND: return TIGHT_AND;
    case CODE_NOT: return TIGHT_NOT;
    case CODE_COMPARE: return TIGHT_COMPARE;
    case CODE_ADD:
    case CODE_SUBTRACT: return TIGHT_SUM;
    case CODE_NEGATE: return TIGHT_SIGN;
    default: return TIGHT_LEAF;
    }
}

/* ---------------------------------------------------------------- leaves */

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* "1.5 ms" as one word: the language allows the space, the canonical text has none. */
static void put_without_spaces(struct text *text, const char *string)
{
    for (; *string; string++)
        if (*string != ' ')
            text_char(text, *string);
}

static void put_quantity(struct text *text, uint32_t type, int64_t number)
{
    char buffer[48];
    struct text quantity;
    text_init(&quantity, buffer, sizeof buffer);
    if (number < 0)
        text_char(text, '-');
    if (type == CONDITION_SPAN)
        text_time(&quantity, magnitude(number));
    else if (type == CONDITION_SIZE)
        text_size(&quantity, magnitude(number));
    else
        text_ppb(&quantity, (uint32_t)magnitude(number));
    put_without_spaces(text, buffer);
}

static void put_word(struct text *text, const char *word)
{
    text_char(text, '"');
    text_str(text, word);
    text_char(text, '"');
}

static void put_number(struct text *text, const struct condition_node *node)
{
    switch (node->type) {
    case CONDITION_COUNT: text_i64(text, node->number); break;
    case CONDITION_STATE: put_word(text, condition_state_words[node->number]); break;
    case CONDITION_OUTCOME: put_word(text, condition_outcome_words[node->number]); break;
    default: put_quantity(text, node->type, node->number); break;
    }
}

static void put_parameter(struct text *text, struct bytes bytes)
{
    text_char(text, '(');
    text_bytes_quoted(text, bytes);
    text_char(text, ')');
}

/* Plain names are words: their bytes are letters, digits and '_'. */
static void put_plain_name(struct text *text, struct bytes name)
{
    for (uint32_t i = 0; i < name.size; i++)
        text_char(text, (char)name.data[i]);
}

static void put_owner(struct text *text, const struct condition_code *code,
                      const struct condition_node *node)
{
    const struct condition_owner_info *owner = &condition_owner_table[node->owner];
    struct bytes name = slice_bytes(code, node->owner_name);
    bool has_name = node->owner == OWNER_NODE || node->owner == OWNER_CLIENT;
    if (has_name && !node->is_spelt_out) {
        put_plain_name(text, name);
        return;
    }
    text_str(text, owner->word);
    if (owner->parameter != PARAMETER_NONE)
        put_parameter(text, has_name ? name : slice_bytes(code, node->text));
}

static void put_term(struct text *text, const struct condition_code *code,
                     const struct condition_node *node)
{
    const struct condition_term_info *term = &condition_term_table[node->name];
    put_owner(text, code, node);
    if (node->owner != OWNER_NOTHING && term->word[0])
        text_char(text, '.');
    text_str(text, term->word);
    if (term->parameter != PARAMETER_NONE)
        put_parameter(text, slice_bytes(code, node->text));
}

static void put_records(struct text *text, const struct condition_code *code,
                        const struct condition_node *node)
{
    put_owner(text, code, node);
    text_char(text, '.');
    text_str(text, trace_kind_table[node->name].name);
}

static void put_leaf(struct text *text, const struct condition_code *code,
                     const struct condition_node *node)
{
    switch (node->kind) {
    case CODE_NUMBER: put_number(text, node); break;
    case CODE_TEXT: text_bytes_quoted(text, slice_bytes(code, node->text)); break;
    case CODE_TRUTH: text_str(text, node->number ? "true" : "false"); break;
    case CODE_ABSENT: text_str(text, "absent"); break;
    case CODE_TERM: put_term(text, code, node); break;
    default: put_records(text, code, node); break;
    }
}

/* -------------------------------------------------------------- excerpts */

#define EXCERPT_SIZE 61 /* with its NUL */

static void put_excerpt(struct text *text, const struct text *whole)
{
    text_str(text, whole->data);
    if (whole->is_cut)
        text_str(text, "...");
}

void condition_owner_excerpt(struct text *text, const struct condition_code *code,
                             const struct condition_node *node)
{
    char buffer[EXCERPT_SIZE];
    struct text owner;
    text_init(&owner, buffer, sizeof buffer);
    put_owner(&owner, code, node);
    put_excerpt(text, &owner);
}

void condition_leaf_excerpt(struct text *text, const struct condition_code *code, uint16_t node)
{
    char buffer[EXCERPT_SIZE];
    struct text leaf;
    text_init(&leaf, buffer, sizeof buffer);
    put_leaf(&leaf, code, &code->nodes[node]);
    put_excerpt(text, &leaf);
}

/* ------------------------------------------------------------- operators */

static const char *operator_text(const struct condition_node *node)
{
    static const char *const COMPARISONS[] = {
        [COMPARE_EQUAL] = " == ",      [COMPARE_UNEQUAL] = " != ", [COMPARE_LESS] = " < ",
        [COMPARE_LESS_EQUAL] = " <= ", [COMPARE_GREATER] = " > ",  [COMPARE_GREATER_EQUAL] = " >= ",
    };
    switch (node->kind) {
    case CODE_NEGATE: return "-";
    case CODE_NOT: return "not ";
    case CODE_ADD: return " + ";
    case CODE_SUBTRACT: return " - ";
    case CODE_AND: return " and ";
    case CODE_OR: return " or ";
    default: return COMPARISONS[node->name];
    }
}

static void put_operand(struct text *text, const struct condition_code *code, uint16_t operand,
                        enum tightness needed)
{
    bool has_parentheses = tightness_of(&code->nodes[operand]) < needed;
    if (has_parentheses)
        text_char(text, '(');
    condition_node_text(text, code, operand);
    if (has_parentheses)
        text_char(text, ')');
}

void condition_node_text(struct text *text, const struct condition_code *code, uint16_t index)
{
    const struct condition_node *node = &code->nodes[index];
    enum tightness own = tightness_of(node);
    if (own == TIGHT_LEAF) {
        put_leaf(text, code, node);
        return;
    }
    if (own == TIGHT_NOT || own == TIGHT_SIGN) {
        text_str(text, operator_text(node));
        put_operand(text, code, node->left, own);
        return;
    }
    put_operand(text, code, node->left, own == TIGHT_COMPARE ? TIGHT_SUM : own);
    text_str(text, operator_text(node));
    put_operand(text, code, node->right, own + 1);
}

void condition_text(struct text *text, const struct condition *condition)
{
    const struct condition_code *code = condition->code;
    CHECK_WHY(code, "there is no condition to print");
    condition_node_text(text, code, (uint16_t)(code->node_count - 1));
}
