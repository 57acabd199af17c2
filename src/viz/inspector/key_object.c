/*
 * key_object.c: what key_object.h promises.
 */
#include "viz/inspector/key_object.h"

#include <string.h>

#include "viz/app/words.h"

/* As enum version_kind of db/store/version.h, which the window does not see. */
enum {
    SHAPE_PLAIN,
    SHAPE_SIBLINGS,
    SHAPE_VECTOR,
    SHAPE_COUNTER,
    SHAPE_SET,
    SHAPE_MAP,
    SHAPE_COUNT
};

static void write_words(uint32_t kind, uint32_t count, const char *value, char *text, size_t size)
{
    static const char *const one[SHAPE_COUNT] = {"value", "sibling", "sibling",
                                                "part", "element", "field"};
    char many[WORDS_MAX];
    if (kind == SHAPE_COUNTER)
        snprintf(text, size, "the number %s", value);
    else
        snprintf(text, size, "%s", words_count(count, one[kind < SHAPE_COUNT ? kind : 0], many));
}

void key_object_words(const struct picture_replica *replica, char *text, size_t size)
{
    write_words(replica->kind, replica->value_count, replica->value, text, size);
}

static void write_head(struct writer *writer, const struct key_version *version, uint32_t place)
{
    const struct scene *scene = writer->scene;
    char line[400], words[160], time[32];
    write_words(version->kind, version->value_count, version->value, words, sizeof words);
    int used = snprintf(line, sizeof line, "%u. %s: %s, stamped %s%s", place + 1,
                        scene->picture->nodes[version->node].name, words,
                        version->timestamp < 0 ? "-" : "",
                        scene_time((vtime)(version->timestamp < 0 ? -version->timestamp
                                                                  : version->timestamp),
                                   time));
    if (*version->dots)
        snprintf(line + used, sizeof line - (size_t)used, "; knows %s%s", version->dots,
                 version->are_dots_cut ? ".." : "");
    writer_wrapped(writer, scene->theme->text, line);
}

static void write_part(struct writer *writer, const struct version_part *part, int width)
{
    const struct theme *theme = writer->scene->theme;
    char line[300];
    int used = snprintf(line, sizeof line, "   %c %-*s  %s", part->is_missing_elsewhere ? '!' : ' ',
                        width, part->name, part->value);
    while (used > 8 && line[used - 1] == '.') /* clients fill values up to their size with dots */
        line[--used] = '\0';
    writer_wrapped(writer, part->is_missing_elsewhere ? theme->bad : theme->faint, line);
}

static int width_of(const struct key_version *version)
{
    int width = 4;
    for (uint32_t i = 0; i < version->part_count; i++)
        width = MAX(width, (int)strlen(version->parts[i].name));
    return MIN(width, 30);
}

static uint32_t write_parts(struct writer *writer, const struct key_version *version, bool missing)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < version->part_count; i++)
        if (version->parts[i].is_missing_elsewhere == missing) {
            write_part(writer, &version->parts[i], width_of(version));
            count++;
        }
    return count;
}

bool key_object_write(struct writer *writer, const struct key_versions *versions, uint32_t place)
{
    const struct key_version *version = &versions->versions[place];
    const struct scene *scene = writer->scene;
    char line[200];
    if (version->kind == SHAPE_PLAIN || version->is_absent || !version->is_running)
        return false;
    if (version->same_as == place) {
        write_head(writer, version, place);
        write_parts(writer, version, true);
        return true;
    }
    snprintf(line, sizeof line, "%u. %s: the same as %s", place + 1,
             scene->picture->nodes[version->node].name,
             scene->picture->nodes[versions->versions[version->same_as].node].name);
    writer_line(writer, scene->theme->text, line);
    return true;
}

void key_object_write_common(struct writer *writer, const struct key_versions *versions)
{
    const struct theme *theme = writer->scene->theme;
    char line[120], more[WORDS_MAX];
    for (uint32_t i = 0; i < versions->count; i++) {
        const struct key_version *version = &versions->versions[i];
        uint32_t common = 0;
        for (uint32_t j = 0; j < version->part_count && version->is_running; j++)
            common += !version->parts[j].is_missing_elsewhere;
        if (common == 0)
            continue;
        writer_line(writer, theme->text, "every replica that runs has:");
        write_parts(writer, version, false);
        if (version->part_total > version->part_count) {
            snprintf(line, sizeof line, "     and %s",
                     words_count(version->part_total - version->part_count, "more part", more));
            writer_line(writer, theme->faint, line);
        }
        return;
    }
}
