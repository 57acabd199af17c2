/*
 * numbers_walk.c: from the bytes of a key to the nodes that keep it.
 *
 *     bytes --hash--> position --clockwise--> token, token, token ... --> preference list
 *
 * The walk is the database's own (stage_walk). A token of a node that is on the list already is
 * struck out; where the rule that skips it is switched off, it counts, and the page says so.
 */
#include <string.h>

#include "viz/inspector/numbers.h"
#include "viz/app/words.h"

#define STOPS_MAX 64

static double percent_of(uint64_t position)
{
    return (double)position / 184467440737095516.16;
}

static void write_bytes(struct writer *writer, const struct picture_key *key)
{
    char line[PICTURE_BYTES_MAX * 3 + 40], bytes[WORDS_MAX];
    size_t used = 0;
    uint32_t shown = key->size < 12 ? key->size : 12;
    for (uint32_t i = 0; i < shown; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, "%02x ", key->bytes[i]);
    snprintf(line + used, sizeof line - used, "%s(%s)", shown < key->size ? ".. " : "",
             words_count(key->size, "byte", bytes));
    writer_line(writer, writer->scene->theme->text, line);
    const char *hash = writer->scene->picture->rules.hash;
    snprintf(line, sizeof line, hash ? "%s gives %016llx" : "%s: %016llx",
             hash ? hash : "its first bytes", (unsigned long long)key->position);
    writer_line(writer, writer->scene->theme->text, line);
    snprintf(line, sizeof line, "that is %.3f %% of the way round, clockwise from the top",
             percent_of(key->position));
    writer_line(writer, writer->scene->theme->text, line);
}

static const char *ordinal(uint32_t rank, char text[16])
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    bool is_teen = rank % 100 >= 11 && rank % 100 <= 13;
    snprintf(text, 16, "%u%s", rank, !is_teen && rank % 10 <= 3 ? ends[rank % 10] : "th");
    return text;
}

/* Behind the node's name: its rank, or why it has none. */
static void say_stop(const struct picture_stop *stop, char *text, size_t size)
{
    char rank[16];
    if (stop->rank > 0)
        snprintf(text, size, "%s replica%s", ordinal(stop->rank, rank),
                 stop->is_met ? ": a node counts twice, no rule forbids it" : "");
    else
        snprintf(text, size, "skipped: %s", stop->is_met ? "the same node as before"
                                                         : "its rack has a replica already");
}

static void write_stop(struct writer *writer, const struct picture_stop *stop)
{
    const struct scene *scene = writer->scene;
    const char *name = scene->picture->nodes[stop->node].name;
    float size = scene->size, y = writer->y + size * 0.65f;
    char line[160], text[100], at[16] = "";
    if (stop->position)
        snprintf(at, sizeof at, "%8.3f %%", percent_of(stop->position));
    say_stop(stop, text, sizeof text);
    snprintf(line, sizeof line, "%10s  %s  %s", at, name, text);
    if (stop->rank == 0 && writer_is_in_sight(writer, size))
        draw_line(writer->list, writer->box.x + size * DRAW_CHARACTER_WIDTH, y,
                  writer->box.x + (float)(12 + strlen(name)) * size * DRAW_CHARACTER_WIDTH, y, 1.5f,
                  scene->theme->warn, false);
    writer_line(writer, stop->rank ? scene->theme->text : scene->theme->faint, line);
}

static void write_list(struct writer *writer, const struct picture_stop *stops, uint32_t count)
{
    const struct picture *picture = writer->scene->picture;
    char line[200];
    size_t used = (size_t)snprintf(line, sizeof line, "preference list:");
    for (uint32_t i = 0; i < count && used < sizeof line; i++)
        if (stops[i].rank > 0)
            used += (size_t)snprintf(line + used, sizeof line - used, " %s",
                                     picture->nodes[stops[i].node].name);
    writer_line(writer, writer->scene->theme->accent, line);
}

void numbers_walk(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    struct picture_stop stops[STOPS_MAX];
    char title[120];
    (void)hits;
    if (subject->key >= scene->picture->key_count)
        return;
    const struct picture_key *key = &scene->picture->keys[subject->key];
    snprintf(title, sizeof title, "where %s is kept", key->name);
    writer_head(writer, title);
    write_bytes(writer, key);
    uint32_t count = stage_walk(scene->stage, key->position, stops, STOPS_MAX);
    uint32_t shown = count < STOPS_MAX ? count : STOPS_MAX;
    for (uint32_t i = 0; i < shown; i++)
        write_stop(writer, &stops[i]);
    write_list(writer, stops, shown);
}
