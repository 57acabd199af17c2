/* test_bug.c: the report of a failed CHECK, word by word, from a child process. */
#define _POSIX_C_SOURCE 200809L /* before any system header: fork, pipe, dup2 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

static char report[8192];

static void read_all(int from)
{
    size_t size = 0;
    ssize_t got;
    while ((got = read(from, report + size, sizeof report - 1 - size)) > 0)
        size += (size_t)got;
    report[size] = '\0';
}

/* Run `misdeed` in a child; its exit code, and its stderr in `report`. */
static int exit_code_of(void (*misdeed)(void))
{
    int ends[2];
    int status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        misdeed();
        _exit(0);
    }
    close(ends[1]);
    read_all(ends[0]);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void fail_without_a_story(void)
{
    bug_stop("count > 0", "src/sim/world/queue.c", 84, NULL);
}

static void fail_with_a_reason(void)
{
    bug_stop("count > 0", "src/sim/world/queue.c", 84, "an empty queue has no first event");
}

static void fail_with_a_story(void)
{
    struct bug_story story = {
        .seed = UINT64_MAX,
        .step = 90211,
        .now = 1284 * MILLISECOND,
        .node = 2,
        .command = "ringside run scenarios/hints.json --seed 7",
    };
    bug_story_set(&story);
    story.step++; /* the pointer is kept: what is told is the latest */
    bug_stop("count > 0", "src/sim/world/queue.c", 84, "no first event");
}

static void fail_between_nodes(void)
{
    struct bug_story story = {.seed = 7, .node = -1, .now = VTIME_NEVER};
    bug_story_set(&story);
    bug_stop("count > 0", "src/sim/world/queue.c", 84, NULL);
}

static void fail_after_the_story_ended(void)
{
    struct bug_story story = {.seed = 7};
    bug_story_set(&story);
    bug_story_set(NULL);
    bug_stop("count > 0", "src/sim/world/queue.c", 84, NULL);
}

static void fail_with_a_very_long_reason(void)
{
    static char reason[20000];
    memset(reason, 'x', sizeof reason - 1);
    bug_stop("count > 0", "src/sim/world/queue.c", 84, reason);
}

static void fail_a_check(void)
{
    int count = 0;
    CHECK_WHY(count > 0, "no first event");
}

static void hold_a_check(void)
{
    int calls = 0;
    CHECK(++calls == 1);
    CHECK_WHY(calls == 1, "evaluated once");
}

static void cry_at_exit(void)
{
    (void)!write(STDERR_FILENO, "an atexit handler ran", 21);
}

static void fail_with_a_handler(void)
{
    atexit(cry_at_exit);
    fail_without_a_story();
}

static void a_bug_ends_with_code_three_and_says_where(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_without_a_story), 3);
    assert_string_equal(report, "ringside: internal error: count > 0\n"
                                "  at        src/sim/world/queue.c:84\n");
    assert_int_equal(exit_code_of(fail_with_a_reason), 3);
    assert_string_equal(report, "ringside: internal error: count > 0\n"
                                "  at        src/sim/world/queue.c:84\n"
                                "  why       an empty queue has no first event\n");
}

static void the_story_so_far_is_told(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_with_a_story), 3);
    assert_string_equal(report, "ringside: internal error: count > 0\n"
                                "  at        src/sim/world/queue.c:84\n"
                                "  why       no first event\n"
                                "  seed      18446744073709551615\n"
                                "  step      90212\n"
                                "  time      1.284 s\n"
                                "  node      2\n"
                                "  reproduce ringside run scenarios/hints.json --seed 7\n");
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_between_nodes), 3);
    assert_string_equal(report, "ringside: internal error: count > 0\n"
                                "  at        src/sim/world/queue.c:84\n"
                                "  seed      7\n"
                                "  step      0\n"
                                "  time      never\n");
    assert_int_equal(exit_code_of(fail_after_the_story_ended), 3);
    assert_string_equal(report, "ringside: internal error: count > 0\n"
                                "  at        src/sim/world/queue.c:84\n");
}

static void a_report_that_is_too_long_is_cut_and_ends_its_line(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_with_a_very_long_reason), 3);
    assert_true(strlen(report) > 1000 && strlen(report) <= 4096);
    assert_int_equal(report[strlen(report) - 1], '\n');
}

static void a_check_that_fails_names_its_expression(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_a_check), 3);
    assert_non_null(strstr(report, "internal error: count > 0\n  at        "));
    assert_non_null(strstr(report, "test_bug.c:"));
    assert_non_null(strstr(report, "\n  why       no first event\n"));
}

static void a_check_that_holds_says_nothing_and_evaluates_once(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(hold_a_check), 0);
    assert_string_equal(report, "");
}

static void no_exit_handler_runs_after_a_bug(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(fail_with_a_handler), 3);
    assert_null(strstr(report, "atexit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bug_ends_with_code_three_and_says_where),
        cmocka_unit_test(the_story_so_far_is_told),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_report_that_is_too_long_is_cut_and_ends_its_line),
        cmocka_unit_test(a_check_that_fails_names_its_expression),
        cmocka_unit_test(a_check_that_holds_says_nothing_and_evaluates_once),
        cmocka_unit_test(no_exit_handler_runs_after_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
