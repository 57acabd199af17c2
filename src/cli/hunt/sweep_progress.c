/*
 * sweep_progress.c: one line, again and again.
 */
#include "cli/hunt/sweep_progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/hunt/sweep_print.h"

#define PLAIN_SECONDS 10
#define RATE_SECONDS  1 /* the rate is that of the last second or so */

static void clear_line(struct sweep_progress *progress)
{
    if (progress->has_line)
        fputs("\r\033[K", stderr);
    progress->has_line = false;
}

static void measure(struct sweep_progress *progress, const struct sweep *sweep)
{
    uint64_t ran = sweep->tally.runs - sweep->known;
    if (sweep->seconds - progress->seconds < RATE_SECONDS && progress->rate > 0)
        return;
    if (sweep->seconds > progress->seconds)
        progress->rate = (double)(ran - progress->runs) / (sweep->seconds - progress->seconds);
    progress->seconds = sweep->seconds;
    progress->runs = ran;
}

static void print_left(double seconds)
{
    if (seconds < 100)
        fprintf(stderr, ", %.0f s left", seconds);
    else if (seconds < 6000)
        fprintf(stderr, ", %.0f min left", seconds / 60);
    else
        fprintf(stderr, ", %.1f h left", seconds / 3600);
}

static void print_state(const struct sweep_progress *progress, const struct sweep *sweep)
{
    char runs[32], total[32];
    uint64_t findings = tally_findings(&sweep->tally);
    fprintf(stderr, "%s of %s runs (%.0f%%), %.0f a second", sweep_number(sweep->tally.runs, runs),
            sweep_number(sweep->total, total),
            sweep->total ? 100.0 * (double)sweep->tally.runs / (double)sweep->total : 100.0,
            progress->rate);
    if (progress->rate > 0)
        print_left((double)(sweep->total - sweep->tally.runs) / progress->rate);
    if (findings > 0)
        fprintf(stderr, ", %llu findings of %u causes", (unsigned long long)findings,
                sweep->tally.group_count);
    else
        fputs(", nothing found", stderr);
    fprintf(stderr, ", %u points", coverage_count(&sweep->tally.coverage));
}

static void on_progress(void *host, const struct sweep *sweep)
{
    struct sweep_progress *progress = host;
    measure(progress, sweep);
    if (progress->is_terminal) {
        clear_line(progress);
        print_state(progress, sweep);
        progress->has_line = true;
        fflush(stderr);
    } else if (sweep->seconds - progress->told >= PLAIN_SECONDS) {
        progress->told = sweep->seconds;
        print_state(progress, sweep);
        fputc('\n', stderr);
    }
}

static void on_finding(void *host, const struct sweep *sweep, const struct result *result,
                       bool is_new_cause)
{
    struct sweep_progress *progress = host;
    (void)sweep;
    if (!is_new_cause)
        return;
    clear_line(progress);
    fprintf(stderr, "found: %s, seed %llu: %s\n", result->scenario,
            (unsigned long long)result->seed, result->cause);
}

struct sweep_watcher sweep_progress_begin(struct sweep_progress *progress)
{
    *progress = (struct sweep_progress){.is_terminal = isatty(STDERR_FILENO)};
    return (struct sweep_watcher){on_finding, on_progress, progress};
}

void sweep_progress_end(struct sweep_progress *progress)
{
    clear_line(progress);
}
