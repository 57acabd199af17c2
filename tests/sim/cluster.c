/*
 * cluster.c: what cluster.h promises.
 */
#include "sim/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/about.h"
#include "scenario/load.h"

#define RESERVE_BYTES (UINT64_C(1) << 30)

/* --- what is kept -------------------------------------------------------------------- */

static void *grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? 2 * *room : 1024;
    list = realloc(list, *room * size);
    assert_non_null(list);
    return list;
}

static void keep_record(void *host, const struct trace_record *record)
{
    struct cluster *c = host;
    c->records = grown(c->records, c->record_count, &c->record_room, sizeof *c->records);
    c->records[c->record_count++] = *record;
}

static void keep_draw(void *host, uint32_t stream, uint64_t identity, uint64_t bits)
{
    struct cluster *c = host;
    if (!c->keeps_draws)
        return;
    c->draws = grown(c->draws, c->draw_count, &c->draw_room, sizeof *c->draws);
    c->draws[c->draw_count++] = (struct draw){stream, identity, bits};
}

/* --- running -------------------------------------------------------------------------- */

/* JSON from the text with easier quotes; malloc'ed. */
static char *json_of(const char *text)
{
    static const char head[] = "{\"name\": \"test\", ";
    char *json = malloc(sizeof head + strlen(text) + 2);
    assert_non_null(json);
    strcpy(json, head);
    strcat(json, text);
    strcat(json, "}");
    for (char *at = json; *at; at++)
        *at = *at == '\'' ? '"' : *at == '`' ? '\'' : *at;
    return json;
}

void cluster_load(struct cluster *c, const char *text, void *base_hint)
{
    struct json_error error = {0};
    const char *why = NULL;
    memset(c, 0, sizeof *c);
    char *json = json_of(text);
    c->scenario = scenario_from_text("test", json, strlen(json), &error);
    free(json);
    if (!c->scenario)
        fail_msg("the scenario does not load: %s", error.text);
    if (!world_open(&c->world, RESERVE_BYTES, base_hint, &why))
        fail_msg("%s", why);
    c->world.sink = (struct trace_sink){keep_record, c};
    c->world.draw_sink = (struct draw_sink){keep_draw, c};
}

void cluster_begin(struct cluster *c, uint64_t seed, const struct intervention *interventions,
                   uint32_t count)
{
    c->record_count = 0;
    c->draw_count = 0;
    world_begin(&c->world, c->scenario, seed, interventions, count);
}

void cluster_open_at(struct cluster *c, const char *text, void *base_hint)
{
    cluster_load(c, text, base_hint);
    cluster_begin(c, 1, NULL, 0);
}

void cluster_open(struct cluster *c, const char *text)
{
    cluster_open_at(c, text, NULL);
}

void cluster_close(struct cluster *c)
{
    world_close(&c->world);
    scenario_free(c->scenario);
    free(c->records);
    free(c->draws);
    memset(c, 0, sizeof *c);
}

void run_until(struct cluster *c, vtime time)
{
    world_run(&c->world, time, UINT64_MAX);
}

void run_steps(struct cluster *c, uint64_t step)
{
    world_run(&c->world, VTIME_NEVER - 1, step);
    assert_int_equal(c->world.state->step, step);
}

void run_to_end(struct cluster *c)
{
    while (world_step(&c->world))
        continue;
}

void run_until_count(struct cluster *c, uint32_t kind, uint32_t actor, uint64_t count)
{
    while (count_of(c, kind, actor) < count)
        if (!world_step(&c->world))
            fail_msg("the run is over after %llu records of %s",
                     (unsigned long long)count_of(c, kind, actor), trace_kind_table[kind].name);
}

/* --- records ---------------------------------------------------------------------------- */

uint64_t count_of(const struct cluster *c, uint32_t kind, uint32_t actor)
{
    return world_count(&c->world, kind, actor);
}

static bool is_by(const struct trace_record *record, uint32_t kind, uint32_t actor)
{
    return record->kind == kind && (actor == ALL_ACTORS || record->actor == actor);
}

const struct trace_record *record_of(const struct cluster *c, uint32_t kind, uint32_t actor,
                                     uint64_t n)
{
    for (size_t i = 0; i < c->record_count; i++)
        if (is_by(&c->records[i], kind, actor) && --n == 0)
            return &c->records[i];
    fail_msg("there is no such record of %s", trace_kind_table[kind].name);
    return NULL;
}

const struct trace_record *last_record_of(const struct cluster *c, uint32_t kind, uint32_t actor)
{
    return record_of(c, kind, actor, count_of(c, kind, actor));
}

