/*
 * app.h: the window without a window.
 *
 * All of its state, and everything that a person can do to it, as calls: a key, the
 * pointer, the passing of wall time. Whoever has a screen (window_sdl.c), a script or a
 * test makes the calls and asks for the draw list. Nothing here knows SDL.
 *
 *     key, press, move --> app --> stage (the run, back and forth) --> picture
 *     wall time        -->     <-- draw list <-- views <---------------+
 */
#ifndef VIZ_APP_H
#define VIZ_APP_H

#include "sim/travel/compare.h"
#include "viz/app/commands.h"
#include "viz/do/drag.h"
#include "viz/do/errand.h"
#include "viz/app/focus.h"
#include "viz/app/layout.h"
#include "viz/log/log_look.h"
#include "viz/app/menu.h"
#include "viz/app/moments.h"
#include "viz/spacetime/timeline.h"
#include "viz/app/tooltip.h"
#include "viz/views/views.h"

#define BOOKMARKS_MAX 64
#define PALETTE_MAX   192   /* commands that it lists */
#define TEXT_POINTS   12.0f /* of text at 100 % */

enum app_mode {
    MODE_PLAIN,
    MODE_MENU,
    MODE_HELP,
    MODE_ABOUT,
    MODE_PALETTE,
    MODE_ASK,
    MODE_COMPARE,
};

struct app;

/* What only the program around the window can do. Each writes one sentence of what it did,
 * or why not; NULL: it cannot. */
struct app_host {
    void *self;
    /* To this file, or with NULL to a new one beside the person. */
    bool (*save)(void *self, const struct stage *stage, const char *file, char *said, size_t size);
    /* One line of text that opens this very moment elsewhere, to be freed. */
    char *(*share)(void *self, const struct app *app);
    /* Such a line, or a file (or the name of a scenario): the app then shows another run. When
     * it cannot be opened, all stays as it was. */
    bool (*open_line)(void *self, const char *line, char *said, size_t size);
    bool (*open_file)(void *self, const char *file, char *said, size_t size);
    /* Where such files were looked for last: "scenarios/", or "". */
    void (*folder)(void *self, char *name, size_t size);

    /* How many branches an earlier session left that was not saved; and do them again in the
     * stage that is shown. */
    uint32_t (*kept_count)(void *self);
    uint32_t (*bring_back)(void *self);
    /* News that did not come from a command, once. */
    bool (*notice)(void *self, char *said, size_t size, bool *is_trouble);

    /* Write what is seen now, or the run, to a file; the ending of its name chooses the format.
     * A film shows the moments `from` to `to`. When it has begun, write_on is called until
     * it returns false; write_stop calls it off and leaves no file behind. */
    bool (*write)(void *self, struct app *app, const char *path, vtime from, vtime to, char *said,
                  size_t size);
    bool (*write_on)(void *self, char *said, size_t size);
    void (*write_stop)(void *self);
    bool (*is_film)(void *self, const char *path);

    /* An image of what is seen now, under a name that is not there yet. */
    bool (*snap)(void *self, struct app *app, char *said, size_t size);
    /* What a file may be called that is not there yet: "demo.html". */
    void (*suggest)(void *self, char *name, size_t size);
};

/* What only a screen can do; {0} where there is none. */
struct app_screen {
    void *self;
    bool (*copy)(void *self, const char *text);
    char *(*paste)(void *self); /* to be freed; NULL: the clipboard holds no text */
    bool (*full_screen)(void *self); /* there or back; true: the window is the screen now */
};

enum app_button { BUTTON_LEFT, BUTTON_MIDDLE, BUTTON_RIGHT };

/* Where the mouse is, in points, and how. */
struct pointer {
    float x, y;
    uint32_t button;    /* enum app_button: pressed or let go */
    uint32_t modifiers; /* enum app_modifiers, held meanwhile */
    uint32_t clicks;    /* 2: the second press of a double click */
};

/* Takes the line that a question was answered with, and says what came of it. Esc answers
 * nothing: then it is not called. */
typedef void app_answered(struct app *app, const char *answer);

/* What is pointed at after the first thing was done, each once (welcome.c). */
enum tip { TIP_NONE, TIP_CRASH, TIP_BACK, TIP_COUNT };

struct tips {
    bool are_wanted; /* somebody has just come */
    uint8_t now;     /* enum tip */
    uint8_t given;   /* 1 << enum tip */
    uint8_t left;    /* things that may be done before it goes */
    double played;   /* seconds of the wall */
};

