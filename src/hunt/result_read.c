/*
 * result_read.c: reading lines of results, which may be torn or of somebody else.
 *
 * Every number has its range and every text its room; a member that is not known is a mistake, with
 * its place. tests/fuzz/fuzz_results.c feeds it whatever bytes there are.
 */
#include <stdlib.h>
#include <string.h>

#include "hunt/result.h"

static const struct json_string_rule name_rule = {"a scenario's name", NULL, 1, LABEL_MAX - 1};

static void copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    length = MIN(length, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

static uint64_t read_number(struct json_value value, uint64_t max)
{
    return (uint64_t)json_read_int(value, 0, (int64_t)max, 0);
}

static uint64_t hex_number(const char *hex, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size && hex[i]; i++)
        number = number << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return number;
}

static uint64_t read_hex16(struct json_value value)
{
    static const struct json_string_rule rule = {"16 hexadecimal digits", "0-9a-f", 16, 16};
    return hex_number(json_read_string(value, &rule, ""), 16);
}

static struct digest read_digest(struct json_value value)
{
    static const struct json_string_rule rule = {"32 hexadecimal digits", "0-9a-f", 32, 32};
    const char *hex = json_read_string(value, &rule, "");
    size_t size = strlen(hex);
    return (struct digest){.high = hex_number(hex, 16),
                           .low = size > 16 ? hex_number(hex + 16, 16) : 0};
}

static void read_coverage(struct json_value value, struct coverage *coverage)
{
    static const struct json_string_rule rule = {"hexadecimal digits", "0-9a-f", 0,
                                                 COVER_WORDS * 16};
    const char *hex = json_read_string(value, &rule, "");
    for (uint32_t i = 0; hex[i]; i++)
        coverage->words[i / 16] |= hex_number(hex + i, 1) << (i % 16 * 4);
}

static void read_text(struct json_value value, char *to, size_t size)
{
    struct json_string_rule rule = {"a text", NULL, 0, (uint32_t)size - 1};
    copy(to, size, json_read_string(value, &rule, ""));
}

static void read_finding(struct json_object *top, struct result *result)
{
    struct json_value check = json_object_get(top, "check");
    if (result->end == TRIAL_HOLDS)
        return;
    read_text(check, result->check, sizeof result->check);
    result->found_at = read_number(json_object_need(top, "found_ns"), INT64_MAX);
    read_text(json_object_need(top, "cause"), result->cause, sizeof result->cause);
    result->signature = read_hex16(json_object_need(top, "signature"));
    read_text(json_object_need(top, "sentence"), result->sentence, sizeof result->sentence);
}

static void read_run(struct json_object *top, struct result *result)
{
    copy(result->scenario, sizeof result->scenario,
         json_read_string(json_object_need(top, "scenario"), &name_rule, ""));
    result->seed = read_number(json_object_need(top, "seed"), RESULT_SEED_MAX);
    result->end = (uint8_t)json_read_word(json_object_need(top, "end"), trial_end_words,
                                          TRIAL_END_COUNT, TRIAL_HOLDS);
    result->has_digest = result->end != TRIAL_CRASHED && result->end != TRIAL_HUNG;
    if (result->has_digest) {
        result->digest = read_digest(json_object_need(top, "digest"));
        result->steps = read_number(json_object_need(top, "steps"), INT64_MAX);
        result->time = read_number(json_object_need(top, "time_ns"), INT64_MAX);
        read_coverage(json_object_need(top, "cover"), &result->coverage);
    }
    read_finding(top, result);
    result->undecided = json_array_open(json_object_get(top, "undecided"), 0, CHECKS_MAX).count;
    result->absent = json_array_open(json_object_get(top, "absent"), 0, CHECKS_MAX).count;
}

static void read_pair(struct json_value value, uint64_t min, uint64_t max, uint64_t *one,
                      uint64_t *other)
{
    struct json_array pair = json_array_open(value, 2, 2);
    struct json_value item;
    *one = *other = min;
    for (uint32_t i = 0; json_array_next(&pair, &item); i++)
        *(i == 0 ? one : other) = (uint64_t)json_read_int(item, (int64_t)min, (int64_t)max, 0);
    if (*one > *other)
        json_fail(value, "expected the smaller number first");
}

static void read_scenarios(struct json_value value, struct result_header *header)
{
    struct json_array list = json_array_open(value, 1, RESULT_SCENARIOS_MAX);
    struct json_value item;
    while (json_array_next(&list, &item)) {
        struct result_scenario *scenario = &header->scenarios[header->scenario_count++];
        struct json_object object = json_object_open(item);
        copy(scenario->name, sizeof scenario->name,
             json_read_string(json_object_need(&object, "name"), &name_rule, ""));
        scenario->text = read_hex16(json_object_need(&object, "text"));
        json_object_finish(&object);
    }
}

static void read_header(struct json_object *top, struct result_header *header)
{
    uint64_t shard, count;
    json_read_int(json_object_need(top, "ringside_sweep"), RESULT_FORMAT, RESULT_FORMAT, 0);
    read_text(json_object_need(top, "program"), header->program, sizeof header->program);
    header->trace = (uint32_t)read_number(json_object_need(top, "trace"), 1000000);
    header->draws = (uint32_t)read_number(json_object_need(top, "draws"), 1000000);
    header->points = (uint32_t)read_number(json_object_need(top, "points"), 1000000);
    header->is_strict = json_read_bool(json_object_need(top, "strict"), false);
    read_pair(json_object_need(top, "seeds"), 0, RESULT_SEED_MAX, &header->first_seed,
              &header->last_seed);
    read_pair(json_object_need(top, "shard"), 1, SHARDS_MAX, &shard, &count);
    header->shard = (uint32_t)shard;
    header->shard_count = (uint32_t)count;
    read_scenarios(json_object_need(top, "scenarios"), header);
}

enum result_line result_read(const char *name, const char *line, size_t size,
                             struct result *result, struct result_header *header,
                             struct json_error *error)
{
    enum result_line kind = RESULT_RUN;
    struct json_doc *doc = json_doc_parse(name, line, size, error);
    if (!doc)
        return RESULT_WRONG;
    struct json_object top = json_object_open(json_root(doc, error));
    if (json_object_has(&top, "ringside_sweep")) {
        kind = RESULT_HEADER;
        memset(header, 0, sizeof *header);
        read_header(&top, header);
    } else {
        memset(result, 0, sizeof *result);
        read_run(&top, result);
    }
    json_object_finish(&top);
    json_doc_free(doc);
    return json_has_error(error) ? RESULT_WRONG : kind;
}
