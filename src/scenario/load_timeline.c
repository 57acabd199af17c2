/*
 * load_timeline.c: what is done to the world, and when.
 *
 *   {"at": "2s", "crash": "n2", "unsynced": "lost"}
 *   {"when": "n2.log_append == 3", "crash": "n2"}
 *   {"at": "1s", "partition": [["n1"], ["n2", "n3"]], "name": "split"}
 *   {"at": "3s", "heal": "split"}
 *
 * The word of the action is its key (sim/world/action.h lists them); what else it needs
 * stands beside it.
 */
#include "scenario/loader.h"

#include <string.h>

#include "base/outcome.h"

#define SLOW_FACTOR_MAX 10000 /* a disk that is slower is booked beyond the end of time */

static const char *const action_words[] = {
#define ACTION(identifier, name, meaning) name,
    ACTIONS(ACTION)
#undef ACTION
};

/* --- actions -------------------------------------------------------------------------- */

static void load_crash(struct json_object *entry, struct action *action)
{
    static const char *const modes[] = {"kept", "lost", "torn", "random"};
    struct json_value sectors = json_object_get(entry, "sectors");
    struct json_value last = json_object_get(entry, "last_sector");
    action->mode =
        json_read_word(json_object_get(entry, "unsynced"), modes, ARRAY_LEN(modes), CRASH_LOSE);
    action->amount = json_read_int(sectors, 0, 1000000, 1);
    action->cut_bytes = (uint32_t)json_read_size(last, 0, 4095, 0);
    struct json_value odd = json_value_kind(sectors) != JSON_MISSING ? sectors : last;
    if (action->mode != CRASH_TEAR && json_value_kind(odd) != JSON_MISSING)
        json_fail(odd, "this is for \"unsynced\": \"torn\"");
}

/* A node or a client. */
uint32_t load_member(struct loader *loader, struct json_value value)
{
    uint32_t index = json_read_word(value, loader->member_words, loader->member_count, 0);
    return index < loader->node_count ? index : CLIENT_ADDRESS_BASE + index - loader->node_count;
}

static bool is_member(const uint32_t *members, uint32_t count, uint32_t address)
{
    for (uint32_t i = 0; i < count; i++)
        if (members[i] == address)
            return true;
    return false;
}

/* A node, a client, or all nodes of a rack. */
static bool add_to_group(struct loader *loader, struct json_value item, uint32_t *members,
                         uint32_t *group_of, uint32_t *count, uint32_t group)
{
    uint32_t *named = loader_allocate(loader, MAX(loader->node_count, 1) * sizeof *named);
    uint32_t named_count = load_members(loader, item, named);
    for (uint32_t i = 0; i < named_count && !json_has_error(loader->error); i++) {
        if (is_member(members, *count, named[i])) {
            json_fail(item, "it stands in a group already");
            return false;
        }
        members[*count] = named[i];
        group_of[(*count)++] = group;
    }
    return !json_has_error(loader->error);
}

static void load_partition(struct loader *loader, struct json_value value, struct action *action)
{
    struct json_array groups = json_array_open(value, 2, NODES_MAX);
    uint32_t room = loader->member_count;
    uint32_t *members = loader_allocate(loader, room * sizeof *members);
    uint32_t *group_of = loader_allocate(loader, room * sizeof *group_of);
    uint32_t count = 0;
    struct json_value group;
    for (uint32_t g = 0; json_array_next(&groups, &group); g++) {
        struct json_array list = json_array_open(group, 1, room);
        struct json_value item;
        while (json_array_next(&list, &item)) {
            if (!add_to_group(loader, item, members, group_of, &count, g))
                return;
        }
    }
    struct partition_groups *result = loader_allocate(loader, sizeof *result);
    *result = (struct partition_groups){groups.count, count, members, group_of};
    action->groups = result;
}

/* From one node to another, as "cut", "link" and "drop" say it. */
static void load_ends(struct loader *loader, struct json_object *object, bool is_all_allowed,
                      struct action *action)
{
    struct json_value from = json_object_need(object, "from");
    struct json_value to = json_object_need(object, "to");
    if (is_all_allowed) {
        action->target = load_node_or(loader, from, "all", ALL_MEMBERS, 0);
        action->other = load_node_or(loader, to, "all", ALL_MEMBERS, 0);
        return;
    }
    action->target = load_node(loader, from, 0);
    action->other = load_node(loader, to, 0);
    if (!json_has_error(loader->error) && action->target == action->other)
        json_fail(to, "expected another node than \"from\"");
}

