/*
 * journal.c: writing down what is done, before it is done.
 */
#include "cli/journal/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "cli/cli.h"
#include "scenario/save.h"

struct journal *journal_open(const struct session *session)
{
    struct journal *journal = calloc(1, sizeof *journal);
    CHECK_WHY(journal != NULL, "out of memory");
    journal->session = session;
    journal->file = -1;
    json_out_str(&journal->pending, "");
    return journal;
}

void journal_keep(struct journal *journal, struct notice *notice)
{
    journal->is_kept = true;
    journal->notice = notice;
}

/* --- lines -------------------------------------------------------------------------------- */

const char *journal_line(char *line)
{
    size_t size = strlen(line);
    if (size < 10 || line[8] != ' ' || strspn(line, "0123456789abcdef") != 8)
        return NULL;
    unsigned long sum = strtoul(line, NULL, 16);
    return sum == crc32c((const uint8_t *)line + 9, size - 9) ? line + 9 : NULL;
}

/* From now on there is no journal, and the person knows it. */
static void give_up(struct journal *journal, const char *what)
{
    notice_add(journal->notice, "the journal cannot be %s (%s), so a crash would take what you do: "
               "save it with Ctrl+S", what, strerror(errno));
    journal->is_broken = true;
}

static void put_line(struct json_out *out, const char *json)
{
    char sum[12];
    snprintf(sum, sizeof sum, "%08x ", crc32c((const uint8_t *)json, strlen(json)));
    json_out_str(out, sum);
    json_out_str(out, json);
    json_out_str(out, "\n");
}

/* One write, so that a line is not mixed with another, and on the disk before it returns. */
static void flush(struct journal *journal, const struct json_out *lines)
{
    errno = ENOSPC; /* of a write that is cut short */
    if (write(journal->file, lines->data, lines->size) != (ssize_t)lines->size ||
        fdatasync(journal->file) != 0)
        give_up(journal, "written");
}

static void put_header(const struct journal *journal, struct json_out *out)
{
    const struct session *session = journal->session;
    struct json_out json = {0};
    char text[300];
    snprintf(text, sizeof text,
             "{\"ringside_journal\":%d,\"made\":[\"v%s\",%d,%d],\"scenario\":\"%s\","
             "\"text\":\"%016llx\",\"seed\":\"%llu\",\"file\":",
             JOURNAL_FORMAT, RINGSIDE_VERSION, TRACE_VERSION, MIX_VERSION, session->scenario->name,
             (unsigned long long)session_text_hash(session), (unsigned long long)session->seed);
    json_out_str(&json, text);
    json_out_quoted(&json, session->file);
    json_out_str(&json, ",\"sets\":[");
    for (uint32_t i = 0; i < session->set_count; i++) {
        json_out_str(&json, i == 0 ? "" : ",");
        json_out_quoted(&json, session->sets[i]);
    }
    json_out_str(&json, "]}");
    put_line(out, json.data);
    free(json.data);
}

static void put_deed(const struct journal *journal, const struct stage *stage, uint32_t branch,
                     struct json_out *out)
{
    struct stage_branch opened = stage_branch_at(stage, branch);
    const struct intervention *deed = stage_deed(stage, branch);
    struct json_out json = {0};
    char text[200];
    snprintf(text, sizeof text,
             "{\"branch\":%u,\"parent\":%u,\"step\":%llu,\"time\":\"%lluns\",\"run\":\"%016llx\","
             "\"do\":",
             branch, opened.parent, (unsigned long long)opened.from_step,
             (unsigned long long)deed->time, (unsigned long long)stage_run_digest(stage).low);
    json_out_str(&json, text);
    print_action(&json, journal->session->scenario, &deed->action);
    json_out_str(&json, "}");
    put_line(out, json.data);
    free(json.data);
}

/* --- the file ------------------------------------------------------------------------------- */

struct oldest {
    char path[PLACE_MAX + 200];
    time_t time;
    uint32_t count; /* of all files */
};

static bool is_free(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_locked = file < 0 || (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK);
    if (file >= 0)
        close(file);
    return !is_locked;
}

static void look_at(struct oldest *oldest, const char *folder, const char *name)
{
    char path[sizeof oldest->path];
    struct stat status;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (*name == '.' || size >= (int)sizeof path || stat(path, &status) != 0)
        return;
    oldest->count++;
    bool is_older = !*oldest->path || status.st_mtime < oldest->time;
    if (is_older && is_free(path)) {
        strcpy(oldest->path, path);
        oldest->time = status.st_mtime;
    }
}

