/*
 * storage_host.c: the tiny host of storage_host.h.
 */
#include "base/bytes.h"
#include "storage_host.h"

#include <string.h>

#include "base/mix.h"

#define DISK_RESERVE   (UINT64_C(16) << 20)
#define MEMORY_RESERVE (UINT64_C(64) << 20)
#define STREAM_TEST    77

/* --- the disk of a machine -------------------------------------------------------------- */

struct disk_root {
    struct heap heap;
    struct disk disk;
};

void host_disk_open(struct host_disk *machine)
{
    const char *why = NULL;
    *machine = (struct host_disk){.config = {.sector_bytes = 512,
                                             .sync_latency = distribution_constant(900000),
                                             .read_latency = distribution_constant(100000),
                                             .bandwidth = 200000000}};
    CHECK(region_open(&machine->region, DISK_RESERVE, NULL, &why));
    struct disk_root *root = region_create_root(&machine->region, sizeof *root);
    heap_init(&root->heap, machine->region.header);
    disk_init(&root->disk, &root->heap, &machine->config);
    machine->disk = &root->disk;
}

void host_disk_close(struct host_disk *machine)
{
    region_close(&machine->region);
}

struct bytes host_file(struct host_disk *machine, struct file_name name)
{
    static uint8_t buffer[1 << 20];
    uint32_t size = disk_copy(machine->disk, name, 0, buffer, sizeof buffer);
    return (struct bytes){buffer, size};
}

/* --- the seam ------------------------------------------------------------------------------ */

static struct host *host_of(struct env *env)
{
    return env->host;
}

/* Every disk operation passes here: count it, and perhaps die before it happens. */
static bool is_dead_before_operation(struct host *host)
{
    if (host->before_operation && !host->is_dead)
        host->before_operation(host);
    if (host->operations++ >= host->dies_at)
        host->is_dead = true;
    return host->is_dead;
}

static uint64_t push_event(struct host *host, struct host_event event)
{
    event.handle = ++host->last_handle;
    for (uint32_t i = 0; i < HOST_EVENTS_MAX; i++)
        if (host->events[i].handle == 0) {
            host->events[i] = event;
            return event.handle;
        }
    CHECK_WHY(false, "the test host holds no more events");
    return 0;
}

static timer_handle host_timer_set(struct env *env, uint64_t after_ns, uint32_t kind,
                                   uint64_t token, uint64_t about)
{
    struct host *host = host_of(env);
    (void)about;
    return push_event(host, (struct host_event){.at = host->now + after_ns,
                                                .is_timer = true,
                                                .timer_kind = kind,
                                                .token = token});
}

static void host_timer_cancel(struct env *env, timer_handle timer)
{
    struct host *host = host_of(env);
    for (uint32_t i = 0; i < HOST_EVENTS_MAX; i++)
        if (timer && host->events[i].handle == timer)
            host->events[i].handle = 0;
}

static enum disk_status host_disk_append(struct env *env, struct file_name file,
                                         const uint8_t *data, uint32_t size, uint64_t about)
{
    struct host *host = host_of(env);
    (void)about;
    if (is_dead_before_operation(host))
        return DISK_OK;
    return disk_append(host->machine->disk, &host->machine->config, file, data, size);
}

static enum disk_status host_disk_truncate(struct env *env, struct file_name file, uint64_t size)
{
    struct host *host = host_of(env);
    return is_dead_before_operation(host) ? DISK_OK
                                          : disk_truncate(host->machine->disk, file, size);
}

static enum disk_status host_disk_rename(struct env *env, struct file_name from,
                                         struct file_name to)
{
    struct host *host = host_of(env);
    return is_dead_before_operation(host) ? DISK_OK : disk_rename(host->machine->disk, from, to);
}

static enum disk_status host_disk_remove(struct env *env, struct file_name file)
{
    struct host *host = host_of(env);
    return is_dead_before_operation(host) ? DISK_OK : disk_remove(host->machine->disk, file);
}

static uint32_t host_disk_list(struct env *env, struct file_entry *entries, uint32_t capacity)
{
    return disk_list(host_of(env)->machine->disk, entries, capacity);
}

static void host_disk_sync(struct env *env, struct file_name file, uint64_t token, uint64_t about)
{
    struct host *host = host_of(env);
    vtime done_at;
    if (is_dead_before_operation(host))
        return;
    uint32_t operation = disk_sync_begin(host->machine->disk, &host->machine->config, host->now,
                                         file, token, mix(1, STREAM_TEST, about), &done_at);
    push_event(host, (struct host_event){.at = done_at, .operation = operation, .token = token});
}

