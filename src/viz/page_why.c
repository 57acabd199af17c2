/*
 * page_why.c: the chain of reasons that W found, as a list to read.
 *
 * A line each, from what was asked back to the root, with the number that marks it in ring,
 * space-time and log, and its time; the last line says why nothing is before it. Where the person
 * stands is marked; a click goes to that moment.
 */
#include <string.h>

#include "viz/pages.h"
#include "viz/views.h"

static struct draw_color color_of(const struct scene *scene, uint32_t index)
{
    const struct theme *theme = scene->theme;
    const struct tape_record *record = &scene->why->links[index].record;
    if (record->class == TAPE_FAULT || record->class == TAPE_BROKEN || record->class == TAPE_DROP)
        return theme->bad;
    return index == 0 ? theme->warn : theme->text;
}

static void write_link(struct writer *writer, uint32_t index, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    const struct why_link *link = &scene->why->links[index];
    float top = writer->y, line = scene->size * DRAW_LINE_HEIGHT;
    char text[WHY_TEXT_MAX + 60], time[32];
    snprintf(text, sizeof text, "%u  %s  %s", index + 1, scene_time(link->record.time, time),
             link->text);
    size_t columns = (size_t)(writer->box.w / (scene->size * DRAW_CHARACTER_WIDTH));
    size_t lines = columns ? (strlen(text) + columns - 1) / columns : 1;
    if (scene->why_at == index)
        draw_rect(writer->list, writer->box.x, top, writer->box.w, (float)lines * line,
                  with_alpha(scene->theme->accent, 60));
    writer_wrapped(writer, color_of(scene, index), text);
    hits_add(hits, (struct box){writer->box.x, top, writer->box.w, writer->y - top}, PICK_WHY,
             index);
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
    for (uint32_t i = 0; i < scene->why->count; i++)
        write_link(writer, i, hits);
    writer_wrapped(writer, scene->theme->accent, scene->why->end);
    writer->y += scene->size * 0.4f;
    writer_wrapped(writer, scene->theme->faint,
                   "W goes along, Enter or a click goes to that moment");
}
