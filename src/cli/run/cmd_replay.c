/*
 * cmd_replay.c: ringside replay: is this recorded run still the same run?
 *
 * A trace file holds the scenario and the seed. The run is made again, and each
 * record is compared with the recorded line; the first difference is named by
 * step, record and field.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/mix.h"
#include "cli/hunt/capsule_file.h"
#include "cli/cli.h"
#include "cli/files/places.h"

static const char replay_help[] =
    "usage: ringside replay TRACE | CAPSULE\n"
    "\n"
    "Run again what `ringside run --trace TRACE` recorded, and compare record by record; or what\n"
    "is in a capsule (ringside capsule --help), and compare digests on the way and the finding.\n"
    "Either file holds everything: scenario, seed, versions. The first difference is told by its\n"
    "step, record and field.\n"
    "\n"
    "Exit codes: 0 both runs are equal, 1 they differ, 2 usage, or it is neither, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside run demo --trace demo.trace && ringside replay demo.trace\n"
    "  ringside replay finding.capsule.json\n";

struct comparison {
    struct run *run;
    FILE *file;
    const char *path;
    char *recorded; /* the line read last */
    size_t room;
    uint64_t line;
    bool has_differed;
};

/* The next line without its newline; NULL at the end. */
static const char *next_line(struct comparison *c)
{
    ssize_t size = getline(&c->recorded, &c->room, c->file);
    if (size < 0)
        return NULL;
    c->line++;
    if (size > 0 && c->recorded[size - 1] == '\n')
        c->recorded[size - 1] = '\0';
    return c->recorded;
}

/* The first member in which two records differ, looking into "fields". */
static const char *first_difference(const cJSON *a, const cJSON *b)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, a)
    {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(b, member->string);
        if (cJSON_Compare(member, other, true))
            continue;
        if (cJSON_IsObject(member) && other)
            return first_difference(member, other);
        return member->string;
    }
    return "another";
}

static void print_difference(struct comparison *c, const char *recorded, const char *now)
{
    cJSON *a = cJSON_Parse(recorded);
    cJSON *b = cJSON_Parse(now);
    const cJSON *step = cJSON_GetObjectItemCaseSensitive(b, "step");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(b, "number");
    printf("%s:%llu: the runs differ at step %.0f, record %.0f, in the field \"%s\"\n"
           "  recorded  %s\n  now       %s\n",
           c->path, (unsigned long long)c->line, step ? step->valuedouble : 0,
           number ? number->valuedouble : 0, a && b ? first_difference(a, b) : "?", recorded, now);
    cJSON_Delete(a);
    cJSON_Delete(b);
}

static bool is_whole(const char *line)
{
    cJSON *parsed = line ? cJSON_Parse(line) : NULL;
    bool is_record = cJSON_GetObjectItemCaseSensitive(parsed, "number") != NULL;
    cJSON_Delete(parsed);
    return is_record;
}

static void compare_record(void *host, const struct trace_record *record)
{
    struct comparison *c = host;
    char now[2048];
    struct text text;
    if (c->has_differed)
        return;
    const char *recorded = next_line(c);
    text_init(&text, now, sizeof now);
    record_json(&c->run->world, record, &text);
    if (recorded && strcmp(recorded, now) == 0)
        return;
    c->has_differed = true;
    if (is_whole(recorded))
        print_difference(c, recorded, now);
    else
        printf("%s: the trace is cut short after record %llu; the runs are equal up to there\n",
               c->path, (unsigned long long)record->number - 1);
}

static bool is_version(const cJSON *header, const char *name, int wanted)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(header, name);
    if (cJSON_IsNumber(item) && item->valuedouble == wanted)
        return true;
    usage_error("the trace has \"%s\" %.0f; this program makes %d, so the runs cannot be equal",
                name, cJSON_IsNumber(item) ? item->valuedouble : -1, wanted);
    return false;
}

