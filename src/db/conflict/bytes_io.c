/*
 * bytes_io.c: readers, builders and scratch memory of db/conflict.
 */
#include "db/conflict/bytes_io.h"

#include <string.h>

#define BUILDER_FIRST_BYTES 64u

struct reader reader_of(struct bytes bytes)
{
    return (struct reader){.left = bytes};
}

struct bytes read_bytes(struct reader *reader, uint32_t size)
{
    if (reader->is_broken || reader->left.size < size) {
        reader->is_broken = true;
        return (struct bytes){NULL, 0};
    }
    struct bytes bytes = {reader->left.data, size};
    if (size > 0)
        reader->left.data += size;
    reader->left.size -= size;
    return bytes;
}

uint64_t read_number(struct reader *reader, uint32_t size)
{
    struct bytes bytes = read_bytes(reader, size);
    uint64_t number = 0;
    for (uint32_t i = 0; i < bytes.size; i++)
        number |= (uint64_t)bytes.data[i] << (8 * i);
    return number;
}

struct bytes read_block(struct reader *reader)
{
    return read_bytes(reader, (uint32_t)read_number(reader, 4));
}

struct builder builder_of(struct heap *memory)
{
    return (struct builder){.memory = memory,
                            .data = heap_alloc(memory, BUILDER_FIRST_BYTES),
                            .capacity = BUILDER_FIRST_BYTES};
}

void build_bytes(struct builder *builder, struct bytes bytes)
{
    uint32_t needed = builder->size + (uint32_t)bytes.size;
    if (needed > builder->capacity) {
        builder->capacity = MAX(needed, 2 * builder->capacity);
        builder->data = heap_resize(builder->memory, builder->data, builder->capacity);
    }
    if (bytes.size > 0)
        memcpy(builder->data + builder->size, bytes.data, bytes.size);
    builder->size = needed;
}

void build_number(struct builder *builder, uint64_t number, uint32_t size)
{
    uint8_t bytes[8];
    for (uint32_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    build_bytes(builder, (struct bytes){bytes, size});
}

void build_block(struct builder *builder, struct bytes bytes)
{
    build_number(builder, bytes.size, 4);
    build_bytes(builder, bytes);
}

struct scratch_block {
    struct scratch_block *before;
    uint64_t unused; /* what follows is 16-aligned */
};

void *scratch_take(struct scratch *scratch, size_t size)
{
    struct scratch_block *block = heap_alloc(scratch->memory, sizeof *block + size);
    block->before = scratch->last;
    scratch->last = block;
    return block + 1;
}

void scratch_end(struct scratch *scratch)
{
    struct scratch_block *block = scratch->last;
    while (block) {
        struct scratch_block *before = block->before;
        heap_free(scratch->memory, block);
        block = before;
    }
    scratch->last = NULL;
}
