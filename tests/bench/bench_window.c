/*
 * bench_window.c: how long a frame takes, and a step back, without a screen.
 *
 * A frame is everything up to the pixels: picture, views, raster with the built-in font.
 * A step back is the key, with the picture after it. The crowd is a hundred nodes with more
 * than a thousand messages in flight: the ring alone, and with all panes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "scenario/load.h"
#include "sim/world.h"
#include "viz/app.h"
#include "viz/raster.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static double time_frames(struct app *app, struct raster *raster, int frames)
{
    struct draw_list list = {0};
    double start = now_ms();
    for (int i = 0; i < frames; i++) {
        app->is_picture_old = true;
        app_draw(app, (float)raster->width, (float)raster->height, &list);
        raster_draw(raster, &list, NULL);
    }
    draw_free(&list);
    return (now_ms() - start) / frames;
}

static double time_back(struct app *app, int steps, double *worst)
{
    double whole = 0;
    *worst = 0;
    stage_seek(app->stage, UINT64_MAX);
    app_moved(app);
    for (int i = 0; i < steps; i++) {
        double start = now_ms();
        app_key(app, KEY_LEFT, 0);
        app_picture(app);
        double took = now_ms() - start;
        whole += took;
        *worst = took > *worst ? took : *worst;
    }
    return whole / steps;
}

static double time_scrubs(struct app *app, int scrubs, double *worst)
{
    double whole = 0;
    *worst = 0;
    for (int i = 0; i < scrubs; i++) {
        double start = now_ms();
        app_seek_time(app, app_picture(app)->duration / 97 * (vtime)(i * 41 % 97));
        app_picture(app);
        double took = now_ms() - start;
        whole += took;
        *worst = took > *worst ? took : *worst;
    }
    return whole / scrubs;
}

static struct app *open_file(struct world *world, struct scenario **scenario, const char *file)
{
    struct json_error error = {0};
    const char *why;
    *scenario = scenario_load(file, NULL, 0, &error);
    if (!*scenario || !world_open(world, WORLD_RESERVE_BYTES, NULL, &why))
        exit(1);
    struct app *app = app_open(world, *scenario, (*scenario)->seed, &why);
    if (!app)
        exit(1);
    return app;
}

static void close_all(struct app *app, struct world *world, struct scenario *scenario)
{
    app_close(app);
    world_close(world);
    scenario_free(scenario);
}

static void measure_standard(struct raster *raster)
{
    struct world world = {0};
    struct scenario *scenario;
    struct app *app = open_file(&world, &scenario, "scenarios/standard.json");
    double worst;
    app_seek_time(app, 20 * SECOND + 262 * MILLISECOND);
    printf("frame at 1600x900     %7.2f ms\n", time_frames(app, raster, 100));
    double back = time_back(app, 500, &worst);
    printf("step back             %7.2f ms, at most %.2f ms\n", back, worst);
    double scrub = time_scrubs(app, 300, &worst);
    printf("scrub anywhere        %7.2f ms, at most %.2f ms\n", scrub, worst);
    close_all(app, &world, scenario);
}

static double time_pictures(struct app *app, int pictures)
{
    double start = now_ms();
    for (int i = 0; i < pictures; i++) {
        app->is_picture_old = true;
        app_picture(app);
    }
    return (now_ms() - start) / pictures;
}

static void measure_crowd(struct raster *raster, vtime at, const char *what)
{
    struct world world = {0};
    struct scenario *scenario;
    struct app *app = open_file(&world, &scenario, "tests/viz/crowd.json");
    app_seek_time(app, at);
    printf("%s: %u nodes, %u messages in flight\n", what, app_picture(app)->node_count,
           app_picture(app)->message_count);
    printf("  picture             %7.2f ms\n", time_pictures(app, 50));
    printf("  all panes           %7.2f ms\n", time_frames(app, raster, 50));
    app->maximised = PANE_RING;
    printf("  ring alone          %7.2f ms\n", time_frames(app, raster, 50));
    app_key(app, KEY_TAB, 0);
    app_key(app, KEY_F8, 0);
    printf("  node selected, F8   %7.2f ms\n", time_frames(app, raster, 50));
    close_all(app, &world, scenario);
}

int main(void)
{
    uint32_t *pixels = calloc(1600 * 900, sizeof *pixels);
    struct raster raster = {pixels, 1600, 900, 1, 0, 0, 0, 0};
    if (!pixels)
        return 1;
    measure_standard(&raster);
    measure_crowd(&raster, 2 * SECOND, "crowd");
    measure_crowd(&raster, 3 * SECOND + 20 * MILLISECOND, "crowd, cut in halves");
    free(pixels);
    return 0;
}
