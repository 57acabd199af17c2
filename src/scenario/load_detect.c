/*
 * load_detect.c: how nodes notice who has stopped, and what they tell each other.
 *
 *     "gossip": {"interval": "1s", "seeds": ["n1"]}, "detector": "phi", "phi": {"threshold": 8}
 *
 * What the settings mean is in db/detect/detect_config.h, where they come from in
 * docs/cluster/detection.md.
 */
#include "scenario/loader.h"

#define MILLI 1000000u /* a thousandth, in billionths */

#define YEAR  (UINT64_C(365) * 24 * 3600 * SECOND)

static const char *const detectors[] = {
#define DETECTOR(identifier, name, meaning) name,
    DETECTORS(DETECTOR)
#undef DETECTOR
};

/* --- gossip ---------------------------------------------------------------------------------- */

/* The first members, where nobody is named. */
static void load_seeds(struct loader *loader, struct json_value value)
{
    struct node_config *node = &loader->scenario->node;
    struct gossip_config *gossip = &node->gossip;
    if (json_value_kind(value) == JSON_MISSING) {
        gossip->seed_count = MIN(3, node->initial_members);
        for (uint32_t i = 0; i < gossip->seed_count; i++)
            gossip->seeds[i] = (uint16_t)i;
        return;
    }
    struct json_array list = json_array_open(value, 1, GOSSIP_SEEDS_MAX);
    struct json_value item;
    while (json_array_next(&list, &item))
        gossip->seeds[gossip->seed_count++] = (uint16_t)load_node(loader, item, 0);
}

static void load_gossip(struct loader *loader, struct json_value value)
{
    static const char *const generations[] = {"boots", "clock"};
    struct gossip_config *gossip = &loader->scenario->node.gossip;
    struct json_object object = json_object_open(value);
    gossip->is_on = json_object_is_present(&object);
    gossip->interval_ns = json_read_time(json_object_get(&object, "interval"), MILLISECOND,
                                         3600 * SECOND, SECOND);
    gossip->ring_delay_ns = json_read_time(json_object_get(&object, "ring_delay"), MILLISECOND,
                                           3600 * SECOND, 30 * SECOND);
    gossip->message_bytes =
        (uint32_t)json_read_size(json_object_get(&object, "message"), 512, 1u << 18, 8192);
    gossip->is_generation_clock =
        json_read_word(json_object_get(&object, "generation"), generations, 2, 0) == 1;
    gossip->generation_ahead_ns = json_read_time(json_object_get(&object, "generation_ahead"),
                                                 SECOND, YEAR, YEAR);
    load_seeds(loader, json_object_get(&object, "seeds"));
    json_object_finish(&object);
}

/* --- phi ------------------------------------------------------------------------------------- */

static void load_phi(struct loader *loader, struct json_value value)
{
    static const char *const forms[] = {"exponential", "normal"};
    static const char *const samples[] = {"heartbeats", "gossip"};
    struct node_config *node = &loader->scenario->node;
    struct phi_config *phi = &node->phi;
    struct json_object object = json_object_open(value);
    struct json_value over = json_object_get(&object, "over");
    phi->form = (uint8_t)json_read_word(json_object_get(&object, "form"), forms, 2, 0);
    phi->is_over_gossip = json_read_word(over, samples, 2, node->gossip.is_on) == 1;
    if (phi->is_over_gossip && !node->gossip.is_on)
        json_fail(over, "there is no gossip in this cluster; expected \"gossip\": {} too");
    phi->is_over_gossip &= node->detector == DETECTOR_PHI;
    phi->threshold_milli = (uint32_t)(json_read_decimal(json_object_get(&object, "threshold"),
                                                        MILLI, UINT64_C(100) * 1000 * MILLI,
                                                        UINT64_C(8) * 1000 * MILLI) /
                                      MILLI);
    phi->window =
        (uint32_t)json_read_int(json_object_get(&object, "window"), 1, PHI_WINDOW_MAX, 1000);
    phi->interval_max_ns = json_read_time(json_object_get(&object, "interval_max"), MILLISECOND,
                                          PHI_INTERVAL_MAX_NS, 10 * SECOND);
    phi->deviation_min_ns = json_read_time(json_object_get(&object, "deviation_min"), MICROSECOND,
                                           3600 * SECOND, 100 * MILLISECOND);
    phi->pause_ns = json_read_time(json_object_get(&object, "pause"), 0, 3600 * SECOND, 0);
    json_object_finish(&object);
}

