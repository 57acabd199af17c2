/*
 * script_run.c: a script done step by step.
 *
 * Before each step the window is drawn, so that a place is where it is now. A drag moves in eight
 * parts, since a hand does not jump. After `press` the button stays down until `release`, so that
 * what is shown meanwhile can be looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "viz/script/script.h"

struct run {
    struct app *app;
    const struct hand *hand;
    struct draw_list screen;
    struct pointer pointer; /* where the hand is, and what it holds */
    struct text *failure;
};

/* The hits and the texts of this moment. */
static void look(struct run *run)
{
    float width, height;
    run->hand->size(run->hand->self, &width, &height);
    app_draw(run->app, width, height, &run->screen);
}

static bool reach(struct run *run, const struct script_place *place, float *x, float *y)
{
    look(run);
    return script_find(run->app, place, x, y, run->failure);
}

static void move_to(struct run *run, float x, float y)
{
    enum { PARTS = 8 };
    float from_x = run->pointer.x, from_y = run->pointer.y;
    for (int i = 1; i <= PARTS; i++) {
        run->pointer.x = from_x + (x - from_x) * (float)i / PARTS;
        run->pointer.y = from_y + (y - from_y) * (float)i / PARTS;
        run->hand->point(run->hand->self, run->pointer);
    }
}

static bool do_press(struct run *run, const struct script_step *step, uint32_t clicks)
{
    float x, y;
    if (!reach(run, &step->places[0], &x, &y))
        return false;
    move_to(run, x, y);
    run->pointer.button = step->is_right ? BUTTON_RIGHT : BUTTON_LEFT;
    run->pointer.modifiers = step->modifiers;
    run->pointer.clicks = clicks;
    run->hand->press(run->hand->self, run->pointer);
    return true;
}

static bool do_release(struct run *run)
{
    run->hand->release(run->hand->self, run->pointer);
    run->pointer.clicks = 0;
    run->pointer.modifiers = 0;
    return true;
}

static bool do_move(struct run *run, const struct script_step *step)
{
    float x, y;
    if (!reach(run, &step->places[0], &x, &y))
        return false;
    run->pointer.modifiers |= step->modifiers;
    move_to(run, x, y);
    return true;
}

static bool do_double_click(struct run *run, const struct script_step *step)
{
    if (!do_press(run, step, 1) || !do_release(run))
        return false;
    run->pointer.clicks = 2;
    run->hand->press(run->hand->self, run->pointer);
    return do_release(run);
}

/* Where it goes to is looked up before the button goes down: a preview may lie over it then. */
static bool do_drag(struct run *run, const struct script_step *step)
{
    float x[SCRIPT_PLACES_MAX], y[SCRIPT_PLACES_MAX];
    look(run);
    for (uint32_t i = 0; i < step->place_count; i++)
        if (!script_find(run->app, &step->places[i], &x[i], &y[i], run->failure))
            return false;
    if (!do_press(run, step, 1))
        return false;
    for (uint32_t i = 1; i < step->place_count; i++)
        move_to(run, x[i], y[i]);
    return do_release(run);
}

static bool do_wheel(struct run *run, const struct script_step *step)
{
    float x, y;
    if (!reach(run, &step->places[0], &x, &y))
        return false;
    move_to(run, x, y);
    for (int64_t i = 0; i < (step->number < 0 ? -step->number : step->number); i++)
        run->hand->wheel(run->hand->self, run->pointer, step->number < 0 ? -1 : 1);
    return true;
}

static bool do_type(struct run *run, const char *text)
{
    for (; *text; text++)
        run->hand->key(run->hand->self, (uint32_t)(unsigned char)*text, 0);
    return true;
}

static bool do_save(struct run *run, const char *file)
{
    char said[300] = "there is nowhere to save to here";
    struct app *app = run->app;
    if (app->host.save && app->host.save(app->host.self, app->stage, file, said, sizeof said))
        return true;
    text_str(run->failure, said);
    return false;
}

static bool do_print(struct run *run, const char *what)
{
    char time[32], digest[40];
    struct app *app = run->app;
    if (strcmp(what, "digest") == 0) {
        struct text text;
        text_init(&text, digest, sizeof digest);
        struct digest value = stage_run_digest(app->stage);
        text_hex(&text, value.high, 16);
        text_hex(&text, value.low, 16);
        puts(digest);
    } else if (strcmp(what, "said") == 0) {
        puts(app->message);
    } else if (strcmp(what, "time") == 0) {
        puts(scene_time(app->clock, time));
    } else {
        look(run);
        for (uint32_t i = 0; i < run->screen.count; i++)
            if (run->screen.commands[i].kind == DRAW_TEXT)
                puts(draw_characters(&run->screen, &run->screen.commands[i]));
    }
    return true;
}

static bool do_step(struct run *run, const struct script_step *step)
{
    const struct hand *hand = run->hand;
    app_settle(run->app); /* a script waits for what takes longer than a frame */
    switch (step->verb) {
    case SCRIPT_KEY: hand->key(hand->self, step->key, step->modifiers); return true;
    case SCRIPT_TYPE: return do_type(run, step->word);
    case SCRIPT_CLICK: return do_press(run, step, 1) && do_release(run);
    case SCRIPT_DOUBLE_CLICK: return do_double_click(run, step);
    case SCRIPT_DRAG: return do_drag(run, step);
    case SCRIPT_PRESS: return do_press(run, step, 1);
    case SCRIPT_MOVE: return do_move(run, step);
    case SCRIPT_RELEASE: return do_release(run);
    case SCRIPT_WHEEL: return do_wheel(run, step);
    case SCRIPT_WAIT: hand->wait(hand->self, (double)step->time / 1e9); return true;
    case SCRIPT_DROP: hand->drop(hand->self, step->word); return true;
    case SCRIPT_RESIZE:
        hand->resize(hand->self, (int)(step->number >> 32), (int)(step->number & 0xffffffff));
        return true;
    case SCRIPT_EXPECT: look(run); return script_expect(run->app, &run->screen, step, run->failure);
    case SCRIPT_SCREENSHOT: return hand->screenshot(hand->self, step->word, run->failure);
    case SCRIPT_SAVE: return do_save(run, step->word);
    default: return do_print(run, step->word);
    }
}

enum script_end script_run(const struct script *script, struct app *app, const struct hand *hand,
                           struct text *failure)
{
    struct run run = {.app = app, .hand = hand};
    char sentence[700];
    struct text text;
    enum script_end end = SCRIPT_DONE;
    run.failure = &text;
    for (uint32_t i = 0; i < script->step_count && end == SCRIPT_DONE && !app->is_over; i++) {
        text_init(&text, sentence, sizeof sentence);
        if (do_step(&run, &script->steps[i]))
            continue;
        text_str(failure, script->file);
        text_str(failure, ":");
        text_u64(failure, script->steps[i].line);
        text_str(failure, ":");
        text_u64(failure, script->steps[i].column);
        text_str(failure, ": ");
        text_str(failure, sentence);
        end = SCRIPT_FAILED;
    }
    draw_free(&run.screen);
    return end;
}
