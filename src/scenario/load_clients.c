/*
 * load_clients.c: workloads and scripts.
 *
 *   {"name": "c", "count": 3, "loop": "closed", "think": "5ms", "operations": 200,
 *    "keys": {"count": 10, "zipf": 0.99}, "mix": {"get": 50, "put": 50}}
 *   {"name": "alice", "script": [{"put": "user:1", "value": "x", "label": "w1"},
 *                                {"get": "user:1", "at": "2s", "level": "one"}]}
 */
#include "scenario/loader.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "db/about.h"
#include "db/conflict/update.h"

#define HOUR              (3600 * SECOND)
#define TABLE_ENTRIES_MAX 4000000
#define NUMBER_MAX        ((INT64_C(1) << (ABOUT_OPERATION_BITS - 1)) - 1) /* of an operation */

static const char *const operation_words[] = {"get", "put",    "delete", "incr",
                                              "add", "remove", "set",    "unset"};
_Static_assert(ARRAY_LEN(operation_words) == OPERATION_KIND_COUNT, "every operation has a word");
static const struct json_string_rule value_rule = {"a value", NULL, 0, 4096};
static const struct json_string_rule prefix_rule = {"a key prefix", NULL, 0, LABEL_MAX - 16};

/* --- one operation ------------------------------------------------------------------- */

static struct bytes load_value(struct json_object *object, uint8_t kind)
{
    if (kind == OPERATION_PUT || kind == OPERATION_SET || kind == OPERATION_ADD ||
        kind == OPERATION_REMOVE) {
        const char *value = json_read_string(json_object_need(object, "value"), &value_rule, "");
        return (struct bytes){(const uint8_t *)value, (uint32_t)strlen(value)};
    }
    struct json_value value = json_object_get(object, "value");
    if (json_value_kind(value) != JSON_MISSING)
        json_fail(value, "this is for \"put\", \"set\", \"add\" and \"remove\"");
    return (struct bytes){0};
}

/* A part of an operation that only some kinds have. */
static struct json_value content(struct json_object *object, const char *key, bool is_for_kind,
                                 const char *kinds)
{
    struct json_value value = json_object_get(object, key);
    if (!is_for_kind && json_value_kind(value) != JSON_MISSING)
        json_fail(value, "this is for %s", kinds);
    return value;
}

static void load_content(struct json_object *object, struct operation_plan *plan)
{
    bool is_field = plan->kind == OPERATION_SET || plan->kind == OPERATION_UNSET;
    bool is_counter = plan->kind == OPERATION_INCREMENT;
    struct json_value field = content(object, "field", is_field, "\"set\" and \"unset\"");
    if (is_field)
        plan->field = json_read_string(json_object_need(object, "field"), &name_rule, "");
    (void)field;
    plan->amount = json_read_int(content(object, "by", is_counter, "\"incr\""), -AMOUNT_MAX,
                                 AMOUNT_MAX, is_counter);
    plan->is_blind = json_read_bool(
        content(object, "blind", plan->kind != OPERATION_GET, "operations that write"), false);
    plan->is_appended =
        json_read_bool(content(object, "append", plan->kind == OPERATION_PUT, "\"put\""), false);
}

/* Would a replica do this to a key of this table? */
static bool is_for_table(uint8_t kind, const struct table_config *table)
{
    bool is_list = table->kind == VERSION_PLAIN || table->kind == VERSION_SET;
    switch (kind) {
    case OPERATION_GET: return true;
    case OPERATION_PUT:
        return table->kind == VERSION_PLAIN || table->kind == VERSION_SIBLINGS ||
               table->kind == VERSION_VECTOR;
    case OPERATION_DELETE: return table->kind != VERSION_COUNTER;
    case OPERATION_INCREMENT:
        return table->kind == VERSION_PLAIN || table->kind == VERSION_COUNTER;
    case OPERATION_ADD:
    case OPERATION_REMOVE: return is_list;
    default: return table->kind == VERSION_MAP;
    }
}

static void check_operation(struct loader *loader, struct json_value where,
                            const struct operation_plan *plan)
{
    struct bytes key = {(const uint8_t *)plan->key, (uint32_t)strlen(plan->key)};
    const struct table_config *table = config_table(&loader->scenario->node, key);
    if (!is_for_table(plan->kind, table))
        json_fail(where, "the table of \"%s\" has \"conflicts\": \"%s\", which knows no \"%s\"",
                  plan->key, conflicts_name(table), operation_words[plan->kind]);
}

