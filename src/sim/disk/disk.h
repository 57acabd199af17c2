/*
 * disk.h: the disk of one node, as treacherous as a real one.
 *
 * A disk has two faces. Programs see the page cache: what is appended can be read
 * at once. The device has only what was synced; a crash shows which is which.
 *
 *     file     |====================|---------------------|        - page cache only
 *              0             synced mark                size       = on the device
 *                                    |  s0  |  s1  |  s2 |         unsynced sectors
 *
 * What a crash of the machine leaves (disk_crash):
 *
 *   LOSE     nothing unsynced.
 *   TEAR     the first n unsynced sectors, in the order in which they were first
 *            written, over all files; the last one perhaps cut in the middle.
 *   RANDOM   each unsynced sector or not, by a draw about (file, sector): a device
 *            writes in any order. A sector that did not make it reads as before:
 *            its durable part, then zeros. The file ends after its last surviving
 *            byte, or, by another draw, at its full size with a tail of zeros.
 *   KEEP     everything: only the process died, and the page cache lives on.
 *
 * Names are a thing of their own. Creating, renaming, removing and truncating go
 * to an ordered journal; a crash keeps a prefix of it. Syncing the directory
 * makes names durable and nothing else; syncing a file makes its bytes and its
 * truncation durable, but not its name (POSIX; Pillai et al., OSDI 2014). A synced
 * file without a durable name is gone after a crash. A truncation of durable bytes
 * that a crash undoes brings them back, and what was appended after it is gone.
 *
 * A sync that fails has dropped the bytes that it was to write: they read as zeros
 * from then on, and the next sync of the file succeeds (Rebello et al., "Can
 * Applications Recover from fsync Failures?", ATC 2020; the variant of Btrfs. Left
 * out: the variant of ext4, where the page cache still shows the new bytes).
 *
 * Time. One device queue: a sync or a read starts when the device is free, takes
 * a drawn latency, plus its bytes over the bandwidth, and at least a nanosecond. So
 * completions come in the order of the calls, no two at once, for each file and
 * over all. A sync makes durable what was appended before the call, when it is done.
 *
 * Everything mutable lies in a heap of the region. Files are tables of 4 KiB
 * blocks, and appending touches only the last ones, so snapshots share the rest.
 *
 * Left out: the kernel's own write-back (what is never synced is never durable),
 * overwriting in place (the database has no such call), and a disk of several queues.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "base/digest.h"
#include "base/heap.h"
#include "base/sampling.h"
#include "db/env.h"
#include "sim/world/action.h"

#define DISK_BLOCK_BYTES    4096u
#define DISK_SECTOR_DEFAULT 512u
#define DISK_NO_LIMIT       UINT64_MAX

/* What the hardware is: given by the scenario, never changed, never in the region. */
struct disk_config {
    uint64_t capacity_bytes;          /* 0: no limit */
    uint32_t sector_bytes;            /* a power of two, 16 .. 4096; 0: DISK_SECTOR_DEFAULT */
    struct distribution sync_latency; /* of a file or of the directory */
    struct distribution read_latency;
    uint64_t bandwidth; /* bytes per second; 0: no limit */
};

/* Trouble, as plain data: change it at any time. */
struct disk_faults {
    uint32_t fail_appends; /* so many appends to come fail with DISK_IO_ERROR, writing nothing */
    uint32_t fail_syncs;   /* so many syncs to come, counted when they begin */
    uint32_t fail_reads;   /* so many reads to come, counted when they begin */
    uint32_t slow_factor;  /* latencies are multiplied by this; 0 and 1: as they are */
    uint64_t limit_bytes;  /* a full disk: used bytes may not exceed this; DISK_NO_LIMIT */
    vtime stall_until;     /* the device starts nothing before this */
    uint32_t device_factor; /* the same, of the device alone; the larger one counts */
    uint32_t is_lying;      /* 0 or 1: syncs are told to have worked, and nothing is written */
    uint32_t misdirect_writes; /* so many syncs to come put one of their sectors elsewhere */
    uint32_t misdirect_reads;  /* so many reads to come bring the bytes of another place */
};

