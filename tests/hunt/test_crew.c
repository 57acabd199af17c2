/*
 * test_crew.c: workers that answer, die, hang and talk; each item is told exactly once.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hunt/crew.h"
#include "hunt/sweep.h"

enum { ITEMS = 60 };

/* Item 7 is killed, 19 fails a CHECK, 23 hangs, 31 leaves, 40 says much; all others say their
 * number. */
static void work(void *host, uint64_t item, struct json_out *line)
{
    char number[24];
    (void)host;
    if (item == 7)
        raise(SIGKILL); /* cmocka catches the others */
    if (item == 23)
        for (;;)
            pause();
    if (item == 31) {
        fputs("==99==ERROR: AddressSanitizer: heap-use-after-free on 0x602000001234\n", stderr);
        exit(99);
    }
    CHECK_WHY(item != 19, "nineteen is too many");
    for (int i = 0; item == 40 && i < 100000; i++)
        json_out_str(line, "0123456789");
    snprintf(number, sizeof number, "item %llu", (unsigned long long)item);
    json_out_str(line, number);
}

struct told {
    uint32_t count;
    enum crew_fate fate;
    int status;
    size_t size;
    char line[40];
    struct result death;
};

static void take(struct told *told, const struct crew_outcome *outcome)
{
    told->count++;
    told->fate = outcome->fate;
    told->status = outcome->status;
    told->size = outcome->line_size;
    snprintf(told->line, sizeof told->line, "%s", outcome->line);
    if (outcome->fate != CREW_SAID)
        sweep_take_death(outcome, 0.5, &told->death);
}

static void run_all(uint32_t jobs, struct told *told)
{
    struct crew_work crew_work = {NULL, NULL, work};
    struct crew_outcome outcome;
    char why[200];
    uint64_t next = 0, done = 0;
    struct crew *crew = crew_open(&crew_work, jobs, 0.5, why, sizeof why);
    assert_non_null(crew);
    memset(told, 0, ITEMS * sizeof *told);
    while (done < ITEMS) {
        while (next < ITEMS && crew_has_room(crew))
            crew_give(crew, next++);
        if (crew_wait(crew, 100, &outcome)) {
            take(&told[outcome.item], &outcome);
            done++;
        }
    }
    assert_int_equal(crew_outstanding(crew), 0);
    assert_false(crew_wait(crew, 0, &outcome));
    crew_close(crew);
}

static void each_item_is_told_once_whatever_becomes_of_its_worker(void **state)
{
    static struct told told[ITEMS];
    (void)state;
    for (uint32_t jobs = 1; jobs <= 3; jobs += 2) {
        run_all(jobs, told);
        for (uint32_t i = 0; i < ITEMS; i++) {
            char wanted[24];
            bool is_dead = i == 7 || i == 19 || i == 23 || i == 31;
            snprintf(wanted, sizeof wanted, "item %u", i);
            assert_int_equal(told[i].count, 1);
            if (!is_dead && i != 40)
                assert_string_equal(told[i].line, wanted);
        }
        assert_int_equal(told[40].size, 1000007);
        assert_int_equal(told[7].fate, CREW_DIED);
        assert_int_equal(WTERMSIG(told[7].status), SIGKILL);
        assert_int_equal(told[23].fate, CREW_TIMED_OUT);
        assert_int_equal(WEXITSTATUS(told[19].status), 3);
        assert_int_equal(WEXITSTATUS(told[31].status), 99);
    }
}

static void a_death_has_a_cause_without_what_changes_from_run_to_run(void **state)
{
    static struct told told[ITEMS];
    (void)state;
    run_all(2, told);
    const struct result *check = &told[19].death;
    assert_int_equal(check->end, TRIAL_CRASHED);
    assert_non_null(strstr(check->cause, "crashed: CHECK item != 19 at tests/hunt/test_crew.c:"));
    assert_non_null(strstr(check->sentence, "why       nineteen is too many"));
    assert_string_equal(told[7].death.cause, "crashed: signal 9, Killed");
    assert_string_equal(told[7].death.sentence, "the process said nothing");
    assert_string_equal(told[31].death.cause,
                        "crashed: ERROR: AddressSanitizer: heap-use-after-free on ");
    assert_int_equal(told[23].death.end, TRIAL_HUNG);
    assert_string_equal(told[23].death.sentence, "killed after 0.5 s of the wall clock");
    assert_int_not_equal(told[7].death.signature, told[19].death.signature);
}

static bool refuse(void *host)
{
    (void)host;
    return false;
}

static void a_worker_that_cannot_begin_is_the_end_of_its_items_and_of_nothing_else(void **state)
{
    struct crew_work crew_work = {NULL, refuse, work};
    struct crew_outcome outcome;
    char why[200];
    (void)state;
    struct crew *crew = crew_open(&crew_work, 1, 0, why, sizeof why);
    crew_give(crew, 1);
    crew_give(crew, 2);
    for (uint32_t told = 0; told < 2;)
        if (crew_wait(crew, 100, &outcome)) {
            assert_int_equal(outcome.fate, CREW_DIED);
            assert_int_equal(WEXITSTATUS(outcome.status), 2);
            told++;
        }
    crew_close(crew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_item_is_told_once_whatever_becomes_of_its_worker),
        cmocka_unit_test(a_death_has_a_cause_without_what_changes_from_run_to_run),
        cmocka_unit_test(a_worker_that_cannot_begin_is_the_end_of_its_items_and_of_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
