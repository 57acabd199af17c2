/*
 * set.c: a set that many nodes add to and remove from at once (OR-set, add wins).
 *
 * Observed-remove without tombstones: Bieniusa et al. 2012 ("An optimized conflict-free replicated
 * set"), with the causal context of Almeida, Shoker, Baquero 2018. An addition is an event with a
 * dot; an element is there as long as it has a dot. Removing takes away the dots that the remover
 * has seen, so an addition that it had not seen survives: add wins.
 *
 *     clock    n1.1: 3                 events 1 to 3 of n1.1 are known, and none other
 *     "milk"   n1.1: 2                 event 1 and 3 added what has been removed since
 *
 * A dot that is known and that no element has has been removed. That is how a removal is
 * remembered, and why the set does not grow with what was removed from it. A remover may have seen
 * an addition that this replica has not: such a dot waits in the cloud until there is no gap
 * before it any more.
 *
 * Encoded: the clock; 2 bytes of count and the dots of the cloud, 16 bytes each; 2 bytes of count;
 * for each element its name as a block, 2 bytes of count and its dots.
 */
#include "base/bytes.h"
#include "db/conflict/kinds.h"

/* --- dots ----------------------------------------------------------------------------------------
 */

static bool is_listed(const struct dot *dots, uint32_t count, const struct dot *dot)
{
    for (uint32_t i = 0; i < count; i++)
        if (dot_compare(&dots[i], dot) == 0)
            return true;
    return false;
}

static bool set_knows(const struct dotted_set *set, const struct dot *dot)
{
    return clock_knows(&set->clock, dot) || is_listed(set->cloud, set->cloud_count, dot);
}

/* Insert into an ascending list that has room for one more. */
static void insert_dot(struct dot *dots, uint32_t *count, const struct dot *dot)
{
    uint32_t place = *count;
    if (is_listed(dots, *count, dot))
        return;
    for (; place > 0 && dot_compare(&dots[place - 1], dot) > 0; place--)
        dots[place] = dots[place - 1];
    dots[place] = *dot;
    ++*count;
}

/* Dots of the cloud that follow the clock without a gap go into it; what the clock knows needs no
 * cloud. The cloud is ascending, so one walk is enough. */
static void compact(struct scratch *scratch, struct dotted_set *set)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < set->cloud_count; i++) {
        struct dot dot = set->cloud[i];
        uint64_t known = clock_at(&set->clock, dot.actor);
        if (dot.counter == known + 1)
            set->clock = clock_with(scratch, &set->clock, dot.actor, dot.counter);
        else if (dot.counter > known)
            set->cloud[kept++] = dot;
    }
    set->cloud_count = kept;
}

/* --- bytes ---------------------------------------------------------------------------------------
 */

static struct dot *read_dots(struct scratch *scratch, struct reader *reader, uint32_t *count)
{
    *count = (uint32_t)read_number(reader, 2);
    reader->is_broken |= *count > reader->left.size / sizeof(struct dot);
    if (reader->is_broken)
        *count = 0;
    struct dot *dots = scratch_take(scratch, *count * sizeof *dots);
    for (uint32_t i = 0; i < *count; i++) {
        dots[i].actor = read_number(reader, 8);
        dots[i].counter = read_number(reader, 8);
        reader->is_broken |=
            dots[i].counter == 0 || (i > 0 && dot_compare(&dots[i - 1], &dots[i]) >= 0);
    }
    return dots;
}

static void build_dots(struct builder *builder, const struct dot *dots, uint32_t count)
{
    build_number(builder, count, 2);
    for (uint32_t i = 0; i < count; i++) {
        build_number(builder, dots[i].actor, 8);
        build_number(builder, dots[i].counter, 8);
    }
}

static void read_element(struct scratch *scratch, struct reader *reader,
                         const struct dotted_set *set, struct element *element)
{
    element->name = read_block(reader);
    element->dots = read_dots(scratch, reader, &element->count);
    reader->is_broken |= element->count == 0;
    for (uint32_t i = 0; i < element->count; i++)
        reader->is_broken |= !set_knows(set, &element->dots[i]);
}

/* A cloud that is not compact is not the one encoding. */
static bool is_compact(const struct dotted_set *set)
{
    for (uint32_t i = 0; i < set->cloud_count; i++)
        if (set->cloud[i].counter <= clock_at(&set->clock, set->cloud[i].actor) + 1)
            return false;
    return true;
}

struct dotted_set set_read(struct scratch *scratch, struct reader *reader)
{
    struct dotted_set set = {.clock = clock_read(scratch, reader)};
    set.cloud = read_dots(scratch, reader, &set.cloud_count);
    uint32_t count = (uint32_t)read_number(reader, 2);
    reader->is_broken |= !is_compact(&set) || count > reader->left.size / 22;
    if (reader->is_broken)
        return set;
    set.elements = scratch_take(scratch, count * sizeof *set.elements);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct element *element = &set.elements[set.count++];
        read_element(scratch, reader, &set, element);
        reader->is_broken |= i > 0 && bytes_compare(element[-1].name, element->name) >= 0;
    }
    return set;
}

