/*
 * slots.c: drawing the squares, and their words.
 */
#include "viz/ring/slots.h"

#include <math.h>

static struct draw_color color_of(const struct theme *theme, uint8_t slot)
{
    switch (slot) {
    case PICTURE_SLOT_LOST:
    case PICTURE_SLOT_REFUSED: return theme->bad;
    case PICTURE_SLOT_ASKED: return theme->faint;
    default: return theme->good;
    }
}

void slot_draw(struct draw_list *list, const struct theme *theme, uint8_t slot, float x, float y,
               float side)
{
    struct draw_color color = color_of(theme, slot);
    float half = side / 2, in = side * 0.12f;
    draw_rect(list, x, y, side, side, theme->background);
    draw_frame(list, x, y, side, side, 1, color);
    switch (slot) {
    case PICTURE_SLOT_DONE: draw_rect(list, x, y, side, side, color); break;
    case PICTURE_SLOT_ANSWERING: draw_rect(list, x, y + half, side, half, color); break;
    case PICTURE_SLOT_WORKING:
        draw_disc(list, x + half, y + half, fmaxf(side * 0.16f, 1.2f), color);
        break;
    case PICTURE_SLOT_LOST:
        draw_line(list, x + in, y + in, x + side - in, y + side - in, 1.5f, color, false);
        draw_line(list, x + in, y + side - in, x + side - in, y + in, 1.5f, color, false);
        break;
    case PICTURE_SLOT_REFUSED:
        draw_line(list, x + in, y + half, x + side - in, y + half, 2, color, false);
        break;
    default: break;
    }
}

const char *slot_words(uint8_t slot)
{
    static const char *const words[] = {
        [PICTURE_SLOT_LOST] = "nothing is on its way: only the timeout is left",
        [PICTURE_SLOT_ASKED] = "the question is on its way",
        [PICTURE_SLOT_WORKING] = "works on it",
        [PICTURE_SLOT_ANSWERING] = "the answer is on its way",
        [PICTURE_SLOT_DONE] = "has answered",
        [PICTURE_SLOT_REFUSED] = "has refused",
    };
    _Static_assert(sizeof words / sizeof *words == PICTURE_SLOT_COUNT, "every slot has words");
    return words[slot];
}

const char *phase_words(uint8_t phase)
{
    static const char *const words[] = {
        [PICTURE_PHASE_WRITE] = "waits for acknowledgements",
        [PICTURE_PHASE_DIGEST] = "waits for answers",
        [PICTURE_PHASE_FULL] = "the answers differ: waits for all values",
        [PICTURE_PHASE_REPAIR] = "writes the newest back before it answers",
        [PICTURE_PHASE_TOLD] = "has told the client, still counts late ones",
    };
    return words[phase];
}
