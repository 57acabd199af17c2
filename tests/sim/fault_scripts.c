/*
 * fault_scripts.c: what fault_scripts.h promises.
 */
#include "sim/fault_scripts.h"

#include <stdio.h>
#include <string.h>

#include "base/mix.h"

#define STREAM_SCRIPT 0x4641554c
#define LOOK_EVERY    (10 * MILLISECOND)

/* A script that is being written. */
struct script {
    const struct fault_plan *plan;
    char *text;
    size_t size;
    uint64_t draws;
    vtime busy_until[NODES_MAX]; /* by node: when the fault of its machine ends */
};

static uint64_t draw(struct script *script, uint64_t bound)
{
    return mix_below(mix(script->plan->seed, STREAM_SCRIPT, script->draws++), bound);
}

static vtime draw_between(struct script *script, vtime from, vtime to)
{
    uint64_t span = (to - from) / MILLISECOND;
    return from + (span > 0 ? draw(script, span) : 0) * MILLISECOND;
}

/* "{'at': '1500ms', WHAT}" */
__attribute__((format(printf, 3, 4))) static void add(struct script *script, vtime at,
                                                      const char *format, ...)
{
    size_t used = strlen(script->text);
    va_list arguments;
    used += (size_t)snprintf(script->text + used, script->size - used, "%s{'at': '%llums', ",
                             used > 0 ? ",\n " : "", (unsigned long long)(at / MILLISECOND));
    va_start(arguments, format);
    used += (size_t)vsnprintf(script->text + used, script->size - used, format, arguments);
    va_end(arguments);
    used += (size_t)snprintf(script->text + used, script->size - used, "}");
    assert_true(used < script->size);
}

/* --- one fault -------------------------------------------------------------------------------- */

static void add_crash(struct script *script, vtime from, vtime to, uint32_t node)
{
    static const char *const unsynced[] = {"lost", "kept", "torn", "random"};
    add(script, from, "'crash': 'n%u', 'unsynced': '%s'", node, unsynced[draw(script, 4)]);
    add(script, to, "'restart': 'n%u'", node);
}

static void add_clock_jump(struct script *script, vtime from, vtime to, uint32_t node)
{
    uint64_t by = 1 + draw(script, 2000);
    bool is_forward = draw(script, 2);
    add(script, from, "'clock_jump': 'n%u', 'by': '%s%llums'", node, is_forward ? "+" : "-",
        (unsigned long long)by);
    add(script, to, "'clock_jump': 'n%u', 'by': '%s%llums'", node, is_forward ? "-" : "+",
        (unsigned long long)by);
}

static void add_of_machine(struct script *script, uint32_t kind, vtime from, vtime to,
                           uint32_t node)
{
    switch (kind) {
    case FAULT_CRASH: add_crash(script, from, to, node); break;
    case FAULT_PAUSE:
        add(script, from, "'pause': 'n%u'", node);
        add(script, to, "'resume': 'n%u'", node);
        break;
    case FAULT_DISK_FULL:
        add(script, from, "'disk_full': 'n%u', 'free': '%lluB'", node,
            (unsigned long long)draw(script, 4096));
        add(script, to, "'disk_free': 'n%u'", node);
        break;
    case FAULT_SLOW:
        add(script, from, "'slow': 'n%u', 'factor': %llu", node,
            (unsigned long long)(2 + draw(script, 100)));
        add(script, to, "'slow': 'n%u', 'factor': 1", node);
        break;
    default: add_clock_jump(script, from, to, node);
    }
}

static void add_partition(struct script *script, vtime from, vtime to, uint32_t number)
{
    char group[2][NODES_MAX * 2] = {"", ""};
    uint32_t nodes = MIN(script->plan->nodes, 63u);
    uint64_t side = 1 + draw(script, (UINT64_C(1) << nodes) - 2); /* a bit a node, both sides */
    for (uint32_t node = 0; node < nodes; node++) {
        char *names = group[side >> node & 1];
        snprintf(names + strlen(names), 16, "%s'n%u'", *names ? ", " : "", node + 1);
    }
    add(script, from, "'partition': [[%s], [%s]], 'name': 'fault%u'", group[0], group[1], number);
    add(script, to, "'heal': 'fault%u'", number);
}

