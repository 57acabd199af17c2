/*
 * spacetime_lanes.c: names, and the line of each lane by how its node stood.
 *
 *     up          ----------------      suspected   - - - - - - - -
 *     paused      ================      starting    . . . . . . . .
 *     down           x    x    x        refusing    ---x----x----x-
 *
 * A state is a shape and, where there is room, a word. What lies after the present is faint, and
 * where nobody has been yet there is hardly a line. Many lanes lie close together; then only
 * some have a name, those that are selected or under the pointer always.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

/* --- names ------------------------------------------------------------------------------------ */

static void write_name(struct diagram *d, uint32_t lane, float size)
{
    const struct scene *scene = d->scene;
    uint32_t actor = diagram_actor(d, lane);
    bool is_picked = scene_actor(scene) == actor;
    float y = diagram_y(d, (float)lane) - size * 0.65f;
    y = fmaxf(fminf(y, d->names.y + d->names.h - size * DRAW_LINE_HEIGHT), d->names.y);
    struct box box = {d->names.x, y + size * 0.1f, d->names.w, size};
    for (uint32_t i = 0; i < d->words->count; i++)
        if (box.y < d->words->boxes[i].y + d->words->boxes[i].h &&
            d->words->boxes[i].y < box.y + box.h)
            return;
    if (d->words->count < DIAGRAM_WORDS_MAX)
        d->words->boxes[d->words->count++] = box;
    scene_text(d->list, d->names, d->names.x, y, size,
               is_picked ? scene->theme->selected : scene->theme->text,
               scene_actor_name(scene, actor));
}

/* First the names that must be there; of the others, every so many that there is room for. */
void diagram_draw_names(struct diagram *d)
{
    const struct scene *scene = d->scene;
    float size = fminf(scene->size, fmaxf(d->step / 1.2f, scene->size * 0.8f));
    uint32_t picked = scene_actor(scene), every = (uint32_t)ceilf(size * 1.1f / d->step);
    if (picked != UINT32_MAX && diagram_has_lane(d, diagram_lane(d, picked)))
        write_name(d, diagram_lane(d, picked), size);
    if (diagram_has_lane(d, d->lit))
        write_name(d, d->lit, size);
    for (uint32_t i = 0; i < d->shown; i++) {
        uint32_t lane = d->first + i, nodes = scene->picture->node_count;
        if ((lane < nodes ? lane : lane - nodes) % (every ? every : 1) == 0)
            write_name(d, lane, size);
        hits_add(d->hits,
                 (struct box){d->names.x, diagram_y(d, (float)lane) - d->step / 2, d->names.w,
                              d->step},
                 PICK_ACTOR, diagram_actor(d, lane));
    }
    d->words->count = 0; /* what follows is written into the plot */
}

/* --- states ----------------------------------------------------------------------------------- */

struct stretch {
    uint32_t lane;
    vtime from, to;
    uint8_t state; /* enum picture_state */
    bool is_suspected;
    bool goes_on; /* it has the word of the stretch before */
};

typedef void each_stretch(struct diagram *d, const struct stretch *stretch);

static const char *word_of(uint8_t state, bool is_suspected)
{
    static const char *const words[] = {"", "down", "paused", "recovering", "refused"};
    if (state == PICTURE_UP)
        return is_suspected ? "suspected" : "";
    return state < sizeof words / sizeof words[0] ? words[state] : "";
}

static void tell(struct diagram *d, const struct presence_change *stands, const char *before,
                 vtime to, each_stretch *each)
{
    if (stands->time >= to || to < d->from || stands->time > d->to ||
        !diagram_has_lane(d, stands->node))
        return;
    struct stretch stretch = {stands->node, stands->time, to, stands->state, stands->is_suspected,
                              before == word_of(stands->state, stands->is_suspected)};
    each(d, &stretch);
}

/* Every stretch of every node's lane in which it stands as it does. */
static void walk_stretches(struct diagram *d, each_stretch *each)
{
    enum { NODES_MAX = 4096 };
    struct presence_change stands[NODES_MAX];
    const char *before[NODES_MAX] = {NULL}; /* the word of the stretch in sight before this one */
    const struct presence *presence = d->presence;
    uint32_t count = presence->node_count < NODES_MAX ? presence->node_count : NODES_MAX;
    memcpy(stands, presence->first, count * sizeof *stands);
    for (uint32_t i = 0; i < presence->count && presence->changes[i].time <= d->to; i++) {
        const struct presence_change *change = &presence->changes[i];
        if (change->node >= count)
            continue;
        struct presence_change *was = &stands[change->node];
        tell(d, was, before[change->node], change->time, each);
        before[change->node] = change->time >= d->from ? word_of(was->state, was->is_suspected)
                                                       : NULL;
        *was = *change;
    }
    for (uint32_t i = 0; i < count; i++)
        tell(d, &stands[i], before[i], d->known < d->to ? d->known : d->to + 1, each);
}

