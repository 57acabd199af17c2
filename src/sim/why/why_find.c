/*
 * why_find.c: looking for records in the book.
 *
 * A rule says what it looks for as a pattern: a kind, whose, about what, with which fields. That
 * is all there is to searching; what it means stands in the rules.
 */
#include "sim/why/why_parts.h"

struct sought why_trace(uint32_t kind, uint32_t actor, uint64_t about)
{
    return (struct sought){.kind = kind, .actor = actor, .about = about};
}

struct sought why_note(uint32_t note, uint32_t actor, uint64_t about)
{
    return why_trace(TRACE_NOTE + note, actor, about);
}

struct sought with_field(struct sought sought, uint32_t index, uint64_t value)
{
    sought.fields |= 1u << index;
    sought.field[index] = value;
    return sought;
}

static bool is_match(const struct why_page *page, const struct sought *sought)
{
    if (page->kind != sought->kind)
        return false;
    if (sought->actor != ANYBODY && page->actor != sought->actor)
        return false;
    if (sought->about && page->about != sought->about)
        return false;
    if (sought->cause && page->cause != sought->cause)
        return false;
    for (uint32_t i = 0; i < 3; i++)
        if (sought->fields >> i & 1 && page->field[i] != sought->field[i])
            return false;
    return true;
}

/* --- along the thread of a request or of a key, among what lasts, or page by page ------------- */

enum way { THREAD, KEYED, LASTING, PAGES };

static enum way way_to(const struct sought *sought)
{
    uint32_t key = why_book_key_field(sought->kind);
    if (about_class(sought->about) == ABOUT_REQUEST)
        return THREAD;
    if (key > 0 && sought->fields >> (key - 1) & 1)
        return KEYED;
    return why_book_is_lasting(sought->kind) ? LASTING : PAGES;
}

static bool found_at(const struct why_book *book, uint32_t index, struct tape_record *found)
{
    *found = why_book_record(book, index);
    return true;
}

/* The last one of a key below a number, or with `first` the first one above another. */
static bool find_keyed(const struct why_book *book, uint64_t after, uint64_t before,
                       const struct sought *sought, bool is_first, struct tape_record *found)
{
    uint64_t token = sought->field[why_book_key_field(sought->kind) - 1];
    uint32_t at = (uint32_t)table_get(&book->keys, token, 0), best = UINT32_MAX;
    for (; at; at = book->keyed[at - 1].before) {
        uint32_t index = book->keyed[at - 1].index;
        if (book->pages[index].number <= after)
            break;
        if (book->pages[index].number >= before || !is_match(&book->pages[index], sought))
            continue;
        best = index;
        if (!is_first)
            break;
    }
    return best != UINT32_MAX && found_at(book, best, found);
}

/* The last page of a thread below a number, or the first one above another: 1 + index, or 0. */
static uint32_t last_in_thread(const struct why_book *book, uint64_t before,
                               const struct sought *sought)
{
    uint32_t at = (uint32_t)table_get(&book->threads, sought->about, 0);
    for (; at; at = book->pages[at - 1].thread)
        if (book->pages[at - 1].number < before && is_match(&book->pages[at - 1], sought))
            break;
    return at;
}

static uint32_t first_in_thread(const struct why_book *book, uint64_t after, uint64_t before,
                                const struct sought *sought)
{
    uint32_t at = (uint32_t)table_get(&book->threads, sought->about, 0), first = 0;
    for (; at && book->pages[at - 1].number > after; at = book->pages[at - 1].thread)
        if (book->pages[at - 1].number < before && is_match(&book->pages[at - 1], sought))
            first = at;
    return first;
}

bool why_last(struct why_case *c, uint64_t before, const struct sought *sought,
              struct tape_record *found)
{
    const struct why_book *book = c->book;
    enum way way = way_to(sought);
    if (way == THREAD) {
        uint32_t at = last_in_thread(book, before, sought);
        return at && found_at(book, at - 1, found);
    }
    if (way == KEYED)
        return find_keyed(book, 0, before, sought, false, found);
    uint32_t i = way == LASTING ? why_book_lasting(book, before) : why_book_index(book, before);
    while (i-- > 0) {
        uint32_t index = way == LASTING ? book->lasting[i] : i;
        if (is_match(&book->pages[index], sought))
            return found_at(book, index, found);
    }
    return false;
}