/* The operation itself; when it begins is for whoever calls this. */
struct operation_plan load_operation(struct loader *loader, struct json_object *object)
{
    struct operation_plan plan = {.via = ANY_NODE, .after = -1};
    int kind = json_object_one_of(object, operation_words, ARRAY_LEN(operation_words), true);
    plan.kind = (uint8_t)MAX(kind, 0);
    plan.key = load_key(json_object_get(object, operation_words[plan.kind]));
    plan.value = load_value(object, plan.kind);
    load_content(object, &plan);
    check_operation(loader, json_object_get(object, operation_words[plan.kind]), &plan);
    plan.level = (plan.kind == OPERATION_GET ? load_read_level : load_write_level)(
        loader, json_object_get(object, "level"), LEVEL_DEFAULT, &plan.explicit_count);
    plan.is_sloppy = load_sloppy(loader, json_object_get(object, "sloppy"));
    plan.via = load_node_or(loader, json_object_get(object, "via"), "any", ANY_NODE, ANY_NODE);
    plan.timeout_ns =
        json_read_time(json_object_get(object, "timeout"), MICROSECOND, HOUR, 2 * SECOND);
    plan.retries = (uint8_t)json_read_int(json_object_get(object, "retries"), 0, 100, 0);
    return plan;
}

/* --- scripts ------------------------------------------------------------------------- */

/* A script being read: whose it is, and where its labels begin. */
struct script {
    struct loader *loader;
    const char *client_name;
    uint32_t client;
    uint32_t first_label;
};

static bool is_label_taken(const struct loader *loader, const char *label)
{
    for (uint32_t i = 0; i < loader->label_count; i++)
        if (strcmp(loader->label_words[i], label) == 0)
            return true;
    return false;
}

static void add_label(const struct script *script, struct json_value value, const char *label,
                      uint32_t index)
{
    struct loader *loader = script->loader;
    if (is_label_taken(loader, label)) {
        json_fail(value, "there is already an operation labelled \"%s\"", label);
        return;
    }
    if (loader->label_count == LABELS_MAX) {
        json_fail(value, "expected at most %d scripted operations in all", LABELS_MAX);
        return;
    }
    loader->label_words[loader->label_count] = label;
    loader->label_numbers[loader->label_count++] = script->client << 16 | index;
}

/* One that stands earlier in this script. */
static int32_t load_after(const struct script *script, struct json_value value, uint32_t index)
{
    const struct loader *loader = script->loader;
    if (index == 0) {
        json_fail(value,
                  "expected the label of an operation that stands earlier in this script, but this "
                  "is the first one");
        return -1;
    }
    return (int32_t)json_read_word(value, loader->label_words + script->first_label, index, 0);
}

/* "at": absolute; "after": the label of an earlier operation of this script, then
 * "wait"; neither: after the one before. */
static void load_when(const struct script *script, struct json_object *object, uint32_t index,
                      struct operation_plan *plan)
{
    static const char *const keys[] = {"at", "after"};
    int which = json_object_one_of(object, keys, 2, false);
    struct json_value wait = json_object_get(object, "wait");
    if (which == 0) {
        plan->at = load_instant(script->loader, json_object_get(object, "at"));
        if (json_value_kind(wait) != JSON_MISSING)
            json_fail(wait, "it waits for nothing beside \"at\"; expected one of the two");
        return;
    }
    plan->at = json_read_time(wait, 0, TIME_MAX, 0);
    plan->after = (int32_t)index - 1;
    if (which == 1)
        plan->after = load_after(script, json_object_get(object, "after"), index);
}

static const char *default_label(const struct script *script, uint32_t index)
{
    char label[LABEL_MAX];
    snprintf(label, sizeof label, "%s%u", script->client_name, index + 1);
    return loader_copy_text(script->loader, label);
}

/* Draws are keyed by the number, so an operation that keeps it keeps them when others go. */
static struct operation_plan load_step(const struct script *script, struct json_value value,
                                       uint32_t index, uint64_t before)
{
    struct json_object object = json_object_open(value);
    struct operation_plan plan = load_operation(script->loader, &object);
    int64_t next = (int64_t)before + 1;
    plan.number = (uint64_t)json_read_int(json_object_get(&object, "number"), next, NUMBER_MAX,
                                          MIN(next, NUMBER_MAX));
    load_when(script, &object, index, &plan);
    struct json_value label = json_object_get(&object, "label");
    bool has_label = json_value_kind(label) != JSON_MISSING;
    plan.label = has_label ? json_read_string(label, &name_rule, "") : default_label(script, index);
    if (json_object_finish(&object))
        add_label(script, has_label ? label : value, plan.label, index);
    return plan;
}

