/*
 * news.h: how far a piece of news has come: who knows it, who knows something older, who told whom.
 *
 * What is news depends on what happens; the first of these that applies is looked at:
 *
 *     a topology    two running nodes go by different versions of the topology
 *     a life        gossip: somebody has not heard in which life the subject is, or by which
 *                   topology it goes: a rumour
 *     a saying      swim: not everybody holds the latest saying about the subject ("n3 is
 *                   suspected, incarnation 4")
 *     a heartbeat   gossip: the versions of the subject's heartbeat; of all nodes, when there is no
 *                   subject
 *     a word        heartbeats and phi without gossip: how long ago the subject was heard of
 *
 * The subject is the one that was chosen; when none is, the one of whose rumour or saying most
 * nodes still know nothing. So a rumour shows itself, and when all know it the picture goes back
 * to heartbeats. Looking changes nothing.
 */
#ifndef SIM_NEWS_H
#define SIM_NEWS_H

#include "base/base.h"

struct world;

#define NEWS_NOBODY    UINT32_MAX
#define NEWS_NODES_MAX 1024u
#define NEWS_ALL       UINT32_C(1000000) /* as fresh as can be */
#define NEWS_LAG_MAX   16u               /* versions: a heartbeat so far behind is stale */

enum news_kind { NEWS_NONE, NEWS_TOPOLOGY, NEWS_LIFE, NEWS_SAYING, NEWS_BEAT, NEWS_WORD };

struct news_node {
    bool is_there;      /* there is a process: it can know something */
    bool has_it;        /* it knows the newest that there is to know */
    uint32_t fresh_ppm; /* how fresh its knowledge is: NEWS_ALL with has_it, 0: nothing of it */
    uint32_t from;      /* who told it, or NEWS_NOBODY */
};

struct news {
    uint8_t kind;      /* enum news_kind */
    uint32_t subject;  /* whom it is about, or NEWS_NOBODY: the cluster, or everybody */
    uint32_t there;    /* nodes that could know it */
    uint32_t known_by; /* of these */
    uint64_t version;  /* TOPOLOGY: newest; LIFE: the subject's life; SAYING: incarnation's count */
    uint8_t state;     /* SAYING: enum peer_state */
    uint32_t node_count;
    struct news_node nodes[NEWS_NODES_MAX];
};

/* `subject` may be NEWS_NOBODY. False: nobody listens or tells, or there are too many nodes. */
bool news_take(const struct world *world, uint32_t subject, vtime at, struct news *news);

#endif
