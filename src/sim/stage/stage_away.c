/*
 * stage_away.c: reading elsewhere in the run for a question, and coming back.
 *
 * A question may need the world at another step (the end, where checks are judged; the moment at
 * which a check broke) or all records from the start. The run goes there and returns to the very
 * step; tape and chronicle, which are what a window shows, notice nothing of it.
 */
#include "sim/stage/stage_parts.h"

struct stage_place stage_here(const struct stage *stage)
{
    return (struct stage_place){stage_step(stage), stage_is_over(stage)};
}

void stage_go_away(struct stage *stage, uint64_t step)
{
    uint32_t purpose = stage->purpose;
    stage->purpose = STAGE_READING;
    travel_seek(&stage->travel, step);
    stage->purpose = purpose;
}

void stage_come_back(struct stage *stage, struct stage_place place)
{
    if (place.step == stage_step(stage) && place.is_over == stage_is_over(stage))
        return;
    stage_go_away(stage, place.is_over ? UINT64_MAX : place.step);
}

/* Step by step: a seek would leap from keyframe to keyframe, over what is to be read. */
static void read_to(struct stage *stage, struct stage_place place)
{
    uint32_t purpose = stage->purpose;
    stage->purpose = STAGE_READING;
    stage_step_to(stage, place.is_over ? UINT64_MAX : place.step);
    stage->purpose = purpose;
}

void stage_fill_book(struct stage *stage)
{
    struct why_book *book = &stage->book;
    if (book->next == 0)
        why_book_begin(book, &stage->heap, stage->prologue, stage->prologue_count);
    if (book->next > stage->world->state->records)
        return;
    struct stage_place place = stage_here(stage);
    stage_go_away(stage, why_book_step(book));
    read_to(stage, place);
}

void stage_fill_book_for(struct stage *stage, uint64_t number)
{
    struct why_book *book = &stage->book;
    struct stage_place place = stage_here(stage);
    struct tape_record record;
    if (number >= book->thin_below || !stage_find(stage, number, &record))
        return;
    why_book_begin(book, &stage->heap, stage->prologue, stage->prologue_count);
    stage_go_away(stage, 0);
    read_to(stage, (struct stage_place){record.step, false});
    stage_come_back(stage, place);
}
