/*
 * condition_words.c: finding the words of the language in their tables.
 *
 * What has a meaning of its own (and, ops, time) is reserved: a bare word is looked up
 * here first and among the scenario's names only then, so a new word of the language
 * can take the short form away from a node of that name, but never the node itself:
 * node("ops") stays right.
 */
#include "base/nearest.h"
#include "sim/condition/condition_parser.h"

static const char *const CONNECTIVES_AND_LITERALS[] = {"and",  "or",    "not",
                                                       "true", "false", "absent"};

uint32_t words_find_owner(struct bytes word)
{
    for (uint32_t i = OWNER_NOTHING + 1; i < OWNER_COUNT; i++)
        if (scan_is(word, condition_owner_table[i].word))
            return i;
    return OWNER_COUNT;
}

uint32_t words_find_term(uint32_t owner, struct bytes word)
{
    for (uint32_t i = 0; i < TERM_COUNT; i++)
        if (condition_term_table[i].owner == owner && scan_is(word, condition_term_table[i].word))
            return i;
    return TERM_COUNT;
}

bool words_is_reserved(struct bytes word)
{
    for (uint32_t i = 0; i < ARRAY_LEN(CONNECTIVES_AND_LITERALS); i++)
        if (scan_is(word, CONNECTIVES_AND_LITERALS[i]))
            return true;
    return words_find_owner(word) != OWNER_COUNT ||
           words_find_term(OWNER_NOTHING, word) != TERM_COUNT;
}

bool words_is_state_or_outcome(struct bytes word)
{
    for (uint32_t i = 0; i < STATE_COUNT; i++)
        if (scan_is(word, condition_state_words[i]))
            return true;
    for (uint32_t i = 0; i <= OUTCOME_COUNT; i++)
        if (scan_is(word, condition_outcome_words[i]))
            return true;
    return false;
}

bool words_has_records(const struct condition_node *node)
{
    return node->owner == OWNER_NODE || node->owner == OWNER_CLIENT || node->owner == OWNER_TRACE;
}

void words_offer_terms(struct nearest *nearest, uint32_t owner)
{
    for (uint32_t i = 0; i < TERM_COUNT; i++)
        if (condition_term_table[i].owner == owner && condition_term_table[i].word[0])
            nearest_offer_string(nearest, condition_term_table[i].word);
}

void words_offer_reserved(struct nearest *nearest)
{
    for (uint32_t i = OWNER_NOTHING + 1; i < OWNER_COUNT; i++)
        nearest_offer_string(nearest, condition_owner_table[i].word);
    words_offer_terms(nearest, OWNER_NOTHING);
    for (uint32_t i = 0; i < ARRAY_LEN(CONNECTIVES_AND_LITERALS); i++)
        nearest_offer_string(nearest, CONNECTIVES_AND_LITERALS[i]);
}

const char *words_example(uint32_t owner)
{
    static const char *const EXAMPLES[OWNER_COUNT] = {
        [OWNER_NODE] = "node(\"n2\").state",  [OWNER_CLIENT] = "client(\"c1\").told",
        [OWNER_TRACE] = "trace.drop",         [OWNER_OPS] = "ops.ok",
        [OWNER_READS] = "reads.ok",           [OWNER_WRITES] = "writes.ok",
        [OWNER_OP] = "op(\"w1\").outcome",    [OWNER_REPLICAS] = "replicas(\"user:42\").differ",
        [OWNER_FINAL] = "final(\"user:42\")", [OWNER_KEYS] = "keys.differing",
        [OWNER_METRIC] = "metric(\"ringside_crashes_total\")",
    };
    return EXAMPLES[owner];
}
