/*
 * disk_device.c: everything that takes time.
 *
 *     begin --> | waits for the device | latency * slowness | bytes / bandwidth | --> complete
 *
 * What an operation covers is written down when it begins; what it changes, it
 * changes when it completes. In between a crash may come, and then it has never
 * been: the device may have written some of the sectors, which is what the modes
 * of a crash are about.
 */
#include "sim/disk/disk_parts.h"

/* --- time --------------------------------------------------------------------------- */

static vtime transfer_ns(const struct disk_config *config, uint64_t bytes)
{
    if (config->bandwidth == 0)
        return 0;
    uint128 ns = (uint128)bytes * SECOND / config->bandwidth;
    return ns > DISTRIBUTION_CEILING ? DISTRIBUTION_CEILING : (vtime)ns;
}

/* Take the device for an operation; returns when it will be done. */
static vtime occupy(struct disk *disk, vtime now, vtime duration)
{
    uint32_t factor = MAX(disk->faults.slow_factor, disk->faults.device_factor);
    uint128 slowed = (uint128)duration * MAX(factor, 1);
    vtime start = MAX(MAX(now, disk->free_at), disk->faults.stall_until);
    CHECK_WHY(start < VTIME_NEVER / 2, "the disk is booked beyond the end of time");
    vtime took = slowed > DISTRIBUTION_CEILING ? DISTRIBUTION_CEILING : (vtime)slowed;
    disk->free_at = start + MAX(took, 1);
    return disk->free_at;
}

/* What a draw is about: the caller's bits, and this file. */
static uint64_t bits_about(uint64_t bits, struct file_name name)
{
    return mix_pair(bits, (uint64_t)name.kind << 32 | name.number);
}

/* --- begin --------------------------------------------------------------------------- */

static uint32_t take_operation(struct disk *disk, struct disk_operation operation)
{
    uint32_t index = 0;
    while (index < disk->operation_count && disk->operations[index].kind != DISK_OPERATION_NONE)
        index++;
    if (index == disk->operation_count) {
        disk->operations = disk_grow(disk->heap, disk->operations, disk->operation_count,
                                     &disk->operation_room, sizeof operation);
        disk->operation_count++;
    }
    operation.order = ++disk->begun_count;
    disk->operations[index] = operation;
    return index;
}

static bool take_fault(uint32_t *countdown)
{
    if (*countdown == 0)
        return false;
    --*countdown;
    return true;
}

/* Bytes that this sync has to write: those that no sync before it has taken on. */
static uint64_t take_on_unsynced(struct disk_file *file)
{
    uint64_t from = MAX(file->durable_size, file->syncing_size);
    file->syncing_size = file->size;
    return file->size - MIN(from, file->size);
}

uint32_t disk_sync_begin(struct disk *disk, const struct disk_config *config, vtime now,
                         struct file_name name, uint64_t token, uint64_t bits, vtime *done_at)
{
    struct disk_operation operation = {.kind = DISK_OPERATION_SYNC,
                                       .status = DISK_OK,
                                       .file = disk_file_of(disk, name),
                                       .name = name,
                                       .token = token,
                                       .changes = disk->journal_sequence};
    uint64_t bytes = 0;
    if (name.kind == FILE_NONE) {
        operation.kind = DISK_OPERATION_SYNC_NAMES;
    } else if (operation.file == NO_DISK_FILE) {
        operation.status = DISK_NOT_FOUND;
    } else {
        operation.covers = disk->files[operation.file].size;
        bytes = take_on_unsynced(&disk->files[operation.file]);
    }
    if (take_fault(&disk->faults.fail_syncs))
        operation.status = DISK_IO_ERROR;
    else if (disk->faults.is_lying)
        operation.trouble = DISK_LIED;
    else if (name.kind != FILE_NONE && take_fault(&disk->faults.misdirect_writes))
        operation.trouble = DISK_MISDIRECTED;
    operation.bits = operation.trouble == DISK_MISDIRECTED ? bits : 0;
    vtime latency = sample(&config->sync_latency, bits_about(bits, name));
    *done_at = occupy(disk, now, latency + transfer_ns(config, bytes));
    disk->sync_count++;
    return take_operation(disk, operation);
}

