/*
 * hint_keep.c: keeping hints and dropping them.
 *
 *     keep --> append to the open file --> sync --> it counts: whoever relies on it is told
 *     drop --> append "done"           --> a file without live hints is removed, the oldest first
 *
 * All wishes of one call are one append: a full disk takes all of them or none.
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
static bool is_kept(struct node *node, struct env *env, const struct hint_wish *wish)
{
    struct hint *hint = hints_find(&node->hints, wish->request, wish->target);
    if (!hint)
        return false;
    if (wish->told_to != HINT_NOBODY)
        hint->told_to = wish->told_to;
    if (hint->is_durable)
        tell(node, env, hint);
    return true;
}

static struct hint_record record_of_wish(struct hints *hints, struct env *env,
                                         const struct hint_wish *wish)
{
    return (struct hint_record){.kind = HINT_KEPT,
                                .is_stand_in = wish->is_stand_in,
                                .target = wish->target,
                                .id = ++hints->next_id,
                                .request = wish->request,
                                .created_ns = wish->created_ns ? wish->created_ns
                                                               : env_wall_ns(env),
                                .key = wish->key,
                                .version = *wish->version};
}

static void remember(struct node *node, struct env *env, const struct hint_wish *wish,
                     const struct hint_record *record, uint64_t number)
{
    struct hints *hints = &node->hints;
    struct hint *hint = hint_make(env, record, hint_last_segment(hints)->number);
    hint->record = number;
    hint->ready_ns = wish->ready_after_ns ? env_monotonic_ns(env) + wish->ready_after_ns : 0;
    hint->told_to = wish->told_to;
    hint_link(node, hint);
    wait_for_sync(hints, hint);
    env_note(env, NOTE_HINT_KEPT, wish->request, wish->target, hint->row.size, wish->why);
}

/* All in one append, so that a full disk takes all or none. */
static bool append_wishes(struct node *node, struct env *env, const struct hint_wish *const *wishes,
                          uint32_t count)
{
    struct hints *hints = &node->hints;
    struct hint_segment place = hint_place_of_next(hints);
    struct hint_record *records = env_allocate(env, count * sizeof *records);
    uint32_t size = 0, used = 0;
    for (uint32_t i = 0; i < count; i++) {
        records[i] = record_of_wish(hints, env, wishes[i]);
        size += hint_record_size(&records[i]);
    }
    uint8_t *bytes = env_allocate(env, size);
    for (uint32_t i = 0; i < count; i++) {
        hint_record_encode(bytes + used, place.number, place.size + used, &records[i]);
        used += hint_record_size(&records[i]);
    }
    uint64_t before = hints->appended;
    bool is_appended = hint_append(hints, env, bytes, size, count, wishes[0]->request);
    for (uint32_t i = 0; is_appended && i < count; i++)
        remember(node, env, wishes[i], &records[i], before + i + 1);
    env_release(env, bytes);
    env_release(env, records);
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

static enum reason why_not(const struct node *node, const struct env *env,
                           const struct hint_wish *const *wishes, uint32_t count)
{
    uint64_t bytes = node->hints.bytes, most = env->config->hints.max_bytes;
    for (uint32_t i = 0; i < count; i++)
        bytes += row_size(wishes[i]->key, wishes[i]->version);
    return node->hints.has_failed     ? REASON_IO_ERROR
           : most > 0 && bytes > most ? REASON_QUOTA
                                      : REASON_NONE;
}

static void note_refused(struct env *env, const struct hint_wish *wish, enum reason reason)
{
    env_note(env, NOTE_HINT_REFUSED, wish->request, wish->target, reason, 0);
}

enum reason hints_keep(struct node *node, struct env *env, const struct hint_wish *wishes,
                       uint32_t count)
{
    const struct hint_wish *new[2 * REPLICATION_MAX];
    uint32_t new_count = 0;
    uint64_t request = count > 0 ? wishes[0].request : 0;
    CHECK(count <= 2 * REPLICATION_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_kept(node, env, &wishes[i]) &&
            (wishes[i].is_stand_in ||
             !hints_is_window_closed(node, env, wishes[i].target, wishes[i].request)))
            new[new_count++] = &wishes[i];
    }
    if (new_count == 0)
        return REASON_NONE;
    enum reason reason = why_not(node, env, new, new_count);
    if (reason == REASON_NONE && !append_wishes(node, env, new, new_count))
        reason = REASON_NO_SPACE;
    if (reason != REASON_NONE) {
        for (uint32_t i = 0; i < new_count; i++)
            note_refused(env, new[i], reason);
        return reason;
    }
    node->hints.is_sync_due = true;
    hint_begin_sync(node, env);
    hints_tick_if_needed(node, env);
    hint_move_oldest(node, env);
    count_unsynced(node, env, request);
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
