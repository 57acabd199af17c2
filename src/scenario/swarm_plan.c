/*
 * swarm_plan.c: which faults, when, and of which node.
 *
 * Each kind is on with some probability of its own (Groce et al., "Swarm Testing", ISSTA 2012:
 * leaving features out finds more than always using all of them), and then comes again and again:
 *
 *     from |--gap--|== lasts ==|--stability--|--gap--|== lasts ==| ...   until
 *
 * The mean gap of a kind is drawn once a seed, so some seeds are calm and some are not. A fault
 * lasts, and stays away, for at least `lasts_min`: with less than that the cluster would see a
 * flicker (TigerBeetle's VOPR calls it stability).
 *
 * All instances are drawn first, each by its kind and number; then they are admitted in order of
 * time. One is left out when somebody else holds what it needs, when too many are at work, or when
 * the cluster has no node for it. Leaving one out shifts no other.
 */
#include "scenario/swarm_spell.h"

#include <stdlib.h>
#include <string.h>

#define STREAM_SWARM                                                                               \
    UINT64_C(0x737761726d) /* apart from those of a world (sim/world/streams.h)                    \
                            */
#define FAULTS_OF_A_KIND_MAX 60

uint64_t swarm_draw(uint64_t seed, uint32_t kind, uint32_t number, uint32_t what)
{
    uint64_t name = kind < FAULT_KIND_COUNT ? name_hash(fault_table[kind].name) : 0;
    return mix(seed, STREAM_SWARM, mix_pair(mix_pair(name, number), what));
}

uint64_t swarm_between(uint64_t bits, uint64_t min, uint64_t max)
{
    return min + mix_below(bits, max - min + 1);
}

uint64_t swarm_spread(uint64_t bits, uint64_t min, uint64_t max)
{
    uint32_t doublings = 0;
    while (doublings < 40 && min << (doublings + 1) <= max)
        doublings++;
    uint64_t low = min << mix_below(bits, doublings + 1);
    return swarm_between(mix_bits(bits), low, MIN(2 * low, max));
}

/* --- drawing ------------------------------------------------------------------------------- */

static void add_fault(struct swarm *swarm, struct swarm_fault fault)
{
    if (swarm->count == swarm->room) {
        swarm->room = MAX(2 * swarm->room, 64);
        swarm->faults = realloc(swarm->faults, swarm->room * sizeof *swarm->faults);
        CHECK_WHY(swarm->faults != NULL, "out of memory");
    }
    swarm->faults[swarm->count++] = fault;
}

/* Whole microseconds, so that a person can read them. */
static vtime rounded(vtime time)
{
    return time - time % MICROSECOND;
}

static void draw_kind(struct swarm *swarm, uint32_t kind)
{
    const struct swarm_setting *setting = swarm->setting;
    uint64_t bits = swarm_draw(swarm->seed, kind, 0, WHAT_RATE);
    vtime gap = swarm_spread(bits, setting->gap_min_ns, setting->gap_max_ns);
    vtime at = setting->from_ns;
    for (uint32_t number = 1; number <= FAULTS_OF_A_KIND_MAX; number++) {
        struct swarm_fault fault = {.kind = (uint8_t)kind, .number = (uint16_t)number};
        at += rounded(mix_below(swarm_bits(swarm, &fault, WHAT_GAP), 2 * gap));
        if (at >= setting->until_ns)
            return;
        fault.begin = at;
        fault.end = at + rounded(swarm_spread(swarm_bits(swarm, &fault, WHAT_LASTS),
                                              setting->lasts_min_ns, setting->lasts_max_ns));
        fault.end = MIN(fault.end, rounded(setting->until_ns));
        fault.node =
            (uint32_t)mix_below(swarm_bits(swarm, &fault, WHAT_NODE), swarm->base->node.nodes);
        at = fault.end + setting->lasts_min_ns;
        add_fault(swarm, fault);
    }
}

