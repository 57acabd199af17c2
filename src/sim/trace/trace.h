/*
 * trace.h: the typed, causal record of a run.
 *
 * Every step of the scheduler appends at least one record, and so does every
 * note of the database. A record has
 *
 *   number   its position in this run, from 1: what `cause` refers to
 *   about    its identity: what it concerns, the same in every branch
 *   cause    the number of the record that made it happen, 0 for none
 *
 * From the records follow the digest after every step, the causal story of a
 * failure, the -v listing, the exports and (later) the pictures. They are not
 * kept: a world hands each record to a sink and forgets it; whoever needs old
 * ones runs the world again, since a run is a pure function.
 *
 * One table gives each kind its name, fields and sentence: trace_kinds.def for
 * the simulator, db/notes.def for the database.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include "base/base.h"
#include "base/digest.h"
#include "base/text.h"
#include "db/note.h"

/* Changes whenever the meaning or the order of records changes. */
#define TRACE_VERSION 2

enum trace_kind {
#define TRACE(identifier, name, a, b, c, sentence) TRACE_##identifier,
#include "sim/trace/trace_kinds.def"
#undef TRACE
    TRACE_SIM_COUNT,
    /* the database's notes: TRACE_NOTE + enum note_kind */
    TRACE_NOTE = TRACE_SIM_COUNT,
    TRACE_KIND_COUNT = TRACE_NOTE + NOTE_COUNT,
};

/* Actors: nodes by index, clients from CLIENT_ADDRESS_BASE (db/env.h), and: */
#define ACTOR_WORLD UINT32_MAX

struct trace_record {
    uint64_t number;
    vtime time;
    uint64_t about;
    uint64_t cause;
    uint64_t field[3]; /* a, b, c of the table */
    uint32_t kind;     /* enum trace_kind */
    uint32_t actor;
};

enum field_type {
    FIELD_NONE, FIELD_COUNT, FIELD_SIZE, FIELD_SPAN, FIELD_SIGNED, FIELD_NODE, FIELD_KEY,
    FIELD_SEQUENCE, FIELD_STAMP, FIELD_LEVEL, FIELD_OUTCOME, FIELD_REASON, FIELD_FILE,
    FIELD_FLAG, FIELD_MESSAGE, FIELD_OPERATION, FIELD_VALUE, FIELD_WORK, FIELD_TIMER,
    FIELD_DISK, FIELD_STATUS, FIELD_CRASH, FIELD_CLOCK, FIELD_FAULT, FIELD_ACTION, FIELD_RULE,
    FIELD_PHASE, FIELD_CHANGE,
    FIELD_IDENTITY,
    FIELD_FAULT_KIND, FIELD_FAULT_PART,
    FIELD_TYPE_COUNT,
};

struct trace_field {
    uint32_t type; /* enum field_type */
    const char *name;
};

struct trace_kind_info {
    const char *name;
    struct trace_field field[3];
    const char *sentence;
};

/* TRACE_KIND_COUNT entries. */
extern const struct trace_kind_info trace_kind_table[];

/* The kind of that name, or TRACE_KIND_COUNT. */
uint32_t trace_kind_by_name(const char *name, uint32_t size);

/* Takes each record as it is made; must not touch the world. */
struct trace_sink {
    void (*take)(void *host, const struct trace_record *record);
    void *host;
};

void trace_digest(struct digest *digest, const struct trace_record *record);

/* How a sentence finds the names of things; all may be asked for anything and
 * write something sensible ("n3", "c1#12", "user:42", "key 7f3a..."). */
struct trace_names {
    const void *host;
    void (*actor)(const void *host, struct text *text, uint32_t actor);
    void (*about)(const void *host, struct text *text, uint64_t about);
    void (*key)(const void *host, struct text *text, uint64_t token);
    void (*value)(const void *host, struct text *text, uint64_t value);
};

/* The record's sentence, without time. */
void trace_sentence(struct text *text, const struct trace_record *record,
                    const struct trace_names *names);

/* One field as it stands in the record's sentence: a value that is not there is nothing. */
void trace_sentence_field(struct text *text, const struct trace_record *record, uint32_t index,
                          const struct trace_names *names);

/* One field as text, the same in sentences, listings and JSON. */
void trace_field_text(struct text *text, uint32_t type, uint64_t value,
                      const struct trace_names *names);

#endif
