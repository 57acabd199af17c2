/*
 * words.c: plurals.
 */
#include "viz/app/words.h"

#include <stdio.h>
#include <string.h>

static const char *const irregular[][2] = {
    {"byte of log", "bytes of log"},
    {"operation of the disk", "operations of the disk"},
    {"piece of work", "pieces of work"},
};

static int ends_in(const char *noun, const char *ending)
{
    size_t size = strlen(noun), end = strlen(ending);
    return size >= end && strcmp(noun + size - end, ending) == 0;
}

static void make_plural(const char *noun, char *text)
{
    size_t size = strlen(noun);
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++)
        if (strcmp(noun, irregular[i][0]) == 0) {
            snprintf(text, WORDS_MAX, "%s", irregular[i][1]);
            return;
        }
    if (ends_in(noun, "y") && size > 1 && !strchr("aeiou", noun[size - 2]))
        snprintf(text, WORDS_MAX, "%.*sies", (int)size - 1, noun);
    else if (ends_in(noun, "s") || ends_in(noun, "x") || ends_in(noun, "ch") || ends_in(noun, "sh"))
        snprintf(text, WORDS_MAX, "%ses", noun);
    else
        snprintf(text, WORDS_MAX, "%ss", noun);
}

const char *words_noun(uint64_t count, const char *noun, char *text)
{
    if (count == 1)
        snprintf(text, WORDS_MAX, "%s", noun);
    else
        make_plural(noun, text);
    return text;
}

const char *words_count(uint64_t count, const char *noun, char *text)
{
    char word[WORDS_MAX];
    snprintf(text, WORDS_MAX, "%llu %.40s", (unsigned long long)count,
             words_noun(count, noun, word));
    return text;
}

const char *words_verb(uint64_t count, const char *singular, const char *plural)
{
    return count == 1 ? singular : plural;
}

const char *words_bytes(uint64_t bytes, char *text)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    int unit = 0;
    while (value >= 1024 && unit < 4) {
        value /= 1024;
        unit++;
    }
    snprintf(text, WORDS_MAX, "%.3g %s", value, units[unit]);
    if (value >= 1000) /* 1000 to 1023: %.3g would write an exponent */
        snprintf(text, WORDS_MAX, "%.0f %s", value, units[unit]);
    return text;
}
