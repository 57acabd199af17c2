/*
 * world.c: the beginning of a run, and its one step.
 */
#include "sim/world/world.h"

#include <string.h>

#include "sim/world/preload.h"
#include "sim/picture/view.h"

bool world_open(struct world *world, uint64_t reserve_bytes, void *base_hint, const char **why)
{
    memset(world, 0, sizeof *world);
    return region_open(&world->region, reserve_bytes, base_hint, why);
}

void world_close(struct world *world)
{
    bug_story_set(NULL);
    region_close(&world->region);
    world->state = NULL;
}

/* --- actions that lie outside ------------------------------------------------------ */

#define FROM_INTERVENTION (UINT64_C(1) << 32)

static bool refers_to(const struct action *action, const void *referred)
{
    return action->link == referred || action->operation == referred;
}

uint64_t world_action_source(const struct world *world, const void *referred)
{
    for (uint32_t i = 0; i < world->scenario->timeline_count; i++)
        if (refers_to(&world->scenario->timeline[i].action, referred))
            return i;
    for (uint32_t i = 0; i < world->intervention_count; i++)
        if (refers_to(&world->interventions[i].action, referred))
            return FROM_INTERVENTION | i;
    CHECK_WHY(false, "an action must come from the timeline or from an intervention");
    return 0;
}

const struct action *world_action_at(const struct world *world, uint64_t source)
{
    if (source & FROM_INTERVENTION)
        return &world->interventions[(uint32_t)source].action;
    return &world->scenario->timeline[source].action;
}

/* --- beginning ------------------------------------------------------------------------ */

uint64_t world_push(struct world *world, vtime time, uint8_t kind, uint32_t node, uint32_t payload,
                    uint64_t identity)
{
    bool is_of_a_life = world_is_of_a_life(kind);
    uint64_t where = is_of_a_life ? node : 0; /* a client's number is not its identity */
    struct queue_event event = {.time = time,
                                .identity = mix_pair(identity, where << 8 | kind),
                                .payload = payload,
                                .kind = kind,
                                .node = (uint16_t)node};
    if (kind == SIM_ARRIVE)
        return queue_push_cancellable(&world->state->queue, &event);
    if (!is_of_a_life) {
        queue_push(&world->state->queue, &event);
        return 0;
    }
    event.incarnation = machine_at(world, node)->incarnation;
    return queue_push_cancellable(&world->state->queue, &event);
}

/* A disk knows which one of its machine's it is: an empty file has the number in its name. */
void machine_install_disk(struct world *world, uint32_t node)
{
    struct machine *machine = machine_at(world, node);
    const struct disk_config *config = &world->scenario->nodes[node].disk;
    disk_init(&machine->disk, &machine->disk_heap, config);
    uint32_t number = (node + 1) << DISK_OWNER_SHIFT | ++machine->disk_number;
    disk_append(&machine->disk, config, (struct file_name){FILE_IDENTITY, number},
                (const uint8_t *)"", 0);
    disk_settle(&machine->disk);
    machine->disk.append_count = 0; /* the node has written nothing yet */
}

static void init_machine(struct world *world, uint32_t node)
{
    struct machine *machine = machine_at(world, node);
    const struct node_setting *setting = &world->scenario->nodes[node];
    heap_init(&machine->memory, world->region.header);
    heap_init(&machine->disk_heap, world->region.header);
    heap_init(&machine->image_heap, world->region.header);
    clock_init(&machine->clock, &setting->clock);
    cpu_init(&machine->cpu);
    machine_install_disk(world, node);
    machine->slow_factor = 1;
}

