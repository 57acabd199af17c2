/*
 * versions.c: from a version back to the operation that wrote it.
 */
#include "sim/picture/versions.h"

#include "db/conflict/answer.h"
#include "sim/picture/view.h"

static const char *outcome_words(const struct operation *operation)
{
    switch (operation->outcome) {
    case OUTCOME_OK: return "ok";
    case OUTCOME_UNAVAILABLE: return "unavailable";
    case OUTCOME_TIMEOUT: return "timeout";
    case OUTCOME_OVERLOADED: return "overloaded";
    default: return "not told yet";
    }
}

/* The last delete of the key that has this timestamp. */
static const struct operation *delete_of(const struct world *world, uint32_t key,
                                         int64_t timestamp)
{
    for (uint64_t i = chain_count(&world->state->clients.history); i-- > 0;) {
        const struct operation *operation = history_at(world, (uint32_t)i);
        if (operation->kind == OPERATION_DELETE && operation->key == key &&
            operation->timestamp == timestamp)
            return operation;
    }
    return NULL;
}

static const struct operation *writer_of(const struct world *world, uint32_t key,
                                         const struct version *version)
{
    if (version->is_tombstone)
        return delete_of(world, key, version->timestamp);
    uint64_t index =
        table_get(&world->state->clients.values, version_value(version), 0);
    return index ? history_at(world, (uint32_t)index - 1) : NULL;
}

static void take_value(const struct version *version, struct key_version *to)
{
    struct text text;
    text_init(&text, to->value, sizeof to->value);
    conflict_text(&text, version);
    to->is_cut = text.is_cut;
    to->size = version->value.size;
    to->kind = version->kind;
    to->value_count = conflict_value_count(version);
}

static void take_writer(const struct world *world, const struct operation *operation,
                        struct key_version *to)
{
    struct text text;
    text_init(&text, to->writer, sizeof to->writer);
    if (!operation)
        return;
    world_request_text(world, &text, operation->request);
    to->outcome = outcome_words(operation);
    to->asked_at = operation->invoked;
    to->record = operation->record_invoked;
}

static uint32_t first_alike(const struct replica_view *replicas, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (replicas[i].is_running && version_compare(&replicas[i].version,
                                                      &replicas[index].version) == 0)
            return i;
    return index;
}

void versions_take(const struct world *world, uint32_t key, struct heap *scratch,
                   struct key_versions *versions)
{
    struct replica_view replicas[REPLICATION_MAX];
    _Static_assert(REPLICATION_MAX <= VERSIONS_MAX, "room for every replica");
    *versions = (struct key_versions){
        .count = world_view_replicas(world, world_key(world, key), replicas)};
    for (uint32_t i = 0; i < versions->count; i++) {
        const struct version *version = &replicas[i].version;
        struct key_version *to = &versions->versions[i];
        *to = (struct key_version){.node = replicas[i].node,
                                   .is_running = replicas[i].is_running,
                                   .is_absent = version->timestamp == 0,
                                   .is_tombstone = version->is_tombstone};
        to->same_as = to->is_running ? first_alike(replicas, i) : i;
        if (to->is_absent)
            continue;
        to->timestamp = version->timestamp - CLOCK_EPOCH_NS;
        take_value(version, to);
        version_parts_take(version, CLOCK_EPOCH_NS, scratch, to);
        take_writer(world, writer_of(world, key, version), to);
    }
    version_parts_compare(versions);
}
