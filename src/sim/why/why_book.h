/*
 * why_book.h: all that has happened in the present branch, kept for questions about it.
 *
 * The tape of a stage holds what a window shows; a reason may lie anywhere before that. The first
 * question makes the run once more and keeps its records here; from then on the book takes what
 * the run adds, as long as nothing is missing in between. Heartbeats that arrived are left out:
 * nobody asks why something went well a thousand times.
 *
 *     pages     64 bytes a record, ascending by number, with gaps
 *     threads   each page knows the one before it that is about the same request
 *     keyed     what is about a key, each with the one before it that is about the same key
 *     lasting   indexes of what counts long after: faults, cures, suspicions, what clients were
 *               told
 *
 * So a search among what concerns one request, one key, or among faults, costs what there is of
 * them, and not the length of the run. A full book keeps of its older half only what lasts; a
 * question about something there has it read anew up to there (stage_fill_book).
 */
#ifndef SIM_WHY_BOOK_H
#define SIM_WHY_BOOK_H

#include "base/table.h"
#include "sim/travel/tape.h"

/* A record, as small as can be. */
struct why_page {
    vtime time;
    uint64_t about;
    uint64_t field[3];
    uint32_t number;
    uint32_t step;
    uint32_t cause;
    uint32_t thread; /* 1 + index of the page before with the same about, 0: none */
    uint32_t actor;
    uint16_t kind;
    uint16_t unused;
};

/* A page that is about a key. */
struct why_keyed {
    uint32_t index;
    uint32_t before; /* 1 + index in `keyed` of the one before of the same key, 0: none */
};

struct why_book {
    struct heap *heap;
    struct why_page *pages;
    uint32_t count;
    uint32_t room;
    uint32_t *lasting; /* indexes of pages, ascending */
    uint32_t lasting_count;
    uint32_t lasting_room;
    struct why_keyed *keyed; /* ascending */
    uint32_t keyed_count;
    uint32_t keyed_room;
    struct table keys;    /* token -> 1 + index of its last one in `keyed` */
    struct table threads; /* about -> 1 + index of its last page */
    uint64_t next;        /* number of the record that it takes next; 0: nobody has asked yet */
    uint64_t thin_below;  /* records below this number are not all here */
};

/* The first question: what was recorded before the first step is made once and never again. */
void why_book_begin(struct why_book *book, struct heap *heap, const struct tape_record *prologue,
                    uint32_t count);

/* A record passes: it is taken when it is the next one. */
void why_book_take(struct why_book *book, const struct tape_record *record);

/* Forget what came after a step: another branch begins there. */
void why_book_cut(struct why_book *book, uint64_t step);

/* Where one has to begin to hear what is missing. */
uint64_t why_book_step(const struct why_book *book);

/* Index of the first page with this number or a higher one. */
uint32_t why_book_index(const struct why_book *book, uint64_t number);
/* The same among the lasting ones. */
uint32_t why_book_lasting(const struct why_book *book, uint64_t number);

bool why_book_is_lasting(uint32_t kind);

/* 1 + the index of the field that holds the token of a key; 0: such a record is in no key's
 * thread. */
uint32_t why_book_key_field(uint32_t kind);

/* The record of a page. */
struct tape_record why_book_record(const struct why_book *book, uint32_t index);

#endif