/* Everything that the run was a function of; NULL after an error. */
static struct scenario *read_header(struct comparison *c, uint64_t *seed)
{
    struct json_error error = {0};
    const char *line = next_line(c);
    cJSON *header = line ? cJSON_Parse(line) : NULL;
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(header, "scenario");
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(header, "file");
    const char *seed_text = line ? strstr(line, "\"seed\": ") : NULL;
    struct scenario *scenario = NULL;
    if (!cJSON_IsString(text) || !cJSON_IsString(file) || !seed_text) {
        usage_error("%s:1: not a trace of Ringside, nor a capsule; expected a header with "
                    "\"ringside_trace\"",
                    c->path);
    } else if (is_version(header, "ringside_trace", TRACE_VERSION) &&
               is_version(header, "draws", MIX_VERSION)) {
        *seed = strtoull(seed_text + strlen("\"seed\": "), NULL, 10);
        scenario = scenario_from_text(file->valuestring, text->valuestring,
                                      strlen(text->valuestring), &error);
        if (!scenario)
            usage_error("%s: %s", c->path, error.text);
    }
    cJSON_Delete(header);
    return scenario;
}

/* Where the recording stopped (--until may have cut it short). */
static uint64_t recorded_steps(const char *path)
{
    FILE *file = fopen(path, "r");
    char tail[400] = "";
    if (!file)
        return UINT64_MAX;
    if (fseek(file, -(long)sizeof tail + 1, SEEK_END) != 0)
        rewind(file);
    size_t size = fread(tail, 1, sizeof tail - 1, file);
    fclose(file);
    tail[size] = '\0';
    const char *footer = strstr(tail, "{\"end\": true, \"steps\": ");
    return footer ? strtoull(footer + strlen("{\"end\": true, \"steps\": "), NULL, 10) : UINT64_MAX;
}

static int replay(struct comparison *c)
{
    struct world *world = &c->run->world;
    uint64_t steps = recorded_steps(c->path);
    world->sink = (struct trace_sink){compare_record, c};
    world_begin(world, c->run->scenario, c->run->seed, NULL, 0);
    while (!c->has_differed && world->state->step < steps && world_step(world))
        continue;
    if (c->has_differed)
        return EXIT_CHECK_FAILED;
    const char *footer = next_line(c);
    char digest[64];
    snprintf(digest, sizeof digest, "%016llx%016llx", (unsigned long long)world->state->digest.high,
             (unsigned long long)world->state->digest.low);
    if (!footer || !strstr(footer, digest)) {
        printf("%s:%llu: the recorded run goes on, or ends with another digest than %s\n", c->path,
               (unsigned long long)c->line, digest);
        return EXIT_CHECK_FAILED;
    }
    printf("%s: the same run: %llu steps, %llu records, digest %s\n", c->path,
           (unsigned long long)world->state->step, (unsigned long long)world->state->records,
           digest);
    return EXIT_HOLDS;
}

static int replay_main(int argc, char **argv)
{
    struct run run;
    struct comparison comparison = {.run = &run};
    char path[PLACE_MAX];
    uint32_t count;
    uint64_t seed = 0;
    if (!options_read(&command_replay, argc, argv, NULL, 0, &comparison.path, 1, &count))
        return EXIT_USAGE;
    if (count == 0)
        return usage_error("replay needs a trace file, as `ringside run --trace FILE` makes it, "
                           "or a capsule");
    if (capsule_is_file(comparison.path))
        return capsule_replay(comparison.path);
    comparison.file = fopen(comparison.path, "r");
    if (!comparison.file && place_find_scenario(comparison.path, path))
        return usage_error("%s is a scenario, no trace; ringside run %s --trace FILE records one",
                           comparison.path, comparison.path);
    if (!comparison.file)
        return usage_error("cannot read %s: %s", comparison.path, strerror(errno));
    struct scenario *scenario = read_header(&comparison, &seed);
    int code = EXIT_USAGE;
    if (scenario && run_open(&run, scenario, seed, NULL)) {
        code = replay(&comparison);
        run_close(&run);
    }
    scenario_free(scenario);
    free(comparison.recorded);
    fclose(comparison.file);
    return code;
}

const struct command command_replay = {"replay", "run a trace or a capsule again and compare",
                                       replay_help, replay_main};
