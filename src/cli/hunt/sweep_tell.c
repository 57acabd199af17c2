/*
 * sweep_tell.c: running a sweep, and what is said and kept in the end.
 *
 * Capsules are made after the sweep, of the first finding of each cause: each is run once more for
 * it, and a run that comes out differently then is told as the bug that it is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/hunt/capsule_file.h"
#include "cli/cli.h"
#include "cli/hunt/sweep_job.h"
#include "cli/hunt/sweep_print.h"
#include "hunt/plain.h"

static uint32_t scenario_index(const struct sweep_job *job, const struct result *result)
{
    uint32_t i = 0;
    while (i + 1 < job->options.file_count &&
           strcmp(job->scenarios[i]->name, result->scenario) != 0)
        i++;
    return i;
}

/* --- capsules ------------------------------------------------------------------------------- */

static void capsule_path(const struct sweep_job *job, const struct result *first, char *path,
                         size_t size)
{
    snprintf(path, size, "%s/%s-%llu.json", job->options.capsules, first->scenario,
             (unsigned long long)first->seed);
}

static bool write_one(const struct sweep_job *job, struct trial_bench *bench,
                      const struct result *first)
{
    static struct capsule capsule;
    uint32_t index = scenario_index(job, first);
    struct json_error error = {0};
    struct plain plain;
    char path[1200];
    if (!plain_open(&plain, job->scenarios[index], first->seed, &error))
        return usage_error("%s", error.text), false;
    char *command = capsule_command(job->options.files[index], first->seed, job->options.sets,
                                    job->options.set_count);
    capsule_path(job, first, path, sizeof path);
    bool is_written =
        capsule_write(bench, plain.scenario, first->seed, first, command, path, &capsule);
    plain_close(&plain);
    free(command);
    return is_written;
}

static bool write_capsules(const struct sweep_job *job, const struct tally *tally)
{
    struct trial_bench bench;
    const char *why;
    bool is_good = true;
    if (!job->options.capsules || tally->group_count == 0)
        return true;
    if (!trial_bench_open(&bench, &why))
        return usage_error("%s", why), false;
    for (uint32_t i = 0; is_good && i < tally->group_count; i++)
        is_good = write_one(job, &bench, &tally->groups[i].first);
    trial_bench_close(&bench);
    return is_good;
}

/* Before the sweep: nobody waits an hour to hear that a folder cannot be made. */
static bool make_folder(const char *path)
{
    struct stat about;
    if (!path || mkdir(path, 0777) == 0 ||
        (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)))
        return true;
    return usage_error("--capsules: cannot make the folder %s: %s", path, strerror(errno)), false;
}

/* --- words ---------------------------------------------------------------------------------- */

/* Of a run that died there is nothing to play. */
static void open_command(void *host, const struct result *first, FILE *out)
{
    const struct sweep_job *job = host;
    char path[1200];
    fprintf(out, "%s %s", program_name, first->has_digest ? "play" : "run");
    if (job->options.capsules) {
        capsule_path(job, first, path, sizeof path);
        print_argument(out, path);
        return;
    }
    print_argument(out, job->options.files[scenario_index(job, first)]);
    fprintf(out, " --seed %llu", (unsigned long long)first->seed);
    for (uint32_t i = 0; i < job->options.set_count; i++) {
        fputs(" --set", out);
        print_argument(out, job->options.sets[i]);
    }
    if (first->has_digest)
        fputs(" --at violation", out);
}

static void print_end(const struct sweep_job *job, const struct sweep *sweep)
{
    static const char *const ends[] = {
        [SWEEP_ALL] = "all of them are done",
        [SWEEP_FAILURES] = "stopped after enough findings",
        [SWEEP_COVERED] = "stopped: everything has been reached",
        [SWEEP_FLAT] = "stopped: nothing new was reached for long enough",
        [SWEEP_TIME] = "stopped at the time limit",
        [SWEEP_STOPPED] = "stopped, as somebody wanted",
        [SWEEP_BROKEN] = "stopped",
    };
    char runs[32], total[32];
    printf("%s of %s runs in %.1f s: %s\n", sweep_number(sweep->tally.runs, runs),
           sweep_number(sweep->total, total), sweep->seconds, ends[sweep->end]);
    if (sweep->known > 0)
        printf("  %-11s %s of them, read from %s\n", "known", sweep_number(sweep->known, runs),
               job->order.out);
}

static void print_last_words(struct sweep_job *job, const struct sweep *sweep)
{
    if (job->options.coverage)
        sweep_print_coverage(&sweep->tally.coverage, stdout);
    if ((sweep->end == SWEEP_STOPPED || sweep->end == SWEEP_TIME) && job->order.out)
        puts("\nthe same command goes on from here");
    if (sweep->tally.group_count > 0) {
        fputs("\nopen the first finding: ", stdout);
        open_command(job, &sweep->tally.groups[0].first, stdout);
        putchar('\n');
    }
}

static int tell(struct sweep_job *job, struct sweep *sweep)
{
    struct sweep_summary summary = {&sweep->tally, open_command, job};
    bool has_capsules = write_capsules(job, &sweep->tally);
    print_end(job, sweep);
    sweep_print_summary(&summary, stdout);
    has_capsules = sweep_shrink(job, &sweep->tally) && has_capsules;
    print_last_words(job, sweep);
    if (sweep->end == SWEEP_BROKEN)
        return usage_error("%s", sweep->why);
    if (!has_capsules)
        return EXIT_USAGE;
    return tally_findings(&sweep->tally) > 0 ? EXIT_CHECK_FAILED : EXIT_HOLDS;
}

int sweep_job_run(struct sweep_job *job)
{
    struct sweep sweep;
    struct json_error error = {0};
    struct sweep_progress progress;
    struct sweep_watcher watcher = sweep_progress_begin(&progress);
    if (!make_folder(job->options.capsules))
        return EXIT_USAGE;
    if (!sweep_run(&job->order, &watcher, &sweep, &error))
        return usage_error("%s", error.text);
    sweep_progress_end(&progress);
    if (sweep.torn_bytes > 0)
        fprintf(stderr, "ringside: %s ended in a torn line of %llu bytes, which was cut off\n",
                job->order.out, (unsigned long long)sweep.torn_bytes);
    int code = tell(job, &sweep);
    tally_free(&sweep.tally);
    return code;
}
