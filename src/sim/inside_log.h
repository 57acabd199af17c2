/*
 * inside_log.h: the half of inside.h that reads the files of a node; for inside.c alone.
 */
#ifndef SIM_INSIDE_LOG_H
#define SIM_INSIDE_LOG_H

#include "sim/inside.h"

void inside_take_log(const struct world *world, uint32_t node, struct heap *scratch,
                     struct inside *inside);

#endif
