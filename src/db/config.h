/*
 * config.h: what a node is told when it is installed.
 *
 * Plain data, owned by the host, never changed while the node lives. Spans are
 * nanoseconds on the node's own monotonic clock, sizes are bytes.
 */
#ifndef DB_CONFIG_H
#define DB_CONFIG_H

#include "base/base.h"
#include "db/conflict/table.h"
#include "db/detect/detect_config.h"
#include "db/level.h"
#include "db/load/load_config.h"
#include "db/ring/placement.h"

#define NODES_MAX       1024
#define REPLICATION_MAX 16
#define KEY_SIZE_MAX    1024
#define VALUE_SIZE_MAX  (1u << 20)

/* When is a write acknowledged, and when does the log reach the device?
 * (Redis: appendfsync; Cassandra: commitlog_sync.) */
enum sync_policy {
    SYNC_ALWAYS,   /* sync each record on its own, acknowledge after it */
    SYNC_GROUP,    /* one sync for all records of a window, acknowledge after it */
    SYNC_INTERVAL, /* acknowledge at once, sync every interval: may lose one interval */
    SYNC_NEVER,    /* acknowledge at once, leave it to the operating system */
    SYNC_POLICY_COUNT,
};

/* Hints: writes that are kept for replicas which have missed them (hint/hint.h). */
struct hints_config {
    bool is_on;
    bool is_ahead;        /* kept before the write is sent, not when it has been missed */
    uint8_t unused[2];
    uint32_t batches;     /* on their way at a time, to all nodes together */
    uint32_t batch_bytes; /* a batch ends with the hint that reaches this */
    uint32_t segment_bytes; /* a file of hints is closed when it has so many */
    uint64_t window_ns;   /* for a node that is down longer, nothing is kept any more */
    uint64_t interval_ns; /* how often a node looks whom it can deliver to */
    uint64_t throttle;    /* bytes per second, of all nodes together to one that is back; 0: none */
    uint64_t max_bytes;   /* of hints that a node keeps; 0: no limit */
};

/* When replicas differ that a read has asked. */
enum read_repair {
    READ_REPAIR_BLOCKING,   /* the newest is written back before the client hears of it */
    READ_REPAIR_BACKGROUND, /* ... after */
    READ_REPAIR_NONE,       /* not at all */
};

struct node_config {
    /* placement */
    uint32_t nodes;       /* 1 .. NODES_MAX, all members of the ring */
    uint32_t replication; /* N: replicas of every key, 1 .. initial_members */
    uint32_t initial_members; /* the first so many nodes; the others are spares that may join */
    struct placement_config placement;

    /* changes of members: one that makes no progress for so long is rolled back */
    uint64_t transition_timeout_ns;

    /* tables whose conflicts are not resolved by the coordinator's clock */
    uint32_t table_count;
    struct table_config tables[TABLES_MAX];

    /* key ranges that look after themselves: 0 is never */
    uint64_t split_rows;
    uint64_t split_writes; /* a second */
    uint64_t merge_rows;
    uint64_t balances_ranges; /* 0 or 1 */

    uint64_t stream_rate; /* bytes a second that a new owner asks for; 0: as many as come */

    /* defaults of operations */
    uint8_t read_level;  /* enum level */
    uint8_t write_level; /* enum level */
    uint8_t read_repair; /* enum read_repair */
    uint32_t read_repair_chance_ppb; /* of reads that ask the other owners, too, afterwards */
    uint64_t read_timeout_ns;
    uint64_t write_timeout_ns;

    /* who counts as up (detect/detect_config.h) */
    uint8_t detector; /* enum detector_kind */
    struct phi_config phi;
    struct gossip_config gossip;

    /* heartbeats: a peer unheard of for `suspect_after_ns` counts as down */
    uint64_t heartbeat_ns; /* 0: no heartbeats, every peer counts as up */
    uint64_t suspect_after_ns;

    /* repair (db/repair/repair.h) */
    uint64_t repair_interval_ns; /* each node repairs what it comes first for; 0: only by hand */
    uint32_t repair_ranges;      /* compared at a time; 0: all of a node's */
    uint64_t repair_throttle;    /* bytes per second that a node's repairs may move; 0: no limit */

    /* write-ahead log */
    uint8_t sync_policy; /* enum sync_policy */
    uint64_t group_window_ns;
    uint64_t sync_interval_ns;
    uint32_t segment_bytes;          /* a segment is closed when it reaches this */
    uint64_t checkpoint_every_bytes; /* of log; 0: never */

    struct load_config load;
    struct hints_config hints;

    /* how long a tombstone is kept, and so the oldest hint that may be delivered; 0: for ever */
    uint64_t tombstone_grace_ns;
    uint8_t is_collected_by_time; /* 1: after the grace; 0: after a repair, too (tombstone.c) */

    /* safeguards that are switched off: a bit per enum safeguard (db/safeguard.h) */
    uint64_t safeguards_off;
};

/* How the conflicts of this key's table are resolved; never NULL. */
const struct table_config *config_table(const struct node_config *config, struct bytes key);

#endif
