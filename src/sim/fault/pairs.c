/*
 * pairs.c: the bits of pairs.h.
 *
 * That a fault has begun is believed only at the next record: a refusal would be caused by the
 * record of the fault itself.
 */
#include "sim/fault/pairs.h"

static void see_pair(struct fault_pairs *pairs, uint32_t one, uint32_t other)
{
    pairs->with[one] |= UINT64_C(1) << other;
    pairs->with[other] |= UINT64_C(1) << one;
}

static void begin(struct pairs_watch *watch, uint32_t kind)
{
    for (uint32_t other = 0; other < FAULT_KIND_COUNT; other++)
        if (watch->active[other] > 0)
            see_pair(&watch->pairs, kind, other);
    watch->pairs.seen |= UINT64_C(1) << kind;
    if (fault_table[kind].stay != STAY_MOMENT)
        watch->active[kind]++;
}

static void end(struct pairs_watch *watch, uint32_t kind)
{
    if (fault_table[kind].stay == STAY_LASTS && watch->active[kind] > 0)
        watch->active[kind]--;
}

void pairs_take(struct pairs_watch *watch, const struct trace_record *record)
{
    bool is_refused = record->kind == TRACE_REFUSED_ACTION && record->cause == watch->begun;
    if (watch->begun && !is_refused)
        begin(watch, watch->begun_kind);
    watch->begun = 0;
    if (record->kind != TRACE_FAULT || record->field[0] >= FAULT_KIND_COUNT)
        return;
    if (record->field[2] == FAULT_ENDS)
        end(watch, (uint32_t)record->field[0]);
    if (record->field[2] != FAULT_BEGINS)
        return;
    watch->begun = record->number;
    watch->begun_kind = (uint32_t)record->field[0];
}

void pairs_end(struct pairs_watch *watch)
{
    if (watch->begun)
        begin(watch, watch->begun_kind);
    watch->begun = 0;
}

void fault_pairs_add(struct fault_pairs *sum, const struct fault_pairs *more)
{
    sum->seen |= more->seen;
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++)
        sum->with[kind] |= more->with[kind];
}

static uint32_t count_bits(uint64_t bits)
{
    uint32_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

uint32_t fault_pairs_count(const struct fault_pairs *pairs)
{
    uint32_t count = 0;
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++)
        count += count_bits(pairs->with[kind] >> kind >> 1);
    return count;
}

uint32_t fault_pairs_possible(void)
{
    uint32_t count = 0;
    const char *why_not;
    for (uint32_t one = 0; one < FAULT_KIND_COUNT; one++)
        for (uint32_t other = one + 1; other < FAULT_KIND_COUNT; other++)
            count += fault_pair_can_be(one, other, &why_not);
    return count;
}

/* Moments have no length, so two of them do not meet. */
bool fault_pair_can_be(uint32_t one, uint32_t other, const char **why_not)
{
    bool is_moment = fault_table[one].stay == STAY_MOMENT;
    bool is_other_moment = fault_table[other].stay == STAY_MOMENT;
    *why_not = is_moment && is_other_moment ? "both are over at once" : NULL;
    return *why_not == NULL;
}
