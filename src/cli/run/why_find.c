/*
 * why_find.c: what a question on the command line means in this run, by name.
 *
 * A name that the run does not have is refused with the nearest one that it has. Where nothing is
 * named, the first check that fails is meant.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/run/why_cli.h"
#include "db/ring/placement.h"
#include "sim/picture/view.h"

/* the run has no operation "w2"; did you mean "w1"? */
static bool refuse_name(const char *what, const char *name, const struct nearest *nearest)
{
    char hint[200];
    struct text text;
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, nearest);
    usage_error("the run has no %s \"%s\"%s", what, name, hint);
    return false;
}

static struct nearest nearest_of(const char *name)
{
    return nearest_to(units_word(name));
}

static bool find_check(struct inquiry *inquiry, const char *name)
{
    struct nearest nearest = nearest_of(name);
    for (uint32_t i = 0; i < inquiry->scenario->check_count; i++) {
        if (strcmp(inquiry->scenario->checks[i].name, name) == 0) {
            inquiry->question = (struct why_question){.kind = WHY_CHECK, .number = i};
            return true;
        }
        nearest_offer_string(&nearest, inquiry->scenario->checks[i].name);
    }
    return refuse_name("check", name, &nearest);
}

/* Names that are made here must live as long as the suggestion. */
struct names {
    char (*items)[100];
    uint64_t count;
};

static struct names make_names(uint64_t count)
{
    struct names names = {calloc(count + 1, sizeof *names.items), count};
    CHECK_WHY(names.items != NULL, "out of memory");
    return names;
}

/* The last one that is called so, or its count; else the nearest ones are offered. */
static uint64_t find_name(const struct names *names, const char *name, struct nearest *nearest)
{
    uint64_t found = names->count;
    for (uint64_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0)
            found = i;
        nearest_offer_string(nearest, names->items[i]);
    }
    return found;
}

/* As the trace names it. */
static bool find_operation(struct inquiry *inquiry, const char *name)
{
    struct nearest nearest = nearest_of(name);
    struct names names = make_names(chain_count(&inquiry->world.state->clients.history));
    for (uint64_t i = 0; i < names.count; i++) {
        struct text text;
        text_init(&text, names.items[i], sizeof names.items[i]);
        world_request_text(&inquiry->world, &text,
                           history_at(&inquiry->world, (uint32_t)i)->request);
    }
    uint64_t found = find_name(&names, name, &nearest);
    bool is_found = found < names.count || refuse_name("operation", name, &nearest);
    if (is_found)
        inquiry->question = (struct why_question){
            .kind = WHY_OPERATION, .number = history_at(&inquiry->world, (uint32_t)found)->request};
    free(names.items);
    return is_found;
}

static bool find_record(struct inquiry *inquiry, const char *number)
{
    uint64_t records = stage_records(inquiry->stage);
    inquiry->question = (struct why_question){.kind = WHY_RECORD};
    if (parse_u64(number, &inquiry->question.number) && inquiry->question.number > 0 &&
        inquiry->question.number <= records)
        return true;
    usage_error("--record takes a number from 1 to %llu, not \"%s\"", (unsigned long long)records,
                number);
    return false;
}

static bool find_node(struct inquiry *inquiry, const char *name)
{
    inquiry->question = (struct why_question){.kind = WHY_NODE};
    return ask_node(inquiry->scenario, name, &inquiry->question.node);
}

static bool find_key(struct inquiry *inquiry, const char *name)
{
    struct nearest nearest = nearest_of(name);
    struct names names = make_names(world_key_count(&inquiry->world));
    for (uint32_t i = 0; i < names.count; i++) {
        struct bytes key = world_key(&inquiry->world, i);
        snprintf(names.items[i], sizeof names.items[i], "%.*s", (int)MIN(key.size, 99u),
                 (const char *)key.data);
    }
    uint64_t found = find_name(&names, name, &nearest);
    bool is_found = found < names.count || refuse_name("key", name, &nearest);
    if (is_found)
        inquiry->question = (struct why_question){
            .kind = WHY_KEY, .token = key_token(world_key(&inquiry->world, (uint32_t)found))};
    free(names.items);
    return is_found;
}

/* The first check that is not as it should be, else the first that is violated, as it is meant to
 * be; false when there is none. */
bool why_find_failure(struct inquiry *inquiry)
{
    const struct stage_verdict *verdicts = stage_verdicts(inquiry->stage);
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < inquiry->scenario->check_count; i++)
            if (pass == 0 ? !verdicts[i].is_content : verdicts[i].kind == STAGE_VIOLATED) {
                inquiry->question = (struct why_question){.kind = WHY_CHECK, .number = i};
                return true;
            }
    return false;
}

bool why_find_question(struct inquiry *inquiry, const struct why_options *o)
{
    if (o->check)
        return find_check(inquiry, o->check);
    if (o->op)
        return find_operation(inquiry, o->op);
    if (o->record)
        return find_record(inquiry, o->record);
    if (o->node)
        return find_node(inquiry, o->node);
    return find_key(inquiry, o->key);
}
