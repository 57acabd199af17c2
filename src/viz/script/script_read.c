/*
 * script_read.c: what the words of a line mean: a verb, and the places and numbers behind it.
 *
 *     step  = verb words
 *     place = X,Y | NAME | kind words, then [in PANE] [+DX,DY]
 *
 * Names of nodes, clients and keys belong to a scenario; they are looked up when the script runs.
 */
#include <stdlib.h>
#include <string.h>

#include "viz/app/keys.h"
#include "viz/script/script.h"

static const char *const verb_words[SCRIPT_VERB_COUNT] = {
#define VERB(identifier, word, follows, meaning) word,
    SCRIPT_VERBS(VERB)
#undef VERB
};

static const char *const expect_words[EXPECT_COUNT] = {
#define EXPECT(identifier, word, follows, meaning) word,
    SCRIPT_EXPECTS(EXPECT)
#undef EXPECT
};

static const char *const place_words[PLACE_KIND_COUNT] = {
#define PLACE(identifier, word, follows) word,
    SCRIPT_PLACES(PLACE)
#undef PLACE
};

/* --- places -------------------------------------------------------------------------------- */

/* "312,200", "+10,-5". */
static bool is_point(const char *text, float *x, float *y)
{
    char *end, *last;
    double a = strtod(text, &end);
    if (end == text || *end != ',')
        return false;
    double b = strtod(end + 1, &last);
    bool is_sane = a > -1e5 && a < 1e5 && b > -1e5 && b < 1e5;
    if (last == end + 1 || *last || !is_sane)
        return false;
    *x = (float)a;
    *y = (float)b;
    return true;
}

/* "n1->n3": the word is cut in two. */
static bool take_way(struct script_line *line, struct script_place *place)
{
    const struct script_word *word = script_peek(line);
    char *arrow = word ? strstr(word->text, "->") : NULL;
    if (!arrow || arrow == word->text || !arrow[2])
        return false;
    line->next++;
    *arrow = '\0';
    place->from = word->text;
    place->to = arrow + 2;
    return true;
}

static void read_message(struct script_line *line, struct script_place *place)
{
    const struct script_word *word = script_peek(line);
    if (word && word->text[0] >= 'A' && word->text[0] <= 'Z' && !word->text[1]) {
        place->letter = word->text[0];
        line->next++;
    }
    take_way(line, place);
}

static void read_number(struct script_line *line, const char *expected, uint32_t *number)
{
    uint64_t wide = 0;
    if (script_take_number(line, expected, 1000000, &wide))
        *number = (uint32_t)wide;
}

static void read_named(struct script_line *line, const char *expected, const char **name)
{
    const struct script_word *word = script_take(line, expected);
    *name = word ? word->text : "";
}

static void read_kind(struct script_line *line, struct script_place *place)
{
    static const char *const dividers[] = {"columns", "left", "right"};
    switch (place->kind) {
    case PLACE_KEY: read_named(line, "the name of a key", &place->name); break;
    case PLACE_RECORD: read_named(line, "words of the record", &place->name); break;
    case PLACE_BUTTON: read_named(line, "the name of a command", &place->name); break;
    case PLACE_MENU: read_named(line, "the name of a command or a menu", &place->name); break;
    case PLACE_PAGE: read_named(line, "the name of a page", &place->name); break;
    case PLACE_MESSAGE: read_message(line, place); break;
    case PLACE_CUT:
        if (!take_way(line, place))
            script_refuse(line, line->end_column, "here comes the way of the cut, like n1->n3");
        break;
    case PLACE_BETWEEN:
        read_named(line, "the name of a node", &place->name);
        read_named(line, "the name of another node", &place->other);
        break;
    case PLACE_BRANCH: read_number(line, "the number of a branch", &place->number); break;
    case PLACE_SCRUB: script_take_time(line, &place->time); break;
    case PLACE_TITLE:
    case PLACE_PANE:
        script_take_choice(line, "pane", pane_words, PANE_COUNT, &place->number);
        break;
    case PLACE_DIVIDER: script_take_choice(line, "divider", dividers, 3, &place->number); break;
    default: break;
    }
}

bool script_read_place(struct script_line *line, struct script_place *place)
{
    const struct script_word *word =
        script_take(line, "a place, like n2, key user:42, scrub 1.2s or 312,200");
    float dx, dy;
    if (!word)
        return false;
    *place = (struct script_place){.kind = PLACE_NAME, .column = word->column, .pane = PANE_COUNT};
    place->name = word->text;
    if (!word->is_quoted && is_point(word->text, &place->x, &place->y)) {
        place->kind = PLACE_POINT;
        return true;
    }
    for (uint32_t i = 0; i < PLACE_KIND_COUNT && !word->is_quoted; i++)
        if (*place_words[i] && strcmp(place_words[i], word->text) == 0) {
            place->kind = i;
            read_kind(line, place);
        }
    if (script_take_if(line, "in"))
        script_take_choice(line, "pane", pane_words, PANE_COUNT, &place->pane);
    word = script_peek(line);
    if (word && (*word->text == '+' || *word->text == '-') && is_point(word->text, &dx, &dy)) {
        place->x = dx;
        place->y = dy;
        line->next++;
    }
    return !line->is_wrong;
}

/* --- verbs --------------------------------------------------------------------------------- */

static void read_modifiers(struct script_line *line, struct script_step *step)
{
    for (;;) {
        if (script_take_if(line, "right"))
            step->is_right = true;
        else if (script_take_if(line, "shift"))
            step->modifiers |= MOD_SHIFT;
        else if (script_take_if(line, "ctrl"))
            step->modifiers |= MOD_CTRL;
        else
            return;
    }
}

