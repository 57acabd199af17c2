/*
 * script_expect.c: what a script expects, next to what there is.
 *
 * A sentence that fails has both, so that whoever reads it need not open the window. Nothing
 * here changes the app; what is on the screen is read off the list that was drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/units.h"
#include "sim/condition/goal.h"
#include "viz/script/script.h"

/* --- text on the screen -------------------------------------------------------------------- */

static struct box box_of(const struct draw_list *screen, const struct draw_command *c)
{
    float w = (float)strlen(draw_characters(screen, c)) * c->size * DRAW_CHARACTER_WIDTH;
    float x = c->align == ALIGN_RIGHT ? c->x - w : c->align == ALIGN_CENTER ? c->x - w / 2 : c->x;
    return (struct box){x, c->y, w, c->size * DRAW_LINE_HEIGHT};
}

/* A sheet, or the veil around it, hides what was written below it. */
static bool is_hidden(const struct draw_list *screen, uint32_t index)
{
    enum { OPAQUE = 200, SLACK = 1 };
    struct box box = box_of(screen, &screen->commands[index]);
    for (uint32_t i = index + 1; i < screen->count; i++) {
        const struct draw_command *c = &screen->commands[i];
        if (c->kind == DRAW_RECT && c->color.a >= OPAQUE && c->x <= box.x + SLACK &&
            c->y <= box.y + SLACK && c->x + c->w >= box.x + box.w - SLACK &&
            c->y + c->h >= box.y + box.h - SLACK)
            return true;
    }
    return false;
}

/* Lines of a paragraph follow one another in the list, so a broken sentence is found. */
static bool is_on_screen(const struct draw_list *screen, const char *wanted)
{
    size_t room = screen->character_count + screen->count + 1, used = 0;
    char *all = malloc(room);
    CHECK_WHY(all != NULL, "out of memory");
    for (uint32_t i = 0; i < screen->count; i++)
        if (screen->commands[i].kind == DRAW_TEXT && !is_hidden(screen, i))
            used += (size_t)snprintf(all + used, room - used, "%s ",
                                     draw_characters(screen, &screen->commands[i]));
    all[used] = '\0';
    bool is_there = strstr(all, wanted) != NULL;
    free(all);
    return is_there;
}

/* --- what is selected ---------------------------------------------------------------------- */

static bool is_message(struct app *app)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (pick_is(app->pick, PICK_RECORD, picture->messages[i].record))
            return true;
    return false;
}

static void say_selected(struct app *app, struct text *text)
{
    struct scene scene = app_scene(app);
    switch (app->pick.kind) {
    case PICK_NONE: text_str(text, "nothing"); break;
    case PICK_ACTOR: text_str(text, scene_actor_name(&scene, (uint32_t)app->pick.id)); break;
    case PICK_KEY:
        text_str(text, "key ");
        text_str(text, app->pick.id < scene.picture->key_count
                           ? scene.picture->keys[app->pick.id].name
                           : "that is gone");
        break;
    case PICK_RECORD:
        text_str(text, is_message(app) ? "message, record " : "record ");
        text_u64(text, app->pick.id);
        break;
    default: text_str(text, "something else");
    }
}

static bool is_selected(struct app *app, const struct script_step *step)
{
    char name[120];
    struct text text;
    if (strcmp(step->word, "message") == 0)
        return app->pick.kind == PICK_RECORD && is_message(app);
    if (strcmp(step->word, "record") == 0)
        return app->pick.kind == PICK_RECORD;
    text_init(&text, name, sizeof name);
    say_selected(app, &text);
    if (step->other)
        return app->pick.kind == PICK_KEY && strcmp(name + strlen("key "), step->other) == 0;
    return strcmp(name, step->word) == 0;
}

/* --- panes, numbers ------------------------------------------------------------------------ */

static void say_panes(struct app *app, struct text *text)
{
    uint32_t panes = 0;
    for (uint32_t i = 0; i < PANE_COUNT; i++)
        panes |= app->hits.rooms[i].w > 0 ? 1u << i : 0;
    layout_name(panes, text);
}

