/*
 * load_fault_action.c: actions that make disks, clocks, links and clients misbehave.
 *
 *   {"ring": ["n1", "n2", "n3", "n4"], "name": "round"}    {"clog": {"from": "n1", "to": "n2"}}
 *   {"clock_freeze": "n1"}  {"clock_thaw": "n1"}
 *   {"disk_slow": "n1", "factor": 20}  {"disk_stall": "n1", "for": "2s"}
 *   {"disk_fail": "n1", "calls": "sync", "times": 1}  {"disk_misdirect": "n1", "calls": "read"}
 *   {"disk_lie": "n1"}  {"disk_honest": "n1"}  {"disk_finish": "n1"}
 *   {"disk_spoil": "n1", "offset": "512B"}
 *   {"disk_swap": "n1", "with": "n2"}  {"disk_image": "n1"}  {"disk_restore": "n1"}
 *   {"hurry": "all", "timeout": "20ms", "retries": 5}  {"calm": "all"}
 */
#include "scenario/loader.h"

#define FACTOR_MAX 10000
#define TIMES_MAX  1000000

/* The nodes in their order round the ring; each once. */
static void load_ring(struct loader *loader, struct json_value value, struct action *action)
{
    struct json_array list = json_array_open(value, 3, NODES_MAX);
    struct partition_groups *groups = loader_allocate(loader, sizeof *groups);
    uint32_t *members = loader_allocate(loader, (list.count + 1) * sizeof *members);
    struct json_value item;
    uint32_t count = 0;
    while (json_array_next(&list, &item)) {
        members[count] = load_node(loader, item, 0);
        for (uint32_t i = 0; i < count && !json_has_error(loader->error); i++)
            if (members[i] == members[count])
                json_fail(item, "it stands in the ring already");
        count++;
    }
    uint32_t *group_of = loader_allocate(loader, (list.count + 1) * sizeof *group_of);
    *groups = (struct partition_groups){1, count, members, group_of}; /* all in one */
    action->groups = groups;
}

static void load_calls(struct json_object *entry, struct action *action)
{
    static const char *const calls[] = {"append", "sync", "read"};
    bool is_failing = action->kind == ACTION_DISK_FAIL;
    const char *const *allowed = is_failing ? calls : calls + DISK_CALL_SYNC;
    uint32_t count = is_failing ? DISK_CALL_COUNT : DISK_CALL_COUNT - DISK_CALL_SYNC;
    uint32_t fallback = is_failing ? DISK_CALL_SYNC : 0;
    action->mode = json_read_word(json_object_get(entry, "calls"), allowed, count, fallback);
    action->mode += is_failing ? 0 : DISK_CALL_SYNC;
    action->amount = json_read_int(json_object_get(entry, "times"), 0, TIMES_MAX, 1);
}

static void load_hurry(struct json_object *entry, struct action *action)
{
    action->amount = (int64_t)json_read_time(json_object_need(entry, "timeout"), MICROSECOND,
                                             3600 * SECOND, SECOND);
    action->mode = (uint32_t)json_read_int(json_object_get(entry, "retries"), 0, 100, 0);
}

static void load_swap(struct loader *loader, struct json_object *entry, struct json_value value,
                      struct action *action)
{
    struct json_value with = json_object_need(entry, "with");
    action->target = load_node(loader, value, 0);
    action->other = load_node(loader, with, 0);
    if (!json_has_error(loader->error) && action->target == action->other)
        json_fail(with, "expected another node than the first");
}

bool load_fault_action(struct loader *loader, struct json_object *entry, struct json_value value,
                       struct action *action)
{
    switch (action->kind) {
    case ACTION_RING:
        load_ring(loader, value, action);
        load_split_name(loader, entry, action);
        return true;
    case ACTION_CLOG:
        load_cut(loader, value, action);
        load_split_name(loader, entry, action);
        return true;
    case ACTION_DISK_SWAP: load_swap(loader, entry, value, action); return true;
    case ACTION_HURRY: load_hurry(entry, action); /* fall through */
    case ACTION_CALM: action->target = load_client_or_all(loader, value); return true;
    case ACTION_DISK_SLOW:
        action->amount = json_read_int(json_object_need(entry, "factor"), 1, FACTOR_MAX, 1);
        break;
    case ACTION_DISK_STALL:
        action->amount = (int64_t)json_read_time(json_object_need(entry, "for"), MICROSECOND,
                                                 TIME_MAX, SECOND);
        break;
    case ACTION_DISK_FAIL:
    case ACTION_DISK_MISDIRECT: load_calls(entry, action); break;
    case ACTION_DISK_SPOIL: load_corruption(entry, action); break;
    case ACTION_CLOCK_FREEZE:
    case ACTION_CLOCK_THAW:
    case ACTION_DISK_LIE:
    case ACTION_DISK_HONEST:
    case ACTION_DISK_IMAGE:
    case ACTION_DISK_RESTORE:
    case ACTION_DISK_FINISH: break;
    default: return false;
    }
    action->target = load_machines(loader, value);
    return true;
}
