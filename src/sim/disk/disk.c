/*
 * disk.c: names and the page cache.
 *
 * Names are kept twice, as programs see them and as the device has them, with
 * the journal of changes in between; committing a change moves it from the one
 * to the other. Lists of names are small and sorted, so they are plain arrays.
 */
#include "sim/disk/disk_parts.h"

#include <string.h>

void *disk_grow(struct heap *heap, void *array, uint32_t count, uint32_t *room,
                uint32_t element_size)
{
    if (count < *room)
        return array;
    *room = MAX(8, 2 * *room);
    return heap_resize(heap, array, (size_t)*room * element_size);
}

void disk_clear(void *from, size_t size_bytes)
{
    if (size_bytes > 0)
        memset(from, 0, size_bytes);
}

void disk_init(struct disk *disk, struct heap *heap, const struct disk_config *config)
{
    uint32_t sector = config->sector_bytes ? config->sector_bytes : DISK_SECTOR_DEFAULT;
    CHECK_WHY(sector >= 16 && sector <= DISK_BLOCK_BYTES && (sector & (sector - 1)) == 0,
              "a sector is a power of two, 16 .. 4096");
    *disk = (struct disk){
        .heap = heap, .sector_bytes = sector, .faults = {.limit_bytes = DISK_NO_LIMIT}};
}

/* --- bytes ------------------------------------------------------------------------- */

static void ensure_blocks(struct disk *disk, struct disk_file *file, uint64_t size)
{
    uint64_t needed = (size + DISK_BLOCK_BYTES - 1) / DISK_BLOCK_BYTES;
    while (file->block_count < needed) {
        file->blocks = disk_grow(disk->heap, file->blocks, file->block_count, &file->block_room,
                                 sizeof *file->blocks);
        file->blocks[file->block_count++] = heap_alloc(disk->heap, DISK_BLOCK_BYTES);
    }
}

/* The stretch of a block that a range begins with. */
struct stretch {
    uint8_t *at;
    uint64_t size;
};

static struct stretch first_stretch(const struct disk_file *file, uint64_t offset, uint64_t size)
{
    uint64_t inside = offset % DISK_BLOCK_BYTES;
    return (struct stretch){file->blocks[offset / DISK_BLOCK_BYTES] + inside,
                            MIN(size, DISK_BLOCK_BYTES - inside)};
}

void disk_write_bytes(struct disk *disk, struct disk_file *file, uint64_t offset,
                      const uint8_t *data, uint64_t size)
{
    ensure_blocks(disk, file, offset + size);
    while (size > 0) {
        struct stretch stretch = first_stretch(file, offset, size);
        memcpy(stretch.at, data, stretch.size);
        offset += stretch.size;
        data += stretch.size;
        size -= stretch.size;
    }
}

void disk_zero_bytes(struct disk_file *file, uint64_t offset, uint64_t size)
{
    while (size > 0) {
        struct stretch stretch = first_stretch(file, offset, size);
        memset(stretch.at, 0, stretch.size);
        offset += stretch.size;
        size -= stretch.size;
    }
}

void disk_read_bytes(const struct disk_file *file, uint64_t offset, uint8_t *data, uint64_t size)
{
    while (size > 0) {
        struct stretch stretch = first_stretch(file, offset, size);
        memcpy(data, stretch.at, stretch.size);
        offset += stretch.size;
        data += stretch.size;
        size -= stretch.size;
    }
}

/* What lies past the end of a file is zero, so that equal files are equal pages. */
void disk_shrink(struct disk *disk, struct disk_file *file, uint64_t size)
{
    uint64_t kept = (size + DISK_BLOCK_BYTES - 1) / DISK_BLOCK_BYTES;
    while (file->block_count > kept)
        heap_free(disk->heap, file->blocks[--file->block_count]);
    if (size < kept * DISK_BLOCK_BYTES && size < file->size)
        disk_zero_bytes(file, size, MIN(file->size, kept * DISK_BLOCK_BYTES) - size);
    file->size = size;
}

/* --- names -------------------------------------------------------------------------- */

static bool is_name_before(struct file_name a, struct file_name b)
{
    return a.kind != b.kind ? a.kind < b.kind : a.number < b.number;
}

bool disk_find_name(const struct disk_name *names, uint32_t count, struct file_name name,
                    uint32_t *index)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_name_before(names[middle].name, name))
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return low < count && !is_name_before(name, names[low].name);
}

uint32_t disk_file_of(const struct disk *disk, struct file_name name)
{
    uint32_t index;
    bool is_there = disk_find_name(disk->names, disk->name_count, name, &index);
    return is_there ? disk->names[index].file : NO_DISK_FILE;
}

