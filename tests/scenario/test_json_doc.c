/*
 * Facts about json_doc.h: the exact sentence for each mistake, the exact value
 * for each good text.
 *
 * The sentences are written out in full, because they are the product: whoever
 * changes one reads it here as a person would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scenario/json_doc.h"

/* ---- Helpers ---- */

/* Text with its size, since some of it holds NUL bytes. */
#define TEXT(literal) (literal), sizeof(literal) - 1

static struct json_doc *parse(const char *text)
{
    struct json_error error = {0};
    struct json_doc *doc = json_doc_parse("a.json", text, strlen(text), &error);
    if (!doc)
        fail_msg("%s", error.text);
    return doc;
}

/* One kind of read, for tables. */
typedef void read_function(struct json_value value);

/* The sentence after one read of the required key "k" of an object. */
static const char *sentence_of(const char *text, read_function *read)
{
    static struct json_error error;
    struct json_doc *doc = parse(text);
    error = (struct json_error){0};
    struct json_object top = json_object_open(json_root(doc, &error));
    read(json_object_need(&top, "k"));
    json_object_finish(&top);
    json_doc_free(doc);
    return error.text;
}

/* ---- Malformed texts ---- */

struct malformed {
    const char *text;
    size_t size;
    const char *sentence;
};

static const struct malformed MALFORMED[] = {
    /* cut off everywhere */
    {TEXT(""), "a.json:1:1: expected a JSON value, found nothing but an empty text"},
    {TEXT(" \n\t"), "a.json:1:1: expected a JSON value, found nothing but an empty text"},
    {TEXT("{"), "a.json:1:2: expected a key in double quotes or '}' after '{', found the end of "
                "the text (the '{' of line 1 is still open)"},
    {TEXT("{\"a"), "a.json:1:2: expected '\"' at the end of this string, found the end of the "
                   "text"},
    {TEXT("{\"a\""), "a.json:1:5: expected ':' after the key, found the end of the text (the '{' "
                     "of line 1 is still open)"},
    {TEXT("\n{\"a\":"), "a.json:2:6: expected a value, found the end of the text (the '{' of line "
                        "2 is still open)"},
    {TEXT("{\"a\":1"), "a.json:1:7: expected ',' or '}' after the value of \"a\", found the end "
                       "of the text (the '{' of line 1 is still open)"},
    {TEXT("{\"a\":1,"), "a.json:1:8: expected a key in double quotes after ',', found the end of "
                        "the text (the '{' of line 1 is still open)"},
    {TEXT("{\"a\":1,\"b\":[1,\n2"),
     "a.json:2:2: expected ',' or ']' after the item of an array, found the end of the text (the "
     "'[' of line 1 is still open)"},
    {TEXT("["), "a.json:1:2: expected a value, found the end of the text (the '[' of line 1 is "
                "still open)"},
    {TEXT("[1"), "a.json:1:3: expected ',' or ']' after the item of an array, found the end of "
                 "the text (the '[' of line 1 is still open)"},
    {TEXT("[1,"), "a.json:1:4: expected a value, found the end of the text (the '[' of line 1 is "
                  "still open)"},
    {TEXT("tru"), "a.json:1:1: expected a value, found the word tru (JSON writes it true)"},
    {TEXT("-"), "a.json:1:2: expected a digit after '-', found the end of the text"},
    {TEXT("5."), "a.json:1:3: expected a digit after '.', found the end of the text"},
    {TEXT("1e"), "a.json:1:3: expected a digit in the exponent, found the end of the text"},
    {TEXT("1E+"), "a.json:1:4: expected a digit in the exponent, found the end of the text"},
    {TEXT("\""), "a.json:1:1: expected '\"' at the end of this string, found the end of the text"},
    {TEXT("\"a\\"), "a.json:1:4: expected one of \" \\ / b f n r t u after the backslash, found "
                    "the end of the text"},
    {TEXT("\"\\u12"), "a.json:1:2: expected four hexadecimal digits after \\u"},

    /* brackets, commas, colons */
    {TEXT("]"), "a.json:1:1: expected a value, found ']'"},
    {TEXT("[1}"), "a.json:1:3: expected ',' or ']' after the item of an array, found '}' (the '[' "
                  "of line 1 is still open)"},
    {TEXT("{\"a\":1]"), "a.json:1:7: expected ',' or '}' after the value of \"a\", found ']' (the "
                        "'{' of line 1 is still open)"},
    {TEXT("{\"a\":1}}"), "a.json:1:8: expected the end of the text after its value, found '}'"},
    {TEXT("{} {}"), "a.json:1:4: expected the end of the text after its value, found '{'"},
    {TEXT("1 x"), "a.json:1:3: expected the end of the text after its value, found the word x"},
    {TEXT("{\n  \"a\": 1,\n}"), "a.json:3:1: expected another key after ',', found '}' (JSON has "
                                "no comma after the last member)"},
    {TEXT("[1,]"), "a.json:1:4: expected another item after ',', found ']' (JSON has no comma "
                   "after the last item)"},
    {TEXT("[,1]"), "a.json:1:2: expected a value, found ','"},
    {TEXT("[1,,2]"), "a.json:1:4: expected a value, found ','"},
    {TEXT("{,}"), "a.json:1:2: expected a key in double quotes or '}' after '{', found ','"},
    {TEXT("{\"a\":}"), "a.json:1:6: expected a value, found '}'"},
    {TEXT("{\"a\" 1}"), "a.json:1:6: expected ':' after the key, found the number 1"},
    {TEXT("{\"a\"=1}"), "a.json:1:5: expected ':' after the key, found '='"},
    {TEXT("{\"nodes\": 3\n \"x\": 2}"),
     "a.json:2:2: expected ',' or '}' after the value of \"nodes\", found '\"'"},
    {TEXT("[1 2]"), "a.json:1:4: expected ',' or ']' after the item of an array, found the number "
                    "2"},
    {TEXT("{\"a\":1;}"), "a.json:1:7: expected ',' or '}' after the value of \"a\", found ';'"},

    /* habits from elsewhere */
    {TEXT("{a:1}"), "a.json:1:2: expected a key in double quotes or '}' after '{', found the word "
                    "a (a key stands in double quotes)"},
    {TEXT("{1:2}"), "a.json:1:2: expected a key in double quotes or '}' after '{', found the "
                    "number 1 (a key stands in double quotes)"},
    {TEXT("{'a':1}"), "a.json:1:2: expected a key in double quotes or '}' after '{', found ''' "
                      "(JSON strings stand in double quotes)"},
    {TEXT("['a']"),
     "a.json:1:2: expected a value, found ''' (JSON strings stand in double quotes)"},
    {TEXT("{\xe2\x80\x9c"
          "a\xe2\x80\x9d:1}"),
     "a.json:1:2: expected a key in double quotes or '}' after '{', found '\xe2\x80\x9c' (U+201C) "
     "(JSON needs the straight double quote \")"},
    {TEXT("// note\n{}"), "a.json:1:1: expected a value, found '/' (JSON has no comments)"},
    {TEXT("/* note */ {}"), "a.json:1:1: expected a value, found '/' (JSON has no comments)"},
    {TEXT("{\n  \"a\": 1 // note\n}"), "a.json:2:10: expected ',' or '}' after the value of "
                                       "\"a\", found '/' (JSON has no comments)"},
    {TEXT("{ # note\n}"), "a.json:1:3: expected a key in double quotes or '}' after '{', found "
                          "'#' (JSON has no comments)"},
    {TEXT("[True]"), "a.json:1:2: expected a value, found the word True (JSON writes it true)"},
    {TEXT("no"), "a.json:1:1: expected a value, found the word no (JSON writes it false)"},
    {TEXT("None"), "a.json:1:1: expected a value, found the word None (JSON writes it null)"},
    {TEXT("hello"),
     "a.json:1:1: expected a value, found the word hello (a string stands in double quotes)"},
    {TEXT("nullable"),
     "a.json:1:1: expected a value, found the word nullable (a string stands in double quotes)"},
    {TEXT("{\"a\":\xc2\xa0"
          "1}"),
     "a.json:1:6: expected a value, found U+00A0 (a blank that JSON does not know; write a plain "
     "space)"},
    {TEXT("[1\f]"), "a.json:1:3: expected ',' or ']' after the item of an array, found U+000C (a "
                    "blank that JSON does not know; write a plain space)"},

    /* numbers */
    {TEXT("NaN"),
     "a.json:1:1: expected a value, found the word NaN (JSON has no NaN and no Infinity)"},
    {TEXT("[-Infinity]"), "a.json:1:3: expected a digit after '-', found the word Infinity (JSON "
                          "has no NaN and no Infinity)"},
    {TEXT("01"), "a.json:1:1: expected a number without a leading zero, found the number 01"},
    {TEXT("[-00]"), "a.json:1:3: expected a number without a leading zero, found the number 00"},
    {TEXT("+1"), "a.json:1:1: expected a value, found '+' (JSON numbers have no plus sign)"},
    {TEXT(".5"),
     "a.json:1:1: expected a value, found '.' (a digit stands before the point, as in 0.5)"},
    {TEXT("-.5"), "a.json:1:2: expected a digit after '-', found '.'"},
    {TEXT("0x10"), "a.json:1:2: expected the end of the text after its value, found the word x10 "
                   "(JSON has no hexadecimal numbers)"},
    {TEXT("[1_000]"), "a.json:1:3: expected ',' or ']' after the item of an array, found the word "
                      "_000 (JSON numbers have no digit groups)"},
    {TEXT("1.5.2"), "a.json:1:4: expected the end of the text after its value, found '.'"},
    {TEXT("{\"t\": 2ms}"), "a.json:1:8: expected ',' or '}' after the value of \"t\", found the "
                           "word ms (a number with a unit stands in double quotes, as in "
                           "\"2ms\")"},
    {TEXT("{\"t\": 30%}"), "a.json:1:9: expected ',' or '}' after the value of \"t\", found '%' "
                           "(a number with a unit stands in double quotes, as in \"2ms\")"},
    {TEXT("1e999"), "a.json:1:1: expected a number up to 1.7e308, found 1e999"},
    {TEXT("[0, -1e999]"), "a.json:1:5: expected a number up to 1.7e308, found -1e999"},
    {TEXT("1000000000000000000000000000000000000000000000000000000000000"),
     "a.json:1:1: expected a number of at most 60 characters, found a longer one"},

    /* strings */
    {TEXT("\"a\nb\""), "a.json:1:1: expected '\"' at the end of this string, found the end of the "
                       "line"},
    {TEXT("\"a\tb\""), "a.json:1:3: expected no control character in a string, found U+0009 "
                       "(write \\t)"},
    {TEXT("\"\x1b[31m\""), "a.json:1:2: expected no control character in a string, found U+001B "
                           "(write it as \\u and four digits)"},
    {TEXT("\"\\x41\""), "a.json:1:3: expected one of \" \\ / b f n r t u after the backslash, "
                        "found the word x41"},
    {TEXT("\"\\u00G0\""), "a.json:1:2: expected four hexadecimal digits after \\u"},
    {TEXT("\"\\u0000\""), "a.json:1:2: expected no NUL character (\\u0000) in a string"},
    {TEXT("\"\\ud800\""), "a.json:1:2: expected a second half \\uDC00 to \\uDFFF after this first "
                          "half of a surrogate pair"},
    {TEXT("\"\\ud800\\u0041\""), "a.json:1:2: expected a second half \\uDC00 to \\uDFFF after "
                                 "this first half of a surrogate pair"},
    {TEXT("\"\\udc00\""), "a.json:1:2: expected a first half \\uD800 to \\uDBFF before this "
                          "second half of a pair"},

    /* bytes */
    {TEXT("\xef\xbb\xbf{}"),
     "a.json:1:1: expected JSON, found a byte order mark (save it as UTF-8 without BOM)"},
    {TEXT("\xff\xfe{\0}\0"), "a.json:1:1: expected UTF-8 text, found UTF-16 (save it as UTF-8)"},
    {TEXT("\xfe\xff\0{\0}"), "a.json:1:1: expected UTF-8 text, found UTF-16 (save it as UTF-8)"},
    {TEXT("{\0}\0"), "a.json:1:2: expected UTF-8 text, found a NUL byte (UTF-16 or binary?)"},
    {TEXT("\"a\0b\""), "a.json:1:3: expected UTF-8 text, found a NUL byte (UTF-16 or binary?)"},
    {TEXT("{}\0"), "a.json:1:3: expected UTF-8 text, found a NUL byte (UTF-16 or binary?)"},
    {TEXT("\"\x80\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0x80 (no character begins with it)"},
    {TEXT("\"\xc3(\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xC3 (its character is cut short)"},
    {TEXT("\"\xe2\x82"),
     "a.json:1:2: expected UTF-8 text, found the byte 0xE2 (its character is cut short)"},
    {TEXT("\"\xc0\xaf\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xC0 (its character is written too long)"},
    {TEXT("\"\xe0\x80\xaf\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xE0 (its character is written too long)"},
    {TEXT("\"\xf0\x80\x80\xaf\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xF0 (its character is written too long)"},
    {TEXT("\"\xed\xa0\x80\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xED (a surrogate half is no character)"},
    {TEXT("\"\xf4\x90\x80\x80\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xF4 (it goes beyond U+10FFFF)"},
    {TEXT("\"\xf8\x88\x80\x80\x80\""),
     "a.json:1:2: expected UTF-8 text, found the byte 0xF8 (no character begins with it)"},
    {TEXT("[\n\"\xf0\x9f\x98\x80\xc3\xa4\",\xff]"),
     "a.json:2:6: expected UTF-8 text, found the byte 0xFF (no character begins with it)"},
    {TEXT("\x1b[2J"), "a.json:1:1: expected a value, found U+001B"},
    {TEXT("\xe2\x80\xae{}"), "a.json:1:1: expected a value, found U+202E"},

    /* keys that stand twice */
    {TEXT("{\"a\":1,\n \"b\":2,\n \"a\":3}"),
     "a.json:3:2: expected each key once in an object, found \"a\" again (first in line 1)"},
    {TEXT("{\"a\":1, \"\\u0061\":3}"),
     "a.json:1:9: expected each key once in an object, found \"a\" again (first in line 1)"},
    {TEXT("[{\"x\":{\"b\":1,\"a\":1,\"a\":2,\"b\":3}}]"),
     "a.json:1:20: expected each key once in an object, found \"a\" again (first in line 1)"},
};

static void a_malformed_text_is_refused_with_place_and_reason(void **state)
{
    (void)state;
    assert_true(ARRAY_LEN(MALFORMED) >= 60);
    for (size_t i = 0; i < ARRAY_LEN(MALFORMED); i++) {
        struct json_error error = {0};
        assert_null(json_doc_parse("a.json", MALFORMED[i].text, MALFORMED[i].size, &error));
        assert_string_equal(error.text, MALFORMED[i].sentence);
    }
}

/* Every beginning of a good text is a mistake, and none of them reads past its end
 * (the copies have exactly their size, for the address sanitizer to watch). */
static void a_text_cut_off_anywhere_is_refused(void **state)
{
    static const char TEXT_WITH_ALL[] =
        "{\"a\":[1,-2.5e+3,true,false,null,\"x\\u00e4\\ud83d\\ude00\\n\xc3\xa4\"],\"b\":{}}";
    (void)state;
    for (size_t size = 0; size < sizeof TEXT_WITH_ALL; size++) {
        struct json_error error = {0};
        char *copy = malloc(size + !size);
        memcpy(copy, TEXT_WITH_ALL, size);
        struct json_doc *doc = json_doc_parse("a.json", copy, size, &error);
        assert_int_equal(doc != NULL, size == sizeof TEXT_WITH_ALL - 1);
        assert_int_equal(json_has_error(&error), doc == NULL);
        json_doc_free(doc);
        free(copy);
    }
}

static char *nested(uint32_t depth)
{
    char *text = malloc(2 * depth + 1);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
    return text;
}

static void nesting_stops_at_64(void **state)
{
    struct json_error error = {0};
    char *good = nested(JSON_DEPTH_LIMIT), *deep = nested(JSON_DEPTH_LIMIT + 1);
    char *abyss = nested(1000000);
    (void)state;
    json_doc_free(parse(good));
    assert_null(json_doc_parse("a.json", deep, strlen(deep), &error));
    assert_string_equal(
        error.text,
        "a.json:1:65: expected at most 64 objects and arrays inside each other, found more");
    error = (struct json_error){0};
    assert_null(json_doc_parse("a.json", abyss, strlen(abyss), &error));
    assert_string_equal(
        error.text,
        "a.json:1:65: expected at most 64 objects and arrays inside each other, found more");
    free(good);
    free(deep);
    free(abyss);
}

static void a_text_of_more_than_16_mib_is_refused(void **state)
{
    struct json_error error = {0};
    char *text = malloc(JSON_SIZE_LIMIT + 1);
    (void)state;
    memset(text, ' ', JSON_SIZE_LIMIT + 1);
    text[0] = '1';
    json_doc_free(json_doc_parse("a.json", text, JSON_SIZE_LIMIT, &error));
    assert_string_equal(error.text, "");
    assert_null(json_doc_parse("a.json", text, JSON_SIZE_LIMIT + 1, &error));
    assert_string_equal(error.text, "a.json: expected at most 16 MiB of text, found more");
    free(text);
}

/* "[0,0,...,0]" with `count` values, the array included. */
static char *many_values(uint32_t count)
{
    char *text = malloc(2 * (size_t)count);
    for (uint32_t i = 0; i + 1 < count; i++)
        memcpy(text + 2 * i, i == 0 ? "[0" : ",0", 2);
    strcpy(text + 2 * (size_t)(count - 1), "]");
    return text;
}

static void more_than_a_million_values_are_refused(void **state)
{
    struct json_error error = {0};
    char *good = many_values(JSON_VALUE_LIMIT), *more = many_values(JSON_VALUE_LIMIT + 1);
    (void)state;
    json_doc_free(parse(good));
    assert_null(json_doc_parse("a.json", more, strlen(more), &error));
    assert_string_equal(error.text,
                        "a.json:1:2000000: expected at most 1000000 values, found one more");
    free(good);
    free(more);
}

/* Sorted, not compared each with each: this test would take an hour otherwise. */
static void a_hundred_thousand_keys_are_checked_quickly(void **state)
{
    struct json_error error = {0};
    char *text = malloc(100000 * 16 + 16), *at = text;
    (void)state;
    for (uint32_t i = 0; i < 100000; i++)
        at += sprintf(at, "%s\"k%u\":1", i == 0 ? "{" : ",\n", i);
    strcpy(at, ",\n\"k77\":2}");
    assert_null(json_doc_parse("a.json", text, strlen(text), &error));
    assert_string_equal(error.text, "a.json:100001:1: expected each key once in an object, found "
                                    "\"k77\" again (first in line 78)");
    free(text);
}

static void what_a_terminal_would_obey_is_never_shown(void **state)
{
    struct json_error error = {0};
    (void)state;
    assert_null(
        json_doc_parse("a\x1b[2J.json", TEXT("{\"\xc2\x9b\xe2\x80\xae\x7f\": 1 x"), &error));
    assert_string_equal(error.text, "aU+001B[2J.json:1:11: expected ',' or '}' after the value of "
                                    "\"U+009BU+202EU+007F\", found the word x");
}

static void a_long_word_is_cut_in_the_sentence(void **state)
{
    struct json_error error = {0};
    (void)state;
    assert_null(json_doc_parse(
        "a.json", TEXT("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"), &error));
    assert_string_equal(error.text,
                        "a.json:1:1: expected a value, found the word "
                        "abcdefghijklmnopqrstuvwxyzabcdefghijklmn... (a string stands in double "
                        "quotes)");
}

/* ---- Good texts ---- */

static void every_kind_of_value_is_accepted(void **state)
{
    static const char *const GOOD[] = {"0",
                                       "-0",
                                       "-1.5e-10",
                                       "1E+2",
                                       "123456789012345678901234567890",
                                       "true",
                                       "null",
                                       "\"\"",
                                       "\"\\/\"",
                                       "\"\\ud83d\\ude00\"",
                                       "[]",
                                       "{}",
                                       " [ ] ",
                                       "\r\n{}\t",
                                       "{\"\":0}",
                                       "[[],{}]",
                                       "[1e308]",
                                       "\"\x7f\"",
                                       "\"\xe2\x80\xa8\"",
                                       "{\"a\":1,\"A\":2}"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
        json_doc_free(parse(GOOD[i]));
}

static void positions_count_lines_and_characters_from_one(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\r\n\t\"\xc3\xa4\xf0\x9f\x98\x80\": [1,\n 2]}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_value value;
    struct json_position position;
    (void)state;
    assert_true(json_object_next(&top, &value));
    assert_string_equal(json_value_key(value), "\xc3\xa4\xf0\x9f\x98\x80");
    position = json_value_position(value);
    assert_int_equal(position.line, 2);
    assert_int_equal(position.column, 8);
    struct json_array array = json_array_open(value, 0, 9);
    assert_true(json_array_next(&array, &value) && json_array_next(&array, &value));
    position = json_value_position(value);
    assert_int_equal(position.line, 3);
    assert_int_equal(position.column, 2);
    assert_null(json_value_key(value));
    json_doc_free(doc);
}

static void kinds_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum json_kind kind;
    } CASES[] = {{"null", JSON_NULL},  {"true", JSON_BOOL},   {"false", JSON_BOOL},
                 {"1.5", JSON_NUMBER}, {"\"\"", JSON_STRING}, {"[]", JSON_ARRAY},
                 {"{}", JSON_OBJECT}};
    struct json_error error = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct json_doc *doc = parse(CASES[i].text);
        assert_int_equal(json_value_kind(json_root(doc, &error)), CASES[i].kind);
        json_doc_free(doc);
    }
    struct json_doc *doc = parse("{}");
    struct json_object top = json_object_open(json_root(doc, &error));
    assert_int_equal(json_value_kind(json_object_get(&top, "k")), JSON_MISSING);
    json_doc_free(doc);
}

/* ---- Reads that succeed ---- */

static void values_arrive_exactly(void **state)
{
    static const char *const WORDS[] = {"crash", "pause", "slow"};
    static const struct json_string_rule ANY = {"a text", NULL, 0, 100};
    struct json_error error = {0};
    struct json_doc *doc = parse(
        "{\"yes\": true, \"no\": false, \"big\": 9223372036854775807,\n"
        " \"small\": -9223372036854775808, \"exact\": 9007199254740993, \"minus\": -0,\n"
        " \"time\": \"1.5ms\", \"span\": \"-5s\", \"size\": \"64KiB\", \"share\": \"30%\",\n"
        " \"drift\": \"-100ppm\", \"text\": \"a\\u00e4\\ud83d\\ude00\\n\", \"word\": \"slow\",\n"
        " \"dec\": 0.99, \"ten\": 10, \"fine\": 18446744073.709551615}");
    struct json_object o = json_object_open(json_root(doc, &error));
    (void)state;
    assert_true(json_read_bool(json_object_need(&o, "yes"), false));
    assert_false(json_read_bool(json_object_need(&o, "no"), true));
    assert_true(json_read_int(json_object_need(&o, "big"), INT64_MIN, INT64_MAX, 0) == INT64_MAX);
    assert_true(json_read_int(json_object_need(&o, "small"), INT64_MIN, INT64_MAX, 0) == INT64_MIN);
    assert_true(json_read_int(json_object_need(&o, "exact"), 0, INT64_MAX, 0) ==
                INT64_C(9007199254740993));
    assert_int_equal(json_read_int(json_object_need(&o, "minus"), 0, 5, 3), 0);
    assert_int_equal(json_read_time(json_object_need(&o, "time"), 0, SECOND, 0), 1500000);
    assert_true(json_read_span(json_object_need(&o, "span"), INT64_MIN, 0, 0) ==
                -INT64_C(5000000000));
    assert_int_equal(json_read_size(json_object_need(&o, "size"), 0, UINT64_MAX, 0), 65536);
    assert_int_equal(json_read_share(json_object_need(&o, "share"), 0, 1000000000, 0), 300000000);
    assert_int_equal(json_read_drift(json_object_need(&o, "drift"), -1000000, 0, 0), -100000);
    assert_string_equal(json_read_string(json_object_need(&o, "text"), &ANY, NULL),
                        "a\xc3\xa4\xf0\x9f\x98\x80\n");
    assert_int_equal(json_read_word(json_object_need(&o, "word"), WORDS, 3, 0), 2);
    assert_int_equal(json_read_decimal(json_object_need(&o, "dec"), 0, UINT64_MAX, 0), 990000000);
    assert_true(json_read_decimal(json_object_need(&o, "ten"), 0, UINT64_MAX, 0) ==
                UINT64_C(10000000000));
    assert_true(json_read_decimal(json_object_need(&o, "fine"), 0, UINT64_MAX, 0) == UINT64_MAX);
    assert_true(json_object_finish(&o));
    assert_string_equal(error.text, "");
    json_doc_free(doc);
}

static void missing_optional_values_give_their_fallbacks(void **state)
{
    static const char *const WORDS[] = {"crash"};
    static const struct json_string_rule ANY = {"a text", NULL, 0, 100};
    struct json_error error = {0};
    struct json_doc *doc = parse("{}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object o = json_object_open(json_object_get(&top, "missing"));
    struct json_array a = json_array_open(json_object_get(&o, "list"), 1, 9);
    struct json_value item;
    (void)state;
    assert_true(json_object_is_present(&top));
    assert_false(json_object_is_present(&o));
    assert_false(json_object_has(&o, "x"));
    assert_true(json_read_bool(json_object_get(&o, "b"), true));
    assert_int_equal(json_read_int(json_object_need(&o, "i"), 1, 2, 77), 77);
    assert_int_equal(json_read_time(json_object_get(&o, "t"), 1, 2, 78), 78);
    assert_int_equal(json_read_size(json_object_get(&o, "s"), 1, 2, 79), 79);
    assert_int_equal(json_read_share(json_object_get(&o, "p"), 1, 2, 80), 80);
    assert_int_equal(json_read_span(json_object_get(&o, "n"), 1, 2, -81), -81);
    assert_int_equal(json_read_drift(json_object_get(&o, "d"), 1, 2, -82), -82);
    assert_string_equal(json_read_string(json_object_get(&o, "q"), &ANY, "none"), "none");
    assert_int_equal(json_read_word(json_object_get(&o, "w"), WORDS, 1, 9), 9);
    assert_int_equal(a.count, 0);
    assert_false(json_array_next(&a, &item));
    assert_false(json_object_next(&o, &item));
    assert_true(json_object_finish(&o));
    assert_true(json_object_finish(&top));
    json_doc_free(doc);
}

static void arrays_and_maps_are_gone_through_in_the_documents_order(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"z\": [3, 1, 2], \"a\": [], \"m\": [7]}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_value member, item;
    char seen[64] = "";
    (void)state;
    while (json_object_next(&top, &member)) {
        struct json_array array = json_array_open(member, 0, 3);
        sprintf(seen + strlen(seen), "%s%u:", json_value_key(member), array.count);
        while (json_array_next(&array, &item))
            sprintf(seen + strlen(seen), "%d", (int)json_read_int(item, 0, 9, 0));
    }
    assert_string_equal(seen, "z3:312a0:m1:7");
    assert_true(json_object_finish(&top)); /* a map allows every key */
    json_doc_free(doc);
}

/* ---- Reads that fail ---- */

static void read_bool(struct json_value v)
{
    assert_true(json_read_bool(v, true));
}

static void read_int(struct json_value v)
{
    assert_int_equal(json_read_int(v, 1, 1000, 55), 55);
}

static void read_any_int(struct json_value v)
{
    assert_int_equal(json_read_int(v, INT64_MIN, INT64_MAX, 55), 55);
}

static void read_count(struct json_value v)
{
    assert_int_equal(json_read_int(v, 0, INT64_MAX, 55), 55);
}

static void read_decimal(struct json_value v)
{
    assert_int_equal(json_read_decimal(v, 10000000, 10000000000, 55), 55);
}

static void read_time(struct json_value v)
{
    assert_int_equal(json_read_time(v, MILLISECOND, 60 * SECOND, 55), 55);
}

static void read_span(struct json_value v)
{
    assert_int_equal(json_read_span(v, -(int64_t)SECOND, (int64_t)SECOND, -55), -55);
}

static void read_size(struct json_value v)
{
    assert_int_equal(json_read_size(v, 1, 1 << 20, 55), 55);
}

static void read_share(struct json_value v)
{
    assert_int_equal(json_read_share(v, 0, 500000000, 55), 55);
}

static void read_drift(struct json_value v)
{
    assert_int_equal(json_read_drift(v, -1000, 1000, 55), 55);
}

static void read_name(struct json_value v)
{
    static const struct json_string_rule NAME = {"a node's name", "a-z0-9_-", 1, 8};
    assert_string_equal(json_read_string(v, &NAME, "fallback"), "fallback");
}

static void read_title(struct json_value v)
{
    static const struct json_string_rule TITLE = {"a title", NULL, 2, 5};
    assert_null(json_read_string(v, &TITLE, NULL));
}

static void read_kind(struct json_value v)
{
    static const char *const KINDS[] = {"crash", "pause", "slow"};
    assert_int_equal(json_read_word(v, KINDS, 3, 55), 55);
}

static void read_nothing_defined(struct json_value v)
{
    assert_int_equal(json_read_word(v, NULL, 0, 55), 55);
}

static void read_object(struct json_value v)
{
    struct json_object object = json_object_open(v);
    assert_false(json_object_is_present(&object));
}

static void read_array(struct json_value v)
{
    assert_int_equal(json_array_open(v, 1, 3).count, 0);
}

static void read_pair(struct json_value v)
{
    assert_int_equal(json_array_open(v, 2, 2).count, 0);
}

static void read_some(struct json_value v)
{
    assert_int_equal(json_array_open(v, 1, UINT32_MAX).count, 0);
}

static const struct {
    read_function *read;
    const char *text;
    const char *sentence;
} MISREAD[] = {
    {read_bool, "{\"k\": 1}", "a.json:1:7: k: expected true or false, found 1"},
    {read_bool, "{\"k\": \"true\"}",
     "a.json:1:7: k: expected true or false, found \"true\" (without the quotes)"},
    {read_bool, "{\"k\": null}", "a.json:1:7: k: expected true or false, found null"},
    {read_bool, "{}", "a.json:1:1: missing key \"k\" in the top level, expected true or false"},

    {read_int, "{\"k\": 2.5}", "a.json:1:7: k: expected a whole number from 1 to 1000, found 2.5"},
    {read_int, "{\"k\": 0}", "a.json:1:7: k: expected a whole number from 1 to 1000, found 0"},
    {read_int, "{\"k\": 1001}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found 1001"},
    {read_int, "{\"k\": 1e2}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found 1e2 "
     "(write it in plain digits)"},
    {read_int, "{\"k\": 2.0}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found 2.0 "
     "(write it in plain digits)"},
    {read_int, "{\"k\": \"5\"}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found "
     "\"5\" (without the quotes)"},
    {read_int, "{\"k\": true}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found true"},
    {read_int, "{\"k\": {}}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found an empty object"},
    {read_int, "{\"k\": [1]}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found an array"},
    {read_int, "{\"k\": 99999999999999999999999999999999999999999999}",
     "a.json:1:7: k: expected a whole number from 1 to 1000, found "
     "99999999999999999999999999999999999999999999"},
    {read_any_int, "{\"k\": 9223372036854775808}",
     "a.json:1:7: k: expected a whole number, found 9223372036854775808"},
    {read_any_int, "{\"k\": -9223372036854775809}",
     "a.json:1:7: k: expected a whole number, found -9223372036854775809"},
    {read_count, "{\"k\": -1}", "a.json:1:7: k: expected a whole number of at least 0, found -1"},
    {read_int, "{}",
     "a.json:1:1: missing key \"k\" in the top level, expected a whole number from 1 to 1000"},

    {read_decimal, "{\"k\": 0}", "a.json:1:7: k: expected a number from 0.01 to 10, found 0"},
    {read_decimal, "{\"k\": -1.5}", "a.json:1:7: k: expected a number from 0.01 to 10, found -1.5"},
    {read_decimal, "{\"k\": 10.000000001}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found 10.000000001"},
    {read_decimal, "{\"k\": 99999999999999999999999999999999999999999999}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found "
     "99999999999999999999999999999999999999999999"},
    {read_decimal, "{\"k\": 1e0}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found 1e0 "
     "(write it in plain digits, at most nine behind the point)"},
    {read_decimal, "{\"k\": 0.1234567891}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found 0.1234567891 (write it in plain "
     "digits, at most nine behind the point)"},
    {read_decimal, "{\"k\": \"0.99\"}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found \"0.99\" (without the quotes)"},
    {read_decimal, "{\"k\": \"x.\"}",
     "a.json:1:7: k: expected a number from 0.01 to 10, found \"x.\""},
    {read_decimal, "{}",
     "a.json:1:1: missing key \"k\" in the top level, expected a number from 0.01 to 10"},

    {read_time, "{\"k\": 5}",
     "a.json:1:7: k: expected a time such as \"2ms\", found 5 (a number has no unit)"},
    {read_time, "{\"k\": [\"2ms\"]}",
     "a.json:1:7: k: expected a time such as \"2ms\", found an array"},
    {read_time, "{\"k\": \"0.5ms\"}",
     "a.json:1:7: k: expected a time of at least 1 ms, found \"0.5ms\""},
    {read_time, "{\"k\": \"2h\"}", "a.json:1:7: k: expected a time of at most 60 s, found \"2h\""},
    {read_time, "{\"k\": \"5sec\"}",
     "a.json:1:7: k: \"sec\" is no unit for a time; did you mean \"s\"?"},
    {read_time, "{}",
     "a.json:1:1: missing key \"k\" in the top level, expected a time such as "
     "\"2ms\""},
    {read_span, "{\"k\": \"-2s\"}",
     "a.json:1:7: k: expected a signed time of at least -1 s, found \"-2s\""},
    {read_size, "{\"k\": 4096}",
     "a.json:1:7: k: expected a size such as \"64KiB\", found 4096 (a number has no unit)"},
    {read_size, "{\"k\": \"2MiB\"}",
     "a.json:1:7: k: expected a size of at most 1 MiB, found \"2MiB\""},
    {read_share, "{\"k\": 0.3}",
     "a.json:1:7: k: expected a share such as \"30%\", found 0.3 (a number has no unit)"},
    {read_share, "{\"k\": \"60%\"}",
     "a.json:1:7: k: expected a share of at most 50%, found \"60%\""},
    {read_drift, "{\"k\": \"2ppm\"}",
     "a.json:1:7: k: expected a drift of at most 1 ppm, found \"2ppm\""},

    {read_name, "{\"k\": 5}",
     "a.json:1:7: k: expected a node's name, found 5 (a string stands in double quotes)"},
    {read_name, "{\"k\": \"\"}",
     "a.json:1:7: k: expected a node's name of 1 to 8 characters, found \"\""},
    {read_name, "{\"k\": \"n23456789\"}",
     "a.json:1:7: k: expected a node's name of 1 to 8 characters, found \"n23456789\""},
    {read_name, "{\"k\": \"N1\"}",
     "a.json:1:7: k: expected a node's name made of a-z0-9_-, found \"N1\""},
    {read_name, "{\"k\": \"n\\u001b\"}",
     "a.json:1:7: k: expected a node's name made of a-z0-9_-, found \"nU+001B\""},
    {read_title, "{\"k\": \"\xc3\xa4\xc3\xa4\xc3\xa4\"}",
     "a.json:1:7: k: expected a title of 2 to 5 bytes, found \"\xc3\xa4\xc3\xa4\xc3\xa4\""},
    {read_name, "{}", "a.json:1:1: missing key \"k\" in the top level, expected a node's name"},

    {read_kind, "{\"k\": \"crsh\"}",
     "a.json:1:7: k: expected \"crash\", \"pause\" or \"slow\", "
     "found \"crsh\"; did you mean \"crash\"?"},
    {read_kind, "{\"k\": \"explode\"}",
     "a.json:1:7: k: expected \"crash\", \"pause\" or \"slow\", found \"explode\""},
    {read_kind, "{\"k\": 1}", "a.json:1:7: k: expected \"crash\", \"pause\" or \"slow\", found 1"},
    {read_kind, "{}",
     "a.json:1:1: missing key \"k\" in the top level, expected \"crash\", "
     "\"pause\" or \"slow\""},
    {read_nothing_defined, "{\"k\": \"n1\"}",
     "a.json:1:7: k: expected one of the names that are defined, but there are none, found "
     "\"n1\""},

    {read_object, "{\"k\": 1}", "a.json:1:7: k: expected an object, found 1"},
    {read_object, "{\"k\": []}", "a.json:1:7: k: expected an object, found an empty array"},
    {read_object, "{}", "a.json:1:1: missing key \"k\" in the top level, expected an object"},
    {read_array, "{\"k\": \"n1\"}",
     "a.json:1:7: k: expected an array, found \"n1\" (even a single item stands in [ ])"},
    {read_array, "{\"k\": []}", "a.json:1:7: k: expected an array of 1 to 3 items, found 0"},
    {read_array, "{\"k\": [1,2,3,4]}", "a.json:1:7: k: expected an array of 1 to 3 items, found 4"},
    {read_pair, "{\"k\": [1]}", "a.json:1:7: k: expected an array of 2 items, found 1"},
    {read_some, "{\"k\": []}", "a.json:1:7: k: expected an array of at least 1 item, found 0"},
    {read_array, "{}", "a.json:1:1: missing key \"k\" in the top level, expected an array"},
};

static void a_misread_value_is_answered_with_what_was_expected_and_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(MISREAD); i++)
        assert_string_equal(sentence_of(MISREAD[i].text, MISREAD[i].read), MISREAD[i].sentence);
}

static void a_root_that_is_no_object_is_named_the_top_level(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("\n []");
    (void)state;
    json_object_open(json_root(doc, &error));
    assert_string_equal(error.text,
                        "a.json:2:2: the top level: expected an object, found an empty array");
    json_doc_free(doc);
}

static void a_path_names_keys_and_indexes_on_the_way(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"faults\": [{}, {\"links\": [1, \"x\"]}]}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_array faults = json_array_open(json_object_need(&top, "faults"), 0, 9);
    struct json_value item;
    (void)state;
    assert_true(json_array_next(&faults, &item) && json_array_next(&faults, &item));
    struct json_object fault = json_object_open(item);
    struct json_array links = json_array_open(json_object_need(&fault, "links"), 0, 9);
    assert_true(json_array_next(&links, &item));
    assert_int_equal(json_read_int(item, 0, 9, 5), 1);
    assert_true(json_array_next(&links, &item));
    assert_int_equal(json_read_int(item, 0, 9, 5), 5);
    assert_string_equal(error.text, "a.json:1:31: faults[1].links[1]: expected a whole number "
                                    "from 0 to 9, found \"x\"");
    json_doc_free(doc);
}

static void a_long_path_keeps_its_end(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": "
                                 "{\"a.b\": 1}}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_value member;
    (void)state;
    assert_true(json_object_next(&top, &member));
    struct json_object inner = json_object_open(member);
    assert_true(json_object_next(&inner, &member));
    json_fail(member, "no");
    assert_string_equal(error.text,
                        "a.json:1:131: ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[\"a.b\"]: no");
    json_doc_free(doc);
}

static void an_unknown_key_is_answered_with_the_nearest_and_the_allowed_ones(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\n  \"network\": {\"delay\": \"2ms\",\n    \"lss\": \"30%\"}}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object net = json_object_open(json_object_get(&top, "network"));
    (void)state;
    json_object_get(&net, "loss");
    json_object_get(&net, "delay");
    json_object_get(&net, "delay");
    json_object_has(&net, "reorder");
    assert_false(json_object_finish(&net));
    assert_string_equal(error.text, "a.json:3:5: unknown key \"lss\" in network, expected "
                                    "\"loss\", \"delay\" or \"reorder\"; did you mean \"loss\"?");
    json_doc_free(doc);
}

static void an_unknown_key_where_none_is_allowed(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"x\": 1}");
    struct json_object top = json_object_open(json_root(doc, &error));
    (void)state;
    assert_false(json_object_finish(&top));
    assert_string_equal(error.text,
                        "a.json:1:2: unknown key \"x\" in the top level, expected no key at all");
    json_doc_free(doc);
}

static void a_key_that_is_there_is_not_suggested_for_another(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"nodes\": 1, \"nods\": 2}");
    struct json_object top = json_object_open(json_root(doc, &error));
    (void)state;
    json_object_get(&top, "nodes");
    assert_false(json_object_finish(&top));
    assert_string_equal(error.text,
                        "a.json:1:14: unknown key \"nods\" in the top level, expected \"nodes\"");
    json_doc_free(doc);
}

static void a_long_list_of_allowed_keys_is_cut_and_counted(void **state)
{
    static char keys[40][16];
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"key_number_377\": 1}");
    struct json_object top = json_object_open(json_root(doc, &error));
    (void)state;
    for (int i = 0; i < 40; i++) {
        sprintf(keys[i], "key_number_%d", i);
        json_object_get(&top, keys[i]);
    }
    json_object_finish(&top);
    assert_string_equal(
        error.text,
        "a.json:1:2: unknown key \"key_number_377\" in the top level, expected \"key_number_0\", "
        "\"key_number_1\", \"key_number_2\", \"key_number_3\", \"key_number_4\", "
        "\"key_number_5\", \"key_number_6\", \"key_number_7\", \"key_number_8\", "
        "\"key_number_9\", \"key_number_10\", \"key_number_11\" and 28 others; did you mean "
        "\"key_number_37\"?");
    json_doc_free(doc);
}

static void a_missing_key_points_at_the_misspelt_one(void **state)
{
    (void)state;
    assert_string_equal(sentence_of("{\"a\": 1,\n \"kk\": 2}", read_int),
                        "a.json:1:1: missing key \"k\" in the top level, expected a whole number "
                        "from 1 to 1000");
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"a\": 1,\n \"nods\": 2}");
    struct json_object top = json_object_open(json_root(doc, &error));
    json_read_int(json_object_need(&top, "nodes"), 1, 9, 1);
    assert_string_equal(error.text,
                        "a.json:1:1: missing key \"nodes\" in the top level, expected a whole "
                        "number from 1 to 9; is \"nods\" in line 2 meant for it?");
    json_doc_free(doc);
}

