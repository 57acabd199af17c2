/*
 * fuzz_ui_script.c: any bytes as a script of the window (libFuzzer).
 *
 * Beyond not crashing: a refusal has a line and a column that are in the text, and a sentence; a
 * script that is accepted has steps in the order of their lines, each with what its verb needs.
 */
#include <stdlib.h>
#include <string.h>

#include "viz/script/script.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static void check_place(const struct script_place *place)
{
    REQUIRE(place->kind < PLACE_KIND_COUNT && place->pane <= PANE_COUNT && place->column > 0);
    REQUIRE(place->x > -1e5f && place->x < 1e5f && place->y > -1e5f && place->y < 1e5f);
    REQUIRE(place->kind == PLACE_POINT || place->name);
    REQUIRE(place->kind != PLACE_BETWEEN || place->other);
    REQUIRE(place->kind != PLACE_CUT || (place->from && *place->from && place->to && *place->to));
    REQUIRE((place->kind != PLACE_TITLE && place->kind != PLACE_PANE) ||
            place->number < PANE_COUNT);
}

static void check_step(const struct script_step *step)
{
    static const uint32_t least_places[SCRIPT_VERB_COUNT] = {
        [SCRIPT_CLICK] = 1, [SCRIPT_DOUBLE_CLICK] = 1, [SCRIPT_DRAG] = 2,
        [SCRIPT_PRESS] = 1, [SCRIPT_MOVE] = 1,         [SCRIPT_WHEEL] = 1,
    };
    REQUIRE(step->verb < SCRIPT_VERB_COUNT && step->expect < EXPECT_COUNT && step->column > 0);
    REQUIRE(step->place_count >= least_places[step->verb]);
    REQUIRE(step->place_count <= SCRIPT_PLACES_MAX);
    REQUIRE(step->verb != SCRIPT_KEY || step->key != KEY_NONE);
    bool needs_word = step->verb == SCRIPT_TYPE || step->verb == SCRIPT_SAVE ||
                      step->verb == SCRIPT_DROP ||
                      step->verb == SCRIPT_SCREENSHOT || step->verb == SCRIPT_PRINT;
    REQUIRE(!needs_word || step->word);
    for (uint32_t i = 0; i < step->place_count; i++)
        check_place(&step->places[i]);
}

static void check_mistake(const char *sentence, uint64_t lines)
{
    char *end;
    REQUIRE(strncmp(sentence, "s:", 2) == 0);
    unsigned long line = strtoul(sentence + 2, &end, 10);
    REQUIRE(line >= 1 && line <= lines && *end == ':');
    unsigned long column = strtoul(end + 1, &end, 10);
    REQUIRE(column >= 1 && column <= SCRIPT_SIZE_MAX + 1 && strncmp(end, ": ", 2) == 0);
    REQUIRE(strlen(end) > 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char sentence[900];
    struct text mistake;
    uint64_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    text_init(&mistake, sentence, sizeof sentence);
    struct script *script = script_parse("s", (const char *)data, size, &mistake);
    REQUIRE(!script == (mistake.size > 0));
    if (!script) {
        check_mistake(sentence, lines);
        return 0;
    }
    for (uint32_t i = 0; i < script->step_count; i++) {
        check_step(&script->steps[i]);
        REQUIRE(script->steps[i].line <= lines);
        REQUIRE(i == 0 || script->steps[i].line >= script->steps[i - 1].line);
    }
    script_free(script);
    return 0;
}
