/*
 * spacetime_density.c: how much happened, where there is too much to draw each message.
 *
 *            | ||   |||        messages sent in a column of time, heartbeats pale on top
 *     n1  ---+-++---+++---
 *              |     |         messages of this node that were lost
 *
 * The columns are those of the chronicle, so the counts are exact; the highest one in sight has
 * the height of half a lane, and a column with anything in it can be seen.
 */
#include <math.h>

#include "viz/spacetime/spacetime.h"

bool diagram_is_too_much(uint64_t records, float width)
{
    return (double)records > (double)width * 5;
}

static const struct density *density_of(const struct diagram *d)
{
    return &stage_chronicle(d->scene->stage)->density;
}

static uint32_t first_column(const struct diagram *d)
{
    return density_bucket(density_of(d), d->from) >> d->column_bits;
}

static uint32_t last_column(const struct diagram *d)
{
    vtime end = d->to < d->known ? d->to : d->known;
    return density_bucket(density_of(d), end) >> d->column_bits;
}

struct diagram_most diagram_most(const struct diagram *d)
{
    const struct density *density = density_of(d);
    struct diagram_most most = {1, 0};
    for (uint32_t column = first_column(d); column <= last_column(d); column++) {
        uint32_t bucket = column << d->column_bits;
        uint64_t records = density_records(density, bucket, bucket + (1u << d->column_bits));
        most.records = records > most.records ? (uint32_t)records : most.records;
        for (uint32_t i = 0; i < d->shown; i++) {
            struct density_cell cell = density_sum(density, d->first + i, bucket, d->column_bits);
            uint32_t sent = cell.count[DENSITY_SENDS] + cell.count[DENSITY_BEATS];
            uint32_t lost = cell.count[DENSITY_DROPS];
            sent = sent > lost ? sent : lost;
            most.messages = sent > most.messages ? sent : most.messages;
        }
    }
    return most;
}

/* Columns that look the same beside each other are one bar. Where lanes lie close together, no
 * height could be told from another: there a column is as dark as it is high elsewhere. */
struct bar {
    float x, w;
    float sends, beats, drops; /* heights, or darkness from 0 to 1 */
    bool is_future;
};

static void draw_strip(struct diagram *d, const struct bar *bar, float y)
{
    const struct theme *theme = d->scene->theme;
    float strength = bar->is_future ? 80 : 230, h = d->step * 0.8f;
    if (bar->beats > 0)
        draw_rect(d->list, bar->x, y - h / 2, bar->w, h,
                  with_alpha(theme->faint, (uint8_t)(strength * (0.2f + 0.5f * bar->beats))));
    if (bar->sends > 0)
        draw_rect(d->list, bar->x, y - h / 2, bar->w, h,
                  with_alpha(theme->accent, (uint8_t)(strength * (0.3f + 0.7f * bar->sends))));
    if (bar->drops > 0)
        draw_rect(d->list, bar->x, y, bar->w, h / 2,
                  with_alpha(theme->bad, (uint8_t)(strength * (0.4f + 0.6f * bar->drops))));
}

static void draw_bar(struct diagram *d, const struct bar *bar, float y)
{
    const struct theme *theme = d->scene->theme;
    uint8_t alpha = bar->is_future ? 80 : 230;
    if (bar->w <= 0)
        return;
    if (diagram_are_close(d)) {
        draw_strip(d, bar, y);
        return;
    }
    if (bar->sends > 0)
        draw_rect(d->list, bar->x, y - bar->sends, bar->w, bar->sends,
                  with_alpha(theme->accent, alpha));
    if (bar->beats > 0)
        draw_rect(d->list, bar->x, y - bar->sends - bar->beats, bar->w, bar->beats,
                  with_alpha(theme->faint, alpha / 2));
    if (bar->drops > 0)
        draw_rect(d->list, bar->x, y, bar->w, bar->drops, with_alpha(theme->bad, alpha));
}

/* In half points, so that neighbours come out alike; never nothing for something. */
static float height_of(uint32_t count, uint32_t most, float room)
{
    if (count == 0)
        return 0;
    float height = roundf((float)count / (float)most * room * 2) / 2;
    return fmaxf(height, fminf(room, 1.5f));
}

/* In tenths. */
static float darkness_of(uint32_t count, uint32_t most)
{
    return ceilf((float)count / (float)most * 10) / 10;
}

static struct bar bar_of(const struct diagram *d, uint32_t lane, uint32_t column, uint32_t most)
{
    const struct density *density = density_of(d);
    struct density_cell cell =
        density_sum(density, lane, column << d->column_bits, d->column_bits);
    vtime from = (vtime)column << (density->shift + d->column_bits);
    vtime to = (vtime)(column + 1) << (density->shift + d->column_bits);
    float room = d->step * 0.44f, left = (float)fmax(diagram_x(d, from), (double)d->plot.x);
    float right = (float)fmin(diagram_x(d, to), (double)(d->plot.x + d->plot.w));
    uint32_t sends = cell.count[DENSITY_SENDS], beats = cell.count[DENSITY_BEATS];
    struct bar bar = {left, right - left, 0, 0, 0, from > d->scene->clock};
    if (diagram_are_close(d)) {
        bar.sends = darkness_of(sends, most);
        bar.beats = darkness_of(beats, most);
        bar.drops = darkness_of(cell.count[DENSITY_DROPS], most);
        return bar;
    }
    bar.sends = height_of(sends, most, room);
    bar.beats = height_of(beats, most, room - fminf(bar.sends, room - 1));
    bar.drops = height_of(cell.count[DENSITY_DROPS], most, room);
    return bar;
}

static bool is_alike(const struct bar *a, const struct bar *b)
{
    return a->sends == b->sends && a->beats == b->beats && a->drops == b->drops &&
           a->is_future == b->is_future;
}

void diagram_draw_density(struct diagram *d)
{
    uint32_t most = diagram_most(d).messages;
    for (uint32_t i = 0; i < d->shown; i++) {
        uint32_t lane = d->first + i;
        float y = diagram_y(d, (float)lane);
        struct bar bar = {0};
        for (uint32_t column = first_column(d); column <= last_column(d); column++) {
            struct bar next = bar_of(d, lane, column, most);
            if (is_alike(&bar, &next)) {
                bar.w = next.x + next.w - bar.x;
                continue;
            }
            draw_bar(d, &bar, y);
            bar = next;
        }
        draw_bar(d, &bar, y);
    }
}