static void host_disk_read(struct env *env, struct file_name file, uint64_t offset, uint32_t size,
                           uint64_t token, uint64_t about)
{
    struct host *host = host_of(env);
    vtime done_at;
    if (is_dead_before_operation(host))
        return;
    uint32_t operation =
        disk_read_begin(host->machine->disk, &host->machine->config, host->now, file, offset, size,
                        token, mix(2, STREAM_TEST, about), &done_at);
    push_event(host, (struct host_event){.at = done_at, .operation = operation, .token = token});
}

static void host_note(struct env *env, uint32_t kind, uint64_t about, uint64_t a, uint64_t b,
                      uint64_t c)
{
    struct host *host = host_of(env);
    (void)about;
    if (host->is_dead)
        return;
    host->note_count[kind]++;
    host->note_field[kind][0] = a;
    host->note_field[kind][1] = b;
    host->note_field[kind][2] = c;
}

/* --- the process ---------------------------------------------------------------------------- */

struct node_config host_config(enum sync_policy policy)
{
    return (struct node_config){.nodes = 1,
                                .replication = 1,
                                .placement = {.strategy = PLACEMENT_RANGES, .partitions = 1},
                                .sync_policy = (uint8_t)policy,
                                .group_window_ns = 2 * MILLISECOND,
                                .sync_interval_ns = 10 * MILLISECOND,
                                .segment_bytes = 1024,
                                .checkpoint_every_bytes = 3000};
}

void host_open(struct host *host, struct host_disk *machine, const struct node_config *config)
{
    const char *why = NULL;
    memset(host, 0, sizeof *host);
    host->config = *config;
    host->machine = machine;
    host->dies_at = UINT64_MAX;
    host->env = (struct env){.host = host,
                             .config = &host->config,
                             .timer_set = host_timer_set,
                             .timer_cancel = host_timer_cancel,
                             .disk_append = host_disk_append,
                             .disk_truncate = host_disk_truncate,
                             .disk_rename = host_disk_rename,
                             .disk_remove = host_disk_remove,
                             .disk_list = host_disk_list,
                             .disk_sync = host_disk_sync,
                             .disk_read = host_disk_read,
                             .note = host_note};
    CHECK(region_open(&host->region, MEMORY_RESERVE, NULL, &why));
    host->memory = region_create_root(&host->region, sizeof *host->memory);
    heap_init(host->memory, host->region.header);
    host->env.memory = host->memory;
}

void host_close(struct host *host)
{
    region_close(&host->region);
}

void host_start(struct host *host)
{
    heap_drop(host->memory);
    memset(host->events, 0, sizeof host->events);
    host->operations = 0;
    host->is_dead = false;
    host->is_serving = false;
    host->storage = heap_alloc(host->memory, sizeof *host->storage);
    storage_begin(host->storage, &host->env);
    host->storage->piece_bytes = HOST_PIECE_BYTES;
}

/* The replica role: apply and acknowledge what may be, in log order. */
static void acknowledge(struct host *host)
{
    struct host_row row;
    while (!host->is_dead && host->acknowledged < host->storage->appended_sequence &&
           storage_may_acknowledge(host->storage, &host->config, host->acknowledged + 1)) {
        host_make_row(&row, host->writes[host->acknowledged]);
        host->acknowledged++;
        storage_apply(host->storage, &host->env, host->acknowledged, row.key, &row.version, 0);
    }
}

static struct host_event *first_event(struct host *host)
{
    struct host_event *first = NULL;
    for (uint32_t i = 0; i < HOST_EVENTS_MAX; i++) {
        struct host_event *event = &host->events[i];
        if (event->handle == 0)
            continue;
        if (!first || event->at < first->at ||
            (event->at == first->at && event->handle < first->handle))
            first = event;
    }
    return first;
}

static void handle_disk(struct host *host, uint32_t operation)
{
    static uint8_t data[1 << 20];
    if (is_dead_before_operation(host))
        return;
    struct disk_done done = disk_complete(host->machine->disk, operation);
    struct event event = {.kind = EVENT_DISK, .token = done.token, .status = done.status};
    if (done.kind == DISK_OPERATION_READ) {
        event.size = disk_copy(host->machine->disk, done.name, done.offset, data, done.size);
        event.data = data;
    }
    storage_on_disk(host->storage, &host->env, &event);
}

bool host_step(struct host *host)
{
    struct host_event *first = first_event(host);
    if (!first || host->is_dead)
        return false;
    struct host_event event = *first;
    first->handle = 0;
    host->now = event.at;
    if (event.is_timer)
        storage_on_timer(host->storage, &host->env);
    else
        handle_disk(host, event.operation);
    if (host->is_serving && host->storage->state == STORAGE_READY)
        acknowledge(host);
    return true;
}

