/*
 * Facts about nearest.h: what counts as one slip of the hand, and when it is
 * better to say nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

static struct bytes bytes_of(const char *string)
{
    return (struct bytes){(const uint8_t *)string, (uint32_t)strlen(string)};
}

static uint32_t distance(const char *a, const char *b)
{
    return nearest_distance(bytes_of(a), bytes_of(b));
}

/* "; did you mean ...?" for a wrong word among some that scenarios know, or "". */
static const char *suggestion(const char *wrong)
{
    static const char *const WORDS[] = {"loss",    "delay",       "latency",      "timeout",
                                        "reorder", "read_quorum", "write_quorum", "n1"};
    static char buffer[80];
    struct text text;
    struct nearest nearest = nearest_to(bytes_of(wrong));
    text_init(&text, buffer, sizeof buffer);
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        nearest_offer_string(&nearest, WORDS[i]);
    bool is_suggested = nearest_suggest(&text, &nearest);
    assert_int_equal(is_suggested, text.size > 0);
    return buffer;
}

static void one_edit_is_a_byte_added_left_out_replaced_or_two_swapped(void **state)
{
    (void)state;
    assert_int_equal(distance("loss", "loss"), 0);
    assert_int_equal(distance("losss", "loss"), 1);
    assert_int_equal(distance("lss", "loss"), 1);
    assert_int_equal(distance("lass", "loss"), 1);
    assert_int_equal(distance("lsos", "loss"), 1);
    assert_int_equal(distance("", "loss"), 4);
    assert_int_equal(distance("loss", ""), 4);
    assert_int_equal(distance("", ""), 0);
    assert_int_equal(distance("kitten", "sitting"), 3);
    assert_int_equal(distance("ca", "abc"), 3); /* no place is edited twice */
}

static void letter_case_and_the_kind_of_dash_cost_nothing(void **state)
{
    (void)state;
    assert_int_equal(distance("Read-Quorum", "read_quorum"), 0);
    assert_string_equal(suggestion("WRITE-QUORUM"), "; did you mean \"write_quorum\"?");
}

static void a_close_word_is_suggested(void **state)
{
    (void)state;
    assert_string_equal(suggestion("lss"), "; did you mean \"loss\"?");
    assert_string_equal(suggestion("delya"), "; did you mean \"delay\"?");
    assert_string_equal(suggestion("latncy"), "; did you mean \"latency\"?");
    assert_string_equal(suggestion("raed_qurum"), "; did you mean \"read_quorum\"?");
    assert_string_equal(suggestion("n3"), "; did you mean \"n1\"?");
}

static void an_abbreviation_and_an_appended_unit_are_recognized(void **state)
{
    (void)state;
    assert_string_equal(suggestion("lat"), "; did you mean \"latency\"?");
    assert_string_equal(suggestion("timeout_ms"), "; did you mean \"timeout\"?");
    assert_string_equal(suggestion("la"), "");
}

static void a_far_word_gets_no_suggestion(void **state)
{
    (void)state;
    assert_string_equal(suggestion("xyz"), "");
    assert_string_equal(suggestion("x"), "");
    assert_string_equal(suggestion(""), "");
    assert_string_equal(suggestion("partition"), "");
}

static void of_equals_the_earliest_is_suggested_and_of_none_none(void **state)
{
    struct nearest nearest = nearest_to(bytes_of("node3"));
    (void)state;
    assert_int_equal(nearest_word(&nearest).size, 0);
    nearest_offer_string(&nearest, "node1");
    nearest_offer_string(&nearest, "node2");
    assert_memory_equal(nearest_word(&nearest).data, "node1", 5);
}

static void a_very_long_word_is_far_from_everything(void **state)
{
    char word[NEAREST_SIZE_MAX + 2];
    (void)state;
    memset(word, 'a', sizeof word);
    word[NEAREST_SIZE_MAX + 1] = '\0';
    assert_int_equal(distance(word, "a"), NEAREST_FAR);
    assert_int_equal(distance("a", word), NEAREST_FAR);
    word[NEAREST_SIZE_MAX] = '\0';
    assert_int_equal(distance(word, "a"), NEAREST_SIZE_MAX - 1);
    assert_int_equal(distance(word, word), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_edit_is_a_byte_added_left_out_replaced_or_two_swapped),
        cmocka_unit_test(letter_case_and_the_kind_of_dash_cost_nothing),
        cmocka_unit_test(a_close_word_is_suggested),
        cmocka_unit_test(an_abbreviation_and_an_appended_unit_are_recognized),
        cmocka_unit_test(a_far_word_gets_no_suggestion),
        cmocka_unit_test(of_equals_the_earliest_is_suggested_and_of_none_none),
        cmocka_unit_test(a_very_long_word_is_far_from_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
