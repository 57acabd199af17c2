/*
 * swarm_spell.c: faults as lines of a timeline.
 *
 *   {"at": "7000000us", "crash": "n2", "unsynced": "lost", "fault": "power-loss#3"}
 *   {"at": "9500000us", "restart": "n2", "fault": "power-loss#3"}
 *
 * One small function a kind, in one table; each says everything in the words that a person would
 * write. The first line begins the fault and the last one ends it (load_faults.c). Lines are
 * sorted by time in the end. What more a fault needs to know is drawn here, by its kind and number.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/swarm_spell.h"

const char *swarm_node(const struct swarm *swarm, uint32_t node)
{
    return swarm->base->nodes[node].name;
}

void swarm_raw_line(struct swarm *swarm, vtime at, char *text)
{
    if (swarm->line_count == swarm->line_room) {
        swarm->line_room = MAX(2 * swarm->line_room, 64);
        swarm->lines = realloc(swarm->lines, swarm->line_room * sizeof *swarm->lines);
        CHECK_WHY(swarm->lines != NULL, "out of memory");
    }
    swarm->lines[swarm->line_count] = (struct swarm_line){at, swarm->line_count, text};
    swarm->line_count++;
}

void swarm_line(struct swarm *swarm, const struct swarm_fault *fault, vtime at, const char *format,
                ...)
{
    char words[1024];
    struct json_out out = {0};
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    CHECK(size > 0 && (size_t)size < sizeof words);
    char head[64], tail[64];
    snprintf(head, sizeof head, "{\"at\": \"%lluus\", ", (unsigned long long)(at / MICROSECOND));
    snprintf(tail, sizeof tail, ", \"fault\": \"%s#%u\"}", fault_table[fault->kind].name,
             fault->number);
    json_out_str(&out, head);
    json_out_str(&out, words);
    json_out_str(&out, tail);
    swarm_raw_line(swarm, at, out.data);
}

/* --- pieces ------------------------------------------------------------------------------ */

static const char *self(const struct swarm *swarm, const struct swarm_fault *fault)
{
    return swarm_node(swarm, fault->node);
}

uint32_t swarm_other(const struct swarm *swarm, const struct swarm_fault *fault)
{
    uint32_t nodes = swarm->base->node.nodes;
    uint32_t step = 1 + (uint32_t)mix_below(swarm_bits(swarm, fault, WHAT_OTHER), nodes - 1);
    return (fault->node + step) % nodes;
}

uint64_t swarm_amount(const struct swarm *swarm, const struct swarm_fault *fault, uint64_t min,
                      uint64_t max)
{
    return swarm_spread(swarm_bits(swarm, fault, WHAT_AMOUNT), min, max);
}

/* The name that a partition or a cut of this fault has. */
struct split_name {
    char text[64];
};

static struct split_name split_name(const struct swarm_fault *fault)
{
    struct split_name name;
    snprintf(name.text, sizeof name.text, "%s-%u", fault_table[fault->kind].name, fault->number);
    return name;
}

/* --- links -------------------------------------------------------------------------------- */

/* From the node to all others, with these words; then as they were. */
static void spell_link(struct swarm *swarm, const struct swarm_fault *fault, const char *words)
{
    const char *node = self(swarm, fault);
    swarm_line(swarm, fault, fault->begin, "\"link\": {\"from\": \"%s\", \"to\": \"all\", %s}",
               node, words);
    SWARM_END(swarm, fault, "\"link\": {\"from\": \"%s\", \"to\": \"all\"}", node);
}

static void spell_slow_link(struct swarm *swarm, const struct swarm_fault *fault)
{
    char words[60];
    snprintf(words, sizeof words, "\"latency\": \"%ums\"",
             (uint32_t)swarm_amount(swarm, fault, 5, 800));
    spell_link(swarm, fault, words);
}

/* "5%" of messages, one that is drawn from a share to another one. */
static void spell_share(struct swarm *swarm, const struct swarm_fault *fault, const char *key,
                        uint64_t max, const char *more)
{
    char words[120];
    snprintf(words, sizeof words, "\"%s\": \"%u%%\"%s", key,
             (uint32_t)swarm_amount(swarm, fault, 1, max), more);
    spell_link(swarm, fault, words);
}

static void spell_loss(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_share(swarm, fault, "loss", 50, "");
}

static void spell_duplication(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_share(swarm, fault, "duplicate", 90, "");
}