static bool are_panes(struct app *app, const char *wanted)
{
    char panes[100];
    struct text text;
    text_init(&text, panes, sizeof panes);
    say_panes(app, &text);
    return strcmp(panes, wanted) == 0;
}

static uint64_t number_of(struct app *app, uint32_t expect)
{
    switch (expect) {
    case EXPECT_TIME: return app->clock;
    case EXPECT_STEP: return stage_step(app->stage);
    case EXPECT_BRANCH: return stage_branch_now(app->stage);
    default: return stage_branch_count(app->stage);
    }
}

static bool is_so(struct app *app, const struct draw_list *screen, const struct script_step *step)
{
    switch (step->expect) {
    case EXPECT_TEXT: return is_on_screen(screen, step->word);
    case EXPECT_SAID: return strstr(app->message, step->word) != NULL;
    case EXPECT_REFUSED: return app->is_message_refusal;
    case EXPECT_SELECTED: return is_selected(app, step);
    case EXPECT_TIME: return number_of(app, step->expect) == step->time;
    case EXPECT_PLAYING: return app->is_playing;
    case EXPECT_PANES: return are_panes(app, step->word);
    default: return number_of(app, step->expect) == (uint64_t)step->number;
    }
}

static void say_wanted(const struct script_step *step, struct text *text)
{
    static const char *const words[EXPECT_COUNT] = {
#define EXPECT(identifier, word, follows, meaning) word,
        SCRIPT_EXPECTS(EXPECT)
#undef EXPECT
    };
    text_str(text, step->is_negated ? "expected not " : "expected ");
    text_str(text, words[step->expect]);
    if (step->word) {
        text_str(text, " ");
        text_str(text, step->word);
    }
    if (step->other) {
        text_str(text, " ");
        text_str(text, step->other);
    }
    if (step->expect == EXPECT_TIME) {
        text_str(text, " ");
        text_time(text, step->time);
    } else if (step->expect == EXPECT_STEP || step->expect == EXPECT_BRANCH ||
               step->expect == EXPECT_BRANCHES) {
        text_str(text, " ");
        text_i64(text, step->number);
    }
}

static void say_there_is(struct app *app, const struct script_step *step, struct text *text)
{
    switch (step->expect) {
    case EXPECT_TEXT: text_str(text, "the screen does not have it"); break;
    case EXPECT_SAID:
    case EXPECT_REFUSED:
        text_str(text, app->is_message_refusal ? "it was refused with " : "the message line says ");
        text_bytes_quoted(text, units_word(app->message));
        break;
    case EXPECT_SELECTED:
        text_str(text, "selected is ");
        say_selected(app, text);
        break;
    case EXPECT_TIME:
        text_str(text, "it is ");
        text_time(text, app->clock);
        break;
    case EXPECT_PANES:
        text_str(text, "there are ");
        say_panes(app, text);
        break;
    case EXPECT_PLAYING: text_str(text, app->is_playing ? "it plays" : "it does not"); break;
    default: text_str(text, "it is "); text_u64(text, number_of(app, step->expect));
    }
}

/* A condition of a scenario's own language, at this moment. */
static bool expect_condition(struct app *app, const struct script_step *step, struct text *failure)
{
    struct goal *goal = goal_parse(app->stage, step->word, failure);
    if (!goal)
        return false;
    bool is_true = goal_begin(app->stage, goal), is_met = is_true != step->is_negated;
    if (!is_met) {
        text_str(failure, step->is_negated ? "expected that this is not so, but " : "");
        goal_explain(app->stage, goal, failure);
    }
    goal_free(app->stage, goal);
    return is_met;
}

bool script_expect(struct app *app, const struct draw_list *screen, const struct script_step *step,
                   struct text *failure)
{
    if (step->expect == EXPECT_CONDITION)
        return expect_condition(app, step, failure);
    if (is_so(app, screen, step) != step->is_negated)
        return true;
    say_wanted(step, failure);
    text_str(failure, step->is_negated ? ", but it is so: " : ", but ");
    if (step->is_negated && step->expect == EXPECT_TEXT)
        text_str(failure, "it is on the screen");
    else
        say_there_is(app, step, failure);
    return false;
}
