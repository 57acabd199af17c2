/*
 * play_window.c: what a window has around it that an image has not: settings, and a journal.
 *
 * Settings are read before the window opens; what the command line says of the look is for this
 * time only. What the person changes is written a second after the last change, and at the end, so
 * that dragging an edge does not write a file for each step of the mouse.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/files/places.h"
#include "cli/play/play.h"
#include "viz/window/window.h"

#define QUIET_SECONDS 1.0

void play_begin_window(struct play *play)
{
    play->kept_settings = settings_default();
    if (!play->options->no_settings)
        play->is_file_ours = settings_load(&play->kept_settings, &play->notice);
    settings_put_on(&play->kept_settings, play->app);
    snprintf(play->folder, sizeof play->folder, "%s", play->kept_settings.folder);
    play->app->is_welcome = !play->options->file && !play->options->open;
    struct settings none = settings_default();
    play->app->hints.are_wanted =
        play->app->is_welcome && settings_equal(&play->kept_settings, &none);
    play_keep(play);
}

#ifdef RINGSIDE_WINDOW

static struct settings look_now(const struct play *play, const struct window_place *place)
{
    struct settings now = play->before;
    settings_take_off(&now, play->app);
    if (place)
        now.place = *place;
    snprintf(now.folder, sizeof now.folder, "%s", play->folder);
    return now;
}

static bool settle(void *self, const struct window_place *place, bool is_end)
{
    struct play *play = self;
    struct settings now = look_now(play, place);
    if (!play->is_file_ours)
        return false;
    if (!play->is_placed) { /* the desktop had its say: that is nobody's wish */
        play->before.place = now.place;
        play->is_placed = true;
    }
    if (!settings_equal(&now, &play->before)) {
        settings_take_changes(&play->kept_settings, &play->before, &now);
        play->before = now;
        play->has_changed = true;
        play->changed_at = wall_now();
    }
    if (play->has_changed && (is_end || wall_now() > play->changed_at + QUIET_SECONDS)) {
        play->is_file_ours = settings_save(&play->kept_settings, &play->notice);
        play->has_changed = false;
    }
    return play->has_changed;
}

static struct window_options options_of(const struct play *play)
{
    const struct look *look = &play->options->look;
    struct window_options options = {.place = play->kept_settings.place, .self = (void *)play};
    options.scale = look->scale ? look->pixels_a_point : 0;
    if (look->size)
        options.place = (struct window_place){
            .width = look->width, .height = look->height, .is_exact = true};
    return options;
}

/* For whoever closes the window without saving. */
static void say_unsaved(const struct play *play)
{
    uint32_t unsaved = journal_unsaved(play->session->journal);
    if (unsaved > 0)
        fprintf(stderr, "ringside: %u %s not saved, and kept: ringside play %s, then Ctrl+J\n",
                unsaved, unsaved == 1 ? "branch is" : "branches are", play->session->file);
}

int play_window(struct play *play)
{
    char why[300], last_word[400];
    struct window_options options = options_of(play);
    options.settle = settle;
    options.last_word = last_word;
    snprintf(last_word, sizeof last_word,
             "the display is gone. What was done is kept: ringside play %s, and Ctrl+J brings it "
             "back", play->session->file);
    play->before = play->kept_settings;
    play->before = look_now(play, NULL);
    if (window_run(play->app, &options, why, sizeof why)) {
        say_unsaved(play);
        return EXIT_HOLDS;
    }
    return usage_error("there is no display for a window (%s). As text: ringside run %s -v; as an "
                       "image: ringside play %s --screenshot FILE",
                       why, play->session->file, play->session->file);
}

#else

int play_window(struct play *play)
{
    return usage_error("this build has no window. As text: ringside run %s -v; as an image: "
                       "ringside play %s --screenshot FILE",
                       play->session->file, play->session->file);
}

#endif
