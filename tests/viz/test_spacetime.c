/*
 * test_spacetime.c: what the space-time diagram draws is what happened, all of it and where it
 * belongs: every message that is on its way has its line, every fault its mark however far one
 * has zoomed out, every column its count; states differ in shape; ticks are round.
 *
 * What happened comes from a run of its own, with no tape and no stage.
 */
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1280, HEIGHT = 720 };

static struct show show;
static struct draw_list list;

/* --- what happened --------------------------------------------------------------------------- */

static struct {
    struct tape_record *records;
    uint32_t count, room;
} plain;

static void take_plain(void *host, const struct trace_record *record)
{
    (void)host;
    if (plain.count == plain.room) {
        plain.room = plain.room ? 2 * plain.room : 4096;
        plain.records = realloc(plain.records, plain.room * sizeof *plain.records);
        assert_non_null(plain.records);
    }
    tape_describe(record, plain.count + 1, &plain.records[plain.count]);
    plain.count++;
}

/* The run of the present branch to its end; ends of messages are linked by hand. */
static void run_plainly(void)
{
    struct world world = {0};
    const char *why;
    uint32_t count;
    const struct intervention *deeds = stage_interventions(show.app->stage, &count);
    plain.count = 0;
    assert_true(world_open(&world, WORLD_RESERVE_BYTES, NULL, &why));
    world.sink = (struct trace_sink){take_plain, NULL};
    world_begin(&world, show.scenario, show.scenario->seed, deeds, count);
    world_run(&world, VTIME_NEVER, UINT64_MAX);
    world_close(&world);
    for (uint32_t i = 0; i < plain.count; i++) {
        const struct tape_record *end = &plain.records[i];
        if (end->class == TAPE_ARRIVE || end->class == TAPE_DROP)
            plain.records[end->cause - 1].end = end->number;
    }
}

static void open_alone(const char *file, vtime at)
{
    show_open(&show, file);
    app_seek_time(show.app, at);
    show.app->maximised = PANE_SPACETIME;
    list = (struct draw_list){0};
}

static void close_all(void)
{
    draw_free(&list);
    show_close(&show);
    free(plain.records);
    memset(&plain, 0, sizeof plain);
}

static const struct time_axis *draw(void)
{
    app_draw(show.app, WIDTH, HEIGHT, &list);
    return &show.app->hits.time;
}

/* --- where things are ------------------------------------------------------------------------ */

static double x_of(const struct time_axis *axis, vtime time)
{
    return (double)axis->plot.x + ((double)time - (double)axis->from) /
                                      (double)(axis->to - axis->from) * (double)axis->plot.w;
}

static double y_of(const struct time_axis *axis, uint32_t actor)
{
    uint32_t nodes = app_picture(show.app)->node_count;
    uint32_t lane = is_client(actor) ? nodes + actor - PICTURE_CLIENT_BASE : actor;
    return (double)axis->plot.y + ((double)lane - axis->first_lane + 0.5) * (double)axis->step;
}

static double distance(const struct draw_command *line, double x, double y)
{
    double dx = (double)(line->w - line->x), dy = (double)(line->h - line->y);
    double square = dx * dx + dy * dy;
    double along = (x - (double)line->x) * dx + (y - (double)line->y) * dy;
    double part = square > 0 ? fmin(fmax(along / square, 0), 1) : 0;
    return hypot((double)line->x + part * dx - x, (double)line->y + part * dy - y);
}

/* Is there a line that goes through both points? */
static bool has_line(double x1, double y1, double x2, double y2)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (list.commands[i].kind == DRAW_LINE && distance(&list.commands[i], x1, y1) < 1.1 &&
            distance(&list.commands[i], x2, y2) < 1.1)
            return true;
    return false;
}

static bool is_summary(void)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (list.commands[i].kind == DRAW_TEXT &&
            strstr(draw_characters(&list, &list.commands[i]), "counted: each column"))
            return true;
    return false;
}

/* --- messages --------------------------------------------------------------------------------- */

