/*
 * level.c: how many replicas a consistency level asks for.
 */
#include "db/level.h"

uint32_t level_needed(enum level level, uint32_t explicit_count, uint32_t replication)
{
    CHECK(replication >= 1);
    switch (level) {
    case LEVEL_ONE:
    case LEVEL_ANY: return 1;
    case LEVEL_QUORUM: return replication / 2 + 1; /* two majorities always share a replica */
    case LEVEL_ALL: return replication;
    case LEVEL_EXPLICIT: return MIN(MAX(explicit_count, 1), replication);
    case LEVEL_DEFAULT:
    case LEVEL_COUNT: break;
    }
    CHECK_WHY(false, "the level must have been resolved before");
    return replication;
}

const char *level_name(enum level level)
{
    static const char *const names[] = {
        [LEVEL_DEFAULT] = "default", [LEVEL_ONE] = "one",           [LEVEL_QUORUM] = "quorum",
        [LEVEL_ALL] = "all",         [LEVEL_EXPLICIT] = "explicit",
        [LEVEL_ANY] = "any",
    };
    _Static_assert(ARRAY_LEN(names) == LEVEL_COUNT, "every level has a name");
    return (uint32_t)level < LEVEL_COUNT ? names[level] : "unknown";
}
