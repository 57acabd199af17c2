/*
 * results.c: opening, repairing, continuing.
 */
#include "hunt/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mix.h"

uint64_t results_identity(const char *scenario, uint64_t seed)
{
    return mix_pair(result_text_hash(scenario), seed);
}

static bool refuse(struct json_error *error, const char *path, const char *why)
{
    if (!json_has_error(error))
        snprintf(error->text, sizeof error->text, "%.300s: %s", path, why);
    return false;
}

/* --- reading -------------------------------------------------------------------------------- */

/* "results.jsonl:17" stands in for a file's name, and the line's own place follows it. */
static bool read_line(const struct results_reader *reader, const char *path,
                      const struct results_line *line, struct json_error *error)
{
    static struct result result; /* large, and needed for the length of a call only */
    static struct result_header header;
    char name[400];
    snprintf(name, sizeof name, "%.300s:%llu", path, (unsigned long long)line->number);
    if (line->size > RESULT_LINE_MAX)
        return refuse(error, name, "this line is too long to be one of results");
    switch (result_read(name, line->text, line->size, &result, &header, error)) {
    case RESULT_HEADER: return reader->header(reader->host, &header, error);
    case RESULT_RUN: return reader->run(reader->host, &result, line, error);
    default: return false;
    }
}

static bool read_lines(const struct results_reader *reader, const char *path, const char *text,
                       size_t size, uint64_t *torn_bytes, struct json_error *error)
{
    struct results_line line = {.number = 1};
    *torn_bytes = 0;
    while (line.place < size) {
        line.text = text + line.place;
        const char *end = memchr(line.text, '\n', size - line.place);
        if (!end) {
            *torn_bytes = size - line.place;
            return true;
        }
        line.size = (size_t)(end - line.text);
        if (!read_line(reader, path, &line, error))
            return false;
        line.number++;
        line.place += line.size + 1;
    }
    return true;
}

static bool read_file(int file, const struct results_reader *reader, const char *path,
                      uint64_t *size, uint64_t *torn_bytes, struct json_error *error)
{
    struct stat about;
    *size = *torn_bytes = 0;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        return refuse(error, path, "results are kept in an ordinary file");
    *size = (uint64_t)about.st_size;
    if (*size == 0)
        return true;
    void *text = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    if (text == MAP_FAILED)
        return refuse(error, path, strerror(errno));
    bool is_read = read_lines(reader, path, text, *size, torn_bytes, error);
    munmap(text, *size);
    return is_read;
}

bool results_read(const char *path, const struct results_reader *reader, uint64_t *torn_bytes,
                  struct json_error *error)
{
    uint64_t size;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return refuse(error, path, strerror(errno));
    bool is_read = read_file(file, reader, path, &size, torn_bytes, error);
    close(file);
    return is_read;
}

/* --- continuing ----------------------------------------------------------------------------- */

struct continuing {
    struct results *results;
    const struct result_header *wanted;
    bool has_wanted; /* one of its headers says just that */
};

static bool is_same_range(const struct result_header *one, const struct result_header *other)
{
    return one->first_seed == other->first_seed && one->last_seed == other->last_seed &&
           one->shard == other->shard && one->shard_count == other->shard_count;
}

static bool take_header(void *host, const struct result_header *header, struct json_error *error)
{
    struct continuing *continuing = host;
    struct results *results = continuing->results;
    char words[300];
    struct text why;
    text_init(&why, words, sizeof words);
    if (!result_header_fits(header, continuing->wanted, &why)) {
        snprintf(error->text, sizeof error->text,
                 "%.150s holds results of other runs (%.250s): name another file with --out",
                 results->path, words);
        return false;
    }
    results->has_header = true;
    continuing->has_wanted |= is_same_range(header, continuing->wanted);
    return true;
}

static bool take_run(void *host, const struct result *result, const struct results_line *line,
                     struct json_error *error)
{
    struct results *results = ((struct continuing *)host)->results;
    if (!results->has_header)
        return refuse(error, results->path, "a file of results begins with a header");
    if (table_set(results->places, results_identity(result->scenario, result->seed), line->place))
        results->run_count++;
    return true;
}

static bool continue_file(struct results *results, const struct result_header *wanted,
                          struct json_error *error)
{
    struct continuing continuing = {.results = results, .wanted = wanted};
    struct results_reader reader = {take_header, take_run, &continuing};
    if (!read_file(results->file, &reader, results->path, &results->size, &results->torn_bytes,
                   error))
        return false;
    results->size -= results->torn_bytes;
    if (results->torn_bytes > 0 && ftruncate(results->file, (off_t)results->size) != 0)
        return refuse(error, results->path, strerror(errno));
    if (continuing.has_wanted)
        return true;
    struct json_out line = {0};
    result_print_header(wanted, &line);
    bool is_added = results_add(results, line.data, line.size);
    free(line.data);
    return is_added || refuse(error, results->path, strerror(errno));
}

/* A file that is no file of results is often one that was named by mistake: it must not be cut. So
 * what is torn counts as a tail only behind a header. */
static bool begins_as_results(struct results *results)
{
    static const char begin[] = "{\"ringside_sweep\"";
    char found[sizeof begin - 1];
    ssize_t count = pread(results->file, found, sizeof found, 0);
    return count >= 0 && memcmp(found, begin, (size_t)count) == 0;
}

bool results_open(struct results *results, const char *path, const struct result_header *wanted,
                  struct json_error *error)
{
    const char *why;
    bool is_open = false;
    *results = (struct results){.path = path, .file = -1};
    if (!region_open(&results->region, REGION_RESERVE_PLAN, NULL, &why))
        return refuse(error, path, why);
    struct root {
        struct heap heap;
        struct table places;
    } *root = region_create_root(&results->region, sizeof *root);
    heap_init(&root->heap, results->region.header);
    results->places = &root->places;
    table_init(results->places, &root->heap);
    results->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (results->file < 0)
        refuse(error, path, strerror(errno));
    else if (flock(results->file, LOCK_EX | LOCK_NB) != 0)
        refuse(error, path, "another sweep writes this file now");
    else if (!begins_as_results(results))
        refuse(error, path, "this is no file of results, so it is left alone");
    else
        is_open = continue_file(results, wanted, error);
    if (!is_open)
        results_close(results);
    return is_open;
}

void results_close(struct results *results)
{
    if (results->file >= 0)
        close(results->file);
    region_close(&results->region);
    *results = (struct results){.file = -1};
}

uint64_t results_find(const struct results *results, const char *scenario, uint64_t seed)
{
    return table_get(results->places, results_identity(scenario, seed), UINT64_MAX);
}

char *results_line(const struct results *results, uint64_t place, size_t *size)
{
    char *line = malloc(RESULT_LINE_MAX + 2);
    CHECK_WHY(line != NULL, "out of memory");
    ssize_t count = pread(results->file, line, RESULT_LINE_MAX + 1, (off_t)place);
    *size = count > 0 ? (size_t)count : 0;
    const char *end = memchr(line, '\n', *size);
    *size = end ? (size_t)(end - line) : *size;
    line[*size] = '\0';
    return line;
}

/* One write: a line that a killed program leaves is whole, or it is the last one. */
bool results_add(struct results *results, const char *line, size_t size)
{
    char *whole = malloc(size + 1);
    CHECK_WHY(whole != NULL, "out of memory");
    memcpy(whole, line, size);
    whole[size] = '\n';
    ssize_t count = pwrite(results->file, whole, size + 1, (off_t)results->size);
    free(whole);
    if (count != (ssize_t)size + 1)
        return false;
    results->size += size + 1;
    return true;
}
