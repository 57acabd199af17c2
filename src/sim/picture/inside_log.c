/*
 * inside_log.c: the files of a node, read as recovery would read them.
 *
 * The bytes are copied out of the page cache. A segment is cut into parts by looking for the
 * next whole record at every offset, so that what stands behind a bad place is found as well.
 */
#include "sim/picture/inside_log.h"

#include <string.h>

#include "db/store/log.h"
#include "db/store/recovery.h"
#include "sim/world/world.h"

static struct bytes read_file(const struct disk *disk, const struct disk_view *file,
                              struct heap *scratch)
{
    uint8_t *data = heap_alloc(scratch, file->size);
    uint32_t size = disk_copy(disk, file->name, 0, data, (uint32_t)file->size);
    return (struct bytes){data, size};
}

static struct inside_part *new_part(struct inside_log *log, struct heap *scratch)
{
    /* room doubles at powers of two */
    if ((log->part_count & (log->part_count - 1)) == 0)
        log->parts = heap_resize(scratch, log->parts,
                                 MAX(1, 2 * log->part_count) * sizeof *log->parts);
    return &log->parts[log->part_count++];
}

static void add_part(struct inside_log *log, struct heap *scratch, uint8_t kind, uint64_t from,
                     uint64_t to)
{
    *new_part(log, scratch) = (struct inside_part){.kind = kind, .from = from, .to = to};
}

static void add_record(struct inside_log *log, struct heap *scratch,
                       const struct inside_segment *segment, const struct log_record *record)
{
    uint64_t to = (uint64_t)record->offset + record->size;
    bool has_place = log->verdict != INSIDE_NOT_ASKED;
    bool is_behind = has_place && (segment->number > log->bad_segment ||
                                   (segment->number == log->bad_segment && to > log->bad_offset));
    struct inside_part *part = new_part(log, scratch);
    struct text key;
    *part = (struct inside_part){.kind = is_behind ? INSIDE_BEHIND : INSIDE_RECORD,
                                 .from = record->offset,
                                 .to = to,
                                 .sequence = record->sequence,
                                 .is_tombstone = record->version.is_tombstone};
    text_init(&key, part->key, sizeof part->key);
    for (uint32_t i = 0; i < record->key.size; i++) {
        uint8_t byte = record->key.data[i];
        text_char(&key, byte >= 0x20 && byte < 0x7f ? (char)byte : '?');
    }
}

static void cut_into_parts(struct inside_log *log, struct inside_segment *segment,
                           struct bytes bytes, struct heap *scratch)
{
    struct log_header header;
    struct log_record record;
    uint32_t at = 0;
    segment->first_part = log->part_count;
    segment->is_read = true;
    if (log_decode_header(bytes, segment->number, true, &header)) {
        add_part(log, scratch, INSIDE_HEADER, 0, LOG_HEADER_BYTES);
        at = LOG_HEADER_BYTES;
    }
    while (log_find_record(bytes, segment->number, at, &record)) {
        if (record.offset > at)
            add_part(log, scratch, INSIDE_BAD, at, record.offset);
        add_record(log, scratch, segment, &record);
        at = record.offset + record.size;
    }
    if (at < bytes.size)
        add_part(log, scratch, INSIDE_BAD, at, bytes.size);
    segment->part_count = log->part_count - segment->first_part;
}

/* --- what a start would find ------------------------------------------------------------ */

static void take_nothing(void *host, uint64_t sequence, struct bytes key,
                         const struct version *version)
{
    (void)host, (void)sequence, (void)key, (void)version;
}

static uint8_t verdict_of(const struct recovery_verdict *verdict)
{
    switch (verdict->outcome) {
    case RECOVERY_WHOLE: return INSIDE_WHOLE;
    case RECOVERY_CUT: return INSIDE_TORN;
    case RECOVERY_CORRUPT: return INSIDE_DAMAGED;
    default: return INSIDE_LOG_GONE;
    }
}

static void ask_recovery(const struct world *world, const struct disk *disk,
                         const struct disk_view *views, uint32_t count, struct heap *scratch,
                         struct inside_log *log)
{
    struct recovery_sink sink = {take_nothing, NULL, NULL};
    struct storage_file *files = heap_alloc(scratch, count * sizeof *files);
    for (uint32_t i = 0; i < count; i++)
        files[i] = (struct storage_file){views[i].name, read_file(disk, &views[i], scratch)};
    struct recovery_verdict verdict =
        storage_rebuild_from_files(&world->scenario->node, files, count, &sink);
    log->verdict = verdict_of(&verdict);
    log->bad_sequence = verdict.bad_sequence;
    log->bad_segment = verdict.segment;
    log->bad_offset = verdict.offset;
    log->dropped_bytes = verdict.dropped_bytes;
}

/* --- all files ----------------------------------------------------------------------------- */

static void take_file(struct inside *inside, const struct disk_view *file)
{
    switch (file->name.kind) {
    case FILE_LOG:
        inside->log.bytes += file->size;
        inside->log.segments[inside->log.segment_count++] =
            (struct inside_segment){.number = file->name.number,
                                    .size = file->size,
                                    .synced = MIN(file->synced, file->size),
                                    .is_name_durable = file->is_name_durable};
        break;
    case FILE_CHECKPOINT:
        inside->checkpoint.bytes = file->size;
        inside->checkpoint.number = file->name.number;
        break;
    case FILE_CHECKPOINT_PART: inside->checkpoint.part_bytes += file->size; break;
    default: break;
    }
}

static void read_segments(const struct disk *disk, struct heap *scratch, struct inside_log *log)
{
    uint64_t looked_at = 0;
    uint32_t first = log->segment_count;
    while (first > 0 && looked_at + log->segments[first - 1].size <= INSIDE_LOG_BYTES)
        looked_at += log->segments[--first].size;
    for (uint32_t i = first; i < log->segment_count; i++) {
        struct inside_segment *segment = &log->segments[i];
        struct disk_view file = {.name = {FILE_LOG, segment->number}, .size = segment->size};
        cut_into_parts(log, segment, read_file(disk, &file, scratch), scratch);
    }
}

void inside_take_log(const struct world *world, uint32_t node, struct heap *scratch,
                     struct inside *inside)
{
    static const char *const policies[] = {"after each record", "once for a window of writes",
                                           "at intervals, after acknowledging", "never"};
    _Static_assert(ARRAY_LEN(policies) == SYNC_POLICY_COUNT, "every policy has words");
    const struct disk *disk = &machine_at(world, node)->disk;
    uint32_t count = disk_view(disk, NULL, 0);
    struct disk_view *views = heap_alloc(scratch, count * sizeof *views);
    disk_view(disk, views, count);
    uint64_t bytes = 0;
    inside->log.segments = heap_alloc(scratch, count * sizeof *inside->log.segments);
    inside->log.policy = policies[world->scenario->node.sync_policy];
    for (uint32_t i = 0; i < count; i++) {
        take_file(inside, &views[i]);
        bytes += views[i].size;
    }
    if (bytes <= INSIDE_FILE_BYTES)
        ask_recovery(world, disk, views, count, scratch, &inside->log);
    read_segments(disk, scratch, &inside->log);
}
