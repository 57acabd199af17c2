/*
 * disk_parts.h: what the files of the simulated disk share.
 *
 *   disk.c         names and the page cache: everything that happens at once
 *   disk_device.c  the queue, syncs and reads: everything that takes time
 *   disk_crash.c   what a crash leaves, damage, views and the digest
 *
 * A file's bytes are kept once. What is durable is a prefix of what is in the page
 * cache, since files only grow; the one exception, a truncation that is not yet
 * durable, keeps the bytes that the device still has beside it.
 *
 *     blocks    |==============|---------|          = durable   - page cache only
 *               0        durable_size   size
 *
 *     blocks    |========|                          truncated to cut_at, not yet durable:
 *     cut_tail           |======|                   a crash may bring these bytes back
 */
#ifndef SIM_DISK_PARTS_H
#define SIM_DISK_PARTS_H

#include "base/mix.h"
#include "sim/disk/disk.h"

#define NO_DISK_FILE UINT32_MAX

struct disk_file {
    bool is_live;
    bool is_reached; /* while unnamed files are looked for */
    uint8_t unused[6];
    uint8_t **blocks; /* of DISK_BLOCK_BYTES each */
    uint32_t block_count;
    uint32_t block_room;
    uint64_t size;
    uint64_t durable_size;
    uint64_t syncing_size; /* up to here a sync is under way or done */
    uint64_t promised_size; /* up to here a lying sync has told that it is durable */

    /* a truncation that is not durable; cut_change 0: none */
    uint64_t cut_change; /* its number in the journal */
    uint64_t cut_at;
    uint64_t cut_size;
    uint8_t *cut_tail;
};

struct disk_name {
    struct file_name name;
    uint32_t file;
};

enum disk_change_kind { CHANGE_CREATE, CHANGE_RENAME, CHANGE_REMOVE, CHANGE_TRUNCATE };

struct disk_change {
    uint32_t kind;         /* enum disk_change_kind */
    uint32_t file;         /* CREATE, TRUNCATE */
    struct file_name name; /* CREATE, REMOVE: this one; RENAME: from */
    struct file_name to;   /* RENAME */
    uint64_t sequence;     /* ascending in the journal */
};

/* Unsynced bytes of one file that were written in one go, as far as order goes. */
struct disk_extent {
    uint32_t file;
    uint32_t unused;
    uint64_t from;
    uint64_t to;
};

struct disk_operation {
    uint32_t kind;   /* enum disk_operation_kind; NONE: a free slot */
    uint32_t status; /* what it will say */
    uint32_t file;   /* NO_DISK_FILE: there was none, or it is gone */
    uint32_t unused;
    struct file_name name;
    uint64_t token;
    uint64_t order;   /* counted from 1 */
    uint64_t covers;  /* SYNC: the file's size at the call */
    uint64_t changes; /* SYNC, SYNC_NAMES: last change of the journal at the call */
    uint64_t offset;  /* READ */
    uint32_t size;    /* READ */
    uint32_t trouble; /* enum disk_trouble */
    uint64_t bits;    /* MISDIRECTED: where it goes instead */
};

/* One more element at the end of an array that doubles; returns the array. */
void *disk_grow(struct heap *heap, void *array, uint32_t count, uint32_t *room,
                uint32_t element_size);

/* Zero what an array no longer holds, so that equal disks are equal pages; nothing for 0. */
void disk_clear(void *from, size_t size_bytes);

/* The file of a name, or NO_DISK_FILE. */
uint32_t disk_file_of(const struct disk *disk, struct file_name name);

/* Position of a name in an ascending list, or where it would be put. */
bool disk_find_name(const struct disk_name *names, uint32_t count, struct file_name name,
                    uint32_t *index);

/* Bytes of a file's blocks. */
void disk_write_bytes(struct disk *disk, struct disk_file *file, uint64_t offset,
                      const uint8_t *data, uint64_t size);
void disk_zero_bytes(struct disk_file *file, uint64_t offset, uint64_t size);
void disk_read_bytes(const struct disk_file *file, uint64_t offset, uint8_t *data, uint64_t size);

/* What happens to a sync that is lied about, or one of whose sectors goes elsewhere; is a byte
 * of the range in a bad sector; the file is gone or cut (disk_trouble.c). */
void disk_promise(struct disk *disk, const struct disk_operation *operation);
void disk_misplace(struct disk *disk, const struct disk_operation *operation, uint64_t from);
uint64_t disk_wrong_place(const struct disk *disk, const struct disk_operation *operation);
bool disk_is_bad(const struct disk *disk, uint32_t file, uint64_t offset, uint64_t size);
void disk_forget_bad(struct disk *disk, uint32_t file, uint64_t size);

/* Cut a file's blocks to `size`. */
void disk_shrink(struct disk *disk, struct disk_file *file, uint64_t size);

/* Make the journal durable up to and including change `sequence`: all of it, or only what
 * concerns names. */
void disk_commit_journal(struct disk *disk, uint64_t sequence);
void disk_commit_names(struct disk *disk, uint64_t sequence);

/* The truncation is durable: what it cut off is gone for good. */
void disk_forget_cut(struct disk *disk, struct disk_file *file);

/* Take the change `sequence` out of the journal, if it is there. */
void disk_drop_change(struct disk *disk, uint64_t sequence);

/* Free every file that no name, present, durable or on its way, leads to. */
void disk_free_unnamed(struct disk *disk);

/* Extents below the durable mark, or beyond the end, are no longer unsynced. */
void disk_trim_extents(struct disk *disk);

#endif
