/*
 * members.c: from what the nodes know to a picture of the members.
 *
 * Shares are measured where neither the old nor the new owners change: the circle is walked from
 * end to end of both placements. A width is 32 bits of the 64, so that N times the whole circle
 * fits a number; an interval narrower than that counts as nothing.
 */
#include "sim/picture/members.h"

#include "db/safeguard.h"
#include "sim/picture/view.h"

_Static_assert(MEMBERS_READ_OLD == (int)TOPOLOGY_READ_OLD &&
                   MEMBERS_READ_NEW == (int)TOPOLOGY_READ_NEW &&
                   MEMBERS_UNDONE == (int)TOPOLOGY_ROLLED_BACK,
               "the phases of a topology");
_Static_assert(MEMBERS_JOIN == (int)TRANSITION_JOIN && MEMBERS_LEAVE == (int)TRANSITION_LEAVE &&
                   MEMBERS_REMOVE == (int)TRANSITION_REMOVE &&
                   MEMBERS_REPLACE == (int)TRANSITION_REPLACE &&
                   MEMBERS_SPLIT == (int)TRANSITION_SPLIT &&
                   MEMBERS_MERGE == (int)TRANSITION_MERGE &&
                   MEMBERS_MOVE == (int)TRANSITION_MOVE &&
                   MEMBERS_DEED_COUNT == (int)TRANSITION_COUNT,
               "the changes of members");

const char *member_kind_word(uint32_t kind)
{
    static const char *const words[] = {
#define MEMBER_KIND(identifier, word, meaning) word,
        MEMBER_KINDS(MEMBER_KIND)
#undef MEMBER_KIND
    };
    return kind < ARRAY_LEN(words) ? words[kind] : "?";
}

const char *member_kind_meaning(uint32_t kind)
{
    static const char *const meanings[] = {
#define MEMBER_KIND(identifier, word, meaning) meaning,
        MEMBER_KINDS(MEMBER_KIND)
#undef MEMBER_KIND
    };
    return kind < ARRAY_LEN(meanings) ? meanings[kind] : "?";
}

/* --- what is looked at ---------------------------------------------------------------------- */

struct look {
    const struct topology *topology;
    const struct placement *old, *new; /* the same when nothing changes */
    const struct placement *reads;     /* one of them */
};

static const struct node *process_of(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node && machine->node->membership.is_ready ? machine->node : NULL;
}

bool members_can_look(const struct world *world, uint32_t from)
{
    return process_of(world, from) != NULL;
}

static struct look look_from(const struct world *world, uint32_t from)
{
    const struct world_state *state = world->state;
    const struct membership *membership;
    const struct placement *reads = &state->placement, *others = reads;
    if (from == MEMBERS_ALL) {
        if (topology_is_changing(&state->topology))
            others = &state->other_placement;
        bool is_new = state->topology.phase == TOPOLOGY_READ_NEW;
        return (struct look){&state->topology, is_new ? others : reads, is_new ? reads : others,
                             reads};
    }
    membership = &process_of(world, from)->membership;
    return (struct look){&membership->now, &membership->placements[0],
                         &membership->placements[topology_is_changing(&membership->now)],
                         membership_reads(membership)};
}

/* --- states --------------------------------------------------------------------------------- */

/* Who has the name, and so the place, of a node that is gone. */
static uint32_t successor_of(const struct topology *topology, uint32_t gone)
{
    for (uint32_t node = 0; node < topology->node_count; node++)
        if (node != gone && !topology_is_gone(topology, node) &&
            topology->states[node] != MEMBER_NONE &&
            topology->names[node] == topology->names[gone])
            return node;
    return MEMBERS_NOBODY;
}

