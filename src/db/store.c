/*
 * store.c: a skip list whose shape follows from its content.
 *
 * A row is one block of memory: the row as the world sees it, the first sixteen
 * bytes of the key as two numbers, the links, the key. The value has a block of
 * its own, so that a longer value does not move the row, and a link to a row stays
 * good as long as the row exists.
 *
 *     | row: key, version | prefix | link 0 | link 1 | ... | key bytes |
 *                          \_______________/ what a search touches
 *
 * A search through a million rows spends its time waiting for memory, so it looks
 * at as little as it can: most comparisons are decided by the prefix, which lies
 * beside the links, and a row that was too far on one level is not looked at again
 * on the next.
 */
#include "db/store.h"

#include <string.h>

#include "base/murmur3.h"

/* The first sixteen bytes of a key, most significant first and filled up with zeros: unequal
 * prefixes compare as their keys do, equal ones say nothing. */
struct key_prefix {
    uint64_t high;
    uint64_t low;
};

struct store_node {
    struct store_row row; /* first: a row's address is its node's */
    uint32_t levels;      /* links that follow */
    uint32_t value_room;  /* bytes of the value's block */
    struct key_prefix prefix;
    struct store_node *next[];
};

/* The links that lead past a key, one per level: what an insertion or a removal changes. */
struct store_path {
    struct store_node **link[STORE_LEVELS];
};

