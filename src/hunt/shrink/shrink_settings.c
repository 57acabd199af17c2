/*
 * shrink_settings.c: members of objects, without which their defaults hold.
 *
 * All of them in the order of the document, an object before what is in it; so a large piece is
 * often a whole section. What a scenario cannot be without, the loader refuses. Never taken: the
 * checks, which say what fails; name, seed and duration; and when an operation begins, since
 * without it the operation would hang on the one before.
 */
#include <stdlib.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

struct members {
    cJSON **list, **owners;
    uint32_t count, room;
};

static void add_member(struct members *members, cJSON *owner, cJSON *item)
{
    if (members->count == members->room) {
        members->room = 2 * members->room + 64;
        members->list = realloc(members->list, members->room * sizeof *members->list);
        members->owners = realloc(members->owners, members->room * sizeof *members->owners);
        CHECK_WHY(members->list && members->owners, "out of memory");
    }
    members->owners[members->count] = owner;
    members->list[members->count++] = item;
}

static bool is_word(const char *key, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], key) == 0)
            return true;
    return false;
}

static void list_members(struct members *members, cJSON *value, uint32_t depth)
{
    static const char *const top[] = {"checks",   "name",    "seed",          "duration", "clients",
                                      "timeline", "cluster", "interventions", "about",    "title"};
    static const char *const needed[] = {"at", "name", "script", "nodes"};
    bool is_object = cJSON_IsObject(value);
    for (cJSON *child = value->child; child; child = child->next) {
        bool is_top = depth == 0 && is_word(child->string, top, ARRAY_LEN(top));
        if (is_object && !is_top && !is_word(child->string, needed, ARRAY_LEN(needed)))
            add_member(members, value, child);
        if (depth > 0 || strcmp(child->string, "checks") != 0)
            list_members(members, child, depth + 1);
    }
}

static uint32_t count_settings(const cJSON *doc)
{
    struct members members = {0};
    list_members(&members, (cJSON *)(uintptr_t)doc, 0);
    free(members.list);
    free(members.owners);
    return members.count;
}

/* From the last to the first: what is inside goes before what is around it. */
static void remove_settings(cJSON *doc, uint32_t from, uint32_t to)
{
    struct members members = {0};
    list_members(&members, doc, 0);
    for (uint32_t i = to; i-- > from;)
        cJSON_Delete(cJSON_DetachItemViaPointer(members.owners[i], members.list[i]));
    free(members.list);
    free(members.owners);
}

const struct shrink_list shrink_settings = {"settings", "setting", count_settings,
                                            remove_settings};
