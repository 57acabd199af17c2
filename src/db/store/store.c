/*
 * store.c: a skip list whose shape follows from its content.
 *
 * A row is one block of memory: the row as the world sees it, the first eight bytes of the
 * key as a number, the links, their sums, the key. The value has a block of its own, so that
 * a longer value does not move the row, and a link to a row stays good as long as the row exists.
 *
 *     | row: key, version, position | prefix | link 0 | link 1 | ... | sum 0 | sum 1 | ... | key |
 *                          \____________________________/ what a search touches
 *
 * A search through a million rows spends its time waiting for memory, so it looks
 * at as little as it can: nearly all comparisons are decided by the position, which lies
 * beside the links, and a row that was too far on one level is not looked at again
 * on the next.
 *
 * The sum of a link is over the row that it leaves and all rows that it passes:
 *
 *     level 1   head ----------------> b ----------------> d      sum of b on level 1: b + c
 *     level 0   head ------> a ------> b ------> c ------> d      sum of b on level 0: b
 *
 * (The head is no row: its sums are over what lies before the first row of a level.)
 */
#include "db/store/store.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mix.h"
#include "base/murmur3.h"

struct store_node {
    struct store_row row; /* first: a row's address is its node's */
    uint32_t levels;      /* links that follow */
    uint32_t value_room;  /* bytes of the value's block */
    uint64_t prefix;      /* the first eight bytes of the key, filled up with zeros */
    struct store_node *next[]; /* and as many struct store_sum after them */
};

/* The links that lead past a key, one per level: what an insertion or a removal changes. */
struct store_path {
    struct store_node **link[STORE_LEVELS];
    struct store_sum *sum[STORE_LEVELS];   /* of that link */
    struct store_sum before[STORE_LEVELS]; /* of all rows before the one that it leaves */
};

/* A key and where it stands. */
struct place {
    uint64_t position;
    uint64_t prefix;
    struct bytes key;
};

static struct store_sum *sums_of(struct store_node *node)
{
    return (struct store_sum *)&node->next[node->levels];
}

static struct store_sum add(struct store_sum a, struct store_sum b)
{
    return store_sum_add(a, b);
}

static struct store_sum subtract(struct store_sum a, struct store_sum b)
{
    return (struct store_sum){a.rows - b.rows, a.fingerprint - b.fingerprint};
}

uint64_t store_row_digest(struct bytes key, const struct version *version)
{
    return mix_pair(key_token(key), version_digest(version));
}

static uint64_t key_prefix(struct bytes key)
{
    uint64_t word = 0;
    for (uint32_t i = 0; i < MIN(key.size, 8u); i++)
        word |= (uint64_t)key.data[i] << (56 - 8 * i);
    return word;
}

static struct place place_of(const struct store *store, struct bytes key)
{
    return (struct place){placement_position(store->order, key), key_prefix(key), key};
}

static bool is_before(const struct store_node *node, const struct place *place)
{
    if (node->row.position != place->position)
        return node->row.position < place->position;
    if (node->prefix != place->prefix)
        return node->prefix < place->prefix;
    return bytes_compare(node->row.key, place->key) < 0;
}

/* One level for each pair of zero bits at the end of the hash: a quarter of the rows has
 * two, a sixteenth three. */
static uint32_t levels_of_key(struct bytes key)
{
    uint64_t hash = murmur3_token(key) | UINT64_C(1) << (2 * (STORE_LEVELS - 1));
    return 1 + (uint32_t)__builtin_ctzll(hash) / 2;
}

void store_init(struct store *store, struct placement_order order)
{
    *store = (struct store){.order = order};
}

/* The first node that does not stand before the place; NULL when all do. */
static struct store_node *search(const struct store *store, const struct place *place)
{
    struct store_node *const *links = store->head;
    struct store_node *found = NULL; /* known to be too far, or at the key */
    for (uint32_t level = store->levels; level-- > 0;) {
        struct store_node *next;
        while ((next = links[level]) != found && is_before(next, place))
            links = next->next;
        found = next;
    }
    return found;
}

/* The same, keeping the way. */
static struct store_node *search_path(struct store *store, const struct place *place,
                                      struct store_path *path)
{
    struct store_node **links = store->head;
    struct store_sum *sums = store->before, before = {0};
    struct store_node *found = NULL;
    for (uint32_t level = store->levels; level-- > 0;) {
        struct store_node *next;
        while ((next = links[level]) != found && is_before(next, place)) {
            before = add(before, sums[level]);
            links = next->next;
            sums = sums_of(next);
        }
        found = next;
        path->link[level] = &links[level];
        path->sum[level] = &sums[level];
        path->before[level] = before;
    }
    return found;
}

/* Of all rows up to and including a position. */
static struct store_sum sum_up_to(const struct store *store, uint64_t position)
{
    struct store_node *const *links = store->head;
    const struct store_sum *sums = store->before;
    struct store_sum sum = {0};
    for (uint32_t level = store->levels; level-- > 0;) {
        struct store_node *next;
        while ((next = links[level]) != NULL && next->row.position <= position) {
            sum = add(sum, sums[level]);
            links = next->next;
            sums = sums_of(next);
        }
    }
    /* the row that the walk ended at is one of them, and its own link on level 0 says which */
    return links == store->head ? sum : add(sum, sums[0]);
}

