/*
 * ring_news.c: how far news have come, as heat.
 *
 *     a full ring and a warm glow     the node knows the newest that there is to know
 *     part of a ring, a faint glow    what it knows is older, or it has only heard of it
 *     a dotted ring                   it has not heard of it
 *     a line with an arrow            who told whom (gossip)
 *
 * What is news, and about whom, says sim/picture/news.h, and two lines of words on the right above.
 * Warmth and the length of the ring say the same, so nothing is told by colour alone.
 */
#include <math.h>

#include "viz/ring/ring.h"

static float part_of(const struct news_node *node)
{
    return (float)node->fresh_ppm / (float)NEWS_ALL;
}

void ring_news_shape(const struct ring *ring, struct point at, float radius, float part)
{
    const struct theme *theme = ring->scene->theme;
    float top = -TURN / 4, wide = ring->has_names_inside ? 4 : 2.5f;
    if (part <= 0) {
        for (int i = 0; i < 12; i++)
            draw_arc(ring->list, at.x, at.y, radius, top + (float)i / 12 * TURN,
                     top + ((float)i + 0.3f) / 12 * TURN, 1.5f, theme->faint);
        return;
    }
    draw_arc(ring->list, at.x, at.y, radius, 0, TURN, 1, theme->line);
    draw_arc(ring->list, at.x, at.y, radius, top, top + part * TURN, wide,
             with_alpha(theme->warn, (uint8_t)(110 + 145 * part)));
}

static void draw_told(const struct ring *ring, uint32_t from, uint32_t to)
{
    struct lane lane = ring_lane(ring, from, to);
    struct draw_color color = with_alpha(ring->scene->theme->warn, 130);
    float head = ring->has_names_inside ? 7 : 4;
    draw_line(ring->list, lane.from.x, lane.from.y, lane.to.x, lane.to.y, 1.2f, color, false);
    for (int side = -1; side <= 1; side += 2)
        draw_line(ring->list, lane.to.x, lane.to.y,
                  lane.to.x - lane.along.x * head - (float)side * lane.along.y * head * 0.5f,
                  lane.to.y - lane.along.y * head + (float)side * lane.along.x * head * 0.5f, 1.2f,
                  color, false);
}

/* The glow, and who told whom: below the nodes. */
void ring_draw_news_heat(struct ring *ring)
{
    const struct news *news = ring->news;
    for (uint32_t i = 0; news && i < news->node_count; i++) {
        const struct news_node *node = &news->nodes[i];
        struct point at = ring_node_at(ring, i);
        float part = part_of(node);
        if (!node->is_there)
            continue;
        for (int step = 0; step < 3 && part > 0; step++)
            draw_disc(ring->list, at.x, at.y, ring_halo(ring) + 3 + 3 * (float)step,
                      with_alpha(ring->scene->theme->warn, (uint8_t)(28 * part)));
        if (node->from < news->node_count && node->from != i) {
            draw_told(ring, node->from, i);
            ring_saw(ring, MARK_TOLD);
        }
    }
}

/* --- words ----------------------------------------------------------------------------------- */

static const char *name_of(const struct ring *ring, uint32_t node)
{
    return node < ring->scene->picture->node_count ? ring->scene->picture->nodes[node].name : "?";
}

static void say_what(const struct ring *ring, const struct news *news, char *text, size_t size)
{
    const char *name = name_of(ring, news->subject);
    unsigned long long version = news->version;
    switch (news->kind) {
    case NEWS_TOPOLOGY: snprintf(text, size, "topology %llu", version); break;
    case NEWS_LIFE: snprintf(text, size, "%s: life %llu, and its topology", name, version); break;
    case NEWS_SAYING:
        snprintf(text, size, "%s is %s, incarnation %llu", name, peer_state_words[news->state],
                 version);
        break;
    case NEWS_BEAT:
        if (news->subject == NEWS_NOBODY)
            snprintf(text, size, "heartbeats of all, by gossip");
        else
            snprintf(text, size, "the heartbeat of %s, by gossip", name);
        break;
    case NEWS_WORD: snprintf(text, size, "the last word of %s", name); break;
    default: snprintf(text, size, "no news now: select a node");
    }
}

static void say_how_far(const struct news *news, char *text, size_t size)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < news->node_count; i++)
        sum += news->nodes[i].is_there ? news->nodes[i].fresh_ppm : 0;
    if (news->kind == NEWS_NONE || news->there == 0)
        *text = '\0';
    else if (news->kind == NEWS_BEAT || news->kind == NEWS_WORD)
        snprintf(text, size, "%.0f %% fresh on %u nodes", (double)sum / news->there / 1e4,
                 news->there);
    else
        snprintf(text, size, "known by %u of %u", news->known_by, news->there);
}

static void write_words(struct ring *ring)
{
    char lines[2][80];
    float size = ring->scene->size * 0.9f, right = ring->box.x + ring->box.w - size * 0.5f;
    say_what(ring, ring->news, lines[0], sizeof lines[0]);
    say_how_far(ring->news, lines[1], sizeof lines[1]);
    for (int i = 0; i < 2; i++)
        ring_label(ring, LAYER_STILL, right, ring->box.y + size * (0.4f + 1.4f * (float)i), size,
                   ALIGN_RIGHT, i == 0 ? ring->scene->theme->warn : ring->scene->theme->text,
                   lines[i]);
}

/* The rings, above the nodes, and the words. */
void ring_draw_news(struct ring *ring)
{
    const struct news *news = ring->news;
    for (uint32_t i = 0; news && i < news->node_count; i++) {
        const struct news_node *node = &news->nodes[i];
        if (!node->is_there)
            continue;
        ring_news_shape(ring, ring_node_at(ring, i), ring_halo(ring), part_of(node));
        ring_saw(ring, node->has_it          ? MARK_NEWS
                       : node->fresh_ppm > 0 ? MARK_NEWS_OLD
                                             : MARK_NEWS_NOT);
    }
    if (news)
        write_words(ring);
}
