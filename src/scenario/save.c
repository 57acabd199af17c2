/*
 * save.c: printing actions, and the file around them.
 *
 * Everything is printed in full, defaults included, in units that lose nothing, so that
 * reading it again gives the same action.
 */
#include "scenario/save_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "check/history.h"
#include "db/env.h"
#include "db/level.h"
#include "db/timers.h"
#include "scenario/loader.h"
#include "sim/client/client.h"

#define SEED_MAX (UINT64_C(1) << 53)

/* --- pieces ------------------------------------------------------------------------------ */

void print_key(struct json_out *out, const char *key)
{
    json_out_quoted(out, key);
    json_out_str(out, ": ");
}

void print_more(struct json_out *out, const char *key)
{
    json_out_str(out, ", ");
    print_key(out, key);
}

void print_i64(struct json_out *out, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    json_out_str(out, text);
}

static void print_hex(struct json_out *out, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "\"%016llx\"", (unsigned long long)value);
    json_out_str(out, text);
}

void print_ns(struct json_out *out, int64_t value)
{
    char text[40];
    snprintf(text, sizeof text, "\"%lldns\"", (long long)value);
    json_out_str(out, text);
}

void print_bytes(struct json_out *out, uint64_t value)
{
    char text[40];
    snprintf(text, sizeof text, "\"%lluB\"", (unsigned long long)value);
    json_out_str(out, text);
}

void print_member(struct json_out *out, const struct scenario *scenario, uint32_t address)
{
    const char *name = "all";
    char rack[LABEL_MAX + 8] = "";
    if (address >= RACK_BASE && address - RACK_BASE < scenario->rack_count) {
        snprintf(rack, sizeof rack, "rack:%s", scenario->rack_names[address - RACK_BASE]);
        json_out_quoted(out, rack);
        return;
    }
    if (address >= CLIENT_ADDRESS_BASE && address - CLIENT_ADDRESS_BASE < scenario->client_count)
        name = scenario->clients[address - CLIENT_ADDRESS_BASE].name;
    else if (address < scenario->node.nodes)
        name = scenario->nodes[address].name;
    json_out_quoted(out, name);
}

void print_ends(struct json_out *out, const struct scenario *scenario,
                       const struct action *action)
{
    json_out_str(out, "{");
    print_key(out, "from");
    print_member(out, scenario, action->target);
    print_more(out, "to");
    print_member(out, scenario, action->other);
}

static void print_between(struct json_out *out, const struct scenario *scenario,
                          const struct action *action)
{
    json_out_str(out, "{");
    print_key(out, "between");
    json_out_str(out, "[");
    print_member(out, scenario, action->target);
    json_out_str(out, ", ");
    print_member(out, scenario, action->other);
    json_out_str(out, "]}");
}

void print_split_name(struct json_out *out, const struct scenario *scenario,
                             const struct action *action)
{
    const char *name = action->label ? scenario_split_name(scenario, action->label) : "";
    if (*name == '\0')
        return;
    print_more(out, "name");
    json_out_quoted(out, name);
}

/* --- actions ------------------------------------------------------------------------------- */

static void print_crash(struct json_out *out, const struct action *action)
{
    static const char *const modes[] = {"kept", "lost", "torn", "random"};
    print_more(out, "unsynced");
    json_out_quoted(out, modes[action->mode]);
    if (action->mode != CRASH_TEAR)
        return;
    print_more(out, "sectors");
    print_i64(out, action->amount);
    print_more(out, "last_sector");
    print_bytes(out, action->cut_bytes);
}

static void print_groups(struct json_out *out, const struct scenario *scenario,
                         const struct partition_groups *groups)
{
    for (uint32_t group = 0; group < groups->group_count; group++) {
        json_out_str(out, group == 0 ? "[[" : ", [");
        bool is_first = true;
        for (uint32_t i = 0; i < groups->member_count; i++) {
            if (groups->group_of[i] != group)
                continue;
            json_out_str(out, is_first ? "" : ", ");
            print_member(out, scenario, groups->members[i]);
            is_first = false;
        }
        json_out_str(out, "]");
    }
    json_out_str(out, "]");
}

static void print_level(struct json_out *out, const struct operation_plan *plan)
{
    if (plan->is_sloppy) {
        print_more(out, "sloppy");
        json_out_str(out, "true");
    }
    if (plan->level == LEVEL_DEFAULT)
        return;
    print_more(out, "level");
    if (plan->level == LEVEL_EXPLICIT)
        print_i64(out, plan->explicit_count);
    else
        json_out_quoted(out, level_name(plan->level));
}

/* What only operations on objects have. */
static void print_content(struct json_out *out, const struct operation_plan *plan)
{
    if (plan->field) {
        print_more(out, "field");
        json_out_quoted(out, plan->field);
    }
    if (plan->kind == OPERATION_INCREMENT) {
        print_more(out, "by");
        print_i64(out, plan->amount);
    }
    if (plan->is_blind) {
        print_more(out, "blind");
        json_out_str(out, "true");
    }
    if (plan->is_appended) {
        print_more(out, "append");
        json_out_str(out, "true");
    }
}