static int compare_faults(const void *a, const void *b)
{
    const struct swarm_fault *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

/* --- admitting ------------------------------------------------------------------------------ */

static bool is_of_rack(uint32_t kind)
{
    return kind == FAULT_KIND_RACK_CRASH || kind == FAULT_KIND_RACK_PARTITION;
}

/* Is this node one of those that the fault takes hold of? */
static bool is_held_by(const struct swarm *swarm, const struct swarm_fault *fault, uint32_t node)
{
    uint8_t hold = fault_table[fault->kind].hold;
    if (hold == HOLD_TOPOLOGY || hold == HOLD_CLIENTS)
        return node == 0; /* there is one of them: it stands in the first place */
    if (is_of_rack(fault->kind))
        return swarm->base->node.placement.racks[node] == fault->node;
    return node == fault->node ||
           (fault->kind == FAULT_KIND_DISK_SWAP && node == swarm_other(swarm, fault));
}

static vtime *held_until(const struct swarm *swarm, uint32_t hold, uint32_t node)
{
    return &swarm->held_until[hold * swarm->base->node.nodes + node];
}

static bool take_hold(struct swarm *swarm, const struct swarm_fault *fault)
{
    uint8_t hold = fault_table[fault->kind].hold;
    if (hold == HOLD_FREE)
        return true;
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        if (is_held_by(swarm, fault, node) && *held_until(swarm, hold, node) > fault->begin)
            return false;
    vtime until = fault->is_for_ever ? VTIME_NEVER : fault->end + swarm->setting->lasts_min_ns;
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        if (is_held_by(swarm, fault, node))
            *held_until(swarm, hold, node) = until;
    return true;
}

static uint32_t count_active(const struct swarm *swarm, uint32_t admitted, vtime now)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < admitted; i++)
        count +=
            fault_table[swarm->faults[i].kind].stay == STAY_LASTS && swarm->faults[i].end > now;
    return count;
}

/* Faults after which a machine may be good for nothing, or a promise be broken that no database
 * can keep without its disk. Where the core is to work in the end, they only come to nodes
 * outside it. */
static bool is_of_broken(const struct swarm *swarm, uint32_t kind)
{
    switch (kind) {
    case FAULT_KIND_BIT_ROT:
    case FAULT_KIND_LATENT_SECTOR:
    case FAULT_KIND_MISDIRECTED_WRITE:
    case FAULT_KIND_LYING_SYNC:
    case FAULT_KIND_STALE_IMAGE:
    case FAULT_KIND_WIPE: return swarm->setting->mode == SWARM_LIVENESS;
    default: return false;
    }
}

/* To the broken node that comes next, if there is one. */
static bool move_to_broken(const struct swarm *swarm, struct swarm_fault *fault)
{
    uint32_t nodes = swarm->base->node.nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t node = (fault->node + i) % nodes;
        if (!swarm->is_broken[node])
            continue;
        fault->node = node;
        return true;
    }
    return false;
}

static bool admit(struct swarm *swarm, struct swarm_fault *fault, uint32_t admitted)
{
    if (is_of_rack(fault->kind) && swarm->base->rack_count < 2)
        return false;
    if (is_of_rack(fault->kind))
        fault->node =
            (uint32_t)mix_below(swarm_bits(swarm, fault, WHAT_NODE), swarm->base->rack_count);
    if (is_of_broken(swarm, fault->kind) && !move_to_broken(swarm, fault))
        return false;
    return swarm_is_possible(swarm, fault) &&
           count_active(swarm, admitted, fault->begin) < swarm->setting->at_once &&
           take_hold(swarm, fault);
}

/* Whole families are left out, too: else nearly every seed would have some fault of each, and
 * clocks that are wrong void the promises that all the others are judged by. */
static bool is_family_on(const struct swarm *swarm, uint32_t family)
{
    uint32_t share_ppb = family == FAMILY_CLOCK ? 250000000 : 750000000;
    bool is_only_one = (swarm->setting->kinds & ~fault_kinds_of_family(family)) == 0;
    return is_only_one ||
           mix_chance(swarm_draw(swarm->seed, FAULT_NONE, family, WHAT_ENABLED), share_ppb);
}

static bool is_on(const struct swarm *swarm, uint32_t kind)
{
    uint64_t bits = swarm_draw(swarm->seed, kind, 0, WHAT_ENABLED);
    return (swarm->setting->kinds >> kind & 1) && mix_chance(bits, swarm->setting->chance_ppb) &&
           is_family_on(swarm, fault_table[kind].family);
}

void swarm_plan(struct swarm *swarm)
{
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (!is_on(swarm, kind))
            continue;
        swarm->enabled |= UINT64_C(1) << kind;
        draw_kind(swarm, kind);
    }
    if (swarm->count == 0)
        return;
    qsort(swarm->faults, swarm->count, sizeof *swarm->faults, compare_faults);
    uint32_t admitted = 0;
    for (uint32_t i = 0; i < swarm->count; i++) {
        struct swarm_fault fault = swarm->faults[i];
        if (!admit(swarm, &fault, admitted))
            continue;
        swarm->faults[admitted++] = fault;
        swarm_spell(swarm, &fault);
    }
    swarm->count = admitted;
}
