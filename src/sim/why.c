/*
 * why.c: the rules that lead from a record to its reason.
 *
 * Each rule is a search backwards for the last record that matches; where no rule
 * applies, or nothing matches, the record's own cause is the answer.
 */
#include "sim/why.h"

#include "base/outcome.h"
#include "db/about.h"
#include "sim/action.h"
#include "sim/net.h"
#include "sim/trace.h"

/* --- what is searched for ------------------------------------------------------------- */

struct search {
    uint64_t about;
    uint64_t token;
    uint32_t node;
    uint32_t peer;
    uint32_t action; /* enum action_kind */
    uint8_t message; /* enum message_kind */
};

static bool is_drop_about(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_DROP && record->about == search->about;
}

static bool is_cut_between(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_PARTITION ||
           (record->kind == TRACE_CUT && record->field[0] == search->node &&
            record->field[1] == search->peer);
}

/* What somebody wanted done to the message. Its round is not in the search: 0 or 1. */
static bool is_mark(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    if (record->kind != TRACE_MESSAGE_MARKED || record->field[0] != search->action)
        return false;
    for (uint8_t round = 0; round < 2; round++)
        if (record->field[2] == net_identity(search->about, search->message, round, search->node,
                                             search->peer))
            return true;
    return false;
}

static bool is_hold_about(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    bool is_hold = record->kind == TRACE_HOLD || record->kind == TRACE_POSTPONE ||
                   record->kind == TRACE_CORRUPT;
    return is_hold && record->about == search->about;
}

static bool is_damage_between(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_CORRUPT && record->actor == search->node &&
           record->peer == search->peer;
}

static bool is_crash_of(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_CRASH && record->actor == search->node;
}

static bool is_disk_fault_of(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_DISK_FAULT && record->actor == search->node;
}

/* What makes a node silent to its peers. */
static bool is_silencing(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    bool is_own = record->kind == TRACE_CRASH || record->kind == TRACE_PAUSE ||
                  record->kind == TRACE_SLOW;
    return (is_own && record->actor == search->node) || record->kind == TRACE_PARTITION ||
           (record->kind == TRACE_CUT && record->field[0] == search->node);
}

/* What slows a request down without losing a message of it. */
static bool is_hindrance(const struct tape_record *record, const void *host)
{
    (void)host;
    return record->kind == TRACE_SLOW || record->kind == TRACE_PAUSE ||
           record->kind == TRACE_DISK_FAULT || record->kind == TRACE_LINK ||
           record->kind == TRACE_CRASH;
}

static bool is_suspicion_by(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_NOTE + NOTE_PEER_SUSPECTED && record->actor == search->node;
}

static bool is_refusal_about(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_NOTE + NOTE_LOG_REFUSED && record->about == search->about;
}

static bool is_invocation(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_INVOKE && record->about == search->about;
}

static bool befell(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    if (record->kind == TRACE_NOTE + NOTE_PEER_SUSPECTED)
        return record->field[0] == search->node;
    bool is_own = record->class == TAPE_FAULT || record->class == TAPE_CURE ||
                  record->kind == TRACE_NOTE + NOTE_NODE_STOPPED;
    return is_own && record->actor == search->node;
}

static bool is_write_of(const struct tape_record *record, const void *host)
{
    const struct search *search = host;
    return record->kind == TRACE_NOTE + NOTE_APPLY && record->field[0] == search->token;
}

/* --- rules ------------------------------------------------------------------------------ */

static bool why_dropped(struct stage *stage, const struct tape_record *drop,
                        struct tape_record *cause)
{
    struct search search = {.about = drop->about,
                            .node = drop->actor,
                            .peer = drop->peer,
                            .action = ACTION_DROP,
                            .message = (uint8_t)drop->field[0]};
    switch (drop->field[2]) {
    case REASON_PARTITION:
        return stage_find_last(stage, drop->number, is_cut_between, &search, cause);
    case REASON_COMMANDED: return stage_find_last(stage, drop->number, is_mark, &search, cause);
    case REASON_NODE_DOWN:
    case REASON_RESTARTED:
        search.node = drop->peer;
        return stage_find_last(stage, drop->number, is_crash_of, &search, cause);
    default: return false;
    }
}

/* The deed, if it was one: the network doubles messages by itself. */
static bool why_touched(struct stage *stage, const struct tape_record *touch, uint32_t action,
                        struct tape_record *cause)
{
    struct search search = {.about = touch->about,
                            .node = touch->actor,
                            .peer = touch->peer,
                            .action = action,
                            .message = (uint8_t)touch->field[0]};
    return stage_find_last(stage, touch->number, is_mark, &search, cause);
}

