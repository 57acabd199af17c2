/*
 * inside_log.h: the half of inside.h that reads the files of a node.
 *
 * inside.c takes the machine and the process, inside_log.c the bytes on the disk; nobody
 * else includes this.
 */
#ifndef SIM_INSIDE_LOG_H
#define SIM_INSIDE_LOG_H

#include "sim/picture/inside.h"

void inside_take_log(const struct world *world, uint32_t node, struct heap *scratch,
                     struct inside *inside);

#endif
