/*
 * play_host.c: what the window cannot do itself, since it knows neither files nor scenarios.
 *
 * Each answers with one sentence. To open something else is all or nothing: the new session is
 * complete before the app takes it, so a mistake leaves the present one as it was.
 */
#include "cli/play/play.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/files/places.h"
#include "cli/journal/share_open.h"
#include "cli/play/play_finding.h"
#include "cli/play/save_session.h"

bool play_show(struct play *play, struct session *session, struct json_error *error)
{
    struct session *before = play->session;
    uint32_t unsaved = before && play->is_keeping ? journal_unsaved(before->journal) : 0;
    const char *why = "";
    if (play->app)
        app_take_stage(play->app, session->stage);
    else if (!(play->app = app_open_stage(session->stage, &why))) {
        snprintf(error->text, sizeof error->text, "%s", why);
        session_close(session);
        return false;
    }
    play->session = session;
    play->export.session = session;
    session->stage = NULL;
    if (unsaved > 0)
        notice_tell(&play->notice, "what you did in %s is kept: Ctrl+J brings it back when it is "
                    "open again", before->scenario->name);
    session_close(before);
    if (play->is_keeping)
        play_keep(play);
    return true;
}

void play_keep(struct play *play)
{
    play->is_keeping = true;
    journal_keep(play->session->journal, &play->notice);
    kept_free(&play->kept);
    kept_find(&play->kept, play->session, &play->notice);
    uint32_t count = play->kept.branch_count;
    if (count > 0)
        notice_tell(&play->notice, "%u %s of an earlier session %s kept: Ctrl+J brings %s back",
                    count, count == 1 ? "branch" : "branches", count == 1 ? "was" : "were",
                    count == 1 ? "it" : "them");
}

void play_close(struct play *play)
{
    kept_free(&play->kept);
    if (play->app)
        app_close(play->app);
    session_close(play->session);
}

static bool save(void *self, const struct stage *stage, const char *file, char *said, size_t size)
{
    const struct play *play = self;
    bool is_saved = save_session(play->session, stage, file, said, size);
    if (is_saved)
        journal_saved(play->session->journal, stage_branch_now(stage));
    return is_saved;
}

static char *share(void *self, const struct app *app)
{
    const struct play *play = self;
    return share_line(play->session, app);
}

static bool open_line(void *self, const char *line, char *said, size_t size)
{
    struct play *play = self;
    struct json_error error = {0}, warning;
    struct moment moment;
    const char *file = play->session ? play->session->file : play->options->file;
    struct session *session = share_open(line, file, &moment, &warning, &error);
    if (!session || !play_show(play, session, &error)) {
        snprintf(said, size, "%s", error.text);
        return false;
    }
    moment_show(play->app, &moment);
    snprintf(said, size, "%s", json_has_error(&warning) ? warning.text
                               : "this is the very moment that the share line is about");
    return !json_has_error(&warning);
}

/* "scenarios/" of "scenarios/demo.json"; that of a scenario found by its name stays out of it. */
static void remember_folder(struct play *play, const char *file)
{
    const char *slash = strrchr(file, '/');
    int bytes = slash ? (int)(slash - file) + 1 : 0;
    snprintf(play->folder, sizeof play->folder, "%.*s", bytes, file);
}

/* A name is looked for only when there is no such file. */
static bool open_file(void *self, const char *file, char *said, size_t size)
{
    struct play *play = self;
    struct json_error error = {0};
    char path[PLACE_MAX];
    struct session_origin origin = {.file = path};
    bool is_found = place_find_scenario(file, path);
    bool is_named = is_found && access(file, F_OK) != 0 && !strchr(file, '/');
    struct session *session = session_open(&origin, &error);
    if (!session && !is_found && place_nearest_scenario(file, path)) {
        snprintf(said, size, "there is no file and no scenario \"%.100s\"; did you mean \"%.60s\"?",
                 file, path);
        return false;
    }
    if (!session || !play_show(play, session, &error)) {
        snprintf(said, size, "%s", error.text);
        return false;
    }
    if (!is_named)
        remember_folder(play, session->file);
    bool is_failure = session->scenario->is_finding && play_seek_finding(play->app);
    snprintf(said, size, is_failure ? "opened %s, where its check fails" : "opened %s",
             session->file);
    return true;
}

/* Where the person looks for files. */
static void folder(void *self, char *name, size_t size)
{
    const struct play *play = self;
    snprintf(name, size, "%s", play->folder);
}

static uint32_t bring_back(void *self)
{
    struct play *play = self;
    uint32_t branch;
    uint32_t count = kept_bring_back(&play->kept, play->session, play->app->stage,
                                     play->session->journal, &branch, &play->notice);
    if (count > 0)
        notice_tell(&play->notice, "%u %s back; this is branch %u", count,
                    count == 1 ? "branch is" : "branches are", branch);
    return count;
}

static uint32_t kept_count(void *self)
{
    const struct play *play = self;
    return play->kept.branch_count;
}

static bool take_notice(void *self, char *said, size_t size, bool *is_trouble)
{
    struct play *play = self;
    if (!*play->notice.text)
        return false;
    snprintf(said, size, "%s", play->notice.text);
    *is_trouble = play->notice.is_trouble;
    play->notice = (struct notice){0};
    return true;
}

struct app_host play_host(struct play *play)
{
    struct app_host host = {.self = play,
                            .save = save,
                            .share = share,
                            .open_line = open_line,
                            .open_file = open_file,
                            .folder = folder,
                            .kept_count = kept_count,
                            .bring_back = bring_back,
                            .notice = take_notice};
    export_window_offer(&host);
    return host;
}
