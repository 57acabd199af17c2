/*
 * script.h: a person at the window, written down: what the hands do and what the eyes expect.
 *
 *     key Tab K                          press keys
 *     drag n1 to n3                      from the middle of one thing to another
 *     expect text "n1 crashed"           or the script fails here
 *     save crashed.json
 *
 * A script is read whole before any of it is done, so a slip of the pen at its end changes
 * nothing. It speaks to the app through a `struct hand`, and so do real events: the hand of
 * window_sdl_hand.c puts them into SDL's own queue. Time passes only where the script waits, so
 * it does the same every time. docs/ui-scripts.md teaches the language.
 *
 *     text --script_parse--> struct script --script_run--> true, or the sentence of what failed
 */
#ifndef VIZ_SCRIPT_H
#define VIZ_SCRIPT_H

#include "base/text.h"
#include "viz/app/app.h"

#define SCRIPT_SIZE_MAX (1u << 20) /* bytes of text */

/* Verbs: identifier, word, what follows it, what it does. */
#define SCRIPT_VERBS(VERB)                                                                         \
    VERB(KEY, "key", "NAME ...", "press keys: K, Shift+M, Ctrl+S, Right, F7")                      \
    VERB(TYPE, "type", "TEXT", "type the rest of the line")                                        \
    VERB(CLICK, "click", "[right] [shift] [ctrl] PLACE", "press and let go")                       \
    VERB(DOUBLE_CLICK, "double-click", "PLACE", "twice")                                           \
    VERB(DRAG, "drag", "[shift] PLACE to PLACE ...", "press, move, let go")                        \
    VERB(PRESS, "press", "[right] [shift] PLACE", "press and hold")                                \
    VERB(MOVE, "hover", "[shift] PLACE", "move there; after press, this drags")                    \
    VERB(RELEASE, "release", "", "let go")                                                         \
    VERB(WHEEL, "wheel", "up|down [NUMBER] PLACE", "turn the wheel")                               \
    VERB(WAIT, "wait", "TIME", "let time of the wall pass: 0.5s")                                  \
    VERB(DROP, "drop", "FILE", "let a file fall on the window, or a share line")                   \
    VERB(RESIZE, "resize", "WIDTHxHEIGHT", "in pixels")                                            \
    VERB(EXPECT, "expect", "[no] WHAT", "go on only if it is so")                                  \
    VERB(SCREENSHOT, "screenshot", "FILE", "write a PNG image")                                    \
    VERB(SAVE, "save", "FILE", "save the session as a scenario")                                   \
    VERB(PRINT, "print", "digest|said|time|texts", "write it to standard output")

enum script_verb {
#define VERB(identifier, word, follows, meaning) SCRIPT_##identifier,
    SCRIPT_VERBS(VERB)
#undef VERB
        SCRIPT_VERB_COUNT,
};

/* What can be expected: identifier, word, what follows it, what it means. */
#define SCRIPT_EXPECTS(EXPECT)                                                                     \
    EXPECT(TEXT, "text", "\"TEXT\"", "it stands somewhere on the screen")                          \
    EXPECT(SAID, "said", "\"TEXT\"", "the message line has it")                                    \
    EXPECT(REFUSED, "refused", "", "the last command was refused")                                 \
    EXPECT(SELECTED, "selected", "NAME|key NAME|message|record|nothing", "what is selected")       \
    EXPECT(TIME, "time", "TIME", "the moment shown")                                               \
    EXPECT(STEP, "step", "NUMBER", "the step shown")                                               \
    EXPECT(BRANCH, "branch", "NUMBER", "the branch shown")                                         \
    EXPECT(BRANCHES, "branches", "NUMBER", "how many there are")                                   \
    EXPECT(PLAYING, "playing", "", "the run plays")                                                \
    EXPECT(PANES, "panes", "ring+log", "the panes on the screen")                                  \
    EXPECT(CONDITION, "condition", "\"CONDITION\"", "a condition of docs/conditions.md is true")

enum script_expect {
#define EXPECT(identifier, word, follows, meaning) EXPECT_##identifier,
    SCRIPT_EXPECTS(EXPECT)
#undef EXPECT
        EXPECT_COUNT,
};

/* Where something can be pointed at: identifier, word in front ("" for none), what follows. */
#define SCRIPT_PLACES(PLACE)                                                                       \
    PLACE(POINT, "", "X,Y")                                                                        \
    PLACE(NAME, "", "NODE or CLIENT")                                                              \
    PLACE(KEY, "key", "NAME")                                                                      \
    PLACE(MESSAGE, "message", "[LETTER] [A->B]")                                                   \
    PLACE(CUT, "cut", "A->B")                                                                      \
    PLACE(RECORD, "record", "\"TEXT\"")                                                            \
    PLACE(BETWEEN, "between", "A B")                                                               \
    PLACE(BUTTON, "button", "\"NAME\"")                                                            \
    PLACE(MENU, "menu", "\"NAME\"")                                                                \
    PLACE(PAGE, "page", "NAME")                                                                    \
    PLACE(BRANCH, "branch", "NUMBER")                                                              \
    PLACE(SCRUB, "scrub", "TIME")                                                                  \
    PLACE(TITLE, "title", "PANE")                                                                  \
    PLACE(PANE, "pane", "PANE")                                                                    \
    PLACE(DIVIDER, "divider", "columns|left|right")