static void print_operation(struct json_out *out, const struct scenario *scenario,
                            const struct action *action)
{
    const struct operation_plan *plan = action->operation;
    char value[4097];
    json_out_str(out, "{");
    print_key(out, "client");
    json_out_quoted(out, scenario->clients[action->target].name);
    print_more(out, operation_kind_name(plan->kind));
    json_out_quoted(out, plan->key);
    print_content(out, plan);
    if (plan->value.data) {
        snprintf(value, sizeof value, "%.*s", (int)plan->value.size,
                 (const char *)plan->value.data);
        print_more(out, "value");
        json_out_quoted(out, value);
    }
    print_level(out, plan);
    if (plan->via != ANY_NODE) {
        print_more(out, "via");
        print_member(out, scenario, plan->via);
    }
    print_more(out, "timeout");
    print_ns(out, (int64_t)plan->timeout_ns);
    print_more(out, "retries");
    print_i64(out, plan->retries);
    json_out_str(out, "}");
}

void print_file(struct json_out *out, const struct action *action)
{
    print_more(out, "file");
    json_out_quoted(out, action->file_kind == FILE_LOG          ? "log"
                         : action->file_kind == FILE_CHECKPOINT ? "checkpoint"
                         : action->file_kind == FILE_TOPOLOGY   ? "topology"
                                                                : "hints");
    print_more(out, "number");
    print_i64(out, action->file_number);
    print_more(out, "offset");
    print_bytes(out, (uint64_t)action->amount);
}

static void print_timer(struct json_out *out, const struct action *action)
{
    static const char *const kinds[] = {
#define TIMER(identifier, name, due) name,
        TIMERS(TIMER)
#undef TIMER
    };
    if (action->mode != ANY_TIMER) {
        print_more(out, "timer");
        json_out_quoted(out, kinds[action->mode]);
    }
    if (action->identity) {
        print_more(out, "identity");
        print_hex(out, action->identity);
    }
}

static void print_message(struct json_out *out, const struct action *action)
{
    json_out_str(out, "{");
    print_key(out, "identity");
    print_hex(out, action->identity);
    if (action->copy) {
        print_more(out, "copy");
        print_i64(out, action->copy);
    }
    json_out_str(out, "}");
    if (action->kind == ACTION_POSTPONE) {
        print_more(out, action->mode == POSTPONE_UNTIL ? "until" : "by");
        print_ns(out, action->amount);
    }
    if (action->kind == ACTION_CORRUPT && action->amount != LAST_BYTE) {
        print_more(out, "byte");
        print_i64(out, action->amount);
    }
}

/* What stands beside the word of an action on one node. */
static void print_details(struct json_out *out, const struct action *action)
{
    char drift[40];
    struct text text;
    switch (action->kind) {
    case ACTION_CRASH: print_crash(out, action); break;
    case ACTION_SLOW:
        print_more(out, "factor");
        print_i64(out, action->amount);
        break;
    case ACTION_CLOCK_JUMP:
        print_more(out, "by");
        print_ns(out, action->amount);
        break;
    case ACTION_CLOCK_DRIFT:
        text_init(&text, drift, sizeof drift);
        text_drift(&text, action->amount);
        print_more(out, "by");
        json_out_quoted(out, drift);
        break;
    case ACTION_DISK_FULL:
        print_more(out, "free");
        print_bytes(out, (uint64_t)action->amount);
        break;
    case ACTION_REPAIR:
        if (action->mode == 1) {
            print_more(out, "position");
            print_hex(out, action->identity);
        }
        break;
    case ACTION_DISK_CORRUPT: print_file(out, action); break;
    case ACTION_FIRE_TIMER: print_timer(out, action); break;
    default: break;
    }
}

static void print_share(struct json_out *out, const char *key, uint32_t ppb)
{
    char share[40];
    struct text text;
    text_init(&text, share, sizeof share);
    text_ppb(&text, ppb);
    print_more(out, key);
    json_out_quoted(out, share);
}

/* A latency or delay that is no constant is not written: then it is the network's own. */
static void print_link(struct json_out *out, const struct link_config *link)
{
    if (link->latency.kind == DISTRIBUTION_CONSTANT) {
        print_more(out, "latency");
        print_ns(out, (int64_t)link->latency.constant.value_ns);
    }
    print_share(out, "loss", link->loss_ppb);
    print_share(out, "duplicate", link->duplicate_ppb);
    print_share(out, "reorder", link->reorder_ppb);
    if (link->reorder_delay.kind == DISTRIBUTION_CONSTANT) {
        print_more(out, "reorder_delay");
        print_ns(out, (int64_t)link->reorder_delay.constant.value_ns);
    }
    print_share(out, "corrupt", link->corrupt_ppb);
    print_more(out, "bandwidth");
    print_bytes(out, link->bandwidth);
    print_more(out, "queue");
    print_bytes(out, link->queue_bytes);
    json_out_str(out, "}");
}

