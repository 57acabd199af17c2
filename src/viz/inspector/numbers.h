/*
 * numbers.h: the parts of the page of numbers, one file each.
 *
 *     page_numbers.c      which parts there are for what is selected
 *     numbers_walk.c      a key's bytes, their hash, the walk round the ring
 *     numbers_quorum.c    R + W against N, and the operations that are open
 *     numbers_versions.c  which version is newer, rule by rule
 *     numbers_node.c      what a node owns, what runs down on it, whom it has not heard of
 *
 * Every number is the run's own. A part writes its lines and asks for nothing; where the pane is
 * wide, the parts stand in two columns.
 */
#ifndef VIZ_NUMBERS_H
#define VIZ_NUMBERS_H

#include "viz/inspector/pages.h"

/* What the page is about. */
struct subject {
    uint32_t key;                              /* index, or UINT32_MAX */
    uint32_t node;                             /* or UINT32_MAX */
    const struct picture_operation *operation; /* open, or NULL */
};

typedef void numbers_part(struct writer *writer, const struct subject *subject, struct hits *hits);

numbers_part numbers_walk, numbers_rule, numbers_open, numbers_versions, numbers_owned,
    numbers_timers, numbers_silence;

/* A part of something that is full at 1, as a bar with words behind it. */
void numbers_bar(struct writer *writer, float part, struct draw_color color, const char *text);

#endif