void set_build(struct builder *builder, const struct dotted_set *set)
{
    clock_build(builder, &set->clock);
    build_dots(builder, set->cloud, set->cloud_count);
    build_number(builder, set->count, 2);
    for (uint32_t i = 0; i < set->count; i++) {
        build_block(builder, set->elements[i].name);
        build_dots(builder, set->elements[i].dots, set->elements[i].count);
    }
}

/* --- merging -------------------------------------------------------------------------------------
 */

/* The dots of an element that stay: those that both have, and those that one has and the other
 * has never known. Either element may be NULL. */
static struct element merge_element(struct scratch *scratch, const struct dotted_set *a,
                                    const struct element *of_a, const struct dotted_set *b,
                                    const struct element *of_b)
{
    uint32_t room = (of_a ? of_a->count : 0) + (of_b ? of_b->count : 0);
    struct element both = {.name = of_a ? of_a->name : of_b->name,
                           .dots = scratch_take(scratch, room * sizeof(struct dot))};
    for (uint32_t i = 0; of_a && i < of_a->count; i++)
        if ((of_b && is_listed(of_b->dots, of_b->count, &of_a->dots[i])) ||
            !set_knows(b, &of_a->dots[i]))
            insert_dot(both.dots, &both.count, &of_a->dots[i]);
    for (uint32_t i = 0; of_b && i < of_b->count; i++)
        if (!set_knows(a, &of_b->dots[i]))
            insert_dot(both.dots, &both.count, &of_b->dots[i]);
    return both;
}

static void merge_elements(struct scratch *scratch, struct dotted_set *both,
                           const struct dotted_set *a, const struct dotted_set *b)
{
    both->elements = scratch_take(scratch, (a->count + b->count) * sizeof(struct element));
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count   ? 1
                    : j == b->count ? -1
                                    : bytes_compare(a->elements[i].name, b->elements[j].name);
        struct element merged = merge_element(scratch, a, order <= 0 ? &a->elements[i] : NULL, b,
                                              order >= 0 ? &b->elements[j] : NULL);
        if (merged.count > 0)
            both->elements[both->count++] = merged;
        i += order <= 0;
        j += order >= 0;
    }
}

struct dotted_set set_sync(struct scratch *scratch, const struct dotted_set *a,
                           const struct dotted_set *b)
{
    struct dotted_set both = {.clock = clock_join(scratch, &a->clock, &b->clock)};
    both.cloud = scratch_take(scratch, (a->cloud_count + b->cloud_count) * sizeof(struct dot));
    for (uint32_t i = 0; i < a->cloud_count; i++)
        insert_dot(both.cloud, &both.cloud_count, &a->cloud[i]);
    for (uint32_t i = 0; i < b->cloud_count; i++)
        insert_dot(both.cloud, &both.cloud_count, &b->cloud[i]);
    compact(scratch, &both);
    merge_elements(scratch, &both, a, b);
    return both;
}

/* --- changing ------------------------------------------------------------------------------------
 */

const struct element *set_find(const struct dotted_set *set, struct bytes name)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (bytes_compare(set->elements[i].name, name) == 0)
            return &set->elements[i];
    return NULL;
}

/* The cloud's dots of this actor count, too: no event may happen twice. */
static uint64_t last_event(const struct dotted_set *set, uint64_t actor)
{
    uint64_t last = clock_at(&set->clock, actor);
    for (uint32_t i = 0; i < set->cloud_count; i++)
        if (set->cloud[i].actor == actor)
            last = MAX(last, set->cloud[i].counter);
    return last;
}

/* The new dot takes the place of those that the element had: whoever saw it saw them. */
struct dotted_set set_add(struct scratch *scratch, const struct dotted_set *set, uint64_t actor,
                          struct bytes name)
{
    struct dot dot = {actor, last_event(set, actor) + 1};
    const struct element *before = set_find(set, name);
    struct dotted_set added =
        set_forget(scratch, set, before ? before->dots : NULL, before ? before->count : 0);
    struct element element = {.name = name, .dots = &dot, .count = 1};
    struct dotted_set one = {.cloud = &dot, .cloud_count = 1, .elements = &element, .count = 1};
    if (dot.counter == 1)
        one = (struct dotted_set){.clock = {&dot, 1}, .elements = &element, .count = 1};
    return set_sync(scratch, &added, &one);
}

struct dotted_set set_forget(struct scratch *scratch, const struct dotted_set *set,
                             const struct dot *dots, uint32_t count)
{
    struct dotted_set gone = {.cloud = scratch_take(scratch, count * sizeof(struct dot))};
    for (uint32_t i = 0; i < count; i++)
        insert_dot(gone.cloud, &gone.cloud_count, &dots[i]);
    compact(scratch, &gone);
    return set_sync(scratch, set, &gone);
}
