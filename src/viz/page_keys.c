/*
 * page_keys.c: what lies where, key by key, and everything about the selection.
 *
 * The table has a row for each key and a column for each node. A cell holds the value
 * that this replica has: "*" marks the newest version, "!" an older one, "-" a replica
 * that never heard of the key, "X" a tombstone, "?" a replica that is down and cannot be
 * asked. Rows whose running replicas differ are marked at the front and come first.
 */
#include <string.h>

#include "viz/pages.h"
#include "viz/views.h"

/* --- the table of replicas ----------------------------------------------------------------- */

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

static void write_row(struct writer *writer, uint32_t index, float name_width, float column,
                      struct hits *hits)
{
    const struct scene *scene = writer->scene;
    const struct picture_key *key = &scene->picture->keys[index];
    struct box box = writer->box;
    float size = scene->size, line = size * DRAW_LINE_HEIGHT;
    char text[80];
    if (pick_is(scene->pick, PICK_KEY, index))
        draw_rect(writer->list, box.x, writer->y, box.w, line,
                  with_alpha(scene->theme->accent, 60));
    snprintf(text, sizeof text, "%s%s", key->is_differing ? "!" : " ", key->name);
    struct box name = {box.x, box.y, name_width - size * 0.4f, box.h};
    scene_text(writer->list, name, box.x, writer->y, size,
               key->is_differing ? scene->theme->bad : scene->theme->text, text);
    for (uint32_t node = 0; node < scene->picture->node_count; node++) {
        const struct picture_replica *replica = replica_at(key, node);
        struct box at = {box.x + name_width + (float)node * column, box.y, column - size * 0.5f,
                         box.h};
        if (!replica || at.x + column > box.x + box.w + 1)
            continue;
        struct draw_color color = cell(scene, key, replica, text, sizeof text);
        scene_text(writer->list, at, at.x, writer->y, size, color, text);
    }
    hits_add(hits, (struct box){box.x, writer->y, box.w, line}, PICK_KEY, index);
    writer->y += line;
}

static void write_heads(struct writer *writer, float name_width, float column)
{
    const struct picture *picture = writer->scene->picture;
    float size = writer->scene->size;
    for (uint32_t node = 0; node < picture->node_count; node++) {
        struct box at = {writer->box.x + name_width + (float)node * column, writer->box.y,
                         column - size * 0.4f, writer->box.h};
        if (at.x + column <= writer->box.x + writer->box.w + 1)
            scene_text(writer->list, at, at.x, writer->y, size, writer->scene->theme->text,
                       picture->nodes[node].name);
        if (at.x + column <= writer->box.x + writer->box.w + 1)
            draw_rect(writer->list, at.x, writer->y + size * 1.2f, at.w, 2,
                      writer->scene->theme->owner[node % 8]);
    }
    writer->y += size * DRAW_LINE_HEIGHT;
}

/* Rows in order: differing ones, then the others; the selected one in any case. */
static void write_table(struct writer *writer, uint32_t rows, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    float size = writer->scene->size;
    float name_width = writer->box.w * 0.24f;
    uint32_t columns = picture->node_count < 8 ? picture->node_count : 8;
    float column = (writer->box.w - name_width) / (float)(columns ? columns : 1);
    uint32_t written = 0;
    char text[80];
    write_heads(writer, name_width, column);
    bool is_pick_due = writer->scene->pick.kind == PICK_KEY &&
                       writer->scene->pick.id < picture->key_count;
    if (is_pick_due && rows > 0) {
        write_row(writer, (uint32_t)writer->scene->pick.id, name_width, column, hits);
        written++;
    }
    for (int differing = 1; differing >= 0; differing--)
        for (uint32_t i = 0; i < picture->key_count && written < rows; i++)
            if (picture->keys[i].is_differing == (differing == 1) &&
                !pick_is(writer->scene->pick, PICK_KEY, i)) {
                write_row(writer, i, name_width, column, hits);
                written++;
            }
    if (written < picture->key_count) {
        snprintf(text, sizeof text, " and %u more keys", picture->key_count - written);
        writer_line(writer, writer->scene->theme->faint, text);
    }
    writer->y += size * 0.5f;
}

/* --- the selected thing -------------------- */

