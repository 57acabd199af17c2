/*
 * sweep_progress.c: one line, again and again.
 */
#include "cli/hunt/sweep_progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/hunt/sweep_print.h"

#define STATE_MAX      400
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

static int left_text(double seconds, char *text, size_t size)
{
    if (seconds < 100)
        return snprintf(text, size, ", %.0f s left", seconds);
    if (seconds < 6000)
        return snprintf(text, size, ", %.0f min left", seconds / 60);
    return snprintf(text, size, ", %.1f h left", seconds / 3600);
}

/* What matters most stands first: a narrow terminal cuts the rest. */
static void state_text(const struct sweep_progress *progress, const struct sweep *sweep,
                       char text[STATE_MAX])
{
    char runs[32], total[32], left[40] = "", found[80] = "nothing found";
    uint64_t findings = tally_findings(&sweep->tally);
    uint32_t causes = sweep->tally.group_count;
    if (progress->rate > 0)
        left_text((double)(sweep->total - sweep->tally.runs) / progress->rate, left, sizeof left);
    if (findings > 0)
        snprintf(found, sizeof found, "%llu %s of %u %s", (unsigned long long)findings,
                 findings == 1 ? "finding" : "findings", causes, causes == 1 ? "cause" : "causes");
    snprintf(text, STATE_MAX, "%s of %s runs (%.0f%%), %s%s, %.0f a second, %u points",
             sweep_number(sweep->tally.runs, runs), sweep_number(sweep->total, total),
             sweep->total ? 100.0 * (double)sweep->tally.runs / (double)sweep->total : 100.0, found,
             left, progress->rate, coverage_count(&sweep->tally.coverage));
}

/* A line that is broken by the terminal could not be written over. */
static int terminal_columns(void)
{
    struct winsize size = {0};
    bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return is_known ? size.ws_col - 1 : 79;
}

static void on_progress(void *host, const struct sweep *sweep)
{
    struct sweep_progress *progress = host;
    char text[STATE_MAX];
    measure(progress, sweep);
    state_text(progress, sweep, text);
    if (progress->is_terminal) {
        clear_line(progress);
        fprintf(stderr, "%.*s", terminal_columns(), text);
        progress->has_line = true;
        fflush(stderr);
    } else if (sweep->seconds - progress->told >= PLAIN_SECONDS) {
        progress->told = sweep->seconds;
        fprintf(stderr, "%s\n", text);
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
