/*
 * shrink_lists.c: what can be taken away, as lists: how many are there, and without these?
 *
 *     clients         entries of "clients", groups as a whole
 *     keys            of operations that are written out: a key goes with all its operations
 *     faults          lines of the timeline that belong together ("fault": "pause#2")
 *     timeline        single lines
 *     operations      of all scripts, in order
 *     interventions   of a saved session
 *     nodes           by name, with what speaks of them (shrink_names.c)
 *     settings        every other member of every object: without it the default holds
 *
 * The number of an item is its place, and places move up when one before goes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

static cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static uint32_t size_of(const cJSON *list)
{
    return (uint32_t)cJSON_GetArraySize(list);
}

/* --- entries of one array -------------------------------------------------------------------- */

static void remove_items(cJSON *list, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        cJSON_DeleteItemFromArray(list, (int)from);
}

static uint32_t count_timeline(const cJSON *doc)
{
    return size_of(member(doc, "timeline"));
}

static void remove_timeline(cJSON *doc, uint32_t from, uint32_t to)
{
    remove_items(member(doc, "timeline"), from, to);
}

static uint32_t count_interventions(const cJSON *doc)
{
    return size_of(member(doc, "interventions"));
}

static void remove_interventions(cJSON *doc, uint32_t from, uint32_t to)
{
    remove_items(member(doc, "interventions"), from, to);
}

static uint32_t count_clients(const cJSON *doc)
{
    return size_of(member(doc, "clients"));
}

/* A group's names are its own with a number: c1, c2, c3. */
static void forget_client(cJSON *doc, const cJSON *client)
{
    char name[LABEL_MAX];
    const char *own = member(client, "name")->valuestring;
    const cJSON *count = member(client, "count");
    if (!count)
        shrink_forget(doc, own);
    for (int i = 1; count && i <= count->valueint; i++) {
        snprintf(name, sizeof name, "%s%d", own, i);
        shrink_forget(doc, name);
    }
}

static void remove_clients(cJSON *doc, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        cJSON *client = cJSON_DetachItemFromArray(member(doc, "clients"), (int)from);
        forget_client(doc, client);
        cJSON_Delete(client);
    }
}

/* --- operations ------------------------------------------------------------------------------ */

static uint32_t count_operations(const cJSON *doc)
{
    uint32_t count = 0;
    const cJSON *clients = member(doc, "clients");
    for (const cJSON *c = clients ? clients->child : NULL; c; c = c->next)
        count += size_of(shrink_script_of(c));
    return count;
}

static void remove_operations(cJSON *doc, uint32_t from, uint32_t to)
{
    uint32_t index = 0;
    cJSON *clients = member(doc, "clients");
    for (cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        cJSON *script = shrink_script_of(c);
        for (cJSON *step = script ? script->child : NULL; step; index++) {
            cJSON *next = step->next;
            if (index >= from && index < to)
                cJSON_Delete(cJSON_DetachItemViaPointer(script, step));
            step = next;
        }
    }
}

/* --- words: keys, faults --------------------------------------------------------------------- */

/* Different words in order of their first appearance; they belong to the document. */
struct words {
    const char **list;
    uint32_t count, room;
};

static uint32_t word_index(const struct words *words, const char *word)
{
    uint32_t i = 0;
    while (i < words->count && strcmp(words->list[i], word) != 0)
        i++;
    return i;
}

static void add_word(struct words *words, const char *word)
{
    if (word_index(words, word) < words->count)
        return;
    if (words->count == words->room) {
        words->room = 2 * words->room + 16;
        words->list = realloc(words->list, words->room * sizeof *words->list);
        CHECK_WHY(words->list, "out of memory");
    }
    words->list[words->count++] = word;
}

static struct words list_keys(const cJSON *doc)
{
    struct words words = {0};
    const cJSON *clients = member(doc, "clients");
    for (const cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        const cJSON *script = shrink_script_of(c);
        for (const cJSON *step = script ? script->child : NULL; step; step = step->next)
            add_word(&words, shrink_key_of(step)->valuestring);
    }
    return words;
}

static struct words list_faults(const cJSON *doc)
{
    struct words words = {0};
    const cJSON *timeline = member(doc, "timeline");
    for (const cJSON *line = timeline ? timeline->child : NULL; line; line = line->next)
        if (member(line, "fault"))
            add_word(&words, member(line, "fault")->valuestring);
    return words;
}

static uint32_t count_words(struct words words)
{
    free(words.list);
    return words.count;
}

static uint32_t count_keys(const cJSON *doc)
{
    return count_words(list_keys(doc));
}

static uint32_t count_faults(const cJSON *doc)
{
    return count_words(list_faults(doc));
}

/* Marked first: the words lie in what is deleted. */
static void remove_marked(cJSON *list, const bool *is_gone)
{
    uint32_t index = 0;
    for (cJSON *item = list ? list->child : NULL; item; index++) {
        cJSON *next = item->next;
        if (is_gone[index])
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
        item = next;
    }
}

