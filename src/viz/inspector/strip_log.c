/*
 * strip_log.c: both strips.
 */
#include "viz/inspector/strip_log.h"

#include <math.h>
#include <string.h>

#include "viz/app/words.h"

static const struct theme *theme_of(const struct writer *writer)
{
    return writer->scene->theme;
}

/* Slanting lines: there without colour. */
static void hatch(struct writer *writer, struct box box, struct draw_color color)
{
    float gap = writer->scene->size * 0.5f;
    for (float x = box.x + gap; x < box.x + box.w; x += gap)
        draw_line(writer->list, x, box.y, x - fminf(gap, x - box.x), box.y + box.h, 1, color,
                  false);
}

static void cross(struct writer *writer, struct box box, struct draw_color color)
{
    draw_line(writer->list, box.x, box.y, box.x + box.w, box.y + box.h, 1.5f, color, false);
    draw_line(writer->list, box.x, box.y + box.h, box.x + box.w, box.y, 1.5f, color, false);
}

/* --- all segments ------------------------------------------------------------------------- */

static void draw_segment(struct writer *writer, const struct inside_log *log,
                         const struct inside_segment *segment, struct box box)
{
    const struct theme *theme = theme_of(writer);
    float scale = segment->size ? box.w / (float)segment->size : 0;
    struct box durable = {box.x, box.y, (float)segment->synced * scale, box.h};
    struct box rest = {durable.x + durable.w, box.y, box.w - durable.w, box.h};
    draw_rect(writer->list, durable.x, box.y, durable.w, box.h, with_alpha(theme->good, 150));
    hatch(writer, rest, theme->warn);
    for (uint32_t i = 0; segment->is_read && i < segment->part_count; i++) {
        const struct inside_part *part = &log->parts[segment->first_part + i];
        struct box at = {box.x + (float)part->from * scale, box.y,
                         fmaxf(2, (float)(part->to - part->from) * scale), box.h};
        if (part->kind != INSIDE_BAD && part->kind != INSIDE_BEHIND)
            continue;
        draw_rect(writer->list, at.x, at.y, at.w, at.h, theme->pane);
        if (part->kind == INSIDE_BAD)
            cross(writer, at, theme->bad);
        else
            draw_line(writer->list, at.x, at.y + at.h / 2, at.x + at.w, at.y + at.h / 2, 1,
                      theme->bad, true);
    }
    draw_frame(writer->list, box.x, box.y, box.w, box.h, 1, theme->faint);
}

static void draw_segments(struct writer *writer, const struct inside_log *log)
{
    float size = writer->scene->size, h = size * 0.9f, x = writer->box.x, gap = 2;
    float room = writer->box.w - gap * (float)log->segment_count;
    for (uint32_t i = 0; i < log->segment_count; i++) {
        const struct inside_segment *segment = &log->segments[i];
        float w = fmaxf(2, room * (float)segment->size / (float)(log->bytes ? log->bytes : 1));
        if (x + w > writer->box.x + writer->box.w + 1)
            break;
        draw_segment(writer, log, segment, (struct box){x, writer->y, w, h});
        x += w + gap;
    }
    writer->y += h + size * 0.3f;
}

/* --- a close look -------------------------------------------------------------------------- */

/* Parts of all segments in one row. */
struct row {
    uint32_t first, count; /* of log->parts */
};

static const struct inside_segment *segment_of(const struct inside_log *log, uint32_t part)
{
    for (uint32_t i = log->segment_count; i-- > 0;)
        if (log->segments[i].is_read && part >= log->segments[i].first_part)
            return &log->segments[i];
    return NULL;
}

/* So many that end with the newest, or that hold the first bad place. */
static struct row choose(const struct inside_log *log, uint32_t most)
{
    uint32_t last = log->part_count, bad = last;
    for (uint32_t i = last; i-- > 0;)
        if (log->parts[i].kind == INSIDE_BAD)
            bad = i;
    if (bad < last)
        last = MIN(last, bad + 1 + most / 2);
    uint32_t first = last > most ? last - most : 0;
    return (struct row){first, last - first};
}

