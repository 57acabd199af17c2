/*
 * why_book.c: taking, cutting and thinning out.
 */
#include "sim/why/why_book.h"

#include "db/about.h"
#include "sim/trace/trace.h"

#define BOOK_MAX (1u << 22)

/* Beats that arrive, and what a node does about them. */
static bool is_noise(const struct tape_record *record)
{
    if (about_class(record->about) != ABOUT_HEARTBEAT)
        return false;
    return record->kind == TRACE_SEND || record->kind == TRACE_ARRIVE ||
           record->kind == TRACE_HANDLE || record->kind == TRACE_TIMER;
}

bool why_book_is_lasting(uint32_t kind)
{
    switch (kind) {
    case TRACE_RUN_BEGUN:
    case TRACE_START:
    case TRACE_INVOKE:
    case TRACE_TOLD:
    case TRACE_GIVE_UP:
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
    case TRACE_TIMER_FORCED:
    case TRACE_CLIENTS:
    case TRACE_COMMAND:
    case TRACE_CONDITION:
    case TRACE_NOTE + NOTE_RULE_BROKEN:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_READY:
    case TRACE_NOTE + NOTE_NODE_REFUSED:
    case TRACE_NOTE + NOTE_NODE_LOG_GONE:
    case TRACE_NOTE + NOTE_NODE_WIPED:
    case TRACE_NOTE + NOTE_NODE_STOPPED:
    case TRACE_NOTE + NOTE_PEER_SUSPECTED:
    case TRACE_NOTE + NOTE_PEER_HEARD:
    case TRACE_NOTE + NOTE_LOG_REFUSED:
    case TRACE_NOTE + NOTE_SWIM_SUSPECTED:
    case TRACE_NOTE + NOTE_SWIM_DIED:
    case TRACE_NOTE + NOTE_SWIM_REFUTED:
    case TRACE_NOTE + NOTE_SWIM_ASKS:
    case TRACE_NOTE + NOTE_PHI_CROSSED:
    case TRACE_NOTE + NOTE_TOMBSTONE_COLLECTED:
    case TRACE_NOTE + NOTE_CHANGE_WANTED:
    case TRACE_NOTE + NOTE_CHANGE_DECIDED:
    case TRACE_NOTE + NOTE_CHANGE_WAITS:
    case TRACE_NOTE + NOTE_CHANGE_GIVEN_UP:
    case TRACE_NOTE + NOTE_WRITE_BEGUN: return true;
    default: return false;
    }
}

uint32_t why_book_key_field(uint32_t kind)
{
    switch (kind) {
    case TRACE_NOTE + NOTE_APPLY:
    case TRACE_NOTE + NOTE_APPLY_OLDER:
    case TRACE_NOTE + NOTE_WRITE_BEGUN:
    case TRACE_NOTE + NOTE_UPDATE_MADE:
    case TRACE_NOTE + NOTE_SIBLINGS_MERGED:
    case TRACE_NOTE + NOTE_READ_REPAIR:
    case TRACE_NOTE + NOTE_TOMBSTONE_COLLECTED: return 1;
    case TRACE_NOTE + NOTE_LOG_APPEND: return 3;
    default: return 0;
    }
}

/* --- taking ------------------------------------------------------------------------------- */

static void make_room(struct why_book *book)
{
    if (book->count == book->room) {
        book->room = MAX(4096, 2 * book->room);
        book->pages = heap_resize(book->heap, book->pages, book->room * sizeof *book->pages);
    }
    if (book->keyed_count == book->keyed_room) {
        book->keyed_room = MAX(1024, 2 * book->keyed_room);
        book->keyed = heap_resize(book->heap, book->keyed, book->keyed_room * sizeof *book->keyed);
    }
    if (book->lasting_count == book->lasting_room) {
        book->lasting_room = MAX(1024, 2 * book->lasting_room);
        book->lasting =
            heap_resize(book->heap, book->lasting, book->lasting_room * sizeof *book->lasting);
    }
}

static void index_key(struct why_book *book)
{
    const struct why_page *page = &book->pages[book->count - 1];
    uint32_t field = why_book_key_field(page->kind);
    if (field == 0)
        return;
    uint64_t token = page->field[field - 1];
    book->keyed[book->keyed_count] =
        (struct why_keyed){.index = book->count - 1,
                           .before = (uint32_t)table_get(&book->keys, token, 0)};
    table_set(&book->keys, token, ++book->keyed_count);
}