void load_cut(struct loader *loader, struct json_value value, struct action *action)
{
    struct json_object object = json_object_open(value);
    load_ends(loader, &object, false, action);
    json_object_finish(&object);
}

static void load_link_change(struct loader *loader, struct json_value value, struct action *action)
{
    struct json_object object = json_object_open(value);
    load_ends(loader, &object, true, action);
    struct link_config *link = loader_allocate(loader, sizeof *link);
    *link = load_link(loader, &object, &loader->scenario->network.nodes);
    action->link = link;
    json_object_finish(&object);
}

static void load_clock_change(struct json_object *entry, struct action *action)
{
    /* so short that all the jumps a timeline can hold do not reach back to 1970 */
    const int64_t longest = 240 * INT64_C(3600) * (int64_t)SECOND;
    struct json_value by = json_object_need(entry, "by");
    if (action->kind == ACTION_CLOCK_JUMP)
        action->amount = json_read_span(by, -longest, longest, 0);
    else
        action->amount = json_read_drift(by, -500000000, 500000000, 0);
}

void load_corruption(struct json_object *entry, struct action *action)
{
    static const char *const files[] = {"log", "checkpoint", "topology", "hints"};
    static const uint32_t kinds[] = {FILE_LOG, FILE_CHECKPOINT, FILE_TOPOLOGY, FILE_HINTS};
    action->file_kind =
        kinds[json_read_word(json_object_get(entry, "file"), files, ARRAY_LEN(files), 0)];
    action->file_number =
        (uint32_t)json_read_int(json_object_get(entry, "number"), 0, UINT32_MAX, 0);
    action->amount = (int64_t)json_read_size(json_object_need(entry, "offset"), 0, 1u << 30, 0);
}

static void load_action_operation(struct loader *loader, struct json_value value,
                                  struct action *action)
{
    struct json_object object = json_object_open(value);
    action->target = json_read_word(json_object_need(&object, "client"), loader->client_words,
                                    loader->client_count, 0);
    struct operation_plan *plan = loader_allocate(loader, sizeof *plan);
    *plan = load_operation(loader, &object);
    plan->label = "";
    action->operation = plan;
    json_object_finish(&object);
}

void load_split_name(struct loader *loader, struct json_object *entry, struct action *action)
{
    const char *name = load_new_name(json_object_get(entry, "name"), NULL);
    if (!name)
        return;
    action->label = name_hash(name);
    loader->split_words[loader->split_count++] = name;
}

/* {"between": ["n1", "n3"]}: nodes or clients. */
static void load_healed_link(struct loader *loader, struct json_value value, struct action *action)
{
    struct json_object object = json_object_open(value);
    struct json_array ends = json_array_open(json_object_need(&object, "between"), 2, 2);
    struct json_value end;
    uint32_t addresses[2] = {0, 1}, count = 0;
    while (json_array_next(&ends, &end) && count < 2) {
        addresses[count++] = load_member(loader, end);
        if (count == 2 && !json_has_error(loader->error) && addresses[0] == addresses[1])
            json_fail(end, "expected another node than the first");
    }
    json_object_finish(&object);
    action->mode = HEAL_LINK;
    action->target = addresses[0];
    action->other = addresses[1];
}

/* "heal": "all", or the name of a partition or cut, which check_heals looks up when all of
 * them are known; or a link. */
static void load_heal(struct loader *loader, struct json_value value, struct action *action)
{
    if (json_value_kind(value) == JSON_OBJECT) {
        load_healed_link(loader, value, action);
        return;
    }
    const char *name = json_read_string(value, &name_rule, "all");
    action->label = strcmp(name, "all") == 0 ? 0 : name_hash(name);
}

/* "key": the range of that key only; "position": of that position, as a saved session says it. */
static void load_repaired_range(struct loader *loader, struct json_object *entry,
                                struct action *action)
{
    static const char *const keys[] = {"key", "position"};
    int which = json_object_one_of(entry, keys, 2, false);
    struct json_value key = json_object_get(entry, "key");
    struct json_value position = json_object_get(entry, "position");
    action->mode = which >= 0;
    if (which == 0) {
        const char *name = load_key(key);
        struct bytes bytes = {(const uint8_t *)name, (uint32_t)strlen(name)};
        action->identity =
            placement_position(placement_order(&loader->scenario->node.placement), bytes);
    } else if (which == 1) {
        action->identity = load_hex(position);
    }
}