static void load_script(struct loader *loader, struct json_value value,
                        struct client_setting *setting)
{
    struct script script = {loader, setting->name, loader->client_count, loader->label_count};
    struct json_array list = json_array_open(value, 1, LABELS_MAX);
    struct operation_plan *plans = loader_allocate(loader, (list.count + 1) * sizeof *plans);
    struct json_value item;
    for (uint32_t i = 0; json_array_next(&list, &item); i++)
        plans[i] = load_step(&script, item, i, i ? plans[i - 1].number : 0);
    setting->loop = CLIENT_SCRIPT;
    setting->plans = plans;
    setting->plan_count = list.count;
}

/* --- workloads ----------------------------------------------------------------------- */

static const struct zipf *load_zipf(struct loader *loader, struct json_value exponent,
                                    uint32_t key_count)
{
    uint64_t billionths = json_read_decimal(exponent, 0, ZIPF_EXPONENT_MAX_BILLIONTHS, 1000000000);
    loader->table_entries += key_count;
    if (loader->table_entries > TABLE_ENTRIES_MAX)
        json_fail(exponent, "the Zipf tables of all clients have more than %d keys together",
                  TABLE_ENTRIES_MAX);
    if (json_has_error(loader->error))
        return NULL;
    struct zipf *zipf = loader_allocate(loader, sizeof *zipf);
    uint64_t *memory = loader_allocate(loader, key_count * sizeof *memory);
    *zipf = zipf_build(memory, key_count, billionths);
    return zipf;
}

static void load_keys(struct loader *loader, struct json_value value,
                      struct client_setting *setting)
{
    struct json_object keys = json_object_open(value);
    setting->key_prefix = load_line(json_object_get(&keys, "prefix"), &prefix_rule, "k");
    setting->key_count =
        (uint32_t)json_read_int(json_object_get(&keys, "count"), 1, ZIPF_COUNT_MAX, 10);
    struct json_value exponent = json_object_get(&keys, "zipf");
    struct json_value sequential = json_object_get(&keys, "sequential");
    setting->is_sequential = json_read_bool(sequential, false);
    setting->key_digits = (uint8_t)json_read_int(json_object_get(&keys, "digits"), 0, 10, 0);
    if (setting->is_sequential && json_value_kind(exponent) != JSON_MISSING)
        json_fail(sequential, "keys come one after the other or by \"zipf\", not both");
    if (json_value_kind(exponent) != JSON_MISSING)
        setting->zipf = load_zipf(loader, exponent, setting->key_count);
    json_object_finish(&keys);
}

static void load_mix(struct loader *loader, struct json_value value,
                     struct client_setting *setting)
{
    struct json_object mix = json_object_open(value);
    bool is_given = json_object_is_present(&mix);
    struct bytes key = {(const uint8_t *)setting->key_prefix,
                        (uint32_t)strlen(setting->key_prefix)};
    const struct table_config *table = config_table(&loader->scenario->node, key);
    uint64_t total = 0;
    for (uint8_t kind = 0; kind < OPERATION_KIND_COUNT; kind++) {
        struct json_value weight = json_object_get(&mix, operation_words[kind]);
        int64_t standard = !is_given && kind <= OPERATION_PUT;
        setting->weights[kind] = (uint32_t)json_read_int(weight, 0, 1000000, standard);
        total += setting->weights[kind];
        if (setting->weights[kind] > 0 && !is_for_table(kind, table))
            json_fail(is_given ? weight : value,
                      "the table of \"%s\" has \"conflicts\": \"%s\", which knows no \"%s\"",
                      setting->key_prefix, conflicts_name(table), operation_words[kind]);
    }
    json_object_finish(&mix);
    if (is_given && total == 0)
        json_fail(value, "expected at least one of \"get\", \"put\", \"delete\" and the others "
                         "above 0");
}

/* A closed loop thinks between an answer and the next question; an open one asks at random
 * instants, a Poisson process, whatever becomes of the answers. */
