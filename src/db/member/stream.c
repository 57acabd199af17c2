/*
 * stream.c: getting the data of what this node gains, from those who have it.
 *
 * What is gained is cut into pieces: intervals of positions that one set of old owners keeps.
 *
 *   new owner n6                         old owners n1, n4, n5 of (a, b]
 *     |--- stream_ask (a, b], mine: 0 rows ------->| n1
 *     |<-- stream_rows: 80 rows, up to c ----------|        a chunk; appended to n6's log
 *     |--- stream_ask (a, b], from c ------------->|
 *     |<-- stream_rows: 20 rows, up to b ----------|        the end of the piece
 *     |--- stream_ask (a, b], mine: 100 rows, fingerprint f ---> n4
 *     |<-- stream_rows: nothing, up to b --------------|    n4 has the very same: done
 *
 * A majority of the old owners is asked for each piece, since any one of them may have missed a
 * write that was acknowledged (safeguard stream-from-quorum). The first one sends everything,
 * and the others usually nothing, because their fingerprints are equal.
 *
 * An old owner answers only when the change is durable with it: from then on it refuses
 * writes of whoever does not know the new owner. Rows arrive as writes do, through the log, so
 * they are as durable, and the newer version wins. A piece that is done is noted in the
 * topology file; after a crash only the others are asked for again.
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/row.h"

#include <string.h>

#define PIECES_AT_ONCE 8u
#define PATIENCE_NS    (UINT64_C(600) * 1000 * 1000)

static uint64_t about_piece(const struct env *env, const struct stream_piece *piece,
                            uint32_t source)
{
    uint64_t what = mix_pair(mix_pair(piece->to, piece->cursor), source);
    return about_node(ABOUT_STREAM, env->self, what & 0xffffffffffff);
}

/* --- what is gained --------------------------------------------------------------------------- */

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

static bool is_gained(const struct membership *membership, const struct env *env,
                      uint64_t position, uint32_t node)
{
    uint32_t owners[REPLICATION_MAX];
    uint32_t count = membership_owners(membership, env->config, MEMBERS_NEW, position, owners);
    if (!is_listed(owners, count, node))
        return false;
    count = membership_owners(membership, env->config, MEMBERS_OLD, position, owners);
    return !is_listed(owners, count, node);
}

/* With `pieces` NULL it only counts. */
static uint32_t list_pieces(const struct membership *membership, const struct env *env,
                            struct stream_piece *pieces)
{
    struct interval_walk walk = {0};
    uint32_t count = 0;
    while (membership_next_interval(membership, &walk)) {
        if (!is_gained(membership, env, walk.to, env->self))
            continue;
        if (pieces)
            pieces[count] =
                (struct stream_piece){.from = walk.from, .to = walk.to, .cursor = walk.from};
        count++;
    }
    return count;
}

/* --- what was done in an earlier life --------------------------------------------------------- */

void stream_remember_piece(struct membership *membership, struct env *env, uint64_t version,
                           uint64_t piece)
{
    uint64_t words = piece / 64 + 1;
    if (membership->remembered_version != version) {
        env_release(env, membership->remembered);
        membership->remembered = NULL;
        membership->remembered_words = 0;
        membership->remembered_version = version;
    }
    if (words > membership->remembered_words) {
        membership->remembered =
            env_reallocate(env, membership->remembered, words * sizeof(uint64_t));
        membership->remembered_words = words;
    }
    membership->remembered[piece / 64] |= UINT64_C(1) << piece % 64;
}

static bool is_remembered(const struct membership *membership, uint64_t version, uint64_t piece)
{
    return membership->remembered_version == version &&
           piece / 64 < membership->remembered_words &&
           membership->remembered[piece / 64] >> piece % 64 & 1;
}

