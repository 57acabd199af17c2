/*
 * why_force.c: what is in force at a moment.
 *
 * A fault counts from its record until the one that ends it, and only for what it touches: a
 * partition for the links between its groups, a pause for its node. All questions are about the
 * time just before a record.
 */
#include "sim/why/why_parts.h"

/* The later one of the last record of two kinds; false when it is of the second. */
static bool is_open(struct why_case *c, uint32_t node, uint64_t at, uint32_t begins, uint32_t ends,
                    struct tape_record *begin)
{
    struct tape_record end;
    struct sought first = why_trace(begins, node, 0), second = why_trace(ends, node, 0);
    if (!why_last(c, at, &first, begin))
        return false;
    return !why_last(c, at, &second, &end) || end.number < begin->number;
}

bool why_down(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *crash)
{
    return is_open(c, node, at, TRACE_CRASH, TRACE_START, crash);
}

bool why_life(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *start)
{
    return is_open(c, node, at, TRACE_START, TRACE_CRASH, start);
}

bool why_never_started(struct why_case *c, uint32_t node, uint64_t at)
{
    struct tape_record start;
    struct sought sought = why_trace(TRACE_START, node, 0);
    return !why_last(c, at, &sought, &start);
}

bool why_crashed_between(struct why_case *c, uint32_t node, uint64_t after, uint64_t before,
                         struct tape_record *crash)
{
    struct sought sought = why_trace(TRACE_CRASH, node, 0);
    return why_next(c, after, before, &sought, crash);
}

/* A pause ends when the node goes on, or dies. */
static bool pause_ended_before(struct why_case *c, const struct tape_record *pause, vtime time)
{
    struct tape_record end;
    struct sought resume = why_trace(TRACE_RESUME, pause->actor, 0);
    struct sought crash = why_trace(TRACE_CRASH, pause->actor, 0);
    bool has_ended = why_next(c, pause->number, UINT64_MAX, &resume, &end) && end.time <= time;
    return has_ended || (why_next(c, pause->number, UINT64_MAX, &crash, &end) && end.time <= time);
}

bool why_paused_between(struct why_case *c, uint32_t node, vtime from, uint64_t before,
                        struct tape_record *pause)
{
    struct sought sought = why_trace(TRACE_PAUSE, node, 0);
    return why_last(c, before, &sought, pause) && !pause_ended_before(c, pause, from);
}

bool why_slowed(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *slow)
{
    struct sought sought = why_trace(TRACE_SLOW, node, 0);
    return why_last(c, at, &sought, slow) && slow->field[0] > 1;
}

bool why_full(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *full)
{
    struct tape_record room;
    struct sought begins = with_field(why_trace(TRACE_DISK_FAULT, node, 0), 0, ACTION_DISK_FULL);
    struct sought ends = with_field(why_trace(TRACE_DISK_FAULT, node, 0), 0, ACTION_DISK_FREE);
    if (!why_last(c, at, &begins, full))
        return false;
    return !why_last(c, at, &ends, &room) || room.number < full->number;
}

/* --- links ---------------------------------------- */

static bool is_split(const struct partition_groups *groups, uint32_t from, uint32_t to)
{
    uint32_t from_group = UINT32_MAX, to_group = UINT32_MAX;
    for (uint32_t i = 0; i < groups->member_count; i++) {
        if (groups->members[i] == from)
            from_group = groups->group_of[i];
        if (groups->members[i] == to)
            to_group = groups->group_of[i];
    }
    return from_group != to_group && from_group != UINT32_MAX && to_group != UINT32_MAX;
}

static bool cuts_link(struct why_case *c, const struct tape_record *record, uint32_t from,
                      uint32_t to)
{
    uint32_t entry;
    if (record->kind == TRACE_CUT)
        return record->field[0] == from && record->field[1] == to;
    if (record->kind != TRACE_PARTITION)
        return false;
    const struct action *action = why_action(c, record, &entry);
    return action && action->groups && is_split(action->groups, from, to);
}

/* Healing names what it heals, 0 is all; or it heals one link, whatever cut it. */
static bool heals(const struct tape_record *heal, const struct tape_record *cut, uint32_t from,
                  uint32_t to)
{
    bool is_there = heal->field[0] == from && heal->field[1] == to;
    bool is_back = heal->field[0] == to && heal->field[1] == from;
    if (heal->kind == TRACE_HEAL_LINK)
        return is_there || is_back;
    return heal->kind == TRACE_HEAL && (heal->about == 0 || heal->about == cut->about);
}

static bool is_healed(struct why_case *c, const struct tape_record *cut, uint32_t from, uint32_t to,
                      uint64_t at)
{
    static const uint32_t kinds[] = {TRACE_HEAL, TRACE_HEAL_LINK};
    struct tape_record heal;
    for (uint32_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct sought sought = why_trace(kinds[i], ANYBODY, 0);
        for (uint64_t after = cut->number; why_next(c, after, at, &sought, &heal);
             after = heal.number)
            if (heals(&heal, cut, from, to))
                return true;
    }
    return false;
}

/* The first one of that kind that is in force. */
static bool first_cut(struct why_case *c, uint32_t kind, uint32_t from, uint32_t to, uint64_t at,
                      struct tape_record *cut)
{
    struct sought sought = why_trace(kind, ANYBODY, 0);
    for (uint64_t after = 0; why_next(c, after, at, &sought, cut); after = cut->number)
        if (cuts_link(c, cut, from, to) && !is_healed(c, cut, from, to, at))
            return true;
    return false;
}

/* Since then nothing gets through. */
bool why_cut(struct why_case *c, uint32_t from, uint32_t to, uint64_t at, struct tape_record *cut)
{
    struct tape_record other;
    bool is_split = first_cut(c, TRACE_PARTITION, from, to, at, cut);
    if (first_cut(c, TRACE_CUT, from, to, at, &other) &&
        (!is_split || other.number < cut->number)) {
        *cut = other;
        return true;
    }
    return is_split;
}

static bool is_member(uint64_t named, uint32_t node)
{
    return named == ALL_MEMBERS || named == node;
}

bool why_link_changed(struct why_case *c, uint32_t from, uint32_t to, uint64_t at,
                      struct tape_record *change)
{
    struct sought sought = why_trace(TRACE_LINK, ANYBODY, 0);
    for (; why_last(c, at, &sought, change); at = change->number)
        if (is_member(change->field[0], from) && is_member(change->field[1], to))
            return true;
    return false;
}

/* --- clocks ---------------------------------------- */

bool why_clock_moved(struct why_case *c, uint32_t node, bool is_ahead, uint64_t at,
                     struct tape_record *moved)
{
    struct sought sought = why_trace(TRACE_CLOCK, node, 0);
    while (why_last(c, at, &sought, moved)) {
        int64_t amount = (int64_t)moved->field[1];
        if (amount != 0 && (amount > 0) == is_ahead)
            return true;
        at = moved->number;
    }
    return false;
}
