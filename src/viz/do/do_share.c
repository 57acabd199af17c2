/*
 * do_share.c: what leaves the window and comes in: sessions, share lines, files.
 *
 * Reading and writing files is the business of whoever opened the window (struct app_host), and
 * the clipboard is the screen's: here is only the asking, and the sentence that says what became
 * of it. Where there is no screen, what was copied is kept here, so that a script can paste it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/app/app.h"
#include "viz/do/do.h"

static void say_outcome(struct app *app, bool is_done, const char *said)
{
    if (is_done)
        app_say(app, "%s", said);
    else
        app_refuse(app, said);
}

const char *why_not_save(struct app *app)
{
    return app->host.save ? NULL : "there is nowhere to save to here";
}

void do_save(struct app *app)
{
    char said[500];
    bool is_done = app->host.save(app->host.self, app->stage, NULL, said, sizeof said);
    say_outcome(app, is_done, said);
}

/* --- the clipboard -------------------------------------------------------------------------- */

static bool copy(struct app *app, const char *text)
{
    if (app->screen.copy)
        return app->screen.copy(app->screen.self, text);
    free(app->copied);
    app->copied = strdup(text);
    CHECK_WHY(app->copied != NULL, "out of memory");
    return true;
}

char *app_paste(struct app *app)
{
    if (app->screen.paste)
        return app->screen.paste(app->screen.self);
    return app->copied ? strdup(app->copied) : NULL;
}

/* --- share lines and files ------------------------------------------------------------------ */

const char *why_not_share(struct app *app)
{
    return app->host.share ? NULL : "nothing can be shared from here";
}

void do_share(struct app *app)
{
    char *line = app->host.share(app->host.self, app);
    if (copy(app, line))
        app_say(app, "copied: Ctrl+V in another window, or ringside play 'LINE', opens this very "
                     "moment. %s", line);
    else
        app_refuse(app, "the clipboard does not take the line: ringside play --share prints it");
    free(line);
}

const char *why_not_open(struct app *app)
{
    return app->host.open_file ? NULL : "nothing can be opened from here";
}

void app_open_line(struct app *app, const char *line)
{
    char said[500];
    app->mode = MODE_PLAIN;
    bool is_done = app->host.open_line(app->host.self, line, said, sizeof said);
    say_outcome(app, is_done, said);
}

void app_open_file(struct app *app, const char *file)
{
    char said[500];
    app->mode = MODE_PLAIN;
    bool is_done = app->host.open_file(app->host.self, file, said, sizeof said);
    say_outcome(app, is_done, said);
}

/* No file is called so. */
static bool is_line(const char *what)
{
    return what[0] == 'r' && what[1] == 's' && what[2] >= '0' && what[2] <= '9' &&
           strchr(what, ':') != NULL;
}

void app_drop(struct app *app, const char *what)
{
    app->is_drawing_due = true;
    app->is_welcome = false;
    if (!app->host.open_file || !app->host.open_line)
        app_refuse(app, "nothing can be opened from here");
    else if (is_line(what))
        app_open_line(app, what);
    else
        app_open_file(app, what);
}

void do_open_copied(struct app *app)
{
    char *line = app_paste(app);
    if (line && *line)
        app_open_line(app, line);
    else
        app_ask(app, "Open which share line? It begins with rs1:", "", app_open_line);
    free(line);
}

void do_open_file(struct app *app)
{
    char folder[sizeof app->typed] = "";
    if (app->host.folder)
        app->host.folder(app->host.self, folder, sizeof folder);
    app_ask(app, "Open which scenario? A file, or the name of one that came with Ringside:", folder,
            app_open_file);
}

/* --- what an earlier session left ----------------------------------------------------------- */

const char *why_not_kept(struct app *app)
{
    bool is_something = app->host.kept_count && app->host.kept_count(app->host.self) > 0;
    return is_something ? NULL : "no earlier session of this scenario and seed left a branch";
}

/* What became of it is told as news. */
void do_bring_back(struct app *app)
{
    app->host.bring_back(app->host.self);
    app->pick = (struct pick){PICK_NONE, 0};
    app->is_playing = false;
    app_moved(app);
}
