/*
 * expand.c: the swarm as a plain scenario, in four steps.
 *
 *   1  what varies is drawn into a copy of the document: cluster, clients, checks (swarm_shape.c)
 *   2  that is loaded, so that nodes and racks have names
 *   3  faults are drawn, admitted and spelled out (swarm_plan.c)
 *   4  their lines go into the timeline, the end of the chaos after them (swarm_end.c)
 *
 * Everything passes through the text of a document: so what comes out is what a file would say, and
 * whatever the loader refuses in a file it refuses here.
 */
#include "scenario/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/swarm.h"

#define SWARM_NODES_MAX  64
#define SEED_WRITTEN_MAX (UINT64_C(1) << 53)

static struct json_doc *parse(const struct scenario *scenario, struct json_error *error)
{
    return json_doc_parse(scenario->file, scenario->text, strlen(scenario->text), error);
}

static void set_seed(struct json_doc *doc, uint64_t seed, struct json_error *error)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)seed);
    if (seed <= SEED_WRITTEN_MAX)
        json_doc_set(doc, "seed", digits, error);
}

static struct scenario *load_as_it_is(const struct json_doc *doc, struct json_error *error)
{
    size_t size;
    char *text = json_doc_print(doc, &size);
    struct scenario *scenario = scenario_from_text(json_doc_name(doc), text, size, error);
    free(text);
    return scenario;
}

/* --- the faults ----------------------------------------------------------------------------- */

static int compare_lines(const void *a, const void *b)
{
    const struct swarm_line *left = a, *right = b;
    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

static bool write_lines(struct swarm *swarm, struct json_doc *doc, struct json_error *error)
{
    if (swarm->base->timeline_count + swarm->line_count > TIMELINE_MAX) {
        snprintf(error->text, sizeof error->text,
                 "%s: the swarm has drawn %u lines for the timeline, and at most %d fit: make "
                 "\"gap\" longer or \"chance\" smaller",
                 json_doc_name(doc), swarm->line_count, TIMELINE_MAX);
        return false;
    }
    if (swarm->base->timeline_count == 0)
        json_doc_set(doc, "timeline", "[]", error);
    if (swarm->line_count > 0)
        qsort(swarm->lines, swarm->line_count, sizeof *swarm->lines, compare_lines);
    for (uint32_t i = 0; i < swarm->line_count; i++)
        json_doc_set(doc, "timeline[+]", swarm->lines[i].text, error);
    return !json_has_error(error);
}

static void swarm_free(struct swarm *swarm)
{
    for (uint32_t i = 0; i < swarm->line_count; i++)
        free(swarm->lines[i].text);
    free(swarm->lines);
    free(swarm->faults);
    free(swarm->held_until);
    free(swarm->is_broken);
    free(swarm->is_gone);
}

static bool add_faults(struct json_doc *doc, const struct scenario *base,
                       const struct swarm_setting *setting, uint64_t seed, struct json_error *error)
{
    uint32_t nodes = base->node.nodes;
    struct swarm swarm = {.setting = setting, .base = base, .seed = seed};
    if (nodes > SWARM_NODES_MAX) {
        snprintf(error->text, sizeof error->text, "%s: a swarm takes up to %d nodes, not %u",
                 json_doc_name(doc), SWARM_NODES_MAX, nodes);
        return false;
    }
    swarm.held_until = calloc((size_t)HOLD_COUNT * nodes, sizeof *swarm.held_until);
    swarm.is_broken = calloc(nodes, sizeof *swarm.is_broken);
    swarm.is_gone = calloc(nodes, sizeof *swarm.is_gone);
    CHECK_WHY(swarm.held_until && swarm.is_broken && swarm.is_gone, "out of memory");
    swarm.next_spare = base->node.initial_members;
    swarm_choose_broken(&swarm);
    swarm_plan(&swarm);
    bool is_done = swarm_end(&swarm, doc, error) && write_lines(&swarm, doc, error);
    swarm_free(&swarm);
    return is_done;
}

/* --- the whole ------------------------------------------------------------------------------- */

static struct json_doc *expand(const struct scenario *scenario, uint64_t seed,
                               struct json_error *error)
{
    struct json_doc *doc = parse(scenario, error);
    if (!doc)
        return NULL;
    set_seed(doc, seed, error);
    if (!scenario->swarm)
        return doc;
    json_doc_remove(doc, "faults");
    struct scenario *base = NULL;
    if (swarm_shape(doc, scenario, seed, error))
        base = load_as_it_is(doc, error);
    bool is_done = base && add_faults(doc, base, scenario->swarm, seed, error);
    scenario_free(base);
    if (is_done)
        return doc;
    json_doc_free(doc);
    return NULL;
}

char *scenario_expand_text(const struct scenario *scenario, uint64_t seed, struct json_error *error)
{
    struct json_doc *doc = expand(scenario, seed, error);
    char *text = doc ? json_doc_print(doc, NULL) : NULL;
    json_doc_free(doc);
    return text;
}

struct scenario *scenario_expand(const struct scenario *scenario, uint64_t seed,
                                 struct json_error *error)
{
    struct json_doc *doc = expand(scenario, seed, error);
    struct scenario *result = doc ? load_as_it_is(doc, error) : NULL;
    json_doc_free(doc);
    return result;
}

struct scenario *scenario_open(const char *path, const char *const *overrides,
                               uint32_t override_count, const uint64_t *seed,
                               struct json_error *error)
{
    struct scenario *scenario = scenario_load(path, overrides, override_count, error);
    if (!scenario || !scenario->swarm)
        return scenario;
    struct scenario *plain = scenario_expand(scenario, seed ? *seed : scenario->seed, error);
    scenario_free(scenario);
    return plain;
}
