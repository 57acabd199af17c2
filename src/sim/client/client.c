/*
 * client.c: what clients do, attempt by attempt.
 *
 * Every choice of a client (which key, what kind, which coordinator, how long to
 * think) is drawn by (client's identity, number of the operation): removing
 * another client changes none of them.
 */
#include "sim/client/client.h"

#include <string.h>

#include "base/murmur3.h"
#include "db/about.h"
#include "db/message.h"
#include "sim/client/client_known.h"
#include "sim/client/client_send.h"
#include "sim/world/preload.h"
#include "sim/trace/trace_words.h"
#include "sim/picture/view.h"
#include "sim/world/world.h"

#define VALUE_SEED 0x76616c75u /* "valu": keeps values apart from ring tokens */

static struct clientele *clientele_of(const struct world *world)
{
    return &world->state->clients;
}

static const struct client_setting *setting_of(const struct world *world, uint32_t client)
{
    return &world->scenario->clients[client];
}

static struct client *client_at(const struct world *world, uint32_t client)
{
    return &clientele_of(world)->clients[client];
}

struct operation *history_at(const struct world *world, uint32_t index)
{
    return chain_at(&clientele_of(world)->history, index);
}

uint64_t value_identity(struct bytes value)
{
    uint64_t identity = murmur3_hash(value, VALUE_SEED).first;
    return identity == VALUE_ABSENT ? 1 : identity;
}

uint32_t client_key_index(struct world *world, struct bytes key)
{
    struct clientele *clientele = clientele_of(world);
    uint64_t token = murmur3_token(key);
    uint64_t *known = table_find(&clientele->keys, token);
    if (known)
        return (uint32_t)*known;
    uint32_t index = (uint32_t)chain_count(&clientele->key_names);
    struct bytes *name = chain_append(&clientele->key_names);
    uint8_t *copy = heap_alloc(&world->state->heap, key.size);
    memcpy(copy, key.data, key.size);
    *name = (struct bytes){copy, key.size};
    table_set(&clientele->keys, token, index);
    uint64_t before = preload_value(world, key);
    if (before != VALUE_ABSENT) {
        table_set(&clientele->before, before, index);
        stale_before(&world->state->stale, index, before);
    }
    return index;
}

/* --- what to ask --------------------------------------------------------------------- */

static uint64_t draw(struct world *world, enum stream stream, const struct attempt *attempt)
{
    uint64_t identity = setting_of(world, attempt->client)->identity;
    return world_draw(world, stream, mix_pair(identity, attempt->number));
}

static uint32_t choose_coordinator(struct world *world, const struct attempt *attempt, uint32_t via)
{
    if (via != ANY_NODE)
        return via;
    struct coordinator_question question = {.client = attempt->client,
                                            .avoid = attempt->avoid,
                                            .number = attempt->number,
                                            .attempt = attempt->attempt,
                                            .key = attempt->key};
    question.bits = draw(world, STREAM_CLIENT_COORDINATOR, attempt);
    return client_choose(world, &question);
}

static uint8_t choose_kind(struct world *world, const struct attempt *attempt,
                           const struct client_setting *setting)
{
    uint64_t total = 0;
    for (uint32_t kind = 0; kind < OPERATION_KIND_COUNT; kind++)
        total += setting->weights[kind];
    uint64_t pick = mix_below(draw(world, STREAM_CLIENT_KIND, attempt), total);
    uint8_t kind = 0;
    while (pick >= setting->weights[kind])
        pick -= setting->weights[kind++];
    return kind;
}

/* With leading zeros the order of numbers is the order of keys. */
static void write_number(struct text *text, uint64_t number, uint32_t digits)
{
    uint32_t own = 1;
    for (uint64_t rest = number / 10; rest > 0; rest /= 10)
        own++;
    for (; own < digits; own++)
        text_char(text, '0');
    text_u64(text, number);
}

