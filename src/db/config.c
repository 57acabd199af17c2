/*
 * config.c: looking a table up.
 */
#include "db/config.h"

#include <string.h>

const struct table_config *config_table(const struct node_config *config, struct bytes key)
{
    static const struct table_config standard = {.kind = VERSION_PLAIN};
    struct bytes name = table_of_key(key);
    for (uint32_t i = 0; i < config->table_count; i++) {
        const char *table = config->tables[i].name;
        if (strlen(table) == name.size && memcmp(table, name.data, name.size) == 0)
            return &config->tables[i];
    }
    return &standard;
}
