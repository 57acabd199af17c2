/*
 * bend.h: what the files of bending commands share (do_bend.c).
 *
 * A command that needs a number, a name or a time asks for it, with a suggestion that Enter
 * takes. A wrong answer is said above the question, which stays with what was typed.
 */
#ifndef VIZ_BEND_H
#define VIZ_BEND_H

#include "viz/app/app.h"

/* Do it now, in a new branch, and say what was done. */
void bend(struct app *app, struct action action, const char *done);

/* The same after a deed that the stage has done itself. */
void bend_tell(struct app *app, uint32_t branch, const char *done);

/* The run stands still while it is asked: what the answer is about stays as it is. */
void bend_ask(struct app *app, const char *question, const char *suggestion,
              app_answered *answered);

/* End whatever cuts the link between two nodes or clients, both ways (do_link.c). */
void bend_heal_link(struct app *app, uint32_t one, uint32_t other);

/* The address of a node or client of that name; UINT32_MAX: there is none. And the question
 * again: there is no "n22" here; did you mean "n2"? (do_link.c) */
uint32_t bend_find(const struct picture *picture, const char *name);
void bend_ask_name_again(struct app *app, const char *answer, const char *name,
                         bool is_client_allowed);

/* Take words off a line: see do_bend.c. */
char *bend_word(char **line);

#endif
