/*
 * view_marks.c: what happened when, on the bar of time.
 *
 *       x   x    F        |       above: x a fault, F the flag of a check that broke; | a bookmark
 *     ------------o-----------
 *        --- -                    right below the bar: operations failed
 *         o   +  <>==<>--<>       at the bottom: o a cure, + a check that was reached, <> a step
 *                                 of a change of members, with a line for each phase between them:
 *                                 double while reads go to the old owners, full to the new ones
 *
 * All that is known of the present branch is marked, what lies after the present too, however
 * long ago the tape has forgotten it. Marks that would stand on each other are one mark. A click
 * on a mark goes to its very step.
 */
#include <math.h>

#include "viz/views/views.h"

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

struct draw_color marks_color(const struct theme *theme, const struct stage_sign *sign)
{
    if (sign->class == TAPE_CURE)
        return theme->good;
    return sign->class == TAPE_CHANGE && sign->phase != MEMBERS_UNDONE ? theme->accent : theme->bad;
}

void marks_diamond(struct draw_list *list, float x, float y, float r, struct draw_color color)
{
    for (int i = 0; i < 4; i++) {
        float right = i & 1 ? r : -r, down = i & 2 ? r : -r;
        draw_line(list, x + right, y, x, y + down, 1.5f, color, false);
    }
}

/* The stretch of a phase: two lines while the old owners are read, a full one after that. */
static void draw_phase(const struct marker *marker, uint32_t phase, vtime from, vtime to)
{
    float left = x_of(marker, from), right = x_of(marker, to);
    float y = marker->bar.y + marker->bar.h * 0.8f;
    struct draw_color color = marker->scene->theme->accent;
    if (phase == MEMBERS_READ_NEW)
        draw_rect(marker->list, left, y - 2, fmaxf(right - left, 1), 4, color);
    for (int i = -1; phase == MEMBERS_READ_OLD && i <= 1; i += 2)
        draw_rect(marker->list, left, y + (float)i * 2 - 0.5f, fmaxf(right - left, 1), 1, color);
}

/* From each version that was decided to the next one, or as far as the run is known. */
static void draw_phases(const struct marker *marker)
{
    uint32_t count, phase = MEMBERS_NORMAL;
    const struct stage *stage = marker->scene->stage;
    const struct stage_sign *signs = stage_signs(stage, SIGNS_FAULTS, &count);
    vtime from = 0, known = stage_branch_at(stage, stage_branch_now(stage)).known_to;
    for (uint32_t i = 0; i < count; i++) {
        if (signs[i].phase == STAGE_NO_PHASE)
            continue;
        draw_phase(marker, phase, from, signs[i].time);
        phase = signs[i].phase;
        from = signs[i].time;
    }
    draw_phase(marker, phase, from, known);
}

static void draw_shape(const struct marker *marker, const struct stage_sign *sign, float x, float y)
{
    struct draw_color color = marks_color(marker->scene->theme, sign);
    if (sign->class == TAPE_CURE)
        draw_disc(marker->list, x, y, 3, color);
    else if (sign->class == TAPE_CHANGE)
        marks_diamond(marker->list, x, y, 4, color);
    else
        draw_fault(marker, x, y);
}

static void draw_signs(const struct marker *marker)
{
    uint32_t count;
    const struct stage_sign *signs = stage_signs(marker->scene->stage, SIGNS_FAULTS, &count);
    float last[2] = {-1000, -1000};
    for (uint32_t i = 0; i < count; i++) {
        bool is_below = signs[i].class == TAPE_CURE || signs[i].class == TAPE_CHANGE;
        float x = x_of(marker, signs[i].time);
        float y = marker->bar.y + marker->bar.h * (is_below ? 0.8f : 0.2f);
        if (x < last[is_below] + 3)
            continue;
        last[is_below] = x;
        draw_shape(marker, &signs[i], x, y);
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
    draw_phases(&marker);
    draw_signs(&marker);
    draw_checks(&marker);
    for (uint32_t i = 0; i < scene->bookmark_count; i++) {
        float x = x_of(&marker, scene->bookmarks[i]);
        draw_line(list, x, bar.y, x, bar.y + bar.h, 1.5f, scene->theme->accent, true);
    }
}