bool why_next(struct why_case *c, uint64_t after, uint64_t before, const struct sought *sought,
              struct tape_record *found)
{
    const struct why_book *book = c->book;
    enum way way = way_to(sought);
    if (way == THREAD) {
        uint32_t at = first_in_thread(book, after, before, sought);
        return at && found_at(book, at - 1, found);
    }
    if (way == KEYED)
        return find_keyed(book, after, before, sought, true, found);
    uint32_t i =
        way == LASTING ? why_book_lasting(book, after + 1) : why_book_index(book, after + 1);
    uint32_t count = way == LASTING ? book->lasting_count : book->count;
    for (; i < count; i++) {
        uint32_t index = way == LASTING ? book->lasting[i] : i;
        if (book->pages[index].number >= before)
            return false;
        if (is_match(&book->pages[index], sought))
            return found_at(book, index, found);
    }
    return false;
}

uint64_t why_count(const struct why_case *c, uint64_t after, uint64_t before,
                   const struct sought *sought)
{
    const struct why_book *book = c->book;
    uint64_t count = 0;
    for (uint32_t i = why_book_lasting(book, after + 1); i < book->lasting_count; i++) {
        const struct why_page *page = &book->pages[book->lasting[i]];
        if (page->number >= before)
            break;
        count += is_match(page, sought);
    }
    return count;
}

bool why_number(struct why_case *c, uint64_t number, struct tape_record *found)
{
    uint32_t index = why_book_index(c->book, number);
    if (number == 0)
        return false;
    if (index < c->book->count && c->book->pages[index].number == number)
        return found_at(c->book, index, found);
    return stage_find(c->stage, number, found);
}

/* --- of the database ---------------------------------------- */

bool why_invocation(struct why_case *c, uint64_t request, struct tape_record *invoke)
{
    struct sought sought = why_trace(TRACE_INVOKE, ANYBODY, request);
    return why_last(c, UINT64_MAX, &sought, invoke);
}

/* Operations stand in the order in which they were asked. */
static const struct operation *asked_at(const struct why_case *c, uint64_t record, uint64_t request)
{
    uint64_t low = 0, high = chain_count(&c->world->state->clients.history);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const struct operation *operation = history_at(c->world, (uint32_t)middle);
        if (operation->record_invoked == record)
            return operation->request == request ? operation : NULL;
        if (operation->record_invoked < record)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct operation *why_operation(const struct why_case *c, uint64_t request)
{
    struct sought sought = why_trace(TRACE_INVOKE, ANYBODY, request);
    uint32_t page = c->book->next ? last_in_thread(c->book, UINT64_MAX, &sought) : 0;
    const struct operation *asked =
        page ? asked_at(c, c->book->pages[page - 1].number, request) : NULL;
    if (asked)
        return asked;
    for (uint64_t i = chain_count(&c->world->state->clients.history); i-- > 0;) {
        const struct operation *operation = history_at(c->world, (uint32_t)i);
        if (operation->request == request)
            return operation;
    }
    return NULL;
}

bool why_write_begun(struct why_case *c, uint64_t before, uint64_t token, int64_t timestamp,
                     struct tape_record *begun)
{
    struct sought sought = why_note(NOTE_WRITE_BEGUN, ANYBODY, 0);
    sought = with_field(with_field(sought, 0, token), 1, (uint64_t)timestamp);
    return why_last(c, before, &sought, begun);
}

bool why_other_write(struct why_case *c, uint64_t before, uint64_t token, int64_t timestamp,
                     uint64_t request, struct tape_record *begun)
{
    for (; why_write_begun(c, before, token, timestamp, begun); before = begun->number)
        if (begun->about != request)
            return true;
    return false;
}

struct bytes why_key(const struct why_case *c, uint64_t token)
{
    const uint64_t *index = table_find(&c->world->state->clients.keys, token);
    return index ? world_key(c->world, (uint32_t)*index) : (struct bytes){0};
}

uint32_t why_replicas(const struct why_case *c, uint64_t token, uint32_t *nodes)
{
    struct replica_view views[REPLICATION_MAX];
    uint32_t count = world_view_replicas(c->world, why_key(c, token), views);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = views[i].node;
    return count;
}