static void end_piece(struct node *node, struct env *env, uint32_t index, bool is_news)
{
    struct intake *stream = &node->membership.stream;
    stream->pieces[index].is_done = true;
    stream->done_count++;
    if (is_news)
        topology_file_append(node, env, RECORD_STREAMED, stream->version, index, NULL);
    if (stream->done_count == stream->piece_count)
        env_note(env, NOTE_STREAM_DONE, membership_about(env, 9, stream->version),
                 stream->version, stream->rows, stream->bytes);
}

bool stream_is_done(const struct membership *membership)
{
    const struct intake *stream = &membership->stream;
    return stream->version == membership->now.version &&
           stream->done_count == stream->piece_count;
}

/* --- asking ---------------------------------------------------------------------------------- */

static uint32_t sources_of(const struct node *node, const struct env *env,
                           const struct stream_piece *piece, uint32_t *sources)
{
    return membership_owners(&node->membership, env->config, MEMBERS_OLD, piece->to, sources);
}

/* How many of the old owners must have been asked. */
static uint32_t sources_needed(const struct env *env, uint32_t count)
{
    return safeguard_is_on(env->config, SAFEGUARD_STREAM_FROM_QUORUM) ? count / 2 + 1 : 1;
}

static uint32_t count_bits(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

/* The next old owner to ask: up, and not asked yet. Starts at another one for each piece, so that
 * the work is spread, and one further after each that did not answer. */
static bool choose_source(const struct node *node, const struct env *env,
                          struct stream_piece *piece)
{
    uint32_t sources[REPLICATION_MAX];
    uint32_t count = sources_of(node, env, piece, sources);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)((piece->to >> 32) + piece->tries + i) % count;
        if ((piece->done_sources >> at & 1) || !detector_is_up(&node->detector, env, sources[at]))
            continue;
        piece->source = at;
        return true;
    }
    return false;
}

static void ask(struct node *node, struct env *env, struct stream_piece *piece)
{
    uint32_t sources[REPLICATION_MAX];
    struct position_range range = {piece->from, piece->to};
    struct store_sum sum = {0};
    struct message message = {.kind = MESSAGE_STREAM_ASK};
    sources_of(node, env, piece, sources);
    if (piece->done_sources != 0)
        sum = store_sum(&node->storage.store, range);
    message.stream_ask.topology = node->membership.stream.version;
    message.stream_ask.from = piece->from;
    message.stream_ask.to = piece->to;
    message.stream_ask.rows = sum.rows;
    message.stream_ask.fingerprint = sum.fingerprint;
    message.stream_ask.cursor = piece->cursor;
    if (piece->asked_ns == 0)
        node->membership.stream.asked_count++;
    piece->asked_ns = env_monotonic_ns(env);
    send_message(env, sources[piece->source], about_piece(env, piece, piece->source), &message);
}

static void ask_more(struct node *node, struct env *env)
{
    struct intake *stream = &node->membership.stream;
    for (uint32_t i = 0; i < stream->piece_count && stream->asked_count < PIECES_AT_ONCE; i++) {
        struct stream_piece *piece = &stream->pieces[i];
        if (!piece->is_done && piece->asked_ns == 0 && choose_source(node, env, piece))
            ask(node, env, piece);
    }
}

void stream_begin(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    struct intake *stream = &membership->stream;
    if (stream->version == membership->now.version || !storage_is_ready(&node->storage))
        return;
    env_release(env, stream->pieces);
    *stream = (struct intake){.version = membership->now.version};
    if (membership->now.phase != TOPOLOGY_READ_OLD || !membership->gains[env->self])
        return;
    stream->piece_count = list_pieces(membership, env, NULL);
    stream->pieces = env_allocate(env, stream->piece_count * sizeof *stream->pieces);
    list_pieces(membership, env, stream->pieces);
    env_note(env, NOTE_STREAM_BEGUN, membership_about(env, 9, stream->version), stream->version,
             stream->piece_count, 0);
    for (uint32_t i = 0; i < stream->piece_count; i++)
        if (is_remembered(membership, stream->version, i))
            end_piece(node, env, i, false);
    ask_more(node, env);
}

