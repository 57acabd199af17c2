/*
 * merge.c: reading, comparing, sorting, writing.
 *
 * All lines are kept in memory as text: a few hundred bytes a run.
 */
#include "hunt/merge.h"

#include <stdlib.h>
#include <string.h>

#include "hunt/sweep.h"

/* A run, by where it stands among all of them. */
struct entry {
    uint32_t scenario;
    uint32_t file;
    uint64_t seed;
    char *line;
    size_t size;
};

/* What a header promises. */
struct promise {
    uint64_t first_seed, last_seed;
    uint32_t shard_count;
};

struct merging {
    struct merge *merge;
    const char *const *paths;
    uint32_t file; /* being read */
    bool has_header;  /* of this file */
    bool has_begun;   /* there is a first header */
    struct entry *entries;
    size_t count, room;
    struct promise *promises;
    size_t promise_count;
};

static void *grown(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = MAX(2 * *room, (size_t)64);
    items = realloc(items, *room * size);
    CHECK_WHY(items != NULL, "out of memory");
    return items;
}

/* --- reading -------------------------------------------------------------------------------- */

static void add_promise(struct merging *merging, const struct result_header *header)
{
    struct promise promise = {header->first_seed, header->last_seed, header->shard_count};
    for (size_t i = 0; i < merging->promise_count; i++) {
        const struct promise *known = &merging->promises[i];
        if (known->first_seed == promise.first_seed && known->last_seed == promise.last_seed &&
            known->shard_count == promise.shard_count)
            return;
    }
    merging->promises =
        realloc(merging->promises, (merging->promise_count + 1) * sizeof promise);
    CHECK_WHY(merging->promises != NULL, "out of memory");
    merging->promises[merging->promise_count++] = promise;
}

static bool take_header(void *host, const struct result_header *header, struct json_error *error)
{
    struct merging *merging = host;
    char words[300];
    struct text why;
    text_init(&why, words, sizeof words);
    if (!merging->has_begun)
        merging->merge->header = *header;
    else if (!result_header_fits(header, &merging->merge->header, &why)) {
        snprintf(error->text, sizeof error->text, "%.120s does not fit %.120s: %.200s",
                 merging->paths[merging->file], merging->paths[0], words);
        return false;
    }
    merging->has_begun = merging->has_header = true;
    add_promise(merging, header);
    return true;
}

static bool find_scenario(const struct merging *merging, const char *name, uint32_t *index)
{
    const struct result_header *header = &merging->merge->header;
    for (*index = 0; *index < header->scenario_count; ++*index)
        if (strcmp(header->scenarios[*index].name, name) == 0)
            return true;
    return false;
}

static bool take_run(void *host, const struct result *result, const struct results_line *line,
                     struct json_error *error)
{
    struct merging *merging = host;
    struct entry entry = {.file = merging->file, .seed = result->seed, .size = line->size};
    if (!merging->has_header || !find_scenario(merging, result->scenario, &entry.scenario)) {
        snprintf(error->text, sizeof error->text,
                 "%.300s:%llu: a run of a scenario that no header names",
                 merging->paths[merging->file], (unsigned long long)line->number);
        return false;
    }
    entry.line = malloc(line->size + 1);
    CHECK_WHY(entry.line != NULL, "out of memory");
    memcpy(entry.line, line->text, line->size);
    entry.line[line->size] = '\0';
    merging->entries =
        grown(merging->entries, merging->count, &merging->room, sizeof *merging->entries);
    merging->entries[merging->count++] = entry;
    return true;
}

static bool read_files(struct merging *merging, uint32_t count, struct json_error *error)
{
    struct results_reader reader = {take_header, take_run, merging};
    for (merging->file = 0; merging->file < count; merging->file++) {
        const char *path = merging->paths[merging->file];
        uint64_t torn;
        merging->has_header = false;
        if (!results_read(path, &reader, &torn, error))
            return false;
        if (!merging->has_header) {
            snprintf(error->text, sizeof error->text,
                     "%.300s: this is no file of results (ringside sweep --out makes one)", path);
            return false;
        }
        merging->merge->torn_files += torn > 0;
    }
    return true;
}

/* --- comparing ------------------------------------------------------------------------------ */

static int by_seed(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    if (one->seed != other->seed)
        return one->seed < other->seed ? -1 : 1;
    if (one->scenario != other->scenario)
        return one->scenario < other->scenario ? -1 : 1;
    return one->file < other->file ? -1 : one->file > other->file;
}

static void read_entry(const struct entry *entry, struct result *result)
{
    static struct result_header header;
    struct json_error error = {0};
    CHECK_WHY(result_read("line", entry->line, entry->size, result, &header, &error) == RESULT_RUN,
              "a line that was read before");
}

static void disagree(struct merging *merging, const struct entry *a, const struct entry *b,
                     const struct result results[2])
{
    struct merge *merge = merging->merge;
    if (merge->disagreement_count++ >= MERGE_TOLD_MAX)
        return;
    merge->disagreements =
        realloc(merge->disagreements, merge->disagreement_count * sizeof *merge->disagreements);
    CHECK_WHY(merge->disagreements != NULL, "out of memory");
    struct merge_disagreement *told = &merge->disagreements[merge->disagreement_count - 1];
    *told = (struct merge_disagreement){.seed = a->seed,
                                        .file = {merging->paths[a->file], merging->paths[b->file]},
                                        .result = {results[0], results[1]}};
    memcpy(told->scenario, results[0].scenario, sizeof told->scenario);
}

