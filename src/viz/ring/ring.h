/*
 * ring.h: the ring being drawn, and the files that draw it.
 *
 *     view_ring.c      the order in which things are drawn: what comes later lies above
 *     ring_layout.c    where the ring, the nodes, the clients and the links between them are
 *     ring_room.c      which places are taken, so that no word stands upon another
 *     ring_arcs.c      the circle of tokens: by owner, or by what a client could get now
 *     ring_load.c      arcs by load, who has much to do, and who refuses
 *     ring_racks.c     which nodes fail together
 *     ring_keys.c      keys on the circle, and the walk of the selected one
 *     ring_links.c     cuts, sides of a partition
 *     ring_nodes.c     nodes: the shapes of their states, their names and notes
 *     ring_members.c   who comes and goes, what moves meanwhile, and how far it is
 *     ring_clients.c   clients
 *     ring_timers.c    what runs down
 *     ring_doubts.c    who doubts whom, and how near to a verdict it is
 *     ring_news.c      how far news have come, as heat
 *     ring_quorum.c    slots of the operations that coordinators have in hand
 *     ring_messages.c  what is on its way
 *     ring_still.c     the same without motion
 *     ring_hints.c     what waits at one node for another
 *     ring_descent.c   two replicas that are compared, part by part
 *     ring_differ.c    the circle of tokens by how many keys differ
 *     ring_legend.c    what the shapes on the screen mean, and only those
 *
 *                clients     messages keep to the right of their link, so that those of
 *         o   .-'''-.   o    the two ways do not meet
 *          n5 :     : n2
 *      c      `-...-'     c  A state is told by a shape. A node that joins has an outline that
 *         o    n4 n3    o    closes clockwise and a plus in its badge, one that leaves an outline
 *                            that opens, and a minus.
 */
#ifndef VIZ_RING_H
#define VIZ_RING_H

#include "viz/views/views.h"

#define TURN 6.2831853f

struct point {
    float x, y;
};

/* One direction of a link, from the edge of the sender to the edge of the receiver. */
struct lane {
    struct point from, to;
    struct point along; /* of length 1 */
    float length;
};

/* Places that are taken, in two layers: what lies still, and what may pass over words. */
enum ring_layer { LAYER_STILL, LAYER_MOVING, LAYER_COUNT };

#define ROOM_CELLS 512
struct ring_room {
    struct box box;
    float cell; /* points */
    uint64_t taken[LAYER_COUNT][ROOM_CELLS][ROOM_CELLS / 64];
};

/* What is on the screen, for the legend. */
enum ring_mark {
    MARK_UP,
    MARK_SUSPECTED,
    MARK_DOWN,
    MARK_PAUSED,
    MARK_RECOVERING,
    MARK_REFUSED,
    MARK_SPARE,
    MARK_JOINING,
    MARK_LEAVING,
    MARK_LEFT,
    MARK_SIDE,
    MARK_CUT,
    MARK_KEY,
    MARK_KEY_DIFFERS,
    MARK_MESSAGE,
    MARK_ANSWER,
    MARK_LOST,
    MARK_HELD,
    MARK_DAMAGED,
    MARK_COPY,
    MARK_MANY,
    MARK_ROWS,
    MARK_MOVE,
    MARK_MOVED,
    MARK_SLOT,
    MARK_SLOT_LOST,
    MARK_TIMEOUT,
    MARK_HEARTBEAT,
    MARK_SYNC,
    MARK_SILENCE,
    MARK_PHI,
    MARK_SUSPICION,
    MARK_DOUBT,
    MARK_VERDICT,
    MARK_NEWS,
    MARK_NEWS_OLD,
    MARK_NEWS_NOT,
    MARK_TOLD,
    MARK_HINTS,
    MARK_PART_ASKED,
    MARK_PART_EQUAL,
    MARK_PART_DIFFERS,
    MARK_RANGE_EQUAL,
    MARK_RANGE_DIFFERS,
    MARK_QUEUE,
    MARK_SHED,
    MARK_HOT_KEY,
    MARK_HEAT,
    MARK_HEAT_MOST,
    MARK_REACH, /* and the kinds of reach that follow it */
    MARK_REACH_LAST = MARK_REACH + PICTURE_REACH_COUNT - 1,
    MARK_COUNT,
};

_Static_assert(MARK_COUNT <= 64, "a bit for each mark in struct ring");

