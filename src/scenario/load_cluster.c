/*
 * load_cluster.c: nodes, and the machines that they run on.
 *
 * What "cluster" says of all nodes comes first; "per_node" then changes single ones.
 * Safeguards, which are the cluster's too, stand beside it in the file.
 */
#include "scenario/loader.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "db/safeguard.h"

/* --- levels and names ----------------------------------------------------------------- */

static const char *const level_words[] = {"one", "quorum", "all", "any"};

static uint8_t load_level(struct loader *loader, struct json_value value, uint32_t word_count,
                          uint8_t fallback, uint8_t *explicit_count)
{
    static const uint8_t levels[] = {LEVEL_ONE, LEVEL_QUORUM, LEVEL_ALL, LEVEL_ANY};
    if (json_value_kind(value) == JSON_NUMBER) {
        int64_t replicas = loader->scenario->node.replication;
        *explicit_count = (uint8_t)json_read_int(value, 1, replicas, 1);
        return LEVEL_EXPLICIT;
    }
    if (json_value_kind(value) == JSON_MISSING)
        return fallback;
    return levels[json_read_word(value, level_words, word_count, 0)];
}

uint8_t load_read_level(struct loader *loader, struct json_value value, uint8_t fallback,
                        uint8_t *explicit_count)
{
    return load_level(loader, value, ARRAY_LEN(level_words) - 1, fallback, explicit_count);
}

/* "any" counts hints, which nobody can read. */
uint8_t load_write_level(struct loader *loader, struct json_value value, uint8_t fallback,
                         uint8_t *explicit_count)
{
    uint8_t level = load_level(loader, value, ARRAY_LEN(level_words), fallback, explicit_count);
    if (level == LEVEL_ANY)
        need_hints(loader, value, "\"any\" counts a hint as an acknowledgement");
    return level;
}

uint32_t load_node(struct loader *loader, struct json_value value, uint32_t fallback)
{
    return json_read_word(value, loader->node_words, loader->node_count, fallback);
}

/* The list of words ends with one more, such as "any". */
uint32_t load_node_or(struct loader *loader, struct json_value value, const char *word,
                      uint32_t meaning, uint32_t fallback)
{
    if (json_value_kind(value) == JSON_MISSING && !value.is_required)
        return fallback;
    loader->node_words[loader->node_count] = word;
    uint32_t index = json_read_word(value, loader->node_words, loader->node_count + 1, 0);
    return index == loader->node_count ? meaning : index;
}

/* --- log --------------------------------------------------------------------------------- */

static const char *const sync_words[] = {"always", "group", "interval", "never"};

static void load_log(struct loader *loader, struct json_value value)
{
    struct node_config *node = &loader->scenario->node;
    struct json_object log = json_object_open(value);
    node->sync_policy = (uint8_t)json_read_word(json_object_get(&log, "sync"), sync_words,
                                                ARRAY_LEN(sync_words), SYNC_GROUP);
    node->group_window_ns =
        json_read_time(json_object_get(&log, "group_window"), 0, 10 * SECOND, MILLISECOND);
    node->sync_interval_ns =
        json_read_time(json_object_get(&log, "sync_interval"), MICROSECOND, 3600 * SECOND, SECOND);
    node->segment_bytes =
        (uint32_t)json_read_size(json_object_get(&log, "segment"), 512, 1u << 30, 1u << 18);
    node->checkpoint_every_bytes = json_read_size(json_object_get(&log, "checkpoint_every"), 0,
                                                  UINT64_C(1) << 40, UINT64_C(1) << 20);
    json_object_finish(&log);
}

/* --- processors, disks, clocks -------------------------------------------------------------- */

static vtime load_service(struct json_object *service, const char *work, vtime fallback)
{
    return json_read_time(json_object_get(service, work), 0, 10 * SECOND, fallback);
}