/* A sector that cannot be read any more (a latent sector error), until its file is gone or cut. */
struct disk_bad_sector {
    uint32_t file; /* number */
    uint32_t unused;
    uint64_t offset; /* where it begins */
};
#define DISK_BAD_SECTORS_MAX 8

enum disk_operation_kind {
    DISK_OPERATION_NONE,
    DISK_OPERATION_SYNC,
    DISK_OPERATION_SYNC_NAMES,
    DISK_OPERATION_READ,
};

struct disk {
    struct heap *heap; /* everything below that is a pointer is in it */
    uint32_t sector_bytes;
    uint32_t unused;
    struct disk_faults faults;

    /* files by internal number; a name leads to one */
    struct disk_file *files;
    uint32_t file_count; /* slots, free ones included */
    uint32_t file_room;

    /* names as programs see them and as the device has them, ascending; and what
     * lies between the two, in order */
    struct disk_name *names;
    uint32_t name_count;
    uint32_t name_room;
    struct disk_name *durable_names;
    uint32_t durable_name_count;
    uint32_t durable_name_room;
    struct disk_change *journal;
    uint32_t journal_count;
    uint32_t journal_room;
    uint64_t journal_sequence; /* of the last change ever made */

    /* unsynced bytes in the order of writing */
    struct disk_extent *extents;
    uint32_t extent_count;
    uint32_t extent_room;

    /* the device */
    struct disk_operation *operations;
    uint32_t operation_count; /* slots, free ones included */
    uint32_t operation_room;
    uint64_t begun_count; /* operations begun, and completed or dropped by a crash, so far */
    uint64_t ended_count;
    vtime free_at; /* when the device will have done all it was given */

    uint64_t used_bytes; /* of all named files */

    /* trouble that sticks */
    struct disk_bad_sector bad[DISK_BAD_SECTORS_MAX];
    uint32_t bad_count;
    uint32_t unused_too;
    uint64_t promised_changes; /* of the journal, up to here, by syncs that have lied */

    /* only for watching */
    uint64_t append_count;
    uint64_t sync_count;
    uint64_t read_count;
    uint64_t synced_bytes;
};

/* An empty disk. `heap` must outlive it and is used by nobody else. */
void disk_init(struct disk *disk, struct heap *heap, const struct disk_config *config);

/* --- page cache, at once ------------------------------------------------------ */

/* Append, creating the file when there is none. DISK_NO_SPACE and DISK_IO_ERROR: nothing
 * was written, and nothing was created. */
enum disk_status disk_append(struct disk *disk, const struct disk_config *config,
                             struct file_name name, const uint8_t *data, uint32_t size);

/* Cut the file to `size` bytes; a size above its own changes nothing. */
enum disk_status disk_truncate(struct disk *disk, struct file_name name, uint64_t size);

/* A file that already has the name `to` is replaced. */
enum disk_status disk_rename(struct disk *disk, struct file_name from, struct file_name to);

enum disk_status disk_remove(struct disk *disk, struct file_name name);

/* As env->disk_list. */
uint32_t disk_list(const struct disk *disk, struct file_entry *entries, uint32_t capacity);

bool disk_has(const struct disk *disk, struct file_name name);
uint64_t disk_size(const struct disk *disk, struct file_name name); /* 0: no such file */

/* Copy out of the page cache; returns how many bytes there were, at most `size`. */
uint32_t disk_copy(const struct disk *disk, struct file_name name, uint64_t offset, uint8_t *data,
                   uint32_t size);

/* --- device, later -------------------------------------------------------------- */

/* Begin a sync of a file, or of the directory for kind FILE_NONE. Returns the number of the
 * operation, and in *done_at when to call disk_complete. `bits` are 64 random bits about
 * this sync; the disk mixes the file's name in. `token` comes back. A file that does not
 * exist is told at completion (DISK_NOT_FOUND). */
uint32_t disk_sync_begin(struct disk *disk, const struct disk_config *config, vtime now,
                         struct file_name name, uint64_t token, uint64_t bits, vtime *done_at);

