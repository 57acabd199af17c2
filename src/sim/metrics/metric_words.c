/*
 * metric_words.c: finding metrics by their names, and how a value of one is written.
 *
 * What a statistic is a number of follows from the metric: a rate is per second, a percentile of
 * times is in milliseconds, a value is in the metric's own unit.
 */
#include <string.h>

#include "sim/metrics/metric.h"

const char *const metric_statistic_words[STATISTIC_COUNT_OF_ALL] = {
#define STATISTIC(identifier, word, decimals) word,
    METRIC_STATISTICS(STATISTIC)
#undef STATISTIC
};

static const uint8_t statistic_decimals[STATISTIC_COUNT_OF_ALL] = {
#define STATISTIC(identifier, word, decimals) decimals,
    METRIC_STATISTICS(STATISTIC)
#undef STATISTIC
};

const char *metric_section(uint32_t metric)
{
    static const struct {
        uint32_t first;
        const char *title;
    } sections[] = {
#define SECTION(first, title) {METRIC_##first, title},
#include "sim/metrics/metrics.def"
    };
    for (uint32_t i = 0; i < ARRAY_LEN(sections); i++)
        if (sections[i].first == metric)
            return sections[i].title;
    return NULL;
}

/* What stands behind the name of a histogram: "_p99"; 0 is the end of the name itself. */
static bool find_suffix(struct bytes suffix, uint32_t *statistic)
{
    static const char *const words[] = {"_count", "_mean", "_p50", "_p90", "_p99", "_p999", "_max"};
    *statistic = STATISTIC_COUNT;
    if (suffix.size == 0)
        return true;
    for (uint32_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i]) == suffix.size && memcmp(words[i], suffix.data, suffix.size) == 0) {
            *statistic = STATISTIC_COUNT + i;
            return true;
        }
    return false;
}

bool metric_find(struct bytes name, uint32_t *metric, uint32_t *statistic)
{
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        uint32_t size = (uint32_t)strlen(metric_table[i].name);
        if (size > name.size || memcmp(metric_table[i].name, name.data, size) != 0)
            continue;
        struct bytes rest = {name.data + size, name.size - size};
        bool is_histogram = metric_table[i].kind == KIND_HISTOGRAM;
        *metric = i;
        *statistic = STATISTIC_VALUE;
        if (is_histogram ? find_suffix(rest, statistic) : rest.size == 0)
            return true;
    }
    return false;
}

uint32_t metric_decimals(uint32_t metric, uint32_t statistic)
{
    if (statistic == STATISTIC_VALUE && metric_table[metric].form == FORM_SPAN)
        return 6;
    if (statistic == STATISTIC_VALUE && metric_table[metric].form == FORM_SHARE)
        return 7;
    return statistic_decimals[statistic];
}

const char *metric_unit(uint32_t metric, uint32_t statistic)
{
    const struct metric_info *info = &metric_table[metric];
    if (statistic == STATISTIC_LOAD)
        return "%";
    if (statistic == STATISTIC_RATE)
        return info->form == FORM_SIZE ? "B per s" : "per s";
    if (statistic == STATISTIC_COUNT)
        return "values";
    if (info->form == FORM_SPAN)
        return "ms";
    if (info->form == FORM_SHARE)
        return "%";
    return info->form == FORM_SIZE ? "B" : info->unit;
}

uint32_t metric_natural_statistic(uint32_t metric)
{
    if (metric == METRIC_BUSY)
        return STATISTIC_LOAD;
    switch (metric_table[metric].kind) {
    case KIND_COUNTER: return STATISTIC_RATE;
    case KIND_GAUGE: return STATISTIC_VALUE;
    default: return STATISTIC_P99;
    }
}