static void load_pace(struct loader *loader, struct json_object *object,
                      struct client_setting *setting)
{
    struct json_value think = json_object_get(object, "think");
    struct json_value gap = json_object_get(object, "gap");
    bool is_open = setting->loop == CLIENT_OPEN;
    if (is_open && json_value_kind(think) != JSON_MISSING)
        json_fail(think, "\"think\" is for \"loop\": \"closed\"; an open loop has \"gap\"");
    if (!is_open && json_value_kind(gap) != JSON_MISSING)
        json_fail(gap, "\"gap\" is for \"loop\": \"open\"; a closed loop has \"think\"");
    struct distribution standard = distribution_exponential(10 * MILLISECOND);
    setting->think = is_open
                         ? distribution_exponential(json_read_time(gap, 1, HOUR, 10 * MILLISECOND))
                         : load_distribution(loader, think, standard);
}

/* A put of a table with siblings makes sense only when it brings along what was read. */
static void load_puts(struct loader *loader, struct json_object *object,
                      struct client_setting *setting)
{
    static const char *const manners[] = {"blind", "read-first", "append"};
    struct bytes key = {(const uint8_t *)setting->key_prefix,
                        (uint32_t)strlen(setting->key_prefix)};
    uint8_t kind = config_table(&loader->scenario->node, key)->kind;
    bool has_siblings = kind == VERSION_SIBLINGS || kind == VERSION_VECTOR;
    setting->puts =
        (uint8_t)json_read_word(json_object_get(object, "puts"), manners, ARRAY_LEN(manners),
                                has_siblings ? PUTS_READ_FIRST : PUTS_BLIND);
    setting->element_count =
        (uint32_t)json_read_int(json_object_get(object, "elements"), 1, 1000000, 8);
}

static void load_loop(struct loader *loader, struct json_object *object,
                      struct client_setting *setting)
{
    static const char *const loops[] = {"closed", "open"};
    setting->loop = (uint8_t)json_read_word(json_object_get(object, "loop"), loops,
                                            ARRAY_LEN(loops), CLIENT_CLOSED);
    load_pace(loader, object, setting);
    setting->operations = (uint64_t)json_read_int(json_object_get(object, "operations"), 0,
                                                  (1 << (ABOUT_OPERATION_BITS - 1)) - 1, 0);
    load_keys(loader, json_object_get(object, "keys"), setting);
    load_mix(loader, json_object_get(object, "mix"), setting);
    load_puts(loader, object, setting);
    setting->value_size =
        load_size_distribution(json_object_get(object, "value_size"), distribution_constant(16));
}

/* Clients of tables that are stamped by their clients have clocks of their own. */
static void load_client_clock(struct json_object *object, struct client_setting *setting)
{
    const int64_t day = INT64_C(24) * 3600 * (int64_t)SECOND;
    setting->clock_offset_ns =
        json_read_span(json_object_get(object, "clock_offset"), -day, day, 0);
}

static void load_manners(struct loader *loader, struct json_object *object,
                         struct client_setting *setting)
{
    setting->level_read = load_read_level(loader, json_object_get(object, "read"), LEVEL_DEFAULT,
                                          &setting->explicit_read);
    setting->level_write = load_write_level(loader, json_object_get(object, "write"),
                                            LEVEL_DEFAULT, &setting->explicit_write);
    setting->is_sloppy = load_sloppy(loader, json_object_get(object, "sloppy"));
    setting->via = load_node_or(loader, json_object_get(object, "via"), "any", ANY_NODE, ANY_NODE);
    setting->timeout_ns =
        json_read_time(json_object_get(object, "timeout"), MICROSECOND, HOUR, 2 * SECOND);
    load_client_balance(object, setting);
    setting->start_ns = load_instant(loader, json_object_get(object, "start"));
    load_client_clock(object, setting);
    struct json_value stop = json_object_get(object, "stop");
    setting->stop_ns = json_read_time(stop, 0, TIME_MAX, VTIME_NEVER);
    if (setting->stop_ns <= setting->start_ns)
        json_fail(stop, "the client stops before it starts");
}

/* --- clients ------------------------------------------------------------------------- */

/* Identities have 28 bits in a request; two names that meet there are moved apart. */
static uint64_t new_identity(const struct loader *loader, const struct client_setting *settings,
                             const char *name)
{
    uint64_t identity = name_hash(name);
    for (uint32_t i = 0; i < loader->client_count; i++)
        if (about_request(settings[i].identity, 0, 0) == about_request(identity, 0, 0)) {
            identity++;
            i = UINT32_MAX; /* look again from the start */
        }
    return identity;
}