static void init_state(struct world *world)
{
    struct world_state *state = world->state;
    const struct scenario *scenario = world->scenario;
    struct heap *heap = &state->heap;
    heap_init(heap, world->region.header);
    state->digest = digest_start();
    state->actor_count = scenario->node.nodes + scenario->client_count + 1;
    state->counts =
        heap_alloc(heap, (size_t)state->actor_count * TRACE_KIND_COUNT * sizeof *state->counts);
    state->machines = heap_alloc(heap, scenario->node.nodes * sizeof *state->machines);
    state->timeline = heap_alloc(heap, scenario->timeline_count * sizeof *state->timeline);
    state->checks = heap_alloc(heap, scenario->check_count * sizeof *state->checks);
    queue_init(&state->queue, heap, world_draw(world, STREAM_QUEUE_TIE, 0));
    pool_init(&state->work, heap, sizeof(struct work));
    pool_init(&state->timers, heap, sizeof(struct sim_timer));
    pool_init(&state->tickets, heap, sizeof(struct disk_ticket));
    stale_init(&state->stale, heap, 64, MAX(scenario->client_count, 1));
    net_init(world);
    meter_begin(world);
    topology_begin(&state->topology, heap, &scenario->node);
    topology_place(&state->topology, MEMBERS_OLD, heap, &scenario->node, &state->placement);
    for (uint32_t node = 0; node < scenario->node.nodes; node++)
        init_machine(world, node);
    preload_disks(world);
    world_note_clocks(world);
}

static void schedule_timeline(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario->timeline_count; i++) {
        const struct timeline_entry *entry = &world->scenario->timeline[i];
        if (entry->trigger == TRIGGER_AT)
            world_push(world, entry->at, SIM_ACTION, 0, i, action_identity(&entry->action));
    }
}

static void start_machines(struct world *world)
{
    uint64_t cause = world->state->cause;
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++) {
        world->state->cause = cause;
        if (world->scenario->nodes[node].is_up)
            machine_start(world, node);
    }
}

void world_begin(struct world *world, const struct scenario *scenario, uint64_t seed,
                 const struct intervention *interventions, uint32_t intervention_count)
{
    region_reset(&world->region);
    world->state = region_create_root(&world->region, sizeof *world->state);
    world->scenario = scenario;
    world->seed = seed;
    world->interventions = interventions ? interventions : scenario->interventions;
    world->intervention_count = interventions ? intervention_count : scenario->intervention_count;
    for (uint32_t stream = 0; stream < STREAM_COUNT; stream++)
        world->stream_keys[stream] = mix_stream(seed, stream);
    world->acting = ANY_NODE;
    world->doomed = ANY_NODE;
    world->has_due = world->saw_watched = false;
    world->story = (struct bug_story){.seed = seed, .node = -1, .command = world->story.command};
    bug_story_set(&world->story);

    init_state(world);
    env_sim_init(world);
    world->state->cause = world_record(world, TRACE_RUN_BEGUN, ACTOR_WORLD, 0, scenario->node.nodes,
                                       scenario->client_count, seed);
    start_machines(world);
    clients_init(world);
    preload_names(world);
    schedule_timeline(world);
    watch_begin(world);
}

/* --- stepping ---------------------------------------------------------------------------- */

static void on_work_done(struct world *world, const struct queue_event *event)
{
    cpu_done(world, event->payload);
}

void world_fire_timer(struct world *world, uint32_t index)
{
    struct sim_timer timer = *(struct sim_timer *)pool_at(&world->state->timers, index);
    pool_give(&world->state->timers, index);
    world->state->cause = timer.cause;
    uint64_t record = world_record(world, TRACE_TIMER, timer.node, timer.about, timer.kind, 0, 0);
    struct work work = {
        .node = timer.node,
        .kind = WORK_TIMER,
        .arrived_at = world->state->now,
        .about = timer.about,
        .cause = record,
        .event = {.kind = EVENT_TIMER, .timer_kind = timer.kind, .token = timer.token}};
    cpu_submit(world, &work);
}

/* What a read brings is copied out of the page cache now, for the node to look at
 * when it gets to it. */
static void fetch_read(struct world *world, uint32_t node, const struct disk_done *done,
                       struct event *event)
{
    if (done->kind != DISK_OPERATION_READ || done->status != DISK_OK)
        return;
    uint8_t *data = heap_alloc(&world->state->net.heap, done->size);
    event->data = data;
    event->size = done->size;
    disk_fetch(&machine_at(world, node)->disk, done, data);
}

