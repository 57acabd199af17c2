/*
 * load_network.c: distributions of time, and the links that they belong to.
 *
 *   "2ms"                                       always the same
 *   {"uniform": ["1ms", "3ms"]}
 *   {"exponential": "2ms", "min": "1ms"}        its mean
 *   {"normal": {"mean": "2ms", "deviation": "300us"}}
 *   {"lognormal": {"median": "1ms", "p99": "8ms"}}      or "sigma": 0.9
 *   {"pareto": {"scale": "1ms", "alpha": 1.5}, "max": "2s"}
 *   {"empirical": [["0%", "1ms"], ["50%", "2ms"], ["100%", "9ms"]]}
 *   {"mixture": [{"weight": 9, "of": "1ms"}, {"weight": 1, "of": "50ms"}]}
 */
#include "scenario/loader.h"

#define BANDWIDTH_MIN 1000u

static const char *const shapes[] = {"constant",  "uniform", "exponential", "normal",
                                     "lognormal", "pareto",  "empirical",   "mixture"};

static vtime need_time(struct json_object *object, const char *key)
{
    return json_read_time(json_object_need(object, key), 0, DRAW_MAX, MILLISECOND);
}

static struct distribution load_uniform(struct json_value value)
{
    struct json_array ends = json_array_open(value, 2, 2);
    vtime times[2] = {0, 0};
    struct json_value item;
    for (uint32_t i = 0; i < 2 && json_array_next(&ends, &item); i++)
        times[i] = json_read_time(item, 0, DRAW_MAX, 0);
    if (times[0] > times[1])
        json_fail(value, "expected the smaller end first");
    return distribution_uniform(MIN(times[0], times[1]), MAX(times[0], times[1]));
}

static struct distribution load_normal(struct json_value value)
{
    struct json_object object = json_object_open(value);
    vtime mean = need_time(&object, "mean");
    vtime deviation = need_time(&object, "deviation");
    json_object_finish(&object);
    return distribution_normal(mean, deviation);
}

static struct distribution load_lognormal(struct json_value value)
{
    static const char *const spreads[] = {"p99", "sigma"};
    struct json_object object = json_object_open(value);
    vtime median = need_time(&object, "median");
    int spread = json_object_one_of(&object, spreads, 2, true);
    struct distribution result = distribution_constant(median);
    if (spread == 0) {
        struct json_value p99_value = json_object_get(&object, "p99");
        vtime p99 = json_read_time(p99_value, 1, DRAW_MAX, median);
        if (median == 0 || p99 < median)
            json_fail(p99_value, "expected a time that is not below the median, which must not "
                                 "be 0");
        else
            result = distribution_lognormal_from(median, p99);
    } else if (spread == 1) {
        uint64_t sigma = json_read_decimal(json_object_get(&object, "sigma"), 0,
                                           DISTRIBUTION_SIGMA_MAX, 1000000000);
        result = distribution_lognormal(median, sigma);
    }
    json_object_finish(&object);
    return result;
}

static struct distribution load_pareto(struct json_value value)
{
    struct json_object object = json_object_open(value);
    vtime scale = need_time(&object, "scale");
    uint64_t alpha = json_read_decimal(json_object_need(&object, "alpha"), 10000000,
                                       UINT64_C(1000000000000), 1000000000);
    json_object_finish(&object);
    return distribution_pareto(scale, alpha);
}

static struct distribution load_empirical(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 2, DISTRIBUTION_POINTS_MAX);
    struct quantile_point *points = loader_allocate(loader, (list.count + 1) * sizeof *points);
    uint32_t count = 0;
    struct json_value item;
    while (json_array_next(&list, &item)) {
        struct json_array pair = json_array_open(item, 2, 2);
        struct json_value share = {0};
        struct json_value time = {0};
        if (!json_array_next(&pair, &share) || !json_array_next(&pair, &time))
            break;
        points[count].parts_per_billion = json_read_share(share, 0, 1000000000, 0);
        points[count].value_ns = json_read_time(time, 0, DRAW_MAX, 0);
        count++;
    }
    return distribution_empirical(points, count);
}

static struct distribution load_mixture(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 1, DISTRIBUTION_PARTS_MAX);
    struct mixture_part *parts = loader_allocate(loader, (list.count + 1) * sizeof *parts);
    uint32_t count = 0;
    struct json_value item;
    while (json_array_next(&list, &item)) {
        struct json_object part = json_object_open(item);
        parts[count].weight =
            (uint32_t)json_read_int(json_object_need(&part, "weight"), 1, 1000000, 1);
        parts[count].distribution =
            load_distribution(loader, json_object_need(&part, "of"), distribution_constant(0));
        json_object_finish(&part);
        count++;
    }
    return distribution_mixture(parts, count);
}

static struct distribution load_shape(struct loader *loader, struct json_object *object)
{
    int shape = json_object_one_of(object, shapes, ARRAY_LEN(shapes), true);
    if (shape < 0)
        return distribution_constant(0);
    struct json_value value = json_object_get(object, shapes[shape]);
    switch (shape) {
    case DISTRIBUTION_CONSTANT: return distribution_constant(json_read_time(value, 0, DRAW_MAX, 0));
    case DISTRIBUTION_UNIFORM: return load_uniform(value);
    case DISTRIBUTION_EXPONENTIAL:
        return distribution_exponential(json_read_time(value, 1, DRAW_MAX, 1));
    case DISTRIBUTION_NORMAL: return load_normal(value);
    case DISTRIBUTION_LOGNORMAL: return load_lognormal(value);
    case DISTRIBUTION_PARETO: return load_pareto(value);
    case DISTRIBUTION_EMPIRICAL: return load_empirical(loader, value);
    default: return load_mixture(loader, value);
    }
}

