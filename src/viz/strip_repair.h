/*
 * strip_repair.h: one level of a comparison of replicas, as a strip beside the line that was
 * written last: all that the two have in common from left to right, what differs filled.
 */
#ifndef VIZ_STRIP_REPAIR_H
#define VIZ_STRIP_REPAIR_H

#include "sim/inside.h"
#include "viz/pages.h"

void strip_repair(struct writer *writer, const struct inside_repair *repair, uint32_t level);

#endif
