/*
 * do_bend.c: the way into a bent run, and the way back.
 *
 * Each bending command is an action of a scenario, done now, in a branch of its own: do_node.c,
 * do_link.c, do_message.c and do_client.c have them by what they are about. Nothing that happened
 * is lost: undo goes back to where the branch began, and the branch is kept.
 */
#include <string.h>

#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

void bend_tell(struct app *app, uint32_t branch, const char *done)
{
    app_moved(app);
    if (app->pick.kind == PICK_RECORD && !stage_record(app->stage, app->pick.id))
        app->pick = (struct pick){PICK_NONE, 0};
    app_say(app, "branch %u: %s; Ctrl+Z takes it back, B shows the other branches", branch, done);
}

void bend(struct app *app, struct action action, const char *done)
{
    bend_tell(app, stage_do(app->stage, &action), done);
}

void bend_ask(struct app *app, const char *question, const char *suggestion,
              app_answered *answered)
{
    app->is_playing = false;
    app_ask(app, question, suggestion, answered);
}

/* The next word of a line, in place of which `line` gets what follows. NULL: there is none. */
char *bend_word(char **line)
{
    char *word = *line + strspn(*line, " ,\t");
    size_t size = strcspn(word, " ,\t");
    if (size == 0)
        return NULL;
    *line = word + size + (word[size] != '\0');
    word[size] = '\0';
    return word;
}

/* --- there and back -------------------------------------------------------------------------- */

const char *why_not_need_branch(struct app *app)
{
    return stage_branch_count(app->stage) == 1
               ? "there is only this branch; K, P, D and others open new ones"
               : NULL;
}

const char *why_not_need_undo(struct app *app)
{
    return stage_branch_now(app->stage) == 0 ? "nothing was done yet that could be taken back"
                                             : NULL;
}

void do_undo(struct app *app)
{
    stage_undo(app->stage);
    app_moved(app);
    app_say(app, "taken back: step %llu of branch %u; the other branch is kept (B)",
            (unsigned long long)stage_step(app->stage), stage_branch_now(app->stage));
}

void do_next_branch(struct app *app)
{
    uint32_t branch = (stage_branch_now(app->stage) + 1) % stage_branch_count(app->stage);
    stage_select_branch(app->stage, branch);
    app_moved(app);
    struct stage_branch info = stage_branch_at(app->stage, branch);
    app_say(app, "branch %u: %s", branch, branch ? info.text : "the run as it was written");
}
