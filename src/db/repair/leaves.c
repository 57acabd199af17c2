/*
 * leaves.c: the rows of the parts that differ.
 *
 *     |--- repair_leaf: digests of my rows of (a, b] ---->|
 *     |<-- repair_rows: your rows that are none of them --|   and which of mine you have, too
 *     |--- repair_push: those of mine that you have not, and that yours do not replace --->|
 *     |<-- repair_taken ----------------------------------|
 *
 * What comes is merged, not put in place of what is there: a write may have been faster. A row of
 * which the other side has sent a version that is as new is not sent back. So what goes over is
 * what one side lacks, or what both have in different versions; of these the older one for
 * nothing.
 */
#include "db/repair/repair_parts.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mix.h"
#include "db/about.h"
#include "db/conflict/conflict.h"
#include "db/store/row.h"

void leaves_add(struct repair_pair *pair, struct env *env, struct repair_part part)
{
    if (pair->part_count == pair->part_room) {
        pair->part_room = MAX(64u, 2 * pair->part_room);
        pair->parts = env_reallocate(env, pair->parts, pair->part_room * sizeof *pair->parts);
    }
    pair->parts[pair->part_count++] = part;
}

static void free_slot(struct repair_pair *pair, struct env *env, struct repair_slot *slot)
{
    free_bytes(env, slot->digests);
    *slot = (struct repair_slot){0};
    pair->slots_taken--;
}

/* Nothing is under way any more. */
void leaves_free(struct repair_pair *pair, struct env *env)
{
    for (uint32_t i = 0; i < REPAIR_LEAVES_MAX; i++)
        if (pair->slots[i].asked)
            free_slot(pair, env, &pair->slots[i]);
    pair->part_count = pair->part_next = 0;
    pair->out_size = pair->out_rows = 0;
    table_clear(&pair->open_pushes);
}

/* --- sending rows ------------------------------------------------------------------------ */

static void send_push(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    struct message message = {.kind = MESSAGE_REPAIR_PUSH};
    message.repair_push.repair = pair->repair;
    message.repair_push.topology = node->repair.round.topology;
    message.repair_push.number = ++pair->pushes;
    message.repair_push.rows = (struct bytes){pair->out, pair->out_size};
    env_note(env, NOTE_REPAIR_SENT, pair->repair, pair->peer, pair->out_rows, pair->out_size);
    pair->rows_sent += pair->out_rows;
    node->repair.rows_sent += pair->out_rows;
    node->repair.seen.rows_sent += pair->out_rows;
    pair->out_size = pair->out_rows = 0;
    table_set(&pair->open_pushes, pair->pushes, 1);
    pair_send(node, env, UINT64_C(1) << 60 | pair->pushes, &message);
}

static void put_out(struct node *node, struct env *env, const struct store_row *row)
{
    struct repair_pair *pair = node->repair.pair;
    uint32_t size = row_size(row->key, &row->version);
    if (pair->out_size + size > pair->out_room) {
        pair->out_room = MAX(pair->out_size + size, 2 * pair->out_room);
        pair->out = env_reallocate(env, pair->out, pair->out_room);
    }
    row_encode(pair->out + pair->out_size, row->key, &row->version);
    pair->out_size += size;
    pair->out_rows++;
    if (pair->out_size >= WIRE_CHUNK_BYTES)
        send_push(node, env);
}

/* The other side has nothing here: all goes, a chunk a time. */
static void push_part(struct node *node, struct env *env, struct repair_part *part)
{
    struct repair_pair *pair = node->repair.pair;
    struct position_range range = {part->from, part->to};
    uint64_t before = pair->pushes;
    const struct store_row *row = rows_next(&node->storage.store, range, NULL);
    while (row) {
        const struct store_row *next = rows_next(&node->storage.store, range, row);
        put_out(node, env, row);
        if (next && pair->pushes > before && next->position != row->position) {
            part->from = row->position; /* the rest when there is room again */
            return;
        }
        row = next;
    }
    pair->part_next++;
}

/* --- asking for rows --------------------------------------------------------------------- */

static struct bytes digests_of(const struct node *node, struct env *env,
                               struct position_range range)
{
    const struct store *store = &node->storage.store;
    uint32_t count = (uint32_t)MIN(store_sum(store, range).rows, (uint64_t)VALUE_SIZE_MAX / 8);
    if (count == 0)
        return (struct bytes){NULL, 0};
    uint8_t *digests = env_allocate(env, count * 8), *at = digests;
    const struct store_row *row = NULL;
    while ((row = rows_next(store, range, row)) && at < digests + count * 8)
        at = put_number(at, store_row_digest(row->key, &row->version), 8);
    return (struct bytes){digests, (uint32_t)(at - digests)};
}

static void ask_slot(struct node *node, struct env *env, struct repair_slot *slot)
{
    struct repair_pair *pair = node->repair.pair;
    struct message message = {.kind = MESSAGE_REPAIR_LEAF};
    free_bytes(env, slot->digests);
    slot->digests = digests_of(node, env, (struct position_range){slot->part.from, slot->part.to});
    message.repair_leaf.repair = pair->repair;
    message.repair_leaf.topology = node->repair.round.topology;
    message.repair_leaf.from = slot->part.from;
    message.repair_leaf.to = slot->part.to;
    message.repair_leaf.digests = slot->digests;
    pair_send(node, env, mix_pair(slot->part.from, slot->part.to), &message);
}

