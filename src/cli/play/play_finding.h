/*
 * play_finding.h: a window that begins where something went wrong.
 *
 * For capsules, and for --at violation: whoever opens a finding wants to see it, not the beginning
 * of the run. From there W tells what led to it, and the way back is a key.
 */
#ifndef CLI_PLAY_FINDING_H
#define CLI_PLAY_FINDING_H

#include "viz/app/app.h"

/* Judge the run, and go to the step at which the first check that is not as it should be shows; the
 * page of checks is open and that check selected. False, and nothing moves, when none fails. */
bool play_seek_finding(struct app *app);

#endif
