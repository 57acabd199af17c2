/*
 * view_inspector.c: the pane that tells everything in words and numbers, page by page.
 *
 * The pages stand in pages.h, each in a file of its own. Here are the pane around them, their
 * tabs, and the lines that they write.
 */
#include <math.h>
#include <string.h>

#include "base/outcome.h"
#include "viz/inspector/pages.h"
#include "viz/views/views.h"
#include "viz/app/words.h"

static const struct {
    const char *name;
    page_writer *write;
} pages[PAGE_COUNT] = {
#define PAGE(identifier, name) {#name, page_##name},
    PAGES(PAGE)
#undef PAGE
};

static size_t columns_of(const struct writer *writer)
{
    return (size_t)(writer->box.w / (writer->scene->size * DRAW_CHARACTER_WIDTH));
}

void writer_line(struct writer *writer, struct draw_color color, const char *text)
{
    if (columns_of(writer) >= 8 && strlen(text) > columns_of(writer)) {
        float indent = *text == ' ' ? writer->scene->size * DRAW_CHARACTER_WIDTH : 0;
        writer->box.x += indent, writer->box.w -= indent;
        writer_wrapped(writer, color, text + (indent > 0));
        writer->box.x -= indent, writer->box.w += indent;
        return;
    }
    scene_text(writer->list, writer->box, writer->box.x, writer->y, writer->scene->size, color,
               text);
    writer->y += writer->scene->size * DRAW_LINE_HEIGHT;
}

bool writer_has_room(struct writer *writer, uint32_t lines)
{
    float need = (float)lines * writer->scene->size * DRAW_LINE_HEIGHT;
    bool has_room = writer->y + need <= writer->box.y + writer->box.h;
    writer->is_cut |= !has_room;
    return has_room;
}

void writer_scroll(struct writer *writer)
{
    writer->y -= writer->scroll * writer->scene->size * DRAW_LINE_HEIGHT;
    writer->is_scrolled_whole = true;
}

bool writer_is_in_sight(const struct writer *writer, float height)
{
    return writer->y + height > writer->box.y && writer->y < writer->box.y + writer->box.h;
}

void writer_head(struct writer *writer, const char *name)
{
    float size = writer->scene->size;
    writer->y += size * 0.35f;
    scene_text(writer->list, writer->box, writer->box.x, writer->y, size,
               writer->scene->theme->accent, name);
    writer->y += size * DRAW_LINE_HEIGHT;
    draw_rect(writer->list, writer->box.x, writer->y, writer->box.w, 1,
              writer->scene->theme->line);
    writer->y += size * 0.15f;
}

char writer_sign(uint8_t mark)
{
    static const char signs[] = {
        [MARK_NONE] = ' ', [MARK_NEW] = '+', [MARK_CHANGED] = '~', [MARK_REMOVED] = 'x'};
    return signs[mark];
}

void writer_tint(struct writer *writer, struct box box, uint8_t mark)
{
    const struct theme *theme = writer->scene->theme;
    struct draw_color color = mark == MARK_NEW       ? theme->good
                              : mark == MARK_CHANGED ? theme->warn
                                                     : theme->bad;
    if (mark != MARK_NONE)
        draw_rect(writer->list, box.x, box.y, box.w, box.h, with_alpha(color, 36));
}

void writer_changes(struct writer *writer, uint32_t here)
{
    const struct scene *scene = writer->scene;
    static const char signs[] = ": + new, ~ other, x gone";
    char line[200], count[WORDS_MAX], others[40] = "", time[32];
    if (!scene->marks)
        return;
    words_count(here, "change", count);
    if (scene->marks->count > here)
        snprintf(others, sizeof others, " here, %u elsewhere", scene->marks->count - here);
    if (scene->is_marked)
        snprintf(line, sizeof line, "%s%s since %s", count, others,
                 scene_time(scene->marked_time, time));
    else
        snprintf(line, sizeof line, "%s%s by the last step", count, others);
    if (strlen(line) + strlen(signs) <= columns_of(writer)) /* else the help tells them */
        strcat(line, signs);
    scene_text(writer->list, writer->box, writer->box.x, writer->y, scene->size,
               here ? scene->theme->warn : scene->theme->faint, line);
    writer->y += scene->size * DRAW_LINE_HEIGHT; /* one line: its place is kept for it */
}

const char *state_words(uint32_t state)
{
    static const char *const words[PICTURE_STATE_COUNT] = {"up", "down", "paused", "recovering",
                                                           "refused"};
    return words[state];
}

