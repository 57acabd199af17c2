/*
 * page_checks.c: what the scenario promises, and how each promise stands at this moment.
 *
 * Every check has a shape as well as a colour: "+" reached or held, "X" broken, "o" holds so far,
 * "." still open, "?" undecided. Below its name stand its standing, what it means, and why the
 * scenario says so. What is judged only at the end says so; once the run has been at its end, or
 * was sent there to be judged (Enter, a click, W), the verdict stands here from then on. Enter and
 * a click go to where a check was decided, W tells what led there.
 */
#include <string.h>

#include "viz/inspector/pages.h"
#include "viz/views/views.h"

struct standing {
    const char *shape;
    const char *words;
    struct draw_color color;
};

static const char *as_expected(const struct picture_check *check, bool is_violated)
{
    if (check->is_expected_to_fail)
        return is_violated ? ", as the scenario means to show"
                           : ", though the scenario means to show that it fails";
    return "";
}

static struct standing standing_of_verdict(const struct theme *theme,
                                           const struct stage_verdict *verdict)
{
    struct draw_color color = verdict->is_content ? theme->good : theme->bad;
    switch (verdict->kind) {
    case STAGE_HOLDS: return (struct standing){"+", "holds", color};
    case STAGE_VIOLATED: return (struct standing){"X", "fails", color};
    default: return (struct standing){"?", "cannot be decided", theme->warn};
    }
}

static struct standing standing_of(const struct theme *theme, const struct picture_check *check)
{
    if (check->mode == PICTURE_CHECK_ALWAYS)
        return check->is_decided ? (struct standing){"X", "broke", theme->bad}
                                 : (struct standing){"o", "holds so far", theme->good};
    return check->is_decided ? (struct standing){"+", "reached", theme->good}
                             : (struct standing){".", "not reached yet", theme->warn};
}

/* "broke at 4.25 s, step 94". */
static void write_watched(struct writer *writer, const struct picture_check *check,
                          struct standing standing)
{
    char text[200], time[32];
    if (!check->is_decided)
        snprintf(text, sizeof text, "%s", standing.words);
    else
        snprintf(text, sizeof text, "%s at %s, step %llu%s", standing.words,
                 scene_time(check->time, time), (unsigned long long)check->step,
                 as_expected(check, check->mode == PICTURE_CHECK_ALWAYS));
    writer_wrapped(writer, standing.color, text);
}

static void write_verdict(struct writer *writer, const struct picture_check *check,
                          const struct stage_verdict *verdict, struct standing standing)
{
    char text[STAGE_VERDICT_TEXT + 200], time[32];
    snprintf(text, sizeof text, "judged at the end: %s%s", standing.words,
             as_expected(check, verdict->kind == STAGE_VIOLATED));
    writer_wrapped(writer, standing.color, text);
    if (verdict->kind == STAGE_HOLDS)
        return;
    snprintf(text, sizeof text, "at %s, step %llu: %s", scene_time(verdict->time, time),
             (unsigned long long)verdict->step, verdict->text);
    writer_wrapped(writer, writer->scene->theme->text, text);
}

static void write_open(struct writer *writer, const struct picture_check *check)
{
    const struct theme *theme = writer->scene->theme;
    writer_wrapped(writer, theme->warn, "judged at the end of the run; Enter judges it now");
    if (check->now)
        writer_wrapped(writer, theme->faint, check->now);
}

static void write_standing(struct writer *writer, uint32_t index)
{
    const struct scene *scene = writer->scene;
    const struct picture_check *check = &scene->picture->checks[index];
    const struct stage_verdict *verdicts = stage_verdicts(scene->stage);
    if (check->mode != PICTURE_CHECK_AT_END)
        write_watched(writer, check, standing_of(scene->theme, check));
    else if (verdicts)
        write_verdict(writer, check, &verdicts[index],
                      standing_of_verdict(scene->theme, &verdicts[index]));
    else
        write_open(writer, check);
}

