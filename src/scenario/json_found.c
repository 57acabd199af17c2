/*
 * json_found.c: names and advice for what JSON does not allow.
 *
 * The advice is a list of habits from elsewhere: JavaScript's quotes and
 * comments, Python's True, YAML's yes, C's 0x10 and .5, word processors' quotes,
 * and the one of this very program, a time without its double quotes. Whoever
 * meets a new habit adds a line here.
 */
#include "scenario/json_found.h"

#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "scenario/json_text.h"

#define SHOWN_LIMIT 40 /* characters of a word before it is cut */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One past the last byte of the word or number that begins at `offset`; letters of
 * other alphabets may stand inside. */
static uint32_t run_end(const char *text, uint32_t size, uint32_t offset)
{
    uint32_t end = offset;
    while (end < size &&
           (is_letter(text[end]) || is_digit(text[end]) ||
            (end > offset && (strchr("+-.", text[end]) || (uint8_t)text[end] >= 0x80))))
        end++;
    return end;
}

void json_found_what(struct text *words, const char *text, uint32_t size, uint32_t offset)
{
    if (offset >= size) {
        text_str(words, "the end of the text");
        return;
    }
    if (!is_letter(text[offset]) && !is_digit(text[offset])) {
        json_show_character(words, text + offset, size - offset);
        return;
    }
    text_str(words, is_digit(text[offset]) ? "the number " : "the word ");
    json_show(words, text + offset, run_end(text, size, offset) - offset, SHOWN_LIMIT);
}

/* ---- Advice ---- */

struct habit {
    const char *written;
    const char *advice;
};

static const char *advice_for_start(const char *text, uint32_t size)
{
    static const struct habit HABITS[] = {
        {"//", "JSON has no comments"},
        {"/*", "JSON has no comments"},
        {"#", "JSON has no comments"},
        {"'", "JSON strings stand in double quotes"},
        {"`", "JSON strings stand in double quotes"},
        {"\xe2\x80\x9c", "JSON needs the straight double quote \""}, /* “ */
        {"\xe2\x80\x9d", "JSON needs the straight double quote \""}, /* ” */
        {"\xe2\x80\x9e", "JSON needs the straight double quote \""}, /* „ */
        {"\xe2\x80\x98", "JSON needs the straight double quote \""}, /* ‘ */
        {"\xe2\x80\x99", "JSON needs the straight double quote \""}, /* ’ */
        {"\xc2\xab", "JSON needs the straight double quote \""},     /* « */
        {"\xc2\xa0", "a blank that JSON does not know; write a plain space"},
        {"\xe3\x80\x80", "a blank that JSON does not know; write a plain space"},
        {"\f", "a blank that JSON does not know; write a plain space"},
        {"\v", "a blank that JSON does not know; write a plain space"},
    };
    for (size_t i = 0; i < ARRAY_LEN(HABITS); i++) {
        size_t length = strlen(HABITS[i].written);
        if (length <= size && memcmp(text, HABITS[i].written, length) == 0)
            return HABITS[i].advice;
    }
    return NULL;
}

/* A slip or other letter case in one of the three words that JSON has: TRUE, fasle. */
static const char *advice_for_misspelt(const char *word, uint32_t length)
{
    static const char *const WORDS[] = {"true", "false", "null"};
    static const char *const ADVICE[] = {"JSON writes it true", "JSON writes it false",
                                         "JSON writes it null"};
    struct bytes wrong = {(const uint8_t *)word, length};
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (nearest_distance(wrong, units_word(WORDS[i])) <= (length < 3 ? 0 : 1))
            return ADVICE[i];
    return NULL;
}

static const char *advice_for_word(const char *word, uint32_t length)
{
    static const struct habit HABITS[] = {
        {"yes", "JSON writes it true"},
        {"on", "JSON writes it true"},
        {"no", "JSON writes it false"},
        {"off", "JSON writes it false"},
        {"None", "JSON writes it null"},
        {"nil", "JSON writes it null"},
        {"undefined", "JSON writes it null"},
        {"NaN", "JSON has no NaN and no Infinity"},
        {"nan", "JSON has no NaN and no Infinity"},
        {"Infinity", "JSON has no NaN and no Infinity"},
        {"inf", "JSON has no NaN and no Infinity"},
    };
    for (size_t i = 0; i < ARRAY_LEN(HABITS); i++)
        if (strlen(HABITS[i].written) == length && memcmp(word, HABITS[i].written, length) == 0)
            return HABITS[i].advice;
    return advice_for_misspelt(word, length);
}

static const char *advice_for_value(const char *text, uint32_t size, uint32_t offset)
{
    char c = text[offset];
    if (is_letter(c))
        return "a string stands in double quotes";
    if (c == '.' && offset + 1 < size && is_digit(text[offset + 1]))
        return "a digit stands before the point, as in 0.5";
    if (c == '+')
        return "JSON numbers have no plus sign";
    return NULL;
}

static const char *advice_for_key(const char *text, uint32_t offset)
{
    if (is_letter(text[offset]) || is_digit(text[offset]) || text[offset] == '-')
        return "a key stands in double quotes";
    return NULL;
}

/* A digit right before it: the number is over, but its writer was not done. */
static const char *advice_after_number(const char *text, uint32_t offset)
{
    char c = text[offset];
    if (offset == 0 || !is_digit(text[offset - 1]))
        return NULL;
    if ((c == 'x' || c == 'X') && text[offset - 1] == '0')
        return "JSON has no hexadecimal numbers";
    if (c == '_' || c == '\'')
        return "JSON numbers have no digit groups";
    if (is_letter(c) || c == '%' || (uint8_t)c >= 0x80)
        return "a number with a unit stands in double quotes, as in \"2ms\"";
    return NULL;
}

const char *json_found_advice(const char *text, uint32_t size, uint32_t offset, enum json_hope hope)
{
    const char *advice = NULL;
    if (offset >= size)
        return NULL;
    if (hope == JSON_HOPE_MARK)
        advice = advice_after_number(text, offset);
    else if (hope == JSON_HOPE_KEY)
        advice = advice_for_key(text, offset);
    else
        advice = advice_for_word(text + offset, run_end(text, size, offset) - offset);
    if (!advice && hope == JSON_HOPE_VALUE)
        advice = advice_for_value(text, size, offset);
    return advice ? advice : advice_for_start(text + offset, size - offset);
}
