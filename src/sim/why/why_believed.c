/*
 * why_believed.c: a get returned what should not have been believed.
 *
 *     n1: "100"   n3: "101"?     a bit of the message flipped, and its checksum was not asked
 *     n1: "due"   n2: #8a31      the digests differ: which of the two is newer is not asked
 *
 * Here no version is missing where it should be: the replicas that were asked had it, or had what
 * nobody wrote. What was wrong is how the answer was made of what they had.
 */
#include "sim/why/why_parts.h"

/* Is the value that of an operation? */
static bool has_writer(const struct why_case *c, uint64_t value)
{
    return table_get(&c->world->state->clients.values, value, 0) != 0;
}

/* The damage of this message, where it is known. */
static void say_damage(struct why_case *c, const struct tape_record *broken)
{
    struct tape_record damage;
    struct sought sought =
        with_field(why_trace(TRACE_CORRUPT, ANYBODY, broken->about), 1, broken->actor);
    if (about_class(broken->about) == ABOUT_REQUEST &&
        why_last(c, broken->number, &sought, &damage))
        why_say(c, RULE_bent_value, &damage,
                "because %m from %n to %n, of %r, was damaged on its way, at %t", damage.field[0],
                (uint64_t)damage.actor, damage.field[1], damage.about, damage.time);
}

bool why_rule_bent_value(struct why_case *c, const struct why_matter *m)
{
    const struct operation *get = why_operation(c, m->request);
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, broken;
    struct sought sought =
        with_field(why_note(NOTE_RULE_BROKEN, ANYBODY, 0), 0, SAFEGUARD_MESSAGE_CHECKSUM);
    if (!get || get->kind != OPERATION_GET || get->value == VALUE_ABSENT ||
        has_writer(c, get->value) || why_find_answerers(c, m, nodes, &last) == 0 ||
        !why_last(c, m->before, &sought, &broken))
        return false;
    why_say(c, RULE_bent_value, &last, "because what %n answered with was never in any put",
            (uint64_t)last.actor);
    say_damage(c, &broken);
    return why_say_broken(c, RULE_bent_value, &broken,
                          "it believes a message whose checksum is wrong");
}

/* Whoever has the newer value sent its digest only, and was not asked again. */
bool why_rule_unresolved(struct why_case *c, const struct why_matter *m)
{
    uint32_t nodes[REPLICATION_MAX];
    struct tape_record last, broken;
    char names[200];
    struct text text;
    if (!why_find_broken(c, 0, m->before, ANYBODY, m->request, SAFEGUARD_DIGESTS_RESOLVED, &broken))
        return false;
    uint32_t count = why_find_answerers(c, m, nodes, &last);
    text_init(&text, names, sizeof names);
    why_list_asked(c, &text, last.actor, nodes, count);
    if (count > 0)
        why_say(c, RULE_unresolved, &last,
                "because %n asked %s, one for the value and the others for a digest of it, and "
                "they did not fit",
                (uint64_t)last.actor, names);
    return why_say_broken(c, RULE_unresolved, &broken,
                          "it answers with the only value that it has, and asks no more");
}
