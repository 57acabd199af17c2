/*
 * json_print.c: the canonical form of a document.
 *
 * A container goes on one line when it has no object with members inside and the
 * line stays within 100 columns (counted in bytes, so that no table of widths is
 * needed). It is written flat first, and taken back as soon as it proves too long;
 * that costs at most two lines' worth of bytes for each container.
 */
#include "scenario/json_print.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/json_parts.h"

#define LINE_LIMIT   100
#define LEVEL_INDENT 2

/* ---- Growing text ---- */

void json_out_bytes(struct json_out *out, const char *bytes, size_t size)
{
    if (out->size + size + 1 > out->capacity) {
        out->capacity = MAX(2 * out->capacity, out->size + size + 256);
        out->data = realloc(out->data, out->capacity);
        CHECK_WHY(out->data, "memory ran out while a JSON text was written");
    }
    memcpy(out->data + out->size, bytes, size);
    out->size += size;
    out->data[out->size] = '\0';
}

void json_out_str(struct json_out *out, const char *string)
{
    json_out_bytes(out, string, strlen(string));
}

static void out_escaped(struct json_out *out, char c)
{
    static const char SHORT[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: the byte, its letter */
    for (size_t i = 0; i + 1 < sizeof SHORT; i += 2) {
        if (SHORT[i] == c) {
            json_out_bytes(out, (char[]){'\\', SHORT[i + 1]}, 2);
            return;
        }
    }
    json_out_str(out, "\\u00");
    json_out_bytes(out, &"0123456789abcdef"[(uint8_t)c >> 4], 1);
    json_out_bytes(out, &"0123456789abcdef"[(uint8_t)c & 15], 1);
}

void json_out_quoted(struct json_out *out, const char *string)
{
    json_out_str(out, "\"");
    for (const char *c = string; *c; c++) {
        if ((uint8_t)*c < 0x20 || *c == '"' || *c == '\\' || *c == 0x7f)
            out_escaped(out, *c);
        else
            json_out_bytes(out, c, 1);
    }
    json_out_str(out, "\"");
}

/* ---- Documents ---- */

static void out_line(struct json_out *out, uint32_t indent)
{
    json_out_str(out, "\n");
    for (uint32_t i = 0; i < indent; i++)
        json_out_str(out, " ");
}

static void out_key(struct json_out *out, const cJSON *item)
{
    if (!item->string)
        return;
    json_out_quoted(out, item->string);
    json_out_str(out, ": ");
}

/* A value that is no container with something inside. */
static void out_plain(struct json_out *out, const struct json_doc *doc, const cJSON *item)
{
    if (cJSON_IsObject(item))
        json_out_str(out, "{}");
    else if (cJSON_IsArray(item))
        json_out_str(out, "[]");
    else if (cJSON_IsString(item))
        json_out_quoted(out, item->valuestring);
    else
        json_out_bytes(out, json_written(doc, item), json_written_size(doc, item));
}

static size_t column_of_end(const struct json_out *out)
{
    size_t start = out->size;
    while (start > 0 && out->data[start - 1] != '\n')
        start--;
    return out->size - start;
}

static bool is_too_long(const struct json_doc *doc, const cJSON *item)
{
    return (item->string && strlen(item->string) > LINE_LIMIT) ||
           (!item->child && json_written_size(doc, item) > LINE_LIMIT);
}

/* Write a container on this line; false when `out` grew past `limit` or an object
 * stands inside, and then `out` holds a part of it. */
static bool try_flat(struct json_out *out, const struct json_doc *doc, const cJSON *container,
                     size_t limit)
{
    bool is_object = cJSON_IsObject(container);
    json_out_str(out, is_object ? "{ " : "[");
    for (const cJSON *item = container->child; item; item = item->next) {
        if (is_too_long(doc, item) || (item->child && cJSON_IsObject(item)))
            return false;
        out_key(out, item);
        if (!item->child)
            out_plain(out, doc, item);
        else if (!try_flat(out, doc, item, limit))
            return false;
        json_out_str(out, item->next ? ", " : is_object ? " }" : "]");
        if (out->size > limit)
            return false;
    }
    return true;
}

static bool print_flat(struct json_out *out, const struct json_doc *doc, const cJSON *container)
{
    size_t before = out->size, column = column_of_end(out);
    if (column < LINE_LIMIT && try_flat(out, doc, container, before + LINE_LIMIT - column))
        return true;
    out->size = before;
    return false;
}

static void print_value(struct json_out *out, const struct json_doc *doc, const cJSON *item,
                        uint32_t indent)
{
    bool is_object = cJSON_IsObject(item);
    if (!item->child) {
        out_plain(out, doc, item);
        return;
    }
    if (print_flat(out, doc, item))
        return;
    json_out_str(out, is_object ? "{" : "[");
    for (const cJSON *child = item->child; child; child = child->next) {
        out_line(out, indent + LEVEL_INDENT);
        out_key(out, child);
        print_value(out, doc, child, indent + LEVEL_INDENT);
        json_out_str(out, child->next ? "," : "");
    }
    out_line(out, indent);
    json_out_str(out, is_object ? "}" : "]");
}

void json_print_document(struct json_out *out, const struct json_doc *doc)
{
    print_value(out, doc, doc->root, 0);
    json_out_str(out, "\n");
}

void json_print_value(struct json_out *out, struct json_value value)
{
    if (value.item)
        print_value(out, value.doc, value.item, 0);
}
