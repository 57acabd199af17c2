/*
 * hands.h: lines of docs/ui-scripts.md, done at an app on the bench without a screen.
 */
#ifndef TESTS_VIZ_HANDS_H
#define TESTS_VIZ_HANDS_H

#include "viz/script/script.h"
#include "viz/show.h"

/* In a window of 1280 by 720 points. Fails the test with the script's own sentence. */
void hands(struct show *show, const char *lines);

/* At another size; what failed is in `failure`. */
enum script_end hands_at(struct show *show, const char *name, const char *lines, int width,
                         int height, struct text *failure);

#endif
