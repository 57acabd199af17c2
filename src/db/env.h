/*
 * env.h: the seam. Everything the database may touch outside its own memory.
 *
 * The database owns this struct; whoever hosts a node fills it in: the
 * simulator today (src/sim/world/env_sim.c), real sockets and files another day. The
 * database knows nothing else of its host, and the same object code runs under
 * either.
 *
 *           host calls                          node calls
 *   node_step(node, env, event)  ------->   env_send, env_timer_set,
 *   one event, run to the end    <-------   env_disk_*, env_note, ...
 *
 * Rules, in force on both sides:
 *
 *  1. A seam call never calls back. What takes time (a message, a timer, a
 *     sync, a read) comes home later as an event through node_step.
 *  2. What crosses the network or reaches the disk is bytes. The host copies
 *     them during the call; the caller may reuse its buffer at once.
 *  3. Every call that may lead to a random draw says what it is `about`: an
 *     identity that does not depend on unrelated traffic (a request, the n-th
 *     heartbeat of this node), never a shared counter. See base/mix.h.
 *  4. Appending, truncating, renaming and removing act on the page cache, as
 *     in POSIX: at once visible to reads, durable only after a sync of the file
 *     (or of the directory, for names). A crash may undo all that is not synced.
 *  5. Nothing fails silently: a refusal is a status that the caller must handle.
 *
 * Node addresses: nodes are 0 .. nodes-1; clients are numbered from
 * CLIENT_ADDRESS_BASE on. The host delivers to both alike.
 */
#ifndef DB_ENV_H
#define DB_ENV_H

#include "base/base.h"
#include "base/heap.h"

#define CLIENT_ADDRESS_BASE 0x10000u

struct node_config;

/* A host-given name of a pending timer; 0 is none. Cancelling one that has
 * already fired is harmless. */
typedef uint64_t timer_handle;

/* The kinds of file a node keeps. A file is named by kind and number, so that
 * no path has to be parsed: log segment 7, checkpoint 3. */
enum file_kind {
    FILE_NONE,
    FILE_LOG,             /* number = segment */
    FILE_CHECKPOINT,      /* number = checkpoint */
    FILE_CHECKPOINT_PART, /* one being written: not yet renamed */
    FILE_TOPOLOGY,        /* number = 1: who is a member, and the votes about it */
    FILE_IDENTITY,        /* empty, made with the disk; its number says whose and which it is */
    FILE_HINTS,           /* number = segment: writes that others have missed */
    FILE_KIND_COUNT,
};

/* A FILE_IDENTITY: which disk of its node this is, from 1, and above that the node's number + 1. */
#define DISK_NUMBER_MASK 0xffffu
#define DISK_OWNER_SHIFT 16

struct file_name {
    uint32_t kind; /* enum file_kind */
    uint32_t number;
};

enum disk_status {
    DISK_OK,
    DISK_NO_SPACE,  /* nothing of this append was written */
    DISK_NOT_FOUND, /* no such file */
    DISK_IO_ERROR,  /* the device failed; what was to be synced may be gone */
    DISK_STATUS_COUNT,
};

/* An entry of a directory listing, in ascending order of (kind, number). */
struct file_entry {
    struct file_name name;
    uint64_t size; /* bytes, synced or not */
};

struct env {
    void *host;                       /* for the host only */
    const struct node_config *config; /* fixed for the life of the node; host-owned */
    struct heap *memory;              /* volatile, of this node alone; a crash drops all of it */
    uint32_t self;                    /* this node's index */

    /* This node's own clocks, as wrong as its hardware. The wall clock may jump
     * either way; the monotonic one only drifts. */
    int64_t (*wall_ns)(struct env *env);
    uint64_t (*monotonic_ns)(struct env *env);

    /* 64 random bits for (stream, identity): the same bits for the same pair. */
    uint64_t (*random)(struct env *env, uint32_t stream, uint64_t identity);

    /* Hand bytes to the network. They may arrive late, twice, or never. */
    void (*send)(struct env *env, uint32_t to, uint64_t about, const uint8_t *data, uint32_t size);

