/*
 * cmd_faults.c: ringside faults: the table of fault kinds, as a list or as the page has it.
 *
 * docs/faults.md holds what --page prints; a test compares the two.
 * The table itself is sim/fault/fault_kinds.def.
 */
#include <string.h>

#include "base/nearest.h"
#include "cli/cli.h"
#include "sim/fault/fault_kind.h"

static const char *hold_text(uint32_t hold)
{
    static const char *const texts[] = {"nothing",
                                        "the process and its disk",
                                        "the speed of a machine",
                                        "the speed of a disk",
                                        "the room on a disk",
                                        "the clock of a machine",
                                        "how the links from a node behave",
                                        "who is a member",
                                        "how clients go about it"};
    _Static_assert(ARRAY_LEN(texts) == HOLD_COUNT, "a text for each hold");
    return texts[hold];
}

static const char *stay_text(uint32_t stay)
{
    static const char *const texts[] = {"for a while", "what it did stays", "a moment"};
    return texts[stay];
}

static void print_fault(uint32_t kind)
{
    const struct fault_info *info = &fault_table[kind];
    printf("%s (%s)\n    fault     %s\n    seen      %s\n    cure      %s\n    takes     %s; %s\n",
           info->name, fault_family_name(info->family), info->meaning, info->incident, info->cure,
           hold_text(info->hold), stay_text(info->stay));
}

static void print_page(void)
{
    for (uint32_t family = 0; family < FAMILY_COUNT; family++) {
        printf("\n### %s\n\n| kind | what happens | seen | cure | takes hold of | stays |\n"
               "|---|---|---|---|---|---|\n",
               fault_family_name(family));
        for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++) {
            const struct fault_info *info = &fault_table[kind];
            if (info->family == family)
                printf("| `%s` | %s | %s | %s | %s | %s |\n", info->name, info->meaning,
                       info->incident, info->cure, hold_text(info->hold), stay_text(info->stay));
        }
    }
}

static int unknown_fault(const char *name)
{
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)name, (uint32_t)strlen(name)});
    for (uint32_t i = 0; i < FAULT_KIND_COUNT; i++)
        nearest_offer_string(&nearest, fault_table[i].name);
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; ringside faults lists them");
    return usage_error("there is no kind of fault \"%s\"%s", name, hint);
}

static int faults_main(int argc, char **argv)
{
    const char *name = NULL, *page = NULL;
    uint32_t count;
    const struct option options[] = {{"--page", false, &page, NULL, NULL}};
    if (!options_read(&command_faults, argc, argv, options, ARRAY_LEN(options), &name, 1, &count))
        return EXIT_USAGE;
    if (page) {
        print_page();
        return EXIT_HOLDS;
    }
    bool is_found = false;
    for (uint32_t i = 0; i < FAULT_KIND_COUNT; i++)
        if (!name || strcmp(name, fault_table[i].name) == 0) {
            print_fault(i);
            is_found = true;
        }
    return is_found ? EXIT_HOLDS : unknown_fault(name);
}

const struct command command_faults = {
    "faults", "list the kinds of fault that a swarm draws from",
    "usage: ringside faults [NAME] [--page]\n"
    "\n"
    "Every kind of fault: what happens, who has seen it, and what a correct database does about "
    "it.\n"
    "A scenario draws from them with \"faults\": {\"swarm\": {...}} (docs/faults.md).\n"
    "\n"
    "  --page   as the tables of docs/faults.md\n"
    "\n"
    "Exit codes: 0 done, 2 there is no such kind, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside faults\n"
    "  ringside faults torn-write\n",
    faults_main};
