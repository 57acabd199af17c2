/*
 * cmd_sweep.c: ringside sweep: many seeds, by several processes, into one account.
 *
 * Options and scenarios; sweep_tell.c does the rest. What is told on the way goes to stderr, the
 * account to stdout.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mix.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/hunt/sweep_job.h"
#include "cli/run/ask.h"
#include "hunt/shard.h"

static const char sweep_help[] =
    "usage: ringside sweep FILE... [options]\n"
    "\n"
    "Run scenarios with many seeds, in several processes, and report what was found, grouped by\n"
    "cause. A run that crashes or hangs is a finding like any other.\n"
    "\n"
    "The runs\n"
    "  --seeds A..B        which seeds (1..1000); one number N means 1..N\n"
    "  --set PATH=VALUE    override a value of the scenarios; may be repeated\n"
    "  --jobs J            processes (one for each processor); the account does not depend on it\n"
    "  --shard I/N         only each N-th run, from the I-th on; auto or auto/N: as Slurm, GNU\n"
    "                      parallel or Kubernetes say (docs/sweep.md)\n"
    "  --run-limit T       kill a run that takes longer, as a finding (\"60s\"; \"0s\": never)\n"
    "  --step-limit N      stop a run after so many steps, as a finding\n"
    "  --strict            what a scenario expects to fail is a finding, too\n"
    "\n"
    "When to stop\n"
    "  --until-failures K  after K findings\n"
    "  --until-covered N   when everything was reached, or N runs in a row reached nothing new\n"
    "  --time-limit T      after this time of the wall clock (\"10m\")\n"
    "\n"
    "What to write\n"
    "  --out FILE          a line for each run (JSON Lines); what FILE has already is not run\n"
    "                      again, so the same command goes on where it was stopped\n"
    "  --capsules FOLDER   the first finding of each cause, as a capsule (ringside capsule)\n"
    "  --shrink            and each of them made small, beside its capsule (ringside shrink)\n"
    "  --coverage          list what was never reached\n"
    "\n"
    "Exit codes: 0 nothing found, 1 findings, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside sweep standard --seeds 1..10000 --out results.jsonl\n"
    "  ringside sweep demo --set safeguards.newer-wins=false --capsules found\n"
    "  ringside sweep swarm --seeds 1000000 --time-limit 8h --out night.jsonl\n";

/* --- Ctrl-C --------------------------------------------------------------------------------- */

static volatile int stop_count;

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop_count++;
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* --- options -------------------------------------------------------------------------------- */

/* Whoever names scenarios by a pattern names their schema, too, which lies beside them. */
static void leave_out_schemas(struct sweep_options *o)
{
    static const char end[] = ".schema.json";
    uint32_t kept = 0;
    for (uint32_t i = 0; i < o->file_count; i++) {
        size_t size = strlen(o->files[i]), tail = sizeof end - 1;
        if (size < tail || strcmp(o->files[i] + size - tail, end) != 0)
            o->files[kept++] = o->files[i];
    }
    o->file_count = kept;
}

static bool read_options(int argc, char **argv, struct sweep_options *o)
{
    const struct option options[] = {
        {"--seeds", true, &o->seeds, NULL, NULL},
        {"--jobs", true, &o->jobs, NULL, NULL},
        {"--shard", true, &o->shard, NULL, NULL},
        {"--until-failures", true, &o->failures, NULL, NULL},
        {"--until-covered", true, &o->covered, NULL, NULL},
        {"--time-limit", true, &o->time, NULL, NULL},
        {"--run-limit", true, &o->run_time, NULL, NULL},
        {"--step-limit", true, &o->steps, NULL, NULL},
        {"--out", true, &o->out, NULL, NULL},
        {"--strict", false, &o->strict, NULL, NULL},
        {"--coverage", false, &o->coverage, NULL, NULL},
        {"--capsules", true, &o->capsules, NULL, NULL},
        {"--shrink", false, &o->shrink, NULL, NULL},
        {"--set", true, NULL, &o->sets, &o->set_count},
    };
    if (!options_read(&command_sweep, argc, argv, options, ARRAY_LEN(options), o->files,
                      SWEEP_SCENARIOS_MAX, &o->file_count))
        return false;
    if (o->shrink && !o->capsules)
        return usage_error("--shrink needs --capsules FOLDER, where it writes"), false;
    leave_out_schemas(o);
    return o->file_count > 0 || ask_file("sweep", NULL, NULL);
}

