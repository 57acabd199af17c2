/*
 * hint_keep.c: keeping hints and dropping them.
 *
 *     keep --> append to the open file --> sync --> it counts: whoever relies on it is told
 *     drop --> append "done"           --> a file without live hints is removed, the oldest first
 *
 * The hints of one write are one record: a full disk or a torn end takes all of them or none.
 */
#include "db/hint/hint_parts.h"

#include "db/safeguard.h"

/* --- telling --------------------------------------------------------------------------------- */

/* It is on the device: now it counts. */
static void tell(struct node *node, struct env *env, struct hint *hint)
{
    uint32_t told_to = hint->told_to;
    uint64_t request = hint->request;
    hint->is_durable = true;
    hint->told_to = HINT_NOBODY;
    if (!node_is_ready(node))
        return; /* its log has failed meanwhile: it takes no part any more */
    if (told_to == env->self) {
        coordinate_write_on_stored(node, env, request, env->self, true);
    } else if (told_to != HINT_NOBODY) {
        struct message written = {.kind = MESSAGE_REPLICA_WRITTEN};
        written.replica_written.request = request;
        written.replica_written.stored = true;
        send_message(env, told_to, request, &written);
    }
    hinted_on_durable(node, env, request);
}

/* Telling may keep and drop hints, so they are taken off the list one by one. */
void hints_tell_synced(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    while (hints->unsynced_first && hints->unsynced_first->record <= hints->synced) {
        struct hint *hint = hints->unsynced_first;
        hints->unsynced_first = hint->next_unsynced;
        if (!hints->unsynced_first)
            hints->unsynced_last = NULL;
        hint->next_unsynced = NULL;
        if (hint->is_dropped)
            hint_free(env, hint);
        else
            tell(node, env, hint);
    }
}

/* --- keeping ---------------------------------------------------------------------------------- */

static void wait_for_sync(struct hints *hints, struct hint *hint)
{
    hint->is_durable = false;
    if (hints->unsynced_last)
        hints->unsynced_last->next_unsynced = hint;
    else
        hints->unsynced_first = hint;
    hints->unsynced_last = hint;
}

/* Kept already: the one who waits for it is told now, or when it is durable. */
static bool is_kept(struct node *node, struct env *env, const struct hint_wish *wish,
                    uint32_t target)
{
    struct hint *hint = hints_find(&node->hints, wish->request, target);
    if (!hint)
        return false;
    if (wish->told_to != HINT_NOBODY)
        hint->told_to = wish->told_to;
    if (hint->is_durable)
        tell(node, env, hint);
    return true;
}

static void remember(struct node *node, struct env *env, const struct hint_wish *wish,
                     const struct hint_record *record, uint32_t n)
{
    struct hints *hints = &node->hints;
    struct hint *hint = hint_make(env, record, n, hint_last_segment(hints)->number);
    hint->record = hints->appended;
    hint->ready_ns = wish->ready_after_ns ? env_monotonic_ns(env) + wish->ready_after_ns : 0;
    hint->told_to = wish->told_to;
    hint_link(node, hint);
    wait_for_sync(hints, hint);
    env_note(env, NOTE_HINT_KEPT, wish->request, hint->target, hint->row.size, wish->why);
}

static bool append_record(struct node *node, struct env *env, const struct hint_record *record)
{
    struct hint_segment place = hint_place_of_next(&node->hints);
    uint32_t size = hint_record_size(record);
    uint8_t *bytes = env_allocate(env, size);
    hint_record_encode(bytes, place.number, place.size, record);
    bool is_appended = hint_append(&node->hints, env, bytes, size, 1, record->request);
    env_release(env, bytes);
    return is_appended;
}

/* With hint-before-count off: what is in the page cache counts already. */
static void count_unsynced(struct node *node, struct env *env, uint64_t request)
{
    struct hints *hints = &node->hints;
    uint64_t synced = hints->synced;
    if (safeguard_is_on(env->config, SAFEGUARD_HINT_BEFORE_COUNT))
        return;
    safeguard_note_broken(env, SAFEGUARD_HINT_BEFORE_COUNT, request, hints->appended);
    hints->synced = hints->appended;
    hints_tell_synced(node, env);
    hints->synced = synced;
}

