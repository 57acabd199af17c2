/*
 * net.c: sending, and what may happen before something arrives.
 */
#include "sim/net/net.h"

#include <string.h>

#include "db/message.h"
#include "sim/net/net_touch.h"
#include "sim/world/world.h"

static struct network *net_of(const struct world *world)
{
    return &world->state->net;
}

/* First the rows of the nodes, to everybody; then those of the clients, to nodes. */
static struct link *link_at(const struct world *world, uint32_t from, uint32_t to)
{
    struct network *net = net_of(world);
    uint64_t row = endpoint_index(world, from);
    uint64_t column = endpoint_index(world, to);
    if (row < net->node_count)
        return &net->links[row * net->endpoint_count + column];
    uint64_t client = row - net->node_count;
    return &net->links[(uint64_t)net->node_count * net->endpoint_count + client * net->node_count +
                       column];
}

/* Clients do not speak to each other. */
static bool has_link(const struct world *world, uint32_t from, uint32_t to)
{
    return is_node_address(world, from) || is_node_address(world, to);
}

/* A setting names a node, or all of them. */
static uint32_t count_named(const struct world *world, uint32_t member, uint32_t *first)
{
    *first = member == ALL_MEMBERS ? 0 : member;
    return member == ALL_MEMBERS ? net_of(world)->node_count : 1;
}

/* Note it on the links that it names, so that nobody has to look for it again. */
static void apply_setting(struct world *world, uint32_t index)
{
    const struct link_setting *setting = &world->scenario->network.settings[index];
    uint32_t from, to;
    uint32_t from_count = count_named(world, setting->from, &from);
    uint32_t to_count = count_named(world, setting->to, &to);
    for (uint32_t i = 0; i < from_count; i++)
        for (uint32_t j = 0; j < to_count; j++)
            link_at(world, from + i, to + j)->config = 1 + index;
}

void net_init(struct world *world)
{
    struct network *net = net_of(world);
    heap_init(&net->heap, world->region.header);
    pool_init(&net->parcels, &net->heap, sizeof(struct parcel));
    table_init(&net->commanded_drops, &net->heap);
    table_init(&net->copies_made, &net->heap);
    table_init(&net->marked, &net->heap);
    chain_init(&net->marks, &net->heap, sizeof(struct message_mark));
    net->first_held = net->last_held = POOL_NONE;
    chain_init(&net->cuts, &net->heap, sizeof(struct cut_record));
    chain_init(&net->changes, &net->heap, sizeof(uint64_t));
    net->node_count = world->scenario->node.nodes;
    net->endpoint_count = net->node_count + world->scenario->client_count;
    uint64_t client_count = world->scenario->client_count;
    uint64_t link_count = net->node_count * (net->endpoint_count + client_count);
    net->links = heap_alloc(&net->heap, link_count * sizeof *net->links);
    for (uint32_t i = 0; i < world->scenario->network.setting_count; i++)
        apply_setting(world, i);
}

/* --- configuration --------------------------------------------------------- */

static const struct link_config *changed(const struct world *world, uint32_t change)
{
    const uint64_t *source = chain_at(&net_of(world)->changes, change);
    return world_action_at(world, *source)->link;
}

static const struct link_config *config_of(const struct world *world, uint32_t from, uint32_t to)
{
    const struct network_config *network = &world->scenario->network;
    uint32_t config = link_at(world, from, to)->config;
    if (config > network->setting_count)
        return changed(world, config - network->setting_count - 1);
    if (config > 0)
        return &network->settings[config - 1].link;
    bool is_inside = is_node_address(world, from) && is_node_address(world, to);
    return is_inside ? &network->nodes : &network->clients;
}

/* --- sending ----------------------------------------------------------------- */

/* A client's address counts the clients before it, so removing one of those would change
 * it. The request says well enough which client is meant. */
static uint64_t endpoint_identity(uint32_t address)
{
    return MIN(address, CLIENT_ADDRESS_BASE);
}

uint64_t net_identity(uint64_t about, uint8_t kind, uint8_t round, uint32_t from, uint32_t to)
{
    uint64_t ends = endpoint_identity(from) << 32 | endpoint_identity(to);
    return mix_pair(mix_pair(about, (uint64_t)kind << 8 | round), ends);
}

