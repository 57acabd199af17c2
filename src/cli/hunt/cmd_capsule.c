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
#include "scenario/expand.h"

static const char capsule_help[] =
    "usage: ringside capsule SCENARIO [options]\n"
    "\n"
    "Put a run into one small file: scenario with all overrides, seed, versions, digest, and the\n"
    "check that fails with its sentence. It stands wherever a scenario does (ringside play FILE\n"
    "begins where the check fails), and ringside replay FILE says whether the run is the same\n"
    "elsewhere.\n"
    "\n"
    "  -o FILE             where to (NAME-SEED.json)\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "\n"
    "Exit codes: 0 nothing fails in it, 1 a check fails, 2 usage or bad input, 3 a bug\n"
    "Example: ringside capsule scenarios/demo.json --seed 100 -o found.json\n";

struct capsule_options {
    const char *file, *seed, *out;
    const char **sets;
    uint32_t set_count;
};

static int write_capsule(const struct capsule_options *o, const struct scenario *scenario,
                         uint64_t seed, struct trial_bench *bench)
{
    static struct capsule capsule;
    char name[LABEL_MAX + 40];
    struct stat about;
    snprintf(name, sizeof name, "%s-%llu.json", scenario->name, (unsigned long long)seed);
    const char *path = o->out ? o->out : name;
    char *command = capsule_command(o->file, seed, o->sets, o->set_count);
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
        {"-o", true, &o.out, NULL, NULL},
        {"--seed", true, &o.seed, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    uint32_t count;
    uint64_t seed = 0;
    struct json_error error = {0};
    struct trial_bench bench;
    const char *why;
    if (!options_read(&command_capsule, argc, argv, options, ARRAY_LEN(options), &o.file, 1,
                      &count))
        return EXIT_USAGE;
    if (count == 0)
        return usage_error("capsule needs a scenario file (ringside capsule --help)");
    if (o.seed && (!parse_u64(o.seed, &seed) || seed > CAPSULE_SEED_MAX))
        return usage_error("--seed takes a whole number below 2^53, not \"%s\"", o.seed);
    struct scenario *scenario =
        scenario_open(o.file, o.sets, o.set_count, o.seed ? &seed : NULL, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    int code = EXIT_USAGE;
    if (trial_bench_open(&bench, &why)) {
        code = write_capsule(&o, scenario, o.seed ? seed : scenario->seed, &bench);
        trial_bench_close(&bench);
    } else
        usage_error("%s", why);
    scenario_free(scenario);
    free(o.sets);
    return code;
}

const struct command command_capsule = {"capsule", "put a run into one small file", capsule_help,
                                        capsule_main};
