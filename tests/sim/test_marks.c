/*
 * test_marks.c: marks against a comparison by hand, on random steps of a stormy run.
 *
 * The two pictures are told as text, a line for each cell, without any of the code under
 * test; a cell is marked exactly where its two lines differ, and by what they say.
 */
#include "sim/cluster.h"

#include <stdio.h>
#include <string.h>

#include "base/mix.h"
#include "sim/picture/marks.h"
#include "sim/stage/stage.h"

static const char stormy[] =
    "'duration': '8s', 'cluster': {'nodes': 5, 'heartbeat': '200ms', 'suspect_after': '700ms', "
    "'log': {'sync': 'group', 'segment': '2KiB', 'checkpoint_every': '4KiB'}}, 'network': "
    "{'loss': '3%'}, 'clients': [{'name': 'c', 'count': 4, 'think': {'exponential': '20ms'}, "
    "'timeout': '300ms', 'mix': {'get': 1, 'put': 5, 'delete': 3}, 'keys': {'count': 30}}], "
    "'timeline': [{'at': '1s', 'crash': 'n2', 'unsynced': 'random'}, {'at': '2s', 'restart': "
    "'n2'}, {'at': '2500ms', 'partition': [['n1', 'n2'], ['n3', 'n4', 'n5']]}, {'at': '4s', "
    "'heal': 'all'}, {'at': '5s', 'clock_jump': 'n3', 'by': '-1s'}, {'at': '6s', 'clock_drift': "
    "'n4', 'by': '100ppm'}]";

struct view {
    struct cluster c;
    struct stage *stage;
    struct region region;
    struct heap *heap;
};

static void view_open(struct view *view)
{
    const char *why = NULL;
    cluster_open(&view->c, stormy);
    view->stage = stage_open(&view->c.world, view->c.scenario, 1, &why);
    assert_non_null(view->stage);
    assert_true(region_open(&view->region, REGION_RESERVE_PLAN, NULL, &why));
    view->heap = region_create_root(&view->region, sizeof *view->heap);
    heap_init(view->heap, view->region.header);
}

static void view_close(struct view *view)
{
    stage_close(view->stage);
    cluster_close(&view->c);
    region_close(&view->region);
}

/* What stands in a cell, in words: "" there is none, "-" nothing is held there, "down" nobody
 * can say. */
static void cell_text(const struct picture *picture, const char *key, uint32_t node, char *text)
{
    strcpy(text, "");
    for (uint32_t i = 0; i < picture->key_count; i++)
        for (uint32_t r = 0; r < picture->keys[i].replica_count; r++) {
            const struct picture_replica *replica = &picture->keys[i].replicas[r];
            if (strcmp(picture->keys[i].name, key) != 0 || replica->node != node)
                continue;
            if (!replica->is_running)
                strcpy(text, "down");
            else if (replica->is_absent)
                strcpy(text, "-");
            else
                snprintf(text, 120, "%s@%lld%s", replica->value, (long long)replica->timestamp,
                         replica->is_tombstone ? " deleted" : "");
        }
}

static bool is_held(const char *text)
{
    return strchr(text, '@') != NULL;
}

static uint8_t mark_of(const char *before, const char *now)
{
    if (strcmp(before, now) == 0 || (strcmp(before, "") == 0 && !is_held(now)))
        return MARK_NONE;
    if (is_held(before) && is_held(now))
        return MARK_CHANGED;
    return is_held(now) ? MARK_NEW : is_held(before) ? MARK_REMOVED : MARK_CHANGED;
}

static uint32_t count_by_hand(const struct picture *before, const struct picture *now,
                              const struct marks *marks)
{
    char a[160], b[160];
    uint32_t count = 0;
    for (uint32_t k = 0; k < now->key_count; k++)
        for (uint32_t r = 0; r < now->keys[k].replica_count; r++) {
            uint32_t node = now->keys[k].replicas[r].node;
            cell_text(before, now->keys[k].name, node, a);
            cell_text(now, now->keys[k].name, node, b);
            assert_int_equal(marks_cell(marks, k, node), mark_of(a, b));
            count += mark_of(a, b) != MARK_NONE;
        }
    for (uint32_t n = 0; n < now->node_count; n++) {
        const struct picture_node *x = &before->nodes[n], *y = &now->nodes[n];
        bool differ[] = {x->state != y->state,
                         x->incarnation != y->incarnation,
                         x->waiting != y->waiting,
                         x->suspected_by != y->suspected_by,
                         x->keys != y->keys,
                         x->log_appended_to != y->log_appended_to,
                         x->log_synced_to != y->log_synced_to,
                         x->unsynced_bytes != y->unsynced_bytes,
                         x->disk_bytes != y->disk_bytes,
                         x->clock_jumped_ns != y->clock_jumped_ns ||
                             x->clock_drift_ppb != y->clock_drift_ppb};
        assert_int_equal(ARRAY_LEN(differ), NODE_FIELD_COUNT);
        for (uint32_t f = 0; f < NODE_FIELD_COUNT; f++) {
            assert_int_equal(marks_field(marks, n, f), differ[f] ? MARK_CHANGED : MARK_NONE);
            count += differ[f];
        }
    }
    return count;
}

