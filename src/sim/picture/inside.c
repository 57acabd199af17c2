/*
 * inside.c: the memory, the processor, the device and the clock of one node.
 */
#include "sim/picture/inside.h"

#include <string.h>

#include "sim/disk/disk_parts.h"
#include "sim/picture/inside_log.h"
#include "sim/picture/view.h"

/* --- storage in memory ------------------------------------------------------------------- */

static void take_memory(const struct machine *machine, struct inside_memory *memory)
{
    const struct store *store = &machine->node->storage.store;
    *memory = (struct inside_memory){.keys = store_count(store),
                                     .key_bytes = store->key_bytes,
                                     .value_bytes = store->value_bytes,
                                     .heap_bytes = heap_bytes(&machine->memory)};
    for (const struct store_row *row = store_first(store); row; row = store_next(row))
        memory->tombstones += row->version.is_tombstone;
    for (const struct unsynced_write *write = machine->node->unsynced_first; write;
         write = write->next)
        memory->waiting_for_sync++;
}

static void take_storage(const struct storage *storage, struct inside *inside)
{
    static const char *const doing[] = {NULL, "writing its rows", "waiting for the log's sync",
                                        "giving it its name", "removing what is older"};
    inside->log.is_syncing = storage->round_waiting > 0;
    inside->log.syncing_to = storage->round_sequence;
    inside->checkpoint.covers = storage->checkpoint_covers;
    inside->checkpoint.log_since = storage->log_bytes_since;
    inside->checkpoint.doing = doing[storage->checkpoint_stage];
}

/* --- repair ------------------------------------------------------------------------------- */

/* Where a node of the tree begins: its numbers have room for 8^range_levels ranges, of which there
 * are range_count. */
static uint32_t place_in_tree(const struct repair_seen *seen, uint32_t level, uint64_t number)
{
    uint64_t slots = UINT64_C(1000000) << 3 * MIN(seen->range_levels, 6u);
    uint64_t place = (uint64_t)((uint128)number * slots >> 3 * MIN(level, 20u));
    return (uint32_t)MIN(place / MAX(seen->range_count, 1u), UINT64_C(1000000));
}

static void take_part(const struct repair_seen *seen, uint32_t i, struct inside_repair *repair)
{
    uint32_t level = seen->part_levels[i];
    repair->parts[repair->part_count++] =
        (struct inside_part_that_differs){level, place_in_tree(seen, level, seen->parts[i]),
                                          place_in_tree(seen, level, seen->parts[i] + 1)};
}

static int64_t oldest_tombstone(const struct node *node)
{
    int64_t oldest = 0;
    for (const struct store_row *row = store_first(&node->storage.store); row;
         row = store_next(row))
        if (row->version.is_tombstone && (oldest == 0 || row->version.timestamp < oldest))
            oldest = row->version.timestamp;
    return oldest;
}

static void take_repair(const struct world *world, const struct machine *machine,
                        struct heap *scratch, struct inside_repair *repair)
{
    const struct repair_seen *seen = &machine->node->repair.seen;
    int64_t wall_ns = clock_wall_ns(&machine->clock, world->state->now);
    int64_t oldest = oldest_tombstone(machine->node);
    *repair = (struct inside_repair){.is_seen = seen->began_ns > 0,
                                     .is_over = seen->is_over,
                                     .is_equal = seen->is_equal,
                                     .peer = seen->peer,
                                     .level_count = MIN(seen->level_count, INSIDE_LEVELS_MAX + 0u),
                                     .bytes = seen->bytes,
                                     .rows_taken = seen->rows_taken,
                                     .rows_sent = seen->rows_sent,
                                     .all_bytes = machine->node->repair.bytes,
                                     .tombstone_age_ns = oldest ? MAX(wall_ns - oldest, 1) : 0,
                                     .grace_ns = world->scenario->node.tombstone_grace_ns};
    repair->parts = heap_alloc(scratch, MAX(seen->part_count, 1u) * sizeof *repair->parts);
    for (uint32_t i = 0; i < repair->level_count; i++) {
        repair->compared[i] = seen->compared[i];
        repair->differing[i] = seen->differing[i];
    }
    for (uint32_t i = 0; i < seen->part_count; i++)
        take_part(seen, i, repair);
}

/* --- the processor ------------------------------------------------------------------------ */

static void write_work(const struct world *world, const struct work *work, vtime done_at,
                       struct inside_work *to)
{
    struct trace_names names = world_names(world);
    struct text text;
    bool is_message = work->kind == WORK_MESSAGE;
    *to = (struct inside_work){
        .since = work->arrived_at, .done_at = done_at, .is_held = work->is_done};
    text_init(&text, to->text, sizeof to->text);
    trace_field_text(&text, FIELD_WORK,
                     is_message ? (uint64_t)WORK_KIND_COUNT + work->message_kind : work->kind,
                     &names);
    text_str(&text, " of ");
    names.about(names.host, &text, work->about);
}

/* By when they are done. */
static void insert(struct inside_work *list, uint32_t *count, const struct inside_work *work)
{
    uint32_t at = *count;
    if (at == INSIDE_WORK_MAX)
        return;
    for (; at > 0 && list[at - 1].done_at > work->done_at; at--)
        list[at] = list[at - 1];
    list[at] = *work;
    (*count)++;
}