static struct standing shape_of(const struct scene *scene, uint32_t index)
{
    const struct picture_check *check = &scene->picture->checks[index];
    const struct stage_verdict *verdicts = stage_verdicts(scene->stage);
    if (check->mode != PICTURE_CHECK_AT_END)
        return standing_of(scene->theme, check);
    if (verdicts)
        return standing_of_verdict(scene->theme, &verdicts[index]);
    return (struct standing){".", "", scene->theme->faint};
}

static void write_check(struct writer *writer, uint32_t index, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    const struct picture_check *check = &scene->picture->checks[index];
    struct standing shape = shape_of(scene, index);
    float size = scene->size, top = writer->y, edge = size * 0.5f, indent = size * 1.9f;
    bool is_picked = pick_is(scene->pick, PICK_CHECK, index);
    char text[2400];
    scene_text(writer->list, writer->box, writer->box.x + edge, top, size, shape.color,
               shape.shape);
    struct box whole = writer->box;
    writer->box.x += indent;
    writer->box.w -= indent;
    writer_wrapped(writer, scene->theme->text, check->name);
    write_standing(writer, index);
    snprintf(text, sizeof text, "%s: %s", check->kind, check->meaning);
    writer_wrapped(writer, scene->theme->faint, text);
    if (check->why)
        writer_wrapped(writer, scene->theme->accent, check->why);
    writer->box = whole;
    float bottom = writer->y < whole.y + whole.h ? writer->y : whole.y + whole.h;
    if (is_picked && bottom > whole.y)
        draw_rect(writer->list, whole.x, top > whole.y ? top : whole.y, size * 0.2f,
                  bottom - (top > whole.y ? top : whole.y), scene->theme->selected);
    if (bottom > whole.y && top < whole.y + whole.h)
        hits_add(hits,
                 (struct box){whole.x, top > whole.y ? top : whole.y, whole.w,
                              bottom - (top > whole.y ? top : whole.y)},
                 PICK_CHECK, index);
    writer->y += size * 0.4f;
}

void page_checks(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    writer_scroll(writer);
    for (uint32_t i = 0; i < scene->picture->check_count; i++)
        write_check(writer, i, hits);
    if (scene->picture->check_count == 0)
        writer_line(writer, scene->theme->faint, "this scenario has no checks");
}

/* --- on the bar of time ------------------------------------------------------------------------
 */

/* A flag where a check broke, or where what a verdict speaks of was told. */
static struct box draw_flag(const struct scene *scene, struct box bar, vtime time, bool is_expected,
                            struct draw_list *list)
{
    float x = bar.x + (float)((double)time / (double)scene->picture->duration) * bar.w;
    struct draw_color color = is_expected ? scene->theme->warn : scene->theme->bad;
    float top = bar.y, low = bar.y + bar.h * 0.5f;
    draw_line(list, x, top, x, low, 1.5f, color, false);
    draw_line(list, x, top, x + 6, top + 3, 1.5f, color, false);
    draw_line(list, x + 6, top + 3, x, top + 6, 1.5f, color, false);
    return (struct box){x - 2, top, 10, low - top};
}

void checks_draw_flags(const struct scene *scene, struct box bar, struct draw_list *list,
                       struct hits *hits)
{
    const struct stage_verdict *verdicts = stage_verdicts(scene->stage);
    for (uint32_t i = 0; i < scene->picture->check_count; i++) {
        const struct picture_check *check = &scene->picture->checks[i];
        bool is_judged = check->mode == PICTURE_CHECK_AT_END && verdicts;
        struct box flag = {0, 0, 0, 0};
        if (check->mode == PICTURE_CHECK_ALWAYS && check->is_decided)
            flag = draw_flag(scene, bar, check->time, check->is_expected_to_fail, list);
        else if (is_judged && verdicts[i].kind == STAGE_VIOLATED)
            flag = draw_flag(scene, bar, verdicts[i].time, verdicts[i].is_content, list);
        if (flag.w > 0) /* pointed at, it says which check that is */
            hits_add(hits, flag, PICK_CHECK, i);
    }
}
