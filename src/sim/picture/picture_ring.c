/*
 * picture_ring.c: the ring, what a client could get of each part of it now, and the walk.
 *
 * Who can work with whom: a coordinator reaches a replica when both run and no cut is on
 * either way between them; an answer has to come back. A cut that nobody has noticed yet
 * counts, and a suspicion that is wrong does not: this is what could be got, not what a
 * detector believes.
 *
 *     rows      n1: 1 1 0 0 1      one a running node; equal rows are kept once, so that
 *               n3: 0 0 1 1 0      a partition in two costs two rows, not a hundred
 */
#include <string.h>

#include "db/safeguard.h"
#include "sim/picture/picture_parts.h"

struct reach {
    uint32_t words; /* of a row */
    uint32_t row_count;
    uint64_t *rows; /* a bit per node */
};

static bool is_linked(const struct world *world, uint32_t a, uint32_t b)
{
    return a == b || (!net_is_cut(world, a, b) && !net_is_cut(world, b, a));
}

static bool has_row(const struct reach *reach, const uint64_t *row)
{
    for (uint32_t i = 0; i < reach->row_count; i++)
        if (memcmp(&reach->rows[i * reach->words], row, reach->words * sizeof *row) == 0)
            return true;
    return false;
}

static struct reach reach_of(const struct world *world, struct heap *scratch,
                             const struct picture *picture)
{
    uint32_t nodes = picture->node_count;
    bool is_whole = world->state->net.active_cuts == 0;
    struct reach reach = {.words = (nodes + 63) / 64};
    uint32_t room = is_whole ? 1 : nodes;
    reach.rows = heap_alloc(scratch, (size_t)room * reach.words * sizeof *reach.rows);
    for (uint32_t from = 0; from < nodes && reach.row_count < room; from++) {
        uint64_t *row = &reach.rows[reach.row_count * reach.words];
        if (picture->nodes[from].state != PICTURE_UP)
            continue;
        memset(row, 0, reach.words * sizeof *row);
        for (uint32_t to = 0; to < nodes; to++)
            if (picture->nodes[to].state == PICTURE_UP && (is_whole || is_linked(world, from, to)))
                row[to / 64] |= UINT64_C(1) << to % 64;
        reach.row_count += !has_row(&reach, row);
    }
    return reach;
}

static uint8_t reach_by(const struct picture_rules *rules, uint32_t reached, uint32_t replicas)
{
    bool can_read = reached >= rules->read_needed, can_write = reached >= rules->write_needed;
    if (can_read && can_write)
        return reached == replicas ? PICTURE_REACH_ALL : PICTURE_REACH_BOTH;
    return can_read ? PICTURE_REACH_READ : can_write ? PICTURE_REACH_WRITE : PICTURE_REACH_NONE;
}

static void judge_range(const struct world *world, const struct reach *reach,
                        const struct picture_rules *rules, uint32_t range,
                        struct picture_token *token)
{
    uint32_t nodes[REPLICATION_MAX], best = 0;
    uint32_t count = placement_replicas(&world->state->placement, range, rules->replication,
                                        rules->is_distinct, nodes);
    token->position = placement_range(&world->state->placement, range).to;
    token->node = nodes[0];
    for (uint32_t row = 0; row < reach->row_count; row++) {
        uint32_t reached = 0;
        for (uint32_t i = 0; i < count; i++)
            reached += reach->rows[row * reach->words + nodes[i] / 64] >> nodes[i] % 64 & 1;
        best = MAX(best, reached);
    }
    token->replicas = (uint8_t)count;
    token->reached = (uint8_t)best;
    token->reach = reach_by(rules, best, count);
}

static void take_tokens(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint32_t count = world->state->placement.range_count;
    struct reach reach = reach_of(world, scratch, picture);
    picture->token_count = count;
    picture->tokens = heap_alloc(scratch, count * sizeof *picture->tokens);
    for (uint32_t i = 0; i < count; i++)
        judge_range(world, &reach, &picture->rules, i, &picture->tokens[i]);
}

