/*
 * journal_kept.c: journals of sessions that ended otherwise than saved, brought back.
 *
 * A journal is taken when its header says the same scenario text and seed and it can be locked: a
 * window that is still open holds its lock, and one that was killed has lost it. Each deed is
 * done again at its own moment, after the digest of the run up to there was compared; what does
 * not fit is left out with all that came after it in its branches, and told.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mix.h"
#include "cli/cli.h"
#include "cli/journal/journal.h"
#include "scenario/json_file.h"

/* One journal, read whole. */
struct reader {
    const struct session *session;
    struct stage *stage;
    uint32_t *map; /* branch there to branch here, UINT32_MAX: not brought back */
    uint32_t map_count;
    uint32_t back, left_out;
    bool is_torn; /* a line's checksum does not fit */
};

/* --- reading -------------------------------------------------------------------------------- */

/* The text of a file that nobody else has open as a journal; NULL otherwise. */
static char *read_free_journal(const char *path)
{
    struct json_error ignored = {0};
    size_t size;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_free = file >= 0 && (flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
    if (file >= 0)
        close(file);
    return is_free ? json_file_read(path, JSON_SIZE_LIMIT, &size, &ignored) : NULL;
}

/* The next line of `*text` and move past it; NULL at the end. One without a newline is torn. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (*line == '\0')
        return NULL;
    if (end)
        *end = '\0';
    *text = end ? end + 1 : line + strlen(line);
    return line;
}

enum fit { FITS, OTHER_RUN, OTHER_VERSION, NO_JOURNAL };

/* What does the first line say? */
static enum fit fit_of(const char *json, const struct session *session)
{
    struct json_error error = {0};
    struct json_doc *doc = json ? json_doc_parse("journal", json, strlen(json), &error) : NULL;
    static const struct json_string_rule any = {"a text", NULL, 0, 200};
    char seed[32], text[32];
    if (!doc)
        return NO_JOURNAL;
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)session->seed);
    snprintf(text, sizeof text, "%016llx", (unsigned long long)session_text_hash(session));
    struct json_object top = json_object_open(json_root(doc, &error));
    int64_t format = json_read_int(json_object_need(&top, "ringside_journal"), 1, 1000000, 0);
    if (format > JOURNAL_FORMAT) { /* who knows what else is in there */
        json_doc_free(doc);
        return OTHER_VERSION;
    }
    bool is_same = strcmp(json_read_string(json_object_need(&top, "text"), &any, ""), text) == 0 &&
                   strcmp(json_read_string(json_object_need(&top, "seed"), &any, ""), seed) == 0;
    struct json_array list = json_array_open(json_object_need(&top, "made"), 3, 3);
    struct json_value item;
    int64_t versions[3] = {0};
    for (uint32_t i = 0; json_array_next(&list, &item); i++)
        versions[i] = i == 0 ? 0 : json_read_int(item, 0, 1000000, 0);
    json_doc_free(doc);
    if (json_has_error(&error))
        return NO_JOURNAL;
    if (!is_same)
        return OTHER_RUN;
    bool is_version = versions[1] == TRACE_VERSION && versions[2] == MIX_VERSION;
    return is_version ? FITS : OTHER_VERSION;
}

/* --- doing again ---------------------------------------------------------------------------- */

static uint32_t *map_at(struct reader *reader, uint32_t branch)
{
    if (branch >= reader->map_count) {
        uint32_t count = branch + 64;
        reader->map = realloc(reader->map, count * sizeof *reader->map);
        CHECK_WHY(reader->map != NULL, "out of memory");
        for (uint32_t i = reader->map_count; i < count; i++)
            reader->map[i] = i == 0 ? 0 : UINT32_MAX;
        reader->map_count = count;
    }
    return &reader->map[branch];
}

struct deed {
    uint32_t branch, parent;
    uint64_t step;
    vtime time;
    uint64_t run;
    struct json_value action;
};

static bool read_deed(struct json_doc *doc, struct json_error *error, struct deed *deed)
{
    static const struct json_string_rule hash = {"16 hexadecimal digits", "0-9a-f", 16, 16};
    struct json_object top = json_object_open(json_root(doc, error));
    if (json_object_has(&top, "saved"))
        return false;
    deed->branch = (uint32_t)json_read_int(json_object_need(&top, "branch"), 1, 1000000, 1);
    deed->parent = (uint32_t)json_read_int(json_object_need(&top, "parent"), 0, 1000000, 0);
    deed->step = (uint64_t)json_read_int(json_object_need(&top, "step"), 0, INT64_C(1) << 53, 0);
    deed->time = json_read_time(json_object_need(&top, "time"), 0, VTIME_NEVER - 1, 0);
    deed->run = strtoull(json_read_string(json_object_need(&top, "run"), &hash, "0"), NULL, 16);
    deed->action = json_object_need(&top, "do");
    return json_object_finish(&top);
}

