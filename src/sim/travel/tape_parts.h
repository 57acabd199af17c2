/*
 * tape_parts.h: what the files of the tape share.
 *
 *   tape.c       taking records, linking and finding them
 *   tape_way.c   where a message was when, and what is kept of it when a tape forgets
 *
 * Nobody else includes this.
 */
#ifndef SIM_TAPE_PARTS_H
#define SIM_TAPE_PARTS_H

#include "sim/travel/tape.h"

/* At the end of the opening, empty. */
struct tape_open *tape_add_opening(struct tape *tape);

/* The older half goes; what has begun there and goes on moves to the opening. */
void tape_forget_half(struct tape *tape);

#endif
