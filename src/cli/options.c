/*
 * options.c: reading a subcommand's options and operands.
 *
 * "--name value" and "--name=value" mean the same; an unknown option is answered
 * with the nearest one; --help prints the command's page, wherever it stands.
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"

int usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("ringside: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return EXIT_USAGE;
}

static const struct option *find_option(const struct option *options, uint32_t count,
                                        const char *name, size_t size)
{
    for (uint32_t i = 0; i < count; i++)
        if (strlen(options[i].name) == size && strncmp(options[i].name, name, size) == 0)
            return &options[i];
    return NULL;
}

static void unknown_option(const struct command *command, const struct option *options,
                           uint32_t count, const char *name)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < count; i++)
        nearest_offer_string(&nearest, options[i].name);
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    usage_error("%s has no option \"%s\"%s (ringside %s --help lists them)", command->name, name,
                hint, command->name);
}

static void store(const struct option *option, const char *value)
{
    if (option->value)
        *option->value = value;
    if (!option->values)
        return;
    *option->values =
        realloc(*option->values, (*option->value_count + 1) * sizeof **option->values);
    CHECK_WHY(*option->values != NULL, "out of memory");
    (*option->values)[(*option->value_count)++] = value;
}

/* One option at argv[*index], perhaps with its value behind it. */
static bool read_option(const struct command *command, const struct option *options, uint32_t count,
                        int argc, char **argv, int *index)
{
    const char *argument = argv[*index];
    const char *equals = strchr(argument, '=');
    size_t size = equals ? (size_t)(equals - argument) : strlen(argument);
    const struct option *option = find_option(options, count, argument, size);
    if (!option) {
        unknown_option(command, options, count, argument);
        return false;
    }
    if (!option->takes_value) {
        if (equals) {
            usage_error("%s takes no value", option->name);
            return false;
        }
        store(option, "");
        return true;
    }
    if (!equals && *index + 1 >= argc) {
        usage_error("%s needs a value", option->name);
        return false;
    }
    store(option, equals ? equals + 1 : argv[++*index]);
    return true;
}

/* Somebody only wants to know which options there are. */
static struct option_list *listener;

void options_tell(const struct command *command, struct option_list *list)
{
    char name[32];
    char *argv[] = {name, NULL};
    snprintf(name, sizeof name, "%s", command->name);
    list->count = 0;
    listener = list;
    command->run(1, argv); /* which reads its options first, and then hears that they are wrong */
    listener = NULL;
}

bool options_read(const struct command *command, int argc, char **argv,
                  const struct option *options, uint32_t option_count, const char **operands,
                  uint32_t operand_max, uint32_t *operand_count)
{
    *operand_count = 0;
    if (listener) {
        CHECK(option_count <= ARRAY_LEN(listener->options));
        for (uint32_t i = 0; i < option_count; i++)
            listener->options[listener->count++] = options[i];
        return false;
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(command->help, stdout);
            exit(EXIT_HOLDS);
        }
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!read_option(command, options, option_count, argc, argv, &i))
                return false;
        } else if (*operand_count < operand_max) {
            operands[(*operand_count)++] = argv[i];
        } else {
            usage_error("%s does not know what to do with \"%s\"", command->name, argv[i]);
            return false;
        }
    }
    return true;
}

bool parse_u64(const char *text, uint64_t *number)
{
    uint64_t result = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || result > (UINT64_MAX - (uint64_t)(*text - '0')) / 10)
            return false;
        result = result * 10 + (uint64_t)(*text - '0');
    }
    *number = result;
    return true;
}
