/* test_units.c: what units.h reads, what it refuses, and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/mix.h"
#include "base/units.h"

static char buffer[256];
static struct text mistake;

static struct text *fresh(void)
{
    text_init(&mistake, buffer, sizeof buffer);
    return &mistake;
}

static vtime time_of(const char *word)
{
    vtime time_ns = 0;
    assert_true(units_parse_time(units_word(word), &time_ns, fresh()));
    assert_string_equal(buffer, "");
    return time_ns;
}

static int64_t span_of(const char *word)
{
    int64_t span_ns = 0;
    assert_true(units_parse_span(units_word(word), &span_ns, fresh()));
    return span_ns;
}

static uint64_t size_of(const char *word)
{
    uint64_t size_bytes = 0;
    assert_true(units_parse_size(units_word(word), &size_bytes, fresh()));
    return size_bytes;
}

static uint32_t share_of(const char *word)
{
    uint32_t parts_per_billion = 0;
    assert_true(units_parse_share(units_word(word), &parts_per_billion, fresh()));
    return parts_per_billion;
}

static int64_t drift_of(const char *word)
{
    int64_t parts_per_billion = 0;
    assert_true(units_parse_drift(units_word(word), &parts_per_billion, fresh()));
    return parts_per_billion;
}

/* The sentence with which a word is refused; the value stays as it was. */
static const char *no_time(const char *word)
{
    vtime time_ns = 77;
    assert_false(units_parse_time(units_word(word), &time_ns, fresh()));
    assert_int_equal(time_ns, 77);
    return buffer;
}

static const char *no_span(const char *word)
{
    int64_t span_ns = 77;
    assert_false(units_parse_span(units_word(word), &span_ns, fresh()));
    assert_int_equal(span_ns, 77);
    return buffer;
}

static const char *no_size(const char *word)
{
    uint64_t size_bytes = 77;
    assert_false(units_parse_size(units_word(word), &size_bytes, fresh()));
    assert_int_equal(size_bytes, 77);
    return buffer;
}

static const char *no_share(const char *word)
{
    uint32_t parts_per_billion = 77;
    assert_false(units_parse_share(units_word(word), &parts_per_billion, fresh()));
    assert_int_equal(parts_per_billion, 77);
    return buffer;
}

static const char *no_drift(const char *word)
{
    int64_t parts_per_billion = 77;
    assert_false(units_parse_drift(units_word(word), &parts_per_billion, fresh()));
    assert_int_equal(parts_per_billion, 77);
    return buffer;
}

static void times_are_read_exactly(void **state)
{
    (void)state;
    assert_int_equal(time_of("2ms"), 2 * MILLISECOND);
    assert_int_equal(time_of("1.5s"), 1500 * MILLISECOND);
    assert_int_equal(time_of("10us"), 10 * MICROSECOND);
    assert_int_equal(time_of("7ns"), 7);
    assert_int_equal(time_of("1m"), 60 * SECOND);
    assert_int_equal(time_of("1h"), 3600 * SECOND);
    assert_int_equal(time_of("0.25h"), 900 * SECOND);
    assert_int_equal(time_of("0s"), 0);
    assert_int_equal(time_of("007ms"), 7 * MILLISECOND);
    assert_int_equal(time_of("1.284 s"), 1284 * MILLISECOND);
    assert_int_equal(time_of("0.000000001s"), 1);
    assert_int_equal(time_of("0.000000000005h"), 18);
}

static void zeros_after_the_last_decimal_do_not_count(void **state)
{
    (void)state;
    assert_int_equal(time_of("1.50000000000000000000000000000000s"), 1500 * MILLISECOND);
    assert_int_equal(time_of("7.000ns"), 7);
    assert_int_equal(time_of("000000000000000000000000000000007ns"), 7);
}

