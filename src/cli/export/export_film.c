/*
 * export_film.c: frame after frame, into a file of our own (apng), a folder (frames), or
 * another program (gif, mp4, webm through ffmpeg).
 *
 * A GIF has 256 colours for all its frames, so it is made in two passes: some frames for the
 * choice of colours, then all of them. Going back for the second is what the stage is for.
 */
#include "cli/export/export_film.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/export/ffmpeg.h"
#include "cli/files/whole_file.h"

#define PALETTE_FRAMES 16u

enum film_way { WAY_APNG, WAY_FRAMES, WAY_GIF, WAY_MP4, WAY_WEBM };

struct film {
    const struct export_request *request;
    enum film_way way;
    struct painter painter;
    uint64_t step_before; /* where the app was */
    vtime clock_before;
    uint32_t frame_count, done;
    bool is_choosing_colours; /* the first pass of a GIF */
    struct whole_file file;   /* apng */
    struct png_film png;
    struct ffmpeg ffmpeg;
    char part[4200], palette[4200];
};

static enum film_way way_of(const struct export_format *format)
{
    static const char *const names[] = {"apng", "frames", "gif", "mp4", "webm"};
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(format->name, names[i]) == 0)
            return (enum film_way)i;
    CHECK_WHY(false, "a film that nobody makes");
    return WAY_APNG;
}

/* --- moments ----------------------------------------------------------------------------- */

/* Without a product that could be too large. */
static vtime moment(const struct film *film, uint32_t index, uint32_t count)
{
    vtime from = film->request->from, span = film->request->to - from;
    uint64_t parts = count > 1 ? count - 1 : 1;
    return from + span / parts * index + span % parts * index / parts;
}

/* Without the message line: what it says now is not about that moment. */
static void paint(struct film *film, uint32_t index, uint32_t count)
{
    struct app *app = film->request->app;
    char message[sizeof app->message];
    app_seek_time(app, moment(film, index, count));
    memcpy(message, app->message, sizeof message);
    app->message[0] = '\0';
    painter_paint(&film->painter, app);
    memcpy(app->message, message, sizeof message);
}

/* --- ffmpeg ------------------------------------------------------------------------------- */

static bool begin_palette(struct film *film, char *said, size_t said_size)
{
    const char *const words[] = {"-vf", "palettegen", "-frames:v", "1", "-update", "1", "-c:v",
                                 "png", "-f", "image2", film->palette, NULL};
    film->is_choosing_colours = true;
    return ffmpeg_begin(&film->ffmpeg, film->request->look.width, film->request->look.height,
                        film->request->fps, words, said, said_size);
}

static bool begin_ffmpeg(struct film *film, char *said, size_t said_size)
{
    const char *const gif[] = {"-i", film->palette, "-lavfi", "paletteuse=dither=none", "-fflags",
                               "+bitexact", "-f", "gif", film->part, NULL};
    const char *const mp4[] = {"-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p",
                               "-c:v", "libx264", "-crf", "20", "-movflags", "+faststart",
                               "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4",
                               film->part, NULL};
    const char *const webm[] = {"-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-b:v", "0", "-crf",
                                "30", "-threads", "1", "-fflags", "+bitexact", "-flags:v",
                                "+bitexact", "-f", "webm", film->part, NULL};
    film->is_choosing_colours = false;
    return ffmpeg_begin(&film->ffmpeg, film->request->look.width, film->request->look.height,
                        film->request->fps,
                        film->way == WAY_GIF   ? gif
                        : film->way == WAY_MP4 ? mp4
                                               : webm,
                        said, said_size);
}

/* "file:" keeps ffmpeg from reading a name as an option or an address. */
static bool open_ffmpeg(struct film *film, char *said, size_t said_size)
{
    const char *path = film->request->path;
    if (!path || strlen(path) > 4000) {
        snprintf(said, said_size, "this format needs --out FILE");
        return false;
    }
    snprintf(film->part, sizeof film->part, "file:%s.part", path);
    snprintf(film->palette, sizeof film->palette, "file:%s.palette.png", path);
    return film->way == WAY_GIF ? begin_palette(film, said, said_size)
                                : begin_ffmpeg(film, said, said_size);
}

static bool end_ffmpeg(struct film *film, char *said, size_t said_size)
{
    const char *part = film->part + strlen("file:");
    if (!ffmpeg_end(&film->ffmpeg, said, said_size))
        return false;
    if (rename(part, film->request->path) == 0)
        return true;
    snprintf(said, said_size, "cannot write %.200s: %s", film->request->path, strerror(errno));
    return false;
}

