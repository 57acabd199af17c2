/*
 * value.c: looking at trees of values.
 */
#include "history/value.h"

#include <string.h>

#include "base/mix.h"
#include "base/text.h"

bool value_is(const struct value *value, const char *word)
{
    return value && (value->kind == VALUE_WORD || value->kind == VALUE_TEXT) &&
           value->text.size == strlen(word) && memcmp(value->text.data, word, strlen(word)) == 0;
}

const struct value *value_of(const struct value *map, const char *key)
{
    if (!map || map->kind != VALUE_MAP)
        return NULL;
    for (uint32_t i = 0; i + 1 < map->count; i += 2)
        if (value_is(&map->items[i], key))
            return &map->items[i + 1];
    return NULL;
}

static uint64_t text_mix(struct bytes text)
{
    uint64_t mixed = text.size;
    for (uint32_t i = 0; i < text.size; i++)
        mixed = mix_pair(mixed, text.data[i]);
    return mixed;
}

uint64_t value_hash(const struct value *value)
{
    if (!value || value->kind == VALUE_NIL)
        return 0;
    uint64_t mixed = mix_pair(value->kind, (uint64_t)value->number);
    if (value->kind == VALUE_WORD || value->kind == VALUE_TEXT)
        mixed = mix_pair(VALUE_TEXT, text_mix(value->text));
    for (uint32_t i = 0; i < value->count; i++)
        mixed = mix_pair(mixed, value_hash(&value->items[i]));
    return mixed ? mixed : 1;
}

static void write_value(struct text *text, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NIL:
        text_str(text, "nil");
        break;
    case VALUE_FALSE:
    case VALUE_TRUE:
        text_str(text, value->kind == VALUE_TRUE ? "true" : "false");
        break;
    case VALUE_NUMBER:
        text_i64(text, value->number);
        break;
    case VALUE_WORD:
        for (uint32_t i = 0; i < value->text.size; i++)
            text_char(text, (char)value->text.data[i]);
        break;
    case VALUE_TEXT:
        text_bytes_quoted(text, value->text);
        break;
    default:
        text_char(text, value->kind == VALUE_MAP ? '{' : '[');
        for (uint32_t i = 0; i < value->count && !text->is_cut; i++) {
            text_str(text, i ? " " : "");
            write_value(text, &value->items[i]);
        }
        text_char(text, value->kind == VALUE_MAP ? '}' : ']');
    }
}

void value_text(const struct value *value, char *to, uint32_t room)
{
    static const struct value nil = {.kind = VALUE_NIL};
    struct text text;
    text_init(&text, to, room);
    write_value(&text, value ? value : &nil);
    if (text.is_cut && room > 4)
        memcpy(to + room - 4, "...", 4);
}
