/*
 * do_message.c: what can be done to a message in flight.
 *
 * The selected one, and only that: of a message and its copies each is a thing of its own. What
 * each deed means, and what becomes of a message that is held, is told in sim/net/net_bend.c.
 */
#include <string.h>

#include "base/units.h"
#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

static const struct picture_message *selected_message(struct app *app)
{
    const struct picture *picture = app_picture(app);
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (pick_is(app->pick, PICK_RECORD, picture->messages[i].record))
            return &picture->messages[i];
    return NULL;
}

static struct action deed(struct app *app, uint32_t kind)
{
    const struct picture_message *message = selected_message(app);
    return (struct action){.kind = kind, .identity = message->identity, .copy = message->copy + 1};
}

/* --- why not -------------------------------------------------------------------------- */

const char *why_not_need_flight(struct app *app)
{
    return selected_message(app) ? NULL
                                 : "select a message in flight first: click it, or press Tab";
}

const char *why_not_need_message(struct app *app)
{
    const char *why_not = why_not_need_flight(app);
    if (why_not)
        return why_not;
    return selected_message(app)->is_doomed ? "this message will be lost as it is" : NULL;
}

const char *why_not_need_moving(struct app *app)
{
    const char *why_not = why_not_need_flight(app);
    if (why_not)
        return why_not;
    return selected_message(app)->is_held ? "this message is held already: Shift+R lets it go"
                                          : NULL;
}

const char *why_not_need_held(struct app *app)
{
    const char *why_not = why_not_need_flight(app);
    if (why_not)
        return why_not;
    return selected_message(app)->is_held ? NULL : "this message is not held: Shift+H holds it";
}

const char *why_not_need_sound(struct app *app)
{
    const char *why_not = why_not_need_flight(app);
    if (why_not)
        return why_not;
    return selected_message(app)->is_damaged
               ? "this message is damaged already: whoever gets it will refuse it"
               : NULL;
}

/* --- the deeds ------------------------------------------------------------------------ */

void do_drop(struct app *app)
{
    bend(app, deed(app, ACTION_DROP), "this message will not arrive");
}

void do_hold(struct app *app)
{
    bend(app, deed(app, ACTION_HOLD), "this message stands still until Shift+R lets it go");
}

void do_release(struct app *app)
{
    char done[120], left[32];
    snprintf(done, sizeof done, "this message goes on and arrives in %s",
             scene_time(selected_message(app)->left, left));
    bend(app, deed(app, ACTION_RELEASE), done);
}

void do_duplicate(struct app *app)
{
    bend(app, deed(app, ACTION_DUPLICATE), "a second copy of this message has set out");
}

void do_corrupt(struct app *app)
{
    struct action action = deed(app, ACTION_CORRUPT);
    action.amount = LAST_BYTE;
    bend(app, action, "a bit of this message has flipped: whoever gets it will refuse it");
}

/* --- another time --------------------------------------------------------------------- */

/* "20ms" or "+20ms": so much later; "until 3s": then. */
static bool read_postponement(struct app *app, const char *answer, struct action *action)
{
    char wrong[200];
    struct text mistake;
    vtime time;
    const char *word = answer + strspn(answer, " ");
    vtime longest = app_picture(app)->duration;
    if (strncmp(word, "until", 5) == 0) {
        action->mode = POSTPONE_UNTIL;
        word += 5;
    }
    word += strspn(word, " +");
    text_init(&mistake, wrong, sizeof wrong);
    if (!units_parse_time(units_word(word), &time, &mistake)) {
        app_ask_again(app, answer, "%s", wrong);
        return false;
    }
    if (time > longest) {
        char end[32];
        app_ask_again(app, answer, "the run is over after %s", scene_time(longest, end));
        return false;
    }
    action->amount = (int64_t)time;
    return true;
}

static void answer_postpone(struct app *app, const char *answer)
{
    char done[120], text[32];
    const char *why_not = why_not_need_flight(app);
    if (why_not) {
        app_refuse(app, why_not);
        return;
    }
    struct action action = deed(app, ACTION_POSTPONE);
    if (!read_postponement(app, answer, &action))
        return;
    snprintf(done, sizeof done,
             action.mode == POSTPONE_UNTIL ? "this message arrives at %s"
                                           : "this message arrives %s later",
             scene_time((vtime)action.amount, text));
    bend(app, action, done);
}

void do_postpone(struct app *app)
{
    bend_ask(app, "How much later does it arrive, or when: 20ms, or until 3s?", "20ms",
             answer_postpone);
}
