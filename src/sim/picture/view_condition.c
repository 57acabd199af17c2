/*
 * view_condition.c: answering the questions that conditions ask.
 *
 * One function per owner of the language (a node, an operation, a key); what cannot
 * be known (the memory of a node that is down) is answered as unknown, not as absent.
 */
#include "sim/picture/view.h"

#include <string.h>

#include "db/about.h"

static struct condition_answer number_or_absent(bool is_present, uint64_t number)
{
    return is_present ? condition_answer_number((int64_t)number) : condition_answer_absent();
}

/* --- metrics --------------------------------------------------------------------------- */

static struct condition_answer ask_metric(const struct world *world, uint32_t number,
                                          uint32_t node)
{
    uint32_t metric = condition_metric_of(number);
    uint64_t value;
    if (metric_table[metric].kind == KIND_HISTOGRAM) {
        struct meter_summary summary =
            meter_summary(world, metric, node, METRIC_ANY, METER_ALL);
        value = meter_summary_statistic(&summary, condition_statistic_of(number));
    } else {
        value = meter_value(world, metric, node, METRIC_ANY);
    }
    return number_or_absent(value != METRIC_NONE, value);
}

static bool is_counted(uint32_t owner, uint32_t kind)
{
    return owner == OWNER_OPS || (owner == OWNER_READS) == (kind == OPERATION_GET);
}

/* The latency that so many of 1000 did not exceed, whatever they were told. */
static struct condition_answer ask_latency(const struct world *world, uint32_t owner,
                                           uint32_t per_mille)
{
    struct histogram histogram = {0};
    uint64_t sum = 0;
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        for (uint32_t outcome = 0; is_counted(owner, kind) && outcome < OUTCOME_COUNT; outcome++)
            meter_pour(world, METRIC_OPERATION_LATENCY, METRIC_CLUSTER,
                       meter_label_pair(kind, outcome, OUTCOME_COUNT), METER_ALL, &histogram, &sum);
    return number_or_absent(histogram.count > 0, histogram_percentile(&histogram, per_mille));
}

/* --- nodes -------------------------------------------------------------------------- */

static struct condition_answer replica_value(const struct world *world, uint32_t node,
                                             struct bytes key)
{
    const struct machine *machine = machine_at(world, node);
    if (!machine->node || !node_is_ready(machine->node))
        return condition_answer_unknown();
    struct version version = {0};
    storage_get(&machine->node->storage, key, &version);
    return condition_answer_value(version_value(&version));
}

static struct condition_answer ask_node(const struct world *world, const struct condition_ask *ask)
{
    struct node_view view = world_view_node(world, ask->actor);
    const struct machine *machine = machine_at(world, ask->actor);
    bool is_running = machine->node != NULL;
    switch (ask->term) {
    case TERM_NODE_STATE: return condition_answer_number(view.state);
    case TERM_NODE_KEYS: return number_or_absent(is_running, view.keys);
    case TERM_NODE_QUEUE: return condition_answer_number(machine->cpu.waiting);
    case TERM_NODE_CLOCK_OFFSET: return condition_answer_number(view.clock_offset_ns);
    case TERM_NODE_LOG_APPENDED_TO: return number_or_absent(is_running, view.log_appended_to);
    case TERM_NODE_LOG_SYNCED_TO: return number_or_absent(is_running, view.log_synced_to);
    case TERM_NODE_UNSYNCED: return condition_answer_number((int64_t)view.unsynced_bytes);
    case TERM_NODE_HINTS: return number_or_absent(is_running, view.hints);
    case TERM_NODE_SUSPECTS:
        return condition_answer_number(world_view_suspects(world, ask->actor, ask->parameter));
    case TERM_NODE_METRIC: return ask_metric(world, ask->parameter, ask->actor);
    default: return replica_value(world, ask->actor, ask->text);
    }
}

/* --- operations ---------------------------------------------------------------------- */

/* The last attempt of the operation that `find` numbered (client << 16 | plan). */
static const struct operation *labelled(const struct world *world, uint32_t number)
{
    const struct client_setting *client = &world->scenario->clients[number >> 16];
    uint64_t wanted = about_request(client->identity, (number & 0xffff) + 1, 0);
    const struct clientele *clientele = &world->state->clients;
    for (uint64_t i = chain_count(&clientele->history); i-- > 0;) {
        const struct operation *operation = history_at(world, (uint32_t)i);
        if ((operation->request & ~UINT64_C(0xff)) == wanted)
            return operation;
    }
    return NULL;
}

static struct condition_answer operation_value(const struct operation *operation)
{
    if (operation->kind == OPERATION_GET && operation->outcome != OUTCOME_OK)
        return condition_answer_unknown();
    return condition_answer_value(operation->value);
}