static void write_node(struct writer *writer, uint32_t index)
{
    static const char *const states[] = {"up", "down", "paused", "starting", "refused to start"};
    const struct picture_node *node = &writer->scene->picture->nodes[index];
    const struct theme *theme = writer->scene->theme;
    char line[200], span[32];
    snprintf(line, sizeof line, "%s is %s, life %u; suspected by %u", node->name,
             states[node->state], node->incarnation, node->suspected_by);
    writer_line(writer, theme->text, line);
    snprintf(line, sizeof line, "log: appended to %llu, on the device to %llu%s",
             (unsigned long long)node->log_appended_to, (unsigned long long)node->log_synced_to,
             node->log_appended_to > node->log_synced_to ? " !" : "");
    writer_line(writer, theme->text, line);
    snprintf(line, sizeof line, "a power loss now would take %llu bytes",
             (unsigned long long)node->unsynced_bytes);
    writer_line(writer, node->unsynced_bytes ? theme->warn : theme->faint, line);
    uint64_t off = (uint64_t)(node->clock_offset_ns < 0 ? -node->clock_offset_ns
                                                        : node->clock_offset_ns);
    snprintf(line, sizeof line, "queue %u, %llu keys, clock %s%s", node->waiting,
             (unsigned long long)node->keys, node->clock_offset_ns < 0 ? "-" : "+",
             scene_time(off, span));
    writer_line(writer, theme->text, line);
}

static void write_replica(struct writer *writer, const struct picture_key *key, uint32_t i)
{
    const struct picture_replica *replica = &key->replicas[i];
    const struct scene *scene = writer->scene;
    char line[300], value[80], time[32];
    struct draw_color color = cell(scene, key, replica, value, sizeof value);
    if (replica->is_absent || !replica->is_running)
        snprintf(line, sizeof line, "%u. %s: %s", i + 1, scene->picture->nodes[replica->node].name,
                 replica->is_running ? "has never heard of it" : "is down");
    else
        snprintf(line, sizeof line, "%u. %s: %s @%s", i + 1,
                 scene->picture->nodes[replica->node].name, value,
                 scene_time(replica->timestamp > 0 ? (vtime)replica->timestamp : 0, time));
    writer_line(writer, color, line);
}

static void write_key(struct writer *writer, const struct picture_key *key)
{
    char line[200];
    snprintf(line, sizeof line, "%s: hash %016llx, then clockwise:", key->name,
             (unsigned long long)key->token);
    writer_line(writer, writer->scene->theme->text, line);
    for (uint32_t i = 0; i < key->replica_count; i++)
        write_replica(writer, key, i);
}

static void write_message(struct writer *writer, const struct picture_message *message)
{
    const struct scene *scene = writer->scene;
    char line[200], wait[32];
    snprintf(line, sizeof line, "in flight: %s from %s to %s", message->name,
             scene_actor_name(scene, message->from), scene_actor_name(scene, message->to));
    writer_line(writer, scene->theme->accent, line);
    vtime left = message->arrives_at > scene->clock ? message->arrives_at - scene->clock : 0;
    snprintf(line, sizeof line, "arrives in %s%s", scene_time(left, wait),
             message->is_doomed ? ", but will be lost" : "");
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

static void write_counts(struct writer *writer)
{
    const struct picture *picture = writer->scene->picture;
    char line[200];
    snprintf(line, sizeof line, "operations: %llu ok, %llu unavailable, %llu timeout, %llu open",
             (unsigned long long)picture->operations[1], (unsigned long long)picture->operations[2],
             (unsigned long long)picture->operations[3],
             (unsigned long long)picture->operations[0]);
    writer_line(writer, writer->scene->theme->text, line);
    snprintf(line, sizeof line, "stale reads: %u", picture->stale_reads);
    const struct theme *theme = writer->scene->theme;
    writer_line(writer, picture->stale_reads ? theme->bad : theme->faint, line);
}

void page_keys(struct writer *writer, struct hits *hits)
{
    int lines = (int)(writer->box.h / (writer->scene->size * DRAW_LINE_HEIGHT));
    int rows = lines / 2 - 2;
    write_counts(writer);
    if (rows > 0 && writer->scene->picture->key_count > 0)
        write_table(writer, (uint32_t)rows, hits);
    write_selection(writer);
    write_last_step(writer);
}
