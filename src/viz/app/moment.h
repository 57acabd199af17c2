/*
 * moment.h: where somebody is in a run, and what they look at.
 *
 * With scenario, seed and deeds this is all that it takes to show another person the same
 * picture. A share line carries it; it is plain data, so whoever writes one need not know the
 * window.
 */
#ifndef VIZ_MOMENT_H
#define VIZ_MOMENT_H

#include "viz/app/app.h"

struct moment {
    uint64_t step;
    vtime time;  /* of the present */
    bool is_over; /* behind the last event, at the end of the run */
    vtime clock; /* what is shown, between the present and the next event */
    struct pick pick;
    uint32_t panes;     /* of the layout: 1 << enum pane */
    uint32_t maximised; /* the pane that is alone, or PANE_COUNT */
    char filter[LOG_FILTER_MAX]; /* of the log; "" for none */
    uint32_t inspector_page;
    uint32_t ring_colours;
    uint32_t ring_sheet;
    vtime span;   /* of the space-time diagram; 0: as fits */
    vtime from;   /* where it begins, if */
    bool is_held; /* it does not follow the present */
};

void moment_take(const struct app *app, struct moment *moment);

/* The app's stage is at the moment's step and time already. A selection that is not there is
 * none. */
void moment_show(struct app *app, const struct moment *moment);

/* "actor", "key", "record", "cell", "check", "cut"; NULL for what nobody selects. And back:
 * PICK_NONE for none. */
const char *moment_pick_word(uint32_t kind);
uint32_t moment_pick_kind(const char *word);

#endif
