/*
 * capsule_file.c: writing a capsule, and telling how its run came out here.
 */
#include "cli/hunt/capsule_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "cli/cli.h"
#include "cli/hunt/sweep_print.h"
#include "cli/files/whole_file.h"

static bool write_file(const char *path, const char *text, size_t size)
{
    struct whole_file file;
    char why[400];
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("%s", why), false;
    fwrite(text, 1, size, file.out);
    return whole_file_finish(&file, why, sizeof why) || (usage_error("%s", why), false);
}

char *capsule_command(const char *file, uint64_t seed, const char *const *sets, uint32_t set_count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK_WHY(out != NULL, "out of memory");
    fputs("ringside run", out);
    print_argument(out, file);
    fprintf(out, " --seed %llu", (unsigned long long)seed);
    for (uint32_t i = 0; i < set_count; i++) {
        fputs(" --set", out);
        print_argument(out, sets[i]);
    }
    fclose(out);
    return text;
}

bool capsule_write(struct trial_bench *bench, const struct scenario *scenario, uint64_t seed,
                   const struct result *wanted, const char *command, const char *path,
                   struct capsule *capsule)
{
    struct json_error error = {0};
    size_t size;
    *capsule = (struct capsule){.trace = TRACE_VERSION, .draws = MIX_VERSION, .seed = seed};
    snprintf(capsule->program, sizeof capsule->program, "%s", RINGSIDE_VERSION);
    snprintf(capsule->command, sizeof capsule->command, "%s", command);
    if (!capsule_make(bench, scenario, wanted, capsule, error.text, sizeof error.text))
        return usage_error("%s", error.text), false;
    char *text = capsule_print(capsule, scenario->text, &size, &error);
    bool is_written = text ? write_file(path, text, size) : (usage_error("%s", error.text), false);
    free(text);
    return is_written;
}

/* --- replaying ------------------------------------------------------------------------------ */

static bool is_of_this_version(const struct capsule *capsule)
{
    return strcmp(capsule->program, RINGSIDE_VERSION) == 0 && capsule->trace == TRACE_VERSION &&
           capsule->draws == MIX_VERSION;
}

static void print_versions(const struct capsule *capsule, const char *path)
{
    printf("%s: made by Ringside %s (trace format %u, random draws %u), and this is %s (%d, %d): "
           "the run may come out differently\n",
           path, capsule->program, capsule->trace, capsule->draws, RINGSIDE_VERSION, TRACE_VERSION,
           MIX_VERSION);
}

static void fact_text(const char *name, const char *recorded, const char *now)
{
    if (strcmp(recorded, now) != 0)
        printf("  %-9s recorded  %s\n  %-9s now       %s\n", name, *recorded ? recorded : "none",
               "", *now ? now : "none");
}

static void fact_number(const char *name, uint64_t recorded, uint64_t now)
{
    char words[2][24];
    snprintf(words[0], sizeof words[0], "%llu", (unsigned long long)recorded);
    snprintf(words[1], sizeof words[1], "%llu", (unsigned long long)now);
    fact_text(name, words[0], words[1]);
}

static void fact_time(const char *name, vtime recorded, vtime now)
{
    char words[2][60];
    struct text text;
    text_init(&text, words[0], sizeof words[0]);
    text_time(&text, recorded);
    text_init(&text, words[1], sizeof words[1]);
    text_time(&text, now);
    fact_text(name, words[0], words[1]);
}

static const char *digest_words(struct digest digest, char words[40])
{
    snprintf(words, 40, "%016llx%016llx", (unsigned long long)digest.high,
             (unsigned long long)digest.low);
    return words;
}

/* Between which steps the runs part: from there `ringside run -v` of both shows the record. */
static void print_parting(const struct capsule *capsule, const struct replay *replay)
{
    uint32_t mark = replay->differing_mark;
    if (capsule->mark_count == 0)
        return;
    if (mark == capsule->mark_count)
        puts("  the steps of the run are the same; what was made of it differs");
    else
        printf("  the runs are the same up to step %llu and differ at step %llu\n",
               (unsigned long long)(mark > 0 ? capsule->marks[mark - 1].step : 0),
               (unsigned long long)capsule->marks[mark].step);
}

static void print_facts(const struct capsule *recorded, const struct capsule *now)
{
    char words[2][40];
    fact_text("end", recorded->end, now->end);
    fact_text("check", recorded->check, now->check);
    fact_text("cause", recorded->cause, now->cause);
    fact_text("sentence", recorded->sentence, now->sentence);
    if (!recorded->has_digest || !now->has_digest)
        return;
    fact_time("found at", recorded->found_at, now->found_at);
    fact_time("time", recorded->time, now->time);
    fact_number("steps", recorded->steps, now->steps);
    fact_number("records", recorded->records, now->records);
    fact_text("digest", digest_words(recorded->digest, words[0]),
              digest_words(now->digest, words[1]));
}

static void print_same(const struct capsule *capsule, const char *path)
{
    char words[40];
    if (capsule->has_digest)
        printf("%s: the same run: %llu steps, %llu records, digest %s\n", path,
               (unsigned long long)capsule->steps, (unsigned long long)capsule->records,
               digest_words(capsule->digest, words));
    else
        printf("%s: the same run: it %s again\n", path, capsule->end);
    if (*capsule->check)
        printf("  %s is violated: %s\n", capsule->check, capsule->sentence);
    else if (*capsule->cause)
        printf("  %s\n  %s\n", capsule->cause, capsule->sentence);
}

int capsule_replay(const char *path)
{
    static struct capsule capsule;
    static struct replay replay;
    struct trial_bench bench;
    struct json_error error = {0};
    const char *why = "";
    struct scenario *scenario = capsule_load(path, &capsule, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    if (!is_of_this_version(&capsule))
        print_versions(&capsule, path);
    int code = EXIT_USAGE;
    if (!trial_bench_open(&bench, &why)) {
        usage_error("%s", why);
    } else if (!replay_capsule(&bench, scenario, &capsule, &replay, error.text,
                               sizeof error.text)) {
        usage_error("%s", error.text);
    } else if (replay.is_same) {
        print_same(&capsule, path);
        code = EXIT_HOLDS;
    } else {
        printf("%s: the run came out differently\n", path);
        print_parting(&capsule, &replay);
        print_facts(&capsule, &replay.now);
        code = EXIT_CHECK_FAILED;
    }
    trial_bench_close(&bench);
    scenario_free(scenario);
    return code;
}