/* The key's text is built in `text`, whose buffer must outlive the attempt. */
static struct bytes choose_key(struct world *world, const struct attempt *attempt,
                               const struct client_setting *setting, struct text *text)
{
    struct attempt drawn = *attempt;
    drawn.number -= attempt->role == ROLE_WRITE_BACK; /* the key that was read */
    uint64_t bits = draw(world, STREAM_CLIENT_KEY, &drawn);
    uint64_t rank = setting->is_sequential ? 1 + (drawn.number - 1) % setting->key_count
                    : setting->zipf        ? zipf_rank(setting->zipf, bits)
                                           : 1 + mix_below(bits, setting->key_count);
    text_str(text, setting->key_prefix);
    write_number(text, rank, setting->key_digits);
    return (struct bytes){(const uint8_t *)text->data, text->size};
}

/* A value that no other operation writes: the operation's name, filled with dots
 * to its size. */
static struct bytes make_value(struct world *world, const struct attempt *attempt,
                               const struct client_setting *setting)
{
    char name[LABEL_MAX + 24];
    struct text text;
    text_init(&text, name, sizeof name);
    text_str(&text, setting->name);
    text_char(&text, '#');
    text_u64(&text, attempt->number);
    uint64_t wanted = sample(&setting->value_size, draw(world, STREAM_CLIENT_SIZE, attempt));
    uint32_t size = (uint32_t)MAX((uint64_t)text.size, MIN(wanted, (uint64_t)VALUE_SIZE_MAX));
    if (setting->puts == PUTS_APPEND)
        return client_append_item(world, attempt->client, attempt->key,
                                  (struct bytes){(const uint8_t *)name, text.size});
    uint8_t *value = heap_alloc(&world->state->heap, size);
    memset(value, '.', size);
    memcpy(value, name, text.size);
    return (struct bytes){value, size};
}

/* "e3": an element of a set; "f3": a field of a map. */
static struct bytes make_element(struct world *world, const struct attempt *attempt,
                                 const struct client_setting *setting, char letter)
{
    char name[24];
    struct text text;
    text_init(&text, name, sizeof name);
    text_char(&text, letter);
    uint64_t bits = draw(world, STREAM_CLIENT_ELEMENT, attempt);
    text_u64(&text, 1 + mix_below(bits, MAX(setting->element_count, 1u)));
    uint8_t *copy = heap_alloc(&world->state->heap, text.size);
    memcpy(copy, name, text.size);
    return (struct bytes){copy, text.size};
}

/* What a loop's operation brings along, besides its key. */
static void draw_content(struct world *world, struct attempt *attempt,
                         const struct client_setting *setting)
{
    switch (attempt->kind) {
    case OPERATION_SET: attempt->name = make_element(world, attempt, setting, 'f'); break;
    case OPERATION_UNSET: attempt->name = make_element(world, attempt, setting, 'f'); return;
    case OPERATION_ADD:
    case OPERATION_REMOVE:
        attempt->value = make_element(world, attempt, setting, 'e');
        return;
    case OPERATION_INCREMENT: attempt->amount = 1; return;
    case OPERATION_PUT: break;
    default: return;
    }
    attempt->value = make_value(world, attempt, setting);
}

void client_redraw(struct world *world, const struct operation *operation, struct bytes *value,
                   struct bytes *name)
{
    struct client_setting setting = *setting_of(world, operation->client);
    struct attempt attempt = {.client = operation->client,
                              .kind = operation->kind,
                              .number = about_request_operation(operation->request)};
    if (setting.puts == PUTS_APPEND) {
        setting.puts = PUTS_BLIND; /* without what was read */
        setting.value_size = distribution_constant(0);
    }
    draw_content(world, &attempt, &setting);
    *value = attempt.value;
    *name = attempt.name;
}

static void resolve_level(const struct world *world, struct attempt *attempt)
{
    const struct node_config *config = &world->scenario->node;
    if (attempt->level == LEVEL_DEFAULT)
        attempt->level = attempt->kind == OPERATION_GET ? config->read_level : config->write_level;
}

static const struct extra_plan *extra_plan_at(const struct world *world, uint64_t index)
{
    return chain_at(&clientele_of(world)->extra_plans, index);
}

static const struct operation_plan *plan_at(const struct world *world, uint32_t client,
                                            uint32_t plan)
{
    if (plan & PLAN_EXTRA)
        return world_action_at(world, extra_plan_at(world, plan & ~PLAN_EXTRA)->source)->operation;
    return &setting_of(world, client)->plans[plan];
}

