/*
 * json_file.c: read a file that a person named.
 *
 * Three mistakes are common enough for words of their own: a name that is not
 * there (the nearest name of its directory is suggested, since it mostly is a
 * slip of the hand), a directory, and a file far too large to be a scenario,
 * which is not read to its end. A pipe works as well as a file: no size is asked
 * for in advance.
 */
#include "scenario/json_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/nearest.h"
#include "base/units.h"
#include "scenario/json_print.h"
#include "scenario/json_text.h"

#define PATH_SHOWN_LIMIT 200
#define CHUNK_SIZE       65536

static void complain(struct text *words, struct json_error *error, const char *path)
{
    text_init(words, error->text, sizeof error->text);
    json_show(words, path, strlen(path), PATH_SHOWN_LIMIT);
    text_str(words, ": ");
}

static char *refuse(struct json_error *error, const char *path, const char *what)
{
    struct text words;
    complain(&words, error, path);
    text_str(&words, what);
    return NULL;
}

/* The bytes of `path` up to its last slash, the slash included. */
static size_t directory_size(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Would this name alone be suggested, and is it as near as the best so far? */
static bool is_near(struct bytes wrong, const char *name, uint32_t best)
{
    struct nearest nearest = nearest_to(wrong);
    nearest_offer_string(&nearest, name);
    return name[0] != '.' && nearest_word(&nearest).size > 0 && nearest.distance <= best;
}

/* Write the nearest file name into `best`; empty when none is near. Of equals the
 * alphabetically first, since a directory has no order of its own. */
static void find_nearest_name(DIR *directory, const char *wrong, char *best, size_t size)
{
    uint32_t best_distance = NEAREST_FAR - 1;
    best[0] = '\0';
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *name = entry->d_name;
        if (strlen(name) >= size || !is_near(units_word(wrong), name, best_distance))
            continue;
        uint32_t distance = nearest_distance(units_word(wrong), units_word(name));
        if (distance < best_distance || strcmp(name, best) < 0)
            strcpy(best, name);
        best_distance = distance;
    }
}

static char *refuse_missing(struct json_error *error, const char *path)
{
    char nearest[256] = "";
    struct text words;
    size_t size = directory_size(path);
    char *folder = size > 0 ? strndup(path, size) : strdup(".");
    DIR *directory = folder ? opendir(folder) : NULL;
    if (directory) {
        find_nearest_name(directory, path + size, nearest, sizeof nearest);
        closedir(directory);
    }
    free(folder);
    complain(&words, error, path);
    text_str(&words, "expected a file, but there is no such file");
    if (nearest[0]) {
        text_str(&words, "; did you mean \"");
        json_show(&words, path, size, PATH_SHOWN_LIMIT);
        json_show(&words, nearest, strlen(nearest), PATH_SHOWN_LIMIT);
        text_str(&words, "\"?");
    }
    return NULL;
}

static char *refuse_system(struct json_error *error, const char *path)
{
    struct text words;
    int reason = errno;
    if (reason == ENOENT || reason == ENOTDIR)
        return refuse_missing(error, path);
    complain(&words, error, path);
    text_str(&words, "cannot be read: ");
    text_str(&words, strerror(reason));
    return NULL;
}

/* One byte past the limit is enough to know that there is too much. */
static void read_to_end(FILE *file, struct json_out *out, size_t limit)
{
    char chunk[CHUNK_SIZE];
    size_t got;
    while (out->size <= limit && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
        json_out_bytes(out, chunk, got);
}

static bool is_directory(FILE *file)
{
    struct stat status;
    return fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode);
}

static char *read_open_file(FILE *file, const char *path, size_t limit, size_t *size,
                            struct json_error *error)
{
    struct json_out out = {0};
    char sentence[80];
    if (is_directory(file))
        return refuse(error, path, "expected a file, found a directory");
    json_out_bytes(&out, "", 0); /* so that an empty file has its NUL too */
    errno = 0;
    read_to_end(file, &out, limit);
    *size = out.size;
    if (!ferror(file) && out.size <= limit)
        return out.data;
    free(out.data);
    if (ferror(file))
        return refuse_system(error, path);
    snprintf(sentence, sizeof sentence, "expected at most %zu MiB of text, found more",
             limit >> 20);
    return refuse(error, path, sentence);
}

char *json_file_read(const char *path, size_t limit, size_t *size, struct json_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return refuse_system(error, path);
    char *bytes = read_open_file(file, path, limit, size, error);
    fclose(file);
    return bytes;
}
