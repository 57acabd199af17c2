/*
 * cmd_shrink.c: ringside shrink: the smallest scenario that fails the same check.
 *
 * Here are options, progress and the file; hunt/shrink/shrink.h does the work. A scenario with a
 * swarm is spelled out for its seed first, so what is shrunk is always plain.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/cli.h"
#include "cli/files/whole_file.h"
#include "cli/hunt/sweep_print.h"
#include "cli/run/ask.h"
#include "hunt/shrink/shrink.h"

#define SEED_LIMIT (UINT64_C(1) << 53)

static const char shrink_help[] =
    "usage: ringside shrink SCENARIO|CAPSULE [options]\n"
    "\n"
    "Make a failing run small: lines of the timeline, operations, clients, keys, nodes and\n"
    "settings are left out, and values made round, as long as the same check fails in the same\n"
    "way. What is generated (a swarm, a client's loop) is first written out as the lines that it\n"
    "came to.\n"
    "\n"
    "  -o FILE             where to (NAME-SEED-min.json); - is the terminal\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario first; may be repeated\n"
    "  --keep PATH         leave this value as it is (\"cluster.nodes\"); may be repeated\n"
    "  --time-limit T      stop after this time of the wall clock (\"1m\") with what there is\n"
    "  --run-limit T       a run that takes longer is killed, and hangs (\"10s\")\n"
    "  --jobs J            processes (one for each processor); the result does not depend on it\n"
    "  --no-proof          leave out the last pass, which tries every single removal once more\n"
    "\n"
    "Ctrl-C stops, and writes the smallest so far.\n"
    "\n"
    "Exit codes: 0 it is 1-minimal (no single removal fails alike), 1 stopped before that,\n"
    "2 nothing fails, usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside shrink demo --seed 100 --set safeguards.newer-wins=false -o min.json\n"
    "  ringside shrink swarm --seed 2 --set safeguards.digests-resolved=false -o min.json\n"
    "  ringside shrink found/demo-1.json --time-limit 1m\n";

struct shrink_options {
    const char *file, *out, *seed, *time, *run_time, *jobs, *unproven;
    const char **sets, **keep;
    uint32_t set_count, keep_count;
};

/* --- Ctrl-C ---------------------------------------------------------------------------------- */

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

/* --- words ----------------------------------------------------------------------------------- */

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void print_size(const struct shrink_size *size, FILE *out)
{
    char duration[40];
    struct text text;
    text_init(&text, duration, sizeof duration);
    text_time(&text, size->duration);
    fprintf(out, "%u fault line%s, %u operation%s, %u client%s, %u key%s, %u node%s, %s",
            size->faults, plural(size->faults), size->operations, plural(size->operations),
            size->clients, plural(size->clients), size->keys, plural(size->keys), size->nodes,
            plural(size->nodes), duration);
}

static void tell(void *host, const struct shrink_progress *progress)
{
    bool *has_line = host;
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K%u lines left (%u + %u), %llu runs, %.0f s: %s",
            progress->size.faults + progress->size.operations, progress->size.faults,
            progress->size.operations, (unsigned long long)progress->runs, progress->seconds,
            progress->step);
    *has_line = true;
}

static void print_end(const struct shrink_result *result)
{
    switch (result->end) {
    case SHRINK_MINIMAL:
        printf("1-minimal: %llu removals tried, none fails\n",
               (unsigned long long)result->removals);
        break;
    case SHRINK_UNPROVEN: puts("not proven: --no-proof"); break;
    case SHRINK_TIME: puts("stopped at the time limit: the smallest so far"); break;
    case SHRINK_STOPPED: puts("stopped, as somebody wanted: the smallest so far"); break;
    }
}

static void print_command(const char *what, const char *path, FILE *out)
{
    fprintf(out, "  %s %s", program_name, what);
    print_argument(out, path);
    fputs(strcmp(what, "play") == 0 ? " --at violation\n" : "\n", out);
}

static void print_result(const struct shrink_result *result, const char *path)
{
    const struct shrink_facts *facts = &result->facts;
    printf("%s: %s\n", *facts->check ? facts->check : trial_end_words[facts->end],
           facts->sentence);
    fputs("  from  ", stdout);
    print_size(&result->before, stdout);
    fputs("\n  to    ", stdout);
    print_size(&result->after, stdout);
    printf("\n  in    %.1f s, %llu runs, %llu known before\n", result->seconds,
           (unsigned long long)result->runs, (unsigned long long)result->known);
    print_end(result);
    printf("written to %s; look at it:\n", path);
    print_command("play", path, stdout);
    print_command("why", path, stdout);
}

