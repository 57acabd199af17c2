/*
 * spacetime.h: the space-time diagram being drawn, and the files that draw it.
 *
 *     view_spacetime.c      where everything is, the title, and the order of drawing
 *     spacetime_axis.c      the axis of time: round ticks with units
 *     spacetime_lanes.c     names, and the line of each lane by how its node stood
 *     spacetime_cuts.c      who could not speak to whom
 *     spacetime_flights.c   messages
 *     spacetime_ops.c       operations of clients
 *     spacetime_named.c     operations that the verdict of a check names
 *     spacetime_marks.c     faults and cures with their words, records
 *     spacetime_chain.c     the chain of causes, and the reasons that W has found
 *     spacetime_density.c   bars of counts, where there is too much for lines
 *     spacetime_other.c     another branch behind the present one
 *     spacetime_title.c     the title, and what the letters and bars on the screen mean
 *     spacetime_text.c      words that keep clear of each other
 *
 *              12.0 s           12.1 s           12.2 s
 *     n1     --o---------\------------o-- - - - - - - -     the present is a line; what is to come,
 *     n2     -------------o--x  x  x  x  |                   as far as it is known, is faint
 *     ######################################                cut off from those below
 *     n3     ---------o=======o------------
 *     alice    [put cart:7 ok]
 */
#ifndef VIZ_SPACETIME_H
#define VIZ_SPACETIME_H

#include "viz/views/views.h"

#define DIAGRAM_WORDS_MAX 1024

struct diagram_words {
    uint32_t count;
    struct box boxes[DIAGRAM_WORDS_MAX];
};

struct diagram {
    const struct scene *scene;
    struct draw_list *list;
    struct hits *hits;

    struct box names, axis, plot;
    vtime from, to;
    uint32_t lane_count; /* nodes, then clients */
    uint32_t first, shown;
    float step;     /* height of a lane */
    uint32_t lit;   /* lane under the pointer, or UINT32_MAX */

    bool is_summary;
    uint32_t column_bits; /* a column is 2^this buckets */
    const struct tape *tape; /* NULL in a summary */
    const struct presence *presence;
    struct stage_other other; /* tape: NULL when one branch is shown */
    bool is_ghost;            /* it is the other branch that is being drawn */
    uint32_t flights; /* lines of messages drawn */
    uint64_t now;     /* number of the last record that has happened */
    vtime known;  /* up to here the run is known */

    uint64_t chain[CHAIN_MAX]; /* of causes, descending */
    uint32_t chain_count;
    struct diagram_words *words;
    const char *letters[128]; /* the names of the messages whose letters are written */
};

static inline uint32_t diagram_lane(const struct diagram *d, uint32_t actor)
{
    return is_client(actor) ? d->scene->picture->node_count + actor - PICTURE_CLIENT_BASE : actor;
}

static inline uint32_t diagram_actor(const struct diagram *d, uint32_t lane)
{
    uint32_t nodes = d->scene->picture->node_count;
    return lane < nodes ? lane : PICTURE_CLIENT_BASE + lane - nodes;
}

/* Points; far outside for times that are far outside. */
static inline double diagram_x(const struct diagram *d, vtime time)
{
    double part = ((double)time - (double)d->from) / (double)(d->to - d->from);
    return (double)d->plot.x + part * (double)d->plot.w;
}

/* The middle of a lane, or a place between two. */
static inline float diagram_y(const struct diagram *d, float lane)
{
    return d->plot.y + (lane - (float)d->first + 0.5f) * d->step;
}

static inline bool diagram_has_lane(const struct diagram *d, uint32_t lane)
{
    return lane >= d->first && lane < d->first + d->shown;
}

/* Do lanes lie so close together that not every one has room for its name? */
static inline bool diagram_are_close(const struct diagram *d)
{
    return d->step < d->scene->size * 1.1f;
}

bool diagram_in_chain(const struct diagram *d, uint64_t number);

/* What a verdict says of an operation (spacetime_named.c), and the frame around it. */
enum diagram_naming { NAMED_BY_NONE, NAMED_BESIDE, NAMED_AS_WRONG };
enum diagram_naming diagram_naming(const struct diagram *d, uint64_t request);
void diagram_frame_named(struct diagram *d, enum diagram_naming naming, struct box box);

/* Cut to what can be seen before it becomes a line of floats. */
void diagram_line(struct diagram *d, double x1, float y1, double x2, float y2, float width,
                  struct draw_color color, bool is_dashed);
void diagram_cross(struct diagram *d, float x, float y, float reach, float width,
                   struct draw_color color);

/* A word in the plot, if it is free there. (x, y) as in draw_text. */
bool diagram_word(struct diagram *d, float x, float y, float size, enum draw_align align,
                  struct draw_color color, const char *text);

float diagram_width(const char *text, float size);

void diagram_write_title(struct diagram *d, struct box box);
void diagram_draw_axis(struct diagram *d);
void diagram_draw_names(struct diagram *d);
void diagram_draw_lanes(struct diagram *d);
void diagram_name_states(struct diagram *d);
void diagram_draw_cuts(struct diagram *d);
void diagram_name_cuts(struct diagram *d);
void diagram_draw_flights(struct diagram *d);
void diagram_name_flights(struct diagram *d);
void diagram_draw_operations(struct diagram *d);
void diagram_draw_records(struct diagram *d);
void diagram_draw_sheds(struct diagram *d);
void diagram_draw_signs(struct diagram *d);
void diagram_draw_chain(struct diagram *d);
void diagram_draw_reasons(struct diagram *d);
void diagram_draw_other(struct diagram *d);
void diagram_name_other(struct diagram *d);
void diagram_draw_density(struct diagram *d);

/* The most that a column of the summary has: messages, and records. */
struct diagram_most {
    uint32_t messages;
    uint32_t records;
};
struct diagram_most diagram_most(const struct diagram *d);

/* Is this too much to be drawn record by record? */
bool diagram_is_too_much(uint64_t records, float width);

#endif