struct app {
    struct app_host host; /* {0}: no file can be written */
    struct app_screen screen;
    char *copied; /* what was copied where there is no screen */
    /* the run */
    struct stage *stage;
    struct region scratch_region; /* for pictures: dropped with each new one */
    struct heap *scratch;
    struct picture picture;
    bool is_picture_old;
    vtime clock;               /* between the last event and the next while playing */
    struct heap *compare_heap; /* the rows of: */
    struct comparison comparison;
    struct moments moments; /* other moments, and what is looked at closely */

    /* what the person chose */
    struct pick pick;
    struct pick cell; /* of the selected key one replica: id as of PICK_CELL; or PICK_NONE */
    int speed_step; /* speed 1, 2, 5, 10 ...: three a decade, 0 is 1 x */
    bool is_playing;
    bool is_skipping; /* quiet stretches pass quickly (quiet.h) */
    bool is_quiet;    /* one does now */
    vtime news_at;    /* when something other than a heartbeat happened last */
    struct layout layout;
    uint32_t maximised; /* the pane that is alone, or PANE_COUNT */
    uint32_t inspector_page; /* enum inspector_page */
    float page_scroll;       /* lines of it that lie above its box */
    struct log_look log;
    uint32_t ring_colours;   /* enum ring_colours */
    uint32_t ring_sheet;     /* enum ring_sheet */
    uint32_t metric;         /* shown alone on the page of metrics; METRIC_COUNT: all */
    uint32_t theme;
    float text_scale; /* 0.75 .. 2.5 */
    bool is_motion_reduced;
    struct timeline timeline;
    vtime bookmarks[BOOKMARKS_MAX];
    uint32_t bookmark_count;

    /* why it is so (do_why.c): the chain found last, of this branch */
    struct why why;
    uint32_t why_at;
    uint32_t why_branch;
    struct errand errand; /* what is being looked for, over many frames */

    /* what is being written (do_export.c) */
    bool is_writing;
    bool is_bare; /* draw the panes alone: for images of a view */
    char writing[512]; /* name of the file */

    /* what is on the screen */
    float width, height;  /* points, when it was drawn last */
    struct box body;      /* what the panes share */
    float pixels_a_point; /* of the screen that it is drawn for */
    enum app_mode mode;
    char typed[2048]; /* into the palette or the answer */
    const char *question;
    app_answered *answered;
    uint32_t wrong_column; /* of what was typed, from 1; 0: nowhere in particular */
    char until[512];       /* the condition that was run until last */
    char wrong[420]; /* with the last answer; "" when nothing is */
    uint32_t chosen;                     /* line of the palette */
    uint32_t help_first, help_rows; /* lines of the help or `about`: uppermost, how many */
    char message[700];
    char member_why_not[MEMBERS_DEED_COUNT][200]; /* why members cannot change so (do_member.c) */
    bool is_message_refusal;
    bool is_message_news; /* no command asked for it */
    bool is_welcome; /* nothing was done yet by somebody who has just come */
    struct tips hints; /* and what to try after that */
    struct pointer pointer;
    struct drag drag;
    struct hover hover;
    struct pick focus; /* the control that the keyboard is on, or none */
    struct menu menu;
    bool is_drawing_due;
    double undrawn_seconds; /* of playing, since it was drawn */
    bool is_over; /* the person has had enough */
    struct hits hits;
};

/* `world` is open and outlives the app. On refusal: NULL and one sentence in *why. */
struct app *app_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                     const char **why);
void app_close(struct app *app);

/* The same for a stage that is open; the app closes it. And another stage in the place of the
 * one that is shown, which is closed: how things look stays, and nothing is selected. NULL and a
 * sentence when there is no memory. */
struct app *app_open_stage(struct stage *stage, const char **why);
void app_take_stage(struct app *app, struct stage *stage);

/* A key: a printable character (as typed, so that keyboard layouts do not matter) or an
 * enum app_key_code; with Ctrl, the letter in lower case. */
void app_key(struct app *app, uint32_t key, uint32_t modifiers);

/* What the pointer looks like where it is. */
enum app_cursor {
    CURSOR_ARROW,
    CURSOR_HAND,
    CURSOR_COLUMNS,
    CURSOR_ROWS,
    CURSOR_MOVE,
    CURSOR_COUNT,
};
enum app_cursor app_cursor(const struct app *app);

/* The pointer was pressed, moved, let go; its wheel turned, `up` notches away from the person. */
void app_press(struct app *app, struct pointer pointer);
void app_point(struct app *app, struct pointer pointer);
void app_release(struct app *app, struct pointer pointer);
void app_wheel(struct app *app, struct pointer pointer, float up);

/* Wall time passes: a playing run moves on. */
void app_tick(struct app *app, double seconds);

/* A slice of what is being written, with every tick; calling it off. */
void app_write_on(struct app *app);
void app_stop_writing(struct app *app);