static enum export_progress step_palette(struct film *film, char *said, size_t said_size)
{
    uint32_t count = MIN(PALETTE_FRAMES, film->frame_count);
    for (uint32_t i = 0; i < count; i++) {
        paint(film, i, count);
        if (!ffmpeg_add(&film->ffmpeg, &film->painter.raster))
            break;
    }
    bool is_good =
        ffmpeg_end(&film->ffmpeg, said, said_size) && begin_ffmpeg(film, said, said_size);
    return is_good ? EXPORT_GOES_ON : EXPORT_FAILED;
}

/* --- a folder ------------------------------------------------------------------------------ */

static bool open_folder(const struct film *film, char *said, size_t said_size)
{
    const char *path = film->request->path;
    if (!path || strlen(path) > 4000) {
        snprintf(said, said_size, "frames need --out FOLDER");
        return false;
    }
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    snprintf(said, said_size, "cannot make the folder %.200s: %s", path, strerror(errno));
    return false;
}

static bool write_frame(struct film *film, char *said, size_t said_size)
{
    char path[4096];
    struct whole_file file;
    snprintf(path, sizeof path, "%s/frame-%05u.png", film->request->path, film->done + 1);
    if (!whole_file_open(&file, path, said, said_size))
        return false;
    png_put(file.out, &film->painter.raster);
    return whole_file_finish(&file, said, said_size);
}

/* --- films --------------------------------------------------------------------------------- */

static bool open_way(struct film *film, char *said, size_t said_size)
{
    switch (film->way) {
    case WAY_FRAMES: return open_folder(film, said, said_size);
    case WAY_APNG:
        if (!whole_file_open(&film->file, film->request->path, said, said_size))
            return false;
        png_film_begin(&film->png, film->file.out, film->frame_count, film->request->fps);
        return true;
    default: return open_ffmpeg(film, said, said_size);
    }
}

struct film *film_open(const struct export_request *request, const struct export_format *format,
                       char *said, size_t said_size)
{
    struct film *film = calloc(1, sizeof *film);
    CHECK_WHY(film != NULL, "out of memory");
    film->request = request;
    film->way = way_of(format);
    film->step_before = stage_step(request->app->stage);
    film->clock_before = request->app->clock;
    uint64_t count = request->length / 1000 * request->fps / (SECOND / 1000);
    film->frame_count = count < 1 ? 1 : count > 100000 ? 100000 : (uint32_t)count;
    painter_open(&film->painter, &request->look);
    if (open_way(film, said, said_size))
        return film;
    film_close(film);
    return NULL;
}

static bool add_frame(struct film *film, char *said, size_t said_size)
{
    switch (film->way) {
    case WAY_FRAMES: return write_frame(film, said, said_size);
    case WAY_APNG: return png_film_add(&film->png, &film->painter.raster);
    default: return ffmpeg_add(&film->ffmpeg, &film->painter.raster);
    }
}

static bool end_film(struct film *film, char *said, size_t said_size)
{
    switch (film->way) {
    case WAY_FRAMES: return true;
    case WAY_APNG:
        png_film_end(&film->png);
        return whole_file_finish(&film->file, said, said_size);
    default: return end_ffmpeg(film, said, said_size);
    }
}

enum export_progress film_step(struct film *film, char *said, size_t said_size)
{
    if (film->is_choosing_colours)
        return step_palette(film, said, said_size);
    paint(film, film->done, film->frame_count);
    *said = '\0';
    bool is_taken = add_frame(film, said, said_size);
    if (is_taken && ++film->done < film->frame_count)
        return EXPORT_GOES_ON;
    if (!is_taken && *said)
        return EXPORT_FAILED;
    return end_film(film, said, said_size) ? EXPORT_DONE : EXPORT_FAILED;
}

double film_part_done(const struct film *film)
{
    return (double)film->done / (double)film->frame_count;
}

void film_close(struct film *film)
{
    struct app *app = film->request->app;
    ffmpeg_stop(&film->ffmpeg);
    if (film->palette[0])
        remove(film->palette + strlen("file:"));
    if (film->part[0])
        remove(film->part + strlen("file:"));
    free(film->png.last);
    whole_file_abandon(&film->file);
    painter_close(&film->painter);
    stage_seek(app->stage, film->step_before);
    app_moved(app);
    app->clock = film->clock_before;
    free(film);
}