static vtime draw_latency(struct world *world, const struct link_config *config, uint64_t identity)
{
    uint64_t bits = world_draw(world, STREAM_LATENCY, identity);
    vtime latency = sample(&config->latency, bits);
    if (config->reorder_ppb &&
        mix_chance(world_draw(world, STREAM_REORDER, identity), config->reorder_ppb))
        latency +=
            sample(&config->reorder_delay, world_draw(world, STREAM_REORDER_DELAY, identity));
    return latency;
}

/* When the message has left the sender, or VTIME_NEVER if the queue is full. */
static vtime departure(struct world *world, const struct link_config *config, struct link *link,
                       uint32_t size)
{
    vtime now = world->state->now;
    if (config->bandwidth == 0)
        return now;
    vtime start = MAX(now, link->busy_until);
    uint64_t waiting_bytes = (uint64_t)((uint128)(start - now) * config->bandwidth / SECOND);
    if (config->queue_bytes && waiting_bytes + size > config->queue_bytes)
        return VTIME_NEVER;
    link->busy_until = start + (vtime)((uint128)size * SECOND / config->bandwidth);
    return link->busy_until;
}

void net_dispatch(struct world *world, const struct parcel *parcel, vtime arrives_at)
{
    struct network *net = net_of(world);
    uint32_t index;
    uint8_t *data = heap_alloc(&net->heap, parcel->size);
    memcpy(data, parcel->data, parcel->size);
    struct parcel *slot = pool_take(&net->parcels, &index);
    *slot = *parcel;
    slot->data = data;
    slot->arrives_at = arrives_at;
    slot->way = arrives_at - parcel->sent_at;
    slot->arrival =
        world_push(world, arrives_at, SIM_ARRIVE, 0, index, parcel->identity + parcel->copy);
    if (world->parcel_sink.take)
        world->parcel_sink.take(world->parcel_sink.host, slot);
}

/* The network's own copy draws by the message's identity; those of actions by their own. */
vtime net_copy_latency(struct world *world, const struct parcel *copy)
{
    uint64_t identity = copy->identity + copy->copy - 1;
    uint64_t bits = world_draw(world, STREAM_DUPLICATE_LATENCY, identity);
    return sample(&config_of(world, copy->from, copy->to)->latency, bits);
}

static void maybe_duplicate(struct world *world, const struct link_config *config,
                            const struct parcel *parcel, vtime departs_at)
{
    if (!config->duplicate_ppb ||
        !mix_chance(world_draw(world, STREAM_DUPLICATE, parcel->identity), config->duplicate_ppb))
        return;
    struct parcel copy = *parcel;
    copy.copy = 1;
    vtime latency = net_copy_latency(world, &copy);
    uint64_t cause = world->state->cause;
    world->state->cause = parcel->cause;
    copy.cause = world_record(world, TRACE_DUPLICATE, parcel->from, parcel->about, parcel->kind,
                              parcel->to, latency);
    world->state->cause = cause;
    net_dispatch(world, &copy, departs_at + latency);
}

static uint32_t incarnation_of(const struct world *world, uint32_t address)
{
    return is_node_address(world, address) ? machine_at(world, address)->incarnation : 0;
}

void net_send(struct world *world, uint32_t from, uint32_t to, uint64_t about, const uint8_t *data,
              uint32_t size)
{
    struct parcel parcel = {.from = from, .to = to, .size = size, .about = about};
    CHECK(message_peek(data, size, &parcel.kind, &parcel.round));
    parcel.data = (uint8_t *)(uintptr_t)data;
    parcel.identity = net_identity(about, parcel.kind, parcel.round, from, to);
    parcel.incarnation = incarnation_of(world, to);
    parcel.sent_at = world->state->now;
    parcel.cause = world_record(world, TRACE_SEND, from, about, parcel.kind, to, size);

    const struct link_config *config = config_of(world, from, to);
    vtime departs_at = departure(world, config, link_at(world, from, to), size);
    if (departs_at == VTIME_NEVER) {
        world_record(world, TRACE_DROP, from, about, parcel.kind, to, REASON_QUEUE_FULL);
        return;
    }
    net_dispatch(world, &parcel, departs_at + draw_latency(world, config, parcel.identity));
    maybe_duplicate(world, config, &parcel, departs_at);
    if (table_has(&net_of(world)->marked, parcel.identity))
        net_bend_sent(world, parcel.identity);
}

