/*
 * cmd_why.c: ringside why: what led to a failure, as a few plain lines.
 *
 * The same answer as W in the window (sim/why/why.h), for a terminal, a script, a report. Asked for
 * nothing it takes the first check that is not as it should be, else the first one that is
 * violated, else the last operation that failed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/run/ask.h"
#include "db/ring/placement.h"
#include "sim/picture/view.h"
#include "sim/stage/stage.h"
#include "sim/why/why.h"

static const char why_help[] =
    "usage: ringside why FILE [options]\n"
    "\n"
    "Run a scenario and tell what led to a failure, line by line, back to where it began: a fault\n"
    "of the timeline, a draw of the network, a setting, a rule that is switched off, or what a\n"
    "client asked for. Without an option that says what: the first check that fails.\n"
    "\n"
    ASK_SCENARIO_HELP
    "\n"
    "What to explain\n"
    "  --check NAME        a check, by its name\n"
    "  --op LABEL          an operation: its label, or client#number; ~2 is its second attempt\n"
    "  --record N          a record, by its number (ringside run FILE -v shows them)\n"
    "  --node NAME         the state of a node\n"
    "  --key KEY           why the replicas of a key differ, or hold what they hold\n"
    "  --at T              ... as it is at this time; the end of the run by default\n"
    "\n"
    "Exit codes: 0 all checks hold, 1 a check failed, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside why scenarios/skewed-clock.json --check durable\n"
    "  ringside why demo --key order:7 --at 15s\n";

struct why_options {
    struct ask ask; /* `until` is not asked */
    const char *check, *op, *record, *node, *key;
};

/* A run that can be gone back in. */
struct inquiry {
    struct scenario *scenario;
    struct world world;
    struct stage *stage;
    struct why_question question;
};

/* --- finding what is meant ------------------------------------------------------------------ */

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

/* The first check that is not as it should be, else the first that is violated, else the last
 * operation that failed; false when all went well. */
static bool find_failure(struct inquiry *inquiry)
{
    const struct stage_verdict *verdicts = stage_verdicts(inquiry->stage);
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < inquiry->scenario->check_count; i++)
            if (pass == 0 ? !verdicts[i].is_content : verdicts[i].kind == STAGE_VIOLATED) {
                inquiry->question = (struct why_question){.kind = WHY_CHECK, .number = i};
                return true;
            }
    for (uint64_t i = chain_count(&inquiry->world.state->clients.history); i-- > 0;) {
        const struct operation *operation = history_at(&inquiry->world, (uint32_t)i);
        if (operation->outcome == OUTCOME_OK || !operation->record_told)
            continue;
        inquiry->question =
            (struct why_question){.kind = WHY_OPERATION, .number = operation->request};
        return true;
    }
    return false;
}

static bool find_question(struct inquiry *inquiry, const struct why_options *o)
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

/* --- telling --------------------------------------------------------------------------------- */

static void print_why(const struct why *why)
{
    for (uint32_t i = 0; i < why->count; i++) {
        char stamp[32];
        struct text text;
        text_init(&text, stamp, sizeof stamp);
        text_time_fixed(&text, why->links[i].record.time, 6);
        printf("%s  %s\n", stamp, why->links[i].text);
    }
    printf("%s%s\n", why->count ? "            " : "", why->end);
}

static bool are_checks_content(const struct inquiry *inquiry)
{
    const struct stage_verdict *verdicts = stage_verdicts(inquiry->stage);
    for (uint32_t i = 0; i < inquiry->scenario->check_count; i++)
        if (!verdicts[i].is_content)
            return false;
    return true;
}

static bool go_to_time(struct inquiry *inquiry, const char *at)
{
    vtime time = 0;
    if (!ask_time("--at", at, &time))
        return false;
    stage_seek(inquiry->stage, UINT64_MAX);
    stage_judge(inquiry->stage);
    if (at)
        stage_seek_time(inquiry->stage, time);
    return true;
}

static int tell(struct inquiry *inquiry, const struct why_options *o)
{
    static struct why why;
    bool is_named = o->check || o->op || o->record || o->node || o->key;
    if (!go_to_time(inquiry, o->ask.at) || (is_named && !find_question(inquiry, o)))
        return EXIT_USAGE;
    if (is_named || find_failure(inquiry)) {
        why_explain(inquiry->stage, &inquiry->question, &why);
        print_why(&why);
    } else {
        puts("nothing has failed: --check, --op, --record, --node or --key say what to explain");
    }
    return are_checks_content(inquiry) ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static int inquire(struct scenario *scenario, const struct why_options *o, uint64_t seed)
{
    struct inquiry inquiry = {.scenario = scenario};
    const char *why;
    int code = EXIT_USAGE;
    if (!world_open(&inquiry.world, WORLD_RESERVE_BYTES, NULL, &why))
        return usage_error("%s", why);
    inquiry.stage = stage_open(&inquiry.world, scenario, seed, &why);
    if (inquiry.stage) {
        code = tell(&inquiry, o);
        stage_close(inquiry.stage);
    } else {
        usage_error("%s", why);
    }
    world_close(&inquiry.world);
    return code;
}

static int why_main(int argc, char **argv)
{
    struct why_options o = {0};
    uint64_t seed = 0;
    uint32_t count;
    const struct option options[] = {
        {"--check", true, &o.check, NULL, NULL},   {"--op", true, &o.op, NULL, NULL},
        {"--record", true, &o.record, NULL, NULL}, {"--node", true, &o.node, NULL, NULL},
        {"--key", true, &o.key, NULL, NULL},       {"--at", true, &o.ask.at, NULL, NULL},
        ASK_SCENARIO_OPTIONS(&o.ask),
    };
    if (!options_read(&command_why, argc, argv, options, ARRAY_LEN(options), &o.ask.file, 1,
                      &count))
        return EXIT_USAGE;
    if ((o.check != NULL) + (o.op != NULL) + (o.record != NULL) + (o.node != NULL) +
            (o.key != NULL) >
        1)
        return usage_error("why takes one of --check, --op, --record, --node and --key");
    struct scenario *scenario = ask_scenario("why", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    int code = inquire(scenario, &o, seed);
    free(o.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_why = {"why", "what led to a failure, back to where it began",
                                    why_help, why_main};
