/*
 * load_room.c: would a run of this scenario fit into the memory of a world?
 *
 * A world has a fixed stretch of address space (base/region.h), and when it is used up the
 * program stops: nobody can go on without memory. So what is sure to need more is
 * refused here, with the place to change:
 *
 *     needs    what grows                                  blamed on
 *     links    (nodes + clients)^2                         clients
 *     ring     every node knows all tokens: nodes^2 * vnodes    cluster
 *     beats    every node sends to every other: nodes^2    cluster
 *     cuts     each partition cuts every link between its groups    timeline
 *     rows     of data from before the run, N times        preload
 *     work     operations, the values that they write, N times    clients
 *
 * The first four are exact enough; the last one is a guess, since how often a client in
 * closed loop asks depends on the answers. It takes the pause and the latency of the
 * client's link for the shortest possible round, and so errs on the high side; and it
 * cannot know how many operations will be tried again, and errs on either.
 *
 * Left out: queues that grow because messages come faster than they can be handled,
 * except for the one case in which the nodes do that to each other.
 */
#include "scenario/loader.h"

#include <stdio.h>

#include "base/region.h"
#include "db/ring/placement.h"
#include "sim/net/net.h"
#include "sim/world/preload.h"
#include "sim/world/world.h"

#define MEBIBYTE        (1024.0 * 1024.0)
#define ROOM_BYTES      (0.75 * (double)WORLD_RESERVE_BYTES)
#define NODE_BYTES      98304.0 /* of an idle node: its two heaps, and what is in them */
#define MESSAGE_BYTES   300.0   /* in flight or waiting: parcel, event, work, frame */
#define OPERATION_BYTES 260.0   /* in the history, and the tables that lead to it: 220 measured */
#define RECORD_BYTES    240.0   /* of a row and of a log record, without the value: 225 measured */
#define ROW_BYTES       190.0   /* of a row in memory, its value included if it is short */
#define CHANCE          1.25    /* more operations than the mean gap says */

/* Something that takes memory, and what to change about it. */
struct need {
    const char *key; /* of the scenario */
    const char *what;
    double bytes;
};

/* --- what the machines need ----------------------------------------------------------- */

static double link_bytes(const struct scenario *scenario)
{
    double endpoints = (double)scenario->node.nodes + scenario->client_count;
    return endpoints * endpoints * sizeof(struct link) +
           endpoints * TRACE_KIND_COUNT * sizeof(uint32_t);
}

/* What one node keeps of all others: verdicts, gossip, and windows that fill with intervals. */
static double known_bytes(const struct scenario *scenario)
{
    const struct node_config *node = &scenario->node;
    double each = sizeof(struct peer);
    uint64_t interval = node->phi.is_over_gossip ? node->gossip.interval_ns : node->heartbeat_ns;
    if (node->gossip.is_on)
        each += sizeof(struct gossip_head) + sizeof(struct gossip_told) + sizeof(uint64_t);
    if (node->detector == DETECTOR_PHI && interval > 0) {
        double intervals = (double)scenario->duration_ns / (double)interval;
        each += sizeof(struct phi_window) + 8 * MIN(intervals, node->phi.window);
    }
    return node->nodes * each;
}

static double node_bytes(const struct scenario *scenario)
{
    const struct node_config *node = &scenario->node;
    double tokens = (double)node->nodes * node->placement.vnodes;
    double peers = detector_has_beats(node) ? (double)node->nodes : 0;
    double placement = tokens * sizeof(struct placement_point);
    return node->nodes * (NODE_BYTES + placement + peers * MESSAGE_BYTES + known_bytes(scenario));
}

static double cut_bytes(const struct scenario *scenario)
{
    double bytes = 0;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct partition_groups *groups = scenario->timeline[i].action.groups;
        double members = groups ? groups->member_count : 0;
        bytes += members * members * sizeof(struct cut_record);
    }
    return bytes;
}

/* On the disk, in memory with its links, and once more while a node reads it back. */
static double preload_bytes(const struct scenario *scenario)
{
    double row = (double)preload_row_bytes(scenario);
    double copies = (double)scenario->preload.key_count * scenario->node.replication;
    return scenario->preload.key_count > 0 ? copies * (row + ROW_BYTES) : 0;
}

/* --- what the clients need ------------------------------------------------------------ */

/* The mean of a draw, where a draw longer than the run counts as the run. */
static double mean_within(struct distribution distribution, vtime duration)
{
    vtime max = distribution.max_ns;
    distribution.max_ns = max > 0 ? MIN(max, duration) : duration;
    distribution.min_ns = MIN(distribution.min_ns, distribution.max_ns);
    return distribution_mean(&distribution);
}

