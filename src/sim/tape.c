/*
 * tape.c: taking, linking and forgetting records.
 */
#include "sim/tape.h"

#include <string.h>

#include "base/outcome.h"
#include "base/sort.h"
#include "db/message.h"
#include "sim/view.h"

/* --- what a record is ----------------------------------------------------------------- */

static uint8_t class_of(const struct trace_record *record)
{
    switch (record->kind) {
    case TRACE_SEND:
    case TRACE_DUPLICATE: return TAPE_SEND;
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

void tape_describe(const struct trace_record *record, uint64_t step, struct tape_record *taped)
{
    *taped = (struct tape_record){.number = record->number,
                                  .step = step,
                                  .time = record->time,
                                  .about = record->about,
                                  .cause = record->cause,
                                  .field = {record->field[0], record->field[1], record->field[2]},
                                  .kind = record->kind,
                                  .actor = record->actor,
                                  .peer = UINT32_MAX,
                                  .class = class_of(record),
                                  .letter = ' '};
    taped->is_headline = is_headline(record, taped->class);
    if (taped->class != TAPE_SEND && taped->class != TAPE_ARRIVE && taped->class != TAPE_DROP)
        return;
    taped->peer = (uint32_t)record->field[1];
    taped->letter = message_table[record->field[0]].letter[0];
}

/* --- what is open when a tape begins ---------------------------------------------------- */

static struct tape_record *add_opening(struct tape *tape)
{
    if (tape->opening_count == tape->opening_room) {
        tape->opening_room = MAX(64, 2 * tape->opening_room);
        tape->opening = heap_resize(tape->heap, tape->opening,
                                    tape->opening_room * sizeof *tape->opening);
    }
    return &tape->opening[tape->opening_count++];
}

static void open_message(struct tape *tape, const struct parcel *parcel)
{
    struct trace_record record = {.number = parcel->cause,
                                  .time = parcel->sent_at,
                                  .about = parcel->about,
                                  .field = {parcel->kind, parcel->to,
                                            parcel->is_copy ? parcel->arrives_at - parcel->sent_at
                                                            : parcel->size},
                                  .kind = parcel->is_copy ? TRACE_DUPLICATE : TRACE_SEND,
                                  .actor = parcel->from};
    struct tape_record *opened = add_opening(tape);
    tape_describe(&record, 0, opened);
    opened->due = parcel->arrives_at;
    tape->reach = MAX(tape->reach, opened->due - MIN(opened->due, opened->time));
}

static void open_operation(struct tape *tape, const struct world *world,
                           const struct operation *operation)
{
    struct trace_record record = {.number = operation->record_invoked,
                                  .time = operation->invoked,
                                  .about = operation->request,
                                  .field = {operation->kind,
                                            key_token(world_key(world, operation->key)),
                                            operation->coordinator},
                                  .kind = TRACE_INVOKE,
                                  .actor = CLIENT_ADDRESS_BASE + operation->client};
    tape_describe(&record, 0, add_opening(tape));
    table_set(&tape->asked, operation->request, operation->record_invoked);
}

static bool is_before(const void *context, uint32_t a, uint32_t b)
{
    const struct tape_record *opening = context;
    return opening[a].number < opening[b].number;
}

static void sort_opening(struct tape *tape)
{
    uint32_t count = tape->opening_count;
    uint32_t *order = heap_alloc(tape->heap, 2 * (size_t)count * sizeof *order);
    struct tape_record *sorted = heap_alloc(tape->heap, count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_indexes(order, count, order + count, is_before, tape->opening);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = tape->opening[order[i]];
    heap_free(tape->heap, tape->opening);
    heap_free(tape->heap, order);
    tape->opening = sorted;
    tape->opening_room = count;
}

static void look_for_open(struct tape *tape, const struct world *world)
{
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint64_t request, flight;
    while (queue_visit(&world->state->queue, &cursor, &event))
        if (event.kind == SIM_ARRIVE)
            open_message(tape, pool_at(&world->state->net.parcels, (uint32_t)event.payload));
    const struct clientele *clientele = &world->state->clients;
    for (uint32_t at = 0; table_next(&clientele->in_flight, &at, &request, &flight);) {
        const struct in_flight *asked = pool_at(&clientele->flights, (uint32_t)flight);
        open_operation(tape, world, history_at(world, asked->history_index));
    }
    sort_opening(tape);
}

/* --- beginning and finding ---------------------------------------------------------------- */

void tape_init(struct tape *tape, struct heap *heap, uint32_t max)
{
    *tape = (struct tape){.heap = heap, .max = max};
    table_init(&tape->asked, heap);
}

void tape_begin(struct tape *tape, const struct world *world)
{
    tape->count = tape->opening_count = 0;
    tape->reach = 0;
    tape->is_taking = true;
    table_clear(&tape->asked);
    if (world)
        look_for_open(tape, world);
}

static struct tape_record *find(const struct tape *tape, uint64_t number)
{
    uint32_t low = 0, high = tape->opening_count;
    if (tape->count > 0 && number >= tape->records[0].number) {
        uint64_t index = number - tape->records[0].number;
        return index < tape->count ? &tape->records[index] : NULL;
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (tape->opening[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < tape->opening_count && tape->opening[low].number == number;
    return is_found ? &tape->opening[low] : NULL;
}

const struct tape_record *tape_find(const struct tape *tape, uint64_t number)
{
    return find(tape, number);
}

uint32_t tape_first_from(const struct tape *tape, vtime time)
{
    uint32_t low = 0, high = tape->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (tape->records[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- taking ------------------------------------------------------------------------------- */

/* What a full queue refuses is lost at once, by the record after its sending. */
static uint64_t start_of(struct tape *tape, const struct tape_record *end)
{
    if (end->class == TAPE_TOLD)
        return table_get(&tape->asked, end->about, 0);
    bool is_refused = end->class == TAPE_DROP && end->field[2] == REASON_QUEUE_FULL;
    return is_refused ? end->number - 1 : end->cause;
}

static void link_to_start(struct tape *tape, struct tape_record *end)
{
    bool is_answer = end->class == TAPE_TOLD;
    uint64_t number = start_of(tape, end);
    struct tape_record *start = find(tape, number);
    if (is_answer)
        table_remove(&tape->asked, end->about);
    if (!start || start->class != (is_answer ? TAPE_INVOKE : TAPE_SEND))
        return;
    end->start = number;
    if (!is_answer)
        tape->reach = MAX(tape->reach, end->time - start->time);
    start->end = end->number;
}

static bool is_over_before(const struct tape_record *start, uint64_t number)
{
    return start->end != 0 && start->end < number;
}

/* The older half goes; what has begun there and goes on moves to the opening. */
static void forget_half(struct tape *tape)
{
    uint32_t half = tape->count / 2, kept = 0;
    uint64_t first = tape->records[half].number;
    for (uint32_t i = 0; i < tape->opening_count; i++)
        if (!is_over_before(&tape->opening[i], first))
            tape->opening[kept++] = tape->opening[i];
    tape->opening_count = kept;
    for (uint32_t i = 0; i < half; i++) {
        const struct tape_record *record = &tape->records[i];
        bool is_start = record->class == TAPE_SEND || record->class == TAPE_INVOKE;
        if (is_start && !is_over_before(record, first))
            *add_opening(tape) = *record;
    }
    tape->count -= half;
    memmove(tape->records, tape->records + half, tape->count * sizeof *tape->records);
}

static struct tape_record *add_record(struct tape *tape)
{
    if (tape->count == tape->max)
        forget_half(tape);
    if (tape->count == tape->room) {
        tape->room = MIN(MAX(4096, 2 * tape->room), tape->max);
        tape->records = heap_resize(tape->heap, tape->records, tape->room * sizeof *tape->records);
    }
    return &tape->records[tape->count++];
}

void tape_take(struct tape *tape, const struct tape_record *record)
{
    if (!tape->is_taking)
        return;
    if (tape->count > 0) {
        uint64_t first = tape->records[0].number, next = first + tape->count;
        if (record->number >= first && record->number < next)
            return;
        if (record->number != next) {
            tape->count = tape->opening_count = 0;
            tape->is_taking = false;
            return;
        }
    }
    struct tape_record *taped = add_record(tape);
    *taped = *record;
    if (taped->class == TAPE_INVOKE)
        table_set(&tape->asked, taped->about, taped->number);
    if (taped->class == TAPE_ARRIVE || taped->class == TAPE_DROP || taped->class == TAPE_TOLD)
        link_to_start(tape, taped);
}

void tape_tell_due(struct tape *tape, uint64_t number, vtime due)
{
    struct tape_record *send = find(tape, number);
    if (!send || send->class != TAPE_SEND)
        return;
    send->due = due;
    tape->reach = MAX(tape->reach, due - MIN(due, send->time));
}

/* --- cutting --------------------------------------------------------------------------------- */

static void forget_end(struct tape *tape, struct tape_record *start, uint64_t last)
{
    if (start->end > last)
        start->end = 0;
    if (start->class == TAPE_INVOKE && start->end == 0)
        table_set(&tape->asked, start->about, start->number);
}

void tape_cut(struct tape *tape, uint64_t step)
{
    uint32_t count = tape->count;
    while (count > 0 && tape->records[count - 1].step > step)
        count--;
    if (count == tape->count)
        return;
    uint64_t last = count > 0 ? tape->records[count - 1].number : tape->records[0].number - 1;
    tape->count = count;
    table_clear(&tape->asked);
    for (uint32_t i = 0; i < tape->opening_count; i++)
        forget_end(tape, &tape->opening[i], last);
    for (uint32_t i = 0; i < tape->count; i++)
        forget_end(tape, &tape->records[i], last);
}
