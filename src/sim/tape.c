/*
 * tape.c: classes of records.
 *
 * A fault is what was done to a machine, a link or a disk, and what a node finds broken; a cure is
 * its end. A headline is what somebody who skims the run stops at.
 */
#include "sim/tape.h"

#include "base/outcome.h"
#include "db/message.h"

static uint8_t class_of(const struct trace_record *record)
{
    switch (record->kind) {
    case TRACE_SEND: return TAPE_SEND;
    case TRACE_ARRIVE: return TAPE_ARRIVE;
    case TRACE_DROP: return TAPE_DROP;
    case TRACE_INVOKE: return TAPE_INVOKE;
    case TRACE_GIVE_UP:
    case TRACE_TOLD: return TAPE_TOLD;
    case TRACE_CRASH:
    case TRACE_PAUSE:
    case TRACE_PARTITION:
    case TRACE_CUT:
    case TRACE_LINK:
    case TRACE_CLOCK:
    case TRACE_DISK_FAULT:
    case TRACE_SLOW:
    case TRACE_MESSAGE_MARKED:
    case TRACE_CLIENTS:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_REFUSED: return TAPE_FAULT;
    case TRACE_START:
    case TRACE_RESUME:
    case TRACE_HEAL: return TAPE_CURE;
    case TRACE_NOTE + NOTE_RULE_BROKEN: return TAPE_BROKEN;
    default: return TAPE_OTHER;
    }
}

static bool is_headline(const struct trace_record *record, uint8_t class)
{
    if (class == TAPE_CURE)
        return record->time > 0; /* starting together at time 0 is no news */
    if (class == TAPE_TOLD)
        return record->kind == TRACE_GIVE_UP || record->field[0] != OUTCOME_OK;
    return class == TAPE_FAULT || class == TAPE_BROKEN;
}

static void describe_message(const struct trace_record *record, struct tape_record *taped)
{
    bool is_message = taped->class == TAPE_SEND || taped->class == TAPE_ARRIVE ||
                      taped->class == TAPE_DROP;
    taped->peer = UINT32_MAX;
    taped->letter = ' ';
    if (!is_message)
        return;
    taped->peer = (uint32_t)record->field[1];
    taped->letter = message_table[record->field[0]].letter[0];
}

void tape_describe(const struct trace_record *record, struct tape_record *taped)
{
    taped->class = class_of(record);
    taped->is_headline = is_headline(record, taped->class);
    describe_message(record, taped);
}
