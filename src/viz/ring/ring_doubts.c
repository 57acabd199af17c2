/*
 * ring_doubts.c: who doubts whom, and how near to a verdict it is.
 *
 *     n1 ====o - - - n4     n1 watches n4: the arc is as full as phi of its threshold, the silence
 *                           of its limit, or the time of a suspicion that is over
 *     n1 ============|n4    full: it has come to its verdict
 *
 * Without a selection an arc is drawn from half of the way on, and only while there is something
 * to wait for: of a verdict that stands, a short spike is left at the peer, on the side of whoever
 * came to it, so a dead node has as many spikes as others know of its death. When a node is
 * selected, each other one wears a ring that is as full, and what it and others have decided about
 * each other is a whole arc with words.
 *
 * Where nodes are many and doubts, too, arcs would hide everything: then each doubted node wears a
 * ring as full as the strongest doubt, and only the selected one has arcs.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

#define PEERS_MAX    1024
#define EVERYBODY    128 /* nodes: where there are more, only the selected one is asked */
#define ARCS_MAX     60
#define SPIKES_MAX   32 /* nodes */
#define SAID_MAX     6 /* arcs with words, without a selection */
#define WORTH_ARC    (PEER_ALL / 2)
#define BEND         0.09f /* of its length */

static float part_of(const struct picture_peer *peer)
{
    return (float)peer->part_ppm / (float)PEER_ALL;
}

static struct draw_color color_of(const struct ring *ring, const struct picture_peer *peer)
{
    const struct theme *theme = ring->scene->theme;
    return peer->state == PEER_DOWN ? theme->bad
           : peer->state == PEER_SUSPECTED || peer->part_ppm >= WORTH_ARC ? theme->warn
                                                                           : theme->accent;
}

static struct point on_arc(const struct lane *lane, float t)
{
    float aside = 4 * t * (1 - t) * BEND * lane->length;
    return (struct point){lane->from.x + lane->along.x * lane->length * t - lane->along.y * aside,
                          lane->from.y + lane->along.y * lane->length * t + lane->along.x * aside};
}

static void draw_stretch(const struct ring *ring, const struct lane *lane, float from, float to,
                         float width, struct draw_color color, bool is_dashed)
{
    uint32_t pieces = ring->has_names_inside ? 16 : 8;
    for (uint32_t i = 0; i < pieces; i++) {
        struct point a = on_arc(lane, from + (to - from) * (float)i / (float)pieces);
        struct point b = on_arc(lane, from + (to - from) * (float)(i + 1) / (float)pieces);
        draw_line(ring->list, a.x, a.y, b.x, b.y, width, color, is_dashed);
    }
}

void ring_doubt_shape(const struct ring *ring, const struct lane *lane, float part, bool is_verdict,
                      struct draw_color color)
{
    float width = ring->has_names_inside ? 2.5f : 1.5f;
    if (!ring->has_names_inside && !is_verdict)
        color = with_alpha(color, 190);
    if (part < 1)
        draw_stretch(ring, lane, part, 1, 1, with_alpha(ring->scene->theme->faint, 150), true);
    draw_stretch(ring, lane, 0, part, width, color, false);
    struct point tip = on_arc(lane, part);
    if (!is_verdict) {
        draw_disc(ring->list, tip.x, tip.y, width + 1, color);
        return;
    }
    float bar = ring->has_names_inside ? 6 : 3; /* across its end */
    draw_line(ring->list, tip.x + lane->along.y * bar, tip.y - lane->along.x * bar,
              tip.x - lane->along.y * bar, tip.y + lane->along.x * bar, width, color, false);
}

/* --- words ----------------------------------------------------------------------------------- */