static struct cpu_config load_cpu(struct json_value value, struct cpu_config fallback)
{
    struct json_object object = json_object_open(value);
    struct cpu_config cpu = fallback;
    cpu.cores = (uint32_t)json_read_int(json_object_get(&object, "cores"), 1, 64, fallback.cores);
    cpu.queue_max = (uint32_t)json_read_int(json_object_get(&object, "queue"), 1, 10000000,
                                            fallback.queue_max);
    struct json_object service = json_object_open(json_object_get(&object, "service"));
    cpu.service_ns[WORK_START] = load_service(&service, "start", fallback.service_ns[WORK_START]);
    cpu.service_ns[WORK_MESSAGE] =
        load_service(&service, "message", fallback.service_ns[WORK_MESSAGE]);
    cpu.service_ns[WORK_TIMER] = load_service(&service, "timer", fallback.service_ns[WORK_TIMER]);
    cpu.service_ns[WORK_DISK] = load_service(&service, "disk", fallback.service_ns[WORK_DISK]);
    cpu.shed_ns = load_service(&service, "refuse", fallback.shed_ns);
    json_object_finish(&service);
    json_object_finish(&object);
    return cpu;
}

static struct disk_config load_disk(struct loader *loader, struct json_value value,
                                    struct disk_config fallback)
{
    struct json_object object = json_object_open(value);
    struct disk_config disk = fallback;
    struct json_value sector = json_object_get(&object, "sector");
    disk.sync_latency =
        load_distribution(loader, json_object_get(&object, "sync"), fallback.sync_latency);
    disk.read_latency =
        load_distribution(loader, json_object_get(&object, "read"), fallback.read_latency);
    disk.bandwidth = load_bandwidth(json_object_get(&object, "bandwidth"), fallback.bandwidth);
    disk.capacity_bytes = json_read_size(json_object_get(&object, "capacity"), 0, UINT64_C(1) << 40,
                                         fallback.capacity_bytes);
    disk.sector_bytes = (uint32_t)json_read_size(sector, 16, 4096, fallback.sector_bytes);
    if (disk.sector_bytes & (disk.sector_bytes - 1))
        json_fail(sector, "expected a power of two from 16B to 4096B, found %u bytes",
                  disk.sector_bytes);
    json_object_finish(&object);
    return disk;
}

static struct clock_config load_clock(struct json_value value, struct clock_config fallback)
{
    const int64_t year = INT64_C(365) * 24 * 3600 * (int64_t)SECOND;
    struct json_object object = json_object_open(value);
    struct clock_config clock = fallback;
    clock.offset_ns =
        json_read_span(json_object_get(&object, "offset"), -year, year, fallback.offset_ns);
    clock.drift_ppb = json_read_drift(json_object_get(&object, "drift"), -500000000, 500000000,
                                      fallback.drift_ppb);
    clock.granularity_ns =
        json_read_time(json_object_get(&object, "granularity"), 1, SECOND, fallback.granularity_ns);
    json_object_finish(&object);
    return clock;
}

/* --- nodes -------------------------------------------------------------------------------- */

/* "nodes": 5 makes n1 .. n5; a list of names names them. */
static void load_names(struct loader *loader, struct json_value value)
{
    bool is_list = json_value_kind(value) == JSON_ARRAY;
    struct json_array list = {0};
    uint32_t count;
    if (is_list) {
        list = json_array_open(value, 1, NODES_MAX);
        count = list.count;
    } else {
        count = (uint32_t)json_read_int(value, 1, NODES_MAX, 3);
    }
    loader->node_words = loader_allocate(loader, (count + 2) * sizeof *loader->node_words);
    struct json_value item;
    for (uint32_t i = 0; is_list && json_array_next(&list, &item); i++) {
        loader->node_words[i] = load_new_name(item, "");
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(loader->node_words[i], loader->node_words[j]) == 0)
                json_fail(item, "there is already a node called \"%s\"", loader->node_words[i]);
    }
    for (uint32_t i = 0; !is_list && i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%u", i + 1);
        loader->node_words[i] = loader_copy_text(loader, name);
    }
    loader->node_count = json_has_error(loader->error) ? 0 : count;
}

