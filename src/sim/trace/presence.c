/*
 * presence.c: from records to changes.
 */
#include "sim/trace/presence.h"

#include <string.h>

#include "sim/picture/view.h"

static uint64_t *row_of(const struct presence *presence, uint32_t node)
{
    return presence->suspicions + (size_t)node * presence->row_words;
}

static bool has_bit(const uint64_t *row, uint32_t at)
{
    return row[at / 64] >> at % 64 & 1;
}

/* --- beginning ---------------------------------------------------------------------------- */

void presence_init(struct presence *presence, struct heap *heap, uint32_t node_count,
                   uint32_t client_count)
{
    uint32_t ends = MIN(node_count + client_count, MAX(node_count, PRESENCE_ENDS_MAX));
    *presence = (struct presence){.heap = heap,
                                  .node_count = node_count,
                                  .end_count = ends,
                                  .row_words = (ends + 63) / 64};
    presence->first = heap_alloc(heap, node_count * sizeof *presence->first);
    presence->now = heap_alloc(heap, node_count * sizeof *presence->now);
    presence->suspicions =
        heap_alloc(heap, (size_t)node_count * presence->row_words * sizeof *presence->suspicions);
}

static uint8_t life_of(uint8_t state)
{
    switch (state) {
    case STATE_UP: return PICTURE_UP;
    case STATE_REFUSED: return PICTURE_REFUSED;
    case STATE_DOWN: return PICTURE_DOWN;
    default: return PICTURE_RECOVERING;
    }
}

static void look_at_nodes(struct presence *presence, const struct world *world)
{
    for (uint32_t i = 0; i < presence->node_count; i++) {
        struct presence_node *node = &presence->now[i];
        node->is_paused = machine_at(world, i)->state == NODE_PAUSED;
        node->life = life_of(world_view_life(world, i));
        for (uint32_t peer = 0; peer < presence->node_count; peer++)
            if (peer != i && world_view_suspects(world, i, peer)) {
                row_of(presence, i)[peer / 64] |= UINT64_C(1) << peer % 64;
                presence->now[peer].suspected_by++;
            }
    }
}

static void forget_now(struct presence *presence)
{
    memset(presence->now, 0, presence->node_count * sizeof *presence->now);
    memset(presence->suspicions, 0,
           (size_t)presence->node_count * presence->row_words * sizeof *presence->suspicions);
    for (uint32_t i = 0; i < presence->node_count; i++)
        presence->now[i].life = PICTURE_DOWN;
}

static struct presence_change change_of(const struct presence *presence, uint32_t node)
{
    const struct presence_node *now = &presence->now[node];
    return (struct presence_change){.node = node,
                                    .state = now->is_paused ? PICTURE_PAUSED : now->life,
                                    .is_suspected = now->suspected_by > 0};
}

/* --- links ---------------------------------------------------------------------------------- */

static uint32_t address_of(const struct presence *presence, uint32_t end)
{
    return end < presence->node_count ? end : PICTURE_CLIENT_BASE + end - presence->node_count;
}

static void fill_cut(const struct presence *presence, const struct world *world,
                     struct presence_cut *cut, uint64_t *words)
{
    for (uint32_t from = 0; from < presence->end_count; from++)
        for (uint32_t to = 0; to < presence->end_count; to++) {
            bool is_link = from != to && (from < presence->node_count || to < presence->node_count);
            if (!is_link || !net_is_cut(world, address_of(presence, from),
                                        address_of(presence, to)))
                continue;
            words[(size_t)from * presence->row_words + to / 64] |= UINT64_C(1) << to % 64;
            cut->link_count++;
        }
}

