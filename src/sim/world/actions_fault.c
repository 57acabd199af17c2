/*
 * actions_fault.c: what goes wrong with disks, clocks, links and clients, besides crashes and cuts.
 *
 * Each is one small function; what it does to a disk is said in sim/disk/disk.h. A disk that loses
 * or changes what it has told to be durable betrays its node: nothing that the database does on
 * that machine alone can help. Such betrayals are counted, for what checks may still ask
 * (judge_promise.c).
 */
#include "sim/world/actions_parts.h"

static struct machine *machine_of(struct world *world, const struct action *action)
{
    return machine_at(world, action->target);
}

static void tell_disk(struct world *world, const struct action *action, uint64_t amount)
{
    world_record(world, TRACE_DISK_FAULT, action->target, 0, action->kind, amount, 0);
}

/* --- links ------------------------------------------------------------------------------ */

/* All but neighbours are cut from each other, both ways. */
void action_ring(struct world *world, const struct action *action)
{
    const struct partition_groups *ring = action->groups;
    uint64_t cause = world->state->cause;
    for (uint32_t i = 0; i < ring->member_count; i++)
        for (uint32_t j = 0; j < ring->member_count; j++) {
            uint32_t apart = (j + ring->member_count - i) % ring->member_count;
            if (apart <= 1 || apart + 1 == ring->member_count)
                continue;
            world->state->cause = cause;
            net_cut(world, ring->members[i], ring->members[j], action->label);
            world_record(world, TRACE_CUT, ACTOR_WORLD, action->label, ring->members[i],
                         ring->members[j], 0);
        }
}

void action_clog(struct world *world, const struct action *action)
{
    net_clog(world, action->target, action->other, action->label);
    world_record(world, TRACE_CLOG, ACTOR_WORLD, action->label, action->target, action->other, 0);
}

/* --- clocks ------------------------------------------------------------------------------- */

void action_clock_freeze(struct world *world, const struct action *action)
{
    clock_freeze(&machine_of(world, action)->clock, world->state->now);
    world_record(world, TRACE_CLOCK, action->target, 0, ACTION_CLOCK_FREEZE, 0, 0);
}

void action_clock_thaw(struct world *world, const struct action *action)
{
    clock_thaw(&machine_of(world, action)->clock);
    world_record(world, TRACE_CLOCK, action->target, 0, ACTION_CLOCK_THAW, 0, 0);
}

/* --- disks that are late or refuse ------------------------------------------------------------ */

void action_disk_slow(struct world *world, const struct action *action)
{
    machine_of(world, action)->disk.faults.device_factor = (uint32_t)action->amount;
    tell_disk(world, action, (uint64_t)action->amount);
    if (action->amount == 1)
        watch_fault_ended(world);
}

void action_disk_stall(struct world *world, const struct action *action)
{
    struct disk_faults *faults = &machine_of(world, action)->disk.faults;
    faults->stall_until = MAX(faults->stall_until, world->state->now + (vtime)action->amount);
    tell_disk(world, action, (uint64_t)action->amount);
}

/* The operation that is done first, which is the one that was begun first. */
static bool find_operation(const struct world *world, uint32_t node, struct queue_event *found)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    bool is_found = false;
    while (queue_visit(&world->state->queue, &cursor, &event)) {
        if (event.kind != SIM_DISK || event.node != node ||
            (is_found && !queue_is_before(&world->state->queue, &event, found)))
            continue;
        *found = event;
        is_found = true;
    }
    return is_found;
}

void action_disk_finish(struct world *world, const struct action *action)
{
    struct queue_event event;
    if (!find_operation(world, action->target, &event)) {
        action_refuse(world, action, REASON_NO_OPERATION);
        return;
    }
    queue_cancel(&world->state->queue, queue_handle_of(&event), NULL);
    tell_disk(world, action, event.time - world->state->now);
    event.time = world->state->now;
    queue_push_cancellable(&world->state->queue, &event);
}

