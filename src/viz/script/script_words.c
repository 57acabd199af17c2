/*
 * script_words.c: the words of a line of a script, taken one by one.
 *
 * Whoever takes a word says what was expected there; a line that is wrong once stays wrong and
 * keeps its first sentence.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/units.h"
#include "viz/script/script.h"

void script_refuse(struct script_line *line, uint32_t column, const char *format, ...)
{
    char sentence[400];
    va_list arguments;
    if (line->is_wrong)
        return;
    line->is_wrong = true;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    text_u64(line->mistake, column);
    text_str(line->mistake, ": ");
    text_str(line->mistake, sentence);
}

const struct script_word *script_peek(const struct script_line *line)
{
    return line->next < line->count && !line->is_wrong ? &line->words[line->next] : NULL;
}

const struct script_word *script_take(struct script_line *line, const char *expected)
{
    const struct script_word *word = script_peek(line);
    if (!word) {
        script_refuse(line, line->end_column, "here comes %s", expected);
        return NULL;
    }
    line->next++;
    return word;
}

bool script_take_if(struct script_line *line, const char *word)
{
    const struct script_word *here = script_peek(line);
    if (!here || here->is_quoted || strcasecmp(here->text, word) != 0)
        return false;
    line->next++;
    return true;
}

bool script_take_number(struct script_line *line, const char *expected, uint64_t max,
                        uint64_t *number)
{
    const struct script_word *word = script_take(line, expected);
    if (!word)
        return false;
    size_t digits = strspn(word->text, "0123456789");
    if (digits == 0 || word->text[digits] || digits > 18) {
        script_refuse(line, word->column, "here comes %s, not \"%.60s\"", expected, word->text);
        return false;
    }
    *number = strtoull(word->text, NULL, 10);
    if (*number <= max)
        return true;
    script_refuse(line, word->column, "%s is at most %llu here", expected, (unsigned long long)max);
    return false;
}

bool script_take_time(struct script_line *line, vtime *time)
{
    char sentence[200];
    struct text mistake;
    const struct script_word *word = script_take(line, "a time, like 0.5s");
    text_init(&mistake, sentence, sizeof sentence);
    if (!word || units_parse_time(units_word(word->text), time, &mistake))
        return word != NULL;
    script_refuse(line, word->column, "%s", sentence);
    return false;
}

bool script_take_choice(struct script_line *line, const char *what, const char *const *words,
                        uint32_t count, uint32_t *index)
{
    char expected[80], hint[400];
    struct text text;
    snprintf(expected, sizeof expected, "%s", what);
    const struct script_word *word = script_take(line, expected);
    if (!word)
        return false;
    struct nearest nearest = nearest_to(units_word(word->text));
    for (uint32_t i = 0; i < count; i++) {
        if (*words[i] && strcasecmp(words[i], word->text) == 0) {
            *index = i;
            return true;
        }
        nearest_offer_string(&nearest, words[i]);
    }
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest)) {
        text_str(&text, "; there are");
        for (uint32_t i = 0; i < count; i++) {
            text_str(&text, *words[i] ? " " : "");
            text_str(&text, words[i]);
        }
    }
    script_refuse(line, word->column, "\"%.60s\" is no %s%s", word->text, what, hint);
    return false;
}
