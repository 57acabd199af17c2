/*
 * why_replaced.c: a replica has not got a version because it holds another one.
 *
 *     n3   "12" @2 s   <--- "10" @0.5 s     by a write, a hint, a repair
 *          stays, or gives way: the versions decide; a clock, a tie, or a rule that is off
 *
 * Either it had the version and something took its place, or it never took it, since what was
 * there won. In both cases the next question is why that other one won (why_wins.c).
 */
#include "sim/why/why_parts.h"

/* The version that stands in its place, if it came there while this one was there. */
static bool find_successor(struct why_case *c, const struct why_matter *m,
                           const struct tape_record *applied, struct tape_record *successor)
{
    struct tape_record logged, crash;
    struct sought sought = with_field(why_note(NOTE_APPLY, m->node, 0), 0, m->token);
    return why_last(c, m->before, &sought, successor) && successor->number > applied->number &&
           !why_find_loss(c, m, successor->number, &logged, &crash);
}

/* Not the write of a client: a repair put back what another replica had. */
static bool came_by_repair(struct why_case *c, const struct why_matter *m,
                           const struct tape_record *applied, const struct tape_record *next)
{
    struct tape_record broken, older;
    char wrote[120];
    struct text text;
    if (!why_find_broken(c, applied->number, next->number, m->node, next->about,
                         SAFEGUARD_REPAIR_MERGES, &broken) ||
        !why_write_begun(c, m->before, m->token, (int64_t)next->field[1], &older))
        return false;
    text_init(&text, wrote, sizeof wrote);
    why_name_write(c, &text, older.about);
    why_say(c, RULE_overwritten, next, "because %n had it, and a repair put %s, in its place",
            (uint64_t)m->node, wrote);
    return why_say_broken(c, RULE_overwritten, &broken,
                          "what a repair brings replaces what is there, also when it is older");
}

bool why_rule_overwritten(struct why_case *c, const struct why_matter *m)
{
    struct tape_record applied, next, broken, winner;
    if (!why_find_applied(c, m, &applied) || !find_successor(c, m, &applied, &next))
        return false;
    if (came_by_repair(c, m, &applied, &next))
        return true;
    bool is_rule = why_find_broken(c, applied.number, next.number, m->node, next.about,
                                   SAFEGUARD_NEWER_WINS, &broken) ||
                   why_find_broken(c, applied.number, next.number, m->node, next.about,
                                   SAFEGUARD_TIE_RULE, &broken);
    why_say(c, RULE_overwritten, &next,
            "because %n had it, and put %v in its place, which %r wrote", (uint64_t)m->node,
            why_value_of(c, next.about), next.about);
    if (is_rule)
        return why_say_broken(c, RULE_overwritten, &broken, "what comes last wins");
    if (!why_other_write(c, m->before, m->token, (int64_t)next.field[1], m->request, &winner))
        return why_end_none(c), true;
    why_ask(
        c, TOPIC_WINS,
        (struct why_matter){
            .request = m->request, .other = winner.about, .token = m->token, .before = m->before});
    return true;
}

bool why_rule_from_the_future(struct why_case *c, const struct why_matter *m)
{
    struct tape_record broken;
    struct sought sought = with_field(
        with_field(why_note(NOTE_RULE_BROKEN, m->node, 0), 0, SAFEGUARD_MERGE_WITHOUT_CLOCK), 1,
        m->token);
    return why_next(c, 0, m->before, &sought, &broken) &&
           why_say_broken(c, RULE_from_the_future, &broken,
                          "what its own clock has not reached yet it does not take");
}

bool why_rule_outranked_there(struct why_case *c, const struct why_matter *m)
{
    struct tape_record older, winner;
    struct sought sought = why_note(NOTE_APPLY_OLDER, m->node, 0);
    sought = with_field(with_field(sought, 0, m->token), 1, (uint64_t)m->timestamp);
    if (!why_last(c, m->before, &sought, &older) ||
        !why_other_write(c, m->before, m->token, (int64_t)older.field[2], m->request, &winner))
        return false;
    why_say(c, RULE_outranked_there, &older,
            "because %n kept %v %x, which %r wrote: %v %x is not newer", (uint64_t)m->node,
            why_value_of(c, winner.about), (int64_t)older.field[2], winner.about,
            why_value_of(c, m->request), m->timestamp);
    why_ask(
        c, TOPIC_WINS,
        (struct why_matter){
            .request = m->request, .other = winner.about, .token = m->token, .before = m->before});
    return true;
}