/* Those that were in force for less than the grain go, until half of them are gone. */
static void thin_out_cuts(struct presence *presence)
{
    uint32_t size = presence->end_count * presence->row_words, most = presence->cut_count / 2;
    while (presence->cut_count > MAX(most, 1)) {
        uint32_t kept = 1;
        presence->cut_grain_ns = MAX(2 * presence->cut_grain_ns, MICROSECOND);
        for (uint32_t i = 1; i < presence->cut_count; i++) {
            struct presence_cut cut = presence->cuts[i];
            bool is_last = i + 1 == presence->cut_count;
            if (!is_last && presence->cuts[i + 1].time - cut.time < presence->cut_grain_ns)
                continue;
            memmove(presence->words + kept * size, presence->words + cut.offset,
                    size * sizeof *presence->words);
            cut.offset = kept * size;
            presence->cuts[kept++] = cut;
        }
        if (kept == presence->cut_count && presence->cut_grain_ns > VTIME_NEVER / 4)
            break;
        presence->cut_count = kept;
        presence->word_count = kept * size;
    }
}

static void add_cut(struct presence *presence, const struct world *world, vtime time,
                    uint64_t number)
{
    uint32_t size = presence->end_count * presence->row_words;
    uint64_t bytes = (uint64_t)(presence->word_count + size) * sizeof *presence->words;
    if (presence->cut_count >= PRESENCE_CUTS_MAX || bytes > PRESENCE_CUT_BYTES)
        thin_out_cuts(presence);
    if (presence->cut_count == presence->cut_room) {
        presence->cut_room = MAX(8, 2 * presence->cut_room);
        presence->cuts = heap_resize(presence->heap, presence->cuts,
                                     presence->cut_room * sizeof *presence->cuts);
    }
    if (presence->word_count + size > presence->word_room) {
        presence->word_room = MAX(8 * size, 2 * presence->word_room);
        presence->words = heap_resize(presence->heap, presence->words,
                                      presence->word_room * sizeof *presence->words);
    }
    struct presence_cut *cut = &presence->cuts[presence->cut_count++];
    *cut = (struct presence_cut){.time = time, .number = number, .offset = presence->word_count};
    memset(presence->words + cut->offset, 0, size * sizeof *presence->words);
    presence->word_count += size;
    if (world && world->state->net.active_cuts > 0)
        fill_cut(presence, world, cut, presence->words + cut->offset);
}

bool presence_is_cut(const struct presence *presence, const struct presence_cut *cut,
                     uint32_t from, uint32_t to)
{
    return has_bit(presence->words + cut->offset + (size_t)from * presence->row_words, to);
}

void presence_begin(struct presence *presence, const struct world *world)
{
    presence->count = presence->cut_count = presence->word_count = 0;
    presence->grain_ns = presence->cut_grain_ns = 0;
    forget_now(presence);
    if (world)
        look_at_nodes(presence, world);
    for (uint32_t i = 0; i < presence->node_count; i++)
        presence->first[i] = change_of(presence, i);
    add_cut(presence, world, 0, 0);
}

/* --- taking --------------------------------------------------------------------------------- */

/* A state that lasted less than the grain goes; the last one of each node stays. */
static void thin_out(struct presence *presence)
{
    vtime *next = heap_alloc(presence->heap, presence->node_count * sizeof *next);
    while (presence->count > PRESENCE_CHANGES_MAX / 2) {
        uint32_t kept = presence->count;
        presence->grain_ns = MAX(2 * presence->grain_ns, MICROSECOND);
        for (uint32_t i = 0; i < presence->node_count; i++)
            next[i] = VTIME_NEVER;
        for (uint32_t i = presence->count; i-- > 0;) {
            struct presence_change change = presence->changes[i];
            vtime end = next[change.node];
            next[change.node] = change.time;
            if (end == VTIME_NEVER || end - change.time >= presence->grain_ns)
                presence->changes[--kept] = change;
        }
        presence->count -= kept;
        memmove(presence->changes, presence->changes + kept,
                presence->count * sizeof *presence->changes);
    }
    heap_free(presence->heap, next);
}

static void add_change(struct presence *presence, const struct tape_record *record,
                       uint32_t node)
{
    if (presence->count == PRESENCE_CHANGES_MAX)
        thin_out(presence);
    if (presence->count == presence->room) {
        presence->room = MAX(64, 2 * presence->room);
        presence->changes = heap_resize(presence->heap, presence->changes,
                                        presence->room * sizeof *presence->changes);
    }
    struct presence_change change = change_of(presence, node);
    change.time = record->time;
    change.number = record->number;
    presence->changes[presence->count++] = change;
}

