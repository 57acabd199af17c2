/*
 * main.c: ringside, the command.
 *
 * One table of subcommands (cli.h), each in a file of its own; this one finds the
 * right one, prints the help and the versions, and suggests the nearest word for a
 * command that does not exist.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "base/nearest.h"
#include "base/units.h"
#include "cli/files/places.h"
#include "db/message.h"

/* By what a person wants to do; the help has a heading for each group. */
static const struct {
    uint32_t first; /* place in `commands` */
    const char *heading;
} groups[] = {
    {0, "Run, watch, and ask"},
    {6, "Hunt over many seeds"},
    {12, "Write it for others"},
    {13, "Judge and compare"},
    {16, "Know what there is"},
};

const struct command *const commands[] = {
    &command_run,   &command_play,       &command_why,     &command_status, &command_metrics,
    &command_hot,
    &command_sweep, &command_merge,      &command_shrink,  &command_explore, /* hunt */
    &command_capsule, &command_expand,
    &command_export,                                                         /* for others */
    &command_check, &command_replay,     &command_validate,                  /* judge */
    &command_ring,  &command_safeguards, &command_faults,  &command_actions, /* know */
    &command_wire,  &command_completion,
};
const uint32_t command_count = ARRAY_LEN(commands);

const char *program_name = "ringside";

static void print_help(void)
{
    puts("ringside: see, learn and test how a distributed database behaves when things break\n"
         "\n"
         "usage: ringside COMMAND [ARGUMENTS]\n");
    for (uint32_t i = 0, group = 0; i < command_count; i++) {
        if (group < ARRAY_LEN(groups) && groups[group].first == i)
            printf("%s%s\n", i ? "\n" : "", groups[group++].heading);
        printf("  %-11s %s\n", commands[i]->name, commands[i]->summary);
    }
    puts("\n"
         "FILE is a scenario: a file, or the name of one that came with Ringside (\"demo\").\n"
         "  ringside COMMAND --help   everything about one command\n"
         "  ringside --version        versions of program, trace and random draws\n"
         "  ringside completion bash  what makes a shell complete all of this\n"
         "\n"
         "Exit codes: 0 all checks hold, 1 a check failed, 2 usage or bad input, 3 a bug in "
         "Ringside");
}

/* For somebody who typed nothing yet. */
static void print_start(void)
{
    char path[PLACE_MAX];
    if (!place_scenario("first-steps", path))
        snprintf(path, sizeof path, "FILE");
    printf("\n"
           "Examples:\n"
           "  ringside play                  a window, and one thing to do: type this first\n"
           "  ringside run %s -v\n",
           path);
}

static void print_version(void)
{
    printf("ringside %s\ntrace format %d\nrandom draws %d\nwire format %d\n", RINGSIDE_VERSION,
           TRACE_VERSION, MIX_VERSION, WIRE_VERSION);
}

static int unknown_command(const char *name)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < command_count; i++)
        nearest_offer_string(&nearest, commands[i]->name);
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; see ringside --help");
    return usage_error("there is no command \"%s\"%s", name, hint);
}

int main(int argc, char **argv)
{
    if (argc > 0 && argv[0][0])
        program_name = argv[0];
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        print_start();
        return argc < 2 ? EXIT_USAGE : EXIT_HOLDS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return EXIT_HOLDS;
    }
    for (uint32_t i = 0; i < command_count; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    return unknown_command(argv[1]);
}
