/*
 * strip_log.h: a log on disk, drawn as what it is: bytes in a row.
 *
 * Two strips. The upper one has all segments to scale, with what is on the device filled and
 * what is not hatched. The lower one looks closely at its end, or at the first bad place:
 *
 *     |=====|=========|====----|                      = on the device, - page cache only
 *     | 93 k1 | 94 k7 | 95 k1 |  96 k3  |            one box a record: sequence and key
 *                             ^ synced
 *
 * A box with a cross is no record (torn or damaged); a dashed one stands behind a bad place and
 * is never replayed; a tombstone has an X before its key. Shapes and letters say it without
 * colours.
 */
#ifndef VIZ_STRIP_LOG_H
#define VIZ_STRIP_LOG_H

#include "viz/inspector/pages.h"

/* Takes the room that it needs from the writer. */
void strip_log_draw(struct writer *writer, const struct inside_log *log);

#endif