static void load_placement(struct loader *loader, struct json_object *cluster)
{
    struct node_config *node = &loader->scenario->node;
    struct json_value replication = json_object_get(cluster, "replication");
    node->nodes = loader->node_count;
    struct json_value members = json_object_get(cluster, "members");
    node->initial_members = (uint32_t)json_read_int(members, 1, node->nodes, node->nodes);
    node->transition_timeout_ns = json_read_time(json_object_get(cluster, "transition_timeout"),
                                                 MILLISECOND, 3600 * SECOND, 30 * SECOND);
    node->stream_rate = load_bandwidth(json_object_get(cluster, "stream_rate"), 0);
    int64_t standard = MIN(3, MAX(node->initial_members, 1u));
    node->replication = (uint32_t)json_read_int(replication, 1, REPLICATION_MAX, standard);
    if (node->replication > node->initial_members)
        json_fail(replication, "%u replicas cannot stand on %u different nodes", node->replication,
                  node->initial_members);
    struct placement_config *placement = &node->placement;
    *placement = (struct placement_config){.strategy = PLACEMENT_TOKENS};
    placement->vnodes = (uint32_t)json_read_int(json_object_get(cluster, "vnodes"), 1, 1024, 8);
    placement->seed =
        (uint64_t)json_read_int(json_object_get(cluster, "ring_seed"), 0, INT64_C(1) << 32, 1);
    load_placement_rules(json_object_get(cluster, "placement"), node);
}

/* For reads, or for writes. */
typedef uint8_t level_loader(struct loader *loader, struct json_value value, uint8_t fallback,
                             uint8_t *explicit_count);

static void load_default_level(struct loader *loader, struct json_object *cluster, const char *key,
                               level_loader *load, uint8_t *level)
{
    struct json_value value = json_object_get(cluster, key);
    if (json_value_kind(value) == JSON_NUMBER)
        json_fail(value, "a number is for single operations; expected \"one\", \"quorum\" or "
                         "\"all\"");
    *level = load(loader, value, LEVEL_QUORUM, &(uint8_t){0});
}

static void load_service_defaults(struct loader *loader, struct json_object *cluster)
{
    struct node_config *node = &loader->scenario->node;
    load_hints(json_object_get(cluster, "hints"), node);
    load_default_level(loader, cluster, "read", load_read_level, &node->read_level);
    load_default_level(loader, cluster, "write", load_write_level, &node->write_level);
    node->read_timeout_ns = json_read_time(json_object_get(cluster, "read_timeout"), MICROSECOND,
                                           3600 * SECOND, SECOND);
    node->write_timeout_ns = json_read_time(json_object_get(cluster, "write_timeout"), MICROSECOND,
                                            3600 * SECOND, SECOND);
    node->heartbeat_ns =
        json_read_time(json_object_get(cluster, "heartbeat"), 0, 3600 * SECOND, SECOND);
    node->suspect_after_ns = json_read_time(json_object_get(cluster, "suspect_after"), MILLISECOND,
                                            3600 * SECOND, 3 * node->heartbeat_ns + SECOND);
}

static void load_repair(struct loader *loader, struct json_value value)
{
    struct node_config *node = &loader->scenario->node;
    struct json_object repair = json_object_open(value);
    node->repair_interval_ns =
        json_read_time(json_object_get(&repair, "interval"), 0, 240 * 3600 * SECOND, 0);
    node->repair_ranges =
        (uint32_t)json_read_int(json_object_get(&repair, "ranges"), 0, 1 << 20, 0);
    node->repair_throttle = load_bandwidth(json_object_get(&repair, "throttle"), 0);
    json_object_finish(&repair);
}

/* "read_repair": "blocking", or {"mode": "background", "chance": "10%"} */
static void load_read_repair(struct json_value value, struct node_config *node)
{
    static const char *const modes[] = {"blocking", "background", "none"};
    if (json_value_kind(value) != JSON_OBJECT) {
        node->read_repair = (uint8_t)json_read_word(value, modes, ARRAY_LEN(modes), 0);
        return;
    }
    struct json_object object = json_object_open(value);
    node->read_repair = (uint8_t)json_read_word(json_object_get(&object, "mode"), modes,
                                                ARRAY_LEN(modes), 0);
    node->read_repair_chance_ppb =
        json_read_share(json_object_get(&object, "chance"), 0, 1000000000, 0);
    json_object_finish(&object);
}

