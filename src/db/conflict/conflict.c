/*
 * conflict.c: the table of kinds.
 */
#include "db/conflict/conflict.h"

#include <string.h>

static enum merged merge_plain(const struct version *first, const struct version *second)
{
    return version_compare(second, first) > 0 ? MERGED_SECOND : MERGED_FIRST;
}

enum merged conflict_merge(struct heap *memory, const struct version *first,
                           const struct version *second, struct version *both)
{
    (void)memory;
    (void)both;
    return merge_plain(first, second);
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

bool conflict_is_whole(const struct version *version)
{
    return version->kind == VERSION_PLAIN;
}
