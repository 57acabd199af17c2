/*
 * numbers_versions.c: which version of a key is newer, and by which rule.
 *
 * Last writer wins, in three rules, each of which is asked only when the one before says
 * "equal": the higher timestamp; a tombstone before a value; the larger value, byte by byte. Each
 * version that some replica still has is compared with the newest one.
 */
#include <string.h>

#include "viz/inspector/numbers.h"
#include "viz/app/words.h"

static const struct picture_replica *newest_of(const struct picture_key *key)
{
    for (uint32_t i = 0; i < key->replica_count; i++)
        if (key->replicas[i].is_newest)
            return &key->replicas[i];
    return NULL;
}

static const char *shown(const struct picture_replica *replica, char text[40])
{
    size_t size = strlen(replica->value);
    while (size > 2 && replica->value[size - 1] == '.') /* what fills values up */
        size--;
    snprintf(text, 40, replica->is_tombstone ? "a tombstone" : "\"%.*s\"",
             (int)(size < 30 ? size : 30), replica->value);
    return text;
}

static void write_stamps(struct writer *writer, const struct picture_replica *older,
                         const struct picture_replica *newer)
{
    char line[240], a[32], b[32], by[32];
    const char *first = scene_time((vtime)(older->timestamp > 0 ? older->timestamp : 0), a);
    const char *second = scene_time((vtime)(newer->timestamp > 0 ? newer->timestamp : 0), b);
    if (older->timestamp == newer->timestamp)
        snprintf(line, sizeof line, "  1. timestamps %s and %s: equal, so the next rule", first,
                 second);
    else
        snprintf(line, sizeof line, "  1. timestamps %s < %s: higher by %s, that decides", first,
                 second, scene_time((vtime)(newer->timestamp - older->timestamp), by));
    writer_line(writer, writer->scene->theme->text, line);
}

static void write_ties(struct writer *writer, const struct picture_replica *older,
                       const struct picture_replica *newer)
{
    const struct draw_color color = writer->scene->theme->text;
    char line[240];
    if (older->loses_by == PICTURE_RULE_TOMBSTONE) {
        writer_line(writer, color, "  2. a tombstone beats a value: that decides");
        return;
    }
    writer_line(writer, color, "  2. both are of one kind: equal, so the next rule");
    uint32_t at = older->loses_at;
    if (at + 1 < PICTURE_NAME_MAX && newer->value[at] && older->value[at])
        snprintf(line, sizeof line, "  3. byte %u: 0x%02x < 0x%02x, the larger one wins", at + 1,
                 (unsigned)(unsigned char)older->value[at],
                 (unsigned)(unsigned char)newer->value[at]);
    else
        snprintf(line, sizeof line, "  3. they differ from byte %u on: the larger wins", at + 1);
    writer_line(writer, color, line);
}

static bool is_same(const struct picture_replica *a, const struct picture_replica *b)
{
    return a->is_running == b->is_running && a->is_absent == b->is_absent &&
           a->is_tombstone == b->is_tombstone && a->timestamp == b->timestamp &&
           a->loses_by == b->loses_by && strcmp(a->value, b->value) == 0;
}

/* "n1, n3": all that hold the same version. */
static const char *holders(const struct picture *picture, const struct picture_key *key,
                           const struct picture_replica *replica, char text[80])
{
    size_t used = 0;
    for (uint32_t i = 0; i < key->replica_count && used < 80; i++)
        if (is_same(&key->replicas[i], replica))
            used += (size_t)snprintf(text + used, 80 - used, "%s%s", used ? ", " : "",
                                     picture->nodes[key->replicas[i].node].name);
    return text;
}

static void write_duel(struct writer *writer, const struct picture_key *key,
                       const struct picture_replica *older, const struct picture_replica *newer)
{
    const struct picture *picture = writer->scene->picture;
    char line[300], a[40], b[40], who[80], whom[80];
    holders(picture, key, older, who);
    holders(picture, key, newer, whom);
    if (older->is_absent) {
        snprintf(line, sizeof line, "%s never heard of it: whatever %s got is newer", who, whom);
        writer_line(writer, writer->scene->theme->bad, line);
        return;
    }
    snprintf(line, sizeof line, "%s: %s    %s: %s", who, shown(older, a), whom, shown(newer, b));
    writer_line(writer, writer->scene->theme->bad, line);
    write_stamps(writer, older, newer);
    if (older->loses_by != PICTURE_RULE_TIMESTAMP)
        write_ties(writer, older, newer);
}

/* Of replicas that hold the same version, only the first one is compared. */
static bool is_first_of_its_kind(const struct picture_key *key, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (is_same(&key->replicas[i], &key->replicas[index]))
            return false;
    return true;
}

/* A stamp is the clock of the node that coordinated the write. */
static void write_future(struct writer *writer, const struct picture_replica *newest)
{
    const struct picture *picture = writer->scene->picture;
    char line[200], ahead[32];
    if (newest->is_absent || newest->timestamp <= (int64_t)picture->now)
        return;
    snprintf(line, sizeof line,
             "This stamp lies %s in the future: the clock that gave it was ahead, and writes "
             "stamped by right clocks lose to it until then.",
             scene_time((vtime)newest->timestamp - picture->now, ahead));
    writer_wrapped(writer, writer->scene->theme->warn, line);
}

void numbers_versions(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    uint32_t running = 0;
    char line[200], replicas[WORDS_MAX];
    (void)hits;
    if (subject->key >= picture->key_count)
        return;
    const struct picture_key *key = &picture->keys[subject->key];
    const struct picture_replica *newest = newest_of(key);
    for (uint32_t i = 0; i < key->replica_count; i++)
        running += key->replicas[i].is_running;
    writer_head(writer, "which version is newer");
    if (key->is_differing && newest) {
        for (uint32_t i = 0; i < key->replica_count; i++)
            if (key->replicas[i].is_running && key->replicas[i].loses_by != PICTURE_RULE_SAME &&
                is_first_of_its_kind(key, i))
                write_duel(writer, key, &key->replicas[i], newest);
    } else {
        snprintf(line, sizeof line, "%s that %s: all the same version",
                 words_count(running, "replica", replicas), words_verb(running, "runs", "run"));
        writer_line(writer, writer->scene->theme->text, line);
    }
    if (newest)
        write_future(writer, newest);
}
