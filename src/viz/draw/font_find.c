/*
 * font_find.c: the chosen font, the usual places, and fontconfig.
 */
#include "viz/draw/font_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const usual[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
    "/usr/local/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/usr/share/fonts/liberation-mono/LiberationMono-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansMono-Regular.ttf",
    "/usr/share/fonts/truetype/ubuntu/UbuntuMono-R.ttf",
    "/usr/share/fonts/truetype/freefont/FreeMono.ttf",
};

#define USUAL_COUNT ((uint32_t)(sizeof usual / sizeof usual[0]))

/* The path of the font that fontconfig takes for a monospaced one; false when it is not here. */
static bool ask_fontconfig(char path[FONT_PATH_MAX])
{
    FILE *answer = popen("fc-match -f '%{file}' monospace:scalable=true 2>/dev/null", "r");
    if (!answer)
        return false;
    size_t size = fread(path, 1, FONT_PATH_MAX - 1, answer);
    path[size] = '\0';
    return pclose(answer) == 0 && path[0] == '/';
}

bool font_next(struct font_search *search, char path[FONT_PATH_MAX])
{
    const char *chosen = getenv("RINGSIDE_FONT");
    if (chosen && strcmp(chosen, "builtin") == 0)
        return false;
    search->is_chosen = false;
    if (search->next == 0) {
        search->next++;
        if (chosen && *chosen && strlen(chosen) < FONT_PATH_MAX) {
            strcpy(path, chosen);
            search->is_chosen = true;
            return true;
        }
    }
    while (search->next <= USUAL_COUNT) {
        const char *place = usual[search->next++ - 1];
        if (access(place, R_OK) == 0) {
            strcpy(path, place);
            return true;
        }
    }
    return search->next++ == USUAL_COUNT + 1 && ask_fontconfig(path);
}
