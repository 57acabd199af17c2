/*
 * shard.c: numbers out of the environment.
 */
#include "hunt/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/result.h"

struct reading {
    char *why;
    size_t why_size;
};

static bool refuse(const struct reading *r, const char *what, const char *found)
{
    snprintf(r->why, r->why_size, "%s, not \"%.60s\"", what, found);
    return false;
}

/* Digits only, up to `max`. */
static bool read_number(const char *text, size_t size, uint64_t max, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text[i] - '0');
        if (*number > max)
            return false;
    }
    return size > 0;
}

/* A variable that must be a number; `fallback` when it is not there. */
static bool variable(const struct reading *r, const char *name, uint64_t fallback,
                     uint64_t *number)
{
    char what[120];
    const char *text = getenv(name);
    *number = fallback;
    if (!text || !*text || read_number(text, strlen(text), UINT32_MAX, number))
        return true;
    snprintf(what, sizeof what, "%s is a whole number", name);
    return refuse(r, what, text);
}

static bool is_set(const char *name)
{
    const char *text = getenv(name);
    return text && *text;
}

/* Task numbers of an array may begin anywhere and have gaps of one width: --array=4-40:4. */
static bool read_slurm(const struct reading *r, uint64_t *shard, uint64_t *count)
{
    uint64_t task, min, step, tasks;
    if (!variable(r, "SLURM_ARRAY_TASK_ID", 0, &task) ||
        !variable(r, "SLURM_ARRAY_TASK_MIN", 0, &min) ||
        !variable(r, "SLURM_ARRAY_TASK_STEP", 1, &step) ||
        !variable(r, "SLURM_ARRAY_TASK_COUNT", 0, &tasks))
        return false;
    if (!is_set("SLURM_ARRAY_TASK_MIN") && *count + tasks > 0)
        min = task >= (*count ? *count : tasks) ? 1 : 0; /* an old Slurm does not tell */
    if (step == 0 || task < min || (task - min) % step != 0)
        return refuse(r, "SLURM_ARRAY_TASK_ID is one of MIN, MIN + STEP, ...",
                      getenv("SLURM_ARRAY_TASK_ID"));
    *shard = (task - min) / step + 1;
    *count = *count ? *count : tasks;
    return true;
}

static bool read_environment(const struct reading *r, uint64_t *shard, uint64_t *count)
{
    uint64_t shards;
    if (!variable(r, "RINGSIDE_SHARDS", 0, &shards))
        return false;
    *count = *count ? *count : shards;
    if (is_set("SLURM_ARRAY_TASK_ID"))
        return read_slurm(r, shard, count);
    if (is_set("JOB_COMPLETION_INDEX")) {
        if (!variable(r, "JOB_COMPLETION_INDEX", 0, shard))
            return false;
        ++*shard;
        return true;
    }
    if (is_set("PARALLEL_SEQ"))
        return variable(r, "PARALLEL_SEQ", 1, shard);
    snprintf(r->why, r->why_size,
             "auto finds none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and PARALLEL_SEQ in the "
             "environment");
    return false;
}

static bool read_words(const struct reading *r, const char *text, uint64_t *shard,
                       uint64_t *count)
{
    const char *slash = strchr(text, '/');
    size_t size = slash ? (size_t)(slash - text) : strlen(text);
    bool is_auto = size == 4 && memcmp(text, "auto", 4) == 0;
    *count = 0;
    if ((slash && (!read_number(slash + 1, strlen(slash + 1), UINT32_MAX, count) || !*count)) ||
        (!is_auto && (!slash || !read_number(text, size, UINT32_MAX, shard))))
        return refuse(r, "expected I/N such as 3/8, auto or auto/8", text);
    return !is_auto || read_environment(r, shard, count);
}

bool shard_read(const char *text, uint32_t *shard, uint32_t *count, char *why, size_t why_size)
{
    struct reading r = {why, why_size};
    uint64_t index = 0, of = 0;
    if (!read_words(&r, text, &index, &of))
        return false;
    if (of == 0)
        snprintf(why, why_size,
                 "the environment says which shard this is, but not of how many: auto/8, or "
                 "RINGSIDE_SHARDS=8");
    else if (of > SHARDS_MAX)
        snprintf(why, why_size, "there are at most %d shards", SHARDS_MAX);
    else if (index == 0 || index > of)
        snprintf(why, why_size, "shards are numbered from 1 to %llu, and this is number %llu",
                 (unsigned long long)of, (unsigned long long)index);
    else {
        *shard = (uint32_t)index;
        *count = (uint32_t)of;
        return true;
    }
    return false;
}
