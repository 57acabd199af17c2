/*
 * view_log.c: one sentence for each record, the present in sight.
 *
 *     Log  /drop node:n2: 12 match, 4 so far; Esc clears
 *        1.284002 n1 sends write to n2 (c1#12)
 *     *  1.284950 write from n1 to n2 is lost (c1#12): the link is cut      * a cause of:
 *     #  1.784000 n1's operation timer fires (c1#12)                        # the selected one
 *     >  1.784020 c1 is told: c1#12 timeout after 500 ms                    > the present
 *     2  1.000000 n2 crashes: memory gone            2: the second reason that W has found
 *
 * Rows come from an index (log_index.h), so a frame costs what is in sight, however long the
 * run is. Without a filter heartbeats are left out; the space-time diagram shows them. What is
 * still to come is faint.
 */
#include <string.h>

#include "viz/log/log_look.h"
#include "viz/views/views.h"
#include "viz/app/words.h"

struct rows {
    const struct scene *scene;
    const struct log_index *index;
    int64_t first, last; /* rows that are on the tape: from first to last - 1 */
    uint64_t chain[CHAIN_MAX];
    uint32_t chain_count;
};

/* --- which rows ----------------------------------------------------------------------------- */

/* What the log is about: the selected record, or the present when that is not on the tape. */
uint64_t log_centre(const struct scene *scene)
{
    uint32_t count;
    const struct tape_record *tape = stage_tape(scene->stage, &count);
    bool is_picked = scene->pick.kind == PICK_RECORD && count > 0 &&
                     scene->pick.id >= tape[0].number && scene->pick.id - tape[0].number < count;
    return is_picked ? scene->pick.id : stage_records(scene->stage);
}

static struct rows rows_of(const struct scene *scene)
{
    struct rows rows = {.scene = scene, .index = &scene->log->index};
    uint32_t count;
    const struct tape_record *tape = stage_tape(scene->stage, &count);
    if (count == 0 || !rows.index->is_begun)
        return rows;
    rows.first = log_index_row(rows.index, tape[0].number - 1) + 1;
    rows.last = log_index_row(rows.index, tape[count - 1].number) + 1;
    if (scene->pick.kind == PICK_RECORD)
        rows.chain_count = causal_chain(scene->stage, scene->pick.id, rows.chain);
    return rows;
}

/* The first row that is seen. */
static int64_t choose_top(const struct rows *rows, int64_t lines)
{
    const struct log_look *log = rows->scene->log;
    uint64_t centre = log_centre(rows->scene);
    int64_t at = log_index_row(rows->index, centre), top, least = rows->first;
    int64_t most = rows->last > rows->first + lines ? rows->last - lines : rows->first;
    int64_t after = rows->last - 1 - at; /* a third of the lines for what comes after */
    after = after > lines / 3 ? lines / 3 : after > 0 ? after : 0;
    top = at - (lines - 1 - after);
    if (log->top) {
        int64_t held = log_index_row(rows->index, log->top - 1) + 1;
        bool is_in_sight = at >= held && at < held + lines;
        if (log->held == centre || is_in_sight)
            top = held;
    }
    return top < least ? least : top > most ? most : top;
}

/* --- a row ----------------------------------------------------------------------------------- */

/* Its number in the chain that W found comes first. */
static char sign_of(const struct rows *rows, const struct tape_record *record)
{
    uint32_t link = scene_why_mark(rows->scene, record->number);
    if (link > 0)
        return (char)(link < 10 ? '0' + link : 'a' + link - 10);
    if (pick_is(rows->scene->pick, PICK_RECORD, record->number))
        return '#';
    for (uint32_t i = 1; i < rows->chain_count; i++)
        if (rows->chain[i] == record->number)
            return '*';
    return ' ';
}

