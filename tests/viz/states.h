/*
 * states.h: the window in forty states: a scenario, a moment, keys, a look, a size.
 *
 * The goldens keep what each of them draws; the layout and the contrast of each are
 * measured. A new view or a new mark belongs in here, as one more line of states.c.
 */
#ifndef TESTS_VIZ_STATES_H
#define TESTS_VIZ_STATES_H

#include "viz/show.h"

struct look_state {
    const char *name;     /* of the golden: tests/viz/golden/NAME.txt */
    const char *scenario; /* scenarios/NAME.json, or a path without .json */
    uint32_t at_ms;       /* the moment */
    const char *keys;     /* names of commands, separated by commas; after "hands:", lines
                             of docs/ui-scripts.md */
    uint32_t pane;        /* alone, or PANE_COUNT */
    uint32_t theme;       /* index */
    uint32_t percent;     /* size of text */
    float width, height;  /* points */
};

extern const struct look_state look_states[];
extern const uint32_t look_state_count;

/* Open the scenario and go there; close with show_close. */
void state_open(struct show *show, const struct look_state *state);

#endif