static void add_of_link(struct script *script, uint32_t kind, vtime from, vtime to,
                        uint32_t number)
{
    uint32_t nodes = script->plan->nodes;
    uint32_t one = (uint32_t)draw(script, nodes);
    uint32_t other = (one + 1 + (uint32_t)draw(script, nodes - 1)) % nodes;
    switch (kind) {
    case FAULT_PARTITION: add_partition(script, from, to, number); return;
    case FAULT_CUT:
        add(script, from, "'cut': {'from': 'n%u', 'to': 'n%u'}, 'name': 'fault%u'", one + 1,
            other + 1, number);
        add(script, to, "'heal': 'fault%u'", number);
        return;
    case FAULT_LOSSY:
        add(script, from, "'link': {'from': 'n%u', 'to': 'n%u', 'loss': '%llu%%'}", one + 1,
            other + 1, (unsigned long long)(5 + draw(script, 90)));
        break;
    default:
        add(script, from, "'link': {'from': 'n%u', 'to': 'n%u', 'latency': '%llums'}", one + 1,
            other + 1, (unsigned long long)(10 + draw(script, 1500)));
    }
    add(script, to, "'link': {'from': 'n%u', 'to': 'n%u'}", one + 1, other + 1);
}

/* --- a script --------------------------------------------------------------------------------- */

static uint32_t draw_kind(struct script *script)
{
    uint32_t kinds = script->plan->kinds ? script->plan->kinds
                                         : (uint32_t)(FAULTS_OF_MACHINES | FAULTS_OF_LINKS);
    uint32_t wanted = (uint32_t)draw(script, (uint64_t)__builtin_popcount(kinds));
    for (uint32_t kind = 0;; kind++)
        if ((kinds >> kind & 1) && wanted-- == 0)
            return kind;
}

static void add_fault(struct script *script, uint32_t number)
{
    const struct fault_plan *plan = script->plan;
    uint32_t kind = draw_kind(script), node = (uint32_t)draw(script, plan->nodes);
    vtime from = draw_between(script, plan->begin, plan->healed_at - MILLISECOND);
    bool is_of_machine = FAULTS_OF_MACHINES >> kind & 1;
    if (is_of_machine)
        from = MAX(from, script->busy_until[node] + MILLISECOND);
    if (from + MILLISECOND >= plan->healed_at)
        return; /* this machine has had enough */
    vtime to = draw_between(script, from + MILLISECOND, plan->healed_at);
    if (is_of_machine) {
        script->busy_until[node] = to;
        add_of_machine(script, kind, from, to, node + 1);
    } else {
        add_of_link(script, kind, from, to, number);
    }
}

void write_faults(const struct fault_plan *plan, char *text, size_t size)
{
    static struct script script;
    script = (struct script){.plan = plan, .text = text, .size = size};
    text[0] = '\0';
    uint32_t count = plan->count ? plan->count : 3 + (uint32_t)draw(&script, 6);
    for (uint32_t i = 1; i <= count; i++)
        add_fault(&script, i);
    add(&script, plan->healed_at, "'heal': 'all'");
}

void write_workload(const struct fault_plan *plan, char *text, size_t size)
{
    const char *level = plan->level ? plan->level : "one";
    int written = snprintf(
        text, size,
        "{'name': 'c', 'count': %u, 'think': '40ms', 'timeout': '2s', 'read': '%s', 'write': '%s',"
        " 'start': '%llums', 'stop': '%llums', 'mix': {'put': 6, 'delete': 2, 'get': 1},"
        " 'keys': {'prefix': 'k', 'count': %u}}",
        plan->clients ? plan->clients : 3, level, level,
        (unsigned long long)(plan->begin / MILLISECOND),
        (unsigned long long)(plan->healed_at / MILLISECOND), plan->keys ? plan->keys : 30);
    assert_true(written > 0 && (size_t)written < size);
}

/* --- are they equal? -------------------------------------------------------------------------- */

static bool is_range_equal(const struct cluster *c, uint32_t range)
{
    const struct placement *placement = &c->world.state->placement;
    struct position_range positions = placement_range(placement, range);
    uint32_t owners[REPLICATION_MAX];
    struct store_sum first = {0};
    uint32_t count =
        placement_replicas(placement, range, c->scenario->node.replication, true, owners);
    for (uint32_t i = 0; i < count; i++) {
        const struct machine *machine = machine_at(&c->world, owners[i]);
        if (machine->state != NODE_UP || !machine->node || !node_is_ready(machine->node))
            return false;
        struct store_sum sum = store_sum(&machine->node->storage.store, positions);
        if (i == 0)
            first = sum;
        else if (sum.rows != first.rows || sum.fingerprint != first.fingerprint)
            return false;
    }
    return true;
}

uint64_t unequal_ranges(const struct cluster *c)
{
    uint64_t count = 0;
    for (uint32_t range = 0; range < c->world.state->placement.range_count; range++)
        count += !is_range_equal(c, range);
    return count;
}

vtime run_until_equal(struct cluster *c, vtime from, vtime limit)
{
    for (vtime at = from; at <= limit; at += LOOK_EVERY) {
        run_until(c, at);
        if (unequal_ranges(c) == 0)
            return at;
    }
    return VTIME_NEVER;
}
