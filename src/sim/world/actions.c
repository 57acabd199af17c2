/*
 * actions.c: doing what a timeline, a person or a fault generator asks for.
 *
 * An action that makes no sense now (crashing a node that is down) does nothing
 * and says so in the trace.
 */
#include "sim/world/actions_parts.h"

#include <string.h>

#include "db/about.h"

const char *action_name(uint32_t kind)
{
    static const char *const names[] = {
#define ACTION(identifier, name, meaning) name,
        ACTIONS(ACTION)
#undef ACTION
    };
    return kind < ARRAY_LEN(names) ? names[kind] : "?";
}

uint64_t action_identity(const struct action *action)
{
    return mix_pair((uint64_t)action->kind << 32 | action->target, action->label);
}

/* Which of them concern one machine, or all of them in turn. */
static bool is_for_machine(uint32_t kind)
{
    switch (kind) {
    case ACTION_CRASH:
    case ACTION_RESTART:
    case ACTION_PAUSE:
    case ACTION_RESUME:
    case ACTION_SLOW:
    case ACTION_CLOCK_JUMP:
    case ACTION_CLOCK_DRIFT:
    case ACTION_DISK_FULL:
    case ACTION_DISK_FREE:
    case ACTION_DISK_CORRUPT:
    case ACTION_REPAIR:
    case ACTION_DISK_WIPE:
    case ACTION_FIRE_TIMER:
    case ACTION_CLOCK_FREEZE:
    case ACTION_CLOCK_THAW:
    case ACTION_DISK_SLOW:
    case ACTION_DISK_STALL:
    case ACTION_DISK_FAIL:
    case ACTION_DISK_LIE:
    case ACTION_DISK_HONEST:
    case ACTION_DISK_MISDIRECT:
    case ACTION_DISK_SPOIL:
    case ACTION_DISK_IMAGE:
    case ACTION_DISK_RESTORE: return true;
    default: return false;
    }
}

void action_refuse(struct world *world, const struct action *action, enum reason reason)
{
    uint32_t actor = is_for_machine(action->kind) ? action->target : ACTOR_WORLD;
    world_record(world, TRACE_REFUSED_ACTION, actor, 0, action->kind, reason, 0);
}

/* --- starting and crashing -------------------------------------------------------- */

void machine_start(struct world *world, uint32_t node)
{
    struct machine *machine = machine_at(world, node);
    machine->state = NODE_UP;
    machine->incarnation++;
    uint64_t about = about_node(ABOUT_RECOVERY, node, (uint64_t)machine->incarnation << 12);
    uint64_t record = world_record(world, TRACE_START, node, about, machine->incarnation, 0, 0);
    struct work work = {.node = node,
                        .kind = WORK_START,
                        .arrived_at = world->state->now,
                        .about = about,
                        .cause = record,
                        .event = {.kind = EVENT_START}};
    cpu_submit(world, &work);
}

/* Timers, work under way, operations of the disk: all of a life that is over leaves the
 * queue, so that what is left there will happen. */
static uint32_t find_life(const struct world *world, uint32_t node, uint64_t *handles)
{
    const struct queue *queue = &world->state->queue;
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint32_t count = 0;
    while (queue_visit(queue, &cursor, &event)) {
        if (event.node != node || !world_is_of_a_life(event.kind))
            continue;
        if (handles)
            handles[count] = queue_handle_of(&event);
        count++;
    }
    return count;
}

static void discard(struct world *world, const struct queue_event *event)
{
    struct world_state *state = world->state;
    switch (event->kind) {
    case SIM_WORK_DONE: work_free(world, event->payload); break;
    case SIM_TIMER: pool_give(&state->timers, event->payload); break;
    default: pool_give(&state->tickets, event->payload); break;
    }
}

static void end_life(struct world *world, uint32_t node)
{
    struct world_state *state = world->state;
    uint32_t count = find_life(world, node, NULL);
    uint64_t *handles = heap_alloc(&state->heap, count * sizeof *handles);
    find_life(world, node, handles);
    for (uint32_t i = 0; i < count; i++) {
        struct queue_event event;
        CHECK(queue_cancel(&state->queue, handles[i], &event));
        discard(world, &event);
    }
    heap_free(&state->heap, handles);
}

/* Memory goes, the disk loses what the mode says, and nothing that was under way for
 * the old life will happen. */
