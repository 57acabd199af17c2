/*
 * ring_look.h: what the files of `ringside ring` share.
 *
 *   cmd_ring.c       options
 *   ring_figures.c   shares, what moves, what failures cost: exact, by walking the circle
 *   ring_hashes.c    how evenly each hash spreads keys that look alike
 *   ring_print.c     table, CSV, DOT, SVG
 */
#ifndef CLI_RING_LOOK_H
#define CLI_RING_LOOK_H

#include "cli/cli.h"
#include "db/ring/topology.h"

struct ring_look {
    struct node_config config;
    uint32_t members;
    const char *const *rack_names; /* NULL: no racks */
    uint32_t rack_count;
    struct region region;
    struct heap *heap;
    struct topology topology;
    struct placement placement;
    double *first; /* by node: its share as the first owner, of 1 */
    double *all;   /* by node: its share as any owner, of N */
};

/* Fill `first` and `all`. */
void ring_measure(struct ring_look *look);

struct evenness {
    double deviation; /* standard, over the mean */
    double most;      /* over the mean */
};

struct evenness ring_evenness(const double *shares, uint32_t count);

/* The part of all copies that somebody gets who did not have them; and who ends up with what:
 * `share` of the subject after a join, of all keys. */
double ring_moved(struct ring_look *look, enum transition change, uint32_t subject);
double ring_share_after_join(struct ring_look *look, uint32_t subject);

/* What failures cost, at QUORUM. */
struct ring_risk {
    uint32_t failures; /* so many replicas of one key must fail for it to lose its quorum */
    uint64_t sets;     /* different sets of replicas (copysets) */
    uint64_t fatal;    /* sets of that many nodes whose failure takes the quorum of some range */
    uint64_t possible; /* sets of that many nodes */
    double expected;   /* of fatal / possible, by the number of ranges alone */
    double worst_rack; /* part of the circle that loses its quorum with a rack, at most */
    uint32_t worst;    /* which one */
};

/* False when there are too many sets to count. */
bool ring_risk(struct ring_look *look, struct ring_risk *risk);

/* ring_hashes.c: the table of hashes; `keys` of them, over `parts` parts of the circle. */
void ring_print_hashes(uint32_t keys, uint32_t parts);

/* ring_print.c */
enum ring_format { RING_TABLE, RING_CSV, RING_DOT, RING_SVG, RING_FORMAT_COUNT };
void ring_print(struct ring_look *look, enum ring_format format);
extern const char *const ring_strategy_names[];

#endif
