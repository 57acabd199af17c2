/*
 * bench_window.c: how long a person waits at the window, without a screen.
 *
 * A frame is everything up to the pixels of 1600x900: the moment, its picture, the views, the
 * raster with the built-in font. A step back and a scrub are the move with the frame after it.
 * Three runs: the standard scenario; a crowd of a hundred nodes with more than a thousand
 * messages in flight; and a run of a million events, at moments all over it, seen as a stretch
 * that follows the present, as the whole run, and from near by far away from the present.
 *
 * Promised: a frame of the standard scenario within 8 ms, of the crowd within 16, a step back
 * within 16, a scrub within 100. Time is that of the processor, which others may be using too.
 *
 *   bench_window [EVENTS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mix.h"
#include "scenario/load.h"
#include "sim/world/world.h"
#include "viz/app/app.h"
#include "viz/draw/raster.h"

#define WIDTH  1600
#define HEIGHT 900

struct bench {
    struct world world;
    struct scenario *scenario;
    struct app *app;
    struct raster raster;
    struct draw_list list;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* --- runs ----------------------------------------------------------------------------------- */

static void open_bench(struct bench *bench, struct scenario *scenario, const char *mistake)
{
    const char *why = mistake;
    *bench = (struct bench){.scenario = scenario};
    uint32_t *pixels = calloc(WIDTH * HEIGHT, sizeof *pixels);
    bench->raster = (struct raster){pixels, WIDTH, HEIGHT, 1, 0, 0, 0, 0};
    if (scenario && pixels && world_open(&bench->world, WORLD_RESERVE_BYTES, NULL, &why))
        bench->app = app_open(&bench->world, scenario, scenario->seed, &why);
    if (bench->app)
        return;
    fprintf(stderr, "%s\n", why);
    exit(2);
}

static void open_file(struct bench *bench, const char *file)
{
    struct json_error error = {0};
    open_bench(bench, scenario_load(file, NULL, 0, &error), error.text);
}

static void open_long(struct bench *bench)
{
    static const char text[] =
        "{\"name\": \"long\", \"duration\": \"4000s\", \"cluster\": {\"nodes\": 5, "
        "\"heartbeat\": \"1s\", \"log\": {\"sync\": \"group\"}, \"disk\": {\"sync\": "
        "{\"lognormal\": {\"median\": \"1ms\", \"p99\": \"8ms\"}}}}, \"network\": {\"latency\": "
        "{\"lognormal\": {\"median\": \"500us\", \"p99\": \"5ms\"}}, \"loss\": \"0.5%\"}, "
        "\"clients\": [{\"name\": \"c\", \"count\": 10, \"think\": {\"exponential\": \"100ms\"}, "
        "\"keys\": {\"count\": 1000, \"zipf\": 0.99}, \"timeout\": \"1s\"}], \"timeline\": ["
        "{\"at\": \"200s\", \"crash\": \"n2\"}, {\"at\": \"300s\", \"restart\": \"n2\"}]}";
    struct json_error error = {0};
    open_bench(bench, scenario_from_text("long", text, strlen(text), &error), error.text);
}

static void close_bench(struct bench *bench)
{
    app_close(bench->app);
    world_close(&bench->world);
    scenario_free(bench->scenario);
    draw_free(&bench->list);
    free(bench->raster.pixels);
}

/* --- what is measured ----------------------------------------------------------------------- */

typedef void bench_deed(struct bench *bench, uint32_t time);

static void draw(struct bench *bench)
{
    app_draw(bench->app, WIDTH, HEIGHT, &bench->list);
    raster_draw(&bench->raster, &bench->list, NULL);
}

static void measure(struct bench *bench, const char *what, double promised_ms, uint32_t times,
                    bench_deed *deed)
{
    double whole = 0, worst = 0;
    for (uint32_t i = 0; i < times; i++) {
        double start = now_ms();
        deed(bench, i);
        double took = now_ms() - start;
        whole += took;
        worst = took > worst ? took : worst;
    }
    printf("  %-34s %7.2f ms, at most %7.2f", what, whole / times, worst);
    if (promised_ms > 0)
        printf(" of %3.0f promised%s", promised_ms, worst <= promised_ms ? "" : "   MISSED");
    putchar('\n');
}

static void a_frame(struct bench *bench, uint32_t time)
{
    (void)time;
    bench->app->is_picture_old = true;
    draw(bench);
}

static void a_step_back(struct bench *bench, uint32_t time)
{
    (void)time;
    app_key(bench->app, KEY_LEFT, 0);
    draw(bench);
}

static void a_step(struct bench *bench, uint32_t time)
{
    (void)time;
    app_key(bench->app, KEY_RIGHT, 0);
    draw(bench);
}

static void a_scrub(struct bench *bench, uint32_t time)
{
    uint64_t end = app_picture(bench->app)->duration;
    app_seek_time(bench->app, mix_below(mix(7, 7, time), end));
    draw(bench);
}