static void the_largest_values_are_reached_and_not_passed(void **state)
{
    const char *time_limit = "\"18446744073.709551615s\" is out of range: a time is at most "
                             "18446744073.709551614 s (584 years)";
    (void)state;
    assert_int_equal(time_of("18446744073.709551614s"), VTIME_NEVER - 1);
    assert_string_equal(no_time("18446744073.709551615s"), time_limit);
    assert_int_equal(span_of("9223372036.854775807s"), INT64_MAX);
    assert_int_equal(span_of("-9223372036.854775808s"), INT64_MIN);
    assert_string_equal(no_span("9223372036854775808ns"),
                        "\"9223372036854775808ns\" is out of range: a span is within "
                        "9223372036.854775807 s (292 years)");
    assert_int_equal(size_of("18446744073709551615B"), UINT64_MAX);
    assert_int_equal(size_of("16777215TiB"), UINT64_C(16777215) << 40);
    assert_string_equal(no_size("16777216TiB"), "\"16777216TiB\" is out of range: a size is at "
                                                "most 18446744073709551615 B (16 EiB)");
    assert_int_equal(share_of("100%"), 1000000000);
    assert_string_equal(no_share("100.0000001%"),
                        "\"100.0000001%\" is out of range: a share is at most 100%");
    assert_int_equal(drift_of("-1000000ppm"), -1000000000);
    assert_string_equal(no_drift("-1000000.001ppm"),
                        "\"-1000000.001ppm\" is out of range: a drift is within 1000000ppm");
}

static void numbers_beyond_64_bits_do_not_wrap_around(void **state)
{
    (void)state;
    assert_non_null(strstr(no_time("18446744073709551616ns"), "out of range"));
    assert_non_null(strstr(no_time("99999999999999999999999999999999h"), "out of range"));
    assert_non_null(strstr(no_size("18446744073709551616B"), "out of range"));
    assert_non_null(strstr(no_size("340282366920938463463374607431768211456TiB"), "out of range"));
}

static void sizes_know_both_families_of_units(void **state)
{
    (void)state;
    assert_int_equal(size_of("64KiB"), 65536);
    assert_int_equal(size_of("1MiB"), 1048576);
    assert_int_equal(size_of("2GiB"), UINT64_C(2) << 30);
    assert_int_equal(size_of("1TiB"), UINT64_C(1) << 40);
    assert_int_equal(size_of("1000B"), 1000);
    assert_int_equal(size_of("10kB"), 10000);
    assert_int_equal(size_of("10MB"), 10000000);
    assert_int_equal(size_of("10GB"), UINT64_C(10000000000));
    assert_int_equal(size_of("10TB"), UINT64_C(10000000000000));
    assert_int_equal(size_of("1.125MiB"), 1179648);
}

static void shares_drifts_and_spans_are_read(void **state)
{
    (void)state;
    assert_int_equal(share_of("30%"), 300000000);
    assert_int_equal(share_of("0.5%"), 5000000);
    assert_int_equal(share_of("0.01%"), 100000);
    assert_int_equal(share_of("250ppm"), 250000);
    assert_int_equal(share_of("3ppb"), 3);
    assert_int_equal(share_of("0.0000001%"), 1);
    assert_int_equal(drift_of("-100ppm"), -100000);
    assert_int_equal(drift_of("+100ppm"), 100000);
    assert_int_equal(drift_of("0.05ppm"), 50);
    assert_int_equal(drift_of("-0ppm"), 0);
    assert_int_equal(span_of("-5s"), -5 * (int64_t)SECOND);
    assert_int_equal(span_of("5ms"), 5 * (int64_t)MILLISECOND);
}

static void more_decimals_than_the_unit_holds_are_refused(void **state)
{
    (void)state;
    assert_string_equal(no_time("0.5ns"),
                        "\"0.5ns\" has too many decimals: expected a multiple of a nanosecond");
    assert_string_equal(no_size("0.1KiB"),
                        "\"0.1KiB\" has too many decimals: expected a multiple of a byte");
    assert_string_equal(no_share("0.00000001%"), "\"0.00000001%\" has too many decimals: expected "
                                                 "a multiple of one part in a billion");
    assert_non_null(strstr(no_time("0.0000000001s"), "too many decimals"));
    assert_non_null(strstr(no_time("0.0000000000000000001h"), "too many decimals"));
    assert_non_null(strstr(no_time("1.00000000000000000000000000001s"), "too many decimals"));
}