static void say(const struct ring *ring, uint32_t from, const struct picture_peer *peer,
                char *text, size_t size)
{
    char whole[32];
    struct picture_listener listener;
    if (!stage_listener(ring->scene->stage, from, &listener))
        return;
    if (peer->state == PEER_DOWN)
        snprintf(text, size, "takes it for down");
    else if (peer->state == PEER_SUSPECTED)
        snprintf(text, size, "suspects it: %.1f s left", (double)peer->left / 1e9);
    else if (peer->phi_milli > 0)
        snprintf(text, size, "phi %.1f of %.3g", (double)peer->phi_milli / 1e3,
                 (double)listener.threshold_milli / 1e3);
    else
        snprintf(text, size, "silent %.2f of %s", (double)peer->silence / 1e9,
                 scene_time(peer->limit, whole));
}

static void write_words(struct ring *ring, const struct ring_doubt *doubt)
{
    char text[64] = "";
    float size = ring->scene->size * 0.8f;
    struct lane lane = ring_lane(ring, doubt->from, doubt->to);
    say(ring, doubt->from, &doubt->peer, text, sizeof text);
    float w = (float)strlen(text) * size * DRAW_CHARACTER_WIDTH + 4;
    static const float places[] = {0.5f, 0.62f, 0.38f, 0.74f, 0.26f};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct point at = on_arc(&lane, places[i]);
        struct box box = {at.x - w / 2, at.y - size * 0.65f, w, size * 1.3f};
        if (!room_is_free(ring->room, LAYER_STILL, box))
            continue;
        room_take(ring->room, LAYER_STILL, box);
        room_take(ring->room, LAYER_MOVING, box);
        draw_rect(ring->list, box.x, box.y, box.w, box.h, ring->scene->theme->pane);
        draw_text(ring->list, at.x, box.y, size, ALIGN_CENTER, color_of(ring, &doubt->peer),
                  text);
        return;
    }
}

/* When all else has its place: what goes on with the members stands in the middle, too. */
void ring_write_doubts(struct ring *ring)
{
    for (uint32_t i = 0; i < ring->doubt_count; i++)
        write_words(ring, &ring->doubts[i]);
}

/* --- one pair -------------------------------------------------------------------------------- */

static void draw_arc_between(struct ring *ring, uint32_t from, uint32_t to,
                             const struct picture_peer *peer)
{
    struct lane lane = ring_lane(ring, from, to);
    bool is_verdict = peer->state == PEER_DOWN;
    ring_doubt_shape(ring, &lane, part_of(peer), is_verdict, color_of(ring, peer));
    ring_saw(ring, is_verdict ? MARK_VERDICT : MARK_DOUBT);
}

static void draw_spike(struct ring *ring, uint32_t from, uint32_t to)
{
    struct point at = ring_node_at(ring, to), other = ring_node_at(ring, from);
    float dx = other.x - at.x, dy = other.y - at.y, far = fmaxf(hypotf(dx, dy), 1);
    float inner = ring->disc + 2, outer = ring_halo(ring) + 1;
    draw_line(ring->list, at.x + dx / far * inner, at.y + dy / far * inner, at.x + dx / far * outer,
              at.y + dy / far * outer, ring->has_names_inside ? 3 : 1.5f, ring->scene->theme->bad,
              false);
    ring_saw(ring, MARK_VERDICT);
}

static void draw_ring_around(struct ring *ring, uint32_t node, const struct picture_peer *peer)
{
    const struct theme *theme = ring->scene->theme;
    struct point at = ring_node_at(ring, node);
    float r = ring_halo(ring);
    struct draw_color color = color_of(ring, peer);
    draw_arc(ring->list, at.x, at.y, r, 0, TURN, 1, with_alpha(theme->line, 200));
    draw_arc(ring->list, at.x, at.y, r, -TURN / 4, -TURN / 4 + part_of(peer) * TURN, 3, color);
    ring_saw(ring, peer->whole > 0 || peer->limit == 0 ? MARK_SUSPICION
                   : peer->phi_milli > 0                 ? MARK_PHI
                                                         : MARK_SILENCE);
}

/* --- all of them ----------------------------------------------------------------------------- */

struct doubts {
    uint32_t arcs;                     /* pairs that are worth one */
    uint32_t strongest_ppm[EVERYBODY]; /* by peer: of those that are no verdicts yet */
};