enum script_place_kind {
#define PLACE(identifier, word, follows) PLACE_##identifier,
    SCRIPT_PLACES(PLACE)
#undef PLACE
        PLACE_KIND_COUNT,
};

struct script_place {
    uint32_t kind; /* enum script_place_kind */
    uint32_t column;
    const char *name;      /* the first word after it */
    const char *other;     /* the second, or NULL */
    const char *from, *to; /* MESSAGE, CUT: names, or NULL */
    char letter;           /* MESSAGE: of its kind, or 0 */
    vtime time;            /* SCRUB */
    uint32_t number;       /* BRANCH, TITLE, PANE, DIVIDER */
    uint32_t pane;         /* `in PANE`, or PANE_COUNT */
    float x, y;            /* POINT; otherwise how far from the middle of it */
};

#define SCRIPT_PLACES_MAX 8

struct script_step {
    uint32_t verb; /* enum script_verb */
    uint32_t line, column;
    uint32_t expect; /* enum script_expect */
    bool is_negated;
    bool is_right;
    uint32_t key;       /* KEY */
    uint32_t modifiers; /* enum app_modifiers */
    const char *word;   /* TYPE, SCREENSHOT, SAVE, PRINT; EXPECT: the text */
    const char *other;  /* EXPECT SELECTED: the name of the key */
    vtime time;         /* WAIT; EXPECT TIME */
    int64_t number;     /* WHEEL: notches up; EXPECT of a number; RESIZE: width << 32 | height */
    uint32_t place_count;
    struct script_place places[SCRIPT_PLACES_MAX];
};

struct script {
    char *file;
    char *text; /* cut into words, which the steps refer to */
    struct script_step *steps;
    uint32_t step_count, step_room;
};

/* `text` may hold any bytes. NULL on refusal, and FILE:LINE:COLUMN: and one sentence in
 * `mistake`. */
struct script *script_parse(const char *file, const char *text, size_t size, struct text *mistake);
void script_free(struct script *script);

/* Who does it. Each call ends when what was done has been drawn. */
struct hand {
    void *self;
    void (*key)(void *self, uint32_t key, uint32_t modifiers);
    void (*press)(void *self, struct pointer pointer);
    void (*point)(void *self, struct pointer pointer);
    void (*release)(void *self, struct pointer pointer);
    void (*wheel)(void *self, struct pointer pointer, int up);
    void (*wait)(void *self, double seconds);
    void (*drop)(void *self, const char *what);
    void (*resize)(void *self, int width, int height);
    /* The size in points now. */
    void (*size)(void *self, float *width, float *height);
    bool (*screenshot)(void *self, const char *file, struct text *mistake);
};

/* A hand that calls the app, without any screen: for builds without a window, and for tests. */
struct plain_hand {
    struct app *app;
    struct draw_list list;
    struct glyph_source *glyphs; /* for images; NULL: the built-in font */
    int width, height;           /* pixels */
    float scale;
};
struct hand hand_plain(struct plain_hand *self);

enum script_end { SCRIPT_DONE, SCRIPT_FAILED };

/* On failure: FILE:LINE: and one sentence of what was expected and what there is. */
enum script_end script_run(const struct script *script, struct app *app, const struct hand *hand,
                           struct text *failure);

/* --- between its files --------------------------------------------------------------------- */

/* Reading a line of words (script_words.c). */
struct script_word {
    char *text;
    uint32_t column;
    bool is_quoted;
};
#define SCRIPT_WORDS_MAX 40
struct script_line {
    struct script_word words[SCRIPT_WORDS_MAX];
    uint32_t count, next;
    uint32_t end_column; /* where a missing word would stand */
    char *rest;          /* the line after its first word, for TYPE; NULL: nothing */
    struct text *mistake;
    bool is_wrong;
};
bool script_read_place(struct script_line *line, struct script_place *place);
bool script_read_step(struct script_line *line, struct script_step *step);

/* The word under the cursor, or NULL; take it, or refuse the line. */
const struct script_word *script_peek(const struct script_line *line);
const struct script_word *script_take(struct script_line *line, const char *expected);
bool script_take_if(struct script_line *line, const char *word);
void script_refuse(struct script_line *line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool script_take_number(struct script_line *line, const char *expected, uint64_t max,
                        uint64_t *number);
bool script_take_time(struct script_line *line, vtime *time);
/* One of these words: its index, or a refusal with the nearest. */
bool script_take_choice(struct script_line *line, const char *what, const char *const *words,
                        uint32_t count, uint32_t *index);

/* Where the place is now, in points (script_place.c). */
bool script_find(struct app *app, const struct script_place *place, float *x, float *y,
                 struct text *failure);

/* Is it so (script_expect.c)? Otherwise what is expected, and what there is. */
bool script_expect(struct app *app, const struct draw_list *screen, const struct script_step *step,
                   struct text *failure);

#endif