static void marks_of_a_step_are_what_a_plain_comparison_finds(void **state)
{
    (void)state;
    struct view view;
    struct picture before, now;
    struct marks marks;
    uint32_t marked = 0, quiet = 0;
    view_open(&view);
    stage_seek(view.stage, UINT64_MAX);
    uint64_t end = stage_step(view.stage);
    for (uint64_t i = 0; i < 400; i++) {
        uint64_t step = 1 + mix_below(mix_pair(7, i), end - 1);
        stage_seek(view.stage, step - 1);
        stage_picture(view.stage, view.heap, &before);
        stage_forward(view.stage);
        stage_picture(view.stage, view.heap, &now);
        marks_between(&before, &now, view.heap, &marks);
        uint32_t count = count_by_hand(&before, &now, &marks);
        assert_int_equal(marks.count, count);
        marked += count > 0;
        quiet += count == 0;
        heap_drop(view.heap);
    }
    assert_true(marked > 50 && quiet > 20);
    view_close(&view);
}

static void marks_between_any_two_moments_are_what_a_plain_comparison_finds(void **state)
{
    (void)state;
    struct view view;
    struct picture before, now;
    struct marks marks;
    view_open(&view);
    for (uint64_t i = 0; i < 60; i++) {
        stage_seek_time(view.stage, mix_below(mix_pair(1, i), 8 * SECOND));
        stage_picture(view.stage, view.heap, &before);
        stage_seek_time(view.stage, mix_below(mix_pair(2, i), 8 * SECOND));
        stage_picture(view.stage, view.heap, &now);
        marks_between(&before, &now, view.heap, &marks);
        assert_int_equal(marks.count, count_by_hand(&before, &now, &marks));
        marks_between(&now, &now, view.heap, &marks);
        assert_int_equal(marks.count, 0);
        heap_drop(view.heap);
    }
    view_close(&view);
}

/* Looking at the step before leaves world, tape and samples as they were. */
static void looking_at_the_step_before_changes_nothing(void **state)
{
    (void)state;
    struct view view;
    struct picture before, walked;
    view_open(&view);
    assert_false(stage_picture_before(view.stage, view.heap, &before));
    stage_seek(view.stage, UINT64_MAX);
    uint64_t end = stage_step(view.stage);
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t step = i == 0 ? UINT64_MAX : 1 + mix_below(mix_pair(3, i), end - 1);
        uint32_t count, count_after;
        stage_seek(view.stage, step);
        struct digest digest = stage_digest(view.stage);
        uint64_t first = stage_tape(view.stage, &count)->number;
        assert_true(stage_picture_before(view.stage, view.heap, &before));
        assert_true(digest_equal(digest, stage_digest(view.stage)));
        assert_int_equal(stage_tape(view.stage, &count_after)->number, first);
        assert_int_equal(count_after, count);
        stage_seek(view.stage, stage_step(view.stage) - 1);
        stage_picture(view.stage, view.heap, &walked);
        assert_int_equal(before.step, walked.step);
        assert_int_equal(before.now, walked.now);
        heap_drop(view.heap);
    }
    view_close(&view);
}

/* A key has its marks in a branch that met the keys in another order. */
static void keys_are_found_by_name_in_another_branch(void **state)
{
    (void)state;
    struct view view;
    struct picture before, now;
    struct marks marks;
    view_open(&view);
    stage_seek_time(view.stage, 60 * MILLISECOND);
    stage_picture(view.stage, view.heap, &before);
    stage_seek(view.stage, 0);
    stage_operate(view.stage, 0, STAGE_PUT, "k29", "by-hand");
    stage_seek_time(view.stage, 60 * MILLISECOND);
    stage_picture(view.stage, view.heap, &now);
    assert_string_not_equal(before.keys[0].name, now.keys[0].name);
    marks_between(&before, &now, view.heap, &marks);
    assert_int_equal(marks.count, count_by_hand(&before, &now, &marks));
    view_close(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_of_a_step_are_what_a_plain_comparison_finds),
        cmocka_unit_test(marks_between_any_two_moments_are_what_a_plain_comparison_finds),
        cmocka_unit_test(looking_at_the_step_before_changes_nothing),
        cmocka_unit_test(keys_are_found_by_name_in_another_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