/* A look at ten milliseconds somewhere, while the present is elsewhere. */
static void a_look_elsewhere(struct bench *bench, uint32_t time)
{
    struct timeline *timeline = &bench->app->timeline;
    timeline->is_held = true;
    timeline->span = 10 * MILLISECOND;
    timeline->from = mix_below(mix(8, 8, time), app_picture(bench->app)->duration);
    draw(bench);
}

static void a_pan(struct bench *bench, uint32_t time)
{
    app_key(bench->app, time % 50 < 25 ? KEY_UP : KEY_DOWN, MOD_SHIFT);
    draw(bench);
}

static void a_zoom(struct bench *bench, uint32_t time)
{
    app_key(bench->app, time % 32 < 16 ? '+' : '-', 0);
    draw(bench);
}

/* --- the runs -------------------------------------------------------------------------------- */

static void measure_standard(void)
{
    struct bench bench;
    open_file(&bench, "scenarios/standard.json");
    app_seek_time(bench.app, 20 * SECOND + 262 * MILLISECOND);
    puts("standard scenario");
    measure(&bench, "frame, all panes", 8, 100, a_frame);
    bench.app->maximised = PANE_SPACETIME;
    measure(&bench, "frame, space-time alone", 8, 100, a_frame);
    bench.app->maximised = PANE_COUNT;
    stage_seek(bench.app->stage, UINT64_MAX);
    app_moved(bench.app);
    measure(&bench, "step back", 16, 300, a_step_back);
    measure(&bench, "scrub anywhere", 100, 300, a_scrub);
    app_key(bench.app, KEY_END, 0);
    app_key(bench.app, '0', 0);
    measure(&bench, "frame, whole run", 8, 100, a_frame);
    measure(&bench, "zooming in and out", 16, 128, a_zoom);
    close_bench(&bench);
}

static void measure_pictures(struct bench *bench)
{
    double start = now_ms();
    for (int i = 0; i < 50; i++) {
        bench->app->is_picture_old = true;
        app_picture(bench->app);
    }
    printf("  %-34s %7.2f ms\n", "the picture alone", (now_ms() - start) / 50);
}

static void measure_crowd(vtime at, const char *what)
{
    struct bench bench;
    open_file(&bench, "tests/viz/crowd.json");
    struct app *app = bench.app;
    app_seek_time(app, at);
    printf("%s: %u nodes, %u messages in flight\n", what, app_picture(app)->node_count,
           app_picture(app)->message_count);
    measure_pictures(&bench);
    measure(&bench, "frame, all panes", 16, 50, a_frame);
    app->maximised = PANE_RING;
    measure(&bench, "frame, ring alone", 16, 50, a_frame);
    app_key(app, KEY_F8, MOD_SHIFT);
    measure(&bench, "the same with news", 16, 50, a_frame);
    app_key(app, KEY_F8, MOD_SHIFT);
    measure(&bench, "the same without doubts", 16, 50, a_frame);
    app_key(app, KEY_F8, MOD_SHIFT);
    app_key(app, KEY_TAB, 0);
    app_key(app, KEY_F8, 0);
    measure(&bench, "frame, ring, a node selected, F8", 16, 50, a_frame);
    app->maximised = PANE_SPACETIME;
    measure(&bench, "frame, space-time alone", 16, 50, a_frame);
    app_key(app, '0', 0);
    measure(&bench, "frame, whole run", 16, 50, a_frame);
    measure(&bench, "zooming in and out", 16, 64, a_zoom);
    close_bench(&bench);
}

static void measure_long(uint64_t events)
{
    struct bench bench;
    open_long(&bench);
    double start = now_ms();
    stage_seek(bench.app->stage, events);
    app_moved(bench.app);
    printf("a run of %llu events, %llu records, in %.0f ms\n",
           (unsigned long long)stage_step(bench.app->stage),
           (unsigned long long)stage_records(bench.app->stage), now_ms() - start);
    bench.scenario->duration_ns = stage_now(bench.app->stage); /* to scrub in what was run */
    app_moved(bench.app);
    draw(&bench);
    measure(&bench, "step back", 16, 300, a_step_back);
    measure(&bench, "scrub anywhere", 100, 300, a_scrub);
    app_seek_time(bench.app, bench.scenario->duration_ns / 2);
    app_key(bench.app, '0', 0);
    draw(&bench);
    measure(&bench, "frame, whole run", 16, 50, a_frame);
    measure(&bench, "scrub anywhere, whole run", 100, 200, a_scrub);
    measure(&bench, "step, whole run", 16, 200, a_step);
    measure(&bench, "zooming in and out", 100, 256, a_zoom);
    app_seek_time(bench.app, bench.scenario->duration_ns / 3);
    measure(&bench, "a look from near by, elsewhere", 100, 200, a_look_elsewhere);
    measure(&bench, "panning there", 100, 200, a_pan);
    close_bench(&bench);
}

int main(int argc, char **argv)
{
    measure_standard();
    measure_crowd(2 * SECOND, "crowd");
    measure_crowd(3 * SECOND + 20 * MILLISECOND, "crowd, cut in halves");
    measure_long(argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000);
    return 0;
}
