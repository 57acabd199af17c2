/*
 * env_sim.c: the simulator's side of the seam (db/env.h), and the only one.
 *
 * Each function notes an intention and returns. While a node is doomed (a
 * scenario said "crash it right after its third log append", and this is that
 * moment) its calls still return, but nothing gets out any more: what it would
 * do next, a dead process does not do. The crash itself follows at the end of
 * the step.
 */
#include "sim/world/world.h"

#include "base/heap.h"
#include "db/about.h"

static struct world *world_of(struct env *env)
{
    return env->host;
}

static struct machine *self_of(struct env *env)
{
    return machine_at(world_of(env), env->self);
}

static const struct disk_config *disk_config_of(struct env *env)
{
    return &world_of(env)->scenario->nodes[env->self].disk;
}

/* Its fate is sealed: nothing of what it does now may be seen. */
static bool is_doomed(const struct env *env)
{
    const struct world *world = env->host;
    return world->doomed == env->self;
}

/* --- clocks and chance --------------------------------------------------------- */

static int64_t sim_wall_ns(struct env *env)
{
    return clock_wall_ns(&self_of(env)->clock, world_of(env)->state->now);
}

static uint64_t sim_monotonic_ns(struct env *env)
{
    return clock_monotonic_ns(&self_of(env)->clock, world_of(env)->state->now);
}

static uint64_t sim_random(struct env *env, uint32_t stream, uint64_t identity)
{
    return world_draw(world_of(env), STREAM_NODE, mix_pair(mix_pair(stream, env->self), identity));
}

/* --- network ---------------------------------------------------------------------- */

static void sim_send(struct env *env, uint32_t to, uint64_t about, const uint8_t *data,
                     uint32_t size)
{
    if (!is_doomed(env))
        net_send(world_of(env), env->self, to, about, data, size);
}

/* --- timers ------------------------------------------------------------------------ */

static timer_handle sim_timer_set(struct env *env, uint64_t after_ns, uint32_t kind, uint64_t token,
                                  uint64_t about)
{
    struct world *world = world_of(env);
    if (is_doomed(env))
        return 0;
    uint32_t index;
    struct sim_timer *timer = pool_take(&world->state->timers, &index);
    *timer = (struct sim_timer){.kind = kind,
                                .node = env->self,
                                .token = token,
                                .about = about,
                                .cause = world->state->cause,
                                .set_at = world->state->now};
    struct queue_event event = {.time = world->state->now +
                                        clock_true_span(&self_of(env)->clock, after_ns),
                                .identity = mix_pair(about, (uint64_t)kind << 32 | env->self),
                                .payload = index,
                                .kind = SIM_TIMER,
                                .node = (uint16_t)env->self,
                                .incarnation = self_of(env)->incarnation};
    return queue_push_cancellable(&world->state->queue, &event);
}

static void sim_timer_cancel(struct env *env, timer_handle handle)
{
    struct world *world = world_of(env);
    struct queue_event event;
    if (handle && queue_cancel(&world->state->queue, handle, &event))
        pool_give(&world->state->timers, event.payload);
}

/* --- disk --------------------------------------------------------------------------- */

static enum disk_status sim_disk_append(struct env *env, struct file_name file, const uint8_t *data,
                                        uint32_t size, uint64_t about)
{
    (void)about; /* appending draws nothing */
    if (is_doomed(env))
        return DISK_OK;
    return disk_append(&self_of(env)->disk, disk_config_of(env), file, data, size);
}

static enum disk_status sim_disk_truncate(struct env *env, struct file_name file, uint64_t size)
{
    if (is_doomed(env))
        return DISK_OK;
    return disk_truncate(&self_of(env)->disk, file, size);
}

static enum disk_status sim_disk_rename(struct env *env, struct file_name from, struct file_name to)
{
    if (is_doomed(env))
        return DISK_OK;
    return disk_rename(&self_of(env)->disk, from, to);
}

static enum disk_status sim_disk_remove(struct env *env, struct file_name file)
{
    if (is_doomed(env))
        return DISK_OK;
    return disk_remove(&self_of(env)->disk, file);
}

