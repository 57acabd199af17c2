/*
 * ring.c: placing tokens, and walking the circle.
 *
 * Tokens are sorted once, by heap sort on a total order of values (token, node,
 * vnode), so equal tokens of two nodes, unlikely as they are, still stand in
 * one order everywhere.
 */
#include "db/ring.h"

#include "base/murmur3.h"

uint64_t ring_key_token(struct bytes key)
{
    return murmur3_token(key);
}

uint64_t ring_node_token(uint64_t ring_seed, uint32_t node, uint32_t vnode)
{
    uint8_t name[8];
    for (uint32_t i = 0; i < 4; i++) {
        name[i] = (uint8_t)(node >> (8 * i));
        name[4 + i] = (uint8_t)(vnode >> (8 * i));
    }
    struct bytes bytes = {name, sizeof name};
    return murmur3_hash(bytes, (uint32_t)(ring_seed ^ ring_seed >> 32)).first;
}

static bool is_before(const struct ring_token *a, const struct ring_token *b)
{
    if (a->token != b->token)
        return a->token < b->token;
    if (a->node != b->node)
        return a->node < b->node;
    return a->vnode < b->vnode;
}

static void sift_down(struct ring_token *tokens, uint32_t root, uint32_t count)
{
    struct ring_token moving = tokens[root];
    for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && is_before(&tokens[child], &tokens[child + 1]))
            child++;
        if (!is_before(&moving, &tokens[child]))
            break;
        tokens[root] = tokens[child];
    }
    tokens[root] = moving;
}

static void sort_tokens(struct ring_token *tokens, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;)
        sift_down(tokens, i, count);
    for (uint32_t end = count; end-- > 1;) {
        struct ring_token largest = tokens[0];
        tokens[0] = tokens[end];
        tokens[end] = largest;
        sift_down(tokens, 0, end);
    }
}

void ring_build(struct ring *ring, const struct node_config *config, struct ring_token *tokens)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < config->nodes; node++)
        for (uint32_t vnode = 0; vnode < config->vnodes; vnode++)
            tokens[count++] =
                (struct ring_token){ring_node_token(config->ring_seed, node, vnode), node, vnode};
    sort_tokens(tokens, count);
    *ring = (struct ring){tokens, count, config->nodes};
}

uint32_t ring_owner_index(const struct ring *ring, uint64_t token)
{
    uint32_t low = 0;
    uint32_t high = ring->token_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ring->tokens[middle].token < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ring->token_count ? low : 0; /* past the last token the circle begins again */
}

static bool is_listed(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

uint32_t ring_preference_list(const struct ring *ring, uint64_t key_token, uint32_t count,
                              bool is_distinct, uint32_t *nodes)
{
    uint32_t found = 0;
    uint32_t index = ring_owner_index(ring, key_token);
    for (uint32_t step = 0; step < ring->token_count && found < count; step++) {
        uint32_t node = ring->tokens[index].node;
        if (!is_distinct || !is_listed(nodes, found, node))
            nodes[found++] = node;
        index = index + 1 < ring->token_count ? index + 1 : 0;
    }
    return found;
}
