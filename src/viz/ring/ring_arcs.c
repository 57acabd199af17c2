/*
 * ring_arcs.c: the circle of tokens.
 *
 * A token owns the arc that ends at it. By owner, an arc has the owner's colour and number.
 * By what a client could get now (F8), it has a shape:
 *
 *     =====  ok      every replica answers
 *     = = =  ok      R and W are there, some replica is not
 *     -----  W lost  the inner half only: reads still work
 *     _____  R lost  the outer half only: writes still work
 *     .....  none    neither: an empty frame
 *
 * By how many keys differ between their replicas: ring_differ.c.
 * By load it is as thick as it is hot (ring_load.c).
 *
 * Inside the circle is a dial, as on a clock: sixteenths of all hashes, with names at the
 * quarters.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

#define WORDS_MAX 80 /* arcs that are looked at for a word */

/* Where the arc of a token begins; before its end, so the first one begins below zero. */
float ring_arc_from(const struct ring *ring, uint32_t token)
{
    const struct picture *picture = ring->scene->picture;
    if (token > 0)
        return ring_angle(ring, picture->tokens[token - 1].position);
    return ring_angle(ring, picture->tokens[picture->token_count - 1].position) - TURN;
}

static struct draw_color reach_color(const struct theme *theme, uint8_t reach)
{
    switch (reach) {
    case PICTURE_REACH_ALL:
    case PICTURE_REACH_BOTH: return theme->good;
    case PICTURE_REACH_NONE: return theme->bad;
    default: return theme->warn;
    }
}

void ring_reach_arc(const struct ring *ring, uint8_t reach, float x, float y, float radius,
                    float band, float from, float to)
{
    struct draw_color color = reach_color(ring->scene->theme, reach);
    float half = band / 2;
    switch (reach) {
    case PICTURE_REACH_ALL: draw_arc(ring->list, x, y, radius, from, to, band, color); break;
    case PICTURE_REACH_BOTH: { /* bars across: about as wide as they are apart */
        float bars = fmaxf(floorf((to - from) * radius / fmaxf(band * 0.4f, 4)), 1);
        float step = (to - from) / bars;
        for (float i = 0; i < bars; i++)
            draw_arc(ring->list, x, y, radius, from + i * step, from + (i + 0.55f) * step, band,
                     color);
        break;
    }
    case PICTURE_REACH_READ:
        draw_arc(ring->list, x, y, radius - half / 2, from, to, half, color);
        break;
    case PICTURE_REACH_WRITE:
        draw_arc(ring->list, x, y, radius + half / 2, from, to, half, color);
        break;
    default:
        draw_arc(ring->list, x, y, radius - half + 0.75f, from, to, 1.5f, color);
        draw_arc(ring->list, x, y, radius + half - 0.75f, from, to, 1.5f, color);
    }
}

/* A node that is selected shows which arcs are its own: the others step back. */
static uint8_t strength(const struct ring *ring, uint32_t owner)
{
    return ring->node == UINT32_MAX || ring->node == owner ? 255 : 70;
}

static void draw_token(struct ring *ring, uint32_t i)
{
    const struct picture *picture = ring->scene->picture;
    const struct picture_token *token = &picture->tokens[i];
    float from = ring_arc_from(ring, i), to = ring_angle(ring, token->position);
    float gap = 1.2f / ring->tokens; /* the next arc begins after it */
    if ((to - from) > 3 * gap)
        from += gap;
    if (ring->scene->ring_colours == RING_BY_REACH) {
        ring_reach_arc(ring, token->reach, ring->x, ring->y, ring->tokens, ring->band, from, to);
        ring_saw(ring, MARK_REACH + token->reach);
        return;
    }
    if (ring->scene->ring_colours == RING_BY_LOAD) {
        ring_draw_load(ring, i, from, to);
        return;
    }
    if (ring->differences && ring->differences->is_counted) {
        ring_difference_arc(ring, ring->differences->of[i], ring->x, ring->y, ring->tokens,
                            ring->band, from, to);
        ring_saw(ring, ring->differences->of[i] ? MARK_RANGE_DIFFERS : MARK_RANGE_EQUAL);
        return;
    }
    draw_arc(ring->list, ring->x, ring->y, ring->tokens, from, to, ring->band,
             with_alpha(ring_owner(ring, token->node), strength(ring, token->node)));
}

static void draw_dial(struct ring *ring)
{
    static const char *const quarters[] = {"0", "1/4", "1/2", "3/4"};
    struct draw_color color = ring->scene->theme->line;
    float inner = ring->tokens - ring->band / 2, size = ring->scene->size * 0.75f;
    if (inner < 45)
        return;
    draw_arc(ring->list, ring->x, ring->y, inner - 3, 0, TURN, 1, color);
    for (uint32_t i = 0; i < 16; i++) {
        float angle = (float)i / 16 * TURN - TURN / 4;
        struct point a = ring_at(ring, inner - 3, angle);
        struct point b = ring_at(ring, inner - (i % 4 ? 7 : 11), angle);
        draw_line(ring->list, a.x, a.y, b.x, b.y, 1, color, false);
    }
    bool has_names = inner > size * 5 && !ring->descent &&
                     ring->scene->ring_colours != RING_BY_LOAD;
    for (uint32_t i = 0; i < 4 && has_names; i++) {
        struct point at = ring_at(ring, inner - 13 - size * 0.8f, (float)i / 4 * TURN - TURN / 4);
        ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
                   ring->scene->theme->faint, quarters[i]);
    }
}

