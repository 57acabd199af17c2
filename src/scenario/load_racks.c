/*
 * load_racks.c: which nodes fail together.
 *
 *     "racks": 3                                  n1 in r1, n2 in r2, n3 in r3, n4 in r1, ...
 *     "racks": {"hall": ["n1", "n2"], "annex": ["n3"]}      every node stands in one of them
 *
 * Where a scenario has racks, the copies of a key stand in as many of them as there are
 * (safeguard rack-aware; db/ring/placement.c). An action on machines may name a rack as
 * "rack:hall", and so may a group of a partition: all of its nodes are meant.
 */
#include "scenario/loader.h"

#include <stdio.h>
#include <string.h>

#define NO_RACK UINT16_MAX

static void keep_racks(struct loader *loader, uint32_t count, const char **names,
                       const uint16_t *racks)
{
    struct scenario *scenario = loader->scenario;
    loader->rack_words = loader_allocate(loader, count * sizeof *loader->rack_words);
    for (uint32_t i = 0; i < count; i++) {
        char word[LABEL_MAX + 8];
        snprintf(word, sizeof word, "rack:%s", names[i]);
        loader->rack_words[i] = loader_copy_text(loader, word);
    }
    loader->rack_count = count;
    scenario->rack_count = count;
    scenario->rack_names = names;
    scenario->node.placement.racks = racks;
}

static void deal_racks(struct loader *loader, struct json_value value)
{
    uint32_t count = (uint32_t)json_read_int(value, 1, MAX(loader->node_count, 1), 1);
    const char **names = loader_allocate(loader, count * sizeof *names);
    uint16_t *racks = loader_allocate(loader, MAX(loader->node_count, 1) * sizeof *racks);
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "r%u", i + 1);
        names[i] = loader_copy_text(loader, name);
    }
    for (uint32_t node = 0; node < loader->node_count; node++)
        racks[node] = (uint16_t)(node % count);
    keep_racks(loader, count, names, racks);
}

static void check_name(struct json_value member)
{
    const char *name = json_value_key(member);
    size_t size = strlen(name);
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
        if (is_good && size <= LABEL_MAX - 16)
            continue;
        json_fail(member, "expected a name of a rack: 1 to %d letters, digits, _ and -",
                  LABEL_MAX - 16);
        return;
    }
}

static void load_rack(struct loader *loader, struct json_value member, uint32_t rack,
                      uint16_t *racks)
{
    struct json_array list = json_array_open(member, 1, NODES_MAX);
    struct json_value item;
    while (json_array_next(&list, &item)) {
        uint32_t node = load_node(loader, item, 0);
        if (json_has_error(loader->error))
            return;
        if (racks[node] != NO_RACK)
            json_fail(item, "node \"%s\" stands in a rack already", loader->node_words[node]);
        racks[node] = (uint16_t)rack;
    }
}

static void name_racks(struct loader *loader, struct json_value value)
{
    const char **names = loader_allocate(loader, NODES_MAX * sizeof *names);
    uint16_t *racks = loader_allocate(loader, MAX(loader->node_count, 1) * sizeof *racks);
    struct json_object map = json_object_open(value);
    struct json_value member;
    uint32_t count = 0;
    memset(racks, 0xff, loader->node_count * sizeof *racks);
    while (json_object_next(&map, &member) && count < NODES_MAX) {
        check_name(member);
        names[count] = loader_copy_text(loader, json_value_key(member));
        load_rack(loader, member, count++, racks);
    }
    for (uint32_t node = 0; node < loader->node_count && !json_has_error(loader->error); node++)
        if (racks[node] == NO_RACK)
            json_fail(value, "node \"%s\" stands in no rack", loader->node_words[node]);
    if (!json_has_error(loader->error))
        keep_racks(loader, count, names, racks);
}

void load_racks(struct loader *loader, struct json_value value)
{
    if (json_value_kind(value) == JSON_MISSING)
        return;
    if (json_value_kind(value) == JSON_OBJECT)
        name_racks(loader, value);
    else
        deal_racks(loader, value);
}

/* Does this text name a rack? */
static bool is_rack_word(struct json_value value)
{
    static const struct json_string_rule anything = {"a name", NULL, 0, 4000};
    return json_value_kind(value) == JSON_STRING &&
           strncmp(json_read_string(value, &anything, ""), "rack:", 5) == 0;
}

static uint32_t load_rack_word(struct loader *loader, struct json_value value)
{
    if (loader->rack_count > 0)
        return json_read_word(value, loader->rack_words, loader->rack_count, 0);
    json_fail(value, "the cluster has no \"racks\"");
    return 0;
}

uint32_t load_machines(struct loader *loader, struct json_value value)
{
    return is_rack_word(value) ? RACK_BASE + load_rack_word(loader, value)
                               : load_node_or(loader, value, "all", ALL_MEMBERS, 0);
}

uint32_t load_members(struct loader *loader, struct json_value value, uint32_t *addresses)
{
    uint32_t count = 0;
    if (!is_rack_word(value)) {
        addresses[0] = load_member(loader, value);
        return 1;
    }
    uint32_t rack = load_rack_word(loader, value);
    for (uint32_t node = 0; node < loader->node_count && loader->rack_count > 0; node++)
        if (loader->scenario->node.placement.racks[node] == rack)
            addresses[count++] = node;
    return count;
}
