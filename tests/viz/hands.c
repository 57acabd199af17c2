/*
 * hands.c: a script on the bench (see hands.h).
 */
#include "viz/hands.h"

#include <string.h>

enum script_end hands_at(struct show *show, const char *name, const char *lines, int width,
                         int height, struct text *failure)
{
    struct plain_hand self = {.app = show->app, .width = width, .height = height, .scale = 1};
    struct hand hand = hand_plain(&self);
    struct script *script = script_parse(name, lines, strlen(lines), failure);
    if (!script)
        return SCRIPT_FAILED;
    enum script_end end = script_run(script, show->app, &hand, failure);
    draw_free(&self.list);
    script_free(script);
    return end;
}

void hands(struct show *show, const char *lines)
{
    char sentence[900];
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    if (hands_at(show, "hands", lines, 1280, 720, &text) != SCRIPT_DONE)
        fail_msg("%s", sentence);
}
