/*
 * stream_answer.c: an old owner's part in handing data on.
 *
 * It answers only when the change is durable with it: from then on it refuses writes of whoever
 * does not know the new owner, so what it sends is all that was ever acknowledged without them. An
 * asker whose rows have the same number and fingerprint is told that it has all of it.
 */
#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/store/row.h"

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

void on_stream_ask(struct node *node, struct env *env, uint32_t from, const struct message *message)
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
