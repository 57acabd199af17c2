/*
 * stream_pieces.c: what a node gains, cut into pieces, and how far each was in an earlier life.
 *
 * A piece is an interval of positions that one set of old owners keeps. Two kinds of word about it
 * are in the topology file (topology_file.c):
 *
 *     streamed      (version, piece)                    all of it is there
 *     streamed to   (version, piece, source, sources    rows up to the cursor have come from this
 *                    that are done, cursor)             source, through the log, and are durable
 *
 * That rows of a piece are there says nothing by itself: writes of coordinators come in everywhere
 * (CASSANDRA-17679: a resumed bootstrap that trusted what it found had holes). So a cursor is
 * written down only for chunks that the log has made durable, and after a crash only what lies
 * behind it is asked for again.
 */
#include "db/member/membership_parts.h"

/* --- what is gained --------------------------------------------------------------------------- */

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

static bool is_gained(const struct membership *membership, const struct env *env, uint64_t position,
                      uint32_t node)
{
    uint32_t owners[REPLICATION_MAX];
    uint32_t count = membership_owners(membership, env->config, MEMBERS_NEW, position, owners);
    if (!is_listed(owners, count, node))
        return false;
    count = membership_owners(membership, env->config, MEMBERS_OLD, position, owners);
    return !is_listed(owners, count, node);
}

/* With `pieces` NULL it only counts. */
uint32_t stream_list_pieces(const struct membership *membership, const struct env *env,
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
    return membership->remembered_version == version && piece / 64 < membership->remembered_words &&
           membership->remembered[piece / 64] >> piece % 64 & 1;
}

/* --- a cursor --------------------------------------------------------------------------------- */

void stream_remember_cursor(struct membership *membership, struct env *env,
                            const struct stream_cursor *cursor)
{
    if (membership->cursors_version != cursor->version)
        membership->cursor_count = 0;
    membership->cursors_version = cursor->version;
    for (uint32_t i = 0; i < membership->cursor_count; i++)
        if (membership->cursors[i].piece == cursor->piece) {
            membership->cursors[i] = *cursor;
            return;
        }
    membership->cursors = env_reallocate(
        env, membership->cursors, (membership->cursor_count + 1) * sizeof *membership->cursors);
    membership->cursors[membership->cursor_count++] = *cursor;
}

/* Where it got to in an earlier life; its source must still be one. */
static void resume_piece(struct membership *membership, uint32_t index, struct stream_piece *piece)
{
    for (uint32_t i = 0; i < membership->cursor_count; i++) {
        const struct stream_cursor *cursor = &membership->cursors[i];
        if (membership->cursors_version != membership->stream.version || cursor->piece != index)
            continue;
        piece->cursor = cursor->position;
        piece->source = cursor->source;
        piece->done_sources = cursor->done_sources;
        piece->is_resumed = cursor->position != piece->from;
    }
}

uint32_t stream_resume(struct membership *membership, uint32_t *done)
{
    struct intake *stream = &membership->stream;
    uint32_t resumed = 0;
    for (uint32_t i = 0; i < stream->piece_count; i++) {
        struct stream_piece *piece = &stream->pieces[i];
        if (is_remembered(membership, stream->version, i)) {
            piece->is_done = true;
            (*done)++;
            continue;
        }
        resume_piece(membership, i, piece);
        resumed += piece->is_resumed;
    }
    return resumed;
}
