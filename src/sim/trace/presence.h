/*
 * presence.h: who was up, down, paused or suspected, and who was cut off from whom, and when.
 *
 * A list of changes in order of time, made from the records of a run as they pass. Read it from
 * the front: `first` is how everything stood at the beginning, and each change says how one node
 * stands from then on, or which links are cut.
 *
 *     first     n1 up  n2 up  n3 up                     no link cut
 *     changes   1.2 s n2 down   1.9 s n2 suspected   5.2 s n2 recovering ...
 *     cuts      8.0 s n1-n2, n1-n3   9.5 s none
 *
 * The memory is bounded. When a list is full, states that lasted less than `grain_ns` are left
 * out, and the grain grows until there is room: what is then missing could not be seen in a
 * picture of the whole run, and a closer look makes a list of its own (stage_look_at).
 */
#ifndef SIM_PRESENCE_H
#define SIM_PRESENCE_H

#include "base/heap.h"
#include "sim/picture/picture.h"
#include "sim/travel/tape.h"

struct world;

#define PRESENCE_CHANGES_MAX (1u << 17)
#define PRESENCE_CUTS_MAX    4096u
#define PRESENCE_CUT_BYTES   (4u << 20)
#define PRESENCE_ENDS_MAX    256u /* nodes and clients whose links are looked at */

struct presence_change {
    vtime time;
    uint64_t number; /* of the record */
    uint32_t node;
    uint8_t state; /* enum picture_state */
    bool is_suspected;
    uint8_t unused[2];
};

/* The cut links at and after a time: a bit for each direction, row = from. */
struct presence_cut {
    vtime time;
    uint64_t number;
    uint32_t link_count;
    uint32_t offset; /* of its words */
};

/* How a node stands while the list is made. */
struct presence_node {
    uint8_t life; /* enum picture_state, never PAUSED */
    bool is_paused;
    uint16_t suspected_by;
};

struct presence {
    struct heap *heap;
    uint32_t node_count, end_count; /* ends: nodes, then clients */
    uint32_t row_words;

    struct presence_change *first; /* one for each node */
    struct presence_change *changes;
    uint32_t count, room;

    struct presence_cut *cuts; /* cuts[0]: at the beginning */
    uint32_t cut_count, cut_room;
    uint64_t *words;
    uint32_t word_count, word_room;
    vtime grain_ns, cut_grain_ns; /* of changes, of cuts; 0: nothing is left out */

    struct presence_node *now; /* after the last change */
    uint64_t *suspicions;      /* a bit for each pair, row = who suspects */
};

/* Begin with how `world` stands between two steps; NULL: before the run, nobody is up. */
void presence_init(struct presence *presence, struct heap *heap, uint32_t node_count,
                   uint32_t client_count);
void presence_begin(struct presence *presence, const struct world *world);

/* Take a record in the moment in which it is made. */
void presence_take(struct presence *presence, const struct world *world,
                   const struct tape_record *record);

/* Begin as another list did and go on as it does up to the record `number`; `world` stands just
 * after that record. */
void presence_copy(struct presence *presence, const struct presence *from, uint64_t number,
                   const struct world *world);

/* Is every change in the lists? */
static inline bool presence_is_whole(const struct presence *presence)
{
    return presence->grain_ns == 0 && presence->cut_grain_ns == 0;
}

/* Are the links between two ends (nodes, then clients) cut, one way or both? */
bool presence_is_cut(const struct presence *presence, const struct presence_cut *cut,
                     uint32_t from, uint32_t to);

#endif