static struct condition_answer ask_operation(const struct world *world,
                                             const struct condition_ask *ask)
{
    const struct operation *operation = labelled(world, ask->parameter);
    switch (ask->term) {
    case TERM_OP_OUTCOME:
        return condition_answer_number(operation ? operation->outcome : OUTCOME_NOT_BEGUN);
    case TERM_OP_VALUE: return operation ? operation_value(operation) : condition_answer_unknown();
    case TERM_OP_LATENCY:
        return number_or_absent(operation && operation->told != VTIME_NEVER,
                                operation ? operation->told - operation->invoked : 0);
    default: return number_or_absent(operation != NULL, operation ? operation->acknowledged : 0);
    }
}

/* --- keys ------------------------------------------------------------------------------ */

static bool replicas_differ(const struct world *world, struct bytes key)
{
    struct replica_view replicas[REPLICATION_MAX];
    uint32_t count = world_view_replicas(world, key, replicas);
    const struct version *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (!replicas[i].is_running)
            continue;
        if (first && version_compare(first, &replicas[i].version) != 0)
            return true;
        first = &replicas[i].version;
    }
    return false;
}

static uint64_t replicas_holding(const struct world *world, struct bytes key)
{
    struct replica_view replicas[REPLICATION_MAX];
    struct version newest;
    if (!world_view_final(world, key, &newest) || newest.timestamp == 0)
        return 0;
    uint32_t count = world_view_replicas(world, key, replicas);
    uint64_t holding = 0;
    for (uint32_t i = 0; i < count; i++)
        holding += replicas[i].is_running && version_compare(&replicas[i].version, &newest) == 0;
    return holding;
}

static struct condition_answer final_value(const struct world *world, struct bytes key)
{
    struct version version;
    if (!world_view_final(world, key, &version))
        return condition_answer_unknown();
    return condition_answer_value(version_value(&version));
}

static struct condition_answer view_ask(const void *host, const struct condition_ask *ask)
{
    const struct world *world = host;
    uint32_t owner = condition_term_table[ask->term].owner;
    switch (owner) {
    case OWNER_NODE: return ask_node(world, ask);
    case OWNER_OP: return ask_operation(world, ask);
    default: break;
    }
    switch (ask->term) {
    case TERM_TIME: return condition_answer_number((int64_t)world->state->now);
    case TERM_STEPS: return condition_answer_number((int64_t)world->state->step);
    case TERM_READS_STALE: return condition_answer_number((int64_t)world->state->stale.stale_count);
    case TERM_REPLICAS_DIFFER: return condition_answer_number(replicas_differ(world, ask->text));
    case TERM_REPLICAS_HOLDING:
        return condition_answer_number((int64_t)replicas_holding(world, ask->text));
    case TERM_FINAL_VALUE: return final_value(world, ask->text);
    case TERM_METRIC_VALUE: return ask_metric(world, ask->parameter, METRIC_CLUSTER);
    case TERM_OPS_P50:
    case TERM_READS_P50:
    case TERM_WRITES_P50: return ask_latency(world, owner, 500);
    case TERM_OPS_P90:
    case TERM_READS_P90:
    case TERM_WRITES_P90: return ask_latency(world, owner, 900);
    case TERM_OPS_P99:
    case TERM_READS_P99:
    case TERM_WRITES_P99: return ask_latency(world, owner, 990);
    case TERM_OPS_P999:
    case TERM_READS_P999:
    case TERM_WRITES_P999: return ask_latency(world, owner, 999);
    case TERM_KEYS_DIFFERING: return condition_answer_number((int64_t)world_keys_differing(world));
    default: return condition_answer_unknown();
    }
}

/* --- counts and values -------------------------------------------------------------------- */

static uint64_t view_records(const void *host, uint32_t kind, uint32_t actor)
{
    return world_count(host, kind, actor);
}

static uint64_t told_of(const struct clientele *clientele, uint32_t kind)
{
    uint64_t told = 0;
    for (uint32_t outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        told += clientele->told[kind][outcome];
    return told;
}

static uint64_t view_operations(const void *host, uint32_t owner, uint32_t outcome)
{
    const struct world *world = host;
    const struct clientele *clientele = &world->state->clients;
    uint64_t count = 0;
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++) {
        if (!is_counted(owner, kind))
            continue;
        if (outcome == OUTCOME_COUNT)
            count += clientele->begun[kind];
        else if (outcome == OUTCOME_PENDING)
            count += clientele->begun[kind] - told_of(clientele, kind);
        else
            count += clientele->told[kind][outcome];
    }
    return count;
}

static uint64_t view_identity(const void *host, struct bytes value)
{
    (void)host;
    return value_identity(value);
}

static void view_value_text(const void *host, struct text *text, uint64_t identity)
{
    struct trace_names names = world_names(host);
    names.value(host, text, identity);
}

struct condition_view world_condition_view(const struct world *world)
{
    return (struct condition_view){.host = world,
                                   .ask = view_ask,
                                   .records = view_records,
                                   .operations = view_operations,
                                   .identity = view_identity,
                                   .value_text = view_value_text};
}
