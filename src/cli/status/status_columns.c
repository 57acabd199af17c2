/*
 * status_columns.c: the value of each column.
 */
#include "cli/status/status_columns.h"

#include "sim/condition/condition.h"

static struct status_value count_of(bool is_there, uint64_t number)
{
    return (struct status_value){.is_there = is_there, .number = number};
}

static struct status_value text_of(const char *text)
{
    return (struct status_value){.is_there = true, .text = text};
}

/* --- members ---------------------------------------------------------------------------------- */

static struct status_value value_state(const struct status *status, uint32_t node)
{
    return text_of(condition_state_words[status->nodes[node].state]);
}

static struct status_value value_suspected_by(const struct status *status, uint32_t node)
{
    const struct status_node *row = &status->nodes[node];
    return (struct status_value){row->suspected_by_count > 0, NULL, row->suspected_by_count,
                                 row->suspected_by};
}

static struct status_value value_member(const struct status *status, uint32_t node)
{
    return text_of(member_kind_word(status->members.nodes[node].kind));
}

static struct status_value value_life(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_known, status->nodes[node].incarnation);
}

static struct status_value value_topology(const struct status *status, uint32_t node)
{
    const struct members_node *member = &status->members.nodes[node];
    return count_of(member->is_known, member->version);
}

/* --- who is seen how -------------------------------------------------------------------------- */

static struct status_value thought(const struct status *status, uint32_t node, uint32_t state)
{
    const uint32_t *thought = status->nodes[node].thought;
    uint32_t judges = thought[PEER_UP] + thought[PEER_SUSPECTED] + thought[PEER_DOWN];
    return count_of(judges > 0, thought[state]);
}

static struct status_value value_up_for(const struct status *status, uint32_t node)
{
    return thought(status, node, PEER_UP);
}

static struct status_value value_suspected_for(const struct status *status, uint32_t node)
{
    struct status_value value = thought(status, node, PEER_SUSPECTED);
    value.is_there &= status->is_swim;
    return value;
}

static struct status_value value_down_for(const struct status *status, uint32_t node)
{
    return thought(status, node, PEER_DOWN);
}

static struct status_value value_phi(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].has_phi, status->nodes[node].phi_milli);
}

static struct status_value value_health(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].has_health, status->nodes[node].health);
}

/* --- data ------------------------------------------------------------------------------------- */

static struct status_value value_tokens(const struct status *status, uint32_t node)
{
    return count_of(true, status->members.nodes[node].ranges);
}

static struct status_value value_owns(const struct status *status, uint32_t node)
{
    return count_of(true, status->members.nodes[node].share_ppm);
}

/* Only while something changes. */
static struct status_value value_after(const struct status *status, uint32_t node)
{
    return count_of(status->members.is_changing, status->members.nodes[node].share_after_ppm);
}

static struct status_value value_keys(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_running, status->nodes[node].keys);
}

static struct status_value value_bytes(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_running, status->nodes[node].bytes);
}

static struct status_value value_disk(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_known, status->nodes[node].disk_bytes);
}

static struct status_value value_streamed(const struct status *status, uint32_t node)
{
    const struct members_node *member = &status->members.nodes[node];
    return count_of(member->pieces > 0, member->bytes);
}

static struct status_value value_operations(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_running, status->nodes[node].operations);
}

static struct status_value value_waiting(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].is_known, status->nodes[node].waiting);
}

/* --- load ------------------------------------------------------------------------------------- */

static struct status_value value_ranges(const struct status *status, uint32_t node)
{
    return count_of(status->has_ranges, status->nodes[node].ranges);
}

static struct status_value value_range_rows(const struct status *status, uint32_t node)
{
    const struct status_node *row = &status->nodes[node];
    return count_of(status->has_ranges && row->is_running, row->range_rows_most);
}

static struct status_value value_bound(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].queue_bound > 0, status->nodes[node].queue_bound);
}

/* Nobody has asked another one anything in most scenarios: then there is no column. */
static struct status_value value_outstanding(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].has_asked, status->nodes[node].outstanding);
}

static struct status_value value_shed(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].shed > 0, status->nodes[node].shed);
}

/* --- replicas --------------------------------------------------------------------------------- */

/* Only while some key differs. */
static struct status_value value_differing(const struct status *status, uint32_t node)
{
    return count_of(status->differing > 0, status->nodes[node].differing);
}

static struct status_value value_hints(const struct status *status, uint32_t node)
{
    return count_of(status->nodes[node].has_hints, status->nodes[node].hints);
}

static struct status_value value_hints_for(const struct status *status, uint32_t node)
{
    const struct status_node *row = &status->nodes[node];
    return (struct status_value){row->hints_for_count > 0, NULL, row->hints_for_count,
                                 row->hints_for};
}

/* --- the table of them ---------------------------------------------------------------------- */

const struct status_column status_columns[] = {
#define COLUMN(group, identifier, name, heading, kind, meaning)                                    \
    {name, heading, kind, STATUS_##group, value_##identifier},
#include "cli/status/status_columns.def"
#undef COLUMN
};

const uint32_t status_column_count = ARRAY_LEN(status_columns);
