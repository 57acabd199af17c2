/*
 * explore_judge.c: what the checks say about a state in which nothing is left to happen.
 *
 * The world is put there, called over, and judged like any run. What a check of the history or of
 * the replicas says depends on the parts alone, which is what a state is hashed by. Conditions
 * ("expect", "always", "reached") may ask about anything, a counter or a time; of them there is no
 * verdict here.
 */
#include <string.h>

#include "hunt/explore_parts.h"
#include "sim/picture/view.h"

static bool is_judged(const struct check_setting *setting)
{
    return setting->kind != CHECK_EXPECT && setting->kind != CHECK_ALWAYS &&
           setting->kind != CHECK_REACHED;
}

static void tell(struct explore *x, struct heap *scratch, const struct check_result *result)
{
    struct text text;
    struct history history = world_history(&x->world, scratch);
    text_init(&text, x->result.sentence, sizeof x->result.sentence);
    judge_text(&x->world, &history, &result->verdict, &text);
}

uint64_t explore_judge(struct explore *x, const uint32_t *path, uint32_t length)
{
    struct check_result results[CHECKS_MAX];
    uint64_t violated = 0;
    explore_go(x, path, length);
    x->is_at_known = false;
    x->world.state->is_over = true;
    region_reset(&x->scratch);
    struct heap *scratch = region_create_root(&x->scratch, sizeof *scratch);
    heap_init(scratch, x->scratch.header);
    judge_world(&x->world, scratch, results);
    for (uint32_t i = 0; i < x->order.scenario->check_count; i++) {
        if (!is_judged(results[i].setting) || results[i].verdict.kind != VERDICT_VIOLATED)
            continue;
        if (!violated && !x->result.has_violation) {
            x->result.check = i;
            tell(x, scratch, &results[i]);
        }
        violated |= UINT64_C(1) << i;
    }
    return violated;
}
