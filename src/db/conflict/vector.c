/*
 * vector.c: plain version vectors kept by servers, as a lesson.
 *
 * Dynamo (section 4.4) and Riak before version 2 did this: each value has a vector of (node,
 * counter), and a value is dropped when another one's vector is above its own. The node that takes
 * a put raises its own counter. But a vector does not say which event wrote which value:
 *
 *     n1: 1 "a"                a put without context
 *     n1: 2 "a" "b"            another one: both are kept, and both now stand for n1: 2
 *     put "c", seen n1: 1      it has seen "a" and would replace it, but n1: 1 is below n1: 2, so
 *     n1: 3 "a" "b" "c"        all stay. And again, and again: sibling explosion
 *
 * (riak_kv pull 746.) With truncation the oldest entries of a vector are dropped, and what came
 * after seems to have come beside (Dynamo, section 4.4: "this can lead to inefficiencies in
 * reconciliation as the descendant relationships cannot be derived accurately").
 *
 * A set of values none of which is before another is a lattice, so even this one converges.
 *
 * Encoded: 2 bytes of count; for each value 2 bytes of count; for each entry 8 bytes of actor, 8 of
 * counter, 8 of the time when it was raised; a byte that is 1 for a delete; the value as a block.
 */
#include "base/bytes.h"
#include "db/conflict/kinds.h"

static struct stamped stamped_room(struct scratch *scratch, uint32_t count)
{
    struct stamped stamped = {
        .clock = {scratch_take(scratch, count * sizeof(struct dot)), 0},
        .stamps = scratch_take(scratch, count * sizeof(int64_t)),
    };
    return stamped;
}

static struct stamped stamped_read(struct scratch *scratch, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    reader->is_broken |= count > reader->left.size / 24;
    struct stamped stamped = stamped_room(scratch, reader->is_broken ? 0 : count);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct dot *dot = &stamped.clock.entries[stamped.clock.count++];
        dot->actor = read_number(reader, 8);
        dot->counter = read_number(reader, 8);
        stamped.stamps[i] = (int64_t)read_number(reader, 8);
        reader->is_broken |= dot->counter == 0 || (i > 0 && dot[-1].actor >= dot->actor);
    }
    return stamped;
}

static int compare_stamped(const struct stamped *a, const struct stamped *b)
{
    if (a->clock.count != b->clock.count)
        return a->clock.count < b->clock.count ? -1 : 1;
    for (uint32_t i = 0; i < a->clock.count; i++) {
        int order = dot_compare(&a->clock.entries[i], &b->clock.entries[i]);
        if (order != 0)
            return order;
        if (a->stamps[i] != b->stamps[i])
            return a->stamps[i] < b->stamps[i] ? -1 : 1;
    }
    return 0;
}

static int compare_vectored(const struct vectored *a, const struct vectored *b)
{
    int order = compare_stamped(&a->stamped, &b->stamped);
    if (order != 0)
        return order;
    if (a->is_deleted != b->is_deleted)
        return a->is_deleted ? -1 : 1;
    return bytes_compare(a->value, b->value);
}

static bool is_before(const struct vectored *a, const struct vectored *b)
{
    return clock_is_within(&a->stamped.clock, &b->stamped.clock) &&
           !clock_is_within(&b->stamped.clock, &a->stamped.clock);
}

static bool is_antichain(const struct vectors *vectors)
{
    for (uint32_t i = 0; i < vectors->count; i++)
        for (uint32_t j = 0; j < vectors->count; j++)
            if (is_before(&vectors->entries[i], &vectors->entries[j]))
                return false;
    return true;
}

static void vectored_read(struct scratch *scratch, struct reader *reader, struct vectored *entry)
{
    entry->stamped = stamped_read(scratch, reader);
    uint64_t is_deleted = read_number(reader, 1);
    entry->is_deleted = is_deleted;
    entry->value = read_block(reader);
    reader->is_broken |= is_deleted > 1 || (is_deleted && entry->value.size > 0);
}

struct vectors vectors_read(struct scratch *scratch, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    struct vectors vectors = {0};
    reader->is_broken |= count > reader->left.size / 7;
    if (reader->is_broken)
        return vectors;
    vectors.entries = scratch_take(scratch, count * sizeof *vectors.entries);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct vectored *entry = &vectors.entries[vectors.count++];
        vectored_read(scratch, reader, entry);
        reader->is_broken |= i > 0 && compare_vectored(entry - 1, entry) >= 0;
    }
    reader->is_broken |= !is_antichain(&vectors);
    return vectors;
}

static void build_stamped(struct builder *builder, const struct stamped *stamped)
{
    build_number(builder, stamped->clock.count, 2);
    for (uint32_t i = 0; i < stamped->clock.count; i++) {
        build_number(builder, stamped->clock.entries[i].actor, 8);
        build_number(builder, stamped->clock.entries[i].counter, 8);
        build_number(builder, (uint64_t)stamped->stamps[i], 8);
    }
}