/* Finish what takes longer than a frame: for images and scripts, which do not want to wait. */
void app_settle(struct app *app);

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
void app_ask(struct app *app, const char *question, const char *suggestion, app_answered *answered);

/* The answer will not do: say why, and ask the same again, with what was typed. */
void app_ask_again(struct app *app, const char *answer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the views are given; and what only some panes ask for (app_details.c). */
struct scene app_scene(struct app *app);
void app_add_details(struct app *app, struct scene *scene);

/* Move what a pane shows by so many lines, down with lines > 0. False: that pane does not
 * scroll. The pane that the Page keys are about, and how many lines it has. */
bool app_scroll(struct app *app, uint32_t pane, float lines);
/* Let the log's index cover more, around a record. True: it covers all that is in memory. */
bool app_cover_log(struct app *app, uint64_t centre);
/* Show only what has these words; "" for everything. On a mistake: false, one sentence, and the
 * filter as it was. */
bool app_filter_log(struct app *app, const char *words, struct text *mistake);
/* Take the log's filter away; false if there is none. */
bool app_clear_filter(struct app *app);
uint32_t app_scrolled_pane(const struct app *app);
float app_lines_of(const struct app *app, uint32_t pane);

void app_seek_time(struct app *app, vtime time);

/* Open another scenario, or say why not: for a file that was dropped on the window, too. */
void app_open_file(struct app *app, const char *file);
void app_open_line(struct app *app, const char *line);

/* Something fell on the window: a file, or a text that may be a share line. */
void app_drop(struct app *app, const char *what);

/* What was copied last, here or in another program, to be freed; NULL: nothing. */
char *app_paste(struct app *app);

/* The picture of the present. */
const struct picture *app_picture(struct app *app);

/* Is there a chain of reasons in the present branch? Go to the moment of one of its links. */
bool app_has_why(const struct app *app);
void app_find_why(struct app *app); /* of the selection, which stays; nothing is said */
void app_go_to_why(struct app *app, uint32_t link);

/* Select one replica of a key; the key is the selection. The replica's node, or UINT32_MAX. */
void app_select_cell(struct app *app, uint32_t key, uint32_t node);
uint32_t app_cell(const struct app *app);

/* Select the headline of the present step, if it has one. */
void app_pick_headline(struct app *app);

/* Go to the step where a check was decided, or have it judged. */
void app_go_to_check(struct app *app, uint32_t check);

/* The node that the selection is about, or UINT32_MAX. */
uint32_t app_node(struct app *app);

double app_speed(const struct app *app);
void app_run_command(struct app *app, uint32_t command);

/* The command of a key as it is pressed, or UINT32_MAX. */
uint32_t app_command_of(uint32_t key, uint32_t modifiers);

/* What a click on it does: push a button, select a thing ... */
void app_activate(struct app *app, struct pick pick);

/* Commands whose name holds what was typed: writes up to `max` indexes. */
uint32_t app_palette_matches(const struct app *app, uint32_t *matches, uint32_t max);

/* Two branches side by side (view_compare.c), and the keys there (do_compare.c). */
void app_draw_comparison(struct app *app, const struct scene *scene, struct box window,
                         struct draw_list *list);
void app_comparison_key(struct app *app, uint32_t key);

/* Where to begin, for somebody who has just come (welcome.c). */
void app_hint_tick(struct app *app, double seconds);
/* Something was done: a hint goes, or comes. `command` NULL: something else than a command. */
void app_hint_done(struct app *app, const struct app_command *command);
void app_draw_hint(const struct app *app, const struct scene *scene, struct box window,
                   struct draw_list *list);
void app_draw_welcome(const struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list);

/* What does not fit into the message line, down to `bottom` where that begins (message_plate.c). */
void app_draw_message_plate(const struct app *app, const struct scene *scene, struct box window,
                            float bottom, struct draw_list *list);

/* A menu, the help, the palette or the prompt over everything (overlays.c). */
void app_draw_overlay(struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list);

/* An empty sheet over the window, and the room in it; what lies below cannot be pressed. */
struct box app_draw_sheet(struct app *app, const struct scene *scene, struct box window, float w,
                          float h, struct draw_list *list);

/* All keys and what the mouse does (help.c). False when the key is none of its own. */
void app_draw_help(struct app *app, const struct scene *scene, struct box window,
                   struct draw_list *list);
bool app_help_key(struct app *app, uint32_t key);
/* Which lines of how many are seen, when it is not all; for the help and what is like it. */
void app_draw_help_foot(const struct app *app, const struct scene *scene, struct box box, float y,
                        uint32_t shown, uint32_t count, struct draw_list *list);

/* What the scenario is about (about.c); its keys are those of the help. */
void app_draw_about(struct app *app, const struct scene *scene, struct box window,
                    struct draw_list *list);

#endif
