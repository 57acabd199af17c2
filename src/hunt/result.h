/*
 * result.h: a line of a file of results, and what it says.
 *
 * A file of results is JSON Lines: a header for each sweep that wrote into it, and one line for
 * each run, in the order in which runs ended. docs/sweep.md describes every member.
 *
 *     {"ringside_sweep": 1, "program": "0.1.0", ..., "scenarios": [...], "seeds": [1, 1000], ...}
 *     {"scenario": "standard", "seed": 7, "end": "holds", "digest": "1f...", "steps": 15210, ...}
 *
 * A line of a run is a function of scenario, seed and version: it has no time of a clock, no
 * process and no order, so the same run is the same line wherever it was made. The one exception is
 * a run that was killed after its time.
 *
 * Whatever is read here may come from another machine or be torn: reading never trusts it.
 */
#ifndef HUNT_RESULT_H
#define HUNT_RESULT_H

#include "hunt/trial.h"
#include "scenario/json_print.h"
#include "scenario/load.h"

#define RESULT_FORMAT        1
#define RESULT_LINE_MAX      ((size_t)64 << 10)
#define RESULT_SCENARIOS_MAX 256
#define SHARDS_MAX           100000
#define RESULT_SEED_MAX      ((UINT64_C(1) << 53) - 1) /* what JSON keeps exact everywhere */

/* --- a run ---------------------------------------------------------------------------------- */

struct result {
    char scenario[LABEL_MAX];
    uint64_t seed;
    uint8_t end;        /* enum trial_end */
    bool has_digest;    /* not of one that died */
    struct digest digest;
    uint64_t steps;
    vtime time;
    uint32_t undecided; /* checks whose oracle gave up */
    uint32_t absent;    /* checks that were expected to fail, and held */

    /* of a finding */
    char check[TRIAL_NAME_MAX]; /* "" when it is no check's */
    uint64_t signature;
    vtime found_at;
    char cause[TRIAL_CAUSE_MAX];
    char sentence[TRIAL_SENTENCE_MAX];

    struct coverage coverage;
};

void result_of_trial(const struct scenario *scenario, uint64_t seed, const struct trial *trial,
                     struct result *result);

/* Its line, without a newline. */
void result_print(const struct result *result, const struct scenario *scenario,
                  const struct trial *trial, struct json_out *out);

/* Of a process that died of it, or was killed. */
void result_print_death(const struct result *result, struct json_out *out);

/* --- a header ------------------------------------------------------------------------------- */

struct result_scenario {
    char name[LABEL_MAX];
    uint64_t text; /* 64 bits of its effective text */
};

struct result_header {
    char program[40];
    uint32_t trace, draws, points; /* versions; points of coverage */
    bool is_strict;
    uint64_t first_seed, last_seed;
    uint32_t shard, shard_count; /* from 1 */
    uint32_t scenario_count;
    struct result_scenario scenarios[RESULT_SCENARIOS_MAX];
};

uint64_t result_text_hash(const char *text);

void result_print_header(const struct result_header *header, struct json_out *out);

/* Were both written about the same runs? `why` gets what differs. Ranges of seeds and shards may
 * differ. */
bool result_header_fits(const struct result_header *one, const struct result_header *other,
                        struct text *why);

/* --- reading -------------------------------------------------------------------------------- */

enum result_line { RESULT_RUN, RESULT_HEADER, RESULT_WRONG };

/* One line, without its newline; `name` stands in for the file in messages. One of the two is
 * filled in. RESULT_WRONG: a sentence in *error. */
enum result_line result_read(const char *name, const char *line, size_t size,
                             struct result *result, struct result_header *header,
                             struct json_error *error);

#endif
