/*
 * storage_host.h: a tiny host for one node's storage, for tests.
 *
 * It implements struct env over a simulated disk (src/sim/disk/disk.h) and a virtual
 * clock, and plays the replica role: it appends, applies and acknowledges in log
 * order. It keeps a model of what it appended under which sequence, so a test can
 * compare what is recovered with what was written.
 *
 * The machine (disk) and the process (memory) live in regions of their own, so a
 * process can die and a disk can be put back to an earlier moment.
 */
#ifndef TESTS_DB_STORAGE_HOST_H
#define TESTS_DB_STORAGE_HOST_H

#include "base/heap.h"
#include "db/store/storage.h"
#include "sim/disk/disk.h"

#define HOST_WRITES_MAX  4096
#define HOST_EVENTS_MAX  64
#define HOST_VALUE_MAX   600
#define HOST_PIECE_BYTES 600 /* of a checkpoint: so that one takes several */
#define HOST_KEYS_MAX    64

/* A write, as small as a model of it can be: everything follows from these. */
struct host_write {
    uint32_t key;        /* number of the key */
    uint32_t value_size; /* its bytes follow from `stamp` */
    int64_t stamp;       /* timestamp */
    bool is_tombstone;
};

/* The disk of a machine. Many processes may use it, one after the other. */
struct host_disk {
    struct region region;
    struct disk_config config;
    struct disk *disk;
};

struct host_event {
    uint64_t handle; /* 0: a free slot */
    uint64_t at;
    bool is_timer;
    uint32_t operation; /* of the disk */
    uint32_t timer_kind;
    uint64_t token;
};

struct host {
    struct env env; /* env.host is this struct */
    struct node_config config;
    struct host_disk *machine;

    /* the process */
    struct region region;
    struct heap *memory;
    struct storage *storage;
    uint64_t now;
    struct host_event events[HOST_EVENTS_MAX];
    uint64_t last_handle;

    /* disk operations of this process so far; from number `dies_at` on it is dead and nothing
     * that it still asks for happens. A completed operation counts, too. */
    uint64_t operations;
    uint64_t dies_at; /* UINT64_MAX: lives */
    bool is_dead;
    void (*before_operation)(struct host *host); /* NULL: none */
    void *test;                                  /* for the test */

    /* the model: writes[s - 1] was appended under sequence s */
    struct host_write writes[HOST_WRITES_MAX];
    uint64_t appended;
    uint64_t acknowledged; /* all up to here; what the policy promises is another matter */
    bool is_serving;       /* recovered: acknowledges as it goes on */

    /* notes seen: how often, and the fields of the last one */
    uint32_t note_count[NOTE_COUNT];
    uint64_t note_field[NOTE_COUNT][3];
};

/* Small segments and frequent checkpoints, all safeguards on. */
struct node_config host_config(enum sync_policy policy);

void host_disk_open(struct host_disk *machine);
void host_disk_close(struct host_disk *machine);

/* A host without a process. */
void host_open(struct host *host, struct host_disk *machine, const struct node_config *config);
void host_close(struct host *host);

/* Start a process with empty memory on what the disk holds. */
void host_start(struct host *host);

/* Handle events until none is left, or the process is dead. */
void host_run(struct host *host);

/* Handle the next event; false when there is none. */
bool host_step(struct host *host);

/* host_start and host_run; true when it is ready then. */
bool host_recover(struct host *host);

/* Append a write to the log (and the model). Not acknowledged before the events allow it. */
enum disk_status host_write(struct host *host, struct host_write write);

/* The i-th write of a workload that has everything: overwrites, deletes, ties, old stamps. */
struct host_write host_workload(uint64_t seed, uint64_t i);

/* Take over the model of another host, as far as its first `count` writes. */
void host_copy_model(struct host *host, const struct host *from, uint64_t count);

/* Does the store hold exactly the first `count` writes of the model? */
bool host_holds_prefix(const struct host *host, uint64_t count);

/* The machine loses power (or, with KEEP, only the process dies). */
void host_crash(struct host *host, struct disk_crash crash);

/* Bytes of a file as the page cache shows them, in a static buffer of 1 MiB. */
struct bytes host_file(struct host_disk *machine, struct file_name name);

/* Key and version of a write; the bytes are in buffers of the caller. */
struct host_row {
    uint8_t key_bytes[16];
    uint8_t value_bytes[HOST_VALUE_MAX];
    struct bytes key;
    struct version version;
};
void host_make_row(struct host_row *row, struct host_write write);

/* Equal for stores with equal rows. */
uint64_t host_store_digest(const struct store *store);

#endif
