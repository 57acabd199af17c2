/*
 * why_book.h: all that has happened in the present branch, kept for questions about it.
 *
 * The tape of a stage holds what a window shows; a reason may lie anywhere before that. The first
 * question makes the run once more and keeps its records here; from then on the book takes what
 * the run adds, as long as nothing is missing in between. Heartbeats that arrived are left out:
 * nobody asks why something went well a thousand times.
 *
 * A book that is full keeps of its older half only what lasts: faults, cures, what nodes found
 * out, what clients asked and were told. `thin_below` says up to where that is so, and searches
 * for other things go there through the stage (slower, and just as right).
 */
#ifndef SIM_WHY_BOOK_H
#define SIM_WHY_BOOK_H

#include "base/heap.h"
#include "sim/stage.h"

struct why_book {
    struct heap *heap;
    struct tape_record *records; /* ascending by number, with gaps */
    uint32_t count;
    uint32_t room;
    uint64_t next;       /* number of the record that it takes next; 0: nobody has asked yet */
    uint64_t thin_below; /* records below this number are not all here */
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

/* Index of the first record with this number or a higher one. */
uint32_t why_book_index(const struct why_book *book, uint64_t number);

#endif