static void spell_reordering(struct swarm *swarm, const struct swarm_fault *fault)
{
    char more[60];
    snprintf(more, sizeof more, ", \"reorder_delay\": \"%ums\"",
             (uint32_t)swarm_spread(swarm_bits(swarm, fault, WHAT_MORE), 1, 500));
    spell_share(swarm, fault, "reorder", 50, more);
}

static void spell_corruption(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_share(swarm, fault, "corrupt", 30, "");
}

static void spell_squeeze(struct swarm *swarm, const struct swarm_fault *fault)
{
    char words[60];
    snprintf(words, sizeof words, "\"bandwidth\": \"%ukB\"",
             (uint32_t)swarm_amount(swarm, fault, 2, 200));
    spell_link(swarm, fault, words);
}

static void spell_overflow(struct swarm *swarm, const struct swarm_fault *fault)
{
    char words[80];
    snprintf(words, sizeof words, "\"bandwidth\": \"%ukB\", \"queue\": \"%uB\"",
             (uint32_t)swarm_amount(swarm, fault, 5, 200),
             (uint32_t)swarm_spread(swarm_bits(swarm, fault, WHAT_MORE), 200, 4000));
    spell_link(swarm, fault, words);
}

/* --- cuts ------------------------------------------------------------------------------------ */

static void end_split(struct swarm *swarm, const struct swarm_fault *fault)
{
    SWARM_END(swarm, fault, "\"heal\": \"%s\"", split_name(fault).text);
}

static void spell_cut(struct swarm *swarm, const struct swarm_fault *fault, uint32_t from,
                      uint32_t to)
{
    swarm_line(swarm, fault, fault->begin,
               "\"cut\": {\"from\": \"%s\", \"to\": \"%s\"}, \"name\": \"%s\"",
               swarm_node(swarm, from), swarm_node(swarm, to), split_name(fault).text);
}

static void spell_one_way(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_cut(swarm, fault, fault->node, swarm_other(swarm, fault));
    end_split(swarm, fault);
}

/* "n1", "n2": those that stand in this group. */
static void put_group(struct json_out *out, const struct swarm *swarm, const uint8_t *group_of,
                      uint8_t group)
{
    bool is_first = true;
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++) {
        if (group_of[node] != group)
            continue;
        json_out_str(out, is_first ? "[" : ", ");
        json_out_quoted(out, swarm_node(swarm, node));
        is_first = false;
    }
    json_out_str(out, "]");
}

/* Groups 0 and 1 do not reach each other; who is in group 2 reaches both. */
static void spell_groups(struct swarm *swarm, const struct swarm_fault *fault,
                         const uint8_t *group_of)
{
    struct json_out out = {0};
    json_out_str(&out, "[");
    put_group(&out, swarm, group_of, 0);
    json_out_str(&out, ", ");
    put_group(&out, swarm, group_of, 1);
    json_out_str(&out, "]");
    swarm_line(swarm, fault, fault->begin, "\"partition\": %s, \"name\": \"%s\"", out.data,
               split_name(fault).text);
    end_split(swarm, fault);
    free(out.data);
}