int store_key_compare(struct bytes a, struct bytes b)
{
    uint32_t common = MIN(a.size, b.size);
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

/* Up to eight bytes of the key from `from` on. */
static uint64_t key_word(struct bytes key, uint32_t from)
{
    uint64_t word = 0;
    uint32_t end = MIN(key.size, from + 8);
    for (uint32_t i = from; i < end; i++)
        word |= (uint64_t)key.data[i] << (56 - 8 * (i - from));
    return word;
}

static struct key_prefix key_prefix(struct bytes key)
{
    return (struct key_prefix){key_word(key, 0), key_word(key, 8)};
}

static bool is_before(const struct store_node *node, struct key_prefix prefix, struct bytes key)
{
    if (node->prefix.high != prefix.high)
        return node->prefix.high < prefix.high;
    if (node->prefix.low != prefix.low)
        return node->prefix.low < prefix.low;
    return store_key_compare(node->row.key, key) < 0;
}

/* One level for each pair of zero bits at the end of the hash: a quarter of the rows has
 * two, a sixteenth three. */
static uint32_t levels_of_key(struct bytes key)
{
    uint64_t hash = murmur3_token(key) | UINT64_C(1) << (2 * (STORE_LEVELS - 1));
    return 1 + (uint32_t)__builtin_ctzll(hash) / 2;
}

void store_init(struct store *store)
{
    *store = (struct store){0};
}

/* The first node that does not stand before the key; NULL when all do. */
static struct store_node *search(const struct store *store, struct bytes key)
{
    struct key_prefix prefix = key_prefix(key);
    struct store_node *const *links = store->head;
    struct store_node *found = NULL; /* known to be too far, or at the key */
    for (uint32_t level = store->levels; level-- > 0;) {
        struct store_node *next;
        while ((next = links[level]) != found && is_before(next, prefix, key))
            links = next->next;
        found = next;
    }
    return found;
}

/* The same, keeping the way. */
static struct store_node *search_path(struct store *store, struct bytes key,
                                      struct store_path *path)
{
    struct key_prefix prefix = key_prefix(key);
    struct store_node **links = store->head;
    struct store_node *found = NULL;
    for (uint32_t level = store->levels; level-- > 0;) {
        struct store_node *next;
        while ((next = links[level]) != found && is_before(next, prefix, key))
            links = next->next;
        found = next;
        path->link[level] = &links[level];
    }
    return found;
}

static bool is_at(const struct store_node *node, struct bytes key)
{
    return node && store_key_compare(node->row.key, key) == 0;
}

const struct store_row *store_find(const struct store *store, struct bytes key)
{
    struct store_node *node = search(store, key);
    return is_at(node, key) ? &node->row : NULL;
}

bool store_get(const struct store *store, struct bytes key, struct version *version)
{
    const struct store_row *row = store_find(store, key);
    *version = row ? row->version : (struct version){0};
    return row != NULL;
}

const struct store_row *store_first(const struct store *store)
{
    return store->head[0] ? &store->head[0]->row : NULL;
}

const struct store_row *store_next(const struct store_row *row)
{
    const struct store_node *next = ((const struct store_node *)row)->next[0];
    return next ? &next->row : NULL;
}

const struct store_row *store_seek(const struct store *store, struct bytes key)
{
    const struct store_node *node = search(store, key);
    return node ? &node->row : NULL;
}

static struct store_node *node_create(struct env *env, struct bytes key)
{
    uint32_t levels = levels_of_key(key);
    size_t links = levels * sizeof(struct store_node *);
    struct store_node *node = env_allocate(env, sizeof *node + links + key.size);
    uint8_t *key_bytes = (uint8_t *)&node->next[levels];
    if (key.size > 0)
        memcpy(key_bytes, key.data, key.size);
    node->row.key = (struct bytes){key_bytes, key.size};
    node->levels = levels;
    node->prefix = key_prefix(key);
    return node;
}

static void node_free(struct env *env, struct store_node *node)
{
    if (node->value_room > 0)
        env_release(env, (void *)(uintptr_t)node->row.version.value.data);
    env_release(env, node);
}

/* The new value is in place before the old one is freed: it may be a part of it. */
static void set_version(struct store *store, struct env *env, struct store_node *node,
                        const struct version *version)
{
    struct bytes old = node->row.version.value;
    struct bytes new = version->value;
    uint8_t *room = (uint8_t *)(uintptr_t)old.data;
    store->value_bytes += (uint64_t) new.size - old.size;
    bool fits = new.size <= node->value_room &&new.size >= node->value_room / 2;
    if (!fits)
        room = new.size > 0 ? env_allocate(env, new.size) : NULL;
    if (new.size > 0)
        memmove(room, new.data, new.size);
    if (!fits && node->value_room > 0)
        env_release(env, (void *)(uintptr_t)old.data);
    if (!fits)
        node->value_room = new.size;
    node->row.version.timestamp = version->timestamp;
    node->row.version.is_tombstone = version->is_tombstone;
    node->row.version.value = (struct bytes){room, new.size};
}

static void link_node(struct store *store, struct store_node *node, struct store_path *path)
{
    for (; store->levels < node->levels; store->levels++)
        path->link[store->levels] = &store->head[store->levels];
    for (uint32_t level = 0; level < node->levels; level++) {
        node->next[level] = *path->link[level];
        *path->link[level] = node;
    }
    store->count++;
    store->key_bytes += node->row.key.size;
}

const struct store_row *store_put(struct store *store, struct env *env, struct bytes key,
                                  const struct version *version)
{
    struct store_path path;
    struct store_node *node = search_path(store, key, &path);
    if (!is_at(node, key)) {
        node = node_create(env, key);
        link_node(store, node, &path);
    }
    set_version(store, env, node, version);
    return &node->row;
}

bool store_remove(struct store *store, struct env *env, struct bytes key)
{
    struct store_path path;
    struct store_node *node = search_path(store, key, &path);
    if (!is_at(node, key))
        return false;
    for (uint32_t level = 0; level < node->levels; level++)
        *path.link[level] = node->next[level];
    while (store->levels > 0 && !store->head[store->levels - 1])
        store->levels--;
    store->count--;
    store->key_bytes -= node->row.key.size;
    store->value_bytes -= node->row.version.value.size;
    node_free(env, node);
    return true;
}

void store_clear(struct store *store, struct env *env)
{
    struct store_node *node = store->head[0];
    while (node) {
        struct store_node *next = node->next[0];
        node_free(env, node);
        node = next;
    }
    store_init(store);
}
