/*
 * ring_layout.c: where everything lies.
 *
 * From the outside inwards: clients, nodes, the circle of tokens. In a wide pane the clients
 * stand at the sides, in a tall one above and below, so that the ring gets all of the shorter
 * side. Nodes are as large as the text needs, and smaller where they are many: then their names
 * stand beside them. Nothing here looks at what happens, only at how many there are of each.
 */
#include <math.h>
#include <string.h>

#include "viz/ring/ring.h"

static uint32_t longest_name(const struct picture *picture)
{
    size_t longest = 1;
    for (uint32_t i = 0; i < picture->client_count; i++)
        longest = strlen(picture->clients[i]) > longest ? strlen(picture->clients[i]) : longest;
    return longest < 16 ? (uint32_t)longest : 16;
}

/* How much the clients need beside the nodes, at each end. */
static float client_room(const struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    float size = ring->scene->size;
    if (picture->client_count == 0)
        return 0;
    return ring->is_wide
               ? ((float)longest_name(picture) * DRAW_CHARACTER_WIDTH + 2.6f) * size
               : 2.9f * size;
}

static float disc_for(const struct ring *ring, float half)
{
    float size = ring->scene->size, count = (float)ring->scene->picture->node_count;
    float disc = fminf(fmaxf(half * 0.125f, size * 1.2f), size * 3.2f);
    /* neighbours do not touch: 2 r of the chord between them at most */
    float chord = 2 * half * 0.78f * sinf(TURN / 2 / fmaxf(count, 2));
    return fmaxf(fminf(disc, count > 2 ? chord * 0.4f : disc), 2.5f);
}

static bool has_names_inside(const struct ring *ring)
{
    const struct picture *picture = ring->scene->picture;
    size_t longest = 1;
    for (uint32_t i = 0; i < picture->node_count; i++)
        if (strlen(picture->nodes[i].name) > longest)
            longest = strlen(picture->nodes[i].name);
    float w = (float)longest * ring->scene->size * DRAW_CHARACTER_WIDTH;
    float count = fmaxf((float)picture->node_count, 2);
    float chord = 2 * ring->nodes * sinf(TURN / 2 / count); /* in a tiny pane discs overlap */
    return w < ring->disc * 1.75f && w < chord;
}

void ring_lay_out(struct ring *ring)
{
    struct box box = ring->box;
    float size = ring->scene->size, half_x = box.w / 2, half_y = box.h / 2;
    ring->is_wide = box.w >= box.h;
    ring->x = box.x + half_x;
    ring->y = box.y + half_y;
    float *longer = ring->is_wide ? &half_x : &half_y;
    *longer = fmaxf(*longer - client_room(ring), 0);
    float half = fminf(half_x, half_y);
    ring->disc = disc_for(ring, half);
    /* outside a node: what runs down, and a line of words */
    ring->nodes = fmaxf(half - ring->disc - fmaxf(size * 0.95f + 16, 14), ring->disc * 1.5f);
    ring->has_names_inside = has_names_inside(ring);
    float inner = fmaxf(ring->nodes - ring->disc - fmaxf(size * 1.3f, 14), 4);
    ring->tokens = inner * 0.93f;
    ring->band = fmaxf(ring->tokens * 0.14f, 4);
    float beyond = ring->nodes + ring->disc + size * 1.2f + client_room(ring) * 0.6f;
    ring->clients_x = ring->is_wide ? fminf(beyond + (half_x - half) * 0.35f, box.w / 2)
                                    : box.w / 2 - client_room(ring);
    ring->clients_y = ring->is_wide ? box.h / 2 - size * 1.5f
                                    : fminf(beyond + (half_y - half) * 0.35f, box.h / 2);
}

/* Where keys keep their own order, they and the ends of ranges lie in lumps (all that begins with
 * "log:" in a millionth of the circle): there each range has an equal part of the ring, and a
 * position its place within its range. */
static double place_in_order(const struct picture *picture, uint64_t position)
{
    uint32_t i = 0, count = picture->token_count;
    while (i + 1 < count && picture->tokens[i].position < position)
        i++;
    uint64_t before = i > 0 ? picture->tokens[i - 1].position : UINT64_MAX;
    double width = (double)(picture->tokens[i].position - before);
    return ((double)i + (double)(position - before) / width) / (double)count;
}

