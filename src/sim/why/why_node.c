/*
 * why_node.c: why a node is as it is, and what it found when it started.
 *
 * The worst comes first: a node that is down is not also slow. What is not in force any more is
 * told only when nothing is: what last befell it.
 */
#include "sim/why/why_parts.h"

/* --- shared ---------------------------------------- */

/* The crash before this life; false in the first one. */
bool why_crash_before(struct why_case *c, uint32_t node, uint64_t at, struct tape_record *crash)
{
    struct sought sought = why_trace(TRACE_CRASH, node, 0);
    return why_last(c, at, &sought, crash);
}

bool why_say_starting(struct why_case *c, enum why_rule rule, uint32_t node, uint64_t before)
{
    struct tape_record start, found, crash;
    if (!why_life(c, node, before, &start))
        return false;
    struct sought refused = why_note(NOTE_NODE_REFUSED, node, 0);
    struct sought gone = why_note(NOTE_NODE_LOG_GONE, node, 0);
    struct sought wiped = why_note(NOTE_NODE_WIPED, node, 0);
    struct sought foreign = why_note(NOTE_NODE_FOREIGN, node, 0);
    struct sought stopped = why_note(NOTE_NODE_STOPPED, node, 0);
    if (why_next(c, start.number, before, &refused, &found) ||
        why_next(c, start.number, before, &foreign, &found) ||
        why_next(c, start.number, before, &gone, &found) ||
        why_next(c, start.number, before, &wiped, &found) ||
        why_next(c, start.number, before, &stopped, &found))
        return why_say_refusing(c, rule, &found);
    why_say(c, rule, &start, "because %n, started at %t, was still reading what is on its disk",
            (uint64_t)node, start.time);
    if (!why_crash_before(c, node, start.number, &crash))
        return why_end_fault(c, &start);
    why_say(c, rule, &crash, "because it had crashed at %t", crash.time);
    return why_end_fault(c, &crash);
}

bool why_say_rule(struct why_case *c, enum why_rule rule, const struct tape_record *broken)
{
    char sentence[WHY_TEXT_MAX];
    stage_sentence(c->stage, broken, sentence, sizeof sentence);
    why_say(c, rule, broken, "because %s", sentence);
    return why_end_safeguard(c, broken);
}

/* Damage was done to the disk, or the log was deleted before its time, or a device failed. */
bool why_say_refusing(struct why_case *c, enum why_rule rule, const struct tape_record *found)
{
    struct tape_record rot, broken;
    char sentence[WHY_TEXT_MAX];
    struct sought flip =
        with_field(why_trace(TRACE_DISK_FAULT, found->actor, 0), 0, ACTION_DISK_CORRUPT);
    struct sought wipe =
        with_field(why_trace(TRACE_DISK_FAULT, found->actor, 0), 0, ACTION_DISK_WIPE);
    stage_sentence(c->stage, found, sentence, sizeof sentence);
    why_say(c, rule, found, "because %s", sentence);
    if (found->kind == TRACE_NOTE + NOTE_NODE_FOREIGN && why_find_swap(c, found, &rot)) {
        why_say(c, rule, &rot, "because disks were changed for each other at %t", rot.time);
        return why_end_fault(c, &rot);
    }
    if (found->kind == TRACE_NOTE + NOTE_NODE_WIPED && why_last(c, found->number, &wipe, &rot)) {
        why_say(c, rule, &rot, "because it got another disk at %t", rot.time);
        return why_end_fault(c, &rot);
    }
    if (why_find_broken(c, 0, found->number, found->actor, 0, SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE,
                        &broken))
        return why_say_rule(c, rule, &broken);
    if (!why_last(c, found->number, &flip, &rot))
        return why_ask(
            c, TOPIC_MOMENT,
            (struct why_matter){.record = *found, .before = found->number, .node = ANY_NODE});
    why_say(c, rule, &rot, "because a bit of its disk flipped at %t", rot.time);
    return why_end_fault(c, &rot);
}

bool why_say_full(struct why_case *c, enum why_rule rule, uint32_t node, uint64_t before)
{
    struct tape_record full, start;
    if (why_full(c, node, before, &full)) {
        why_say(c, rule, &full, "because %n's disk was full from %t on", (uint64_t)node, full.time);
        return why_end_fault(c, &full);
    }
    if (why_life(c, node, before, &start))
        why_say(c, rule, &start, "because %n's disk was full", (uint64_t)node);
    return why_end_setting(c, "the scenario gives it a disk no larger");
}

