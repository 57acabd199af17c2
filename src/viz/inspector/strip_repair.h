/*
 * strip_repair.h: one level of a comparison of replicas, as a strip.
 *
 * It stands beside the line that was written last: all that the two replicas have in common from
 * left to right, in the order of the circle; what differs is filled.
 */
#ifndef VIZ_STRIP_REPAIR_H
#define VIZ_STRIP_REPAIR_H

#include "sim/picture/inside.h"
#include "viz/inspector/pages.h"

void strip_repair(struct writer *writer, const struct inside_repair *repair, uint32_t level);

#endif
