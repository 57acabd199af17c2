/*
 * spacetime_axis.c: the axis of time.
 *
 * Ticks lie at round times, one, two or five of some power of ten, as close as their labels
 * allow. The unit follows the run: seconds, milliseconds or microseconds. Where a label would
 * need many digits (20 us after 12.034 s), the common part is written once at the left, and
 * each tick says what is to be added.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

struct unit {
    const char *name;
    vtime ns;
};

static const struct unit units[] = {
    {"ns", 1}, {"us", MICROSECOND}, {"ms", MILLISECOND}, {"s", SECOND}};

/* The largest that is not larger than the time. */
static const struct unit *unit_of(vtime time)
{
    const struct unit *unit = &units[0];
    for (size_t i = 1; i < sizeof units / sizeof units[0]; i++)
        if (time >= units[i].ns)
            unit = &units[i];
    return unit;
}

/* How many decimals a multiple of `step` needs. */
static int decimals_of(vtime step, const struct unit *unit)
{
    int decimals = 0;
    for (vtime ns = unit->ns; ns > 1 && step % ns != 0; ns /= 10)
        decimals++;
    return decimals;
}

struct ticks {
    vtime step;
    vtime base; /* 0: labels are whole */
    const struct unit *unit;
    int decimals;
};

static vtime power_of_ten(vtime least)
{
    vtime power = 1;
    while (power < least)
        power *= 10;
    return power;
}

static void label_of(const struct ticks *ticks, vtime time, char text[40])
{
    double value = (double)(time - ticks->base) / (double)ticks->unit->ns;
    snprintf(text, 40, "%s%.*f %s", ticks->base ? "+" : "", ticks->decimals, value,
             ticks->unit->name);
}

/* Digits of a label beyond these make it hard to read. */
#define DECIMALS_MAX 4

static struct ticks ticks_of(const struct diagram *d, vtime step)
{
    struct ticks ticks = {.step = step, .unit = unit_of(d->to)};
    ticks.decimals = decimals_of(step, ticks.unit);
    if (ticks.decimals <= DECIMALS_MAX)
        return ticks;
    vtime whole = power_of_ten(d->to - d->from);
    ticks.base = d->from / whole * whole;
    ticks.unit = unit_of(step);
    ticks.decimals = decimals_of(step, ticks.unit);
    return ticks;
}

/* The closest round ticks whose labels stand apart. */
static struct ticks choose(const struct diagram *d)
{
    static const vtime digits[] = {1, 2, 5};
    double scale = (double)d->plot.w / (double)(d->to - d->from);
    char text[40];
    for (vtime power = 1;; power *= 10)
        for (int i = 0; i < 3; i++) {
            struct ticks ticks = ticks_of(d, digits[i] * power);
            label_of(&ticks, d->to, text);
            double room = (double)diagram_width(text, d->scene->size) +
                          2 * (double)d->scene->size;
            if ((double)ticks.step * scale >= room || power > VTIME_NEVER / 100)
                return ticks;
        }
}

/* What all labels have in common, at the left; returns where it ends. */
static float draw_base(struct diagram *d, const struct ticks *ticks)
{
    char text[40];
    float size = d->scene->size;
    if (ticks->base == 0)
        return d->plot.x;
    int decimals = decimals_of(power_of_ten(d->to - d->from), &units[3]);
    snprintf(text, sizeof text, "%.*f s", decimals, (double)ticks->base / 1e9);
    draw_text(d->list, d->names.x, d->axis.y, size, ALIGN_LEFT, d->scene->theme->text, text);
    return d->names.x + diagram_width(text, size) + size;
}

void diagram_draw_axis(struct diagram *d)
{
    const struct theme *theme = d->scene->theme;
    struct ticks ticks = choose(d);
    float size = d->scene->size, right = d->plot.x + d->plot.w;
    float left = fmaxf(draw_base(d, &ticks), d->plot.x);
    char text[40];
    vtime first = (d->from + ticks.step - 1) / ticks.step * ticks.step;
    for (vtime time = first; time <= d->to; time += ticks.step) {
        float x = (float)diagram_x(d, time);
        draw_line(d->list, x, d->plot.y - size * 0.3f, x, d->plot.y + d->plot.h, 1,
                  with_alpha(theme->faint, 40), false);
        label_of(&ticks, time, text);
        float half = diagram_width(text, size) / 2;
        if (x - half >= left && x + half <= right)
            draw_text(d->list, x, d->axis.y, size, ALIGN_CENTER, theme->faint, text);
    }
}
