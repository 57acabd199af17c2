/*
 * client_choose.c: whom a client asks, and when it asks again.
 */
#include "sim/client/client_choose.h"

#include "base/mix.h"
#include "sim/world/world.h"

#define WEIGHT 4 /* a latency below the average counts for one part in so many */

static const struct client_setting *setting_of(const struct world *world, uint32_t client)
{
    return &world->scenario->clients[client];
}

static struct client *client_at(const struct world *world, uint32_t client)
{
    return &world->state->clients.clients[client];
}

/* --- who may be asked ------------------------------------------------------------------------- */

static uint32_t members(const struct world *world, uint32_t *nodes)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        if (topology_is_member(&world->state->topology, node))
            nodes[count++] = node;
    return count;
}

/* Drivers get the members and their tokens from the cluster, so they know where a key lies. */
static uint32_t replicas_of(const struct world *world, struct bytes key, uint32_t *nodes)
{
    return placement_of_key(&world->state->placement, key, world->scenario->node.replication, true,
                            nodes);
}

/* Who failed just now is not asked again, if there is somebody else. */
static uint32_t leave_out(uint32_t avoid, uint32_t *nodes, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count && count > 1; i++)
        if (nodes[i] != avoid)
            nodes[kept++] = nodes[i];
    return count > 1 ? kept : count;
}

/* --- which of them ---------------------------------------------------------------------------- */

static uint32_t outstanding_at(const struct client *client, uint32_t node)
{
    return client->views ? client->views[node].outstanding : 0;
}

/* Halved in each half life since it was measured. */
static uint64_t latency_at(const struct world *world, uint32_t client_index, uint32_t node)
{
    const struct client *client = client_at(world, client_index);
    vtime half_life = setting_of(world, client_index)->half_life_ns;
    if (!client->views)
        return 0;
    uint64_t halvings = (world->state->now - client->views[node].measured_at) / half_life;
    return halvings > 63 ? 0 : client->views[node].latency_ns >> halvings;
}

/* What is outstanding there will have to be waited for, too. */
static uint64_t score_of(const struct world *world, uint32_t client, uint8_t choice, uint32_t node)
{
    uint64_t outstanding = outstanding_at(client_at(world, client), node);
    if (choice != COORDINATOR_FASTEST)
        return outstanding;
    return latency_at(world, client, node) * (outstanding + 1);
}

/* Of the first `count`, the one with the lowest score; of equal ones the first. */
static uint32_t best_of(const struct world *world, uint32_t client, uint8_t choice,
                        const uint32_t *nodes, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (score_of(world, client, choice, nodes[i]) <
            score_of(world, client, choice, nodes[best]))
            best = i;
    return nodes[best];
}

/* Fisher and Yates, as far as it is looked at. */
static void shuffle(uint64_t bits, uint32_t *nodes, uint32_t count, uint32_t needed)
{
    for (uint32_t i = 0; i < MIN(needed, count - 1); i++) {
        uint32_t j = i + (uint32_t)mix_below(mix_pair(bits, i), count - i), node = nodes[i];
        nodes[i] = nodes[j];
        nodes[j] = node;
    }
}

static uint32_t by_what_was_seen(struct world *world, const struct coordinator_question *question,
                                 uint8_t choice, uint32_t *nodes, uint32_t count)
{
    uint64_t bits = mix_pair(question->bits, question->attempt);
    count = leave_out(question->avoid, nodes, count);
    uint32_t looked_at = choice == COORDINATOR_P2C ? MIN(2u, count) : count;
    shuffle(bits, nodes, count, looked_at);
    return best_of(world, question->client, choice, nodes, looked_at);
}

uint32_t client_choose(struct world *world, const struct coordinator_question *question)
{
    const struct client_setting *setting = setting_of(world, question->client);
    uint32_t nodes[NODES_MAX], count;
    count = setting->is_token_aware ? replicas_of(world, question->key, nodes)
                                    : members(world, nodes);
    switch (setting->coordinator_choice) {
    case COORDINATOR_RANDOM: /* a retry goes to the next one */
        return nodes[(mix_below(question->bits, count) + question->attempt) % count];
    case COORDINATOR_ROUND_ROBIN:
        return nodes[(setting->identity + question->number + question->attempt) % count];
    default:
        return by_what_was_seen(world, question, setting->coordinator_choice, nodes, count);
    }
}

/* --- what was seen ---------------------------------------------------------------------------- */

static bool is_watching(const struct client_setting *setting)
{
    return setting->coordinator_choice >= COORDINATOR_P2C;
}

void client_saw_asked(struct world *world, uint32_t client_index, uint32_t node)
{
    struct client *client = client_at(world, client_index);
    if (!is_watching(setting_of(world, client_index)))
        return;
    if (!client->views)
        client->views = heap_alloc(&world->state->heap,
                                   world->scenario->node.nodes * sizeof *client->views);
    client->views[node].outstanding++;
}

void client_saw_answer(struct world *world, uint32_t client_index, uint32_t node,
                       uint64_t latency_ns)
{
    struct client *client = client_at(world, client_index);
    if (!client->views || client->views[node].outstanding == 0)
        return;
    struct client_view *view = &client->views[node];
    uint64_t before = latency_at(world, client_index, node);
    view->outstanding--;
    view->measured_at = world->state->now;
    view->latency_ns = latency_ns >= before || before == 0
                           ? MAX(latency_ns, 1u)
                           : before - before / WEIGHT + latency_ns / WEIGHT;
}

/* --- retries ---------------------------------------------------------------------------------- */

static void add_to_budget(struct client *client, uint64_t tokens)
{
    client->budget = MIN(client->budget + tokens, RETRY_SAVED_MAX);
}

/* So many a second, since the last time. */
static void accrue(struct world *world, struct client *client, const struct retry_setting *retry)
{
    uint64_t elapsed = MIN(world->state->now - client->budget_since, 10 * SECOND);
    add_to_budget(client, elapsed * retry->budget_rate);
    client->budget_since = world->state->now;
}

void client_deposit(struct world *world, uint32_t client_index)
{
    const struct retry_setting *retry = &setting_of(world, client_index)->retry;
    if (retry->has_budget)
        add_to_budget(client_at(world, client_index), retry->budget_ppb);
}

bool client_withdraw(struct world *world, uint32_t client_index)
{
    const struct retry_setting *retry = &setting_of(world, client_index)->retry;
    struct client *client = client_at(world, client_index);
    if (!retry->has_budget)
        return true;
    accrue(world, client, retry);
    if (client->budget < RETRY_TOKEN)
        return false;
    client->budget -= RETRY_TOKEN;
    return true;
}

/* Twice as long each time; with full jitter anything up to that (Brooker, "Exponential Backoff and
 * Jitter", AWS 2015), so that those who failed together do not come back together. */
uint64_t client_backoff(struct world *world, uint32_t client, uint64_t number, uint8_t attempt)
{
    const struct client_setting *setting = setting_of(world, client);
    uint64_t pause = setting->retry.backoff_ns;
    for (uint8_t i = 1; i < attempt && pause < setting->retry.backoff_max_ns; i++)
        pause *= 2;
    pause = MIN(pause, setting->retry.backoff_max_ns);
    if (!setting->retry.is_jittered || pause == 0)
        return pause;
    uint64_t about = mix_pair(mix_pair(setting->identity, number), attempt);
    return mix_below(world_draw(world, STREAM_CLIENT_BACKOFF, about), pause + 1);
}
