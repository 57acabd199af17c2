/*
 * measure_file.c: what is known already, line by line.
 *
 *     {"ringside_measure": 1, "program": "0.1.0", ..., "seeds": [1, 2000], "scenarios": [...]}
 *     {"safeguard": "tie-rule", "range": 1, "runs": 512, "own": 0, "cpu_us": 91233}
 *     {"safeguard": "tie-rule", "range": 1, "runs": 7, ..., "done": true, "end": "violated",
 *      "scenario": "swarm", "seed": 2, "check": "linearizable", "cause": "..."}
 *
 * Lines are added at the end, each by one write; of two about one case the later one counts. A last
 * line without its end is what a program that was killed has left, and is cut off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mix.h"
#include "hunt/measure.h"

#define FILE_MAX ((size_t)64 << 20)

static const struct json_string_rule name_rule = {"a name", NULL, 1, LABEL_MAX - 1};
static const struct json_string_rule cause_rule = {"a cause", NULL, 0, TRIAL_CAUSE_MAX - 1};
static const struct json_string_rule hex_rule = {"16 hexadecimal digits", "0-9a-f", 16, 16};

/* --- writing -------------------------------------------------------------------------------- */

static void add_number(struct json_out *out, const char *name, uint64_t number)
{
    char text[80];
    snprintf(text, sizeof text, ", \"%s\": %llu", name, (unsigned long long)number);
    json_out_str(out, text);
}

static void add_string(struct json_out *out, const char *name, const char *value)
{
    json_out_str(out, ", \"");
    json_out_str(out, name);
    json_out_str(out, "\": ");
    json_out_quoted(out, value);
}

static void print_head(const struct measure *measure, struct json_out *out)
{
    char text[100];
    json_out_str(out, "{\"ringside_measure\": 1");
    add_string(out, "program", measure->program);
    add_number(out, "trace", TRACE_VERSION);
    add_number(out, "draws", MIX_VERSION);
    snprintf(text, sizeof text, ", \"seeds\": [%llu, %llu], \"scenarios\": [",
             (unsigned long long)measure->first_seed, (unsigned long long)measure->last_seed);
    json_out_str(out, text);
    for (uint32_t i = 0; i < measure->scenario_count; i++) {
        json_out_str(out, i ? ", {\"name\": " : "{\"name\": ");
        json_out_quoted(out, measure->scenarios[i].name);
        snprintf(text, sizeof text, ", \"text\": \"%016llx\"}",
                 (unsigned long long)measure->scenarios[i].text);
        json_out_str(out, text);
    }
    json_out_str(out, "]}\n");
}

static bool write_all(int file, const struct json_out *out)
{
    return write(file, out->data, out->size) == (ssize_t)out->size;
}

bool measure_file_add(struct measure_file *file, uint32_t safeguard, uint32_t range,
                      const struct measure_case *result)
{
    struct json_out out = {0};
    if (file->file < 0)
        return true;
    json_out_str(&out, "{\"safeguard\": ");
    json_out_quoted(&out, safeguard_table[safeguard].name);
    add_number(&out, "range", range + 1);
    add_number(&out, "runs", result->through);
    add_number(&out, "own", result->own);
    add_number(&out, "cpu_us", result->microseconds);
    if (result->is_done)
        json_out_str(&out, ", \"done\": true");
    if (result->is_found) {
        add_string(&out, "end", trial_end_words[result->end]);
        add_string(&out, "scenario", result->scenario);
        add_number(&out, "seed", result->seed);
        if (*result->check)
            add_string(&out, "check", result->check);
        add_string(&out, "cause", result->cause);
    }
    json_out_str(&out, "}\n");
    bool is_written = write_all(file->file, &out);
    free(out.data);
    return is_written;
}

/* --- reading -------------------------------------------------------------------------------- */