static void take_kind(const struct topology *topology, uint32_t node, struct members_node *to)
{
    bool is_replaced = topology->change == TRANSITION_REPLACE;
    to->partner = MEMBERS_NOBODY;
    switch (topology->states[node]) {
    case MEMBER_NONE: to->kind = MEMBER_KIND_SPARE; break;
    case MEMBER_NORMAL: to->kind = MEMBER_KIND_NORMAL; break;
    case MEMBER_JOINING:
        to->kind = is_replaced ? MEMBER_KIND_REPLACING : MEMBER_KIND_JOINING;
        to->partner = is_replaced ? topology->other : MEMBERS_NOBODY;
        break;
    case MEMBER_LEAVING:
        to->kind = is_replaced                              ? MEMBER_KIND_REPLACED
                   : topology->change == TRANSITION_REMOVE ? MEMBER_KIND_REMOVED
                                                            : MEMBER_KIND_LEAVING;
        to->partner = is_replaced ? topology->subject : MEMBERS_NOBODY;
        break;
    default:
        to->partner = successor_of(topology, node);
        to->kind = to->partner != MEMBERS_NOBODY               ? MEMBER_KIND_SUCCEEDED
                   : topology->states[node] == MEMBER_REMOVED ? MEMBER_KIND_DROPPED
                                                              : MEMBER_KIND_LEFT;
    }
}

/* --- shares --------------------------------------------------------------------------------- */

#define CIRCLE_BITS 32

static uint64_t in_ppm(uint64_t width)
{
    uint64_t whole = width >> CIRCLE_BITS, part = width & UINT32_MAX;
    return whole * 1000000 + (part * 1000000 >> CIRCLE_BITS);
}

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

static uint64_t distance_to_end(const struct placement *placement, uint64_t position)
{
    return placement_range(placement, placement_range_of(placement, position)).to - position;
}

/* Owners of an interval, before and after. */
struct owners {
    uint32_t old[REPLICATION_MAX], new[REPLICATION_MAX];
    uint32_t old_count, new_count;
};

static void find_owners(const struct node_config *config, const struct look *look,
                        uint64_t position, struct owners *owners)
{
    bool is_distinct = safeguard_is_on(config, SAFEGUARD_DISTINCT_REPLICAS);
    uint32_t old = placement_range_of(look->old, position);
    uint32_t new = placement_range_of(look->new, position);
    owners->old_count =
        placement_replicas(look->old, old, config->replication, is_distinct, owners->old);
    owners->new_count =
        placement_replicas(look->new, new, config->replication, is_distinct, owners->new);
}

/* Widths for now; in_ppm makes them shares. */
static void add_widths(const struct look *look, const struct owners *owners, uint64_t width,
                       struct members_node *nodes)
{
    bool is_new = look->reads == look->new;
    for (uint32_t i = 0; i < owners->old_count; i++) {
        struct members_node *node = &nodes[owners->old[i]];
        node->share_ppm += is_new ? 0 : width;
        if (!is_listed(owners->new, owners->new_count, owners->old[i]))
            node->gives_ppm += width;
    }
    for (uint32_t i = 0; i < owners->new_count; i++) {
        struct members_node *node = &nodes[owners->new[i]];
        node->share_ppm += is_new ? width : 0;
        node->share_after_ppm += width;
        if (!is_listed(owners->old, owners->old_count, owners->new[i]))
            node->gains_ppm += width;
    }
}

/* Where an interval ends that begins at `position`; below it when it goes over the end. */
static uint64_t interval_end(const struct look *look, uint64_t position)
{
    uint64_t old = distance_to_end(look->old, position);
    uint64_t new = distance_to_end(look->new, position);
    return position + MIN(old, new);
}

/* --- what moves ----------------------------------------------------------------------------- */

