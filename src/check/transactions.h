/*
 * transactions.h: what transactions read and wrote, and which of them must come before which.
 *
 * Adya's theory ("Weak Consistency", PhD thesis, MIT 1999) judges a history by its dependencies:
 *
 *     T1 --ww--> T2    T2 wrote the version that follows one of T1's
 *     T1 --wr--> T2    T2 read a version that T1 wrote
 *     T1 --rw--> T2    T2 wrote the version that follows one which T1 read
 *
 * A cycle says that no order of the transactions explains it; how many rw edges are in it says
 * which isolation levels forbid it. A black box does not tell its versions' order, but data can be
 * chosen so that they can be inferred (Kingsbury and Alvaro, "Elle", VLDB 14, 2020):
 *
 *     list-append   each append adds a value of its own to a key's list, and a read returns the
 *                   list: its order is the order of versions
 *     rw-register   each write of a key writes a value of its own. What a transaction read of a key
 *                   and then wrote comes one after the other, and nil is before all
 *
 * Only what must be so is inferred; every anomaly told is one of the history, whatever the
 * database did inside.
 */
#ifndef CHECK_TRANSACTIONS_H
#define CHECK_TRANSACTIONS_H

#include "base/heap.h"

#define NO_TXN     UINT32_MAX
#define NO_VERSION UINT32_MAX /* of a key that nobody has written yet: nil, or the empty list */
#define TXN_EVENT_NONE UINT32_MAX

enum access_kind {
    ACCESS_READ,
    ACCESS_WRITE, /* replaces the value */
    ACCESS_APPEND,
};

/* One micro-operation. */
struct access {
    uint32_t kind;  /* enum access_kind */
    uint32_t key;   /* from 0 */
    uint64_t value; /* written or appended; of a register's read: what was read, 0 for nil */
    uint32_t first; /* of a list's read: its elements are elements[first .. first + count) */
    uint32_t count;
};

enum txn_end {
    TXN_OK,     /* committed */
    TXN_FAILED, /* aborted */
    TXN_OPEN,   /* nobody knows */
};

struct txn {
    uint32_t first; /* access */
    uint32_t count;
    uint32_t end; /* enum txn_end; reads count only in TXN_OK */
    uint32_t process;
    uint32_t called;   /* numbers of events, for the order of time */
    uint32_t returned; /* TXN_EVENT_NONE: never */
};

struct txn_history {
    const struct txn *txns; /* in order of `called` */
    const struct access *accesses;
    const uint64_t *elements;
    uint32_t txn_count;
    uint32_t access_count;
    uint32_t key_count;
    uint32_t process_count;
    bool is_lists; /* list-append; else rw-register */
};

/* ---- versions: what a write made, known by key and value ---- */

struct version_read {
    uint32_t txn;
    uint32_t access;
    uint32_t next; /* the next read of the same version, or NO_VERSION */
};

struct written {
    uint64_t value;
    uint32_t key;
    uint32_t txn;
    uint32_t access;
    bool is_final;  /* the last that its transaction wrote of the key */
    bool was_read;  /* by a committed transaction */
    uint16_t unused;
    uint32_t reads; /* first version_read, or NO_VERSION */
};

/* `before` is followed by `after` and by nothing in between; `before` is NO_VERSION for the state
 * in which the key began. */
struct version_pair {
    uint32_t key;
    uint32_t before;
    uint32_t after;
};

/* ---- anomalies ---- */

enum anomaly_kind {
    ANOMALY_NONE,
    /* not of transactions at all: the data are wrong */
    ANOMALY_GARBAGE,      /* a value was read that nobody wrote */
    ANOMALY_DUPLICATE,    /* a list holds one element twice */
    ANOMALY_INCOMPATIBLE, /* two reads of a list of which neither is the beginning of the other */
    ANOMALY_CYCLIC_VERSIONS, /* the versions of a register would have to go round */
    ANOMALY_INTERNAL,     /* a transaction does not see what itself read or wrote */
    /* of transactions */
    ANOMALY_G1A,          /* read of what was aborted */
    ANOMALY_G1B,          /* read of what its writer overwrote itself */
    ANOMALY_LOST_UPDATE,  /* two read one version, and both wrote the next */
    ANOMALY_G0,           /* a cycle of ww */
    ANOMALY_G1C,          /* of ww and wr */
    ANOMALY_G_SINGLE,     /* with one rw: read skew */
    ANOMALY_G_NONADJACENT, /* with several rw, never two in a row */
    ANOMALY_G2_ITEM,      /* with two rw in a row: write skew */
    /* cycles that need the order of a process, or of time */
    ANOMALY_PROCESS,
    ANOMALY_REALTIME,
    ANOMALY_COUNT,
};

enum edge_kind {
    EDGE_WW = 1,
    EDGE_WR = 2,
    EDGE_RW = 4,
    EDGE_PROCESS = 8,
    EDGE_REALTIME = 16,
};

#define CYCLE_MAX 32

struct cycle_edge {
    uint32_t from;
    uint32_t to;
    uint32_t kind; /* enum edge_kind */
    uint32_t key;  /* of ww, wr, rw */
    uint32_t before; /* version written or read by `from`, NO_VERSION: the first state */
    uint32_t after;  /* version written or read by `to` */
};

/* The first of its kind that was found: of cycles a shortest one. */
struct anomaly {
    uint32_t kind; /* enum anomaly_kind */
    uint32_t txn;  /* where it shows; of a cycle the first edge's */
    uint32_t other; /* the other one, or NO_TXN */
    uint32_t key;
    uint64_t value;     /* G1a, G1b, garbage, duplicate */
    uint32_t edge_count; /* of a cycle; more than CYCLE_MAX: the first ones are there */
    struct cycle_edge edges[CYCLE_MAX];
};

struct txn_verdict {
    uint64_t count[ANOMALY_COUNT]; /* places where it shows; for cycles, components with one */
    struct anomaly first[ANOMALY_COUNT];
    uint64_t edge_count;
    uint32_t version_count;
    const uint64_t *version_values; /* in the scratch memory: what each version's write wrote */
    uint32_t written_twice; /* accesses that cannot be told apart: then nothing is judged */
    struct access twice;
};

/* Find the anomalies of a history. `scratch` grows by some 150 bytes an access; the caller drops
 * it. */
void check_transactions(const struct txn_history *history, struct heap *scratch,
                        struct txn_verdict *verdict);

/* "G-single", and "read skew: T1 saw ..." for people. */
const char *anomaly_name(enum anomaly_kind kind);
const char *anomaly_meaning(enum anomaly_kind kind);

/* ---- isolation levels ---- */

enum isolation {
    ISOLATION_READ_UNCOMMITTED,
    ISOLATION_READ_COMMITTED,
    ISOLATION_REPEATABLE_READ,
    ISOLATION_SNAPSHOT,
    ISOLATION_SERIALIZABLE,
    ISOLATION_STRONG_SESSION, /* and each process in its own order */
    ISOLATION_STRICT,         /* and in the order of time */
    ISOLATION_COUNT,
};

const char *isolation_name(enum isolation level);

/* ISOLATION_COUNT when there is no level of this name. */
enum isolation isolation_find(const char *name);

/* Does this level rule the anomaly out? (Adya 1999, table 3.1 and section 4.2 for snapshots) */
bool isolation_forbids(enum isolation level, enum anomaly_kind kind);

#endif