static bool is_name_taken(const struct loader *loader, const char *name)
{
    for (uint32_t i = 0; i < loader->node_count; i++)
        if (strcmp(loader->node_words[i], name) == 0)
            return true;
    for (uint32_t i = 0; i < loader->client_count; i++)
        if (strcmp(loader->client_words[i], name) == 0)
            return true;
    return false;
}

/* `name` is where the name stands, for complaints. */
static void add_client(struct loader *loader, struct json_value name,
                       struct client_setting *settings, const struct client_setting *setting)
{
    if (is_name_taken(loader, setting->name)) {
        json_fail(name, "there is already a node or client called \"%s\"", setting->name);
        return;
    }
    struct client_setting *client = &settings[loader->client_count];
    *client = *setting;
    client->identity = new_identity(loader, settings, setting->name);
    loader->client_words[loader->client_count++] = setting->name;
}

/* "count": 3 makes c1, c2, c3 of "c". */
static void add_group(struct loader *loader, struct json_value name,
                      struct client_setting *settings, struct client_setting setting,
                      uint32_t count)
{
    const char *prefix = setting.name;
    for (uint32_t i = 0; i < count && !json_has_error(loader->error); i++) {
        char full_name[LABEL_MAX];
        snprintf(full_name, sizeof full_name, "%s%u", prefix, i + 1);
        setting.name = loader_copy_text(loader, full_name);
        add_client(loader, name, settings, &setting);
    }
}

static void load_workload(struct loader *loader, struct json_object *object, struct json_value name,
                          struct client_setting *settings, struct client_setting setting)
{
    struct json_value count_value = json_object_get(object, "count");
    bool is_group = json_value_kind(count_value) != JSON_MISSING;
    uint32_t count = (uint32_t)json_read_int(count_value, 1, CLIENTS_MAX, 1);
    if (count > CLIENTS_MAX - loader->client_count)
        json_fail(is_group ? count_value : name, "expected at most %d clients in all", CLIENTS_MAX);
    load_loop(loader, object, &setting);
    load_manners(loader, object, &setting);
    if (!json_object_finish(object))
        return;
    if (is_group)
        add_group(loader, name, settings, setting, count);
    else
        add_client(loader, name, settings, &setting);
}

/* The name is looked at first: labels are made of it. */
static void load_client(struct loader *loader, struct json_value value,
                        struct client_setting *settings)
{
    struct json_object object = json_object_open(value);
    struct client_setting setting = {.via = ANY_NODE, .stop_ns = VTIME_NEVER};
    struct json_value name = json_object_need(&object, "name");
    setting.name = load_new_name(name, "");
    if (!json_object_has(&object, "script")) {
        load_workload(loader, &object, name, settings, setting);
        return;
    }
    if (is_name_taken(loader, setting.name))
        json_fail(name, "there is already a node or client called \"%s\"", setting.name);
    load_client_clock(&object, &setting);
    load_script(loader, json_object_get(&object, "script"), &setting);
    if (json_object_finish(&object))
        add_client(loader, name, settings, &setting);
}

/* Nodes, then clients: who may stand in a group of a partition. */
static void list_members(struct loader *loader)
{
    uint32_t count = loader->node_count + loader->client_count;
    loader->member_words = loader_allocate(loader, (count + 1) * sizeof(char *));
    for (uint32_t i = 0; i < count; i++)
        loader->member_words[i] = i < loader->node_count
                                      ? loader->node_words[i]
                                      : loader->client_words[i - loader->node_count];
    loader->member_count = count;
}

void load_clients(struct loader *loader, struct json_value value)
{
    struct json_array list = json_array_open(value, 0, CLIENTS_MAX);
    struct client_setting *settings = loader_allocate(loader, CLIENTS_MAX * sizeof *settings);
    loader->client_words = loader_allocate(loader, (CLIENTS_MAX + 1) * sizeof(char *));
    loader->label_words = loader_allocate(loader, LABELS_MAX * sizeof(char *));
    loader->label_numbers = loader_allocate(loader, LABELS_MAX * sizeof(uint32_t));
    struct json_value item;
    while (json_array_next(&list, &item))
        load_client(loader, item, settings);
    list_members(loader);
    loader->scenario->clients = settings;
    loader->scenario->client_count = loader->client_count;
}

uint32_t load_client_or_all(struct loader *loader, struct json_value value)
{
    loader->client_words[loader->client_count] = "all";
    uint32_t index = json_read_word(value, loader->client_words, loader->client_count + 1, 0);
    return index == loader->client_count ? ALL_MEMBERS : index;
}
