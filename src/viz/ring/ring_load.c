/*
 * ring_load.c: which part of the circle is asked for most, and which nodes have too much to do.
 *
 *     ######  the hottest arc is as thick as the band; each other one as thick as its part of that
 *     ------  an arc that nobody has asked for lately is a thin line
 *       *     a hot key has rays: more than a tenth of all operations are for it
 *
 *     [## ]   in a node's disc: how full the fullest of its bounds is, when above half: what
 *             waits in its queue, operations in its hand, reads that others owe it
 *     (-)     at a node's foot: it has refused a request within the last SHED_SHOWN
 *
 * Colours go from cool to hot, and say nothing that the shapes do not say.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

#define SHED_SHOWN  (100 * MILLISECOND)
#define WORDS_SHOWN 6
#define QUEUE_MANY  20 /* pieces of work, or open reads, that are worth a mark where no bound is */

/* --- arcs ------------------------------------------------------------------------------------- */

static struct draw_color heat_color(const struct theme *theme, float part)
{
    return part > 0.66f ? theme->bad : part > 0.33f ? theme->warn : theme->accent;
}

void ring_heat_arc(const struct ring *ring, float part, float x, float y, float radius, float band,
                   float from, float to)
{
    float inner = radius - band / 2, thick = fmaxf(band * part, 2.5f);
    draw_arc(ring->list, x, y, inner + 0.75f, from, to, 1.5f, ring->scene->theme->faint);
    if (part > 0)
        draw_arc(ring->list, x, y, inner + thick / 2, from, to, thick,
                 heat_color(ring->scene->theme, part));
}

static float part_of(const struct ring *ring, uint32_t token)
{
    const struct picture *picture = ring->scene->picture;
    return picture->asked_most > 0
               ? (float)picture->tokens[token].asked / (float)picture->asked_most
               : 0;
}

void ring_draw_load(struct ring *ring, uint32_t token, float from, float to)
{
    float part = part_of(ring, token);
    ring_heat_arc(ring, part, ring->x, ring->y, ring->tokens, ring->band, from, to);
    if (part > 0)
        ring_saw(ring, part < 1 ? MARK_HEAT : MARK_HEAT_MOST);
}

/* --- words ------------------------------------------------------------------------------------ */

/* "62 %", inside the circle beside the arc. */
static void write_share(struct ring *ring, uint32_t token)
{
    const struct picture *picture = ring->scene->picture;
    float size = ring->scene->size * 0.8f;
    float middle = (ring_arc_from(ring, token) + ring_angle(ring, picture->tokens[token].position));
    char word[40];
    snprintf(word, sizeof word, "%.0f %%",
             100.0 * (double)picture->tokens[token].asked / (double)picture->asked);
    float room = size * DRAW_CHARACTER_WIDTH * (float)strlen(word) / 2;
    float radius = ring->tokens - ring->band / 2 - 14 - size * 0.6f - room;
    struct point at = ring_at(ring, radius, middle / 2);
    if (radius > room)
        ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
                   ring->scene->theme->text, word);
}

/* The hottest that is cooler than `before`, or `none`; of equal ones the first. */
static uint32_t next_hottest(const struct picture *picture, uint32_t before)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < picture->token_count; i++) {
        uint32_t asked = picture->tokens[i].asked;
        bool is_after = before == UINT32_MAX || asked < picture->tokens[before].asked ||
                        (asked == picture->tokens[before].asked && i > before);
        if (is_after && asked > 0 && (best == UINT32_MAX || asked > picture->tokens[best].asked))
            best = i;
    }
    return best;
}

/* In the middle: how much in how long. */
static void write_rate(struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    float size = ring->scene->size * 0.85f;
    char rate[80] = "nothing asked lately", skew[80] = "";
    double mean = (double)picture->asked / (double)MAX(picture->token_count, 1u);
    if (picture->asked > 0 && picture->asked_span > 0) {
        snprintf(rate, sizeof rate, "%.0f asked/s",
                 (double)picture->asked * 1e9 / (double)picture->asked_span);
        snprintf(skew, sizeof skew, "max/mean %.1f", (double)picture->asked_most / mean);
    }
    float wide = size * DRAW_CHARACTER_WIDTH * (float)MAX(strlen(rate), strlen(skew));
    if (2 * (ring->tokens - ring->band) < wide + size)
        return;
    ring_label(ring, LAYER_STILL, ring->x, ring->y - size * 1.3f, size, ALIGN_CENTER,
               ring->scene->theme->text, rate);
    ring_label(ring, LAYER_STILL, ring->x, ring->y + size * 0.1f, size, ALIGN_CENTER,
               ring->scene->theme->faint, skew);
}

