/*
 * test_results.c: a line that is written is read as the same; a file that is torn anywhere is
 * repaired, and one that is of somebody else is left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hunt/results.h"

static char path[] = "/tmp/ringside-results-XXXXXX";

static struct result some_finding(uint64_t seed)
{
    struct result result = {.seed = seed,
                            .end = TRIAL_VIOLATED,
                            .has_digest = true,
                            .digest = {.low = 0x1234, .high = UINT64_MAX},
                            .steps = 99,
                            .time = 3 * SECOND,
                            .signature = 0xabcdef,
                            .found_at = 17};
    strcpy(result.scenario, "demo");
    strcpy(result.check, "nobody \"reads\" the past");
    strcpy(result.cause, "a cause");
    strcpy(result.sentence, "line\nbreak and \\ and {} \xc3\xa4");
    coverage_set(&result.coverage, 0);
    coverage_set(&result.coverage, COVER_COUNT - 1);
    return result;
}

static struct json_out line_of(const struct result *result)
{
    static const struct scenario scenario;
    static const struct trial trial;
    struct json_out out = {0};
    result_print(result, &scenario, &trial, &out);
    return out;
}

static void a_line_is_read_as_it_was_written(void **state)
{
    static struct result again;
    static struct result_header header;
    struct json_error error = {0};
    struct result finding = some_finding(RESULT_SEED_MAX);
    struct json_out line = line_of(&finding);
    (void)state;
    assert_int_equal(result_read("x", line.data, line.size, &again, &header, &error), RESULT_RUN);
    assert_memory_equal(&again, &finding, sizeof finding);
    free(line.data);
}

static struct result_header some_header(void)
{
    struct result_header header = {.trace = 2,
                                   .draws = 1,
                                   .points = COVER_COUNT,
                                   .first_seed = 1,
                                   .last_seed = 9,
                                   .shard = 2,
                                   .shard_count = 3,
                                   .scenario_count = 1};
    strcpy(header.program, "0.1.0");
    strcpy(header.scenarios[0].name, "demo");
    header.scenarios[0].text = UINT64_MAX;
    return header;
}

static void a_header_is_read_as_it_was_written(void **state)
{
    static struct result result;
    static struct result_header again;
    struct json_error error = {0};
    struct json_out line = {0};
    static struct result_header header;
    (void)state;
    header = some_header();
    result_print_header(&header, &line);
    assert_int_equal(result_read("x", line.data, line.size, &result, &again, &error),
                     RESULT_HEADER);
    assert_memory_equal(&again, &header, sizeof header);
    free(line.data);
}

static void write_file(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text, 1, size, file);
    fclose(file);
}

static off_t file_size(void)
{
    struct stat about;
    return stat(path, &about) == 0 ? about.st_size : -1;
}

/* A header and three runs. */
static struct json_out whole_file(size_t ends[4])
{
    static struct result_header header;
    struct json_out text = {0};
    header = some_header();
    result_print_header(&header, &text);
    json_out_str(&text, "\n");
    ends[0] = text.size;
    for (uint64_t seed = 2; seed <= 4; seed++) {
        struct result finding = some_finding(seed);
        struct json_out line = line_of(&finding);
        json_out_bytes(&text, line.data, line.size);
        json_out_str(&text, "\n");
        ends[seed - 1] = text.size;
        free(line.data);
    }
    return text;
}

static void a_file_that_was_torn_at_any_byte_is_repaired(void **state)
{
    static struct result_header header;
    size_t ends[4];
    struct json_out text = whole_file(ends);
    (void)state;
    header = some_header();
    for (size_t size = 0; size <= text.size; size += size < 40 ? 1 : 23) {
        struct results results;
        struct json_error error = {0};
        uint32_t runs = 0;
        for (uint32_t i = 1; i < 4; i++)
            runs += size >= ends[i];
        write_file(text.data, size);
        if (!results_open(&results, path, &header, &error))
            fail_msg("at %zu: %s", size, error.text);
        assert_int_equal(results.run_count, runs);
        for (uint64_t seed = 2; seed <= 4; seed++)
            assert_int_equal(results_find(&results, "demo", seed) != UINT64_MAX, seed < runs + 2);
        assert_int_equal(file_size(), runs > 0 ? ends[runs] : ends[0]);
        results_close(&results);
    }
    free(text.data);
}

static void what_is_added_is_found_when_it_is_opened_again(void **state)
{
    static struct result_header header;
    struct results results;
    struct json_error error = {0};
    size_t ends[4], size;
    struct json_out text = whole_file(ends);
    struct result finding = some_finding(9);
    struct json_out line = line_of(&finding);
    (void)state;
    header = some_header();
    write_file(text.data, text.size - 5);
    assert_true(results_open(&results, path, &header, &error));
    assert_true(results_add(&results, line.data, line.size));
    struct results second;
    assert_false(results_open(&second, path, &header, &error));
    assert_non_null(strstr(error.text, "another sweep writes this file now"));
    results_close(&results);
    error = (struct json_error){0};
    assert_true(results_open(&results, path, &header, &error));
    assert_int_equal(results.run_count, 3);
    char *found = results_line(&results, results_find(&results, "demo", 9), &size);
    assert_string_equal(found, line.data);
    free(found), free(line.data), free(text.data);
    results_close(&results);
}

static void refused(const char *text, const char *words)
{
    static struct result_header header;
    struct results results;
    struct json_error error = {0};
    header = some_header();
    write_file(text, strlen(text));
    assert_false(results_open(&results, path, &header, &error));
    if (!strstr(error.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, error.text);
    assert_int_equal(file_size(), strlen(text));
}

static void a_file_of_something_else_is_left_as_it_is(void **state)
{
    size_t ends[4];
    struct json_out text = whole_file(ends);
    (void)state;
    refused("{\"name\": \"a scenario\"}\n", "no file of results, so it is left alone");
    refused("a letter", "left alone");
    refused("{\"ringside_sweep\": 1}\n", ":1:1: missing key \"program\"");
    memcpy(strstr(text.data, "0.1.0"), "0.0.9", 5);
    refused(text.data, "it is of Ringside 0.0.9, and here 0.1.0");
    memcpy(strstr(text.data, "0.0.9"), "0.1.0", 5);
    memcpy(strstr(text.data + ends[1], "\"seed\""), "\"sead\"", 6);
    refused(text.data, ":3:");
    free(text.data);
}

static int make_path(void **state)
{
    (void)state;
    int file = mkstemp(path);
    return file < 0 || close(file) != 0;
}

static int remove_path(void **state)
{
    (void)state;
    return remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_as_it_was_written),
        cmocka_unit_test(a_header_is_read_as_it_was_written),
        cmocka_unit_test(a_file_that_was_torn_at_any_byte_is_repaired),
        cmocka_unit_test(what_is_added_is_found_when_it_is_opened_again),
        cmocka_unit_test(a_file_of_something_else_is_left_as_it_is),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