static void load_tombstones(struct json_object *cluster, struct node_config *node)
{
    static const char *const ways[] = {"repaired", "grace"};
    node->tombstone_grace_ns =
        json_read_time(json_object_get(cluster, "tombstone_grace"), 0, TIME_MAX, 0);
    node->is_collected_by_time = (uint8_t)json_read_word(
        json_object_get(cluster, "tombstone_collection"), ways, ARRAY_LEN(ways), 0);
}

static void set_machine_defaults(struct node_setting *setting)
{
    setting->is_up = true;
    setting->clock.granularity_ns = MICROSECOND;
    setting->cpu.cores = 1;
    setting->cpu.service_ns[WORK_MESSAGE] = 20 * MICROSECOND;
    setting->cpu.shed_ns = 2 * MICROSECOND;
    setting->disk.sector_bytes = DISK_SECTOR_DEFAULT;
    setting->disk.sync_latency = distribution_constant(MILLISECOND);
    setting->disk.read_latency = distribution_constant(200 * MICROSECOND);
}

static void load_machine(struct loader *loader, struct json_object *object,
                         struct node_setting *setting)
{
    setting->cpu = load_cpu(json_object_get(object, "cpu"), setting->cpu);
    setting->disk = load_disk(loader, json_object_get(object, "disk"), setting->disk);
    setting->clock = load_clock(json_object_get(object, "clock"), setting->clock);
}

static void refuse_node(struct loader *loader, struct json_value member, const char *name)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < loader->node_count; i++)
        nearest_offer_string(&nearest, loader->node_words[i]);
    char hint[LABEL_MAX + 40];
    struct text text;
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    json_fail(member, "there is no node called \"%s\"%s", name, hint);
}

/* "per_node": {"n2": {"clock": {"offset": "5s"}}} */
static void load_exceptions(struct loader *loader, struct json_value value,
                            struct node_setting *nodes)
{
    struct json_object map = json_object_open(value);
    struct json_value member;
    while (json_object_next(&map, &member)) {
        const char *name = json_value_key(member);
        uint32_t index = 0;
        while (index < loader->node_count && strcmp(loader->node_words[index], name) != 0)
            index++;
        if (index == loader->node_count) {
            refuse_node(loader, member, name);
            return;
        }
        struct json_object object = json_object_open(member);
        nodes[index].is_up = json_read_bool(json_object_get(&object, "up"), true);
        load_machine(loader, &object, &nodes[index]);
        json_object_finish(&object);
    }
}

void load_cluster(struct loader *loader, struct json_value value)
{
    struct json_object cluster = json_object_open(value);
    load_names(loader, json_object_get(&cluster, "nodes"));
    load_placement(loader, &cluster);
    load_racks(loader, json_object_get(&cluster, "racks"));
    load_service_defaults(loader, &cluster);
    load_detection(loader, &cluster);
    load_log(loader, json_object_get(&cluster, "log"));
    load_tables(loader, json_object_get(&cluster, "tables"));

    struct node_setting machine = {0};
    set_machine_defaults(&machine);
    load_machine(loader, &cluster, &machine);
    struct node_setting *nodes =
        loader_allocate(loader, MAX(loader->node_count, 1) * sizeof *nodes);
    for (uint32_t i = 0; i < loader->node_count; i++) {
        nodes[i] = machine;
        nodes[i].name = loader->node_words[i];
    }
    load_exceptions(loader, json_object_get(&cluster, "per_node"), nodes);
    load_repair(loader, json_object_get(&cluster, "repair"));
    load_tombstones(&cluster, &loader->scenario->node);
    load_read_repair(json_object_get(&cluster, "read_repair"), &loader->scenario->node);
    loader->scenario->nodes = nodes;
    load_cluster_balance(&cluster, &loader->scenario->node.load);
    json_object_finish(&cluster);
}

/* "safeguards": {"tie-rule": false} */
void load_safeguards(struct loader *loader, struct json_value value)
{
    struct json_object map = json_object_open(value);
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++) {
        bool is_on = json_read_bool(json_object_get(&map, safeguard_table[i].name), true);
        if (!is_on)
            loader->scenario->node.safeguards_off |= UINT64_C(1) << i;
    }
    json_object_finish(&map);
    struct node_config *node = &loader->scenario->node;
    node->placement.is_rack_aware =
        node->placement.racks && safeguard_is_on(node, SAFEGUARD_RACK_AWARE);
}