/* Who does not answer in time is asked again, or another one is. */
void stream_on_tick(struct node *node, struct env *env)
{
    struct intake *stream = &node->membership.stream;
    uint64_t now = env_monotonic_ns(env);
    stream_begin(node, env);
    for (uint32_t i = 0; i < stream->piece_count; i++) {
        struct stream_piece *piece = &stream->pieces[i];
        if (piece->is_done || piece->asked_ns == 0 || now - piece->asked_ns < PATIENCE_NS)
            continue;
        piece->asked_ns = 0;
        piece->waits_for = 0;
        piece->tries++;
        piece->cursor = piece->from;
        stream->asked_count--;
    }
    ask_more(node, env);
}

/* --- answering ------------------------------------------------------------------------------- */

struct chunk {
    uint8_t *bytes;
    uint32_t size;
    uint64_t cursor;
};

/* Does a position come after the cursor, going clockwise, and not after the end? All do when both
 * are the same: the piece is the whole circle, and nothing of it has been sent. */
static bool is_in_rest(uint64_t position, uint64_t cursor, uint64_t to)
{
    return position - cursor - 1 <= to - cursor - 1;
}

/* The next row clockwise, over the end of the circle. */
static const struct store_row *row_after(const struct store *store, const struct store_row *row)
{
    const struct store_row *next = store_next(row);
    return next ? next : store_first(store);
}

/* Rows after the cursor, about a chunk; never half of those that share a position. With `bytes`
 * NULL it only measures. Returns up to where. */
static uint64_t fill_chunk(const struct node *node, struct chunk *chunk, uint64_t to)
{
    const struct store *store = &node->storage.store;
    const struct store_row *first = store_after(store, chunk->cursor), *row;
    uint64_t last = chunk->cursor;
    first = first ? first : store_first(store);
    chunk->size = 0;
    for (row = first; row && is_in_rest(row->position, chunk->cursor, to);) {
        if (chunk->size >= WIRE_CHUNK_BYTES && row->position != last)
            return last;
        last = row->position;
        if (chunk->bytes)
            row_encode(chunk->bytes + chunk->size, row->key, &row->version);
        chunk->size += row_size(row->key, &row->version);
        row = row_after(store, row);
        if (row == first)
            break;
    }
    return to;
}

/* From the moment that this node learned of the change it refuses writes of whoever did not; that
 * it has learned it must be durable before the rows count. */
static void answer_rows(struct node *node, struct env *env, uint32_t to,
                        const struct message_stream_ask *asked, const struct chunk *chunk)
{
    struct message rows = {.kind = MESSAGE_STREAM_ROWS};
    rows.stream_rows.topology = asked->topology;
    rows.stream_rows.to = asked->to;
    rows.stream_rows.cursor = chunk->cursor;
    rows.stream_rows.rows = (struct bytes){chunk->bytes, chunk->size};
    uint64_t what = mix_pair(mix_pair(asked->to, asked->cursor), to) & 0xffffffffffff;
    defer_message(node, env, to, about_node(ABOUT_STREAM, env->self, what), &rows);
}

void on_stream_ask(struct node *node, struct env *env, uint32_t from,
                   const struct message *message)
{
    const struct message_stream_ask *asked = &message->stream_ask;
    struct position_range range = {asked->from, asked->to};
    struct store_sum sum = store_sum(&node->storage.store, range);
    struct chunk chunk = {.cursor = asked->cursor};
    membership_heard_of(node, env, from, asked->topology);
    if (node->membership.now.version < asked->topology) {
        answer_rows(node, env, from, asked, &chunk); /* nothing, and not the end: not fenced yet */
        return;
    }
    if (node->membership.now.version > asked->topology) {
        membership_tell(node, env, from);
        return;
    }
    if (sum.rows == asked->rows && sum.fingerprint == asked->fingerprint) {
        chunk.cursor = asked->to;
        answer_rows(node, env, from, asked, &chunk);
        return;
    }
    fill_chunk(node, &chunk, asked->to);
    chunk.bytes = env_allocate(env, MAX(chunk.size, 1u));
    chunk.cursor = fill_chunk(node, &chunk, asked->to);
    answer_rows(node, env, from, asked, &chunk);
    env_release(env, chunk.bytes);
}

