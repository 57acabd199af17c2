/*
 * explore_choose.c: what may happen next, and what of it commutes.
 *
 * Choices of a state, in this order: each distinct message may arrive; each node's disk may end
 * what it began first (a device works in order); each client may begin what it is to do; a node
 * that is down may start; a timer that is due may fire. When none of these is left and somebody
 * still waits, the clock goes to the timers that are due first, those of nodes before those of
 * clients, and they may fire in any order; with `has_timers` a node's may at any moment. Besides,
 * while there are crashes and losses left, each node that is up may crash and each message be lost.
 *
 * Two choices commute when doing them in either order leads to the same state and neither takes
 * the other away. A step looks at its own part and at the clock, and adds messages. So
 *
 *     steps of different parts commute, unless one of them moves the clock (a client begins
 *     something, a timer fires) or is a crash or a restart (which decide what becomes of messages);
 *     two losses do not (there may be but one left); a loss commutes with any step that does not
 *     take the same message, and moves no clock.
 */
#include "hunt/explore_parts.h"

uint32_t explore_part_of(const struct explore *x, uint32_t choice)
{
    uint32_t which = choice_which(choice);
    switch (choice_kind(choice)) {
    case EXPLORE_DELIVER:
    case EXPLORE_LOSE: return x->messages[which].to;
    case EXPLORE_DISK:
    case EXPLORE_OWN: return which >> CHOICE_INDEX_BITS;
    default: return which;
    }
}

static void add(struct explore_choices *choices, uint32_t choice)
{
    CHECK(choices->count < EXPLORE_CHOICES_MAX);
    choices->list[choices->count++] = choice;
}

static void add_messages(const struct explore_state *state, enum explore_kind kind,
                         struct explore_choices *choices)
{
    for (uint32_t i = 0; i < state->message_count; i++)
        if (i == 0 || state->messages[i] != state->messages[i - 1])
            add(choices, choice_of(kind, state->messages[i]));
}

static bool is_timed(uint8_t kind)
{
    return kind != SIM_DISK && kind != SIM_CLIENT_WAKE;
}

static void add_own(uint32_t part, uint32_t index, const struct explore_own *own,
                    struct explore_choices *choices)
{
    add(choices, choice_of(own->kind == SIM_DISK ? EXPLORE_DISK : EXPLORE_OWN,
                           part << CHOICE_INDEX_BITS | index));
}

/* Disks and clients' turns: a device works in order, so its first operation ends first. */
static void add_untimed(const struct explore *x, const struct explore_state *state,
                        struct explore_choices *choices)
{
    for (uint32_t part = 0; part < x->part_count; part++) {
        const struct explore_local *local = &x->locals[state->local[part]];
        bool has_disk = false;
        for (uint32_t i = 0; i < local->own_count; i++) {
            bool is_disk = local->own[i].kind == SIM_DISK;
            if (!is_timed(local->own[i].kind) && !(is_disk && has_disk))
                add_own(part, i, &local->own[i], choices);
            has_disk |= is_disk;
        }
    }
}

/* Timers that fire by `until`: those of nodes, or of clients. */
static void add_timed(const struct explore *x, const struct explore_state *state, bool is_of_nodes,
                      vtime until, struct explore_choices *choices)
{
    for (uint32_t part = 0; part < x->part_count; part++) {
        const struct explore_local *local = &x->locals[state->local[part]];
        for (uint32_t i = 0; i < local->own_count; i++) {
            const struct explore_own *own = &local->own[i];
            if (is_timed(own->kind) && (own->kind == SIM_TIMER) == is_of_nodes &&
                explore_time_of(x, state->now, own->kind, own->due) <= until)
                add_own(part, i, own, choices);
        }
    }
}

static bool is_somebody_waiting(const struct explore *x, const struct explore_state *state)
{
    for (uint32_t part = 0; part < x->part_count; part++)
        if (x->locals[state->local[part]].is_open)
            return true;
    return false;
}

static vtime first_due(const struct explore *x, const struct explore_state *state)
{
    vtime first = VTIME_NEVER;
    for (uint32_t part = 0; part < x->part_count; part++) {
        const struct explore_local *local = &x->locals[state->local[part]];
        for (uint32_t i = 0; i < local->own_count; i++)
            if (is_timed(local->own[i].kind))
                first = MIN(first,
                            explore_time_of(x, state->now, local->own[i].kind, local->own[i].due));
    }
    return first;
}

static void add_nodes(const struct explore *x, const struct explore_state *state, bool is_up,
                      struct explore_choices *choices)
{
    for (uint32_t node = 0; node < x->node_count; node++)
        if (x->locals[state->local[node]].is_up == is_up)
            add(choices, choice_of(is_up ? EXPLORE_CRASH : EXPLORE_RESTART, node));
}

void explore_choices(const struct explore *x, const struct explore_state *state,
                     struct explore_choices *choices)
{
    choices->count = 0;
    add_messages(state, EXPLORE_DELIVER, choices);
    add_untimed(x, state, choices);
    add_nodes(x, state, false, choices);
    add_timed(x, state, true, state->now, choices);
    add_timed(x, state, false, state->now, choices);
    if (choices->count == 0 && is_somebody_waiting(x, state)) {
        vtime first = first_due(x, state);
        add_timed(x, state, true, first, choices);
        if (choices->count == 0)
            add_timed(x, state, false, first, choices);
    }
    choices->is_final = choices->count == 0;
    if (state->drops < x->order.drops)
        add_messages(state, EXPLORE_LOSE, choices);
    if (state->crashes < x->order.crashes)
        add_nodes(x, state, true, choices);
}

/* What lets the clock stand, and leaves all messages to others as they are. */
static bool is_still(uint32_t choice)
{
    enum explore_kind kind = choice_kind(choice);
    return kind == EXPLORE_DELIVER || kind == EXPLORE_LOSE || kind == EXPLORE_DISK;
}

bool explore_is_independent(const struct explore *x, uint32_t one, uint32_t other)
{
    if (!is_still(one) || !is_still(other))
        return false;
    bool is_loss = choice_kind(one) == EXPLORE_LOSE;
    bool is_loss_too = choice_kind(other) == EXPLORE_LOSE;
    if (!is_loss && !is_loss_too)
        return explore_part_of(x, one) != explore_part_of(x, other);
    if (is_loss && is_loss_too)
        return false;
    uint32_t step = is_loss ? other : one;
    return choice_kind(step) == EXPLORE_DISK || choice_which(one) != choice_which(other);
}
