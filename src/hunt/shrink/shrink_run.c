/*
 * shrink_run.c: is a candidate still the same failure?
 *
 *     candidate ── text ──> slot (shared memory) ──> worker: load, run, judge ──> facts
 *
 * As many candidates as there are workers are tried at a time. Which of them wins does not depend
 * on who is faster: the first in their order that fails alike, and those behind it are forgotten.
 *
 * What was tried and is not it is kept by the hash of its text, and not run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/xxh3.h"
#include "hunt/shrink/shrink_parts.h"
#include "hunt/sweep.h"

#define TELL_SECONDS 0.2

double shrink_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- the shrinker's side --------------------------------------------------------------------- */

bool shrink_open(struct shrinker *s, char *why, size_t why_size)
{
    struct crew_work what = {s, shrink_begin_work, shrink_work};
    s->slot_count = MIN(MAX(s->order->jobs, 1u), (uint32_t)CREW_MAX);
    s->began = shrink_seconds();
    s->tried_room = 1024;
    s->tried = calloc(s->tried_room, sizeof *s->tried);
    CHECK_WHY(s->tried, "out of memory");
    void *shared = mmap(NULL, s->slot_count * sizeof *s->slots, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) {
        snprintf(why, why_size, "there is no memory for %u processes", s->slot_count);
        return false;
    }
    s->slots = shared;
    s->crew = crew_open(&what, s->slot_count, s->order->run_limit, why, why_size);
    return s->crew != NULL;
}

void shrink_close(struct shrinker *s)
{
    crew_close(s->crew);
    if (s->slots)
        munmap(s->slots, s->slot_count * sizeof *s->slots);
    free(s->tried);
    cJSON_Delete(s->best);
    cJSON_Delete(s->start);
}

static uint64_t *tried_place(const struct shrinker *s, uint64_t hash)
{
    uint64_t place = hash & (s->tried_room - 1);
    while (s->tried[place] && s->tried[place] != hash)
        place = (place + 1) & (s->tried_room - 1);
    return &s->tried[place];
}

static void remember(struct shrinker *s, uint64_t hash)
{
    if (2 * s->tried_count >= s->tried_room) {
        uint64_t *old = s->tried, room = s->tried_room;
        s->tried_room *= 2;
        s->tried = calloc(s->tried_room, sizeof *s->tried);
        CHECK_WHY(s->tried, "out of memory");
        for (uint64_t i = 0; i < room; i++)
            if (old[i])
                *tried_place(s, old[i]) = old[i];
        free(old);
    }
    uint64_t *place = tried_place(s, hash);
    s->tried_count += *place == 0;
    *place = hash;
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = xxh3_hash((struct bytes){(const uint8_t *)text, (uint32_t)strlen(text)}, 0);
    return hash ? hash : 1;
}

static void tell(struct shrinker *s)
{
    double now = shrink_seconds();
    const struct shrink_order *order = s->order;
    if (order->time_limit > 0 && now - s->began > order->time_limit)
        s->is_over = true;
    if (order->is_stopped && *order->is_stopped)
        s->is_over = true;
    if (!order->tell || now - s->told < TELL_SECONDS)
        return;
    struct shrink_progress progress = {
        shrink_size_of(s->best, &s->now), s->runs, now - s->began, s->step};
    s->told = now;
    order->tell(order->host, &progress);
}

/* --- what was heard -------------------------------------------------------------------------- */

static struct shrink_facts facts_of_death(const struct shrinker *s,
                                          const struct crew_outcome *outcome)
{
    static struct result result; /* large */
    struct shrink_facts facts = {.is_valid = true};
    memset(&result, 0, sizeof result);
    sweep_take_death(outcome, s->order->run_limit, &result);
    facts.end = result.end;
    facts.signature = result.signature;
    snprintf(facts.cause, sizeof facts.cause, "%s", result.cause);
    snprintf(facts.sentence, sizeof facts.sentence, "%s", result.sentence);
    return facts;
}

static struct shrink_facts facts_of(const struct shrinker *s, const struct crew_outcome *outcome)
{
    struct shrink_facts facts = {0};
    if (outcome->fate != CREW_SAID)
        return facts_of_death(s, outcome);
    if (outcome->line_size == sizeof facts)
        memcpy(&facts, outcome->line, sizeof facts);
    return facts;
}

/* --- candidates ------------------------------------------------------------------------------ */

enum answer { NOT_TRIED, IS_OTHER, IS_SAME };

struct candidate {
    cJSON *doc;
    uint64_t hash;
    uint8_t answer;
    struct shrink_facts *facts; /* of one that is the same */
};

struct question {
    shrink_maker *make;
    const void *about;
    struct candidate *candidates;
    uint32_t count, next, settled;
    uint32_t *of_slot; /* which candidate a slot has, or UINT32_MAX */
};

static void give(struct shrinker *s, uint32_t slot_index, const char *text, bool is_unrolled)
{
    struct shrink_slot *slot = &s->slots[slot_index];
    slot->size = strlen(text);
    CHECK_WHY(slot->size < SHRINK_SLOT_BYTES, "a candidate is no longer than what it comes from");
    slot->is_strict = s->is_strict;
    slot->is_unrolled = is_unrolled;
    memcpy(slot->text, text, slot->size);
    crew_give(s->crew, slot_index);
    s->runs++;
}

static const cJSON *find_path(const cJSON *doc, const char *path)
{
    const cJSON *at = doc;
    while (at && *path) {
        char key[LABEL_MAX];
        size_t size = strcspn(path, ".[");
        snprintf(key, sizeof key, "%.*s", (int)size, path);
        if (size)
            at = cJSON_GetObjectItemCaseSensitive(at, key);
        path += size;
        if (*path == '[') {
            at = cJSON_GetArrayItem(at, atoi(path + 1));
            path += strcspn(path, "]");
        }
        path += *path == '.' || *path == ']';
    }
    return at;
}

