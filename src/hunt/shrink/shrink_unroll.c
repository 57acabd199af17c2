/*
 * shrink_unroll.c: what clients really called, as scripts.
 *
 *     {"name": "c", "count": 2, "keys": {"count": 20}, "operations": 120}
 *
 * becomes
 *
 *     {"name": "c1", "script": [{"number": 1, "at": "312ns", "get": "k3", "via": "n2", ...}, ...]}
 *
 * Each operation keeps its number, by which its draws are keyed (sim/client/client.c), its value,
 * its level and its coordinator; it begins when it began in this run, and no longer waits for the
 * answer before it. So the scenario's run is the same run, and stays still when operations are
 * taken out of it. A second attempt is an operation of its own, with a number far away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/about.h"
#include "db/level.h"
#include "hunt/shrink/shrink_parts.h"
#include "sim/picture/view.h"

#define LAST_NUMBER ((UINT64_C(1) << (ABOUT_OPERATION_BITS - 1)) - 1) /* beyond: by actions */

struct called {
    uint64_t number;
    const struct operation *operation;
};

static int compare_called(const void *a, const void *b)
{
    const struct called *left = a, *right = b;
    return left->number < right->number ? -1 : left->number > right->number;
}

/* Second attempts get numbers from the upper half, where no loop arrives. */
static uint64_t number_of(const struct operation *operation)
{
    uint64_t number = about_request_operation(operation->request);
    uint64_t attempt = about_request_attempt(operation->request);
    return attempt ? SHRINK_ATTEMPTS_FROM + 256 * number + attempt : number;
}

static void add_ns(cJSON *object, const char *key, uint64_t time)
{
    char text[40];
    snprintf(text, sizeof text, "%lluns", (unsigned long long)time);
    cJSON_AddStringToObject(object, key, text);
}

static void add_bytes(cJSON *object, const char *key, struct bytes bytes)
{
    char *text = calloc(1, bytes.size + 1);
    CHECK_WHY(text, "out of memory");
    memcpy(text, bytes.data, bytes.size);
    cJSON_AddStringToObject(object, key, text);
    free(text);
}

static void add_level(cJSON *step, const struct operation *operation)
{
    if (operation->level == LEVEL_EXPLICIT)
        cJSON_AddNumberToObject(step, "level", operation->needed);
    else
        cJSON_AddStringToObject(step, "level", level_name(operation->level));
}

static void add_plan(cJSON *step, const struct operation_plan *plan)
{
    cJSON_AddStringToObject(step, "label", plan->label);
    if (plan->value.data)
        add_bytes(step, "value", plan->value);
    if (plan->field)
        cJSON_AddStringToObject(step, "field", plan->field);
    if (plan->kind == OPERATION_INCREMENT)
        cJSON_AddNumberToObject(step, "by", (double)plan->amount);
    if (plan->is_blind)
        cJSON_AddTrueToObject(step, "blind");
    if (plan->is_appended)
        cJSON_AddTrueToObject(step, "append");
    if (plan->is_sloppy)
        cJSON_AddTrueToObject(step, "sloppy");
    add_ns(step, "timeout", plan->timeout_ns);
}

static void add_drawn(cJSON *step, struct world *world, const struct operation *operation)
{
    const struct client_setting *setting = &world->scenario->clients[operation->client];
    struct bytes value = {0}, name = {0};
    client_redraw(world, operation, &value, &name);
    if (value.data)
        add_bytes(step, "value", value);
    if (name.data)
        add_bytes(step, "field", name);
    if (operation->kind == OPERATION_PUT && setting->puts == PUTS_BLIND)
        cJSON_AddTrueToObject(step, "blind");
    if (operation->kind == OPERATION_PUT && setting->puts == PUTS_APPEND)
        cJSON_AddTrueToObject(step, "append");
    if (setting->is_sloppy)
        cJSON_AddTrueToObject(step, "sloppy");
    /* a client may have been hurried: how long it waited is what counts */
    bool is_late = operation->outcome == OUTCOME_TIMEOUT;
    add_ns(step, "timeout", is_late ? operation->told - operation->invoked : setting->timeout_ns);
}

static cJSON *make_step(struct world *world, const struct called *called)
{
    const struct operation *operation = called->operation;
    const struct scenario *scenario = world->scenario;
    const struct client_setting *setting = &scenario->clients[operation->client];
    uint32_t plan = client_plan_index(setting, about_request_operation(operation->request));
    cJSON *step = cJSON_CreateObject();
    add_ns(step, "at", operation->invoked);
    add_bytes(step, operation_kind_name(operation->kind), world_key(world, operation->key));
    add_level(step, operation);
    cJSON_AddStringToObject(step, "via", scenario->nodes[operation->coordinator].name);
    if (plan < setting->plan_count && about_request_attempt(operation->request) == 0)
        add_plan(step, &setting->plans[plan]);
    else if (plan == setting->plan_count)
        add_drawn(step, world, operation);
    cJSON_AddNumberToObject(step, "number", (double)called->number);
    return step;
}

/* Those of one client, by number. */
static uint32_t list_called(struct world *world, uint32_t client, struct called *list)
{
    uint32_t count = 0, all = (uint32_t)chain_count(&world->state->clients.history);
    for (uint32_t i = 0; i < all; i++) {
        const struct operation *operation = history_at(world, i);
        uint64_t number = number_of(operation);
        bool is_scripted = world->scenario->clients[client].loop == CLIENT_SCRIPT;
        bool is_again = about_request_attempt(operation->request) > 0;
        if (operation->client == client && number <= LAST_NUMBER && !(is_scripted && is_again))
            list[count++] = (struct called){number, operation};
    }
    qsort(list, count, sizeof *list, compare_called);
    return count;
}

static cJSON *make_client(struct world *world, uint32_t client, struct called *list)
{
    const struct client_setting *setting = &world->scenario->clients[client];
    uint32_t count = list_called(world, client, list);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "name", setting->name);
    if (setting->clock_offset_ns) {
        char text[40];
        snprintf(text, sizeof text, "%lldns", (long long)setting->clock_offset_ns);
        cJSON_AddStringToObject(object, "clock_offset", text);
    }
    cJSON *script = cJSON_AddArrayToObject(object, "script");
    for (uint32_t i = 0; i < count; i++)
        cJSON_AddItemToArray(script, make_step(world, &list[i]));
    return object;
}

cJSON *shrink_unroll(struct world *world)
{
    uint64_t count = chain_count(&world->state->clients.history);
    struct called *list = calloc(count + 1, sizeof *list);
    cJSON *clients = cJSON_CreateArray();
    CHECK_WHY(list && clients, "out of memory");
    for (uint32_t i = 0; i < world->scenario->client_count; i++)
        cJSON_AddItemToArray(clients, make_client(world, i, list));
    free(list);
    return clients;
}
