/*
 * why.c: one question, its chain, and the order in which the rules are tried.
 *
 * Links are said as they are found, from what was asked back to the root; a rule that applies ends
 * its chain itself, by asking the next question or by one of the why_end_ functions. Where several
 * replicas may be to blame, each is tried, and the one whose root came last is taken: until then
 * there was a quorum, it is that one which took it away.
 */
#include "sim/why/why_parts.h"

#include <string.h>

#define DEPTH_MAX 24

static const struct {
    const char *name;
    const char *reason;
    why_rule_function *apply;
    enum why_topic topic;
} rules[RULE_COUNT] = {
    {"none", "what was asked", NULL, TOPIC_COUNT},
#define WHY_TOPIC(topic, question)
#define WHY_RULE(topic, name, reason) {#name, reason, why_rule_##name, TOPIC_##topic},
#include "sim/why/why_rules.def"
#undef WHY_TOPIC
#undef WHY_RULE
};

_Static_assert(RULE_COUNT <= 192, "a bit for each rule");

uint32_t why_rule_count(void)
{
    return RULE_COUNT;
}

const char *why_rule_name(uint32_t rule)
{
    return rules[rule].name;
}

const char *why_rule_reason(uint32_t rule)
{
    return rules[rule].reason;
}

bool why_ask(struct why_case *c, enum why_topic topic, struct why_matter m)
{
    if (c->depth >= DEPTH_MAX || c->why->count >= WHY_LINKS_MAX)
        return why_end_none(c);
    c->depth++;
    bool is_answered = false;
    for (uint32_t i = 1; i < RULE_COUNT && !is_answered; i++)
        if (rules[i].topic == topic && i != c->without && (is_answered = rules[i].apply(c, &m)))
            c->why->rules[i / 64] |= UINT64_C(1) << i % 64;
    c->depth--;
    return is_answered || why_end_none(c);
}

bool why_try(struct why_case *c, enum why_topic topic, struct why_matter m, struct why *chain)
{
    struct why *real = c->why;
    *chain = *real;
    c->why = chain;
    why_ask(c, topic, m);
    c->why = real;
    return chain->root != WHY_ROOT_NONE;
}

/* --- what is asked about ---------------------------------------- */

static bool from_record(struct why_case *c, uint64_t number)
{
    struct tape_record record;
    char sentence[WHY_TEXT_MAX];
    if (!why_number(c, number, &record))
        return false;
    stage_sentence(c->stage, &record, sentence, sizeof sentence);
    why_say(c, RULE_none, &record, "%s", sentence);
    return why_ask(c, TOPIC_MOMENT, (struct why_matter){.record = record, .before = record.number});
}

static bool from_node(struct why_case *c, uint32_t node)
{
    return why_ask(c, TOPIC_STATE,
                   (struct why_matter){.node = node, .before = stage_records(c->stage) + 1});
}

static bool answer(struct why_case *c, const struct why_question *question)
{
    switch (question->kind) {
    case WHY_RECORD: return from_record(c, question->number);
    case WHY_NODE: return from_node(c, question->node);
    case WHY_KEY: return why_from_key(c, question->token);
    case WHY_CELL: return why_from_cell(c, question->token, question->node);
    case WHY_OPERATION: return why_from_request(c, question->number);
    default: return why_from_check(c, (uint32_t)question->number);
    }
}

/* A record after the present is looked at from where it has happened. */
static void go_to(struct why_case *c, const struct why_question *question)
{
    const struct tape_record *record = stage_record(c->stage, question->number);
    if (question->kind == WHY_RECORD && record && record->step > stage_step(c->stage))
        stage_go_away(c->stage, record->step);
}

/* The record that it is about, if it is about one. */
static uint64_t number_of(const struct why_case *c, const struct why_question *question)
{
    const struct operation *operation = NULL;
    if (question->kind == WHY_RECORD)
        return question->number;
    if (question->kind == WHY_OPERATION)
        operation = why_operation(c, question->number);
    return operation ? operation->record_told : UINT64_MAX;
}

bool why_explain_without(struct stage *stage, const struct why_question *question, uint32_t rule,
                         struct why *why)
{
    struct why_case c = {.stage = stage,
                         .world = stage->world,
                         .scenario = stage->world->scenario,
                         .book = &stage->book,
                         .why = why,
                         .without = rule};
    struct stage_place place = stage_here(stage);
    why->count = 0;
    why->root = WHY_ROOT_NONE;
    memset(why->rules, 0, sizeof why->rules);
    why->end[0] = '\0';
    go_to(&c, question);
    stage_fill_book(stage);
    stage_fill_book_for(stage, number_of(&c, question));
    answer(&c, question);
    stage_come_back(stage, place);
    return why->count > 0;
}

bool why_explain(struct stage *stage, const struct why_question *question, struct why *why)
{
    return why_explain_without(stage, question, RULE_none, why);
}
