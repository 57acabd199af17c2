/*
 * cmd_capsule.c: ringside capsule: a run as one small file.
 *
 * The run is made here, once to see what it comes to and once for the digests on the way; so a
 * capsule is never written of something that was not run.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/hunt/capsule_file.h"
#include "cli/cli.h"
#include "cli/hunt/sweep_print.h"
#include "cli/run/ask.h"

static const char capsule_help[] =
    "usage: ringside capsule FILE [options]\n"
    "\n"
    "Put a run into one small file: scenario with all overrides, seed, versions, digest, and the\n"
    "check that fails with its sentence. It stands wherever a scenario does: ringside play opens\n"
    "it where the check fails; ringside replay says whether the run is the same elsewhere.\n"
    "\n" ASK_SCENARIO_HELP
    "\n"
    "What to write\n"
    "  -o CAPSULE          where to (NAME-SEED.json)\n"
    "\n"
    "Exit codes: 0 nothing fails in it, 1 a check fails, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside capsule demo --seed 100 --set safeguards.newer-wins=false -o found.json\n"
    "  ringside capsule swarm --seed 7 && ringside play swarm-7.json\n";

struct capsule_options {
    struct ask ask;
    const char *out;
};

static int write_capsule(const struct capsule_options *o, const struct scenario *scenario,
                         uint64_t seed, struct trial_bench *bench)
{
    static struct capsule capsule;
    char name[LABEL_MAX + 40];
    struct stat about;
    snprintf(name, sizeof name, "%s-%llu.json", scenario->name, (unsigned long long)seed);
    const char *path = o->out ? o->out : name;
    char *command = capsule_command(o->ask.file, seed, o->ask.sets, o->ask.set_count);
    bool is_written = capsule_write(bench, scenario, seed, NULL, command, path, &capsule);
    free(command);
    if (!is_written)
        return EXIT_USAGE;
    printf("%s: %lld bytes, %s\n", path,
           stat(path, &about) == 0 ? (long long)about.st_size : 0LL, capsule.end);
    if (*capsule.check)
        printf("  %s: %s\n", capsule.check, capsule.sentence);
    printf("open it: %s play", program_name);
    print_argument(stdout, path);
    putchar('\n');
    return *capsule.check ? EXIT_CHECK_FAILED : EXIT_HOLDS;
}

static int capsule_main(int argc, char **argv)
{
    struct capsule_options o = {0};
    const struct option options[] = {
        ASK_SCENARIO_OPTIONS(&o.ask),
        {"-o", true, &o.out, NULL, NULL},
    };
    uint32_t count;
    uint64_t seed = 0;
    struct trial_bench bench;
    const char *why;
    int code = EXIT_USAGE;
    if (!options_read(&command_capsule, argc, argv, options, ARRAY_LEN(options), &o.ask.file, 1,
                      &count))
        return EXIT_USAGE;
    struct scenario *scenario = ask_scenario("capsule", &o.ask, &seed);
    if (!scenario)
        return EXIT_USAGE;
    if (seed > CAPSULE_SEED_MAX)
        usage_error("a capsule takes seeds below 2^53, not %llu", (unsigned long long)seed);
    else if (!trial_bench_open(&bench, &why))
        usage_error("%s", why);
    else {
        code = write_capsule(&o, scenario, seed, &bench);
        trial_bench_close(&bench);
    }
    scenario_free(scenario);
    free(o.ask.sets);
    return code;
}

const struct command command_capsule = {"capsule", "put a run into one small file", capsule_help,
                                        capsule_main};
