/*
 * why_book.c: taking, cutting and thinning out.
 */
#include "sim/why_book.h"

#include "db/about.h"
#include "sim/trace.h"

#define BOOK_MAX (1u << 20)

/* Beats that arrive, and what a node does about them. */
static bool is_noise(const struct tape_record *record)
{
    if (about_class(record->about) != ABOUT_HEARTBEAT)
        return false;
    return record->kind == TRACE_SEND || record->kind == TRACE_ARRIVE ||
           record->kind == TRACE_HANDLE || record->kind == TRACE_TIMER;
}

static bool is_lasting(const struct tape_record *record)
{
    if (record->step == 0)
        return true;
    switch (record->class) {
    case TAPE_FAULT:
    case TAPE_CURE:
    case TAPE_BROKEN:
    case TAPE_INVOKE:
    case TAPE_TOLD: return true;
    default: break;
    }
    return record->kind == TRACE_NOTE + NOTE_PEER_SUSPECTED ||
           record->kind == TRACE_NOTE + NOTE_PEER_HEARD ||
           record->kind == TRACE_NOTE + NOTE_NODE_READY ||
           record->kind == TRACE_NOTE + NOTE_NODE_STOPPED ||
           record->kind == TRACE_NOTE + NOTE_NODE_LOG_GONE ||
           record->kind == TRACE_NOTE + NOTE_LOG_REFUSED ||
           record->kind == TRACE_NOTE + NOTE_WRITE_BEGUN || record->kind == TRACE_CONDITION;
}

static void thin_out(struct why_book *book)
{
    uint32_t half = book->count / 2, kept = 0;
    book->thin_below = book->records[half].number;
    for (uint32_t i = 0; i < book->count; i++)
        if (i >= half || is_lasting(&book->records[i]))
            book->records[kept++] = book->records[i];
    book->count = kept;
}

static void make_room(struct why_book *book)
{
    if (book->count == BOOK_MAX)
        thin_out(book);
    if (book->count < book->room)
        return;
    book->room = MAX(4096, 2 * book->room);
    book->records = heap_resize(book->heap, book->records, book->room * sizeof *book->records);
}

void why_book_take(struct why_book *book, const struct tape_record *record)
{
    if (record->number != book->next)
        return;
    book->next++;
    if (is_noise(record))
        return;
    make_room(book);
    book->records[book->count++] = *record;
}

void why_book_begin(struct why_book *book, struct heap *heap, const struct tape_record *prologue,
                    uint32_t count)
{
    *book = (struct why_book){.heap = heap, .next = 1};
    for (uint32_t i = 0; i < count; i++)
        why_book_take(book, &prologue[i]);
}

/* What was left out after the last one kept is heard again. */
void why_book_cut(struct why_book *book, uint64_t step)
{
    if (book->next == 0)
        return;
    while (book->count > 0 && book->records[book->count - 1].step > step)
        book->count--;
    book->next = book->count > 0 ? book->records[book->count - 1].number + 1 : 1;
}

uint64_t why_book_step(const struct why_book *book)
{
    uint64_t step = book->count > 0 ? book->records[book->count - 1].step : 0;
    return step > 0 ? step - 1 : 0;
}

uint32_t why_book_index(const struct why_book *book, uint64_t number)
{
    uint32_t low = 0, high = book->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (book->records[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
