/*
 * tape.c: taking and linking records (tape_way.c: ways of messages, and forgetting).
 */
#include "sim/travel/tape_parts.h"

#include <string.h>

#include "base/outcome.h"
#include "base/sort.h"
#include "db/message.h"
#include "sim/picture/view.h"

/* --- what a record is ----------------------------------------------------------------- */

static uint8_t class_of(const struct trace_record *record)
{
    switch (record->kind) {
    case TRACE_SEND: return TAPE_SEND;
    case TRACE_ARRIVE: return TAPE_ARRIVE;
    case TRACE_DROP: return TAPE_DROP;
    case TRACE_DUPLICATE:
    case TRACE_HOLD:
    case TRACE_RELEASE:
    case TRACE_POSTPONE:
    case TRACE_CORRUPT: return TAPE_TOUCH;
    case TRACE_MESSAGE_MARKED:
        return record->field[0] == ACTION_RELEASE ? TAPE_CURE : TAPE_FAULT;
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
    case TRACE_TIMER_FORCED:
    case TRACE_CLIENTS:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_REFUSED: return TAPE_FAULT;
    case TRACE_START:
    case TRACE_RESUME:
    case TRACE_HEAL:
    case TRACE_HEAL_LINK: return TAPE_CURE;
    case TRACE_NOTE + NOTE_RULE_BROKEN: return TAPE_BROKEN;
    case TRACE_COMMAND:
    case TRACE_NOTE + NOTE_CHANGE_DECIDED:
    case TRACE_NOTE + NOTE_CHANGE_WAITS:
    case TRACE_NOTE + NOTE_CHANGE_GIVEN_UP:
    case TRACE_NOTE + NOTE_CHANGE_REFUSED: return TAPE_CHANGE;
    case TRACE_NOTE + NOTE_REQUEST_SHED:
    case TRACE_NOTE + NOTE_EXPIRED_DROPPED: return TAPE_SHED;
    default: return TAPE_OTHER;
    }
}

static bool is_headline(const struct trace_record *record, uint8_t class)
{
    if (class == TAPE_CURE)
        return record->time > 0; /* starting together at time 0 is no news */
    if (class == TAPE_TOLD)
        return record->kind == TRACE_GIVE_UP || record->field[0] != OUTCOME_OK;
    return class == TAPE_FAULT || class == TAPE_BROKEN || class == TAPE_CHANGE;
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
    taped->is_flight = record->kind == TRACE_SEND || record->kind == TRACE_DUPLICATE;
    if (taped->class != TAPE_SEND && taped->class != TAPE_ARRIVE && taped->class != TAPE_DROP &&
        taped->class != TAPE_TOUCH)
        return;
    taped->peer = (uint32_t)record->field[1];
    taped->letter = message_table[record->field[0]].letter[0];
}

/* --- what is open when a tape begins ---------------------------------------------------- */

struct tape_open *tape_add_opening(struct tape *tape)
{
    if (tape->opening_count == tape->opening_room) {
        tape->opening_room = MAX(64, 2 * tape->opening_room);
        tape->opening = heap_resize(tape->heap, tape->opening,
                                    tape->opening_room * sizeof *tape->opening);
    }
    struct tape_open *open = &tape->opening[tape->opening_count++];
    *open = (struct tape_open){.seen = 0};
    return open;
}

static uint32_t part_of(vtime done, vtime way)
{
    return way > 0 ? (uint32_t)((uint128)MIN(done, way) * TAPE_WAY / way) : 0;
}