/* Pieces stand in the order of their ends, but for the last one, which may end first. */
static const struct stream_piece *find_piece(const struct intake *stream, uint64_t to)
{
    uint32_t low = 0, high = stream->piece_count;
    if (high > 0 && stream->pieces[high - 1].to == to)
        return &stream->pieces[high - 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stream->pieces[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < stream->piece_count && stream->pieces[low].to == to ? &stream->pieces[low] : NULL;
}

/* The cursor goes from one end of a piece to the other, once for each old owner that is asked:
 * of these only the first one has much to say. */
static uint32_t done_part(const struct world *world, const struct members *members,
                          uint32_t gainer, uint64_t to)
{
    const struct node *process = process_of(world, gainer);
    if (members->phase == TOPOLOGY_READ_NEW)
        return 1000000;
    if (!process || process->membership.stream.version != members->version)
        return 0;
    const struct stream_piece *piece = find_piece(&process->membership.stream, to);
    if (!piece || piece->is_done || piece->done_sources != 0)
        return piece ? 1000000 : 0;
    uint64_t way = (piece->to - piece->from) >> 20, gone = (piece->cursor - piece->from) >> 20;
    return way > 0 ? (uint32_t)(gone * 1000 / way * 1000) : 0;
}

/* `end` may lie over the end of the numbers: pieces go on there, what is listed here does not. */
static void add_moves(const struct world *world, struct members *members,
                      const struct owners *owners, uint64_t position, uint64_t end)
{
    uint64_t to = end < position ? UINT64_MAX : end;
    uint32_t given = 0;
    for (uint32_t i = 0; i < owners->new_count; i++) {
        uint32_t gainer = owners->new[i];
        if (is_listed(owners->old, owners->old_count, gainer))
            continue;
        while (given < owners->old_count &&
               is_listed(owners->new, owners->new_count, owners->old[given]))
            given++;
        struct members_move move = {.from = position - 1, .to = to, .gainer = gainer};
        move.giver = given < owners->old_count ? owners->old[given++] : MEMBERS_NOBODY;
        move.done_ppm = done_part(world, members, gainer, end);
        if (members->move_count < MEMBERS_MOVES_MAX)
            members->moves[members->move_count++] = move;
    }
}

static void take_shares(const struct world *world, const struct look *look,
                        struct members *members)
{
    const struct node_config *config = &world->scenario->node;
    uint64_t position = 0, from = 0, to = 0;
    struct owners owners;
    while (to < UINT64_C(1) << CIRCLE_BITS) {
        uint64_t end = interval_end(look, position);
        bool is_last = end < position || end == UINT64_MAX;
        to = is_last ? UINT64_C(1) << CIRCLE_BITS : (end + 1) >> CIRCLE_BITS;
        find_owners(config, look, position, &owners);
        add_widths(look, &owners, to - from, members->nodes);
        if (members->is_changing)
            add_moves(world, members, &owners, position, end);
        position = end + 1;
        from = to;
        if (is_last)
            break;
    }
    for (uint32_t i = 0; i < members->node_count; i++) {
        struct members_node *node = &members->nodes[i];
        node->share_ppm = in_ppm(node->share_ppm);
        node->share_after_ppm = in_ppm(node->share_after_ppm);
        node->gains_ppm = in_ppm(node->gains_ppm);
        node->gives_ppm = in_ppm(node->gives_ppm);
    }
}

static void take_ranges(const struct look *look, struct members *members)
{
    for (uint32_t i = 0; i < look->reads->range_count; i++) {
        uint32_t owner;
        if (placement_replicas(look->reads, i, 1, true, &owner) > 0)
            members->nodes[owner].ranges++;
    }
}

/* --- processes ------------------------------------------------------------------------------ */

/* As the node itself would say: the lowest of the old members that it takes for up. */
static bool takes_itself_for_driver(const struct world *world, uint32_t node)
{
    const struct topology *topology = &process_of(world, node)->membership.now;
    for (uint32_t peer = 0; topology_is_changing(topology) && peer <= node; peer++)
        if (topology_is_voter(topology, peer) &&
            (peer == node || !world_view_suspects(world, node, peer)))
            return peer == node;
    return false;
}

static void take_process(const struct world *world, uint32_t node, struct members_node *to)
{
    const struct node *process = process_of(world, node);
    if (!process)
        return;
    const struct membership *membership = &process->membership;
    const struct intake *stream = &membership->stream;
    to->is_known = true;
    to->version = membership->now.version;
    to->durable_version = membership->durable_version;
    to->is_driver = machine_at(world, node)->state == NODE_UP &&
                    takes_itself_for_driver(world, node);
    if (stream->version != membership->now.version)
        return;
    to->pieces = stream->piece_count;
    to->pieces_done = stream->done_count;
    to->rows = stream->rows;
    to->bytes = stream->bytes;
}

static void find_driver(struct members *members)
{
    members->driver = MEMBERS_NOBODY;
    for (uint32_t i = 0; i < members->node_count; i++) {
        if (!members->nodes[i].is_driver || members->nodes[i].version != members->version)
            continue;
        members->driver_count++;
        if (members->driver == MEMBERS_NOBODY)
            members->driver = i;
    }
}

/* --- the barrier ------------------------------------------------------------------------------ */

/* What the driver has not been told yet: of the new owners, that they have all that they gain;
 * or of everybody, that the version is durable there. */
static void take_missing(const struct world *world, struct members *members)
{
    if (!members->is_changing || members->driver == MEMBERS_NOBODY)
        return;
    const struct membership *driver = &process_of(world, members->driver)->membership;
    bool is_streaming = members->phase == TOPOLOGY_READ_OLD;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < members->node_count; i++) {
        struct members_node *node = &members->nodes[i];
        if (is_streaming)
            node->is_missing =
                driver->gains[i] && driver->peer_streamed[i] != driver->now.version;
        else
            node->is_missing = topology_is_member(&driver->now, i) &&
                               driver->peer_versions[i] < driver->now.version;
        missing += node->is_missing;
    }
    members->is_waiting = missing > 0;
    if (missing > 0)
        members->waits_for = !is_streaming ? "know this version"
                             : missing == 1 ? "have all that it gains"
                                            : "have all that they gain";
    if (is_streaming && driver->waits_reason == REASON_NEW_OWNER_DOWN)
        members->why_waiting = "a new owner is not heard of";
    if (is_streaming && driver->waits_reason == REASON_OLD_OWNERS_DOWN)
        members->why_waiting = "too few old owners of a range are up";
}

/* --- all of it -------------------------------------------------------------------------------- */

static void take_change(const struct world *world, struct members *members)
{
    static const uint8_t ends[] = {[CHANGE_NONE] = MEMBERS_NO_CHANGE,
                                   [CHANGE_UNDER_WAY] = MEMBERS_UNDER_WAY,
                                   [CHANGE_DONE] = MEMBERS_DONE,
                                   [CHANGE_ROLLED_BACK] = MEMBERS_ROLLED_BACK};
    const struct change_seen *seen = &world->state->change;
    members->last = (struct members_change){.end = ends[seen->end],
                                            .deed = seen->change,
                                            .word = topology_change_name(seen->change),
                                            .subject = seen->subject,
                                            .other = MEMBERS_NOBODY,
                                            .begun_version = seen->begun_version,
                                            .begun_at = seen->begun_at,
                                            .phase_at = seen->phase_at};
    if (seen->change == TRANSITION_REPLACE || seen->change == TRANSITION_MOVE)
        members->last.other = seen->other;
    if (seen->end == CHANGE_NONE)
        members->last.word = NULL;
}

void members_take(const struct world *world, uint32_t from, struct heap *scratch,
                  struct members *members)
{
    struct look look = look_from(world, from);
    *members = (struct members){.from = from,
                                .version = look.topology->version,
                                .phase = look.topology->phase,
                                .phase_word = topology_phase_name(look.topology->phase),
                                .is_changing = topology_is_changing(look.topology),
                                .node_count = world->scenario->node.nodes};
    members->nodes = heap_alloc(scratch, members->node_count * sizeof *members->nodes);
    for (uint32_t i = 0; i < members->node_count; i++) {
        take_kind(look.topology, i, &members->nodes[i]);
        if (from == MEMBERS_ALL || from == i)
            take_process(world, i, &members->nodes[i]);
    }
    if (members->is_changing)
        members->moves = heap_alloc(scratch, MEMBERS_MOVES_MAX * sizeof *members->moves);
    take_ranges(&look, members);
    take_shares(world, &look, members);
    take_change(world, members);
    find_driver(members);
    take_missing(world, members);
}
