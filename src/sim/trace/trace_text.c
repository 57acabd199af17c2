/*
 * trace_text.c: a trace record as a sentence.
 *
 *     record    LOG_APPEND, actor 1, about c1#12, a = 7, b = 61, c = token of user:42
 *     table     "{node} appends record {sequence} to its log: {key}, {bytes}"
 *     sentence  n2 appends record 7 to its log: user:42, 61 B
 *
 * A placeholder is {node} (the actor), {about}, or the name of one of the kind's
 * three fields; how a field is written depends on its type alone, so that sentences,
 * listings and JSON agree. A test proves that no sentence has any other.
 *
 * Names (of nodes, keys, values) come from the caller; without them the numbers are
 * written, so that a record can always be shown, even in the report of a bug.
 *
 * Some fields need more than their type, in sentences only (trace_sentence_field): the amount of a
 * clock's change, which is a span or a drift; a value, which may be missing; whom a change of
 * members is about.
 */
#include "sim/trace/trace_words.h"

#include <string.h>

#include "base/outcome.h"
#include "db/env.h"
#include "db/level.h"
#include "db/message.h"
#include "db/ring/topology.h"
#include "db/timers.h"
#include "sim/fault/fault_kind.h"
#include "sim/world/action.h"
#include "sim/world/clock.h"
#include "sim/disk/disk.h"
#include "sim/world/scenario.h"
#include "sim/trace/trace.h"

/* ------------------------------------------------------------------ words */

static const char *const OUTCOMES[] = {TRACE_OUTCOME_WORDS};
_Static_assert(ARRAY_LEN(OUTCOMES) == OUTCOME_COUNT, "every outcome has a word");

static const char *const REASON_TEXTS[] = {
#define REASON(identifier, text) text,
    REASONS(REASON)
#undef REASON
};

static const char *const MESSAGE_NAMES[] = {
#define MESSAGE(identifier, member, letter, name) name,
    MESSAGES(MESSAGE)
#undef MESSAGE
};

static const char *const TIMER_NAMES[] = {
#define TIMER(identifier, name, due) name,
    TIMERS(TIMER)
#undef TIMER
};

static const char *const ACTION_NAMES[] = {
#define ACTION(identifier, name, meaning) name,
    ACTIONS(ACTION)
#undef ACTION
};

static const char *const RULES[] = {
#define SAFEGUARD(identifier, name, rule, incident) name,
#include "db/safeguards.def"
#undef SAFEGUARD
};

static const char *const OPERATIONS[] = {"get", "put",    "delete", "incr",
                                         "add", "remove", "set",    "unset"};
_Static_assert(ARRAY_LEN(OPERATIONS) == OPERATION_KIND_COUNT, "every operation has a word");

static const char *const WORKS[] = {"its start", "a message", "a timer",
                                    "a finished disk operation"};
_Static_assert(ARRAY_LEN(WORKS) == WORK_KIND_COUNT, "every work has a word");

static const char *const CRASHES[] = {"keep", "lose", "tear", "random"};
_Static_assert(ARRAY_LEN(CRASHES) == CRASH_MODE_COUNT, "every crash has a word");

static const char *const STATUSES[] = {"ok", "no space", "no such file", "the device failed"};
_Static_assert(ARRAY_LEN(STATUSES) == DISK_STATUS_COUNT, "every status has a word");

/* A sync of names is a sync too: of the directory, as the file says. */
static const char *const DISK_OPERATIONS[] = {
    [DISK_OPERATION_NONE] = "nothing",
    [DISK_OPERATION_SYNC] = "sync",
    [DISK_OPERATION_SYNC_NAMES] = "sync",
    [DISK_OPERATION_READ] = "read",
};

static const char *const FILES[] = {
    [FILE_NONE] = "",
    [FILE_LOG] = "log segment ",
    [FILE_CHECKPOINT] = "checkpoint ",
    [FILE_CHECKPOINT_PART] = "unfinished checkpoint ",
    [FILE_TOPOLOGY] = "topology file ",
    [FILE_IDENTITY] = "disk number ",
    [FILE_HINTS] = "hint file ",
};
_Static_assert(ARRAY_LEN(FILES) == FILE_KIND_COUNT, "every kind of file has a word");