static void write_device(const struct world *world, const struct disk *disk,
                         const struct queue_event *event, struct inside_work *to)
{
    const struct disk_ticket *ticket = pool_at(&world->state->tickets, event->payload);
    const struct disk_operation *operation = &disk->operations[ticket->operation];
    struct trace_names names = world_names(world);
    struct text text;
    *to = (struct inside_work){.done_at = event->time};
    text_init(&text, to->text, sizeof to->text);
    trace_field_text(&text, FIELD_DISK, operation->kind, &names);
    text_str(&text, " of ");
    trace_field_text(&text, FIELD_FILE,
                     (uint64_t)operation->name.kind << 32 | operation->name.number, &names);
}

/* What is under way stands in the queue of events. */
static void take_events(const struct world *world, const struct machine *machine,
                        struct inside *inside)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    struct inside_work work;
    while (queue_visit(&world->state->queue, &cursor, &event)) {
        if (event.node != inside->node)
            continue;
        if (event.kind == SIM_WORK_DONE) {
            write_work(world, pool_at(&world->state->work, event.payload), event.time, &work);
            insert(inside->work, &inside->work_count, &work);
        } else if (event.kind == SIM_DISK) {
            write_device(world, &machine->disk, &event, &work);
            insert(inside->device, &inside->device_count, &work);
        }
    }
}

static void take_waiting(const struct world *world, const struct cpu *cpu, struct inside *inside)
{
    uint32_t index = cpu->first;
    while (index != POOL_NONE && inside->work_count < INSIDE_WORK_MAX) {
        const struct work *work = pool_at(&world->state->work, index);
        write_work(world, work, 0, &inside->work[inside->work_count++]);
        index = work->next;
    }
}

/* --- the machine --------------------------------------------------------------------------- */

static void take_disk(const struct world *world, const struct machine *machine, uint32_t node,
                      struct inside_disk *to)
{
    const struct disk *disk = &machine->disk;
    uint64_t capacity = world->scenario->nodes[node].disk.capacity_bytes;
    *to = (struct inside_disk){
        .used = disk->used_bytes,
        .limit = MIN(disk->faults.limit_bytes, capacity ? capacity : DISK_NO_LIMIT),
        .unsynced = disk_unsynced_bytes(disk),
        .unsynced_names = disk_unsynced_names(disk),
        .fail_appends = disk->faults.fail_appends,
        .fail_syncs = disk->faults.fail_syncs,
        .fail_reads = disk->faults.fail_reads,
        .slow_factor = MAX(1, disk->faults.slow_factor),
        .stall_until = disk->faults.stall_until,
        .appends = disk->append_count,
        .syncs = disk->sync_count,
        .reads = disk->read_count,
    };
}

/* --- what it keeps for others -------------------------------------------------------------- */

static void take_hints(const struct world *world, uint32_t node, struct heap *scratch,
                       struct inside *inside)
{
    const struct machine *machine = machine_at(world, node);
    uint32_t nodes = world->scenario->node.nodes;
    const struct hints *hints = &machine->node->hints;
    inside->has_hints = world->scenario->node.hints.is_on;
    inside->hints = heap_alloc(scratch, nodes * sizeof *inside->hints);
    inside->hint_files = hints->segment_count;
    for (uint32_t target = 0; inside->has_hints && target < nodes; target++) {
        const struct hint_queue *queue = &hints->queues[target];
        if (queue->count == 0)
            continue;
        int64_t wall = clock_wall_ns(&machine->clock, world->state->now);
        struct inside_hints *entry = &inside->hints[inside->hint_count++];
        *entry = (struct inside_hints){.target = target,
                                       .is_sent = queue->state == HINTS_SENT,
                                       .count = queue->count,
                                       .bytes = queue->bytes,
                                       .oldest = (vtime)MAX(wall - queue->first->created_ns, 0)};
        for (const struct hint *hint = queue->first; hint; hint = hint->next)
            entry->stand_ins += hint->is_stand_in;
    }
}

void inside_take(const struct world *world, uint32_t node, struct heap *scratch,
                 struct inside *inside)
{
    const struct machine *machine = machine_at(world, node);
    const struct clock *clock = &machine->clock;
    *inside = (struct inside){
        .node = node,
        .is_running = machine->node != NULL,
        .now = world->state->now,
        .clock = {.offset_ns = world_view_node(world, node).clock_offset_ns,
                  .drift_ppb = clock->drift_ppb,
                  .granularity_ns = clock->granularity_ns},
        .checkpoint.every = world->scenario->node.checkpoint_every_bytes,
        .cores = world->scenario->nodes[node].cpu.cores,
        .busy = machine->cpu.busy,
        .waiting = machine->cpu.waiting,
        .slow_factor = machine->slow_factor,
        .work = heap_alloc(scratch, INSIDE_WORK_MAX * sizeof *inside->work),
        .device = heap_alloc(scratch, INSIDE_WORK_MAX * sizeof *inside->device),
    };
    inside_take_log(world, node, scratch, inside);
    if (machine->node) {
        take_memory(machine, &inside->memory);
        take_storage(&machine->node->storage, inside);
        take_repair(world, machine, scratch, &inside->repair);
        take_hints(world, node, scratch, inside);
        inside_take_load(world, node, scratch, &inside->load);
    }
    take_disk(world, machine, node, &inside->disk);
    take_events(world, machine, inside);
    take_waiting(world, &machine->cpu, inside);
}