static bool read_seeds(const char *text, struct result_header *header)
{
    char first[24] = "1";
    const char *dots = text ? strstr(text, "..") : NULL, *last = dots ? dots + 2 : text;
    header->first_seed = 1;
    header->last_seed = 1000;
    if (!text)
        return true;
    if (dots)
        snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
    if (parse_u64(first, &header->first_seed) && parse_u64(last, &header->last_seed) &&
        header->first_seed <= header->last_seed && header->last_seed <= RESULT_SEED_MAX)
        return true;
    return usage_error("--seeds takes a range such as 1..1000, the smaller number first and below "
                       "2^53, not \"%s\"",
                       text),
           false;
}

static bool read_count(const char *name, const char *text, uint64_t max, uint64_t *count)
{
    if (!text || (parse_u64(text, count) && *count > 0 && *count <= max))
        return true;
    return usage_error("%s takes a whole number from 1 to %llu, not \"%s\"", name,
                       (unsigned long long)max, text),
           false;
}

static bool read_seconds(const char *name, const char *text, double *seconds)
{
    char mistake[200];
    struct text words;
    vtime time;
    text_init(&words, mistake, sizeof mistake);
    if (!text)
        return true;
    if (!units_parse_time(units_word(text), &time, &words))
        return usage_error("%s: %s", name, mistake), false;
    *seconds = (double)time / 1e9;
    return true;
}

static bool read_shard(const char *text, struct result_header *header)
{
    char why[300];
    header->shard = header->shard_count = 1;
    return !text || shard_read(text, &header->shard, &header->shard_count, why, sizeof why) ||
           (usage_error("--shard: %s", why), false);
}

static bool read_order(struct sweep_job *job)
{
    const struct sweep_options *o = &job->options;
    struct sweep_order *order = &job->order;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = processors > 0 ? (uint64_t)processors : 1;
    order->seed_limit = 60;
    order->out = o->out;
    order->header.is_strict = o->strict != NULL;
    order->is_stopped = &stop_count;
    if (!read_seeds(o->seeds, &order->header) || !read_shard(o->shard, &order->header) ||
        !read_count("--jobs", o->jobs, 256, &jobs) ||
        !read_count("--until-failures", o->failures, UINT64_MAX, &order->until_failures) ||
        !read_count("--until-covered", o->covered, UINT64_MAX, &order->until_flat) ||
        !read_count("--step-limit", o->steps, UINT64_MAX, &order->step_limit) ||
        !read_seconds("--time-limit", o->time, &order->time_limit) ||
        !read_seconds("--run-limit", o->run_time, &order->seed_limit))
        return false;
    order->jobs = (uint32_t)jobs;
    return true;
}

/* --- scenarios ------------------------------------------------------------------------------ */

static bool is_name_taken(const struct result_header *header, const char *name)
{
    for (uint32_t i = 0; i < header->scenario_count; i++)
        if (strcmp(header->scenarios[i].name, name) == 0)
            return true;
    return false;
}

static bool load_scenario(struct sweep_job *job, const char *file)
{
    const struct sweep_options *o = &job->options;
    struct result_header *header = &job->order.header;
    struct scenario *scenario = ask_file_only("sweep", file, o->sets, o->set_count);
    if (!scenario)
        return false;
    job->scenarios[header->scenario_count] = scenario;
    if (is_name_taken(header, scenario->name)) {
        usage_error("%s: two scenarios are called \"%s\"; results are kept by name", file,
                    scenario->name);
        scenario_free(scenario);
        return false;
    }
    struct result_scenario *entry = &header->scenarios[header->scenario_count++];
    snprintf(entry->name, sizeof entry->name, "%s", scenario->name);
    entry->text = result_text_hash(scenario->text);
    return true;
}

static bool load_scenarios(struct sweep_job *job)
{
    struct result_header *header = &job->order.header;
    snprintf(header->program, sizeof header->program, "%s", RINGSIDE_VERSION);
    header->trace = TRACE_VERSION;
    header->draws = MIX_VERSION;
    header->points = COVER_COUNT;
    job->order.scenarios = job->scenarios;
    for (uint32_t i = 0; i < job->options.file_count; i++)
        if (!load_scenario(job, job->options.files[i]))
            return false;
    return true;
}

static int sweep_main(int argc, char **argv)
{
    static struct sweep_job job; /* large */
    int code = EXIT_USAGE;
    watch_signals();
    if (read_options(argc, argv, &job.options) && read_order(&job) && load_scenarios(&job))
        code = sweep_job_run(&job);
    for (uint32_t i = 0; i < job.order.header.scenario_count; i++)
        scenario_free(job.scenarios[i]);
    free(job.options.sets);
    return code;
}

const struct command command_sweep = {"sweep", "run many seeds, and group what they find",
                                      sweep_help, sweep_main};