void writer_wrapped(struct writer *writer, struct draw_color color, const char *text)
{
    size_t columns = columns_of(writer);
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

/* One line for the whole cluster, above every page. */
static void write_dashboard(struct writer *writer)
{
    const struct picture *picture = writer->scene->picture;
    const struct theme *theme = writer->scene->theme;
    uint32_t up = 0, suspected = 0, differing = 0;
    char line[240], stale[WORDS_MAX], keys[WORDS_MAX], missed[32] = "";
    for (uint32_t i = 0; i < picture->node_count; i++) {
        up += picture->nodes[i].state == PICTURE_UP;
        suspected += picture->nodes[i].suspected_by > 0;
    }
    for (uint32_t i = 0; i < picture->key_count; i++)
        differing += picture->keys[i].is_differing;
    const unsigned long long done = picture->operations[OUTCOME_OK];
    const unsigned long long unavailable = picture->operations[OUTCOME_UNAVAILABLE];
    const unsigned long long timeout = picture->operations[OUTCOME_TIMEOUT];
    if (suspected > 0)
        snprintf(missed, sizeof missed, ", suspected %u", suspected);
    snprintf(line, sizeof line, "up %u of %u%s | ok %llu, unavailable %llu, timeout %llu", up,
             picture->node_count, missed, done, unavailable, timeout);
    bool is_bad = up < picture->node_count || suspected > 0;
    writer_wrapped(writer, is_bad ? theme->warn : theme->text, line);
    snprintf(line, sizeof line, "%s | %u of %s %s | open %llu",
             words_count(picture->stale_reads, "stale read", stale), differing,
             words_count(picture->key_total, "key", keys),
             words_verb(differing, "differs", "differ"),
             (unsigned long long)picture->operations[OUTCOME_PENDING]);
    writer_line(writer, picture->stale_reads || differing ? theme->warn : theme->faint, line);
}

/* The page, scrolled as far as it goes: what lies below its end is not shown, so a page that is
 * scrolled too far is written again from further up. */
static void write_page(struct writer *writer, struct hits *hits)
{
    const struct writer begin = *writer;
    uint32_t commands = writer->list->count, clicks = hits->count;
    float line = writer->scene->size * DRAW_LINE_HEIGHT;
    pages[writer->scene->inspector_page].write(writer, hits);
    float bottom = writer->box.y + writer->box.h;
    float empty = bottom - writer->y;
    if (writer->is_scrolled_whole && begin.scroll > 0 && !writer->is_cut && empty > line) {
        *writer = begin;
        writer->scroll = fmaxf(0, begin.scroll - floorf(empty / line));
        writer->list->count = commands;
        hits->count = clicks;
        pages[writer->scene->inspector_page].write(writer, hits);
    }
    hits->page_scroll = writer->is_cut || begin.scroll > 0 ? writer->scroll : 0;
}

/* What the pane is about: the name of the selection. */
static void write_note(const struct scene *scene, char *note, size_t size)
{
    const struct picture *picture = scene->picture;
    uint32_t actor = scene_actor(scene);
    *note = '\0';
    if (scene->pick.kind == PICK_KEY && scene->pick.id < picture->key_count)
        snprintf(note, size, "%s", picture->keys[scene->pick.id].name);
    else if (scene->pick.kind == PICK_RECORD)
        snprintf(note, size, "record %llu", (unsigned long long)scene->pick.id);
    else if (actor != UINT32_MAX)
        snprintf(note, size, "%s", scene_actor_name(scene, actor));
}

void view_inspector(const struct scene *scene, struct box box, struct draw_list *list,
                    struct hits *hits)
{
    char note[100];
    write_note(scene, note, sizeof note);
    struct box room = scene_pane(scene, list, hits, box, PANE_INSPECTOR, note);
    struct writer writer = {.scene = scene, .list = list, .box = room, .y = room.y};
    write_tabs(&writer, hits);
    if (room.h > 9 * scene->size * DRAW_LINE_HEIGHT)
        write_dashboard(&writer);
    writer.box.h -= writer.y - room.y;
    writer.box.y = writer.y;
    writer.scroll = scene->page_scroll;
    if (scene->inspector_page >= PAGE_COUNT || writer.box.h <= 0)
        return;
    draw_clip(list, writer.box.x, writer.box.y, writer.box.w, writer.box.h + 0.5f);
    write_page(&writer, hits);
    draw_clip(list, box.x, box.y, box.w, box.h);
}
