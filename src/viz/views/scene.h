/*
 * scene.h: what a view is given, and where it leaves what can be clicked.
 *
 * A view is a function of a scene and a box: the same scene, the same list of draw
 * commands. It keeps nothing and changes nothing but the list and the hits.
 */
#ifndef VIZ_SCENE_H
#define VIZ_SCENE_H

#include "sim/picture/inside.h"
#include "sim/picture/marks.h"
#include "sim/metrics/metrics.h"
#include "sim/picture/panes.h"
#include "sim/stage/stage.h"
#include "sim/picture/versions.h"
#include "sim/why/why.h"
#include "viz/draw/draw.h"
#include "viz/draw/theme.h"

struct box {
    float x, y, w, h;
};

/* What can be picked: its identifier, and the word for it. `id` says which one. */
#define PICKS(PICK)                                                                                \
    PICK(NONE, "nothing")                                                                          \
    PICK(ACTOR, "node or client")      /* id: its address */                                       \
    PICK(KEY, "key")                   /* id: index among the picture's keys */                    \
    PICK(RECORD, "record")             /* id: number; a message is the record of its sending */    \
    PICK(COMMAND, "button")            /* id: index in the table of commands */                    \
    PICK(SCRUB, "bar of time")         /* id: none */                                              \
    PICK(PANE, "title")                /* id: pane whose title it is */                            \
    PICK(BRANCH, "branch")             /* id: branch */                                            \
    PICK(PAGE, "page")                 /* id: page of the inspector */                             \
    PICK(STEP, "step")                 /* id: step to go to */                                     \
    PICK(CELL, "replica of a key")     /* id: index of the key << 32 | node */                     \
    PICK(CHECK, "check")               /* id: index among the picture's checks */                  \
    PICK(WHY, "reason")                /* id: index among the links of scene.why */                \
    PICK(METRIC, "metric")             /* id: enum metric, METRIC_COUNT: all of them */            \
    PICK(INSTANT, "instant")           /* id: time to go to */                                     \
    PICK(CUT, "cut link")              /* id: from << 32 | to */                                   \
    PICK(DIVIDER, "edge")              /* id: enum divider of layout.h */                          \
    PICK(ENTRY, "entry")               /* id: of a menu, or line of the palette */                 \
    PICK(TOPIC, "menu")                /* id: enum command_topic, in the menu bar */               \
    PICK(SHEET, "sheet")               /* a menu or sheet itself: a press there does nothing */

enum pick_kind {
#define PICK(identifier, word) PICK_##identifier,
    PICKS(PICK)
#undef PICK
    PICK_KIND_COUNT,
};

struct pick {
    uint32_t kind; /* enum pick_kind */
    uint64_t id;
};

extern const char *const pane_names[PANE_COUNT]; /* for titles: "Ring" */
extern const char *const pane_words[PANE_COUNT]; /* for options, scripts and files: "ring" */

struct hit {
    struct box box;
    struct pick pick;
    uint32_t pane; /* that it lies in, or PANE_COUNT */
};

/* The plot of the space-time diagram: what lies where. w is 0 where there is none. */
struct time_axis {
    struct box plot;
    vtime from, to;
    uint32_t first_lane, shown, lane_count;
    float step;     /* height of a lane */
    bool are_close; /* not every lane has its name; the one under the pointer has */
};

#define HITS_MAX 8192
struct hits {
    uint32_t pane;                 /* being drawn now, or PANE_COUNT */
    struct box rooms[PANE_COUNT];  /* the inside of each pane; w is 0 where there is none */
    struct time_axis time;
    float page_scroll;             /* lines that the inspector could be scrolled by */
    uint64_t log_top;              /* number of the log's first row */
    uint32_t count;
    uint32_t floor; /* those before it lie under a sheet: they cannot be hit */
    struct hit items[HITS_MAX];
};

/* The pages of the inspector, in the order of their tabs: see viz/inspector/pages.h. */
#define PAGES(PAGE)                                                                                \
    PAGE(KEYS, keys)                                                                               \
    PAGE(NODE, node)                                                                               \
    PAGE(METRICS, metrics)                                                                         \
    PAGE(CHECKS, checks)                                                                           \
    PAGE(WHY, why)                                                                                 \
    PAGE(NUMBERS, numbers)

enum inspector_page {
#define PAGE(identifier, name) PAGE_##identifier,
    PAGES(PAGE)
#undef PAGE
    PAGE_COUNT,
};