/* --- STATE ---------------------------------------- */

bool why_rule_is_down(struct why_case *c, const struct why_matter *m)
{
    struct tape_record crash;
    if (why_never_started(c, m->node, m->before)) {
        why_number(c, 1, &crash);
        why_say(c, RULE_is_down, &crash, "%n was never started", (uint64_t)m->node);
        return why_end_setting(c, "the scenario leaves %n down", (uint64_t)m->node);
    }
    if (!why_down(c, m->node, m->before, &crash))
        return false;
    why_say(c, RULE_is_down, &crash, "%n is down: it crashed at %t", (uint64_t)m->node, crash.time);
    return why_end_fault(c, &crash);
}

bool why_rule_is_paused(struct why_case *c, const struct why_matter *m)
{
    struct tape_record pause;
    vtime now = stage_now(c->stage);
    if (!why_paused_between(c, m->node, now, m->before, &pause))
        return false;
    why_say(c, RULE_is_paused, &pause, "%n stands still since %t, alive but silent",
            (uint64_t)m->node, pause.time);
    return why_end_fault(c, &pause);
}

static bool is_serving(struct why_case *c, const struct why_matter *m, struct tape_record *start)
{
    struct tape_record ready;
    struct sought sought = why_note(NOTE_NODE_READY, m->node, 0);
    struct sought stopped = why_note(NOTE_NODE_STOPPED, m->node, 0);
    return why_life(c, m->node, m->before, start) &&
           why_next(c, start->number, m->before, &sought, &ready) &&
           !why_next(c, ready.number, m->before, &stopped, &ready);
}

static bool find_refusal(struct why_case *c, const struct why_matter *m, struct tape_record *found)
{
    struct tape_record start;
    static const uint32_t notes[] = {NOTE_NODE_REFUSED, NOTE_NODE_LOG_GONE, NOTE_NODE_WIPED,
                                     NOTE_NODE_FOREIGN, NOTE_NODE_STOPPED};
    if (!why_life(c, m->node, m->before, &start))
        return false;
    for (uint32_t i = 0; i < ARRAY_LEN(notes); i++) {
        struct sought sought = why_note(notes[i], m->node, 0);
        if (why_next(c, start.number, m->before, &sought, found))
            return true;
    }
    return false;
}

bool why_rule_is_refusing(struct why_case *c, const struct why_matter *m)
{
    struct tape_record found, start;
    if (!find_refusal(c, m, &found) || !why_life(c, m->node, m->before, &start))
        return false;
    why_say(c, RULE_is_refusing, &start, "%n has started at %t, and serves nobody",
            (uint64_t)m->node, start.time);
    return why_say_refusing(c, RULE_is_refusing, &found);
}

bool why_rule_is_recovering(struct why_case *c, const struct why_matter *m)
{
    struct tape_record start, crash;
    if (is_serving(c, m, &start) || !why_life(c, m->node, m->before, &start))
        return false;
    why_say(c, RULE_is_recovering, &start, "%n has started at %t and reads what is on its disk",
            (uint64_t)m->node, start.time);
    if (!why_crash_before(c, m->node, start.number, &crash))
        return why_end_fault(c, &start);
    why_say(c, RULE_is_recovering, &crash, "because it had crashed at %t", crash.time);
    return why_end_fault(c, &crash);
}

/* By the last one who came to suspect it and has not heard it since. */
bool why_rule_is_suspected(struct why_case *c, const struct why_matter *m)
{
    struct tape_record suspicion, heard;
    struct sought sought = with_field(why_note(NOTE_PEER_SUSPECTED, ANYBODY, 0), 0, m->node);
    for (uint64_t at = m->before; why_last(c, at, &sought, &suspicion); at = suspicion.number) {
        if (!world_view_suspects(c->world, suspicion.actor, m->node))
            continue;
        struct sought hears = with_field(why_note(NOTE_PEER_HEARD, suspicion.actor, 0), 0, m->node);
        if (why_next(c, suspicion.number, m->before, &hears, &heard))
            continue;
        why_say(c, RULE_is_suspected, &suspicion,
                "%n suspects %n: at %t it had not heard it for %d", (uint64_t)suspicion.actor,
                (uint64_t)m->node, suspicion.time, suspicion.field[1]);
        why_ask(c, TOPIC_SUSPECTED,
                (struct why_matter){.record = suspicion,
                                    .node = suspicion.actor,
                                    .peer = m->node,
                                    .before = suspicion.number});
        return true;
    }
    return false;
}

