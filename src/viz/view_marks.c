/*
 * view_marks.c: what happened when, on the bar of time.
 *
 *       x   x    F        |       above: x a fault, F the flag of a check that broke; | a bookmark
 *     ------------o-----------
 *        --- -                    right below the bar: operations failed
 *         o   +                   at the bottom: o a cure, + a check that was reached
 *
 * All that is known of the present branch is marked, what lies after the present too, however
 * long ago the tape has forgotten it. Marks that would stand on each other are one mark. A click
 * on a mark goes to its very step.
 */
#include <math.h>

#include "viz/views.h"

struct marker {
    const struct scene *scene;
    struct box bar;
    struct draw_list *list;
    struct hits *hits;
};

static float x_of(const struct marker *marker, vtime time)
{
    double part = (double)time / (double)marker->scene->picture->duration;
    return marker->bar.x + marker->bar.w * (float)(part > 1 ? 1 : part);
}

static void add_hit(const struct marker *marker, float x, float y, uint64_t step)
{
    hits_add(marker->hits, (struct box){x - 4, y - 5, 8, 10}, PICK_STEP, step);
}

const struct stage_sign *marks_find(const struct stage *stage, uint64_t step)
{
    for (uint32_t kind = 0; kind < SIGN_KIND_COUNT; kind++) {
        uint32_t count;
        const struct stage_sign *signs = stage_signs(stage, kind, &count);
        for (uint32_t i = 0; i < count && signs[i].step <= step; i++)
            if (signs[i].step == step)
                return &signs[i];
    }
    return NULL;
}

static void draw_fault(const struct marker *marker, float x, float y)
{
    const float s = 3;
    draw_line(marker->list, x - s, y - s, x + s, y + s, 1.5f, marker->scene->theme->bad, false);
    draw_line(marker->list, x - s, y + s, x + s, y - s, 1.5f, marker->scene->theme->bad, false);
}

static void draw_signs(const struct marker *marker)
{
    uint32_t count;
    const struct stage_sign *signs = stage_signs(marker->scene->stage, SIGNS_FAULTS, &count);
    float last[2] = {-1000, -1000};
    for (uint32_t i = 0; i < count; i++) {
        bool is_cure = signs[i].class == TAPE_CURE;
        float x = x_of(marker, signs[i].time);
        float y = marker->bar.y + marker->bar.h * (is_cure ? 0.8f : 0.2f);
        if (x < last[is_cure] + 3)
            continue;
        last[is_cure] = x;
        if (is_cure)
            draw_disc(marker->list, x, y, 3, marker->scene->theme->good);
        else
            draw_fault(marker, x, y);
        add_hit(marker, x, y, signs[i].step);
    }
}

/* From the samples: so it costs the same for one failure and for a million. */
static void draw_failures(const struct marker *marker)
{
    const struct metrics *metrics = stage_metrics(marker->scene->stage);
    float y = marker->bar.y + marker->bar.h / 2 + 3;
    for (uint32_t i = 0; i < metrics->count; i++) {
        uint64_t failed = metrics_chart_value(metrics, CHART_UNAVAILABLE, i, 0) +
                          metrics_chart_value(metrics, CHART_TIMEOUT, i, 0) +
                          metrics_chart_value(metrics, CHART_OVERLOADED, i, 0);
        float from = x_of(marker, i * metrics->width);
        float to = x_of(marker, metrics_slot_end(metrics, i));
        if (failed > 0)
            draw_rect(marker->list, from, y, fmaxf(2, to - from), 2, marker->scene->theme->bad);
    }
}

static void draw_checks(const struct marker *marker)
{
    const struct picture *picture = marker->scene->picture;
    const struct theme *theme = marker->scene->theme;
    for (uint32_t i = 0; i < picture->check_count; i++) {
        const struct picture_check *check = &picture->checks[i];
        if (!check->is_decided || check->mode == PICTURE_CHECK_AT_END)
            continue;
        bool has_broken = check->mode == PICTURE_CHECK_ALWAYS;
        float x = x_of(marker, check->time);
        float y = marker->bar.y + marker->bar.h * (has_broken ? 0.2f : 0.8f);
        if (!has_broken) { /* one that broke has a flag: checks_draw_flags */
            draw_line(marker->list, x - 4, y, x + 4, y, 2, theme->good, false);
            draw_line(marker->list, x, y - 4, x, y + 4, 2, theme->good, false);
        }
        add_hit(marker, x, y, check->step);
    }
}

void view_marks(const struct scene *scene, struct box bar, struct draw_list *list,
                struct hits *hits)
{
    struct marker marker = {scene, bar, list, hits};
    draw_failures(&marker);
    draw_signs(&marker);
    draw_checks(&marker);
    for (uint32_t i = 0; i < scene->bookmark_count; i++) {
        float x = x_of(&marker, scene->bookmarks[i]);
        draw_line(list, x, bar.y, x, bar.y + bar.h, 1.5f, scene->theme->accent, true);
    }
}