/* The part of its line that lies in sight and in the past. A lost one ends before the lane. */
static bool has_its_line(const struct time_axis *axis, const struct tape_record *sent)
{
    const struct tape_record *end = &plain.records[sent->end - 1];
    double y1 = y_of(axis, sent->actor), y2 = y_of(axis, sent->peer);
    double x1 = x_of(axis, sent->time), x2 = x_of(axis, end->time);
    if (end->class == TAPE_DROP)
        y2 = y1 + (y2 - y1) * 0.86;
    double left = fmax(x1, (double)axis->plot.x);
    double right = fmin(fmin(x2, (double)(axis->plot.x + axis->plot.w)),
                        x_of(axis, show.app->clock));
    double slope = x2 > x1 ? (y2 - y1) / (x2 - x1) : 0;
    double last = x2 > x1 ? y1 + slope * (right - x1) : y2;
    return has_line(left, y1 + slope * (left - x1), right, last);
}

static uint32_t expect_all_messages(void)
{
    const struct time_axis *axis = draw();
    uint32_t count = 0;
    assert_false(is_summary());
    for (uint32_t i = 0; i < plain.count; i++) {
        const struct tape_record *sent = &plain.records[i];
        bool is_there = sent->class == TAPE_SEND && sent->end && sent->time <= axis->to &&
                        sent->time <= show.app->clock &&
                        plain.records[sent->end - 1].time >= axis->from;
        if (!is_there)
            continue;
        count++;
        if (!has_its_line(axis, sent))
            fail_msg("message %llu, sent at %llu ns, has no line between %llu and %llu ns",
                     (unsigned long long)sent->number, (unsigned long long)sent->time,
                     (unsigned long long)axis->from, (unsigned long long)axis->to);
    }
    return count;
}

/* From a second to a microsecond, near the present and long before it, forth and back. */
static void every_message_on_its_way_has_its_line(void **state)
{
    (void)state;
    uint32_t count = 0;
    open_alone("scenarios/standard.json", 20 * SECOND + 262 * MILLISECOND);
    run_plainly();
    for (int i = 0; i < 22; i++) {
        count += expect_all_messages();
        press(&show, "zoom in");
    }
    press(&show, "go to end");
    for (vtime span = 2 * SECOND; span > 2 * MICROSECOND; span /= 7)
        for (uint32_t i = 0; i < 12; i++) {
            show.app->timeline = timeline_begin();
            show.app->timeline.is_held = true;
            show.app->timeline.span = span;
            show.app->timeline.from = plain.records[plain.count / 13 * (i + 1)].time - span / 3;
            if (i == 6)
                app_seek_time(show.app, 44 * SECOND);
            count += expect_all_messages();
        }
    assert_in_range(count, 400, UINT32_MAX);
    close_all();
}

static void every_message_of_a_crowd_has_its_line(void **state)
{
    (void)state;
    open_alone("tests/viz/crowd.json", 2 * SECOND);
    run_plainly();
    assert_true(expect_all_messages() > 1000);
    close_all();
}

/* Far from the present, so that it has to be run again; so near by that most messages set out
 * before the stretch and arrive after it. */
static void what_the_tape_has_forgotten_is_run_again_to_be_seen(void **state)
{
    (void)state;
    uint32_t count = 0;
    open_alone("tests/viz/long.json", 0);
    run_plainly();
    press(&show, "go to end");
    struct digest end = stage_digest(show.app->stage);
    assert_in_range(plain.count, 2 * STAGE_TAPE_MAX, UINT32_MAX);
    for (vtime span = 200 * MILLISECOND; span > 2 * MICROSECOND; span /= 5)
        for (uint32_t i = 0; i < 8; i++) {
            show.app->timeline = timeline_begin();
            show.app->timeline.is_held = true;
            show.app->timeline.span = span;
            show.app->timeline.from = plain.records[plain.count / 17 * (i + 1)].time - span / 3;
            count += expect_all_messages();
        }
    assert_in_range(count, 1000, UINT32_MAX);
    assert_true(digest_equal(end, stage_digest(show.app->stage)));
    close_all();
}

/* --- another branch -------------------------------------------------------------------------- */

static bool has_dashed_line(const struct time_axis *axis, const struct tape_record *sent)
{
    const struct tape_record *end = &plain.records[sent->end - 1];
    double y1 = y_of(axis, sent->actor), y2 = y_of(axis, sent->peer);
    if (end->class == TAPE_DROP)
        y2 = y1 + (y2 - y1) * 0.86;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        if (c->kind == DRAW_LINE && c->is_dashed &&
            distance(c, x_of(axis, sent->time), y1) < 1.1 &&
            distance(c, x_of(axis, end->time), y2) < 1.1)
            return true;
    }
    return false;
}

