/*
 * cmd_tables.c: the commands that print a table of the house: actions, wire format.
 * Each is made from the table that the program itself uses, so it is never out of
 * date; docs/wire-format.md is `ringside wire` and a test compares them.
 */
#include "cli/cli.h"
#include "db/level.h"
#include "db/message.h"
#include "sim/world/action.h"

static bool has_no_arguments(const struct command *command, int argc, char **argv)
{
    const char *operand;
    uint32_t count;
    return options_read(command, argc, argv, NULL, 0, &operand, 0, &count);
}

static int actions_main(int argc, char **argv)
{
    static const char *const meanings[] = {
#define ACTION(identifier, name, meaning) meaning,
        ACTIONS(ACTION)
#undef ACTION
    };
    if (!has_no_arguments(&command_actions, argc, argv))
        return EXIT_USAGE;
    for (uint32_t i = 0; i < ACTION_KIND_COUNT; i++)
        printf("%-14s %s\n", action_name(i), meanings[i]);
    return EXIT_HOLDS;
}

const struct command command_actions = {
    "actions", "list what a timeline can do to the cluster",
    "usage: ringside actions\n"
    "\n"
    "Every action that a scenario's timeline may hold; docs/scenarios.md shows how each is\n"
    "written.\n"
    "\n"
    "Exit codes: 0 done, 2 usage\n"
    "\n"
    "Examples:\n"
    "  ringside actions | grep disk\n",
    actions_main};

static const char *const type_names[] = {"u8", "flag", "u64", "i64", "key", "bytes", "level"};

/* The page docs/wire-format.md is this output; a test compares the two. */
static int wire_main(int argc, char **argv)
{
    if (!has_no_arguments(&command_wire, argc, argv))
        return EXIT_USAGE;
    printf("# Wire format, version %d\n\n"
           "Made by `ringside wire` from the one table in `src/db/message.h`.\n\n"
           "A frame is a header of %d bytes and a payload; all integers are little-endian.\n\n"
           "| offset | size | field |\n| --- | --- | --- |\n"
           "| 0 | 1 | magic, 0x%02x |\n| 1 | 1 | version, %d |\n| 2 | 1 | kind |\n"
           "| 3 | 1 | round: tells apart messages of one kind about one request |\n"
           "| 4 | 4 | size of the payload |\n"
           "| 8 | 4 | CRC32C over bytes 0 to 7 and the payload |\n"
           "| 12 | | payload: the fields below, in order, without padding |\n\n"
           "`flag` is one byte, 0 or 1; `key` is a size in 2 bytes and that many bytes; `bytes`\n"
           "is a size in 4 bytes and that many bytes; `level` is one byte, 0 to %d.\n",
           WIRE_VERSION, WIRE_HEADER_BYTES, WIRE_MAGIC, WIRE_VERSION, LEVEL_COUNT - 1);
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        const struct wire_layout *layout = &message_table[kind];
        printf("\n## %u `%s` %s\n\n| type | field | meaning |\n| --- | --- | --- |\n", kind,
               layout->letter, layout->name);
        for (uint32_t i = 0; i < layout->field_count; i++)
            printf("| %s | %s | %s |\n", type_names[layout->fields[i].type], layout->fields[i].name,
                   layout->fields[i].meaning);
    }
    return EXIT_HOLDS;
}

const struct command command_wire = {
    "wire", "print the format of every message",
    "usage: ringside wire\n"
    "\n"
    "The wire format as Markdown, made from the table that also makes encoder and decoder.\n"
    "\n"
    "Exit codes: 0 done, 2 usage\n"
    "\n"
    "Examples:\n"
    "  ringside wire | less\n",
    wire_main};