void machine_crash(struct world *world, uint32_t node, const struct action *action)
{
    struct machine *machine = machine_at(world, node);
    struct disk_crash crash = {.mode = action->mode,
                               .sectors = (uint32_t)action->amount,
                               .cut_bytes = action->cut_bytes,
                               .names = UINT32_MAX};
    crash.bits = world_draw(world, STREAM_CRASH, mix_pair(node, machine->incarnation));
    struct disk_loss loss = disk_crash(&machine->disk, &crash);
    cpu_crash(world, node);
    end_life(world, node);
    if (world->doomed == node)
        world->doomed = ANY_NODE; /* its fate has come */
    heap_drop(&machine->memory);
    machine->node = NULL;
    machine->state = NODE_DOWN;
    world_record(world, TRACE_CRASH, node, 0, action->mode, loss.unsynced_bytes, loss.lost_bytes);
    if (loss.betrayed) {
        machine->betrayals++;
        world_record(world, TRACE_DISK_BETRAYED, node, 0, ACTION_DISK_LIE, 0, 0);
    }
}

static void do_crash(struct world *world, const struct action *action)
{
    if (machine_at(world, action->target)->state == NODE_DOWN)
        action_refuse(world, action, REASON_NODE_DOWN);
    else
        machine_crash(world, action->target, action);
}

static void do_restart(struct world *world, const struct action *action)
{
    if (machine_at(world, action->target)->state != NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_UP);
        return;
    }
    machine_start(world, action->target);
    watch_fault_ended(world);
}

static void do_pause(struct world *world, const struct action *action)
{
    struct machine *machine = machine_at(world, action->target);
    if (machine->state != NODE_UP) {
        action_refuse(world, action,
                      machine->state == NODE_DOWN ? REASON_NODE_DOWN : REASON_NODE_PAUSED);
        return;
    }
    machine->state = NODE_PAUSED;
    world_record(world, TRACE_PAUSE, action->target, 0, 0, 0, 0);
}

static void do_resume(struct world *world, const struct action *action)
{
    struct machine *machine = machine_at(world, action->target);
    if (machine->state != NODE_PAUSED) {
        action_refuse(world, action,
                      machine->state == NODE_DOWN ? REASON_NODE_DOWN : REASON_NODE_UP);
        return;
    }
    machine->state = NODE_UP;
    world->state->cause =
        world_record(world, TRACE_RESUME, action->target, 0, machine->cpu.waiting, 0, 0);
    watch_fault_ended(world);
    cpu_resume(world, action->target);
}

/* --- links --------------------------------------------------------------------------- */

static void do_partition(struct world *world, const struct action *action)
{
    uint32_t links = net_partition(world, action->groups, action->label);
    world_record(world, TRACE_PARTITION, ACTOR_WORLD, action->label, action->groups->group_count,
                 links, 0);
}

static void do_cut(struct world *world, const struct action *action)
{
    net_cut(world, action->target, action->other, action->label);
    world_record(world, TRACE_CUT, ACTOR_WORLD, action->label, action->target, action->other, 0);
}

static void do_heal(struct world *world, const struct action *action)
{
    if (action->mode == HEAL_LINK) {
        uint32_t ended = net_heal_link(world, action->target, action->other);
        world_record(world, TRACE_HEAL_LINK, ACTOR_WORLD, 0, action->target, action->other, ended);
        return;
    }
    uint32_t links = net_heal(world, action->label);
    world_record(world, TRACE_HEAL, ACTOR_WORLD, action->label, links, 0, 0);
    watch_fault_ended(world);
}

static void do_link(struct world *world, const struct action *action)
{
    uint32_t links = net_change_links(world, action->target, action->other, action->link);
    world_record(world, TRACE_LINK, ACTOR_WORLD, 0, action->target, action->other, links);
}

/* --- messages ------------------------------------------------------------------------ */

static void do_message(struct world *world, const struct action *action)
{
    enum reason reason = net_bend(world, action);
    if (reason != REASON_NONE)
        action_refuse(world, action, reason);
    else if (action->kind == ACTION_RELEASE)
        watch_fault_ended(world);
}

/* --- members ---------------------------------------------------------------------------- */