static void a_missing_number_is_named(void **state)
{
    (void)state;
    assert_string_equal(no_time(""), "expected a time like 1.5s, not an empty word");
    assert_string_equal(no_time("abc"), "expected a time like 1.5s, not \"abc\"");
    assert_string_equal(no_size("KiB"), "expected a size like 64KiB, not \"KiB\"");
    assert_string_equal(no_time("."), "expected a time like 1.5s, not \".\"");
    assert_string_equal(no_time(".5s"), "expected a time like 1.5s, not \".5s\"");
    assert_string_equal(no_time("5.s"), "expected a time like 1.5s, not \"5.s\"");
    assert_string_equal(no_time(" 5s"), "expected a time like 1.5s, not \" 5s\"");
    assert_string_equal(no_span("-"), "expected a span like -1.5s, not \"-\"");
    assert_string_equal(no_span("--5s"), "expected a span like -1.5s, not \"--5s\"");
    assert_string_equal(no_drift("+-5ppm"), "expected a drift like -100ppm, not \"+-5ppm\"");
}

static void a_missing_unit_is_named_even_after_zero(void **state)
{
    (void)state;
    assert_string_equal(no_time("5"),
                        "\"5\" lacks a unit for a time; expected ns, us, ms, s, m or h");
    assert_string_equal(no_time("0"),
                        "\"0\" lacks a unit for a time; expected ns, us, ms, s, m or h");
    assert_string_equal(no_share("0.3"),
                        "\"0.3\" lacks a unit for a share; expected %, ppm or ppb");
}

static void the_nearest_unit_is_suggested(void **state)
{
    (void)state;
    assert_string_equal(no_time("5sec"), "\"sec\" is no unit for a time; did you mean \"s\"?");
    assert_string_equal(no_time("5 minutes"),
                        "\"minutes\" is no unit for a time; did you mean \"m\"?");
    assert_string_equal(no_time("5MS"), "\"MS\" is no unit for a time; did you mean \"ms\"?");
    assert_string_equal(no_time("5\xc2\xb5s"),
                        "\"\\xc2\\xb5s\" is no unit for a time; did you mean \"us\"?");
    assert_string_equal(no_time("5milisec"),
                        "\"milisec\" is no unit for a time; did you mean \"ms\"?");
    assert_string_equal(no_size("1KB"), "\"KB\" is no unit for a size; did you mean \"kB\"?");
    assert_string_equal(no_size("1mb"), "\"mb\" is no unit for a size; did you mean \"MB\"?");
    assert_string_equal(no_size("1G"), "\"G\" is no unit for a size; did you mean \"GiB\"?");
    assert_string_equal(no_size("1mib"), "\"mib\" is no unit for a size; did you mean \"MiB\"?");
    assert_string_equal(no_share("5 percent"),
                        "\"percent\" is no unit for a share; did you mean \"%\"?");
}

static void what_resembles_no_unit_gets_the_list(void **state)
{
    (void)state;
    assert_string_equal(no_time("5x"),
                        "\"x\" is no unit for a time; expected ns, us, ms, s, m or h");
    assert_string_equal(no_time("5ppm"),
                        "\"ppm\" is no unit for a time; expected ns, us, ms, s, m or h");
    assert_string_equal(no_size("1light-years-and-more"),
                        "\"light-years-and-more\" is no unit for a size; expected B, kB, KiB, MB, "
                        "MiB, GB, GiB, TB or TiB");
}

static void trailing_junk_is_part_of_no_unit(void **state)
{
    (void)state;
    assert_non_null(strstr(no_time("5s "), "\"s \" is no unit"));
    assert_non_null(strstr(no_time("5s 3ms"), "\"s 3ms\" is no unit"));
    assert_non_null(strstr(no_time("1e3s"), "\"e3s\" is no unit"));
    assert_non_null(strstr(no_time("1,5s"), "\",5s\" is no unit"));
    assert_non_null(strstr(no_time("1.5.5s"), "\".5s\" is no unit"));
    assert_non_null(strstr(no_time("0x5s"), "\"x5s\" is no unit"));
}