#define RING_STOPS_MAX  64
#define RING_RANGES_MAX 4096 /* whose replicas are compared for the colours of the ring */

/* How many keys differ in each range, from token to token. */
struct ring_differences {
    bool is_counted; /* not with more than RING_RANGES_MAX ranges */
    bool is_cut;     /* there are more than were counted */
    uint32_t ranges; /* in which keys differ */
    uint64_t keys, most;
    uint32_t of[RING_RANGES_MAX];
};

#define RING_DOUBTS_MAX 8 /* arcs with words: more would cover everything */

struct ring_doubt {
    uint32_t from, to;
    struct picture_peer peer;
};

struct ring {
    const struct scene *scene;
    struct draw_list *list;
    struct hits *hits;
    struct box box; /* the pane's room */
    float x, y;     /* the centre */
    float tokens;   /* radius of the circle of tokens, in the middle of its band */
    float band;     /* width of the band */
    float nodes;    /* radius on which the nodes stand */
    float disc;     /* radius of a node */
    float clients_x, clients_y; /* half axes of the oval on which the clients stand */
    bool is_wide;   /* the clients stand at the sides, not above and below */
    bool has_names_inside; /* the names of nodes stand in their discs, not beside them */
    uint32_t node;         /* the selected node, or UINT32_MAX */
    struct ring_room *room;
    uint64_t seen; /* a bit per enum ring_mark */
    const struct news *news; /* NULL: they are not asked for */
    uint32_t doubt_count;    /* arcs that want words */
    struct ring_doubt doubts[RING_DOUBTS_MAX];

    const struct descent *descent; /* the comparison that is shown, or NULL */
    const struct ring_differences *differences; /* when the arcs are by these */

    /* the walk of the selected key; none: 0 */
    uint32_t stop_count;
    struct picture_stop stops[RING_STOPS_MAX];
    bool has_number[RING_STOPS_MAX]; /* there is room for its rank */
};

/* --- ring_layout.c --- */

void ring_lay_out(struct ring *ring);
/* Position 0 of the circle of 2^64 is at the top; it goes round clockwise. */
float ring_angle(const struct ring *ring, uint64_t position);
struct point ring_at(const struct ring *ring, float radius, float angle);
/* Radius of what lies around a node: neighbours' do not cover each other. */
float ring_halo(const struct ring *ring);
struct point ring_node_at(const struct ring *ring, uint32_t node);
struct point ring_client_at(const struct ring *ring, uint32_t client);
struct point ring_actor_at(const struct ring *ring, uint32_t address);
struct lane ring_lane(const struct ring *ring, uint32_t from, uint32_t to);
/* The oval box that a client's name is written in. */
struct box ring_client_box(const struct ring *ring, uint32_t client);

/* --- ring_room.c --- */

void room_clear(struct ring_room *room, struct box box);
bool room_is_free(const struct ring_room *room, enum ring_layer layer, struct box box);
void room_take(struct ring_room *room, enum ring_layer layer, struct box box);
/* Draw the text if its place is free, and take the place. (x, y) as in draw_text. */
bool ring_label(struct ring *ring, enum ring_layer layer, float x, float y, float size,
                enum draw_align align, struct draw_color color, const char *text);

static inline void ring_saw(struct ring *ring, uint32_t mark)
{
    ring->seen |= UINT64_C(1) << mark;
}

static inline struct draw_color ring_owner(const struct ring *ring, uint32_t node)
{
    return ring->scene->theme->owner[node % 8];
}

/* --- what is drawn --- */

void ring_draw_arcs(struct ring *ring);
/* By load (ring_load.c): an arc, the words for the hottest; what a node has to do, as bars in its
 * disc; and that it has just refused something. */
void ring_heat_arc(const struct ring *ring, float part, float x, float y, float radius, float band,
                   float from, float to);