void ring_draw_load_words(struct ring *ring)
{
    uint32_t token = UINT32_MAX;
    write_rate(ring);
    for (uint32_t i = 0; i < WORDS_SHOWN; i++) {
        token = next_hottest(ring->scene->picture, token);
        if (token == UINT32_MAX)
            return;
        write_share(ring, token);
    }
}

/* --- keys ------------------------------------------------------------------------------------- */

void ring_hot_shape(const struct ring *ring, float x, float y, float r)
{
    draw_disc(ring->list, x, y, r, ring->scene->theme->text);
    for (int i = 0; i < 8; i++) {
        float right = cosf((float)i * TURN / 8), down = sinf((float)i * TURN / 8);
        draw_line(ring->list, x + right * (r + 1.5f), y + down * (r + 1.5f),
                  x + right * (r * 2 + 3), y + down * (r * 2 + 3), 1.6f, ring->scene->theme->bad,
                  false);
    }
}

/* --- nodes ------------------------------------------------------------------------------------ */

static float share(uint32_t part, uint32_t whole, uint32_t many)
{
    uint32_t full = whole > 0 ? whole : 2 * many;
    return fminf((float)part / (float)full, 1);
}

/* How full the fullest of its bounds is; where there is none, twice as many as is much. */
static float fullness(const struct picture_node *node)
{
    float queue = share(node->waiting, node->queue_bound, QUEUE_MANY);
    float hand = node->in_hand_limit ? share(node->in_hand, node->in_hand_limit, 1) : 0;
    float owed = share(node->outstanding, 0, QUEUE_MANY);
    return fmaxf(queue, fmaxf(hand, owed));
}

void ring_busy_shape(const struct ring *ring, float part, float x, float y, float w, float h)
{
    const struct theme *theme = ring->scene->theme;
    draw_rect(ring->list, x, y, w, h, theme->background);
    draw_rect(ring->list, x, y, w * part, h, part > 0.9f ? theme->bad : theme->warn);
    draw_frame(ring->list, x, y, w, h, 1, theme->text);
}

bool ring_is_shedding(const struct ring *ring, uint32_t node)
{
    return ring->scene->picture->nodes[node].shed_ago < SHED_SHOWN;
}

void ring_draw_busy(struct ring *ring, uint32_t index, struct point at)
{
    const struct picture_node *node = &ring->scene->picture->nodes[index];
    float part = fullness(node), w = ring->disc * 1.15f, h = fmaxf(ring->disc * 0.2f, 3);
    if (node->state != PICTURE_UP || part <= 0.5f)
        return;
    float y = ring->has_names_inside ? at.y + ring->disc * 0.42f : at.y - h / 2;
    ring_busy_shape(ring, part, at.x - w / 2, y, w, h);
    ring_saw(ring, MARK_QUEUE);
}

void ring_draw_refusal(struct ring *ring, uint32_t index, struct point at)
{
    float r = fminf(ring->scene->size * 0.6f, ring->disc * 0.6f);
    struct point foot = {at.x - ring->disc * 0.85f, at.y + ring->disc * 0.85f};
    if (ring->scene->picture->nodes[index].state != PICTURE_UP || !ring_is_shedding(ring, index))
        return;
    marks_no_entry(ring->list, foot.x, foot.y, r, ring->scene->theme->warn,
                   ring->scene->theme->pane);
    struct box box = {foot.x - r, foot.y - r, 2 * r, 2 * r};
    room_take(ring->room, LAYER_STILL, box);
    room_take(ring->room, LAYER_MOVING, box);
    ring_saw(ring, MARK_SHED);
}