/* An operator types it at a node's console; the database does the rest. */
static void command_node(struct world *world, const struct action *action, uint32_t console,
                         uint32_t change, uint64_t subject, uint32_t other)
{
    if (machine_at(world, console)->state == NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_DOWN);
        return;
    }
    struct work work = {.node = console,
                        .kind = WORK_MESSAGE,
                        .arrived_at = world->state->now,
                        .about = action_identity(action),
                        .event = {.kind = EVENT_COMMAND,
                                  .command = change,
                                  .token = subject,
                                  .from = other}};
    uint64_t named = topology_is_of_ranges(change) ? other : subject;
    work.cause = world_record(world, TRACE_COMMAND, console, work.about, change, named,
                              change == TRANSITION_REPLACE ? other : named);
    cpu_submit(world, &work);
}

/* The lowest member that runs, other than the one that is spoken of. */
static uint32_t any_console(const struct world *world, uint32_t except)
{
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        if (node != except && machine_at(world, node)->state == NODE_UP &&
            topology_is_member(&world->state->topology, node))
            return node;
    return except;
}

/* A command about ranges speaks of positions: where the left part of a split ends, where the left
 * range of a merge ends, where the key of a move stands. */
static void do_range(struct world *world, const struct action *action)
{
    const struct placement *placement = &world->state->placement;
    struct bytes key = {(const uint8_t *)action->key, (uint32_t)strlen(action->key)};
    uint64_t position =
        placement_position(placement_order(&world->scenario->node.placement), key);
    enum transition change = action->kind == ACTION_SPLIT   ? TRANSITION_SPLIT
                             : action->kind == ACTION_MERGE ? TRANSITION_MERGE
                                                            : TRANSITION_MOVE;
    if (change == TRANSITION_SPLIT)
        position--;
    if (change == TRANSITION_MERGE)
        position = placement_range(placement, placement_range_of(placement, position)).to;
    uint32_t console = any_console(world, ANY_NODE);
    if (console == ANY_NODE)
        action_refuse(world, action, REASON_NODE_DOWN);
    else
        command_node(world, action, console, change, position,
                     change == TRANSITION_MOVE ? action->other : 0);
}

static void do_membership(struct world *world, const struct action *action)
{
    uint32_t console = action->target;
    switch (action->kind) {
    case ACTION_JOIN:
        command_node(world, action, console, TRANSITION_JOIN, action->target, 0);
        break;
    case ACTION_LEAVE:
        command_node(world, action, console, TRANSITION_LEAVE, action->target, 0);
        break;
    case ACTION_REMOVE:
        console = action->other == ANY_NODE ? any_console(world, action->target) : action->other;
        command_node(world, action, console, TRANSITION_REMOVE, action->target, 0);
        break;
    default:
        command_node(world, action, console, TRANSITION_REPLACE, action->target, action->other);
    }
}

static void do_repair(struct world *world, const struct action *action)
{
    if (machine_at(world, action->target)->state == NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_DOWN);
        return;
    }
    struct work work = {.node = action->target,
                        .kind = WORK_MESSAGE,
                        .arrived_at = world->state->now,
                        .about = action_identity(action),
                        .event = {.kind = EVENT_COMMAND,
                                  .command = COMMAND_REPAIR,
                                  .token = action->identity,
                                  .from = action->mode}};
    work.cause = world_record(world, TRACE_REPAIR_COMMAND, action->target, work.about,
                              action->mode == 1, 0, 0);
    cpu_submit(world, &work);
}

/* --- machines ------------------------------------------------------------------------ */

static void do_slow(struct world *world, const struct action *action)
{
    struct machine *machine = machine_at(world, action->target);
    machine->slow_factor = (uint32_t)action->amount;
    machine->disk.faults.slow_factor = (uint32_t)action->amount;
    world_record(world, TRACE_SLOW, action->target, 0, (uint64_t)action->amount, 0, 0);
    if (action->amount == 1)
        watch_fault_ended(world);
}

static void do_clock_jump(struct world *world, const struct action *action)
{
    clock_jump(&machine_at(world, action->target)->clock, action->amount);
    world_record(world, TRACE_CLOCK, action->target, 0, ACTION_CLOCK_JUMP, (uint64_t)action->amount,
                 0);
}

static void do_clock_drift(struct world *world, const struct action *action)
{
    clock_set_drift(&machine_at(world, action->target)->clock, world->state->now, action->amount);
    world_record(world, TRACE_CLOCK, action->target, 0, ACTION_CLOCK_DRIFT,
                 (uint64_t)action->amount, 0);
}

