/*
 * picture.c: from a world to a picture of it: nodes, keys, checks.
 *
 * The ring and the cuts are taken in picture_ring.c, what coordinators have in hand in
 * picture_open.c, what is on its way or runs down in picture_flight.c.
 */
#include "sim/picture/picture.h"

#include <string.h>

#include "base/mix.h"
#include "db/conflict/answer.h"
#include "sim/judge/judge.h"
#include "sim/picture/picture_parts.h"
#include "sim/picture/view.h"

static uint8_t picture_state_of(uint8_t state)
{
    switch (state) {
    case STATE_UP: return PICTURE_UP;
    case STATE_DOWN: return PICTURE_DOWN;
    case STATE_PAUSED: return PICTURE_PAUSED;
    case STATE_REFUSED: return PICTURE_REFUSED;
    default: return PICTURE_RECOVERING;
    }
}

static uint32_t health_of(const struct world *world, uint32_t node)
{
    struct picture_listener listener;
    return picture_listener(world, node, &listener) ? listener.health : 0;
}

static uint32_t suspected_by(const struct world *world, uint32_t node)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++)
        count += i != node && world_view_doubts(world, i, node);
    return count;
}

/* For whom what each node keeps is. */
static void take_hints(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint64_t room = 0;
    for (uint32_t i = 0; i < picture->node_count; i++)
        room += MIN(picture->nodes[i].hints, (uint64_t)picture->node_count);
    picture->hints = heap_alloc(scratch, MAX(room, 1) * sizeof *picture->hints);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct picture_node *node = &picture->nodes[i];
        const struct machine *machine = machine_at(world, i);
        uint64_t most = 0;
        for (uint32_t target = 0; node->hints > 0 && target < picture->node_count; target++) {
            const struct hint_queue *queue = &machine->node->hints.queues[target];
            uint64_t count = queue->count;
            if (count > 0)
                picture->hints[picture->hint_count++] =
                    (struct picture_hints){i, target, count, queue->state == HINTS_SENT};
            node->hint_targets += count > 0;
            if (count > most)
                node->hints_for = target;
            most = MAX(most, count);
        }
    }
}

static void take_nodes(const struct world *world, struct heap *scratch, struct picture *picture)
{
    const uint16_t *racks = world->scenario->node.placement.racks;
    picture->node_count = world->scenario->node.nodes;
    picture->rack_count = world->scenario->rack_count;
    picture->racks = world->scenario->rack_names;
    picture->nodes = heap_alloc(scratch, picture->node_count * sizeof *picture->nodes);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct node_view view = world_view_node(world, i);
        const struct clock *clock = &machine_at(world, i)->clock;
        picture->nodes[i] = (struct picture_node){.name = world->scenario->nodes[i].name,
                                                  .rack = racks ? racks[i] : 0,
                                                  .state = picture_state_of(view.state),
                                                  .incarnation = view.incarnation,
                                                  .waiting = view.waiting,
                                                  .suspected_by = suspected_by(world, i),
                                                  .health = health_of(world, i),
                                                  .hints = view.hints,
                                                  .keys = view.keys,
                                                  .log_appended_to = view.log_appended_to,
                                                  .log_synced_to = view.log_synced_to,
                                                  .unsynced_bytes = view.unsynced_bytes,
                                                  .disk_bytes = view.disk_bytes,
                                                  .clock_offset_ns = view.clock_offset_ns,
                                                  .clock_jumped_ns = clock->offset_ns,
                                                  .clock_drift_ppb = clock->drift_ppb};
    }
    take_hints(world, scratch, picture);
    picture->client_count = world->scenario->client_count;
    picture->clients = heap_alloc(scratch, picture->client_count * sizeof *picture->clients);
    for (uint32_t i = 0; i < picture->client_count; i++)
        picture->clients[i] = world->scenario->clients[i].name;
}

/* --- keys ------------------------------------------------------------------------------ */