static void read_case(struct json_object *top, struct measure *measure)
{
    const char *names[SAFEGUARD_COUNT];
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++)
        names[i] = safeguard_table[i].name;
    uint32_t safeguard =
        json_read_word(json_object_need(top, "safeguard"), names, SAFEGUARD_COUNT, 0);
    int64_t range = json_read_int(json_object_need(top, "range"), 1, MEASURE_RANGES_MAX, 1);
    struct measure_case *result = &measure->cases[safeguard][range - 1];
    *result = (struct measure_case){0};
    result->through =
        (uint64_t)json_read_int(json_object_need(top, "runs"), 0, (int64_t)MEASURE_RUNS_MAX, 0);
    result->own =
        (uint64_t)json_read_int(json_object_need(top, "own"), 0, (int64_t)MEASURE_RUNS_MAX, 0);
    result->microseconds =
        (uint64_t)json_read_int(json_object_need(top, "cpu_us"), 0, INT64_MAX, 0);
    result->is_done = json_read_bool(json_object_get(top, "done"), false);
    result->is_found = json_object_has(top, "end");
    if (!result->is_found)
        return;
    result->end = (uint8_t)json_read_word(json_object_need(top, "end"), trial_end_words,
                                          TRIAL_END_COUNT, 0);
    snprintf(result->scenario, sizeof result->scenario, "%s",
             json_read_string(json_object_need(top, "scenario"), &name_rule, ""));
    result->seed =
        (uint64_t)json_read_int(json_object_need(top, "seed"), 0, (int64_t)RESULT_SEED_MAX, 0);
    snprintf(result->check, sizeof result->check, "%s",
             json_read_string(json_object_get(top, "check"), &name_rule, ""));
    snprintf(result->cause, sizeof result->cause, "%s",
             json_read_string(json_object_need(top, "cause"), &cause_rule, ""));
    measure->ranges = MAX(measure->ranges, (uint32_t)range);
}

static void read_seeds(struct json_value value, struct measure *measure)
{
    struct json_array pair = json_array_open(value, 2, 2);
    struct json_value item;
    for (uint32_t i = 0; json_array_next(&pair, &item); i++)
        *(i == 0 ? &measure->first_seed : &measure->last_seed) =
            (uint64_t)json_read_int(item, 0, (int64_t)RESULT_SEED_MAX, 0);
}

static void read_head(struct json_object *top, struct measure *measure)
{
    json_read_int(json_object_need(top, "ringside_measure"), MEASURE_FORMAT, MEASURE_FORMAT, 0);
    snprintf(measure->program, sizeof measure->program, "%.39s",
             json_read_string(json_object_need(top, "program"), &name_rule, ""));
    json_read_int(json_object_need(top, "trace"), 0, 1000000, 0);
    json_read_int(json_object_need(top, "draws"), 0, 1000000, 0);
    read_seeds(json_object_need(top, "seeds"), measure);
    struct json_array list =
        json_array_open(json_object_need(top, "scenarios"), 1, MEASURE_SCENARIOS_MAX);
    struct json_value item;
    measure->scenario_count = 0;
    while (json_array_next(&list, &item)) {
        struct result_scenario *scenario = &measure->scenarios[measure->scenario_count++];
        struct json_object object = json_object_open(item);
        snprintf(scenario->name, sizeof scenario->name, "%s",
                 json_read_string(json_object_need(&object, "name"), &name_rule, ""));
        scenario->text = strtoull(
            json_read_string(json_object_need(&object, "text"), &hex_rule, "0"), NULL, 16);
        json_object_finish(&object);
    }
}

static bool read_line(const char *name, const char *line, size_t size, bool is_first,
                      struct measure *measure, struct json_error *error)
{
    struct json_doc *doc = json_doc_parse(name, line, size, error);
    if (!doc)
        return false;
    struct json_object top = json_object_open(json_root(doc, error));
    if (is_first)
        read_head(&top, measure);
    else
        read_case(&top, measure);
    json_object_finish(&top);
    json_doc_free(doc);
    return !json_has_error(error);
}

