/*
 * save_session.c: what was done at the window, in a scenario file beside the person.
 *
 * The file is NAME-session.json in the present folder, or NAME-session-2.json and so on: none
 * is ever written over. It appears whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/play/save_session.h"
#include "scenario/save.h"

/* A new file, opened for writing; NULL when there can be none. */
static FILE *open_new(const char *name, char *path, size_t size)
{
    static const char ending[] = "-session";
    FILE *out = NULL;
    char base[LABEL_MAX];
    snprintf(base, sizeof base, "%s", name);
    char *end = strlen(base) > strlen(ending) ? base + strlen(base) - strlen(ending) : base;
    if (strcmp(end, ending) == 0) /* a session that was saved before, and goes on */
        *end = '\0';
    for (unsigned n = 1; !out && n < 1000; n++) {
        if (n == 1)
            snprintf(path, size, "%s%s.json", base, ending);
        else
            snprintf(path, size, "%s%s-%u.json", base, ending, n);
        out = fopen(path, "wx");
        if (!out && errno != EEXIST)
            return NULL;
    }
    return out;
}

static bool write_text(FILE *out, const char *text)
{
    bool is_good = fputs(text, out) >= 0 && fflush(out) == 0 && fsync(fileno(out)) == 0;
    return fclose(out) == 0 && is_good;
}

/* A file that was named is written beside it first, so that it is never half there. */
static bool write_named(const char *file, const char *text)
{
    char beside[4200];
    int size = snprintf(beside, sizeof beside, "%s.new", file);
    if (size < 0 || (size_t)size >= sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    FILE *out = fopen(beside, "w");
    if (out && write_text(out, text) && rename(beside, file) == 0)
        return true;
    int reason = errno;
    if (out)
        remove(beside);
    errno = reason;
    return false;
}

static bool write_new(const char *name, const char *text, char *path, size_t size)
{
    FILE *out = open_new(name, path, size);
    bool is_written = out && write_text(out, text);
    int reason = errno;
    if (out && !is_written)
        remove(path);
    errno = reason;
    return is_written;
}

bool save_session(const struct session *session, const struct stage *stage, const char *file,
                  char *said, size_t size)
{
    struct json_error error = {0};
    char path[200];
    uint32_t count;
    const struct intervention *list = stage_interventions(stage, &count);
    char *text = scenario_save_text(session->scenario, session->seed, list, count, &error);
    if (!text) {
        snprintf(said, size, "%s", error.text);
        return false;
    }
    bool is_written = file ? write_named(file, text)
                           : write_new(session->scenario->name, text, path, sizeof path);
    const char *name = file ? file : path;
    free(text);
    if (is_written)
        snprintf(said, size, "saved as %s: ringside run %s is this run again", name, name);
    else
        snprintf(said, size, "cannot write %s: %s", name, strerror(errno));
    return is_written;
}