void vectors_build(struct builder *builder, const struct vectors *vectors)
{
    build_number(builder, vectors->count, 2);
    for (uint32_t i = 0; i < vectors->count; i++) {
        const struct vectored *entry = &vectors->entries[i];
        build_stamped(builder, &entry->stamped);
        build_number(builder, entry->is_deleted, 1);
        build_block(builder, entry->value);
    }
}

static bool is_before_any(const struct vectored *entry, const struct vectors *vectors)
{
    for (uint32_t i = 0; i < vectors->count; i++)
        if (is_before(entry, &vectors->entries[i]))
            return true;
    return false;
}

struct vectors vectors_sync(struct scratch *scratch, const struct vectors *a,
                            const struct vectors *b)
{
    struct vectors both = {scratch_take(scratch, (a->count + b->count) * sizeof(struct vectored)),
                           0};
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count   ? 1
                    : j == b->count ? -1
                                    : compare_vectored(&a->entries[i], &b->entries[j]);
        const struct vectored *next = order <= 0 ? &a->entries[i] : &b->entries[j];
        if (!is_before_any(next, order <= 0 ? b : a))
            both.entries[both.count++] = *next;
        i += order <= 0;
        j += order >= 0;
    }
    return both;
}

struct clock vectors_clock(struct scratch *scratch, const struct vectors *vectors)
{
    struct clock all = {0};
    for (uint32_t i = 0; i < vectors->count; i++)
        all = clock_join(scratch, &all, &vectors->entries[i].stamped.clock);
    return all;
}

/* When an entry of a clock was raised, as far as some value knows. */
static int64_t stamp_of(const struct vectors *vectors, const struct dot *dot)
{
    int64_t stamp = 0;
    for (uint32_t i = 0; i < vectors->count; i++) {
        const struct stamped *stamped = &vectors->entries[i].stamped;
        for (uint32_t j = 0; j < stamped->clock.count; j++)
            if (dot_compare(&stamped->clock.entries[j], dot) == 0)
                stamp = MAX(stamp, stamped->stamps[j]);
    }
    return stamp;
}

/* Dynamo, section 4.4: "when the number of pairs reaches a threshold, the oldest pair is removed".
 */
static void drop_oldest(struct stamped *stamped)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < stamped->clock.count; i++)
        if (stamped->stamps[i] < stamped->stamps[oldest])
            oldest = i;
    for (uint32_t i = oldest + 1; i < stamped->clock.count; i++) {
        stamped->clock.entries[i - 1] = stamped->clock.entries[i];
        stamped->stamps[i - 1] = stamped->stamps[i];
    }
    stamped->clock.count--;
}

static struct stamped next_vector(struct scratch *scratch, const struct vectors *vectors,
                                  const struct clock *seen, const struct dot *event, int64_t now,
                                  uint32_t truncate)
{
    struct clock known = vectors_clock(scratch, vectors);
    known = clock_join(scratch, &known, seen);
    known = clock_with(scratch, &known, event->actor, event->counter);
    struct stamped next = stamped_room(scratch, known.count);
    for (uint32_t i = 0; i < known.count; i++) {
        next.clock.entries[i] = known.entries[i];
        next.stamps[i] =
            known.entries[i].actor == event->actor ? now : stamp_of(vectors, &known.entries[i]);
    }
    next.clock.count = known.count;
    while (truncate > 0 && next.clock.count > truncate)
        drop_oldest(&next);
    return next;
}

static int find_place(const struct vectors *vectors, const struct vectored *entry)
{
    uint32_t place = 0;
    while (place < vectors->count) {
        int order = compare_vectored(&vectors->entries[place], entry);
        if (order == 0)
            return -1;
        if (order > 0)
            break;
        place++;
    }
    return (int)place;
}

static void insert(struct vectors *vectors, const struct vectored *entry)
{
    int place = find_place(vectors, entry);
    if (place < 0)
        return;
    for (uint32_t i = vectors->count; i > (uint32_t)place; i--)
        vectors->entries[i] = vectors->entries[i - 1];
    vectors->entries[place] = *entry;
    vectors->count++;
}

/* Does the client know all that is here? Then its value takes the place of everything. Else what
 * is here stays, and nobody can say which of it the client had seen. */
struct vectors vectors_put(struct scratch *scratch, const struct vectors *vectors,
                           const struct clock *seen, uint64_t actor, int64_t now,
                           const struct bytes *value, uint32_t truncate)
{
    struct clock known = vectors_clock(scratch, vectors);
    struct dot event = {actor, MAX(clock_at(&known, actor), clock_at(seen, actor)) + 1};
    bool is_all_seen = clock_is_within(&known, seen);
    struct vectored put = {
        .stamped = next_vector(scratch, vectors, seen, &event, now, truncate),
        .value = value ? *value : (struct bytes){NULL, 0},
        .is_deleted = value == NULL,
    };
    struct vectors next = {scratch_take(scratch, (vectors->count + 1) * sizeof(struct vectored)),
                           0};
    for (uint32_t i = 0; i < vectors->count && !is_all_seen; i++) {
        struct vectored kept = vectors->entries[i];
        kept.stamped = put.stamped;
        if (!kept.is_deleted)
            insert(&next, &kept);
    }
    if (value || next.count == 0)
        insert(&next, &put);
    return next;
}
