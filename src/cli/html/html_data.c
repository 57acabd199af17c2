/*
 * html_data.c: columns and strings.
 */
#include "cli/html/html_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/bug.h"

static void *grow(void *memory, uint32_t room, size_t size)
{
    memory = realloc(memory, room * size);
    CHECK_WHY(memory != NULL, "out of memory");
    return memory;
}

/* --- columns -------------------------------------------------------------------------------- */

void html_column_add(struct html_column *column, int64_t number)
{
    if (column->count == column->room) {
        column->room = MAX(1024u, 2 * column->room);
        column->numbers = grow(column->numbers, column->room, sizeof *column->numbers);
    }
    column->numbers[column->count++] = number;
}

void html_column_free(struct html_column *column)
{
    free(column->numbers);
    *column = (struct html_column){0};
}

/* --- strings -------------------------------------------------------------------------------- */

/* FNV-1a: good enough for a table that only this program reads. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

/* The slot of a text: the one that has it, or a free one. */
static uint32_t *find_slot(const struct html_strings *strings, const char *text)
{
    uint32_t mask = strings->slot_count - 1, at = hash_of(text) & mask;
    while (strings->slots[at] &&
           strcmp(strings->characters + strings->starts[strings->slots[at] - 1], text) != 0)
        at = (at + 1) & mask;
    return &strings->slots[at];
}

static void make_slots(struct html_strings *strings)
{
    if (2 * strings->count < strings->slot_count)
        return;
    strings->slot_count = MAX(4096u, 2 * strings->slot_count);
    free(strings->slots);
    strings->slots = calloc(strings->slot_count, sizeof *strings->slots);
    CHECK_WHY(strings->slots != NULL, "out of memory");
    for (uint32_t i = 0; i < strings->count; i++)
        *find_slot(strings, strings->characters + strings->starts[i]) = i + 1;
}

static void append_string(struct html_strings *strings, const char *text)
{
    uint32_t size = (uint32_t)strlen(text) + 1;
    while (strings->size + size > strings->size_room) {
        strings->size_room = MAX(65536u, 2 * strings->size_room);
        strings->characters = grow(strings->characters, strings->size_room, 1);
    }
    if (strings->count == strings->room) {
        strings->room = MAX(1024u, 2 * strings->room);
        strings->starts = grow(strings->starts, strings->room, sizeof *strings->starts);
    }
    memcpy(strings->characters + strings->size, text, size);
    strings->starts[strings->count++] = strings->size;
    strings->size += size;
}

uint32_t html_strings_index(struct html_strings *strings, const char *text)
{
    make_slots(strings);
    uint32_t *slot = find_slot(strings, text);
    if (*slot == 0) {
        append_string(strings, text);
        *slot = strings->count;
    }
    return *slot - 1;
}

void html_strings_free(struct html_strings *strings)
{
    free(strings->characters);
    free(strings->starts);
    free(strings->slots);
    *strings = (struct html_strings){0};
}

/* --- JSON ----------------------------------------------------------------------------------- */

void html_write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < ' ' || *c == '<' || *c == '&')
            fprintf(out, "\\u%04x", *c);
        else if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

void html_write_column(FILE *out, const char *name, const struct html_column *column)
{
    fprintf(out, "\"%s\":[", name);
    for (uint32_t i = 0; i < column->count; i++)
        fprintf(out, i ? ",%lld" : "%lld", (long long)column->numbers[i]);
    fputc(']', out);
}

void html_write_strings(FILE *out, const char *name, const struct html_strings *strings)
{
    fprintf(out, "\"%s\":[", name);
    for (uint32_t i = 0; i < strings->count; i++) {
        fputs(i ? ",\n" : "\n", out);
        html_write_string(out, strings->characters + strings->starts[i]);
    }
    fputc(']', out);
}