static enum reason why_not(const struct node *node, const struct env *env, uint64_t bytes)
{
    uint64_t most = env->config->hints.max_bytes;
    return node->hints.has_failed                         ? REASON_IO_ERROR
           : most > 0 && node->hints.bytes + bytes > most ? REASON_QUOTA
                                                          : REASON_NONE;
}

static enum reason keep_new(struct node *node, struct env *env, const struct hint_wish *wish,
                            struct hint_record *record)
{
    struct hints *hints = &node->hints;
    uint64_t row_bytes = row_size(wish->key, wish->version);
    enum reason reason = why_not(node, env, record->target_count * row_bytes);
    if (reason != REASON_NONE)
        return reason;
    record->id = hints->next_id + 1;
    if (!append_record(node, env, record))
        return REASON_NO_SPACE;
    hints->next_id += record->target_count;
    for (uint32_t i = 0; i < record->target_count; i++)
        remember(node, env, wish, record, i);
    return REASON_NONE;
}

enum reason hints_keep(struct node *node, struct env *env, const struct hint_wish *wish)
{
    struct hint_record record = {.kind = HINT_KEPT,
                                 .is_stand_in = wish->is_stand_in,
                                 .request = wish->request,
                                 .created_ns =
                                     wish->created_ns ? wish->created_ns : env_wall_ns(env),
                                 .key = wish->key,
                                 .version = *wish->version};
    for (uint32_t i = 0; i < wish->target_count; i++) {
        uint32_t target = wish->targets[i];
        if (!is_kept(node, env, wish, target) &&
            (wish->is_stand_in || !hints_is_window_closed(node, env, target, wish->request)))
            record.targets[record.target_count++] = target;
    }
    if (record.target_count == 0)
        return REASON_NONE;
    enum reason reason = keep_new(node, env, wish, &record);
    if (reason != REASON_NONE) {
        for (uint32_t i = 0; i < record.target_count; i++)
            env_note(env, NOTE_HINT_REFUSED, wish->request, record.targets[i], reason, 0);
        return reason;
    }
    node->hints.is_sync_due = true;
    hint_begin_sync(node, env);
    hints_tick_if_needed(node, env);
    hint_move_oldest(node, env);
    count_unsynced(node, env, wish->request);
    return REASON_NONE;
}

/* --- dropping --------------------------------------------------------------------------------- */

static void append_done(struct node *node, struct env *env, struct hint *const *hints,
                        uint32_t count)
{
    struct hint_segment place = hint_place_of_next(&node->hints);
    uint8_t *ids = env_allocate(env, 8 * count);
    struct hint_record record = {.kind = HINT_DONE, .done_count = count, .done = ids};
    for (uint32_t i = 0; i < count; i++)
        put_number(ids + 8 * i, hints[i]->id, 8);
    uint32_t size = hint_record_size(&record);
    uint8_t *bytes = env_allocate(env, size);
    hint_record_encode(bytes, place.number, place.size, &record);
    /* A full disk does not take it: then they are delivered once more after a restart. */
    hint_append(&node->hints, env, bytes, size, 1, hints[0]->request);
    env_release(env, bytes);
    env_release(env, ids);
}

void hints_drop_all(struct node *node, struct env *env, struct hint *const *hints, uint32_t count)
{
    if (count == 0)
        return;
    append_done(node, env, hints, count);
    for (uint32_t i = 0; i < count; i++) {
        hint_unlink(node, hints[i]);
        if (hints[i]->is_durable)
            hint_free(env, hints[i]);
        else
            hints[i]->is_dropped = true;
    }
    hint_remove_oldest(node, env, 1);
    hint_move_oldest(node, env);
}

void hints_drop(struct node *node, struct env *env, struct hint *hint)
{
    hints_drop_all(node, env, &hint, 1);
}
