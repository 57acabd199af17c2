/*
 * load_preload.c: the data that a cluster has before the run.
 *
 *     "preload": {"keys": {"prefix": "k", "count": 1000}, "value_size": "100B"}
 *
 * Keys are named as clients name theirs, so that clients find them there (sim/world/preload.h).
 */
#include "scenario/loader.h"

#include <string.h>

#include "sim/world/preload.h"

static const struct json_string_rule prefix_rule = {"a key prefix", NULL, 0, LABEL_MAX - 16};

/* It may be that one node owns all of them. */
static void check_disks(struct loader *loader, struct json_value count)
{
    const struct scenario *scenario = loader->scenario;
    uint64_t needed = scenario->preload.key_count * preload_row_bytes(scenario) + 64;
    for (uint32_t node = 0; node < scenario->node.initial_members; node++) {
        uint64_t capacity = scenario->nodes[node].disk.capacity_bytes;
        if (capacity == 0 || needed <= capacity)
            continue;
        json_fail(count, "%u rows need up to %llu bytes, and the disk of \"%s\" has %llu",
                  scenario->preload.key_count, (unsigned long long)needed,
                  scenario->nodes[node].name, (unsigned long long)capacity);
        return;
    }
}

/* A row of before the run is a plain value, which no client of such a table could read. */
static void check_table(struct json_value where, const struct scenario *scenario)
{
    const char *prefix = scenario->preload.key_prefix;
    struct bytes key = {(const uint8_t *)prefix, (uint32_t)strlen(prefix)};
    const struct table_config *table = config_table(&scenario->node, key);
    if (table->kind != VERSION_PLAIN)
        json_fail(where, "the table of \"%s\" has \"conflicts\": \"%s\", and a preload lays plain "
                         "values: expected a prefix of another table", prefix,
                  conflicts_name(table));
}

void load_preload(struct loader *loader, struct json_value value)
{
    struct preload_setting *preload = &loader->scenario->preload;
    preload->key_prefix = "k";
    if (json_value_kind(value) == JSON_MISSING)
        return;
    struct json_object object = json_object_open(value);
    struct json_object keys = json_object_open(json_object_need(&object, "keys"));
    struct json_value prefix = json_object_get(&keys, "prefix");
    preload->key_prefix = load_line(prefix, &prefix_rule, "k");
    struct json_value count = json_object_need(&keys, "count");
    preload->key_count = (uint32_t)json_read_int(count, 1, PRELOAD_KEYS_MAX, 1);
    json_object_finish(&keys);
    preload->value_bytes =
        (uint32_t)json_read_size(json_object_get(&object, "value_size"), 1, VALUE_SIZE_MAX, 16);
    json_object_finish(&object);
    if (!json_has_error(loader->error))
        check_table(prefix, loader->scenario);
    if (!json_has_error(loader->error))
        check_disks(loader, count);
}
