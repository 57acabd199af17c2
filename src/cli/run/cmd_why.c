/*
 * cmd_why.c: ringside why: what led to a failure, as a few plain lines.
 *
 * The same answer as W in the window (sim/why/why.h), for a terminal, a script, a report. Asked for
 * nothing it takes the first check that is not as it should be, else the first one that fails and
 * is meant to. Where all went well it says so, and what can be asked all the same.
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
    "client asked for. Without an option that says what: the first check that fails; where none\n"
    "does, what can be asked.\n"
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

/* The first check that is not as it should be, else the first that is violated, as it is meant to
 * be; false when there is none. */
static bool find_failure(struct inquiry *inquiry)
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

/* The last operation that failed, else the last one that was answered; how many there were of
 * each. NULL: none was. */
static const struct operation *last_operation(const struct inquiry *inquiry, uint32_t *failed,
                                              uint32_t *all)
{
    const struct operation *last = NULL, *last_failed = NULL;
    uint64_t count = chain_count(&inquiry->world.state->clients.history);
    *failed = *all = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct operation *operation = history_at(&inquiry->world, (uint32_t)i);
        if (!operation->record_told)
            continue;
        ++*all;
        last = operation;
        *failed += operation->outcome != OUTCOME_OK;
        last_failed = operation->outcome != OUTCOME_OK ? operation : last_failed;
    }
    return last_failed ? last_failed : last;
}

static void offer(const struct why_options *o, const char *option, const char *name,
                  const char *what)
{
    char question[300];
    bool is_plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "#~:._-") == strlen(name);
    snprintf(question, sizeof question, is_plain ? "%s %s" : "%s '%s'", option, name);
    printf("  ringside why %s %-24s %s\n", o->ask.file, question, what);
}

/* Nothing failed: what can be asked of this run, by name. */
static void offer_questions(const struct inquiry *inquiry, const struct why_options *o)
{
    uint32_t failed, all;
    char name[100];
    struct text text;
    const struct operation *operation = last_operation(inquiry, &failed, &all);
    if (failed > 0)
        printf("No check failed. Of %u operations %u did not succeed, which no check forbids.\n",
               all, failed);
    else
        printf("Nothing has failed: no check, and no operation (of %u).\n", all);
    puts("What can be asked all the same:");
    if (operation) {
        text_init(&text, name, sizeof name);
        world_request_text(&inquiry->world, &text, operation->request);
        offer(o, "--op", name, failed ? "the last that did not succeed" : "what it waited for");
    }
    if (world_key_count(&inquiry->world) > 0) {
        struct bytes key = world_key(&inquiry->world, 0);
        snprintf(name, sizeof name, "%.*s", (int)MIN(key.size, 99u), (const char *)key.data);
        offer(o, "--key", name, "why its replicas hold what they hold");
    }
    offer(o, "--node", inquiry->scenario->nodes[0].name, "why it is as it is");
    if (inquiry->scenario->check_count > 0)
        offer(o, "--check", inquiry->scenario->checks[0].name, "what decided a check");
    offer(o, "--record", "1", "why a record came about (ringside run FILE -v shows them)");
    puts("Each of them with --at T as it was at that time (docs/why.md).");
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
    if (at) {
        until_tell_end("--at", time, inquiry->scenario);
        stage_seek_time(inquiry->stage, time);
    }
    return true;
}

static int tell(struct inquiry *inquiry, const struct why_options *o)
{
    static struct why why;
    bool is_named = o->check || o->op || o->record || o->node || o->key;
    if (!go_to_time(inquiry, o->ask.at) || (is_named && !find_question(inquiry, o)))
        return EXIT_USAGE;
    if (!is_named && !find_failure(inquiry)) {
        offer_questions(inquiry, o);
        return EXIT_HOLDS;
    }
    if (!is_named && are_checks_content(inquiry))
        printf("The check \"%s\" fails, as it is meant to:\n",
               inquiry->scenario->checks[inquiry->question.number].name);
    why_explain(inquiry->stage, &inquiry->question, &why);
    print_why(&why);
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
