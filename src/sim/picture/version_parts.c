/*
 * version_parts.c: an object taken apart: siblings with their dots, what each actor has counted,
 * elements with the dots of their additions, fields with their stamps.
 *
 *     siblings   n1.2:3   milk, eggs        dot, value     knows n1.2:3, n2.1:1
 *     vector     n1.2:3, n2.1:1   milk      its whole vector, value
 *     counter    n1.2     +5 -2             actor, what it added and took
 *     set        milk     n1.2:3            element, dots
 *     map        colour   red, at 1.2 s     field, value and stamp
 *
 * An actor is a node and an epoch of it: n1.2 is the second one of n1. This file sees the clocks of
 * db/conflict (what is known) and so not those of the world (what time it is): they share a name.
 */
#include "sim/picture/versions.h"

#include <string.h>

#include "base/text.h"
#include "db/conflict/object.h"

static void write_actor(struct text *text, uint64_t actor)
{
    text_char(text, 'n');
    text_u64(text, (actor >> 32) + 1);
    text_char(text, '.');
    text_u64(text, actor & UINT32_MAX);
}

static void write_dots(struct text *text, const struct dot *dots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        text_str(text, i ? ", " : "");
        write_actor(text, dots[i].actor);
        text_char(text, ':');
        text_u64(text, dots[i].counter);
    }
}

static void write_bytes(struct text *text, struct bytes bytes)
{
    for (uint32_t i = 0; i < bytes.size; i++)
        text_char(text, bytes.data[i] >= 0x20 && bytes.data[i] < 0x7f ? (char)bytes.data[i] : '?');
}

/* One part more; NULL when there is no room for it. */
static struct version_part *add_part(struct key_version *to, struct text *name, struct text *value)
{
    if (to->part_total++ >= VERSIONS_PARTS_MAX)
        return NULL;
    struct version_part *part = &to->parts[to->part_count++];
    text_init(name, part->name, sizeof part->name);
    text_init(value, part->value, sizeof part->value);
    return part;
}

static void know(struct key_version *to, const struct clock *clock)
{
    struct text text;
    text_init(&text, to->dots, sizeof to->dots);
    write_dots(&text, clock->entries, clock->count);
    to->are_dots_cut = text.is_cut;
}

static void take_siblings(const struct siblings *siblings, struct scratch *scratch,
                          struct key_version *to)
{
    struct clock clock = siblings_clock(scratch, siblings);
    struct text name, value;
    know(to, &clock);
    for (uint32_t i = 0; i < siblings->count; i++)
        for (uint32_t j = 0; j < siblings->entries[i].value_count; j++) {
            const struct dotted *entry = &siblings->entries[i];
            struct dot dot = {entry->actor, entry->counter - j};
            if (!add_part(to, &name, &value))
                continue;
            write_dots(&name, &dot, 1);
            write_bytes(&value, entry->values[j]);
        }
}

static void take_vectors(const struct vectors *vectors, struct scratch *scratch,
                         struct key_version *to)
{
    struct clock clock = vectors_clock(scratch, vectors);
    struct text name, value;
    know(to, &clock);
    for (uint32_t i = 0; i < vectors->count; i++) {
        const struct vectored *entry = &vectors->entries[i];
        if (!add_part(to, &name, &value))
            continue;
        write_dots(&name, entry->stamped.clock.entries, entry->stamped.clock.count);
        text_str(&value, entry->is_deleted ? "deleted" : "");
        write_bytes(&value, entry->value);
    }
}

static void take_counter(const struct counter *counter, struct key_version *to)
{
    struct text name, value;
    for (uint32_t i = 0; i < counter->count; i++) {
        if (!add_part(to, &name, &value))
            continue;
        write_actor(&name, counter->tallies[i].actor);
        text_char(&value, '+');
        text_u64(&value, counter->tallies[i].up);
        text_str(&value, " -");
        text_u64(&value, counter->tallies[i].down);
    }
}

static void take_set(const struct dotted_set *set, struct key_version *to)
{
    struct text name, value, text;
    know(to, &set->clock);
    text_init(&text, to->dots + strlen(to->dots), sizeof to->dots - strlen(to->dots));
    text_str(&text, set->cloud_count ? "; beyond a gap: " : "");
    write_dots(&text, set->cloud, set->cloud_count);
    to->are_dots_cut |= text.is_cut;
    for (uint32_t i = 0; i < set->count; i++) {
        if (!add_part(to, &name, &value))
            continue;
        write_bytes(&name, set->elements[i].name);
        write_dots(&value, set->elements[i].dots, set->elements[i].count);
    }
}

static void take_fields(const struct fields *fields, int64_t epoch_ns, struct key_version *to)
{
    struct text name, value;
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct version *version = &fields->entries[i].version;
        if (!add_part(to, &name, &value))
            continue;
        write_bytes(&name, fields->entries[i].name);
        if (version->is_tombstone)
            text_str(&value, "cleared");
        else
            write_bytes(&value, version->value);
        text_str(&value, ", at ");
        text_span(&value, version->timestamp - epoch_ns);
    }
}

void version_parts_take(const struct version *version, int64_t epoch_ns, struct heap *memory,
                        struct key_version *to)
{
    struct scratch scratch = {.memory = memory};
    struct object_of_kind object;
    if (version->kind == VERSION_PLAIN)
        return;
    if (object_decode(&scratch, version, version->kind, &object)) {
        switch (version->kind) {
        case VERSION_SIBLINGS: take_siblings(&object.siblings, &scratch, to); break;
        case VERSION_VECTOR: take_vectors(&object.vectors, &scratch, to); break;
        case VERSION_COUNTER: take_counter(&object.counter, to); break;
        case VERSION_SET: take_set(&object.set, to); break;
        default: take_fields(&object.fields, epoch_ns, to); break;
        }
    }
    scratch_end(&scratch);
}

/* --- among the replicas ----------------------------------------------------------------------- */

static bool has_part(const struct key_version *version, const struct version_part *part)
{
    for (uint32_t i = 0; i < version->part_count; i++)
        if (strcmp(version->parts[i].name, part->name) == 0 &&
            strcmp(version->parts[i].value, part->value) == 0)
            return true;
    return version->part_total > version->part_count; /* it may be among those left out */
}

void version_parts_compare(struct key_versions *versions)
{
    for (uint32_t i = 0; i < versions->count; i++)
        for (uint32_t j = 0; j < versions->versions[i].part_count; j++)
            for (uint32_t k = 0; k < versions->count; k++) {
                struct version_part *part = &versions->versions[i].parts[j];
                part->is_missing_elsewhere |=
                    versions->versions[k].is_running && !has_part(&versions->versions[k], part);
            }
}
