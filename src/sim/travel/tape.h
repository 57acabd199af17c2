/*
 * tape.h: the records of a stretch of a run, with both ends of everything that takes time.
 *
 * A tape takes records as they are made, one after the other and without a gap. A message is
 * two records, its sending and its end, and so is an operation: whichever of the two comes to
 * hand leads to the other, so that a diagram can draw the line between them.
 *
 *     opening    sent or asked before the tape begins, and not over then
 *     records    SEND .end ---> ARRIVE .start ---> SEND
 *                INVOKE .end -> TOLD   .start ---> INVOKE
 *                SEND .touched -> the last HOLD, RELEASE or POSTPONE -> ... -> the first
 *                a copy is a flight of its own, from its DUPLICATE to its end
 *
 * What is on its way when a tape begins is asked of the world (tape_begin), and when the older
 * half of a full tape is forgotten, what has not ended by then moves to the opening. So every
 * line through the stretch is known, however long ago it began.
 *
 * Leaves out: what became of something after the tape's end. Then `due` says when a message
 * will arrive as things are.
 */
#ifndef SIM_TAPE_H
#define SIM_TAPE_H

#include "base/heap.h"
#include "base/table.h"

struct world;
struct trace_record;

/* What a diagram does with a record. */
enum tape_class {
    TAPE_OTHER,
    TAPE_SEND,   /* peer: to */
    TAPE_ARRIVE, /* peer: from; its cause is the SEND */
    TAPE_DROP,   /* peer: to; its cause is the SEND */
    TAPE_TOUCH,  /* a message is held, goes on, is delayed, damaged or doubled on its way; peer:
                    to; its cause is the SEND (of a copy, its DUPLICATE) */
    TAPE_INVOKE, /* a client asks */
    TAPE_TOLD,   /* a client is told, or gives up */
    TAPE_FAULT,  /* a crash, cut, pause, jump of a clock ... */
    TAPE_CURE,   /* a restart, heal, resume ... */
    TAPE_BROKEN, /* a rule was broken here */
    TAPE_CHANGE, /* of members: a command, a version that was decided, a refusal */
    TAPE_SHED,   /* a node with too much to do refuses a request, or drops one */
    TAPE_CLASS_COUNT,
};

struct tape_record {
    uint64_t number;
    uint64_t step; /* go there to see the world just after it; 0 in an opening */
    vtime time;
    uint64_t about;
    uint64_t cause;
    uint64_t field[3];
    uint64_t end;     /* SEND, INVOKE: number of the record that ended it; 0: none on the tape */
    uint64_t start;   /* ARRIVE, DROP, TOLD, TOUCH: number of what it ends or touches; 0: unknown */
    uint64_t touched; /* SEND, TOUCH: number of the last TOUCH before; 0: none */
    vtime due;        /* SEND: when it will arrive, as things were when it was sent */
    uint32_t kind;  /* for stage_kind_name and stage_sentence */
    uint32_t actor;
    uint32_t peer;
    uint8_t class; /* enum tape_class */
    char letter;   /* of the message: W, A, R ... */
    bool is_headline;
    bool is_flight; /* a message sets out here: a SEND, or the DUPLICATE of a copy */
};

/* What was on its way when the tape began, and how far it was. */
struct tape_open {
    struct tape_record record; /* SEND, DUPLICATE or INVOKE; step 0 */
    vtime seen;                /* when the tape began */
    vtime left;                /* of a message's way, then */
    uint32_t part;             /* of its way behind it, of TAPE_WAY */
    bool is_held;
};

#define TAPE_WAY 1000000u

/* What happened to a message at a point of its way. */
enum tape_moment {
    TAPE_SENT,
    TAPE_PASSED, /* nothing: the tape begins there */
    TAPE_HELD,
    TAPE_RELEASED,
    TAPE_DELAYED,
    TAPE_DAMAGED,
    TAPE_ARRIVED,
    TAPE_LOST,
    TAPE_EXPECTED, /* to arrive, as things are */
    TAPE_STUCK,    /* it is held, and will not arrive */
};

struct tape_point {
    vtime time; /* STUCK: VTIME_NEVER */
    uint32_t part; /* of TAPE_WAY */
    uint32_t moment; /* enum tape_moment */
    uint64_t number; /* of the record of it, or 0 */
};

#define TAPE_POINTS_MAX 24u

struct tape {
    struct heap *heap;
    uint32_t max; /* records; then the older half is forgotten */

    struct tape_record *records; /* ascending by number, without gaps */
    uint32_t count, room;
    struct tape_open *opening; /* ascending by number, all before records[0] */
    uint32_t opening_count, opening_room;
    vtime since;    /* all that happened from here on is on the tape, */
    vtime until;    /* to before its last record's time at least; and to here */
    vtime reach;    /* the longest that a message on the tape took, or will; held: VTIME_NEVER */
    vtime patience; /* the longest that an operation on the tape took until its answer */

    struct table asked; /* request -> number of its INVOKE, while it is not answered */
    bool is_taking;     /* false: what comes is not for this tape */
};

void tape_init(struct tape *tape, struct heap *heap, uint32_t max);

/* Begin anew with the next record. `world` stands between two steps, or is NULL when nothing
 * has happened yet. */
void tape_begin(struct tape *tape, const struct world *world);

/* Take the next record. One that is on the tape already is passed over. After one that does
 * not follow the last one the tape is empty and takes no more until tape_begin. */
void tape_take(struct tape *tape, const struct tape_record *record);

/* When a message on the tape will arrive; told when it sets out. */
void tape_tell_due(struct tape *tape, uint64_t number, vtime due);

/* Forget what happened after a step. */
void tape_cut(struct tape *tape, uint64_t step);

/* The record of that number, those of the opening included, or NULL. */
const struct tape_record *tape_find(const struct tape *tape, uint64_t number);

/* The way of a message of the tape or its opening, from there on: where it set out, where it was
 * held, let go and delayed, and where it ended or will end. Returns how many points. */
uint32_t tape_way(const struct tape *tape, const struct tape_record *flight,
                  struct tape_point points[TAPE_POINTS_MAX]);

/* Index of the first record that happened at `time` or later. */
uint32_t tape_first_from(const struct tape *tape, vtime time);

/* A record as a tape keeps it. */
void tape_describe(const struct trace_record *record, uint64_t step, struct tape_record *taped);

#endif
