/*
 * answer.c: the other side of a comparison.
 *
 * Nothing is kept from one question to the next: each says by which topology and about which ranges
 * it is. One that goes by another version is refused, since the two sides would see different
 * trees, or one of them would be no owner.
 */
#include "db/repair/repair_parts.h"

#include <string.h>

#include "base/mix.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/row.h"

/* Does the asker go by another topology? It is told so if it is behind; this node asks if it is. */
static bool is_refused(struct node *node, struct env *env, uint32_t from, uint64_t repair,
                       uint64_t topology)
{
    uint64_t known = node->membership.now.version;
    if (topology == known)
        return false;
    env_note(env, NOTE_STALE_REFUSED, repair, from, topology, known);
    membership_heard_of(node, env, from, topology);
    if (topology < known)
        membership_tell(node, env, from);
    return true;
}

static uint64_t about_answer(const struct env *env, uint64_t repair, uint64_t what)
{
    return repair_about(env, mix_pair(repair, what));
}

/* --- sums -------------------------------------------------------------------------------- */

static uint8_t *put_children(const struct node *node, const struct repair_tree *tree,
                             struct tree_node at, uint8_t *to)
{
    for (uint32_t child = 0; child < TREE_FAN_OUT; child++) {
        if (!tree_has(tree, tree_child(at, child)))
            continue;
        struct store_sum sum = tree_sum(tree, &node->storage.store, tree_child(at, child));
        to = tree_put(to, sum.rows);
        if (sum.rows > 0)
            to = put_number(to, sum.fingerprint, 8);
    }
    return to;
}

static void answer_sums(struct node *node, struct env *env, uint32_t from,
                        const struct message *asked, struct bytes sums)
{
    struct message message = {.kind = MESSAGE_REPAIR_SUMS, .round = asked->round};
    const struct message_repair_compare *compare = &asked->repair_compare;
    message.repair_sums.repair = compare->repair;
    message.repair_sums.level = compare->level;
    message.repair_sums.clock = env_wall_ns(env);
    message.repair_sums.sums = sums;
    uint64_t what = (uint64_t)compare->level << 32 | asked->round;
    pace_answer(node, env, from, about_answer(env, compare->repair, what), &message);
}

void on_repair_compare(struct node *node, struct env *env, uint32_t from,
                       const struct message *message)
{
    const struct message_repair_compare *compare = &message->repair_compare;
    struct bytes numbers = compare->nodes;
    uint64_t number;
    if (is_refused(node, env, from, compare->repair, compare->topology))
        return;
    struct repair_tree tree = tree_make(node, env, from, compare->chosen);
    struct store_sum mine = tree_sum(&tree, &node->storage.store, (struct tree_node){0});
    uint32_t most = REPAIR_NODES_MAX * TREE_FAN_OUT * (TREE_NUMBER_MAX + 8u);
    uint8_t *sums = env_allocate(env, most), *end = sums;
    bool is_equal = compare->level == 0 && mine.rows == compare->rows &&
                    mine.fingerprint == compare->fingerprint;
    for (uint32_t i = 0; i < REPAIR_NODES_MAX && !is_equal && tree_take(&numbers, &number); i++)
        end = put_children(node, &tree, (struct tree_node){compare->level, 0, number}, end);
    if (is_equal || end > sums)
        answer_sums(node, env, from, message, (struct bytes){sums, (uint32_t)(end - sums)});
    env_release(env, sums);
    tree_free(&tree, env);
}

/* --- rows -------------------------------------------------------------------------------- */

struct answer {
    const struct message_repair_leaf *leaf;
    uint8_t *known; /* a bit a digest */
    uint8_t *rows;  /* NULL: only measure */
    uint32_t size;
    uint64_t cursor;
};

/* A chunk of the rows that the asker has not; never half of those that share a position. */
static void fill_answer(const struct node *node, struct answer *answer)
{
    struct position_range range = {answer->leaf->from, answer->leaf->to};
    const struct store_row *row = NULL;
    uint64_t last = range.from;
    answer->size = 0;
    while ((row = rows_next(&node->storage.store, range, row))) {
        uint32_t size = row_size(row->key, &row->version);
        int64_t index = rows_find_digest(answer->leaf->digests,
                                         store_row_digest(row->key, &row->version));
        if (answer->size >= WIRE_CHUNK_BYTES && row->position != last) {
            answer->cursor = last;
            return;
        }
        last = row->position;
        if (index >= 0) {
            answer->known[index / 8] |= (uint8_t)(1u << index % 8);
            continue;
        }
        if (answer->size + size > WIRE_ROWS_MAX)
            continue; /* too many at one position: they are found to differ once more */
        if (answer->rows)
            row_encode(answer->rows + answer->size, row->key, &row->version);
        answer->size += size;
    }
    answer->cursor = range.to;
}

