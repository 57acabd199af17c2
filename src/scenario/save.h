/*
 * save.h: a session as a scenario: the document that was opened, with what was done since.
 *
 * What somebody did at the window stands in the member "interventions", each at its exact
 * place between two events, so that `ringside run` of the saved file is the same run: the
 * same digest. docs/scenarios.md describes the member.
 */
#ifndef SCENARIO_SAVE_H
#define SCENARIO_SAVE_H

#include "scenario/json_print.h"
#include "scenario/load.h"

/* One action, as the timeline writes it: {"crash": "n2", "unsynced": "lost"}. The inverse of
 * what load_timeline.c reads. */
void print_action(struct json_out *out, const struct scenario *scenario,
                  const struct action *action);

/* All of them, as the value of "interventions", on one line. */
void print_interventions(struct json_out *out, const struct scenario *scenario,
                         const struct intervention *list, uint32_t count);

/* The whole file, for the caller to free: under the name "NAME-session", without the path of a
 * schema, which may lie elsewhere than the file will. NULL and a sentence when the seed is too
 * large to stand in a file. */
char *scenario_save_text(const struct scenario *scenario, uint64_t seed,
                         const struct intervention *list, uint32_t count,
                         struct json_error *error);

#endif
