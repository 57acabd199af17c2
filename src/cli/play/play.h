/*
 * play.h: what the files behind `ringside play` share.
 *
 *     cmd_play.c       options, and which of these is wanted
 *     play_host.c      what the window asks of the program: save, share, open
 *     play_window.c    settings and journal around a window
 */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include "cli/export/export_window.h"
#include "cli/files/settings.h"
#include "cli/journal/journal.h"
#include "cli/play/look.h"
#include "cli/play/session.h"

struct play_options {
    const char *file; /* NULL: none was given */
    const char *open, *seed, *at, *screenshot, *svg, *share, *ui_script, *no_settings;
    const char **sets;
    uint32_t set_count;
    struct look look;
};

struct play {
    struct window_export export; /* first: the app's host is one for the exports, too */
    const struct play_options *options;
    struct session *session; /* whose stage the app shows */
    struct app *app;

    /* while there is a window */
    bool is_keeping;      /* deeds are written to a journal */
    struct kept kept;     /* what an earlier session of this scenario left */
    struct notice notice; /* to be shown */
    struct settings kept_settings; /* as the file has them, with what was changed since */
    struct settings before;        /* as the window had them when they were looked at last */
    char folder[PLACE_MAX];        /* of the file that was opened last */
    bool is_placed;                /* the window's place is known */
    bool has_changed;              /* and the file does not know it yet */
    bool is_file_ours;             /* it may be written */
    double changed_at;
};

/* Show another session: the app takes its stage, and the one that was open ends. The first one
 * opens the app; false and a sentence when there is no memory for it. */
bool play_show(struct play *play, struct session *session, struct json_error *error);

/* From now on deeds are kept in a journal, and what earlier ones hold is offered. */
void play_keep(struct play *play);

/* Before anything is done in the window: settings, and the journal. Then the window, until it is
 * closed; the exit code. */
void play_begin_window(struct play *play);
int play_window(struct play *play);

/* The app and its session end. */
void play_close(struct play *play);

/* What the app may ask for. */
struct app_host play_host(struct play *play);

#endif
