/*
 * spacetime_cuts.c: who could not speak to whom.
 *
 * Where two neighbouring lanes cannot speak to each other, the room between them is hatched, and
 * a label says which sides there are:
 *
 *     n1  -------+##############+-----
 *     n2  -------|n1 n2 ## n3 n4|-----      ## both ways, #> one way
 *     n3  -------+--------------+-----
 *
 * A cut between lanes that are no neighbours is hatched from the one to the other, lightly.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"
#include "viz/app/words.h"

/* For how long the links stood like this. */
struct cut_span {
    const struct presence_cut *cut;
    vtime from, to;
};

typedef void each_cut(struct diagram *d, const struct cut_span *span);

static void walk_cuts(struct diagram *d, each_cut *each)
{
    const struct presence *presence = d->presence;
    vtime end = d->known < d->to ? d->known : d->to + 1;
    for (uint32_t i = 0; i < presence->cut_count; i++) {
        const struct presence_cut *cut = &presence->cuts[i];
        struct cut_span span = {.cut = cut, .from = cut->time, .to = end};
        if (i + 1 < presence->cut_count)
            span.to = presence->cuts[i + 1].time < end ? presence->cuts[i + 1].time : end;
        if (cut->link_count > 0 && span.from < span.to && span.to >= d->from &&
            span.from <= d->to)
            each(d, &span);
    }
}

static bool is_cut(const struct diagram *d, const struct presence_cut *cut, uint32_t a, uint32_t b)
{
    uint32_t ends = d->presence->end_count;
    return a < ends && b < ends &&
           (presence_is_cut(d->presence, cut, a, b) || presence_is_cut(d->presence, cut, b, a));
}

/* The lanes between which one sees it: neighbours, or those two. */
static bool is_crossed(const struct diagram *d, const struct presence_cut *cut, uint32_t a,
                       uint32_t b)
{
    for (uint32_t lane = a; lane < b; lane++)
        if (is_cut(d, cut, lane, lane + 1))
            return true;
    return false;
}

static void hatch(struct diagram *d, const struct cut_span *span, uint32_t a, uint32_t b,
                  uint8_t strength)
{
    struct draw_color color = d->scene->theme->bad;
    float top = diagram_y(d, (float)a) + 2, bottom = diagram_y(d, (float)b) - 2;
    double left = fmax(diagram_x(d, span->from), (double)d->plot.x - 2);
    double right = fmin(diagram_x(d, span->to), (double)(d->plot.x + d->plot.w) + 2);
    double now = fmin(fmax(diagram_x(d, d->scene->clock), left), right);
    if (bottom - top < 1)
        return;
    draw_rect(d->list, (float)left, top, (float)(now - left), bottom - top,
              with_alpha(color, strength));
    draw_rect(d->list, (float)now, top, (float)(right - now), bottom - top,
              with_alpha(color, strength / 2));
    float every = d->scene->size * 0.9f, x = ceilf((float)left / every) * every;
    for (; x < (float)right; x += every)
        draw_line(d->list, x, bottom, fminf(x + fminf(bottom - top, every * 0.8f), (float)right),
                  fmaxf(top, bottom - every * 0.8f), 1,
                  with_alpha(color, (double)x < now ? 120 : 50), false);
}

static void draw_span(struct diagram *d, const struct cut_span *span)
{
    uint32_t last = d->first + d->shown;
    for (uint32_t lane = d->first; lane + 1 < last; lane++)
        if (is_cut(d, span->cut, lane, lane + 1))
            hatch(d, span, lane, lane + 1, 34);
    for (uint32_t a = d->first; a < last; a++)
        for (uint32_t b = a + 2; b < last && b < d->presence->end_count; b++)
            if (is_cut(d, span->cut, a, b) && !is_crossed(d, span->cut, a, b))
                hatch(d, span, a, b, 14);
}

void diagram_draw_cuts(struct diagram *d)
{
    walk_cuts(d, draw_span);
}

/* --- labels --------------------------------------------------------------------------------- */

#define ENDS_MAX 256 /* nodes that a label can speak of */

struct sides {
    uint32_t count;        /* 0: the cuts are none between sides */
    uint32_t of[ENDS_MAX]; /* 1, 2 ...; 0: cut off from nobody */
};

