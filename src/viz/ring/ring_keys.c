/*
 * ring_keys.c: keys on the circle, and the walk of the selected one.
 *
 * A key is a dot at its hash; one whose replicas differ has a ring around it. From the
 * selected key the walk goes clockwise outside of the circle, from token to token: a new node
 * gets its rank and a line to where it stands, one that was met before is struck out.
 *
 *          key         2
 *       ----o===1===x==o===      the token at x belongs to the node of 1: skipped
 */
#include <math.h>
#include <string.h>

#include "viz/inspector/key_object.h"
#include "viz/ring/ring.h"

static void draw_stop(struct ring *ring, uint32_t index, float radius)
{
    const struct picture_stop *stop = &ring->stops[index];
    const struct theme *theme = ring->scene->theme;
    float size = ring->scene->size, r = size * 0.55f;
    struct point at = ring_at(ring, radius, ring_angle(ring, stop->position));
    if (stop->rank == 0) {
        float h = r * 0.7f;
        draw_line(ring->list, at.x - h, at.y - h, at.x + h, at.y + h, 1.5f, theme->warn, false);
        draw_line(ring->list, at.x - h, at.y + h, at.x + h, at.y - h, 1.5f, theme->warn, false);
        return;
    }
    char rank[12];
    struct point node = ring_node_at(ring, stop->node);
    float far = fmaxf(hypotf(node.x - at.x, node.y - at.y), 1);
    float part = fmaxf(far - ring->disc, 0) / far;
    draw_line(ring->list, at.x, at.y, at.x + (node.x - at.x) * part,
              at.y + (node.y - at.y) * part, 2, theme->selected, true);
    draw_disc(ring->list, at.x, at.y, r + 1.5f, theme->selected);
    draw_disc(ring->list, at.x, at.y, r, theme->pane);
    snprintf(rank, sizeof rank, "%u", stop->rank);
    if (ring->has_number[index])
        draw_text(ring->list, at.x, at.y - size * 0.52f, size * 0.8f, ALIGN_CENTER, theme->text,
                  rank);
}

static bool is_object(const struct picture_replica *replica)
{
    return replica->is_running && !replica->is_absent && replica->kind > 0;
}

static bool has_same(const struct picture_replica *a, const struct picture_replica *b)
{
    return is_object(a) && is_object(b) && a->digest == b->digest;
}

/* "n1, n4: 3 siblings"; false: an earlier replica has the same, or it is no object. */
static bool say_object(const struct ring *ring, const struct picture_key *key, uint32_t index,
                       char *line, size_t size)
{
    const struct picture_replica *replica = &key->replicas[index];
    char words[100];
    size_t used = 0;
    for (uint32_t i = 0; i < index; i++)
        if (has_same(replica, &key->replicas[i]))
            return false;
    for (uint32_t i = index; i < key->replica_count && used + 120 < size; i++)
        if (has_same(replica, &key->replicas[i]))
            used += (size_t)snprintf(line + used, size - used, "%s%s", used ? ", " : "",
                                     ring->scene->picture->nodes[key->replicas[i].node].name);
    key_object_words(replica, words, sizeof words);
    snprintf(line + used, size - used, ": %s", words);
    return used > 0;
}

/* What each replica has, where tables keep objects; those that have the same on one line. */
static void write_objects(struct ring *ring, const struct picture_key *key, float y)
{
    const struct theme *theme = ring->scene->theme;
    float size = ring->scene->size * 0.85f;
    for (uint32_t i = 0; i < key->replica_count; i++) {
        char line[400];
        if (!say_object(ring, key, i, line, sizeof line))
            continue;
        float w = (float)strlen(line) * size * DRAW_CHARACTER_WIDTH + 4;
        if (w > 2 * (ring->tokens - ring->band) - size * 4)
            continue;
        draw_rect(ring->list, ring->x - w / 2, y, w, size * 1.4f, theme->pane);
        ring_label(ring, LAYER_STILL, ring->x, y, size, ALIGN_CENTER,
                   key->is_differing ? theme->bad : theme->text, line);
        y += size * 1.4f;
    }
}

