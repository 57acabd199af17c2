/*
 * spacetime_sheds.c: where a node refuses a request, or drops one that nobody waits for any more.
 *
 *     n1  --o--o--(-)--o--(-)(-)--      a ring with a bar across: no entry
 *              refused
 *
 * A node with too much to do refuses often; of marks that would stand upon each other the first is
 * drawn, and a word stands beside one where there is room for it.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

void marks_no_entry(struct draw_list *list, float x, float y, float r, struct draw_color color,
                    struct draw_color behind)
{
    draw_disc(list, x, y, r, behind);
    draw_arc(list, x, y, r, 0, 6.2831853f, fmaxf(r * 0.28f, 1.2f), color);
    draw_line(list, x - r * 0.55f, y, x + r * 0.55f, y, fmaxf(r * 0.36f, 1.5f), color, false);
}

static void draw_shed(struct diagram *d, const struct tape_record *record, float x, float y,
                      float r)
{
    struct draw_color color = d->scene->theme->warn;
    if (record->number > d->now)
        color = with_alpha(color, 110);
    marks_no_entry(d->list, x, y, r, color, d->scene->theme->pane);
    hits_add(d->hits, (struct box){x - 5, y - 6, 10, 12}, PICK_RECORD, record->number);
}

static const char *word_of(const struct tape_record *record)
{
    return strcmp(stage_kind_name(record), "request_shed") == 0 ? "refused" : "dropped";
}

void diagram_draw_sheds(struct diagram *d)
{
    float last_x[1024], last_word[1024], size = d->scene->size * 0.85f;
    float r = fminf(d->scene->size * 0.38f, fmaxf(d->step * 0.36f, 2.5f));
    const struct tape *tape = d->tape;
    for (uint32_t i = 0; i < 1024; i++)
        last_x[i] = last_word[i] = -1e9f;
    for (uint32_t i = tape_first_from(tape, d->from);
         i < tape->count && tape->records[i].time <= d->to; i++) {
        const struct tape_record *record = &tape->records[i];
        uint32_t lane = diagram_lane(d, record->actor), slot = lane % 1024;
        float x = (float)diagram_x(d, record->time);
        if (record->class != TAPE_SHED || !diagram_has_lane(d, lane) || x < last_x[slot] + r)
            continue;
        float y = diagram_y(d, (float)lane);
        last_x[slot] = x;
        draw_shed(d, record, x, y, r);
        if (d->step > size * 1.9f && x > last_word[slot] + size * 12 &&
            diagram_word(d, x + r + 2, y - size * 1.5f, size, ALIGN_LEFT, d->scene->theme->warn,
                         word_of(record)))
            last_word[slot] = x;
    }
}