static void a_sign_is_refused_where_it_has_no_meaning(void **state)
{
    (void)state;
    assert_string_equal(no_time("-5s"), "a time has no sign: expected one like 1.5s, not \"-5s\"");
    assert_string_equal(no_time("+5s"), "a time has no sign: expected one like 1.5s, not \"+5s\"");
    assert_string_equal(no_share("-1%"),
                        "a share has no sign: expected one like 0.5%, not \"-1%\"");
    assert_string_equal(no_size("-1B"), "a size has no sign: expected one like 64KiB, not \"-1B\"");
}

static void a_long_or_binary_word_is_quoted_in_part(void **state)
{
    const uint8_t bytes[] = {'5', 0, 's', 0xff};
    vtime time_ns;
    (void)state;
    assert_false(units_parse_time((struct bytes){bytes, sizeof bytes}, &time_ns, fresh()));
    assert_non_null(strstr(buffer, "\"\\x00s\\xff\" is no unit"));
    assert_string_equal(no_time("abcdefghijklmnopqrstuvwxyz"),
                        "expected a time like 1.5s, not \"abcdefghijklmnopqrstuvwx\"...");
}

static void a_sentence_is_added_to_what_the_caller_wrote(void **state)
{
    vtime time_ns;
    (void)state;
    text_str(fresh(), "a.json:3:7: ");
    assert_false(units_parse_time(units_word("5"), &time_ns, &mistake));
    assert_memory_equal(buffer, "a.json:3:7: \"5\" lacks", 21);
}

/* Numbers of every length, so that every unit and every cut of zeros occurs. */
static uint64_t any_number(uint64_t stream, uint64_t i)
{
    uint64_t bits = mix(1, stream, i);
    uint64_t number = bits >> (i % 64);
    return i % 3 == 0 ? number - number % 1000000 : number;
}

static void what_text_writes_is_read_back(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t number = any_number(1, i);
        text_time(fresh(), number - (number == VTIME_NEVER));
        char word[64];
        memcpy(word, buffer, sizeof word);
        assert_int_equal(time_of(word), number - (number == VTIME_NEVER));
        text_span(fresh(), (int64_t)number);
        memcpy(word, buffer, sizeof word);
        assert_int_equal(span_of(word), (int64_t)number);
        text_size(fresh(), number);
        memcpy(word, buffer, sizeof word);
        assert_int_equal(size_of(word), number);
        text_ppb(fresh(), (uint32_t)(number % 1000000001));
        memcpy(word, buffer, sizeof word);
        assert_int_equal(share_of(word), number % 1000000001);
        text_drift(fresh(), -(int64_t)(number % 1000000001));
        memcpy(word, buffer, sizeof word);
        assert_int_equal(drift_of(word), -(int64_t)(number % 1000000001));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_exactly),
        cmocka_unit_test(zeros_after_the_last_decimal_do_not_count),
        cmocka_unit_test(the_largest_values_are_reached_and_not_passed),
        cmocka_unit_test(numbers_beyond_64_bits_do_not_wrap_around),
        cmocka_unit_test(sizes_know_both_families_of_units),
        cmocka_unit_test(shares_drifts_and_spans_are_read),
        cmocka_unit_test(more_decimals_than_the_unit_holds_are_refused),
        cmocka_unit_test(a_missing_number_is_named),
        cmocka_unit_test(a_missing_unit_is_named_even_after_zero),
        cmocka_unit_test(the_nearest_unit_is_suggested),
        cmocka_unit_test(what_resembles_no_unit_gets_the_list),
        cmocka_unit_test(trailing_junk_is_part_of_no_unit),
        cmocka_unit_test(a_sign_is_refused_where_it_has_no_meaning),
        cmocka_unit_test(a_long_or_binary_word_is_quoted_in_part),
        cmocka_unit_test(a_sentence_is_added_to_what_the_caller_wrote),
        cmocka_unit_test(what_text_writes_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