static bool is_kept(const struct shrinker *s, const cJSON *doc)
{
    for (uint32_t i = 0; i < s->order->keep_count; i++) {
        const cJSON *before = find_path(s->start, s->order->keep[i]);
        const cJSON *after = find_path(doc, s->order->keep[i]);
        if (before && !(after && cJSON_Compare(before, after, true)))
            return false;
    }
    return true;
}

static uint32_t free_slot(const struct shrinker *s, const struct question *question)
{
    uint32_t slot = 0;
    while (slot < s->slot_count && question->of_slot[slot] != UINT32_MAX)
        slot++;
    return slot;
}

/* Documents are large, and there may be thousands. */
static void drop(struct candidate *candidate)
{
    cJSON_Delete(candidate->doc);
    candidate->doc = NULL;
}

static void ask(struct shrinker *s, struct question *question)
{
    uint32_t index = question->next++, slot = free_slot(s, question);
    struct candidate *candidate = &question->candidates[index];
    candidate->answer = IS_OTHER;
    candidate->doc = question->make(s, question->about, index);
    if (!candidate->doc)
        return;
    shrink_tidy(candidate->doc);
    if (cJSON_Compare(candidate->doc, s->best, true) || !is_kept(s, candidate->doc)) {
        drop(candidate);
        return;
    }
    char *text = cJSON_PrintUnformatted(candidate->doc);
    CHECK_WHY(text, "out of memory");
    candidate->hash = hash_text(text);
    if (!s->is_proving && *tried_place(s, candidate->hash)) {
        s->known++;
        drop(candidate);
    } else {
        candidate->answer = NOT_TRIED;
        question->of_slot[slot] = index;
        s->outstanding++;
        give(s, slot, text, false);
    }
    free(text);
}

/* A loop without its pauses calls more: that is no smaller run. A few retries are no matter. */
static bool is_more(const struct shrinker *s, const struct shrink_facts *facts)
{
    return facts->operations > s->now.operations + s->now.operations / 10 + 4;
}

static void hear(struct shrinker *s, struct question *question)
{
    struct crew_outcome outcome;
    tell(s);
    if (!crew_wait(s->crew, 100, &outcome))
        return;
    struct candidate *candidate = &question->candidates[question->of_slot[outcome.item]];
    struct shrink_facts facts = facts_of(s, &outcome);
    question->of_slot[outcome.item] = UINT32_MAX;
    s->outstanding--;
    bool is_same = shrink_is_same(&s->wanted, &facts) && !is_more(s, &facts);
    candidate->answer = is_same ? IS_SAME : IS_OTHER;
    if (candidate->answer == IS_OTHER) {
        remember(s, candidate->hash);
        drop(candidate);
        return;
    }
    candidate->facts = malloc(sizeof facts);
    CHECK_WHY(candidate->facts, "out of memory");
    *candidate->facts = facts;
}

static int64_t first_same(struct shrinker *s, struct question *question)
{
    while (question->settled < question->count && !s->is_over) {
        while (question->next < question->count && s->outstanding < s->slot_count)
            ask(s, question);
        uint8_t answer = question->candidates[question->settled].answer;
        if (answer == IS_SAME)
            return question->settled;
        if (answer == IS_OTHER)
            question->settled++;
        else
            hear(s, question);
    }
    return -1;
}

static void adopt(struct shrinker *s, struct candidate *candidate)
{
    cJSON_Delete(s->best);
    s->best = candidate->doc;
    s->now = *candidate->facts;
    candidate->doc = NULL;
}

int64_t shrink_first(struct shrinker *s, shrink_maker *make, const void *about, uint32_t count)
{
    struct question question = {.make = make, .about = about, .count = count};
    question.candidates = calloc(MAX(count, 1u), sizeof *question.candidates);
    question.of_slot = malloc(s->slot_count * sizeof *question.of_slot);
    CHECK_WHY(question.candidates && question.of_slot, "out of memory");
    memset(question.of_slot, 0xff, s->slot_count * sizeof *question.of_slot);
    int64_t found = first_same(s, &question);
    while (s->outstanding > 0)
        hear(s, &question);
    if (found >= 0)
        adopt(s, &question.candidates[found]);
    for (uint32_t i = 0; i < question.next; i++) {
        cJSON_Delete(question.candidates[i].doc);
        free(question.candidates[i].facts);
    }
    free(question.candidates);
    free(question.of_slot);
    return found;
}

/* --- one run --------------------------------------------------------------------------------- */

static void run_best(struct shrinker *s, bool is_unrolled, struct crew_outcome *outcome)
{
    char *text = cJSON_PrintUnformatted(s->best);
    CHECK_WHY(text, "out of memory");
    give(s, 0, text, is_unrolled);
    free(text);
    while (!crew_wait(s->crew, 100, outcome))
        continue;
}

struct shrink_facts shrink_look(struct shrinker *s)
{
    struct crew_outcome outcome;
    run_best(s, false, &outcome);
    return facts_of(s, &outcome);
}

cJSON *shrink_unrolled_clients(struct shrinker *s)
{
    struct crew_outcome outcome;
    run_best(s, true, &outcome);
    if (outcome.fate != CREW_SAID || outcome.line_size < 2 || *outcome.line != '[')
        return NULL;
    return cJSON_ParseWithLength(outcome.line, outcome.line_size);
}
