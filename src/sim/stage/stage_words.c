/*
 * stage_words.c: what records speak of, for whoever looks for some of them.
 *
 * A record names nodes and keys in its fields; that it is about a key may also be known only
 * from the operation that it belongs to. The types of the fields stand in the table of kinds, so
 * a new kind of record is found here by itself.
 */
#include "sim/stage/stage_parts.h"

#include <string.h>

#include "db/ring/placement.h"
#include "sim/picture/view.h"

uint32_t stage_kind_count(void)
{
    return TRACE_KIND_COUNT;
}

const char *stage_kind(uint32_t kind)
{
    return trace_kind_table[kind].name;
}

static bool has_field(const struct tape_record *record, uint32_t type, uint64_t value)
{
    for (uint32_t i = 0; i < 3; i++)
        if (trace_kind_table[record->kind].field[i].type == type && record->field[i] == value)
            return true;
    return false;
}

bool stage_names_actor(const struct tape_record *record, uint32_t actor)
{
    return record->actor == actor || has_field(record, FIELD_NODE, actor);
}

bool stage_names_key(const struct tape_record *record, uint64_t token)
{
    return has_field(record, FIELD_KEY, token);
}

uint64_t stage_token(const char *key)
{
    return key_token((struct bytes){(const uint8_t *)key, (uint32_t)strlen(key)});
}

void stage_add_requests(const struct stage *stage, uint64_t token, struct table *requests)
{
    const struct clientele *clientele = &stage->world->state->clients;
    const uint64_t *key = table_find(&clientele->keys, token);
    for (uint64_t i = 0; key && i < chain_count(&clientele->history); i++) {
        const struct operation *operation = history_at(stage->world, (uint32_t)i);
        if (operation->key == *key)
            table_set(requests, operation->request, 1);
    }
}
