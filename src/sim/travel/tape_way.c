/*
 * tape_way.c: where a message was when.
 *
 *     part of its way
 *      1 |                         * arrives
 *        |                       /
 *        |        hold *-------*  release          it moves evenly but where it is held,
 *        |           /                             and slower after it was delayed
 *      0 | * sent
 *        +------------------------------> time
 *
 * The same points serve the diagram, which draws them, and a tape that forgets: what is still on
 * its way is kept in the opening, with how far it was by then.
 */
#include "sim/travel/tape_parts.h"

#include <string.h>

#include "sim/trace/trace.h"

/* A message on its way: since `since` it has been at or gone on from `part`. */
struct course {
    vtime since;
    vtime left; /* from there */
    uint32_t part;
    bool is_held;
};

/* Nothing sets out at step 0, so a record of that step stands in an opening. */
static struct course course_of(const struct tape_record *flight)
{
    const struct tape_open *open = (const struct tape_open *)flight;
    if (flight->step == 0)
        return (struct course){open->seen, open->left, open->part, open->is_held};
    return (struct course){flight->time, flight->due - MIN(flight->due, flight->time), 0, false};
}

/* Where it is at a time, on the course that it is on. */
static void go_on(struct course *course, vtime time)
{
    vtime gone = MIN(time - MIN(time, course->since), course->left);
    if (!course->is_held && course->left > 0) {
        uint64_t rest = TAPE_WAY - course->part;
        course->part += (uint32_t)((uint128)rest * gone / course->left);
        course->left -= gone;
    }
    course->since = time;
}

static void touch(struct course *course, const struct tape_record *touch)
{
    go_on(course, touch->time);
    switch (touch->kind) {
    case TRACE_HOLD: course->is_held = true; break;
    case TRACE_RELEASE: course->is_held = false; break;
    case TRACE_POSTPONE: course->left += touch->field[2]; break; /* wraps round when sooner */
    default: break;
    }
}

/* The touches in order of time: at most so many, the last ones. */
static uint32_t collect_touches(const struct tape *tape, const struct tape_record *flight,
                                const struct tape_record *touches[TAPE_POINTS_MAX])
{
    const struct tape_record *record;
    uint32_t count = 0;
    for (uint64_t number = flight->touched; number && count < TAPE_POINTS_MAX - 4;) {
        if ((record = tape_find(tape, number)) == NULL)
            break;
        touches[count++] = record;
        number = record->touched;
    }
    for (uint32_t i = 0; i < count / 2; i++) {
        const struct tape_record *swapped = touches[i];
        touches[i] = touches[count - 1 - i];
        touches[count - 1 - i] = swapped;
    }
    return count;
}

static uint32_t moment_of(uint32_t kind)
{
    switch (kind) {
    case TRACE_HOLD: return TAPE_HELD;
    case TRACE_RELEASE: return TAPE_RELEASED;
    case TRACE_POSTPONE: return TAPE_DELAYED;
    case TRACE_CORRUPT: return TAPE_DAMAGED;
    default: return kind == TRACE_DROP ? TAPE_LOST : TAPE_ARRIVED;
    }
}

static struct tape_point point_of(const struct course *course, const struct tape_record *record)
{
    uint32_t moment = moment_of(record->kind);
    return (struct tape_point){course->since, course->part, moment, record->number};
}

static struct tape_point last_point(const struct course *course)
{
    if (course->is_held)
        return (struct tape_point){VTIME_NEVER, course->part, TAPE_STUCK, 0};
    return (struct tape_point){course->since + course->left, TAPE_WAY, TAPE_EXPECTED, 0};
}

uint32_t tape_way(const struct tape *tape, const struct tape_record *flight,
                  struct tape_point points[TAPE_POINTS_MAX])
{
    const struct tape_record *touches[TAPE_POINTS_MAX];
    const struct tape_record *end = flight->end ? tape_find(tape, flight->end) : NULL;
    struct course course = course_of(flight);
    uint32_t count = 0, touch_count = collect_touches(tape, flight, touches);
    points[count++] = (struct tape_point){flight->time, 0, TAPE_SENT, flight->number};
    if (course.since > flight->time)
        points[count++] = (struct tape_point){course.since, course.part, TAPE_PASSED, 0};
    for (uint32_t i = 0; i < touch_count; i++) {
        touch(&course, touches[i]);
        points[count++] = point_of(&course, touches[i]);
    }
    if (end)
        go_on(&course, end->time);
    points[count++] = end ? point_of(&course, end) : last_point(&course);
    return count;
}

/* --- forgetting --------------------------------------------------------------------------- */

static bool is_over_before(const struct tape_record *start, uint64_t number)
{
    return start->end != 0 && start->end < number;
}

/* As it is at a time, with only the touches before a number behind it. */
static struct tape_open open_at(const struct tape *tape, const struct tape_record *start,
                                vtime time, uint64_t number)
{
    const struct tape_record *touches[TAPE_POINTS_MAX];
    struct tape_open open = {.record = *start, .seen = time};
    open.record.step = 0;
    if (!start->is_flight)
        return open;
    struct course course = course_of(start);
    uint32_t count = collect_touches(tape, start, touches);
    for (uint32_t i = 0; i < count && touches[i]->number < number; i++)
        touch(&course, touches[i]);
    go_on(&course, time);
    open.left = course.left;
    open.part = course.part;
    open.is_held = course.is_held;
    return open;
}

void tape_forget_half(struct tape *tape)
{
    uint32_t half = tape->count / 2, kept = 0;
    uint64_t first = tape->records[half].number;
    vtime time = tape->records[half].time;
    for (uint32_t i = 0; i < tape->opening_count; i++)
        if (!is_over_before(&tape->opening[i].record, first))
            tape->opening[kept++] = open_at(tape, &tape->opening[i].record, time, first);
    tape->opening_count = kept;
    for (uint32_t i = 0; i < half; i++) {
        const struct tape_record *record = &tape->records[i];
        bool is_start = record->is_flight || record->class == TAPE_INVOKE;
        if (is_start && !is_over_before(record, first))
            *tape_add_opening(tape) = open_at(tape, record, time, first);
    }
    tape->since = time + 1;
    tape->count -= half;
    memmove(tape->records, tape->records + half, tape->count * sizeof *tape->records);
}
