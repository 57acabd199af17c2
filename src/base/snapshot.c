/*
 * snapshot.c: tables of shared pages.
 *
 * Everything in the store is a page of 4096 bytes with a number:
 *
 *     head page          table pages          content pages
 *     +-----------+      +-------------+      +-----------------+
 *     | page_count|  +-->| page number |----->| 4096 bytes of   |
 *     | base      |  |   | page number |--+   | the region      |
 *     | tables[ ] |--+   | 0 (zeros)   |  |   +-----------------+
 *     +-----------+      | ...    1024 |  +-> shared with other tables
 *                        +-------------+
 *
 * So a snapshot itself costs one page, and one more for each 4 MiB of the region.
 * Number 0 stands for a page of zeros, which is not stored.
 *
 * counts[i] is the number of places that name page i: table entries for a content
 * page, 1 for a head or a table. For a free page it is the link of the free list:
 * no page is both, so one array serves both.
 *
 * The pages lie in one reservation of the store's full limit. They are made
 * present in batches, because a page fault for each costs more than its copy.
 *
 * Left out: giving pages back to the system when snapshots are dropped; a store
 * is bounded by its limit anyway.
 */
#include "base/snapshot.h"

#include <string.h>

#include "base/heap.h"
#include "base/os_memory.h"

#define ENTRIES_PER_TABLE ((uint32_t)(REGION_PAGE_BYTES / sizeof(uint32_t)))
#define TABLES_MAX        (REGION_RESERVE_MAX / REGION_PAGE_BYTES / ENTRIES_PER_TABLE)
#define POPULATE_PAGES    256u
#define LIMIT_MIN         (UINT64_C(1) << 20)
#define LIMIT_MAX         (UINT64_C(1) << 40)
#define ZERO_PAGE         0u

struct snapshot {
    uint64_t base;             /* of the region, as a number */
    uint32_t page_count;       /* up to the high-water mark */
    uint32_t table_count;      /* tables made so far: all of them, but in a failed take */
    uint32_t own_page;         /* the page that this struct lies in */
    uint32_t last_table_count; /* entries in use in the last table */
    uint32_t tables[TABLES_MAX];
};

_Static_assert(sizeof(struct snapshot) <= REGION_PAGE_BYTES, "the head is one page");

static const uint8_t zero_page[REGION_PAGE_BYTES];

/* ---- the store and its pages ---- */

bool snapshot_store_open(struct snapshot_store *store, uint64_t limit_bytes, const char **why)
{
    *store = (struct snapshot_store){0};
    if (limit_bytes < LIMIT_MIN || limit_bytes > LIMIT_MAX) {
        *why = "the limit for snapshots must lie between 1 MiB and 1 TiB";
        return false;
    }
    uint64_t page_limit = limit_bytes / REGION_PAGE_BYTES + 1; /* page 0 is never used */
    store->pages = os_memory_reserve(page_limit * REGION_PAGE_BYTES, NULL, why);
    if (!store->pages)
        return false;
    store->counts = os_memory_reserve(page_limit * sizeof(uint32_t), NULL, why);
    if (!store->counts) {
        os_memory_release(store->pages, page_limit * REGION_PAGE_BYTES);
        *store = (struct snapshot_store){0};
        return false;
    }
    store->page_limit = (uint32_t)page_limit;
    store->page_end = 1;
    store->page_ready = 1;
    return true;
}

void snapshot_store_close(struct snapshot_store *store)
{
    if (!store->pages)
        return;
    os_memory_release(store->pages, store->page_limit * REGION_PAGE_BYTES);
    os_memory_release(store->counts, store->page_limit * sizeof(uint32_t));
    *store = (struct snapshot_store){0};
}

uint64_t snapshot_store_bytes(const struct snapshot_store *store)
{
    return store->page_used * REGION_PAGE_BYTES;
}

static uint8_t *page_at(const struct snapshot_store *store, uint32_t page)
{
    return store->pages + page * REGION_PAGE_BYTES;
}

