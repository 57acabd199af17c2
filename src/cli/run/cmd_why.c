/*
 * cmd_why.c: ringside why: what led to a failure, as a few plain lines.
 *
 * The same answer as W in the window (sim/why/why.h), for a terminal, a script, a report. Asked for
 * nothing it takes the first check that is not as it should be, else the first one that fails and
 * is meant to. Where all went well it says so, and what can be asked all the same.
 */
#include <stdlib.h>

#include "cli/run/why_cli.h"

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
    "From where on there was no way out (of a check that fails)\n"
    "  --inevitable        the first step from which each of some tails fails the same check. A\n"
    "                      tail is the run again from a step with other draws, and each fault\n"
    "                      that is still to come comes or stays away, by a coin; its seed\n"
    "                      derives from the seed, the step and its number\n"
    "  --tails N           so many tails at each step (20)\n"
    "  --keep-faults       every fault of the timeline comes in every tail: only draws differ\n"
    "\n"
    "  --json              the answer for programs\n"
    "\n"
    "Exit codes: 0 all checks hold, 1 a check failed, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside why scenarios/skewed-clock.json --check durable\n"
    "  ringside why demo --key order:7 --at 15s\n"
    "  ringside why safeguard-zero-tail --set safeguards.zero-tail=false --inevitable\n";

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
    static struct why_fate fate;
    bool is_named = o->check || o->op || o->record || o->node || o->key;
    if (!go_to_time(inquiry, o->ask.at) || (is_named && !why_find_question(inquiry, o)))
        return EXIT_USAGE;
    if (!is_named && !why_find_failure(inquiry)) {
        if (o->inevitable)
            return usage_error("--inevitable is about a check that fails, and none does");
        if (o->json)
            why_print_json(inquiry, &why, NULL);
        else
            why_offer_questions(inquiry, o);
        return EXIT_HOLDS;
    }
    if (o->inevitable && !why_find_fate(inquiry, o, &fate))
        return EXIT_USAGE;
    if (!is_named && !o->json && are_checks_content(inquiry))
        printf("The check \"%s\" fails, as it is meant to:\n",
               inquiry->scenario->checks[inquiry->question.number].name);
    why_explain(inquiry->stage, &inquiry->question, &why);
    (o->json ? why_print_json : why_print)(inquiry, &why, o->inevitable ? &fate : NULL);
    return are_checks_content(inquiry) ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static int inquire(struct scenario *scenario, const struct why_options *o, uint64_t seed)
{
    struct inquiry inquiry = {.scenario = scenario, .seed = seed};
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
        {"--inevitable", false, &o.inevitable, NULL, NULL},
        {"--tails", true, &o.tails, NULL, NULL},
        {"--keep-faults", false, &o.keep_faults, NULL, NULL},
        {"--json", false, &o.json, NULL, NULL},
        ASK_SCENARIO_OPTIONS(&o.ask),
    };
    if (!options_read(&command_why, argc, argv, options, ARRAY_LEN(options), &o.ask.file, 1,
                      &count))
        return EXIT_USAGE;
    if ((o.check != NULL) + (o.op != NULL) + (o.record != NULL) + (o.node != NULL) +
            (o.key != NULL) >
        1)
        return usage_error("why takes one of --check, --op, --record, --node and --key");
    if (!o.inevitable && (o.tails || o.keep_faults))
        return usage_error("--tails and --keep-faults go with --inevitable");
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
