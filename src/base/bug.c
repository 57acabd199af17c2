/*
 * bug.c: the last words of a program that caught itself out.
 *
 *     ringside: internal error: queue->count > 0
 *       at        src/sim/world/queue.c:84
 *       why       an empty queue has no first event
 *       seed      1234567
 *       step      90211
 *       time      1.284 s
 *       node      2
 *       reproduce ringside run scenarios/hints.json --seed 1234567
 *
 * The lines from `seed` on are told only when a world has set its story, `node`
 * only when one was at work. The report is built on the stack and leaves in one
 * write(2), because memory and stdio may be what is broken; then _exit(3), which
 * runs no atexit handler and flushes nothing that is half-written.
 *
 * A bug inside the report itself (text.c uses CHECK) must not report forever:
 * whoever comes back while a report is being built ends at once.
 *
 * This is the one file of the pure rooms that calls the system, and the one with
 * mutable variables: they feed no computation, only the words said when all is
 * lost. They are thread-local because each thread of a sweep has its own world.
 */
#include "base/bug.h"

#include <unistd.h>

#include "base/text.h"

#define EXIT_INTERNAL_ERROR 3
#define REPORT_CAPACITY     4096
#define VALUE_COLUMN        12

static _Thread_local const struct bug_story *current_story;
static _Thread_local bool is_reporting;

void bug_story_set(const struct bug_story *story)
{
    current_story = story;
}

static void tell_name(struct text *report, const char *name)
{
    text_str(report, "\n  ");
    text_str(report, name);
    text_pad_to(report, VALUE_COLUMN);
}

static void tell_place(struct text *report, const char *file, int line)
{
    tell_name(report, "at");
    text_str(report, file);
    text_char(report, ':');
    text_i64(report, line);
}

static void tell_story(struct text *report, const struct bug_story *story)
{
    tell_name(report, "seed");
    text_u64(report, story->seed);
    tell_name(report, "step");
    text_u64(report, story->step);
    tell_name(report, "time");
    text_time(report, story->now);
    if (story->node >= 0) {
        tell_name(report, "node");
        text_i64(report, story->node);
    }
    if (story->command) {
        tell_name(report, "reproduce");
        text_str(report, story->command);
    }
}

/* A pipe may take less than it is given; an error here has nobody left to tell. */
static void write_all(const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, data, size);
        if (written <= 0)
            return;
        data += written;
        size -= (size_t)written;
    }
}

_Noreturn void bug_stop(const char *expression, const char *file, int line, const char *why)
{
    char buffer[REPORT_CAPACITY];
    struct text report;
    if (is_reporting)
        _exit(EXIT_INTERNAL_ERROR);
    is_reporting = true;
    text_init(&report, buffer, sizeof buffer);
    text_str(&report, "ringside: internal error: ");
    text_str(&report, expression);
    tell_place(&report, file, line);
    if (why) {
        tell_name(&report, "why");
        text_str(&report, why);
    }
    if (current_story)
        tell_story(&report, current_story);
    buffer[report.size] = '\n'; /* in place of the NUL */
    write_all(buffer, report.size + 1);
    _exit(EXIT_INTERNAL_ERROR);
}
