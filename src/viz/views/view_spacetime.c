/*
 * view_spacetime.c: a lane for each node and client, time from left to right.
 *
 * Here is decided where everything lies and in which order it is drawn; see spacetime.h for the
 * files that draw. What there is room for is drawn record by record; more than that, or more
 * than the stage could have at hand, as counts by column of time, and the title says so.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

static float names_width(const struct diagram *d, float most)
{
    size_t longest = 2;
    for (uint32_t lane = 0; lane < d->lane_count; lane++) {
        size_t length = strlen(scene_actor_name(d->scene, diagram_actor(d, lane)));
        longest = length > longest ? length : longest;
    }
    return fminf((float)(longest + 1) * d->scene->size * DRAW_CHARACTER_WIDTH, most);
}

/* All lanes when they fit, if need be close together; else those around the selected one, or from
 * where the person has scrolled to. */
static void lay_out_lanes(struct diagram *d)
{
    float least = fmaxf(d->scene->size * 0.4f, 4);
    uint32_t room = (uint32_t)fmaxf(d->plot.h / least, 1);
    uint32_t actor = scene_actor(d->scene);
    d->shown = d->lane_count < room ? d->lane_count : room;
    d->first = 0;
    if (d->shown < d->lane_count) {
        uint32_t lane = d->scene->first_lane;
        if (lane == UINT32_MAX && actor != UINT32_MAX && diagram_lane(d, actor) >= d->shown / 2)
            lane = diagram_lane(d, actor) - d->shown / 2;
        d->first = lane == UINT32_MAX ? 0 : lane;
        if (d->first + d->shown > d->lane_count)
            d->first = d->lane_count - d->shown;
    }
    d->step = d->plot.h / (float)(d->shown ? d->shown : 1);
}

static void lay_out(struct diagram *d, struct box room)
{
    float size = d->scene->size, names = names_width(d, room.w * 0.25f);
    float axis = size * 1.4f, flags = room.h > size * 14 ? size * 0.9f : 0;
    d->names = (struct box){room.x, room.y + axis, names, room.h - axis};
    d->axis = (struct box){room.x + names, room.y, room.w - names, axis};
    d->plot = (struct box){room.x + names, room.y + axis + flags, room.w - names,
                           fmaxf(room.h - axis - flags, 1)};
    lay_out_lanes(d);
}

/* A column of the summary: as many buckets as make two points. */
static uint32_t column_bits(const struct diagram *d)
{
    const struct density *density = &stage_chronicle(d->scene->stage)->density;
    double scale = (double)d->plot.w / (double)(d->to - d->from);
    uint32_t bits = 0;
    while ((double)(UINT64_C(1) << (density->shift + bits)) * scale < 2 &&
           (1u << bits) < density->bucket_count)
        bits++;
    return bits;
}

static void choose_detail(struct diagram *d)
{
    const struct stage *stage = d->scene->stage;
    struct stage_detail detail = stage_detail(stage, d->from, d->to);
    uint64_t records = stage_record_count(stage, d->from, d->to);
    d->presence = detail.presence;
    d->tape = diagram_is_too_much(records, d->plot.w) ? NULL : detail.tape;
    d->is_summary = d->tape == NULL;
    if (d->scene->are_both)
        d->other = stage_other(stage);
    d->column_bits = column_bits(d);
}

static void draw_present(struct diagram *d)
{
    const struct theme *theme = d->scene->theme;
    float size = d->scene->size;
    double x = diagram_x(d, d->scene->clock), known = diagram_x(d, d->known);
    double right = (double)(d->plot.x + d->plot.w);
    if (x >= (double)d->plot.x - 1 && x <= right + 1)
        draw_line(d->list, (float)x, d->plot.y - size * 0.3f, (float)x, d->plot.y + d->plot.h, 2,
                  theme->warn, false);
    double left = fmax(known, (double)d->plot.x);
    if (right - left > (double)diagram_width("not run yet", size) * 1.3)
        diagram_word(d, (float)(left + right) / 2, d->plot.y + d->plot.h / 2 - size * 0.65f, size,
                     ALIGN_CENTER, theme->faint, "not run yet");
}

static void draw_plot(struct diagram *d)
{
    struct box plot = d->plot;
    diagram_draw_axis(d);
    diagram_draw_names(d);
    draw_clip(d->list, plot.x, d->axis.y, plot.w, plot.y + plot.h - d->axis.y);
    diagram_draw_cuts(d);
    if (d->is_summary)
        diagram_draw_density(d);
    diagram_draw_lanes(d);
    if (!d->is_summary) {
        diagram_draw_other(d);
        diagram_draw_flights(d);
        diagram_draw_operations(d);
        diagram_draw_records(d);
        diagram_draw_sheds(d);
    }
    diagram_draw_chain(d);
    diagram_draw_reasons(d);
    diagram_draw_signs(d);
    diagram_name_other(d);
    diagram_name_states(d);
    diagram_name_cuts(d);
    if (!d->is_summary)
        diagram_name_flights(d);
    draw_present(d);
}

void view_spacetime(const struct scene *scene, struct box box, struct draw_list *list,
                    struct hits *hits)
{
    struct diagram_words words = {0};
    struct diagram d = {.scene = scene, .list = list, .hits = hits, .words = &words};
    struct box room = scene_pane(scene, list, hits, box, PANE_SPACETIME, "");
    d.lane_count = scene->picture->node_count + scene->picture->client_count;
    d.from = scene->from;
    d.to = scene->from + scene->span;
    d.now = stage_records(scene->stage);
    d.known = stage_chronicle(scene->stage)->last_time;
    d.known = d.known > scene->clock ? d.known : scene->clock;
    d.lit = UINT32_MAX;
    lay_out(&d, room);
    if (diagram_are_close(&d) && box_has(room, scene->pointer_x, scene->pointer_y) &&
        scene->pointer_y > d.plot.y)
        d.lit = d.first + (uint32_t)((scene->pointer_y - d.plot.y) / d.step);
    choose_detail(&d);
    if (scene->pick.kind == PICK_RECORD)
        d.chain_count = causal_chain(scene->stage, scene->pick.id, d.chain);
    hits->time =
        (struct time_axis){d.plot,  d.from,       d.to,   d.first,
                           d.shown, d.lane_count, d.step, diagram_are_close(&d)};
    draw_plot(&d);
    draw_clip(list, 0, 0, -1, -1);
    diagram_write_title(&d, box);
}