/* --- the work -------------------------------------------------------------------------------- */

static bool write_file(const char *path, const char *content)
{
    struct whole_file file;
    char why[200];
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("-o: %s", why), false;
    fputs(content, file.out);
    return whole_file_finish(&file, why, sizeof why) || (usage_error("-o: %s", why), false);
}

/* The file and its overrides, as they stand in a command. */
static char *source_text(const struct shrink_options *o)
{
    size_t size = strlen(o->file) + 1;
    for (uint32_t i = 0; i < o->set_count; i++)
        size += strlen(o->sets[i]) + sizeof " --set ";
    char *text = malloc(size);
    CHECK_WHY(text, "out of memory");
    strcpy(text, o->file);
    for (uint32_t i = 0; i < o->set_count; i++)
        strcat(strcat(text, " --set "), o->sets[i]);
    return text;
}

static int shrink_and_write(const struct shrink_options *o, struct shrink_order *order)
{
    static struct shrink_result result; /* large */
    char why[900], name[LABEL_MAX + 40];
    bool has_line = false;
    order->is_stopped = &stop_count;
    order->tell = tell;
    order->host = &has_line;
    bool is_done = shrink_scenario(order, &result, why, sizeof why);
    if (has_line)
        fputs("\r\033[K", stderr);
    if (!is_done)
        return usage_error("%s", why);
    snprintf(name, sizeof name, "%s-%llu-min.json", order->scenario->name,
             (unsigned long long)order->seed);
    const char *path = o->out ? o->out : name;
    bool is_written = write_file(path, result.text);
    free(result.text);
    if (is_written && strcmp(path, "-") != 0)
        print_result(&result, path);
    bool is_whole = result.end == SHRINK_MINIMAL || result.end == SHRINK_UNPROVEN;
    return !is_written ? EXIT_USAGE : is_whole ? EXIT_HOLDS : EXIT_CHECK_FAILED;
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

static bool read_options(int argc, char **argv, struct shrink_options *o,
                         struct shrink_order *order)
{
    uint32_t count;
    uint64_t jobs = (uint64_t)MAX(sysconf(_SC_NPROCESSORS_ONLN), 1L);
    const struct option options[] = {
        {"-o", true, &o->out, NULL, NULL},
        {"--seed", true, &o->seed, NULL, NULL},
        {"--set", true, NULL, &o->sets, &o->set_count},
        {"--keep", true, NULL, &o->keep, &o->keep_count},
        {"--time-limit", true, &o->time, NULL, NULL},
        {"--run-limit", true, &o->run_time, NULL, NULL},
        {"--jobs", true, &o->jobs, NULL, NULL},
        {"--no-proof", false, &o->unproven, NULL, NULL},
    };
    if (!options_read(&command_shrink, argc, argv, options, ARRAY_LEN(options), &o->file, 1,
                      &count))
        return false;
    if (count == 0)
        return ask_file("shrink", NULL, NULL);
    if (o->seed && (!parse_u64(o->seed, &order->seed) || order->seed > SEED_LIMIT))
        return usage_error("--seed takes a whole number up to 2^53, not \"%s\"", o->seed), false;
    if (o->jobs && (!parse_u64(o->jobs, &jobs) || jobs < 1 || jobs > 256))
        return usage_error("--jobs takes a whole number from 1 to 256, not \"%s\"", o->jobs),
               false;
    order->jobs = (uint32_t)jobs;
    order->keep = o->keep;
    order->keep_count = o->keep_count;
    order->is_unproven = o->unproven != NULL;
    order->run_limit = 10;
    return read_seconds("--time-limit", o->time, &order->time_limit) &&
           read_seconds("--run-limit", o->run_time, &order->run_limit);
}

static int shrink_main(int argc, char **argv)
{
    struct shrink_options o = {0};
    struct shrink_order order = {0};
    struct json_error error = {0};
    if (!read_options(argc, argv, &o, &order))
        return EXIT_USAGE;
    watch_signals();
    struct scenario *given = ask_file_only("shrink", o.file, o.sets, o.set_count);
    if (!given)
        return EXIT_USAGE;
    if (!o.seed)
        order.seed = given->seed;
    struct scenario *plain = scenario_expand(given, order.seed, &error);
    scenario_free(given);
    if (!plain)
        return usage_error("%s", error.text);
    char *source = source_text(&o);
    order.source = source;
    order.scenario = plain;
    int code = shrink_and_write(&o, &order);
    scenario_free(plain);
    free(source);
    free(o.sets);
    free(o.keep);
    return code;
}

const struct command command_shrink = {"shrink", "make a failing run as small as it can be",
                                       shrink_help, shrink_main};
