/*
 * page_keys.c: what lies where, key by key, and everything about the selection.
 *
 * Above, the table of keys and their replicas (key_table.h). Below it, what is selected: a key
 * with the versions that its replicas hold, who wrote them and when; a node in short; a record
 * with its causes; a message with what will become of it. Last, what the present step did.
 */
#include <string.h>

#include "viz/inspector/key_object.h"
#include "viz/inspector/key_table.h"
#include "viz/views/views.h"
#include "viz/app/words.h"

/* A click on it selects the record of its asking. */
static void write_version(struct writer *writer, const struct picture_key *key,
                          const struct key_version *version, uint32_t place,
                          struct hits *hits)
{
    const struct scene *scene = writer->scene;
    const struct picture_replica *replica = &key->replicas[place];
    char line[400], value[200], time[32], asked[32];
    struct draw_color color = key_cell(scene, key, replica, value, sizeof value);
    if (replica->is_cut) { /* here is room for all of it, or nearly */
        int size = snprintf(value, sizeof value, "%s", version->value);
        while (size > 2 && value[size - 1] == '.') /* what fills values up */
            value[--size] = '\0';
    }
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
    float top = writer->y;
    writer_wrapped(writer, color, line);
    if (version->record && stage_record(scene->stage, version->record))
        hits_add(hits, (struct box){writer->box.x, top, writer->box.w, writer->y - top},
                 PICK_RECORD, version->record);
}

/* How often it was asked for lately. */
static void write_heat(struct writer *writer, const struct picture_key *key)
{
    const struct picture *picture = writer->scene->picture;
    char line[200], span[32], times[WORDS_MAX];
    if (key->asked == 0 || picture->asked < PICTURE_HOT_LEAST)
        return; /* so few say nothing */
    snprintf(line, sizeof line, "%sasked for %s in the last %s: %.1f %% of all operations",
             key->is_hot ? "^hot: " : "", words_count(key->asked, "time", times),
             scene_time(picture->asked_span, span),
             100.0 * (double)key->asked / (double)picture->asked);
    writer_line(writer, key->is_hot ? writer->scene->theme->warn : writer->scene->theme->faint,
                line);
}

static void write_key(struct writer *writer, const struct picture_key *key, struct hits *hits)
{
    const struct key_versions *versions = writer->scene->versions;
    char line[200];
    snprintf(line, sizeof line, "%s: hash %016llx, then clockwise:", key->name,
             (unsigned long long)key->token);
    writer_line(writer, writer->scene->theme->text, line);
    write_heat(writer, key);
    for (uint32_t i = 0; versions && i < versions->count && i < key->replica_count; i++)
        if (!key_object_write(writer, versions, i))
            write_version(writer, key, &versions->versions[i], i, hits);
    if (versions)
        key_object_write_common(writer, versions);
}

static void write_node(struct writer *writer, uint32_t index)
{
    const struct picture_node *node = &writer->scene->picture->nodes[index];
    const struct theme *theme = writer->scene->theme;
    char line[200], span[32], bytes[WORDS_MAX], keys[WORDS_MAX];
    snprintf(line, sizeof line, "%s is %s, life %u; suspected by %u", node->name,
             state_words(node->state), node->incarnation, node->suspected_by);
    writer_line(writer, theme->text, line);
    if (node->state == PICTURE_DOWN)
        snprintf(line, sizeof line, "its disk keeps %s; U reads them back",
                 words_count(node->disk_bytes, "byte", bytes));
    else
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

static void write_selection(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    const struct picture *picture = scene->picture;
    if (scene->pick.kind == PICK_ACTOR && scene->pick.id < picture->node_count)
        write_node(writer, (uint32_t)scene->pick.id);
    else if (scene->pick.kind == PICK_KEY && scene->pick.id < picture->key_count)
        write_key(writer, &picture->keys[scene->pick.id], hits);
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
        marked = key_table_write(writer, (uint32_t)MIN(rows, (int)picture->key_count), hits);
    bottom = writer->y;
    writer->y = top; /* only now it is known what stands below */
    writer_changes(writer, marked);
    writer->y = bottom;
    if (picture->key_count == 0)
        writer_line(writer, writer->scene->theme->faint, "no client has asked for a key yet");
    write_selection(writer, hits);
    write_last_step(writer);
}
