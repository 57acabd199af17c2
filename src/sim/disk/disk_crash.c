/*
 * disk_crash.c: what a crash leaves; damage; and what there is to see.
 *
 * A crash of the machine is worked out in three steps: which unsynced sectors
 * made it, which changes of names made it, and then the device's view becomes the
 * only one. The draws of RANDOM are about (crash, file, sector), so what happens to
 * one file does not depend on what else was being written.
 */
#include "sim/disk/disk_parts.h"

/* What a draw of a crash is about, besides sectors: numbers that no sector has. */
#define ABOUT_TAIL  UINT64_MAX
#define ABOUT_NAMES (UINT64_MAX - 1)

/* --- unsynced sectors, in the order of writing ----------------------------------------- */

/* A walk over them: each sector once, where it was first written to. */
struct sector_walk {
    uint32_t extent;
    uint64_t offset; /* of the next byte to look at in this extent; 0: at its start */
};

struct sector {
    uint32_t file;
    uint64_t from; /* its unsynced bytes: from .. to */
    uint64_t to;
    uint64_t start; /* of the sector itself */
};

/* Where the extent's own sectors begin: its first one may belong to an earlier extent. */
static uint64_t own_start(const struct disk *disk, const struct disk_extent *extent)
{
    const struct disk_file *file = &disk->files[extent->file];
    uint64_t start = extent->from - extent->from % disk->sector_bytes;
    bool is_shared = MAX(file->durable_size, start) < extent->from;
    return is_shared ? start + disk->sector_bytes : extent->from;
}

static bool next_sector(const struct disk *disk, struct sector_walk *walk, struct sector *sector)
{
    for (; walk->extent < disk->extent_count; walk->extent++, walk->offset = 0) {
        const struct disk_extent *extent = &disk->extents[walk->extent];
        uint64_t from = walk->offset ? walk->offset : own_start(disk, extent);
        if (from >= extent->to)
            continue;
        sector->file = extent->file;
        sector->from = from;
        sector->start = from - from % disk->sector_bytes;
        sector->to = MIN(sector->start + disk->sector_bytes, disk->files[extent->file].size);
        walk->offset = sector->start + disk->sector_bytes;
        return true;
    }
    return false;
}

uint32_t disk_unsynced_sectors(const struct disk *disk)
{
    struct sector_walk walk = {0};
    struct sector sector;
    uint32_t count = 0;
    while (next_sector(disk, &walk, &sector))
        count++;
    return count;
}

uint32_t disk_unsynced_names(const struct disk *disk)
{
    return disk->journal_count;
}

uint64_t disk_unsynced_bytes(const struct disk *disk)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < disk->file_count; i++)
        bytes += disk->files[i].size - disk->files[i].durable_size;
    return bytes;
}

/* --- which sectors made it ---------------------------------------------------------------- */

/* Bytes up to `to` are on the device. */
static void keep_up_to(struct disk *disk, uint32_t file, uint64_t to)
{
    disk->files[file].syncing_size = MAX(disk->files[file].syncing_size, to);
}

/* The first so many, the last one perhaps cut: in each file that is a prefix. */
static void keep_first_sectors(struct disk *disk, const struct disk_crash *crash)
{
    struct sector_walk walk = {0};
    struct sector sector;
    for (uint32_t i = 0; i < crash->sectors && next_sector(disk, &walk, &sector); i++) {
        bool is_cut = i + 1 == crash->sectors && crash->cut_bytes > 0;
        uint64_t cut_at = sector.start + MIN(crash->cut_bytes, disk->sector_bytes);
        keep_up_to(disk, sector.file,
                   is_cut ? MIN(MAX(cut_at, sector.from), sector.to) : sector.to);
    }
}

