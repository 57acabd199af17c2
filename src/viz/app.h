/*
 * app.h: the window without a window.
 *
 * All of its state, and everything that a person can do to it, as calls: a key, a click,
 * a drag, the passing of wall time. Whoever has a screen (window_sdl.c), a script or a
 * test makes the calls and asks for the draw list. Nothing here knows SDL.
 *
 *     key, click, drag --> app --> stage (the run, back and forth) --> picture
 *     wall time        -->     <-- draw list <-- views <---------------+
 */
#ifndef VIZ_APP_H
#define VIZ_APP_H

#include "sim/compare.h"
#include "viz/commands.h"
#include "viz/views.h"

#define BOOKMARKS_MAX 64

enum app_mode { MODE_PLAIN, MODE_HELP, MODE_PALETTE, MODE_ASK, MODE_COMPARE };

/* What only the program around the window can do. Each writes one sentence of what it did,
 * or why not. */
struct app_host {
    bool (*save)(void *self, const struct stage *stage, char *said, size_t size);
    void *self;
};

struct app;

/* Takes the line that a question was answered with, and says what came of it. Esc answers
 * nothing: then it is not called. */
typedef void app_answered(struct app *app, const char *answer);

struct app {
    struct app_host host; /* {0}: no file can be written */
    /* the run */
    struct stage *stage;
    struct region scratch_region; /* for pictures: dropped with each new one */
    struct heap *scratch;
    struct picture picture;
    bool is_picture_old;
    vtime clock; /* between the last event and the next while playing */
    struct heap *compare_heap; /* the rows of: */
    struct comparison comparison;

    /* what the person chose */
    struct pick pick;
    int speed_step; /* speed 1, 2, 5, 10 ...: three a decade, 0 is 1 x */
    bool is_playing;
    uint32_t maximised;
    uint32_t inspector_page; /* enum inspector_page */
    uint32_t ring_colours;   /* enum ring_colours */
    uint32_t theme;
    float text_scale; /* 0.75 .. 2.5 */
    vtime span; /* width of the space-time diagram; 0: as fits */
    vtime bookmarks[BOOKMARKS_MAX];
    uint32_t bookmark_count;

    /* what is on the screen */
    enum app_mode mode;
    char typed[512]; /* into the palette or the answer */
    const char *question;
    app_answered *answered;
    uint32_t chosen; /* line of the palette */
    char message[300];
    bool is_message_refusal;
    bool is_scrubbing;
    bool is_drawing_due;
    bool is_over; /* the person has had enough */
    struct hits hits;
};

/* `world` is open and outlives the app. On refusal: NULL and one sentence in *why. */
struct app *app_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                     const char **why);
void app_close(struct app *app);

/* A key: a printable character (as typed, so that keyboard layouts do not matter) or an
 * enum app_key_code; with Ctrl, the letter in lower case. */
void app_key(struct app *app, uint32_t key, uint32_t modifiers);

/* The pointer, in points. A drag follows the click that it began with; app_release ends it. */
void app_click(struct app *app, float x, float y);
void app_drag(struct app *app, float x, float y);
void app_release(struct app *app);

/* Wall time passes: a playing run moves on. */
void app_tick(struct app *app, double seconds);

/* Does the picture move by itself? If not, wait for the next key. */
bool app_is_moving(const struct app *app);

void app_draw(struct app *app, float width, float height, struct draw_list *list);

/* --- for the commands ---------------------------------------------------------------------- */

void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_refuse(struct app *app, const char *why);

/* The stage has moved: show the new moment. By hand: playing stops, the last record is told. */
void app_moved(struct app *app);
void app_moved_by_hand(struct app *app);

/* Ask for a line of text over the window. `question` is a constant; `suggestion` stands there
 * already, to be changed or taken; "" for none. */
void app_ask(struct app *app, const char *question, const char *suggestion,
             app_answered *answered);

/* What the views are given. */
struct scene app_scene(struct app *app);

void app_seek_time(struct app *app, vtime time);

/* The picture of the present. */
const struct picture *app_picture(struct app *app);

/* The node that the selection is about, or UINT32_MAX. */
uint32_t app_node(struct app *app);

vtime app_span(const struct app *app);
double app_speed(const struct app *app);
void app_run_command(struct app *app, uint32_t command);

/* Commands whose name holds what was typed: writes up to `max` indexes. */
uint32_t app_palette_matches(const struct app *app, uint32_t *matches, uint32_t max);

/* Two branches side by side (view_compare.c), and the keys there (do_compare.c). */
void app_draw_comparison(const struct app *app, const struct scene *scene, struct box window,
                         struct draw_list *list);
void app_comparison_key(struct app *app, uint32_t key);

/* The help, the palette or the prompt over everything (overlays.c). */
void app_draw_overlay(const struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list);

#endif
