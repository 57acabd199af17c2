/*
 * conflict.c: merging two versions, whatever they are.
 */
#include "db/conflict/conflict.h"

#include <string.h>

#include "base/bytes.h"
#include "db/conflict/object.h"

/* A plain version and an object of one key, or objects of two kinds, meet when a table was
 * configured anew: the higher kind is kept, which is a law like any other. */
static enum merged merge_by_order(const struct version *first, const struct version *second)
{
    if (first->kind != second->kind)
        return second->kind > first->kind ? MERGED_SECOND : MERGED_FIRST;
    return version_compare(second, first) > 0 ? MERGED_SECOND : MERGED_FIRST;
}

static bool is_same(const struct version *version, int64_t timestamp, struct bytes value)
{
    return version->timestamp == timestamp && bytes_compare(version->value, value) == 0;
}

static enum merged merge_objects(struct heap *memory, const struct version *first,
                                 const struct version *second, struct version *both)
{
    struct scratch scratch = {.memory = memory};
    struct builder builder = builder_of(memory);
    struct object_of_kind a, b;
    bool are_whole = object_decode(&scratch, first, first->kind, &a) &&
                     object_decode(&scratch, second, second->kind, &b);
    CHECK_WHY(are_whole, "only whole objects are merged");
    struct object_of_kind all = object_sync(&scratch, &a, &b);
    object_encode(&builder, &all);
    scratch_end(&scratch);
    struct bytes value = builder_end(&builder);
    int64_t timestamp = MAX(first->timestamp, second->timestamp);
    *both = (struct version){.timestamp = timestamp, .kind = first->kind, .value = value};
    bool is_first = is_same(first, timestamp, value), is_second = is_same(second, timestamp, value);
    if (!is_first && !is_second)
        return MERGED_BOTH;
    heap_free(memory, builder.data);
    return is_first ? MERGED_FIRST : MERGED_SECOND;
}

enum merged conflict_merge(struct heap *memory, const struct version *first,
                           const struct version *second, struct version *both)
{
    if (first->kind == VERSION_PLAIN || first->kind != second->kind)
        return merge_by_order(first, second);
    if (version_compare(first, second) == 0)
        return MERGED_FIRST;
    return merge_objects(memory, first, second, both);
}

static struct bytes copy_of(struct heap *memory, struct bytes bytes)
{
    uint8_t *copy = heap_alloc(memory, bytes.size);
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    return (struct bytes){copy, bytes.size};
}

void conflict_fold(struct heap *memory, struct version *into, const struct version *from)
{
    struct version both;
    enum merged merged =
        into->timestamp == 0 ? MERGED_SECOND : conflict_merge(memory, into, from, &both);
    if (merged == MERGED_FIRST)
        return;
    if (merged == MERGED_SECOND) {
        both = *from;
        both.value = copy_of(memory, from->value);
    }
    if (into->value.data)
        heap_free(memory, (void *)(uintptr_t)into->value.data);
    *into = both;
}

bool conflict_is_whole(struct heap *memory, const struct version *version)
{
    struct scratch scratch = {.memory = memory};
    struct object_of_kind object;
    if (version->kind == VERSION_PLAIN)
        return true;
    bool is_whole = version->kind < VERSION_KIND_COUNT && !version->is_tombstone &&
                    version->timestamp != 0 &&
                    object_decode(&scratch, version, version->kind, &object);
    scratch_end(&scratch);
    return is_whole;
}
