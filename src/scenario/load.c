/*
 * load.c: the whole of a scenario, in the order in which names become known:
 * nodes first, then clients and their operations, then what speaks about them.
 */
#include "scenario/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/murmur3.h"
#include "base/text.h"
#include "scenario/capsule.h"
#include "scenario/loader.h"
#include "sim/picture/panes.h"

/* --- memory: blocks in a list that ends with the scenario --------------------------- */

struct loader_memory {
    struct loader_memory *next;
    max_align_t bytes[];
};

/* Documents that the scenario points into: its own, and those of actions that came later. */
struct kept_document {
    struct kept_document *next;
    struct json_doc *doc;
};

/* The scenario first, so that freeing it finds the rest. */
struct loaded_scenario {
    struct scenario scenario;
    struct loader_memory *memory;
    struct kept_document *documents;
    struct loader loader; /* its words, for conditions parsed later */
};

static struct loaded_scenario *loaded_of(struct loader *loader)
{
    return (struct loaded_scenario *)loader->scenario;
}

void *loader_allocate(struct loader *loader, size_t size)
{
    struct loaded_scenario *loaded = loaded_of(loader);
    struct loader_memory *block = calloc(1, sizeof *block + (size ? size : 1));
    CHECK_WHY(block != NULL, "out of memory");
    block->next = loaded->memory;
    loaded->memory = block;
    return block->bytes;
}

const char *loader_copy_text(struct loader *loader, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(loader_allocate(loader, size), text, size);
}

void scenario_keep(struct scenario *scenario, struct json_doc *doc)
{
    struct loaded_scenario *loaded = (struct loaded_scenario *)scenario;
    struct kept_document *kept = loader_allocate(&loaded->loader, sizeof *kept);
    *kept = (struct kept_document){loaded->documents, doc};
    loaded->documents = kept;
}

void scenario_free(struct scenario *scenario)
{
    struct loaded_scenario *loaded = (struct loaded_scenario *)scenario;
    if (!loaded)
        return;
    for (struct kept_document *kept = loaded->documents; kept; kept = kept->next)
        json_doc_free(kept->doc);
    while (loaded->memory) {
        struct loader_memory *block = loaded->memory;
        loaded->memory = block->next;
        free(block);
    }
    free(loaded);
}

/* --- words ------------------------------------------------------------------------------ */

const struct json_string_rule name_rule = {"a name", "a-zA-Z0-9_-", 1, LABEL_MAX - 16};

uint64_t name_hash(const char *name)
{
    struct bytes bytes = {(const uint8_t *)name, (uint32_t)strlen(name)};
    return murmur3_hash(bytes, 0x6e616d65u).first;
}

/* Control characters would reach the reader's terminal. */
const char *load_line(struct json_value value, const struct json_string_rule *rule,
                      const char *fallback)
{
    const char *text = json_read_string(value, rule, fallback);
    for (const char *at = text; at && *at; at++)
        if ((uint8_t)*at < 0x20 || *at == 0x7f) {
            json_fail(value, "expected %s on one line, without control characters", rule->what);
            return fallback;
        }
    return text;
}

const char *load_sentence(struct json_value value, const char *fallback)
{
    static const struct json_string_rule rule = {"a text", NULL, 1, 4000};
    return load_line(value, &rule, fallback);
}

const char *load_key(struct json_value value)
{
    static const struct json_string_rule rule = {"a key", NULL, 1, 64};
    return load_line(value, &rule, "");
}

const char *load_new_name(struct json_value value, const char *fallback)
{
    const char *name = json_read_string(value, &name_rule, fallback);
    if (name && (strcmp(name, "all") == 0 || strcmp(name, "any") == 0))
        json_fail(value, "expected a name other than \"all\" and \"any\", which stand for more "
                         "than one");
    return name;
}

vtime load_instant(struct loader *loader, struct json_value value)
{
    vtime instant = json_read_time(value, 0, VTIME_NEVER - 1, 0);
    vtime end = loader->scenario->duration_ns;
    if (instant <= end)
        return instant;
    char sentence[100];
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    text_str(&text, "it would come after the end of the run, which is over after ");
    text_time(&text, end);
    json_fail(value, "%s", sentence);
    return 0;
}

/* --- the whole ---------------------------------------------------------------------------- */

/* Which panes a reader needs to begin with. */
static uint32_t load_panes(struct json_value value)
{
    static const char *const words[PANE_COUNT] = {
#define PANE(identifier, word) word,
        PANES(PANE)
#undef PANE
    };
    uint32_t panes = 0;
    if (json_value_kind(value) == JSON_MISSING)
        return 0;
    struct json_array list = json_array_open(value, 1, PANE_COUNT);
    struct json_value item;
    while (json_array_next(&list, &item)) {
        uint32_t pane = json_read_word(item, words, PANE_COUNT, 0);
        if (panes & (1u << pane))
            json_fail(item, "it stands there already");
        panes |= 1u << pane;
    }
    return panes;
}