/* Crosses at fixed times, so that they do not swim while time goes on. */
static void draw_crosses(struct diagram *d, const struct stretch *s, struct draw_color color)
{
    float y = diagram_y(d, (float)s->lane), reach = fminf(d->scene->size * 0.3f, d->step * 0.3f);
    double left = fmax(diagram_x(d, s->from), (double)d->plot.x);
    double right = fmin(diagram_x(d, s->to), (double)(d->plot.x + d->plot.w));
    vtime every = 1;
    while ((double)every / (double)(d->to - d->from) * (double)d->plot.w <
           (double)d->scene->size * 2)
        every *= 2;
    if (right - left < (double)reach * 4) {
        diagram_cross(d, (float)(left + right) / 2, y, reach, 1.2f, color);
        return;
    }
    vtime first = s->from > d->from ? s->from : d->from;
    for (vtime time = (first / every + 1) * every; time < s->to && time < d->to; time += every)
        diagram_cross(d, (float)diagram_x(d, time), y, reach, 1.2f, color);
}

static void draw_dots(struct diagram *d, const struct stretch *s, struct draw_color color)
{
    float y = diagram_y(d, (float)s->lane);
    double left = fmax(diagram_x(d, s->from), (double)d->plot.x);
    double right = fmin(diagram_x(d, s->to), (double)(d->plot.x + d->plot.w));
    for (double x = left; x < right; x += 6)
        draw_rect(d->list, (float)x, y - 1, fminf(2.5f, (float)(right - x)), 2.5f, color);
}

static void draw_part(struct diagram *d, const struct stretch *s, struct draw_color color)
{
    double x1 = diagram_x(d, s->from), x2 = diagram_x(d, s->to);
    float y = diagram_y(d, (float)s->lane), apart = fminf(2, d->step * 0.2f);
    switch (s->state) {
    case PICTURE_DOWN: draw_crosses(d, s, color); break;
    case PICTURE_RECOVERING: draw_dots(d, s, color); break;
    case PICTURE_PAUSED:
        diagram_line(d, x1, y - apart, x2, y - apart, 1, color, s->is_suspected);
        diagram_line(d, x1, y + apart, x2, y + apart, 1, color, s->is_suspected);
        break;
    case PICTURE_REFUSED:
        diagram_line(d, x1, y, x2, y, 1, color, s->is_suspected);
        draw_crosses(d, s, color);
        break;
    default: diagram_line(d, x1, y, x2, y, s->is_suspected ? 1.5f : 1, color, s->is_suspected);
    }
}

/* Up to the present, and from there on. */
static void draw_stretch(struct diagram *d, const struct stretch *stretch)
{
    bool is_picked = scene_actor(d->scene) == diagram_actor(d, stretch->lane);
    struct draw_color color = d->scene->theme->owner[stretch->lane % 8];
    vtime now = d->scene->clock;
    struct stretch past = *stretch, future = *stretch;
    if (past.to > now)
        past.to = now;
    if (future.from < now)
        future.from = now;
    uint8_t alpha = is_picked ? 255 : d->step < d->scene->size ? 110 : 190;
    if (past.from < past.to)
        draw_part(d, &past, with_alpha(color, alpha));
    if (future.from < future.to)
        draw_part(d, &future, with_alpha(color, alpha * 2 / 5));
}

static void draw_client(struct diagram *d, uint32_t lane)
{
    float y = diagram_y(d, (float)lane);
    struct draw_color color = d->scene->theme->faint;
    double now = diagram_x(d, d->scene->clock), known = diagram_x(d, d->known);
    double left = diagram_x(d, d->from);
    diagram_line(d, left, y, now, y, 1, with_alpha(color, 120), false);
    if (known > now)
        diagram_line(d, now, y, known, y, 1, with_alpha(color, 60), false);
}

void diagram_draw_lanes(struct diagram *d)
{
    const struct theme *theme = d->scene->theme;
    uint32_t picked = scene_actor(d->scene);
    for (uint32_t i = 0; i < d->shown; i++) {
        uint32_t lane = d->first + i;
        float y = diagram_y(d, (float)lane);
        if (diagram_actor(d, lane) == picked || lane == d->lit)
            draw_rect(d->list, d->plot.x, y - d->step / 2, d->plot.w, d->step,
                      with_alpha(theme->accent, diagram_actor(d, lane) == picked ? 30 : 16));
        if (d->known < d->to) /* where nobody has been yet */
            diagram_line(d, diagram_x(d, d->known), y, diagram_x(d, d->to), y, 1,
                         with_alpha(theme->faint, 50), false);
        if (is_client(diagram_actor(d, lane)))
            draw_client(d, lane);
    }
    walk_stretches(d, draw_stretch);
}

static void name_stretch(struct diagram *d, const struct stretch *stretch)
{
    const char *word = word_of(stretch->state, stretch->is_suspected);
    float size = d->scene->size * 0.85f, y = diagram_y(d, (float)stretch->lane);
    double left = fmax(diagram_x(d, stretch->from), (double)d->plot.x) + (double)size * 0.6;
    double right = fmin(diagram_x(d, stretch->to), (double)(d->plot.x + d->plot.w));
    if (stretch->goes_on)
        return;
    double w = (double)diagram_width(word, size);
    for (double x = left; x + w < right && x < left + 4 * w; x += w)
        if (diagram_word(d, (float)x, y + size * 0.1f, size, ALIGN_LEFT, d->scene->theme->text,
                         word))
            return;
}

void diagram_name_states(struct diagram *d)
{
    if (d->step >= d->scene->size * 1.6f)
        walk_stretches(d, name_stretch);
}
