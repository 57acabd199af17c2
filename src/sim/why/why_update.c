/*
 * why_update.c: an update that was acknowledged is missing at the end, or counts twice.
 *
 *     ann: incr likes  --->  n4 ---> n1 (no answer) ---> n3 (done again)        2 likes, 1 incr
 *     ben: put {eggs}  --->  n1: gives it the name of an earlier event          {eggs} is gone
 *
 * Nobody need have read anything for this: the check looked at what replicas hold at the end. It is
 * the update itself that went wrong, under a rule that is off, or it lost where two met.
 */
#include "sim/why/why_parts.h"

bool why_rule_update_broken(struct why_case *c, const struct why_matter *m)
{
    const struct operation *update = why_operation(c, m->request);
    return update && why_say_update_broken(c, RULE_update_broken, update, m->before);
}

/* As any write that is nowhere. */
bool why_rule_update_lost(struct why_case *c, const struct why_matter *m)
{
    struct why best;
    uint32_t nodes[REPLICATION_MAX];
    struct why_matter lack = {.before = m->before};
    if (!why_version_of(c, m->request, &lack))
        return false;
    uint32_t count = why_replicas(c, lack.token, nodes);
    why_best_lack(c, lack, nodes, count, &best);
    if (best.count == 0 || best.root == WHY_ROOT_NONE)
        return false;
    *c->why = best;
    return true;
}

/* A name that a crash could take back would be given twice: so an actor waits for its epoch. */
bool why_rule_no_epoch(struct why_case *c, const struct why_matter *m)
{
    struct tape_record refused, start;
    struct sought sought = why_note(NOTE_UPDATE_REFUSED, ANYBODY, m->request);
    if (!why_last(c, m->before, &sought, &refused) || refused.field[1] != REASON_NO_EPOCH ||
        !why_life(c, refused.actor, refused.number, &start))
        return false;
    why_say_record(c, RULE_no_epoch, &refused);
    why_say_record(c, RULE_no_epoch, &start);
    return why_end_setting(c, "an update is done under an epoch that no crash can take back");
}
