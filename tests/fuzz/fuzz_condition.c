/*
 * fuzz_condition.c: any bytes as a condition (libFuzzer).
 *
 *     clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc \
 *           tests/fuzz/fuzz_condition.c src/sim/condition/condition*.c src/sim/trace/trace*.c \
 *           src/base/nearest.c src/base/text.c src/base/units.c src/base/bug.c src/db/level.c
 *
 * Beyond not crashing:
 *
 *   - a refusal is one sentence that begins with a column inside the text;
 *   - the nodes are in the order of evaluation, and the last one is the root;
 *   - printing and parsing gives the same text and the same answers;
 *   - the explanation says what evaluation says;
 *   - while nothing but time passes, the value changes only at wakes.
 */
#include <stdlib.h>
#include <string.h>

#include "../sim/condition_mock.h"

static uint64_t seed;
static vtime now;

/* Some answer of the term's type, the same whenever it is asked for. */
static struct condition_answer fuzz_ask(const void *host, const struct condition_ask *ask)
{
    uint64_t bits = mix(seed, ask->term, mix_pair(ask->actor, ask->parameter));
    (void)host;
    for (uint32_t i = 0; i < ask->text.size; i++)
        bits = mix_pair(bits, ask->text.data[i]);
    if (ask->term == TERM_TIME)
        return condition_answer_number((int64_t)now);
    if (bits % 5 == 0)
        return bits % 2 ? condition_answer_absent() : condition_answer_unknown();
    switch (condition_term_table[ask->term].type) {
    case CONDITION_TRUTH: return condition_answer_number(bits >> 8 & 1);
    case CONDITION_STATE: return condition_answer_number((int64_t)(bits >> 8) % STATE_COUNT);
    case CONDITION_OUTCOME: return condition_answer_number((int64_t)(bits >> 8) % 5);
    case CONDITION_VALUE: return condition_answer_value(mock_value("x") + (bits >> 8 & 1));
    case CONDITION_SHARE: return condition_answer_number((int64_t)(bits >> 8) % 1000000001);
    default: return condition_answer_number(bits & 64 ? (int64_t)bits : (int64_t)(bits >> 60));
    }
}

static uint64_t fuzz_records(const void *host, uint32_t kind, uint32_t actor)
{
    (void)host;
    return mix(seed, kind, actor) >> 61;
}

static uint64_t fuzz_operations(const void *host, uint32_t owner, uint32_t outcome)
{
    (void)host;
    return mix(seed, owner, outcome) >> 60;
}

static const struct condition_view FUZZ_VIEW = {.ask = fuzz_ask,
                                                .records = fuzz_records,
                                                .operations = fuzz_operations,
                                                .identity = mock_identity,
                                                .value_text = mock_value_text};

static void check_refusal(const struct condition *condition, const struct text *said, size_t size)
{
    static const char START[] = "column ";
    CHECK(!condition_is_given(condition));
    CHECK(!said->is_cut && strncmp(said->data, START, strlen(START)) == 0);
    unsigned long column = strtoul(said->data + strlen(START), NULL, 10);
    CHECK(column >= 1 && column <= size + 1);
    CHECK(strstr(said->data, ": ") && !strchr(said->data, '\n'));
}

static void check_order(const struct condition_code *code)
{
    CHECK(code->node_count >= 1 && code->node_count <= CONDITION_NODES_MAX);
    for (uint32_t i = 0; i < code->node_count; i++) {
        const struct condition_node *node = &code->nodes[i];
        bool is_leaf = node->kind <= CODE_RECORDS;
        CHECK(is_leaf || (node->left < i && node->right < i));
        CHECK(node->text.start + node->text.size <= code->byte_count);
    }
    CHECK(code->nodes[code->node_count - 1].type == CONDITION_TRUTH);
}

static void check_print(const struct condition *condition)
{
    static struct condition_code code;
    static char first[CONDITION_TEXT_MAX], second[CONDITION_TEXT_MAX];
    struct condition again;
    struct text text;
    text_init(&text, first, sizeof first);
    condition_text(&text, condition);
    CHECK(!text.is_cut);
    if (text.size > CONDITION_SIZE_MAX)
        return; /* longer than it was written, and than a condition may be */
    struct text mistake;
    text_init(&mistake, second, sizeof second);
    CHECK(condition_parse(&again, &code, (struct bytes){(uint8_t *)first, text.size}, &mock_names,
                          &mistake));
    condition_text(&mistake, &again);
    CHECK(strcmp(first, second) == 0);
    CHECK(condition_holds(condition, &FUZZ_VIEW) == condition_holds(&again, &FUZZ_VIEW));
    CHECK(memcmp(condition->watch, again.watch, sizeof again.watch) == 0);
    CHECK(memcmp(condition->wakes, again.wakes, sizeof again.wakes) == 0);
}

static void check_explanation(const struct condition *condition)
{
    static char printed[2 * CONDITION_TEXT_MAX], explained[8 * CONDITION_TEXT_MAX];
    struct text text;
    text_init(&text, printed, sizeof printed);
    condition_text(&text, condition);
    text_str(&text, condition_holds(condition, &FUZZ_VIEW) ? " is true" : " is false");
    struct text explanation;
    text_init(&explanation, explained, sizeof explained);
    condition_explain(&explanation, condition, &FUZZ_VIEW);
    CHECK(memcmp(printed, explained, text.size) == 0);
}

static bool holds_at(const struct condition *condition, vtime time)
{
    now = time;
    return condition_holds(condition, &FUZZ_VIEW);
}

/* From each wake to just before the next the value stays what it was. */
static void check_wakes(const struct condition *condition)
{
    vtime from = 0;
    if (condition->watches_every_step)
        return;
    while (from != VTIME_NEVER) {
        vtime next = condition_next_wake(condition, from);
        vtime last = MIN(next - 1, (vtime)INT64_MAX);
        bool value = holds_at(condition, from);
        CHECK(holds_at(condition, last) == value);
        CHECK(holds_at(condition, from + (last - from) / 2) == value);
        CHECK(holds_at(condition, from + mix_below(mix(seed, 1, from), last - from + 1)) == value);
        from = next;
    }
    now = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct condition_code code;
    static char said[CONDITION_MISTAKE_MAX];
    struct condition condition;
    struct text mistake;
    if (size > 4 * CONDITION_SIZE_MAX)
        return 0;
    seed = mix_pair(size, size > 0 ? data[size - 1] : 0);
    now = 0;
    text_init(&mistake, said, sizeof said);
    if (!condition_parse(&condition, &code, (struct bytes){data, (uint32_t)size}, &mock_names,
                         &mistake)) {
        check_refusal(&condition, &mistake, size);
        return 0;
    }
    CHECK(mistake.size == 0);
    check_order(&code);
    check_print(&condition);
    check_explanation(&condition);
    check_wakes(&condition);
    return 0;
}