static void ask_part(struct node *node, struct env *env, struct repair_part part)
{
    struct repair_pair *pair = node->repair.pair;
    for (uint32_t i = 0; i < REPAIR_LEAVES_MAX; i++) {
        struct repair_slot *slot = &pair->slots[i];
        if (slot->asked)
            continue;
        *slot = (struct repair_slot){.part = part, .asked = 1};
        pair->slots_taken++;
        pair->part_next++;
        ask_slot(node, env, slot);
        return;
    }
}

/* One step; false when there is none to take now. */
bool leaves_go_on(struct node *node, struct env *env)
{
    struct repair_pair *pair = node->repair.pair;
    bool is_room = pair->slots_taken < REPAIR_LEAVES_MAX &&
                   table_count(&pair->open_pushes) < REPAIR_LEAVES_MAX;
    if (pair->part_next < pair->part_count) {
        struct repair_part *part = &pair->parts[pair->part_next];
        if (is_room && part->is_push)
            push_part(node, env, part);
        else if (is_room)
            ask_part(node, env, *part);
        return is_room;
    }
    if (pair->slots_taken > 0 || pair->out_size == 0)
        return false;
    send_push(node, env);
    return true;
}

/* --- taking rows ------------------------------------------------------------------------- */

static struct repair_slot *slot_ending_at(struct repair_pair *pair, uint64_t to)
{
    for (uint32_t i = 0; i < REPAIR_LEAVES_MAX; i++)
        if (pair->slots[i].asked && pair->slots[i].part.to == to)
            return &pair->slots[i];
    return NULL;
}

/* Rows of the other side, each as a write; false when they are none, or the log takes no more. */
static bool take_rows(struct node *node, struct env *env, struct bytes rows)
{
    struct repair_pair *pair = node->repair.pair;
    uint32_t count = 0, bytes = (uint32_t)rows.size;
    while (rows.size > 0) {
        struct bytes key;
        struct version version;
        uint32_t size = row_decode(rows, &key, &version);
        if (size == 0 ||
            (!tombstone_is_refused(node, env, pair->peer, key, &version) &&
             !replica_take_repaired(node, env, key, &version, repair_about(env, key_token(key)))))
            return false;
        rows.data += size;
        rows.size -= size;
        count++;
    }
    if (count == 0)
        return true;
    pair->rows_taken += count;
    node->repair.rows_taken += count;
    node->repair.seen.rows_taken += count;
    pair->applied_when = node->storage.appended_sequence;
    env_note(env, NOTE_REPAIR_TOOK, pair->repair, pair->peer, count, bytes);
    return true;
}

/* What the other side has sent of this key, if anything. */
static bool find_sent(struct bytes rows, struct bytes key, struct version *version)
{
    struct bytes found;
    for (uint32_t size; rows.size > 0; rows.data += size, rows.size -= size) {
        size = row_decode(rows, &found, version);
        if (size == 0)
            return false;
        if (bytes_compare(found, key) == 0)
            return true;
    }
    return false;
}

/* Would this version tell the other side nothing, by what it has sent of the key itself? */
static bool is_contained(struct env *env, const struct version *sent, const struct version *mine)
{
    struct version both = {0};
    if (!conflict_is_whole(env->memory, sent))
        return false;
    enum merged merged = conflict_merge(env->memory, sent, mine, &both);
    if (merged == MERGED_BOTH)
        free_bytes(env, both.value);
    return merged == MERGED_FIRST;
}

static bool is_known_there(const struct repair_slot *slot, struct bytes known, uint64_t digest)
{
    int64_t index = rows_find_digest(slot->digests, digest);
    return index >= 0 && (uint64_t)index / 8 < known.size &&
           (known.data[index / 8] >> index % 8 & 1);
}

/* Rows up to the cursor that the other side has not, as they are now. */
static void answer_with_rows(struct node *node, struct env *env, const struct repair_slot *slot,
                             const struct message_repair_rows *theirs)
{
    struct position_range range = {slot->part.from, theirs->cursor};
    const struct store_row *row = NULL;
    if (range.from == range.to)
        return;
    while ((row = rows_next(&node->storage.store, range, row))) {
        struct version sent;
        if (is_known_there(slot, theirs->known, store_row_digest(row->key, &row->version)))
            continue;
        if (find_sent(theirs->rows, row->key, &sent) &&
            is_contained(env, &sent, &row->version))
            continue;
        put_out(node, env, row);
    }
}

void on_repair_rows(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_repair_rows *rows = &message->repair_rows;
    struct repair_pair *pair = node->repair.pair;
    struct repair_slot *slot = NULL;
    if (pair && pair->peer == from && pair->repair == rows->repair)
        slot = slot_ending_at(pair, rows->to);
    if (!slot)
        return;
    pair_count(node, env, message);
    pair->heard_ns = env_monotonic_ns(env);
    answer_with_rows(node, env, slot, rows);
    if (!take_rows(node, env, rows->rows))
        return; /* patience runs out, and it begins again */
    slot->part.from = rows->cursor;
    if (rows->cursor == rows->to)
        free_slot(pair, env, slot);
    else
        ask_slot(node, env, slot);
    pair_go_on(node, env);
}

void on_repair_taken(struct node *node, struct env *env, uint32_t from,
                     const struct message *message)
{
    const struct message_repair_taken *taken = &message->repair_taken;
    struct repair_pair *pair = node->repair.pair;
    if (!pair || pair->peer != from || pair->repair != taken->repair ||
        !table_remove(&pair->open_pushes, taken->number))
        return;
    pair_count(node, env, message);
    pair->heard_ns = env_monotonic_ns(env);
    pair_go_on(node, env);
}
