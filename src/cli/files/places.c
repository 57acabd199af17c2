/*
 * places.c: folders and whole files.
 *
 * The XDG base directory specification says that a variable that is empty or no absolute path
 * does not count. A file that a crash or a full disk may meet halfway is written beside its
 * place and renamed, so that a reader finds the old one or the new one, and never a half.
 */
#include "cli/files/places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/units.h"

/* --- scenarios ------------------------------------------------------------------------------ */

/* The folder of this program, without a slash at its end. */
static bool own_folder(char path[PLACE_MAX])
{
    ssize_t size = readlink("/proc/self/exe", path, PLACE_MAX - 1);
    if (size <= 0)
        return false;
    path[size] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

static bool is_plain_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/');
}

/* The folders that may hold scenarios, one a call, from 0; false behind the last. */
static bool scenario_folder(uint32_t index, char folder[PLACE_MAX])
{
    static const char *const beside[] = {"/scenarios", "/../share/ringside/scenarios",
                                         "/../../scenarios"};
    static const char *const fixed[] = {"/usr/local/share/ringside/scenarios",
                                        "/usr/share/ringside/scenarios"};
    enum { BESIDE = sizeof beside / sizeof beside[0], FIXED = sizeof fixed / sizeof fixed[0] };
    if (index == 0) {
        snprintf(folder, PLACE_MAX, "scenarios");
    } else if (index <= BESIDE) {
        size_t size = own_folder(folder) ? strlen(folder) : 0;
        snprintf(folder + size, PLACE_MAX - size, "%s", beside[index - 1]);
    } else if (index <= BESIDE + FIXED) {
        snprintf(folder, PLACE_MAX, "%s", fixed[index - 1 - BESIDE]);
    } else {
        return false;
    }
    return true;
}

bool place_scenario(const char *name, char path[PLACE_MAX])
{
    char folder[PLACE_MAX];
    for (uint32_t i = 0; is_plain_name(name) && scenario_folder(i, folder); i++)
        if (snprintf(path, PLACE_MAX, "%s/%s.json", folder, name) < PLACE_MAX &&
            access(path, R_OK) == 0)
            return true;
    return false;
}

bool place_find_scenario(const char *wanted, char path[PLACE_MAX])
{
    bool is_short = strlen(wanted) < PLACE_MAX - sizeof ".json";
    snprintf(path, PLACE_MAX, "%s", wanted);
    if (access(wanted, F_OK) == 0 || place_scenario(wanted, path))
        return true;
    snprintf(path, PLACE_MAX, "%s.json", wanted);
    if (is_short && access(path, R_OK) == 0)
        return true;
    snprintf(path, PLACE_MAX, "%s", wanted);
    return false;
}

/* Is this file's name nearer than the best so far? */
static void offer(const char *wrong, char *file, char best[PLACE_MAX])
{
    char *dot = strstr(file, ".json");
    if (!dot || dot[5] != '\0')
        return;
    *dot = '\0';
    struct nearest nearest = nearest_to(units_word(wrong));
    if (*best)
        nearest_offer_string(&nearest, best);
    nearest_offer_string(&nearest, file);
    struct bytes word = nearest_word(&nearest);
    if (word.size > 0 && (const char *)word.data == file)
        snprintf(best, PLACE_MAX, "%s", file);
}

bool place_nearest_scenario(const char *name, char nearest[PLACE_MAX])
{
    char folder[PLACE_MAX];
    *nearest = '\0';
    for (uint32_t i = 0; is_plain_name(name) && scenario_folder(i, folder); i++) {
        DIR *directory = opendir(folder);
        for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
            offer(name, entry->d_name, nearest);
        if (directory)
            closedir(directory);
    }
    return *nearest != '\0';
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void place_list_scenarios(FILE *out)
{
    enum { NAMES_MAX = 1000 };
    char folder[PLACE_MAX], *names[NAMES_MAX];
    size_t count = 0;
    for (uint32_t i = 0; scenario_folder(i, folder); i++) {
        DIR *directory = opendir(folder);
        for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
            char *dot = strchr(entry->d_name, '.');
            if (dot > entry->d_name && strcmp(dot, ".json") == 0 && count < NAMES_MAX)
                names[count++] = strndup(entry->d_name, (size_t)(dot - entry->d_name));
        }
        if (directory)
            closedir(directory);
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++)
        if (names[i] && (i == 0 || strcmp(names[i - 1], names[i]) != 0))
            fprintf(out, "%s\n", names[i]);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
}

/* --- a person's own folders ----------------------------------------------------------------- */

static bool own_place(const char *variable, const char *below_home, char path[PLACE_MAX])
{
    const char *folder = getenv(variable), *home = getenv("HOME");
    int size;
    if (folder && *folder == '/')
        size = snprintf(path, PLACE_MAX, "%s/ringside", folder);
    else if (home && *home == '/')
        size = snprintf(path, PLACE_MAX, "%s/%s/ringside", home, below_home);
    else
        return false;
    return size < PLACE_MAX - 100; /* names of files still have to fit behind it */
}

bool place_state(char path[PLACE_MAX])
{
    return own_place("XDG_STATE_HOME", ".local/state", path);
}

bool place_config(char path[PLACE_MAX])
{
    return own_place("XDG_CONFIG_HOME", ".config", path);
}

bool place_make_folder(const char *path)
{
    char part[PLACE_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return false;
    for (char *slash = part + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return mkdir(part, 0700) == 0 || errno == EEXIST;
}

/* --- files ---------------------------------------------------------------------------------- */

static bool write_all(int file, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t done = write(file, text, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text += done;
        size -= (size_t)done;
    }
    return fsync(file) == 0;
}

bool place_write_file(const char *path, const char *text, size_t size)
{
    char fresh[PLACE_MAX + 40];
    snprintf(fresh, sizeof fresh, "%s.new-%ld", path, (long)getpid());
    int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool is_good = write_all(file, text, size);
    is_good = close(file) == 0 && is_good;
    if (is_good && rename(fresh, path) == 0)
        return true;
    int error = errno;
    unlink(fresh);
    errno = error;
    return false;
}

/* A link does not replace what is there already, as a rename would. */
bool place_move_aside(const char *path, const char *word, char aside[PLACE_MAX])
{
    for (unsigned n = 1; n < 1000; n++) {
        if (n == 1)
            snprintf(aside, PLACE_MAX, "%s.%s", path, word);
        else
            snprintf(aside, PLACE_MAX, "%s.%s-%u", path, word, n);
        if (link(path, aside) == 0)
            return unlink(path) == 0;
        if (errno == EEXIST)
            continue;
        /* a file system without links: then nothing is there when it is asked for */
        return access(aside, F_OK) != 0 && rename(path, aside) == 0;
    }
    return false;
}
