/*
 * save_fault.c: printing the actions that load_fault_action.c reads.
 *
 * Everything stands there, defaults included, in units that lose nothing, so that reading it again
 * gives the same action. The pieces are save.c's: see save_parts.h.
 */
#include "scenario/save_parts.h"

#include "db/env.h"

static void print_ring(struct json_out *out, const struct scenario *scenario,
                       const struct partition_groups *ring)
{
    for (uint32_t i = 0; i < ring->member_count; i++) {
        json_out_str(out, i == 0 ? "[" : ", ");
        print_member(out, scenario, ring->members[i]);
    }
    json_out_str(out, "]");
}

static void print_calls(struct json_out *out, const struct action *action)
{
    static const char *const calls[DISK_CALL_COUNT] = {"append", "sync", "read"};
    print_more(out, "calls");
    json_out_quoted(out, calls[action->mode]);
    print_more(out, "times");
    print_i64(out, action->amount);
}

static void print_client(struct json_out *out, const struct scenario *scenario,
                         const struct action *action)
{
    bool is_all = action->target == ALL_MEMBERS;
    print_member(out, scenario, is_all ? ALL_MEMBERS : CLIENT_ADDRESS_BASE + action->target);
    if (action->kind != ACTION_HURRY)
        return;
    print_more(out, "timeout");
    print_ns(out, action->amount);
    print_more(out, "retries");
    print_i64(out, action->mode);
}

static void print_machine(struct json_out *out, const struct scenario *scenario,
                          const struct action *action)
{
    print_member(out, scenario, action->target);
    switch (action->kind) {
    case ACTION_DISK_SLOW:
        print_more(out, "factor");
        print_i64(out, action->amount);
        break;
    case ACTION_DISK_STALL:
        print_more(out, "for");
        print_ns(out, action->amount);
        break;
    case ACTION_DISK_SWAP:
        print_more(out, "with");
        print_member(out, scenario, action->other);
        break;
    case ACTION_DISK_FAIL:
    case ACTION_DISK_MISDIRECT: print_calls(out, action); break;
    case ACTION_DISK_SPOIL: print_file(out, action); break;
    default: break;
    }
}

bool print_fault_action(struct json_out *out, const struct scenario *scenario,
                        const struct action *action)
{
    switch (action->kind) {
    case ACTION_RING:
        print_ring(out, scenario, action->groups);
        print_split_name(out, scenario, action);
        return true;
    case ACTION_CLOG:
        print_ends(out, scenario, action);
        json_out_str(out, "}");
        print_split_name(out, scenario, action);
        return true;
    case ACTION_HURRY:
    case ACTION_CALM: print_client(out, scenario, action); return true;
    case ACTION_CLOCK_FREEZE:
    case ACTION_CLOCK_THAW:
    case ACTION_DISK_SLOW:
    case ACTION_DISK_STALL:
    case ACTION_DISK_FAIL:
    case ACTION_DISK_LIE:
    case ACTION_DISK_HONEST:
    case ACTION_DISK_MISDIRECT:
    case ACTION_DISK_SPOIL:
    case ACTION_DISK_SWAP:
    case ACTION_DISK_IMAGE:
    case ACTION_DISK_RESTORE:
    case ACTION_DISK_FINISH: print_machine(out, scenario, action); return true;
    default: return false;
    }
}