static void the_branch_that_was_left_is_dashed_from_where_the_two_part(void **state)
{
    (void)state;
    uint32_t count = 0;
    open_alone("scenarios/standard.json", 22 * SECOND); /* so far is it known */
    run_plainly();
    app_seek_time(show.app, 20 * SECOND);
    vtime parting = stage_now(show.app->stage);
    press(&show, "select next");
    press(&show, "crash");
    app_seek_time(show.app, 21 * SECOND);
    press(&show, "both branches");
    show.app->timeline.is_held = true;
    show.app->timeline.from = 20 * SECOND - 200 * MILLISECOND;
    show.app->timeline.span = 1200 * MILLISECOND;
    const struct time_axis *axis = draw();
    assert_false(is_summary());
    for (uint32_t i = 0; i < plain.count; i++) {
        const struct tape_record *sent = &plain.records[i];
        if (sent->class != TAPE_SEND || !sent->end || sent->time < axis->from ||
            plain.records[sent->end - 1].time > axis->to)
            continue;
        bool is_after = plain.records[sent->end - 1].time > parting;
        if (!is_after && plain.records[sent->end - 1].time + 5 * MILLISECOND > parting)
            continue; /* upon the line where they part */
        if (has_dashed_line(axis, sent) != is_after)
            fail_msg("message %llu of the other branch", (unsigned long long)sent->number);
        count += is_after;
    }
    assert_in_range(count, 20, 2000);
    press(&show, "both branches");
    draw();
    for (uint32_t i = 0; i < plain.count; i++)
        assert_false(plain.records[i].class == TAPE_SEND && plain.records[i].end &&
                     plain.records[i].time > parting && plain.records[i].time < axis->to &&
                     has_dashed_line(axis, &plain.records[i]));
    close_all();
}

/* --- faults, cures, failures ---------------------------------------------------------------- */

static bool has_shape(const struct time_axis *axis, const struct tape_record *record)
{
    double x = x_of(axis, record->time), reach = 4.5;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        if (record->actor == UINT32_MAX) { /* right across */
            if (c->kind == DRAW_LINE && c->x == c->w && fabs((double)c->x - x) < 0.6 &&
                (double)(c->h - c->y) > (double)axis->plot.h * 0.9)
                return true;
            continue;
        }
        double y = y_of(axis, record->actor);
        if (record->class == TAPE_CURE && c->kind == DRAW_ARC &&
            hypot((double)c->x - x, (double)c->y - y) < 1)
            return true;
        if (record->class == TAPE_TOLD && c->kind == DRAW_FRAME &&
            hypot((double)(c->x + c->w / 2) - x, (double)(c->y + c->h / 2) - y) < 1.5)
            return true;
        if (record->class == TAPE_FAULT && c->kind == DRAW_LINE && distance(c, x, y) < 1 &&
            fabs((double)(c->w - c->x)) < 2 * reach + 2 && c->w != c->x && c->h != c->y)
            return true;
    }
    return false;
}

static void every_fault_cure_and_failure_has_its_mark_in_the_whole_run(void **state)
{
    static const char *const names[] = {"standard", "demo", "full-disk", "late-twice-damaged"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char file[80];
        uint32_t count = 0;
        snprintf(file, sizeof file, "scenarios/%s.json", names[k]);
        open_alone(file, 0);
        run_plainly();
        press(&show, "go to end");
        press(&show, "whole run");
        const struct time_axis *axis = draw();
        assert_true(is_summary() || k >= 2);
        for (uint32_t i = 0; i < plain.count; i++) {
            const struct tape_record *record = &plain.records[i];
            bool is_marked = record->is_headline && record->class != TAPE_BROKEN &&
                             (is_summary() || record->class != TAPE_TOLD);
            if (is_marked && !has_shape(axis, record))
                fail_msg("%s: record %llu at %llu ns has no mark", names[k],
                         (unsigned long long)record->number, (unsigned long long)record->time);
            count += is_marked;
        }
        assert_in_range(count, 4, UINT32_MAX);
        close_all();
    }
}

/* --- counts --------------------------------------------------------------------------------- */