/* Only where keys have an order: then a range is named by a key in it. */
static void load_range_change(struct loader *loader, struct json_object *entry,
                              struct json_value value, struct action *action)
{
    action->key = load_key(value);
    if (action->kind == ACTION_MOVE)
        action->other = load_node(loader, json_object_need(entry, "to"), 0);
    if (loader->scenario->node.placement.strategy != PLACEMENT_RANGES)
        json_fail(value, "only key ranges are split, merged and moved; expected "
                         "cluster.placement.strategy to be \"ranges\"");
}

static void load_details(struct loader *loader, struct json_object *entry, struct json_value value,
                         struct action *action)
{
    if (load_fault_action(loader, entry, value, action))
        return;
    switch (action->kind) {
    case ACTION_PARTITION:
        load_partition(loader, value, action);
        load_split_name(loader, entry, action);
        return;
    case ACTION_CUT:
        load_cut(loader, value, action);
        load_split_name(loader, entry, action);
        return;
    case ACTION_HEAL: load_heal(loader, value, action); return;
    case ACTION_LINK: load_link_change(loader, value, action); return;
    case ACTION_DROP:
    case ACTION_HOLD:
    case ACTION_RELEASE:
    case ACTION_DUPLICATE: load_message(loader, value, action); return;
    case ACTION_POSTPONE:
        load_message(loader, value, action);
        load_postponement(loader, entry, action);
        return;
    case ACTION_CORRUPT:
        load_message(loader, value, action);
        load_damage(entry, action);
        return;
    case ACTION_REMOVE:
        action->target = load_node(loader, value, 0);
        action->other =
            load_node_or(loader, json_object_get(entry, "via"), "any", ANY_NODE, ANY_NODE);
        return;
    case ACTION_REPLACE:
        action->other = load_node(loader, value, 0);
        action->target = load_node(loader, json_object_need(entry, "by"), 0);
        if (action->target == action->other)
            json_fail(json_object_get(entry, "by"), "a node cannot replace itself");
        return;
    case ACTION_SPLIT:
    case ACTION_MERGE:
    case ACTION_MOVE: load_range_change(loader, entry, value, action); return;
    case ACTION_JOIN:
    case ACTION_LEAVE: action->target = load_node(loader, value, 0); return;
    case ACTION_OPERATION: load_action_operation(loader, value, action); return;
    case ACTION_STOP_CLIENTS:
    case ACTION_START_CLIENTS: action->target = load_client_or_all(loader, value); return;
    default: break;
    }
    action->target = load_machines(loader, value);
    switch (action->kind) {
    case ACTION_REPAIR: load_repaired_range(loader, entry, action); break;
    case ACTION_CRASH: load_crash(entry, action); break;
    case ACTION_SLOW:
        action->amount = json_read_int(json_object_need(entry, "factor"), 1, SLOW_FACTOR_MAX, 1);
        break;
    case ACTION_CLOCK_JUMP:
    case ACTION_CLOCK_DRIFT: load_clock_change(entry, action); break;
    case ACTION_DISK_FULL:
        action->amount =
            (int64_t)json_read_size(json_object_get(entry, "free"), 0, UINT64_C(1) << 40, 0);
        break;
    case ACTION_DISK_CORRUPT: load_corruption(entry, action); break;
    case ACTION_FIRE_TIMER: load_timer(loader, entry, action); break;
    default: break;
    }
}

/* --- triggers ---------------------------------------------------------------------------- */

static void load_trigger(struct loader *loader, struct json_object *object,
                         struct timeline_entry *entry)
{
    static const char *const keys[] = {"at", "when"};
    int which = json_object_one_of(object, keys, 2, true);
    struct json_value delay = json_object_get(object, "delay");
    struct json_value not_before = json_object_get(object, "not_before");
    if (which <= 0) {
        entry->trigger = TRIGGER_AT;
        entry->at = load_instant(loader, json_object_get(object, "at"));
        if (json_value_kind(delay) != JSON_MISSING || json_value_kind(not_before) != JSON_MISSING)
            json_fail(json_value_kind(delay) != JSON_MISSING ? delay : not_before,
                      "this is for \"when\"");
        return;
    }
    entry->trigger = TRIGGER_WHEN;
    load_condition(loader, json_object_get(object, "when"), &entry->condition);
    entry->delay_ns = json_read_time(delay, 0, TIME_MAX, 0);
    entry->at = load_instant(loader, not_before);
}

