/*
 * key_table.c: cells, rows, and which of them are in sight.
 */
#include "viz/inspector/key_table.h"

#include <string.h>

#include "viz/app/words.h"

#define NODES_IN_COLUMNS 8

struct key_table {
    struct writer *writer;
    struct hits *hits;
    float name_width, column;
    uint32_t columns;
    bool is_by_place; /* columns are places in a key's list, not nodes */
    uint32_t *marked; /* how much of what is shown has changed */
};

/* --- a cell ---------------------------------------------------------------------------------- */

static const struct picture_replica *replica_at(const struct picture_key *key, uint32_t node)
{
    for (uint32_t i = 0; i < key->replica_count; i++)
        if (key->replicas[i].node == node)
            return &key->replicas[i];
    return NULL;
}

struct draw_color key_cell(const struct scene *scene, const struct picture_key *key,
                           const struct picture_replica *replica, char *text, size_t size)
{
    if (!replica->is_running) {
        snprintf(text, size, "?");
        return scene->theme->faint;
    }
    if (replica->is_absent) {
        snprintf(text, size, "-");
        return key->is_differing ? scene->theme->bad : scene->theme->faint;
    }
    const char *mark = !key->is_differing ? "" : replica->is_newest ? "*" : "!";
    snprintf(text, size, "%s%s", mark, replica->is_tombstone ? "X" : replica->value);
    size_t length = strlen(text); /* clients fill values up to their size with dots */
    while (length > 2 && text[length - 1] == '.')
        text[--length] = '\0';
    if (!key->is_differing)
        return scene->theme->text;
    return replica->is_newest ? scene->theme->good : scene->theme->bad;
}

static uint8_t mark_at(const struct scene *scene, uint32_t key, uint32_t node)
{
    return scene->marks && key < scene->marks->key_count ? marks_cell(scene->marks, key, node)
                                                         : MARK_NONE;
}

/* What stands in a column of a row, or NULL. */
static const struct picture_replica *replica_in(const struct key_table *table,
                                                const struct picture_key *key, uint32_t column)
{
    if (!table->is_by_place)
        return replica_at(key, column);
    return column < key->replica_count ? &key->replicas[column] : NULL;
}

/* "*shopper4#119" in 10 columns is "*sho..#119", and in 7 "*..#119": what clients write differs at
 * its end. A sign before it stays. */
static void shorten(char *value, size_t columns)
{
    size_t size = strlen(value), sign = *value == '*' || *value == '!';
    size_t dots = columns < 6 ? 1 : 2;
    const char *number = strrchr(value, '#');
    if (size <= columns || columns < 3 || !number || number[1 + strspn(number + 1, "0123456789")])
        return; /* a text is cut at its end, as everywhere */
    size_t end = MIN(columns - dots - sign, 4), begin = columns - dots - end;
    memmove(value + begin + dots, value + size - end, end + 1);
    memset(value + begin, '.', dots);
}

static void write_cell(const struct key_table *table, uint32_t index, uint32_t column)
{
    const struct scene *scene = table->writer->scene;
    const struct picture_key *key = &scene->picture->keys[index];
    const struct picture_replica *replica = replica_in(table, key, column);
    struct box box = table->writer->box;
    float size = scene->size, y = table->writer->y;
    float x = box.x + table->name_width + (float)column * table->column;
    struct box at = {x, box.y, table->column - size * 0.5f, box.h};
    struct box cell = {x, y, at.w, size * DRAW_LINE_HEIGHT};
    char text[160], value[80], name[70] = "";
    if (!replica)
        return;
    uint8_t mark = mark_at(scene, index, replica->node);
    *table->marked += mark != MARK_NONE;
    struct draw_color color = key_cell(scene, key, replica, value, sizeof value);
    writer_tint(table->writer, cell, mark);
    bool is_plain = mark == MARK_NONE && !pick_is(scene->pick, PICK_KEY, index);
    if (!replica->is_running || replica->is_absent) /* what is faint is hard to read upon a tint */
        color = is_plain ? color : scene->theme->text;
    if (table->is_by_place)
        snprintf(name, sizeof name, "%s ", scene->picture->nodes[replica->node].name);
    size_t columns = (size_t)(at.w / (size * DRAW_CHARACTER_WIDTH));
    size_t before = strlen(name) + 1;
    if (columns > before)
        shorten(value, columns - before);
    snprintf(text, sizeof text, "%s%c%s", name, writer_sign(mark), value);
    if (scene->cell == replica->node && pick_is(scene->pick, PICK_KEY, index))
        draw_frame(table->writer->list, cell.x, cell.y, cell.w, cell.h, 1,
                   scene->theme->selected);
    scene_text(table->writer->list, at, x, y, size, color, text);
    hits_add(table->hits, cell, PICK_CELL, (uint64_t)index << 32 | replica->node);
}

/* --- rows -------------------------------------------------------------------------------- */

static void write_row(const struct key_table *table, uint32_t index)
{
    struct writer *writer = table->writer;
    const struct scene *scene = writer->scene;
    const struct picture_key *key = &scene->picture->keys[index];
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    struct box box = writer->box;
    char text[100], hot[16] = "";
    if (pick_is(scene->pick, PICK_KEY, index))
        draw_rect(writer->list, box.x, writer->y, box.w, line,
                  with_alpha(scene->theme->accent, 34));
    bool is_new = scene->marks && index < scene->marks->key_count &&
                  scene->marks->keys[index] == MARK_NEW;
    if (key->is_hot)
        snprintf(hot, sizeof hot, "^%.0f%% ",
                 100.0 * (double)key->asked / (double)scene->picture->asked);
    snprintf(text, sizeof text, "%s%s%s%s", key->is_differing ? "!" : " ", is_new ? "+" : "", hot,
             key->name);
    struct box name = {box.x, box.y, table->name_width - size * 0.4f, box.h};
    scene_text(writer->list, name, box.x, writer->y, size,
               key->is_differing ? scene->theme->bad : scene->theme->text, text);
    hits_add(table->hits, (struct box){box.x, writer->y, box.w, line}, PICK_KEY, index);
    for (uint32_t node = 0; node < table->columns; node++)
        write_cell(table, index, node);
    writer->y += line;
}

