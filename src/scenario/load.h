/*
 * load.h: from a JSON file to a struct scenario.
 *
 * A scenario is loaded whole or not at all. The first mistake found is reported
 * as one sentence with file, line and column, what was expected, and the nearest
 * right word; docs/scenarios.md and scenarios/scenario.schema.json describe what
 * may stand in a file, and a test proves that loader and schema agree.
 *
 * All memory of a scenario belongs to it and ends with scenario_free.
 */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "scenario/json_doc.h"
#include "sim/world/scenario.h"

/* Read a file, a scenario or a capsule that holds one (capsule.h), with overrides `path=value`
 * (the command line's --set) applied in order. NULL and a sentence in *error on any mistake. */
struct scenario *scenario_load(const char *path, const char *const *overrides,
                               uint32_t override_count, struct json_error *error);

/* The same from text, as it stands in traces and capsules; `name` stands in for the
 * file's name in messages. */
struct scenario *scenario_from_text(const char *name, const char *text, size_t size,
                                    struct json_error *error);

/* A condition about this scenario's nodes, clients and operations, such as --until
 * takes; its memory belongs to the scenario. */
bool scenario_parse_condition(struct scenario *scenario, const char *source,
                              struct condition *condition, struct json_error *error);

/* An action as the timeline writes it, {"crash": "n2"}, from another document: a share line, a
 * journal. The scenario takes over that document once (scenario_keep), since the action may point
 * into it. False and a sentence in the value's error on any mistake. */
bool scenario_load_action(struct scenario *scenario, struct json_value value,
                          struct action *action);
void scenario_keep(struct scenario *scenario, struct json_doc *doc);

/* The name of a partition or a cut, by its label; "" when there is none. */
const char *scenario_split_name(const struct scenario *scenario, uint64_t label);

/* NULL is allowed. */
void scenario_free(struct scenario *scenario);

#endif
