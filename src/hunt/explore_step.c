/*
 * explore_step.c: a choice taken, by the real objects or from memory.
 *
 * What a step changes is one part (a node or a client, with the events that wait for it) and the
 * messages that it sends. So its result is a function of three things, and is kept under them:
 *
 *     (number of the part's state, choice, clock)  ->  (number of its state then, messages)
 *
 * The first time, the world is put where the path leads: from the snapshot of the beginning, or on
 * from where it stands when that lies on the way. Then the step is made, and looked at: the part
 * is hashed, what is new in the queue are the messages. Anything else that is new there would
 * mean that a step reached beyond its part, and fails a CHECK.
 *
 * A message to a node that is down, or to a life of it that is over, is lost whenever it arrives
 * (sim/net/net.c: why_lost), and nobody is told: it is taken out at once.
 */
#include "hunt/explore_parts.h"

#include <string.h>

#include "db/timers.h"

static uint32_t part_of_address(const struct explore *x, uint32_t address)
{
    return address < CLIENT_ADDRESS_BASE ? address
                                         : x->node_count + (address - CLIENT_ADDRESS_BASE);
}

/* Whose event is it? EXPLORE_NONE: nobody's (a look of a check). */
static uint32_t part_of_event(const struct explore *x, const struct queue_event *event)
{
    const struct clientele *clients = &x->world.state->clients;
    if (world_is_of_a_life(event->kind))
        return event->node;
    switch (event->kind) {
    case SIM_CLIENT_WAKE: return x->node_count + event->node;
    case SIM_CLIENT_RETRY:
        return x->node_count +
               ((const struct waiting_retry *)pool_at(&clients->retries, event->payload))->client;
    case SIM_GIVE_UP:
        return x->node_count +
               ((const struct in_flight *)pool_at(&clients->flights, event->payload))->client;
    default: return EXPLORE_NONE;
    }
}

/* --- looking at the world ---------------------------------------------------------------- */

/* Events of a part in the order of the queue: its index there names an event. */
static uint32_t own_events(const struct explore *x, uint32_t part, struct queue_event *list)
{
    const struct queue *queue = &x->world.state->queue;
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint32_t count = 0;
    while (queue_visit(queue, &cursor, &event)) {
        if (event.kind == SIM_ARRIVE || part_of_event(x, &event) != part)
            continue;
        if (count == EXPLORE_OWN_MAX)
            return count + 1;
        uint32_t at = count++;
        for (; at > 0 && queue_is_before(queue, &event, &list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = event;
    }
    return count;
}

/* Timers that come round for ever keep nobody waiting. */
static bool is_pressing(const struct explore *x, const struct queue_event *event)
{
    if (event->kind != SIM_TIMER)
        return event->kind == SIM_GIVE_UP || event->kind == SIM_CLIENT_RETRY;
    const struct sim_timer *timer = pool_at(&x->world.state->timers, event->payload);
    return timer->kind == TIMER_LOG_SYNC || timer->kind == TIMER_OPERATION ||
           timer->kind == TIMER_SPECULATE;
}

static void look_at_part(struct explore *x, uint32_t part, struct explore_local *local)
{
    struct queue_event events[EXPLORE_OWN_MAX];
    uint32_t count = own_events(x, part, events);
    memset(local, 0, sizeof *local);
    local->part = part;
    bool is_node = part < x->node_count;
    local->is_up = !is_node || machine_at(&x->world, part)->state != NODE_DOWN;
    local->digest = is_node ? handpick_node_digest(&x->world, part)
                            : handpick_client_digest(&x->world, part - x->node_count);
    digest_word(&local->digest, part);
    if (count > EXPLORE_OWN_MAX) {
        x->trouble = "more events wait for one node or client than the explorer takes";
        return;
    }
    local->own_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        struct digest one = handpick_event_digest(&x->world, &events[i]);
        local->own[i] = (struct explore_own){.due = events[i].time, .kind = events[i].kind};
        local->is_open |= is_pressing(x, &events[i]);
        digest_word(&local->digest, one.low);
        digest_word(&local->digest, one.high);
    }
}

static uint32_t look_at_message(struct explore *x, const struct queue_event *event)
{
    const struct parcel *parcel = pool_at(&x->world.state->net.parcels, event->payload);
    struct explore_message message = {.digest = handpick_event_digest(&x->world, event),
                                      .from = part_of_address(x, parcel->from),
                                      .to = part_of_address(x, parcel->to),
                                      .kind = parcel->kind,
                                      .identity = parcel->identity,
                                      .about = parcel->about,
                                      .copy = parcel->copy};
    return explore_message_number(x, &message);
}

/* Can it still arrive? */
static bool is_alive(const struct explore *x, const struct queue_event *event)
{
    const struct parcel *parcel = pool_at(&x->world.state->net.parcels, event->payload);
    if (!is_node_address(&x->world, parcel->to))
        return true;
    const struct machine *machine = machine_at(&x->world, parcel->to);
    return machine->state != NODE_DOWN && machine->incarnation == parcel->incarnation;
}

/* The pending message of this number that was sent first. */
static bool find_message(struct explore *x, uint32_t number, struct queue_event *found)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    bool is_found = false;
    while (queue_visit(&x->world.state->queue, &cursor, &event)) {
        if (event.kind != SIM_ARRIVE || (is_found && event.sequence > found->sequence) ||
            !is_alive(x, &event) || look_at_message(x, &event) != number)
            continue;
        *found = event;
        is_found = true;
    }
    return is_found;
}

