/*
 * condition.c: the words of the condition language, and what a world asks a
 * finished condition about itself.
 *
 * The tables are made from condition_terms.def and the lists in condition.h, so a
 * new term is one line there, one case in the world's view, and nothing here.
 */
#include "sim/condition/condition.h"

#include "sim/trace/trace_words.h"

const struct condition_owner_info condition_owner_table[OWNER_COUNT] = {
#define OWNER(identifier, word, parameter) {word, PARAMETER_##parameter},
    CONDITION_OWNERS(OWNER)
#undef OWNER
};

const struct condition_term_info condition_term_table[TERM_COUNT] = {
#define TERM(identifier, owner, word, parameter, type, records, meaning)                           \
    {OWNER_##owner, word, PARAMETER_##parameter, CONDITION_##type, records, meaning},
#include "sim/condition/condition_terms.def"
#undef TERM
};

const char *const condition_state_words[STATE_COUNT] = {
#define STATE(identifier, word, meaning) word,
    CONDITION_STATES(STATE)
#undef STATE
};

const char *const condition_outcome_words[OUTCOME_COUNT + 1] = {TRACE_OUTCOME_WORDS, "none"};

vtime condition_next_wake(const struct condition *condition, vtime time)
{
    for (uint32_t i = 0; i < condition->wake_count; i++)
        if (condition->wakes[i] > time)
            return condition->wakes[i];
    return VTIME_NEVER;
}

bool condition_next_count(const struct condition *condition, uint32_t *cursor, uint32_t *kind,
                          uint32_t *actor)
{
    const struct condition_code *code = condition->code;
    while (code && *cursor < code->node_count) {
        const struct condition_node *node = &code->nodes[(*cursor)++];
        if (node->kind == CODE_RECORDS) {
            *kind = node->name;
            *actor = node->actor;
            return true;
        }
    }
    return false;
}
