/*
 * stage_bend.c: deeds that take more than a plain action, because the action refers to something:
 * groups, a link's new ways, an operation.
 *
 * What they refer to is kept in the stage's own memory, for as long as the stage: every branch
 * that it was done in may be run again at any time.
 */
#include <string.h>

#include "base/text.h"
#include "db/env.h"
#include "db/timers.h"
#include "sim/stage/stage_parts.h"
#include "sim/picture/view.h"

/* --- links ---------------------------------------------------------------------------------- */

/* `node` is the one that it is about, for the name of the branch. */
static uint32_t split(struct stage *stage, uint32_t node, uint32_t count, const uint32_t *members,
                      const uint32_t *group_of)
{
    struct partition_groups *groups = heap_alloc(&stage->heap, sizeof *groups);
    uint32_t *kept = heap_alloc(&stage->heap, 2 * count * sizeof *kept), group_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = members[i];
        kept[count + i] = group_of[i];
        group_count = MAX(group_count, group_of[i] + 1);
    }
    *groups = (struct partition_groups){group_count, count, kept, kept + count};
    struct action action = {.kind = ACTION_PARTITION, .target = node, .groups = groups};
    return stage_do(stage, &action);
}

uint32_t stage_partition(struct stage *stage, uint32_t count, const uint32_t *members,
                         const uint32_t *group_of)
{
    return split(stage, ALL_MEMBERS, count, members, group_of);
}

uint32_t stage_isolate(struct stage *stage, uint32_t node)
{
    uint32_t count = stage->world->scenario->node.nodes;
    uint32_t *members = heap_alloc(&stage->heap, 2 * count * sizeof *members);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = i;
        members[count + i] = i == node;
    }
    uint32_t branch = split(stage, node, count, members, members + count);
    heap_free(&stage->heap, members);
    return branch;
}

uint32_t stage_change_links(struct stage *stage, uint32_t node, vtime latency, uint32_t loss_ppb)
{
    struct link_config *link = heap_alloc(&stage->heap, sizeof *link);
    *link = stage->world->scenario->network.nodes;
    if (latency > 0)
        link->latency = distribution_constant(latency);
    link->loss_ppb = MAX(link->loss_ppb, loss_ppb);
    struct action action = {
        .kind = ACTION_LINK, .target = node, .other = ALL_MEMBERS, .link = link};
    return stage_do(stage, &action);
}

/* --- machines --------------------------------------------------------------------------------- */

uint32_t stage_rot(struct stage *stage, uint32_t node)
{
    enum { OFFSET = 64 };
    struct action action = {.kind = ACTION_DISK_CORRUPT,
                            .target = node,
                            .file_kind = FILE_LOG,
                            .amount = OFFSET};
    return stage_do(stage, &action);
}

uint32_t stage_fire_timer(struct stage *stage, const struct picture_timer *timer)
{
    static const uint32_t kinds[] = {[PICTURE_TIMER_OPERATION] = TIMER_OPERATION,
                                     [PICTURE_TIMER_HEARTBEAT] = TIMER_HEARTBEAT,
                                     [PICTURE_TIMER_LOG_SYNC] = TIMER_LOG_SYNC,
                                     [PICTURE_TIMER_TOPOLOGY] = TIMER_TOPOLOGY,
                                     [PICTURE_TIMER_SPECULATE] = TIMER_SPECULATE,
                                     [PICTURE_TIMER_REPAIR] = TIMER_REPAIR,
                                     [PICTURE_TIMER_TOMBSTONES] = TIMER_TOMBSTONES,
                                     [PICTURE_TIMER_HINTS] = TIMER_HINTS,
                                     [PICTURE_TIMER_HINT_BATCH] = TIMER_HINT_BATCH,
                                     [PICTURE_TIMER_GOSSIP] = TIMER_GOSSIP,
                                     [PICTURE_TIMER_RANGES] = TIMER_RANGES,
                                     [PICTURE_TIMER_PROBE] = TIMER_PROBE,
                                     [PICTURE_TIMER_SUSPICION] = TIMER_SUSPICION,
                                     [PICTURE_TIMER_SPREAD] = TIMER_SPREAD};
    _Static_assert(ARRAY_LEN(kinds) >= TIMER_KIND_COUNT, "every timer can be fired");
    CHECK(timer->kind < ARRAY_LEN(kinds) && timer->kind != PICTURE_TIMER_CLIENT);
    struct action action = {.kind = ACTION_FIRE_TIMER,
                            .target = timer->owner,
                            .mode = kinds[timer->kind],
                            .identity = timer->about};
    return stage_do(stage, &action);
}

/* --- clients -------------------------------------------------------------------------- */

static char *keep_text(struct stage *stage, const char *text)
{
    char *copy = heap_alloc(&stage->heap, strlen(text) + 1);
    return memcpy(copy, text, strlen(text) + 1);
}

bool stage_key_text(const struct stage *stage, uint64_t token, char *text, uint32_t size)
{
    const uint64_t *index = table_find(&stage->world->state->clients.keys, token);
    if (!index)
        return false;
    struct bytes key = world_key(stage->world, (uint32_t)*index);
    if (key.size >= size)
        return false;
    memcpy(text, key.data, key.size);
    text[key.size] = '\0';
    return true;
}

uint32_t stage_operate(struct stage *stage, uint32_t client, enum stage_operation operation,
                       const char *key, const char *value)
{
    static const uint8_t kinds[] = {[STAGE_GET] = OPERATION_GET,
                                    [STAGE_PUT] = OPERATION_PUT,
                                    [STAGE_DELETE] = OPERATION_DELETE};
    struct operation_plan *plan = heap_alloc(&stage->heap, sizeof *plan);
    *plan = (struct operation_plan){.label = "",
                                    .kind = kinds[operation],
                                    .via = ANY_NODE,
                                    .key = keep_text(stage, key),
                                    .timeout_ns = 2 * SECOND,
                                    .after = -1};
    if (operation == STAGE_PUT)
        plan->value = (struct bytes){(const uint8_t *)keep_text(stage, value),
                                     (uint32_t)strlen(value)};
    struct action action = {.kind = ACTION_OPERATION, .target = client, .operation = plan};
    return stage_do(stage, &action);
}