/* A list of names with its count and room, so that both lists are changed by one code. */
struct name_list {
    struct disk_name **names;
    uint32_t *count;
    uint32_t *room;
};

static struct name_list present_names(struct disk *disk)
{
    return (struct name_list){&disk->names, &disk->name_count, &disk->name_room};
}

static struct name_list durable_names(struct disk *disk)
{
    return (struct name_list){&disk->durable_names, &disk->durable_name_count,
                              &disk->durable_name_room};
}

/* Set what a name leads to, whether it is new or not. */
static void put_name(struct disk *disk, struct name_list list, struct file_name name, uint32_t file)
{
    uint32_t index;
    if (!disk_find_name(*list.names, *list.count, name, &index)) {
        *list.names =
            disk_grow(disk->heap, *list.names, *list.count, list.room, sizeof(struct disk_name));
        memmove(*list.names + index + 1, *list.names + index,
                (*list.count - index) * sizeof(struct disk_name));
        ++*list.count;
    }
    (*list.names)[index] = (struct disk_name){name, file};
}

/* Returns the file that the name led to, or NO_DISK_FILE. */
static uint32_t take_name(struct name_list list, struct file_name name)
{
    uint32_t index;
    if (!disk_find_name(*list.names, *list.count, name, &index))
        return NO_DISK_FILE;
    uint32_t file = (*list.names)[index].file;
    --*list.count;
    memmove(*list.names + index, *list.names + index + 1,
            (*list.count - index) * sizeof(struct disk_name));
    (*list.names)[*list.count] = (struct disk_name){{0, 0}, 0};
    return file;
}

/* --- the journal ---------------------------------------------------------------------- */

static uint64_t write_journal(struct disk *disk, struct disk_change change)
{
    change.sequence = ++disk->journal_sequence;
    disk->journal = disk_grow(disk->heap, disk->journal, disk->journal_count, &disk->journal_room,
                              sizeof change);
    disk->journal[disk->journal_count++] = change;
    return change.sequence;
}

static void remove_changes(struct disk *disk, uint32_t index, uint32_t count)
{
    memmove(disk->journal + index, disk->journal + index + count,
            (disk->journal_count - index - count) * sizeof *disk->journal);
    disk->journal_count -= count;
    disk_clear(disk->journal + disk->journal_count, count * sizeof *disk->journal);
}

void disk_drop_change(struct disk *disk, uint64_t sequence)
{
    for (uint32_t i = 0; i < disk->journal_count; i++)
        if (disk->journal[i].sequence == sequence) {
            remove_changes(disk, i, 1);
            return;
        }
}

void disk_forget_cut(struct disk *disk, struct disk_file *file)
{
    heap_free(disk->heap, file->cut_tail);
    file->cut_tail = NULL;
    file->cut_change = 0;
    file->cut_at = 0;
    file->cut_size = 0;
}

static void commit_change(struct disk *disk, const struct disk_change *change)
{
    struct name_list list = durable_names(disk);
    uint32_t file;
    switch (change->kind) {
    case CHANGE_CREATE: put_name(disk, list, change->name, change->file); break;
    case CHANGE_REMOVE: take_name(list, change->name); break;
    case CHANGE_RENAME:
        file = take_name(list, change->name);
        put_name(disk, list, change->to, file);
        break;
    case CHANGE_TRUNCATE: disk_forget_cut(disk, &disk->files[change->file]); break;
    default: CHECK_WHY(false, "a change of no known kind");
    }
}

void disk_commit_journal(struct disk *disk, uint64_t sequence)
{
    uint32_t count = 0;
    while (count < disk->journal_count && disk->journal[count].sequence <= sequence)
        commit_change(disk, &disk->journal[count++]);
    if (count == 0)
        return;
    remove_changes(disk, 0, count);
    disk_free_unnamed(disk);
}

void disk_commit_names(struct disk *disk, uint64_t sequence)
{
    uint32_t index = 0;
    while (index < disk->journal_count && disk->journal[index].sequence <= sequence) {
        if (disk->journal[index].kind == CHANGE_TRUNCATE) {
            index++; /* waits for a sync of its file */
            continue;
        }
        commit_change(disk, &disk->journal[index]);
        remove_changes(disk, index, 1);
    }
    disk_free_unnamed(disk);
}

/* --- files ---------------------------------------------------------------------------- */