/* Lanes that can speak to the same ones are of one side. */
static void find_sides(const struct diagram *d, const struct presence_cut *cut, uint32_t nodes,
                       struct sides *sides)
{
    memset(sides, 0, sizeof *sides);
    for (uint32_t a = 0; a < nodes; a++) {
        uint32_t b = 0;
        for (uint32_t i = 0; i < nodes && sides->of[a] == 0; i++)
            sides->of[a] = is_cut(d, cut, a, i);
        if (sides->of[a] == 0)
            continue;
        while (b < a && (sides->of[b] == 0 || is_cut(d, cut, a, b)))
            b++;
        sides->of[a] = b < a ? sides->of[b] : ++sides->count;
    }
    for (uint32_t a = 0; a < nodes; a++)
        for (uint32_t b = 0; b < nodes; b++) {
            bool is_apart = sides->of[a] && sides->of[b] && sides->of[a] != sides->of[b];
            if (presence_is_cut(d->presence, cut, a, b) != is_apart)
                sides->count = 0;
        }
}

static void add(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    if (used + 1 < size)
        snprintf(text + used, size - used, "%s", more);
}

/* The first few, and how many more. */
static void write_side(const struct diagram *d, const struct sides *sides, uint32_t side,
                       uint32_t nodes, char *text, size_t size)
{
    enum { NAMED_MAX = 4 };
    uint32_t count = 0;
    char more[20];
    for (uint32_t i = 0; i < nodes; i++) {
        if (sides->of[i] != side || count++ >= NAMED_MAX)
            continue;
        add(text, size, *text ? " " : "");
        add(text, size, scene_actor_name(d->scene, i));
    }
    snprintf(more, sizeof more, " +%u", count - NAMED_MAX);
    add(text, size, count > NAMED_MAX ? more : "");
}

static void write_links(const struct diagram *d, const struct presence_cut *cut, char *text,
                        size_t size)
{
    enum { NAMED_MAX = 3 };
    uint32_t ends = d->presence->end_count, count = 0;
    for (uint32_t a = 0; a < ends && cut->link_count <= 2 * NAMED_MAX; a++)
        for (uint32_t b = 0; b < ends; b++) {
            bool is_both = presence_is_cut(d->presence, cut, b, a);
            if (!presence_is_cut(d->presence, cut, a, b) || (is_both && b < a) ||
                count++ >= NAMED_MAX)
                continue;
            add(text, size, *text ? ", " : "");
            add(text, size, scene_actor_name(d->scene, diagram_actor(d, a)));
            add(text, size, is_both ? " ## " : " #> ");
            add(text, size, scene_actor_name(d->scene, diagram_actor(d, b)));
        }
    char links[WORDS_MAX];
    if (!*text)
        snprintf(text, size, "## %s", words_count(cut->link_count, "link", links));
}

static void write_cut(const struct diagram *d, const struct presence_cut *cut, char *text,
                      size_t size)
{
    uint32_t nodes = d->presence->node_count;
    struct sides sides = {0};
    if (nodes <= ENDS_MAX)
        find_sides(d, cut, nodes, &sides);
    for (uint32_t side = 1; side <= sides.count; side++) {
        add(text, size, side > 1 ? " ##" : "");
        write_side(d, &sides, side, nodes, text, size);
    }
    if (sides.count < 2)
        write_links(d, cut, text, size);
}

/* Is the room below a lane hatched? */
static bool is_hatched(const struct diagram *d, const struct presence_cut *cut, uint32_t lane)
{
    for (uint32_t a = d->first; a <= lane; a++)
        for (uint32_t b = lane + 1; b < d->first + d->shown && b < d->presence->end_count; b++)
            if (is_cut(d, cut, a, b))
                return true;
    return false;
}

/* Between neighbours that cannot speak to each other, else anywhere within. */
static bool write_below(struct diagram *d, const struct cut_span *span, double left,
                        const char *text)
{
    float size = d->scene->size * 0.9f;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t lane = d->first; lane + 1 < d->first + d->shown; lane++) {
            bool is_here = pass == 0 ? is_cut(d, span->cut, lane, lane + 1)
                                     : is_hatched(d, span->cut, lane);
            float y = diagram_y(d, (float)lane + 0.5f) - size * 0.65f;
            if (is_here && diagram_word(d, (float)left, y, size, ALIGN_LEFT, d->scene->theme->bad,
                                        text))
                return true;
        }
    return false;
}

/* The whole of it where there is room, else that there is a cut. */
static void name_span(struct diagram *d, const struct cut_span *span)
{
    char text[160] = "";
    float size = d->scene->size * 0.9f;
    write_cut(d, span->cut, text, sizeof text);
    double left = fmax(diagram_x(d, span->from), (double)d->plot.x) + (double)size * 0.4;
    double right = fmin(diagram_x(d, span->to), (double)(d->plot.x + d->plot.w));
    if ((double)diagram_width(text, size) < right - left && write_below(d, span, left, text))
        return;
    if ((double)diagram_width("##", size) < right - left)
        write_below(d, span, left, "##");
}

void diagram_name_cuts(struct diagram *d)
{
    walk_cuts(d, name_span);
}
