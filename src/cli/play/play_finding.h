/*
 * play_finding.h: a window that begins where something went wrong.
 */
#ifndef CLI_PLAY_FINDING_H
#define CLI_PLAY_FINDING_H

#include "viz/app/app.h"

/* Judge the run, and go to the step at which the first check that is not as it should be shows; the
 * page of checks is open and that check selected. False, and nothing moves, when none fails. */
bool play_seek_finding(struct app *app);

#endif
