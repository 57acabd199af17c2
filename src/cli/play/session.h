/*
 * session.h: a scenario that somebody has open: file, seed, world and stage.
 *
 * Opening is all or nothing: the scenario is read, the world has its memory and the stage stands
 * at the beginning, or there is one sentence why not and whatever was open before is untouched.
 * So a window can open another file, and keep what it has when that file is no scenario.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "scenario/load.h"
#include "sim/stage/stage.h"
#include "sim/world/world.h"

/* Where a session comes from: all that its run is a function of, but for what is done in it. */
struct session_origin {
    const char *file; /* a scenario, or a trace that holds one */
    const char *const *sets;
    uint32_t set_count;
    bool has_seed; /* else the scenario's own */
    uint64_t seed;
};

struct session {
    struct scenario *scenario;
    uint64_t seed;
    char *file;
    char **sets; /* kept: a share line repeats them */
    uint32_t set_count;
    struct world world;
    struct stage *stage; /* given away to whoever shows it: see app_take_stage */
    struct journal *journal; /* of what is done in the stage */
};

/* For session_close to free; NULL and a sentence on any mistake. */
struct session *session_open(const struct session_origin *origin, struct json_error *error);

/* Ends in an orderly way, with the journal. Closes the stage too, unless it was given away; who
 * has it closes it before. */
void session_close(struct session *session);

/* 64 bits of the effective text: two sessions with the same text, seed and deeds are the same. */
uint64_t session_text_hash(const struct session *session);

#endif
