/*
 * trace.c: the table of all kinds of trace record, and their digest.
 *
 * The table is made from the two lists by the preprocessor: sim/trace/trace_kinds.def for
 * the simulator, then db/notes.def for the database, in the order of enum trace_kind.
 * A field's description in a list, KEY(key), becomes its type and its name.
 *
 * Read next: trace_text.c, which turns a record into its sentence.
 */
#include "sim/trace/trace.h"

#include <string.h>

/* The vocabulary of the lists. The names are short and common, so they exist only
 * in this file, after its headers. */
#define NONE            {FIELD_NONE, ""}
#define COUNT(name)     {FIELD_COUNT, #name}
#define SIZE(name)      {FIELD_SIZE, #name}
#define SPAN(name)      {FIELD_SPAN, #name}
#define SIGNED(name)    {FIELD_SIGNED, #name}
#define NODE(name)      {FIELD_NODE, #name}
#define KEY(name)       {FIELD_KEY, #name}
#define SEQUENCE(name)  {FIELD_SEQUENCE, #name}
#define STAMP(name)     {FIELD_STAMP, #name}
#define LEVEL(name)     {FIELD_LEVEL, #name}
#define OUTCOME(name)   {FIELD_OUTCOME, #name}
#define REASON(name)    {FIELD_REASON, #name}
#define FILE(name)      {FIELD_FILE, #name}
#define FLAG(name)      {FIELD_FLAG, #name}
#define MESSAGE(name)   {FIELD_MESSAGE, #name}
#define OPERATION(name) {FIELD_OPERATION, #name}
#define VALUE(name)     {FIELD_VALUE, #name}
#define WORK(name)      {FIELD_WORK, #name}
#define TIMER(name)     {FIELD_TIMER, #name}
#define DISK(name)      {FIELD_DISK, #name}
#define STATUS(name)    {FIELD_STATUS, #name}
#define CRASH(name)     {FIELD_CRASH, #name}
#define CLOCK(name)     {FIELD_CLOCK, #name}
#define FAULT(name)     {FIELD_FAULT, #name}
#define ACTION(name)    {FIELD_ACTION, #name}
#define RULE(name)      {FIELD_RULE, #name}
#define PHASE(name)     {FIELD_PHASE, #name}
#define CHANGE(name)    {FIELD_CHANGE, #name}
#define IDENTITY(name)  {FIELD_IDENTITY, #name}
#define KIND_OF_FAULT(name) {FIELD_FAULT_KIND, #name}
#define PART(name)      {FIELD_FAULT_PART, #name}

#define TRACE(identifier, name, a, b, c, sentence) {name, {a, b, c}, sentence},
#define NOTE(identifier, name, a, b, c, sentence)  {name, {a, b, c}, sentence},

const struct trace_kind_info trace_kind_table[] = {
#include "sim/trace/trace_kinds.def"
#include "db/notes.def"
};

_Static_assert(ARRAY_LEN(trace_kind_table) == TRACE_KIND_COUNT, "one entry a kind");

uint32_t trace_kind_by_name(const char *name, uint32_t size)
{
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++) {
        const char *known = trace_kind_table[i].name;
        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return i;
    }
    return TRACE_KIND_COUNT;
}

/* Field by field: padding and byte order never reach a digest. Kind and actor are two
 * halves of one word. */
void trace_digest(struct digest *digest, const struct trace_record *record)
{
    const uint64_t words[8] = {record->number,   record->time,     record->about,
                               record->cause,    record->field[0], record->field[1],
                               record->field[2], (uint64_t)record->kind << 32 | record->actor};
    digest_eight(digest, words);
}