static uint32_t sim_disk_list(struct env *env, struct file_entry *entries, uint32_t capacity)
{
    return disk_list(&self_of(env)->disk, entries, capacity);
}

/* Remember whom to tell, and when. */
static void push_disk_event(struct env *env, uint32_t operation, uint64_t token, uint64_t about,
                            vtime done_at)
{
    struct world *world = world_of(env);
    uint32_t index;
    struct disk_ticket *ticket = pool_take(&world->state->tickets, &index);
    *ticket = (struct disk_ticket){token, about, world->state->cause, operation, 0};
    world_push(world, done_at, SIM_DISK, env->self, index, mix_pair(about, token));
}

/* What the draw of a disk operation is about: the thing, this node, this file. */
static uint64_t disk_identity(struct env *env, struct file_name file, uint64_t about)
{
    uint64_t where = (uint64_t)env->self << 40 | (uint64_t)file.kind << 32;
    return mix_pair(about, where);
}

static void sim_disk_sync(struct env *env, struct file_name file, uint64_t token, uint64_t about)
{
    struct world *world = world_of(env);
    if (is_doomed(env))
        return;
    uint64_t bits = world_draw(world, STREAM_DISK_SYNC, disk_identity(env, file, about));
    vtime done_at;
    uint32_t operation = disk_sync_begin(&self_of(env)->disk, disk_config_of(env),
                                         world->state->now, file, token, bits, &done_at);
    push_disk_event(env, operation, token, about, done_at);
}

static void sim_disk_read(struct env *env, struct file_name file, uint64_t offset, uint32_t size,
                          uint64_t token, uint64_t about)
{
    struct world *world = world_of(env);
    if (is_doomed(env))
        return;
    uint64_t bits =
        world_draw(world, STREAM_DISK_READ, mix_pair(disk_identity(env, file, about), offset));
    vtime done_at;
    uint32_t operation =
        disk_read_begin(&self_of(env)->disk, disk_config_of(env), world->state->now, file, offset,
                        size, token, bits, &done_at);
    push_disk_event(env, operation, token, about, done_at);
}

/* --- trace ---------------------------------------------------------------------------- */

static void sim_note(struct env *env, uint32_t kind, uint64_t about, uint64_t a, uint64_t b,
                     uint64_t c)
{
    struct world *world = world_of(env);
    if (is_doomed(env))
        return;
    if (kind == NOTE_TOPOLOGY_LEARNED)
        world_learn_topology(world, &machine_at(world, env->self)->node->membership.now);
    world_record(world, TRACE_NOTE + kind, env->self, about, a, b, c);
}

/* --- running a node ---------------------------------------------------------------------- */

void env_sim_init(struct world *world)
{
    world->env = (struct env){.host = world,
                              .config = &world->scenario->node,
                              .wall_ns = sim_wall_ns,
                              .monotonic_ns = sim_monotonic_ns,
                              .random = sim_random,
                              .send = sim_send,
                              .timer_set = sim_timer_set,
                              .timer_cancel = sim_timer_cancel,
                              .disk_append = sim_disk_append,
                              .disk_truncate = sim_disk_truncate,
                              .disk_rename = sim_disk_rename,
                              .disk_remove = sim_disk_remove,
                              .disk_list = sim_disk_list,
                              .disk_sync = sim_disk_sync,
                              .disk_read = sim_disk_read,
                              .note = sim_note};
}

/* Does the database want to do this work? It looks, and does nothing. */
uint32_t env_sim_shed_reason(struct world *world, const struct work *work)
{
    struct machine *machine = machine_at(world, work->node);
    world->env.self = work->node;
    world->env.memory = &machine->memory;
    return machine->node ? shed_reason(machine->node, &world->env, &work->event) : REASON_NONE;
}

void env_sim_handle(struct world *world, const struct work *work)
{
    struct machine *machine = machine_at(world, work->node);
    if (world->doomed == work->node)
        return;
    world->env.self = work->node;
    world->env.memory = &machine->memory;
    world->acting = work->node;
    world->story.node = (int32_t)work->node;
    if (work->event.kind == EVENT_START)
        machine->node = node_create(&world->env);
    node_step(machine->node, &world->env, &work->event);
    world->acting = ANY_NODE;
    world->story.node = -1;
}