static void a_summary_says_how_much_its_fullest_column_has(void **state)
{
    (void)state;
    open_alone("scenarios/demo.json", 0);
    run_plainly();
    press(&show, "go to end");
    press(&show, "whole run");
    draw();
    const struct density *density = &stage_chronicle(show.app->stage)->density;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        const char *text = c->kind == DRAW_TEXT ? draw_characters(&list, c) : "";
        const char *said = strstr(text, "each column is ");
        if (!said)
            continue;
        double width_ms = strtod(said + strlen("each column is "), NULL);
        vtime width = (vtime)1 << density->shift;
        while ((double)width < width_ms * 1e6 * 0.99)
            width *= 2;
        uint32_t most = 0, in_column = 0;
        for (uint32_t k = 0; k < plain.count; k++) {
            vtime time = plain.records[k].time, before = k ? plain.records[k - 1].time : 0;
            bool is_new = k == 0 || time / width != before / width;
            in_column = is_new ? 1 : in_column + 1;
            most = in_column > most ? in_column : most;
        }
        assert_int_equal(strtoul(strchr(said, ',') + 1, NULL, 10), most);
        close_all();
        return;
    }
    fail_msg("the title says nothing of columns");
}

/* --- states by shape ------------------------------------------------------------------------ */

/* How often a look is on a lane between two times: 0 solid, 1 dashed, 2 double, 3 crosses. */
static uint32_t count_look(const struct time_axis *axis, uint32_t node, vtime from, vtime to,
                           int look)
{
    double left = x_of(axis, from) + 1, right = x_of(axis, to) - 1, y = y_of(axis, node);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct draw_command *c = &list.commands[i];
        bool is_along = c->kind == DRAW_LINE && c->y == c->h && (double)c->x < right &&
                        (double)c->w > left && c->color.a > 100;
        double apart = fabs((double)c->y - y);
        double middle = (double)(c->x + c->w) / 2;
        bool is_cross = c->kind == DRAW_LINE && middle > left && middle < right &&
                        fabs((double)(c->y + c->h) / 2 - y) < 0.2 && c->w - c->x > 2 &&
                        c->h != c->y;
        count += look == 0   ? is_along && apart < 0.1 && !c->is_dashed
                 : look == 1 ? is_along && apart < 0.1 && c->is_dashed
                 : look == 2 ? is_along && apart > 0.5 && apart < 3
                             : is_cross;
    }
    return count;
}

static void how_a_node_stands_is_the_style_of_its_line(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", SECOND);
    press(&show, "select next");
    press(&show, "pause node");
    vtime paused = show.app->clock;
    app_seek_time(show.app, paused + 3 * SECOND);
    press(&show, "whole run");
    for (int i = 0; i < 3; i++)
        press(&show, "zoom in");
    show.app->timeline.from = 0;
    const struct time_axis *axis = draw();
    vtime now = show.app->clock;
    assert_true(count_look(axis, 1, paused / 2, paused, 0) > 0); /* n2 is up */
    assert_int_equal(count_look(axis, 1, paused / 2, paused, 1), 0);
    assert_int_equal(count_look(axis, 0, paused, now, 2), 2); /* one above, one below */
    assert_int_equal(count_look(axis, 0, paused, now, 0), 0);
    stage_select_branch(show.app->stage, 0);
    app_seek_time(show.app, 12 * SECOND); /* n2 has been down since 8 s */
    draw();
    press(&show, "whole run");
    axis = draw();
    assert_int_equal(count_look(axis, 1, 9 * SECOND, 12 * SECOND, 0), 0);
    assert_true(count_look(axis, 1, 9 * SECOND, 12 * SECOND, 3) >= 2);
    assert_int_equal(count_look(axis, 2, 9 * SECOND, 12 * SECOND, 3), 0);
    close_all();
    open_alone("scenarios/partition-heal.json", 2 * SECOND);
    axis = draw(); /* all three are suspected by somebody since 1.7 s */
    assert_int_equal(count_look(axis, 0, 1900 * MILLISECOND, 2 * SECOND, 1), 1);
    assert_int_equal(count_look(axis, 0, 500 * MILLISECOND, SECOND, 1), 0);
    close_all();
}

/* --- the axis ------------------------------------------------------------------------------- */