static void open_message(struct tape *tape, vtime now, const struct parcel *parcel)
{
    vtime left = parcel->is_held ? parcel->left : parcel->arrives_at - now;
    struct trace_record record = {.number = parcel->cause,
                                  .time = parcel->sent_at,
                                  .about = parcel->about,
                                  .field = {parcel->kind, parcel->to,
                                            parcel->copy > 0 ? parcel->way : parcel->size},
                                  .kind = parcel->copy > 0 ? TRACE_DUPLICATE : TRACE_SEND,
                                  .actor = parcel->from};
    struct tape_open *open = tape_add_opening(tape);
    tape_describe(&record, 0, &open->record);
    open->record.due = parcel->is_held ? VTIME_NEVER : now + left;
    open->seen = now;
    open->left = left;
    open->part = part_of(parcel->way - MIN(left, parcel->way), parcel->way);
    open->is_held = parcel->is_held;
    tape->reach = parcel->is_held ? VTIME_NEVER
                                  : MAX(tape->reach, now + left - open->record.time);
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
    struct tape_open *open = tape_add_opening(tape);
    tape_describe(&record, 0, &open->record);
    open->seen = world->state->now;
    table_set(&tape->asked, operation->request, operation->record_invoked);
}

static bool is_before(const void *context, uint32_t a, uint32_t b)
{
    const struct tape_open *opening = context;
    return opening[a].record.number < opening[b].record.number;
}

static void sort_opening(struct tape *tape)
{
    uint32_t count = tape->opening_count;
    uint32_t *order = heap_alloc(tape->heap, 2 * (size_t)count * sizeof *order);
    struct tape_open *sorted = heap_alloc(tape->heap, count * sizeof *sorted);
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
    const struct network *net = &world->state->net;
    struct queue_cursor cursor = {0};
    struct queue_event event;
    uint64_t request, flight;
    while (queue_visit(&world->state->queue, &cursor, &event))
        if (event.kind == SIM_ARRIVE)
            open_message(tape, world->state->now, pool_at(&net->parcels, event.payload));
    for (uint32_t i = net->first_held; i != POOL_NONE;) {
        const struct parcel *parcel = pool_at(&net->parcels, i);
        open_message(tape, world->state->now, parcel);
        i = parcel->next_held;
    }
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
    tape->reach = tape->patience = 0;
    tape->until = 0;
    tape->since = world && world->state->step > 0 ? world->state->now + 1 : 0;
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
        if (tape->opening[middle].record.number < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < tape->opening_count && tape->opening[low].record.number == number;
    return is_found ? &tape->opening[low].record : NULL;
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
    if (!start || !(is_answer ? start->class == TAPE_INVOKE : start->is_flight))
        return;
    end->start = number;
    if (end->is_flight) /* a copy: a way of its own */
        return;
    if (end->class == TAPE_TOUCH) {
        end->touched = start->touched;
        start->touched = end->number;
        if (end->kind == TRACE_HOLD || end->kind == TRACE_POSTPONE)
            tape->reach = VTIME_NEVER;
        return;
    }
    start->end = end->number;
    vtime *longest = is_answer ? &tape->patience : &tape->reach;
    *longest = MAX(*longest, end->time - start->time);
}

static struct tape_record *add_record(struct tape *tape)
{
    if (tape->count == tape->max)
        tape_forget_half(tape);
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
    if (taped->class == TAPE_ARRIVE || taped->class == TAPE_DROP || taped->class == TAPE_TOLD ||
        taped->class == TAPE_TOUCH)
        link_to_start(tape, taped);
}

void tape_tell_due(struct tape *tape, uint64_t number, vtime due)
{
    struct tape_record *flight = find(tape, number);
    if (!flight || !flight->is_flight)
        return;
    flight->due = due;
    tape->reach = MAX(tape->reach, due - MIN(due, flight->time));
}

/* --- cutting -------------------------------------------------------------------------------- */

static void forget_later(struct tape *tape, struct tape_record *start, uint64_t last)
{
    if (start->end > last)
        start->end = 0;
    while (start->touched > last)
        start->touched = find(tape, start->touched)->touched;
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
    table_clear(&tape->asked);
    for (uint32_t i = 0; i < tape->opening_count; i++)
        forget_later(tape, &tape->opening[i].record, last);
    for (uint32_t i = 0; i < count; i++)
        if (tape->records[i].is_flight || tape->records[i].class == TAPE_INVOKE)
            forget_later(tape, &tape->records[i], last);
    tape->count = count;
    tape->until = 0;
}
