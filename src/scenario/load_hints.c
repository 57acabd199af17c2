/*
 * load_hints.c: writes that are kept for replicas which have missed them, as a scenario says it.
 *
 *     "hints": {"when": "missed", "window": "3h", "throttle": "1MiB", "interval": "10s"}
 *
 * Without this object there are none. What the words do is in db/hint/hint.h.
 */
#include "scenario/loader.h"

#define HOUR (3600 * SECOND)

static const char *const moments[] = {"missed", "ahead"};

void load_hints(struct json_value value, struct node_config *node)
{
    struct hints_config *hints = &node->hints;
    struct json_object object = json_object_open(value);
    bool is_given = json_object_is_present(&object);
    hints->is_on = json_read_bool(json_object_get(&object, "enabled"), is_given);
    hints->is_ahead = json_read_word(json_object_get(&object, "when"), moments,
                                     ARRAY_LEN(moments), 0) == 1;
    hints->window_ns =
        json_read_time(json_object_get(&object, "window"), MILLISECOND, TIME_MAX, 3 * HOUR);
    hints->interval_ns =
        json_read_time(json_object_get(&object, "interval"), MILLISECOND, HOUR, 10 * SECOND);
    hints->throttle = load_bandwidth(json_object_get(&object, "throttle"), 1u << 20);
    hints->max_bytes =
        json_read_size(json_object_get(&object, "max"), 0, UINT64_C(1) << 40, 64u << 20);
    hints->batch_bytes =
        (uint32_t)json_read_size(json_object_get(&object, "batch"), 1, 1u << 18, 64u << 10);
    hints->batches = (uint32_t)json_read_int(json_object_get(&object, "batches"), 1, 1024, 8);
    hints->segment_bytes =
        (uint32_t)json_read_size(json_object_get(&object, "segment"), 512, 1u << 30, 256u << 10);
    json_object_finish(&object);
}

/* Only with hints there is somebody who can keep it. */
void need_hints(const struct loader *loader, struct json_value value, const char *why)
{
    if (!loader->scenario->node.hints.is_on && !json_has_error(loader->error))
        json_fail(value, "%s; that needs \"hints\" in \"cluster\"", why);
}

bool load_sloppy(const struct loader *loader, struct json_value value)
{
    bool is_sloppy = json_read_bool(value, false);
    if (is_sloppy)
        need_hints(loader, value, "a node that stands in keeps the write as a hint");
    return is_sloppy;
}