static void print_value(struct json_out *out, const struct scenario *scenario,
                        const struct action *action)
{
    if (print_fault_action(out, scenario, action))
        return;
    switch (action->kind) {
    case ACTION_PARTITION:
        print_groups(out, scenario, action->groups);
        print_split_name(out, scenario, action);
        return;
    case ACTION_CUT:
        print_ends(out, scenario, action);
        json_out_str(out, "}");
        print_split_name(out, scenario, action);
        return;
    case ACTION_LINK:
        print_ends(out, scenario, action);
        print_link(out, action->link);
        return;
    case ACTION_HEAL:
        if (action->mode == HEAL_LINK) {
            print_between(out, scenario, action);
            return;
        }
        json_out_quoted(out, action->label ? scenario_split_name(scenario, action->label) : "all");
        return;
    case ACTION_DROP:
    case ACTION_HOLD:
    case ACTION_RELEASE:
    case ACTION_DUPLICATE:
    case ACTION_POSTPONE:
    case ACTION_CORRUPT: print_message(out, action); return;
    case ACTION_REMOVE:
        print_member(out, scenario, action->target);
        if (action->other != ANY_NODE) {
            print_more(out, "via");
            print_member(out, scenario, action->other);
        }
        return;
    case ACTION_SPLIT:
    case ACTION_MERGE:
    case ACTION_MOVE:
        json_out_quoted(out, action->key);
        if (action->kind == ACTION_MOVE) {
            print_more(out, "to");
            print_member(out, scenario, action->other);
        }
        return;
    case ACTION_REPLACE:
        print_member(out, scenario, action->other);
        print_more(out, "by");
        print_member(out, scenario, action->target);
        return;
    case ACTION_OPERATION: print_operation(out, scenario, action); return;
    case ACTION_STOP_CLIENTS:
    case ACTION_START_CLIENTS:
        print_member(out, scenario,
                     action->target == ALL_MEMBERS ? ALL_MEMBERS
                                                   : CLIENT_ADDRESS_BASE + action->target);
        return;
    default:
        print_member(out, scenario, action->target);
        print_details(out, action);
    }
}

void print_action(struct json_out *out, const struct scenario *scenario,
                  const struct action *action)
{
    json_out_str(out, "{");
    print_key(out, action_name(action->kind));
    print_value(out, scenario, action);
    json_out_str(out, "}");
}

/* --- the file -------------------------------------------------------------------------------- */

void print_interventions(struct json_out *out, const struct scenario *scenario,
                         const struct intervention *list, uint32_t count)
{
    json_out_str(out, "[");
    for (uint32_t i = 0; i < count; i++) {
        json_out_str(out, i == 0 ? "{" : ", {");
        print_key(out, "time");
        print_ns(out, (int64_t)list[i].time);
        if (list[i].identity) {
            print_more(out, "after");
            print_hex(out, list[i].identity);
        }
        print_more(out, "nth");
        print_i64(out, (int64_t)MAX(list[i].occurrence, 1));
        print_more(out, "do");
        print_action(out, scenario, &list[i].action);
        json_out_str(out, "}");
    }
    json_out_str(out, "]");
}

/* "demo" becomes "demo-session", and stays so when it is saved again. */
static void session_name(const char *name, char *text, size_t size)
{
    static const char ending[] = "-session";
    size_t end = strlen(ending), length = strlen(name);
    bool is_one = length > end && strcmp(name + length - end, ending) == 0;
    bool is_too_long = length + end > name_rule.max_bytes;
    snprintf(text, size, "\"%s%s\"", name, is_one || is_too_long ? "" : ending);
}

char *scenario_save_text(const struct scenario *scenario, uint64_t seed,
                         const struct intervention *list, uint32_t count, struct json_error *error)
{
    struct json_out edits = {0};
    char number[32], name[LABEL_MAX + 16], *text = NULL;
    if (seed > SEED_MAX) {
        snprintf(error->text, sizeof error->text,
                 "a seed above %llu does not fit into a scenario file",
                 (unsigned long long)SEED_MAX);
        return NULL;
    }
    snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
    print_interventions(&edits, scenario, list, count);
    struct json_doc *doc =
        json_doc_parse(scenario->file, scenario->text, strlen(scenario->text), error);
    session_name(scenario->name, name, sizeof name);
    if (doc && json_doc_set(doc, "name", name, error) && json_doc_set(doc, "seed", number, error) &&
        json_doc_set(doc, "interventions", edits.data, error)) {
        json_doc_remove(doc, "$schema"); /* the path of it from where the scenario lies */
        text = json_doc_print(doc, NULL);
    }
    json_doc_free(doc);
    free(edits.data);
    return text;
}
