/*
 * death.c: what killed a run: a CHECK of ours, a signal, a sanitizer, the clock.
 *
 * The last words of a CHECK are known (base/bug.c): the expression and its place are the cause. Of
 * what a sanitizer says the line with ERROR is taken, without addresses. A signal has no words.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "hunt/cause.h"
#include "hunt/crew.h"
#include "hunt/sweep.h"

#define INTERNAL "ringside: internal error: "

static const char *skip_blanks(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

/* Up to the end of the line. */
static void add_line(struct text *text, const char *line)
{
    for (; *line && *line != '\n'; line++)
        text_char(text, *line >= ' ' && *line < 127 ? *line : '?');
}

/* "queue->count > 0 at src/sim/world/queue.c:84" */
static bool take_check(struct text *cause, const char *words)
{
    const char *begin = strstr(words, INTERNAL);
    const char *place = begin ? strstr(begin, "\n  at ") : NULL;
    if (!place)
        return false;
    text_str(cause, "CHECK ");
    add_line(cause, begin + strlen(INTERNAL));
    text_str(cause, " at ");
    add_line(cause, skip_blanks(place + strlen("\n  at ")));
    return true;
}

/* Hexadecimal addresses and process numbers change from run to run. */
static void add_without_numbers(struct text *text, const char *line)
{
    for (; *line && *line != '\n'; line++) {
        bool is_number = *line >= '0' && *line <= '9';
        if (!is_number)
            text_char(text, *line >= ' ' && *line < 127 ? *line : '?');
        else
            line += strspn(line, "0123456789abcdefxABCDEF") - 1;
    }
}

static bool take_sanitizer(struct text *cause, const char *words)
{
    const char *error = strstr(words, "ERROR: ");
    if (!error)
        error = strstr(words, "runtime error: ");
    if (error)
        add_without_numbers(cause, error);
    return error != NULL;
}

static void take_status(struct text *cause, int status)
{
    if (WIFSIGNALED(status)) {
        text_str(cause, "signal ");
        text_i64(cause, WTERMSIG(status));
        text_str(cause, ", ");
        text_str(cause, strsignal(WTERMSIG(status)));
    } else {
        text_str(cause, "exit code ");
        text_i64(cause, WEXITSTATUS(status));
    }
}

/* All of it on one line, as far as there is room. */
static void take_words(struct text *sentence, const char *words)
{
    for (const char *at = words; *at;) {
        at = skip_blanks(at);
        add_line(sentence, at);
        const char *end = strchr(at, '\n');
        if (!end || !end[1])
            break;
        text_str(sentence, "; ");
        at = end + 1;
    }
}

void sweep_take_death(const struct crew_outcome *outcome, double limit_seconds,
                      struct result *result)
{
    struct text cause, sentence;
    text_init(&cause, result->cause, sizeof result->cause);
    text_init(&sentence, result->sentence, sizeof result->sentence);
    if (outcome->fate == CREW_TIMED_OUT) {
        char limit[40];
        result->end = TRIAL_HUNG;
        text_str(&cause, "hung: the run does not end within its time");
        snprintf(limit, sizeof limit, "%g", limit_seconds);
        text_str(&sentence, "killed after ");
        text_str(&sentence, limit);
        text_str(&sentence, " s of the wall clock");
    } else {
        result->end = TRIAL_CRASHED;
        text_str(&cause, "crashed: ");
        if (!take_check(&cause, outcome->words) && !take_sanitizer(&cause, outcome->words))
            take_status(&cause, outcome->status);
        take_words(&sentence, outcome->words);
        if (sentence.size == 0)
            text_str(&sentence, "the process said nothing");
    }
    result->signature = cause_signature(result->cause);
}