/* Which action is it? Asked of a cursor of its own, so that a complaint about another key does
 * not list all the actions that this entry might have had. */
static int find_action(struct json_value value)
{
    struct json_object object = json_object_open(value);
    return json_object_one_of(&object, action_words, ACTION_KIND_COUNT, true);
}

static void load_entry(struct loader *loader, struct json_value value, struct timeline_entry *entry)
{
    int kind = find_action(value);
    struct json_object object = json_object_open(value);
    load_trigger(loader, &object, entry);
    if (kind >= 0) {
        entry->action.kind = (uint32_t)kind;
        load_details(loader, &object, json_object_get(&object, action_words[kind]), &entry->action);
    }
    entry->text = load_sentence(json_object_get(&object, "why"), "");
    entry->fault = load_fault_tag(json_object_get(&object, "fault"));
    json_object_finish(&object);
}

/* A heal that names nothing would silently do nothing. */
static void check_heals(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 0, TIMELINE_MAX);
    struct json_value item;
    loader->split_words[loader->split_count] = "all";
    while (json_array_next(&list, &item)) {
        struct json_object entry = json_object_open(item);
        struct json_value heal = json_object_get(&entry, "heal");
        if (json_value_kind(heal) != JSON_OBJECT)
            json_read_word(heal, loader->split_words, loader->split_count + 1, 0);
    }
}

void load_timeline(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 0, TIMELINE_MAX);
    struct timeline_entry *entries = loader_allocate(loader, (list.count + 1) * sizeof *entries);
    uint32_t count = 0;
    struct json_value item;
    loader->split_words = loader_allocate(loader, (list.count + 1) * sizeof(char *));
    while (json_array_next(&list, &item))
        load_entry(loader, item, &entries[count++]);
    find_fault_parts(entries, count);
    loader->scenario->timeline = entries;
    loader->scenario->timeline_count = count;
    check_heals(loader, value);
}

/* --- interventions --------------------------------------------------------------------- */

void load_action(struct loader *loader, struct json_value value, struct action *action)
{
    int kind = find_action(value);
    struct json_object entry = json_object_open(value);
    if (kind >= 0) {
        action->kind = (uint32_t)kind;
        load_details(loader, &entry, json_object_get(&entry, action_words[kind]), action);
    }
    load_sentence(json_object_get(&entry, "why"), "");
    json_object_finish(&entry);
}

/* Room for the names of so many more partitions and cuts. */
void loader_make_split_room(struct loader *loader, uint32_t more)
{
    const char **words =
        loader_allocate(loader, (loader->split_count + more + 1) * sizeof *words);
    memcpy(words, loader->split_words, loader->split_count * sizeof *words);
    loader->split_words = words;
}

/* {"time": "1.284s", "after": "00c0ffee00c0ffee", "nth": 2, "do": {"crash": "n2"}}: an action
 * at its exact place between two events, as a session at the window has done it. */
static void load_intervention(struct loader *loader, struct json_value value,
                              struct intervention *intervention)
{
    struct json_object object = json_object_open(value);
    intervention->time = load_instant(loader, json_object_need(&object, "time"));
    struct json_value after = json_object_get(&object, "after");
    if (json_value_kind(after) != JSON_MISSING)
        intervention->identity = load_hex(after);
    intervention->occurrence =
        (uint64_t)json_read_int(json_object_get(&object, "nth"), 1, INT64_C(1) << 53, 1);
    load_action(loader, json_object_need(&object, "do"), &intervention->action);
    json_object_finish(&object);
}

void load_interventions(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 0, INTERVENTIONS_MAX);
    struct intervention *items = loader_allocate(loader, (list.count + 1) * sizeof *items);
    uint32_t count = 0;
    struct json_value item;
    loader_make_split_room(loader, list.count);
    while (json_array_next(&list, &item)) {
        load_intervention(loader, item, &items[count]);
        if (count > 0 && items[count].time < items[count - 1].time)
            json_fail(item, "it comes before the one that it stands behind");
        count++;
    }
    loader->scenario->interventions = items;
    loader->scenario->intervention_count = count;
}