/* Deal all nodes but one into two groups, in an order that is drawn. */
static void deal(const struct swarm *swarm, const struct swarm_fault *fault, uint32_t except,
                 uint8_t *group_of)
{
    uint32_t nodes = swarm->base->node.nodes, dealt = 0;
    uint32_t order[64];
    for (uint32_t node = 0; node < nodes; node++)
        if (node != except)
            order[dealt++] = node;
    for (uint32_t i = dealt; i > 1; i--) {
        uint64_t bits = mix_pair(swarm_bits(swarm, fault, WHAT_MORE), i);
        uint32_t j = (uint32_t)mix_below(bits, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    for (uint32_t i = 0; i < dealt; i++)
        group_of[order[i]] = i >= (dealt + 1) / 2;
}

static void spell_halves(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint8_t group_of[64] = {0};
    deal(swarm, fault, ANY_NODE, group_of);
    spell_groups(swarm, fault, group_of);
}

static void spell_isolated(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint8_t group_of[64] = {0};
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        group_of[node] = node == fault->node;
    spell_groups(swarm, fault, group_of);
}

static void spell_bridge(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint8_t group_of[64] = {0};
    deal(swarm, fault, fault->node, group_of);
    group_of[fault->node] = 2;
    spell_groups(swarm, fault, group_of);
}

static void spell_ring(struct swarm *swarm, const struct swarm_fault *fault)
{
    struct json_out out = {0};
    for (uint32_t i = 0; i < swarm->base->node.nodes; i++) {
        uint32_t node = (fault->node + i) % swarm->base->node.nodes;
        json_out_str(&out, i == 0 ? "[" : ", ");
        json_out_quoted(&out, swarm_node(swarm, node));
    }
    swarm_line(swarm, fault, fault->begin, "\"ring\": %s], \"name\": \"%s\"", out.data,
               split_name(fault).text);
    end_split(swarm, fault);
    free(out.data);
}

/* --- clogs -------------------------------------------------------------------------------- */

static void spell_clog(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"clog\": {\"from\": \"%s\", \"to\": \"%s\"}, \"name\": \"%s\"",
               self(swarm, fault), swarm_node(swarm, swarm_other(swarm, fault)),
               split_name(fault).text);
    end_split(swarm, fault);
}

/* The links into this node from about half of the others: clogged one after the other, and let go
 * in an order of its own. */
static void spell_swizzle(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint32_t nodes = swarm->base->node.nodes;
    vtime third = (fault->end - fault->begin) / 3;
    uint64_t bits = swarm_bits(swarm, fault, WHAT_MORE);
    for (uint32_t i = 1; i < nodes; i++) {
        uint32_t from = (fault->node + i) % nodes;
        uint64_t mine = mix_pair(bits, i);
        vtime begin = fault->begin + (i == 1 ? 0 : mix_below(mine, third));
        vtime end = fault->end - (i == 1 ? 0 : mix_below(mix_bits(mine), third));
        if (i > 1 && mine % 2)
            continue;
        swarm_line(swarm, fault, begin - begin % MICROSECOND,
                   "\"clog\": {\"from\": \"%s\", \"to\": \"%s\"}, \"name\": \"%s-%s\"",
                   swarm_node(swarm, from), self(swarm, fault), split_name(fault).text,
                   swarm_node(swarm, from));
        if (!fault->is_for_ever)
            swarm_line(swarm, fault, end - end % MICROSECOND, "\"heal\": \"%s-%s\"",
                       split_name(fault).text, swarm_node(swarm, from));
    }
}

static void spell_flapping(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint32_t other = swarm_other(swarm, fault);
    uint64_t times = swarm_amount(swarm, fault, 2, 8);
    vtime period = (fault->end - fault->begin) / (2 * times - 1);
    for (uint64_t i = 0; i < times; i++) {
        struct swarm_fault once = *fault;
        once.begin = fault->begin + 2 * i * period;
        once.end = i + 1 == times ? fault->end : once.begin + period;
        once.is_for_ever &= i + 1 == times;
        swarm_line(swarm, &once, once.begin,
                   "\"partition\": [[\"%s\"], [\"%s\"]], \"name\": \"%s\"", self(swarm, fault),
                   swarm_node(swarm, other), split_name(fault).text);
        end_split(swarm, &once);
    }
}

static void spell_rack_partition(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint8_t group_of[64] = {0};
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        group_of[node] = swarm->base->node.placement.racks[node] == fault->node;
    spell_groups(swarm, fault, group_of);
}

/* --- machines -------------------------------------------------------------------------------- */

static void spell_crash(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"kept\"",
               self(swarm, fault));
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

static void spell_power_loss(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"lost\"",
               self(swarm, fault));
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

static void spell_torn_write(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint64_t cut = mix_below(swarm_bits(swarm, fault, WHAT_MORE), 512);
    swarm_line(swarm, fault, fault->begin,
               "\"crash\": \"%s\", \"unsynced\": \"torn\", \"sectors\": %u, \"last_sector\": "
               "\"%uB\"",
               self(swarm, fault), (uint32_t)swarm_amount(swarm, fault, 1, 8), (uint32_t)cut);
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

static void spell_scattered(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"random\"",
               self(swarm, fault));
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

/* Right after the append that is so many further; if there is none until its end, never. */
static void spell_crash_at_step(struct swarm *swarm, const struct swarm_fault *fault)
{
    static const char *const modes[] = {"lost", "random", "torn"};
    const char *node = self(swarm, fault);
    struct json_out out = {0};
    char text[400];
    uint64_t mode = mix_below(swarm_bits(swarm, fault, WHAT_MORE), ARRAY_LEN(modes));
    snprintf(text, sizeof text,
             "{\"when\": \"node('%s').log_append >= %u and time < %lluus\", "
             "\"not_before\": \"%lluus\", \"crash\": \"%s\", \"unsynced\": \"%s\", "
             "\"fault\": \"%s#%u\"}",
             node, (uint32_t)swarm_amount(swarm, fault, 1, 2000),
             (unsigned long long)(fault->end / MICROSECOND),
             (unsigned long long)(fault->begin / MICROSECOND), node, modes[mode],
             fault_table[fault->kind].name, fault->number);
    json_out_str(&out, text);
    swarm_raw_line(swarm, fault->begin, out.data);
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", node);
}

static void spell_crash_loop(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *node = self(swarm, fault);
    uint64_t times = swarm_amount(swarm, fault, 2, 7);
    vtime period = (fault->end - fault->begin) / times;
    for (uint64_t i = 0; i < times; i++) {
        vtime down = fault->begin + i * period;
        uint64_t bits = mix_pair(swarm_bits(swarm, fault, WHAT_PAUSE), i);
        vtime up = down + MILLISECOND + mix_below(bits, period - MILLISECOND);
        swarm_line(swarm, fault, down, "\"crash\": \"%s\", \"unsynced\": \"%s\"", node,
                   i % 2 ? "lost" : "random");
        if (i + 1 < times)
            swarm_line(swarm, fault, up - up % MICROSECOND, "\"restart\": \"%s\"", node);
    }
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", node);
}

static void spell_pause(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"pause\": \"%s\"", self(swarm, fault));
    SWARM_END(swarm, fault, "\"resume\": \"%s\"", self(swarm, fault));
}

static void spell_slow_node(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"slow\": \"%s\", \"factor\": %u", self(swarm, fault),
               (uint32_t)swarm_amount(swarm, fault, 2, 20));
    SWARM_END(swarm, fault, "\"slow\": \"%s\", \"factor\": 1", self(swarm, fault));
}