/* --- swim ------------------------------------------------------------------------------------ */

/* memberlist, config.go: DefaultLANConfig, DefaultWANConfig, DefaultLocalConfig. */
static const char *const preset_words[] = {"lan", "wan", "local"};
static const struct swim_config presets[] = {
    {.probe_interval_ns = SECOND, .probe_timeout_ns = 500 * MILLISECOND, .indirect = 3,
     .retransmit = 4, .suspicion = 4, .suspicion_max = 6, .awareness_max = 8, .gossip_nodes = 3,
     .gossip_ns = 200 * MILLISECOND, .push_pull_ns = 30 * SECOND},
    {.probe_interval_ns = 5 * SECOND, .probe_timeout_ns = 3 * SECOND, .indirect = 3,
     .retransmit = 4, .suspicion = 6, .suspicion_max = 6, .awareness_max = 8, .gossip_nodes = 4,
     .gossip_ns = 500 * MILLISECOND, .push_pull_ns = 60 * SECOND},
    {.probe_interval_ns = SECOND, .probe_timeout_ns = 200 * MILLISECOND, .indirect = 1,
     .retransmit = 2, .suspicion = 3, .suspicion_max = 6, .awareness_max = 8, .gossip_nodes = 3,
     .gossip_ns = 100 * MILLISECOND, .push_pull_ns = 15 * SECOND},
};

static void read_count(struct json_object *object, const char *key, int64_t min, int64_t max,
                       uint32_t *count)
{
    *count = (uint32_t)json_read_int(json_object_get(object, key), min, max, *count);
}

static void read_span(struct json_object *object, const char *key, uint64_t min, uint64_t *span_ns)
{
    *span_ns = json_read_time(json_object_get(object, key), min, 3600 * SECOND, *span_ns);
}

static void load_numbers(struct json_object *object, struct swim_config *swim)
{
    read_span(object, "probe_interval", MILLISECOND, &swim->probe_interval_ns);
    read_span(object, "probe_timeout", MILLISECOND, &swim->probe_timeout_ns);
    read_count(object, "indirect", 0, 16, &swim->indirect);
    read_count(object, "retransmit", 1, 32, &swim->retransmit);
    read_count(object, "suspicion", 1, 32, &swim->suspicion);
    read_count(object, "suspicion_max", 1, 32, &swim->suspicion_max);
    read_count(object, "awareness_max", 1, 32, &swim->awareness_max);
    read_count(object, "gossip_nodes", 0, 16, &swim->gossip_nodes);
    read_span(object, "gossip_interval", 0, &swim->gossip_ns);
    read_span(object, "push_pull", 0, &swim->push_pull_ns);
}

static void load_swim(struct json_value value, struct swim_config *swim)
{
    static const char *const targets[] = {"round-robin", "random"};
    static const char *const deaths[] = {"refutable", "final"};
    struct json_object object = json_object_open(value);
    *swim = presets[json_read_word(json_object_get(&object, "preset"), preset_words, 3, 0)];
    load_numbers(&object, swim);
    swim->is_random_target = json_read_word(json_object_get(&object, "target"), targets, 2, 0);
    swim->is_death_final = json_read_word(json_object_get(&object, "death"), deaths, 2, 0);
    bool has_lifeguard = json_read_bool(json_object_get(&object, "lifeguard"), true);
    swim->has_suspicion = true;
    swim->has_awareness = json_read_bool(json_object_get(&object, "local_health"), has_lifeguard);
    swim->has_confirmations =
        json_read_bool(json_object_get(&object, "confirmations"), has_lifeguard);
    swim->has_buddy = json_read_bool(json_object_get(&object, "buddy"), has_lifeguard);
    json_object_finish(&object);
}

void load_detection(struct loader *loader, struct json_object *cluster)
{
    struct node_config *node = &loader->scenario->node;
    struct json_value detector = json_object_get(cluster, "detector");
    node->detector =
        (uint8_t)json_read_word(detector, detectors, DETECTOR_COUNT, DETECTOR_HEARTBEAT);
    load_gossip(loader, json_object_get(cluster, "gossip"));
    load_phi(loader, json_object_get(cluster, "phi"));
    load_swim(json_object_get(cluster, "swim"), &node->swim);
}
