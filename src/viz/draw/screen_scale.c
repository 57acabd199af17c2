/*
 * screen_scale.c: the first answer that makes sense.
 */
#include "viz/draw/screen_scale.h"

#include <stdlib.h>

static int is_sensible(float scale)
{
    return scale >= SCREEN_SCALE_MIN && scale <= SCREEN_SCALE_MAX;
}

static float from_environment(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    double scale = text ? strtod(text, &end) : 0;
    return text && end != text && *end == '\0' ? (float)scale : 0;
}

float screen_scale(float wanted, float ratio)
{
    const float asked[] = {wanted, from_environment("GDK_SCALE"),
                           from_environment("QT_SCALE_FACTOR"), ratio};
    for (int i = 0; i < 4; i++)
        if (is_sensible(asked[i]))
            return asked[i];
    return 1;
}
