/*
 * cmd_run.c: ringside run: one scenario, one seed, one report.
 *
 * The order of things: options, scenario (with its --set overrides), world, the run
 * itself under a listener that prints, records and notes headlines, the checks, the
 * report. Wall time is measured here and nowhere else, and only for people.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files/whole_file.h"
#include "cli/metrics/metrics_out.h"
#include "cli/run/ask.h"
#include "cli/run/print_pairs.h"
#include "sim/picture/view.h"

static const char run_help[] =
    "usage: ringside run FILE [options]\n"
    "\n"
    "Run a scenario and report what happened and whether it was correct.\n"
    "\n"
    "The run\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --until T           stop at a time (\"2.5s\") or when a condition first holds\n"
    "                      ('n2.log_append == 3'; docs/conditions.md)\n"
    "  --set PATH=VALUE    override a value of the scenario, such as\n"
    "                      --set cluster.nodes=7 --set network.loss=5%; may be repeated\n"
    "\n"
    "What to write\n"
    "  --trace FILE        write every record of the trace as JSON Lines ('-': stdout)\n"
    "  --metrics FILE      write the metrics as FILE ends: .txt, .json, .csv or .prom (ringside\n"
    "                      metrics --help)\n"
    "  --report text|json  for people (the default), or for programs: byte-identical\n"
    "                      between runs of the same scenario and seed\n"
    "  --pairs             also say which kinds of fault were at work at the same time\n"
    "  -v                  print one line per record while it runs\n"
    "\n"
    "Proofs\n"
    "  --check-time-travel\n"
    "                      run it again with keyframes, seeks and branches in between, and\n"
    "                      fail if anything differs\n"
    "  --region-base ADDR  place the memory of the world elsewhere (a hexadecimal hint); the\n"
    "                      run must not depend on it\n"
    "\n"
    "How to read it\n"
    "  operations   ok: done. unavailable: refused, certainly nothing was written. timeout:\n"
    "               unknown, it may have been done. pending: no answer when the run ended.\n"
    "               Each attempt counts; a retry is another one.\n"
    "  nodes        life: times started; appended, synced: log records written, and those on\n"
    "               the device; unsynced: bytes a power loss could take; waiting: work queued\n"
    "  -v           time, #number of the record, <-number of its cause, actor, kind, sentence\n"
    "\n"
    "--set PATH: keys joined by dots, items of lists in brackets: clients[0].count=3;\n"
    "timeline[+]={...} adds one. With --report json, -v goes to stderr.\n"
    "Exit codes: 0 all checks hold, 1 a check failed, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside run scenarios/quorum-crash.json --seed 7 -v | less\n"
    "  ringside run demo --set cluster.read_level=one --until 20s\n"
    "  ringside run demo --trace demo.trace --metrics demo.csv\n";

struct run_options {
    struct ask ask;
    const char *trace;
    const char *report;
    const char *metrics;
    const char *verbose;
    const char *pairs;
    const char *time_travel;
    const char *region_base;
};

/* Where records go while the world runs. */
struct listener {
    struct run *run;
    struct headlines headlines;
    struct pairs_watch pairs;
    FILE *trace;
    FILE *verbose;
};

static bool read_options(int argc, char **argv, struct run_options *o)
{
    const struct option options[] = {
        ASK_SCENARIO_OPTIONS(&o->ask),
        {"--until", true, &o->ask.until, NULL, NULL},
        {"--trace", true, &o->trace, NULL, NULL},
        {"--report", true, &o->report, NULL, NULL},
        {"--metrics", true, &o->metrics, NULL, NULL},
        {"--pairs", false, &o->pairs, NULL, NULL},
        {"-v", false, &o->verbose, NULL, NULL},
        {"--check-time-travel", false, &o->time_travel, NULL, NULL},
        {"--region-base", true, &o->region_base, NULL, NULL},
    };
    uint32_t count;
    if (!options_read(&command_run, argc, argv, options, ARRAY_LEN(options), &o->ask.file, 1,
                      &count))
        return false;
    if (o->report && strcmp(o->report, "text") != 0 && strcmp(o->report, "json") != 0) {
        usage_error("--report is \"text\" or \"json\", not \"%s\"", o->report);
        return false;
    }
    if (o->metrics && !metrics_format_of_file(o->metrics)) {
        usage_error("--metrics takes a file that ends in .txt, .json, .csv or .prom, not \"%s\"",
                    o->metrics);
        return false;
    }
    return true;
}

static void take_record(void *host, const struct trace_record *record)
{
    struct listener *listener = host;
    if (listener->verbose)
        print_record(&listener->run->world, record, listener->verbose);
    if (listener->trace) {
        char line[2048];
        struct text text;
        text_init(&text, line, sizeof line);
        record_json(&listener->run->world, record, &text);
        text_char(&text, '\n');
        fwrite(text.data, 1, text.size, listener->trace);
    }
    headlines_take(&listener->headlines, record);
    pairs_take(&listener->pairs, record);
}

