/*
 * ring_descent.c: two replicas that are compared, part by part.
 *
 * A repair goes down a tree of sums (db/repair/tree.h). Inside the circle of tokens each level has
 * a lane, the first one outermost, and on it the parts of the circle that were compared:
 *
 *     ============== circle of tokens ==============
 *     #####################################             level 0: all that the two have in common
 *     ---#####-----#####------                          level 1: thin: equal; thick: it differs
 *        --##-     ::::::                               level 2: dotted: its sum is asked for
 *
 * Below what is equal nothing is looked at, so the lanes show how little of the circle a repair
 * has to touch. In the middle stands who compares with whom, and how much has come over.
 *
 * Shown is a comparison that is under way, the selected node's before others; with the arcs by
 * keys that differ also the last one of the selected node.
 */
#include <math.h>
#include <string.h>

#include "viz/app/words.h"
#include "viz/ring/ring.h"

const struct descent *ring_find_descent(const struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    const struct descent *found = NULL;
    for (uint32_t i = picture->descent_count; i-- > 0;) {
        const struct descent *descent = &picture->descents[i];
        bool is_selected = descent->node == ring->node;
        if (!descent->is_over && (!found || is_selected || found->is_over))
            found = descent;
        else if (is_selected && !found && ring->scene->ring_colours == RING_BY_DIFFERENCE)
            found = descent;
        if (is_selected && found == descent)
            break;
    }
    return found;
}

static uint32_t levels_of(const struct descent *descent)
{
    uint32_t levels = 1;
    for (uint32_t i = 0; i < descent->span_count; i++)
        levels = MAX(levels, descent->spans[i].level + 1u);
    return levels;
}

/* From one lane to the next. */
static float lane_step(const struct ring *ring)
{
    float room = (ring->tokens - ring->band / 2) * 0.5f;
    return fminf(ring->scene->size * 0.6f, room / (float)levels_of(ring->descent));
}

float ring_descent_depth(const struct ring *ring)
{
    return ring->descent ? 6 + lane_step(ring) * (float)levels_of(ring->descent) : 0;
}

void ring_descent_arc(const struct ring *ring, uint8_t state, float x, float y, float radius,
                      float width, float from, float to)
{
    const struct theme *theme = ring->scene->theme;
    float dots = fmaxf(floorf((to - from) * radius / 5), 1);
    switch (state) {
    case DESCENT_EQUAL: draw_arc(ring->list, x, y, radius, from, to, 1.2f, theme->good); break;
    case DESCENT_DIFFERS:
        draw_arc(ring->list, x, y, radius, from, fmaxf(to, from + 2 / radius), width * 0.75f,
                 theme->warn);
        break;
    default:
        for (float i = 0; i < dots; i++)
            draw_arc(ring->list, x, y, radius, from + (to - from) * i / dots,
                     from + (to - from) * (i + 0.45f) / dots, width * 0.5f, theme->accent);
    }
}

static uint32_t mark_of(uint8_t state)
{
    return state == DESCENT_ASKED   ? MARK_PART_ASKED
           : state == DESCENT_EQUAL ? MARK_PART_EQUAL
                                    : MARK_PART_DIFFERS;
}

void ring_draw_descent(struct ring *ring)
{
    const struct descent *descent = ring->descent;
    if (!descent)
        return;
    float step = lane_step(ring), top = ring->tokens - ring->band / 2 - 6;
    for (uint32_t i = 0; i < descent->span_count; i++) {
        const struct descent_span *span = &descent->spans[i];
        float from = ring_angle(ring, span->from), to = ring_angle(ring, span->to);
        if (to <= from)
            to += TURN;
        ring_descent_arc(ring, span->state, ring->x, ring->y,
                         top - step * ((float)span->level + 0.5f), step, from, to);
        ring_saw(ring, mark_of(span->state));
    }
    if (descent->is_over) /* nobody talks any more */
        return;
    struct lane lane = ring_lane(ring, descent->node, descent->peer);
    draw_line(ring->list, lane.from.x, lane.from.y, lane.to.x, lane.to.y, 2,
              with_alpha(ring->scene->theme->accent, 120), true);
}

/* --- words ------------------------------------------------------------------------------------ */

#define LINES_MAX 4

static uint32_t write_lines(const struct ring *ring, char lines[LINES_MAX][100])
{
    const struct descent *descent = ring->descent;
    const struct picture *picture = ring->scene->picture;
    uint32_t count = 0, last = descent->level_count ? descent->level_count - 1 : 0, others = 0;
    char bytes[WORDS_MAX], sums[WORDS_MAX];
    for (uint32_t i = 0; i < picture->descent_count; i++)
        others += !picture->descents[i].is_over && &picture->descents[i] != descent;
    snprintf(lines[count++], 100, "%s %s %s", picture->nodes[descent->node].name,
             descent->is_over ? "compared with" : "compares with",
             picture->nodes[descent->peer].name);
    if (descent->is_equal)
        snprintf(lines[count++], 100, "the same, by one sum");
    else if (descent->level_count == 0)
        snprintf(lines[count++], 100, "asks for one sum of all");
    else
        snprintf(lines[count++], 100, "level %u: %u of %s %s", last, descent->differing[last],
                 words_count(descent->compared[last], "sum", sums),
                 words_verb(descent->differing[last], "differs", "differ"));
    snprintf(lines[count++], 100, "%s, rows: %llu got, %llu sent",
             words_bytes(descent->bytes, bytes), (unsigned long long)descent->rows_taken,
             (unsigned long long)descent->rows_sent);
    if (others > 0)
        snprintf(lines[count++], 100, "%u more %s", others,
                 words_verb(others, "compares", "compare"));
    return count;
}

/* In the middle, or in the corner above when it does not fit there. */
void ring_say_descent(struct ring *ring)
{
    char lines[LINES_MAX][100];
    if (!ring->descent)
        return;
    const struct theme *theme = ring->scene->theme;
    uint32_t count = write_lines(ring, lines);
    float size = ring->scene->size * 0.85f, line = size * 1.45f;
    float inner = ring->tokens - ring->band / 2 - 6 - ring_descent_depth(ring);
    bool fits = true;
    for (uint32_t i = 0; i < count; i++) {
        float w = (float)strlen(lines[i]) * size * DRAW_CHARACTER_WIDTH / 2;
        float y = fabsf(((float)i + 0.5f) * line - line * (float)count / 2) + size / 2;
        fits &= hypotf(w, y) < inner;
    }
    float x = fits ? ring->x : ring->box.x + size;
    float y = fits ? ring->y - line * (float)count / 2 : ring->box.y + size * 0.5f;
    for (uint32_t i = 0; i < count; i++, y += line)
        ring_label(ring, LAYER_STILL, x, y, size, fits ? ALIGN_CENTER : ALIGN_LEFT,
                   i == 0 ? theme->accent : theme->text, lines[i]);
}
