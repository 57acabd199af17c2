/*
 * stage_away.c: looking elsewhere in the run, unseen, and coming back.
 *
 * A question may need the world at another step (the end, where checks are judged; the moment at
 * which a check broke) or all records from the start. The run goes there and returns to the very
 * step; the tape, which is what a window shows, notices nothing of it.
 */
#include "sim/stage_parts.h"

struct stage_place stage_go_away(struct stage *stage, uint64_t step)
{
    const struct world_state *state = stage->world->state;
    struct stage_place place = {state->step, state->is_over};
    stage->is_away = true;
    travel_seek(&stage->travel, step);
    stage->is_away = false;
    return place;
}

void stage_come_back(struct stage *stage, struct stage_place place)
{
    stage->is_away = true;
    travel_seek(&stage->travel, place.is_over ? UINT64_MAX : place.step);
    stage->is_away = false;
}

void stage_fill_book(struct stage *stage)
{
    struct why_book *book = &stage->book;
    book->is_open = true;
    if (book->next > stage->world->state->records)
        return;
    struct stage_place place = stage_go_away(stage, why_book_step(book));
    stage_come_back(stage, place);
}
