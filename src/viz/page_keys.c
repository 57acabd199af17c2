/*
 * page_keys.c: what lies where, key by key, and everything about the selection.
 *
 * The table has a row for each key and a column for each node. A cell holds the value that
 * this replica has: "*" marks the newest version, "!" an older one, "-" a replica that never
 * heard of the key, "X" a tombstone, "?" a replica that is down and cannot be asked. Rows whose
 * running replicas differ are marked at the front and come first; the wheel and the Page keys
 * scroll the rest.
 *
 * A sign before the value says what has changed: "+" new, "~" another version, "x" gone; since
 * the step before, or since the moment that Ctrl+M has marked. A tinted cell says the same.
 */
#include <string.h>

#include "viz/pages.h"
#include "viz/views.h"
#include "viz/words.h"

struct key_table {
    struct writer *writer;
    struct hits *hits;
    float name_width, column;
    uint32_t columns; /* nodes that there is room for */
    uint32_t *marked; /* how many cells have changed */
};

/* --- the table of replicas ------------------------------------------------------------------- */

static const struct picture_replica *replica_at(const struct picture_key *key, uint32_t node)
{
    for (uint32_t i = 0; i < key->replica_count; i++)
        if (key->replicas[i].node == node)
            return &key->replicas[i];
    return NULL;
}

