/*
 * map.c: a record of named fields, of each of which the last writer wins.
 *
 * The register of version.h, once for each field: so two clients that change different fields of
 * a key at the same time both have their way, as with the columns of Cassandra. A field that was
 * cleared leaves a tombstone, which stays. What it does not promise: two fields that one client
 * changed together may end up with values of two clients (Scylla, timestamp-conflict-resolution:
 * ties are decided column by column), since every field is put on its own.
 *
 * Encoded: 2 bytes of count; for each field its name as a block, 8 bytes of timestamp, one that is
 * 1 for a tombstone, and the value as a block.
 */
#include "base/bytes.h"
#include "db/conflict/kinds.h"

struct fields fields_read(struct scratch *scratch, struct reader *reader)
{
    uint32_t count = (uint32_t)read_number(reader, 2);
    struct fields fields = {0};
    reader->is_broken |= count > reader->left.size / 17;
    if (reader->is_broken)
        return fields;
    fields.entries = scratch_take(scratch, count * sizeof *fields.entries);
    for (uint32_t i = 0; i < count && !reader->is_broken; i++) {
        struct field *field = &fields.entries[fields.count++];
        field->name = read_block(reader);
        field->version.timestamp = (int64_t)read_number(reader, 8);
        uint64_t is_tombstone = read_number(reader, 1);
        field->version.is_tombstone = (uint32_t)is_tombstone;
        field->version.value = read_block(reader);
        reader->is_broken |= is_tombstone > 1 || (is_tombstone && field->version.value.size > 0);
        reader->is_broken |= i > 0 && bytes_compare(field[-1].name, field->name) >= 0;
    }
    return fields;
}

void fields_build(struct builder *builder, const struct fields *fields)
{
    build_number(builder, fields->count, 2);
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->entries[i];
        build_block(builder, field->name);
        build_number(builder, (uint64_t)field->version.timestamp, 8);
        build_number(builder, field->version.is_tombstone, 1);
        build_block(builder, field->version.value);
    }
}

struct fields fields_sync(struct scratch *scratch, const struct fields *a, const struct fields *b)
{
    struct fields both = {scratch_take(scratch, (a->count + b->count) * sizeof(struct field)), 0};
    uint32_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count   ? 1
                    : j == b->count ? -1
                                    : bytes_compare(a->entries[i].name, b->entries[j].name);
        struct field *next = &both.entries[both.count++];
        *next = order <= 0 ? a->entries[i] : b->entries[j];
        if (order == 0 && version_compare(&b->entries[j].version, &next->version) > 0)
            next->version = b->entries[j].version;
        i += order <= 0;
        j += order >= 0;
    }
    return both;
}
