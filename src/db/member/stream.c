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
 * topology file, and now and then how far one has come (stream_pieces.c); after a crash only what
 * lies behind that is asked for again. `stream_rate` keeps the whole from taking the network away
 * from the clients (Cassandra: stream_throughput_outbound).
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/storage_parts.h"
#include "db/store/row.h"

#include <string.h>

#define PIECES_AT_ONCE 8u
#define CURSOR_EVERY   4u /* chunks: so much may come a second time after a crash */
#define PATIENCE_NS    (UINT64_C(600) * 1000 * 1000)

static uint64_t about_piece(const struct env *env, const struct stream_piece *piece,
                            uint32_t source)
{
    uint64_t what = mix_pair(mix_pair(piece->to, piece->cursor), source);
    return about_node(ABOUT_STREAM, env->self, what & 0xffffffffffff);
}

/* Tenths of the whole, as they are done. */
static void note_progress(struct env *env, const struct intake *stream)
{
    uint64_t before = 10 * (stream->done_count - 1) / stream->piece_count;
    uint64_t now = 10 * stream->done_count / stream->piece_count;
    if (now > before && now < 10)
        env_note(env, NOTE_STREAM_PROGRESS, membership_about(env, 9, stream->version), 10 * now,
                 stream->rows, stream->bytes);
}

static void note_done(struct env *env, const struct intake *stream)
{
    env_note(env, NOTE_STREAM_DONE, membership_about(env, 9, stream->version), stream->version,
             stream->rows, stream->bytes);
}

static void end_piece(struct node *node, struct env *env, uint32_t index)
{
    struct intake *stream = &node->membership.stream;
    stream->pieces[index].is_done = true;
    stream->done_count++;
    note_progress(env, stream);
    topology_file_append(node, env, RECORD_STREAMED, stream->version, index, NULL);
    if (stream->done_count == stream->piece_count)
        note_done(env, stream);
}

bool stream_is_done(const struct membership *membership)
{
    const struct intake *stream = &membership->stream;
    return stream->version == membership->now.version && stream->done_count == stream->piece_count;
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

static bool is_throttled(const struct node *node, struct env *env)
{
    return env_monotonic_ns(env) < node->membership.stream.free_at_ns;
}

/* So many bytes have come: at `stream_rate` the next ones may be asked for then. */
static void charge(struct intake *stream, struct env *env, uint64_t bytes)
{
    uint64_t rate = env->config->stream_rate, now = env_monotonic_ns(env);
    if (rate > 0)
        stream->free_at_ns =
            MAX(stream->free_at_ns, now) + (uint64_t)((uint128)bytes * 1000000000u / rate);
}

/* May a piece that has come some way go on with the owner that it comes from? */
static bool goes_on(const struct node *node, const struct env *env,
                    const struct stream_piece *piece)
{
    uint32_t sources[REPLICATION_MAX];
    uint32_t count = sources_of(node, env, piece, sources);
    return piece->is_resumed && piece->source < count &&
           detector_is_up(&node->detector, env, sources[piece->source]);
}

/* The next old owner to ask: up, and not asked yet. Starts at another one for each piece, so that
 * the work is spread, and one further after each that did not answer. */
static bool choose_source(const struct node *node, const struct env *env,
                          struct stream_piece *piece)
{
    uint32_t sources[REPLICATION_MAX];
    uint32_t count = sources_of(node, env, piece, sources);
    if (goes_on(node, env, piece))
        return true;
    piece->is_resumed = false;
    piece->cursor = piece->from;
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
    for (uint32_t i = 0; i < stream->piece_count && stream->asked_count < PIECES_AT_ONCE &&
                         !is_throttled(node, env);
         i++) {
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
    stream->piece_count = stream_list_pieces(membership, env, NULL);
    stream->pieces = env_allocate(env, stream->piece_count * sizeof *stream->pieces);
    stream_list_pieces(membership, env, stream->pieces);
    env_note(env, NOTE_STREAM_BEGUN, membership_about(env, 9, stream->version), stream->version,
             stream->piece_count, 0);
    uint32_t begun = stream_resume(membership, &stream->done_count);
    if (begun + stream->done_count > 0)
        env_note(env, NOTE_STREAM_RESUMED, membership_about(env, 9, stream->version),
                 stream->done_count, begun, stream->piece_count);
    if (stream->done_count == stream->piece_count)
        note_done(env, stream);
    ask_more(node, env);
}

/* Who does not answer in time, and had answered before, is asked once again: a message may have
 * been lost. Else another one is, from the beginning: rows of one owner say nothing about those of
 * the next. */
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
        piece->is_resumed = piece->tries % 2 == 1 && piece->cursor != piece->from;
        stream->asked_count--;
    }
    ask_more(node, env);
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
    piece->is_resumed = false;
    stream->asked_count--;
    if (count_bits(piece->done_sources) < sources_needed(env, count))
        return;
    if (count_bits(piece->done_sources) < count / 2 + 1 && stream->done_count == 0)
        safeguard_note_broken(env, SAFEGUARD_STREAM_FROM_QUORUM,
                              membership_about(env, 9, stream->version), piece->source);
    end_piece(node, env, (uint32_t)(piece - stream->pieces));
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
    charge(stream, env, rows->rows.size);
    if (count > 0)
        env_note(env, NOTE_STREAM_CHUNK, about_piece(env, piece, piece->source), from,
                 (uint64_t)count, rows->rows.size);
    piece->cursor = rows->cursor;
    piece->waits_for = node->storage.appended_sequence + 1;
    stream_on_applied(node, env);
}

/* Under the policies interval and never, a row is in the store before it is on the device: then
 * somebody must ask for the sync, or a piece would count as done that a crash takes back. */
static bool is_durable(struct node *node, struct env *env, uint64_t sequence)
{
    struct storage *storage = &node->storage;
    if (storage->applied_sequence < sequence)
        return false;
    if (storage->synced_sequence < sequence)
        storage_request_round(storage, env);
    return storage->synced_sequence >= sequence;
}

/* The chunk is durable. The next one is asked for at once, or by the tick when it is allowed. */
static void go_on(struct node *node, struct env *env, struct stream_piece *piece)
{
    struct intake *stream = &node->membership.stream;
    uint64_t index = (uint64_t)(piece - stream->pieces);
    struct stream_cursor cursor = {.version = stream->version,
                                   .position = piece->cursor,
                                   .piece = (uint32_t)index,
                                   .source = piece->source,
                                   .done_sources = piece->done_sources};
    if (++piece->chunks % CURSOR_EVERY == 0)
        topology_file_append_cursor(node, env, &cursor);
    if (!is_throttled(node, env)) {
        ask(node, env, piece);
        return;
    }
    piece->asked_ns = 0;
    piece->is_resumed = true;
    stream->asked_count--;
}

/* A chunk counts when the log says that its rows may be acknowledged: only then is the next one
 * asked for, or another owner, whose fingerprint is compared with what this node then has. */
void stream_on_applied(struct node *node, struct env *env)
{
    struct intake *stream = &node->membership.stream;
    for (uint32_t i = 0; i < stream->piece_count; i++) {
        struct stream_piece *piece = &stream->pieces[i];
        if (piece->waits_for == 0 || !is_durable(node, env, piece->waits_for - 1))
            continue;
        piece->waits_for = 0;
        if (piece->cursor == piece->to)
            end_source(node, env, piece);
        else
            go_on(node, env, piece);
    }
    if (stream->done_count < stream->piece_count)
        ask_more(node, env);
}
