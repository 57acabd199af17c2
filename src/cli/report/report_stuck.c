/*
 * report_stuck.c: which keys nobody can be answered about in the end, and why that is legitimate.
 *
 *   Stuck at the end
 *     3 of 20 keys cannot be read at quorum: of their owners too few serve
 *       n2   down
 *       n4   refuses: it ends too early; its disk has lost what it had told to be durable
 *
 * With faults without end (mode safety of a swarm) a cluster may come to a stand, and rightly so.
 * But each node that is missing must have a reason, and what cannot be mended any more is said to
 * be lost. Only for runs whose timeline holds faults.
 */
#include "cli/cli.h"
#include "db/level.h"
#include "sim/picture/view.h"

static bool has_faults(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->timeline_count; i++)
        if (scenario->timeline[i].fault.number != 0)
            return true;
    return false;
}

static bool is_serving(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->state == NODE_UP && machine->node && node_is_ready(machine->node);
}

static uint32_t count_needed(const struct world *world)
{
    uint32_t n = world->scenario->node.replication;
    uint8_t level = world->scenario->node.read_level;
    return level == LEVEL_ALL ? n : level == LEVEL_QUORUM ? n / 2 + 1 : 1;
}

static bool is_stuck(const struct world *world, struct bytes key)
{
    struct replica_view replicas[REPLICATION_MAX];
    uint32_t count = world_view_replicas(world, key, replicas), serving = 0;
    for (uint32_t i = 0; i < count; i++)
        serving += is_serving(world, replicas[i].node);
    return serving < count_needed(world);
}

static void print_node(const struct world *world, uint32_t node, FILE *out)
{
    static const char *const reasons[] = {
#define REASON(identifier, text) text,
        REASONS(REASON)
#undef REASON
    };
    const struct machine *machine = machine_at(world, node);
    fprintf(out, "      %-6s ", world->scenario->nodes[node].name);
    if (machine->state == NODE_DOWN)
        fputs("down", out);
    else if (machine->state == NODE_PAUSED)
        fputs("paused", out);
    else if (machine->node && machine->node->storage.state == STORAGE_REFUSED)
        fprintf(out, "refuses: %s", reasons[machine->node->storage.reason]);
    else
        fputs("not ready yet", out);
    fputs(machine->betrayals ? "; its disk has lost what it had told to be durable\n" : "\n", out);
}

void report_stuck(const struct run *run, FILE *out)
{
    const struct world *world = &run->world;
    uint32_t stuck = 0, keys = world_key_count(world);
    if (!has_faults(world->scenario) || !world->state->is_over)
        return;
    for (uint32_t key = 0; key < keys; key++)
        stuck += is_stuck(world, world_key(world, key));
    if (stuck == 0)
        return;
    fprintf(out,
            "\nStuck at the end\n    %u of %u keys cannot be read at %s: of their owners too few "
            "serve\n",
            stuck, keys, level_name(world->scenario->node.read_level));
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        if (topology_is_member(&world->state->topology, node) && !is_serving(world, node))
            print_node(world, node, out);
}