struct store_sum store_sum(const struct store *store, struct position_range range)
{
    struct store_sum to = sum_up_to(store, range.to), from = sum_up_to(store, range.from);
    if (range.from < range.to)
        return subtract(to, from);
    return add(subtract(sum_up_to(store, UINT64_MAX), from), to);
}

static bool is_at(const struct store_node *node, struct bytes key)
{
    return node && bytes_compare(node->row.key, key) == 0;
}

const struct store_row *store_find(const struct store *store, struct bytes key)
{
    struct place place = place_of(store, key);
    struct store_node *node = search(store, &place);
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
    struct place place = place_of(store, key);
    const struct store_node *node = search(store, &place);
    return node ? &node->row : NULL;
}

const struct store_row *store_after(const struct store *store, uint64_t position)
{
    struct place place = {position + 1, 0, {NULL, 0}};
    const struct store_node *node = position < UINT64_MAX ? search(store, &place) : NULL;
    return node ? &node->row : NULL;
}

static struct store_node *node_create(struct env *env, const struct place *place)
{
    uint32_t levels = levels_of_key(place->key);
    size_t links = levels * (sizeof(struct store_node *) + sizeof(struct store_sum));
    struct store_node *node = env_allocate(env, sizeof *node + links + place->key.size);
    node->levels = levels;
    uint8_t *key_bytes = (uint8_t *)(sums_of(node) + levels);
    if (place->key.size > 0)
        memcpy(key_bytes, place->key.data, place->key.size);
    node->row.key = (struct bytes){key_bytes, place->key.size};
    node->row.position = place->position;
    node->prefix = place->prefix;
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
    node->row.version = *version;
    node->row.version.value = (struct bytes){room, new.size};
}

/* The new row's sums begin empty: add_to_sums counts it, and everything else is there. */
static void link_node(struct store *store, struct store_node *node, struct store_path *path)
{
    for (; store->levels < node->levels; store->levels++) {
        path->link[store->levels] = &store->head[store->levels];
        path->sum[store->levels] = &store->before[store->levels];
        path->before[store->levels] = (struct store_sum){0};
        store->before[store->levels] = sum_up_to(store, UINT64_MAX);
    }
    struct store_sum before = add(path->before[0], *path->sum[0]);
    for (uint32_t level = 0; level < node->levels; level++) {
        struct store_sum up_to_node = subtract(before, path->before[level]);
        sums_of(node)[level] = subtract(*path->sum[level], up_to_node);
        *path->sum[level] = up_to_node;
        node->next[level] = *path->link[level];
        *path->link[level] = node;
    }
    store->count++;
    store->key_bytes += node->row.key.size;
}

/* The row at the end of this path becomes another: in its own sums, and in those above it that
 * pass it. */
static void add_to_sums(struct store *store, struct store_node *node, struct store_path *path,
                        struct store_sum change)
{
    for (uint32_t level = 0; level < store->levels; level++) {
        struct store_sum *sum = level < node->levels ? &sums_of(node)[level] : path->sum[level];
        *sum = add(*sum, change);
    }
}

static uint64_t digest_of(const struct store_node *node)
{
    return store_row_digest(node->row.key, &node->row.version);
}

const struct store_row *store_put(struct store *store, struct env *env, struct bytes key,
                                  const struct version *version)
{
    struct store_path path;
    struct place place = place_of(store, key);
    struct store_node *node = search_path(store, &place, &path);
    struct store_sum change = {1, 0};
    if (is_at(node, key)) {
        change = (struct store_sum){0, 0 - digest_of(node)};
    } else {
        node = node_create(env, &place);
        link_node(store, node, &path);
    }
    set_version(store, env, node, version);
    change.fingerprint += digest_of(node);
    add_to_sums(store, node, &path, change);
    return &node->row;
}

/* The links into the row now pass what its own links passed. */
static void unlink_node(struct store *store, struct store_node *node, struct store_path *path)
{
    for (uint32_t level = 0; level < node->levels; level++) {
        *path->sum[level] = add(*path->sum[level], sums_of(node)[level]);
        *path->link[level] = node->next[level];
    }
    while (store->levels > 0 && !store->head[store->levels - 1]) {
        store->levels--;
        store->before[store->levels] = (struct store_sum){0};
    }
}

bool store_remove(struct store *store, struct env *env, struct bytes key)
{
    struct store_path path;
    struct place place = place_of(store, key);
    struct store_node *node = search_path(store, &place, &path);
    if (!is_at(node, key))
        return false;
    struct store_sum gone = {(uint64_t)-1, 0 - digest_of(node)};
    add_to_sums(store, node, &path, gone);
    unlink_node(store, node, &path);
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
    store_init(store, store->order);
}
