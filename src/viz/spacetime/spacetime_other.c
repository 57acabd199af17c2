/*
 * spacetime_other.c: another branch behind the present one.
 *
 *     n1   -----|---o-------           from where the two part, the messages of the other branch
 *     n2   -----|----\\---x            are dashed, its operations frames, its faults hollow; where
 *     n3   -----|     o                both do the same, the present branch hides it
 */
#include <math.h>

#include "base/outcome.h"
#include "viz/spacetime/spacetime.h"

static void draw_operation(struct diagram *d, const struct tape_record *told)
{
    const struct tape_record *asked = tape_find(d->other.tape, told->start);
    float h = fminf(d->scene->size * 0.5f, d->step * 0.4f);
    if (!asked || told->time <= d->other.parting)
        return;
    float y = diagram_y(d, (float)diagram_lane(d, told->actor));
    vtime since = asked->time > d->other.parting ? asked->time : d->other.parting;
    double left = fmax(diagram_x(d, since), (double)d->plot.x - 4);
    double right = fmin(diagram_x(d, told->time), (double)(d->plot.x + d->plot.w) + 4);
    struct draw_color color = with_alpha(d->scene->theme->warn, 170);
    if (right <= left)
        return;
    draw_frame(d->list, (float)left, y - h / 2, (float)(right - left), h, 1, color);
    if (told->field[0] != OUTCOME_OK)
        diagram_cross(d, (float)right, y, h * 0.6f, 1.2f, color);
}

/* As the present branch marks them, but in lines only. */
static void draw_fault(struct diagram *d, const struct tape_record *record)
{
    float x = (float)diagram_x(d, record->time), r = fminf(5, d->step * 0.4f);
    struct draw_color color = with_alpha(d->scene->theme->warn, 200);
    if (record->actor == UINT32_MAX) {
        draw_line(d->list, x, d->plot.y, x, d->plot.y + d->plot.h, 1, color, true);
        return;
    }
    float y = diagram_y(d, (float)diagram_lane(d, record->actor));
    if (record->class == TAPE_CURE)
        draw_arc(d->list, x, y, r, 0, 6.2831853f, 1.2f, color);
    else if (record->class == TAPE_CHANGE)
        marks_diamond(d->list, x, y, r, color);
    else
        diagram_cross(d, x, y, r, 1.2f, color);
    draw_frame(d->list, x - r - 2, y - r - 2, 2 * r + 4, 2 * r + 4, 1, color);
}

void diagram_draw_other(struct diagram *d)
{
    const struct tape *own = d->tape, *tape = d->other.tape;
    if (!tape)
        return;
    d->tape = tape;
    d->is_ghost = true;
    diagram_draw_flights(d);
    d->is_ghost = false;
    d->tape = own;
    vtime since = d->from > d->other.parting ? d->from : d->other.parting;
    for (uint32_t i = tape_first_from(tape, since); i < tape->count; i++) {
        const struct tape_record *record = &tape->records[i];
        bool is_fault = record->class == TAPE_FAULT || record->class == TAPE_CURE ||
                        record->class == TAPE_CHANGE;
        if (record->class == TAPE_TOLD)
            draw_operation(d, record);
        else if (is_fault && record->is_headline && record->time > d->other.parting &&
                 record->time <= d->to)
            draw_fault(d, record);
    }
}

/* Where they part. */
void diagram_name_other(struct diagram *d)
{
    char text[60];
    float size = d->scene->size * 0.9f;
    double x = diagram_x(d, d->other.parting);
    if (!d->other.tape)
        return;
    snprintf(text, sizeof text, "from here branch %u%s", d->other.branch,
             d->is_summary ? "; + shows it" : ", dashed");
    double left = fmin(fmax(x, (double)d->plot.x), (double)(d->plot.x + d->plot.w));
    if (x >= (double)d->plot.x - 1)
        diagram_line(d, x, d->plot.y, x, d->plot.y + d->plot.h, 1.5f, d->scene->theme->warn, true);
    float y = d->plot.y + d->plot.h - size * 1.4f;
    if (!diagram_word(d, (float)left + 4, y, size, ALIGN_LEFT, d->scene->theme->warn, text))
        diagram_word(d, (float)left - 4, y, size, ALIGN_RIGHT, d->scene->theme->warn, text);
}