static void keys_that_exclude_each_other(void **state)
{
    static const char *const KEYS[] = {"loss", "drop", "cut"};
    struct json_error error = {0};
    struct json_doc *doc =
        parse("{\"x\": {\"drop\": 1, \"loss\": 2},\n \"y\": {\"cut\": 1}, \"z\": {}}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object x = json_object_open(json_object_get(&top, "x"));
    struct json_object y = json_object_open(json_object_get(&top, "y"));
    struct json_object z = json_object_open(json_object_get(&top, "z"));
    struct json_object none = json_object_open(json_object_get(&top, "none"));
    (void)state;
    assert_int_equal(json_object_one_of(&y, KEYS, 3, true), 2);
    assert_true(json_object_finish(&y));
    assert_int_equal(json_object_one_of(&z, KEYS, 3, false), -1);
    assert_int_equal(json_object_one_of(&none, KEYS, 3, true), -1);
    assert_string_equal(error.text, "");
    assert_int_equal(json_object_one_of(&z, KEYS, 3, true), -1);
    assert_string_equal(error.text, "a.json:2:24: z: expected the key \"loss\", \"drop\" or "
                                    "\"cut\", found none of them");
    error = (struct json_error){0};
    assert_int_equal(json_object_one_of(&x, KEYS, 3, true), -1);
    assert_string_equal(error.text,
                        "a.json:1:27: x.loss: expected only one of \"loss\" and \"drop\" in x");
    json_doc_free(doc);
}

static void a_key_can_be_held_to_a_rule(void **state)
{
    static const struct json_string_rule NAME = {"a node's name", "a-z0-9", 1, 8};
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"n1\": 1, \"N 2\": 2}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_value member;
    (void)state;
    assert_true(json_object_next(&top, &member));
    assert_string_equal(json_read_key(member, &NAME), "n1");
    assert_string_equal(error.text, "");
    assert_true(json_object_next(&top, &member));
    json_read_key(member, &NAME);
    assert_string_equal(error.text,
                        "a.json:1:11: expected a node's name made of a-z0-9, found \"N 2\"");
    json_doc_free(doc);
}

static void a_loader_can_complain_in_its_own_words(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"r\": 4}");
    struct json_object top = json_object_open(json_root(doc, &error));
    (void)state;
    assert_false(json_fail(json_object_get(&top, "r"), "%d is more than the %s\x1b", 4, "copies"));
    assert_string_equal(error.text, "a.json:1:7: r: 4 is more than the copiesU+001B");
    error = (struct json_error){0};
    struct json_object none = json_object_open(json_object_get(&top, "none"));
    struct json_value lost = json_object_get(&none, "lost");
    json_fail(json_object_get(&top, "w"), "needed with r");
    assert_string_equal(error.text, "a.json:1:1: w: needed with r");
    error = (struct json_error){0};
    assert_int_equal(json_value_position(lost).line, 0);
    json_fail(lost, "needed with r");
    assert_string_equal(error.text, "a.json: lost: needed with r");
    json_doc_free(doc);
}