/* A page that was never used; 0 when there is none left. */
static uint32_t page_take_new(struct snapshot_store *store)
{
    if (store->page_end == store->page_limit)
        return 0;
    if (store->page_end == store->page_ready) {
        uint32_t batch = MIN(POPULATE_PAGES, store->page_limit - store->page_ready);
        os_memory_populate(page_at(store, store->page_ready), batch * REGION_PAGE_BYTES);
        store->page_ready += batch;
    }
    return store->page_end++;
}

/* A page with count 1, its bytes undefined; 0 when the store is full. */
static uint32_t page_take(struct snapshot_store *store)
{
    uint32_t page = store->first_free;
    if (page)
        store->first_free = store->counts[page];
    else
        page = page_take_new(store);
    if (page) {
        store->counts[page] = 1;
        store->page_used++;
    }
    return page;
}

static void page_release(struct snapshot_store *store, uint32_t page)
{
    if (page == ZERO_PAGE || --store->counts[page] > 0)
        return;
    store->counts[page] = store->first_free;
    store->first_free = page;
    store->page_used--;
}

/* ---- reading a snapshot ---- */

/* The page number that stands for page `index` of the region; past the mark all is zero. */
static uint32_t entry_of(const struct snapshot_store *store, const struct snapshot *snapshot,
                         uint32_t index)
{
    if (!snapshot || index >= snapshot->page_count)
        return ZERO_PAGE;
    uint32_t entry;
    const uint8_t *table = page_at(store, snapshot->tables[index / ENTRIES_PER_TABLE]);
    memcpy(&entry, table + index % ENTRIES_PER_TABLE * sizeof(entry), sizeof(entry));
    return entry;
}

static const uint8_t *content_of(const struct snapshot_store *store,
                                 const struct snapshot *snapshot, uint32_t index)
{
    uint32_t entry = entry_of(store, snapshot, index);
    return entry == ZERO_PAGE ? zero_page : page_at(store, entry);
}

static uint8_t *live_page(const struct region *region, uint32_t index)
{
    return region_at(region->header, index * REGION_PAGE_BYTES);
}

static uint32_t live_page_count(const struct region *region)
{
    return (uint32_t)(region_high_water(region) / REGION_PAGE_BYTES);
}

static bool is_page_equal(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, REGION_PAGE_BYTES) == 0;
}

/* ---- taking ---- */

/* Find or make the entry for one page. THE decision that makes snapshots cheap: what is equal
 * to the previous snapshot's page is shared with it. False when the store is full. */
static bool entry_make(struct snapshot_store *store, const uint8_t *live, uint32_t previous,
                       uint32_t *entry)
{
    *entry = ZERO_PAGE;
    if (previous != ZERO_PAGE && is_page_equal(live, page_at(store, previous))) {
        store->counts[previous]++;
        *entry = previous;
        return true;
    }
    if (is_page_equal(live, zero_page))
        return true;
    *entry = page_take(store);
    if (*entry == 0)
        return false;
    memcpy(page_at(store, *entry), live, REGION_PAGE_BYTES);
    return true;
}

/* Fill the last table of an unfinished snapshot. */
static bool table_fill(struct snapshot_store *store, struct snapshot *snapshot,
                       const struct region *region, const struct snapshot *previous)
{
    uint32_t table = snapshot->table_count - 1;
    uint32_t first = table * ENTRIES_PER_TABLE;
    uint32_t count = MIN(ENTRIES_PER_TABLE, snapshot->page_count - first);
    uint8_t *out = page_at(store, snapshot->tables[table]);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t entry;
        if (!entry_make(store, live_page(region, first + i), entry_of(store, previous, first + i),
                        &entry))
            return false;
        memcpy(out + i * sizeof(entry), &entry, sizeof(entry));
        snapshot->last_table_count = i + 1;
    }
    return true;
}

static bool snapshot_fill(struct snapshot_store *store, struct snapshot *snapshot,
                          const struct region *region, const struct snapshot *previous)
{
    while (snapshot->table_count * ENTRIES_PER_TABLE < snapshot->page_count) {
        uint32_t table = page_take(store);
        if (table == 0)
            return false;
        snapshot->tables[snapshot->table_count++] = table;
        snapshot->last_table_count = 0;
        if (!table_fill(store, snapshot, region, previous))
            return false;
    }
    return true;
}