static bool why_rejected(struct stage *stage, const struct tape_record *rejected,
                         struct tape_record *cause)
{
    struct search search = {.node = (uint32_t)rejected->field[2], .peer = rejected->actor};
    return rejected->field[0] != REASON_NOT_READY &&
           stage_find_last(stage, rejected->number, is_damage_between, &search, cause);
}

static bool why_timed_out(struct stage *stage, const struct tape_record *record,
                          struct tape_record *cause)
{
    struct search search = {.about = record->about};
    return stage_find_last(stage, record->number, is_refusal_about, &search, cause) ||
           stage_find_last(stage, record->number, is_drop_about, &search, cause) ||
           stage_find_last(stage, record->number, is_hold_about, &search, cause) ||
           stage_find_last(stage, record->number, is_hindrance, &search, cause);
}

/* A log did not take it, or its coordinator takes too many replicas for down. */
static bool why_refused(struct stage *stage, const struct tape_record *told,
                        struct tape_record *cause)
{
    struct search search = {.about = told->about};
    struct tape_record asked;
    if (stage_find_last(stage, told->number, is_refusal_about, &search, cause))
        return true;
    if (told->field[0] != OUTCOME_UNAVAILABLE)
        return false;
    if (!stage_find_last(stage, told->number, is_invocation, &search, &asked))
        return false;
    search.node = (uint32_t)asked.field[2];
    return stage_find_last(stage, told->number, is_suspicion_by, &search, cause);
}

static bool rule(struct stage *stage, const struct tape_record *record, struct tape_record *cause)
{
    struct search search = {.node = record->actor};
    switch (record->kind) {
    case TRACE_DROP: return why_dropped(stage, record, cause);
    case TRACE_HOLD: return why_touched(stage, record, ACTION_HOLD, cause);
    case TRACE_RELEASE: return why_touched(stage, record, ACTION_RELEASE, cause);
    case TRACE_POSTPONE: return why_touched(stage, record, ACTION_POSTPONE, cause);
    case TRACE_CORRUPT: return why_touched(stage, record, ACTION_CORRUPT, cause);
    case TRACE_DUPLICATE: return why_touched(stage, record, ACTION_DUPLICATE, cause);
    case TRACE_GIVE_UP: return why_timed_out(stage, record, cause);
    case TRACE_TIMER:
        return about_class(record->about) == ABOUT_REQUEST && why_timed_out(stage, record, cause);
    case TRACE_TOLD:
        return record->field[0] != OUTCOME_OK && why_refused(stage, record, cause);
    case TRACE_NOTE + NOTE_PEER_SUSPECTED:
        search.node = (uint32_t)record->field[0];
        return stage_find_last(stage, record->number, is_silencing, &search, cause);
    case TRACE_NOTE + NOTE_MESSAGE_REJECTED: return why_rejected(stage, record, cause);
    case TRACE_NOTE + NOTE_LOG_REFUSED:
    case TRACE_NOTE + NOTE_NODE_REFUSED:
        return stage_find_last(stage, record->number, is_disk_fault_of, &search, cause);
    case TRACE_START:
    case TRACE_NOTE + NOTE_TAIL_CUT:
        return stage_find_last(stage, record->number, is_crash_of, &search, cause);
    default: return false;
    }
}

bool why_before(struct stage *stage, const struct tape_record *record, struct tape_record *cause)
{
    return rule(stage, record, cause) || stage_find(stage, record->cause, cause);
}

/* --- where to begin ----------------------------------------------------------------------- */

bool why_node(struct stage *stage, uint32_t node, struct tape_record *record)
{
    struct search search = {.node = node};
    return stage_find_last(stage, stage_records(stage) + 1, befell, &search, record);
}

bool why_key(struct stage *stage, uint64_t token, bool is_differing, struct tape_record *record)
{
    struct search search = {.token = token};
    uint64_t end = stage_records(stage) + 1;
    if (!stage_find_last(stage, end, is_write_of, &search, record))
        return false;
    struct tape_record drop;
    search.about = record->about;
    if (is_differing && stage_find_last(stage, end, is_drop_about, &search, &drop))
        *record = drop;
    return true;
}

void why_chain(struct stage *stage, const struct tape_record *first, struct why *why)
{
    why->steps[0] = *first;
    why->count = 1;
    while (why->count < WHY_STEPS_MAX &&
           why_before(stage, &why->steps[why->count - 1], &why->steps[why->count]))
        why->count++;
}
