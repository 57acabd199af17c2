/*
 * shrink.h: from a failing run to the smallest scenario that fails the same check.
 *
 *     scenario, seed ──> 10,000 lines of faults and operations ──> 6 lines that fail alike
 *
 * Delta debugging (Zeller and Hildebrandt, 2002) over a plain scenario: what is generated is
 * written out first (a loop of a client becomes the script of what it really called), then
 * everything that can be left out is left out, in large pieces and then one by one, until no single
 * removal leaves the failure as it is: the result is 1-minimal. Every draw of a run is keyed by
 * what it is about, so the rest stands still while something is taken away.
 *
 * The same failure is the same check, violated in the same way: the cause of hunt/cause.h. Rules
 * that were switched off and mattered may become fewer, but not none; and a run that holds with
 * every rule on does so when it is smaller, too. Without that an expectation would soon fail for a
 * simpler reason: "the note stays deleted" does when nobody deletes it. A condition also has to
 * find the same kind of thing: a value, nothing, or no answer.
 *
 * Candidates are run in processes of their own (crew.h): one that fails a CHECK of ours, or hangs,
 * is an answer like any other, and such a finding is shrunk in the same way. The result does not
 * depend on how many processes there are: of candidates that are tried together the first in order
 * wins.
 *
 *     shrink.c            the order of the steps, and the proof
 *     shrink_run.c        candidates, processes, what was tried before
 *     shrink_work.c       in a process: one candidate's run
 *     shrink_same.c       is this one still it?
 *     shrink_unroll.c     a run's operations as scripts
 *     shrink_lists.c      what can be taken away: lines, clients, keys, nodes
 *     shrink_settings.c   and every other member
 *     shrink_names.c      what has to go with it
 *     shrink_simplify.c   rounder times, smaller numbers, plainer values
 *     shrink_print.c      the result as a file
 */
#ifndef HUNT_SHRINK_H
#define HUNT_SHRINK_H

#include "hunt/result.h"

#define SHRINK_KEEP_MAX 64

/* How large a scenario is. */
struct shrink_size {
    uint32_t faults;     /* lines of the timeline, and interventions */
    uint32_t operations; /* of scripts, or what the run called */
    uint32_t clients, nodes, keys;
    vtime duration;
};

struct shrink_facts {
    bool is_valid; /* the scenario can be loaded */
    bool fails_anyway; /* the same check fails with every safeguard on, too */
    uint8_t end;   /* enum trial_end */
    uint64_t signature;
    uint64_t rules_broken;
    vtime found_at, time;
    uint64_t steps;
    uint32_t operations;
    char check[LABEL_MAX];
    char cause[TRIAL_CAUSE_MAX];
    char sentence[TRIAL_SENTENCE_MAX];
};

struct shrink_progress {
    struct shrink_size size;
    uint64_t runs;
    double seconds;
    const char *step; /* "operations" */
};

struct shrink_order {
    const struct scenario *scenario; /* plain (scenario_expand) */
    uint64_t seed;
    const char *source; /* as the user named it, for the text of the result */
    uint32_t jobs;
    double time_limit; /* seconds of the wall clock; 0: none */
    double run_limit;  /* of one run; it is killed then */
    const char *const *keep; /* paths of values that stay as they are: "cluster.nodes" */
    uint32_t keep_count;
    bool is_unproven; /* leave out the last pass */
    const volatile int *is_stopped; /* may be NULL */
    void (*tell)(void *host, const struct shrink_progress *progress); /* may be NULL */
    void *host;
};

enum shrink_end { SHRINK_MINIMAL, SHRINK_UNPROVEN, SHRINK_TIME, SHRINK_STOPPED };

struct shrink_result {
    enum shrink_end end;
    struct shrink_facts facts; /* of the smallest run */
    struct shrink_size before, after;
    uint64_t runs;     /* candidates that were run */
    uint64_t known;    /* candidates that had been tried before */
    uint64_t removals; /* tried by the proof: none leaves the failure */
    double seconds;
    char *text; /* the scenario, for the caller to free */
};

/* False and a sentence when the run does not fail, or cannot be run. */
bool shrink_scenario(const struct shrink_order *order, struct shrink_result *result, char *why,
                     size_t why_size);

#endif
