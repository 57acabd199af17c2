/*
 * spacetime_marks.c: faults and cures with a word, and what else a lane does.
 *
 * Faults and cures come from the signs that the stage keeps of the whole run, so that each one
 * can be seen however far one has zoomed out. A fault is a cross, a cure a disc in a ring, a step
 * of a change of members a diamond; one of the whole network goes right across the lanes and has
 * its word at the top.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

/* --- signs ---------------------------------------------------------------------------------- */

static uint32_t first_sign(const struct stage_sign *signs, uint32_t count, vtime time)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (signs[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct draw_color color_of(const struct diagram *d, const struct stage_sign *sign)
{
    struct draw_color color = marks_color(d->scene->theme, sign);
    return sign->number > d->now ? with_alpha(color, 110) : color;
}

static void draw_shape(struct diagram *d, const struct stage_sign *sign, float x, float y)
{
    struct draw_color color = color_of(d, sign);
    float r = fminf(d->scene->size * 0.4f, fmaxf(d->step * 0.4f, 2.5f));
    if (sign->class == TAPE_CURE) {
        draw_disc(d->list, x, y, r * 0.5f, color);
        draw_arc(d->list, x, y, r, 0, 6.2831853f, 1.5f, color);
    } else if (sign->class == TAPE_CHANGE) {
        marks_diamond(d->list, x, y, r, color);
    } else if (sign->class == TAPE_TOLD) { /* an operation that was refused or given up */
        draw_frame(d->list, x - r * 0.7f, y - r * 0.7f, r * 1.4f, r * 1.4f, 1.5f, color);
    } else {
        diagram_cross(d, x, y, r, 2.5f, color);
        if (sign->class == TAPE_BROKEN) /* a rule, not a machine */
            draw_frame(d->list, x - r, y - r, 2 * r, 2 * r, 1.5f, color);
    }
    hits_add(d->hits, (struct box){x - 5, y - 6, 10, 12}, PICK_RECORD, sign->number);
}

static void name_sign(struct diagram *d, const struct stage_sign *sign, float x)
{
    char text[40];
    float size = d->scene->size * 0.85f;
    struct draw_color color = marks_color(d->scene->theme, sign);
    stage_sign_word(sign, text, sizeof text);
    bool is_everywhere = sign->actor == UINT32_MAX;
    if (!is_everywhere && d->step < size * 1.9f)
        return;
    float y = is_everywhere ? d->plot.y - size * 0.1f
                            : diagram_y(d, (float)diagram_lane(d, sign->actor)) - size * 1.5f;
    if (!diagram_word(d, x + 3, y, size, ALIGN_LEFT, color, text))
        diagram_word(d, x - 3, y, size, ALIGN_RIGHT, color, text);
}

/* Two that lie upon the same point are drawn once; `last` keeps where the last one of a lane
 * was. */
struct last_drawn {
    float x[1024];
};

static void draw_sign(struct diagram *d, const struct stage_sign *sign, struct last_drawn *last)
{
    float x = (float)diagram_x(d, sign->time);
    if (sign->actor == UINT32_MAX) {
        draw_line(d->list, x, d->plot.y, x, d->plot.y + d->plot.h, 1, color_of(d, sign), true);
        hits_add(d->hits, (struct box){x - 3, d->plot.y, 6, d->step * 0.5f}, PICK_RECORD,
                 sign->number);
        name_sign(d, sign, x);
        return;
    }
    uint32_t lane = diagram_lane(d, sign->actor), slot = lane % 1024;
    if (!diagram_has_lane(d, lane) || x < last->x[slot] + 1)
        return;
    last->x[slot] = x;
    draw_shape(d, sign, x, diagram_y(d, (float)lane));
    if (sign->class != TAPE_TOLD)
        name_sign(d, sign, x);
}

void diagram_draw_signs(struct diagram *d)
{
    struct last_drawn last;
    uint32_t count, kinds = d->is_summary ? SIGN_KIND_COUNT : SIGNS_FAILURES;
    for (uint32_t kind = 0; kind < kinds; kind++) {
        const struct stage_sign *signs = stage_signs(d->scene->stage, (enum sign_kind)kind, &count);
        for (uint32_t i = 0; i < 1024; i++)
            last.x[i] = -1e9f;
        for (uint32_t i = first_sign(signs, count, d->from); i < count && signs[i].time <= d->to;
             i++)
            draw_sign(d, &signs[i], &last);
    }
}

/* --- records ---------------------------------------------------------------------------------- */

/* A point for what a node does by itself, so that one sees where there is something to select. */
static void draw_record(struct diagram *d, const struct tape_record *record, float last_x[1024])
{
    bool is_picked = pick_is(d->scene->pick, PICK_RECORD, record->number);
    float x = (float)diagram_x(d, record->time);
    bool has_shape = record->is_headline || record->class == TAPE_TOLD;
    if (record->actor == UINT32_MAX || (has_shape && !is_picked))
        return;
    uint32_t lane = diagram_lane(d, record->actor), slot = lane % 1024;
    if (!diagram_has_lane(d, lane) || (!is_picked && x < last_x[slot] + 2.5f))
        return;
    last_x[slot] = x;
    float y = diagram_y(d, (float)lane);
    struct draw_color color = d->scene->theme->text;
    float radius = record->class == TAPE_OTHER ? 1.4f : 2;
    draw_disc(d->list, x, y, fminf(radius, d->step * 0.2f),
              with_alpha(color, record->number > d->now ? 90 : 230));
    hits_add(d->hits, (struct box){x - 4, y - 5, 8, 10}, PICK_RECORD, record->number);
}

void diagram_draw_records(struct diagram *d)
{
    float last_x[1024];
    const struct tape *tape = d->tape;
    for (uint32_t i = 0; i < 1024; i++)
        last_x[i] = -1e9f;
    for (uint32_t i = tape_first_from(tape, d->from);
         i < tape->count && tape->records[i].time <= d->to; i++)
        draw_record(d, &tape->records[i], last_x);
}