/* *whole: up to the end of the last line. */
static bool read_lines(const char *path, const char *text, size_t size, struct measure *measure,
                       size_t *whole, struct json_error *error)
{
    const char *at = text, *end;
    for (uint32_t number = 1; (end = memchr(at, '\n', (size_t)(text + size - at))); number++) {
        char name[400];
        snprintf(name, sizeof name, "%.300s:%u", path, number);
        if (!read_line(name, at, (size_t)(end - at), number == 1, measure, error))
            return false;
        at = end + 1;
    }
    *whole = (size_t)(at - text);
    return true;
}

static char *read_file(int file, size_t *size)
{
    char *text = malloc(FILE_MAX);
    ssize_t got = 0;
    CHECK_WHY(text != NULL, "out of memory");
    for (*size = 0; *size < FILE_MAX; *size += (size_t)got)
        if ((got = read(file, text + *size, FILE_MAX - *size)) <= 0)
            break;
    if (got == 0)
        return text;
    free(text);
    return NULL;
}

static bool refuse(struct json_error *error, const char *path, const char *why)
{
    if (!json_has_error(error))
        snprintf(error->text, sizeof error->text, "%.300s: %s", path, why);
    return false;
}

static bool is_same_head(const struct measure *one, const struct measure *other)
{
    bool is_same = strcmp(one->program, other->program) == 0 &&
                   one->first_seed == other->first_seed && one->last_seed == other->last_seed &&
                   one->scenario_count == other->scenario_count;
    for (uint32_t i = 0; is_same && i < one->scenario_count; i++)
        is_same = one->scenarios[i].text == other->scenarios[i].text &&
                  strcmp(one->scenarios[i].name, other->scenarios[i].name) == 0;
    return is_same;
}

static bool continue_file(struct measure_file *file, const char *text, size_t size,
                          struct measure *measure, struct json_error *error)
{
    static struct measure before;
    size_t whole = 0;
    before = (struct measure){0};
    if (!read_lines(file->path, text, size, &before, &whole, error))
        return false;
    if (!is_same_head(&before, measure))
        return refuse(error, file->path,
                      "this was measured with other seeds, other scenarios or another version; "
                      "give another file, or delete this one");
    memcpy(measure->cases, before.cases, sizeof measure->cases);
    if (ftruncate(file->file, (off_t)whole) == 0 && lseek(file->file, 0, SEEK_END) >= 0)
        return true;
    return refuse(error, file->path, strerror(errno));
}

bool measure_file_open(struct measure_file *file, const char *path, struct measure *measure,
                       struct json_error *error)
{
    struct json_out head = {0};
    size_t size;
    *file = (struct measure_file){-1, path};
    if (!path)
        return true;
    file->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    char *text = file->file >= 0 ? read_file(file->file, &size) : NULL;
    if (!text)
        return refuse(error, path, strerror(errno));
    bool is_empty = memchr(text, '\n', size) == NULL, is_good;
    if (!is_empty) {
        is_good = continue_file(file, text, size, measure, error);
    } else {
        print_head(measure, &head);
        is_good = size == 0 && write_all(file->file, &head);
        if (!is_good)
            refuse(error, path, size > 0 ? "this is no file of measurements" : strerror(errno));
        free(head.data);
    }
    free(text);
    return is_good;
}

void measure_file_close(struct measure_file *file)
{
    if (file->file >= 0)
        close(file->file);
    file->file = -1;
}

bool measure_load(const char *path, struct measure *measure, struct json_error *error)
{
    size_t size, whole = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *text = file >= 0 ? read_file(file, &size) : NULL;
    *measure = (struct measure){.ranges = 1};
    if (!text)
        return refuse(error, path, strerror(errno));
    bool is_good = read_lines(path, text, size, measure, &whole, error);
    if (is_good && whole == 0)
        is_good = refuse(error, path, "this is no file of measurements");
    free(text);
    close(file);
    return is_good;
}
