/* test_text.c: what text.h promises, form by form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"

static char buffer[256];
static struct text text;

static struct text *fresh(void)
{
    text_init(&text, buffer, sizeof buffer);
    return &text;
}

static const char *time_text(vtime time_ns)
{
    text_time(fresh(), time_ns);
    return buffer;
}

static const char *span_text(int64_t span_ns)
{
    text_span(fresh(), span_ns);
    return buffer;
}

static const char *fixed_text(vtime time_ns, uint32_t decimals)
{
    text_time_fixed(fresh(), time_ns, decimals);
    return buffer;
}

static const char *size_text(uint64_t size_bytes)
{
    text_size(fresh(), size_bytes);
    return buffer;
}

static const char *ppb_text(uint32_t parts_per_billion)
{
    text_ppb(fresh(), parts_per_billion);
    return buffer;
}

static const char *drift_text(int64_t parts_per_billion)
{
    text_drift(fresh(), parts_per_billion);
    return buffer;
}

static void a_time_is_written_in_the_largest_unit_that_fits(void **state)
{
    (void)state;
    assert_string_equal(time_text(0), "0 s");
    assert_string_equal(time_text(1), "1 ns");
    assert_string_equal(time_text(999), "999 ns");
    assert_string_equal(time_text(1000), "1 us");
    assert_string_equal(time_text(2500), "2.5 us");
    assert_string_equal(time_text(999999), "999.999 us");
    assert_string_equal(time_text(15 * MILLISECOND), "15 ms");
    assert_string_equal(time_text(1284 * MILLISECOND), "1.284 s");
    assert_string_equal(time_text(90 * SECOND), "90 s");
}

static void a_time_is_never_rounded(void **state)
{
    (void)state;
    assert_string_equal(time_text(999999999), "999.999999 ms");
    assert_string_equal(time_text(1000000001), "1.000000001 s");
    assert_string_equal(time_text(VTIME_NEVER - 1), "18446744073.709551614 s");
    assert_string_equal(time_text(VTIME_NEVER), "never");
}

static void a_span_carries_its_sign(void **state)
{
    (void)state;
    assert_string_equal(span_text(0), "0 s");
    assert_string_equal(span_text(2500), "2.5 us");
    assert_string_equal(span_text(-5 * (int64_t)SECOND), "-5 s");
    assert_string_equal(span_text(INT64_MAX), "9223372036.854775807 s");
    assert_string_equal(span_text(INT64_MIN), "-9223372036.854775808 s");
}

static void fixed_times_align_and_are_cut_off_towards_zero(void **state)
{
    (void)state;
    assert_string_equal(fixed_text(1284 * MILLISECOND, 6), "  1.284000");
    assert_string_equal(fixed_text(1284 * MILLISECOND, 9), "  1.284000000");
    assert_string_equal(fixed_text(0, 6), "  0.000000");
    assert_string_equal(fixed_text(999, 6), "  0.000000");
    assert_string_equal(fixed_text(1999999999, 6), "  1.999999");
    assert_string_equal(fixed_text(12 * SECOND, 6), " 12.000000");
    assert_string_equal(fixed_text(123 * SECOND, 6), "123.000000");
    assert_string_equal(fixed_text(1234 * SECOND, 6), "1234.000000");
    assert_string_equal(fixed_text(7 * SECOND, 0), "  7");
    assert_string_equal(fixed_text(VTIME_NEVER, 6), "     never");
    assert_string_equal(fixed_text(VTIME_NEVER, 9), "        never");
    assert_string_equal(fixed_text(VTIME_NEVER, 0), "never");
}

static void a_size_is_exact_in_the_largest_unit_with_three_decimals(void **state)
{
    (void)state;
    assert_string_equal(size_text(0), "0 B");
    assert_string_equal(size_text(1023), "1023 B");
    assert_string_equal(size_text(1024), "1 KiB");
    assert_string_equal(size_text(1500), "1500 B");
    assert_string_equal(size_text(1536), "1.5 KiB");
    assert_string_equal(size_text(1152), "1.125 KiB");
    assert_string_equal(size_text(1025), "1025 B");
    assert_string_equal(size_text(64 << 10), "64 KiB");
    assert_string_equal(size_text(1 << 20), "1 MiB");
    assert_string_equal(size_text((1 << 20) + 1024), "1025 KiB");
    assert_string_equal(size_text(UINT64_C(3) << 30), "3 GiB");
    assert_string_equal(size_text(UINT64_C(1) << 63), "8388608 TiB");
    assert_string_equal(size_text(UINT64_MAX), "18446744073709551615 B");
}

static void shares_and_drifts_are_exact(void **state)
{
    (void)state;
    assert_string_equal(ppb_text(0), "0%");
    assert_string_equal(ppb_text(300000000), "30%");
    assert_string_equal(ppb_text(100000), "0.01%");
    assert_string_equal(ppb_text(1), "0.0000001%");
    assert_string_equal(ppb_text(999999999), "99.9999999%");
    assert_string_equal(ppb_text(1000000000), "100%");
    assert_string_equal(drift_text(-100000), "-100 ppm");
    assert_string_equal(drift_text(50), "0.05 ppm");
    assert_string_equal(drift_text(INT64_MIN), "-9223372036854775.808 ppm");
}

static void numbers_reach_their_extremes(void **state)
{
    (void)state;
    text_u64(fresh(), UINT64_MAX);
    assert_string_equal(buffer, "18446744073709551615");
    text_i64(fresh(), INT64_MIN);
    assert_string_equal(buffer, "-9223372036854775808");
    text_i64(fresh(), 0);
    assert_string_equal(buffer, "0");
    text_hex(fresh(), UINT64_C(0xfedcba9876543210), 16);
    assert_string_equal(buffer, "fedcba9876543210");
    text_hex(fresh(), 0xabc, 2);
    assert_string_equal(buffer, "bc");
    text_decimal(fresh(), UINT64_MAX, 19);
    assert_string_equal(buffer, "1.8446744073709551615");
    text_decimal(fresh(), 7, 0);
    assert_string_equal(buffer, "7");
}

static void foreign_bytes_are_quoted_without_ambiguity(void **state)
{
    const uint8_t bytes[] = {'u', ':', '"', '\\', 0, '\n', 0x7f, 0xff, '~', ' '};
    (void)state;
    text_bytes_quoted(fresh(), (struct bytes){bytes, sizeof bytes});
    assert_string_equal(buffer, "\"u:\\x22\\x5c\\x00\\x0a\\x7f\\xff~ \"");
    text_bytes_quoted(fresh(), (struct bytes){NULL, 0});
    assert_string_equal(buffer, "\"\"");
}

static void padding_counts_characters_of_the_current_line(void **state)
{
    (void)state;
    text_str(fresh(), "first line\nn\xc3\xa4") /* a-umlaut: two bytes, one column */;
    text_pad_to(&text, 4);
    text_char(&text, '|');
    assert_string_equal(buffer, "first line\nn\xc3\xa4  |");
    text_pad_to(&text, 2);
    assert_string_equal(buffer, "first line\nn\xc3\xa4  |");
}

