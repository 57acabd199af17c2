/*
 * settings.h: how a person likes the window, from one time to the next.
 *
 *     $XDG_CONFIG_HOME/ringside/settings.json
 *     {
 *       "ringside_settings": 1,
 *       "theme": "dark",
 *       "text": 100,
 *       "reduced_motion": false,
 *       "skip_quiet": false,
 *       "layout": "ring+space-time+inspector+log",
 *       "split": [54, 58, 58],
 *       "window": { "x": 60, "y": 40, "width": 1600, "height": 900, "state": "normal" },
 *       "folder": "scenarios"
 *     }
 *
 * What is not there is as it always was, and what this version does not know is left as it stands.
 * The file is replaced as a whole. A damaged one is moved aside, and one of a newer version is
 * left alone, with all that it says; both are told. Images and scripts never read any of it, so
 * that they come out the same for everyone.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli/files/notice.h"
#include "cli/files/places.h"
#include "viz/window/window.h"

#define SETTINGS_FORMAT 1

struct settings {
    uint32_t theme;
    float text_scale;
    bool is_motion_reduced;
    bool is_skipping; /* of quiet stretches */
    struct layout layout;
    struct window_place place;
    char folder[PLACE_MAX]; /* of the file that was opened last; "" for none */
};

struct settings settings_default(void);

/* Read the file into *settings, which has the defaults already. False: it is not to be written. */
bool settings_load(struct settings *settings, struct notice *notice);

/* False and a notice when it cannot be written. */
bool settings_save(const struct settings *settings, struct notice *notice);

bool settings_equal(const struct settings *a, const struct settings *b);

/* What a person changed since `before` goes into *kept; what the command line had changed does
 * not. */
void settings_take_changes(struct settings *kept, const struct settings *before,
                           const struct settings *now);

/* Between them and the window. */
void settings_put_on(const struct settings *settings, struct app *app);
void settings_take_off(struct settings *settings, const struct app *app);

#endif
