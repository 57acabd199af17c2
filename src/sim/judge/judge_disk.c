/*
 * judge_disk.c: a disk is read as recovery would read it.
 *
 * Its records count in their order. A tombstone that was let go, or a range that was given away, is
 * forgotten there, too (safeguard durable-forget): what stands before such a record does not come
 * back with the node, so a value that only lies there is lost, and a delete that only lies there is
 * nothing that a read would meet.
 */
#include "sim/judge/judge_disk.h"

#include "base/murmur3.h"
#include "db/conflict/conflict.h"
#include "db/store/log.h"
#include "sim/picture/view.h"

/* A store of the keys of the history alone; own copies of the values. */
struct rebuilt {
    const struct world *world;
    struct heap *scratch;
    struct version *versions; /* by key index */
};

static struct version *version_of(struct rebuilt *rebuilt, struct bytes key)
{
    const uint64_t *index =
        table_find(&rebuilt->world->state->clients.keys, murmur3_token(key));
    return index ? &rebuilt->versions[*index] : NULL;
}

static void take(void *host, uint64_t sequence, struct bytes key, const struct version *version)
{
    struct rebuilt *rebuilt = host;
    struct version *known = version_of(rebuilt, key);
    (void)sequence;
    if (known && conflict_is_whole(rebuilt->scratch, version))
        conflict_fold(rebuilt->scratch, known, version);
}

static void drop(struct version *version)
{
    *version = (struct version){0}; /* the copy of its value stays, as scratch memory does */
}

static void forget_range(struct rebuilt *rebuilt, struct position_range range)
{
    const struct world *world = rebuilt->world;
    struct placement_order order = placement_order(&world->scenario->node.placement);
    for (uint32_t i = 0; i < world_key_count(world); i++)
        if (range_has(range, placement_position(order, world_key(world, i))))
            drop(&rebuilt->versions[i]);
}

static void forget(void *host, const struct log_record *record)
{
    struct rebuilt *rebuilt = host;
    if (record->kind == LOG_FORGET_RANGE) {
        forget_range(rebuilt, record->range);
        return;
    }
    struct version *known = version_of(rebuilt, record->key);
    if (known && version_compare(known, &record->version) == 0)
        drop(known);
}

static void read_files(struct rebuilt *rebuilt, const struct disk *disk)
{
    uint32_t count = disk_list(disk, NULL, 0);
    struct heap *scratch = rebuilt->scratch;
    struct file_entry *entries = heap_alloc(scratch, count * sizeof *entries);
    struct storage_file *files = heap_alloc(scratch, count * sizeof *files);
    disk_list(disk, entries, count);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *data = heap_alloc(scratch, entries[i].size);
        uint32_t size = disk_copy(disk, entries[i].name, 0, data, (uint32_t)entries[i].size);
        files[i] = (struct storage_file){entries[i].name, {data, size}};
    }
    struct recovery_sink sink = {take, rebuilt, forget};
    storage_rebuild_from_files(&rebuilt->world->scenario->node, files, count, &sink);
}

void judge_offer_disk(const struct world *world, const struct machine *machine,
                      struct heap *scratch, const struct recovery_sink *sink)
{
    uint32_t count = world_key_count(world);
    struct rebuilt rebuilt = {world, scratch, heap_alloc(scratch, count * sizeof(struct version))};
    read_files(&rebuilt, &machine->disk);
    for (uint32_t i = 0; i < count; i++)
        if (rebuilt.versions[i].timestamp != 0)
            sink->take(sink->host, 0, world_key(world, i), &rebuilt.versions[i]);
}