static void what_does_not_fit_is_cut_for_good(void **state)
{
    char small[6];
    (void)state;
    text_init(&text, small, sizeof small);
    text_str(&text, "12345");
    assert_false(text.is_cut);
    assert_string_equal(small, "12345");
    text_char(&text, '6');
    assert_true(text.is_cut);
    assert_string_equal(small, "12345");
    text_init(&text, small, sizeof small);
    text_str(&text, "123456");
    text.size = 2; /* even if there were room again */
    text_str(&text, "x");
    assert_int_equal(text.size, 2);
}

static void a_cut_keeps_characters_whole(void **state)
{
    const char *euro = "ab\xe2\x82\xac"; /* three bytes */
    char small[8];
    (void)state;
    text_init(&text, small, 5); /* room for "ab" and two of the three */
    text_str(&text, euro);
    assert_string_equal(small, "ab");
    text_init(&text, small, 4);
    text_str(&text, euro);
    assert_string_equal(small, "ab");
    text_init(&text, small, 6);
    text_str(&text, euro);
    text_str(&text, "\xe2\x82\xac");
    assert_string_equal(small, euro);
    assert_true(text.is_cut);
    text_init(&text, small, 3); /* stray continuation bytes are nobody's character */
    text_str(&text, "\x80\x80\x80\x80");
    assert_string_equal(small, "\x80\x80");
}

static void a_buffer_of_one_byte_holds_the_empty_text(void **state)
{
    char single = 'x';
    (void)state;
    text_init(&text, &single, 1);
    assert_int_equal(single, '\0');
    text_pad_to(&text, 1000000000); /* and ends at once */
    assert_int_equal(single, '\0');
    assert_int_equal(text.size, 0);
    assert_true(text.is_cut);
}

/* Every capacity, with guard bytes behind: the text is a prefix, then a NUL. */
static void every_capacity_holds_a_prefix_and_a_nul(void **state)
{
    const char *whole = "n2 waited 1.284 s for \"k\\x00\"";
    (void)state;
    for (uint32_t capacity = 1; capacity < 64; capacity++) {
        memset(buffer, '#', sizeof buffer);
        text_init(&text, buffer, capacity);
        text_str(&text, "n2 waited ");
        text_time(&text, 1284 * MILLISECOND);
        text_str(&text, " for ");
        text_bytes_quoted(&text, (struct bytes){(const uint8_t *)"k", 2});
        assert_int_equal(strlen(buffer), MIN(strlen(whole), capacity - 1));
        assert_memory_equal(buffer, whole, strlen(buffer));
        assert_int_equal(text.is_cut, strlen(whole) > capacity - 1);
        assert_int_equal(buffer[capacity], '#');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_written_in_the_largest_unit_that_fits),
        cmocka_unit_test(a_time_is_never_rounded),
        cmocka_unit_test(a_span_carries_its_sign),
        cmocka_unit_test(fixed_times_align_and_are_cut_off_towards_zero),
        cmocka_unit_test(a_size_is_exact_in_the_largest_unit_with_three_decimals),
        cmocka_unit_test(shares_and_drifts_are_exact),
        cmocka_unit_test(numbers_reach_their_extremes),
        cmocka_unit_test(foreign_bytes_are_quoted_without_ambiguity),
        cmocka_unit_test(padding_counts_characters_of_the_current_line),
        cmocka_unit_test(what_does_not_fit_is_cut_for_good),
        cmocka_unit_test(a_cut_keeps_characters_whole),
        cmocka_unit_test(a_buffer_of_one_byte_holds_the_empty_text),
        cmocka_unit_test(every_capacity_holds_a_prefix_and_a_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