/* A node's name, with the sign of a change of its state. */
static void write_head(const struct key_table *table, uint32_t column, struct box at)
{
    const struct writer *writer = table->writer;
    const struct scene *scene = writer->scene;
    float size = scene->size;
    char text[100];
    if (table->is_by_place) {
        snprintf(text, sizeof text, "replica %u", column + 1);
    } else {
        uint32_t changed = 0;
        if (scene->marks && column < scene->marks->node_count)
            changed = (marks_field(scene->marks, column, NODE_FIELD_STATE) != MARK_NONE) +
                      (marks_field(scene->marks, column, NODE_FIELD_INCARNATION) != MARK_NONE);
        *table->marked += changed;
        snprintf(text, sizeof text, "%s%s", changed > 0 ? "~" : "",
                 scene->picture->nodes[column].name);
        draw_rect(writer->list, at.x, writer->y + size * 1.2f, at.w, 2,
                  scene->theme->owner[column % 8]);
    }
    scene_text(writer->list, at, at.x, writer->y, size, scene->theme->text, text);
}

static void write_heads(const struct key_table *table)
{
    struct writer *writer = table->writer;
    float size = writer->scene->size;
    for (uint32_t i = 0; i < table->columns; i++)
        write_head(table, i,
                   (struct box){writer->box.x + table->name_width + (float)i * table->column,
                                writer->box.y, table->column - size * 0.4f, writer->box.h});
    writer->y += size * DRAW_LINE_HEIGHT;
}

/* Differing keys, then the others; each in the order in which the run met them. */
static uint32_t sort_keys(const struct picture *picture, uint16_t order[PICTURE_KEYS_MAX])
{
    uint32_t count = 0;
    for (int differing = 1; differing >= 0; differing--)
        for (uint32_t i = 0; i < picture->key_count; i++)
            if (picture->keys[i].is_differing == (differing == 1))
                order[count++] = (uint16_t)i;
    return count;
}

/* Where the rows begin: as far as it was scrolled, but no further than there are rows. */
static uint32_t first_row(const struct writer *writer, uint32_t count, uint32_t rows)
{
    uint32_t most = count > rows ? count - rows : 0;
    uint32_t wanted = writer->scroll > 0 ? (uint32_t)writer->scroll : 0;
    return wanted < most ? wanted : most;
}

static void write_rest(struct writer *writer, uint32_t above, uint32_t below)
{
    const struct picture *picture = writer->scene->picture;
    char text[160], more[WORDS_MAX];
    if (picture->key_total > picture->key_count)
        snprintf(text, sizeof text, " %u above, %u below, and %s only counted", above, below,
                 words_count(picture->key_total - picture->key_count, "more key", more));
    else if (above)
        snprintf(text, sizeof text, " %u above, %u below", above, below);
    else
        snprintf(text, sizeof text, " and %s: wheel or Page Down",
                 words_count(below, "more key", more));
    writer_line(writer, writer->scene->theme->faint, text);
}

/* As wide as the longest name and its signs, but at most a quarter: what the replicas hold has the
 * rest. */
static float name_width(const struct writer *writer)
{
    const struct picture *picture = writer->scene->picture;
    size_t longest = 4;
    for (uint32_t i = 0; i < picture->key_count; i++)
        longest = MAX(longest, strlen(picture->keys[i].name));
    float wide = (float)(longest + 4) * writer->scene->size * DRAW_CHARACTER_WIDTH;
    return MIN(wide, writer->box.w * 0.24f);
}

uint32_t key_table_write(struct writer *writer, uint32_t rows, struct hits *hits)
{
    uint32_t marked = 0;
    uint16_t order[PICTURE_KEYS_MAX];
    const struct picture *picture = writer->scene->picture;
    const struct pick pick = writer->scene->pick;
    struct key_table table = {writer, hits, name_width(writer), 0, 0, false, &marked};
    uint32_t count = sort_keys(picture, order), place = count;
    table.is_by_place = picture->node_count > NODES_IN_COLUMNS;
    table.columns = table.is_by_place ? picture->rules.replication : picture->node_count;
    table.columns = MIN(table.columns, (uint32_t)NODES_IN_COLUMNS);
    table.column =
        (writer->box.w - table.name_width) / (float)(table.columns ? table.columns : 1);
    write_heads(&table);
    for (uint32_t i = 0; i < count; i++)
        if (pick_is(pick, PICK_KEY, order[i]))
            place = i;
    uint32_t first = first_row(writer, count, rows);
    writer->scroll = (float)first;
    bool is_out_of_sight = place < count && (place < first || place >= first + rows);
    if (is_out_of_sight)
        write_row(&table, order[place]);
    uint32_t last = MIN(count, first + rows - is_out_of_sight);
    for (uint32_t i = first; i < last; i++)
        write_row(&table, order[i]);
    writer->is_cut |= last < count;
    if (count > rows || picture->key_total > picture->key_count)
        write_rest(writer, first, count - last);
    writer->y += writer->scene->size * 0.5f;
    return marked;
}
