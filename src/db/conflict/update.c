/*
 * update.c: one replica does what a client asks.
 */
#include "db/conflict/update.h"

#include "base/bytes.h"
#include "db/conflict/context.h"
#include "db/conflict/functions.h"

/* An update under way. */
struct work_on {
    struct scratch *scratch;
    const struct conflict_update *update;
    struct context context;
    bool has_context;
};

/* --- plain -------------------------------------------------------------------------------------
 */

static enum reason change_number(const struct version *current,
                                 const struct conflict_update *update, struct builder *builder)
{
    int64_t number = 0;
    if (current->value.size > 0 && !read_decimal(current->value, &number))
        return REASON_NOT_A_NUMBER;
    build_decimal(builder, number + update->amount);
    return REASON_NONE;
}

static void change_list(struct scratch *scratch, const struct version *current,
                        const struct conflict_update *update, struct builder *builder)
{
    struct bytes *items = scratch_take(scratch, (list_room(current->value) + 1) * sizeof *items);
    uint32_t count = list_items(current->value, items), kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (bytes_compare(items[i], update->value) != 0)
            items[kept++] = items[i];
    if (update->operation == OPERATION_ADD)
        items[kept++] = update->value;
    build_list(builder, items, sort_values(items, kept));
}

static enum reason update_plain(struct scratch *scratch, const struct version *current,
                                const struct conflict_update *update, struct builder *builder)
{
    switch (update->operation) {
    case OPERATION_INCREMENT: return change_number(current, update, builder);
    case OPERATION_ADD:
    case OPERATION_REMOVE: change_list(scratch, current, update, builder); return REASON_NONE;
    default: return REASON_WRONG_KIND;
    }
}

/* --- objects -----------------------------------------------------------------------------------
 */

/* What the client has seen; a delete without a context means what is here now. */
static struct clock seen_by_client(const struct work_on *work, struct clock here)
{
    bool is_delete = work->update->operation == OPERATION_DELETE;
    return is_delete && !work->has_context ? here : work->context.clock;
}

static enum reason update_siblings(const struct work_on *work, struct siblings *siblings)
{
    const struct conflict_update *update = work->update;
    struct clock seen = seen_by_client(work, siblings_clock(work->scratch, siblings));
    if (update->operation != OPERATION_PUT && update->operation != OPERATION_DELETE)
        return REASON_WRONG_KIND;
    *siblings = siblings_without(work->scratch, siblings, &seen);
    if (update->operation == OPERATION_PUT)
        *siblings = siblings_event(work->scratch, siblings, update->actor, update->value);
    return REASON_NONE;
}

static enum reason update_vectors(const struct work_on *work, struct vectors *vectors)
{
    const struct conflict_update *update = work->update;
    struct clock seen = seen_by_client(work, vectors_clock(work->scratch, vectors));
    bool is_put = update->operation == OPERATION_PUT;
    if (!is_put && update->operation != OPERATION_DELETE)
        return REASON_WRONG_KIND;
    *vectors = vectors_put(work->scratch, vectors, &seen, update->actor, update->now,
                           is_put ? &update->value : NULL, update->truncate);
    return REASON_NONE;
}

/* What the client has seen of an element, or without a context what is here of it. */
static void remove_element(const struct work_on *work, struct dotted_set *set, struct bytes name)
{
    const struct element *element =
        work->has_context ? context_find(&work->context, name) : set_find(set, name);
    if (element)
        *set = set_forget(work->scratch, set, element->dots, element->count);
}

static void remove_all_elements(const struct work_on *work, struct dotted_set *set)
{
    struct dotted_set before = *set;
    const struct element *elements = work->has_context ? work->context.elements : before.elements;
    uint32_t count = work->has_context ? work->context.count : before.count;
    for (uint32_t i = 0; i < count; i++)
        *set = set_forget(work->scratch, set, elements[i].dots, elements[i].count);
}

static enum reason update_set(const struct work_on *work, struct dotted_set *set)
{
    const struct conflict_update *update = work->update;
    switch (update->operation) {
    case OPERATION_ADD:
        *set = set_add(work->scratch, set, update->actor, update->value);
        return REASON_NONE;
    case OPERATION_REMOVE: remove_element(work, set, update->value); return REASON_NONE;
    case OPERATION_DELETE: remove_all_elements(work, set); return REASON_NONE;
    default: return REASON_WRONG_KIND;
    }
}

static enum reason update_counter(const struct work_on *work, struct counter *counter)
{
    const struct conflict_update *update = work->update;
    if (update->operation != OPERATION_INCREMENT)
        return REASON_WRONG_KIND;
    *counter = counter_add(work->scratch, counter, update->actor, update->amount);
    return REASON_NONE;
}

