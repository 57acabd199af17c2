/*
 * load_faults.c: what a scenario asks of the swarm, and to which fault a line of the timeline
 * belongs.
 *
 *   "faults": {"swarm": {"mode": "liveness", "kinds": ["network", "crash-process"], "not":
 *              ["ring"], "chance": "50%", "from": "5s", "until": "40s", "gap": ["1s", "10s"],
 *              "lasts": ["300ms", "6s"], "at_once": 4, "vary": ["shape", "workload"]}}
 *
 *   {"at": "7s", "crash": "n2", "fault": "power-loss#3"}
 *
 * expand.c makes of it, for each seed, a scenario without a swarm.
 */
#include "scenario/loader.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

#define NUMBER_MAX 65535

/* --- kinds ------------------------------------------------------------------------------ */

enum { WORD_ALL = 0, WORD_FAMILIES = 1, WORD_KINDS = 1 + FAMILY_COUNT };

/* "all", the families, the kinds: the bits that a word stands for. */
static uint64_t load_kind_word(struct json_value value)
{
    const char *words[WORD_KINDS + FAULT_KIND_COUNT] = {"all"};
    for (uint32_t i = 0; i < FAMILY_COUNT; i++)
        words[WORD_FAMILIES + i] = fault_family_name(i);
    for (uint32_t i = 0; i < FAULT_KIND_COUNT; i++)
        words[WORD_KINDS + i] = fault_table[i].name;
    uint32_t word = json_read_word(value, words, ARRAY_LEN(words), WORD_ALL);
    if (word >= WORD_KINDS)
        return UINT64_C(1) << (word - WORD_KINDS);
    return word == WORD_ALL ? fault_kinds_all() : fault_kinds_of_family(word - WORD_FAMILIES);
}

static uint64_t load_kinds(struct json_value value, uint64_t fallback)
{
    if (json_value_kind(value) == JSON_MISSING)
        return fallback;
    struct json_array list = json_array_open(value, 1, 100);
    struct json_value item;
    uint64_t kinds = 0;
    while (json_array_next(&list, &item))
        kinds |= load_kind_word(item);
    return kinds;
}

/* --- the swarm ----------------------------------------------------------------------------- */

/* ["1s", "10s"] */
static void load_ends(struct json_value value, vtime *min, vtime *max)
{
    if (json_value_kind(value) == JSON_MISSING)
        return;
    struct json_array ends = json_array_open(value, 2, 2);
    struct json_value item;
    vtime times[2] = {*min, *max};
    for (uint32_t i = 0; i < 2 && json_array_next(&ends, &item); i++)
        times[i] = json_read_time(item, MILLISECOND, TIME_MAX, times[i]);
    if (times[0] > times[1])
        json_fail(value, "expected the smaller end first");
    *min = times[0];
    *max = times[1];
}

static uint32_t load_varies(struct json_value value)
{
    static const char *const words[] = {
#define VARY(identifier, name, meaning) name,
        SWARM_VARIES(VARY)
#undef VARY
            "all",
    };
    uint32_t varies = 0;
    if (json_value_kind(value) == JSON_MISSING)
        return 0;
    struct json_array list = json_array_open(value, 1, ARRAY_LEN(words));
    struct json_value item;
    while (json_array_next(&list, &item)) {
        uint32_t word = json_read_word(item, words, ARRAY_LEN(words), 0);
        varies |= word == VARY_COUNT ? (1u << VARY_COUNT) - 1 : 1u << word;
    }
    return varies;
}

/* A drawn cluster has as many nodes as it has: n1, n2, ... */
static void refuse_named_nodes(struct loader *loader, struct json_value value)
{
    char name[16];
    for (uint32_t i = 0; i < loader->node_count; i++) {
        snprintf(name, sizeof name, "n%u", i + 1);
        if (strcmp(loader->node_words[i], name) != 0) {
            json_fail(value, "\"shape\" draws how many nodes there are, so that none is called "
                             "\"%s\": cluster.nodes is to be a number then",
                      loader->node_words[i]);
            return;
        }
    }
}