static void the_first_error_wins_and_all_reads_stop(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"a\": \"x\", \"b\": 5, \"list\": [1,2], \"u\": 1}");
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_array list = json_array_open(json_object_get(&top, "list"), 0, 9);
    struct json_value item;
    (void)state;
    assert_true(json_array_next(&list, &item));
    assert_int_equal(json_read_int(json_object_need(&top, "a"), 0, 9, 1), 1);
    assert_int_equal(json_read_int(json_object_need(&top, "b"), 0, 9, 2), 2);
    assert_int_equal(json_read_int(json_object_need(&top, "c"), 0, 9, 3), 3);
    assert_false(json_array_next(&list, &item));
    assert_false(json_object_next(&top, &item));
    assert_false(json_object_is_present(&top));
    json_fail(json_root(doc, &error), "later");
    assert_false(json_doc_set(doc, "b", "6", &error));
    assert_null(json_doc_load("/nowhere", &error));
    assert_null(json_doc_parse("b.json", TEXT("{}"), &error));
    assert_false(json_object_finish(&top));
    assert_string_equal(error.text,
                        "a.json:1:7: a: expected a whole number from 0 to 9, found \"x\"");
    json_doc_free(doc);
}

/* ---- Overrides ---- */

static void expect_print(struct json_doc *doc, const char *expected)
{
    size_t size = 0;
    char *printed = json_doc_print(doc, &size);
    assert_string_equal(printed, expected);
    assert_int_equal(size, strlen(expected));
    free(printed);
}