/* --- in the world -------------------------------------------------------------------------- */

/* Where the clock stands when this event happens. A node's timer fires in the last nanosecond
 * before it is due: so several that are due together can fire in any order, with other things
 * between them, and a scenario can say so ("fire_timer"). */
vtime explore_time_of(const struct explore *x, vtime now, uint8_t kind, vtime due)
{
    switch (kind) {
    case SIM_CLIENT_WAKE: return now + EXPLORE_TICK;
    case SIM_TIMER: return x->order.has_timers ? now : MAX(now, due - 1);
    case SIM_GIVE_UP:
    case SIM_CLIENT_RETRY: return MAX(now, due);
    default: return now;
    }
}

/* The event of the queue that a choice means, where the world stands. */
struct queue_event explore_event(struct explore *x, uint32_t choice)
{
    struct queue_event events[EXPLORE_OWN_MAX], event;
    uint32_t which = choice_which(choice);
    if (choice_kind(choice) == EXPLORE_DELIVER || choice_kind(choice) == EXPLORE_LOSE) {
        bool is_found = find_message(x, which, &event);
        CHECK_WHY(is_found, "a message that the explorer takes for pending is not");
        return event;
    }
    uint32_t index = which & ((1u << CHOICE_INDEX_BITS) - 1);
    uint32_t count = own_events(x, which >> CHOICE_INDEX_BITS, events);
    CHECK_WHY(index < count, "an event that the explorer takes for pending is not");
    return events[index];
}

static void take_really(struct explore *x, uint32_t choice)
{
    vtime now = x->world.state->now;
    struct action action = {.target = choice_which(choice)};
    switch (choice_kind(choice)) {
    case EXPLORE_LOSE: return; /* it stays where it is, and nobody picks it */
    case EXPLORE_CRASH:
        action.kind = ACTION_CRASH;
        action.mode = CRASH_LOSE;
        handpick_do(&x->world, &action, now);
        return;
    case EXPLORE_RESTART:
        action.kind = ACTION_RESTART;
        handpick_do(&x->world, &action, now);
        return;
    default: break;
    }
    struct queue_event event = explore_event(x, choice);
    handpick_take(&x->world, &event, explore_time_of(x, now, event.kind, event.time));
}