/* ------------------------------------------------------------------ fields */

static void put_word(struct text *text, const char *const *words, size_t count, uint64_t number)
{
    if (number < count) {
        text_str(text, words[number]);
        return;
    }
    text_str(text, "? ");
    text_u64(text, number);
}

#define PUT_WORD(text, words, number) put_word((text), (words), ARRAY_LEN(words), (number))

static void put_file(struct text *text, uint64_t file)
{
    uint64_t kind = file >> 32;
    if (file == 0) {
        text_str(text, "the directory");
        return;
    }
    PUT_WORD(text, FILES, kind);
    if (kind >= FILE_KIND_COUNT)
        text_char(text, ' ');
    text_u64(text, (uint32_t)file & (kind == FILE_IDENTITY ? DISK_NUMBER_MASK : UINT32_MAX));
}

/* Wall clocks begin in 2026; their distance from there is what can be read. */
static void put_stamp(struct text *text, uint64_t stamp)
{
    if (stamp == 0)
        text_str(text, "never");
    else
        text_span(text, (int64_t)(stamp - (uint64_t)CLOCK_EPOCH_NS));
}

static void put_work(struct text *text, uint64_t work)
{
    if (work >= WORK_KIND_COUNT)
        PUT_WORD(text, MESSAGE_NAMES, work - WORK_KIND_COUNT);
    else
        text_str(text, WORKS[work]);
}

static void put_level(struct text *text, uint64_t level)
{
    if (level < LEVEL_COUNT)
        text_str(text, level_name((enum level)level));
    else
        put_word(text, NULL, 0, level);
}

static void put_clock_change(struct text *text, uint64_t action)
{
    if (action == ACTION_CLOCK_JUMP)
        text_str(text, "jumps by");
    else if (action == ACTION_CLOCK_DRIFT)
        text_str(text, "drifts by");
    else if (action == ACTION_CLOCK_FREEZE)
        text_str(text, "stands still, and would go on by");
    else if (action == ACTION_CLOCK_THAW)
        text_str(text, "runs again, corrected by");
    else
        PUT_WORD(text, ACTION_NAMES, action);
}

static void put_fault(struct text *text, uint64_t action)
{
    switch (action) {
    case ACTION_DISK_FULL: text_str(text, "full, bytes left:"); break;
    case ACTION_DISK_FREE: text_str(text, "no longer full; bytes held back:"); break;
    case ACTION_DISK_CORRUPT: text_str(text, "a bit flips, at byte"); break;
    case ACTION_DISK_WIPE: text_str(text, "another one, empty; bytes on the old one:"); break;
    case ACTION_DISK_SLOW: text_str(text, "now so many times as slow:"); break;
    case ACTION_DISK_STALL: text_str(text, "stalls, for so many nanoseconds:"); break;
    case ACTION_DISK_FAIL: text_str(text, "so many calls will fail:"); break;
    case ACTION_DISK_LIE: text_str(text, "it only says that it syncs; lies so far:"); break;
    case ACTION_DISK_HONEST: text_str(text, "it syncs again; bytes held back:"); break;
    case ACTION_DISK_MISDIRECT: text_str(text, "so many calls will go to another place:"); break;
    case ACTION_DISK_SPOIL: text_str(text, "a sector cannot be read any more, at byte"); break;
    case ACTION_DISK_SWAP: text_str(text, "changed for that of another node, with index"); break;
    case ACTION_DISK_IMAGE: text_str(text, "an image is taken, bytes:"); break;
    case ACTION_DISK_RESTORE: text_str(text, "an old image is put back, bytes:"); break;
    case ACTION_DISK_FINISH: text_str(text, "done at once, earlier by nanoseconds:"); break;
    case ACTION_DROP: text_str(text, "to be lost"); break;
    case ACTION_HOLD: text_str(text, "to be held"); break;
    case ACTION_RELEASE: text_str(text, "to go on"); break;
    case ACTION_DUPLICATE: text_str(text, "to come twice"); break;
    case ACTION_POSTPONE: text_str(text, "to come at another time"); break;
    case ACTION_CORRUPT: text_str(text, "to be damaged"); break;
    default: PUT_WORD(text, ACTION_NAMES, action); break;
    }
}