static uint64_t draw_about(const struct disk_crash *crash, const struct disk *disk, uint32_t file,
                           uint64_t what)
{
    for (uint32_t i = 0; i < disk->name_count; i++)
        if (disk->names[i].file == file)
            return mix(crash->bits,
                       (uint64_t)disk->names[i].name.kind << 32 | disk->names[i].name.number, what);
    return mix(crash->bits, UINT64_MAX - file, what); /* it has lost its name already */
}

/* Each or not. One that did not make it reads as zeros, unless the file ends before it. */
static void keep_drawn_sectors(struct disk *disk, const struct disk_crash *crash,
                               struct disk_loss *loss)
{
    struct sector_walk walk = {0};
    struct sector sector;
    while (next_sector(disk, &walk, &sector)) {
        uint64_t bits = draw_about(crash, disk, sector.file, sector.start / disk->sector_bytes);
        if (mix_below(bits, 2) == 1) {
            keep_up_to(disk, sector.file, sector.to);
        } else {
            disk_zero_bytes(&disk->files[sector.file], sector.from, sector.to - sector.from);
            loss->betrayed |= sector.from < disk->files[sector.file].promised_size;
            loss->lost_bytes += sector.to - sector.from;
        }
    }
    for (uint32_t i = 0; i < disk->file_count; i++) {
        struct disk_file *file = &disk->files[i];
        if (file->size > file->syncing_size && mix_below(draw_about(crash, disk, i, ABOUT_TAIL), 2))
            file->syncing_size = file->size; /* the size made it, its bytes did not */
    }
}

/* From here on syncing_size means: what will be left of the file. */
static void choose_sectors(struct disk *disk, const struct disk_crash *crash,
                           struct disk_loss *loss)
{
    for (uint32_t i = 0; i < disk->file_count; i++)
        disk->files[i].syncing_size = disk->files[i].durable_size;
    if (crash->mode == CRASH_TEAR)
        keep_first_sectors(disk, crash);
    else if (crash->mode == CRASH_RANDOM)
        keep_drawn_sectors(disk, crash, loss);
}

static void end_files_there(struct disk *disk, const struct disk_crash *crash,
                            struct disk_loss *loss)
{
    for (uint32_t i = 0; i < disk->file_count; i++) {
        struct disk_file *file = &disk->files[i];
        if (crash->mode != CRASH_RANDOM)
            loss->lost_bytes += file->size - file->syncing_size;
        loss->betrayed |= file->syncing_size < MIN(file->promised_size, file->size);
        if (file->size > file->syncing_size)
            disk_shrink(disk, file, file->syncing_size);
        file->durable_size = file->size;
        file->promised_size = 0;
    }
}

/* --- which names made it -------------------------------------------------------------------- */

static uint32_t surviving_changes(const struct disk *disk, const struct disk_crash *crash)
{
    if (crash->mode == CRASH_TEAR)
        return MIN(crash->names, disk->journal_count);
    if (crash->mode == CRASH_RANDOM)
        return (uint32_t)mix_below(mix(crash->bits, ABOUT_NAMES, 0),
                                   (uint64_t)disk->journal_count + 1);
    return 0;
}

/* A truncation that did not make it: the old bytes are back. */
static void undo_cut(struct disk *disk, struct disk_file *file)
{
    disk_shrink(disk, file, file->cut_at);
    disk_write_bytes(disk, file, file->cut_at, file->cut_tail, file->cut_size);
    file->size = file->cut_at + file->cut_size;
    file->durable_size = file->size;
    file->syncing_size = file->size;
    disk_forget_cut(disk, file);
}

static void forget_journal(struct disk *disk)
{
    disk_clear(disk->journal, disk->journal_count * sizeof *disk->journal);
    disk->journal_count = 0;
    for (uint32_t i = 0; i < disk->file_count; i++)
        if (disk->files[i].cut_change != 0)
            undo_cut(disk, &disk->files[i]);
}