static void part_text(const struct inside_log *log, const struct inside_part *part, char *text,
                      size_t size)
{
    char bytes[WORDS_MAX];
    words_bytes(part->to - part->from, bytes);
    switch (part->kind) {
    case INSIDE_HEADER: snprintf(text, size, "head"); break;
    case INSIDE_BAD:
        snprintf(text, size, "%s", log->verdict == INSIDE_DAMAGED ? "bad" : "torn");
        break;
    default:
        snprintf(text, size, "%llu%s%s", (unsigned long long)part->sequence,
                 part->is_tombstone ? " X" : " ", part->key);
    }
}

static void draw_part(struct writer *writer, const struct inside_log *log, uint32_t index,
                      struct box box)
{
    const struct inside_part *part = &log->parts[index];
    const struct inside_segment *segment = segment_of(log, index);
    const struct theme *theme = theme_of(writer);
    bool is_durable = segment && part->to <= segment->synced;
    float size = writer->scene->size * 0.9f;
    struct box inner = {box.x + size * 0.25f, writer->box.y, box.w - size * 0.4f, writer->box.h};
    char text[48];
    part_text(log, part, text, sizeof text);
    struct draw_color color = theme->text;
    if (part->kind == INSIDE_BAD || part->kind == INSIDE_BEHIND)
        color = theme->bad;
    else if (part->kind == INSIDE_HEADER)
        color = theme->faint;
    else if (!is_durable)
        color = theme->warn;
    if (part->kind == INSIDE_BAD) {
        cross(writer, box, with_alpha(theme->bad, 110));
    } else if (part->kind == INSIDE_BEHIND) {
        draw_line(writer->list, box.x, box.y + box.h - 1, box.x + box.w, box.y + box.h - 1, 1,
                  theme->bad, true);
    } else if (is_durable) {
        draw_rect(writer->list, box.x, box.y + box.h - 3, box.w, 3, with_alpha(theme->good, 200));
    }
    draw_frame(writer->list, box.x, box.y, box.w, box.h, 1,
               part->kind == INSIDE_BAD ? theme->bad : theme->line);
    scene_text(writer->list, inner, inner.x, box.y + size * 0.15f, size, color, text);
}

/* Where the synced mark of the segment that a part belongs to falls into its box, or -1. */
static float synced_at(const struct inside_log *log, uint32_t index, struct box box)
{
    const struct inside_part *part = &log->parts[index];
    const struct inside_segment *segment = segment_of(log, index);
    if (!segment || segment != &log->segments[log->segment_count - 1] ||
        segment->synced <= part->from || segment->synced > part->to)
        return -1;
    return box.x +
           box.w * (float)(segment->synced - part->from) / (float)(part->to - part->from);
}

static void draw_parts(struct writer *writer, const struct inside_log *log)
{
    float size = writer->scene->size, h = size * 1.5f, w = size * 6.2f, gap = 2;
    struct row row = choose(log, (uint32_t)((writer->box.w + gap) / (w + gap)));
    float mark = -1;
    for (uint32_t i = 0; i < row.count; i++) {
        struct box box = {writer->box.x + (float)i * (w + gap), writer->y, w, h};
        draw_part(writer, log, row.first + i, box);
        float at = synced_at(log, row.first + i, box);
        mark = at >= 0 ? at : mark;
    }
    if (mark >= 0) {
        float x = fminf(mark, writer->box.x + writer->box.w - size * 4);
        draw_line(writer->list, mark, writer->y - 2, mark, writer->y + h + size * 0.8f, 2,
                  theme_of(writer)->good, false);
        scene_text(writer->list, writer->box, x + size * 0.3f, writer->y + h, size * 0.9f,
                   theme_of(writer)->good, "synced");
    }
    writer->y += h + size * 1.3f;
}

void strip_log_draw(struct writer *writer, const struct inside_log *log)
{
    writer->y += writer->scene->size * 0.2f;
    if (log->bytes > 0 && writer->box.w > 40)
        draw_segments(writer, log);
    if (log->part_count > 0 && writer->box.w > writer->scene->size * 8)
        draw_parts(writer, log);
}