static void an_override_replaces_adds_and_appends(void **state)
{
    static const struct {
        const char *argument;
        const char *printed;
    } STEPS[] = {
        {"a=5", "{ \"a\": 5 }\n"},
        {"a=30%", "{ \"a\": \"30%\" }\n"},
        {"a=\"true\"", "{ \"a\": \"true\" }\n"},
        {"a=true", "{ \"a\": true }\n"},
        {"a=x=y", "{ \"a\": \"x=y\" }\n"},
        {"a=", "{ \"a\": \"\" }\n"},
        {"a=01", "{ \"a\": \"01\" }\n"},
        {"a=say \"hi\"\n", "{ \"a\": \"say \\\"hi\\\"\\n\" }\n"},
        {"a=[1, 2]", "{ \"a\": [1, 2] }\n"},
        {"a[1]={\"x\": null}", "{\n  \"a\": [\n    1,\n    { \"x\": null }\n  ]\n}\n"},
        {"a[0]=0", "{\n  \"a\": [\n    0,\n    { \"x\": null }\n  ]\n}\n"},
        {"a[1].x=1.50", "{\n  \"a\": [\n    0,\n    { \"x\": 1.50 }\n  ]\n}\n"},
        {"a[1]=1", "{ \"a\": [0, 1] }\n"},
        {"a[+]=2", "{ \"a\": [0, 1, 2] }\n"},
        {"a={}", "{ \"a\": {} }\n"},
        {"a.b.c[+].d=7", "{\n  \"a\": {\n    \"b\": {\n      \"c\": [\n        { \"d\": 7 }\n      "
                         "]\n    }\n  }\n}\n"},
        {"a=0", "{ \"a\": 0 }\n"},
        {"k \"q\"=1", "{ \"a\": 0, \"k \\\"q\\\"\": 1 }\n"},
    };
    struct json_doc *doc = parse("{\"a\": 1}");
    struct json_error error = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        assert_true(json_doc_set_argument(doc, STEPS[i].argument, &error));
        expect_print(doc, STEPS[i].printed);
    }
    json_doc_free(doc);
}