float ring_angle(const struct ring *ring, uint64_t position)
{
    const struct picture *picture = ring->scene->picture;
    bool is_in_order = !picture->rules.hash && picture->token_count > 0;
    double place = is_in_order ? place_in_order(picture, position)
                               : (double)position / 18446744073709551616.0;
    return (float)place * TURN - TURN / 4;
}

struct point ring_at(const struct ring *ring, float radius, float angle)
{
    return (struct point){ring->x + radius * cosf(angle), ring->y + radius * sinf(angle)};
}

float ring_halo(const struct ring *ring)
{
    float count = fmaxf((float)ring->scene->picture->node_count, 2);
    float half_way = ring->nodes * sinf(TURN / 2 / count) - 2.5f;
    float wanted = ring->disc + (ring->has_names_inside ? 14 : 4);
    return fmaxf(fminf(wanted, half_way), ring->disc + 3);
}

struct point ring_node_at(const struct ring *ring, uint32_t node)
{
    float part = (float)node / (float)ring->scene->picture->node_count;
    return ring_at(ring, ring->nodes, part * TURN - TURN / 4);
}

/* The first half on the right (or above), the others on the left, always clockwise; within 60
 * degrees of the axis, away from what stands in the corners. */
static float client_angle(const struct ring *ring, uint32_t client)
{
    uint32_t count = ring->scene->picture->client_count, first = (count + 1) / 2;
    bool is_first = client < first;
    uint32_t many = is_first ? first : count - first, index = is_first ? client : client - first;
    float spread = fminf(TURN / 3, TURN / 14 * (float)(many - 1));
    float part = many > 1 ? (float)index / (float)(many - 1) - 0.5f : 0;
    float axis = ring->is_wide ? (is_first ? 0 : TURN / 2) : (is_first ? -TURN / 4 : TURN / 4);
    return axis + part * spread;
}

struct box ring_client_box(const struct ring *ring, uint32_t client)
{
    float size = ring->scene->size * 0.9f, angle = client_angle(ring, client);
    float length = (float)strlen(ring->scene->picture->clients[client]);
    float w = fminf((length * DRAW_CHARACTER_WIDTH + 1) * size, ring->box.w), h = size * 1.6f;
    float x = ring->x + ring->clients_x * cosf(angle), y = ring->y + ring->clients_y * sinf(angle);
    /* a long name stays in the pane */
    x = fminf(fmaxf(x, ring->box.x + w / 2 + 1), ring->box.x + ring->box.w - w / 2 - 1);
    y = fminf(fmaxf(y, ring->box.y + h / 2 + 1), ring->box.y + ring->box.h - h / 2 - 1);
    return (struct box){x - w / 2, y - h / 2, w, h};
}

struct point ring_client_at(const struct ring *ring, uint32_t client)
{
    struct box box = ring_client_box(ring, client);
    return (struct point){box.x + box.w / 2, box.y + box.h / 2};
}

struct point ring_actor_at(const struct ring *ring, uint32_t address)
{
    return is_client(address) ? ring_client_at(ring, address - PICTURE_CLIENT_BASE)
                              : ring_node_at(ring, address);
}

/* How far from the middle of an actor a link begins: a message that has just been sent stands
 * beside it. */
static float reach_of(const struct ring *ring, uint32_t address)
{
    float size = ring->scene->size;
    if (is_client(address))
        return size * 2;
    return ring->disc + size * (ring->has_names_inside ? 1.2f : 0.2f);
}

struct lane ring_lane(const struct ring *ring, uint32_t from, uint32_t to)
{
    struct point a = ring_actor_at(ring, from), b = ring_actor_at(ring, to);
    float dx = b.x - a.x, dy = b.y - a.y, far = fmaxf(hypotf(dx, dy), 1);
    struct point along = {dx / far, dy / far};
    float aside = fminf(ring->disc * 0.4f, ring->scene->size * 0.42f);
    float begin = fminf(reach_of(ring, from), far * 0.4f);
    float end = fmaxf(far - reach_of(ring, to), far * 0.6f);
    struct point origin = {a.x - along.y * aside, a.y + along.x * aside}; /* on the right hand */
    return (struct lane){{origin.x + along.x * begin, origin.y + along.y * begin},
                         {origin.x + along.x * end, origin.y + along.y * end},
                         along,
                         end - begin};
}
