/*
 * fuzz_results.c: any bytes as lines of results, as a file of them, and as a capsule (libFuzzer).
 *
 *     make MODE=fuzz build/fuzz-clang/tests/fuzz/fuzz_results
 *     build/fuzz-clang/tests/fuzz/fuzz_results -max_total_time=300 some_folder
 *
 * The first byte says what the rest is:
 *
 *   'l'   one line: what is read and written again is read as the same
 *   'f'   a file to be continued: it is refused with one sentence, or what was torn is cut off and
 *         the rest is as it was
 *   else  a capsule: it is refused with one sentence, or its scenario is loaded
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hunt/results.h"
#include "scenario/capsule.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "/tmp/ringside-fuzz-results-XXXXXX";

static void remove_file(void)
{
    unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    int file = mkstemp(path);
    REQUIRE(file >= 0);
    close(file);
    atexit(remove_file);
    return 0;
}

static void require_sentence(const struct json_error *error)
{
    REQUIRE(json_has_error(error) && !strchr(error->text, '\n'));
}

static void print_again(enum result_line kind, const struct result *result,
                        const struct result_header *header, struct json_out *out)
{
    static const struct scenario scenario;
    static const struct trial trial;
    if (kind == RESULT_HEADER)
        result_print_header(header, out);
    else if (result->has_digest)
        result_print(result, &scenario, &trial, out);
    else
        result_print_death(result, out);
}

static void read_line(const char *text, size_t size)
{
    static struct result results[2];
    static struct result_header headers[2];
    struct json_error error = {0};
    struct json_out out = {0};
    enum result_line kind = result_read("line", text, size, &results[0], &headers[0], &error);
    if (kind == RESULT_WRONG) {
        require_sentence(&error);
        return;
    }
    print_again(kind, &results[0], &headers[0], &out);
    REQUIRE(result_read("line", out.data, out.size, &results[1], &headers[1], &error) == kind);
    if (kind == RESULT_HEADER)
        REQUIRE(memcmp(&headers[0], &headers[1], sizeof headers[0]) == 0);
    results[0].undecided = results[0].absent = 0; /* their names are of a scenario */
    if (kind == RESULT_RUN)
        REQUIRE(memcmp(&results[0], &results[1], sizeof results[0]) == 0);
    free(out.data);
}

static void write_file(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fwrite(text, 1, size, file);
    fclose(file);
}

static void continue_file(const char *text, size_t size)
{
    static struct result_header wanted;
    struct results results;
    struct json_error error = {0};
    wanted.shard = wanted.shard_count = wanted.scenario_count = 1;
    strcpy(wanted.scenarios[0].name, "demo");
    write_file(text, size);
    if (!results_open(&results, path, &wanted, &error)) {
        require_sentence(&error);
        return;
    }
    REQUIRE(results.torn_bytes <= size);
    results_close(&results);
}

static void load_capsule(const char *text, size_t size)
{
    static struct capsule capsule;
    struct json_error error = {0};
    write_file(text, size);
    struct scenario *scenario = capsule_load(path, &capsule, &error);
    if (!scenario)
        require_sentence(&error);
    scenario_free(scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    switch (data[0]) {
    case 'l': read_line(text, size - 1); break;
    case 'f': continue_file(text, size - 1); break;
    default: load_capsule(text, size - 1);
    }
    return 0;
}