static void put_part(struct text *text, uint64_t part)
{
    static const char *const words[] = {"begins", "goes on", "ends"};
    put_word(text, words, ARRAY_LEN(words), part);
}

static void put_hex(struct text *text, const char *what, uint64_t number)
{
    text_str(text, what);
    text_hex(text, number, 16);
}

static void put_actor(struct text *text, const struct trace_names *names, uint64_t actor)
{
    if (names && names->actor) {
        names->actor(names->host, text, (uint32_t)actor);
        return;
    }
    text_str(text, "actor ");
    text_u64(text, actor);
}

static void put_about(struct text *text, const struct trace_names *names, uint64_t about)
{
    if (names && names->about)
        names->about(names->host, text, about);
    else
        put_hex(text, "about ", about);
}

static void put_key(struct text *text, const struct trace_names *names, uint64_t token)
{
    if (names && names->key)
        names->key(names->host, text, token);
    else
        put_hex(text, "key ", token);
}

static void put_value(struct text *text, const struct trace_names *names, uint64_t value)
{
    if (value == TRACE_NO_VALUE)
        text_str(text, "no answer");
    else if (names && names->value)
        names->value(names->host, text, value);
    else
        put_hex(text, "value ", value);
}

/* The types whose numbers stand for words. */
static void put_word_field(struct text *text, uint32_t type, uint64_t value)
{
    switch (type) {
    case FIELD_LEVEL: put_level(text, value); break;
    case FIELD_OUTCOME: PUT_WORD(text, OUTCOMES, value); break;
    case FIELD_REASON: PUT_WORD(text, REASON_TEXTS, value); break;
    case FIELD_FILE: put_file(text, value); break;
    case FIELD_FLAG: text_str(text, value ? "true" : "false"); break;
    case FIELD_MESSAGE: PUT_WORD(text, MESSAGE_NAMES, value); break;
    case FIELD_OPERATION: PUT_WORD(text, OPERATIONS, value); break;
    case FIELD_WORK: put_work(text, value); break;
    case FIELD_TIMER: PUT_WORD(text, TIMER_NAMES, value); break;
    case FIELD_DISK: PUT_WORD(text, DISK_OPERATIONS, value); break;
    case FIELD_STATUS: PUT_WORD(text, STATUSES, value); break;
    case FIELD_CRASH: PUT_WORD(text, CRASHES, value); break;
    case FIELD_CLOCK: put_clock_change(text, value); break;
    case FIELD_FAULT: put_fault(text, value); break;
    case FIELD_FAULT_KIND:
        text_str(text, value < FAULT_KIND_COUNT ? fault_table[value].name : "?");
        break;
    case FIELD_FAULT_PART: put_part(text, value); break;
    case FIELD_ACTION: PUT_WORD(text, ACTION_NAMES, value); break;
    case FIELD_RULE: PUT_WORD(text, RULES, value); break;
    case FIELD_PHASE: text_str(text, topology_phase_name((uint32_t)value)); break;
    case FIELD_CHANGE: text_str(text, topology_change_name((uint32_t)value)); break;
    default: CHECK_WHY(false, "a trace field of a type that nobody can write");
    }
}

void trace_field_text(struct text *text, uint32_t type, uint64_t value,
                      const struct trace_names *names)
{
    switch (type) {
    case FIELD_NONE: break;
    case FIELD_COUNT:
    case FIELD_SEQUENCE: text_u64(text, value); break;
    case FIELD_SIZE: text_size(text, value); break;
    case FIELD_SPAN: text_time(text, value); break;
    case FIELD_SIGNED: text_span(text, (int64_t)value); break;
    case FIELD_STAMP: put_stamp(text, value); break;
    case FIELD_NODE: put_actor(text, names, value); break;
    case FIELD_KEY: put_key(text, names, value); break;
    case FIELD_VALUE: put_value(text, names, value); break;
    case FIELD_IDENTITY: text_hex(text, value, 16); break;
    default: put_word_field(text, type, value); break;
    }
}