static void put_field(const struct work_on *work, struct fields *fields, struct bytes name,
                      bool is_cleared)
{
    const struct conflict_update *update = work->update;
    struct field field = {.name = name, .version = {.timestamp = update->now}};
    field.version.is_tombstone = is_cleared;
    if (!is_cleared)
        field.version.value = update->value;
    struct fields one = {&field, 1};
    *fields = fields_sync(work->scratch, fields, &one);
}

static enum reason update_map(const struct work_on *work, struct fields *fields)
{
    const struct conflict_update *update = work->update;
    struct fields before = *fields;
    switch (update->operation) {
    case OPERATION_SET: put_field(work, fields, update->name, false); return REASON_NONE;
    case OPERATION_UNSET: put_field(work, fields, update->name, true); return REASON_NONE;
    case OPERATION_DELETE:
        for (uint32_t i = 0; i < before.count; i++)
            put_field(work, fields, before.entries[i].name, true);
        return REASON_NONE;
    default: return REASON_WRONG_KIND;
    }
}

/* --- all of them ---------------------------------------------------------------------------------
 */

/* Up to which event of an actor the object knows. */
static uint64_t known_of(struct scratch *scratch, const struct object_of_kind *object,
                         uint64_t actor)
{
    struct clock clock = {0};
    uint64_t known = 0;
    switch (object->kind) {
    case VERSION_SIBLINGS: clock = siblings_clock(scratch, &object->siblings); break;
    case VERSION_VECTOR: clock = vectors_clock(scratch, &object->vectors); break;
    case VERSION_SET:
        clock = object->set.clock;
        for (uint32_t i = 0; i < object->set.cloud_count; i++)
            if (object->set.cloud[i].actor == actor)
                known = MAX(known, object->set.cloud[i].counter);
        break;
    default: break;
    }
    return MAX(known, clock_at(&clock, actor));
}

/* A context is hostile until it has been looked at. */
static enum reason take_context(struct work_on *work, const struct object_of_kind *object)
{
    const struct conflict_update *update = work->update;
    if (!context_read(work->scratch, update->context, update->key, update->kind, &work->context))
        return REASON_BAD_CONTEXT;
    /* A truncated vector forgets what this node did; a context may still know. */
    bool may_know_more = update->kind == VERSION_VECTOR && update->truncate > 0;
    if (!may_know_more && context_claims(&work->context, update->actor) >
                              known_of(work->scratch, object, update->actor))
        return REASON_BAD_CONTEXT;
    work->has_context = update->context.size > 0 && !update->is_context_ignored;
    if (update->is_context_ignored)
        work->context = (struct context){0};
    return REASON_NONE;
}

static enum reason update_object(struct scratch *scratch, const struct version *current,
                                 const struct conflict_update *update, struct builder *builder)
{
    struct object_of_kind object;
    struct work_on work = {.scratch = scratch, .update = update};
    if (!object_decode(scratch, current, update->kind, &object))
        return REASON_WRONG_KIND;
    enum reason reason = take_context(&work, &object);
    if (reason != REASON_NONE)
        return reason;
    switch (update->kind) {
    case VERSION_SIBLINGS: reason = update_siblings(&work, &object.siblings); break;
    case VERSION_VECTOR: reason = update_vectors(&work, &object.vectors); break;
    case VERSION_COUNTER: reason = update_counter(&work, &object.counter); break;
    case VERSION_SET: reason = update_set(&work, &object.set); break;
    default: reason = update_map(&work, &object.fields); break;
    }
    if (reason == REASON_NONE)
        object_encode(builder, &object);
    return reason;
}

/* A replica may hold a version of another kind, from before the table was configured: it is as if
 * it held nothing, since the object will win over it. */
static struct version current_of_kind(const struct version *current, uint32_t kind)
{
    bool is_usable = current->kind == kind && !current->is_tombstone;
    return is_usable ? *current : (struct version){0};
}

enum reason conflict_update(struct heap *memory, const struct version *current,
                            const struct conflict_update *update, struct version *made)
{
    struct scratch scratch = {.memory = memory};
    struct builder builder = builder_of(memory);
    struct version before = current_of_kind(current, update->kind);
    bool is_plain = update->kind == VERSION_PLAIN;
    enum reason reason = is_plain ? update_plain(&scratch, &before, update, &builder)
                                  : update_object(&scratch, &before, update, &builder);
    bool is_growing = update->operation != OPERATION_DELETE &&
                      update->operation != OPERATION_REMOVE && builder.size > before.value.size;
    if (reason == REASON_NONE && builder.size > OBJECT_SIZE_MAX && is_growing)
        reason = REASON_TOO_LARGE;
    scratch_end(&scratch);
    *made = (struct version){.kind = update->kind, .value = builder_end(&builder)};
    made->timestamp = is_plain ? update->now : MAX(update->now, before.timestamp);
    if (reason != REASON_NONE) {
        heap_free(memory, builder.data);
        made->value = (struct bytes){NULL, 0};
    }
    return reason;
}
