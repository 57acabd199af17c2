/*
 * hint_memory.c: the hints of a node in its memory.
 *
 * A hint is found by its identity (files), by request and target (an acknowledgement takes it
 * back), by key (a sloppy read), and stands in the queue of its target (delivery).
 */
#include "db/hint/hint_parts.h"

#include "base/bytes.h"
#include "base/mix.h"
#include "db/about.h"
#include "db/conflict/conflict.h"

uint64_t hints_about(const struct env *env, uint64_t what)
{
    return about_node(ABOUT_HINT, env->self, what & 0xffffffffffff);
}

static uint64_t owner_key(uint64_t request, uint32_t target)
{
    return mix_pair(request, target + UINT64_C(1));
}

void hint_open(const struct hint *hint, struct bytes *key, struct version *version)
{
    *version = (struct version){0};
    CHECK(row_decode(hint->row, key, version) == hint->row.size);
}

struct hint *hint_in(const struct table *table, uint64_t key)
{
    return (struct hint *)(uintptr_t)table_get(table, key, 0);
}

struct hint *hints_find(const struct hints *hints, uint64_t request, uint32_t target)
{
    struct hint *hint = hint_in(&hints->by_owner, owner_key(request, target));
    return hint && hint->request == request && hint->target == target ? hint : NULL;
}

struct hint_segment *hint_segment_of(struct hints *hints, uint32_t number)
{
    for (uint32_t i = 0; i < hints->segment_count; i++)
        if (hints->segments[i].number == number)
            return &hints->segments[i];
    return NULL;
}

void hint_link(struct node *node, struct hint *hint)
{
    struct hints *hints = &node->hints;
    struct hint_queue *queue = hint_queue_of(node, hint->target);
    hint->previous = queue->last;
    if (queue->last)
        queue->last->next = hint;
    else
        queue->first = hint;
    queue->last = hint;
    queue->count++;
    queue->bytes += hint->row.size;
    hints->count++;
    hints->bytes += hint->row.size;
    hint->next_alike = hint_in(&hints->by_key, hint->key);
    table_set(&hints->by_key, hint->key, (uint64_t)(uintptr_t)hint);
    table_set(&hints->by_id, hint->id, (uint64_t)(uintptr_t)hint);
    table_set(&hints->by_owner, owner_key(hint->request, hint->target),
              (uint64_t)(uintptr_t)hint);
    hint_segment_of(hints, hint->file)->live++;
}

static void unlink_alike(struct hints *hints, struct hint *hint)
{
    struct hint *at = hint_in(&hints->by_key, hint->key);
    if (at == hint && !hint->next_alike) {
        table_remove(&hints->by_key, hint->key);
    } else if (at == hint) {
        table_set(&hints->by_key, hint->key, (uint64_t)(uintptr_t)hint->next_alike);
    } else {
        while (at->next_alike != hint)
            at = at->next_alike;
        at->next_alike = hint->next_alike;
    }
}

void hint_unlink(struct node *node, struct hint *hint)
{
    struct hints *hints = &node->hints;
    struct hint_queue *queue = hint_queue_of(node, hint->target);
    *(hint->previous ? &hint->previous->next : &queue->first) = hint->next;
    *(hint->next ? &hint->next->previous : &queue->last) = hint->previous;
    queue->count--;
    queue->bytes -= hint->row.size;
    hints->count--;
    hints->bytes -= hint->row.size;
    unlink_alike(hints, hint);
    table_remove(&hints->by_id, hint->id);
    if (hints_find(hints, hint->request, hint->target) == hint)
        table_remove(&hints->by_owner, owner_key(hint->request, hint->target));
    hint_segment_of(hints, hint->file)->live--;
}

void hint_free(struct env *env, struct hint *hint)
{
    free_bytes(env, hint->row);
    env_release(env, hint);
}

/* The hint of a record for its n-th target. */
struct hint *hint_make(struct env *env, const struct hint_record *record, uint32_t n,
                       uint32_t file)
{
    struct hint *hint = env_allocate(env, sizeof *hint);
    uint32_t size = row_size(record->key, &record->version);
    uint8_t *row = env_allocate(env, size);
    row_encode(row, record->key, &record->version);
    *hint = (struct hint){.id = record->id + n,
                          .request = record->request,
                          .created_ns = record->created_ns,
                          .row = {row, size},
                          .key = key_token(record->key),
                          .target = record->targets[n],
                          .file = file,
                          .told_to = HINT_NOBODY,
                          .is_stand_in = record->is_stand_in,
                          .is_durable = true};
    return hint;
}

struct bytes hints_merge(const struct node *node, struct env *env, struct bytes key,
                         struct version *version)
{
    struct bytes memory = {NULL, 0}, held;
    struct version own, both;
    const struct hint *hint =
        env->config->hints.is_on ? hint_in(&node->hints.by_key, key_token(key)) : NULL;
    for (; hint; hint = hint->next_alike) {
        hint_open(hint, &held, &own);
        if (bytes_compare(held, key) != 0)
            continue; /* another key of the same token */
        enum merged merged = conflict_merge(env->memory, version, &own, &both);
        if (merged == MERGED_FIRST)
            continue;
        free_bytes(env, memory);
        memory = merged == MERGED_BOTH ? both.value : (struct bytes){NULL, 0};
        *version = merged == MERGED_BOTH ? both : own;
    }
    return memory;
}
