/*
 * inside_load.c: the sketch of a node, and its measurements of the others, for whoever looks.
 *
 * Nothing is added to what the node knows but the names of keys, of which it keeps tokens.
 */
#include "sim/picture/inside_load.h"

#include "base/sort.h"
#include "sim/picture/heat.h"
#include "sim/picture/view.h"

static void name_key(const struct world *world, const struct heat_key *key, char *to)
{
    struct text text;
    text_init(&text, to, INSIDE_NAME_MAX);
    if (key->key == HEAT_NO_KEY) {
        text_str(&text, "(unknown)");
        return;
    }
    struct bytes name = world_key(world, key->key);
    for (uint32_t i = 0; i < name.size && i < INSIDE_NAME_MAX - 1; i++)
        text_char(&text, name.data[i] >= 0x20 && name.data[i] < 0x7f ? (char)name.data[i] : '.');
}

static void take_hot(const struct world *world, uint32_t node, struct heap *scratch,
                     struct inside_load *load)
{
    struct heat_keys heat;
    heat_take_keys(world, node, INSIDE_HOT_MAX, scratch, &heat);
    load->reads = heat.reads;
    load->writes = heat.writes;
    load->hot_count = heat.count;
    for (uint32_t i = 0; i < heat.count; i++) {
        const struct heat_key *key = &heat.keys[i];
        load->hot[i] = (struct inside_hot){.reads = key->reads.count,
                                           .writes = key->writes.count,
                                           .error = key->reads.error + key->writes.error,
                                           .share_ppm = heat_share_ppm(&heat, key)};
        name_key(world, key, load->hot[i].name);
    }
}

static bool owes_more(const void *context, uint32_t a, uint32_t b)
{
    const struct peer_load *peers = context;
    return peers[a].outstanding > peers[b].outstanding;
}

static void take_peers(const struct world *world, const struct load_peers *load,
                       struct heap *scratch, struct inside_load *to)
{
    uint32_t nodes = world->scenario->node.nodes, count = 0;
    uint32_t *order = heap_alloc(scratch, nodes * sizeof *order);
    uint32_t *spare = heap_alloc(scratch, nodes * sizeof *spare);
    for (uint32_t i = 0; i < nodes; i++)
        if (load->peers[i].asked > 0)
            order[count++] = i;
    sort_indexes(order, count, spare, owes_more, load->peers);
    to->peers = heap_alloc(scratch, (count + 1) * sizeof *to->peers);
    to->peer_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const struct peer_load *peer = &load->peers[order[i]];
        to->peers[i] = (struct inside_peer){order[i], peer->outstanding, peer->latency_ns,
                                            peer->asked};
    }
}

void inside_take_load(const struct world *world, uint32_t node, struct heap *scratch,
                      struct inside_load *load)
{
    const struct node *process = machine_at(world, node)->node;
    if (!process)
        return;
    take_hot(world, node, scratch, load);
    if (process->load.peers)
        take_peers(world, &process->load, scratch, load);
}
