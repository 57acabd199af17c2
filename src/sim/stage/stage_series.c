/*
 * stage_series.c: samples of metrics, for each branch as far as it has been run.
 *
 * Samples are taken when a step is passed that was never passed before in its branch; going
 * back and forth takes none twice. A new branch has its parent's samples of the time before.
 */
#include "sim/stage/stage_parts.h"

static struct metrics *series_now(const struct stage *stage)
{
    return &stage->series[stage->travel.current];
}

const struct metrics *stage_metrics(const struct stage *stage)
{
    return series_now(stage);
}

const struct metrics *stage_metrics_of(const struct stage *stage, uint32_t branch)
{
    return &stage->series[branch];
}

static void take_samples(void *host)
{
    struct stage *stage = host;
    metrics_pass(series_now(stage), stage->world);
    stage->travel.watcher.due = metrics_due(series_now(stage));
}

void stage_watch_series(struct stage *stage, uint32_t branch)
{
    stage->travel.watcher =
        (struct travel_watcher){metrics_due(&stage->series[branch]), take_samples, stage};
}

void stage_begin_series(struct stage *stage)
{
    stage->series_room = 8;
    stage->series = heap_alloc(&stage->heap, stage->series_room * sizeof *stage->series);
    metrics_begin(&stage->series[0], &stage->heap, stage->world);
    metrics_pass(&stage->series[0], stage->world); /* what is due before the first step */
    stage_watch_series(stage, 0);
}

void stage_branch_series(struct stage *stage, uint32_t parent)
{
    uint32_t branch = stage->travel.current;
    if (branch >= stage->series_room) {
        stage->series_room *= 2;
        stage->series = heap_resize(&stage->heap, stage->series,
                                    stage->series_room * sizeof *stage->series);
    }
    metrics_copy_until(&stage->series[branch], &stage->series[parent], stage_now(stage));
    stage_watch_series(stage, branch);
}
