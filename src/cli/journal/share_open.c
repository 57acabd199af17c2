/*
 * share_open.c: finding the scenario that a share line is about.
 *
 * Looked at in turn: the file that was given or is open, one of that name beside it, and the one
 * that came with the program. The first whose text is the line's, with the line's overrides, is
 * it: so a file that was edited since, or another of the same name, is told and not taken.
 */
#include "cli/journal/share_open.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/files/places.h"

/* A candidate that is the line's scenario; NULL with *seen set to a file of another text. */
static struct session *try_file(const struct share *share, const char *file,
                                char seen[PLACE_MAX])
{
    struct json_error ignored = {0};
    struct session_origin origin = {file, (const char *const *)share->sets, share->set_count,
                                    true, share->seed};
    struct session *session = session_open(&origin, &ignored);
    if (!session)
        return NULL;
    if (session_text_hash(session) == share->text_hash)
        return session;
    if (strcmp(session->scenario->name, share->scenario) == 0)
        snprintf(seen, PLACE_MAX, "%s", file);
    session_close(session);
    return NULL;
}

static bool name_beside(const char *file, const char *name, char path[PLACE_MAX])
{
    const char *slash = strrchr(file, '/');
    int folder = slash ? (int)(slash - file) + 1 : 0;
    return snprintf(path, PLACE_MAX, "%.*s%s.json", folder, file, name) < PLACE_MAX &&
           access(path, R_OK) == 0;
}

static struct session *find_session(const struct share *share, const char *file,
                                    struct json_error *error)
{
    char path[PLACE_MAX], seen[PLACE_MAX] = "";
    struct session *session = NULL;
    if (file)
        session = try_file(share, file, seen);
    if (!session && file && name_beside(file, share->scenario, path))
        session = try_file(share, path, seen);
    if (!session && place_scenario(share->scenario, path))
        session = try_file(share, path, seen);
    if (session)
        return session;
    if (*seen)
        snprintf(error->text, sizeof error->text,
                 "this share line was made with another text of the scenario \"%s\" than %.200s "
                 "has now; open the file that it was made with first",
                 share->scenario, seen);
    else
        snprintf(error->text, sizeof error->text,
                 "this share line is about the scenario \"%s\", which did not come with Ringside: "
                 "open its file first (Ctrl+O, or ringside play FILE --open LINE)",
                 share->scenario);
    return NULL;
}

/* A sentence about what may be behind it, when the line is of other versions. */
static void add_versions(const struct share *share, struct json_error *error)
{
    size_t used = strlen(error->text);
    if (share->made)
        snprintf(error->text + used, sizeof error->text - used,
                 "; the line was made by Ringside %s with other rules, and this is %s",
                 share->made, RINGSIDE_VERSION);
}

struct session *share_open(const char *line, const char *file, struct moment *moment,
                           struct json_error *warning, struct json_error *error)
{
    struct share share;
    if (!share_read(line, &share, error))
        return NULL;
    struct session *session = find_session(&share, file, error);
    *warning = (struct json_error){0};
    if (session && !share_replay(&share, session)) {
        add_versions(&share, error);
        session_close(session);
        session = NULL;
    }
    if (session && share.made)
        snprintf(warning->text, sizeof warning->text,
                 "this share line was made by Ringside %s, whose runs differ from those of %s: "
                 "the moment may be another one",
                 share.made, RINGSIDE_VERSION);
    *moment = share.moment;
    share_free(&share);
    return session;
}