static uint32_t take_file_slot(struct disk *disk)
{
    uint32_t file = 0;
    while (file < disk->file_count && disk->files[file].is_live)
        file++;
    if (file == disk->file_count) {
        disk->files = disk_grow(disk->heap, disk->files, disk->file_count, &disk->file_room,
                                sizeof *disk->files);
        disk->file_count++;
    }
    disk->files[file].is_live = true;
    return file;
}

static void free_file(struct disk *disk, uint32_t index)
{
    struct disk_file *file = &disk->files[index];
    for (uint32_t i = 0; i < disk->operation_count; i++)
        if (disk->operations[i].kind != DISK_OPERATION_NONE && disk->operations[i].file == index)
            disk->operations[i].file = NO_DISK_FILE;
    disk_shrink(disk, file, 0);
    disk_forget_bad(disk, index, 0);
    disk_drop_change(disk, file->cut_change);
    disk_forget_cut(disk, file);
    heap_free(disk->heap, file->blocks);
    *file = (struct disk_file){0};
    disk_trim_extents(disk);
}

void disk_free_unnamed(struct disk *disk)
{
    for (uint32_t i = 0; i < disk->file_count; i++)
        disk->files[i].is_reached = false;
    for (uint32_t i = 0; i < disk->name_count; i++)
        disk->files[disk->names[i].file].is_reached = true;
    for (uint32_t i = 0; i < disk->durable_name_count; i++)
        disk->files[disk->durable_names[i].file].is_reached = true;
    for (uint32_t i = 0; i < disk->journal_count; i++)
        if (disk->journal[i].kind == CHANGE_CREATE)
            disk->files[disk->journal[i].file].is_reached = true;
    for (uint32_t i = 0; i < disk->file_count; i++)
        if (disk->files[i].is_live && !disk->files[i].is_reached)
            free_file(disk, i);
}

/* --- extents -------------------------------------------------------------------------- */

static void add_extent(struct disk *disk, uint32_t file, uint64_t from, uint64_t to)
{
    struct disk_extent *last =
        disk->extent_count > 0 ? &disk->extents[disk->extent_count - 1] : NULL;
    if (last && last->file == file && last->to == from) {
        last->to = to;
        return;
    }
    disk->extents = disk_grow(disk->heap, disk->extents, disk->extent_count, &disk->extent_room,
                              sizeof *disk->extents);
    disk->extents[disk->extent_count++] = (struct disk_extent){file, 0, from, to};
}

void disk_trim_extents(struct disk *disk)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < disk->extent_count; i++) {
        struct disk_extent extent = disk->extents[i];
        extent.from = MAX(extent.from, disk->files[extent.file].durable_size);
        extent.to = MIN(extent.to, disk->files[extent.file].size);
        if (extent.from < extent.to)
            disk->extents[kept++] = extent;
    }
    if (kept < disk->extent_count)
        disk_clear(disk->extents + kept, (disk->extent_count - kept) * sizeof *disk->extents);
    disk->extent_count = kept;
}

/* --- what programs call ----------------------------------------------------------------- */

static bool has_room(const struct disk *disk, const struct disk_config *config, uint64_t size)
{
    uint64_t capacity = config->capacity_bytes ? config->capacity_bytes : DISK_NO_LIMIT;
    uint64_t limit = MIN(capacity, disk->faults.limit_bytes);
    return disk->used_bytes <= limit && size <= limit - disk->used_bytes;
}

static uint32_t create_file(struct disk *disk, struct file_name name)
{
    uint32_t file = take_file_slot(disk);
    put_name(disk, present_names(disk), name, file);
    write_journal(disk, (struct disk_change){CHANGE_CREATE, file, name, {0, 0}, 0});
    return file;
}

enum disk_status disk_append(struct disk *disk, const struct disk_config *config,
                             struct file_name name, const uint8_t *data, uint32_t size)
{
    CHECK_WHY(name.kind != FILE_NONE, "the directory is no file");
    if (disk->faults.fail_appends > 0) {
        disk->faults.fail_appends--;
        return DISK_IO_ERROR;
    }
    if (!has_room(disk, config, size))
        return DISK_NO_SPACE;
    uint32_t index = disk_file_of(disk, name);
    if (index == NO_DISK_FILE)
        index = create_file(disk, name);
    struct disk_file *file = &disk->files[index];
    disk_write_bytes(disk, file, file->size, data, size);
    if (size > 0)
        add_extent(disk, index, file->size, file->size + size);
    file->size += size;
    disk->used_bytes += size;
    disk->append_count++;
    return DISK_OK;
}

/* Durable bytes are about to be cut off: keep them, for a crash may undo the cut. A file has
 * at most one such cut; a second one finds the journal written out up to the first, which a
 * system may do at any time. */
