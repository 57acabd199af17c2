/*
 * play_script.c: reading a script of the window, and running it.
 */
#include "cli/play/play_script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "viz/window/window.h"

/* The whole file and its size; NULL after a sentence. A script is small. */
static char *read_all(const char *file, size_t *size)
{
    FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    char *text = malloc(SCRIPT_SIZE_MAX + 1);
    CHECK_WHY(text != NULL, "out of memory");
    *size = in ? fread(text, 1, SCRIPT_SIZE_MAX + 1, in) : 0;
    bool is_read = in && !ferror(in);
    int reason = errno;
    if (in && in != stdin)
        fclose(in);
    if (is_read)
        return text;
    usage_error("cannot read %s: %s", file, strerror(reason));
    free(text);
    return NULL;
}

struct script *play_script_read(const char *file)
{
    char sentence[900];
    struct text mistake;
    size_t size;
    char *text = read_all(file, &size);
    if (!text)
        return NULL;
    text_init(&mistake, sentence, sizeof sentence);
    struct script *script = script_parse(file, text, size, &mistake);
    free(text);
    if (!script)
        usage_error("%s", sentence);
    return script;
}

int play_script_run(const struct script *script, struct app *app, int width, int height,
                    float scale)
{
    char sentence[900];
    struct text failure;
    enum script_end end = SCRIPT_DONE;
    text_init(&failure, sentence, sizeof sentence);
#ifdef RINGSIDE_WINDOW
    struct window_options options = {{.width = width, .height = height, .is_exact = true}, scale,
                                     NULL, NULL, NULL};
    if (!window_run_script(script, app, &options, &end, &failure))
        return usage_error("there is no window for the script: %s", sentence);
#else
    struct plain_hand self = {.app = app, .width = width, .height = height, .scale = scale};
    struct hand hand = hand_plain(&self);
    end = script_run(script, app, &hand, &failure);
    draw_free(&self.list);
#endif
    if (end == SCRIPT_DONE)
        return EXIT_HOLDS;
    fprintf(stderr, "ringside: %s\n", sentence);
    return EXIT_CHECK_FAILED;
}