static void do_disk_full(struct world *world, const struct action *action)
{
    disk_set_free(&machine_at(world, action->target)->disk, (uint64_t)action->amount);
    world_record(world, TRACE_DISK_FAULT, action->target, 0, ACTION_DISK_FULL,
                 (uint64_t)action->amount, 0);
}

static void do_disk_free(struct world *world, const struct action *action)
{
    disk_set_free(&machine_at(world, action->target)->disk, DISK_NO_LIMIT);
    world_record(world, TRACE_DISK_FAULT, action->target, 0, ACTION_DISK_FREE, 0, 0);
    watch_fault_ended(world);
}

/* The newest file of that kind, or the one that was named. */
struct file_name action_file(const struct machine *machine, const struct action *action)
{
    enum { LISTED_MAX = 64 };
    struct file_entry entries[LISTED_MAX];
    struct file_name chosen = {action->file_kind, action->file_number};
    uint32_t count = MIN(disk_list(&machine->disk, entries, LISTED_MAX), (uint32_t)LISTED_MAX);
    for (uint32_t i = 0; i < count && action->file_number == 0; i++)
        if (entries[i].name.kind == action->file_kind)
            chosen = entries[i].name;
    return chosen;
}

static void do_disk_corrupt(struct world *world, const struct action *action)
{
    struct machine *machine = machine_at(world, action->target);
    struct file_name file = action_file(machine, action);
    if (!disk_corrupt(&machine->disk, file, (uint64_t)action->amount, 1, 1)) {
        action_refuse(world, action, REASON_TRUNCATED);
        return;
    }
    machine->betrayals++;
    world_record(world, TRACE_DISK_FAULT, action->target, 0, ACTION_DISK_CORRUPT,
                 (uint64_t)action->amount, 0);
}

/* All that was on the old one is gone; the new one has the next number. */
static void do_disk_wipe(struct world *world, const struct action *action)
{
    struct machine *machine = machine_at(world, action->target);
    if (machine->state != NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_UP);
        return;
    }
    uint64_t lost = machine->disk.used_bytes;
    machine->betrayals++;
    heap_drop(&machine->disk_heap);
    heap_init(&machine->disk_heap, world->region.header);
    machine_install_disk(world, action->target);
    world_record(world, TRACE_DISK_FAULT, action->target, 0, ACTION_DISK_WIPE, lost, 0);
}

/* The one that is due first, of those that the action names. */
static bool find_timer(const struct world *world, const struct action *action,
                       struct queue_event *found)
{
    const struct queue *queue = &world->state->queue;
    struct queue_cursor cursor = {0};
    struct queue_event event;
    bool is_found = false;
    while (queue_visit(queue, &cursor, &event)) {
        if (event.kind != SIM_TIMER || event.node != action->target)
            continue;
        const struct sim_timer *timer = pool_at(&world->state->timers, event.payload);
        bool is_named = (action->mode == ANY_TIMER || timer->kind == action->mode) &&
                        (action->identity == 0 || timer->about == action->identity);
        if (!is_named || (is_found && !queue_is_before(queue, &event, found)))
            continue;
        *found = event;
        is_found = true;
    }
    return is_found;
}

static void do_fire_timer(struct world *world, const struct action *action)
{
    struct queue_event event;
    if (machine_at(world, action->target)->state == NODE_DOWN) {
        action_refuse(world, action, REASON_NODE_DOWN);
        return;
    }
    if (!find_timer(world, action, &event)) {
        action_refuse(world, action, REASON_NO_TIMER);
        return;
    }
    bool is_cancelled = queue_cancel(&world->state->queue, queue_handle_of(&event), NULL);
    CHECK(is_cancelled);
    struct sim_timer *timer = pool_at(&world->state->timers, event.payload);
    timer->cause = world_record(world, TRACE_TIMER_FORCED, action->target, timer->about,
                                timer->kind, event.time - world->state->now, 0);
    world_fire_timer(world, event.payload);
}

/* --- clients --------------------------------------------------------------------------- */

static void do_operation(struct world *world, const struct action *action)
{
    client_perform(world, action->target, action->operation);
}

static void do_stop_clients(struct world *world, const struct action *action)
{
    clients_stop(world, action->target, true);
}

static void do_start_clients(struct world *world, const struct action *action)
{
    clients_stop(world, action->target, false);
}

