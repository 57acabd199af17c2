/*
 * headlines.c: the few records of a run that a reader of the report wants to see.
 *
 * What was done to the machines and the network, and how they came back. They are
 * kept as sentences, rendered while the run goes by, since records are not kept.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/picture/view.h"

#define HEADLINES_MAX 60

static bool is_headline(uint32_t kind)
{
    switch (kind) {
    case TRACE_CRASH:
    case TRACE_PAUSE:
    case TRACE_RESUME:
    case TRACE_PARTITION:
    case TRACE_CUT:
    case TRACE_HEAL:
    case TRACE_HEAL_LINK:
    case TRACE_LINK:
    case TRACE_CLOCK:
    case TRACE_DISK_FAULT:
    case TRACE_SLOW:
    case TRACE_MESSAGE_MARKED:
    case TRACE_CLIENTS:
    case TRACE_REFUSED_ACTION:
    case TRACE_COMMAND:
    case TRACE_NOTE + NOTE_CHANGE_DECIDED:
    case TRACE_NOTE + NOTE_CHANGE_WAITS:
    case TRACE_NOTE + NOTE_CHANGE_GIVEN_UP:
    case TRACE_NOTE + NOTE_CHANGE_REFUSED:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_REFUSED:
    case TRACE_NOTE + NOTE_NODE_LOG_GONE:
    case TRACE_NOTE + NOTE_NODE_WIPED:
    case TRACE_NOTE + NOTE_NODE_STOPPED: return true;
    default: return false;
    }
}

/* Starting together at time 0 is no news. */
static bool is_news(const struct trace_record *record)
{
    bool is_start = record->kind == TRACE_START || record->kind == TRACE_NOTE + NOTE_NODE_READY;
    return is_headline(record->kind) || (is_start && record->time > 0 &&
                                         !(record->kind != TRACE_START && record->field[1] == 0));
}

void headlines_take(struct headlines *headlines, const struct trace_record *record)
{
    if (!is_news(record))
        return;
    if (headlines->count == headlines->room) {
        headlines->room = MAX(64, 2 * headlines->room);
        headlines->lines = realloc(headlines->lines, headlines->room * sizeof *headlines->lines);
        CHECK_WHY(headlines->lines != NULL, "out of memory");
    }
    struct trace_names names = world_names(headlines->world);
    struct text text;
    text_init(&text, headlines->lines[headlines->count++], sizeof *headlines->lines);
    text_time_fixed(&text, record->time, 6);
    text_str(&text, "  ");
    trace_sentence(&text, record, &names);
}
