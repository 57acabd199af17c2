/*
 * test_shard.c: which shard this is, as somebody says or as schedulers do; and that shards are a
 * partition of all runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hunt/shard.h"
#include "hunt/sweep.h"

static const char *const variables[] = {
    "SLURM_ARRAY_TASK_ID",    "SLURM_ARRAY_TASK_MIN",  "SLURM_ARRAY_TASK_STEP",
    "SLURM_ARRAY_TASK_COUNT", "JOB_COMPLETION_INDEX",  "PARALLEL_SEQ",
    "PARALLEL_JOBSLOT",       "RINGSIDE_SHARDS",
};

/* "NAME=value NAME=value" */
static void set_environment(const char *words)
{
    char copy[300];
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        unsetenv(variables[i]);
    strcpy(copy, words);
    for (char *rest = copy, *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        char *equals = strchr(word, '=');
        *equals = '\0';
        setenv(word, equals + 1, 1);
    }
}

static void reads(const char *environment, const char *text, uint32_t shard, uint32_t count)
{
    uint32_t found = 0, of = 0;
    char why[300] = "";
    set_environment(environment);
    if (!shard_read(text, &found, &of, why, sizeof why))
        fail_msg("%s with %s: %s", text, environment, why);
    assert_int_equal(found, shard);
    assert_int_equal(of, count);
}

static void refuses(const char *environment, const char *text, const char *words)
{
    uint32_t found = 0, of = 0;
    char why[300] = "";
    set_environment(environment);
    assert_false(shard_read(text, &found, &of, why, sizeof why));
    if (!strstr(why, words))
        fail_msg("\"%s\" is not in \"%s\"", words, why);
}

static void a_shard_is_what_somebody_says(void **state)
{
    (void)state;
    reads("", "1/1", 1, 1);
    reads("SLURM_ARRAY_TASK_ID=9", "3/8", 3, 8);
    refuses("", "0/8", "numbered from 1 to 8, and this is number 0");
    refuses("", "9/8", "numbered from 1 to 8, and this is number 9");
    refuses("", "3", "expected I/N such as 3/8, auto or auto/8, not \"3\"");
    refuses("", "a/8", "expected I/N");
    refuses("", "3/", "expected I/N");
    refuses("", "3/0", "expected I/N");
    refuses("", "", "expected I/N");
    refuses("", "1/100001", "at most 100000 shards");
}

static void slurm_tells_both_and_may_begin_anywhere(void **state)
{
    (void)state;
    reads("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", "auto", 1, 4);
    reads("SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4", "auto", 4, 4);
    reads("SLURM_ARRAY_TASK_ID=12 SLURM_ARRAY_TASK_MIN=4 SLURM_ARRAY_TASK_STEP=4 "
          "SLURM_ARRAY_TASK_COUNT=10",
          "auto", 3, 10);
    refuses("SLURM_ARRAY_TASK_ID=13 SLURM_ARRAY_TASK_MIN=4 SLURM_ARRAY_TASK_STEP=4 "
            "SLURM_ARRAY_TASK_COUNT=10",
            "auto", "is one of MIN, MIN + STEP");
    refuses("SLURM_ARRAY_TASK_ID=five", "auto", "SLURM_ARRAY_TASK_ID is a whole number");
}

static void kubernetes_and_parallel_tell_only_which(void **state)
{
    (void)state;
    reads("JOB_COMPLETION_INDEX=0", "auto/5", 1, 5);
    reads("JOB_COMPLETION_INDEX=4 RINGSIDE_SHARDS=5", "auto", 5, 5);
    reads("PARALLEL_SEQ=3 PARALLEL_JOBSLOT=1", "auto/5", 3, 5);
    refuses("JOB_COMPLETION_INDEX=5", "auto/5", "this is number 6");
    refuses("PARALLEL_SEQ=3", "auto", "but not of how many");
    refuses("", "auto", "finds none of");
    refuses("PARALLEL_SEQ=1 RINGSIDE_SHARDS=many", "auto", "RINGSIDE_SHARDS is a whole number");
}

static void shards_are_a_partition_of_all_runs(void **state)
{
    (void)state;
    for (uint32_t scenarios = 1; scenarios <= 3; scenarios++)
        for (uint32_t count = 1; count <= 7; count++) {
            uint32_t seen[3][5] = {{0}};
            struct result_header header = {.first_seed = 11,
                                           .last_seed = 15,
                                           .scenario_count = scenarios,
                                           .shard_count = count};
            for (header.shard = 1; header.shard <= count; header.shard++)
                for (uint64_t i = 0; i < sweep_total(&header); i++) {
                    uint32_t scenario;
                    uint64_t seed;
                    sweep_item(&header, i, &scenario, &seed);
                    assert_in_range(seed, 11, 15);
                    assert_in_range(scenario, 0, scenarios - 1);
                    seen[scenario][seed - 11]++;
                }
            for (uint32_t i = 0; i < scenarios * 5; i++)
                assert_int_equal(seen[i / 5][i % 5], 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shard_is_what_somebody_says),
        cmocka_unit_test(slurm_tells_both_and_may_begin_anywhere),
        cmocka_unit_test(kubernetes_and_parallel_tell_only_which),
        cmocka_unit_test(shards_are_a_partition_of_all_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