static void copy_name(char *to, struct bytes from)
{
    struct text text;
    text_init(&text, to, PICTURE_NAME_MAX);
    for (uint32_t i = 0; i < from.size && from.data[i] >= 0x20 && from.data[i] < 0x7f; i++)
        text_char(&text, (char)from.data[i]);
}

/* Of a long value the beginning only: a picture is made for every frame. */
static uint64_t brief_digest(const struct version *version)
{
    enum { LOOKED_AT = 256 };
    struct version brief = *version;
    brief.value.size = MIN(brief.value.size, (uint32_t)LOOKED_AT);
    return mix_pair(version_digest(&brief), version->value.size);
}

static void take_replica(const struct replica_view *view, struct picture_replica *replica)
{
    *replica = (struct picture_replica){.node = view->node,
                                        .is_running = view->is_running,
                                        .is_tombstone = view->version.is_tombstone,
                                        .is_absent = view->version.timestamp == 0,
                                        .digest = brief_digest(&view->version)};
    if (!replica->is_absent)
        replica->timestamp = view->version.timestamp - CLOCK_EPOCH_NS;
    struct text text;
    text_init(&text, replica->value, sizeof replica->value);
    replica->kind = (uint8_t)view->version.kind;
    replica->value_count = conflict_value_count(&view->version);
    conflict_text(&text, &view->version);
    replica->is_cut = text.is_cut;
    replica->size = view->version.value.size;
}

/* Which rule decides between two versions of which the second is not older. */
static void say_why_older(const struct version *older, const struct version *newest,
                          struct picture_replica *replica)
{
    if (version_compare(older, newest) == 0)
        return;
    if (older->kind != VERSION_PLAIN || newest->kind != VERSION_PLAIN) {
        replica->loses_by = PICTURE_RULE_MERGE;
        return;
    }
    replica->loses_by = older->timestamp != newest->timestamp         ? PICTURE_RULE_TIMESTAMP
                        : older->is_tombstone != newest->is_tombstone ? PICTURE_RULE_TOMBSTONE
                                                                      : PICTURE_RULE_VALUE;
    uint32_t common = MIN(older->value.size, newest->value.size), at = 0;
    while (at < common && older->value.data[at] == newest->value.data[at])
        at++;
    replica->loses_at = at;
}

static void mark_newest(const struct replica_view *views, struct picture_key *key)
{
    for (uint32_t i = 0; i < key->replica_count; i++) {
        bool is_newest = views[i].is_running && !key->replicas[i].is_absent;
        for (uint32_t j = 0; j < key->replica_count; j++) {
            if (!views[j].is_running || !views[i].is_running)
                continue;
            int order = version_compare(&views[j].version, &views[i].version);
            is_newest &= order <= 0;
            key->is_differing |= order != 0;
        }
        key->replicas[i].is_newest = is_newest;
    }
    for (uint32_t i = 0; i < key->replica_count; i++)
        for (uint32_t j = 0; j < key->replica_count; j++)
            if (views[i].is_running && key->replicas[j].is_newest)
                say_why_older(&views[i].version, &views[j].version, &key->replicas[i]);
}

static void take_key(const struct world *world, struct heap *scratch, uint32_t index,
                     struct picture_key *key)
{
    struct replica_view views[REPLICATION_MAX];
    struct bytes name = world_key(world, index);
    copy_name(key->name, name);
    key->size = name.size;
    memcpy(key->bytes, name.data, MIN(name.size, (uint32_t)PICTURE_BYTES_MAX));
    key->token = key_token(name);
    key->position =
        placement_position(placement_order(&world->scenario->node.placement), name);
    key->position = placement_position(placement_order(&world->scenario->node.placement), name);
    key->replica_count = world_view_replicas(world, name, views);
    key->replicas = heap_alloc(scratch, key->replica_count * sizeof *key->replicas);
    for (uint32_t i = 0; i < key->replica_count; i++)
        take_replica(&views[i], &key->replicas[i]);
    mark_newest(views, key);
}

