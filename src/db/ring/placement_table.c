/*
 * placement_table.c: who owns what, where that is kept and not computed.
 *
 * Equal partitions stay where they are when members come and go; a table says whose they
 * are. Riak's rule (docs/claim-fixes.md): after each change the shares of any two members
 * differ by one partition at most, and no partition moves between two that stay. Key ranges
 * are kept in the same table, with ends of their own.
 *
 * Every choice that could go either way is drawn from the seed and from what it is about, so
 * all nodes make the same one.
 */
#include "base/mix.h"
#include "db/ring/placement_parts.h"

static uint32_t shares_of(const struct placement_table *table, uint32_t node)
{
    uint32_t shares = 0;
    for (uint32_t i = 0; i < table->count; i++)
        shares += table->owners[i] == node;
    return shares;
}

/* Round by round each member gets one partition, drawn from those that are left: "Q/S random
 * tokens per node". */
void placement_table_begin(struct placement_table *table, const struct placement_config *config,
                           const uint32_t *members, uint32_t member_count)
{
    uint32_t count = config->partitions;
    table->count = count;
    for (uint32_t i = 0; i < count; i++) {
        table->ends[i] = partition_end(i, count);
        table->owners[i] = (uint16_t)members[i % member_count];
    }
    for (uint32_t i = count; i-- > 1 && config->strategy == PLACEMENT_EQUAL;) {
        uint64_t bits = mix_pair(mix_pair(config->seed, count), i);
        uint32_t other = (uint32_t)mix_below(bits, i + 1);
        uint16_t owner = table->owners[i];
        table->owners[i] = table->owners[other];
        table->owners[other] = owner;
    }
}

/* The member that owns most (sign 1) or least (sign -1); the lowest of several. */
static uint32_t extreme(const struct placement_table *table, const uint32_t *members,
                        uint32_t member_count, uint32_t without, int sign)
{
    uint32_t best = UINT32_MAX;
    int64_t most = 0;
    for (uint32_t i = 0; i < member_count; i++) {
        int64_t shares = sign * (int64_t)shares_of(table, members[i]);
        if (members[i] == without || (best != UINT32_MAX && shares <= most))
            continue;
        best = members[i];
        most = shares;
    }
    return best;
}

/* One of an owner's partitions, drawn. */
static uint32_t draw_partition(const struct placement_table *table,
                               const struct placement_config *config, uint32_t owner,
                               uint32_t other)
{
    uint64_t bits = mix_pair(mix_pair(config->seed, owner), other);
    uint32_t nth = (uint32_t)mix_below(mix_pair(bits, shares_of(table, owner)),
                                       shares_of(table, owner));
    for (uint32_t i = 0; i < table->count; i++)
        if (table->owners[i] == owner && nth-- == 0)
            return i;
    return 0;
}

void placement_table_join(struct placement_table *table, const struct placement_config *config,
                          const uint32_t *members, uint32_t member_count, uint32_t joining)
{
    uint32_t due = table->count / (member_count + 1);
    while (shares_of(table, joining) < due) {
        uint32_t owner = extreme(table, members, member_count, joining, 1);
        table->owners[draw_partition(table, config, owner, joining)] = (uint16_t)joining;
    }
}

void placement_table_leave(struct placement_table *table, const struct placement_config *config,
                           const uint32_t *members, uint32_t member_count, uint32_t leaving)
{
    while (shares_of(table, leaving) > 0) {
        uint32_t taker = extreme(table, members, member_count, leaving, -1);
        table->owners[draw_partition(table, config, leaving, taker)] = (uint16_t)taker;
    }
}