    /* EVENT_TIMER with (kind, token) after `after_ns` of this node's monotonic clock. */
    timer_handle (*timer_set)(struct env *env, uint64_t after_ns, uint32_t kind, uint64_t token,
                              uint64_t about);
    void (*timer_cancel)(struct env *env, timer_handle timer);

    /* Page cache, at once. Append creates the file when there is none. */
    enum disk_status (*disk_append)(struct env *env, struct file_name file, const uint8_t *data,
                                    uint32_t size, uint64_t about);
    enum disk_status (*disk_truncate)(struct env *env, struct file_name file, uint64_t size);
    enum disk_status (*disk_rename)(struct env *env, struct file_name from, struct file_name to);
    enum disk_status (*disk_remove)(struct env *env, struct file_name file);
    /* Entries in order; returns how many there are, of which at most `capacity` were filled in. */
    uint32_t (*disk_list)(struct env *env, struct file_entry *entries, uint32_t capacity);

    /* Device, later: EVENT_DISK with the token. A sync covers what was appended
     * before the call; syncing {FILE_NONE, 0} makes names (creations, renames,
     * removals) durable. Completions of one file come in the order of the calls. */
    void (*disk_sync)(struct env *env, struct file_name file, uint64_t token, uint64_t about);
    void (*disk_read)(struct env *env, struct file_name file, uint64_t offset, uint32_t size,
                      uint64_t token, uint64_t about);

    /* A typed note for the trace (db/notes.def), with the numbers and the reason.
     * Notes never change what the database does. */
    void (*note)(struct env *env, uint32_t kind, uint64_t about, uint64_t a, uint64_t b,
                 uint64_t c);
};

/* What a host tells a node. */
enum event_kind {
    EVENT_START,   /* the process begins with empty memory; its files are on its disk */
    EVENT_MESSAGE, /* from, data, size */
    EVENT_TIMER,   /* timer_kind, token */
    EVENT_DISK,    /* token, status; after a read also data, size */
    EVENT_COMMAND, /* an operator at this node's console: command, token is the subject, from the
                      other (enum transition; subject and other as there) */
};

/* Commands besides the changes of members (enum transition). */
enum node_command {
    COMMAND_REPAIR = 0x100, /* compare what this node keeps with the other owners; token: a position
                               of the one range that is meant, if `from` is 1 */
};

struct event {
    uint32_t kind;   /* enum event_kind */
    uint32_t from;   /* EVENT_MESSAGE: address of the sender */
    uint32_t timer_kind;
    uint32_t status; /* enum disk_status */
    uint64_t token;
    const uint8_t *data; /* valid during node_step only */
    uint32_t size;
    uint32_t command; /* EVENT_COMMAND: enum transition or node_command */

    /* how busy the host is: a real one takes the time when a message comes in, and counts */
    uint64_t waited_ns; /* in the queue, until it was this event's turn */
    uint32_t backlog;   /* events that wait behind it */
    uint32_t shed_for;  /* EVENT_MESSAGE: what shed_reason said (db/load/shed.h); 0: handle it */
};

/* Call sites read as sentences. */
static inline int64_t env_wall_ns(struct env *env)
{
    return env->wall_ns(env);
}
static inline uint64_t env_monotonic_ns(struct env *env)
{
    return env->monotonic_ns(env);
}
static inline void env_note(struct env *env, uint32_t kind, uint64_t about, uint64_t a, uint64_t b,
                            uint64_t c)
{
    env->note(env, kind, about, a, b, c);
}
/* Volatile memory, zeroed; containers of base/ (chain, table) take env->memory. */
static inline void *env_allocate(struct env *env, size_t size)
{
    return heap_alloc(env->memory, size);
}
static inline void *env_reallocate(struct env *env, void *memory, size_t size)
{
    return heap_resize(env->memory, memory, size);
}
static inline void env_release(struct env *env, void *memory)
{
    heap_free(env->memory, memory);
}

#endif
