/*
 * hint_parts.h: what the files of hints ask of each other.
 *
 *   hint_memory.c   in memory: by identity, request, key and target
 *   hint_files.c    the files: appending, syncing, removing
 *   hint_keep.c     keeping and dropping
 *   hint_start.c    from files back to hints
 *   hint_deliver.c  bringing home: looks, batches, throttle
 *   hint_owner.c    what must not be delivered as it is: too old, or the key has other owners
 *   hint_intake.c   the other end: taking a batch
 */
#ifndef DB_HINT_PARTS_H
#define DB_HINT_PARTS_H

#include "db/hint/hint_file.h"
#include "db/roles.h"

/* hint_memory.c */

/* What a timer, a sync or a message of hints is about; `what` is an identity of its own. */
uint64_t hints_about(const struct env *env, uint64_t what);

static inline struct hint_queue *hint_queue_of(struct node *node, uint32_t target)
{
    return &node->hints.queues[target];
}

/* The write that is in it; the bytes are good while the hint is kept. */
void hint_open(const struct hint *hint, struct bytes *key, struct version *version);

struct hint *hint_in(const struct table *table, uint64_t key);
struct hint *hint_make(struct env *env, const struct hint_record *record, uint32_t n,
                       uint32_t file);
void hint_free(struct env *env, struct hint *hint);
void hint_link(struct node *node, struct hint *hint);
void hint_unlink(struct node *node, struct hint *hint);
struct hint_segment *hint_segment_of(struct hints *hints, uint32_t number);

/* hint_files.c */
struct file_name hint_file_of(uint32_t number);
struct hint_segment *hint_last_segment(struct hints *hints);
struct hint_segment hint_place_of_next(const struct hints *hints);
void hint_add_segment(struct hints *hints, struct env *env, struct hint_segment segment);
bool hint_append(struct hints *hints, struct env *env, const uint8_t *bytes, uint32_t size,
                 uint32_t records, uint64_t about);
void hint_begin_sync(struct node *node, struct env *env);
void hint_remove_oldest(struct node *node, struct env *env, uint32_t keep);
void hint_move_oldest(struct node *node, struct env *env);
void hints_clean(struct node *node, struct env *env);

/* hint_keep.c: several noted as done in one record; and all that is durable now counts */
void hints_drop_all(struct node *node, struct env *env, struct hint *const *hints, uint32_t count);
void hints_tell_synced(struct node *node, struct env *env);

/* hint_deliver.c: there is something to deliver, so look for whom */
void hints_tick_if_needed(struct node *node, struct env *env);

/* hint_owner.c */

/* Is the target down so long that nothing is kept for it any more? */
bool hints_is_window_closed(struct node *node, struct env *env, uint32_t target,
                            uint64_t request);

/* Too old to be delivered, or for a node that owns the key no more: then it is dropped, or the
 * present owners get it, and true is returned. */
bool hint_goes_elsewhere(struct node *node, struct env *env, struct hint *hint);

/* After a sync: what others have taken on for good need not be kept here. */
void hints_drop_passed_on(struct node *node, struct env *env);

/* Who is to get what waits for the target: it, another node if this one leaves, or HINT_NOBODY. */
uint32_t hint_receiver(struct node *node, struct env *env, uint32_t target);

/* hint_intake.c: a hint in a batch, 17 bytes and its row */
#define HINT_ITEM_BYTES 17u
uint8_t *hint_item_encode(uint8_t *to, const struct hint *hint);
void hints_take(struct node *node, struct env *env, uint32_t from, uint64_t about,
                const struct message_hints *message);

/* hint_deliver.c: the other end has it for good */
void hints_on_taken(struct node *node, struct env *env, uint32_t from, uint32_t target,
                    uint64_t first, uint64_t last);

#endif