static void take_rules(const struct world *world, struct picture *picture)
{
    const struct node_config *config = &world->scenario->node;
    picture->rules = (struct picture_rules){
        .replication = config->replication,
        .read_needed = level_needed((enum level)config->read_level, 0, config->replication),
        .write_needed = level_needed((enum level)config->write_level, 0, config->replication),
        .read_level = level_name((enum level)config->read_level),
        .write_level = level_name((enum level)config->write_level),
        .hash = config->placement.strategy == PLACEMENT_RANGES
                    ? NULL
                    : hash_name(config->placement.hash),
        .heartbeat = config->heartbeat_ns,
        .suspect_after = config->suspect_after_ns,
        .is_distinct = safeguard_is_on(config, SAFEGUARD_DISTINCT_REPLICAS)};
}

/* --- cuts and sides ------------------------------------------------------------------------ */

/* Nodes first, then clients: ascending. */
static uint32_t address_of(const struct picture *picture, uint32_t index)
{
    return index < picture->node_count ? index
                                       : PICTURE_CLIENT_BASE + (index - picture->node_count);
}

static void take_cuts(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint32_t nodes = picture->node_count, active = world->state->net.active_cuts;
    uint32_t all = nodes + world->scenario->client_count;
    if (active == 0)
        return;
    picture->cuts = heap_alloc(scratch, active * sizeof *picture->cuts);
    for (uint32_t i = 0; i < all; i++)
        for (uint32_t j = 0; j < (i < nodes ? all : nodes); j++) {
            uint32_t from = address_of(picture, i), to = address_of(picture, j);
            if (i != j && net_is_cut(world, from, to))
                picture->cuts[picture->cut_count++] = (struct picture_cut){from, to};
        }
}

/* Flood from each node that no side has yet, over links that work both ways. */
static void take_sides(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint32_t nodes = picture->node_count;
    uint32_t *waiting = heap_alloc(scratch, nodes * sizeof *waiting);
    uint8_t *is_met = heap_alloc(scratch, nodes);
    picture->side_count = 1;
    if (picture->cut_count == 0)
        return;
    picture->side_count = 0;
    for (uint32_t first = 0; first < nodes; first++) {
        if (is_met[first])
            continue;
        uint32_t count = 1, side = picture->side_count++;
        waiting[0] = first, is_met[first] = true;
        for (uint32_t i = 0; i < count; i++) {
            picture->nodes[waiting[i]].side = side;
            for (uint32_t to = 0; to < nodes; to++)
                if (!is_met[to] && is_linked(world, waiting[i], to))
                    waiting[count++] = to, is_met[to] = true;
        }
    }
}

void picture_take_ring(const struct world *world, struct heap *scratch, struct picture *picture)
{
    take_rules(world, picture);
    members_take(world, MEMBERS_ALL, scratch, &picture->members);
    take_tokens(world, scratch, picture);
    take_cuts(world, scratch, picture);
    take_sides(world, scratch, picture);
}

/* --- the walk ------------------------------------------------------------------------------ */

static bool is_met_before(const struct picture_stop *stops, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (stops[i].node == node)
            return true;
    return false;
}

/* The rank of a node on the preference list, or 0. Where a node may stand there twice, the walk
 * meets the entries one after the other. */
static uint32_t rank_of(const uint32_t *list, uint32_t count, uint32_t found, bool is_distinct,
                        uint32_t node)
{
    if (!is_distinct)
        return found < count && list[found] == node ? found + 1 : 0;
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == node)
            return i + 1;
    return 0;
}

/* Stops beyond `max` are counted only, and so may be taken for new though they are not: `max` of
 * a few hundred is more than any walk needs whose nodes have their fair part of the ring. */
uint32_t picture_walk(const struct world *world, uint64_t position, struct picture_stop *stops,
                      uint32_t max)
{
    uint32_t list[REPLICATION_MAX], node, count = 0, found = 0;
    const struct node_config *config = &world->scenario->node;
    const struct placement *placement = &world->state->placement;
    bool is_distinct = safeguard_is_on(config, SAFEGUARD_DISTINCT_REPLICAS);
    uint32_t range = placement_range_of(placement, position);
    uint32_t listed =
        placement_replicas(placement, range, config->replication, is_distinct, list);
    struct placement_walk walk = {placement, range, 0, 0};
    while (found < listed && placement_walk_next(&walk, &node)) {
        bool is_met = is_met_before(stops, MIN(count, max), node);
        uint32_t rank = is_distinct && is_met
                            ? 0
                            : rank_of(list, listed, found, is_distinct, node);
        found += rank > 0;
        if (count < max)
            stops[count] = (struct picture_stop){walk.position, node, rank, is_met};
        count++;
    }
    return count;
}