static void suspect(struct presence *presence, const struct tape_record *record, uint32_t peer,
                    bool is_suspected)
{
    uint64_t *row = row_of(presence, record->actor), bit = UINT64_C(1) << peer % 64;
    if (peer >= presence->node_count || has_bit(row, peer) == is_suspected)
        return;
    struct presence_node *node = &presence->now[peer];
    bool was_suspected = node->suspected_by > 0;
    row[peer / 64] ^= bit;
    node->suspected_by = (uint16_t)(node->suspected_by + (is_suspected ? 1 : -1));
    if (was_suspected != (node->suspected_by > 0))
        add_change(presence, record, peer);
}

/* The memory of a life goes with it: it suspects nobody any more. */
static void begin_life(struct presence *presence, const struct tape_record *record, uint8_t life)
{
    uint32_t node = record->actor;
    for (uint32_t peer = 0; peer < presence->node_count; peer++)
        suspect(presence, record, peer, false);
    presence->now[node].life = life;
    presence->now[node].is_paused = false;
    add_change(presence, record, node);
}

static void pause(struct presence *presence, const struct tape_record *record, bool is_paused)
{
    presence->now[record->actor].is_paused = is_paused;
    add_change(presence, record, record->actor);
}

static void live_on(struct presence *presence, const struct tape_record *record, uint8_t life)
{
    presence->now[record->actor].life = life;
    add_change(presence, record, record->actor);
}

void presence_take(struct presence *presence, const struct world *world,
                   const struct tape_record *record)
{
    switch (record->kind) {
    case TRACE_START: begin_life(presence, record, PICTURE_RECOVERING); break;
    case TRACE_CRASH: begin_life(presence, record, PICTURE_DOWN); break;
    case TRACE_PAUSE: pause(presence, record, true); break;
    case TRACE_RESUME: pause(presence, record, false); break;
    case TRACE_NOTE + NOTE_NODE_READY: live_on(presence, record, PICTURE_UP); break;
    case TRACE_NOTE + NOTE_NODE_REFUSED:
    case TRACE_NOTE + NOTE_NODE_LOG_GONE:
    case TRACE_NOTE + NOTE_NODE_WIPED:
    case TRACE_NOTE + NOTE_NODE_STOPPED: live_on(presence, record, PICTURE_REFUSED); break;
    case TRACE_NOTE + NOTE_PEER_SUSPECTED:
        suspect(presence, record, (uint32_t)record->field[0], true);
        break;
    case TRACE_NOTE + NOTE_PEER_HEARD:
        suspect(presence, record, (uint32_t)record->field[0], false);
        break;
    case TRACE_PARTITION:
    case TRACE_CUT:
    case TRACE_HEAL:
    case TRACE_HEAL_LINK: add_cut(presence, world, record->time, record->number); break;
    default: break;
    }
}

/* --- copying -------------------------------------------------------------------------------- */

void presence_copy(struct presence *presence, const struct presence *from, uint64_t number,
                   const struct world *world)
{
    uint32_t count = 0, cuts = 0, size = from->end_count * from->row_words;
    presence_begin(presence, world);
    memcpy(presence->first, from->first, from->node_count * sizeof *from->first);
    while (count < from->count && from->changes[count].number <= number)
        count++;
    while (cuts < from->cut_count && from->cuts[cuts].number <= number)
        cuts++;
    presence->changes = heap_resize(presence->heap, presence->changes,
                                    count * sizeof *presence->changes);
    memcpy(presence->changes, from->changes, count * sizeof *from->changes);
    presence->count = presence->room = count;
    presence->cuts = heap_resize(presence->heap, presence->cuts, cuts * sizeof *presence->cuts);
    memcpy(presence->cuts, from->cuts, cuts * sizeof *from->cuts);
    presence->cut_count = presence->cut_room = cuts;
    presence->words = heap_resize(presence->heap, presence->words,
                                  (size_t)cuts * size * sizeof *presence->words);
    memcpy(presence->words, from->words, (size_t)cuts * size * sizeof *from->words);
    presence->word_count = presence->word_room = cuts * size;
    presence->grain_ns = from->grain_ns;
    presence->cut_grain_ns = from->cut_grain_ns;
}