static void show_durable_names(struct disk *disk)
{
    while (disk->name_room < disk->durable_name_count)
        disk->names = disk_grow(disk->heap, disk->names, disk->name_room, &disk->name_room,
                                sizeof *disk->names);
    disk_clear(disk->names, disk->name_count * sizeof *disk->names);
    disk->name_count = disk->durable_name_count;
    disk->used_bytes = 0;
    for (uint32_t i = 0; i < disk->name_count; i++) {
        disk->names[i] = disk->durable_names[i];
        disk->used_bytes += disk->files[disk->names[i].file].size;
    }
}

/* --- the crash --------------------------------------------------------------------------- */

static void drop_operations(struct disk *disk)
{
    for (uint32_t i = 0; i < disk->operation_count; i++)
        disk->operations[i] = (struct disk_operation){0};
    disk->ended_count = disk->begun_count;
    for (uint32_t i = 0; i < disk->file_count; i++)
        disk->files[i].syncing_size = disk->files[i].durable_size;
}

struct disk_loss disk_crash(struct disk *disk, const struct disk_crash *crash)
{
    struct disk_loss loss = {.unsynced_bytes = disk_unsynced_bytes(disk),
                             .unsynced_names = disk->journal_count};
    if (crash->mode == CRASH_KEEP) {
        drop_operations(disk);
        return loss;
    }
    choose_sectors(disk, crash, &loss);
    end_files_there(disk, crash, &loss);
    uint32_t kept = surviving_changes(disk, crash);
    loss.lost_names = disk->journal_count - kept;
    loss.betrayed |= loss.lost_names > 0 && disk->journal[kept].sequence <= disk->promised_changes;
    if (kept > 0)
        disk_commit_journal(disk, disk->journal[kept - 1].sequence);
    forget_journal(disk);
    show_durable_names(disk);
    disk_trim_extents(disk);
    disk_free_unnamed(disk);
    drop_operations(disk);
    disk->free_at = 0;
    return loss;
}

void disk_settle(struct disk *disk)
{
    for (uint32_t i = 0; i < disk->file_count; i++)
        disk->files[i].durable_size = disk->files[i].syncing_size = disk->files[i].size;
    if (disk->journal_count > 0)
        disk_commit_journal(disk, disk->journal[disk->journal_count - 1].sequence);
    disk_trim_extents(disk);
}

bool disk_corrupt(struct disk *disk, struct file_name name, uint64_t offset, uint64_t size,
                  uint8_t mask)
{
    uint32_t index = disk_file_of(disk, name);
    if (index == NO_DISK_FILE || offset > disk->files[index].size ||
        size > disk->files[index].size - offset)
        return false;
    for (uint64_t at = offset; at < offset + size; at++)
        disk->files[index].blocks[at / DISK_BLOCK_BYTES][at % DISK_BLOCK_BYTES] ^= mask;
    return true;
}

/* --- for people and checks ------------------------------------------------------------------ */

uint32_t disk_view(const struct disk *disk, struct disk_view *views, uint32_t capacity)
{
    for (uint32_t i = 0; i < MIN(capacity, disk->name_count); i++) {
        const struct disk_name *name = &disk->names[i];
        const struct disk_file *file = &disk->files[name->file];
        uint32_t at;
        bool is_durable =
            disk_find_name(disk->durable_names, disk->durable_name_count, name->name, &at) &&
            disk->durable_names[at].file == name->file;
        views[i] = (struct disk_view){name->name, file->size, file->durable_size, is_durable};
    }
    return disk->name_count;
}

uint64_t disk_bytes_of_kind(const struct disk *disk, uint32_t kind)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < disk->name_count; i++)
        if (disk->names[i].name.kind == kind)
            bytes += disk->files[disk->names[i].file].size;
    return bytes;
}

static void digest_name(struct digest *digest, struct file_name name, uint32_t file)
{
    digest_word(digest, (uint64_t)name.kind << 32 | name.number);
    digest_word(digest, file);
}

