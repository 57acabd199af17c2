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

void load_detection(struct loader *loader, struct json_object *cluster)
{
    struct node_config *node = &loader->scenario->node;
    struct json_value detector = json_object_get(cluster, "detector");
    node->detector =
        (uint8_t)json_read_word(detector, detectors, DETECTOR_COUNT, DETECTOR_HEARTBEAT);
    load_gossip(loader, json_object_get(cluster, "gossip"));
    load_phi(loader, json_object_get(cluster, "phi"));
}
