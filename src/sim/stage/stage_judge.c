/*
 * stage_judge.c: what the checks say at the end of the present branch.
 *
 * A branch has one end, so it is judged once: the run goes there and comes back. Whatever is asked
 * for later is remembered.
 */
#include "sim/stage/stage_parts.h"

#include <string.h>

#include "sim/judge/judge.h"
#include "sim/picture/view.h"

static void take_operations(const struct world *world, const struct verdict *verdict,
                            struct stage_verdict *taken)
{
    taken->request_count = verdict->operation_count;
    for (uint32_t i = 0; i < verdict->operation_count; i++)
        taken->requests[i] = history_at(world, verdict->operations[i])->request;
    if (world_key_count(world) > verdict->key)
        taken->token = key_token(world_key(world, verdict->key));
}

/* The step at which it showed: where it was watched, or where its client was told. */
static void take_step(struct stage *stage, const struct check_result *result,
                      struct stage_verdict *taken)
{
    const struct verdict *verdict = &result->verdict;
    taken->step = result->record ? result->step : stage_step(stage);
    taken->time = result->record ? result->time : stage_now(stage);
    taken->is_at_end = !result->record;
    if (result->record || verdict->kind != VERDICT_VIOLATED || verdict->operation_count == 0)
        return;
    uint64_t number = history_at(stage->world, verdict->operations[0])->record_told;
    uint32_t index = why_book_index(&stage->book, number);
    if (index >= stage->book.count || stage->book.pages[index].number != number)
        return;
    taken->is_at_end = false;
    taken->step = stage->book.pages[index].step;
    taken->time = stage->book.pages[index].time;
}

static void take_verdict(struct stage *stage, const struct history *history,
                         const struct check_result *result, struct stage_verdict *taken)
{
    struct text text;
    uint8_t kind = result->setting->kind;
    bool is_condition = kind == CHECK_EXPECT || kind == CHECK_ALWAYS || kind == CHECK_REACHED;
    *taken = (struct stage_verdict){.is_content = result->is_content};
    taken->kind = result->verdict.kind == VERDICT_HOLDS      ? STAGE_HOLDS
                  : result->verdict.kind == VERDICT_VIOLATED ? STAGE_VIOLATED
                                                             : STAGE_UNKNOWN;
    text_init(&text, taken->text, sizeof taken->text);
    judge_text(stage->world, is_condition ? NULL : history, &result->verdict, &text);
    if (!is_condition)
        take_operations(stage->world, &result->verdict, taken);
    take_step(stage, result, taken);
}

static void judge_here(struct stage *stage, struct stage_verdict *verdicts)
{
    const struct world *world = stage->world;
    struct heap *scratch = &stage->scratch;
    heap_init(scratch, stage->region.header);
    struct check_result *results =
        heap_alloc(scratch, MAX(world->scenario->check_count, 1) * sizeof *results);
    judge_world(world, scratch, results);
    struct history history = world_history(world, scratch);
    for (uint32_t i = 0; i < world->scenario->check_count; i++)
        take_verdict(stage, &history, &results[i], &verdicts[i]);
    heap_drop(scratch);
}

static void make_room(struct stage *stage)
{
    uint32_t needed = stage_branch_count(stage), had = stage->verdicts_room;
    if (needed <= had)
        return;
    stage->verdicts_room = MAX(8, 2 * needed);
    stage->verdicts =
        heap_resize(&stage->heap, stage->verdicts, stage->verdicts_room * sizeof *stage->verdicts);
    memset(stage->verdicts + had, 0, (stage->verdicts_room - had) * sizeof *stage->verdicts);
}

void stage_judge(struct stage *stage)
{
    uint32_t count = MAX(stage->world->scenario->check_count, 1);
    if (stage_verdicts(stage))
        return;
    make_room(stage);
    struct stage_verdict *verdicts = heap_alloc(&stage->heap, count * sizeof *verdicts);
    struct stage_place place = stage_here(stage);
    stage_go_away(stage, UINT64_MAX);
    stage_fill_book(stage);
    judge_here(stage, verdicts);
    stage_come_back(stage, place);
    stage->verdicts[stage_branch_now(stage)] = verdicts;
}

const struct stage_verdict *stage_verdicts(const struct stage *stage)
{
    uint32_t branch = stage_branch_now(stage);
    return branch < stage->verdicts_room ? stage->verdicts[branch] : NULL;
}
