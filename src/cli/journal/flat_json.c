/*
 * flat_json.c: there and back again.
 */
#include "cli/journal/flat_json.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 40

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/+@-";

static void put(struct json_out *out, char c)
{
    json_out_bytes(out, &c, 1);
}

/* A word of JSON that stands without quotes. */
static bool is_literal(const char *word, size_t size)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++)
        if (size == strlen(words[i]) && memcmp(word, words[i], size) == 0)
            return true;
    size_t digits = size > 0 && word[0] == '-' ? 1 : 0;
    bool is_number = digits < size;
    for (size_t i = digits; i < size; i++)
        is_number &= (word[i] >= '0' && word[i] <= '9') ||
                     (i > digits && strchr(".eE+-", word[i]) && word[i]);
    return is_number;
}

/* --- from JSON ------------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* One byte of a string behind a backslash: our own text escapes only these and control
 * characters. Moves `*json` past it. */
static char unescape(const char **json)
{
    static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    char c = *(*json)++;
    const char *at = strchr(letters, c);
    if (c == 'u') {
        char byte = (char)(hex_digit((*json)[2]) << 4 | hex_digit((*json)[3]));
        *json += 4;
        return byte;
    }
    return at ? bytes[at - letters] : c;
}

static void put_byte(struct json_out *out, char c, bool is_marked)
{
    static const char digits[] = "0123456789abcdef";
    if (strchr(plain, c) && c && !is_marked) {
        put(out, c);
        return;
    }
    put(out, '%');
    put(out, digits[(uint8_t)c >> 4]);
    put(out, digits[(uint8_t)c & 15]);
}

static const char *string_end(const char *json)
{
    while (*json != '"')
        json += *json == '\\' ? 2 : 1;
    return json;
}

static const char *flat_string(struct json_out *out, const char *json)
{
    const char *end = string_end(json);
    bool is_marked = is_literal(json, (size_t)(end - json));
    if (json == end)
        json_out_str(out, "%.");
    while (json < end) {
        char c = *json++;
        put_byte(out, c == '\\' ? unescape(&json) : c, is_marked);
        is_marked = false;
    }
    return end + 1;
}

void flat_from_json(struct json_out *out, const char *json)
{
    while (*json) {
        char c = *json++;
        switch (c) {
        case '"': json = flat_string(out, json); break;
        case '{': put(out, '('); break;
        case '}': put(out, ')'); break;
        case ':': put(out, '='); break;
        case ' ':
        case '\n': break;
        default: put(out, c); /* brackets, commas, numbers, true, false, null */
        }
    }
}

/* --- to JSON -------------------------------------------------------------------------------- */

/* One word as a JSON string. */
static bool quote_word(struct json_out *out, const char *word, size_t size)
{
    char text[2] = "";
    struct json_out decoded = {0};
    bool is_good = true;
    json_out_str(&decoded, "");
    if (size == 2 && memcmp(word, "%.", 2) == 0)
        size = 0;
    for (size_t i = 0; i < size && is_good; i++) {
        text[0] = word[i];
        if (word[i] == '%') {
            int high = i + 2 < size ? hex_digit(word[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(word[i + 2]) : -1;
            is_good = low >= 0 && (high > 0 || low > 0);
            text[0] = is_good ? (char)(high << 4 | low) : '?';
            i += 2;
        }
        json_out_bytes(&decoded, text, 1);
    }
    if (is_good)
        json_out_quoted(out, decoded.data);
    free(decoded.data);
    return is_good;
}

struct unflat {
    struct json_out *out;
    const char *at, *end;
    char open[DEPTH_MAX];
    uint32_t depth;
};

/* A word up to the next mark; a key is always a string. */
static bool take_word(struct unflat *u, bool is_key)
{
    const char *word = u->at;
    while (u->at < u->end && (*u->at == '%' || (*u->at && strchr(plain, *u->at))))
        u->at++;
    size_t size = (size_t)(u->at - word);
    if (size == 0)
        return false;
    if (is_key || !is_literal(word, size))
        return quote_word(u->out, word, size);
    json_out_bytes(u->out, word, size);
    return true;
}

static bool take_mark(struct unflat *u, char mark)
{
    if (u->at == u->end || *u->at != mark)
        return false;
    u->at++;
    return true;
}

/* Opens what begins here, or takes a word; members of an object begin with their key. */
static bool take_value(struct unflat *u)
{
    bool is_object = take_mark(u, '('), is_list = !is_object && take_mark(u, '[');
    if (!is_object && !is_list)
        return take_word(u, false);
    if (u->depth == DEPTH_MAX)
        return false;
    put(u->out, is_object ? '{' : '[');
    u->open[u->depth++] = is_object ? ')' : ']';
    return true;
}

static bool take_key(struct unflat *u)
{
    if (!take_word(u, true) || !take_mark(u, '='))
        return false;
    put(u->out, ':');
    return true;
}

bool flat_to_json(struct json_out *out, const char *flat, size_t size)
{
    struct unflat u = {.out = out, .at = flat, .end = flat + size};
    bool is_first;
    if (!take_value(&u))
        return false;
    is_first = u.depth > 0;
    while (u.depth > 0) {
        char closing = u.open[u.depth - 1];
        uint32_t depth = u.depth;
        if (take_mark(&u, closing)) {
            put(out, closing == ')' ? '}' : ']');
            u.depth--;
            is_first = false;
            continue;
        }
        if (!is_first && !take_mark(&u, ','))
            return false;
        if (!is_first)
            put(out, ',');
        if ((closing == ')' && !take_key(&u)) || !take_value(&u))
            return false;
        is_first = u.depth > depth;
    }
    return u.at == u.end;
}
