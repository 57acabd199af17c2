/*
 * tape.h: what a diagram does with a record of the trace: is it a message and from whom to whom, a
 * fault, a headline. The window and the exports draw by the same classes.
 */
#ifndef SIM_TAPE_H
#define SIM_TAPE_H

#include "sim/stage.h"
#include "sim/trace.h"

/* Fills in class, peer, letter and is_headline; the rest is left as it is. */
void tape_describe(const struct trace_record *record, struct tape_record *taped);

#endif