static bool is_json(const struct run_options *options)
{
    return options->report && strcmp(options->report, "json") == 0;
}

static FILE *open_trace(const char *path)
{
    if (!path)
        return NULL;
    if (strcmp(path, "-") == 0)
        return stdout;
    FILE *file = fopen(path, "w");
    if (!file)
        usage_error("cannot write %s: %s", path, strerror(errno));
    return file;
}

static int time_travel(struct run *run)
{
    char why[300];
    if (check_time_travel(run, run->world.state->digest, why, sizeof why)) {
        fputs("time travel: straight run, seeks, branches and restored pages agree\n", stderr);
        return EXIT_HOLDS;
    }
    fprintf(stderr, "time travel: %s\n", why);
    return EXIT_CHECK_FAILED;
}

static void print_report(struct run *run, const struct run_options *options,
                         const struct listener *listener)
{
    FILE *out = listener->trace == stdout ? stderr : stdout;
    if (is_json(options))
        report_json(run, out);
    else
        report_text(run, &listener->headlines, out);
    if (options->pairs)
        print_pairs(&listener->pairs.pairs, is_json(options) ? stderr : out);
}

/* Beside the report, whole or not at all. */
static bool write_metrics(const struct run *run, const char *path)
{
    struct metrics_look look = {.node = METRIC_CLUSTER};
    struct whole_file file;
    char why[200];
    if (whole_file_open(&file, path, why, sizeof why)) {
        metrics_format_of_file(path)->write(run, &look, file.out);
        if (whole_file_finish(&file, why, sizeof why))
            return true;
    }
    usage_error("--metrics: %s", why);
    return false;
}

static int run_scenario(struct run *run, const struct run_options *options)
{
    struct until until;
    if (!until_read(run, options->ask.until, &until))
        return EXIT_USAGE;
    struct listener listener = {.run = run};
    if (options->verbose)
        listener.verbose = is_json(options) ? stderr : stdout; /* never into a program's input */
    listener.headlines.world = &run->world;
    listener.trace = open_trace(options->trace);
    if (options->trace && !listener.trace)
        return EXIT_USAGE;

    if (listener.trace)
        trace_header_json(run, listener.trace);
    run->world.sink = (struct trace_sink){take_record, &listener};
    double start = wall_now();
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    if (!until_run(run, &until))
        fprintf(stderr, "ringside: --until '%s' never came true; the run went to its end\n",
                options->ask.until);
    run->wall_seconds = wall_now() - start;
    run->world.sink = (struct trace_sink){0};
    if (listener.trace)
        trace_footer_json(run, listener.trace);
    if (listener.trace && listener.trace != stdout)
        fclose(listener.trace);

    if (options->metrics && !write_metrics(run, options->metrics))
        return EXIT_USAGE;
    pairs_end(&listener.pairs);
    run->failed_count = judge_world(&run->world, run->scratch, run->results);
    int code = run->failed_count ? EXIT_CHECK_FAILED : EXIT_HOLDS;
    print_report(run, options, &listener);
    free(listener.headlines.lines);
    int travel_code = options->time_travel ? time_travel(run) : EXIT_HOLDS;
    return MAX(code, travel_code);
}

/* An argument as a shell takes it back. */
static void write_argument(struct text *text, const char *argument)
{
    bool is_plain = *argument != '\0';
    for (const char *c = argument; *c; c++)
        is_plain &= strchr(" '\"\\$`!*?[](){}<>|&;~#", *c) == NULL;
    text_char(text, ' ');
    if (!is_plain)
        text_char(text, '\'');
    for (const char *c = argument; *c; c++) {
        if (*c == '\'')
            text_str(text, "'\\'");
        text_char(text, *c);
    }
    if (!is_plain)
        text_char(text, '\'');
}

static void remember_command(struct run *run, const struct run_options *options)
{
    struct text text;
    text_init(&text, run->command, sizeof run->command);
    text_str(&text, program_name);
    text_str(&text, " run");
    write_argument(&text, options->ask.file);
    text_str(&text, " --seed ");
    text_u64(&text, run->seed);
    for (uint32_t i = 0; i < options->ask.set_count; i++) {
        text_str(&text, " --set");
        write_argument(&text, options->ask.sets[i]);
    }
    if (options->ask.until) {
        text_str(&text, " --until");
        write_argument(&text, options->ask.until);
    }
    run->world.story.command = run->command;
}

static int run_main(int argc, char **argv)
{
    struct run_options options = {0};
    struct run run;
    uint64_t seed = 0;
    if (!read_options(argc, argv, &options))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("run", &options.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    void *base = NULL;
    if (options.region_base)
        base = (void *)(uintptr_t)strtoull(options.region_base, NULL, 16);
    int code = EXIT_USAGE;
    if (run_open(&run, scenario, seed, base)) {
        remember_command(&run, &options);
        code = run_scenario(&run, &options);
        run_close(&run);
    }
    free(options.ask.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_run = {"run", "run a scenario and report", run_help, run_main};
