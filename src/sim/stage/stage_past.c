/*
 * stage_past.c: the run as a whole, and any stretch of it from near by.
 *
 * Both are memories of whoever watches. Neither changes the run: where the world has to be run
 * again for them, it comes back to the very step at which it was.
 */
#include <string.h>

#include "sim/stage/stage_parts.h"
#include "sim/world/world.h"

/* --- where records go --------------------------------------------------------------------- */

void stage_take(void *host, const struct trace_record *record)
{
    struct stage *stage = host;
    struct tape_record taped;
    if (stage->purpose == STAGE_APPROACHING)
        return;
    tape_describe(record, stage->world->state->step, &taped);
    why_book_take(&stage->book, &taped);
    if (stage->purpose == STAGE_READING)
        return;
    if (stage->purpose == STAGE_LOOKING) {
        tape_take(&stage->close_up, &taped);
        presence_take(&stage->close_presence, stage->world, &taped);
        return;
    }
    if (stage->purpose == STAGE_LOOKING_ASIDE) {
        tape_take(&stage->other_tape, &taped);
        return;
    }
    chronicle_take(stage->chronicle, stage->world, &taped);
    stage_note_sign(stage, &taped);
    stage_note_key(stage, &taped);
    if (stage->purpose == STAGE_MOVING)
        tape_take(&stage->tape, &taped);
}

void stage_take_parcel(void *host, const struct parcel *parcel)
{
    struct stage *stage = host;
    if (stage->purpose == STAGE_MOVING)
        tape_tell_due(&stage->tape, parcel->cause, parcel->arrives_at);
    else if (stage->purpose == STAGE_LOOKING)
        tape_tell_due(&stage->close_up, parcel->cause, parcel->arrives_at);
    else if (stage->purpose == STAGE_LOOKING_ASIDE)
        tape_tell_due(&stage->other_tape, parcel->cause, parcel->arrives_at);
}

/* --- chronicles --------------------------------------------------------------------------- */

static void begin_chronicle(struct stage *stage, struct chronicle *chronicle,
                            const struct scenario *scenario, uint32_t branch)
{
    if (chronicle->used > 0)
        heap_drop(&chronicle->heap);
    chronicle->branch = branch;
    chronicle_begin(chronicle, scenario->node.nodes, scenario->client_count, scenario->duration_ns);
    chronicle->used = ++stage->turn;
}

void stage_past_open(struct stage *stage, const struct scenario *scenario)
{
    table_init(&stage->key_names, &stage->heap);
    tape_init(&stage->tape, &stage->heap, STAGE_TAPE_MAX);
    tape_init(&stage->close_up, &stage->heap, STAGE_CLOSE_UP_MAX);
    tape_init(&stage->other_tape, &stage->heap, STAGE_OTHER_MAX);
    tape_begin(&stage->tape, NULL);
    presence_init(&stage->close_presence, &stage->heap, scenario->node.nodes,
                  scenario->client_count);
    stage->close_branch = UINT32_MAX;
    for (uint32_t i = 0; i < STAGE_CHRONICLES; i++)
        heap_init(&stage->chronicles[i].heap, stage->region.header);
    stage->chronicle = &stage->chronicles[0];
    begin_chronicle(stage, stage->chronicle, scenario, 0);
}

void stage_past_begin(struct stage *stage)
{
    stage->prologue_count = stage->tape.count;
    stage->prologue =
        heap_alloc(&stage->heap, stage->prologue_count * sizeof *stage->prologue);
    if (stage->prologue_count > 0)
        memcpy(stage->prologue, stage->tape.records,
               stage->prologue_count * sizeof *stage->prologue);
}

void stage_begin_tape(struct stage *stage, struct tape *tape)
{
    tape_begin(tape, stage->world);
    for (uint32_t i = 0; i < stage->prologue_count && stage->world->state->step == 0; i++)
        tape_take(tape, &stage->prologue[i]);
}

/* The one that was turned to longest ago makes room; never the present one. */
static struct chronicle *free_chronicle(struct stage *stage)
{
    struct chronicle *oldest = NULL;
    for (uint32_t i = 0; i < STAGE_CHRONICLES; i++) {
        struct chronicle *chronicle = &stage->chronicles[i];
        if (chronicle != stage->chronicle && (!oldest || chronicle->used < oldest->used))
            oldest = chronicle;
    }
    return oldest;
}

void stage_approach(struct stage *stage, uint64_t step)
{
    uint32_t purpose = stage->purpose;
    stage->purpose = STAGE_APPROACHING;
    travel_seek(&stage->travel, step);
    stage->purpose = purpose;
}

/* To the last step before a time. */
static void seek_before(struct stage *stage, vtime time)
{
    if (time == 0)
        travel_seek(&stage->travel, 0);
    else
        travel_seek_time(&stage->travel, time - 1);
}

void stage_step_to(struct stage *stage, uint64_t step)
{
    while (stage->world->state->step < step)
        if (!travel_forward(&stage->travel))
            return;
}

/* A chronicle that was given up and begun anew may lie behind, and a seek has passed over the
 * gap: run on from the last record that was counted, up to the present. */
void stage_count_to_present(struct stage *stage)
{
    struct chronicle *chronicle = stage->chronicle;
    uint64_t step = stage->world->state->step;
    bool is_over = stage->world->state->is_over;
    if (chronicle->density.record_count >= stage->world->state->records)
        return;
    stage->purpose = STAGE_APPROACHING;
    seek_before(stage, chronicle->counted_to);
    stage->purpose = STAGE_COUNTING;
    for (uint32_t i = 0; i < stage->prologue_count; i++)
        chronicle_take(chronicle, stage->world, &stage->prologue[i]);
    stage_step_to(stage, is_over ? UINT64_MAX : step);
    stage->purpose = STAGE_MOVING;
}

