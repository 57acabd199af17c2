/*
 * hint_start.c: from files back to hints, after a start; and what the disk says later.
 *
 * The files are read one after the other, in ascending order. What was read may be in the page
 * cache only: it is delivered, but nobody was promised anything because of it. New hints go
 * to a new file, so nothing is ever written behind a torn end.
 */
#include "db/hint/hint_parts.h"

#include "db/store/storage_parts.h"

/* --- the beginning ---------------------------------------------------------------------------- */

static void take_kept(struct node *node, struct env *env, const struct hint_record *record,
                      uint32_t n, uint32_t file)
{
    struct hints *hints = &node->hints;
    struct hint *known = hint_in(&hints->by_id, record->id + n);
    hints->next_id = MAX(hints->next_id, record->id + n);
    if (record->targets[n] >= env->config->nodes)
        return;
    if (known) { /* brought forward to a newer file */
        hint_segment_of(hints, known->file)->live--;
        known->file = file;
        hint_segment_of(hints, file)->live++;
        return;
    }
    hint_link(node, hint_make(env, record, n, file));
}

static void take_done(struct node *node, struct env *env, const struct hint_record *record)
{
    for (uint32_t i = 0; i < record->done_count; i++) {
        struct hint *hint = hint_in(&node->hints.by_id, hint_done_id(record, i));
        if (!hint)
            continue;
        hint_unlink(node, hint);
        hint_free(env, hint);
    }
}

static void take_file(struct node *node, struct env *env, struct bytes bytes)
{
    struct hint_segment *segment = &node->hints.segments[node->hints.reading];
    struct hint_scan scan = {.bytes = bytes, .file = segment->number};
    struct hint_record record;
    while (hint_scan_next(&scan, &record)) {
        if (record.kind == HINT_DONE)
            take_done(node, env, &record);
        for (uint32_t n = 0; n < record.target_count; n++)
            take_kept(node, env, &record, n, segment->number);
    }
    if (scan.offset < bytes.size)
        env_note(env, NOTE_HINTS_CUT, hints_about(env, segment->number),
                 (uint64_t)FILE_HINTS << 32 | segment->number, scan.offset,
                 bytes.size - scan.offset);
}

static void become_ready(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    hints->is_ready = true;
    hints->is_segment_due = true; /* nothing is appended to what may have a torn end */
    if (hints->count > 0)
        env_note(env, NOTE_HINTS_RECOVERED, 0, hints->count, hints->bytes, hints->segment_count);
    hints_tick_if_needed(node, env);
}

static void read_next(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    while (hints->reading < hints->segment_count && hints->segments[hints->reading].size == 0)
        hints->reading++;
    if (hints->reading == hints->segment_count) {
        become_ready(node, env);
        return;
    }
    const struct hint_segment *segment = &hints->segments[hints->reading];
    uint64_t token = (uint64_t)segment->number << 16 | FILE_HINTS << 8 | TOKEN_HINTS_READ;
    env->disk_read(env, hint_file_of(segment->number), 0, (uint32_t)segment->size, token,
                   hints_about(env, segment->number));
}

static void list_files(struct node *node, struct env *env)
{
    uint32_t count = env->disk_list(env, NULL, 0);
    struct file_entry *entries = env_allocate(env, count * sizeof *entries);
    env->disk_list(env, entries, count);
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].name.kind == FILE_HINTS)
            hint_add_segment(&node->hints, env,
                        (struct hint_segment){.number = entries[i].name.number,
                                              .size = entries[i].size});
    env_release(env, entries);
}

void hints_begin(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    hints->next_segment = 1;
    hints->is_ready = !env->config->hints.is_on;
    if (hints->is_ready)
        return;
    hints->queues = env_allocate(env, env->config->nodes * sizeof *hints->queues);
    table_init(&hints->by_id, env->memory);
    table_init(&hints->by_owner, env->memory);
    table_init(&hints->by_key, env->memory);
    list_files(node, env);
    read_next(node, env);
}

/* --- disk events ------------------------------------------------------------------------------ */

bool hints_are_asked(uint64_t token)
{
    return (token & 0xff) == TOKEN_HINTS || (token & 0xff) == TOKEN_HINTS_READ;
}

static void on_synced(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    hints->synced = hints->syncing_to;
    hints->syncing_to = 0;
    hints->is_removing = false;
    hints_tell_synced(node, env);
    hints_drop_passed_on(node, env);
    hint_remove_oldest(node, env, 1);
    if (hints->is_sync_due || hints->are_names_due || hints->moved > hints->synced)
        hint_begin_sync(node, env);
}

void hints_on_disk(struct node *node, struct env *env, const struct event *event)
{
    struct hints *hints = &node->hints;
    if ((event->token & 0xff) == TOKEN_HINTS_READ) {
        if (event->status != DISK_OK) { /* hints may count as copies: not without them */
            storage_refuse(&node->storage, env, REASON_IO_ERROR);
            return;
        }
        take_file(node, env, (struct bytes){event->data, event->size});
        hints->reading++;
        read_next(node, env);
        return;
    }
    hints->has_failed |= event->status != DISK_OK;
    if (--hints->syncs_waiting == 0 && !hints->has_failed)
        on_synced(node, env);
}
