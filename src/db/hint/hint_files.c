/*
 * hint_files.c: the files in which a node keeps hints: appending, syncing, removing.
 *
 * A sync covers one file, so a full file is closed when a sync of it begins, and what comes next
 * goes to a new one. Only the oldest file is ever removed, one at a time, and its removal is
 * durable before the next: so no "done" is lost while the hint that it speaks of is there. A
 * hint that waits long would hold back all files after its own; when most of what lies there is
 * done, the oldest file's live hints are appended again, under their old identities.
 */
#include "db/hint/hint_parts.h"

#include <string.h>

#include "base/mix.h"
#include "db/store/storage_parts.h"

/* --- syncing ---------------------------------------------------------------------------------- */

struct file_name hint_file_of(uint32_t number)
{
    return (struct file_name){FILE_HINTS, number};
}

struct hint_segment *hint_last_segment(struct hints *hints)
{
    return hints->segment_count > 0 ? &hints->segments[hints->segment_count - 1] : NULL;
}

void hint_begin_sync(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    struct hint_segment *last = hint_last_segment(hints);
    uint64_t about = hints_about(env, mix_pair(hints->appended_about, 1));
    bool is_file_due = hints->appended > hints->synced && last;
    if (hints->syncs_waiting > 0 || hints->has_failed || (!is_file_due && !hints->are_names_due))
        return;
    hints->syncing_to = hints->appended;
    hints->is_sync_due = false;
    if (is_file_due) {
        storage_sync_file(env, hint_file_of(last->number), TOKEN_HINTS, about);
        hints->syncs_waiting++;
        hints->is_segment_due |= last->size >= env->config->hints.segment_bytes;
    }
    if (hints->are_names_due) {
        storage_sync_file(env, NAMES_OF_ALL_FILES, TOKEN_HINTS, about);
        hints->syncs_waiting++;
        hints->are_names_due = false;
    }
}

/* --- files ------------------------------------------------------------------------------------ */

/* The place of the next record: a new file if there is none, or the last one is closed. */
struct hint_segment hint_place_of_next(const struct hints *hints)
{
    if (hints->segment_count == 0 || hints->is_segment_due)
        return (struct hint_segment){.number = hints->next_segment};
    return hints->segments[hints->segment_count - 1];
}

void hint_add_segment(struct hints *hints, struct env *env, struct hint_segment segment)
{
    if (hints->segment_count == hints->segment_room) {
        hints->segment_room = MAX(8u, 2 * hints->segment_room);
        hints->segments =
            env_reallocate(env, hints->segments, hints->segment_room * sizeof *hints->segments);
    }
    hints->segments[hints->segment_count++] = segment;
    hints->next_segment = MAX(hints->next_segment, segment.number + 1);
}

/* Append bytes that were encoded for place_of_next, all or nothing. */
bool hint_append(struct hints *hints, struct env *env, const uint8_t *bytes, uint32_t size,
                   uint32_t records, uint64_t about)
{
    struct hint_segment place = hint_place_of_next(hints);
    if (hints->has_failed ||
        env->disk_append(env, hint_file_of(place.number), bytes, size, about) != DISK_OK)
        return false;
    if (place.size == 0) {
        hint_add_segment(hints, env, place);
        hints->is_segment_due = false;
        hints->are_names_due = true;
    }
    hint_last_segment(hints)->size += size;
    hints->appended += records;
    hints->appended_about = about;
    return true;
}

/* The oldest file, when nothing in it is needed: the removal must be durable before the next one.
 * The last one goes only when nothing at all is kept (hints_clean). */
void hint_remove_oldest(struct node *node, struct env *env, uint32_t keep)
{
    struct hints *hints = &node->hints;
    if (hints->syncs_waiting > 0 || hints->is_removing || hints->segment_count <= keep ||
        hints->segments[0].live > 0 || hints->moved > hints->synced)
        return;
    env->disk_remove(env, hint_file_of(hints->segments[0].number));
    hints->segment_count--;
    memmove(hints->segments, hints->segments + 1,
            hints->segment_count * sizeof *hints->segments);
    hints->is_removing = hints->are_names_due = true;
    hint_begin_sync(node, env);
}

static uint64_t bytes_in_files(const struct hints *hints)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < hints->segment_count; i++)
        bytes += hints->segments[i].size;
    return bytes;
}

static struct hint_record record_of(const struct hint *hint)
{
    struct hint_record record = {.kind = HINT_KEPT,
                                 .is_stand_in = hint->is_stand_in,
                                 .target_count = 1,
                                 .targets = {hint->target},
                                 .id = hint->id,
                                 .request = hint->request,
                                 .created_ns = hint->created_ns};
    hint_open(hint, &record.key, &record.version);
    return record;
}

static bool append_again(struct node *node, struct env *env, struct hint *hint)
{
    struct hints *hints = &node->hints;
    struct hint_record record = record_of(hint);
    struct hint_segment place = hint_place_of_next(hints);
    uint32_t size = hint_record_size(&record);
    uint8_t *bytes = env_allocate(env, size);
    hint_record_encode(bytes, place.number, place.size, &record);
    bool is_appended = hint_append(hints, env, bytes, size, 1, hint->request);
    env_release(env, bytes);
    if (!is_appended)
        return false;
    hint_segment_of(hints, hint->file)->live--;
    hint->file = place.number;
    hint_segment_of(hints, hint->file)->live++;
    return true;
}

/* Too much of what lies there is done: bring the oldest file's live hints forward. */
void hint_move_oldest(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    uint64_t limit = 2 * (hints->bytes + (uint64_t)env->config->hints.segment_bytes);
    if (hints->segment_count < 3 || hints->segments[0].live == 0 || bytes_in_files(hints) <= limit)
        return;
    uint32_t oldest = hints->segments[0].number;
    uint32_t cursor = 0;
    uint64_t id, value;
    while (table_next(&hints->by_id, &cursor, &id, &value)) {
        struct hint *hint = (struct hint *)(uintptr_t)value;
        if (hint->file == oldest && !append_again(node, env, hint))
            break;
    }
    hints->moved = hints->appended;
    hint_begin_sync(node, env);
}

void hints_clean(struct node *node, struct env *env)
{
    struct hints *hints = &node->hints;
    hint_begin_sync(node, env);
    if (hints->count == 0)
        hint_remove_oldest(node, env, 0);
}