static void load_swarm(struct loader *loader, struct json_value value)
{
    static const char *const modes[] = {"liveness", "safety"};
    struct swarm_setting *swarm = loader_allocate(loader, sizeof *swarm);
    vtime duration = loader->scenario->duration_ns;
    struct json_object object = json_object_open(value);
    swarm->mode =
        (uint8_t)json_read_word(json_object_get(&object, "mode"), modes, ARRAY_LEN(modes), 0);
    swarm->kinds = load_kinds(json_object_get(&object, "kinds"), fault_kinds_all()) &
                   ~load_kinds(json_object_get(&object, "not"), 0);
    swarm->chance_ppb =
        json_read_share(json_object_get(&object, "chance"), 0, 1000000000, 500000000);
    swarm->at_once = (uint32_t)json_read_int(json_object_get(&object, "at_once"), 1, 100, 4);
    struct json_value until = json_object_get(&object, "until");
    swarm->from_ns = json_read_time(json_object_get(&object, "from"), 0, duration, duration / 12);
    swarm->until_ns = json_read_time(until, 0, duration, duration * 2 / 3);
    if (swarm->until_ns < swarm->from_ns)
        json_fail(until, "the faults end before they begin");
    swarm->gap_min_ns = SECOND;
    swarm->gap_max_ns = 10 * SECOND;
    load_ends(json_object_get(&object, "gap"), &swarm->gap_min_ns, &swarm->gap_max_ns);
    swarm->lasts_min_ns = 300 * MILLISECOND;
    swarm->lasts_max_ns = 6 * SECOND;
    load_ends(json_object_get(&object, "lasts"), &swarm->lasts_min_ns, &swarm->lasts_max_ns);
    struct json_value vary = json_object_get(&object, "vary");
    swarm->varies = load_varies(vary);
    if (swarm->varies >> VARY_SHAPE & 1)
        refuse_named_nodes(loader, vary);
    json_object_finish(&object);
    loader->scenario->swarm = swarm;
}

void load_faults(struct loader *loader, struct json_value value)
{
    if (json_value_kind(value) == JSON_MISSING)
        return;
    struct json_object object = json_object_open(value);
    load_swarm(loader, json_object_need(&object, "swarm"));
    json_object_finish(&object);
}

/* --- tags ------------------------------------------------------------------------------------ */

static uint32_t kind_of_name(const char *name, size_t size)
{
    uint32_t kind = 0;
    while (kind < FAULT_KIND_COUNT && (strlen(fault_table[kind].name) != size ||
                                       memcmp(fault_table[kind].name, name, size) != 0))
        kind++;
    return kind;
}

static void refuse_kind(struct json_value value, const char *name, size_t size)
{
    struct nearest nearest = nearest_to((struct bytes){(const uint8_t *)name, (uint32_t)size});
    for (uint32_t i = 0; i < FAULT_KIND_COUNT; i++)
        nearest_offer_string(&nearest, fault_table[i].name);
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; ringside faults lists them");
    json_fail(value, "there is no kind of fault \"%.*s\"%s", (int)size, name, hint);
}

struct fault_tag load_fault_tag(struct json_value value)
{
    static const struct json_string_rule rule = {"a fault, such as crash-process#1", "a-z0-9#-", 3,
                                                 LABEL_MAX};
    struct fault_tag tag = {0};
    const char *text = json_read_string(value, &rule, NULL);
    if (!text)
        return tag;
    const char *mark = strchr(text, '#');
    uint32_t number = 0;
    for (const char *at = mark ? mark + 1 : ""; *at >= '0' && *at <= '9'; at++)
        number = MIN(number * 10 + (uint32_t)(*at - '0'), NUMBER_MAX + 1);
    if (number == 0 || number > NUMBER_MAX || mark[1] == '0' ||
        mark[1 + strspn(mark + 1, "0123456789")] != '\0') {
        json_fail(value,
                  "expected a kind of fault, '#' and its number from 1 to %d, such as "
                  "\"crash-process#1\"",
                  NUMBER_MAX);
        return tag;
    }
    uint32_t kind = kind_of_name(text, (size_t)(mark - text));
    if (kind == FAULT_KIND_COUNT) {
        refuse_kind(value, text, (size_t)(mark - text));
        return tag;
    }
    tag.kind = (uint8_t)kind;
    tag.number = (uint16_t)number;
    return tag;
}

static bool is_same(const struct fault_tag *a, const struct fault_tag *b)
{
    return a->number == b->number && a->kind == b->kind;
}

/* The first line of a fault begins it, the last one ends it; one that has a single line is never
 * ended by the timeline. */
void find_fault_parts(struct timeline_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct fault_tag *tag = &entries[i].fault;
        bool is_first = true, is_last = true;
        if (tag->number == 0)
            continue;
        for (uint32_t j = 0; j < count; j++) {
            is_first &= j >= i || !is_same(&entries[j].fault, tag);
            is_last &= j <= i || !is_same(&entries[j].fault, tag);
        }
        tag->part = is_first ? FAULT_BEGINS : is_last ? FAULT_ENDS : FAULT_GOES_ON;
    }
}
