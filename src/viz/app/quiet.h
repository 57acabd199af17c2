/*
 * quiet.h: stretches in which nothing happens but heartbeats, and how they pass quickly.
 *
 *     something happens --- 0.4 s of watching --->  quiet: 25 times as fast, and marked
 *            ^                                                |
 *            '-----------  the first record that is news -----'
 *
 * Film editors call it skipping silence. It is for watching alone: no event is left out, and the
 * run is the same. What is in flight and no heartbeat is news for as long as it flies.
 */
#ifndef VIZ_QUIET_H
#define VIZ_QUIET_H

#include <stdbool.h>

#include "base/base.h"

struct app;

#define QUIET_TIMES   25
#define QUIET_SECONDS 0.4 /* of watching, behind the last news */

/* Go on to `clock` at the most, by events; with skipping, so far on that much of a quiet stretch is
 * behind us. Returns where the clock stands now. */
vtime quiet_play(struct app *app, vtime ahead);

/* The clock was put somewhere else. */
void quiet_moved(struct app *app);

#endif
