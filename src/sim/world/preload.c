/*
 * preload.c: from "so many keys" to a checkpoint on each owner's disk.
 *
 *     keys 1 .. count ---> position ---> sorted ---> owners of each
 *                                                        |
 *     n1:  | header | rows that n1 owns, in the order of the store | footer |     (checkpoint.h)
 *     n2:  | header | rows that n2 owns, ...
 *
 * Everything is a function of the scenario: the same in every run, whatever the seed.
 */
#include "sim/world/preload.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/sort.h"
#include "db/safeguard.h"
#include "db/store/checkpoint.h"
#include "sim/world/world.h"

#define NOBODY       UINT16_MAX
#define BUFFER_BYTES (64u * 1024u)

/* --- keys and values ------------------------------------------------------------------------ */

static void write_key(const struct scenario *scenario, uint64_t number, struct text *text,
                      char buffer[PRELOAD_TEXT_MAX])
{
    text_init(text, buffer, PRELOAD_TEXT_MAX);
    text_str(text, scenario->preload.key_prefix);
    text_u64(text, number);
}

static struct bytes bytes_of(const struct text *text)
{
    return (struct bytes){(const uint8_t *)text->data, text->size};
}

uint64_t preload_number(const struct scenario *scenario, struct bytes key)
{
    const char *prefix = scenario->preload.key_prefix;
    size_t skipped = scenario->preload.key_count ? strlen(prefix) : key.size;
    uint64_t number = 0;
    if (key.size <= skipped || key.size > skipped + 10 || memcmp(key.data, prefix, skipped) != 0 ||
        key.data[skipped] == '0')
        return 0;
    for (size_t i = skipped; i < key.size; i++) {
        if (key.data[i] < '0' || key.data[i] > '9')
            return 0;
        number = 10 * number + (uint64_t)(key.data[i] - '0');
    }
    return number <= scenario->preload.key_count ? number : 0;
}

static uint32_t value_size(const struct scenario *scenario, struct bytes key)
{
    return MAX(scenario->preload.value_bytes, (uint32_t)key.size + 2);
}

/* "k7#0....." into `value`, which has room for value_size bytes. */
static void write_value(struct bytes key, uint8_t *value, uint32_t size)
{
    memset(value, '.', size);
    memcpy(value, key.data, key.size);
    memcpy(value + key.size, "#0", 2);
}

uint64_t preload_value(const struct world *world, struct bytes key)
{
    if (preload_number(world->scenario, key) == 0)
        return VALUE_ABSENT;
    uint32_t size = value_size(world->scenario, key);
    uint8_t *value = heap_alloc(&world->state->heap, size);
    write_value(key, value, size);
    uint64_t identity = value_identity((struct bytes){value, size});
    heap_free(&world->state->heap, value);
    return identity;
}

uint64_t preload_row_bytes(const struct scenario *scenario)
{
    uint64_t key = strlen(scenario->preload.key_prefix) + 10;
    return ROW_FIXED_BYTES + key + MAX(scenario->preload.value_bytes, key + 2);
}

void preload_names(struct world *world)
{
    uint64_t count = MIN(world->scenario->preload.key_count, PRELOAD_NAMED);
    for (uint64_t number = 1; number <= count; number++) {
        char buffer[PRELOAD_TEXT_MAX];
        struct text text;
        write_key(world->scenario, number, &text, buffer);
        client_key_index(world, bytes_of(&text));
    }
}

/* --- the order of the store ----------------------------------------------------------------- */

struct filling {
    struct world *world;
    struct heap *heap;
    uint32_t count;
    uint32_t *order;     /* numbers of keys minus one, as their rows follow each other */
    uint64_t *positions; /* by number minus one */
    uint16_t *owners;    /* by number minus one: `replication` nodes */
};

static bool is_before(const void *context, uint32_t a, uint32_t b)
{
    const struct filling *filling = context;
    char buffers[2][PRELOAD_TEXT_MAX];
    struct text keys[2];
    if (filling->positions[a] != filling->positions[b])
        return filling->positions[a] < filling->positions[b];
    write_key(filling->world->scenario, a + 1, &keys[0], buffers[0]);
    write_key(filling->world->scenario, b + 1, &keys[1], buffers[1]);
    return bytes_compare(bytes_of(&keys[0]), bytes_of(&keys[1])) < 0;
}

static void find_owners(struct filling *filling, uint32_t index)
{
    const struct node_config *config = &filling->world->scenario->node;
    const struct placement *placement = &filling->world->state->placement;
    uint16_t *owners = &filling->owners[(size_t)index * config->replication];
    uint32_t nodes[REPLICATION_MAX];
    uint32_t range = placement_range_of(placement, filling->positions[index]);
    uint32_t count =
        placement_replicas(placement, range, config->replication,
                           safeguard_is_on(config, SAFEGUARD_DISTINCT_REPLICAS), nodes);
    for (uint32_t i = 0; i < config->replication; i++)
        owners[i] = i < count ? (uint16_t)nodes[i] : NOBODY;
}

