/*
 * hand_plain.c: a script's hand without any screen: it calls the app, and draws when an image is
 * asked for.
 *
 * Builds without SDL run scripts with it, and tests do, since a hundred scripts take a second.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include "base/bug.h"
#include "viz/draw/raster.h"
#include "viz/script/script.h"

#define FRAME_SECONDS (1.0 / 60)

static void plain_size(void *self, float *width, float *height)
{
    const struct plain_hand *hand = self;
    *width = (float)hand->width / hand->scale;
    *height = (float)hand->height / hand->scale;
}

/* What a person does next is about what can be seen. */
static void draw(struct plain_hand *hand)
{
    float width, height;
    plain_size(hand, &width, &height);
    app_draw(hand->app, width, height, &hand->list);
}

static void plain_key(void *self, uint32_t key, uint32_t modifiers)
{
    struct plain_hand *hand = self;
    app_key(hand->app, key, modifiers);
    draw(hand);
}

static void plain_press(void *self, struct pointer pointer)
{
    struct plain_hand *hand = self;
    app_press(hand->app, pointer);
    draw(hand);
}

static void plain_point(void *self, struct pointer pointer)
{
    struct plain_hand *hand = self;
    app_point(hand->app, pointer);
    draw(hand);
}

static void plain_release(void *self, struct pointer pointer)
{
    struct plain_hand *hand = self;
    app_release(hand->app, pointer);
    draw(hand);
}

static void plain_wheel(void *self, struct pointer pointer, int up)
{
    struct plain_hand *hand = self;
    app_wheel(hand->app, pointer, (float)up);
    draw(hand);
}

static void plain_wait(void *self, double seconds)
{
    struct plain_hand *hand = self;
    for (; seconds > 0; seconds -= FRAME_SECONDS)
        app_tick(hand->app, seconds < FRAME_SECONDS ? seconds : FRAME_SECONDS);
    draw(hand);
}

static void plain_drop(void *self, const char *what)
{
    struct plain_hand *hand = self;
    app_drop(hand->app, what);
    draw(hand);
}

static void plain_resize(void *self, int width, int height)
{
    struct plain_hand *hand = self;
    hand->width = width;
    hand->height = height;
    draw(hand);
}

static bool plain_screenshot(void *self, const char *file, struct text *mistake)
{
    struct plain_hand *hand = self;
    uint32_t *pixels = calloc((size_t)hand->width * (size_t)hand->height, sizeof *pixels);
    CHECK_WHY(pixels != NULL, "out of memory");
    struct raster raster = {pixels, hand->width, hand->height, hand->scale, 0, 0, 0, 0};
    draw(hand);
    raster_draw(&raster, &hand->list, hand->glyphs);
    bool is_written = png_write(file, &raster);
    if (!is_written) {
        text_str(mistake, "cannot write ");
        text_str(mistake, file);
        text_str(mistake, ": ");
        text_str(mistake, strerror(errno));
    }
    free(pixels);
    return is_written;
}

struct hand hand_plain(struct plain_hand *self)
{
    return (struct hand){self,        plain_key,  plain_press, plain_point,  plain_release,
                         plain_wheel, plain_wait, plain_drop,  plain_resize, plain_size,
                         plain_screenshot};
}