void on_repair_leaf(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_repair_leaf *leaf = &message->repair_leaf;
    struct answer answer = {.leaf = leaf};
    uint32_t known_bytes = (leaf->digests.size / 8 + 7) / 8;
    if (is_refused(node, env, from, leaf->repair, leaf->topology))
        return;
    answer.known = env_allocate(env, MAX(known_bytes, 1u));
    fill_answer(node, &answer);
    answer.rows = env_allocate(env, MAX(answer.size, 1u));
    fill_answer(node, &answer);
    struct message rows = {.kind = MESSAGE_REPAIR_ROWS};
    rows.repair_rows.repair = leaf->repair;
    rows.repair_rows.to = leaf->to;
    rows.repair_rows.cursor = answer.cursor;
    rows.repair_rows.known = (struct bytes){answer.known, known_bytes};
    rows.repair_rows.rows = (struct bytes){answer.rows, answer.size};
    uint64_t about = about_answer(env, leaf->repair, mix_pair(leaf->from, leaf->to));
    pace_answer(node, env, from, about, &rows);
    env_release(env, answer.known);
    env_release(env, answer.rows);
}

/* --- pushes ------------------------------------------------------------------------------ */

static void tell_taken(struct env *env, const struct repair_debt *debt)
{
    struct message taken = {.kind = MESSAGE_REPAIR_TAKEN};
    taken.repair_taken.repair = debt->repair;
    taken.repair_taken.number = debt->number;
    send_message(env, (uint32_t)debt->to,
                 about_answer(env, debt->repair, UINT64_C(1) << 61 | debt->number), &taken);
}

static void owe(struct node *node, struct env *env, uint32_t to,
                const struct message_repair_push *push)
{
    struct repair *repair = &node->repair;
    struct repair_debt *debt = env_allocate(env, sizeof *debt);
    *debt = (struct repair_debt){.sequence = node->storage.appended_sequence,
                                 .repair = push->repair,
                                 .number = push->number,
                                 .to = to};
    if (repair->debt_last)
        repair->debt_last->next = debt;
    else
        repair->debt_first = debt;
    repair->debt_last = debt;
}

void repair_pay_debts(struct node *node, struct env *env)
{
    struct repair *repair = &node->repair;
    bool waits = safeguard_is_on(env->config, SAFEGUARD_REPAIR_DURABLE);
    uint64_t applied = node->storage.applied_sequence;
    while (repair->debt_first && (repair->debt_first->sequence <= applied || !waits)) {
        struct repair_debt *debt = repair->debt_first;
        if (debt->sequence > applied)
            safeguard_note_broken(env, SAFEGUARD_REPAIR_DURABLE, debt->repair, debt->sequence);
        repair->debt_first = debt->next;
        if (!debt->next)
            repair->debt_last = NULL;
        tell_taken(env, debt);
        env_release(env, debt);
    }
}

/* Each row as a write; who sent them is told when they are as durable as one. */
void on_repair_push(struct node *node, struct env *env, uint32_t from,
                    const struct message *message)
{
    const struct message_repair_push *push = &message->repair_push;
    struct bytes rows = push->rows, key;
    struct version version;
    uint32_t count = 0;
    if (is_refused(node, env, from, push->repair, push->topology))
        return;
    for (uint32_t size; rows.size > 0; rows.data += size, rows.size -= size, count++) {
        size = row_decode(rows, &key, &version);
        if (size == 0 || (!tombstone_is_refused(node, env, from, key, &version) &&
                          !replica_take_repaired(node, env, key, &version,
                                        repair_about(env, key_token(key)))))
            return; /* nobody is told: the sender begins again */
    }
    node->repair.rows_taken += count;
    env_note(env, NOTE_REPAIR_TOOK, push->repair, from, count, push->rows.size);
    owe(node, env, from, push);
    repair_pay_debts(node, env);
}
