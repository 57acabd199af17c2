/*
 * page_why.c: the chain of reasons that W found, as a list to read.
 *
 * A line each, from what was asked back to the root, with the number that marks it in ring,
 * space-time and log, and its time; the last line says why nothing is before it. Where the person
 * stands is marked; a click goes to that moment.
 */
#include <string.h>

#include "viz/inspector/pages.h"
#include "viz/views/views.h"

static struct draw_color color_of(const struct scene *scene, uint32_t index)
{
    const struct theme *theme = scene->theme;
    const struct tape_record *record = &scene->why->links[index].record;
    if (record->class == TAPE_FAULT || record->class == TAPE_BROKEN || record->class == TAPE_DROP)
        return theme->bad;
    return index == 0 ? theme->warn : theme->text;
}

/* Number and time stand in front, the sentence beside them where there is room for it. */
static void write_link(struct writer *writer, uint32_t index, struct hits *hits)
{
    enum { FRONT = 15, ROOMY = 50 };
    const struct scene *scene = writer->scene;
    const struct why_link *link = &scene->why->links[index];
    float top = writer->y, width = scene->size * DRAW_CHARACTER_WIDTH, edge = scene->size * 0.5f;
    bool is_roomy = writer->box.w > ROOMY * width;
    char front[60], time[32], text[WHY_TEXT_MAX + 60];
    struct box whole = writer->box;
    snprintf(front, sizeof front, "%2u  %s", index + 1, scene_time(link->record.time, time));
    snprintf(text, sizeof text, "%s%s%s", is_roomy ? "" : front, is_roomy ? "" : "  ", link->text);
    writer->box.x += edge;
    writer->box.w -= edge;
    if (is_roomy) {
        scene_text(writer->list, whole, whole.x + edge, top, scene->size, scene->theme->faint,
                   front);
        writer->box.x += FRONT * width;
        writer->box.w -= FRONT * width;
    }
    writer_wrapped(writer, color_of(scene, index), text);
    writer->box = whole;
    float from = top > whole.y ? top : whole.y, to = whole.y + whole.h;
    to = writer->y < to ? writer->y : to;
    if (to > from && scene->why_at == index)
        draw_rect(writer->list, whole.x, from, scene->size * 0.2f, to - from,
                  scene->theme->selected);
    if (to > from)
        hits_add(hits, (struct box){whole.x, from, whole.w, to - from}, PICK_WHY, index);
}

void page_why(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    if (!scene->why) {
        writer_wrapped(writer, scene->theme->faint,
                       "select anything (a node, a key, a message, a check, a line of the log) and "
                       "press W: here stands why it is so, back to where it began");
        return;
    }
    writer_scroll(writer);
    for (uint32_t i = 0; i < scene->why->count; i++)
        write_link(writer, i, hits);
    writer_wrapped(writer, scene->theme->accent, scene->why->end);
    writer->y += scene->size * 0.4f;
    writer_wrapped(writer, scene->theme->faint,
                   "W goes along, Enter or a click goes to that moment");
}