/* Into its threads and its list; the page is the last one. */
static void index_page(struct why_book *book)
{
    uint32_t index = book->count - 1;
    struct why_page *page = &book->pages[index];
    bool is_of_request = about_class(page->about) == ABOUT_REQUEST;
    page->thread = is_of_request ? (uint32_t)table_get(&book->threads, page->about, 0) : 0;
    if (is_of_request)
        table_set(&book->threads, page->about, index + 1);
    index_key(book);
    if (why_book_is_lasting(page->kind))
        book->lasting[book->lasting_count++] = index;
}

static void add_page(struct why_book *book, struct why_page page)
{
    make_room(book);
    book->pages[book->count++] = page;
    index_page(book);
}

static void thin_out(struct why_book *book)
{
    uint32_t all = book->count, half = all / 2;
    book->thin_below = book->pages[half].number;
    book->count = book->lasting_count = book->keyed_count = 0;
    table_clear(&book->threads);
    table_clear(&book->keys);
    for (uint32_t i = 0; i < all; i++)
        if (i >= half || why_book_is_lasting(book->pages[i].kind))
            add_page(book, book->pages[i]); /* never behind the one that is read */
}

void why_book_begin(struct why_book *book, struct heap *heap, const struct tape_record *prologue,
                    uint32_t count)
{
    if (book->next == 0) {
        table_init(&book->threads, heap);
        table_init(&book->keys, heap);
    }
    book->heap = heap;
    book->next = 1;
    book->count = book->lasting_count = book->keyed_count = 0;
    book->thin_below = 0;
    table_clear(&book->threads);
    table_clear(&book->keys);
    for (uint32_t i = 0; i < count; i++)
        why_book_take(book, &prologue[i]);
}

void why_book_take(struct why_book *book, const struct tape_record *record)
{
    if (record->number != book->next)
        return;
    book->next++;
    if (is_noise(record))
        return;
    if (book->count == BOOK_MAX)
        thin_out(book);
    add_page(book,
             (struct why_page){.time = record->time,
                               .about = record->about,
                               .field = {record->field[0], record->field[1], record->field[2]},
                               .number = (uint32_t)record->number,
                               .step = (uint32_t)record->step,
                               .cause = (uint32_t)record->cause,
                               .actor = record->actor,
                               .kind = (uint16_t)record->kind});
}

static void drop_key(struct why_book *book, const struct why_page *page)
{
    uint32_t field = why_book_key_field(page->kind);
    if (field == 0)
        return;
    const struct why_keyed *last = &book->keyed[--book->keyed_count];
    if (last->before)
        table_set(&book->keys, page->field[field - 1], last->before);
    else
        table_remove(&book->keys, page->field[field - 1]);
}

static void drop_last(struct why_book *book)
{
    const struct why_page *page = &book->pages[--book->count];
    drop_key(book, page);
    if (book->lasting_count > 0 && book->lasting[book->lasting_count - 1] == book->count)
        book->lasting_count--;
    if (about_class(page->about) != ABOUT_REQUEST)
        return;
    if (page->thread)
        table_set(&book->threads, page->about, page->thread);
    else
        table_remove(&book->threads, page->about);
}

/* What was left out after the last one kept is heard again. */
void why_book_cut(struct why_book *book, uint64_t step)
{
    if (book->next == 0)
        return;
    while (book->count > 0 && book->pages[book->count - 1].step > step)
        drop_last(book);
    book->next = book->count > 0 ? book->pages[book->count - 1].number + UINT64_C(1) : 1;
}

/* --- reading ------------------------------------------------------------------------------ */

uint64_t why_book_step(const struct why_book *book)
{
    uint64_t step = book->count > 0 ? book->pages[book->count - 1].step : 0;
    return step > 0 ? step - 1 : 0;
}

uint32_t why_book_index(const struct why_book *book, uint64_t number)
{
    uint32_t low = 0, high = book->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->pages[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t why_book_lasting(const struct why_book *book, uint64_t number)
{
    uint32_t low = 0, high = book->lasting_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->pages[book->lasting[middle]].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tape_record why_book_record(const struct why_book *book, uint32_t index)
{
    const struct why_page *page = &book->pages[index];
    struct trace_record record = {.number = page->number,
                                  .time = page->time,
                                  .about = page->about,
                                  .cause = page->cause,
                                  .field = {page->field[0], page->field[1], page->field[2]},
                                  .kind = page->kind,
                                  .actor = page->actor};
    struct tape_record taped;
    tape_describe(&record, page->step, &taped);
    return taped;
}