static struct attempt planned_attempt(struct world *world, uint32_t client, uint32_t plan_index,
                                      uint64_t number, uint8_t retry, uint32_t avoid)
{
    const struct operation_plan *plan = plan_at(world, client, plan_index);
    struct attempt attempt = {
        .client = client, .plan = plan_index, .number = number, .attempt = retry, .avoid = avoid};
    attempt.kind = plan->kind;
    attempt.level = plan->level;
    attempt.explicit_count = plan->explicit_count;
    attempt.is_sloppy = plan->is_sloppy;
    attempt.timeout_ns = plan->timeout_ns;
    attempt.key = (struct bytes){(const uint8_t *)plan->key, (uint32_t)strlen(plan->key)};
    attempt.value = plan->value;
    attempt.is_blind = plan->is_blind;
    attempt.amount = plan->amount;
    if (plan->field)
        attempt.name = (struct bytes){(const uint8_t *)plan->field, (uint32_t)strlen(plan->field)};
    if (plan->is_appended)
        attempt.value = client_append_item(world, client, attempt.key, plan->value);
    attempt.coordinator = choose_coordinator(world, &attempt, plan->via);
    return attempt;
}

static struct attempt drawn_attempt(struct world *world, uint32_t client, uint64_t number,
                                    uint8_t retry, uint32_t role, uint32_t avoid,
                                    struct text *key_text)
{
    const struct client_setting *setting = setting_of(world, client);
    struct attempt attempt = {.client = client,
                              .plan = PLAN_NONE,
                              .role = role,
                              .number = number,
                              .attempt = retry,
                              .avoid = avoid};
    attempt.kind = role == ROLE_WRITE_BACK ? OPERATION_PUT : choose_kind(world, &attempt, setting);
    attempt.is_blind = setting->puts == PUTS_BLIND && attempt.kind == OPERATION_PUT;
    if (attempt.kind == OPERATION_PUT && setting->puts != PUTS_BLIND && role == ROLE_ALONE) {
        attempt.kind = OPERATION_GET;
        attempt.role = ROLE_READ_FIRST;
    }
    bool is_get = attempt.kind == OPERATION_GET;
    attempt.level = is_get ? setting->level_read : setting->level_write;
    attempt.explicit_count = is_get ? setting->explicit_read : setting->explicit_write;
    attempt.is_sloppy = setting->is_sloppy;
    vtime hurry_ns = client_at(world, client)->hurry_ns;
    attempt.timeout_ns = hurry_ns ? MIN(hurry_ns, setting->timeout_ns) : setting->timeout_ns;
    attempt.key = choose_key(world, &attempt, setting, key_text);
    draw_content(world, &attempt, setting);
    attempt.coordinator = choose_coordinator(world, &attempt, setting->via);
    return attempt;
}

/* --- asking -------------------------------------------------------------------------- */

static uint32_t add_to_history(struct world *world, const struct attempt *attempt)
{
    struct clientele *clientele = clientele_of(world);
    const struct node_config *config = &world->scenario->node;
    uint32_t index = (uint32_t)chain_count(&clientele->history);
    struct operation *operation = chain_append(&clientele->history);
    *operation = (struct operation){
        .request = attempt->request,
        .client = attempt->client,
        .key = client_key_index(world, attempt->key),
        .kind = attempt->kind,
        .level = attempt->level,
        .attempt = attempt->attempt,
        .needed = (uint8_t)level_needed((enum level)attempt->level, attempt->explicit_count,
                                        config->replication),
        .coordinator = attempt->coordinator,
        .invoked = world->state->now,
        .completed = VTIME_NEVER,
        .told = VTIME_NEVER,
        .value = attempt->kind == OPERATION_INCREMENT ? (uint64_t)attempt->amount
                 : attempt->value.data                ? value_identity(attempt->value)
                                                      : VALUE_ABSENT};
    const struct known_key *known = client_known(world, attempt->client, attempt->key);
    if (known && attempt->kind != OPERATION_GET && !attempt->is_blind)
        operation->seen = known->operation;
    bool is_named = attempt->kind == OPERATION_PUT || attempt->kind == OPERATION_SET;
    bool is_list = attempt->plan == PLAN_NONE
                       ? setting_of(world, attempt->client)->puts == PUTS_APPEND
                       : plan_at(world, attempt->client, attempt->plan)->is_appended;
    if (is_named && is_list)
        client_name_value(world, operation->value, attempt->value);
    if (is_named && !table_has(&clientele->values, operation->value))
        table_set(&clientele->values, operation->value, index + 1);
    clientele->begun[attempt->kind]++;
    return index;
}