static struct draw_color color_of(const struct scene *scene, const struct tape_record *record)
{
    uint64_t now = stage_records(scene->stage);
    if (record->number > now)
        return scene->theme->faint;
    if (record->class == TAPE_FAULT || record->class == TAPE_BROKEN || record->class == TAPE_DROP)
        return scene->theme->bad;
    return record->number == now ? scene->theme->warn : scene->theme->text;
}

static void write_row(const struct rows *rows, struct box box, float y,
                      const struct tape_record *record, struct draw_list *list, struct hits *hits)
{
    const struct scene *scene = rows->scene;
    float line = scene->size * DRAW_LINE_HEIGHT;
    char sentence[300], text[400], sign = sign_of(rows, record);
    struct draw_color color = color_of(scene, record);
    if (sign != ' ') {
        bool is_picked = pick_is(scene->pick, PICK_RECORD, record->number);
        draw_rect(list, box.x, y, box.w, line,
                  with_alpha(scene->theme->accent, is_picked ? 40 : 24));
        if (is_picked)
            draw_frame(list, box.x, y, box.w, line, 1, scene->theme->accent);
        color = record->number > stage_records(scene->stage) ? scene->theme->text : color;
    }
    stage_sentence(scene->stage, record, sentence, sizeof sentence);
    snprintf(text, sizeof text, "%c%c%10.6f %s",
             record->number == stage_records(scene->stage) ? '>' : ' ', sign,
             (double)(record->time / MICROSECOND) / 1e6, sentence); /* cut, not rounded */
    scene_text(list, box, box.x, y, scene->size, color, text);
    hits_add(hits, (struct box){box.x, y, box.w, line}, PICK_RECORD, record->number);
}

/* --- the title ------------------------------------------------------------------------------ */

static void write_note(const struct rows *rows, char *note, size_t size)
{
    const struct scene *scene = rows->scene;
    const struct log_look *log = scene->log;
    uint64_t now = stage_records(scene->stage);
    if (!log_filter_is_given(&log->filter)) {
        snprintf(note, size, "record %llu, without heartbeats; / filters",
                 (unsigned long long)now);
        return;
    }
    long long all = (long long)(rows->last - rows->first);
    long long past = (long long)(log_index_row(rows->index, now) + 1 - rows->first);
    uint32_t count;
    const struct tape_record *tape = stage_tape(scene->stage, &count);
    const char *where = count > 0 && tape[0].number > 1 ? " of what is in memory" : "";
    snprintf(note, size, "/%s: %lld %s%s, %lld so far%s; Esc clears", log->filter.text, all,
             words_verb((uint64_t)all, "matches", "match"), where, past < 0 ? 0 : past,
             log->is_searching ? ", searching.." : "");
}

static const char *why_empty(const struct scene *scene)
{
    if (scene->log->is_searching)
        return "searching..";
    return log_filter_is_given(&scene->log->filter)
               ? "no record here matches: / changes the filter, Esc clears it"
               : "nothing has happened yet";
}

void view_log(const struct scene *scene, struct box box, struct draw_list *list, struct hits *hits)
{
    char note[LOG_FILTER_MAX + 120];
    struct rows rows = rows_of(scene);
    write_note(&rows, note, sizeof note);
    struct box room = scene_pane(scene, list, hits, box, PANE_LOG, note);
    float line = scene->size * DRAW_LINE_HEIGHT, y = room.y;
    int64_t lines = (int64_t)((room.h + 0.5f) / line);
    int64_t top = choose_top(&rows, lines);
    hits->log_top = 0;
    for (int64_t row = top; row < rows.last && row < top + lines; row++, y += line) {
        uint64_t number = log_index_number(rows.index, row);
        const struct tape_record *record = stage_record(scene->stage, number);
        if (!record)
            continue;
        if (!hits->log_top)
            hits->log_top = number;
        write_row(&rows, room, y, record, list, hits);
    }
    if (rows.last == rows.first)
        scene_text(list, room, room.x, room.y, scene->size, scene->theme->faint,
                   why_empty(scene));
}