/* What the arcs of the ring say (F8). */
enum ring_colours {
    RING_BY_OWNER,
    RING_BY_REACH,
    RING_BY_DIFFERENCE,
    RING_BY_LOAD,
    RING_COLOURS_COUNT,
};

/* What is drawn of what nodes know and think of each other (Shift+F8). */
enum ring_sheet { RING_DOUBTS, RING_NEWS, RING_NO_SHEET, RING_SHEET_COUNT };

struct log_look;

struct scene {
    const struct picture *picture;
    const struct stage *stage;
    const struct theme *theme;
    vtime clock;        /* the moment shown: never before picture->now */
    struct pick pick;   /* the selection, one for all panes */
    float size;         /* height of text in points */
    vtime from, span;   /* of the space-time diagram: where it begins, how wide it is */
    bool is_following;  /* it moves with the present */
    bool are_both;      /* it shows another branch, too */
    uint32_t first_lane; /* of it, or UINT32_MAX: so that the selected one is in sight */
    float pointer_x, pointer_y; /* the mouse */
    double speed;       /* virtual seconds a second of the wall clock */
    bool is_playing;
    bool is_quiet; /* and passes a stretch of heartbeats quickly */
    bool is_motion_reduced; /* what moves stands still and says how far it is */
    uint32_t maximised; /* pane, or PANE_COUNT */
    uint32_t inspector_page; /* enum inspector_page */
    uint32_t ring_colours;   /* enum ring_colours */
    uint32_t ring_sheet;     /* enum ring_sheet */
    uint32_t metric;         /* shown alone on its page; METRIC_COUNT: all */
    const char *message;
    bool is_message_refusal;
    const vtime *bookmarks;
    uint32_t bookmark_count;
    uint32_t cell;         /* of the selected key, the node of the selected replica; UINT32_MAX */
    const struct why *why; /* the chain that W found last, or NULL: marked in all views */
    uint32_t why_at;       /* the link of it where the person stands */

    /* for the inspector: NULL when no page asks for it */
    const struct marks *marks;           /* what has changed since: */
    bool is_marked;                      /* a moment that was chosen, else the step before */
    vtime marked_time;
    const struct inside *inside;         /* the selected node */
    const struct key_versions *versions; /* the selected key */
    float page_scroll;                   /* lines */
    const struct log_look *log;
};

/* Where a record stands in the chain of reasons, from 1; 0: not at all. */
uint32_t scene_why_mark(const struct scene *scene, uint64_t number);
/* "1", "2, 4": where an actor stands in it; "" for nowhere. */
const char *scene_why_marks(const struct scene *scene, uint32_t actor, char text[32]);

/* The actor that the selection is about, or UINT32_MAX. */
uint32_t scene_actor(const struct scene *scene);

/* "n1", "alice", "the world". */
const char *scene_actor_name(const struct scene *scene, uint32_t actor);

static inline bool is_client(uint32_t address)
{
    return address >= PICTURE_CLIENT_BASE && address != UINT32_MAX;
}

static inline bool pick_is(struct pick pick, uint32_t kind, uint64_t id)
{
    return pick.kind == kind && pick.id == id;
}

static inline bool box_has(struct box box, float x, float y)
{
    return x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h;
}

void hits_clear(struct hits *hits);
void hits_add(struct hits *hits, struct box box, uint32_t kind, uint64_t id);
/* The last one added that covers the point: what is drawn above wins. NULL: nothing does. */
const struct hit *hits_at(const struct hits *hits, float x, float y);
struct pick hits_find(const struct hits *hits, float x, float y);
/* The pane whose inside has the point, or PANE_COUNT. */
uint32_t hits_pane(const struct hits *hits, float x, float y);

/* The part of its way that is behind a message, 0 to 1: one that is held stands still. */
float scene_message_part(const struct scene *scene, const struct picture_message *message);

/* A pane's background, frame and title; returns the room inside. */
struct box scene_pane(const struct scene *scene, struct draw_list *list, struct hits *hits,
                      struct box box, uint32_t pane, const char *note);

/* Text in a box: cut to fit, nothing when the line does not fit into the height. */
void scene_text(struct draw_list *list, struct box box, float x, float y, float size,
                struct draw_color color, const char *text);

/* How many bytes of a text go on a line of so many columns: it breaks at spaces where it can. */
size_t scene_line_size(const char *text, size_t columns);

struct draw_color with_alpha(struct draw_color color, uint8_t alpha);

/* "1.284 ms": three decimals at most, for people. */
const char *scene_time(vtime time, char text[32]);

#endif