/* The counter of stale reads wants one operation at a time of each caller; a client in
 * open loop has many, so the flight stands in for it. */
static void tell_stale_counter(struct world *world, const struct operation *operation,
                               uint32_t flight_index, bool is_return)
{
    struct bytes key = world_key(world, operation->key);
    bool is_object = config_table(&world->scenario->node, key)->kind != VERSION_PLAIN;
    if (is_object || operation->kind > OPERATION_DELETE)
        return; /* whether an object is old is not to be told from one value */
    struct operation as_called = *operation;
    as_called.client = flight_index;
    if (!is_return)
        stale_on_call(&world->state->stale, &as_called);
    else if (operation->completed != VTIME_NEVER)
        stale_on_return(&world->state->stale, &as_called);
}

/* A client that bounds what it has in flight keeps a slow cluster from filling its own memory. */
static bool is_full(const struct world *world, uint32_t client)
{
    uint32_t most = setting_of(world, client)->in_flight_max;
    return most && client_at(world, client)->in_flight >= most;
}

static void conclude(struct world *world, uint32_t flight_index, enum outcome outcome);

/* It is told so by itself, at once: nothing was sent. */
static void refuse_own(struct world *world, uint32_t flight_index)
{
    struct in_flight *flight = pool_at(&clientele_of(world)->flights, flight_index);
    struct operation *operation = history_at(world, flight->history_index);
    struct queue_event timeout;
    queue_cancel(&world->state->queue, flight->timer, &timeout);
    operation->record_told =
        world_record(world, TRACE_TOLD, CLIENT_ADDRESS_BASE + flight->client, operation->request,
                     OUTCOME_OVERLOADED, 0, TRACE_NO_VALUE);
    conclude(world, flight_index, OUTCOME_OVERLOADED);
}

static void begin_attempt(struct world *world, struct attempt *attempt)
{
    struct clientele *clientele = clientele_of(world);
    resolve_level(world, attempt);
    attempt->request = about_request(setting_of(world, attempt->client)->identity, attempt->number,
                                     attempt->attempt);
    uint32_t index = add_to_history(world, attempt);
    struct operation *operation = history_at(world, index);
    uint64_t token = murmur3_token(attempt->key);
    world->state->cause =
        world_record(world, TRACE_INVOKE, CLIENT_ADDRESS_BASE + attempt->client, attempt->request,
                     attempt->kind, token, attempt->coordinator);
    operation->record_invoked = world->state->cause;

    uint32_t flight_index;
    struct in_flight *flight = pool_take(&clientele->flights, &flight_index);
    bool is_refused = is_full(world, attempt->client);
    *flight = (struct in_flight){.client = attempt->client,
                                 .history_index = index,
                                 .plan = attempt->plan,
                                 .role = (uint8_t)attempt->role,
                                 .is_refused = is_refused};
    struct queue_event timeout = {.time = world->state->now + attempt->timeout_ns,
                                  .identity = mix_pair(attempt->request, SIM_GIVE_UP),
                                  .payload = flight_index,
                                  .kind = SIM_GIVE_UP};
    flight->timer = queue_push_cancellable(&world->state->queue, &timeout);
    table_set(&clientele->in_flight, attempt->request, flight_index);
    client_at(world, attempt->client)->in_flight++;
    tell_stale_counter(world, operation, flight_index, false);
    if (attempt->attempt == 0)
        client_deposit(world, attempt->client);
    if (is_refused) {
        refuse_own(world, flight_index);
        return;
    }
    client_saw_asked(world, attempt->client, attempt->coordinator);
    client_send(world, attempt);
}

