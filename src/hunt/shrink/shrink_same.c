/*
 * shrink_same.c: are two failures the same one?
 *
 * The same check, violated in the same way: the sentence without names and numbers (hunt/cause.h).
 * Of rules that were switched off and mattered there are at least one and no new ones, and what
 * held with all rules on still does. A condition is about values, which its cause leaves out: there
 * what was found has to be of the same kind.
 */
#include <string.h>

#include "hunt/shrink/shrink_parts.h"

/* Of the cause, without the rules that were broken: those are compared as a set. */
static size_t kind_size(const char *cause)
{
    const char *rules = strstr(cause, "; broken: ");
    return rules ? (size_t)(rules - cause) : strlen(cause);
}

/* What a condition found, `op("r1").value is "x"`: a quotation mark, a digit, or a whole word. */
static bool is_same_sight(const char *one, const char *other)
{
    const char *sights[2] = {strstr(one, " is false: "), strstr(other, " is false: ")};
    if (!sights[0] || !sights[1])
        return !sights[0] && !sights[1];
    for (size_t i = 0; i < 2; i++) {
        const char *is = strstr(sights[i] + 11, " is ");
        sights[i] = is ? is + 4 : "";
    }
    bool is_number = *sights[0] >= '0' && *sights[0] <= '9';
    if (is_number || *sights[0] == '"')
        return is_number ? *sights[1] >= '0' && *sights[1] <= '9' : *sights[1] == '"';
    return strncmp(sights[0], sights[1], strcspn(sights[0], " ,(")) == 0;
}

bool shrink_is_same(const struct shrink_facts *wanted, const struct shrink_facts *facts)
{
    size_t size = kind_size(wanted->cause);
    if (!facts->is_valid || facts->end != wanted->end ||
        (facts->fails_anyway && !wanted->fails_anyway) ||
        !is_same_sight(wanted->sentence, facts->sentence))
        return false;
    if (wanted->end != TRIAL_VIOLATED)
        return facts->signature == wanted->signature;
    bool is_kind = kind_size(facts->cause) == size && !memcmp(facts->cause, wanted->cause, size);
    bool is_rule = !wanted->rules_broken || facts->rules_broken;
    return is_kind && is_rule && !(facts->rules_broken & ~wanted->rules_broken);
}
