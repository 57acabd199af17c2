/*
 * test_back.c: back is exact. In every shipped scenario, the bytes of the world after
 * forward to step i are those after forward to the end and back to i, moved by the
 * window's own keys only: Right, End, G and Left.
 *
 * Step by step, both ways, for the first DENSE steps; beyond them each EVERY-th one by G, up
 * to step LAST. With BACK=every in the environment: every one of the first LAST, by Left.
 */
#include "viz/show.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DENSE = 300, EVERY = 997, LAST = 10000 };

static struct digest there[LAST + 1];

static bool is_every(void)
{
    const char *wish = getenv("BACK");
    return wish && strcmp(wish, "every") == 0;
}

static bool is_looked_at(uint64_t step)
{
    return is_every() || step <= DENSE || step % EVERY == 0;
}

/* To the right, step by step, as far as LAST; returns where that is. */
static uint64_t walk_forward(struct show *show)
{
    uint64_t step = stage_step(show->app->stage);
    there[step] = stage_digest(show->app->stage);
    while (step < LAST && stage_next_time(show->app->stage) != VTIME_NEVER) {
        press(show, "step");
        assert_int_equal(stage_step(show->app->stage), step + 1);
        step++;
        if (is_looked_at(step))
            there[step] = stage_digest(show->app->stage);
    }
    return step;
}

static void go_to_step(struct show *show, uint64_t step)
{
    char typed[32];
    snprintf(typed, sizeof typed, "%llu", (unsigned long long)step);
    press(show, "go to");
    for (const char *c = typed; *c; c++)
        app_key(show->app, (uint32_t)*c, 0);
    app_key(show->app, KEY_ENTER, 0);
    assert_int_equal(stage_step(show->app->stage), step);
}

static void expect_as_before(struct show *show, const char *file)
{
    uint64_t step = stage_step(show->app->stage);
    if (!digest_equal(there[step], stage_digest(show->app->stage)))
        fail_msg("%s: other bytes at step %llu after coming back", file, (unsigned long long)step);
}

/* From the end to the steps looked at, from the last to the first. */
static uint64_t walk_back(struct show *show, const char *file, uint64_t last)
{
    uint64_t compared = 0;
    press(show, "go to end");
    go_to_step(show, last);
    for (uint64_t step = last;; step--) {
        if (is_looked_at(step)) {
            bool is_left = stage_step(show->app->stage) == step + 1;
            if (is_left)
                press(show, "step back");
            else
                go_to_step(show, step);
            assert_int_equal(stage_step(show->app->stage), step);
            expect_as_before(show, file);
            compared++;
        }
        if (step == 0)
            return compared;
    }
}

static uint64_t compare_scenario(const char *file)
{
    struct show show;
    show_open(&show, file);
    uint64_t compared = walk_back(&show, file, walk_forward(&show));
    show_close(&show);
    return compared;
}

static void every_scenario_is_the_same_on_the_way_back(void **state)
{
    (void)state;
    DIR *folder = opendir("scenarios");
    uint64_t compared = 0, count = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char file[300];
        const char *dot = strchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".json") != 0)
            continue;
        snprintf(file, sizeof file, "scenarios/%s", entry->d_name);
        compared += compare_scenario(file);
        count++;
    }
    closedir(folder);
    assert_true(count >= 23);
    print_message("%llu scenarios, %llu steps: the same bytes\n", (unsigned long long)count,
                  (unsigned long long)compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_is_the_same_on_the_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