void host_run(struct host *host)
{
    while (host_step(host))
        continue;
}

bool host_recover(struct host *host)
{
    host_start(host);
    host_run(host);
    if (host->is_dead || host->storage->state != STORAGE_READY)
        return false;
    host->appended = host->storage->appended_sequence;
    host->acknowledged = host->storage->appended_sequence;
    host->is_serving = true;
    return true;
}

enum disk_status host_write(struct host *host, struct host_write write)
{
    struct host_row row;
    uint64_t sequence = 0;
    CHECK(host->appended < HOST_WRITES_MAX);
    host_make_row(&row, write);
    host->writes[host->appended] = write; /* known to the model before it is on the disk */
    host->appended++;
    enum disk_status status =
        storage_append(host->storage, &host->env, row.key, &row.version, 0, &sequence);
    if (status != DISK_OK) {
        host->appended--;
        return status;
    }
    CHECK(sequence == host->appended);
    acknowledge(host);
    return DISK_OK;
}

void host_crash(struct host *host, struct disk_crash crash)
{
    disk_crash(host->machine->disk, &crash);
}

/* --- the model -------------------------------------------------------------------------------- */

struct host_write host_workload(uint64_t seed, uint64_t i)
{
    uint64_t bits = mix(seed, STREAM_TEST, i);
    struct host_write write = {.key = (uint32_t)(bits % 37), .stamp = (int64_t)(1000 + i)};
    write.value_size = (uint32_t)((bits >> 8) % 90);
    if ((bits >> 16) % 11 == 0)
        write.value_size = 400 + (uint32_t)((bits >> 20) % 200); /* more than a sector */
    if ((bits >> 24) % 7 == 0)
        write.stamp -= (int64_t)((bits >> 32) % 40); /* may lose, may tie */
    write.is_tombstone = (bits >> 28) % 9 == 0;
    if (write.is_tombstone)
        write.value_size = 0;
    return write;
}

void host_make_row(struct host_row *row, struct host_write write)
{
    static const char name[] = "key:";
    memcpy(row->key_bytes, name, 4);
    CHECK(write.key < HOST_KEYS_MAX && write.value_size <= HOST_VALUE_MAX);
    row->key_bytes[4] = (uint8_t)('0' + write.key / 10);
    row->key_bytes[5] = (uint8_t)('0' + write.key % 10);
    for (uint32_t i = 0; i < write.value_size; i++)
        row->value_bytes[i] = (uint8_t)(1 + (write.stamp * 31 + i * 7) % 255);
    row->key = (struct bytes){row->key_bytes, 6};
    row->version.timestamp = write.stamp;
    row->version.is_tombstone = write.is_tombstone;
    row->version.kind = VERSION_PLAIN;
    row->version.value = (struct bytes){row->value_bytes, write.value_size};
}

void host_copy_model(struct host *host, const struct host *from, uint64_t count)
{
    memcpy(host->writes, from->writes, count * sizeof host->writes[0]);
}

/* Last writer wins, as the model sees it: stamp, then tombstone, then the longer value (values
 * of one stamp are prefixes of each other). */
static bool is_newer_write(const struct host_write *a, const struct host_write *b)
{
    if (a->stamp != b->stamp)
        return a->stamp > b->stamp;
    if (a->is_tombstone != b->is_tombstone)
        return a->is_tombstone;
    return a->value_size > b->value_size;
}

static bool is_row_of(const struct store_row *row, const struct host_write *write)
{
    struct host_row expected;
    host_make_row(&expected, *write);
    return bytes_compare(row->key, expected.key) == 0 &&
           version_compare(&row->version, &expected.version) == 0;
}

bool host_holds_prefix(const struct host *host, uint64_t count)
{
    const struct host_write *newest[HOST_KEYS_MAX] = {0};
    for (uint64_t i = 0; i < count; i++) {
        const struct host_write **known = &newest[host->writes[i].key];
        if (!*known || is_newer_write(&host->writes[i], *known))
            *known = &host->writes[i];
    }
    const struct store_row *row = store_first(&host->storage->store);
    for (uint32_t key = 0; key < HOST_KEYS_MAX; key++) {
        if (!newest[key])
            continue;
        if (!row || !is_row_of(row, newest[key]))
            return false;
        row = store_next(row);
    }
    return row == NULL;
}

uint64_t host_store_digest(const struct store *store)
{
    struct digest digest = digest_start();
    for (const struct store_row *row = store_first(store); row; row = store_next(row)) {
        digest_bytes(&digest, row->key.data, row->key.size);
        digest_word(&digest, version_digest(&row->version));
    }
    return mix_pair(digest.low, digest.high);
}