uint32_t disk_read_begin(struct disk *disk, const struct disk_config *config, vtime now,
                         struct file_name name, uint64_t offset, uint32_t size, uint64_t token,
                         uint64_t bits, vtime *done_at)
{
    struct disk_operation operation = {.kind = DISK_OPERATION_READ,
                                       .status = DISK_OK,
                                       .file = disk_file_of(disk, name),
                                       .name = name,
                                       .token = token,
                                       .offset = offset,
                                       .size = size};
    if (operation.file == NO_DISK_FILE)
        operation.status = DISK_NOT_FOUND;
    if (take_fault(&disk->faults.fail_reads) || disk_is_bad(disk, operation.file, offset, size))
        operation.status = DISK_IO_ERROR;
    else if (take_fault(&disk->faults.misdirect_reads))
        operation.trouble = DISK_MISDIRECTED;
    operation.bits = operation.trouble == DISK_MISDIRECTED ? bits : 0;
    vtime latency = sample(&config->read_latency, bits_about(bits, name));
    *done_at = occupy(disk, now, latency + transfer_ns(config, size));
    disk->read_count++;
    return take_operation(disk, operation);
}

/* --- complete --------------------------------------------------------------------------- */

/* The bytes are on the device, and so is a truncation that came before them. */
static void end_sync(struct disk *disk, const struct disk_operation *operation)
{
    struct disk_file *file = &disk->files[operation->file];
    if (file->cut_change != 0 && file->cut_change <= operation->changes) {
        disk_drop_change(disk, file->cut_change);
        disk_forget_cut(disk, file);
    }
    if (operation->covers <= file->durable_size)
        return;
    uint64_t from = file->durable_size;
    disk->synced_bytes += operation->covers - from;
    file->durable_size = operation->covers;
    disk_trim_extents(disk);
    if (operation->trouble == DISK_MISDIRECTED)
        disk_misplace(disk, operation, from);
}

/* The kernel could not write the bytes, and takes them for written: they are gone. */
static void drop_unwritten(struct disk *disk, const struct disk_operation *operation)
{
    struct disk_file *file = &disk->files[operation->file];
    if (operation->covers > file->durable_size)
        disk_zero_bytes(file, file->durable_size, operation->covers - file->durable_size);
    file->syncing_size = file->durable_size;
}

static uint32_t readable_bytes(const struct disk *disk, const struct disk_operation *operation)
{
    uint64_t size = disk->files[operation->file].size;
    return (uint32_t)MIN(size - MIN(operation->offset, size), operation->size);
}

static void carry_out(struct disk *disk, const struct disk_operation *operation)
{
    bool is_file_gone = operation->file == NO_DISK_FILE;
    if (operation->trouble == DISK_LIED)
        disk_promise(disk, operation);
    else if (operation->kind == DISK_OPERATION_SYNC_NAMES && operation->status == DISK_OK)
        disk_commit_names(disk, operation->changes);
    else if (operation->kind == DISK_OPERATION_SYNC && !is_file_gone) {
        if (operation->status == DISK_OK)
            end_sync(disk, operation);
        else
            drop_unwritten(disk, operation);
    }
}

struct disk_done disk_complete(struct disk *disk, uint32_t index)
{
    CHECK(index < disk->operation_count);
    struct disk_operation operation = disk->operations[index];
    CHECK_WHY(operation.kind != DISK_OPERATION_NONE, "an operation is completed once");
    CHECK_WHY(operation.order == disk->ended_count + 1, "completions come in the order of calls");
    disk->operations[index] = (struct disk_operation){0};
    disk->ended_count++;
    carry_out(disk, &operation);
    struct disk_done done = {.kind = operation.kind,
                             .status = operation.status,
                             .token = operation.token,
                             .name = operation.name,
                             .offset = operation.offset,
                             .trouble = operation.trouble};
    if (operation.kind == DISK_OPERATION_READ && done.status == DISK_OK) {
        if (operation.file == NO_DISK_FILE || disk_file_of(disk, operation.name) != operation.file)
            done.status = DISK_NOT_FOUND; /* removed or replaced meanwhile */
        else
            done.size = readable_bytes(disk, &operation);
        if (operation.trouble == DISK_MISDIRECTED)
            done.offset = disk_wrong_place(disk, &operation);
    }
    return done;
}