static void keep_cut_tail(struct disk *disk, uint32_t index, uint64_t size)
{
    struct disk_file *file = &disk->files[index];
    if (file->cut_change != 0)
        disk_commit_journal(disk, file->cut_change);
    file->cut_at = size;
    file->cut_size = file->durable_size - size;
    file->cut_tail = heap_alloc(disk->heap, file->cut_size);
    disk_read_bytes(file, size, file->cut_tail, file->cut_size);
    file->durable_size = size;
    file->cut_change =
        write_journal(disk, (struct disk_change){CHANGE_TRUNCATE, index, {0, 0}, {0, 0}, 0});
}

/* Syncs under way cover nothing that is cut off, whatever is appended in its place. */
static void clip_operations(struct disk *disk, uint32_t file, uint64_t size)
{
    for (uint32_t i = 0; i < disk->operation_count; i++)
        if (disk->operations[i].kind == DISK_OPERATION_SYNC && disk->operations[i].file == file)
            disk->operations[i].covers = MIN(disk->operations[i].covers, size);
}

enum disk_status disk_truncate(struct disk *disk, struct file_name name, uint64_t size)
{
    uint32_t index = disk_file_of(disk, name);
    if (index == NO_DISK_FILE)
        return DISK_NOT_FOUND;
    struct disk_file *file = &disk->files[index];
    if (size >= file->size)
        return DISK_OK;
    if (size < file->durable_size)
        keep_cut_tail(disk, index, size);
    disk->used_bytes -= file->size - size;
    disk_shrink(disk, file, size);
    file->syncing_size = MIN(file->syncing_size, size);
    file->promised_size = MIN(file->promised_size, size);
    disk_forget_bad(disk, index, size);
    clip_operations(disk, index, size);
    disk_trim_extents(disk);
    return DISK_OK;
}

/* The bytes of a file that has just lost its name are free for others. */
static void uncount_bytes(struct disk *disk, uint32_t file)
{
    if (file != NO_DISK_FILE)
        disk->used_bytes -= disk->files[file].size;
}

enum disk_status disk_rename(struct disk *disk, struct file_name from, struct file_name to)
{
    CHECK_WHY(to.kind != FILE_NONE, "the directory is no file");
    uint32_t file = disk_file_of(disk, from);
    if (file == NO_DISK_FILE)
        return DISK_NOT_FOUND;
    if (from.kind == to.kind && from.number == to.number)
        return DISK_OK;
    uncount_bytes(disk, take_name(present_names(disk), to));
    take_name(present_names(disk), from);
    put_name(disk, present_names(disk), to, file);
    write_journal(disk, (struct disk_change){CHANGE_RENAME, file, from, to, 0});
    disk_free_unnamed(disk);
    return DISK_OK;
}

enum disk_status disk_remove(struct disk *disk, struct file_name name)
{
    uint32_t file = take_name(present_names(disk), name);
    if (file == NO_DISK_FILE)
        return DISK_NOT_FOUND;
    uncount_bytes(disk, file);
    write_journal(disk, (struct disk_change){CHANGE_REMOVE, file, name, {0, 0}, 0});
    disk_free_unnamed(disk);
    return DISK_OK;
}

uint32_t disk_list(const struct disk *disk, struct file_entry *entries, uint32_t capacity)
{
    for (uint32_t i = 0; i < MIN(capacity, disk->name_count); i++)
        entries[i] =
            (struct file_entry){disk->names[i].name, disk->files[disk->names[i].file].size};
    return disk->name_count;
}

bool disk_has(const struct disk *disk, struct file_name name)
{
    return disk_file_of(disk, name) != NO_DISK_FILE;
}

uint64_t disk_size(const struct disk *disk, struct file_name name)
{
    uint32_t file = disk_file_of(disk, name);
    return file == NO_DISK_FILE ? 0 : disk->files[file].size;
}

uint32_t disk_copy(const struct disk *disk, struct file_name name, uint64_t offset, uint8_t *data,
                   uint32_t size)
{
    uint32_t index = disk_file_of(disk, name);
    if (index == NO_DISK_FILE || offset >= disk->files[index].size)
        return 0;
    uint32_t count = (uint32_t)MIN(disk->files[index].size - offset, size);
    disk_read_bytes(&disk->files[index], offset, data, count);
    return count;
}

void disk_set_free(struct disk *disk, uint64_t free_bytes)
{
    bool is_unlimited = free_bytes > DISK_NO_LIMIT - disk->used_bytes;
    disk->faults.limit_bytes = is_unlimited ? DISK_NO_LIMIT : disk->used_bytes + free_bytes;
}
