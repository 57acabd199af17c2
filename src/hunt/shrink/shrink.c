/*
 * shrink.c: the order of the steps, and the proof.
 *
 * Cheap and large first: the end of the run moves to just behind the violation, loops become
 * scripts, then clients, keys, faults, lines and operations go, then nodes and settings, and in the
 * end values become round. Each step is repeated as long as any of them finds something, since
 * what could not go at first often can later. When a whole round has changed nothing, the proof
 * runs every single removal once more, whatever was tried before.
 *
 * A list is reduced as ddmin does it: pieces of half the list, of a quarter, and so on down to
 * single items, each piece left out while the rest stays (the complements of Zeller and
 * Hildebrandt; their subsets find little here, since a failure needs most of what is left).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

static const struct shrink_list *const content[] = {
    &shrink_clients,    &shrink_keys,  &shrink_faults,  &shrink_timeline,
    &shrink_operations, &shrink_interventions, &shrink_nodes,
};

/* --- one list -------------------------------------------------------------------------------- */

struct pieces {
    const struct shrink_list *list;
    uint32_t from, size, total;
};

static cJSON *without_piece(struct shrinker *s, const void *about, uint32_t index)
{
    const struct pieces *pieces = about;
    uint32_t from = pieces->from + index * pieces->size;
    cJSON *doc = cJSON_Duplicate(s->best, true);
    pieces->list->remove(doc, from, MIN(from + pieces->size, pieces->total));
    return doc;
}

/* One pass with pieces of one size; what follows a piece that went moves up to its place. */
static bool reduce_by(struct shrinker *s, const struct shrink_list *list, uint32_t size)
{
    bool is_changed = false;
    struct pieces pieces = {.list = list, .size = size, .total = list->count(s->best)};
    while (pieces.from < pieces.total && !s->is_over) {
        uint32_t count = (pieces.total - pieces.from + size - 1) / size;
        int64_t went = shrink_first(s, without_piece, &pieces, count);
        if (went < 0)
            break;
        is_changed = true;
        pieces.from += (uint32_t)went * size;
        pieces.total = list->count(s->best);
    }
    return is_changed;
}

static bool reduce(struct shrinker *s, const struct shrink_list *list)
{
    bool is_changed = false;
    s->step = list->name;
    for (uint32_t size = list->count(s->best); size > 0 && !s->is_over; size /= 2)
        is_changed |= reduce_by(s, list, size);
    return is_changed;
}

/* --- loops as scripts ------------------------------------------------------------------------ */

struct unrolling {
    const cJSON *clients; /* all that were written out */
};

static bool is_of(const cJSON *entry, const cJSON *client)
{
    const char *name = cJSON_GetObjectItemCaseSensitive(client, "name")->valuestring;
    const char *own = cJSON_GetObjectItemCaseSensitive(entry, "name")->valuestring;
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(entry, "count");
    char full[LABEL_MAX];
    for (int i = 1; count && i <= count->valueint; i++) {
        snprintf(full, sizeof full, "%s%d", own, i);
        if (strcmp(full, name) == 0)
            return true;
    }
    return !count && strcmp(own, name) == 0;
}

/* Second attempts cannot keep their draws, since a script has none: they get other ones. */
#define DRAWS 16

static void draw_anew(cJSON *script, uint32_t draw)
{
    for (cJSON *step = script ? script->child : NULL; step; step = step->next) {
        cJSON *number = cJSON_GetObjectItemCaseSensitive(step, "number");
        if (number && number->valuedouble >= SHRINK_ATTEMPTS_FROM)
            cJSON_SetNumberValue(number, number->valuedouble + 16 * draw);
    }
}

static void add_unrolled(cJSON *all, const cJSON *client, uint32_t draw)
{
    cJSON *copy = cJSON_Duplicate(client, true);
    draw_anew(shrink_script_of(copy), draw);
    cJSON_AddItemToArray(all, copy);
}

/* 0: everybody. 1 and up: only that entry, since others may not take it. Then the same with other
 * draws for second attempts. */
static cJSON *make_unrolled(struct shrinker *s, const void *about, uint32_t number)
{
    const struct unrolling *unrolling = about;
    uint32_t ways = 1 + (uint32_t)cJSON_GetArraySize(
                            cJSON_GetObjectItemCaseSensitive(s->best, "clients"));
    uint32_t index = number % ways, draw = number / ways;
    cJSON *doc = cJSON_Duplicate(s->best, true);
    cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(doc, "clients");
    cJSON *all = cJSON_AddArrayToObject(doc, "clients");
    uint32_t place = 0;
    for (const cJSON *entry = old ? old->child : NULL; entry; entry = entry->next) {
        bool is_chosen = index == 0 || (++place == index && !shrink_script_of(entry));
        if (!is_chosen) {
            cJSON_AddItemToArray(all, cJSON_Duplicate(entry, true));
            continue;
        }
        for (const cJSON *c = unrolling->clients->child; c; c = c->next)
            if (is_of(entry, c))
                add_unrolled(all, c, draw);
    }
    cJSON_Delete(old);
    return doc;
}

static bool has_loop(const cJSON *doc)
{
    const cJSON *clients = cJSON_GetObjectItemCaseSensitive(doc, "clients");
    for (const cJSON *c = clients ? clients->child : NULL; c; c = c->next)
        if (!shrink_script_of(c))
            return true;
    return false;
}