/* --- arriving ------------------------------------------------------------------ */

bool net_is_cut(const struct world *world, uint32_t from, uint32_t to)
{
    return link_at(world, from, to)->cuts > 0;
}

/* Why this parcel does not get through now, or REASON_NONE. The copy of a
 * duplicated message has a loss draw of its own. */
static enum reason why_lost(struct world *world, const struct parcel *parcel)
{
    if (net_is_dropped(world, parcel))
        return REASON_COMMANDED;
    if (net_is_cut(world, parcel->from, parcel->to))
        return REASON_PARTITION;
    const struct link_config *config = config_of(world, parcel->from, parcel->to);
    uint64_t identity = parcel->identity + parcel->copy;
    if (config->loss_ppb && mix_chance(world_draw(world, STREAM_LOSS, identity), config->loss_ppb))
        return REASON_LOSS;
    if (!is_node_address(world, parcel->to))
        return REASON_NONE;
    const struct machine *machine = machine_at(world, parcel->to);
    uint32_t queue_max = world->scenario->nodes[parcel->to].cpu.queue_max;
    if (machine->state == NODE_DOWN)
        return REASON_NODE_DOWN;
    if (queue_max && machine->cpu.waiting >= queue_max)
        return REASON_INBOX_FULL;
    return machine->incarnation == parcel->incarnation ? REASON_NONE : REASON_RESTARTED;
}

static void deliver_to_node(struct world *world, const struct parcel *parcel)
{
    struct machine *machine = machine_at(world, parcel->to);
    uint64_t record = world_record(world, TRACE_ARRIVE, parcel->to, parcel->about, parcel->kind,
                                   parcel->from, machine->cpu.waiting + machine->cpu.busy);
    struct work work = {.node = parcel->to,
                        .kind = WORK_MESSAGE,
                        .message_kind = parcel->kind,
                        .arrived_at = world->state->now,
                        .about = parcel->about,
                        .cause = record,
                        .event = {.kind = EVENT_MESSAGE,
                                  .from = parcel->from,
                                  .data = parcel->data,
                                  .size = parcel->size}};
    cpu_submit(world, &work);
}

static void deliver_to_client(struct world *world, const struct parcel *parcel)
{
    world->state->cause =
        world_record(world, TRACE_ARRIVE, parcel->to, parcel->about, parcel->kind, parcel->from, 0);
    client_receive(world, parcel->to - CLIENT_ADDRESS_BASE, parcel->from, parcel->data,
                   parcel->size);
    heap_free(&net_of(world)->heap, parcel->data);
}

/* A bit of it flips on the way, which one is drawn. */
static void maybe_corrupt(struct world *world, struct parcel *parcel)
{
    const struct link_config *config = config_of(world, parcel->from, parcel->to);
    uint64_t identity = parcel->identity + parcel->copy;
    if (!config->corrupt_ppb)
        return;
    uint64_t bits = world_draw(world, STREAM_CORRUPT, identity);
    if (!mix_chance(bits, config->corrupt_ppb))
        return;
    uint64_t bit = mix_below(mix_bits(bits), (uint64_t)parcel->size * 8);
    parcel->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    parcel->cause = world->state->cause =
        world_record(world, TRACE_CORRUPT, parcel->from, parcel->about, parcel->kind, parcel->to,
                     bit / 8);
}

void net_arrive(struct world *world, uint32_t parcel_index)
{
    struct network *net = net_of(world);
    struct parcel *arriving = pool_at(&net->parcels, parcel_index);
    if (link_at(world, arriving->from, arriving->to)->clogs > 0) {
        net_hold_up(world, parcel_index);
        return;
    }
    struct parcel parcel = *(struct parcel *)pool_at(&net->parcels, parcel_index);
    pool_give(&net->parcels, parcel_index);
    world->state->cause = parcel.cause;

    enum reason reason = why_lost(world, &parcel);
    if (reason != REASON_NONE) {
        world_record(world, TRACE_DROP, parcel.from, parcel.about, parcel.kind, parcel.to, reason);
        heap_free(&net->heap, parcel.data);
        return;
    }
    maybe_corrupt(world, &parcel);
    if (is_node_address(world, parcel.to))
        deliver_to_node(world, &parcel);
    else
        deliver_to_client(world, &parcel);
}