/* Two lines of one run: the one to keep stays in *a. */
static void compare(struct merging *merging, struct entry *a, struct entry *b)
{
    static struct result results[2];
    if (a->size == b->size && memcmp(a->line, b->line, a->size) == 0) {
        merging->merge->overlaps++;
        return;
    }
    read_entry(a, &results[0]);
    read_entry(b, &results[1]);
    bool has_died = !results[0].has_digest && !results[1].has_digest;
    if (has_died && results[0].signature == results[1].signature) {
        merging->merge->overlaps++; /* last words have addresses in them */
        return;
    }
    bool is_hung[2] = {results[0].end == TRIAL_HUNG, results[1].end == TRIAL_HUNG};
    if (!is_hung[0] && !is_hung[1]) {
        disagree(merging, a, b, results);
        return;
    }
    merging->merge->hung_elsewhere += !is_hung[0] || !is_hung[1];
    if (is_hung[0]) {
        struct entry kept = *b;
        *b = *a;
        *a = kept;
    }
}

/* Sorted, and each run once. */
static void make_unique(struct merging *merging)
{
    size_t kept = 0;
    if (merging->count == 0)
        return;
    qsort(merging->entries, merging->count, sizeof *merging->entries, by_seed);
    for (size_t i = 1; i < merging->count; i++) {
        struct entry *last = &merging->entries[kept], *next = &merging->entries[i];
        if (last->seed == next->seed && last->scenario == next->scenario) {
            compare(merging, last, next);
            free(next->line);
        } else {
            merging->entries[++kept] = *next;
        }
    }
    merging->count = kept + 1;
}

static void count_all(struct merging *merging)
{
    static struct result result;
    for (size_t i = 0; i < merging->count; i++) {
        read_entry(&merging->entries[i], &result);
        tally_take(&merging->merge->tally, &result);
    }
}

/* --- gaps ----------------------------------------------------------------------------------- */

static bool is_there(const struct merging *merging, uint32_t scenario, uint64_t seed)
{
    struct entry key = {.scenario = scenario, .seed = seed};
    size_t low = 0, high = merging->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct entry *entry = &merging->entries[middle];
        if (entry->seed == key.seed && entry->scenario == key.scenario)
            return true;
        bool is_before = entry->seed != key.seed ? entry->seed < key.seed
                                                 : entry->scenario < key.scenario;
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void look_at_shard(struct merging *merging, const struct result_header *header)
{
    struct merge *merge = merging->merge;
    struct merge_gap gap = {.first_seed = header->first_seed,
                            .last_seed = header->last_seed,
                            .shard = header->shard,
                            .shard_count = header->shard_count,
                            .promised = sweep_total(header)};
    for (uint64_t i = 0; i < gap.promised; i++) {
        uint32_t scenario;
        uint64_t seed;
        sweep_item(header, i, &scenario, &seed);
        if (is_there(merging, scenario, seed))
            continue;
        if (gap.missing++ > 0)
            continue;
        gap.seed = seed;
        memcpy(gap.scenario, header->scenarios[scenario].name, sizeof gap.scenario);
    }
    merge->missing += gap.missing;
    if (gap.missing > 0 && merge->gap_count++ < MERGE_TOLD_MAX)
        merge->gaps[merge->gap_count - 1] = gap;
}

static void find_gaps(struct merging *merging)
{
    struct result_header header = merging->merge->header;
    for (size_t i = 0; i < merging->promise_count; i++) {
        header.first_seed = merging->promises[i].first_seed;
        header.last_seed = merging->promises[i].last_seed;
        header.shard_count = merging->promises[i].shard_count;
        for (header.shard = 1; header.shard <= header.shard_count; header.shard++)
            look_at_shard(merging, &header);
    }
}

/* --- writing -------------------------------------------------------------------------------- */

static void write_all(const struct merging *merging, FILE *out)
{
    struct result_header header = merging->merge->header;
    header.shard = header.shard_count = 1;
    for (size_t i = 0; i < merging->promise_count; i++) {
        struct json_out line = {0};
        header.first_seed = merging->promises[i].first_seed;
        header.last_seed = merging->promises[i].last_seed;
        result_print_header(&header, &line);
        fprintf(out, "%s\n", line.data);
        free(line.data);
    }
    for (size_t i = 0; i < merging->count; i++)
        fprintf(out, "%s\n", merging->entries[i].line);
}

bool merge_files(const char *const *paths, uint32_t count, FILE *out, struct merge *merge,
                 struct json_error *error)
{
    struct merging merging = {.merge = merge, .paths = paths};
    memset(merge, 0, sizeof *merge);
    bool is_read = read_files(&merging, count, error);
    if (is_read) {
        make_unique(&merging);
        count_all(&merging);
        find_gaps(&merging);
    }
    if (is_read && out && merge->disagreement_count == 0)
        write_all(&merging, out);
    for (size_t i = 0; i < merging.count; i++)
        free(merging.entries[i].line);
    free(merging.entries);
    free(merging.promises);
    return is_read;
}

void merge_free(struct merge *merge)
{
    tally_free(&merge->tally);
    free(merge->disagreements);
}
