/*
 * bytes_io.h: objects as bytes, and back; and memory for the time of one call.
 *
 * A reader never leaves its bytes: what is not there is read as zero, and `is_broken` stays set.
 * So a decoder reads to its end and asks once. A builder writes into memory that grows. A scratch
 * is memory that is given back all at once, when a merge or an update is done.
 *
 * Numbers are little-endian. Lists have their count before them, in two bytes.
 */
#ifndef DB_CONFLICT_BYTES_IO_H
#define DB_CONFLICT_BYTES_IO_H

#include "base/heap.h"

struct reader {
    struct bytes left;
    bool is_broken; /* something was read that was not there, or not as it must be */
};

struct reader reader_of(struct bytes bytes);
uint64_t read_number(struct reader *reader, uint32_t size);
struct bytes read_bytes(struct reader *reader, uint32_t size);

/* Four bytes of size, then as many bytes. */
struct bytes read_block(struct reader *reader);

/* Everything was there, and nothing is left. */
static inline bool reader_is_done(const struct reader *reader)
{
    return !reader->is_broken && reader->left.size == 0;
}

struct builder {
    struct heap *memory;
    uint8_t *data;
    uint32_t size;
    uint32_t capacity;
};

struct builder builder_of(struct heap *memory);
void build_number(struct builder *builder, uint64_t number, uint32_t size);
void build_bytes(struct builder *builder, struct bytes bytes);
void build_block(struct builder *builder, struct bytes bytes);

/* What was built: a block of the builder's memory, at least one byte of room. */
static inline struct bytes builder_end(const struct builder *builder)
{
    return (struct bytes){builder->data, builder->size};
}

struct scratch {
    struct heap *memory;
    void *last;
};

/* Zeroed, good until scratch_end. */
void *scratch_take(struct scratch *scratch, size_t size);
void scratch_end(struct scratch *scratch);

#endif