static void place_keys(struct filling *filling)
{
    const struct scenario *scenario = filling->world->scenario;
    uint32_t *spare = heap_alloc(filling->heap, filling->count * sizeof *spare);
    for (uint32_t i = 0; i < filling->count; i++) {
        char buffer[PRELOAD_TEXT_MAX];
        struct text text;
        write_key(scenario, i + 1, &text, buffer);
        filling->positions[i] =
            placement_position(placement_order(&scenario->node.placement), bytes_of(&text));
        filling->order[i] = i;
        find_owners(filling, i);
    }
    sort_indexes(filling->order, filling->count, spare, is_before, filling);
    heap_free(filling->heap, spare);
}

/* --- a checkpoint ---------------------------------------------------------------------------- */

/* Bytes on their way to a file, with the checksum and the counts of what has gone. */
struct writer {
    struct world *world;
    uint32_t node;
    uint32_t size; /* bytes in the buffer */
    uint32_t room;
    uint32_t crc;
    uint8_t *buffer;
    uint8_t *value;
    struct checkpoint_footer footer;
};

static void flush(struct writer *writer)
{
    struct machine *machine = machine_at(writer->world, writer->node);
    const struct disk_config *config = &writer->world->scenario->nodes[writer->node].disk;
    struct file_name name = {FILE_CHECKPOINT, 1};
    enum disk_status status =
        disk_append(&machine->disk, config, name, writer->buffer, writer->size);
    CHECK_WHY(status == DISK_OK, "the loader has seen to it that a disk has room");
    writer->size = 0;
}

/* Where the next `size` bytes go. */
static uint8_t *reserve(struct writer *writer, uint32_t size)
{
    if (writer->size + size > writer->room)
        flush(writer);
    writer->size += size;
    return writer->buffer + writer->size - size;
}

static void write_row(struct writer *writer, uint32_t index)
{
    const struct scenario *scenario = writer->world->scenario;
    char buffer[PRELOAD_TEXT_MAX];
    struct text text;
    write_key(scenario, index + 1, &text, buffer);
    struct version version = {.timestamp = PRELOAD_TIMESTAMP,
                              .value = {NULL, value_size(scenario, bytes_of(&text))}};
    write_value(bytes_of(&text), writer->value, (uint32_t)version.value.size);
    version.value.data = writer->value;
    uint32_t size = row_size(bytes_of(&text), &version);
    uint8_t *row = reserve(writer, size);
    row_encode(row, bytes_of(&text), &version);
    writer->crc = crc32c_extend(writer->crc, row, size);
    writer->footer.row_count++;
    writer->footer.row_bytes += size;
}

static bool is_owner(const struct filling *filling, uint32_t index, uint32_t node)
{
    uint32_t replication = filling->world->scenario->node.replication;
    const uint16_t *owners = &filling->owners[(size_t)index * replication];
    for (uint32_t i = 0; i < replication; i++)
        if (owners[i] == node)
            return true;
    return false;
}

static void fill_disk(struct filling *filling, uint32_t node)
{
    uint64_t row_max = preload_row_bytes(filling->world->scenario);
    struct writer writer = {.world = filling->world,
                            .node = node,
                            .room = (uint32_t)MAX((uint64_t)BUFFER_BYTES, row_max)};
    writer.buffer = heap_alloc(filling->heap, writer.room);
    writer.value = heap_alloc(filling->heap, writer.room);
    struct checkpoint_header header = {.number = 1};
    writer.crc = checkpoint_encode_header(reserve(&writer, CHECKPOINT_HEADER_BYTES), &header);
    for (uint32_t i = 0; i < filling->count; i++)
        if (is_owner(filling, filling->order[i], node))
            write_row(&writer, filling->order[i]);
    checkpoint_encode_footer(reserve(&writer, CHECKPOINT_FOOTER_BYTES), writer.crc, &writer.footer);
    flush(&writer);
    disk_settle(&machine_at(filling->world, node)->disk);
    heap_free(filling->heap, writer.buffer);
    heap_free(filling->heap, writer.value);
}

void preload_disks(struct world *world)
{
    const struct node_config *config = &world->scenario->node;
    struct filling filling = {
        .world = world, .heap = &world->state->heap, .count = world->scenario->preload.key_count};
    if (filling.count == 0)
        return;
    filling.order = heap_alloc(filling.heap, filling.count * sizeof *filling.order);
    filling.positions = heap_alloc(filling.heap, filling.count * sizeof *filling.positions);
    filling.owners = heap_alloc(filling.heap, (size_t)filling.count * config->replication *
                                                  sizeof *filling.owners);
    place_keys(&filling);
    for (uint32_t node = 0; node < config->initial_members; node++)
        fill_disk(&filling, node);
    heap_free(filling.heap, filling.order);
    heap_free(filling.heap, filling.positions);
    heap_free(filling.heap, filling.owners);
}