void action_disk_fail(struct world *world, const struct action *action)
{
    struct disk_faults *faults = &machine_of(world, action)->disk.faults;
    uint32_t *counts[DISK_CALL_COUNT] = {&faults->fail_appends, &faults->fail_syncs,
                                         &faults->fail_reads};
    *counts[action->mode] = (uint32_t)action->amount;
    tell_disk(world, action, (uint64_t)action->amount);
}

/* --- disks that lie --------------------------------------------------------------------------- */

void action_disk_lie(struct world *world, const struct action *action)
{
    machine_of(world, action)->disk.faults.is_lying = 1;
    tell_disk(world, action, 0);
}

void action_disk_honest(struct world *world, const struct action *action)
{
    machine_of(world, action)->disk.faults.is_lying = 0;
    tell_disk(world, action, 0);
    watch_fault_ended(world);
}

void action_disk_misdirect(struct world *world, const struct action *action)
{
    struct disk_faults *faults = &machine_of(world, action)->disk.faults;
    if (action->mode == DISK_CALL_READ)
        faults->misdirect_reads = (uint32_t)action->amount;
    else
        faults->misdirect_writes = (uint32_t)action->amount;
    tell_disk(world, action, (uint64_t)action->amount);
}

void action_disk_spoil(struct world *world, const struct action *action)
{
    struct machine *machine = machine_of(world, action);
    if (!disk_spoil(&machine->disk, action_file(machine, action), (uint64_t)action->amount)) {
        action_refuse(world, action, REASON_TRUNCATED);
        return;
    }
    machine->betrayals++;
    tell_disk(world, action, (uint64_t)action->amount);
}

/* --- disks that are others
 * ----------------------------------------------------------------------- */

/* `to` gets what is durable on `from`; what it had is gone. */
static void copy_disk(struct world *world, uint32_t to, const struct disk *from)
{
    struct machine *machine = machine_at(world, to);
    heap_drop(&machine->disk_heap);
    heap_init(&machine->disk_heap, world->region.header);
    disk_image(&machine->disk, &machine->disk_heap, from, &world->scenario->nodes[to].disk);
}

/* The one disk waits in the other machine's memory, which is empty while it is down. */
void action_disk_swap(struct world *world, const struct action *action)
{
    struct machine *one = machine_of(world, action), *other = machine_at(world, action->other);
    struct disk waiting;
    if (one->state != NODE_DOWN || other->state != NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_UP);
        return;
    }
    disk_image(&waiting, &one->memory, &one->disk, &world->scenario->nodes[action->target].disk);
    copy_disk(world, action->target, &other->disk);
    copy_disk(world, action->other, &waiting);
    heap_drop(&one->memory);
    uint32_t number = one->disk_number;
    one->disk_number = other->disk_number;
    other->disk_number = number;
    tell_disk(world, action, action->other);
}

void action_disk_image(struct world *world, const struct action *action)
{
    struct machine *machine = machine_of(world, action);
    heap_drop(&machine->image_heap);
    heap_init(&machine->image_heap, world->region.header);
    disk_image(&machine->image, &machine->image_heap, &machine->disk,
               &world->scenario->nodes[action->target].disk);
    machine->has_image = 1;
    tell_disk(world, action, machine->image.used_bytes);
}

void action_disk_restore(struct world *world, const struct action *action)
{
    struct machine *machine = machine_of(world, action);
    if (machine->state != NODE_DOWN || !machine->has_image) {
        action_refuse(world, action,
                      machine->has_image ? REASON_NODE_UP : REASON_NO_IMAGE);
        return;
    }
    copy_disk(world, action->target, &machine->image);
    machine->betrayals++;
    tell_disk(world, action, machine->disk.used_bytes);
}

/* --- clients
 * ----------------------------------------------------------------------------------------- */

void action_hurry(struct world *world, const struct action *action)
{
    clients_hurry(world, action->target, (vtime)action->amount, action->mode);
}

void action_calm(struct world *world, const struct action *action)
{
    clients_hurry(world, action->target, 0, 0);
}
