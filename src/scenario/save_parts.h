/*
 * save_parts.h: the pieces that actions are printed with.
 *
 * save.c has them; save_fault.c prints with them, too.
 * Each writes one word or value as the timeline would have it, in units that lose nothing.
 */
#ifndef SCENARIO_SAVE_PARTS_H
#define SCENARIO_SAVE_PARTS_H

#include "scenario/save.h"

/* "key": and , "key": */
void print_key(struct json_out *out, const char *key);
void print_more(struct json_out *out, const char *key);

void print_i64(struct json_out *out, int64_t value);
void print_ns(struct json_out *out, int64_t value);
void print_bytes(struct json_out *out, uint64_t value);

/* A node, a client, a rack or "all", by its address. */
void print_member(struct json_out *out, const struct scenario *scenario, uint32_t address);

/* {"from": ..., "to": ... without its closing brace; and , "name": ... if there is one. */
void print_ends(struct json_out *out, const struct scenario *scenario,
                const struct action *action);
void print_split_name(struct json_out *out, const struct scenario *scenario,
                      const struct action *action);
void print_file(struct json_out *out, const struct action *action);

/* save_fault.c: false when the action is not one of those. */
bool print_fault_action(struct json_out *out, const struct scenario *scenario,
                        const struct action *action);

#endif
