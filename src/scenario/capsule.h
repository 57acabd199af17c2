/*
 * capsule.h: a run as one small file: scenario, seed, versions, and what came of it.
 *
 *     {
 *       "ringside_capsule": 1,
 *       "command": "ringside run scenarios/demo.json --seed 100 --set ...",
 *       "program": "0.1.0", "trace": 2, "draws": 1,
 *       "seed": 100,
 *       "end": "violated", "digest": "4f...", "steps": 3112, "records": 7140, "time_ns": ...,
 *       "check": "nobody reads the past", "found_ns": ..., "cause": ..., "sentence": ...,
 *       "marks": [[194, "09af..."], ...],        digests on the way: where does another run part?
 *       "scenario": { ... }                      in full, overrides included
 *     }
 *
 * A capsule stands wherever a scenario does: scenario_load takes the scenario out of it, with the
 * capsule's seed as its own. So run, play, why, export and sweep need to know nothing of capsules.
 * `ringside replay` (hunt/replay.h) compares. What writes one is hunt/capsule_make.h.
 */
#ifndef SCENARIO_CAPSULE_H
#define SCENARIO_CAPSULE_H

#include "base/digest.h"
#include "scenario/json_print.h"
#include "scenario/load.h"

#define CAPSULE_FORMAT    1
#define CAPSULE_MARKS_MAX 16
#define CAPSULE_SEED_MAX  ((UINT64_C(1) << 53) - 1)

struct capsule_mark {
    uint64_t step;
    uint64_t digest; /* the low half, after that step */
};

struct capsule {
    char command[1200]; /* that made the run first */
    char program[40];
    uint32_t trace, draws;
    uint64_t seed;

    char end[12]; /* as in a file of results: "violated" */
    bool has_digest; /* not of a run whose process died: then what follows up to `time` is 0 */
    struct digest digest;
    uint64_t steps, records;
    vtime time;

    char check[200]; /* "" when it is no check's, or nothing was found */
    vtime found_at;
    char cause[480];
    char sentence[600];

    uint32_t mark_count;
    struct capsule_mark marks[CAPSULE_MARKS_MAX];
};

/* The whole file, for the caller to free. NULL and a sentence when the scenario's text is none. */
char *capsule_print(const struct capsule *capsule, const char *scenario_text, size_t *size,
                    struct json_error *error);

/* Is it one? Looks at the first key only. */
bool capsule_is_text(const char *text, size_t size);
bool capsule_is_file(const char *path);

/* A file, with its scenario, for scenario_free. NULL and a sentence on any mistake. */
struct scenario *capsule_load(const char *path, struct capsule *capsule,
                              struct json_error *error);

/* For scenario_load: the document of the scenario in a document that is a capsule's, which is
 * freed; any other document as it is. *seed is left alone when it is none. */
struct json_doc *capsule_unwrap(struct json_doc *doc, bool *is_capsule, uint64_t *seed,
                                struct json_error *error);

#endif
