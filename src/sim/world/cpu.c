/*
 * cpu.c: cores, the queue in front of them, and what a pause does to both.
 */
#include "sim/world/cpu.h"

#include "sim/world/world.h"

void cpu_init(struct cpu *cpu)
{
    *cpu = (struct cpu){.first = POOL_NONE, .last = POOL_NONE};
}

static const struct cpu_config *config_of(const struct world *world, uint32_t node)
{
    return &world->scenario->nodes[node].cpu;
}

static struct work *work_at(const struct world *world, uint32_t index)
{
    return pool_at(&world->state->work, index);
}

void work_free(struct world *world, uint32_t index)
{
    heap_free(&world->state->net.heap, (void *)(uintptr_t)work_at(world, index)->event.data);
    pool_give(&world->state->work, index);
}

static void enqueue_last(struct world *world, struct cpu *cpu, uint32_t index)
{
    work_at(world, index)->next = POOL_NONE;
    if (cpu->last == POOL_NONE)
        cpu->first = index;
    else
        work_at(world, cpu->last)->next = index;
    cpu->last = index;
    cpu->waiting++;
}

/* Work that is done but for its effects stands before all that is not, in the order in
 * which it was done. */
static void enqueue_done(struct world *world, struct cpu *cpu, uint32_t index)
{
    uint32_t *link = &cpu->first;
    while (*link != POOL_NONE && work_at(world, *link)->is_done)
        link = &work_at(world, *link)->next;
    work_at(world, index)->next = *link;
    if (*link == POOL_NONE)
        cpu->last = index;
    *link = index;
    cpu->waiting++;
}

static uint32_t dequeue(struct world *world, struct cpu *cpu)
{
    uint32_t index = cpu->first;
    cpu->first = work_at(world, index)->next;
    if (cpu->first == POOL_NONE)
        cpu->last = POOL_NONE;
    cpu->waiting--;
    return index;
}

static vtime service_time(const struct world *world, const struct work *work)
{
    if (work->is_done)
        return 0;
    const struct cpu_config *config = config_of(world, work->node);
    vtime service = work->event.shed_for ? config->shed_ns : config->service_ns[work->kind];
    return service * machine_at(world, work->node)->slow_factor;
}

static void set_busy(const struct world *world, struct cpu *cpu, uint32_t busy)
{
    cpu->busy_ns = cpu_busy_ns(cpu, world->state->now);
    cpu->busy_since = world->state->now;
    cpu->busy = busy;
}

/* The effects happen now. */
static void handle(struct world *world, uint32_t index)
{
    struct work work = *work_at(world, index);
    world->state->cause = work.cause;
    env_sim_handle(world, &work);
    work_free(world, index);
}

/* Is there something that may begin now? While a process starts on one core, all else waits,
 * whatever other cores there are: nobody is there yet to handle it. */
static bool has_next(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    const struct cpu *cpu = &machine->cpu;
    if (cpu->first == POOL_NONE || machine->state != NODE_UP || world->doomed == node ||
        cpu->busy >= config_of(world, node)->cores)
        return false;
    return machine->node || work_at(world, cpu->first)->kind == WORK_START;
}

/* It is its turn: the database hears how busy the machine is, and may not want the message. */
static void weigh(struct world *world, struct work *work, uint32_t waiting)
{
    work->event.waited_ns = world->state->now - work->arrived_at;
    work->event.backlog = waiting;
    if (work->kind == WORK_MESSAGE)
        work->event.shed_for = env_sim_shed_reason(world, work);
}

/* Start what is waiting while there is a core for it. */
static void start_waiting(struct world *world, uint32_t node)
{
    struct cpu *cpu = &machine_at(world, node)->cpu;
    while (has_next(world, node)) {
        uint32_t index = dequeue(world, cpu);
        struct work *work = work_at(world, index);
        if (!work->is_done)
            weigh(world, work, cpu->waiting);
        vtime service = service_time(world, work);
        if (service == 0) {
            handle(world, index);
            continue;
        }
        set_busy(world, cpu, cpu->busy + 1);
        world_push(world, world->state->now + service, SIM_WORK_DONE, node, index, work->about);
    }
}

void cpu_submit(struct world *world, const struct work *work)
{
    uint32_t index;
    struct work *slot = pool_take(&world->state->work, &index);
    *slot = *work;
    enqueue_last(world, &machine_at(world, work->node)->cpu, index);
    start_waiting(world, work->node);
}

void cpu_done(struct world *world, uint32_t work_index)
{
    struct work *work = work_at(world, work_index);
    uint32_t node = work->node;
    struct machine *machine = machine_at(world, node);
    set_busy(world, &machine->cpu, machine->cpu.busy - 1);
    if (machine->state == NODE_PAUSED) {
        work->is_done = true;
        enqueue_done(world, &machine->cpu, work_index);
        return;
    }
    vtime waited = world->state->now - work->arrived_at;
    world->state->cause = work->cause;
    uint64_t kind = work->kind == WORK_MESSAGE ? WORK_KIND_COUNT + work->message_kind : work->kind;
    work->cause =
        world_record(world, TRACE_HANDLE, node, work->about, kind, waited, machine->cpu.waiting);
    handle(world, work_index);
    start_waiting(world, node);
}

void cpu_resume(struct world *world, uint32_t node)
{
    start_waiting(world, node);
}

/* What a core is at work on is in the event queue, and taken out of it there. */
void cpu_crash(struct world *world, uint32_t node)
{
    struct cpu *cpu = &machine_at(world, node)->cpu;
    while (cpu->first != POOL_NONE)
        work_free(world, dequeue(world, cpu));
    set_busy(world, cpu, 0);
}