static void digest_file(struct digest *digest, const struct disk_file *file)
{
    digest_word(digest, file->is_live);
    digest_word(digest, file->size);
    digest_word(digest, file->durable_size);
    digest_word(digest, file->syncing_size);
    digest_word(digest, file->promised_size);
    digest_word(digest, file->cut_change);
    digest_word(digest, file->cut_at);
    digest_bytes(digest, file->cut_tail, file->cut_size);
    for (uint64_t at = 0; at < file->size; at += DISK_BLOCK_BYTES)
        digest_bytes(digest, file->blocks[at / DISK_BLOCK_BYTES],
                     MIN(file->size - at, DISK_BLOCK_BYTES));
}

static void digest_names(const struct disk *disk, struct digest *digest)
{
    digest_word(digest, disk->name_count);
    for (uint32_t i = 0; i < disk->name_count; i++)
        digest_name(digest, disk->names[i].name, disk->names[i].file);
    digest_word(digest, disk->durable_name_count);
    for (uint32_t i = 0; i < disk->durable_name_count; i++)
        digest_name(digest, disk->durable_names[i].name, disk->durable_names[i].file);
    digest_word(digest, disk->journal_count);
    for (uint32_t i = 0; i < disk->journal_count; i++) {
        digest_word(digest, disk->journal[i].kind);
        digest_name(digest, disk->journal[i].name, disk->journal[i].file);
        digest_name(digest, disk->journal[i].to, 0);
        digest_word(digest, disk->journal[i].sequence);
    }
}

static void digest_device(const struct disk *disk, struct digest *digest)
{
    digest_word(digest, disk->free_at);
    digest_word(digest, disk->begun_count);
    digest_word(digest, disk->ended_count);
    for (uint32_t i = 0; i < disk->operation_count; i++) {
        const struct disk_operation *operation = &disk->operations[i];
        digest_word(digest, operation->kind);
        digest_word(digest, operation->status);
        digest_name(digest, operation->name, operation->file);
        digest_word(digest, operation->token);
        digest_word(digest, operation->order);
        digest_word(digest, operation->covers);
        digest_word(digest, operation->changes);
        digest_word(digest, operation->offset);
        digest_word(digest, operation->size);
        digest_word(digest, operation->trouble);
        digest_word(digest, operation->bits);
    }
}

static void digest_faults(const struct disk_faults *faults, struct digest *digest)
{
    digest_word(digest, faults->fail_appends);
    digest_word(digest, faults->fail_syncs);
    digest_word(digest, faults->fail_reads);
    digest_word(digest, faults->slow_factor);
    digest_word(digest, faults->limit_bytes);
    digest_word(digest, faults->stall_until);
    digest_word(digest, faults->device_factor);
    digest_word(digest, faults->is_lying);
    digest_word(digest, faults->misdirect_writes);
    digest_word(digest, faults->misdirect_reads);
}

static void digest_trouble(const struct disk *disk, struct digest *digest)
{
    digest_word(digest, disk->promised_changes);
    digest_word(digest, disk->bad_count);
    for (uint32_t i = 0; i < disk->bad_count; i++) {
        digest_word(digest, disk->bad[i].file);
        digest_word(digest, disk->bad[i].offset);
    }
}

void disk_digest(const struct disk *disk, struct digest *digest)
{
    digest_word(digest, disk->sector_bytes);
    digest_faults(&disk->faults, digest);
    digest_word(digest, disk->file_count);
    for (uint32_t i = 0; i < disk->file_count; i++)
        digest_file(digest, &disk->files[i]);
    digest_names(disk, digest);
    digest_word(digest, disk->extent_count);
    for (uint32_t i = 0; i < disk->extent_count; i++) {
        digest_word(digest, disk->extents[i].file);
        digest_word(digest, disk->extents[i].from);
        digest_word(digest, disk->extents[i].to);
    }
    digest_device(disk, digest);
    digest_trouble(disk, digest);
    digest_word(digest, disk->used_bytes);
}
