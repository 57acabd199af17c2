/*
 * fuzz_units.c: any bytes into every parser of units.h (libFuzzer).
 *
 *     clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc \
 *           tests/fuzz/fuzz_units.c src/base/units.c src/base/nearest.c \
 *           src/base/text.c src/base/bug.c
 *
 * Beyond not crashing: a refusal says something and leaves the value alone, an
 * acceptance says nothing, and what is accepted is written by text.h in a form that
 * is read back as the same number.
 */
#include <string.h>

#include "base/units.h"

#define UNTOUCHED UINT64_C(0x7e57ab1e)

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static char words[200];
static struct text said;

static struct text *fresh(void)
{
    text_init(&said, words, sizeof words);
    return &said;
}

/* The parser's verdict and the sentence agree; true if the value is to be checked. */
static bool is_accepted(bool verdict, bool is_untouched)
{
    REQUIRE(verdict == (said.size == 0));
    REQUIRE(verdict || is_untouched);
    REQUIRE(!said.is_cut && strlen(words) == said.size);
    return verdict;
}

static void check_time(struct bytes word)
{
    vtime first = UNTOUCHED, second = 0;
    bool verdict = units_parse_time(word, &first, fresh());
    if (!is_accepted(verdict, first == UNTOUCHED))
        return;
    text_time(&said, first);
    char again[64];
    memcpy(again, words, sizeof again);
    REQUIRE(units_parse_time(units_word(again), &second, fresh()) && first == second);
}

static void check_span(struct bytes word)
{
    int64_t first = (int64_t)UNTOUCHED, second = 0;
    bool verdict = units_parse_span(word, &first, fresh());
    if (!is_accepted(verdict, first == (int64_t)UNTOUCHED))
        return;
    text_span(&said, first);
    char again[64];
    memcpy(again, words, sizeof again);
    REQUIRE(units_parse_span(units_word(again), &second, fresh()) && first == second);
}

static void check_size(struct bytes word)
{
    uint64_t first = UNTOUCHED, second = 0;
    bool verdict = units_parse_size(word, &first, fresh());
    if (!is_accepted(verdict, first == UNTOUCHED))
        return;
    text_size(&said, first);
    char again[64];
    memcpy(again, words, sizeof again);
    REQUIRE(units_parse_size(units_word(again), &second, fresh()) && first == second);
}

static void check_share(struct bytes word)
{
    uint32_t first = (uint32_t)UNTOUCHED, second = 0;
    bool verdict = units_parse_share(word, &first, fresh());
    if (!is_accepted(verdict, first == (uint32_t)UNTOUCHED))
        return;
    text_ppb(&said, first);
    char again[64];
    memcpy(again, words, sizeof again);
    REQUIRE(first <= 1000000000);
    REQUIRE(units_parse_share(units_word(again), &second, fresh()) && first == second);
}

static void check_drift(struct bytes word)
{
    int64_t first = (int64_t)UNTOUCHED, second = 0;
    bool verdict = units_parse_drift(word, &first, fresh());
    if (!is_accepted(verdict, first == (int64_t)UNTOUCHED))
        return;
    text_drift(&said, first);
    char again[64];
    memcpy(again, words, sizeof again);
    REQUIRE(units_parse_drift(units_word(again), &second, fresh()) && first == second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes word = {data, size};
    check_time(word);
    check_span(word);
    check_size(word);
    check_share(word);
    check_drift(word);
    return 0;
}
