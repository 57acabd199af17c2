/*
 * peer_table.h: what a node thinks of each other one, a line a peer, with a bar.
 *
 * For every detector the same columns:
 *
 *     swim; health 2 of 7: its probes wait 3 times as long
 *     PEER  STATE      LIFE  HEARD       DOUBT
 *     n3    suspected  1.2   0.90 s ago  2.10 of 4.00 s left  [====   ]
 *     n2    up         1.0   0.20 s ago  -                    [       ]
 *
 * LIFE is generation and incarnation (swim) or generation and version (gossip); the bar is the way
 * to the verdict (sim/picture/peers.h). Those that are doubted come first.
 */
#ifndef VIZ_PEER_TABLE_H
#define VIZ_PEER_TABLE_H

#include "viz/inspector/pages.h"

/* At most `most` peers; the others are counted. */
void peer_table_write(struct writer *writer, uint32_t node, uint32_t most);

#endif