bool why_rule_is_full(struct why_case *c, const struct why_matter *m)
{
    struct tape_record full;
    if (!why_full(c, m->node, m->before, &full))
        return false;
    why_say(c, RULE_is_full, &full, "%n's disk takes no more since %t", (uint64_t)m->node,
            full.time);
    return why_end_fault(c, &full);
}

bool why_rule_is_slow(struct why_case *c, const struct why_matter *m)
{
    struct tape_record slow;
    if (!why_slowed(c, m->node, m->before, &slow))
        return false;
    why_say(c, RULE_is_slow, &slow, "%n works %u times as slowly since %t", (uint64_t)m->node,
            slow.field[0], slow.time);
    return why_end_fault(c, &slow);
}

/* In its own life: what it found on its disk when it started. */
bool why_rule_has_broken(struct why_case *c, const struct why_matter *m)
{
    struct tape_record start, broken;
    struct sought sought = why_note(NOTE_RULE_BROKEN, m->node, 0);
    if (!why_life(c, m->node, m->before, &start) ||
        !why_next(c, start.number, m->before, &sought, &broken) ||
        about_class(broken.about) == ABOUT_REQUEST)
        return false;
    why_say(c, RULE_has_broken, &start, "%n has started at %t from what was on its disk",
            (uint64_t)m->node, start.time);
    return why_say_rule(c, RULE_has_broken, &broken);
}

bool why_rule_was_torn(struct why_case *c, const struct why_matter *m)
{
    struct tape_record start, torn, crash;
    struct sought sought = why_note(NOTE_TAIL_CUT, m->node, 0);
    if (!why_life(c, m->node, m->before, &start) ||
        !why_next(c, start.number, m->before, &sought, &torn) ||
        !why_crash_before(c, m->node, start.number, &crash))
        return false;
    why_say(c, RULE_was_torn, &torn, "%n found its log torn when it started, and cut %u bytes off",
            (uint64_t)m->node, torn.field[2]);
    why_say(c, RULE_was_torn, &crash, "because it had crashed at %t in the middle of writing",
            crash.time);
    return why_end_fault(c, &crash);
}

/* Further off than clocks are allowed to be by how finely they show the time. */
bool why_rule_is_off(struct why_case *c, const struct why_matter *m)
{
    struct tape_record moved, start;
    int64_t offset = world_view_node(c->world, m->node).clock_offset_ns;
    const struct clock_config *clock = &c->scenario->nodes[m->node].clock;
    if (offset < (int64_t)MILLISECOND && offset > -(int64_t)MILLISECOND)
        return false;
    if (why_clock_moved(c, m->node, offset > 0, m->before, &moved)) {
        why_say(c, RULE_is_off, &moved, "%n's clock is %d %s since it was moved at %t",
                (uint64_t)m->node, (vtime)(offset > 0 ? offset : -offset),
                offset > 0 ? "ahead" : "behind", moved.time);
        return why_end_fault(c, &moved);
    }
    bool is_set = clock->offset_ns != 0 || clock->drift_ppb != 0;
    if (!is_set || !why_life(c, m->node, m->before, &start))
        return false;
    why_say(c, RULE_is_off, &start, "%n's clock is %d %s", (uint64_t)m->node,
            (vtime)(offset > 0 ? offset : -offset), offset > 0 ? "ahead" : "behind");
    return why_end_clock(c, m->node);
}

/* What was done to it last. A start of the whole run is no news. */
bool why_rule_befell(struct why_case *c, const struct why_matter *m)
{
    const struct why_book *book = c->book;
    char sentence[WHY_TEXT_MAX];
    for (uint32_t i = why_book_lasting(book, m->before); i-- > 0;) {
        if (book->pages[book->lasting[i]].actor != m->node)
            continue;
        struct tape_record record = why_book_record(book, book->lasting[i]);
        if (record.class != TAPE_FAULT && record.class != TAPE_CURE)
            continue;
        stage_sentence(c->stage, &record, sentence, sizeof sentence);
        why_say(c, RULE_befell, &record, "what last befell it: %s", sentence);
        return why_end_fault(c, &record);
    }
    return false;
}