static void begin_planned(struct world *world, uint32_t client, uint32_t plan, uint64_t number,
                          uint8_t retry, uint32_t avoid)
{
    struct attempt attempt = planned_attempt(world, client, plan, number, retry, avoid);
    begin_attempt(world, &attempt);
    if (plan_at(world, client, plan)->is_appended)
        heap_free(&world->state->heap, (void *)(uintptr_t)attempt.value.data);
}

static void begin_drawn(struct world *world, uint32_t client, uint64_t number, uint8_t retry,
                        uint32_t role, uint32_t avoid)
{
    char key[LABEL_MAX + 24];
    struct text text;
    text_init(&text, key, sizeof key);
    struct attempt attempt = drawn_attempt(world, client, number, retry, role, avoid, &text);
    begin_attempt(world, &attempt);
    if (attempt.name.data)
        heap_free(&world->state->heap, (void *)(uintptr_t)attempt.name.data);
    heap_free(&world->state->heap, (void *)(uintptr_t)attempt.value.data);
}

/* --- when ---------------------------------------------------------------------------- */

static void wake_at(struct world *world, uint32_t client, uint32_t plan, vtime time)
{
    uint64_t identity = mix_pair(setting_of(world, client)->identity, plan);
    world_push(world, time, SIM_CLIENT_WAKE, client, plan, identity);
}

static vtime think(struct world *world, uint32_t client, uint64_t number)
{
    struct attempt attempt = {.client = client, .number = number};
    return sample(&setting_of(world, client)->think, draw(world, STREAM_CLIENT_THINK, &attempt));
}

static bool has_more(const struct world *world, uint32_t client)
{
    const struct client_setting *setting = setting_of(world, client);
    return !setting->operations || client_at(world, client)->next_operation <= setting->operations;
}

/* Schedule the next operation of a loop, counted from now. */
static void schedule_next(struct world *world, uint32_t client, vtime from)
{
    if (!has_more(world, client))
        return;
    vtime time = from + think(world, client, client_at(world, client)->next_operation);
    if (time < setting_of(world, client)->stop_ns)
        wake_at(world, client, PLAN_NONE, time);
}

static void wake_loop(struct world *world, uint32_t client_index)
{
    struct client *client = client_at(world, client_index);
    if (client->is_stopped) {
        client->is_waiting = true;
        return;
    }
    uint64_t number = client->next_operation;
    client->next_operation += setting_of(world, client_index)->puts == PUTS_BLIND ? 1 : 2;
    if (setting_of(world, client_index)->loop == CLIENT_OPEN)
        schedule_next(world, client_index, world->state->now);
    begin_drawn(world, client_index, number, 0, ROLE_ALONE, ANY_NODE);
}

void client_wake(struct world *world, uint32_t client, uint32_t plan)
{
    if (plan == PLAN_NONE) {
        wake_loop(world, client);
    } else if (client_at(world, client)->is_stopped) {
        struct held_plan *held = chain_append(&clientele_of(world)->held);
        *held = (struct held_plan){client, plan};
    } else {
        uint64_t number = setting_of(world, client)->plans[plan].number;
        begin_planned(world, client, plan, number, 0, ANY_NODE);
    }
}

/* Plans that were to follow `plan` begin their wait now. */
static void schedule_followers(struct world *world, uint32_t client, uint32_t plan)
{
    const struct client_setting *setting = setting_of(world, client);
    for (uint32_t i = 0; i < setting->plan_count; i++)
        if (setting->plans[i].after == (int32_t)plan)
            wake_at(world, client, i, world->state->now + setting->plans[i].at);
}

/* An operation is over for good: what comes next? */
static void go_on(struct world *world, uint32_t client, uint32_t plan)
{
    if (plan != PLAN_NONE && !(plan & PLAN_EXTRA))
        schedule_followers(world, client, plan);
    else if (plan == PLAN_NONE && setting_of(world, client)->loop == CLIENT_CLOSED)
        schedule_next(world, client, world->state->now);
}

/* --- being told ---------------------------------------------------------------------- */

static struct in_flight take_flight(struct world *world, uint32_t flight_index)
{
    struct clientele *clientele = clientele_of(world);
    struct in_flight flight = *(struct in_flight *)pool_at(&clientele->flights, flight_index);
    table_remove(&clientele->in_flight, history_at(world, flight.history_index)->request);
    pool_give(&clientele->flights, flight_index);
    client_at(world, flight.client)->in_flight--;
    return flight;
}