/* --- taking ---------------------------------------------------------------------------------- */

static struct stream_piece *piece_ending_at(struct intake *stream, uint64_t to)
{
    for (uint32_t i = 0; i < stream->piece_count; i++)
        if (stream->pieces[i].to == to)
            return &stream->pieces[i];
    return NULL;
}

/* Each row as a write of this node's own. Returns how many, or -1 when the log took one not. */
static int64_t store_rows(struct node *node, struct env *env, struct bytes rows)
{
    int64_t count = 0;
    while (rows.size > 0) {
        struct bytes key;
        struct version version;
        uint32_t size = row_decode(rows, &key, &version);
        if (size == 0 || !replica_take(node, env, key, &version,
                                       about_node(ABOUT_STREAM, env->self, key_token(key))))
            return -1;
        rows.data += size;
        rows.size -= size;
        count++;
    }
    return count;
}

static void end_source(struct node *node, struct env *env, struct stream_piece *piece)
{
    struct intake *stream = &node->membership.stream;
    uint32_t sources[REPLICATION_MAX];
    uint32_t count = sources_of(node, env, piece, sources);
    piece->done_sources |= 1u << piece->source;
    piece->asked_ns = 0;
    piece->cursor = piece->from;
    stream->asked_count--;
    if (count_bits(piece->done_sources) < sources_needed(env, count))
        return;
    if (count_bits(piece->done_sources) < count / 2 + 1 && stream->done_count == 0)
        safeguard_note_broken(env, SAFEGUARD_STREAM_FROM_QUORUM,
                              membership_about(env, 9, stream->version), piece->source);
    end_piece(node, env, (uint32_t)(piece - stream->pieces), true);
}

void on_stream_rows(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_stream_rows *rows = &message->stream_rows;
    struct intake *stream = &node->membership.stream;
    struct stream_piece *piece = piece_ending_at(stream, rows->to);
    uint32_t sources[REPLICATION_MAX];
    if (rows->topology != stream->version || !piece || piece->is_done || piece->asked_ns == 0 ||
        piece->waits_for != 0)
        return;
    sources_of(node, env, piece, sources);
    if (sources[piece->source] != from)
        return;
    if (rows->rows.size == 0 && rows->cursor != rows->to) {
        piece->asked_ns = 0; /* it did not know of the change: again with the next tick */
        stream->asked_count--;
        return;
    }
    int64_t count = store_rows(node, env, rows->rows);
    if (count < 0)
        return; /* the log is full: it will be asked for again */
    stream->rows += (uint64_t)count;
    stream->bytes += rows->rows.size;
    if (count > 0)
        env_note(env, NOTE_STREAM_CHUNK, about_piece(env, piece, piece->source), from,
                 (uint64_t)count, rows->rows.size);
    piece->cursor = rows->cursor;
    piece->waits_for = node->storage.appended_sequence + 1;
    stream_on_applied(node, env);
}

/* A chunk counts when the log says that its rows may be acknowledged: only then is the next one
 * asked for, or another owner, whose fingerprint is compared with what this node then has. */
void stream_on_applied(struct node *node, struct env *env)
{
    struct intake *stream = &node->membership.stream;
    for (uint32_t i = 0; i < stream->piece_count; i++) {
        struct stream_piece *piece = &stream->pieces[i];
        if (piece->waits_for == 0 || piece->waits_for - 1 > node->storage.applied_sequence)
            continue;
        piece->waits_for = 0;
        if (piece->cursor == piece->to)
            end_source(node, env, piece);
        else
            ask(node, env, piece);
    }
    if (stream->done_count < stream->piece_count)
        ask_more(node, env);
}
