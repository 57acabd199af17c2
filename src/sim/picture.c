/*
 * picture.c: from a world to a picture of it.
 */
#include "sim/picture.h"

#include <string.h>

#include "base/mix.h"
#include "db/message.h"
#include "sim/judge.h"
#include "sim/view.h"

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

static uint32_t suspected_by(const struct world *world, uint32_t node)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++)
        count += i != node && world_view_suspects(world, i, node);
    return count;
}

static void take_nodes(const struct world *world, struct heap *scratch, struct picture *picture)
{
    picture->node_count = world->scenario->node.nodes;
    picture->nodes = heap_alloc(scratch, picture->node_count * sizeof *picture->nodes);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct node_view view = world_view_node(world, i);
        const struct clock *clock = &machine_at(world, i)->clock;
        picture->nodes[i] = (struct picture_node){.name = world->scenario->nodes[i].name,
                                                  .state = picture_state_of(view.state),
                                                  .incarnation = view.incarnation,
                                                  .waiting = view.waiting,
                                                  .suspected_by = suspected_by(world, i),
                                                  .keys = view.keys,
                                                  .log_appended_to = view.log_appended_to,
                                                  .log_synced_to = view.log_synced_to,
                                                  .unsynced_bytes = view.unsynced_bytes,
                                                  .disk_bytes = view.disk_bytes,
                                                  .clock_offset_ns = view.clock_offset_ns,
                                                  .clock_jumped_ns = clock->offset_ns,
                                                  .clock_drift_ppb = clock->drift_ppb};
    }
    picture->client_count = world->scenario->client_count;
    picture->clients = heap_alloc(scratch, picture->client_count * sizeof *picture->clients);
    for (uint32_t i = 0; i < picture->client_count; i++)
        picture->clients[i] = world->scenario->clients[i].name;
}

static void take_tokens(const struct world *world, struct heap *scratch, struct picture *picture)
{
    const struct ring *ring = &world->state->ring;
    picture->token_count = ring->token_count;
    picture->tokens = heap_alloc(scratch, ring->token_count * sizeof *picture->tokens);
    for (uint32_t i = 0; i < ring->token_count; i++)
        picture->tokens[i] = (struct picture_token){ring->tokens[i].token, ring->tokens[i].node};
}

static bool is_doomed(const struct world *world, const struct parcel *parcel)
{
    return table_has(&world->state->net.commanded_drops, parcel->identity) ||
           net_is_cut(world, parcel->from, parcel->to) ||
           (is_node_address(world, parcel->to) &&
            (machine_at(world, parcel->to)->state == NODE_DOWN ||
             machine_at(world, parcel->to)->incarnation != parcel->incarnation));
}

static bool is_earlier(const struct picture_message *a, const struct picture_message *b)
{
    if (a->arrives_at != b->arrives_at)
        return a->arrives_at < b->arrives_at;
    return a->identity < b->identity;
}

/* Few enough for insertion in order. */
static void insert_message(struct picture *picture, const struct picture_message *message)
{
    uint32_t at = picture->message_count++;
    while (at > 0 && is_earlier(message, &picture->messages[at - 1])) {
        picture->messages[at] = picture->messages[at - 1];
        at--;
    }
    picture->messages[at] = *message;
}

static void take_messages(const struct world *world, struct heap *scratch, struct picture *picture)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    picture->messages = heap_alloc(scratch, PICTURE_MESSAGES_MAX * sizeof *picture->messages);
    while (picture->message_count < PICTURE_MESSAGES_MAX &&
           queue_visit(&world->state->queue, &cursor, &event)) {
        if (event.kind != SIM_ARRIVE)
            continue;
        const struct parcel *parcel = pool_at(&world->state->net.parcels, (uint32_t)event.payload);
        struct picture_message message = {.from = parcel->from,
                                          .to = parcel->to,
                                          .letter = message_table[parcel->kind].letter[0],
                                          .name = message_table[parcel->kind].name,
                                          .sent_at = parcel->sent_at,
                                          .arrives_at = parcel->arrives_at,
                                          .about = parcel->about,
                                          .identity = parcel->identity,
                                          .record = parcel->cause,
                                          .is_doomed = is_doomed(world, parcel)};
        insert_message(picture, &message);
    }
}

static void take_cuts(const struct world *world, struct heap *scratch, struct picture *picture)
{
    uint32_t nodes = world->scenario->node.nodes;
    picture->cuts = heap_alloc(scratch, (size_t)nodes * nodes * sizeof *picture->cuts);
    for (uint32_t from = 0; from < nodes; from++)
        for (uint32_t to = 0; to < nodes; to++)
            if (from != to && net_is_cut(world, from, to))
                picture->cuts[picture->cut_count++] = (struct picture_cut){from, to};
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
    copy_name(replica->value, view->version.value);
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
}

static void take_key(const struct world *world, struct heap *scratch, uint32_t index,
                     struct picture_key *key)
{
    struct replica_view views[REPLICATION_MAX];
    struct bytes name = world_key(world, index);
    copy_name(key->name, name);
    key->token = ring_key_token(name);
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
    enum { ROOM = 256 };
    struct text text;
    if (check->kind != CHECK_EXPECT && check->kind != CHECK_ALWAYS && check->kind != CHECK_REACHED)
        return check_kind_condition(check->kind);
    char *buffer = heap_alloc(scratch, ROOM);
    text_init(&text, buffer, ROOM);
    condition_text(&text, &check->condition);
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
                                .seed = world->seed,
                                .now = world->state->now,
                                .duration = world->scenario->duration_ns,
                                .step = world->state->step,
                                .is_over = world->state->is_over};
    take_nodes(world, scratch, picture);
    take_tokens(world, scratch, picture);
    take_messages(world, scratch, picture);
    take_cuts(world, scratch, picture);
    take_keys(world, scratch, picture);
    take_checks(world, scratch, picture);
    take_operations(world, picture);
}