static void begin_again(struct world *world, const struct waiting_retry *retry)
{
    if (retry->plan == PLAN_NONE)
        begin_drawn(world, retry->client, retry->number, retry->attempt, retry->role,
                    retry->avoid);
    else
        begin_planned(world, retry->client, retry->plan, retry->number, retry->attempt,
                      retry->avoid);
}

void client_retry(struct world *world, uint32_t index)
{
    struct pool *retries = &clientele_of(world)->retries;
    struct waiting_retry retry = *(struct waiting_retry *)pool_at(retries, index);
    pool_give(retries, index);
    world->state->cause = retry.cause;
    begin_again(world, &retry);
}

/* Now, or after a pause. */
static void schedule_retry(struct world *world, struct waiting_retry retry, uint64_t request)
{
    struct pool *retries = &clientele_of(world)->retries;
    vtime pause = client_backoff(world, retry.client, retry.number, retry.attempt);
    if (pause == 0) {
        begin_again(world, &retry);
        return;
    }
    retry.cause = world_record(world, TRACE_RETRY, CLIENT_ADDRESS_BASE + retry.client, request,
                               retry.attempt, pause, 0);
    uint32_t index;
    *(struct waiting_retry *)pool_take(retries, &index) = retry;
    world_push(world, world->state->now + pause, SIM_CLIENT_RETRY, retry.client, index,
               mix_pair(request, SIM_CLIENT_RETRY));
}

/* Try again if the plan or the setting says so; else the operation is over. */
static void retry_or_go_on(struct world *world, const struct in_flight *flight)
{
    const struct operation operation = *history_at(world, flight->history_index);
    uint32_t hurried = (uint32_t)client_at(world, flight->client)->hurry_retries;
    uint32_t retries = flight->plan == PLAN_NONE
                           ? MAX(setting_of(world, flight->client)->retry.retries, hurried)
                           : plan_at(world, flight->client, flight->plan)->retries;
    if (operation.outcome == OUTCOME_OK && flight->role == ROLE_READ_FIRST) {
        uint64_t next = about_request_operation(operation.request) + 1;
        begin_drawn(world, flight->client, next, 0, ROLE_WRITE_BACK, ANY_NODE);
        return;
    }
    bool is_over = operation.outcome == OUTCOME_OK || operation.attempt >= retries;
    if (!is_over && !flight->is_refused && !client_withdraw(world, flight->client)) {
        world_record(world, TRACE_RETRY_WITHHELD, CLIENT_ADDRESS_BASE + flight->client,
                     operation.request, operation.attempt + 1u, 0, 0);
        is_over = true;
    }
    if (is_over || flight->is_refused) {
        go_on(world, flight->client, flight->plan);
        return;
    }
    uint8_t role = flight->role == ROLE_WRITE_BACK ? ROLE_WRITE_BACK : ROLE_ALONE;
    struct waiting_retry retry = {.client = flight->client,
                                  .plan = flight->plan,
                                  .number = about_request_operation(operation.request),
                                  .avoid = operation.coordinator,
                                  .attempt = (uint8_t)(operation.attempt + 1),
                                  .role = role};
    schedule_retry(world, retry, operation.request);
}

static void conclude(struct world *world, uint32_t flight_index, enum outcome outcome)
{
    struct in_flight flight = take_flight(world, flight_index);
    struct operation *operation = history_at(world, flight.history_index);
    vtime now = world->state->now;
    bool is_certain = outcome == OUTCOME_OK || outcome_is_refusal(outcome);
    operation->outcome = (uint8_t)outcome;
    operation->told = now;
    operation->completed = is_certain ? now : VTIME_NEVER;
    clientele_of(world)->told[operation->kind][outcome]++;
    if (!world->is_unmetered)
        meter_told(world, operation);
    tell_stale_counter(world, operation, flight_index, true);
    if (!flight.is_refused)
        client_saw_answer(world, flight.client, operation->coordinator, now - operation->invoked);
    retry_or_go_on(world, &flight);
}