/* --- actions --------------------------------------------------------------------- */

static void cut_link(struct world *world, uint32_t from, uint32_t to, uint64_t label)
{
    struct network *net = net_of(world);
    struct cut_record *cut = chain_append(&net->cuts);
    *cut = (struct cut_record){label, from, to, true, false};
    net->active_cuts++;
    link_at(world, from, to)->cuts++;
}

uint32_t net_partition(struct world *world, const struct partition_groups *groups, uint64_t label)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < groups->member_count; i++)
        for (uint32_t j = 0; j < groups->member_count; j++)
            if (groups->group_of[i] != groups->group_of[j] &&
                has_link(world, groups->members[i], groups->members[j])) {
                cut_link(world, groups->members[i], groups->members[j], label);
                count++;
            }
    return count;
}

uint32_t net_cut(struct world *world, uint32_t from, uint32_t to, uint64_t label)
{
    cut_link(world, from, to, label);
    return 1;
}

uint32_t net_clog(struct world *world, uint32_t from, uint32_t to, uint64_t label)
{
    struct network *net = net_of(world);
    struct cut_record *clog = chain_append(&net->cuts);
    *clog = (struct cut_record){label, from, to, true, true};
    net->active_clogs++;
    link_at(world, from, to)->clogs++;
    return 1;
}

static void end_cut(struct world *world, struct cut_record *cut)
{
    struct link *link = link_at(world, cut->from, cut->to);
    cut->is_active = false;
    if (!cut->is_clog) {
        link->cuts--;
        net_of(world)->active_cuts--;
        return;
    }
    net_of(world)->active_clogs--;
    if (--link->clogs == 0)
        net_unclog(world, cut->from, cut->to);
}

static void forget_ended_cuts(struct network *net)
{
    if (net->active_cuts == 0 && net->active_clogs == 0)
        chain_truncate(&net->cuts, 0);
}

uint32_t net_heal(struct world *world, uint64_t label)
{
    struct network *net = net_of(world);
    uint32_t count = 0;
    for (uint64_t i = 0; i < chain_count(&net->cuts); i++) {
        struct cut_record *cut = chain_at(&net->cuts, i);
        if (!cut->is_active || (label && cut->label != label))
            continue;
        end_cut(world, cut);
        count++;
    }
    forget_ended_cuts(net);
    return count;
}

uint32_t net_heal_link(struct world *world, uint32_t one, uint32_t other)
{
    struct network *net = net_of(world);
    uint32_t count = 0;
    for (uint64_t i = 0; i < chain_count(&net->cuts); i++) {
        struct cut_record *cut = chain_at(&net->cuts, i);
        bool is_between = (cut->from == one && cut->to == other) ||
                          (cut->from == other && cut->to == one);
        if (!cut->is_active || !is_between)
            continue;
        end_cut(world, cut);
        count++;
    }
    forget_ended_cuts(net);
    return count;
}

static uint32_t change_links_from(struct world *world, uint32_t from, uint32_t to, uint32_t config)
{
    uint32_t count = 0;
    for (uint32_t other = 0; other < net_of(world)->node_count; other++)
        if (other != from && (to == ALL_MEMBERS || to == other)) {
            link_at(world, from, other)->config = config;
            count++;
        }
    return count;
}

uint32_t net_change_links(struct world *world, uint32_t from, uint32_t to,
                          const struct link_config *config)
{
    struct network *net = net_of(world);
    *(uint64_t *)chain_append(&net->changes) = world_action_source(world, config);
    uint32_t index = world->scenario->network.setting_count + (uint32_t)chain_count(&net->changes);
    if (from != ALL_MEMBERS)
        return change_links_from(world, from, to, index);
    uint32_t count = 0;
    for (uint32_t node = 0; node < net->node_count; node++)
        count += change_links_from(world, node, to, index);
    return count;
}