static void load_head(struct loader *loader, struct json_object *top)
{
    struct scenario *scenario = loader->scenario;
    load_sentence(json_object_get(top, "$schema"), NULL); /* for editors */
    scenario->name = json_read_string(json_object_need(top, "name"), &name_rule, "");
    scenario->title = load_sentence(json_object_get(top, "title"), "");
    scenario->about = load_sentence(json_object_get(top, "about"), "");
    scenario->panes = load_panes(json_object_get(top, "panes"));
    scenario->seed = (uint64_t)json_read_int(json_object_get(top, "seed"), 0, INT64_C(1) << 53, 1);
    scenario->duration_ns = json_read_time(json_object_need(top, "duration"), 1, TIME_MAX, SECOND);
}

static void load_all(struct loader *loader, struct json_doc *doc)
{
    struct json_object top = json_object_open(json_root(doc, loader->error));
    load_head(loader, &top);
    load_cluster(loader, json_object_get(&top, "cluster"));
    load_safeguards(loader, json_object_get(&top, "safeguards"));
    load_network(loader, json_object_get(&top, "network"));
    load_preload(loader, json_object_get(&top, "preload"));
    load_clients(loader, json_object_get(&top, "clients"));
    load_timeline(loader, json_object_get(&top, "timeline"));
    load_faults(loader, json_object_get(&top, "faults"));
    load_interventions(loader, json_object_get(&top, "interventions"));
    load_checks(loader, json_object_get(&top, "checks"));
    if (json_object_finish(&top))
        check_room(loader, &top);
}

/* The document without what is not part of its meaning. */
static void keep_text(struct loader *loader, struct json_doc *doc)
{
    char *text = json_doc_print(doc, NULL);
    loader->scenario->text = loader_copy_text(loader, text);
    free(text);
}

/* Takes over the document. */
static struct scenario *load_document(struct json_doc *doc, struct json_error *error)
{
    struct loaded_scenario *loaded = calloc(1, sizeof *loaded);
    CHECK_WHY(loaded != NULL, "out of memory");
    struct loader *loader = &loaded->loader;
    loader->error = error;
    loader->scenario = &loaded->scenario;
    scenario_keep(&loaded->scenario, doc);
    loaded->scenario.file = json_doc_name(doc);
    load_all(loader, doc);
    if (json_has_error(error)) {
        scenario_free(&loaded->scenario);
        return NULL;
    }
    keep_text(loader, doc);
    return &loaded->scenario;
}

struct scenario *scenario_load(const char *path, const char *const *overrides,
                               uint32_t override_count, struct json_error *error)
{
    bool is_capsule = false;
    uint64_t seed = 0;
    struct json_doc *doc = json_doc_load(path, error);
    if (doc)
        doc = capsule_unwrap(doc, &is_capsule, &seed, error);
    for (uint32_t i = 0; doc && i < override_count; i++)
        if (!json_doc_set_argument(doc, overrides[i], error)) {
            json_doc_free(doc);
            return NULL;
        }
    struct scenario *scenario = doc ? load_document(doc, error) : NULL;
    if (scenario && is_capsule) {
        scenario->is_finding = true;
        scenario->seed = seed;
    }
    return scenario;
}

struct scenario *scenario_from_text(const char *name, const char *text, size_t size,
                                    struct json_error *error)
{
    struct json_doc *doc = json_doc_parse(name, text, size, error);
    return doc ? load_document(doc, error) : NULL;
}

bool scenario_parse_condition(struct scenario *scenario, const char *source,
                              struct condition *condition, struct json_error *error)
{
    struct loader *loader = &((struct loaded_scenario *)scenario)->loader;
    return parse_condition(loader, source, condition, error->text, sizeof error->text);
}

bool scenario_load_action(struct scenario *scenario, struct json_value value,
                          struct action *action)
{
    struct loader *loader = &((struct loaded_scenario *)scenario)->loader;
    loader->error = value.error;
    *action = (struct action){0};
    loader_make_split_room(loader, 1);
    load_action(loader, value, action);
    loader->error = NULL;
    return !json_has_error(value.error);
}

const char *scenario_split_name(const struct scenario *scenario, uint64_t label)
{
    const struct loader *loader = &((const struct loaded_scenario *)scenario)->loader;
    for (uint32_t i = 0; i < loader->split_count; i++)
        if (name_hash(loader->split_words[i]) == label)
            return loader->split_words[i];
    return "";
}