static const struct {
    const char *path;
    const char *value;
    const char *sentence;
} MISSET[] = {
    {"", "1", "--set =1: expected a key in the path, as in network.loss"},
    {".a", "1", "--set .a=1: expected a key in the path, as in network.loss"},
    {"a..b", "1", "--set a..b=1: expected a key in the path, as in network.loss"},
    {"a.", "1", "--set a.=1: expected a key in the path, as in network.loss"},
    {"a.[0]", "1", "--set a.[0]=1: expected a key in the path, as in network.loss"},
    {"a]", "1", "--set a]=1: expected a key in the path, as in network.loss"},
    {"list[", "1", "--set list[=1: expected an index such as [0], or [+], after '[' in the path"},
    {"list[]", "1", "--set list[]=1: expected an index such as [0], or [+], after '[' in the path"},
    {"list[x]", "1",
     "--set list[x]=1: expected an index such as [0], or [+], after '[' in the path"},
    {"list[-1]", "1",
     "--set list[-1]=1: expected an index such as [0], or [+], after '[' in the path"},
    {"list[3]", "1",
     "--set list[3]=1: list has the items [0] to [2], found [3] (use [+] to add "
     "an item)"},
    {"list[99999999999999999999]", "1",
     "--set list[99999999999999999999]=1: list has the items [0] to [2], found "
     "[99999999999999999999] (use [+] to add an item)"},
    {"none[0]", "1",
     "--set none[0]=1: none does not exist, so it has no item [0] (use [+] to add one)"},
    {"none[+].x[2]", "1",
     "--set none[+].x[2]=1: none[+].x does not exist, so it has no item [2] "
     "(use [+] to add one)"},
    {"empty[0]", "1", "--set empty[0]=1: empty is empty, found [0] (use [+] to add an item)"},
    {"list.x", "1",
     "--set list.x=1: list is an array, so it has no key \"x\" (name an item first, as in [0])"},
    {"list[1].x", "1", "--set list[1].x=1: list[1] is a plain value, so it has no key \"x\""},
    {"o[0]", "1", "--set o[0]=1: o is an object, so it has no item [0]"},
    {"[0]", "1", "--set [0]=1: the top level is an object, so it has no item [0]"},
    {"a", "{\"x\": 1",
     "--set a={\"x\": 1: expected ',' or '}' after the value of \"x\", found "
     "the end of the text (the '{' of line 1 is still open)"},
    {"a", "{\"x\": 1, \"x\": 2}",
     "--set a={\"x\": 1, \"x\": 2}: expected each key once in an "
     "object, found \"x\" again (first in line 1)"},
    {"a", "\"x",
     "--set a=\"x: expected '\"' at the end of this string, found the end of the "
     "text"},
    {"a", "1e999", "--set a=1e999: expected a number up to 1.7e308, found 1e999"},
    {"a", "x\xff",
     "--set a=x<FF>: expected UTF-8 text, found the byte 0xFF (no character begins "
     "with it)"},
    {"\xff", "x",
     "--set <FF>=x: expected UTF-8 text, found the byte 0xFF (no character begins "
     "with it)"},
};

