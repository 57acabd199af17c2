/*
 * sweep_shrink.c: ringside sweep --shrink: what was found, made small.
 *
 * The first finding of each cause is shrunk into the folder of the capsules, beside its capsule, as
 * NAME-SEED-min.json (hunt/shrink/shrink.h). Each has its time, so that a hard one does not hold up
 * the rest: what is smallest then is written.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/files/whole_file.h"
#include "cli/hunt/sweep_job.h"
#include "cli/hunt/sweep_print.h"
#include "hunt/shrink/shrink.h"

#define SHRINK_SECONDS 60 /* of one finding */

static const char *file_of(const struct sweep_job *job, const struct result *first,
                           struct scenario **scenario)
{
    uint32_t i = 0;
    while (i + 1 < job->options.file_count &&
           strcmp(job->scenarios[i]->name, first->scenario) != 0)
        i++;
    *scenario = job->scenarios[i];
    return job->options.files[i];
}

static bool write_file(const char *path, const char *content)
{
    struct whole_file file;
    char why[200];
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("--shrink: %s", why), false;
    fputs(content, file.out);
    return whole_file_finish(&file, why, sizeof why) || (usage_error("--shrink: %s", why), false);
}

static void print_shrunk(const struct shrink_result *result, const char *path)
{
    printf("shrunk in %.1f s from %u lines to %u%s:", result->seconds,
           result->before.faults + result->before.operations,
           result->after.faults + result->after.operations,
           result->end == SHRINK_MINIMAL ? ", 1-minimal" : "");
    print_argument(stdout, path);
    putchar('\n');
}

/* A finding that cannot be shrunk is told, and the others go on. */
static bool shrink_one(const struct sweep_job *job, const struct result *first)
{
    static struct shrink_result result; /* large */
    struct json_error error = {0};
    struct scenario *given, *plain;
    char path[1200], why[900];
    struct shrink_order order = {.seed = first->seed,
                                 .jobs = job->order.jobs,
                                 .time_limit = SHRINK_SECONDS,
                                 .run_limit = job->order.seed_limit,
                                 .is_stopped = job->order.is_stopped};
    order.source = file_of(job, first, &given);
    snprintf(path, sizeof path, "%s/%s-%llu-min.json", job->options.capsules, first->scenario,
             (unsigned long long)first->seed);
    plain = scenario_expand(given, first->seed, &error);
    order.scenario = plain;
    if (!plain || !shrink_scenario(&order, &result, why, sizeof why)) {
        usage_error("--shrink: %s", plain ? why : error.text);
        scenario_free(plain);
        return false;
    }
    bool is_written = write_file(path, result.text);
    if (is_written)
        print_shrunk(&result, path);
    free(result.text);
    scenario_free(plain);
    return is_written;
}

bool sweep_shrink(const struct sweep_job *job, const struct tally *tally)
{
    bool is_good = true;
    for (uint32_t i = 0; job->options.shrink && i < tally->group_count; i++)
        is_good &= shrink_one(job, &tally->groups[i].first);
    return is_good;
}
