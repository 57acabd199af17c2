/*
 * completion.c: ringside completion: the words that a shell can complete, as a script for it.
 *
 * Nothing is listed here twice: a command is asked for its options with `options_tell`, which is
 * the very table it reads with, and its help is asked for the meaning of each and for the words it
 * takes ("table|json|csv"). What a command works on stands in its usage line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/files/places.h"

static const char completion_help[] =
    "usage: ringside completion bash|zsh|fish\n"
    "       ringside completion --scenarios\n"
    "\n"
    "Print what makes a shell complete commands, options, their words, and scenarios by name.\n"
    "\n"
    "What to print\n"
    "  --scenarios         the names of the scenarios that came with Ringside, one a line\n"
    "\n"
    "Exit codes: 0 done, 2 usage\n"
    "\n"
    "Examples:\n"
    "  source <(ringside completion bash)\n"
    "  ringside completion zsh >~/.zfunc/_ringside\n"
    "  ringside completion fish >~/.config/fish/completions/ringside.fish\n";

#define WORD_MAX 200

/* --- what the help says ---------------------------------------------------------------------- */

/* The line of the help that begins with this option; NULL when there is none. */
static const char *line_of(const char *help, const char *option)
{
    size_t size = strlen(option);
    for (const char *line = help; line; line = strchr(line, '\n'), line += line != NULL) {
        const char *at = line + strspn(line, " ");
        if (at - line == 2 && strncmp(at, option, size) == 0 && strchr(" \n,", at[size]))
            return at;
    }
    return NULL;
}

/* "another seed than the scenario's own", without what a shell would read. */
static void meaning_of(const char *help, const char *option, char text[WORD_MAX])
{
    const char *line = line_of(help, option);
    const char *end = line ? strchr(line, '\n') : NULL;
    const char *gap = line ? strstr(line, "  ") : NULL;
    size_t used = 0;
    if (end && (!gap || gap > end)) /* it stands below */
        gap = end + 1, end = strchr(gap, '\n');
    if (gap && end)
        for (gap += strspn(gap, " "); gap < end && used + 1 < WORD_MAX; gap++)
            if (!strchr("'\"[]:\\`$", *gap))
                text[used++] = *gap;
    text[used] = '\0';
}

/* "table json csv" of "--format table|json|csv"; "" when any word goes. */
static void words_of(const char *at, char text[WORD_MAX])
{
    size_t size = at ? strcspn(at, " \n[]") : 0;
    *text = '\0';
    if (size == 0 || size >= WORD_MAX || !memchr(at, '|', size) || memchr(at, '.', size))
        return;
    memcpy(text, at, size);
    text[size] = '\0';
    for (char *bar; (bar = strchr(text, '|')) != NULL;)
        *bar = ' ';
}

static const char *value_of(const char *help, const char *option)
{
    const char *line = line_of(help, option);
    return line ? line + strlen(option) + 1 : NULL;
}

static bool is_file(const char *help, const char *option)
{
    const char *value = value_of(help, option);
    return value && strncmp(value, "FILE", 4) == 0;
}

/* Behind "usage: ringside NAME ". */
static const char *usage_of(const struct command *command)
{
    size_t before = strlen("usage: ringside ") + strlen(command->name);
    return command->help + before + (command->help[before] == ' ');
}

/* How a shell completes what the command works on. */
enum operand { OPERAND_NONE, OPERAND_SCENARIO, OPERAND_FILE, OPERAND_WORDS };

static enum operand operand_of(const struct command *command, char words[WORD_MAX])
{
    const char *usage = usage_of(command);
    size_t size = strcspn(usage, " \n");
    char first[WORD_MAX];
    words_of(usage, words);
    snprintf(first, sizeof first, "%.*s", (int)MIN(size, sizeof first - 1), usage);
    if (*words)
        return OPERAND_WORDS;
    if (strstr(first, "FILE"))
        return OPERAND_SCENARIO;
    bool is_file = strstr(first, "TRACE") || strstr(first, "HISTORY") || strstr(first, "RESULTS");
    return is_file ? OPERAND_FILE : OPERAND_NONE;
}

/* --- bash ------------------------------------------------------------------------------------ */

static void print_bash_values(const struct command *command, const struct option *options,
                              uint32_t count)
{
    char words[WORD_MAX];
    for (uint32_t i = 0; i < count; i++) {
        words_of(value_of(command->help, options[i].name), words);
        if (*words)
            printf("    %s:%s) words='%s' ;;\n", command->name, options[i].name, words);
        else if (options[i].takes_value)
            printf("    %s:%s)%s ;;\n", command->name, options[i].name,
                   is_file(command->help, options[i].name) ? " files=1" : "");
    }
}

static void print_bash_operand(const struct command *command, const struct option *options,
                               uint32_t count)
{
    char words[WORD_MAX];
    enum operand operand = operand_of(command, words);
    printf("    %s:*) words='", command->name);
    for (uint32_t i = 0; i < count; i++)
        printf("%s ", options[i].name);
    printf("--help %s'%s%s ;;\n", words, operand == OPERAND_SCENARIO ? "; scenarios=1" : "",
           operand == OPERAND_SCENARIO || operand == OPERAND_FILE ? "; files=1" : "");
}

static void each_command(void (*print)(const struct command *, const struct option *, uint32_t))
{
    for (uint32_t i = 0; i < command_count; i++) {
        struct option_list list;
        options_tell(commands[i], &list);
        print(commands[i], list.options, list.count);
    }
}

