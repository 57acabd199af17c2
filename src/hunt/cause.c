/*
 * cause.c: blanking a sentence.
 */
#include "hunt/cause.h"

#include <string.h>

#include "base/murmur3.h"
#include "db/safeguard.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(const char *at, const char *word)
{
    return strncmp(at, word, strlen(word)) == 0;
}

/* `at` stands on a brace; returns what is behind the closing one. */
static const char *blank_placeholder(struct text *text, const char *at)
{
    text_str(text, begins(at, "{key")     ? "a key"
                   : begins(at, "{node")  ? "a node"
                   : begins(at, "{value") ? "a value"
                                          : "#");
    while (*at && *at != '}')
        at++;
    return *at ? at + 1 : at;
}

static const char *skip_remark(const char *at)
{
    while (*at && *at != ')')
        at++;
    return *at ? at + 1 : at;
}

/* 12, 1.284, and the unit behind it: it changes with the number. */
static const char *blank_number(struct text *text, const char *at)
{
    static const char *const units[] = {" ns", " us", " ms", " s", " B", " KiB", " MiB", " GiB"};
    text_char(text, 'N');
    while (is_digit(*at) || (*at == '.' && is_digit(at[1])))
        at++;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        char after = begins(at, units[i]) ? at[strlen(units[i])] : 'x';
        if (after == '\0' || after == ' ' || after == ',' || after == ';')
            return at + strlen(units[i]);
    }
    return at;
}

/* What stands before the comma has just been said: "a node holds a value, a node holds a value". A
 * list is as long as the cluster is large, and that is not the cause. */
static bool is_said_again(struct text *text, uint32_t begin)
{
    uint32_t size = text->size - begin;
    const char *now = text->data + begin;
    if (begin < 2 + size || memcmp(now - 2, ", ", 2) != 0 || memcmp(now - 2 - size, now, size) != 0)
        return false;
    text->size = begin - 2;
    text->data[text->size] = '\0';
    return true;
}

void cause_blank(struct text *text, const char *sentence)
{
    uint32_t begin = text->size; /* of what stands between two commas */
    for (const char *at = sentence; *at;) {
        if (begins(at, ", ") && is_said_again(text, begin)) {
            text_str(text, ", ");
            at += 2;
        } else if (begins(at, ", ")) {
            text_str(text, ", ");
            at += 2;
            begin = text->size;
        } else if (*at == '{')
            at = blank_placeholder(text, at);
        else if (begins(at, " ("))
            at = skip_remark(at);
        else if (is_digit(*at))
            at = blank_number(text, at);
        else
            text_char(text, *at++);
    }
    is_said_again(text, begin);
}

static bool is_condition(uint8_t kind)
{
    return kind == CHECK_EXPECT || kind == CHECK_ALWAYS || kind == CHECK_REACHED;
}

static void add_rules(struct text *text, uint64_t rules_broken)
{
    const char *before = "; broken: ";
    for (uint32_t i = 0; i < SAFEGUARD_COUNT; i++) {
        if (!(rules_broken >> i & 1))
            continue;
        text_str(text, before);
        text_str(text, safeguard_table[i].name);
        before = ", ";
    }
}

/* "get # returned ..., but ...": only up to there. */
static void add_sentence(struct text *text, const char *sentence)
{
    char accusation[VERDICT_TEXT_MAX];
    const char *but = strstr(sentence, ", but ");
    size_t size = but ? (size_t)(but - sentence) : strlen(sentence);
    size = MIN(size, sizeof accusation - 1);
    memcpy(accusation, sentence, size);
    accusation[size] = '\0';
    cause_blank(text, accusation);
}

void cause_of_check(struct text *text, const struct check_result *result, uint64_t rules_broken)
{
    text_str(text, result->setting->name);
    text_str(text, ": ");
    if (is_condition(result->setting->kind))
        text_str(text, check_kind_name(result->setting->kind));
    else
        add_sentence(text, result->verdict.text);
    add_rules(text, rules_broken);
}

uint64_t cause_signature(const char *cause)
{
    return murmur3_hash((struct bytes){(const uint8_t *)cause, (uint32_t)strlen(cause)}, 0).first;
}