struct snapshot *snapshot_take(struct snapshot_store *store, const struct region *region,
                               const struct snapshot *previous)
{
    uint64_t base = (uintptr_t)region->header;
    CHECK_WHY(!previous || previous->base == base, "the previous snapshot is of another region");
    uint32_t own_page = page_take(store);
    if (own_page == 0)
        return NULL;
    struct snapshot *snapshot = (struct snapshot *)page_at(store, own_page);
    *snapshot = (struct snapshot){
        .base = base, .page_count = live_page_count(region), .own_page = own_page};
    store->snapshot_count++;
    region_unpoison_all(region); /* whole pages are read, free blocks included */
    bool is_complete = snapshot_fill(store, snapshot, region, previous);
    region_repoison(region);
    if (is_complete)
        return snapshot;
    snapshot_drop(store, snapshot);
    return NULL;
}

/* ---- forgetting ---- */

void snapshot_drop(struct snapshot_store *store, struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    CHECK_WHY(snapshot->base, "this snapshot was dropped before");
    for (uint32_t t = 0; t < snapshot->table_count; t++) {
        bool is_last = t + 1 == snapshot->table_count;
        uint32_t count = is_last ? snapshot->last_table_count : ENTRIES_PER_TABLE;
        for (uint32_t i = 0; i < count; i++)
            page_release(store, entry_of(store, snapshot, t * ENTRIES_PER_TABLE + i));
        page_release(store, snapshot->tables[t]);
    }
    snapshot->base = 0; /* fits no region any more, should somebody still hold it */
    page_release(store, snapshot->own_page);
    store->snapshot_count--;
}

/* ---- going back ---- */

void snapshot_restore(const struct snapshot_store *store, struct region *region,
                      const struct snapshot *snapshot)
{
    CHECK_WHY(snapshot->base == (uintptr_t)region->header, "the snapshot is of another region");
    /* The mark is read first: the loop below puts the old one back, with the header. */
    uint32_t page_count = MAX(live_page_count(region), snapshot->page_count);
    region_unpoison_all(region);
    for (uint32_t i = 0; i < page_count; i++) {
        const uint8_t *content = content_of(store, snapshot, i);
        if (!is_page_equal(live_page(region, i), content))
            memcpy(live_page(region, i), content, REGION_PAGE_BYTES);
    }
    region_repoison(region);
}

/* ---- comparing ---- */

uint64_t snapshot_first_difference(const struct snapshot_store *store_a, const struct snapshot *a,
                                   const struct snapshot_store *store_b, const struct snapshot *b)
{
    uint32_t page_count = MAX(a->page_count, b->page_count);
    for (uint32_t i = 0; i < page_count; i++)
        if (!is_page_equal(content_of(store_a, a, i), content_of(store_b, b, i)))
            return i * REGION_PAGE_BYTES;
    return SNAPSHOT_NO_DIFFERENCE;
}

uint64_t snapshot_first_change(const struct snapshot_store *store, const struct snapshot *snapshot,
                               const struct region *region)
{
    uint64_t found = SNAPSHOT_NO_DIFFERENCE;
    uint32_t page_count = MAX(live_page_count(region), snapshot->page_count);
    region_unpoison_all(region);
    for (uint32_t i = 0; i < page_count && found == SNAPSHOT_NO_DIFFERENCE; i++)
        if (!is_page_equal(live_page(region, i), content_of(store, snapshot, i)))
            found = i * REGION_PAGE_BYTES;
    region_repoison(region);
    return found;
}

static void digest_page(struct digest *digest, const uint8_t *page)
{
    for (uint32_t i = 0; i < REGION_PAGE_BYTES; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, page + i, sizeof(word));
        digest_word(digest, word);
    }
}

struct digest snapshot_page_digest(const struct region *region)
{
    struct digest digest = digest_start();
    region_unpoison_all(region);
    for (uint32_t i = 0; i < live_page_count(region); i++)
        digest_page(&digest, live_page(region, i));
    region_repoison(region);
    return digest;
}
