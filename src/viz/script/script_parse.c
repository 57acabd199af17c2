/*
 * script_parse.c: a text of lines to a script of steps.
 *
 * A line is words between spaces; a word with spaces stands in double or in single quotes, in
 * which a backslash stands before the quote and before a backslash; # at the beginning of a word
 * begins a comment. The text is copied once and cut into words in place. What the words mean is
 * script_read.c's business.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "viz/script/script.h"

static void *allocated(void *memory)
{
    CHECK_WHY(memory != NULL, "out of memory");
    return memory;
}

/* From after the opening quote; returns where to go on, or NULL when nothing closes it. */
static char *cut_quoted(char *from)
{
    char *to = from, quote = from[-1];
    for (; *from && *from != quote; from++) {
        if (*from == '\\' && (from[1] == quote || from[1] == '\\'))
            from++;
        *to++ = *from;
    }
    bool is_closed = *from == quote;
    *to = '\0';
    return is_closed ? from + 1 : NULL;
}

/* Cuts what is left of the line into words. */
static void cut_words(struct script_line *line, char *at, const char *beginning)
{
    for (;;) {
        at += strspn(at, " \t");
        uint32_t column = (uint32_t)(at - beginning) + 1;
        line->end_column = column;
        if (!*at || *at == '#')
            return;
        if (line->count == SCRIPT_WORDS_MAX) {
            script_refuse(line, column, "a line has at most %d words", SCRIPT_WORDS_MAX);
            return;
        }
        struct script_word *word = &line->words[line->count++];
        *word = (struct script_word){at, column, *at == '"' || *at == '\''};
        if (word->is_quoted) {
            word->text = at + 1;
            at = cut_quoted(at + 1);
            if (!at) {
                script_refuse(line, column, "this quote is not closed on its line");
                return;
            }
        } else {
            at += strcspn(at, " \t");
        }
        if (*at)
            *at++ = '\0';
    }
}

/* `type` takes the line as it is, but for the spaces around it and quotes around the whole. */
static char *rest_of(char *at)
{
    at += strspn(at, " \t");
    size_t size = strlen(at);
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t'))
        at[--size] = '\0';
    if (size >= 2 && *at == '"' && at[size - 1] == '"') {
        at[size - 1] = '\0';
        at++;
    }
    return at;
}

static struct script_step *new_step(struct script *script)
{
    if (script->step_count == script->step_room) {
        script->step_room = script->step_room ? 2 * script->step_room : 16;
        script->steps =
            allocated(realloc(script->steps, script->step_room * sizeof *script->steps));
    }
    struct script_step *step = &script->steps[script->step_count++];
    memset(step, 0, sizeof *step);
    return step;
}

/* One line; `key` is a step for each of its keys. False with a sentence in the line's mistake. */
static bool read_line(struct script *script, char *text, uint32_t number, struct text *mistake)
{
    struct script_line line = {.mistake = mistake};
    char *verb = text + strspn(text, " \t");
    size_t size = strcspn(verb, " \t");
    if (!*verb || *verb == '#')
        return true;
    if (size == 4 && strncmp(verb, "type", 4) == 0) {
        line.rest = verb[4] ? rest_of(verb + 5) : verb + 4;
        line.words[line.count++] = (struct script_word){verb, (uint32_t)(verb - text) + 1, false};
        line.end_column = (uint32_t)(line.rest - text) + 1;
        verb[4] = '\0';
    } else {
        cut_words(&line, text, text);
    }
    do {
        struct script_step *step = new_step(script);
        step->line = number;
        if (!script_read_step(&line, step))
            return false;
    } while (line.next < line.count);
    return true;
}

/* The sentence is begun before it is known whether there will be one. */
static void begin_mistake(struct text *mistake, const char *file, uint32_t number)
{
    text_str(mistake, file);
    text_str(mistake, ":");
    text_u64(mistake, number);
    text_str(mistake, ":");
}

static bool read_lines(struct script *script, size_t size, struct text *mistake)
{
    char *text = script->text, *end = text + size;
    for (uint32_t number = 1; text < end; number++) {
        char *stop = memchr(text, '\n', (size_t)(end - text));
        char sentence[600];
        struct text line_mistake;
        stop = stop ? stop : end;
        *stop = '\0';
        if (stop > text && stop[-1] == '\r')
            stop[-1] = '\0';
        text_init(&line_mistake, sentence, sizeof sentence);
        if (!read_line(script, text, number, &line_mistake)) {
            begin_mistake(mistake, script->file, number);
            text_str(mistake, sentence);
            return false;
        }
        text = stop + 1;
    }
    return true;
}

struct script *script_parse(const char *file, const char *text, size_t size, struct text *mistake)
{
    if (size > SCRIPT_SIZE_MAX || memchr(text, '\0', size)) {
        begin_mistake(mistake, file, 1);
        text_str(mistake, size > SCRIPT_SIZE_MAX ? "1: a script has at most 1 MiB"
                                                 : "1: this is no text: it has a zero byte");
        return NULL;
    }
    struct script *script = allocated(calloc(1, sizeof *script));
    script->file = allocated(strdup(file));
    script->text = allocated(malloc(size + 1));
    memcpy(script->text, text, size);
    script->text[size] = '\0';
    if (read_lines(script, size, mistake))
        return script;
    script_free(script);
    return NULL;
}

void script_free(struct script *script)
{
    if (!script)
        return;
    free(script->file);
    free(script->text);
    free(script->steps);
    free(script);
}
