/*
 * explore_table.c: distinct things, each with a number, found by what they are.
 *
 * Numbers are given in the order of discovery, which is that of the search: so they are the same on
 * every machine, and lists sorted by them are canonical within one exploration.
 */
#include <stdlib.h>
#include <string.h>

#include "hunt/explore_parts.h"

static void *grow(void *list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 256;
    void *more = realloc(list, *room * size);
    CHECK_WHY(more, "there is no memory left for the tables of the explorer");
    return more;
}

static void put(struct explore_index *index, uint64_t hash, uint32_t number)
{
    uint64_t slot = hash & index->mask;
    while (index->slots[slot])
        slot = (slot + 1) & index->mask;
    index->slots[slot] = number + 1;
}

/* Twice as many slots as things at least. True: all is to be put in again. */
static bool is_widened(struct explore_index *index, uint32_t count)
{
    if (index->slots && (uint64_t)count * 2 <= index->mask)
        return false;
    uint64_t slots = index->slots ? (index->mask + 1) * 2 : 1024;
    free(index->slots);
    index->slots = calloc(slots, sizeof *index->slots);
    CHECK_WHY(index->slots, "there is no memory left for the tables of the explorer");
    index->mask = slots - 1;
    return true;
}

static bool is_same_digest(struct digest one, struct digest other)
{
    return one.low == other.low && one.high == other.high;
}

uint32_t explore_local_number(struct explore *x, const struct explore_local *local)
{
    if (is_widened(&x->local_index, x->local_count + 1))
        for (uint32_t i = 0; i < x->local_count; i++)
            put(&x->local_index, x->locals[i].digest.low, i);
    uint64_t slot = local->digest.low & x->local_index.mask;
    for (uint32_t found; (found = x->local_index.slots[slot]);
         slot = (slot + 1) & x->local_index.mask)
        if (is_same_digest(x->locals[found - 1].digest, local->digest))
            return found - 1;
    x->locals = grow(x->locals, x->local_count, &x->local_room, sizeof *x->locals);
    x->locals[x->local_count] = *local;
    put(&x->local_index, local->digest.low, x->local_count);
    return x->local_count++;
}

uint32_t explore_message_number(struct explore *x, const struct explore_message *message)
{
    if (is_widened(&x->message_index, x->message_count + 1))
        for (uint32_t i = 0; i < x->message_count; i++)
            put(&x->message_index, x->messages[i].digest.low, i);
    uint64_t slot = message->digest.low & x->message_index.mask;
    for (uint32_t found; (found = x->message_index.slots[slot]);
         slot = (slot + 1) & x->message_index.mask)
        if (is_same_digest(x->messages[found - 1].digest, message->digest))
            return found - 1;
    x->messages = grow(x->messages, x->message_count, &x->message_room, sizeof *x->messages);
    x->messages[x->message_count] = *message;
    put(&x->message_index, message->digest.low, x->message_count);
    return x->message_count++;
}

static uint64_t memo_hash(uint32_t local, uint32_t input, vtime now)
{
    return mix_pair((uint64_t)local << 32 | input, now);
}

uint32_t explore_memo_find(const struct explore *x, uint32_t local, uint32_t input, vtime now)
{
    if (!x->memo_index.slots)
        return EXPLORE_NONE;
    uint64_t slot = memo_hash(local, input, now) & x->memo_index.mask;
    for (uint32_t found; (found = x->memo_index.slots[slot]);
         slot = (slot + 1) & x->memo_index.mask) {
        const struct explore_memo *memo = &x->memos[found - 1];
        if (memo->local == local && memo->input == input && memo->now == now)
            return found - 1;
    }
    return EXPLORE_NONE;
}

void explore_memo_add(struct explore *x, const struct explore_memo *memo)
{
    if (is_widened(&x->memo_index, x->memo_count + 1))
        for (uint32_t i = 0; i < x->memo_count; i++)
            put(&x->memo_index, memo_hash(x->memos[i].local, x->memos[i].input, x->memos[i].now),
                i);
    x->memos = grow(x->memos, x->memo_count, &x->memo_room, sizeof *x->memos);
    x->memos[x->memo_count] = *memo;
    put(&x->memo_index, memo_hash(memo->local, memo->input, memo->now), x->memo_count++);
}