static void remove_keys(cJSON *doc, uint32_t from, uint32_t to)
{
    uint32_t index = 0;
    struct words words = list_keys(doc);
    bool *is_gone = calloc(count_operations(doc) + 1, sizeof *is_gone);
    CHECK_WHY(is_gone, "out of memory");
    cJSON *clients = member(doc, "clients");
    for (cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        cJSON *script = shrink_script_of(c);
        for (cJSON *step = script ? script->child : NULL; step; step = step->next) {
            uint32_t word = word_index(&words, shrink_key_of(step)->valuestring);
            is_gone[index++] = word >= from && word < to;
        }
    }
    index = 0;
    for (cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        uint32_t size = size_of(shrink_script_of(c));
        remove_marked(shrink_script_of(c), is_gone + index);
        index += size;
    }
    free(is_gone);
    free(words.list);
}

static void remove_faults(cJSON *doc, uint32_t from, uint32_t to)
{
    uint32_t index = 0;
    struct words words = list_faults(doc);
    cJSON *timeline = member(doc, "timeline");
    bool *is_gone = calloc(size_of(timeline) + 1, sizeof *is_gone);
    CHECK_WHY(is_gone, "out of memory");
    for (cJSON *line = timeline ? timeline->child : NULL; line; line = line->next, index++)
        if (member(line, "fault")) {
            uint32_t word = word_index(&words, member(line, "fault")->valuestring);
            is_gone[index] = word >= from && word < to;
        }
    remove_marked(timeline, is_gone);
    free(is_gone);
    free(words.list);
}

/* --- nodes ----------------------------------------------------------------------------------- */

static uint32_t count_nodes(const cJSON *doc)
{
    return size_of(member(member(doc, "cluster"), "nodes"));
}

static void remove_nodes(cJSON *doc, uint32_t from, uint32_t to)
{
    cJSON *cluster = member(doc, "cluster"), *members = member(cluster, "members");
    uint32_t initial = members ? (uint32_t)members->valuedouble : 0; /* the first so many */
    for (uint32_t i = from; i < to; i++) {
        cJSON *node = cJSON_DetachItemFromArray(member(cluster, "nodes"), (int)from);
        if (i < initial)
            cJSON_SetNumberValue(members, members->valuedouble - 1);
        shrink_forget(doc, node->valuestring);
        cJSON_Delete(node);
    }
}

void shrink_name_nodes(cJSON *doc)
{
    char name[16];
    cJSON *cluster = member(doc, "cluster");
    if (!cluster)
        cluster = cJSON_AddObjectToObject(doc, "cluster");
    const cJSON *nodes = member(cluster, "nodes");
    int count = nodes ? nodes->valueint : 3;
    if (cJSON_IsArray(nodes))
        return;
    cJSON *names = cJSON_CreateArray();
    for (int i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "n%d", i);
        cJSON_AddItemToArray(names, cJSON_CreateString(name));
    }
    cJSON_DeleteItemFromObjectCaseSensitive(cluster, "nodes");
    cJSON_AddItemToObject(cluster, "nodes", names);
}

void shrink_number_nodes(cJSON *doc)
{
    char name[16];
    cJSON *cluster = member(doc, "cluster"), *nodes = member(cluster, "nodes");
    int count = 0;
    for (const cJSON *node = nodes ? nodes->child : NULL; node; node = node->next) {
        snprintf(name, sizeof name, "n%d", ++count);
        if (strcmp(node->valuestring, name) != 0)
            return;
    }
    if (count)
        cJSON_ReplaceItemInObjectCaseSensitive(cluster, "nodes", cJSON_CreateNumber(count));
}

/* --- the lists ------------------------------------------------------------------------------- */

const struct shrink_list shrink_clients = {"clients", "client", count_clients, remove_clients};
const struct shrink_list shrink_timeline = {"lines of the timeline", "line", count_timeline,
                                            remove_timeline};
const struct shrink_list shrink_faults = {"faults", "fault", count_faults, remove_faults};
const struct shrink_list shrink_operations = {"operations", "operation", count_operations,
                                              remove_operations};
const struct shrink_list shrink_keys = {"keys", "key", count_keys, remove_keys};
const struct shrink_list shrink_nodes = {"nodes", "node", count_nodes, remove_nodes};
const struct shrink_list shrink_interventions = {"interventions", "intervention",
                                                 count_interventions, remove_interventions};

struct shrink_size shrink_size_of(const cJSON *doc, const struct shrink_facts *facts)
{
    struct shrink_size size = {.faults = count_timeline(doc) + count_interventions(doc),
                               .operations = count_operations(doc),
                               .clients = 0,
                               .nodes = count_nodes(doc),
                               .keys = count_keys(doc),
                               .duration = facts->time};
    const cJSON *clients = member(doc, "clients");
    for (const cJSON *c = clients ? clients->child : NULL; c; c = c->next) {
        const cJSON *count = member(c, "count");
        size.clients += count ? (uint32_t)count->valueint : 1;
        if (!shrink_script_of(c))
            size.operations = facts->operations;
    }
    return size;
}