/* --------------------------------------------------------------- sentences */

static bool is_named(const char *name, const char *placeholder, size_t size)
{
    return strlen(name) == size && memcmp(name, placeholder, size) == 0;
}

/* Whom a change is about, behind its verb: nobody more where a node speaks of itself.
 *
 *     n6 is told to join       n4 is told to remove n3     n7 is told to replace n2
 *     an operator at n1: replace n2 by n7                  an operator at n1: move a range to n3 */
static void put_changed(struct text *text, const struct trace_record *record,
                        const struct trace_names *names)
{
    const struct trace_kind_info *info = &trace_kind_table[record->kind];
    uint64_t change = record->field[0], subject = record->field[1];
    bool is_told = is_named("instead", info->field[2].name, strlen(info->field[2].name));
    if (topology_is_of_ranges((uint32_t)change)) {
        text_str(text, change == TRANSITION_MERGE ? " two ranges" : " a range");
        if (change != TRANSITION_MOVE)
            return;
        text_str(text, " to");
    } else if (change == TRANSITION_REPLACE) {
        text_char(text, ' ');
        if (is_told)
            put_actor(text, names, record->field[2]);
        else
            text_str(text, "a member");
        if (subject == record->actor)
            return;
        text_str(text, " by");
    } else if (subject == record->actor) {
        return;
    }
    text_char(text, ' ');
    put_actor(text, names, subject);
}

/* "drifts by" is followed by a drift. A value stands behind a colon, if there is one: when a
 * client is told that its put has worked, there is none. */
void trace_sentence_field(struct text *text, const struct trace_record *record, uint32_t index,
                          const struct trace_names *names)
{
    const struct trace_kind_info *info = &trace_kind_table[record->kind];
    uint32_t type = info->field[index].type;
    uint64_t value = record->field[index];
    bool is_drift =
        info->field[0].type == FIELD_CLOCK && record->field[0] == ACTION_CLOCK_DRIFT;
    if (type == FIELD_SIGNED && is_drift) {
        text_drift(text, (int64_t)value);
        return;
    }
    if (type == FIELD_NODE && index == 1 && info->field[0].type == FIELD_CHANGE) {
        put_changed(text, record, names);
        return;
    }
    if (type == FIELD_VALUE) {
        if (value == TRACE_NO_VALUE)
            return;
        text_str(text, ": ");
    }
    trace_field_text(text, type, value, names);
}

static void put_placeholder(struct text *text, const char *placeholder, size_t size,
                            const struct trace_record *record, const struct trace_names *names)
{
    const struct trace_kind_info *info = &trace_kind_table[record->kind];
    if (is_named("node", placeholder, size)) {
        put_actor(text, names, record->actor);
        return;
    }
    if (is_named("about", placeholder, size)) {
        put_about(text, names, record->about);
        return;
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (info->field[i].type != FIELD_NONE && is_named(info->field[i].name, placeholder, size)) {
            trace_sentence_field(text, record, i, names);
            return;
        }
    }
    CHECK_WHY(false, "a trace sentence has a placeholder that is none of its fields");
}

void trace_sentence(struct text *text, const struct trace_record *record,
                    const struct trace_names *names)
{
    CHECK(record->kind < TRACE_KIND_COUNT);
    const char *at = trace_kind_table[record->kind].sentence;
    while (*at) {
        size_t size = 0;
        if (*at != '{') {
            text_char(text, *at++);
            continue;
        }
        at++;
        while (at[size] && at[size] != '}')
            size++;
        put_placeholder(text, at, size, record, names);
        at += size + (at[size] == '}');
    }
}
