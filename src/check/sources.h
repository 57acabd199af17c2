/*
 * sources.h: which write did each get read from?
 *
 * The oracles of sessions and causes ask where a value came from. When each value was written once
 * the answer is plain; when several writes of the key left the same one (two deletes, a put that
 * was tried again) a get says only that it was one of them, and then those oracles draw no
 * conclusion from it: in doubt they do not accuse. How many gets were passed over is told.
 *
 *     put a |--|   put b |--|   put b |--|
 *                                            get a: the first put    get b: SOURCE_MANY
 *     get |-----|  nothing: SOURCE_BEFORE, unless a delete may have come before
 */
#ifndef CHECK_SOURCES_H
#define CHECK_SOURCES_H

#include "base/heap.h"
#include "check/history.h"
#include "check/timeline.h"

/* Instead of the index of a write. */
#define SOURCE_NONE   UINT32_MAX       /* no get that is ok, or a value that nobody had written */
#define SOURCE_MANY   (UINT32_MAX - 1) /* one of several, or several values at once */
#define SOURCE_BEFORE (UINT32_MAX - 2) /* what was there before the first operation */

static inline bool is_source_known(uint32_t source)
{
    return source <= SOURCE_BEFORE;
}

struct sources {
    uint32_t *of; /* by operation: index of the write, or one of the above */
    uint32_t known;
    uint32_t many;
};

/* The array belongs to `heap`. A get's source depends only on what was called before it
 * returned, so it is the same for each beginning of the history. */
struct sources sources_find(const struct history *history, const struct timeline *timeline,
                            struct heap *heap);

#endif