/* Of an ARRIVE the actor is the receiver; of all other kinds it is the sender. */
static bool is_message(const struct trace_record *record, uint32_t trace_kind,
                       uint32_t message_kind, uint32_t from, uint32_t to)
{
    bool is_arrival = trace_kind == TRACE_ARRIVE;
    uint32_t sender = is_arrival ? (uint32_t)record->field[1] : record->actor;
    uint32_t receiver = is_arrival ? record->actor : (uint32_t)record->field[1];
    return record->kind == trace_kind &&
           (message_kind == UINT32_MAX || record->field[0] == message_kind) &&
           (from == UINT32_MAX || sender == from) && (to == UINT32_MAX || receiver == to);
}

uint64_t count_messages(const struct cluster *c, uint32_t trace_kind, uint32_t message_kind,
                        uint32_t from, uint32_t to)
{
    uint64_t count = 0;
    for (size_t i = 0; i < c->record_count; i++)
        count += is_message(&c->records[i], trace_kind, message_kind, from, to);
    return count;
}

const struct trace_record *message_record(const struct cluster *c, uint32_t trace_kind,
                                          uint32_t message_kind, uint32_t from, uint32_t to,
                                          uint64_t n)
{
    for (size_t i = 0; i < c->record_count; i++)
        if (is_message(&c->records[i], trace_kind, message_kind, from, to) && --n == 0)
            return &c->records[i];
    fail_msg("there is no such %s of a %s", trace_kind_table[trace_kind].name,
             message_kind < MESSAGE_KIND_COUNT ? message_table[message_kind].name : "message");
    return NULL;
}

/* --- operations --------------------------------------------------------------------------- */

uint64_t request_of(const struct cluster *c, const char *label, uint32_t attempt)
{
    for (uint32_t i = 0; i < c->scenario->client_count; i++) {
        const struct client_setting *client = &c->scenario->clients[i];
        for (uint32_t plan = 0; plan < client->plan_count; plan++)
            if (strcmp(client->plans[plan].label, label) == 0)
                return about_request(client->identity, plan + 1, attempt);
    }
    fail_msg("no operation is labelled %s", label);
    return 0;
}

const struct operation *attempt_of(const struct cluster *c, const char *label, uint32_t attempt)
{
    uint64_t request = request_of(c, label, attempt);
    uint64_t count = chain_count(&c->world.state->clients.history);
    for (uint32_t i = 0; i < count; i++)
        if (history_at(&c->world, i)->request == request)
            return history_at(&c->world, i);
    return NULL;
}

static const struct operation *last_attempt(const struct cluster *c, const char *label)
{
    const struct operation *found = NULL;
    for (uint32_t attempt = 0; attempt_of(c, label, attempt); attempt++)
        found = attempt_of(c, label, attempt);
    if (!found)
        fail_msg("%s has not begun", label);
    return found;
}

void check_outcome(const struct cluster *c, const char *label, enum outcome wanted, vtime told,
                   const char *file, int line)
{
    const struct operation *operation = last_attempt(c, label);
    _assert_int_equal(operation->outcome, wanted, file, line);
    if (told != VTIME_NEVER)
        _assert_int_equal(operation->told, told, file, line);
}

void check_got(const struct cluster *c, const char *label, const char *value, const char *file,
               int line)
{
    const struct operation *operation = last_attempt(c, label);
    _assert_int_equal(operation->kind, OPERATION_GET, file, line);
    _assert_int_equal(operation->outcome, OUTCOME_OK, file, line);
    uint64_t wanted = value ? value_identity(text_bytes(value)) : VALUE_ABSENT;
    _assert_int_equal(operation->value, wanted, file, line);
}

void check_value(const struct cluster *c, uint32_t node, const char *key, const char *value,
                 const char *file, int line)
{
    struct version version = version_at(c, node, key);
    bool is_there = version.timestamp != 0 && !version.is_tombstone;
    _assert_int_equal(is_there, value != NULL, file, line);
    if (!value)
        return;
    _assert_int_equal(version.value.size, strlen(value), file, line);
    _assert_memory_equal(version.value.data, value, strlen(value), file, line);
}

/* --- placement ----------------------------------------------------------------------------- */

struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

uint32_t replica_of(const struct cluster *c, const char *key, uint32_t n)
{
    uint32_t nodes[REPLICATION_MAX];
    uint32_t count = placement_of_key(&c->world.state->placement, text_bytes(key),
                                      c->scenario->node.replication, true, nodes);
    assert_true(n < count);
    return nodes[n];
}

bool is_replica(const struct cluster *c, const char *key, uint32_t node)
{
    for (uint32_t i = 0; i < c->scenario->node.replication; i++)
        if (replica_of(c, key, i) == node)
            return true;
    return false;
}

struct version version_at(const struct cluster *c, uint32_t node, const char *key)
{
    struct version version = {0};
    const struct machine *machine = machine_at(&c->world, node);
    if (!machine->node || !node_is_ready(machine->node))
        fail_msg("node %u is not running", node + 1);
    storage_get(&machine->node->storage, text_bytes(key), &version);
    return version;
}

uint8_t state_of_node(const struct cluster *c, uint32_t node)
{
    return world_view_node(&c->world, node).state;
}
