/*
 * view_inspector.c: the pane that tells everything in words and numbers, page by page.
 *
 * The pages stand in pages.h, each in a file of its own. Here are the pane around them, their
 * tabs, and the lines that they write.
 */
#include <string.h>

#include "viz/pages.h"
#include "viz/views.h"

static const struct {
    const char *name;
    page_writer *write;
} pages[PAGE_COUNT] = {
#define PAGE(identifier, name) {#name, page_##name},
    PAGES(PAGE)
#undef PAGE
};

void writer_line(struct writer *writer, struct draw_color color, const char *text)
{
    scene_text(writer->list, writer->box, writer->box.x, writer->y, writer->scene->size, color,
               text);
    writer->y += writer->scene->size * DRAW_LINE_HEIGHT;
}

bool writer_has_room(const struct writer *writer, uint32_t lines)
{
    float need = (float)lines * writer->scene->size * DRAW_LINE_HEIGHT;
    return writer->y + need <= writer->box.y + writer->box.h;
}

void writer_wrapped(struct writer *writer, struct draw_color color, const char *text)
{
    size_t columns = (size_t)(writer->box.w / (writer->scene->size * DRAW_CHARACTER_WIDTH));
    while (*text && columns >= 4) {
        char line[256];
        size_t size = scene_line_size(text, columns < sizeof line ? columns : sizeof line - 1);
        memcpy(line, text, size);
        line[size] = '\0';
        writer_line(writer, color, line);
        text += size;
        text += *text == ' ';
    }
}

/* The pages' names, the shown one in brackets; a click shows another. */
static void write_tabs(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, x = writer->box.x;
    for (uint32_t i = 0; i < PAGE_COUNT; i++) {
        bool is_shown = scene->inspector_page == i;
        char text[32];
        snprintf(text, sizeof text, is_shown ? "[%s]" : " %s ", pages[i].name);
        float w = (float)strlen(text) * size * DRAW_CHARACTER_WIDTH;
        scene_text(writer->list, writer->box, x, writer->y, size,
                   is_shown ? scene->theme->accent : scene->theme->faint, text);
        hits_add(hits, (struct box){x, writer->y, w, line}, PICK_PAGE, i);
        x += w + size * 0.5f;
    }
    writer->y += line;
}

void view_inspector(const struct scene *scene, struct box box, struct draw_list *list,
                    struct hits *hits)
{
    uint32_t differing = 0;
    char note[100];
    for (uint32_t i = 0; i < scene->picture->key_count; i++)
        differing += scene->picture->keys[i].is_differing;
    snprintf(note, sizeof note, "%u keys, %u differ", scene->picture->key_count, differing);
    struct box room = scene_pane(scene, list, hits, box, PANE_INSPECTOR, note);
    struct writer writer = {scene, list, room, room.y};
    write_tabs(&writer, hits);
    writer.box.h -= writer.y - room.y;
    writer.box.y = writer.y;
    if (scene->inspector_page < PAGE_COUNT)
        pages[scene->inspector_page].write(&writer, hits);
}