void ring_draw_load(struct ring *ring, uint32_t token, float from, float to);
void ring_draw_load_words(struct ring *ring);
void ring_draw_busy(struct ring *ring, uint32_t node, struct point at);
void ring_draw_refusal(struct ring *ring, uint32_t node, struct point at);
void ring_busy_shape(const struct ring *ring, float part, float x, float y, float w, float h);
bool ring_is_shedding(const struct ring *ring, uint32_t node);
void ring_hot_shape(const struct ring *ring, float x, float y, float r);
/* Where the arc of a token begins, on the screen; before its end. */
float ring_arc_from(const struct ring *ring, uint32_t token);
void ring_draw_racks(struct ring *ring);
void ring_write_racks(struct ring *ring); /* their names, where there is room left */
void ring_draw_words(struct ring *ring);
void ring_count_differences(const struct scene *scene, struct ring_differences *differences);
void ring_difference_arc(const struct ring *ring, uint64_t keys, float x, float y, float radius,
                         float band, float from, float to);
void ring_draw_difference_words(struct ring *ring);
/* Which comparison is shown; how deep its lanes go into the circle. */
const struct descent *ring_find_descent(const struct ring *ring);
float ring_descent_depth(const struct ring *ring);
void ring_draw_descent(struct ring *ring);
void ring_say_descent(struct ring *ring);
void ring_descent_arc(const struct ring *ring, uint8_t state, float x, float y, float radius,
                      float width, float from, float to);
void ring_draw_hint_lines(struct ring *ring);
void ring_draw_hint_stacks(struct ring *ring);
void ring_hints_shape(const struct ring *ring, float x, float y, float w, float h, uint64_t count);
void ring_plan_walk(struct ring *ring); /* its places are taken before those of marks */
void ring_draw_walk(struct ring *ring);
void ring_draw_keys(struct ring *ring);
void ring_draw_cuts(struct ring *ring);
void ring_draw_nodes(struct ring *ring);
void ring_draw_notes(struct ring *ring);
void ring_draw_clients(struct ring *ring);
void ring_draw_timers(struct ring *ring);
void ring_draw_doubts(struct ring *ring);
void ring_write_doubts(struct ring *ring);
void ring_draw_news_heat(struct ring *ring);
void ring_draw_news(struct ring *ring);
void ring_draw_quorums(struct ring *ring);
void ring_draw_open(struct ring *ring);
void ring_draw_messages(struct ring *ring);
void ring_draw_why_lines(struct ring *ring);
void ring_draw_why(struct ring *ring);
void ring_draw_legend(struct ring *ring);

/* Who a node is to the cluster (ring_members.c): the mark of its shape, or MARK_UP when its process
 * says all; how far it has come or gone; its badge; a note of a few words, "" for none. */
uint32_t ring_member_mark(const struct ring *ring, uint32_t node);
float ring_member_part(const struct ring *ring, uint32_t node);
void ring_draw_badge(struct ring *ring, uint32_t node, struct point at);
void ring_member_shape(const struct ring *ring, uint32_t mark, float part, float x, float y,
                       float r, struct draw_color owner);
void ring_member_note(const struct ring *ring, uint32_t node, char *note, size_t size);
void ring_draw_moves(struct ring *ring);
void ring_draw_change(struct ring *ring);
void ring_move_shape(const struct ring *ring, float x, float y, float radius, float from, float to,
                     float part, struct draw_color giver, struct draw_color gainer);

/* Shapes that the legend draws, too. */
void ring_node_shape(const struct ring *ring, uint32_t mark, float x, float y, float r,
                     struct draw_color owner);
void ring_reach_arc(const struct ring *ring, uint8_t reach, float x, float y, float radius,
                    float band, float from, float to);
void ring_message_shape(const struct ring *ring, uint32_t mark, float x, float y, float r,
                        struct draw_color color);
/* Keys on their way to a new owner: dots in a row, behind `at`. */
void ring_rows_shape(const struct ring *ring, struct point at, struct point along, uint32_t rows);
void ring_cut_shape(const struct ring *ring, struct point at, struct point along, float size);
void ring_doubt_shape(const struct ring *ring, const struct lane *lane, float part, bool is_verdict,
                      struct draw_color color);
void ring_news_shape(const struct ring *ring, struct point at, float radius, float part);
void ring_fuse(const struct ring *ring, float x, float y, float radius, float part,
               uint8_t timer_kind);

/* With reduced motion: where a message stands all the way, and how far it is. */
struct point ring_still_place(const struct lane *lane, const struct picture_message *message);
void ring_draw_progress(const struct ring *ring, const struct lane *lane, float part,
                        struct draw_color color);

/* What is selected stands in the corners of a frame: a shape that nothing else has. */
void ring_draw_corners(const struct ring *ring, struct box box);

#endif
