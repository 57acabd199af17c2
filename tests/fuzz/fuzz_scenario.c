/*
 * fuzz_scenario.c: any bytes as a scenario; what loads is run (libFuzzer).
 *
 *     make MODE=fuzz build/fuzz-clang/tests/fuzz/fuzz_scenario
 *     build/fuzz-clang/tests/fuzz/fuzz_scenario -max_total_time=300 some_folder
 *
 * An input that begins with '{' is the text of a scenario. Any other is a list of changes to
 * tests/scenario/everything.json, which has every key there is (so it is to be started in the
 * root of the tree): three bytes each, which value (two bytes) and what to put there. So the
 * fuzzer need not invent JSON to reach the far corners of the loader.
 *
 * Checked of whatever comes:
 *
 *   - a refusal leaves one sentence, and a sentence only a refusal;
 *   - what loads, loads again from its own canonical text, to the same text;
 *   - what loads, runs: some hundred steps, then checks and stories, and no CHECK of ours fails. A
 *     scenario that is legal but too big for that must have been refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/load.h"
#include "sim/trace/story.h"

#define STEPS_MAX   400
#define NODES_RUN   24 /* larger clusters load, but running them says nothing new and takes long */
#define CLIENTS_RUN 64
#define CHANGES_MAX 12
#define PATHS_MAX   1000
#define PATH_SIZE   120

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *everything; /* its text */
static size_t everything_size;
static char paths[PATHS_MAX][PATH_SIZE]; /* of all its values */
static uint32_t path_count;

static const char *const values[] = {
    "0",
    "1",
    "2",
    "3",
    "-1",
    "16",
    "1000",
    "4096",
    "1000000",
    "1e3",
    "2.5",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"all\"",
    "\"any\"",
    "\"one\"",
    "n1",
    "n2",
    "far-4",
    "c1",
    "o",
    "ann",
    "w1",
    "r1",
    "split",
    "0s",
    "1ns",
    "1us",
    "1ms",
    "100ms",
    "1s",
    "5s",
    "20s",
    "1h",
    "1000000s",
    "-5s",
    "0B",
    "1B",
    "512B",
    "1KiB",
    "1MiB",
    "1GiB",
    "1TiB",
    "0%",
    "1%",
    "50%",
    "100%",
    "1ppb",
    "-50%",
    "[\"n1\", \"n2\"]",
    "[[\"n1\"], [\"n2\"]]",
    "[\"1ms\", \"2ms\"]",
    "[\"0s\", \"1h\"]",
    "{\"exponential\": \"1h\"}",
    "{\"constant\": \"0s\"}",
    "{\"pareto\": {\"scale\": \"1ns\", \"alpha\": 0.01}}",
    "{\"lognormal\": {\"median\": \"1h\", \"sigma\": 20}}",
    "{\"uniform\": [\"0s\", \"1ns\"]}",
    "open",
    "closed",
    "never",
    "interval",
    "always",
    "torn",
    "random",
    "kept",
    "lost",
    "checkpoint",
    "n1.log_append == 1",
    "time > 1s",
    "steps > 3",
    "op('w1').outcome == 'ok'",
    "keys.differing > 0",
    "n1.crash == 1",
    "trace.start > 0",
    "n1.unsynced > 0B",
    "ops.ok > 3 and n2.state == 'down'",
    "linearizable",
    "durable",
    "converged",
    "expect",
    "put",
    "get",
    "write",
    "read",
    "reply",
};

/* ---- everything.json and its places ---------------------------------------------------- */

