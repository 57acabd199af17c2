/*
 * fuzz_history.c: any bytes at all as a foreign history, read and judged by every model.
 *
 * Checked of whatever comes: nothing is read past its end, a refusal leaves a sentence with a line,
 * and every judgement is one of the three.
 */
#include <stdlib.h>
#include <string.h>

#include "history/judge.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct heap *scratch(void)
{
    static struct region region;
    static struct heap *heap;
    const char *why;
    if (!heap) {
        REQUIRE(region_open(&region, REGION_RESERVE_PLAN, NULL, &why));
        heap = region_create_root(&region, sizeof(struct heap));
        heap_init(heap, region.header);
    }
    heap_drop(heap);
    return heap;
}

static void judge_all(struct heap *heap, const struct acts *acts)
{
    for (uint32_t i = 0; i < history_model_count; i++) {
        struct judge_options options = {.work_limit = 2000, .level = ISOLATION_STRICT};
        struct history_mistake mistake = {0};
        static struct judgement judgement;
        judgement = (struct judgement){0};
        if (!history_models[i]->judge(heap, acts, &options, &judgement, &mistake))
            REQUIRE(mistake.text[0] && mistake.line > 0);
        else
            REQUIRE(judgement.kind <= VERDICT_UNKNOWN && judgement.text[0]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct history_mistake mistake = {0};
    struct acts acts;
    struct heap *heap = scratch();
    uint8_t *copy = malloc(size + 1); /* so that the sanitizer sees a byte too many */
    REQUIRE(copy);
    memcpy(copy, data, size);
    uint8_t *exact = realloc(copy, size ? size : 1);
    if (acts_read(heap, (struct bytes){exact, (uint32_t)size}, &acts, &mistake))
        judge_all(heap, &acts);
    else
        REQUIRE(mistake.text[0] && mistake.line > 0);
    free(exact);
    return 0;
}
