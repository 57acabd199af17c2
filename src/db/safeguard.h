/*
 * safeguard.h: the rules that a scenario may switch off, to see why they exist.
 *
 * The list is safeguards.def. A line that obeys a rule reads
 *
 *     if (safeguard_is_on(config, SAFEGUARD_TIE_RULE)) ...
 *
 * and where a rule is off and that mattered, it calls safeguard_note_broken.
 */
#ifndef DB_SAFEGUARD_H
#define DB_SAFEGUARD_H

#include "db/config.h"
#include "db/env.h"
#include "db/note.h"

enum safeguard {
#define SAFEGUARD(identifier, name, rule, incident) SAFEGUARD_##identifier,
#include "db/safeguards.def"
#undef SAFEGUARD
    SAFEGUARD_COUNT,
};

_Static_assert(SAFEGUARD_COUNT <= 64, "safeguards_off is one 64-bit word");

struct safeguard_info {
    const char *name;     /* as scenarios write it */
    const char *rule;     /* what it promises */
    const char *incident; /* the real system that lacked it */
};

/* SAFEGUARD_COUNT entries, in order of the enum. */
extern const struct safeguard_info safeguard_table[];

static inline bool safeguard_is_on(const struct node_config *config, enum safeguard safeguard)
{
    return !(config->safeguards_off & (UINT64_C(1) << safeguard));
}

/* A rule that is switched off has just been broken, and it mattered: leave a note, so
 * that the story of what follows can name the step. */
static inline void safeguard_note_broken(struct env *env, enum safeguard safeguard, uint64_t about,
                                         uint64_t detail)
{
    env_note(env, NOTE_RULE_BROKEN, about, safeguard, detail, 0);
}

#endif