void client_give_up(struct world *world, uint32_t flight_index)
{
    struct in_flight *flight = pool_at(&clientele_of(world)->flights, flight_index);
    struct operation *operation = history_at(world, flight->history_index);
    world->state->cause = operation->record_invoked;
    operation->record_told =
        world_record(world, TRACE_GIVE_UP, CLIENT_ADDRESS_BASE + flight->client, operation->request,
                     0, world->state->now - operation->invoked, 0);
    world->state->cause = operation->record_told;
    conclude(world, flight_index, OUTCOME_TIMEOUT);
}

/* What goes into the record: only a get that is ok has returned something. */
static uint64_t returned_value(const struct operation *operation, enum outcome outcome)
{
    bool has_value = operation->kind == OPERATION_GET && outcome == OUTCOME_OK;
    return has_value ? operation->value : TRACE_NO_VALUE;
}

static void take_reply(struct world *world, uint32_t index,
                       const struct message_client_reply *reply)
{
    struct operation *operation = history_at(world, index);
    operation->acknowledged = reply->acknowledged;
    operation->timestamp = reply->timestamp;
    struct client *client = client_at(world, operation->client);
    client->newest_timestamp = MAX(client->newest_timestamp, reply->timestamp);
    if (operation->kind == OPERATION_GET && reply->outcome == OUTCOME_OK)
        client_learn(world, index, reply);
    operation->record_told =
        world_record(world, TRACE_TOLD, CLIENT_ADDRESS_BASE + operation->client, operation->request,
                     reply->outcome, world->state->now - operation->invoked,
                     returned_value(operation, (enum outcome)reply->outcome));
    world->state->cause = operation->record_told;
}

void client_receive(struct world *world, uint32_t client, uint32_t from, const uint8_t *data,
                    uint32_t size)
{
    struct message message;
    enum reason reason = message_decode(&message, data, size);
    if (reason != REASON_NONE) {
        world_record(world, TRACE_NOTE + NOTE_MESSAGE_REJECTED, CLIENT_ADDRESS_BASE + client, 0,
                     reason, size, from);
        return;
    }
    if (message.kind != MESSAGE_CLIENT_REPLY)
        return;
    struct clientele *clientele = clientele_of(world);
    uint64_t *flight_index = table_find(&clientele->in_flight, message.client_reply.request);
    if (!flight_index)
        return; /* too late, or twice: the client has moved on */
    uint32_t index = (uint32_t)*flight_index;
    struct in_flight *flight = pool_at(&clientele->flights, index);
    struct queue_event timeout;
    queue_cancel(&world->state->queue, flight->timer, &timeout);
    take_reply(world, flight->history_index, &message.client_reply);
    conclude(world, index, (enum outcome)message.client_reply.outcome);
}

/* --- beginning, and actions ---------------------------------------------------------- */

static void begin_client(struct world *world, uint32_t client)
{
    const struct client_setting *setting = setting_of(world, client);
    client_at(world, client)->next_operation = 1;
    if (setting->loop != CLIENT_SCRIPT) {
        schedule_next(world, client, setting->start_ns);
        return;
    }
    for (uint32_t i = 0; i < setting->plan_count; i++)
        if (setting->plans[i].after < 0)
            wake_at(world, client, i, setting->plans[i].at);
}

void clients_init(struct world *world)
{
    struct clientele *clientele = clientele_of(world);
    struct heap *heap = &world->state->heap;
    clientele->clients =
        heap_alloc(heap, MAX(world->scenario->client_count, 1) * sizeof *clientele->clients);
    chain_init(&clientele->history, heap, sizeof(struct operation));
    table_init(&clientele->in_flight, heap);
    pool_init(&clientele->flights, heap, sizeof(struct in_flight));
    pool_init(&clientele->retries, heap, sizeof(struct waiting_retry));
    table_init(&clientele->keys, heap);
    chain_init(&clientele->key_names, heap, sizeof(struct bytes));
    table_init(&clientele->values, heap);
    table_init(&clientele->known, heap);
    chain_init(&clientele->known_keys, heap, sizeof(struct known_key));
    chain_init(&clientele->returned, heap, sizeof(uint64_t));
    table_init(&clientele->spoken, heap);
    chain_init(&clientele->texts, heap, sizeof(struct bytes));
    table_init(&clientele->before, heap);
    chain_init(&clientele->extra_plans, heap, sizeof(struct extra_plan));
    chain_init(&clientele->held, heap, sizeof(struct held_plan));
    for (uint32_t i = 0; i < world->scenario->client_count; i++)
        begin_client(world, i);
}