void explore_sent_add(struct explore *x, uint32_t message)
{
    x->sent = grow(x->sent, x->sent_count, &x->sent_room, sizeof *x->sent);
    x->sent[x->sent_count++] = message;
}

uint32_t explore_seen_number(struct explore *x, struct digest digest, uint32_t parent,
                             uint32_t choice, bool *is_new)
{
    if (is_widened(&x->seen_index, x->seen_count + 1))
        for (uint32_t i = 0; i < x->seen_count; i++)
            put(&x->seen_index, x->seen[i].digest.low, i);
    uint64_t slot = digest.low & x->seen_index.mask;
    *is_new = false;
    for (uint32_t found; (found = x->seen_index.slots[slot]);
         slot = (slot + 1) & x->seen_index.mask)
        if (is_same_digest(x->seen[found - 1].digest, digest))
            return found - 1;
    *is_new = true;
    x->seen = grow(x->seen, x->seen_count, &x->seen_room, sizeof *x->seen);
    x->seen[x->seen_count] = (struct explore_seen){digest, parent, choice, 0, false};
    x->seen_index.slots[slot] = x->seen_count + 1;
    return x->seen_count++;
}

/* --- sets of choices ------------------------------------------------------------------------ */

uint32_t explore_set_number(struct explore *x, const uint32_t *list, uint32_t count)
{
    struct digest digest = digest_start();
    for (uint32_t i = 0; i < count; i++)
        digest_word(&digest, list[i]);
    if (is_widened(&x->set_index, x->set_count + 1))
        for (uint32_t i = 0; i < x->set_count; i++)
            put(&x->set_index, x->sets[i].digest.low, i);
    uint64_t slot = digest.low & x->set_index.mask;
    for (uint32_t found; (found = x->set_index.slots[slot]); slot = (slot + 1) & x->set_index.mask)
        if (is_same_digest(x->sets[found - 1].digest, digest))
            return found - 1;
    x->sets = grow(x->sets, x->set_count, &x->set_room, sizeof *x->sets);
    x->sets[x->set_count] = (struct explore_set){digest, x->member_count, count};
    for (uint32_t i = 0; i < count; i++) {
        x->members = grow(x->members, x->member_count, &x->member_room, sizeof *x->members);
        x->members[x->member_count++] = list[i];
    }
    put(&x->set_index, digest.low, x->set_count);
    return x->set_count++;
}

bool explore_set_has(const struct explore *x, uint32_t set, uint32_t choice)
{
    const struct explore_set *one = &x->sets[set];
    for (uint32_t i = 0; i < one->count; i++)
        if (x->members[one->first + i] == choice)
            return true;
    return false;
}

static uint32_t filter(struct explore *x, uint32_t one, uint32_t other, bool is_in)
{
    uint32_t list[EXPLORE_CHOICES_MAX], count = 0;
    const struct explore_set set = x->sets[one];
    for (uint32_t i = 0; i < set.count; i++)
        if (explore_set_has(x, other, x->members[set.first + i]) == is_in)
            list[count++] = x->members[set.first + i];
    return count == set.count ? one : explore_set_number(x, list, count);
}

uint32_t explore_set_and(struct explore *x, uint32_t one, uint32_t other)
{
    return one == other ? one : filter(x, one, other, true);
}

uint32_t explore_set_without(struct explore *x, uint32_t one, uint32_t other)
{
    return filter(x, one, other, false);
}

void explore_tables_free(struct explore *x)
{
    free(x->sets);
    free(x->members);
    free(x->set_index.slots);
    free(x->locals);
    free(x->messages);
    free(x->memos);
    free(x->sent);
    free(x->seen);
    free(x->local_index.slots);
    free(x->message_index.slots);
    free(x->memo_index.slots);
    free(x->seen_index.slots);
}