static void read_places(struct script_line *line, struct script_step *step, uint32_t least,
                        uint32_t most)
{
    read_modifiers(line, step);
    do {
        if (step->place_count == SCRIPT_PLACES_MAX) {
            script_refuse(line, line->end_column, "a drag has at most %d places",
                          SCRIPT_PLACES_MAX);
            return;
        }
        if (!script_read_place(line, &step->places[step->place_count++]))
            return;
    } while (step->place_count < most && script_take_if(line, "to"));
    if (step->place_count < least)
        script_refuse(line, line->end_column, "here comes \"to\" and another place");
}

static void read_key(struct script_line *line, struct script_step *step)
{
    char sentence[200];
    struct text mistake;
    text_init(&mistake, sentence, sizeof sentence);
    const struct script_word *word = script_take(line, "the name of a key, like K or Ctrl+S");
    if (word && !key_named(word->text, &step->key, &step->modifiers, &mistake))
        script_refuse(line, word->column, "%s", sentence);
}

static void read_wheel(struct script_line *line, struct script_step *step)
{
    static const char *const ways[] = {"up", "down"};
    uint32_t way = 0;
    uint64_t notches = 1;
    script_take_choice(line, "way to turn the wheel", ways, 2, &way);
    const struct script_word *word = script_peek(line);
    if (word && strspn(word->text, "0123456789") == strlen(word->text))
        script_take_number(line, "a number of notches", 100, &notches);
    step->number = way == 0 ? (int64_t)notches : -(int64_t)notches;
    read_places(line, step, 1, 1);
}

static void read_size(struct script_line *line, struct script_step *step)
{
    const struct script_word *word = script_take(line, "a size, like 800x600");
    char *end = NULL;
    if (!word)
        return;
    long w = strtol(word->text, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end || w < 200 || h < 150 || w > 16384 || h > 16384)
        script_refuse(line, word->column,
                      "a size is WIDTHxHEIGHT, from 200x150 to 16384x16384, not \"%.40s\"",
                      word->text);
    step->number = (int64_t)w << 32 | h;
}

static void read_selected(struct script_line *line, struct script_step *step)
{
    read_named(line, "what is selected: n2, key NAME, message, record or nothing", &step->word);
    if (strcmp(step->word, "key") == 0)
        read_named(line, "the name of a key", &step->other);
}

static void read_expect(struct script_line *line, struct script_step *step)
{
    uint64_t number = 0;
    step->is_negated = script_take_if(line, "no") || script_take_if(line, "not");
    if (!script_take_choice(line, "expectation", expect_words, EXPECT_COUNT, &step->expect))
        return;
    switch (step->expect) {
    case EXPECT_TEXT:
    case EXPECT_SAID: read_named(line, "the text, in quotes", &step->word); break;
    case EXPECT_CONDITION: read_named(line, "a condition, in quotes", &step->word); break;
    case EXPECT_PANES: read_named(line, "panes, like ring+log", &step->word); break;
    case EXPECT_SELECTED: read_selected(line, step); break;
    case EXPECT_TIME: script_take_time(line, &step->time); break;
    case EXPECT_STEP:
    case EXPECT_BRANCH:
    case EXPECT_BRANCHES:
        script_take_number(line, "a number", INT64_MAX / 2, &number);
        step->number = (int64_t)number;
        break;
    default: break;
    }
}

static void read_print(struct script_line *line, struct script_step *step)
{
    static const char *const what[] = {"digest", "said", "time", "texts"};
    uint32_t index = 0;
    script_take_choice(line, "thing to print", what, 4, &index);
    step->word = what[index];
}

static void read_verb(struct script_line *line, struct script_step *step)
{
    switch (step->verb) {
    case SCRIPT_TYPE: step->word = line->rest ? line->rest : ""; break;
    case SCRIPT_CLICK:
    case SCRIPT_DOUBLE_CLICK:
    case SCRIPT_PRESS:
    case SCRIPT_MOVE: read_places(line, step, 1, 1); break;
    case SCRIPT_DRAG: read_places(line, step, 2, SCRIPT_PLACES_MAX + 1); break;
    case SCRIPT_WHEEL: read_wheel(line, step); break;
    case SCRIPT_WAIT: script_take_time(line, &step->time); break;
    case SCRIPT_RESIZE: read_size(line, step); break;
    case SCRIPT_EXPECT: read_expect(line, step); break;
    case SCRIPT_DROP:
    case SCRIPT_SCREENSHOT:
    case SCRIPT_SAVE: read_named(line, "the name of a file", &step->word); break;
    case SCRIPT_PRINT: read_print(line, step); break;
    default: break;
    }
}

bool script_read_step(struct script_line *line, struct script_step *step)
{
    bool is_first = line->next == 0;
    step->column = line->words[line->next].column;
    if (is_first)
        script_take_choice(line, "verb", verb_words, SCRIPT_VERB_COUNT, &step->verb);
    else
        step->verb = SCRIPT_KEY; /* only keys are several steps in a line */
    if (line->is_wrong)
        return false;
    if (step->verb == SCRIPT_KEY) {
        read_key(line, step);
        return !line->is_wrong;
    }
    read_verb(line, step);
    const struct script_word *word = script_peek(line);
    if (word)
        script_refuse(line, word->column, "nothing more is expected here, but there is \"%.60s\"",
                      word->text);
    return !line->is_wrong;
}
