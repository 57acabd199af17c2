/*
 * view_log.c: one sentence for each record, the present in the middle.
 *
 * The selected record stays in sight when there is one; else the newest that has
 * happened. What is still to come is faint. Records of heartbeats and of mere handling
 * are left out unless they are selected: the space-time diagram shows them.
 */
#include "viz/views.h"

static bool is_shown(const struct scene *scene, const struct tape_record *record)
{
    return record->letter != 'H' || record->class == TAPE_DROP ||
           pick_is(scene->pick, PICK_RECORD, record->number);
}

/* The record `lines` shown ones before this one. */
static uint64_t go_back(const struct scene *scene, uint64_t number, uint32_t lines)
{
    const struct tape_record *record;
    while (lines > 0 && (record = stage_record(scene->stage, number - 1)) != NULL) {
        number--;
        lines -= is_shown(scene, record);
    }
    return number;
}

/* How many of the next `most` lines there are. */
static uint32_t coming(const struct scene *scene, uint64_t number, uint32_t most)
{
    uint32_t count = 0;
    const struct tape_record *record;
    while (count < most && (record = stage_record(scene->stage, ++number)) != NULL)
        count += is_shown(scene, record);
    return count;
}

static void write_record(const struct scene *scene, struct box box, float y,
                         const struct tape_record *record, struct draw_list *list,
                         struct hits *hits)
{
    const struct theme *theme = scene->theme;
    float line = scene->size * DRAW_LINE_HEIGHT;
    uint64_t now = stage_records(scene->stage);
    char sentence[300], text[400];
    bool is_picked = pick_is(scene->pick, PICK_RECORD, record->number);
    if (is_picked)
        draw_rect(list, box.x, y, box.w, line, with_alpha(theme->accent, 70));
    stage_sentence(scene->stage, record, sentence, sizeof sentence);
    uint32_t mark = scene_why_mark(scene, record->number); /* its number in the chain of reasons */
    char sign[12] = " ";
    if (mark > 0)
        snprintf(sign, sizeof sign, "%u", mark);
    else if (record->number == now)
        sign[0] = '>';
    snprintf(text, sizeof text, "%-2s%9.6f %s", sign, (double)record->time / 1e9, sentence);
    struct draw_color color = theme->text;
    if (record->number > now)
        color = theme->faint;
    else if (record->class == TAPE_FAULT || record->class == TAPE_BROKEN ||
             record->class == TAPE_DROP)
        color = theme->bad;
    else if (record->number == now)
        color = theme->warn;
    scene_text(list, box, box.x, y, scene->size, color, text);
    hits_add(hits, (struct box){box.x, y, box.w, line}, PICK_RECORD, record->number);
}

void view_log(const struct scene *scene, struct box box, struct draw_list *list, struct hits *hits)
{
    char note[60];
    uint64_t now = stage_records(scene->stage);
    snprintf(note, sizeof note, "record %llu", (unsigned long long)now);
    struct box room = scene_pane(scene, list, hits, box, PANE_LOG, note);
    float line = scene->size * DRAW_LINE_HEIGHT;
    uint32_t lines = (uint32_t)(room.h / line);
    uint64_t centre = scene->pick.kind == PICK_RECORD && stage_record(scene->stage, scene->pick.id)
                          ? scene->pick.id
                          : now;
    uint32_t after = coming(scene, centre, lines / 3);
    uint64_t number = go_back(scene, centre, lines > after ? lines - after - 1 : 0);
    const struct tape_record *record;
    float y = room.y;
    for (; (record = stage_record(scene->stage, number)) != NULL; number++) {
        if (y + line > room.y + room.h + 0.5f)
            return;
        if (!is_shown(scene, record) && record->number != now)
            continue;
        write_record(scene, room, y, record, list, hits);
        y += line;
    }
}
