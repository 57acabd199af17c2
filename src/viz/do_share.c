/*
 * do_share.c: what leaves the window: a session as a scenario.
 *
 * Writing files is the business of whoever opened the window (struct app_host): here is only
 * the asking, and the sentence that says what became of it.
 */
#include "viz/app.h"
#include "viz/do.h"

const char *why_not_save(struct app *app)
{
    return app->host.save ? NULL : "there is nowhere to save to here";
}

void do_save(struct app *app)
{
    char said[280];
    if (app->host.save(app->host.self, app->stage, NULL, said, sizeof said))
        app_say(app, "%s", said);
    else
        app_refuse(app, said);
}
