/*
 * notice.h: what there is to tell that no command was asked for.
 *
 * Files that were damaged, a journal with branches to bring back: found while a window opens or
 * works, gathered here as sentences, and shown in its message line at the next occasion.
 */
#ifndef CLI_NOTICE_H
#define CLI_NOTICE_H

#include <stdbool.h>

/* Sentences, one behind the other; empty: nothing to tell. Start with {0}. */
struct notice {
    char text[600];
    bool is_trouble; /* not only news */
};

void notice_tell(struct notice *notice, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for what went wrong. */
void notice_add(struct notice *notice, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
