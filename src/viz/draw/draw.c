/*
 * draw.c: the list, and what it looks like as text, for tests.
 */
#include "viz/draw/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

void draw_clear(struct draw_list *list)
{
    list->count = 0;
    list->character_count = 0;
}

void draw_free(struct draw_list *list)
{
    free(list->commands);
    free(list->characters);
    *list = (struct draw_list){0};
}

static struct draw_command *add(struct draw_list *list, uint8_t kind, struct draw_color color)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 1024;
        list->commands = realloc(list->commands, list->room * sizeof *list->commands);
        CHECK_WHY(list->commands != NULL, "out of memory");
    }
    struct draw_command *command = &list->commands[list->count++];
    *command = (struct draw_command){.kind = kind, .color = color};
    return command;
}

void draw_rect(struct draw_list *list, float x, float y, float w, float h, struct draw_color color)
{
    struct draw_command *c = add(list, DRAW_RECT, color);
    c->x = x, c->y = y, c->w = w, c->h = h;
}

void draw_frame(struct draw_list *list, float x, float y, float w, float h, float width,
                struct draw_color color)
{
    struct draw_command *c = add(list, DRAW_FRAME, color);
    c->x = x, c->y = y, c->w = w, c->h = h, c->size = width;
}

void draw_line(struct draw_list *list, float x1, float y1, float x2, float y2, float width,
               struct draw_color color, bool is_dashed)
{
    struct draw_command *c = add(list, DRAW_LINE, color);
    c->x = x1, c->y = y1, c->w = x2, c->h = y2, c->size = width;
    c->is_dashed = is_dashed;
}

void draw_disc(struct draw_list *list, float x, float y, float radius, struct draw_color color)
{
    struct draw_command *c = add(list, DRAW_DISC, color);
    c->x = x, c->y = y, c->radius = radius;
}

void draw_arc(struct draw_list *list, float x, float y, float radius, float from, float to,
              float width, struct draw_color color)
{
    struct draw_command *c = add(list, DRAW_ARC, color);
    c->x = x, c->y = y, c->radius = radius, c->w = from, c->h = to, c->size = width;
}

static uint32_t keep_characters(struct draw_list *list, const char *text, size_t size)
{
    uint32_t start = list->character_count;
    if (start + size + 1 > list->character_room) {
        list->character_room = (uint32_t)(2 * (start + size + 1));
        list->characters = realloc(list->characters, list->character_room);
        CHECK_WHY(list->characters != NULL, "out of memory");
    }
    memcpy(list->characters + start, text, size);
    list->characters[start + size] = '\0';
    list->character_count += (uint32_t)size + 1;
    return start;
}

void draw_text(struct draw_list *list, float x, float y, float size, enum draw_align align,
               struct draw_color color, const char *text)
{
    if (!*text)
        return;
    uint32_t start = keep_characters(list, text, strlen(text));
    struct draw_command *c = add(list, DRAW_TEXT, color);
    c->x = x, c->y = y, c->size = size, c->align = (uint8_t)align, c->text = start;
}

void draw_text_fit(struct draw_list *list, float x, float y, float w, float size,
                   struct draw_color color, const char *text)
{
    char cut[512];
    size_t room = w > 0 ? (size_t)(w / (size * DRAW_CHARACTER_WIDTH)) : 0;
    if (strlen(text) <= room) {
        draw_text(list, x, y, size, ALIGN_LEFT, color, text);
        return;
    }
    if (room < 3)
        return;
    if (room > sizeof cut - 1)
        room = sizeof cut - 1;
    memcpy(cut, text, room - 2);
    memcpy(cut + room - 2, "..", 3);
    draw_text(list, x, y, size, ALIGN_LEFT, color, cut);
}

void draw_clip(struct draw_list *list, float x, float y, float w, float h)
{
    struct draw_command *c = add(list, DRAW_CLIP, (struct draw_color){0, 0, 0, 0});
    c->x = x, c->y = y, c->w = w, c->h = h;
}

/* --- as text --------------------------------------------------------------------------- */

/* Tenths of a point, and no more digits than that needs: " 12.5", " 12", " 0". */
static void dump_number(float value, FILE *out)
{
    double tenths = floor((double)value * 10 + 0.5);
    if (fmod(tenths, 10) == 0)
        fprintf(out, " %.0f", tenths / 10 + 0.0);
    else
        fprintf(out, " %.1f", tenths / 10);
}

void draw_dump(const struct draw_list *list, FILE *out)
{
    static const char *const names[] = {"rect", "frame", "line", "disc", "arc", "text", "clip"};
    static const char *const aligns[] = {"left", "center", "right"};
    for (uint32_t i = 0; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];
        fputs(names[c->kind], out);
        dump_number(c->x, out);
        dump_number(c->y, out);
        if (c->kind == DRAW_DISC || c->kind == DRAW_ARC)
            dump_number(c->radius, out);
        if (c->kind == DRAW_ARC)
            fprintf(out, " %.2f %.2f", (double)c->w, (double)c->h);
        else if (c->kind != DRAW_TEXT && c->kind != DRAW_DISC)
            dump_number(c->w, out), dump_number(c->h, out);
        if (c->size > 0)
            dump_number(c->size, out);
        if (c->kind != DRAW_CLIP)
            fprintf(out, " #%02x%02x%02x", c->color.r, c->color.g, c->color.b);
        if (c->kind != DRAW_CLIP && c->color.a < 255)
            fprintf(out, "%02x", c->color.a);
        if (c->is_dashed)
            fputs(" dashed", out);
        if (c->kind == DRAW_TEXT)
            fprintf(out, " %s \"%s\"", aligns[c->align], draw_characters(list, c));
        fputc('\n', out);
    }
}