static void print_bash(void)
{
    puts("# Completion of ringside for bash: source <(ringside completion bash)\n"
         "_ringside() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "    local command=${COMP_WORDS[1]} words= files= scenarios=\n"
         "    COMPREPLY=()\n"
         "    case $COMP_CWORD:$command:$before in");
    printf("    1:*) words='");
    for (uint32_t i = 0; i < command_count; i++)
        printf("%s ", commands[i]->name);
    puts("--help --version' ;;\n"
         "    esac\n"
         "    [[ $COMP_CWORD -eq 1 ]] || case $command:$before in");
    each_command(print_bash_values);
    each_command(print_bash_operand);
    puts("    esac\n"
         "    [[ -z $scenarios || $word == -* ]] ||\n"
         "        words+=\" $(\"${COMP_WORDS[0]}\" completion --scenarios 2>/dev/null)\"\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "    [[ -z $files || $word == -* ]] ||\n"
         "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\")\n"
         "}\n"
         "complete -o filenames -F _ringside ringside");
}

/* --- zsh ------------------------------------------------------------------------------------- */

static void print_zsh_command(const struct command *command, const struct option *options,
                              uint32_t count)
{
    char meaning[WORD_MAX], words[WORD_MAX];
    printf("    %s) _arguments -S '--help[what the command does]'", command->name);
    for (uint32_t i = 0; i < count; i++) {
        meaning_of(command->help, options[i].name, meaning);
        words_of(value_of(command->help, options[i].name), words);
        printf(" \\\n        '%s%s[%s]", options[i].values ? "*" : "", options[i].name, meaning);
        if (options[i].takes_value)
            printf(*words                                    ? ":word:(%s)"
                   : is_file(command->help, options[i].name) ? ":file:_files"
                                                             : ":value:",
                   words);
        putchar('\'');
    }
    enum operand operand = operand_of(command, words);
    if (operand == OPERAND_SCENARIO)
        printf(" \\\n        '*:scenario:_ringside_scenarios'");
    else if (operand != OPERAND_NONE)
        printf(operand == OPERAND_FILE ? " \\\n        '*:file:_files'"
                                       : " \\\n        '1:word:(%s)'",
               words);
    puts(" ;;");
}

static void print_zsh(void)
{
    puts("#compdef ringside\n"
         "# Completion of ringside for zsh: a file _ringside in a folder of $fpath.\n"
         "_ringside_scenarios() {\n"
         "    local -a names\n"
         "    names=(${(f)\"$(ringside completion --scenarios 2>/dev/null)\"})\n"
         "    _alternative 'scenarios:scenario:compadd -a names' 'files:file:_files'\n"
         "}\n"
         "_ringside() {\n"
         "    local -a commands\n"
         "    commands=(");
    for (uint32_t i = 0; i < command_count; i++)
        printf("        '%s:%s'\n", commands[i]->name, commands[i]->summary);
    puts("    )\n"
         "    if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "    local command=$words[2]\n"
         "    shift words; (( CURRENT-- ))\n"
         "    case $command in");
    each_command(print_zsh_command);
    puts("    esac\n"
         "}\n"
         "_ringside \"$@\"");
}

/* --- fish ------------------------------------------------------------------------------------ */

static void print_fish_command(const struct command *command, const struct option *options,
                               uint32_t count)
{
    char meaning[WORD_MAX], words[WORD_MAX];
    const char *name = command->name;
    printf("complete -c ringside -n __fish_use_subcommand -f -a %s -d '%s'\n", name,
           command->summary);
    for (uint32_t i = 0; i < count; i++) {
        const char *dash = options[i].name[1] == '-' ? "l" : "s";
        meaning_of(command->help, options[i].name, meaning);
        words_of(value_of(command->help, options[i].name), words);
        printf("complete -c ringside -n '__fish_seen_subcommand_from %s' -%s %s%s -d '%s'", name,
               dash, options[i].name + (*dash == 'l' ? 2 : 1), options[i].takes_value ? " -r" : "",
               meaning);
        printf(*words ? " -f -a '%s'\n" : "\n", words);
    }
    enum operand operand = operand_of(command, words);
    if (operand == OPERAND_SCENARIO)
        snprintf(words, sizeof words, "(ringside completion --scenarios)");
    if (*words)
        printf("complete -c ringside -n '__fish_seen_subcommand_from %s' -a '%s'\n", name, words);
}

static void print_fish(void)
{
    puts("# Completion of ringside for fish: ~/.config/fish/completions/ringside.fish");
    each_command(print_fish_command);
}

/* --- the command ------------------------------------------------------------------------------ */

static int unknown_shell(const char *name)
{
    struct nearest nearest = nearest_to(units_word(name));
    char hint[100];
    struct text text;
    nearest_offer_string(&nearest, "bash");
    nearest_offer_string(&nearest, "fish");
    nearest_offer_string(&nearest, "zsh");
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; there are bash, zsh and fish");
    return usage_error("there is no completion for \"%s\"%s", name, hint);
}

static int completion_main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    const char *shell = NULL, *scenarios = NULL;
    const struct option options[] = {{"--scenarios", false, &scenarios, NULL, NULL}};
    uint32_t count;
    if (!options_read(&command_completion, argc, argv, options, 1, &shell, 1, &count))
        return EXIT_USAGE;
    if (scenarios)
        return place_list_scenarios(stdout), EXIT_HOLDS;
    if (!shell)
        return usage_error("completion needs a shell: bash, zsh or fish");
    for (size_t i = 0; i < ARRAY_LEN(shells); i++)
        if (strcmp(shell, shells[i].name) == 0)
            return shells[i].print(), EXIT_HOLDS;
    return unknown_shell(shell);
}

const struct command command_completion = {
    "completion", "make a shell complete commands, options, scenarios", completion_help,
    completion_main};