static void spell_rack_crash(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *rack = swarm->base->rack_names[fault->node];
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"rack:%s\", \"unsynced\": \"lost\"", rack);
    SWARM_END(swarm, fault, "\"restart\": \"rack:%s\"", rack);
}

static void spell_early_timer(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"fire_timer\": \"%s\"", self(swarm, fault));
}

/* --- clocks ---------------------------------------------------------------------------------- */

static void spell_jump(struct swarm *swarm, const struct swarm_fault *fault, const char *there,
                       const char *back)
{
    uint32_t by = (uint32_t)swarm_amount(swarm, fault, 1, 20000);
    swarm_line(swarm, fault, fault->begin, "\"clock_jump\": \"%s\", \"by\": \"%s%ums\"",
               self(swarm, fault), there, by);
    SWARM_END(swarm, fault, "\"clock_jump\": \"%s\", \"by\": \"%s%ums\"", self(swarm, fault), back,
              by);
}

static void spell_clock_forward(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_jump(swarm, fault, "+", "-");
}

static void spell_clock_back(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_jump(swarm, fault, "-", "+");
}

static void spell_clock_drift(struct swarm *swarm, const struct swarm_fault *fault)
{
    bool is_slow = mix_below(swarm_bits(swarm, fault, WHAT_MORE), 2);
    swarm_line(swarm, fault, fault->begin, "\"clock_drift\": \"%s\", \"by\": \"%s%uppm\"",
               self(swarm, fault), is_slow ? "-" : "+",
               (uint32_t)swarm_amount(swarm, fault, 50, 200000));
    SWARM_END(swarm, fault, "\"clock_drift\": \"%s\", \"by\": \"0ppm\"", self(swarm, fault));
}

static void spell_clock_freeze(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"clock_freeze\": \"%s\"", self(swarm, fault));
    SWARM_END(swarm, fault, "\"clock_thaw\": \"%s\"", self(swarm, fault));
}

/* --- the table ------------------------------------------------------------------------------- */