static bool unroll(struct shrinker *s)
{
    bool is_changed = false;
    s->step = "loops";
    while (has_loop(s->best) && !s->is_over) {
        const cJSON *clients = cJSON_GetObjectItemCaseSensitive(s->best, "clients");
        struct unrolling unrolling = {shrink_unrolled_clients(s)};
        if (!unrolling.clients)
            return is_changed;
        uint32_t count = (uint32_t)cJSON_GetArraySize(clients) + 1;
        int64_t went = shrink_first(s, make_unrolled, &unrolling, DRAWS * count);
        cJSON_Delete((cJSON *)(uintptr_t)unrolling.clients);
        if (went < 0)
            return is_changed;
        is_changed = true;
    }
    return is_changed;
}

/* --- the other checks ------------------------------------------------------------------------ */

static bool is_check(const cJSON *check, const char *name)
{
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(check, "name");
    if (!own)
        own = cJSON_GetObjectItemCaseSensitive(check, "check");
    return own && strcmp(own->valuestring, name) == 0;
}

static cJSON *make_single_check(struct shrinker *s, const void *about, uint32_t index)
{
    (void)about, (void)index;
    cJSON *doc = cJSON_Duplicate(s->best, true);
    cJSON *checks = cJSON_GetObjectItemCaseSensitive(doc, "checks");
    for (cJSON *check = checks ? checks->child : NULL; check;) {
        cJSON *next = check->next;
        if (!is_check(check, s->wanted.check))
            cJSON_Delete(cJSON_DetachItemViaPointer(checks, check));
        check = next;
    }
    return doc;
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool round_once(struct shrinker *s)
{
    bool is_changed = shrink_cut_duration(s);
    is_changed |= unroll(s);
    for (size_t i = 0; i < ARRAY_LEN(content) && !s->is_over; i++)
        is_changed |= reduce(s, content[i]);
    is_changed |= shrink_cut_duration(s);
    is_changed |= reduce(s, &shrink_settings);
    is_changed |= shrink_simplify(s);
    return is_changed;
}

/* Every single removal, run anew. False when one of them still fails alike, and so became the
 * best. */
static bool prove(struct shrinker *s, uint64_t *removals)
{
    bool is_minimal = true;
    s->step = "proof";
    s->is_proving = true;
    *removals = 0;
    for (size_t i = 0; i < ARRAY_LEN(content) && is_minimal; i++) {
        *removals += content[i]->count(s->best);
        is_minimal = !reduce_by(s, content[i], 1);
    }
    s->is_proving = false;
    return is_minimal;
}

static enum shrink_end shrink_all(struct shrinker *s, struct shrink_result *result)
{
    shrink_first(s, make_single_check, NULL, 1);
    bool is_proven = false;
    while (!is_proven && !s->is_over) {
        while (!s->is_over && round_once(s))
            continue;
        is_proven = s->order->is_unproven || s->is_over || prove(s, &result->removals);
    }
    if (s->is_over)
        return s->order->is_stopped && *s->order->is_stopped ? SHRINK_STOPPED : SHRINK_TIME;
    return s->order->is_unproven ? SHRINK_UNPROVEN : SHRINK_MINIMAL;
}

static bool parse(struct shrinker *s, char *why, size_t why_size)
{
    const struct scenario *scenario = s->order->scenario;
    s->best = cJSON_Parse(scenario->text);
    if (!s->best || scenario->swarm) {
        snprintf(why, why_size, "%s: it is not a plain scenario", scenario->file);
        return false;
    }
    shrink_name_nodes(s->best);
    cJSON *seed = cJSON_GetObjectItemCaseSensitive(s->best, "seed");
    if (seed)
        cJSON_SetNumberValue(seed, (double)s->order->seed);
    else
        cJSON_AddNumberToObject(s->best, "seed", (double)s->order->seed);
    s->start = cJSON_Duplicate(s->best, true);
    return true;
}

/* What fails; a failure that the scenario expects counts when there is no other. */
static bool find_failure(struct shrinker *s, char *why, size_t why_size)
{
    s->wanted = shrink_look(s);
    if (s->wanted.is_valid && s->wanted.end == TRIAL_HOLDS) {
        s->is_strict = true;
        s->wanted = shrink_look(s);
    }
    s->now = s->wanted;
    if (!s->wanted.is_valid)
        snprintf(why, why_size, "%s", s->wanted.sentence);
    else if (s->wanted.end == TRIAL_HOLDS)
        snprintf(why, why_size,
                 "%s: with seed %llu no check fails, so there is nothing to shrink; ringside sweep "
                 "finds seeds that fail",
                 s->order->source, (unsigned long long)s->order->seed);
    else
        return true;
    return false;
}

static bool is_as_before(const struct shrinker *s)
{
    return cJSON_Compare(s->best, s->start, true);
}

static void finish(struct shrinker *s, struct shrink_result *result)
{
    result->facts = s->now;
    result->after = shrink_size_of(s->best, &s->now);
    result->runs = s->runs;
    result->known = s->known;
    result->seconds = shrink_seconds() - s->began;
    if (!is_as_before(s) || !cJSON_GetObjectItemCaseSensitive(s->best, "about"))
        shrink_describe(s->best, s->order, &s->now);
    shrink_number_nodes(s->best);
    result->text = shrink_print(s->best);
}

bool shrink_scenario(const struct shrink_order *order, struct shrink_result *result, char *why,
                     size_t why_size)
{
    static struct shrinker s; /* its facts are large */
    memset(result, 0, sizeof *result);
    s = (struct shrinker){.order = order, .step = "run"};
    bool is_done = parse(&s, why, why_size) && shrink_open(&s, why, why_size) &&
                   find_failure(&s, why, why_size);
    if (is_done) {
        result->before = shrink_size_of(s.best, &s.now);
        result->end = shrink_all(&s, result);
        finish(&s, result);
    }
    shrink_close(&s);
    return is_done;
}
