/*
 * condition_explain.c: why a condition is true or false.
 *
 *     op("r1").value == "alice" is false: op("r1").value is "bob"
 *
 * A failed check shows this sentence, so it must hold what decides and nothing
 * else. Of `a and b` that is false, only the false sides count; of one that is
 * true, both; `or` is the mirror image. Of what is left, every term is told once,
 * in the order in which it is written, with its value.
 */
#include "sim/condition/condition_parser.h"
#include "sim/condition/condition_values.h"

struct explanation {
    const struct condition_code *code;
    const struct condition_view *view;
    struct text *text; /* NULL: only find the terms */
    bool is_after_sentence; /* a colon stands before the first */
    uint32_t told_count;
    uint16_t told[CONDITION_NODES_MAX];
};

/* ----------------------------------------------------------------- values */

static void put_text_value(struct text *text, const struct condition_view *view, uint64_t identity)
{
    if (view->value_text) {
        view->value_text(view->host, text, identity);
        return;
    }
    text_str(text, "value ");
    text_hex(text, identity, 16);
}

/* A view may answer with a number that is no word's; that is a bug, but not of the one
 * who reads the sentence. */
static void put_word_of(struct text *text, const char *const *words, uint32_t count, int64_t number)
{
    text_char(text, '"');
    text_str(text, number >= 0 && number < (int64_t)count ? words[number] : "?");
    text_char(text, '"');
}

/* Only terms are told, and a view answers with 64 bits. */
static void put_present(struct text *text, uint32_t type, struct condition_value value,
                        const struct condition_view *view)
{
    int64_t number = (int64_t)value.number;
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0 && (type == CONDITION_SIZE || type == CONDITION_SHARE))
        text_char(text, '-');
    switch (type) {
    case CONDITION_TRUTH: text_str(text, number ? "true" : "false"); break;
    case CONDITION_COUNT: text_i64(text, number); break;
    case CONDITION_SPAN: text_span(text, number); break;
    case CONDITION_SIZE: text_size(text, magnitude); break;
    case CONDITION_SHARE: text_ppb(text, (uint32_t)magnitude); break;
    case CONDITION_VALUE: put_text_value(text, view, value.identity); break;
    case CONDITION_STATE: put_word_of(text, condition_state_words, STATE_COUNT, number); break;
    default: put_word_of(text, condition_outcome_words, OUTCOME_COUNT + 1, number); break;
    }
}

static void put_value(struct explanation *explanation, uint16_t index)
{
    struct condition_value value = condition_value(explanation->code, index, explanation->view);
    if (value.known == ANSWER_PRESENT)
        put_present(explanation->text, explanation->code->nodes[index].type, value,
                    explanation->view);
    else
        text_str(explanation->text, value.known == ANSWER_ABSENT ? "absent" : "unknown");
}

/* ------------------------------------------------------------------ terms */

static bool is_same_text(const struct condition_code *code, struct condition_slice a,
                         struct condition_slice b)
{
    if (a.size != b.size)
        return false;
    for (uint32_t i = 0; i < a.size; i++)
        if (code->bytes[a.start + i] != code->bytes[b.start + i])
            return false;
    return true;
}

static bool is_same_term(const struct condition_code *code, uint16_t a_index, uint16_t b_index)
{
    const struct condition_node *a = &code->nodes[a_index], *b = &code->nodes[b_index];
    return a->kind == b->kind && a->name == b->name && a->actor == b->actor &&
           a->parameter == b->parameter && is_same_text(code, a->text, b->text);
}

static void tell(struct explanation *explanation, uint16_t index)
{
    for (uint32_t i = 0; i < explanation->told_count; i++)
        if (is_same_term(explanation->code, explanation->told[i], index))
            return;
    explanation->told[explanation->told_count++] = index;
    if (!explanation->text)
        return;
    if (explanation->told_count > 1 || explanation->is_after_sentence)
        text_str(explanation->text, explanation->told_count == 1 ? ": " : ", ");
    condition_node_text(explanation->text, explanation->code, index);
    text_str(explanation->text, " is ");
    put_value(explanation, index);
}

static bool is_true(const struct explanation *explanation, uint16_t index)
{
    return condition_is_true(explanation->code, index, explanation->view);
}

static void tell_terms(struct explanation *explanation, uint16_t index);

/* The sides of `and`, `or` whose value is the value of the whole. */
static void tell_decisive(struct explanation *explanation, uint16_t index)
{
    const struct condition_node *node = &explanation->code->nodes[index];
    bool whole = is_true(explanation, index);
    if (is_true(explanation, node->left) == whole)
        tell_terms(explanation, node->left);
    if (is_true(explanation, node->right) == whole)
        tell_terms(explanation, node->right);
}

static void tell_terms(struct explanation *explanation, uint16_t index)
{
    const struct condition_node *node = &explanation->code->nodes[index];
    switch (node->kind) {
    case CODE_TERM:
    case CODE_RECORDS: tell(explanation, index); break;
    case CODE_AND:
    case CODE_OR: tell_decisive(explanation, index); break;
    case CODE_NOT:
    case CODE_NEGATE: tell_terms(explanation, node->left); break;
    case CODE_ADD:
    case CODE_SUBTRACT:
    case CODE_COMPARE:
        tell_terms(explanation, node->left);
        tell_terms(explanation, node->right);
        break;
    default: break; /* a literal says itself */
    }
}

void condition_explain(struct text *text, const struct condition *condition,
                       const struct condition_view *view)
{
    struct explanation explanation = {
        .code = condition->code, .view = view, .text = text, .is_after_sentence = true};
    condition_text(text, condition);
    uint16_t root = (uint16_t)(condition->code->node_count - 1);
    text_str(text, is_true(&explanation, root) ? " is true" : " is false");
    if (condition->code->nodes[root].kind != CODE_TERM)
        tell_terms(&explanation, root);
}

void condition_tell(struct text *text, const struct condition *condition,
                    const struct condition_view *view)
{
    struct explanation explanation = {.code = condition->code, .view = view, .text = text};
    tell_terms(&explanation, (uint16_t)(condition->code->node_count - 1));
}

uint32_t condition_deciding(const struct condition *condition, const struct condition_view *view,
                            uint16_t *terms)
{
    struct explanation explanation = {.code = condition->code, .view = view};
    tell_terms(&explanation, (uint16_t)(condition->code->node_count - 1));
    for (uint32_t i = 0; i < explanation.told_count; i++)
        terms[i] = explanation.told[i];
    return explanation.told_count;
}