void ring_draw_arcs(struct ring *ring)
{
    draw_arc(ring->list, ring->x, ring->y, ring->nodes, 0, TURN, 1,
             with_alpha(ring->scene->theme->line, 120));
    draw_dial(ring);
    for (uint32_t i = 0; i < ring->scene->picture->token_count; i++)
        draw_token(ring, i);
}

/* Black or white, whichever stands out from the colour: relative luminance, as WCAG has it. */
static struct draw_color ink_on(struct draw_color color)
{
    float light = 0.2126f * powf((float)color.r / 255, 2.2f) +
                  0.7152f * powf((float)color.g / 255, 2.2f) +
                  0.0722f * powf((float)color.b / 255, 2.2f);
    return light > 0.179f ? (struct draw_color){0, 0, 0, 255}
                          : (struct draw_color){255, 255, 255, 255};
}

/* The owner's number in its arc, where there is room for it: in the middle, or beside the keys
 * that lie there. */
static void draw_owner_number(struct ring *ring, uint32_t i)
{
    const struct picture_token *token = &ring->scene->picture->tokens[i];
    float from = ring_arc_from(ring, i), to = ring_angle(ring, token->position);
    float size = fminf(ring->scene->size * 0.8f, ring->band * 0.72f);
    char text[12];
    snprintf(text, sizeof text, "%u", token->node + 1);
    float need = size * (0.7f + DRAW_CHARACTER_WIDTH * (float)strlen(text)) / ring->tokens;
    if (to - from < need || size < ring->scene->size * 0.6f || strength(ring, token->node) < 255)
        return;
    for (int k = 0; k < 3; k++) {
        float middle = (from + to) / 2 + (float)(k == 2 ? -1 : k) * (to - from - need) / 2;
        struct point at = ring_at(ring, ring->tokens, middle);
        if (ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
                       ink_on(ring_owner(ring, token->node)), text))
            return;
    }
}

/* One word for a run of arcs of which the same can be got, inside the circle. */
static void draw_reach_word(struct ring *ring, uint32_t first, uint32_t last)
{
    static const char *const words[] = {"ok", "ok", "W lost", "R lost", "none"};
    _Static_assert(sizeof words / sizeof *words == PICTURE_REACH_COUNT, "one a kind");
    const struct picture *picture = ring->scene->picture;
    const struct picture_token *token = &picture->tokens[first];
    float size = ring->scene->size * 0.8f;
    float from = ring_arc_from(ring, first), to = ring_angle(ring, picture->tokens[last].position);
    char word[40];
    snprintf(word, sizeof word, "%s", words[token->reach]);
    if (token->reach != PICTURE_REACH_ALL)
        snprintf(word, sizeof word, "%s %u/%u", words[token->reach], token->reached,
                 token->replicas);
    float room = size * DRAW_CHARACTER_WIDTH * (float)strlen(word) / 2;
    float radius = ring->tokens - ring->band / 2 - 14 - size * 0.6f - room;
    struct point at = ring_at(ring, radius, (from + to) / 2);
    if (radius > room)
        ring_label(ring, LAYER_STILL, at.x, at.y - size * 0.65f, size, ALIGN_CENTER,
                   ring->scene->theme->text, word);
}

static bool is_alike(const struct picture_token *a, const struct picture_token *b)
{
    return a->reach == b->reach && a->reached == b->reached;
}

/* What is lost comes first; that all is well is said where there are few words in all. */
static void draw_reach_words(struct ring *ring, bool is_lost, uint32_t *count)
{
    const struct picture *picture = ring->scene->picture;
    for (uint32_t i = 0, first = 0; i < picture->token_count; i++) {
        if (i + 1 < picture->token_count &&
            is_alike(&picture->tokens[i + 1], &picture->tokens[i]))
            continue;
        if ((picture->tokens[i].reach > PICTURE_REACH_BOTH) == is_lost && *count < WORDS_MAX)
            draw_reach_word(ring, first, i);
        *count += 1;
        first = i + 1;
    }
}

void ring_draw_words(struct ring *ring)
{
    uint32_t count = 0;
    if (ring->scene->ring_colours == RING_BY_REACH) {
        draw_reach_words(ring, true, &count);
        draw_reach_words(ring, false, &count);
        return;
    }
    if (ring->scene->ring_colours == RING_BY_LOAD) {
        ring_draw_load_words(ring);
        return;
    }
    if (ring->differences) {
        ring_draw_difference_words(ring);
        return;
    }
    for (uint32_t i = 0; i < ring->scene->picture->token_count; i++)
        draw_owner_number(ring, i);
}