static void an_override_that_does_not_work_changes_nothing(void **state)
{
    struct json_doc *doc = parse("{\"list\": [1, 2, 3], \"o\": {}, \"empty\": []}");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(MISSET); i++) {
        struct json_error error = {0};
        assert_false(json_doc_set(doc, MISSET[i].path, MISSET[i].value, &error));
        assert_string_equal(error.text, MISSET[i].sentence);
    }
    expect_print(doc, "{ \"list\": [1, 2, 3], \"o\": {}, \"empty\": [] }\n");
    json_doc_free(doc);
}

static void an_argument_without_an_equals_sign(void **state)
{
    struct json_doc *doc = parse("{}");
    struct json_error error = {0};
    (void)state;
    assert_false(json_doc_set_argument(doc, "network.loss", &error));
    assert_string_equal(error.text,
                        "--set network.loss: expected path=value, as in network.loss=30%");
    json_doc_free(doc);
}

static void an_override_cannot_nest_deeper_than_a_file(void **state)
{
    struct json_error error = {0};
    char *deep = nested(JSON_DEPTH_LIMIT - 1);
    struct json_doc *doc = parse("{\"a\": {}}");
    (void)state;
    assert_true(json_doc_set(doc, "b", deep, &error));
    assert_false(json_doc_set(doc, "a.b", deep, &error));
    assert_non_null(strstr(error.text, "expected at most 64 objects and arrays inside each other"));
    json_doc_free(doc);
    free(deep);
}