static spell_function *const spell_table[FAULT_KIND_COUNT] = {
    [FAULT_KIND_SLOW_LINK] = spell_slow_link,
    [FAULT_KIND_LOSS] = spell_loss,
    [FAULT_KIND_DUPLICATION] = spell_duplication,
    [FAULT_KIND_REORDERING] = spell_reordering,
    [FAULT_KIND_SQUEEZE] = spell_squeeze,
    [FAULT_KIND_OVERFLOW] = spell_overflow,
    [FAULT_KIND_ONE_WAY] = spell_one_way,
    [FAULT_KIND_HALVES] = spell_halves,
    [FAULT_KIND_ISOLATED] = spell_isolated,
    [FAULT_KIND_BRIDGE] = spell_bridge,
    [FAULT_KIND_RING] = spell_ring,
    [FAULT_KIND_FLAPPING] = spell_flapping,
    [FAULT_KIND_CRASH] = spell_crash,
    [FAULT_KIND_POWER_LOSS] = spell_power_loss,
    [FAULT_KIND_TORN_WRITE] = spell_torn_write,
    [FAULT_KIND_SCATTERED] = spell_scattered,
    [FAULT_KIND_CRASH_AT_STEP] = spell_crash_at_step,
    [FAULT_KIND_CRASH_LOOP] = spell_crash_loop,
    [FAULT_KIND_PAUSE] = spell_pause,
    [FAULT_KIND_SLOW_NODE] = spell_slow_node,
    [FAULT_KIND_RACK_CRASH] = spell_rack_crash,
    [FAULT_KIND_RACK_PARTITION] = spell_rack_partition,
    [FAULT_KIND_EARLY_TIMER] = spell_early_timer,
    [FAULT_KIND_BIT_ROT] = spell_bit_rot,
    [FAULT_KIND_DISK_FULL] = spell_disk_full,
    [FAULT_KIND_CLOCK_FORWARD] = spell_clock_forward,
    [FAULT_KIND_CLOCK_BACK] = spell_clock_back,
    [FAULT_KIND_CLOCK_DRIFT] = spell_clock_drift,
    [FAULT_KIND_CORRUPTION] = spell_corruption,
    [FAULT_KIND_CLOG] = spell_clog,
    [FAULT_KIND_SWIZZLE] = spell_swizzle,
    [FAULT_KIND_SLOW_DISK] = spell_slow_disk,
    [FAULT_KIND_STALLED_DISK] = spell_stalled_disk,
    [FAULT_KIND_WRITE_ERROR] = spell_write_error,
    [FAULT_KIND_FAILED_SYNC] = spell_failed_sync,
    [FAULT_KIND_READ_ERROR] = spell_read_error,
    [FAULT_KIND_MISDIRECTED_READ] = spell_misdirected_read,
    [FAULT_KIND_LYING_SYNC] = spell_lying_sync,
    [FAULT_KIND_MISDIRECTED_WRITE] = spell_misdirected_write,
    [FAULT_KIND_LATENT_SECTOR] = spell_latent_sector,
    [FAULT_KIND_STALE_IMAGE] = spell_stale_image,
    [FAULT_KIND_DISK_SWAP] = spell_disk_swap,
    [FAULT_KIND_WIPE] = spell_wipe,
    [FAULT_KIND_CLOCK_FREEZE] = spell_clock_freeze,
    [FAULT_KIND_JOIN] = spell_join,
    [FAULT_KIND_LEAVE] = spell_leave,
    [FAULT_KIND_REPLACE] = spell_replace,
    [FAULT_KIND_REMOVE] = spell_remove,
    [FAULT_KIND_REPAIR] = spell_repair,
    [FAULT_KIND_RETRY_STORM] = spell_retry_storm,
};

bool swarm_is_possible(const struct swarm *swarm, const struct swarm_fault *fault)
{
    uint32_t nodes = swarm->base->node.nodes;
    switch (fault->kind) {
    case FAULT_KIND_RING: return nodes >= 4;
    case FAULT_KIND_BRIDGE: return nodes >= 3;
    case FAULT_KIND_JOIN:
    case FAULT_KIND_LEAVE:
    case FAULT_KIND_REPLACE:
    case FAULT_KIND_REMOVE: return swarm_members_possible(swarm, fault);
    case FAULT_KIND_RETRY_STORM: return swarm->base->client_count > 0;
    case FAULT_KIND_DISK_SWAP: /* a damaged disk would damage who gets it for good */
        return nodes >= 3 && !swarm->is_broken[fault->node] &&
               !swarm->is_broken[swarm_other(swarm, fault)];
    case FAULT_KIND_CRASH_LOOP: return fault->end - fault->begin >= 50 * MILLISECOND;
    default: return nodes >= 2;
    }
}

void swarm_spell(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_table[fault->kind](swarm, fault);
}