static void on_disk(struct world *world, const struct queue_event *queued)
{
    uint32_t node = queued->node;
    struct disk_ticket ticket =
        *(struct disk_ticket *)pool_at(&world->state->tickets, queued->payload);
    pool_give(&world->state->tickets, queued->payload);
    struct disk_done done = disk_complete(&machine_at(world, node)->disk, ticket.operation);
    world->state->cause = ticket.cause;
    uint64_t file = (uint64_t)done.name.kind << 32 | done.name.number;
    uint64_t record =
        world_record(world, TRACE_DISK_DONE, node, ticket.about, done.kind, file, done.status);
    struct work work = {
        .node = node,
        .kind = WORK_DISK,
        .arrived_at = world->state->now,
        .about = ticket.about,
        .cause = record,
        .event = {.kind = EVENT_DISK, .token = ticket.token, .status = done.status}};
    if (done.trouble == DISK_MISDIRECTED && done.kind == DISK_OPERATION_SYNC) {
        machine_at(world, node)->betrayals++;
        world_record(world, TRACE_DISK_BETRAYED, node, 0, ACTION_DISK_MISDIRECT, 0, 0);
    }
    fetch_read(world, node, &done, &work.event);
    cpu_submit(world, &work);
}

static void on_action(struct world *world, const struct queue_event *event)
{
    world->state->cause = 0;
    timeline_apply(world, event->payload);
}

static void handle(struct world *world, const struct queue_event *event)
{
    switch (event->kind) {
    case SIM_ARRIVE: net_arrive(world, event->payload); break;
    case SIM_WORK_DONE: on_work_done(world, event); break;
    case SIM_TIMER: world_fire_timer(world, event->payload); break;
    case SIM_DISK: on_disk(world, event); break;
    case SIM_CLIENT_WAKE:
        world->state->cause = 0;
        client_wake(world, event->node, event->payload);
        break;
    case SIM_CLIENT_RETRY: client_retry(world, event->payload); break;
    case SIM_GIVE_UP: client_give_up(world, event->payload); break;
    case SIM_ACTION: on_action(world, event); break;
    case SIM_LOOK: watch_look(world, event->payload); break;
    default: watch_wake(world);
    }
}

/* An intervention is due when the event that it follows has just been handled, or
 * when no event up to its time is left. */
static bool is_intervention_due(const struct world *world)
{
    const struct world_state *state = world->state;
    if (state->intervention_count >= world->intervention_count)
        return false;
    const struct intervention *next = &world->interventions[state->intervention_count];
    if (next->time == state->now && next->identity == state->last_identity &&
        MAX(next->occurrence, 1) == state->last_occurrence)
        return true;
    return queue_peek_time(&state->queue) > next->time;
}

static void begin_step(struct world *world, vtime now)
{
    world->state->now = now;
    world->state->step++;
    world->story.step = world->state->step;
    world->story.now = now;
}

static void apply_intervention(struct world *world)
{
    struct world_state *state = world->state;
    const struct intervention *next = &world->interventions[state->intervention_count];
    begin_step(world, MAX(state->now, next->time));
    state->intervention_count++;
    state->cause = 0;
    action_apply(world, &next->action);
}

static void handle_next(struct world *world, const struct queue_event *event)
{
    struct world_state *state = world->state;
    bool is_alike = event->time == state->now && event->identity == state->last_identity;
    state->last_occurrence = is_alike ? state->last_occurrence + 1 : 1;
    state->last_identity = event->identity;
    begin_step(world, event->time);
    handle(world, event);
}

static void end_run(struct world *world)
{
    world_note_clocks(world);
    world->state->is_over = true;
    world->state->now = MAX(world->state->now, world->scenario->duration_ns);
}

bool world_step(struct world *world)
{
    struct world_state *state = world->state;
    struct queue_event event;
    if (state->is_over)
        return false;
    bug_story_set(&world->story);
    if (is_intervention_due(world)) {
        apply_intervention(world);
    } else if (queue_pop_until(&state->queue, world->scenario->duration_ns, &event)) {
        handle_next(world, &event);
    } else {
        end_run(world);
        return false;
    }
    watch_after_step(world);
    return true;
}

vtime world_next_time(const struct world *world)
{
    const struct world_state *state = world->state;
    vtime time = queue_peek_time(&state->queue);
    if (state->intervention_count < world->intervention_count)
        time = MIN(time, MAX(state->now, world->interventions[state->intervention_count].time));
    return state->is_over || time > world->scenario->duration_ns ? VTIME_NEVER : time;
}

void world_run(struct world *world, vtime time, uint64_t step)
{
    struct world_state *state = world->state;
    bool is_to_the_end = time >= world->scenario->duration_ns;
    while (!state->is_over && state->step < step &&
           (is_to_the_end || world_next_time(world) <= time))
        if (!world_step(world))
            return;
}