static void a_path_has_at_most_64_parts(void **state)
{
    char path[2 * JSON_DEPTH_LIMIT + 2];
    struct json_error error = {0};
    struct json_doc *doc = parse("{}");
    (void)state;
    for (uint32_t i = 0; i <= JSON_DEPTH_LIMIT; i++)
        memcpy(path + 2 * i, "a.", 2);
    path[2 * JSON_DEPTH_LIMIT - 1] = '\0';
    assert_true(json_doc_set(doc, path, "1", &error));
    path[2 * JSON_DEPTH_LIMIT - 1] = '.';
    path[2 * JSON_DEPTH_LIMIT + 1] = '\0';
    assert_false(json_doc_set_argument(doc, path, &error)); /* no '=' */
    error = (struct json_error){0};
    assert_false(json_doc_set(doc, path, "1", &error));
    assert_non_null(strstr(error.text, ": expected a path of at most 64 parts, found more"));
    assert_false(json_doc_set_argument(doc, "a=1", &error)); /* the error stays */
    assert_non_null(strstr(error.text, "64 parts"));
    json_doc_free(doc);
}

static void a_misread_override_names_the_set_instead_of_a_line(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"network\": {\"loss\": \"1%\"}}");
    (void)state;
    assert_true(json_doc_set(doc, "network.loss", "3", &error));
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object net = json_object_open(json_object_get(&top, "network"));
    struct json_value loss = json_object_get(&net, "loss");
    assert_int_equal(json_value_position(loss).line, 0);
    json_read_share(loss, 0, 1000000000, 0);
    assert_string_equal(error.text, "--set network.loss=3: expected a share such as \"30%\", found "
                                    "3 (a number has no unit)");
    json_doc_free(doc);
}

