/*
 * moments.h: other moments that the present is compared with, and what was looked at closely.
 *
 * Three things that cost too much to be made for every frame, and are asked for by a page of
 * the inspector only: the picture of one step before, the picture of a moment that the person
 * has marked (Ctrl+M), and one node or key opened up. Each is made when it is asked for and
 * kept until the present moves on.
 *
 * A step forward or back passes the step before, so its picture is kept on the way; only after
 * a jump is it had by going back. While the run plays there is no last step to speak of, and
 * nothing is marked.
 */
#ifndef VIZ_MOMENTS_H
#define VIZ_MOMENTS_H

#include "sim/picture/inside.h"
#include "sim/picture/marks.h"
#include "sim/stage/stage.h"
#include "sim/picture/versions.h"

/* Which moment something was made for. */
struct moment_key {
    uint32_t branch;
    uint32_t what; /* a node or a key */
    uint64_t step;
    uint64_t records; /* the end of the run has the step of its last event */
};

/* A picture and the memory it lies in. */
struct kept_picture {
    struct heap *heap;
    struct picture picture;
    struct moment_key key;
    bool is_there;
};

struct moments {
    struct region region;
    struct kept_picture before;
    struct kept_picture marked;
    vtime marked_at; /* what the clock showed: its last event may be older */

    struct heap *marks_heap; /* of: */
    struct marks marks;
    struct moment_key marks_key;
    bool has_marks;

    struct heap *inside_heap; /* of: */
    struct inside inside;
    struct moment_key inside_key;
    bool has_inside;

    struct heap *versions_heap; /* for the time of taking them */
    struct heap *table_heap; /* for tables of whoever looks for something */

    struct key_versions versions;
    struct moment_key versions_key;
    bool has_versions;
};

bool moments_open(struct moments *moments, const char **why);
void moments_close(struct moments *moments);

/* Another run: nothing that was kept is of use. */
void moments_forget(struct moments *moments);

/* Go one step forward, or to a step, and keep the picture of the step before on the way: that
 * costs no second run up to there. */
void moments_step(struct moments *moments, struct stage *stage);
void moments_seek(struct moments *moments, struct stage *stage, uint64_t step);

/* Mark the present, to be compared with from now on; unmark. */
void moments_mark(struct moments *moments, const struct stage *stage, vtime clock);
void moments_unmark(struct moments *moments);
bool moments_is_marked_here(const struct moments *moments, const struct stage *stage);

/* Marks of `picture`, the present: against the marked moment if there is one, else against the
 * step before. NULL: at step 0, and while playing without a marked moment. */
const struct marks *moments_marks(struct moments *moments, struct stage *stage,
                                  const struct picture *picture, bool is_moving);

const struct inside *moments_inside(struct moments *moments, const struct stage *stage,
                                    uint32_t node);
const struct key_versions *moments_versions(struct moments *moments, const struct stage *stage,
                                            uint32_t key);

#endif
