/*
 * judge_hints.c: what a node keeps for others is not lost either.
 *
 * A write that was acknowledged by nodes which stand in for its owners, or at level ANY by a hint,
 * lies with nobody who owns the key. Of a node that runs its memory is asked; of one that is down
 * its files, as a start would read them: hints, less those that are done.
 */
#include "sim/judge/judge_hints.h"

#include "db/hint/hint_file.h"

typedef void take_record(void *host, const struct hint_record *record);

static void scan_files(const struct machine *machine, struct heap *scratch, take_record *take,
                       void *host)
{
    uint32_t count = disk_list(&machine->disk, NULL, 0);
    struct file_entry *entries = heap_alloc(scratch, count * sizeof *entries);
    disk_list(&machine->disk, entries, count);
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].name.kind != FILE_HINTS)
            continue;
        uint8_t *data = heap_alloc(scratch, entries[i].size);
        uint32_t size =
            disk_copy(&machine->disk, entries[i].name, 0, data, (uint32_t)entries[i].size);
        struct hint_scan scan = {.bytes = {data, size}, .file = entries[i].name.number};
        struct hint_record record;
        while (hint_scan_next(&scan, &record))
            take(host, &record);
    }
}

struct search {
    struct table done; /* identities */
    const struct recovery_sink *sink;
};

static void note_done(void *host, const struct hint_record *record)
{
    struct search *search = host;
    for (uint32_t i = 0; record->kind == HINT_DONE && i < record->done_count; i++)
        table_set(&search->done, hint_done_id(record, i), 1);
}

static void offer_kept(void *host, const struct hint_record *record)
{
    struct search *search = host;
    if (record->kind == HINT_KEPT && !table_has(&search->done, record->id))
        search->sink->take(search->sink->host, 0, record->key, &record->version);
}

static void offer_memory(const struct hints *hints, uint32_t nodes,
                         const struct recovery_sink *sink)
{
    for (uint32_t target = 0; target < nodes; target++)
        for (const struct hint *hint = hints->queues[target].first; hint; hint = hint->next) {
            struct bytes key;
            struct version version = {0};
            CHECK(row_decode(hint->row, &key, &version) == hint->row.size);
            sink->take(sink->host, 0, key, &version);
        }
}

void judge_offer_hints(const struct world *world, uint32_t node, struct heap *scratch,
                       const struct recovery_sink *sink)
{
    const struct machine *machine = machine_at(world, node);
    struct search search = {.sink = sink};
    if (!world->scenario->node.hints.is_on)
        return;
    if (machine->node && node_is_ready(machine->node)) {
        offer_memory(&machine->node->hints, world->scenario->node.nodes, sink);
        return;
    }
    table_init(&search.done, scratch);
    scan_files(machine, scratch, note_done, &search);
    scan_files(machine, scratch, offer_kept, &search);
}
