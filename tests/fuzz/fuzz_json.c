/*
 * fuzz_json.c: any bytes at all as a scenario file and as a --set.
 *
 *     clang -g -O1 -std=c11 -D_GNU_SOURCE -Isrc -fsanitize=fuzzer,address,undefined \
 *           tests/fuzz/fuzz_json.c src/scenario/json_*.c src/base/bug.c src/base/text.c \
 *           src/base/units.c src/base/nearest.c -lcjson -o fuzz_json
 *     ./fuzz_json -max_total_time=300 -max_len=4096 some_corpus_folder
 *
 * The input is a text, and after a byte FF (which no text contains) the path and
 * after another one the value of an override. Checked of whatever comes:
 *
 *   - a refusal leaves a sentence, and a sentence only a refusal;
 *   - a sentence is UTF-8 without anything that a terminal would obey;
 *   - the scanner and cJSON agree on every text (the CHECKs in json_doc.c, which
 *     end the process with exit code 3 before libFuzzer can keep the input);
 *   - the canonical print reads back, and prints the same bytes again;
 *   - a refused override leaves the document as it was;
 *   - every typed read of every value gives its fallback or no error.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario/json_doc.h"
#include "scenario/json_text.h"

#define FALLBACK 77

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sentence(const struct json_error *error)
{
    size_t size = strnlen(error->text, sizeof error->text);
    REQUIRE(size > 0 && size < sizeof error->text);
    for (size_t at = 0; at < size;) {
        uint32_t code_point = 0;
        uint32_t length = json_utf8_decode(error->text + at, size - at, &code_point);
        REQUIRE(length > 0);
        REQUIRE(code_point >= 0x20 && (code_point < 0x7f || code_point > 0x9f));
        at += length;
    }
}

/* ---- Reading everything as everything ---- */

static void read_as(struct json_value value, uint32_t kind)
{
    static const char *const WORDS[] = {"crash", "pause", "loss"};
    static const struct json_string_rule RULE = {"a name", "a-z0-9_-", 1, 8};
    switch (kind) {
    case 0: json_read_bool(value, false); break;
    case 1: json_read_int(value, -5, 5, FALLBACK); break;
    case 2: json_read_int(value, INT64_MIN, INT64_MAX, FALLBACK); break;
    case 3: json_read_time(value, 0, SECOND, FALLBACK); break;
    case 4: json_read_span(value, -5, 5, FALLBACK); break;
    case 5: json_read_size(value, 0, 1 << 20, FALLBACK); break;
    case 6: json_read_share(value, 0, 1000, FALLBACK); break;
    case 7: json_read_drift(value, -5, 5, FALLBACK); break;
    case 8: json_read_string(value, &RULE, "fallback"); break;
    case 9: json_read_word(value, WORDS, 3, FALLBACK); break;
    case 10: json_array_open(value, 2, 3); break;
    case 11: json_read_decimal(value, 5, 1000, FALLBACK); break;
    default: json_fail(value, "%s", "own words"); break;
    }
}

/* The same value, complaining to another place. */
static struct json_value with_error(struct json_value value, struct json_error *error)
{
    value.error = error;
    return value;
}

static void read_in_all_ways(struct json_value value)
{
    for (uint32_t kind = 0; kind <= 12; kind++) {
        struct json_error error = {0};
        read_as(with_error(value, &error), kind);
        if (json_has_error(&error))
            check_sentence(&error);
        else
            REQUIRE(kind <= 11);
    }
}

/* As a loader would: some keys are known, one is required, the rest is unknown. */
static void read_as_loader(struct json_value value)
{
    static const char *const KEYS[] = {"a", "b"};
    static const struct json_string_rule RULE = {"a name", "a-z0-9_-", 1, 8};
    struct json_error error = {0};
    struct json_object object = json_object_open(with_error(value, &error));
    struct json_value member;
    json_object_get(&object, "loss");
    json_object_one_of(&object, KEYS, 2, false);
    json_read_int(json_object_need(&object, "nodes"), 1, 9, 1);
    REQUIRE(json_object_finish(&object) == !json_has_error(&error));
    if (json_has_error(&error))
        check_sentence(&error);
    error = (struct json_error){0};
    object = json_object_open(with_error(value, &error));
    while (json_object_next(&object, &member))
        json_read_key(member, &RULE);
}

static void read_all(struct json_value value)
{
    struct json_value inner;
    read_in_all_ways(value);
    if (json_value_kind(value) == JSON_OBJECT) {
        struct json_object object = json_object_open(value);
        read_as_loader(value);
        while (json_object_next(&object, &inner))
            read_all(inner);
    }
    if (json_value_kind(value) == JSON_ARRAY) {
        struct json_array array = json_array_open(value, 0, UINT32_MAX);
        uint32_t count = 0;
        for (; json_array_next(&array, &inner); count++)
            read_all(inner);
        REQUIRE(count == array.count);
    }
}

/* ---- Printing ---- */

static void check_print(struct json_doc *doc)
{
    size_t size, size_again;
    struct json_error error = {0};
    char *printed = json_doc_print(doc, &size);
    struct json_doc *again = json_doc_parse("print", printed, size, &error);
    REQUIRE(again != NULL);
    char *printed_again = json_doc_print(again, &size_again);
    REQUIRE(size == strlen(printed) && size == size_again);
    REQUIRE(memcmp(printed, printed_again, size) == 0);
    json_doc_free(again);
    free(printed_again);
    free(printed);
}

/* ---- Overrides ---- */

static void try_set(struct json_doc *doc, const char *path, const char *value)
{
    struct json_error error = {0};
    char *before = json_doc_print(doc, NULL);
    if (!json_doc_set(doc, path, value, &error)) {
        char *after = json_doc_print(doc, NULL);
        REQUIRE(strcmp(before, after) == 0);
        check_sentence(&error);
        free(after);
    }
    free(before);
}

/* A NUL-ended copy of the bytes up to the next FF, and the rest. */
static char *cut(const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, 0xff, *size) : NULL;
    size_t length = end ? (size_t)(end - *data) : *size;
    char *copy = malloc(length + 1);
    memcpy(copy, *data, length);
    copy[length] = '\0';
    *data += length + (end != NULL);
    *size -= length + (end != NULL);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_error error = {0};
    const uint8_t *end = size ? memchr(data, 0xff, size) : NULL;
    size_t text_size = end ? (size_t)(end - data) : size;
    struct json_doc *doc = json_doc_parse("fuzz", (const char *)data, text_size, &error);
    REQUIRE((doc == NULL) == json_has_error(&error));
    if (!doc) {
        check_sentence(&error);
        return 0;
    }
    if (end) {
        data = end + 1;
        size -= text_size + 1;
        char *path = cut(&data, &size), *value = cut(&data, &size);
        try_set(doc, path, value);
        free(path);
        free(value);
    }
    check_print(doc);
    read_all(json_root(doc, &error));
    REQUIRE(!json_has_error(&error));
    json_doc_free(doc);
    return 0;
}
