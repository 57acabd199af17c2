/*
 * spacetime_chain.c: what led to the selection, in bold, and the answer to "why", in numbers.
 *
 *     n1   ==1==\                 the selected record, its cause, the cause of that ...:
 *     n2        \\==2             messages (spacetime_flights.c) and the lanes between them
 *     n3   3 - - - - - 2          what W has found: each reason has its number, and a dashed
 *                                 line leads from one to the next, whatever lies between
 */
#include <math.h>

#include "viz/spacetime/spacetime.h"

uint32_t causal_chain(const struct stage *stage, uint64_t number, uint64_t *chain)
{
    uint32_t count = 0;
    const struct tape_record *record;
    while (count < CHAIN_MAX && (record = stage_record(stage, number)) != NULL) {
        chain[count++] = number;
        number = record->cause;
    }
    return count;
}

/* A cause comes before what it causes, so the numbers fall. */
bool diagram_in_chain(const struct diagram *d, uint64_t number)
{
    uint32_t low = 0, high = d->chain_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (d->chain[middle] > number)
            low = middle + 1;
        else
            high = middle;
    }
    return (low < d->chain_count && d->chain[low] == number) ||
           scene_why_mark(d->scene, number) > 0;
}

static const struct tape_record *find(const struct diagram *d, uint64_t number)
{
    const struct tape_record *record = d->tape ? tape_find(d->tape, number) : NULL;
    return record ? record : stage_record(d->scene->stage, number);
}

/* From a record to the next one of the chain: along the lane, or, where there are only counts
 * and no lines of messages, across. */
static void draw_link(struct diagram *d, const struct tape_record *from,
                      const struct tape_record *to)
{
    bool is_along = from->actor == to->actor;
    if ((!is_along && !d->is_summary) || from->actor == UINT32_MAX || to->actor == UINT32_MAX)
        return;
    float y1 = diagram_y(d, (float)diagram_lane(d, from->actor));
    float y2 = diagram_y(d, (float)diagram_lane(d, to->actor));
    diagram_line(d, diagram_x(d, from->time), y1, diagram_x(d, to->time), y2, 3,
                 d->scene->theme->selected, false);
}

void diagram_draw_chain(struct diagram *d)
{
    const struct theme *theme = d->scene->theme;
    for (uint32_t i = 0; i < d->chain_count; i++) {
        const struct tape_record *record = find(d, d->chain[i]);
        const struct tape_record *cause = i + 1 < d->chain_count ? find(d, d->chain[i + 1]) : NULL;
        if (!record)
            continue;
        if (cause)
            draw_link(d, cause, record);
        if (record->actor == UINT32_MAX)
            continue;
        float x = (float)diagram_x(d, record->time);
        float y = diagram_y(d, (float)diagram_lane(d, record->actor));
        float r = fminf(3.5f, d->step * 0.4f);
        if (x < d->plot.x - 8 || x > d->plot.x + d->plot.w + 8)
            continue;
        draw_disc(d->list, x, y, r, theme->selected);
        if (i == 0)
            draw_arc(d->list, x, y, 7, 0, 6.2831853f, 2, theme->selected);
    }
}

/* --- the answer to why ---------------------------------------------------------------------- */

/* Where a reason stands: on its lane, or, of the whole network, at the top. */
static float y_of(const struct diagram *d, const struct tape_record *record)
{
    return record->actor == UINT32_MAX ? d->plot.y
                                       : diagram_y(d, (float)diagram_lane(d, record->actor));
}

/* Do two reasons stand so near by that their marks would lie upon each other? */
static bool do_meet(const struct diagram *d, uint32_t a, uint32_t b)
{
    const struct why_link *links = d->scene->why->links;
    double x = diagram_x(d, links[a].record.time) - diagram_x(d, links[b].record.time);
    float y = y_of(d, &links[a].record) - y_of(d, &links[b].record);
    return fabs(x) < 14 && fabsf(y) < 12;
}

/* "2", or "1,3,4" when others stand there; "" when one before it has named it. */
static void name_reasons(const struct diagram *d, uint32_t index, char *text, size_t size)
{
    size_t used = 0;
    *text = '\0';
    for (uint32_t i = 0; i < index; i++)
        if (do_meet(d, i, index))
            return;
    for (uint32_t i = index; i < d->scene->why->count && used + 12 < size; i++)
        if (i == index || do_meet(d, index, i))
            used += (size_t)snprintf(text + used, size - used, "%s%u", used ? "," : "", i + 1);
}

static void draw_reason(struct diagram *d, uint32_t index)
{
    const struct why *why = d->scene->why;
    const struct tape_record *record = &why->links[index].record;
    const struct theme *theme = d->scene->theme;
    float size = d->scene->size * 0.9f, y = y_of(d, record);
    double x = diagram_x(d, record->time);
    char number[64];
    if (index + 1 < why->count) {
        const struct tape_record *next = &why->links[index + 1].record;
        diagram_line(d, diagram_x(d, next->time), y_of(d, next), x, y, 1.5f,
                     with_alpha(theme->selected, 170), true);
    }
    if (x < (double)d->plot.x - 8 || x > (double)(d->plot.x + d->plot.w) + 8)
        return;
    bool is_here = index == d->scene->why_at;
    name_reasons(d, index, number, sizeof number);
    if (*number || is_here)
        draw_arc(d->list, (float)x, y, 7, 0, 6.2831853f, is_here ? 2.5f : 1.2f, theme->selected);
    for (int side = 0; *number && side < 4; side++) {
        float dx = side % 2 ? -9 : 9, dy = side < 2 ? -size * 1.3f : 0;
        if (diagram_word(d, (float)x + dx, y + dy, size, side % 2 ? ALIGN_RIGHT : ALIGN_LEFT,
                         theme->selected, number))
            break;
    }
    hits_add(d->hits, (struct box){(float)x - 7, y - 7, 14, 14}, PICK_WHY, index);
}

void diagram_draw_reasons(struct diagram *d)
{
    for (uint32_t i = 0; d->scene->why && i < d->scene->why->count; i++)
        draw_reason(d, i);
}