/* Operations that a client begins. How many of them it will try again nobody can know. */
static double operation_count(const struct scenario *scenario, const struct client_setting *client)
{
    double attempts = client->retry.retries > 0 ? 2 : 1;
    if (client->loop == CLIENT_SCRIPT)
        return (double)client->plan_count * attempts;
    vtime begin = MIN(client->start_ns, scenario->duration_ns);
    vtime end = MIN(client->stop_ns, scenario->duration_ns);
    double gap = mean_within(client->think, scenario->duration_ns);
    if (client->loop == CLIENT_CLOSED)
        gap += 2 * mean_within(scenario->network.clients.latency, scenario->duration_ns);
    double count = CHANCE * (double)(end - begin) / MAX(gap, 1e-3);
    double limit = client->operations > 0 ? (double)client->operations : count;
    return MIN(count, limit) * attempts;
}

/* Of one put, on all replicas: in the log and in memory, and while the processors cannot keep
 * up with an open loop, on its way. What a checkpoint makes superfluous is a bonus. */
static double put_bytes(const struct scenario *scenario, const struct client_setting *client)
{
    double value = client->loop == CLIENT_SCRIPT ? 1000 : distribution_mean(&client->value_size);
    double copies = client->loop == CLIENT_OPEN ? 3 : 2;
    return scenario->node.replication * (copies * value + RECORD_BYTES);
}

static double put_share(const struct client_setting *client)
{
    double all = 0;
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        all += client->weights[kind];
    return all > 0 ? (all - client->weights[OPERATION_GET]) / all : 1;
}

static double work_bytes(const struct scenario *scenario, double *operations)
{
    double bytes = 0;
    *operations = 0;
    for (uint32_t i = 0; i < scenario->client_count; i++) {
        const struct client_setting *client = &scenario->clients[i];
        double count = operation_count(scenario, client);
        *operations += count;
        bytes += count * (OPERATION_BYTES + put_share(client) * put_bytes(scenario, client));
    }
    return bytes;
}

/* --- the complaints ------------------------------------------------------------------- */

static void refuse(struct json_value value, double bytes, const char *what)
{
    static const char *const units[] = {"MiB", "GiB", "TiB", "PiB"};
    uint32_t unit = 0;
    double amount = bytes / MEBIBYTE;
    for (; amount >= 10000 && unit + 1 < ARRAY_LEN(units); unit++)
        amount /= 1024;
    json_fail(value,
              "a run would need about %.0f %s of memory, most of it for %s, and has %.0f MiB",
              amount, units[unit], what, ROOM_BYTES / MEBIBYTE);
}

static void check_sum(struct json_object *top, const struct need *needs, uint32_t count)
{
    double sum = 0;
    const struct need *largest = needs;
    for (uint32_t i = 0; i < count; i++) {
        sum += needs[i].bytes;
        if (needs[i].bytes > largest->bytes)
            largest = &needs[i];
    }
    if (sum > ROOM_BYTES)
        refuse(json_object_get(top, largest->key), sum, largest->what);
}

/* Heartbeats alone may be more than a node can handle: then its queue only grows. */
static void check_heartbeats(struct loader *loader, struct json_value value)
{
    const struct scenario *scenario = loader->scenario;
    const struct node_config *node = &scenario->node;
    for (uint32_t i = 0; i < node->nodes && detector_has_beats(node); i++) {
        const struct cpu_config *cpu = &scenario->nodes[i].cpu;
        double busy = (double)(node->nodes - 1) * (double)cpu->service_ns[WORK_MESSAGE] /
                      ((double)node->heartbeat_ns * cpu->cores);
        if (busy > 1) {
            json_fail(value,
                      "the heartbeats of %u nodes would keep each of them busy %.1f times over; "
                      "expected a longer \"heartbeat\" or a shorter \"service\" of a message",
                      node->nodes, busy);
            return;
        }
    }
}

void check_room(struct loader *loader, struct json_object *top)
{
    const struct scenario *scenario = loader->scenario;
    double operations;
    double work = work_bytes(scenario, &operations);
    char work_text[100];
    snprintf(work_text, sizeof work_text, "up to %.0f operations", operations);
    const struct need needs[] = {
        {"cluster", "its nodes, each of which knows all places of the ring", node_bytes(scenario)},
        {"clients", "the links between all nodes and clients", link_bytes(scenario)},
        {"timeline", "the links that its partitions cut", cut_bytes(scenario)},
        {"preload", "the data from before the run", preload_bytes(scenario)},
        {"clients", work_text, work},
    };
    check_heartbeats(loader, json_object_get(top, "cluster"));
    check_sum(top, needs, ARRAY_LEN(needs));
}