static struct draw_color cell(const struct scene *scene, const struct picture_key *key,
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

static void write_cell(const struct key_table *table, uint32_t index, uint32_t node)
{
    const struct scene *scene = table->writer->scene;
    const struct picture_key *key = &scene->picture->keys[index];
    const struct picture_replica *replica = replica_at(key, node);
    struct box box = table->writer->box;
    float size = scene->size, y = table->writer->y;
    float x = box.x + table->name_width + (float)node * table->column;
    struct box at = {x, box.y, table->column - size * 0.5f, box.h};
    char text[84], value[80];
    if (!replica)
        return;
    uint8_t mark = mark_at(scene, index, node);
    *table->marked += mark != MARK_NONE;
    struct draw_color color = cell(scene, key, replica, value, sizeof value);
    writer_tint(table->writer, (struct box){x, y, at.w, size * DRAW_LINE_HEIGHT}, mark);
    bool is_plain = mark == MARK_NONE && !pick_is(scene->pick, PICK_KEY, index);
    if (!replica->is_running || replica->is_absent) /* what is faint is hard to read upon a tint */
        color = is_plain ? color : scene->theme->text;
    snprintf(text, sizeof text, "%c%s", writer_sign(mark), value);
    if (scene->cell == node && pick_is(scene->pick, PICK_KEY, index))
        draw_frame(table->writer->list, x, y, at.w, size * DRAW_LINE_HEIGHT, 1,
                   scene->theme->selected);
    scene_text(table->writer->list, at, x, y, size, color, text);
    hits_add(table->hits, (struct box){x, y, at.w, size * DRAW_LINE_HEIGHT}, PICK_CELL,
             (uint64_t)index << 32 | node);
}

static void write_row(const struct key_table *table, uint32_t index)
{
    struct writer *writer = table->writer;
    const struct scene *scene = writer->scene;
    const struct picture_key *key = &scene->picture->keys[index];
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    struct box box = writer->box;
    char text[80];
    if (pick_is(scene->pick, PICK_KEY, index))
        draw_rect(writer->list, box.x, writer->y, box.w, line,
                  with_alpha(scene->theme->accent, 60));
    bool is_new = scene->marks && index < scene->marks->key_count &&
                  scene->marks->keys[index] == MARK_NEW;
    snprintf(text, sizeof text, "%s%s%s", key->is_differing ? "!" : " ", is_new ? "+" : "",
             key->name);
    struct box name = {box.x, box.y, table->name_width - size * 0.4f, box.h};
    scene_text(writer->list, name, box.x, writer->y, size,
               key->is_differing ? scene->theme->bad : scene->theme->text, text);
    hits_add(table->hits, (struct box){box.x, writer->y, box.w, line}, PICK_KEY, index);
    for (uint32_t node = 0; node < table->columns; node++)
        write_cell(table, index, node);
    writer->y += line;
}

static void write_heads(const struct key_table *table)
{
    struct writer *writer = table->writer;
    const struct picture *picture = writer->scene->picture;
    float size = writer->scene->size;
    for (uint32_t node = 0; node < table->columns; node++) {
        struct box at = {writer->box.x + table->name_width + (float)node * table->column,
                         writer->box.y, table->column - size * 0.4f, writer->box.h};
        scene_text(writer->list, at, at.x, writer->y, size, writer->scene->theme->text,
                   picture->nodes[node].name);
        draw_rect(writer->list, at.x, writer->y + size * 1.2f, at.w, 2,
                  writer->scene->theme->owner[node % 8]);
    }
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

/* Returns how many of its cells are marked. */
static uint32_t write_table(struct writer *writer, uint32_t rows, struct hits *hits)
{
    uint32_t marked = 0;
    uint16_t order[PICTURE_KEYS_MAX];
    const struct picture *picture = writer->scene->picture;
    const struct pick pick = writer->scene->pick;
    struct key_table table = {writer, hits, writer->box.w * 0.24f, 0, 0, &marked};
    uint32_t count = sort_keys(picture, order), place = count;
    table.columns = picture->node_count < 8 ? picture->node_count : 8;
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

/* --- the selected thing ------------------------------------------------------------------- */

static void write_version(struct writer *writer, const struct picture_key *key,
                          const struct key_version *version, uint32_t place)
{
    const struct scene *scene = writer->scene;
    const struct picture_replica *replica = &key->replicas[place];
    char line[400], value[80], time[32], asked[32];
    struct draw_color color = cell(scene, key, replica, value, sizeof value);
    const char *name = scene->picture->nodes[version->node].name;
    if (!version->is_running)
        snprintf(line, sizeof line, "%u. %s is down", place + 1, name);
    else if (version->is_absent)
        snprintf(line, sizeof line, "%u. %s has never heard of it", place + 1, name);
    else {
        int used = snprintf(line, sizeof line, "%u. %s: %s%s, stamped %s%s", place + 1, name,
                            version->is_tombstone ? "deleted" : value,
                            version->is_cut ? ".." : "", version->timestamp < 0 ? "-" : "",
                            scene_time((vtime)(version->timestamp < 0 ? -version->timestamp
                                                                      : version->timestamp),
                                       time));
        if (version->outcome)
            snprintf(line + used, sizeof line - (size_t)used, ", written by %s (%s), asked at %s",
                     version->writer, version->outcome, scene_time(version->asked_at, asked));
    }
    writer_wrapped(writer, color, line);
}

static void write_key(struct writer *writer, const struct picture_key *key)
{
    const struct key_versions *versions = writer->scene->versions;
    char line[200];
    snprintf(line, sizeof line, "%s: hash %016llx, then clockwise:", key->name,
             (unsigned long long)key->token);
    writer_line(writer, writer->scene->theme->text, line);
    for (uint32_t i = 0; versions && i < versions->count && i < key->replica_count; i++)
        write_version(writer, key, &versions->versions[i], i);
}

static void write_node(struct writer *writer, uint32_t index)
{
    const struct picture_node *node = &writer->scene->picture->nodes[index];
    const struct theme *theme = writer->scene->theme;
    char line[200], span[32], bytes[WORDS_MAX], keys[WORDS_MAX];
    snprintf(line, sizeof line, "%s is %s, life %u; suspected by %u", node->name,
             state_words(node->state), node->incarnation, node->suspected_by);
    writer_line(writer, theme->text, line);
    snprintf(line, sizeof line, "log: appended to %llu, on the device to %llu%s",
             (unsigned long long)node->log_appended_to, (unsigned long long)node->log_synced_to,
             node->log_appended_to > node->log_synced_to ? " !" : "");
    writer_line(writer, theme->text, line);
    snprintf(line, sizeof line, "a power loss now would take %s",
             words_count(node->unsynced_bytes, "byte", bytes));
    writer_line(writer, node->unsynced_bytes ? theme->warn : theme->faint, line);
    uint64_t off = (uint64_t)(node->clock_offset_ns < 0 ? -node->clock_offset_ns
                                                        : node->clock_offset_ns);
    snprintf(line, sizeof line, "queue %u, %s, clock %s%s; more on the page node", node->waiting,
             words_count(node->keys, "key", keys), node->clock_offset_ns < 0 ? "-" : "+",
             scene_time(off, span));
    writer_line(writer, theme->text, line);
}

static void write_message(struct writer *writer, const struct picture_message *message)
{
    const struct scene *scene = writer->scene;
    char line[200], wait[32];
    snprintf(line, sizeof line, "%s: %s from %s to %s",
             message->copy ? "a copy in flight" : "in flight", message->name,
             scene_actor_name(scene, message->from), scene_actor_name(scene, message->to));
    writer_line(writer, scene->theme->accent, line);
    vtime left = message->arrives_at > scene->clock ? message->arrives_at - scene->clock : 0;
    const char *fate = message->is_doomed    ? ", but will be lost"
                       : message->is_damaged ? ", damaged: it will be refused"
                                             : "";
    if (message->is_held)
        snprintf(line, sizeof line, "held, %s before it arrives%s", scene_time(message->left, wait),
                 fate);
    else
        snprintf(line, sizeof line, "arrives in %s%s", scene_time(left, wait), fate);
    writer_line(writer, message->is_doomed ? scene->theme->bad : scene->theme->text, line);
}

/* The record, and why: its causes, back to where it began. */
static void write_record(struct writer *writer, uint64_t number)
{
    const struct scene *scene = writer->scene;
    uint64_t chain[CHAIN_MAX];
    char line[400], sentence[360];
    for (uint32_t i = 0; i < scene->picture->message_count; i++)
        if (scene->picture->messages[i].record == number)
            write_message(writer, &scene->picture->messages[i]);
    uint32_t count = causal_chain(scene->stage, number, chain);
    for (uint32_t i = 0; i < count && writer_has_room(writer, 1); i++) {
        stage_sentence(scene->stage, stage_record(scene->stage, chain[i]), sentence,
                       sizeof sentence);
        snprintf(line, sizeof line, "%s#%llu %s", i ? "because " : "",
                 (unsigned long long)chain[i], sentence);
        writer_wrapped(writer, i ? scene->theme->faint : scene->theme->text, line);
    }
}

static void write_selection(struct writer *writer)
{
    const struct scene *scene = writer->scene;
    const struct picture *picture = scene->picture;
    if (scene->pick.kind == PICK_ACTOR && scene->pick.id < picture->node_count)
        write_node(writer, (uint32_t)scene->pick.id);
    else if (scene->pick.kind == PICK_KEY && scene->pick.id < picture->key_count)
        write_key(writer, &picture->keys[scene->pick.id]);
    else if (scene->pick.kind == PICK_RECORD)
        write_record(writer, scene->pick.id);
    else if (scene->pick.kind == PICK_ACTOR)
        writer_line(writer, scene->theme->text, scene_actor_name(scene, (uint32_t)scene->pick.id));
    else
        writer_line(writer, scene->theme->faint, "nothing selected: click, or Tab");
}

static void write_last_step(struct writer *writer)
{
    const struct scene *scene = writer->scene;
    const struct tape_record *last = stage_record(scene->stage, stage_records(scene->stage));
    char line[400], sentence[360];
    if (!last || !writer_has_room(writer, 3))
        return;
    stage_sentence(scene->stage, last, sentence, sizeof sentence);
    snprintf(line, sizeof line, "now: %s", sentence);
    writer->y += scene->size * 0.4f;
    writer_wrapped(writer, scene->theme->warn, line);
}

void page_keys(struct writer *writer, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    float line = writer->scene->size * DRAW_LINE_HEIGHT;
    int lines = (int)(writer->box.h / line);
    int rows = writer->scene->pick.kind == PICK_NONE ? lines - 7 : lines / 2 - 1;
    float top = writer->y, bottom = top + (writer->scene->marks ? line : 0);
    uint32_t marked = 0;
    writer->y = bottom;
    if (rows > 0 && picture->key_count > 0)
        marked = write_table(writer, (uint32_t)MIN(rows, (int)picture->key_count), hits);
    bottom = writer->y;
    writer->y = top; /* only now it is known what stands below */
    writer_changes(writer, marked);
    writer->y = bottom;
    if (picture->key_count == 0)
        writer_line(writer, writer->scene->theme->faint, "no client has asked for a key yet");
    write_selection(writer);
    write_last_step(writer);
}
