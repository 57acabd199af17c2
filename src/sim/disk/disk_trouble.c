/*
 * disk_trouble.c: what a device does wrong without telling.
 *
 *   a lying sync     is told to have worked; nothing reached the device. As long as the machine
 *                    runs, nobody can see it: the page cache has everything. A power loss shows it.
 *                    The next honest sync of the file makes all of it durable.
 *   misdirection     a sector of a sync lands on another one that was durable, and where it should
 *                    be there are zeros; or a read brings the bytes of another place of its file
 *                    (Krioukov et al., "Parity Lost and Parity Regained", FAST 2008).
 *   a bad sector     answers no read any more, until it is written anew; files only grow, so that
 *                    is when the file is cut before it, or gone (Bairavasundaram et al.,
 *                    SIGMETRICS 2007).
 *
 * Simplified: pages and device share their bytes (disk_parts.h), so what a misdirected write spoils
 * is spoilt in the page cache at once, too.
 */
#include "sim/disk/disk_parts.h"

void disk_promise(struct disk *disk, const struct disk_operation *operation)
{
    if (operation->kind == DISK_OPERATION_SYNC_NAMES) {
        disk->promised_changes = MAX(disk->promised_changes, operation->changes);
    } else if (operation->file != NO_DISK_FILE) {
        struct disk_file *file = &disk->files[operation->file];
        file->promised_size = MAX(file->promised_size, operation->covers);
    }
}

/* The first sector of what was to be written, [from, covers), goes to one before it. */
void disk_misplace(struct disk *disk, const struct disk_operation *operation, uint64_t from)
{
    struct disk_file *file = &disk->files[operation->file];
    uint8_t sector[DISK_BLOCK_BYTES];
    uint64_t size = MIN(operation->covers - from, disk->sector_bytes);
    uint64_t places = from / disk->sector_bytes;
    disk_read_bytes(file, from, sector, size);
    disk_zero_bytes(file, from, size);
    if (places == 0)
        return; /* there is nothing before it: it went to where no file is */
    uint64_t there = mix_below(operation->bits, places) * disk->sector_bytes;
    disk_write_bytes(disk, file, there, sector, size);
}

uint64_t disk_wrong_place(const struct disk *disk, const struct disk_operation *operation)
{
    uint64_t sectors = disk->files[operation->file].size / disk->sector_bytes + 1;
    uint64_t step = 1 + mix_below(operation->bits, MAX(sectors, 2) - 1);
    return operation->offset + step * disk->sector_bytes;
}

void disk_fetch(const struct disk *disk, const struct disk_done *done, uint8_t *data)
{
    uint32_t there = disk_copy(disk, done->name, done->offset, data, done->size);
    disk_clear(data + there, done->size - there);
}

/* --- bad sectors ---------------------------------------------------------------------------- */

bool disk_is_bad(const struct disk *disk, uint32_t file, uint64_t offset, uint64_t size)
{
    for (uint32_t i = 0; i < disk->bad_count; i++)
        if (disk->bad[i].file == file && disk->bad[i].offset < offset + size &&
            offset < disk->bad[i].offset + disk->sector_bytes)
            return true;
    return false;
}

void disk_forget_bad(struct disk *disk, uint32_t file, uint64_t size)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < disk->bad_count; i++)
        if (disk->bad[i].file != file || disk->bad[i].offset < size)
            disk->bad[kept++] = disk->bad[i];
    disk_clear(disk->bad + kept, (disk->bad_count - kept) * sizeof *disk->bad);
    disk->bad_count = kept;
}

bool disk_spoil(struct disk *disk, struct file_name name, uint64_t offset)
{
    uint32_t file = disk_file_of(disk, name);
    if (file == NO_DISK_FILE || offset >= disk->files[file].size ||
        disk->bad_count == DISK_BAD_SECTORS_MAX)
        return false;
    disk->bad[disk->bad_count++] =
        (struct disk_bad_sector){file, 0, offset - offset % disk->sector_bytes};
    return true;
}

/* --- images
 * ------------------------------------------------------------------------------------ */

void disk_image(struct disk *to, struct heap *heap, const struct disk *from,
                const struct disk_config *config)
{
    disk_init(to, heap, config);
    for (uint32_t i = 0; i < from->durable_name_count; i++) {
        const struct disk_name *name = &from->durable_names[i];
        const struct disk_file *file = &from->files[name->file];
        uint64_t size = MIN(file->durable_size, file->size);
        uint8_t *bytes = heap_alloc(heap, size);
        disk_read_bytes(file, 0, bytes, size);
        disk_append(to, config, name->name, bytes, (uint32_t)size);
        heap_free(heap, bytes);
    }
    disk_settle(to);
    to->append_count = 0;
}