/* Is it one, two or five of a power of ten? */
static bool is_round(double step)
{
    double digits = step / pow(10, floor(log10(step) + 1e-9));
    return fabs(digits - 1) < 1e-6 || fabs(digits - 2) < 1e-6 || fabs(digits - 5) < 1e-6;
}

static void ticks_are_round_and_say_where_they_stand(void **state)
{
    (void)state;
    open_alone("scenarios/standard.json", 20 * SECOND + 262 * MILLISECOND);
    press(&show, "whole run");
    for (int zoom = 0; zoom < 27; zoom++, press(&show, "zoom in")) {
        const struct time_axis *axis = draw();
        double last = -1, base = 0;
        uint32_t ticks = 0;
        for (uint32_t i = 0; i < list.count; i++) {
            const struct draw_command *c = &list.commands[i];
            bool is_there = c->kind == DRAW_TEXT && c->y > 40 && c->y < axis->plot.y - 8;
            if (!is_there)
                continue;
            char *unit;
            double value = strtod(draw_characters(&list, c), &unit);
            double ns = strcmp(unit, " s") == 0    ? 1e9
                        : strcmp(unit, " ms") == 0 ? 1e6
                        : strcmp(unit, " us") == 0 ? 1e3
                        : strcmp(unit, " ns") == 0 ? 1
                                                   : 0;
            if (ns == 0)
                continue; /* the title */
            if (c->align != ALIGN_CENTER) {
                base = value * ns;
                continue;
            }
            double time = base + value * ns;
            if (fabs(x_of(axis, (vtime)(time + 0.5)) - (double)c->x) > 0.6)
                fail_msg("\"%s\" stands where it is not", draw_characters(&list, c));
            if (last >= 0 && !is_round(time - last))
                fail_msg("ticks %f ns apart", time - last);
            last = time;
            ticks++;
        }
        if (ticks < 3 || ticks > 30)
            fail_msg("%u ticks in %llu ns", ticks, (unsigned long long)(axis->to - axis->from));
    }
    close_all();
}

/* --- the selection -------------------------------------------------------------------------- */

/* All that led to it, across the lanes: bold lines are three points wide. */
static void the_chain_of_the_selection_is_bold_in_all_its_lanes(void **state)
{
    (void)state;
    open_alone("scenarios/first-steps.json", 0);
    run_plainly();
    press(&show, "go to end");
    uint32_t told = 0;
    for (uint32_t i = 0; i < plain.count && told == 0; i++)
        told = plain.records[i].class == TAPE_TOLD ? i : 0;
    show.app->pick = (struct pick){PICK_RECORD, told + 1};
    show.app->timeline.span = 20 * MILLISECOND;
    uint32_t messages = 0;
    const struct time_axis *axis = draw();
    for (uint64_t number = told + 1; number; number = plain.records[number - 1].cause) {
        const struct tape_record *end = &plain.records[number - 1];
        if (end->class != TAPE_ARRIVE)
            continue;
        const struct tape_record *sent = &plain.records[end->cause - 1];
        bool is_bold = false;
        for (uint32_t i = 0; i < list.count; i++)
            is_bold |= list.commands[i].kind == DRAW_LINE && list.commands[i].size == 3 &&
                       distance(&list.commands[i], x_of(axis, sent->time),
                                y_of(axis, sent->actor)) < 1 &&
                       distance(&list.commands[i], x_of(axis, end->time),
                                y_of(axis, end->actor)) < 1;
        assert_true(is_bold);
        messages++;
    }
    assert_true(messages >= 4); /* put, write, written, reply */
    close_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_on_its_way_has_its_line),
        cmocka_unit_test(every_message_of_a_crowd_has_its_line),
        cmocka_unit_test(what_the_tape_has_forgotten_is_run_again_to_be_seen),
        cmocka_unit_test(the_branch_that_was_left_is_dashed_from_where_the_two_part),
        cmocka_unit_test(every_fault_cure_and_failure_has_its_mark_in_the_whole_run),
        cmocka_unit_test(a_summary_says_how_much_its_fullest_column_has),
        cmocka_unit_test(how_a_node_stands_is_the_style_of_its_line),
        cmocka_unit_test(ticks_are_round_and_say_where_they_stand),
        cmocka_unit_test(the_chain_of_the_selection_is_bold_in_all_its_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