static bool is_worth_arc(const struct picture_peer *peer)
{
    return peer->state == PEER_SUSPECTED || (peer->state == PEER_UP && peer->part_ppm >= WORTH_ARC);
}

static bool is_opinion(const struct picture_peer *peer)
{
    return peer->state != PEER_STRANGER && peer->state != PEER_LEFT;
}

static uint32_t peers_of(const struct ring *ring, uint32_t node, struct picture_peer *peers)
{
    const struct scene *scene = ring->scene;
    /* a spare listens for nobody, and a paused process comes to no verdict */
    bool is_judge = scene->picture->members.nodes[node].kind != MEMBER_KIND_SPARE &&
                    scene->picture->nodes[node].state == PICTURE_UP;
    return is_judge && stage_peers(scene->stage, node, scene->clock, peers)
               ? scene->picture->node_count
               : 0;
}

static void count_doubts(const struct ring *ring, struct doubts *doubts)
{
    struct picture_peer peers[PEERS_MAX];
    for (uint32_t from = 0; from < ring->scene->picture->node_count; from++)
        for (uint32_t to = 0, count = peers_of(ring, from, peers); to < count; to++)
            if (to != from && is_worth_arc(&peers[to])) {
                doubts->arcs++;
                doubts->strongest_ppm[to] = MAX(doubts->strongest_ppm[to], peers[to].part_ppm);
            }
}

static void draw_pair(struct ring *ring, uint32_t from, uint32_t to,
                      const struct picture_peer *peer, uint32_t arcs)
{
    bool is_selected = from == ring->node || to == ring->node;
    bool is_verdict = peer->state == PEER_DOWN;
    if (is_verdict ? is_selected : is_worth_arc(peer) && (is_selected || arcs <= ARCS_MAX)) {
        draw_arc_between(ring, from, to, peer);
        bool is_asked_for = is_selected || ring->node == UINT32_MAX;
        if (is_asked_for && ring->has_names_inside && ring->doubt_count < RING_DOUBTS_MAX)
            ring->doubts[ring->doubt_count++] = (struct ring_doubt){from, to, *peer};
    } else if (is_verdict && ring->scene->picture->node_count <= SPIKES_MAX) {
        draw_spike(ring, from, to);
    }
}

static void draw_everybody(struct ring *ring)
{
    struct picture_peer peers[PEERS_MAX];
    struct doubts doubts = {0};
    count_doubts(ring, &doubts);
    bool are_many = doubts.arcs > ARCS_MAX;
    for (uint32_t from = 0; from < ring->scene->picture->node_count; from++)
        for (uint32_t to = 0, count = peers_of(ring, from, peers); to < count; to++)
            if (to != from && is_opinion(&peers[to]))
                draw_pair(ring, from, to, &peers[to], doubts.arcs);
    for (uint32_t i = 0; are_many && i < ring->scene->picture->node_count; i++) {
        struct picture_peer strongest = {.state = PEER_UP, .part_ppm = doubts.strongest_ppm[i],
                                         .limit = 1, .phi_milli = 1};
        if (strongest.part_ppm > 0 && i != ring->node && ring->node == UINT32_MAX)
            draw_ring_around(ring, i, &strongest);
    }
}

void ring_draw_doubts(struct ring *ring)
{
    struct picture_peer peers[PEERS_MAX];
    uint32_t count = ring->scene->picture->node_count;
    if (ring->scene->ring_sheet != RING_DOUBTS || count > PEERS_MAX)
        return;
    if (ring->node < count)
        for (uint32_t i = 0, known = peers_of(ring, ring->node, peers); i < known; i++)
            if (i != ring->node && is_opinion(&peers[i]))
                draw_ring_around(ring, i, &peers[i]);
    if (count <= EVERYBODY)
        draw_everybody(ring);
    else if (ring->node < count)
        for (uint32_t i = 0, known = peers_of(ring, ring->node, peers); i < known; i++)
            if (i != ring->node && is_opinion(&peers[i]))
                draw_pair(ring, ring->node, i, &peers[i], 0);
}
