/*
 * stage_signs.c: the headlines of each branch, kept when the tape has forgotten them.
 *
 * A sign is noted when a record is made that was never made before in its branch. A new branch
 * has its parent's signs up to where it leaves.
 */
#include "sim/stage/stage_parts.h"

#include <string.h>

#include "db/note.h"

static struct signs *signs_now(const struct stage *stage)
{
    return &stage->signs[stage->travel.current];
}

static void add_sign(struct stage *stage, struct sign_list *list, const struct stage_sign *sign)
{
    if (list->count == list->room) {
        list->room = MAX(64, 2 * list->room);
        list->items = heap_resize(&stage->heap, list->items, list->room * sizeof *list->items);
    }
    list->items[list->count++] = *sign;
}

static uint32_t phase_of(const struct tape_record *record)
{
    bool is_version = record->kind == TRACE_NOTE + NOTE_CHANGE_DECIDED;
    return is_version ? (uint32_t)record->field[1] : STAGE_NO_PHASE;
}

void stage_note_sign(struct stage *stage, const struct tape_record *record)
{
    struct signs *signs = signs_now(stage);
    if (record->number <= signs->known_to)
        return;
    signs->known_to = record->number;
    signs->known_step = record->step;
    signs->known_time = record->time;
    if (!record->is_headline)
        return;
    struct stage_sign sign = {record->number, record->step,  record->time,
                              record->actor,  record->kind, record->class, record->field[0],
                              phase_of(record)};
    uint32_t list = record->class == TAPE_TOLD ? SIGNS_FAILURES : SIGNS_FAULTS;
    add_sign(stage, &signs->lists[list], &sign);
}

const struct stage_sign *stage_signs(const struct stage *stage, enum sign_kind kind,
                                     uint32_t *count)
{
    const struct sign_list *list = &signs_now(stage)->lists[kind];
    *count = list->count;
    return list->items;
}

void stage_begin_signs(struct stage *stage)
{
    stage->signs_room = 8;
    stage->signs = heap_alloc(&stage->heap, stage->signs_room * sizeof *stage->signs);
}

void stage_branch_signs(struct stage *stage, uint32_t parent)
{
    uint32_t branch = stage->travel.current;
    uint64_t step = stage->travel.branches[branch].from_step;
    if (branch >= stage->signs_room) {
        stage->signs_room *= 2;
        stage->signs =
            heap_resize(&stage->heap, stage->signs, stage->signs_room * sizeof *stage->signs);
    }
    memset(&stage->signs[branch], 0, sizeof *stage->signs);
    stage->signs[branch].known_to = stage_records(stage);
    stage->signs[branch].known_step = step;
    stage->signs[branch].known_time = stage_now(stage);
    for (uint32_t kind = 0; kind < SIGN_KIND_COUNT; kind++) {
        const struct sign_list *list = &stage->signs[parent].lists[kind];
        for (uint32_t i = 0; i < list->count && list->items[i].step <= step; i++)
            add_sign(stage, &stage->signs[branch].lists[kind], &list->items[i]);
    }
}

vtime stage_known_time(const struct stage *stage, uint32_t branch)
{
    return stage->signs[branch].known_time;
}

uint64_t stage_known_step(const struct stage *stage)
{
    return signs_now(stage)->known_step;
}

/* --- going to them ---------------------------------------------------------------------- */

/* How many of them lie at or before a step. */
static uint32_t count_until(const struct sign_list *list, uint64_t step)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->items[middle].step <= step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool stage_next_sign(const struct stage *stage, uint64_t step, uint64_t *found)
{
    *found = UINT64_MAX;
    for (uint32_t kind = 0; kind < SIGN_KIND_COUNT; kind++) {
        const struct sign_list *list = &signs_now(stage)->lists[kind];
        uint32_t index = count_until(list, step);
        if (index < list->count)
            *found = MIN(*found, list->items[index].step);
    }
    return *found != UINT64_MAX;
}

bool stage_previous_sign(const struct stage *stage, uint64_t step, uint64_t *found)
{
    *found = 0;
    for (uint32_t kind = 0; step > 0 && kind < SIGN_KIND_COUNT; kind++) {
        const struct sign_list *list = &signs_now(stage)->lists[kind];
        uint32_t index = count_until(list, step - 1);
        if (index > 0)
            *found = MAX(*found, list->items[index - 1].step);
    }
    return *found > 0;
}
