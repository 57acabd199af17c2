/*
 * shrink_parts.h: what the files of the shrinker share; shrink.h lists them.
 *
 * A candidate is a tree of JSON, a changed copy of the best one. Whatever comes out of a change is
 * allowed: what the loader refuses does not fail, so it is no result.
 */
#ifndef HUNT_SHRINK_PARTS_H
#define HUNT_SHRINK_PARTS_H

#include <cjson/cJSON.h>

#include "db/about.h"
#include "hunt/crew.h"
#include "hunt/shrink/shrink.h"

/* One candidate, where its worker reads it. */
#define SHRINK_SLOT_BYTES ((size_t)4 << 20)

struct shrink_slot {
    size_t size;
    bool is_strict, is_unrolled;
    char text[SHRINK_SLOT_BYTES];
};

struct shrinker {
    const struct shrink_order *order;
    cJSON *best;
    cJSON *start; /* as it was before the first change, for `keep` */
    struct shrink_facts wanted, now; /* of the run that was given, and of the best one */
    bool is_strict;

    struct crew *crew;
    struct shrink_slot *slots; /* shared with the workers, one each */
    uint32_t slot_count, outstanding;

    uint64_t *tried; /* hashes of texts that are not it; open addressing, 0 is free */
    uint64_t tried_room, tried_count;
    bool is_proving; /* nothing is taken from what was tried */

    uint64_t runs, known;
    double began, told;
    const char *step;
    bool is_over; /* out of time, or stopped */
};

/* --- shrink_run.c ---------------------------------------------------------------------------- */

bool shrink_open(struct shrinker *s, char *why, size_t why_size);
void shrink_close(struct shrinker *s);

/* One run of the best as it stands. */
struct shrink_facts shrink_look(struct shrinker *s);

/* The best with its clients' loops as scripts of what they called; NULL when it cannot be told. */
cJSON *shrink_unrolled_clients(struct shrinker *s);

/* The candidate of this number, or NULL when there is none. */
typedef cJSON *shrink_maker(struct shrinker *s, const void *about, uint32_t index);

/* The first of `count` candidates that fails alike becomes the best: its number, or -1. */
int64_t shrink_first(struct shrinker *s, shrink_maker *make, const void *about, uint32_t count);

double shrink_seconds(void);

/* --- shrink_work.c, shrink_same.c ------------------------------------------------------------ */

bool shrink_begin_work(void *host);
void shrink_work(void *host, uint64_t item, struct json_out *line);

bool shrink_is_same(const struct shrink_facts *wanted, const struct shrink_facts *facts);

/* --- shrink_unroll.c: in a worker, after a run ----------------------------------------------- */

/* Second attempts have numbers from here on, 256 for each operation. */
#define SHRINK_ATTEMPTS_FROM (1u << (ABOUT_OPERATION_BITS - 2))

/* The clients of the world's scenario with everything that they called as scripts. */
cJSON *shrink_unroll(struct world *world);

/* --- shrink_lists.c -------------------------------------------------------------------------- */

struct shrink_list {
    const char *name; /* "operations" */
    const char *single; /* "operation" */
    uint32_t (*count)(const cJSON *doc);
    void (*remove)(cJSON *doc, uint32_t from, uint32_t to);
};

extern const struct shrink_list shrink_clients, shrink_timeline, shrink_faults, shrink_operations,
    shrink_keys, shrink_nodes, shrink_interventions, shrink_settings;

/* Nodes by name instead of a number, and back where the names say no more. */
void shrink_name_nodes(cJSON *doc);
void shrink_number_nodes(cJSON *doc);

struct shrink_size shrink_size_of(const cJSON *doc, const struct shrink_facts *facts);

/* --- shrink_names.c -------------------------------------------------------------------------- */

/* A node or client of this name is gone: so is what speaks of it. */
void shrink_forget(cJSON *doc, const char *name);

/* Clients that ask nothing, heals of nothing, empty lists. */
void shrink_tidy(cJSON *doc);

cJSON *shrink_script_of(const cJSON *client);   /* NULL: it is a loop */
cJSON *shrink_key_of(const cJSON *operation); /* the member whose string is the key */

/* --- shrink_simplify.c ----------------------------------------------------------------------- */

bool shrink_cut_duration(struct shrinker *s);
bool shrink_simplify(struct shrinker *s);

/* --- shrink_print.c -------------------------------------------------------------------------- */

/* The file: one line for each fault and operation. For the caller to free. */
char *shrink_print(cJSON *doc);

/* Name, title and a text that says what fails and where it comes from. */
void shrink_describe(cJSON *doc, const struct shrink_order *order,
                     const struct shrink_facts *facts);

#endif
