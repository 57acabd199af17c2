/*
 * why_recovered.c: a replica had a version on its disk, and has not got it since it started.
 *
 *     crash ... start: read the checkpoint, read the log, cut off what is torn, serve
 *                      wrong disk?  deleted?  damaged?  read wrongly?
 *
 * What was durable can only be lost where a rule of recovery is off; what damaged the disk is told
 * on the way. What was never durable is another matter (lost_unsynced in why_lacks.c).
 */
#include "sim/why/why_parts.h"

/* Its log was deleted while nothing else on the disk had the version. */
static bool log_was_deleted(struct why_case *c, const struct why_matter *m,
                            const struct tape_record *logged)
{
    struct tape_record broken, crash;
    if (!why_find_broken(c, logged->number, m->before, m->node, 0,
                         SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE, &broken) ||
        !why_crashed_between(c, m->node, broken.number, m->before, &crash))
        return false;
    why_say(c, RULE_damaged, &crash, "because %n crashed at %t, and found neither log nor "
                                     "checkpoint with it",
            (uint64_t)m->node, crash.time);
    return why_say_broken(c, RULE_damaged, &broken,
                          "it deletes its log before the checkpoint is on the device");
}

/* Its log was whole; one reading of it was not, and recovery believed that one. */
static bool was_cut_unread(struct why_case *c, const struct why_matter *m,
                           const struct tape_record *logged)
{
    struct tape_record broken, betrayed, cut;
    struct sought fault = why_trace(TRACE_DISK_FAULT, m->node, 0);
    struct sought torn = why_note(NOTE_TAIL_CUT, m->node, 0);
    if (!why_find_broken(c, logged->number, m->before, m->node, 0, SAFEGUARD_READ_TWICE_BEFORE_CUT,
                         &broken))
        return false;
    if (why_next(c, broken.number, m->before, &torn, &cut))
        why_say(c, RULE_damaged, &cut, "because %n had it in its log, and cut it off at %t",
                (uint64_t)m->node, cut.time);
    if (why_last(c, broken.number, &fault, &betrayed))
        why_say_record(c, RULE_damaged, &betrayed);
    return why_say_broken(c, RULE_damaged, &broken,
                          "it believes one reading of its log, and cuts off what looked torn");
}

bool why_rule_damaged(struct why_case *c, const struct why_matter *m)
{
    struct tape_record logged, broken, flip;
    struct sought rot = with_field(why_trace(TRACE_DISK_FAULT, m->node, 0), 0, ACTION_DISK_CORRUPT);
    if (!why_find_logged(c, m, &logged))
        return false;
    if (log_was_deleted(c, m, &logged) || was_cut_unread(c, m, &logged))
        return true;
    if (!why_find_broken(c, logged.number, m->before, m->node, 0,
                         SAFEGUARD_REFUSE_MIDDLE_CORRUPTION, &broken))
        return false;
    if (why_last(c, broken.number, &rot, &flip))
        why_say(c, RULE_damaged, &flip, "because a bit of %n's disk flipped at %t, in its log",
                (uint64_t)m->node, flip.time);
    return why_say_broken(c, RULE_damaged, &broken,
                          "it cuts off what is damaged and serves without it");
}


/* How its disk came to be that of another node: `record` names the owner (NODE_FOREIGN, or the
 * rule that was broken). */
bool why_find_swap(struct why_case *c, const struct tape_record *record, struct tape_record *swap)
{
    bool is_note = record->kind == TRACE_NOTE + NOTE_NODE_FOREIGN;
    uint64_t owner = record->field[is_note ? 0 : 1];
    struct sought sought = with_field(why_trace(TRACE_DISK_FAULT, ANYBODY, 0), 0, ACTION_DISK_SWAP);
    for (uint64_t at = record->number; why_last(c, at, &sought, swap); at = swap->number)
        if (swap->actor == record->actor || swap->actor == owner)
            return true;
    return false;
}

/* What is on it another node has promised; what this one has promised is not. */
bool why_rule_not_its_disk(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken, start, swap;
    if (!why_life(c, m->node, m->before, &start) ||
        !why_find_broken(c, start.number, m->before, m->node, 0, SAFEGUARD_REFUSE_FOREIGN_DISK,
                         &broken))
        return false;
    if (why_find_swap(c, &broken, &swap))
        why_say(c, RULE_not_its_disk, &swap, "because %n got the disk of %n at %t",
                (uint64_t)m->node, broken.field[1], swap.time);
    return why_say_broken(c, RULE_not_its_disk, &broken,
                          "it starts from the disk of another node, without its own rows");
}
