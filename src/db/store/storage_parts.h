/*
 * storage_parts.h: what the files of storage ask of each other.
 *
 *   storage.c             append, sync, apply: the life of a write
 *   storage_checkpoint.c  the store as a file, step by step
 *   storage_start.c       from files back to a store
 *
 * Nobody else includes this, but for topology_file.c and hint_store.c, which share the tokens, and
 * stream.c, which must know when rows are on the device.
 */
#ifndef DB_STORAGE_PARTS_H
#define DB_STORAGE_PARTS_H

#include "db/about.h"
#include "db/store/storage.h"

#define NAMES_OF_ALL_FILES ((struct file_name){FILE_NONE, 0})

/* The lowest byte of a token says whom a disk event is for; the rest is the file. */
enum storage_token {
    TOKEN_LOG = 1,    /* a sync of the current round */
    TOKEN_CHECKPOINT, /* a sync of the checkpoint that is being written */
    TOKEN_START,      /* a read or a sync of the recovery */
    TOKEN_TOPOLOGY,   /* a sync of the topology file */
    TOKEN_TOPOLOGY_READ,
    TOKEN_HINTS, /* a sync of a hint file */
    TOKEN_HINTS_READ,
};

static inline struct file_name log_file(uint32_t number)
{
    return (struct file_name){FILE_LOG, number};
}

static inline void storage_sync_file(struct env *env, struct file_name file,
                                     enum storage_token token, uint64_t about)
{
    env->disk_sync(env, file, (uint64_t)file.number << 16 | file.kind << 8 | token, about);
}

/* storage.c */

/* Open segment `next_segment` for what is appended next. */
enum disk_status storage_open_segment(struct storage *storage, struct env *env, uint64_t about);

/* Remember a segment that is on the disk. */
void storage_add_segment(struct storage *storage, struct env *env, struct storage_segment segment);

/* Delete the segments that hold nothing after `covers`; never the last one. Returns how many. */
uint32_t storage_remove_covered(struct storage *storage, struct env *env, uint64_t covers);

/* Sync all that was appended: now, or right after the round that is under way. */
void storage_request_round(struct storage *storage, struct env *env);

/* A record of that kind, done: the row goes if it is this very version; all rows of a range go.
 * Returns how many. */
uint64_t storage_forget_row(struct storage *storage, struct env *env, struct bytes key,
                            const struct version *version);
uint64_t storage_forget_range(struct storage *storage, struct env *env,
                              struct position_range range);

/* storage_checkpoint.c */

/* After an append: is a checkpoint due? */
void storage_checkpoint_if_due(struct storage *storage, struct env *env);
void storage_checkpoint_on_disk(struct storage *storage, struct env *env,
                                const struct event *event);

/* After a round: the log may now be durable up to what the checkpoint shows. */
void storage_checkpoint_on_round(struct storage *storage, struct env *env);

/* storage_start.c */
void storage_start_on_disk(struct storage *storage, struct env *env, const struct event *event);

#endif
