/*
 * sweep_progress.h: how far a sweep is, while it goes on.
 *
 * At a terminal one line, written over ten times a second; elsewhere (a log of a job) a plain line
 * now and then. A cause that is new is told at once. All of it on stderr.
 */
#ifndef CLI_SWEEP_PROGRESS_H
#define CLI_SWEEP_PROGRESS_H

#include "hunt/sweep.h"

struct sweep_progress {
    bool is_terminal;
    bool has_line;    /* one stands there, to be written over */
    double told;      /* seconds of the sweep at which a plain line was written last */
    double seconds;   /* and what the rate is measured from */
    uint64_t runs;
    double rate;
};

struct sweep_watcher sweep_progress_begin(struct sweep_progress *progress);
void sweep_progress_end(struct sweep_progress *progress);

#endif
