/*
 * show.h: an app on the bench: a scenario file opened without a screen.
 */
#ifndef TESTS_VIZ_SHOW_H
#define TESTS_VIZ_SHOW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/load.h"
#include "sim/world/world.h"
#include "viz/app/app.h"

struct show {
    struct scenario *scenario;
    struct world world;
    struct app *app;
};

/* Fails the test with the loader's sentence. `set`: an override as of --set, or "". */
void show_open(struct show *show, const char *file);
void show_open_set(struct show *show, const char *file, const char *set);
void show_close(struct show *show);

/* Press the key of a command, by the command's name. */
void press(struct show *show, const char *command);

/* Answer the question that is open; NULL takes what is suggested. */
void answer_question(struct show *show, const char *text);

/* Press the key, and take what is suggested if that asks something. */
void press_and_take(struct show *show, const char *command);

/* Press and let go the left button, or press and drag. */
void click(struct show *show, float x, float y);
void drag(struct show *show, float x, float y, float to_x, float to_y);

/* The draw list as text, malloc'ed. */
char *dump_of(struct show *show, float width, float height);

#endif