static void draw_name(struct ring *ring, const struct picture_key *key)
{
    const struct theme *theme = ring->scene->theme;
    float size = ring->scene->size;
    char text[40];
    float room = 2 * (ring->tokens - ring->band) - size * 8;
    float w = fmaxf((float)strlen(key->name), 8) * size * DRAW_CHARACTER_WIDTH + size;
    if (w > room)
        return;
    draw_rect(ring->list, ring->x - w / 2, ring->y - size * 1.4f, w, size * 2.8f, theme->pane);
    ring_label(ring, LAYER_STILL, ring->x, ring->y - size * 1.3f, size, ALIGN_CENTER, theme->text,
               key->name);
    snprintf(text, sizeof text, "%.2f %%", (double)key->position / 184467440737095516.16);
    ring_label(ring, LAYER_STILL, ring->x, ring->y + size * 0.1f, size * 0.85f, ALIGN_CENTER,
               theme->faint, text);
    write_objects(ring, key, ring->y + size * 1.5f);
}

static const struct picture_key *picked_key(const struct ring *ring)
{
    const struct scene *scene = ring->scene;
    return scene->pick.kind == PICK_KEY && scene->pick.id < scene->picture->key_count
               ? &scene->picture->keys[scene->pick.id]
               : NULL;
}

static float walk_radius(const struct ring *ring)
{
    return ring->tokens + ring->band / 2 + ring->scene->size * 0.7f;
}

/* Of two stops that would stand upon each other, the later one has no number. */
void ring_plan_walk(struct ring *ring)
{
    const struct picture_key *key = picked_key(ring);
    float w = ring->scene->size * 0.36f, h = ring->scene->size * 0.5f;
    if (!key)
        return;
    uint32_t count =
        stage_walk(ring->scene->stage, key->position, ring->stops, RING_STOPS_MAX);
    ring->stop_count = count < RING_STOPS_MAX ? count : RING_STOPS_MAX;
    for (int is_skipped = 0; is_skipped < 2; is_skipped++)
        for (uint32_t i = 0; i < ring->stop_count; i++) {
            struct point at =
                ring_at(ring, walk_radius(ring), ring_angle(ring, ring->stops[i].position));
            struct box box = {at.x - w, at.y - h, 2 * w, 2 * h};
            if ((ring->stops[i].rank == 0) != (is_skipped == 1))
                continue;
            ring->has_number[i] = room_is_free(ring->room, LAYER_STILL, box);
            room_take(ring->room, LAYER_STILL, box);
        }
}

void ring_draw_walk(struct ring *ring)
{
    const struct scene *scene = ring->scene;
    const struct picture_key *key = picked_key(ring);
    if (!key)
        return;
    float radius = walk_radius(ring), from = ring_angle(ring, key->position), to = from;
    if (ring->stop_count > 0)
        to = ring_angle(ring, ring->stops[ring->stop_count - 1].position);
    draw_arc(ring->list, ring->x, ring->y, radius, from, to < from ? to + TURN : to, 2,
             scene->theme->selected);
    struct point inner = ring_at(ring, ring->tokens, from), outer = ring_at(ring, radius, from);
    draw_line(ring->list, inner.x, inner.y, outer.x, outer.y, 2, scene->theme->selected, false);
    for (uint32_t i = ring->stop_count; i-- > 0;) /* the first ones above the later ones */
        draw_stop(ring, i, radius);
    draw_name(ring, key);
}

void ring_draw_keys(struct ring *ring)
{
    const struct scene *scene = ring->scene;
    float r = fminf(fmaxf(ring->band * 0.2f, 1.6f), 4.5f), around = fminf(ring->band * 0.25f, 4);
    for (uint32_t i = 0; i < scene->picture->key_count; i++) {
        const struct picture_key *key = &scene->picture->keys[i];
        struct point at = ring_at(ring, ring->tokens, ring_angle(ring, key->position));
        bool is_picked = pick_is(scene->pick, PICK_KEY, i);
        if (ring->differences && !key->is_differing && !is_picked)
            continue; /* what is equal would hide what is not */
        float big = is_picked ? r * 1.5f : r;
        draw_disc(ring->list, at.x, at.y, big + 1.3f, scene->theme->background);
        draw_disc(ring->list, at.x, at.y, big, scene->theme->text);
        if (key->is_differing)
            draw_arc(ring->list, at.x, at.y, big + around, 0, TURN,
                     fminf(around * 0.6f, 2), scene->theme->bad);
        ring_saw(ring, key->is_differing ? MARK_KEY_DIFFERS : MARK_KEY);
        if (key->is_hot) {
            ring_hot_shape(ring, at.x, at.y, big);
            ring_saw(ring, MARK_HOT_KEY);
        }
        room_take(ring->room, LAYER_STILL,
                  (struct box){at.x - big - 1, at.y - big - 1, 2 * big + 2, 2 * big + 2});
        hits_add(ring->hits, (struct box){at.x - 6, at.y - 6, 12, 12}, PICK_KEY, i);
    }
}