void stage_past_branched(struct stage *stage)
{
    stage->other.tape = NULL;
    struct chronicle *from = stage->chronicle, *chronicle = free_chronicle(stage);
    begin_chronicle(stage, chronicle, stage->world->scenario, stage->travel.current);
    chronicle_copy(chronicle, from, stage->world->state->records, stage->world);
    stage->chronicle = chronicle;
    stage_count_to_present(stage);
}

void stage_past_selected(struct stage *stage)
{
    uint32_t branch = stage->travel.current;
    stage->other.tape = NULL;
    if (stage->chronicle->branch == branch)
        return;
    for (uint32_t i = 0; i < STAGE_CHRONICLES; i++)
        if (stage->chronicles[i].used > 0 && stage->chronicles[i].branch == branch) {
            stage->chronicle = &stage->chronicles[i];
            stage->chronicle->used = ++stage->turn;
            return;
        }
    stage->chronicle = free_chronicle(stage);
    begin_chronicle(stage, stage->chronicle, stage->world->scenario, branch);
    stage_count_to_present(stage);
}

const struct chronicle *stage_chronicle(const struct stage *stage)
{
    return stage->chronicle;
}

/* --- a closer look ------------------------------------------------------------------------ */

/* Up to where the present branch is known. */
static uint64_t known_records(const struct stage *stage)
{
    return stage->chronicle->density.record_count;
}

static bool does_cover(const struct stage *stage, const struct tape *tape, vtime from, vtime to)
{
    if (!tape->is_taking || tape->since > from)
        return false;
    if (tape->count == 0 || tape->until >= to)
        return tape->until >= to;
    const struct tape_record *last = &tape->records[tape->count - 1];
    return last->time > to || last->number >= known_records(stage);
}

struct stage_detail stage_detail(const struct stage *stage, vtime from, vtime to)
{
    const struct presence *presence = &stage->chronicle->presence;
    if (presence_is_whole(presence) && does_cover(stage, &stage->tape, from, to))
        return (struct stage_detail){&stage->tape, presence};
    if (stage->close_branch == stage->travel.current &&
        does_cover(stage, &stage->close_up, from, MIN(to, stage->chronicle->last_time)))
        return (struct stage_detail){&stage->close_up, &stage->close_presence};
    return (struct stage_detail){NULL, presence};
}

uint64_t stage_record_count(const struct stage *stage, vtime from, vtime to)
{
    const struct density *density = &stage->chronicle->density;
    return density_records(density, density_bucket(density, from),
                           density_bucket(density, to) + 1);
}

/* Run up to the last step before `from`, on to the last one up to `to` as far as the branch is
 * known, with all that happens told to `tape`, and back to where we were. */
static void run_again(struct stage *stage, struct tape *tape, vtime from, vtime to)
{
    struct world *world = stage->world;
    uint64_t step = world->state->step, known = known_records(stage);
    bool is_over = world->state->is_over;
    stage->purpose = STAGE_APPROACHING;
    seek_before(stage, from);
    stage->purpose = tape == &stage->tape ? STAGE_MOVING : STAGE_LOOKING;
    stage_begin_tape(stage, tape);
    if (stage->purpose == STAGE_LOOKING)
        presence_begin(&stage->close_presence, world);
    while (world->state->records < known && world_next_time(world) <= to)
        if (!travel_forward(&stage->travel))
            break;
    tape->until = to;
    stage->purpose = STAGE_APPROACHING;
    travel_seek(&stage->travel, is_over ? UINT64_MAX : step);
    stage->purpose = STAGE_MOVING;
}

/* Is the stretch near enough to the tape to make the tape longer? The present then stays on it,
 * and with something to spare before the stretch, a step back needs no second look. */
static bool make_tape_longer(struct stage *stage, vtime from, vtime to)
{
    if (stage->tape.count == 0 || !presence_is_whole(&stage->chronicle->presence))
        return false;
    vtime end = MAX(stage->tape.records[stage->tape.count - 1].time, to);
    vtime begin = MIN(stage->tape.records[0].time, from), spare = from - MIN(from, to - from);
    if (stage_record_count(stage, begin, end) > STAGE_TAPE_MAX / 2)
        return false;
    if (spare < begin && stage_record_count(stage, spare, end) <= STAGE_TAPE_MAX / 4)
        begin = spare;
    run_again(stage, &stage->tape, begin, end);
    return true;
}

bool stage_look_at(struct stage *stage, vtime from, vtime to)
{
    to = MIN(to, stage->chronicle->last_time);
    if (from > to || stage_detail(stage, from, to).tape)
        return true;
    if (make_tape_longer(stage, from, to))
        return true;
    if (stage_record_count(stage, from, to) > STAGE_CLOSE_UP_MAX)
        return false;
    vtime span = to - from, wide_from = from - MIN(from, span), wide_to = to + span;
    wide_to = MIN(wide_to, stage->chronicle->last_time);
    if (stage_record_count(stage, wide_from, wide_to) <= STAGE_CLOSE_UP_MAX / 2)
        from = wide_from, to = wide_to; /* the next look is often beside this one */
    stage->close_branch = stage->travel.current;
    run_again(stage, &stage->close_up, from, to);
    return true;
}