static action_function *const action_table[] = {
    [ACTION_CRASH] = do_crash,
    [ACTION_RESTART] = do_restart,
    [ACTION_PAUSE] = do_pause,
    [ACTION_RESUME] = do_resume,
    [ACTION_PARTITION] = do_partition,
    [ACTION_CUT] = do_cut,
    [ACTION_HEAL] = do_heal,
    [ACTION_LINK] = do_link,
    [ACTION_SLOW] = do_slow,
    [ACTION_CLOCK_JUMP] = do_clock_jump,
    [ACTION_CLOCK_DRIFT] = do_clock_drift,
    [ACTION_DISK_FULL] = do_disk_full,
    [ACTION_DISK_FREE] = do_disk_free,
    [ACTION_DISK_CORRUPT] = do_disk_corrupt,
    [ACTION_DISK_WIPE] = do_disk_wipe,
    [ACTION_DROP] = do_message,
    [ACTION_HOLD] = do_message,
    [ACTION_RELEASE] = do_message,
    [ACTION_DUPLICATE] = do_message,
    [ACTION_POSTPONE] = do_message,
    [ACTION_CORRUPT] = do_message,
    [ACTION_FIRE_TIMER] = do_fire_timer,
    [ACTION_JOIN] = do_membership,
    [ACTION_LEAVE] = do_membership,
    [ACTION_REMOVE] = do_membership,
    [ACTION_REPLACE] = do_membership,
    [ACTION_REPAIR] = do_repair,
    [ACTION_SPLIT] = do_range,
    [ACTION_MERGE] = do_range,
    [ACTION_MOVE] = do_range,
    [ACTION_OPERATION] = do_operation,
    [ACTION_STOP_CLIENTS] = do_stop_clients,
    [ACTION_START_CLIENTS] = do_start_clients,
    [ACTION_RING] = action_ring,
    [ACTION_CLOG] = action_clog,
    [ACTION_CLOCK_FREEZE] = action_clock_freeze,
    [ACTION_CLOCK_THAW] = action_clock_thaw,
    [ACTION_DISK_SLOW] = action_disk_slow,
    [ACTION_DISK_STALL] = action_disk_stall,
    [ACTION_DISK_FAIL] = action_disk_fail,
    [ACTION_DISK_LIE] = action_disk_lie,
    [ACTION_DISK_HONEST] = action_disk_honest,
    [ACTION_DISK_MISDIRECT] = action_disk_misdirect,
    [ACTION_DISK_SPOIL] = action_disk_spoil,
    [ACTION_DISK_SWAP] = action_disk_swap,
    [ACTION_DISK_IMAGE] = action_disk_image,
    [ACTION_DISK_RESTORE] = action_disk_restore,
    [ACTION_HURRY] = action_hurry,
    [ACTION_CALM] = action_calm,
};

_Static_assert(ARRAY_LEN(action_table) == ACTION_KIND_COUNT, "one function per action");

bool action_names_machine(const struct scenario *scenario, const struct action *action,
                          uint32_t node)
{
    const uint16_t *racks = scenario->node.placement.racks;
    bool is_in_rack = racks && node < scenario->node.nodes &&
                      action->target == RACK_BASE + racks[node];
    return action->target == node || action->target == ALL_MEMBERS || is_in_rack;
}

static void apply(struct world *world, const struct action *action)
{
    bool is_of_clocks = action->kind == ACTION_CLOCK_JUMP || action->kind == ACTION_CLOCK_DRIFT ||
                        action->kind == ACTION_CLOCK_FREEZE || action->kind == ACTION_CLOCK_THAW;
    if (is_of_clocks)
        world_note_clocks(world);
    action_table[action->kind](world, action);
    if (is_of_clocks)
        world_note_clocks(world);
}

void action_apply(struct world *world, const struct action *action)
{
    uint64_t cause = world->state->cause;
    if (!is_for_machine(action->kind) || action->target < world->scenario->node.nodes) {
        apply(world, action);
        return;
    }
    struct action one = *action;
    for (one.target = 0; one.target < world->scenario->node.nodes; one.target++) {
        if (!action_names_machine(world->scenario, action, one.target))
            continue;
        world->state->cause = cause;
        apply(world, &one);
    }
}

void timeline_apply(struct world *world, uint32_t index)
{
    const struct timeline_entry *entry = &world->scenario->timeline[index];
    if (entry->fault.number != 0)
        world->state->cause = world_record(world, TRACE_FAULT, ACTOR_WORLD, 0, entry->fault.kind,
                                           entry->fault.number, entry->fault.part);
    action_apply(world, &entry->action);
}
