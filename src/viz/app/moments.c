/*
 * moments.c: keeping what was made, for as long as it is true.
 */
#include "viz/app/moments.h"

#include <string.h>

static struct moment_key key_of(const struct stage *stage, uint32_t what)
{
    return (struct moment_key){stage_branch_now(stage), what, stage_step(stage),
                               stage_records(stage)};
}

static bool is_same(struct moment_key a, struct moment_key b)
{
    return a.branch == b.branch && a.what == b.what && a.step == b.step && a.records == b.records;
}

bool moments_open(struct moments *moments, const char **why)
{
    memset(moments, 0, sizeof *moments);
    if (!region_open(&moments->region, REGION_RESERVE_PLAN, NULL, why))
        return false;
    struct heap *heaps = region_create_root(&moments->region, 6 * sizeof *heaps);
    for (uint32_t i = 0; i < 6; i++)
        heap_init(&heaps[i], moments->region.header);
    moments->before.heap = &heaps[0];
    moments->marked.heap = &heaps[1];
    moments->marks_heap = &heaps[2];
    moments->inside_heap = &heaps[3];
    moments->table_heap = &heaps[4];
    moments->versions_heap = &heaps[5];
    return true;
}

void moments_close(struct moments *moments)
{
    region_close(&moments->region);
}

void moments_forget(struct moments *moments)
{
    moments->before.is_there = moments->marked.is_there = false;
    moments->has_marks = moments->has_inside = moments->has_versions = false;
}

/* --- pictures ----------------------------------------------------------------------------- */

static void keep_present(struct kept_picture *kept, const struct stage *stage)
{
    heap_drop(kept->heap);
    stage_picture(stage, kept->heap, &kept->picture);
    kept->key = key_of(stage, 0);
    kept->is_there = true;
}

/* The key of a picture of the step before is that of the present which it belongs to. */
void moments_step(struct moments *moments, struct stage *stage)
{
    keep_present(&moments->before, stage);
    stage_forward(stage);
    moments->before.key = key_of(stage, 0);
}

void moments_seek(struct moments *moments, struct stage *stage, uint64_t step)
{
    stage_seek(stage, step > 0 ? step - 1 : 0);
    if (step > 0)
        moments_step(moments, stage);
}

void moments_mark(struct moments *moments, const struct stage *stage, vtime clock)
{
    moments->marked_at = clock;
    keep_present(&moments->marked, stage);
    moments->has_marks = false;
}

void moments_unmark(struct moments *moments)
{
    moments->marked.is_there = moments->has_marks = false;
}

bool moments_is_marked_here(const struct moments *moments, const struct stage *stage)
{
    return moments->marked.is_there && is_same(moments->marked.key, key_of(stage, 0));
}

static const struct picture *picture_before(struct moments *moments, struct stage *stage)
{
    struct kept_picture *before = &moments->before;
    if (before->is_there && is_same(before->key, key_of(stage, 0)))
        return &before->picture;
    heap_drop(before->heap);
    before->is_there = stage_picture_before(stage, before->heap, &before->picture);
    before->key = key_of(stage, 0);
    return before->is_there ? &before->picture : NULL;
}

const struct marks *moments_marks(struct moments *moments, struct stage *stage,
                                  const struct picture *picture, bool is_moving)
{
    const struct picture *other = moments->marked.is_there ? &moments->marked.picture : NULL;
    struct moment_key key = key_of(stage, moments->marked.is_there);
    if (moments->has_marks && is_same(moments->marks_key, key))
        return &moments->marks;
    if (!other && !is_moving)
        other = picture_before(moments, stage);
    moments->has_marks = other != NULL;
    moments->marks_key = key;
    if (!other)
        return NULL;
    heap_drop(moments->marks_heap);
    marks_between(other, picture, moments->marks_heap, &moments->marks);
    return &moments->marks;
}

/* --- looking closely ---------------------------------------------------------------------- */

const struct inside *moments_inside(struct moments *moments, const struct stage *stage,
                                    uint32_t node)
{
    struct moment_key key = key_of(stage, node);
    if (moments->has_inside && is_same(moments->inside_key, key))
        return &moments->inside;
    heap_drop(moments->inside_heap);
    stage_inside(stage, node, moments->inside_heap, &moments->inside);
    moments->inside_key = key;
    moments->has_inside = true;
    return &moments->inside;
}

const struct key_versions *moments_versions(struct moments *moments, const struct stage *stage,
                                            uint32_t index)
{
    struct moment_key key = key_of(stage, index);
    if (!moments->has_versions || !is_same(moments->versions_key, key)) {
        heap_drop(moments->versions_heap);
        stage_versions(stage, index, moments->versions_heap, &moments->versions);
    }
    moments->versions_key = key;
    moments->has_versions = true;
    return &moments->versions;
}