/* There is room for one more. */
static void make_room(struct journal *journal, const char *folder)
{
    struct oldest oldest = {.count = 0};
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        look_at(&oldest, folder, entry->d_name);
    if (directory)
        closedir(directory);
    if (oldest.count < JOURNALS_MAX || !*oldest.path || unlink(oldest.path) != 0)
        return;
    notice_add(journal->notice, "%u sessions were kept, so the oldest was removed: %.100s",
               oldest.count, strrchr(oldest.path, '/') + 1);
}

/* Under a name that is not there yet: by second, process, and count. */
static void open_new(struct journal *journal, const char *folder)
{
    const struct session *session = journal->session;
    for (unsigned n = 1; n < 1000 && journal->file < 0; n++) {
        snprintf(journal->path, sizeof journal->path, "%s/%s-%llu-%016llx-%lld-%ld-%u.journal",
                 folder, session->scenario->name, (unsigned long long)session->seed,
                 (unsigned long long)session_text_hash(session), (long long)time(NULL),
                 (long)getpid(), n);
        journal->file =
            open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
        if (journal->file < 0 && errno != EEXIST)
            return;
    }
}

static void create(struct journal *journal)
{
    char folder[PLACE_MAX + 20], state[PLACE_MAX];
    errno = ENOENT;
    if (!place_state(state)) {
        give_up(journal, "put anywhere: there is no home folder");
        return;
    }
    snprintf(folder, sizeof folder, "%s/journal", state);
    if (!place_make_folder(folder)) {
        give_up(journal, "made");
        return;
    }
    make_room(journal, folder);
    open_new(journal, folder);
    if (journal->file < 0)
        give_up(journal, "made");
    else
        flock(journal->file, LOCK_EX | LOCK_NB); /* where there are no locks, it goes without */
    journal->is_begun = journal->file >= 0 && !journal->is_broken;
}

/* Branches are numbered in the order of their opening. */
static void remember(struct journal *journal, const struct stage *stage, uint32_t branch)
{
    journal->branches = realloc(journal->branches, (branch + 1) * sizeof *journal->branches);
    CHECK_WHY(journal->branches != NULL, "out of memory");
    journal->branches[branch] = (struct journal_branch){stage_branch_at(stage, branch).parent,
                                                        stage_deed_index(stage, branch)};
    journal->branch_count = branch;
}

void journal_take(void *host, const struct stage *stage, uint32_t branch)
{
    struct journal *journal = host;
    struct json_out *lines = &journal->pending;
    remember(journal, stage, branch);
    if (journal->is_broken)
        return;
    if (lines->size == 0 && !journal->is_begun)
        put_header(journal, lines);
    put_deed(journal, stage, branch, lines);
    if (!journal->is_kept)
        return;
    if (!journal->is_begun)
        create(journal);
    if (!journal->is_broken)
        flush(journal, lines);
    lines->size = 0;
}

/* --- saved branches, and the end ------------------------------------------------------------ */

void journal_saved(struct journal *journal, uint32_t branch)
{
    char json[40];
    journal->saved =
        realloc(journal->saved, (journal->saved_count + 1) * sizeof *journal->saved);
    CHECK_WHY(journal->saved != NULL, "out of memory");
    journal->saved[journal->saved_count++] = branch;
    snprintf(json, sizeof json, "{\"saved\":%u}", branch);
    if (!journal->is_begun || journal->is_broken)
        return;
    struct json_out line = {0};
    put_line(&line, json);
    flush(journal, &line);
    free(line.data);
}

/* The deeds in the list of a saved branch: its own, and those of its ancestors that had been done
 * when it left them. */
static void mark_saved(const struct journal *journal, uint32_t branch, bool *is_saved)
{
    uint32_t limit = UINT32_MAX;
    for (; branch != 0; branch = journal->branches[branch].parent) {
        uint32_t deed = journal->branches[branch].deed;
        is_saved[branch] |= deed < limit;
        limit = MIN(limit, deed);
    }
}

uint32_t journal_unsaved(const struct journal *journal)
{
    bool *is_saved = calloc(journal->branch_count + 1, sizeof *is_saved);
    uint32_t count = 0;
    CHECK_WHY(is_saved != NULL, "out of memory");
    for (uint32_t i = 0; i < journal->saved_count; i++)
        mark_saved(journal, journal->saved[i], is_saved);
    for (uint32_t branch = 1; branch <= journal->branch_count && journal->is_begun; branch++)
        count += !is_saved[branch];
    free(is_saved);
    return count;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->file >= 0) {
        if (journal_unsaved(journal) == 0)
            unlink(journal->path);
        close(journal->file);
    }
    free(journal->pending.data);
    free(journal->saved);
    free(journal->branches);
    free(journal);
}