/* The scenario takes over the document: the action points into it. */
static void do_again(struct reader *reader, struct deed *deed)
{
    struct stage *stage = reader->stage;
    struct action action;
    uint32_t parent = *map_at(reader, deed->parent);
    if (parent == UINT32_MAX || !stage_seek_moment(stage, parent, deed->step, deed->time) ||
        stage_run_digest(stage).low != deed->run ||
        !scenario_load_action(reader->session->scenario, deed->action, &action)) {
        reader->left_out++;
        return;
    }
    *map_at(reader, deed->branch) = stage_do(stage, &action);
    reader->back++;
}

static void take_line(struct reader *reader, const char *json)
{
    struct json_error error = {0};
    struct deed deed;
    struct json_doc *doc = json_doc_parse("journal", json, strlen(json), &error);
    if (!doc) {
        reader->left_out++;
        return;
    }
    scenario_keep(reader->session->scenario, doc);
    if (read_deed(doc, &error, &deed))
        do_again(reader, &deed);
    else
        reader->left_out += json_has_error(&error);
}

/* --- the files ------------------------------------------------------------------------------ */

/* Out of the way, where it stays, and told. */
static void move_aside(const char *path, const char *word, const char *why, struct notice *notice)
{
    char aside[PLACE_MAX];
    if (place_move_aside(path, word, aside))
        notice_add(notice, "a journal %s was moved aside: %.300s", why, aside);
    else
        notice_add(notice, "a journal %s stays where it is: %.300s", why, path);
}

static uint32_t count_deeds(char *text, bool *is_torn)
{
    uint32_t count = 0;
    for (char *line; (line = next_line(&text)) != NULL;) {
        const char *json = journal_line(line);
        if (json)
            count += strncmp(json, "{\"branch\":", 10) == 0;
        else
            *is_torn = true;
    }
    return count;
}

/* Does this file belong to the session? Then its branches count. */
static void look_at(struct kept *kept, const struct session *session, const char *path,
                    struct notice *notice)
{
    char *text = read_free_journal(path), *rest = text, *first;
    bool is_torn = false;
    if (!text)
        return;
    first = next_line(&rest);
    enum fit fit = first ? fit_of(journal_line(first), session) : NO_JOURNAL;
    uint32_t count = fit == FITS ? count_deeds(rest, &is_torn) : 0;
    free(text);
    if (fit == NO_JOURNAL)
        move_aside(path, "damaged", "whose first line is damaged", notice);
    else if (fit == OTHER_VERSION)
        move_aside(path, "other-version", "of another version of Ringside", notice);
    else if (fit == FITS && count == 0)
        move_aside(path, "damaged", "without a whole line", notice);
    if (fit != FITS || count == 0 || kept->file_count == JOURNALS_MAX)
        return;
    kept->paths[kept->file_count] = strdup(path);
    CHECK_WHY(kept->paths[kept->file_count] != NULL, "out of memory");
    kept->file_count++;
    kept->branch_count += count;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void kept_find(struct kept *kept, const struct session *session, struct notice *notice)
{
    char state[PLACE_MAX], folder[PLACE_MAX + 20], prefix[160], path[PLACE_MAX + 200];
    *kept = (struct kept){0};
    if (!place_state(state))
        return;
    snprintf(folder, sizeof folder, "%s/journal", state);
    snprintf(prefix, sizeof prefix, "%s-%llu-%016llx-", session->scenario->name,
             (unsigned long long)session->seed, (unsigned long long)session_text_hash(session));
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 || !dot ||
            strcmp(dot, ".journal") != 0)
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path)
            look_at(kept, session, path, notice);
    }
    if (directory)
        closedir(directory);
    qsort(kept->paths, kept->file_count, sizeof kept->paths[0], by_name); /* oldest first */
}

void kept_free(struct kept *kept)
{
    for (uint32_t i = 0; i < kept->file_count; i++)
        free(kept->paths[i]);
    *kept = (struct kept){0};
}

/* Everything that is whole in one file. */
static void bring_back(struct reader *reader, const char *path, const struct journal *own,
                       struct notice *notice)
{
    char *text = read_free_journal(path), *rest = text;
    if (!text)
        return;
    next_line(&rest);
    for (char *line; (line = next_line(&rest)) != NULL;) {
        const char *json = journal_line(line);
        if (json)
            take_line(reader, json);
        else
            reader->is_torn = true;
    }
    free(text);
    if (reader->is_torn)
        move_aside(path, "damaged", "with a damaged line, of which the rest came back,", notice);
    else if (reader->left_out > 0)
        move_aside(path, "not-all", "of which not all fits this run", notice);
    else if (!own->is_broken)
        unlink(path);
}

uint32_t kept_bring_back(struct kept *kept, const struct session *session, struct stage *stage,
                         const struct journal *own, uint32_t *branch, struct notice *notice)
{
    uint32_t back = 0, left_out = 0;
    for (uint32_t i = 0; i < kept->file_count; i++) {
        struct reader reader = {.session = session, .stage = stage};
        bring_back(&reader, kept->paths[i], own, notice);
        free(reader.map);
        back += reader.back;
        left_out += reader.left_out;
    }
    if (left_out > 0)
        notice_add(notice, "%u did not fit and %s left out", left_out,
                   left_out == 1 ? "was" : "were");
    *branch = stage_branch_count(stage) - 1;
    kept_free(kept);
    return back;
}