static void a_misspelt_override_is_an_unknown_key_of_the_set(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{\"network\": {}}");
    (void)state;
    assert_true(json_doc_set_argument(doc, "network.lss=30%", &error));
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object net = json_object_open(json_object_get(&top, "network"));
    json_read_share(json_object_get(&net, "loss"), 0, 1000000000, 0);
    json_object_finish(&net);
    assert_string_equal(error.text, "--set network.lss=30%: unknown key \"lss\" in network, "
                                    "expected \"loss\"; did you mean \"loss\"?");
    json_doc_free(doc);
}

static void inside_a_larger_override_the_path_is_told(void **state)
{
    struct json_error error = {0};
    struct json_doc *doc = parse("{}");
    (void)state;
    assert_true(json_doc_set(doc, "network", "{\"loss\": 3}", &error));
    struct json_object top = json_object_open(json_root(doc, &error));
    struct json_object net = json_object_open(json_object_get(&top, "network"));
    json_read_share(json_object_get(&net, "loss"), 0, 1000000000, 0);
    assert_string_equal(error.text, "--set network={\"loss\": 3}: network.loss: expected a share "
                                    "such as \"30%\", found 3 (a number has no unit)");
    json_doc_free(doc);
}

/* ---- The canonical print ---- */

static void the_print_is_canonical_and_reads_back_the_same(void **state)
{
    static const char TEXT_IN[] =
        "{\"b\":[ ],\"a\" : {\"z\":{ }},\"n\":[1.0,-0,1E5,12345678901234567890],\r\n"
        "\"s\":\"\\u0041\\u00e4\\/\\\"\\\\\\n\\u001f\x7f\",\"deep\":[[1],[\"x\",null]],"
        "\"long\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
        "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]}";
    static const char TEXT_OUT[] =
        "{\n"
        "  \"b\": [],\n"
        "  \"a\": { \"z\": {} },\n"
        "  \"n\": [1.0, -0, 1E5, 12345678901234567890],\n"
        "  \"s\": \"A\xc3\xa4/\\\"\\\\\\n\\u001f\\u007f\",\n"
        "  \"deep\": [[1], [\"x\", null]],\n"
        "  \"long\": [\n    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
        "    \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n  ]\n"
        "}\n";
    struct json_doc *doc = parse(TEXT_IN), *again = parse(TEXT_OUT);
    (void)state;
    expect_print(doc, TEXT_OUT);
    expect_print(again, TEXT_OUT);
    assert_string_equal(json_doc_name(doc), "a.json");
    json_doc_free(doc);
    json_doc_free(again);
    json_doc_free(NULL);
}

/* ---- Files ---- */

/* More than the 255 bytes that file systems allow. */
#define TEN_A     "aaaaaaaaaa"
#define HUNDRED_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A
#define LONG_NAME HUNDRED_A HUNDRED_A HUNDRED_A

static char folder[] = "/tmp/ringside-json-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The sentence for loading a file, without the folder's name in front. */
static const char *load_sentence(const char *name)
{
    static struct json_error error;
    error = (struct json_error){0};
    assert_null(json_doc_load(path_of(name), &error));
    assert_memory_equal(error.text, folder, strlen(folder));
    return error.text + strlen(folder);
}

static void files_are_read_or_refused_with_a_sentence(void **state)
{
    struct json_error error = {0};
    char expected[256];
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_file("quorum.json", "{\"a\": 1}\n");
    write_file("quorun.json", "{\n  \"a\": }\n");
    write_file("empty.json", "");
    struct json_doc *doc = json_doc_load(path_of("quorum.json"), &error);
    assert_non_null(doc);
    expect_print(doc, "{ \"a\": 1 }\n");
    json_doc_free(doc);
    assert_string_equal(load_sentence("quorun.json"),
                        "/quorun.json:2:8: expected a value, found '}'");
    assert_string_equal(load_sentence("empty.json"),
                        "/empty.json:1:1: expected a JSON value, found nothing but an empty text");
    assert_string_equal(load_sentence(""), "/: expected a file, found a directory");
    snprintf(expected, sizeof expected,
             "/quorm.json: expected a file, but there is no such file; did you mean "
             "\"%s/quorum.json\"?",
             folder);
    assert_string_equal(load_sentence("quorm.json"), expected);
    assert_string_equal(load_sentence("xyz"),
                        "/xyz: expected a file, but there is no such file");
    assert_string_equal(load_sentence("no/such/folder.json"),
                        "/no/such/folder.json: expected a file, but there is no such file");
    write_file("huge.json", "{}");
    assert_int_equal(truncate(path_of("huge.json"), JSON_SIZE_LIMIT + 1), 0);
    assert_string_equal(load_sentence("huge.json"),
                        "/huge.json: expected at most 16 MiB of text, found more");
    assert_non_null(strstr(load_sentence(LONG_NAME), "aaa...: cannot be read: File name too long"));
    unlink(path_of("huge.json"));
    unlink(path_of("quorum.json"));
    unlink(path_of("quorun.json"));
    unlink(path_of("empty.json"));
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_malformed_text_is_refused_with_place_and_reason),
        cmocka_unit_test(a_text_cut_off_anywhere_is_refused),
        cmocka_unit_test(nesting_stops_at_64),
        cmocka_unit_test(a_text_of_more_than_16_mib_is_refused),
        cmocka_unit_test(more_than_a_million_values_are_refused),
        cmocka_unit_test(a_hundred_thousand_keys_are_checked_quickly),
        cmocka_unit_test(what_a_terminal_would_obey_is_never_shown),
        cmocka_unit_test(a_long_word_is_cut_in_the_sentence),
        cmocka_unit_test(every_kind_of_value_is_accepted),
        cmocka_unit_test(positions_count_lines_and_characters_from_one),
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(values_arrive_exactly),
        cmocka_unit_test(missing_optional_values_give_their_fallbacks),
        cmocka_unit_test(arrays_and_maps_are_gone_through_in_the_documents_order),
        cmocka_unit_test(a_misread_value_is_answered_with_what_was_expected_and_found),
        cmocka_unit_test(a_root_that_is_no_object_is_named_the_top_level),
        cmocka_unit_test(a_path_names_keys_and_indexes_on_the_way),
        cmocka_unit_test(a_long_path_keeps_its_end),
        cmocka_unit_test(an_unknown_key_is_answered_with_the_nearest_and_the_allowed_ones),
        cmocka_unit_test(an_unknown_key_where_none_is_allowed),
        cmocka_unit_test(a_key_that_is_there_is_not_suggested_for_another),
        cmocka_unit_test(a_long_list_of_allowed_keys_is_cut_and_counted),
        cmocka_unit_test(a_missing_key_points_at_the_misspelt_one),
        cmocka_unit_test(keys_that_exclude_each_other),
        cmocka_unit_test(a_key_can_be_held_to_a_rule),
        cmocka_unit_test(a_loader_can_complain_in_its_own_words),
        cmocka_unit_test(the_first_error_wins_and_all_reads_stop),
        cmocka_unit_test(an_override_replaces_adds_and_appends),
        cmocka_unit_test(an_override_that_does_not_work_changes_nothing),
        cmocka_unit_test(an_argument_without_an_equals_sign),
        cmocka_unit_test(an_override_cannot_nest_deeper_than_a_file),
        cmocka_unit_test(a_path_has_at_most_64_parts),
        cmocka_unit_test(a_misread_override_names_the_set_instead_of_a_line),
        cmocka_unit_test(a_misspelt_override_is_an_unknown_key_of_the_set),
        cmocka_unit_test(inside_a_larger_override_the_path_is_told),
        cmocka_unit_test(the_print_is_canonical_and_reads_back_the_same),
        cmocka_unit_test(files_are_read_or_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
