/*
 * do_log.c: filtering the log, and going from match to match.
 *
 * The filter only chooses what is shown. Going to a match moves the present there, as going to
 * a record does; where the records that are in memory have no further match, the run is searched
 * in slices (errand.h).
 */
#include <string.h>

#include "viz/app/app.h"
#include "viz/do/do.h"

bool app_filter_log(struct app *app, const char *words, struct text *mistake)
{
    struct log_look *log = &app->log;
    if (!log_filter_parse(&log->filter, app->stage, app_picture(app), words, mistake))
        return false;
    log_index_forget(&log->index);
    log->top = 0;
    return true;
}

static void take_filter(struct app *app, const char *answer)
{
    char wrong[300];
    struct text mistake;
    text_init(&mistake, wrong, sizeof wrong);
    if (!app_filter_log(app, answer, &mistake))
        app_ask_again(app, answer, "%s", wrong);
    else if (log_filter_is_given(&app->log.filter))
        app_say(app, "the log shows what matches; Shift+N and Shift+B go to the next match and "
                     "the one before, Esc clears");
    else
        app_say(app, "the log shows everything but heartbeats");
}

void do_filter(struct app *app)
{
    app_ask(app,
            "Show records with these words (node:n3, kind:drop, key:user:42, \"in a row\", -not):",
            "", take_filter);
}

bool app_clear_filter(struct app *app)
{
    if (!log_filter_is_given(&app->log.filter))
        return false;
    take_filter(app, "");
    return true;
}

const char *why_not_need_filter(struct app *app)
{
    return log_filter_is_given(&app->log.filter) ? NULL
                                                 : "there is no filter to match: / sets one";
}

static void search(struct app *app, enum errand_kind kind, const char *where)
{
    char words[LOG_FILTER_MAX + 60];
    snprintf(words, sizeof words, "searching %s for %s", where, app->log.filter.text);
    errand_begin(app, kind, NULL, words);
}

void do_next_match(struct app *app)
{
    search(app, ERRAND_MATCH_AHEAD, "ahead");
}

void do_previous_match(struct app *app)
{
    search(app, ERRAND_MATCH_BEHIND, "back");
}