/* An action's operation gets a number of its own, out of the way of the loop's and the
 * script's. It is a hash of what is asked, not a count: taking one action away must not
 * shift the operations of the others. */
#define EXTRA_NUMBERS (UINT64_C(1) << (ABOUT_OPERATION_BITS - 1))

uint32_t client_extra_index(const struct world *world, uint64_t number)
{
    uint64_t count = chain_count(&clientele_of(world)->extra_plans);
    for (uint64_t i = 0; i < count; i++)
        if (extra_plan_at(world, i)->number == number)
            return (uint32_t)i + 1;
    return 0;
}

bool client_planned_value(const struct world *world, uint32_t client, uint64_t number,
                          struct bytes *value)
{
    const struct client_setting *setting = setting_of(world, client);
    uint32_t extra = client_extra_index(world, number), plan = PLAN_EXTRA | (extra - 1);
    uint32_t scripted = client_plan_index(setting, number);
    if (!extra && scripted == setting->plan_count)
        return false;
    *value = plan_at(world, client, extra ? plan : scripted)->value;
    return true;
}

static uint64_t new_extra_number(const struct world *world, const struct operation_plan *plan)
{
    struct bytes key = {(const uint8_t *)plan->key, strlen(plan->key)};
    uint64_t hash = mix_pair(mix_pair(murmur3_token(key), plan->kind), value_identity(plan->value));
    uint64_t number = hash % EXTRA_NUMBERS;
    while (client_extra_index(world, EXTRA_NUMBERS + number)) /* the same thing again */
        number = (number + 1) % EXTRA_NUMBERS;
    return EXTRA_NUMBERS + number;
}

void client_perform(struct world *world, uint32_t client, const struct operation_plan *plan)
{
    struct clientele *clientele = clientele_of(world);
    uint64_t number = new_extra_number(world, plan);
    uint32_t index = (uint32_t)chain_count(&clientele->extra_plans);
    struct extra_plan *extra = chain_append(&clientele->extra_plans);
    *extra = (struct extra_plan){world_action_source(world, plan), number};
    begin_planned(world, client, PLAN_EXTRA | index, number, 0, ANY_NODE);
}

/* Plans that came due meanwhile begin now. */
static void release_held(struct world *world, uint32_t client)
{
    struct chain *chain = &clientele_of(world)->held;
    uint64_t kept = 0;
    for (uint64_t i = 0; i < chain_count(chain); i++) {
        struct held_plan held = *(struct held_plan *)chain_at(chain, i);
        if (held.client == client)
            wake_at(world, client, held.plan, world->state->now);
        else
            *(struct held_plan *)chain_at(chain, kept++) = held;
    }
    chain_truncate(chain, kept);
}

void clients_stop(struct world *world, uint32_t client, bool is_stopped)
{
    for (uint32_t i = 0; i < world->scenario->client_count; i++) {
        if (client != ALL_MEMBERS && client != i)
            continue;
        struct client *entry = client_at(world, i);
        entry->is_stopped = is_stopped;
        world_record(world, TRACE_CLIENTS, CLIENT_ADDRESS_BASE + i, 0, !is_stopped, 0, 0);
        if (is_stopped)
            continue;
        release_held(world, i);
        if (entry->is_waiting) {
            entry->is_waiting = false;
            wake_at(world, i, PLAN_NONE, world->state->now);
        }
    }
}

void clients_hurry(struct world *world, uint32_t client, vtime timeout_ns, uint32_t retries)
{
    for (uint32_t i = 0; i < world->scenario->client_count; i++) {
        if (client != ALL_MEMBERS && client != i)
            continue;
        struct client *entry = client_at(world, i);
        entry->hurry_ns = timeout_ns;
        entry->hurry_retries = retries;
        world_record(world, TRACE_HURRY, CLIENT_ADDRESS_BASE + i, 0, timeout_ns, retries, 0);
    }
}