/* The same for a read of at most `size` bytes. */
uint32_t disk_read_begin(struct disk *disk, const struct disk_config *config, vtime now,
                         struct file_name name, uint64_t offset, uint32_t size, uint64_t token,
                         uint64_t bits, vtime *done_at);

struct disk_done {
    uint32_t kind;   /* enum disk_operation_kind */
    uint32_t status; /* enum disk_status */
    uint64_t token;
    struct file_name name;
    uint64_t offset; /* READ: fetch `size` bytes from here with disk_fetch, now */
    uint32_t size;
    uint32_t trouble; /* enum disk_trouble: what the device did besides, and does not tell */
};

enum disk_trouble {
    DISK_NO_TROUBLE,
    DISK_LIED,       /* SYNC: nothing reached the device */
    DISK_MISDIRECTED, /* SYNC: a sector went elsewhere. READ: bytes of another place came */
};

/* The bytes of a read that is done; what misdirection leaves short is zero. */
void disk_fetch(const struct disk *disk, const struct disk_done *done, uint8_t *data);

/* The operation's time has come. Each is completed once, in the order of the calls; those
 * under way at a crash never: the host drops their events (by the node's incarnation). */
struct disk_done disk_complete(struct disk *disk, uint32_t operation);

/* --- crash and damage ------------------------------------------------------------ */

struct disk_crash {
    uint32_t mode;      /* enum crash_mode */
    uint32_t sectors;   /* TEAR: so many unsynced sectors survive */
    uint32_t cut_bytes; /* TEAR: of the last one only so many bytes; 0: all of it */
    uint32_t names;     /* TEAR: so many changes of the journal survive */
    uint64_t bits;      /* RANDOM: 64 random bits about this crash */
};

struct disk_loss {
    uint64_t unsynced_bytes; /* appended and not on the device, over all files */
    uint64_t lost_bytes;     /* of these; a file whose name is lost is not counted here */
    uint32_t unsynced_names; /* changes in the journal */
    uint32_t lost_names;
    uint64_t betrayed; /* 1: something is gone that a sync had promised */
};

/* The machine (or, with KEEP, the process) goes down. Afterwards nothing is under way, and
 * unless KEEP everything that is left is durable. Faults stay. */
struct disk_loss disk_crash(struct disk *disk, const struct disk_crash *crash);

/* Sectors and journal changes that a crash could take now: what a sweep counts up to. */
uint32_t disk_unsynced_sectors(const struct disk *disk);
uint32_t disk_unsynced_names(const struct disk *disk);
uint64_t disk_unsynced_bytes(const struct disk *disk);

/* All that is in the page cache is on the device, as if it had always been there. */
void disk_settle(struct disk *disk);

/* Flip the bits of `mask` in `size` bytes from `offset`, in the page cache and on the
 * device. False: there are no such bytes. */
bool disk_corrupt(struct disk *disk, struct file_name name, uint64_t offset, uint64_t size,
                  uint8_t mask);

/* From now on the sector with that byte cannot be read. False: there is no such byte, or too
 * many are bad already. */
bool disk_spoil(struct disk *disk, struct file_name name, uint64_t offset);

/* A disk of its own, in another heap, with what is durable on `from` and nothing else: what a power
 * loss would leave. `to` is given up before: its heap must be empty. Faults are not copied. */
void disk_image(struct disk *to, struct heap *heap, const struct disk *from,
                const struct disk_config *config);

/* From now on only `free_bytes` more fit (DISK_NO_LIMIT: as many as before). */
void disk_set_free(struct disk *disk, uint64_t free_bytes);

/* --- for people and checks ----------------------------------------------------------- */

struct disk_view {
    struct file_name name;
    uint64_t size;
    uint64_t synced;      /* bytes that are on the device */
    bool is_name_durable; /* the name would survive a crash */
};

/* Named files in ascending order; returns how many there are. */
uint32_t disk_view(const struct disk *disk, struct disk_view *views, uint32_t capacity);

/* Bytes of all named files of that kind. */
uint64_t disk_bytes_of_kind(const struct disk *disk, uint32_t kind);

/* Everything that can matter later: names, bytes, marks, journal, queue. */
void disk_digest(const struct disk *disk, struct digest *digest);

#endif