static void collect(struct json_value value, const char *path)
{
    struct json_value child;
    char longer[PATH_SIZE];
    if (path_count < PATHS_MAX && *path)
        snprintf(paths[path_count++], PATH_SIZE, "%s", path);
    if (json_value_kind(value) == JSON_OBJECT) {
        struct json_object object = json_object_open(value);
        while (json_object_next(&object, &child)) {
            snprintf(longer, sizeof longer, "%s%s%s", path, *path ? "." : "",
                     json_value_key(child));
            collect(child, longer);
        }
    } else if (json_value_kind(value) == JSON_ARRAY) {
        struct json_array array = json_array_open(value, 0, UINT32_MAX);
        for (uint32_t i = 0; json_array_next(&array, &child); i++) {
            snprintf(longer, sizeof longer, "%s[%u]", path, i);
            collect(child, longer);
        }
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct json_error error = {0};
    (void)argc, (void)argv;
    struct json_doc *doc = json_doc_load("tests/scenario/everything.json", &error);
    if (!doc) {
        fprintf(stderr, "fuzz_scenario: %s; start it in the root of the tree\n", error.text);
        exit(1);
    }
    collect(json_root(doc, &error), "");
    everything = json_doc_print(doc, &everything_size);
    json_doc_free(doc);
    return 0;
}

/* The text of everything.json with changes; a change that cannot be made is left out. */
static char *change(const uint8_t *data, size_t size, size_t *text_size)
{
    struct json_error error = {0};
    struct json_doc *doc = json_doc_parse("fuzz", everything, everything_size, &error);
    REQUIRE(doc != NULL);
    for (size_t i = 0; i + 2 < size && i < 3 * CHANGES_MAX; i += 3) {
        uint32_t place = ((uint32_t)data[i] << 8 | data[i + 1]) % path_count;
        struct json_error ignored = {0};
        json_doc_set(doc, paths[place], values[data[i + 2] % ARRAY_LEN(values)], &ignored);
    }
    char *text = json_doc_print(doc, text_size);
    json_doc_free(doc);
    return text;
}

/* ---- loading ------------------------------------------------------------------------------- */

static struct scenario *load(const char *text, size_t size)
{
    struct json_error error = {0};
    struct scenario *scenario = scenario_from_text("fuzz", text, size, &error);
    REQUIRE((scenario == NULL) == json_has_error(&error));
    REQUIRE(scenario || (strncmp(error.text, "fuzz:", 5) == 0 && !strchr(error.text, '\n')));
    return scenario;
}

static void check_text(const struct scenario *scenario)
{
    struct scenario *again = load(scenario->text, strlen(scenario->text));
    REQUIRE(again && strcmp(again->text, scenario->text) == 0);
    REQUIRE(again->node.nodes == scenario->node.nodes);
    REQUIRE(again->client_count == scenario->client_count);
    scenario_free(again);
}

/* ---- running --------------------------------------------------------------------------------- */

static void tell_stories(struct world *world, struct heap *scratch, struct check_result *results)
{
    static struct story story;
    for (uint32_t i = 0; i < world->scenario->check_count; i++)
        if (results[i].verdict.kind == VERDICT_VIOLATED)
            story_tell(world, &results[i], scratch, &story);
}

static void run(const struct scenario *scenario)
{
    static struct world world;
    static struct region scratch_region;
    static struct check_result results[CHECKS_MAX];
    const char *why;
    bool is_open = world.region.header != NULL;
    REQUIRE(is_open || (world_open(&world, WORLD_RESERVE_BYTES, NULL, &why) &&
                        region_open(&scratch_region, REGION_RESERVE_MAX, NULL, &why)));
    world_begin(&world, scenario, scenario->seed, NULL, 0);
    world_run(&world, VTIME_NEVER, STEPS_MAX);

    region_reset(&scratch_region);
    struct heap *scratch = region_create_root(&scratch_region, sizeof *scratch);
    heap_init(scratch, scratch_region.header);
    judge_world(&world, scratch, results);
    tell_stories(&world, scratch, results);
}

static bool is_worth_running(const struct scenario *scenario)
{
    return scenario->node.nodes <= NODES_RUN && scenario->client_count <= CLIENTS_RUN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool is_text = size > 0 && data[0] == '{';
    size_t text_size = size;
    char *text = is_text ? NULL : change(data, size, &text_size);
    struct scenario *scenario = load(is_text ? (const char *)data : text, text_size);
    if (scenario) {
        check_text(scenario);
        if (is_worth_running(scenario))
            run(scenario);
    }
    scenario_free(scenario);
    free(text);
    return 0;
}
