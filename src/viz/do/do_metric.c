/*
 * do_metric.c: finding a metric by its name.
 *
 * The answer is a part of its title or of its name; the first that has it is shown alone on the
 * page of metrics, and the message says how many more have it. An empty answer shows them all.
 */
#include <string.h>

#include "base/nearest.h"
#include "viz/app/app.h"
#include "viz/do/do.h"

static bool has(uint32_t metric, const char *words)
{
    return strstr(metric_table[metric].title, words) || strstr(metric_table[metric].name, words);
}

static void refuse_metric(struct app *app, const char *answer)
{
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)answer, (uint32_t)strlen(answer)});
    char hint[120];
    struct text text;
    for (uint32_t i = 0; i < METRIC_COUNT; i++)
        nearest_offer_string(&nearest, metric_table[i].title);
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; the page of metrics lists them all");
    app_ask_again(app, answer, "no metric has \"%.60s\" in its name%s", answer, hint);
}

static void take_metric(struct app *app, const char *answer)
{
    uint32_t first = METRIC_COUNT, count = 0;
    for (uint32_t i = METRIC_COUNT; *answer && i-- > 0;)
        if (has(i, answer)) {
            first = i;
            count++;
        }
    if (*answer && count == 0) {
        refuse_metric(app, answer);
        return;
    }
    app->metric = first;
    app->inspector_page = PAGE_METRICS;
    app->page_scroll = 0;
    if (count > 1)
        app_say(app, "%s, the first of %u metrics with \"%.60s\"", metric_table[first].title, count,
                answer);
    else
        app_say(app, "%s", first < METRIC_COUNT ? metric_table[first].title : "all metrics");
}

void do_metric(struct app *app)
{
    app_ask(app, "Show which metric? A part of its name (latency, sent, disk); empty: all of them",
            "", take_metric);
}
