/*
 * export_formats.c: the list of formats, and what they ask about a run.
 *
 * A format is found by its name or by the ending of a file. The order of the list is that in
 * which it is told to people: text of records first, then images, then films.
 */
#include <string.h>

#include "cli/export/export.h"
#include "sim/picture/view.h"

static const struct export_format export_png = {.name = "png",
                                                .endings = ".png",
                                                .kind = EXPORT_IMAGE,
                                                .what = "an image of the window, or of one view",
                                                .write = look_write_png};
static const struct export_format export_svg = {.name = "svg",
                                                .endings = ".svg",
                                                .kind = EXPORT_IMAGE,
                                                .what = "the same as lines and text",
                                                .write = look_write_svg};

static const struct export_format export_gif = {.name = "gif",
                                                .endings = ".gif",
                                                .kind = EXPORT_FILM,
                                                .what = "a film, through ffmpeg"};
static const struct export_format export_mp4 = {.name = "mp4",
                                                .endings = ".mp4",
                                                .kind = EXPORT_FILM,
                                                .what = "a film, through ffmpeg"};
static const struct export_format export_webm = {.name = "webm",
                                                 .endings = ".webm",
                                                 .kind = EXPORT_FILM,
                                                 .what = "a film, through ffmpeg"};
static const struct export_format export_apng = {.name = "apng",
                                                 .endings = ".apng",
                                                 .kind = EXPORT_FILM,
                                                 .what = "a film as a PNG image that moves"};
static const struct export_format export_frames = {.name = "frames",
                                                   .endings = "/",
                                                   .kind = EXPORT_FILM,
                                                   .what = "a folder of PNG images"};

const struct export_format *const export_formats[] = {
    &export_html, &export_shiviz,  &export_chrome, &export_mermaid, &export_dot, &export_metrics,
    &export_counts, &export_records, &export_png,  &export_svg,     &export_gif, &export_mp4,
    &export_webm,   &export_apng,    &export_frames, NULL};

const struct export_format *export_format_named(const char *name)
{
    for (uint32_t i = 0; export_formats[i]; i++)
        if (strcmp(export_formats[i]->name, name) == 0)
            return export_formats[i];
    return NULL;
}

/* The longest ending wins: run.trace.json is a trace. */
const struct export_format *export_format_of_file(const char *path)
{
    const struct export_format *found = NULL;
    size_t length = strlen(path), best = 0;
    for (uint32_t i = 0; export_formats[i]; i++) {
        const char *ending = export_formats[i]->endings;
        while (*ending) {
            size_t size = strcspn(ending, " ");
            if (size > best && length > size && strncmp(path + length - size, ending, size) == 0) {
                found = export_formats[i];
                best = size;
            }
            ending += size;
            ending += *ending == ' ';
        }
    }
    return found;
}

/* --- names --------------------------------------------------------------------------------- */

uint32_t export_actor_count(const struct exporter *exporter)
{
    return exporter->world->scenario->node.nodes + exporter->world->scenario->client_count + 1;
}

uint32_t export_actor_index(const struct exporter *exporter, uint32_t actor)
{
    uint32_t nodes = exporter->world->scenario->node.nodes;
    if (actor < nodes)
        return actor;
    if (actor >= CLIENT_ADDRESS_BASE &&
        actor - CLIENT_ADDRESS_BASE < exporter->world->scenario->client_count)
        return nodes + actor - CLIENT_ADDRESS_BASE;
    return export_actor_count(exporter) - 1;
}

const char *export_actor_name(const struct exporter *exporter, uint32_t index)
{
    const struct scenario *scenario = exporter->world->scenario;
    if (index < scenario->node.nodes)
        return scenario->nodes[index].name;
    index -= scenario->node.nodes;
    return index < scenario->client_count ? scenario->clients[index].name : "world";
}

void export_sentence(const struct exporter *exporter, const struct trace_record *record,
                     char *sentence, uint32_t size)
{
    struct trace_names names = world_names(exporter->world);
    struct text text;
    text_init(&text, sentence, size);
    trace_sentence(&text, record, &names);
}
