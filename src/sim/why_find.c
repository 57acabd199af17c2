/*
 * why_find.c: looking for records in the book.
 *
 * A rule says what it looks for as a pattern: a kind, whose, about what, with which fields. That
 * is all there is to searching; what it means stands in the rules.
 */
#include "sim/why_parts.h"

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

bool why_is(const struct tape_record *record, const struct sought *sought)
{
    if (record->kind != sought->kind)
        return false;
    if (sought->actor != ANYBODY && record->actor != sought->actor)
        return false;
    if (sought->about && record->about != sought->about)
        return false;
    if (sought->cause && record->cause != sought->cause)
        return false;
    for (uint32_t i = 0; i < 3; i++)
        if (sought->fields >> i & 1 && record->field[i] != sought->field[i])
            return false;
    return true;
}

static bool is_wanted(const struct tape_record *record, const void *host)
{
    return why_is(record, host);
}

/* Where the book has been thinned out, the run itself is asked. */
bool why_last(struct why_case *c, uint64_t before, const struct sought *sought,
              struct tape_record *found)
{
    const struct why_book *book = c->book;
    for (uint32_t i = why_book_index(book, before); i-- > 0;) {
        const struct tape_record *record = &book->records[i];
        if (why_is(record, sought)) {
            *found = *record;
            return true;
        }
        if (record->number < book->thin_below)
            return stage_find_last(c->stage, MIN(before, book->thin_below), is_wanted, sought,
                                   found);
    }
    return false;
}

bool why_next(struct why_case *c, uint64_t after, uint64_t before, const struct sought *sought,
              struct tape_record *found)
{
    const struct why_book *book = c->book;
    for (uint32_t i = why_book_index(book, after + 1); i < book->count; i++) {
        const struct tape_record *record = &book->records[i];
        if (record->number >= before)
            return false;
        if (!why_is(record, sought))
            continue;
        *found = *record;
        return true;
    }
    return false;
}

bool why_number(struct why_case *c, uint64_t number, struct tape_record *found)
{
    uint32_t index = why_book_index(c->book, number);
    if (number == 0)
        return false;
    if (index < c->book->count && c->book->records[index].number == number) {
        *found = c->book->records[index];
        return true;
    }
    return stage_find(c->stage, number, found);
}

/* --- of the database ---------------------------------------- */

bool why_invocation(struct why_case *c, uint64_t request, struct tape_record *invoke)
{
    struct sought sought = why_trace(TRACE_INVOKE, ANYBODY, request);
    return why_last(c, UINT64_MAX, &sought, invoke);
}

const struct operation *why_operation(const struct why_case *c, uint64_t request)
{
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
