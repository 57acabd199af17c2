/*
 * marks.c: comparing two pictures.
 */
#include "sim/picture/marks.h"

#include <string.h>

/* --- keys --------------------------------------------------------------------------------- */

static bool is_same_key(const struct picture_key *a, const struct picture_key *b)
{
    return a->token == b->token && strcmp(a->name, b->name) == 0;
}

/* Nearly always at the same place. */
static const struct picture_key *key_in(const struct picture *picture,
                                        const struct picture_key *key, uint32_t likely)
{
    if (likely < picture->key_count && is_same_key(&picture->keys[likely], key))
        return &picture->keys[likely];
    for (uint32_t i = 0; i < picture->key_count; i++)
        if (is_same_key(&picture->keys[i], key))
            return &picture->keys[i];
    return NULL;
}

static const struct picture_replica *replica_on(const struct picture_key *key, uint32_t node)
{
    for (uint32_t i = 0; key && i < key->replica_count; i++)
        if (key->replicas[i].node == node)
            return &key->replicas[i];
    return NULL;
}

/* Is there something in the node's memory? */
static bool is_held(const struct picture_replica *replica)
{
    return replica && replica->is_running && !replica->is_absent;
}

static uint8_t compare_replicas(const struct picture_replica *before,
                                const struct picture_replica *now)
{
    if (is_held(before) != is_held(now))
        return is_held(now) ? MARK_NEW : MARK_REMOVED;
    if (is_held(now))
        return before->digest == now->digest ? MARK_NONE : MARK_CHANGED;
    return !before || before->is_running == now->is_running ? MARK_NONE : MARK_CHANGED;
}

static void compare_key(const struct picture_key *before, const struct picture_key *now,
                        uint32_t index, struct marks *marks)
{
    uint8_t *cells = &marks->cells[index * marks->node_count];
    uint32_t marked = 0;
    for (uint32_t i = 0; i < now->replica_count; i++) {
        uint32_t node = now->replicas[i].node;
        cells[node] = compare_replicas(replica_on(before, node), &now->replicas[i]);
        marked += cells[node] != MARK_NONE;
    }
    marks->keys[index] = !before ? MARK_NEW : marked ? MARK_CHANGED : MARK_NONE;
    marks->count += marked;
}

/* --- nodes -------------------------------------------------------------------------------- */

static void compare_nodes(const struct picture_node *a, const struct picture_node *b,
                          uint8_t *fields, struct marks *marks)
{
    const bool differ[NODE_FIELD_COUNT] = {
        [NODE_FIELD_STATE] = a->state != b->state,
        [NODE_FIELD_INCARNATION] = a->incarnation != b->incarnation,
        [NODE_FIELD_WAITING] = a->waiting != b->waiting,
        [NODE_FIELD_SUSPECTED] = a->suspected_by != b->suspected_by,
        [NODE_FIELD_KEYS] = a->keys != b->keys,
        [NODE_FIELD_APPENDED] = a->log_appended_to != b->log_appended_to,
        [NODE_FIELD_SYNCED] = a->log_synced_to != b->log_synced_to,
        [NODE_FIELD_UNSYNCED] = a->unsynced_bytes != b->unsynced_bytes,
        [NODE_FIELD_DISK] = a->disk_bytes != b->disk_bytes,
        [NODE_FIELD_CLOCK] = a->clock_jumped_ns != b->clock_jumped_ns ||
                             a->clock_drift_ppb != b->clock_drift_ppb,
    };
    for (uint32_t i = 0; i < NODE_FIELD_COUNT; i++) {
        fields[i] = differ[i] ? MARK_CHANGED : MARK_NONE;
        marks->count += differ[i];
    }
}

void marks_between(const struct picture *before, const struct picture *now, struct heap *scratch,
                   struct marks *marks)
{
    uint32_t keys = now->key_count, nodes = now->node_count;
    *marks = (struct marks){.key_count = keys,
                            .node_count = nodes,
                            .keys = heap_alloc(scratch, keys),
                            .cells = heap_alloc(scratch, (size_t)keys * nodes),
                            .fields = heap_alloc(scratch, (size_t)nodes * NODE_FIELD_COUNT)};
    for (uint32_t i = 0; i < keys; i++)
        compare_key(key_in(before, &now->keys[i], i), &now->keys[i], i, marks);
    for (uint32_t i = 0; i < nodes && i < before->node_count; i++)
        compare_nodes(&before->nodes[i], &now->nodes[i], &marks->fields[i * NODE_FIELD_COUNT],
                      marks);
}
