/*
 * test_words.c: no sentence says "1 keys".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viz/app/words.h"

static void expect_count(uint64_t count, const char *noun, const char *wanted)
{
    char text[WORDS_MAX];
    assert_string_equal(words_count(count, noun, text), wanted);
}

static void one_is_singular_and_all_else_is_plural(void **state)
{
    (void)state;
    expect_count(0, "key", "0 keys");
    expect_count(1, "key", "1 key");
    expect_count(2, "key", "2 keys");
    expect_count(1, "stale read", "1 stale read");
    expect_count(21, "stale read", "21 stale reads");
    expect_count(1, "entry", "1 entry");
    expect_count(3, "entry", "3 entries");
    expect_count(2, "branch", "2 branches");
    expect_count(2, "match", "2 matches");
    expect_count(1, "process", "1 process");
    expect_count(2, "process", "2 processes");
    expect_count(2, "piece of work", "2 pieces of work");
    expect_count(UINT64_MAX, "byte", "18446744073709551615 bytes");
}

static void bytes_are_written_in_three_digits(void **state)
{
    (void)state;
    char text[WORDS_MAX];
    assert_string_equal(words_bytes(0, text), "0 B");
    assert_string_equal(words_bytes(1, text), "1 B");
    assert_string_equal(words_bytes(1023, text), "1023 B");
    assert_string_equal(words_bytes(1536, text), "1.5 KiB");
    assert_string_equal(words_bytes(64 * 1024, text), "64 KiB");
    assert_string_equal(words_bytes(UINT64_C(1) << 40, text), "1 TiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_singular_and_all_else_is_plural),
        cmocka_unit_test(bytes_are_written_in_three_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