struct distribution load_distribution(struct loader *loader, struct json_value value,
                                      struct distribution fallback)
{
    if (json_value_kind(value) == JSON_MISSING && !value.is_required)
        return fallback;
    if (json_value_kind(value) != JSON_OBJECT)
        return distribution_constant(json_read_time(value, 0, DRAW_MAX, 0));
    struct json_object object = json_object_open(value);
    struct distribution result = load_shape(loader, &object);
    result.shift_ns = json_read_time(json_object_get(&object, "shift"), 0, DRAW_MAX, 0);
    result.min_ns = json_read_time(json_object_get(&object, "min"), 0, DRAW_MAX, 0);
    result.max_ns = json_read_time(json_object_get(&object, "max"), 1, DRAW_MAX, DRAW_MAX);
    json_object_finish(&object);

    char mistake[200];
    struct text text;
    text_init(&text, mistake, sizeof mistake);
    if (!json_has_error(loader->error) && !distribution_is_sound(&result, &text))
        json_fail(value, "%s", mistake);
    return result;
}

/* Sizes are drawn like times, a byte a nanosecond. */
struct distribution load_size_distribution(struct json_value value, struct distribution fallback)
{
    if (json_value_kind(value) == JSON_MISSING)
        return fallback;
    if (json_value_kind(value) != JSON_OBJECT)
        return distribution_constant(json_read_size(value, 1, VALUE_SIZE_MAX, 1));
    struct json_object object = json_object_open(value);
    struct json_array ends = json_array_open(json_object_need(&object, "uniform"), 2, 2);
    uint64_t sizes[2] = {1, 1};
    struct json_value item;
    for (uint32_t i = 0; i < 2 && json_array_next(&ends, &item); i++)
        sizes[i] = json_read_size(item, 1, VALUE_SIZE_MAX, 1);
    if (sizes[0] > sizes[1])
        json_fail(ends.value, "expected the smaller end first");
    json_object_finish(&object);
    return distribution_uniform(MIN(sizes[0], sizes[1]), MAX(sizes[0], sizes[1]));
}

/* --- links -------------------------------------------------------------------------------- */

/* Bytes a second; 0B is no limit. Slower than a modem of 1985 it would outlast the run. */
uint64_t load_bandwidth(struct json_value value, uint64_t fallback)
{
    uint64_t bandwidth = json_read_size(value, 0, UINT64_C(1) << 40, fallback);
    if (bandwidth > 0 && bandwidth < BANDWIDTH_MIN)
        json_fail(value, "expected at least %u bytes a second, or 0B for no limit", BANDWIDTH_MIN);
    return bandwidth;
}

static uint32_t load_share(struct json_object *object, const char *key, uint32_t fallback)
{
    return json_read_share(json_object_get(object, key), 0, 1000000000, fallback);
}

struct link_config load_link(struct loader *loader, struct json_object *object,
                             const struct link_config *fallback)
{
    struct link_config link = *fallback;
    link.latency = load_distribution(loader, json_object_get(object, "latency"), fallback->latency);
    link.loss_ppb = load_share(object, "loss", fallback->loss_ppb);
    link.duplicate_ppb = load_share(object, "duplicate", fallback->duplicate_ppb);
    link.reorder_ppb = load_share(object, "reorder", fallback->reorder_ppb);
    link.corrupt_ppb = load_share(object, "corrupt", fallback->corrupt_ppb);
    link.reorder_delay = load_distribution(loader, json_object_get(object, "reorder_delay"),
                                           fallback->reorder_delay);
    link.bandwidth = load_bandwidth(json_object_get(object, "bandwidth"), fallback->bandwidth);
    link.queue_bytes = json_read_size(json_object_get(object, "queue"), 0, UINT64_C(1) << 40,
                                      fallback->queue_bytes);
    return link;
}

static void load_link_settings(struct loader *loader, struct json_value value)
{
    struct network_config *network = &loader->scenario->network;
    struct json_array list = json_array_open(value, 0, 10000);
    struct link_setting *settings = loader_allocate(loader, (list.count + 1) * sizeof *settings);
    struct json_value item;
    for (uint32_t i = 0; json_array_next(&list, &item); i++) {
        struct json_object object = json_object_open(item);
        settings[i].from = load_node_or(loader, json_object_need(&object, "from"), "all",
                                        ALL_MEMBERS, ALL_MEMBERS);
        settings[i].to =
            load_node_or(loader, json_object_need(&object, "to"), "all", ALL_MEMBERS, ALL_MEMBERS);
        settings[i].link = load_link(loader, &object, &network->nodes);
        json_object_finish(&object);
    }
    network->settings = settings;
    network->setting_count = list.count;
}

void load_network(struct loader *loader, struct json_value value)
{
    struct network_config *network = &loader->scenario->network;
    struct link_config plain = {.latency = distribution_constant(500 * MICROSECOND),
                                .reorder_delay = distribution_constant(5 * MILLISECOND)};
    struct json_object object = json_object_open(value);
    network->nodes = load_link(loader, &object, &plain);
    plain.latency = distribution_constant(100 * MICROSECOND);
    struct json_object clients = json_object_open(json_object_get(&object, "clients"));
    network->clients = load_link(loader, &clients, &plain);
    json_object_finish(&clients);
    load_link_settings(loader, json_object_get(&object, "links"));
    json_object_finish(&object);
}