static void take_keys(const struct world *world, struct heap *scratch, struct picture *picture)
{
    picture->key_total = world_key_count(world);
    picture->key_count = MIN(picture->key_total, (uint32_t)PICTURE_KEYS_MAX);
    picture->keys = heap_alloc(scratch, picture->key_count * sizeof *picture->keys);
    for (uint32_t i = 0; i < picture->key_count; i++)
        take_key(world, scratch, i, &picture->keys[i]);
}

/* --- the rest ---------------------------------------------------------------------------- */

static uint8_t mode_of(uint8_t kind)
{
    switch (kind) {
    case CHECK_ALWAYS: return PICTURE_CHECK_ALWAYS;
    case CHECK_REACHED: return PICTURE_CHECK_REACHED;
    default: return PICTURE_CHECK_AT_END;
    }
}

static const char *meaning_of(const struct check_setting *check, struct heap *scratch)
{
    enum { ROOM = 2048 };
    struct text text;
    if (check->kind != CHECK_EXPECT && check->kind != CHECK_ALWAYS && check->kind != CHECK_REACHED)
        return check_kind_condition(check->kind);
    char *buffer = heap_alloc(scratch, ROOM);
    text_init(&text, buffer, ROOM);
    condition_text(&text, &check->condition);
    return buffer;
}

/* What only the end decides can be looked at before, if it is cheap to see. */
static const char *now_of(const struct world *world, const struct check_setting *check,
                          struct heap *scratch)
{
    enum { ROOM = 600 };
    struct condition_view view = world_condition_view(world);
    struct text text;
    if (check->kind != CHECK_EXPECT && check->kind != CHECK_CONVERGED)
        return NULL;
    char *buffer = heap_alloc(scratch, ROOM);
    text_init(&text, buffer, ROOM);
    if (check->kind == CHECK_CONVERGED) {
        uint64_t count = world_keys_differing(world);
        text_str(&text, "keys that differ now: ");
        text_u64(&text, count);
        return buffer;
    }
    bool holds = condition_holds(&check->condition, &view);
    text_str(&text, holds ? "now it holds: " : "now it does not: ");
    condition_tell(&text, &check->condition, &view);
    return buffer;
}

static void take_checks(const struct world *world, struct heap *scratch, struct picture *picture)
{
    const struct scenario *scenario = world->scenario;
    picture->check_count = scenario->check_count;
    picture->checks = heap_alloc(scratch, scenario->check_count * sizeof *picture->checks);
    for (uint32_t i = 0; i < scenario->check_count; i++)
        picture->checks[i] = (struct picture_check){
            .name = scenario->checks[i].name,
            .kind = check_kind_name(scenario->checks[i].kind),
            .meaning = meaning_of(&scenario->checks[i], scratch),
            .mode = mode_of(scenario->checks[i].kind),
            .step = world->state->checks[i].step,
            .why = scenario->checks[i].why,
            .now = now_of(world, &scenario->checks[i], scratch),
            .is_decided = world->state->checks[i].was_true,
            .is_expected_to_fail = scenario->checks[i].is_expected_to_fail,
            .time = world->state->checks[i].time};
}

static void take_operations(const struct world *world, struct picture *picture)
{
    struct condition_view view = world_condition_view(world);
    for (uint32_t outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        picture->operations[outcome] = view.operations(world, OWNER_OPS, outcome);
    picture->stale_reads = world->state->stale.stale_count;
}

void picture_take(const struct world *world, struct heap *scratch, struct picture *picture)
{
    *picture = (struct picture){.scenario = world->scenario->name,
                                .title = world->scenario->title,
                                .about = world->scenario->about,
                                .seed = world->seed,
                                .now = world->state->now,
                                .duration = world->scenario->duration_ns,
                                .step = world->state->step,
                                .is_over = world->state->is_over};
    take_nodes(world, scratch, picture);
    picture_take_ring(world, scratch, picture);
    picture_take_open(world, scratch, picture);
    picture_take_flight(world, scratch, picture);
    descents_take(world, scratch, &picture->descents, &picture->descent_count);
    take_keys(world, scratch, picture);
    picture_take_load(world, scratch, picture);
    take_checks(world, scratch, picture);
    take_operations(world, picture);
}
