/*
 * load_tables.c: how tables resolve their conflicts.
 *
 *   "tables": {"cart":  {"conflicts": "siblings"},
 *              "tags":  {"conflicts": "siblings", "merge": "union"},
 *              "old":   {"conflicts": "vector", "truncate": 3},
 *              "likes": {"conflicts": "counter"},
 *              "user":  {"conflicts": "lww", "timestamp": "hlc"}}
 *
 * A table is what stands before the first ':' of a key.
 */
#include "scenario/loader.h"

#include <string.h>

static const char *const conflict_words[] = {"lww", "siblings", "vector", "counter",
                                             "set", "map",      "dvv"};
static const uint8_t conflict_kinds[] = {VERSION_PLAIN,   VERSION_SIBLINGS, VERSION_VECTOR,
                                         VERSION_COUNTER, VERSION_SET,      VERSION_MAP,
                                         VERSION_SIBLINGS};
_Static_assert(ARRAY_LEN(conflict_words) == ARRAY_LEN(conflict_kinds), "a kind for each word");

const char *conflicts_name(const struct table_config *table)
{
    return conflict_words[table->kind]; /* the words stand in the order of the kinds */
}

static const char *load_table_name(struct json_value member)
{
    const char *name = json_value_key(member);
    if (strlen(name) == 0 || strlen(name) >= TABLE_NAME_MAX || strchr(name, ':'))
        json_fail(member, "expected a table's name: 1 to %d characters, none of them ':'",
                  TABLE_NAME_MAX - 1);
    return name;
}

/* What only one way of resolving conflicts has. */
static struct json_value detail(struct json_object *object, const char *key, bool is_for_kind,
                                const char *kind)
{
    struct json_value value = json_object_get(object, key);
    if (!is_for_kind && json_value_kind(value) != JSON_MISSING)
        json_fail(value, "this belongs to \"conflicts\": \"%s\"", kind);
    return value;
}

static void load_table(struct json_value member, struct table_config *table)
{
    static const char *const stamps[] = {"coordinator", "client", "hlc"};
    const char *functions[FUNCTION_COUNT];
    struct json_object object = json_object_open(member);
    const char *name = load_table_name(member);
    strncpy(table->name, name, TABLE_NAME_MAX - 1);
    for (uint32_t i = 0; i < FUNCTION_COUNT; i++)
        functions[i] = merge_function_name(i);
    struct json_value conflicts = json_object_get(&object, "conflicts");
    table->kind =
        conflict_kinds[json_read_word(conflicts, conflict_words, ARRAY_LEN(conflict_words), 0)];
    table->stamp =
        (uint8_t)json_read_word(detail(&object, "timestamp", table->kind == VERSION_PLAIN, "lww"),
                                stamps, STAMP_SOURCE_COUNT, STAMP_COORDINATOR);
    table->function = (uint8_t)json_read_word(
        detail(&object, "merge", table->kind == VERSION_SIBLINGS, "siblings"), functions,
        FUNCTION_COUNT, FUNCTION_NONE);
    table->truncate = (uint8_t)json_read_int(
        detail(&object, "truncate", table->kind == VERSION_VECTOR, "vector"), 1, 100, 0);
    json_object_finish(&object);
}

void load_tables(struct loader *loader, struct json_value value)
{
    struct node_config *node = &loader->scenario->node;
    struct json_object map = json_object_open(value);
    struct json_value member;
    while (json_object_next(&map, &member)) {
        if (node->table_count == TABLES_MAX) {
            json_fail(member, "expected at most %d tables", TABLES_MAX);
            return;
        }
        load_table(member, &node->tables[node->table_count]);
        node->table_count++;
    }
}