/* Go on from where the world stands when that is on the way; else from the beginning. */
void explore_go(struct explore *x, const uint32_t *path, uint32_t length)
{
    bool is_on_the_way = x->is_at_known && x->at_length <= length &&
                         memcmp(x->at, path, x->at_length * sizeof *path) == 0;
    if (!is_on_the_way) {
        snapshot_restore(&x->store, &x->world.region, x->root);
        x->at_length = 0;
        x->is_at_known = true;
    }
    for (; x->at_length < length; x->result.replayed++) {
        uint32_t choice = path[x->at_length];
        take_really(x, choice);
        x->at[x->at_length++] = choice;
    }
}

/* What came into the queue with the last step. */
static uint32_t look_at_sent(struct explore *x, uint32_t part, uint64_t pushed_before)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint32_t count = 0;
    while (queue_visit(&x->world.state->queue, &cursor, &event)) {
        if (event.sequence <= pushed_before)
            continue;
        CHECK_WHY(event.kind == SIM_ARRIVE || part_of_event(x, &event) == part,
                  "a step reached beyond the node or client that made it");
        if (event.kind != SIM_ARRIVE || !is_alive(x, &event))
            continue;
        explore_sent_add(x, look_at_message(x, &event));
        count++;
    }
    return count;
}

static void make_step(struct explore *x, const uint32_t *path, uint32_t length, uint32_t choice,
                      uint32_t part, struct explore_memo *memo)
{
    struct explore_local local;
    explore_go(x, path, length);
    uint64_t pushed = x->world.state->queue.push_count;
    CHECK_WHY(x->world.state->now == memo->now, "the explorer's clock is not that of the world");
    take_really(x, choice);
    CHECK(x->at_length < EXPLORE_PATH_MAX);
    x->at[x->at_length++] = choice;
    x->result.made++;
    look_at_part(x, part, &local);
    memo->after = explore_local_number(x, &local);
    memo->sent_first = x->sent_count;
    memo->sent_count = look_at_sent(x, part, pushed);
}

/* --- on states ------------------------------------------------------------------------------ */

static void add_message(struct explore *x, struct explore_state *state, uint32_t number)
{
    if (!x->locals[state->local[x->messages[number].to]].is_up)
        return;
    if (state->message_count == EXPLORE_MESSAGES_MAX) {
        x->trouble = "more messages are in flight than the explorer takes";
        return;
    }
    uint32_t at = state->message_count++;
    for (; at > 0 && state->messages[at - 1] > number; at--)
        state->messages[at] = state->messages[at - 1];
    state->messages[at] = number;
}

static void remove_message(struct explore_state *state, uint32_t number)
{
    uint32_t at = 0;
    while (state->messages[at] != number)
        at++;
    state->message_count--;
    for (; at < state->message_count; at++)
        state->messages[at] = state->messages[at + 1];
    state->messages[state->message_count] = 0;
}

static void remove_messages_to(const struct explore *x, struct explore_state *state, uint32_t part)
{
    uint32_t kept = 0, count = state->message_count;
    for (uint32_t i = 0; i < count; i++)
        if (x->messages[state->messages[i]].to != part)
            state->messages[kept++] = state->messages[i];
    state->message_count = kept;
    for (uint32_t i = kept; i < count; i++)
        state->messages[i] = 0;
}

static vtime time_after(const struct explore *x, const struct explore_state *state, uint32_t choice)
{
    if (choice_kind(choice) != EXPLORE_OWN)
        return state->now;
    uint32_t which = choice_which(choice);
    const struct explore_local *local = &x->locals[state->local[which >> CHOICE_INDEX_BITS]];
    const struct explore_own *own = &local->own[which & ((1u << CHOICE_INDEX_BITS) - 1)];
    return explore_time_of(x, state->now, own->kind, own->due);
}

