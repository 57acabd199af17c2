/*
 * load_placement.c: who keeps what, as a scenario says it.
 *
 *     "placement": {"strategy": "equal", "hash": "murmur3", "partitions": 256, "rack_aware": true}
 *
 * What the strategies are is in db/ring/placement.h; `ringside ring FILE` shows what comes of it.
 */
#include "scenario/loader.h"

static const char *const strategies[] = {
#define PLACEMENT(identifier, name, meaning) name,
    PLACEMENTS(PLACEMENT)
#undef PLACEMENT
};

static const char *const hashes[] = {
#define HASH(identifier, name, meaning) name,
    HASHES(HASH)
#undef HASH
};

/* A node that owns no partition would keep nothing: there are at least as many as nodes. */
static void check_partitions(struct json_value value, const struct node_config *node)
{
    if (node->placement.strategy != PLACEMENT_TOKENS && node->placement.partitions < node->nodes)
        json_fail(value, "%u partitions are too few for %u nodes", node->placement.partitions,
                  node->nodes);
}

/* For ranges: when they are split, merged and moved without anybody's command. */
static void load_range_limits(struct json_object *object, struct node_config *node)
{
    struct json_value split = json_object_get(object, "split_rows");
    struct json_value writes = json_object_get(object, "split_writes");
    struct json_value merge = json_object_get(object, "merge_rows");
    struct json_value balance = json_object_get(object, "balance");
    const struct json_value given[] = {split, writes, merge, balance};
    node->split_rows = (uint64_t)json_read_int(split, 0, 1000000000, 0);
    node->split_writes = (uint64_t)json_read_int(writes, 0, 1000000000, 0);
    node->merge_rows = (uint64_t)json_read_int(merge, 0, 1000000000, 0);
    node->balances_ranges = json_read_bool(balance, false);
    for (uint32_t i = 0; i < ARRAY_LEN(given); i++)
        if (json_value_kind(given[i]) != JSON_MISSING &&
            node->placement.strategy != PLACEMENT_RANGES)
            json_fail(given[i], "this is for the strategy \"ranges\"");
    if (node->split_rows > 0 && 2 * node->merge_rows > node->split_rows)
        json_fail(merge, "expected at most half of \"split_rows\", or what is split would be "
                         "merged again");
}

void load_placement_rules(struct json_value value, struct node_config *node)
{
    struct placement_config *placement = &node->placement;
    struct json_object object = json_object_open(value);
    struct json_value partitions = json_object_get(&object, "partitions");
    placement->strategy = (uint8_t)json_read_word(json_object_get(&object, "strategy"), strategies,
                                                  PLACEMENT_COUNT, PLACEMENT_TOKENS);
    placement->hash = (uint8_t)json_read_word(json_object_get(&object, "hash"), hashes,
                                              HASH_KIND_COUNT, HASH_MURMUR3);
    placement->partitions = (uint32_t)json_read_int(partitions, 1, PARTITIONS_MAX, 256);
    placement->bound_percent =
        (uint32_t)json_read_int(json_object_get(&object, "bound_percent"), 101, 1000, 125);
    placement->probes = (uint8_t)json_read_int(json_object_get(&object, "probes"), 1, 64, 21);
    load_range_limits(&object, node);
    json_object_finish(&object);
    check_partitions(partitions, node);
}
