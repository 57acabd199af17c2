/*
 * play.h: what the files behind `ringside play` share.
 *
 *     cmd_play.c       options, and which of these is wanted
 *     play_host.c      what the window asks of the program: save, share, open
 *     play_image.c     a picture in a file, without a window
 */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include "cli/cli.h"
#include "cli/session.h"
#include "viz/app.h"

struct play_options {
    const char *file, *open, *seed, *at, *size, *scale, *theme, *view, *keys, *screenshot, *svg;
    const char *share, *ui_script;
    const char **sets;
    uint32_t set_count;
    int width, height;
    double factor;
};

struct play {
    const struct play_options *options;
    struct session *session; /* whose stage the app shows */
    struct app *app;
};

/* Show another session: the app takes its stage, and the one that was open ends. The first one
 * opens the app; false and a sentence when there is no memory for it. */
bool play_show(struct play *play, struct session *session, struct json_error *error);

/* What the app may ask for. */
struct app_host play_host(struct play *play);

int play_write_svg(struct play *play);
int play_write_png(struct play *play);

#endif