void explore_take(struct explore *x, const struct explore_state *state, const uint32_t *path,
                  uint32_t length, uint32_t choice, struct explore_state *next)
{
    uint32_t part = explore_part_of(x, choice);
    *next = *state;
    if (choice_kind(choice) == EXPLORE_LOSE) {
        next->drops++;
        remove_message(next, choice_which(choice));
        return;
    }
    struct explore_memo memo = {.local = state->local[part], .input = choice, .now = state->now};
    uint32_t known = x->order.is_unremembered
                         ? EXPLORE_NONE
                         : explore_memo_find(x, memo.local, choice, state->now);
    if (known == EXPLORE_NONE) {
        make_step(x, path, length, choice, part, &memo);
        if (!x->order.is_unremembered)
            explore_memo_add(x, &memo);
    } else {
        memo = x->memos[known];
    }
    next->now = time_after(x, state, choice);
    next->local[part] = memo.after;
    if (choice_kind(choice) == EXPLORE_DELIVER)
        remove_message(next, choice_which(choice));
    if (choice_kind(choice) == EXPLORE_CRASH) {
        next->crashes++;
        remove_messages_to(x, next, part);
    }
    for (uint32_t i = 0; i < memo.sent_count; i++)
        add_message(x, next, x->sent[memo.sent_first + i]);
}

struct digest explore_state_digest(const struct explore_state *state)
{
    struct digest d = digest_start();
    digest_word(&d, state->now);
    digest_word(&d, (uint64_t)state->delays << 48 | (uint64_t)state->crashes << 32 | state->drops);
    for (uint32_t i = 0; i < EXPLORE_PARTS_MAX; i += 2)
        digest_word(&d, (uint64_t)state->local[i] << 32 | state->local[i + 1]);
    for (uint32_t i = 0; i < state->message_count; i++)
        digest_word(&d, state->messages[i]);
    return d;
}

/* By what the parts are and not by their numbers: the same in any exploration. */
struct digest explore_final_digest(const struct explore *x, const struct explore_state *state)
{
    struct digest d = digest_start();
    digest_word(&d, state->now);
    digest_word(&d, (uint64_t)state->crashes << 32 | state->drops);
    for (uint32_t part = 0; part < x->part_count; part++) {
        digest_word(&d, x->locals[state->local[part]].digest.low);
        digest_word(&d, x->locals[state->local[part]].digest.high);
    }
    return d;
}

/* --- the beginning --------------------------------------------------------------------------- */

static vtime first_wake(const struct explore *x)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    vtime first = VTIME_NEVER;
    while (queue_visit(&x->world.state->queue, &cursor, &event))
        if (event.kind == SIM_CLIENT_WAKE)
            first = MIN(first, event.time);
    return first;
}

/* The world runs as ever until the first client is about to act. */
bool explore_begin(struct explore *x, struct explore_state *root, const char **why)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    x->world.is_handpicked = true;
    world_begin(&x->world, x->order.scenario, x->order.seed, NULL, 0);
    vtime first = first_wake(x);
    *why = "no client does anything, so there is nothing to explore";
    if (first == VTIME_NEVER)
        return false;
    while (world_next_time(&x->world) < first && world_step(&x->world))
        continue;
    x->start = x->world.state->now;
    for (uint32_t node = 0; node < x->node_count; node++) {
        struct action stall = {.kind = ACTION_DISK_STALL, .target = node, .amount = EXPLORE_AWAY};
        handpick_do(&x->world, &stall, x->start);
    }
    *why = "there is no memory for a snapshot";
    x->root = snapshot_take(&x->store, &x->world.region, NULL);
    if (!x->root)
        return false;
    memset(root, 0, sizeof *root);
    root->now = x->start;
    for (uint32_t part = 0; part < x->part_count; part++) {
        struct explore_local local;
        look_at_part(x, part, &local);
        root->local[part] = explore_local_number(x, &local);
    }
    while (queue_visit(&x->world.state->queue, &cursor, &event))
        if (event.kind == SIM_ARRIVE && is_alive(x, &event))
            add_message(x, root, look_at_message(x, &event));
    if (root->message_count > 0)
        x->trouble = "messages are under way when the first client acts: explore needs a cluster "
                     "without heartbeats (\"heartbeat\": \"0s\") and gossip";
    *why = x->trouble;
    return !x->trouble;
}
