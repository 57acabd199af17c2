/*
 * shrink_names.c: what has to go when something goes.
 *
 * A node that is taken away takes the lines with it that crash it or cut it off, and its place in
 * the groups of partitions; an operation that asked it asks another one. A partition takes its heal
 * along, the last operation its client. Without this a candidate would be refused by the loader,
 * and nodes could never go before everything that names them.
 */
#include <stdio.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

static cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

cJSON *shrink_script_of(const cJSON *client)
{
    return member(client, "script");
}

/* The item whose key says what is done and whose string is the key it is done to. */
cJSON *shrink_key_of(const cJSON *operation)
{
    static const char *const words[] = {"get", "put",    "delete", "incr",
                                        "add", "remove", "set",    "unset"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (member(operation, words[i]))
            return member(operation, words[i]);
    return NULL;
}

/* --- a name that is gone --------------------------------------------------------------------- */

static bool is_prose(const char *key)
{
    static const char *const keys[] = {"name", "fault", "unsynced", "why", "at",
                                       "file", "calls", "label",    "value"};
    for (size_t i = 0; key && i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* In the value, or as 'n3' in a condition. */
static bool speaks_of(const cJSON *value, const char *name)
{
    char quoted[LABEL_MAX + 4];
    snprintf(quoted, sizeof quoted, "'%s'", name);
    if (is_prose(value->string))
        return false;
    if (cJSON_IsString(value))
        return strcmp(value->valuestring, name) == 0 || strstr(value->valuestring, quoted);
    for (const cJSON *child = value->child; child; child = child->next)
        if (speaks_of(child, name) || (child->string && strcmp(child->string, name) == 0))
            return true;
    return false;
}

static void remove_string(cJSON *list, const char *name)
{
    for (cJSON *item = list ? list->child : NULL; item;) {
        cJSON *next = item->next;
        if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
        item = next;
    }
}

/* False when the partition no longer parts anything. */
static bool leave_groups(cJSON *groups, const char *name)
{
    for (cJSON *group = groups->child; group;) {
        cJSON *next = group->next;
        remove_string(group, name);
        if (!group->child)
            cJSON_Delete(cJSON_DetachItemViaPointer(groups, group));
        group = next;
    }
    return cJSON_GetArraySize(groups) >= 2;
}

static void forget_in_lines(cJSON *list, const char *name)
{
    for (cJSON *line = list ? list->child : NULL; line;) {
        cJSON *next = line->next, *action = member(line, "do");
        cJSON *groups = member(action ? action : line, "partition");
        bool stays = cJSON_IsArray(groups) ? leave_groups(groups, name) : !speaks_of(line, name);
        if (!stays)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, line));
        line = next;
    }
}

static void ask_another(cJSON *doc, const char *name)
{
    cJSON *other = member(member(doc, "cluster"), "nodes");
    other = cJSON_IsArray(other) ? other->child : NULL;
    for (cJSON *c = member(doc, "clients") ? member(doc, "clients")->child : NULL; c; c = c->next) {
        cJSON *script = shrink_script_of(c);
        for (cJSON *step = script ? script->child : c; step; step = script ? step->next : NULL) {
            cJSON *via = member(step, "via");
            if (via && strcmp(via->valuestring, name) == 0 && other)
                cJSON_SetValuestring(via, other->valuestring);
        }
    }
}

static void forget_in_racks(cJSON *racks, const char *name)
{
    for (cJSON *rack = cJSON_IsObject(racks) ? racks->child : NULL; rack;) {
        cJSON *next = rack->next;
        remove_string(rack, name);
        if (!rack->child)
            cJSON_Delete(cJSON_DetachItemViaPointer(racks, rack));
        rack = next;
    }
}

void shrink_forget(cJSON *doc, const char *name)
{
    cJSON *cluster = member(doc, "cluster");
    forget_in_lines(member(doc, "timeline"), name);
    forget_in_lines(member(doc, "interventions"), name);
    forget_in_lines(member(member(doc, "network"), "links"), name);
    ask_another(doc, name);
    forget_in_racks(member(cluster, "racks"), name);
    if (member(cluster, "per_node"))
        cJSON_DeleteItemFromObjectCaseSensitive(member(cluster, "per_node"), name);
}

/* --- what has lost its sense ----------------------------------------------------------------- */

static void tidy_clients(cJSON *doc)
{
    cJSON *clients = member(doc, "clients");
    for (cJSON *client = clients ? clients->child : NULL; client;) {
        cJSON *next = client->next, *script = shrink_script_of(client);
        if (script && !script->child) {
            shrink_forget(doc, member(client, "name")->valuestring);
            cJSON_Delete(cJSON_DetachItemViaPointer(clients, client));
        }
        client = next;
    }
}

static bool is_split(const cJSON *timeline, const char *name)
{
    for (const cJSON *line = timeline->child; line; line = line->next) {
        const cJSON *own = member(line, "name");
        if (cJSON_IsString(own) && strcmp(own->valuestring, name) == 0)
            return true;
    }
    return false;
}

static void tidy_heals(cJSON *timeline)
{
    for (cJSON *line = timeline ? timeline->child : NULL; line;) {
        cJSON *next = line->next, *heal = member(line, "heal");
        if (cJSON_IsString(heal) && strcmp(heal->valuestring, "all") != 0 &&
            !is_split(timeline, heal->valuestring))
            cJSON_Delete(cJSON_DetachItemViaPointer(timeline, line));
        line = next;
    }
}

static void drop_if_empty(cJSON *object, const char *key)
{
    cJSON *value = member(object, key);
    if (value && !value->child && (cJSON_IsArray(value) || cJSON_IsObject(value)))
        cJSON_DeleteItemFromObjectCaseSensitive(object, key);
}

static void tidy_members(cJSON *cluster)
{
    cJSON *members = member(cluster, "members"), *nodes = member(cluster, "nodes");
    if (members && cJSON_IsArray(nodes) && members->valuedouble >= cJSON_GetArraySize(nodes))
        cJSON_DeleteItemFromObjectCaseSensitive(cluster, "members");
}

void shrink_tidy(cJSON *doc)
{
    static const char *const parts[] = {"timeline", "interventions", "clients", "network",
                                        "safeguards"};
    tidy_clients(doc);
    tidy_heals(member(doc, "timeline"));
    tidy_members(member(doc, "cluster"));
    for (cJSON *part = member(doc, "cluster") ? member(doc, "cluster")->child : NULL; part;) {
        cJSON *next = part->next;
        drop_if_empty(member(doc, "cluster"), part->string);
        part = next;
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        drop_if_empty(doc, parts[i]);
}
