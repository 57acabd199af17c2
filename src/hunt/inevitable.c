/*
 * inevitable.c: the search for the first step from which every tail fails.
 *
 * First a few steps evenly over the run, then halving between the last of them that has a tail
 * that goes well and the next one. Each probe goes to its step by keyframes, keeps the world as it
 * is there, and lets its tails begin from that.
 */
#include "hunt/inevitable.h"

#include <string.h>

#include "base/mix.h"
#include "sim/judge/judge.h"

#define STORE_BYTES (UINT64_C(256) << 20)
#define STEPS_TIMES 4 /* a tail that takes so many times as long as the run does not end */
#define STEPS_MORE  100000

/* --- one tail ------------------------------------------------------------------------------ */

bool inevitable_is_fault(uint32_t action)
{
    switch (action) {
    case ACTION_CRASH:
    case ACTION_PAUSE:
    case ACTION_PARTITION:
    case ACTION_CUT:
    case ACTION_RING:
    case ACTION_CLOG:
    case ACTION_SLOW:
    case ACTION_CLOCK_JUMP:
    case ACTION_CLOCK_DRIFT:
    case ACTION_CLOCK_FREEZE:
    case ACTION_DISK_FULL:
    case ACTION_DISK_CORRUPT:
    case ACTION_DISK_WIPE:
    case ACTION_DISK_SLOW:
    case ACTION_DISK_STALL:
    case ACTION_DISK_FAIL:
    case ACTION_DISK_LIE:
    case ACTION_DISK_MISDIRECT:
    case ACTION_DISK_SPOIL:
    case ACTION_DISK_SWAP:
    case ACTION_DISK_RESTORE:
    case ACTION_DROP:
    case ACTION_HOLD:
    case ACTION_DUPLICATE:
    case ACTION_POSTPONE:
    case ACTION_CORRUPT:
    case ACTION_HURRY: return true;
    default: return false;
    }
}

/* All entries of one drawn fault have one coin: half of it would be no fault at all. */
static void toss_coins(struct inevitable *search, uint64_t seed)
{
    const struct scenario *scenario = search->order.scenario;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct timeline_entry *entry = &scenario->timeline[i];
        uint64_t identity = entry->fault.number ? UINT64_C(1) << 32 | entry->fault.number : i;
        search->left_out[i] = !search->order.keeps_faults &&
                              inevitable_is_fault(entry->action.kind) &&
                              mix_pair(seed, identity) & 1;
    }
}

static bool is_violated(struct inevitable *search)
{
    struct check_result results[CHECKS_MAX];
    region_reset(&search->scratch);
    struct heap *scratch = region_create_root(&search->scratch, sizeof *scratch);
    heap_init(scratch, search->scratch.header);
    judge_world(&search->world, scratch, results);
    return results[search->order.check].verdict.kind == VERDICT_VIOLATED;
}

/* From the present to the end, with other draws. What does not end fails nothing. */
static bool tail_fails(struct inevitable *search, uint64_t seed)
{
    struct world *world = &search->world;
    uint64_t limit = world->state->step + STEPS_TIMES * search->last_step + STEPS_MORE;
    toss_coins(search, seed);
    world_redraw(world, seed, search->left_out);
    while (world->state->step < limit && world_step(world))
        continue;
    return world->state->is_over && is_violated(search);
}

/* --- one probe ------------------------------------------------------------------------------ */

static void keep_probe(struct inevitable *search, const struct inevitable_probe *probe)
{
    uint32_t at = search->probe_count++;
    for (; at > 0 && search->probes[at - 1].step > probe->step; at--)
        search->probes[at] = search->probes[at - 1];
    search->probes[at] = *probe;
}

static void put_back(struct inevitable *search, const struct snapshot *here)
{
    struct world *world = &search->world;
    snapshot_restore(&search->travel.store, &world->region, here);
    world->state = region_root(&world->region);
    world->doomed = ANY_NODE;
    world->has_due = world->saw_watched = false;
}

/* From the step of the probe, until it has had so many tails. */
static void run_tails(struct inevitable *search, struct inevitable_probe *probe, uint32_t tails)
{
    uint64_t seed = search->order.seed;
    travel_seek(&search->travel, probe->step);
    probe->time = search->world.state->now;
    struct snapshot *here = snapshot_take(&search->travel.store, &search->world.region, NULL);
    CHECK_WHY(here != NULL, "a world fits a store that holds nothing but its keyframes");
    for (; probe->tails < tails; probe->tails++) {
        probe->failed += tail_fails(search, mix_pair(mix_pair(seed, probe->step), probe->tails));
        put_back(search, here);
    }
    world_redraw(&search->world, seed, NULL);
    snapshot_drop(&search->travel.store, here);
    search->done++;
}

static void look_at(struct inevitable *search, uint64_t step)
{
    struct inevitable_probe probe = {.step = step};
    run_tails(search, &probe, search->order.tails);
    keep_probe(search, &probe);
}

static struct inevitable_probe *find_probe(struct inevitable *search, uint64_t step)
{
    for (uint32_t i = 0; i < search->probe_count; i++)
        if (search->probes[i].step == step)
            return &search->probes[i];
    return NULL;
}

const struct inevitable_probe *inevitable_probe_at(const struct inevitable *search, uint64_t step)
{
    return find_probe((struct inevitable *)(uintptr_t)search, step);
}

/* --- the search ------------------------------------------------------------------------------ */

static uint64_t grid_step(const struct inevitable *search, uint32_t index)
{
    return search->last_step * index / INEVITABLE_GRID;
}

/* Between which two probes it lies: after the last one with a tail that goes well. */
static void narrow(struct inevitable *search)
{
    search->low = UINT64_MAX;
    search->high = search->last_step;
    for (uint32_t i = search->probe_count; i-- > 0;) {
        if (search->probes[i].failed < search->probes[i].tails) {
            search->low = search->probes[i].step;
            return;
        }
        search->high = search->probes[i].step;
    }
}

/* The next step of the grid that was not looked at; false when all were. */
static bool next_of_grid(const struct inevitable *search, uint64_t *step)
{
    for (uint32_t i = 0; i < INEVITABLE_GRID; i++) {
        *step = grid_step(search, i);
        if (!inevitable_probe_at(search, *step))
            return true;
    }
    return false;
}

bool inevitable_go_on(struct inevitable *search)
{
    struct inevitable_probe *answer = find_probe(search, search->high);
    uint32_t proof = INEVITABLE_PROOF * search->order.tails;
    uint64_t step;
    if (!search->is_failing || search->probe_count == INEVITABLE_PROBES_MAX)
        return false;
    if (next_of_grid(search, &step))
        look_at(search, step);
    else if (search->low != UINT64_MAX && search->high - search->low > 1)
        look_at(search, search->low + (search->high - search->low) / 2);
    else if (answer && answer->tails < proof)
        run_tails(search, answer, proof);
    else
        return false;
    narrow(search);
    return true;
}

static uint32_t bits_of(uint64_t number)
{
    uint32_t bits = 0;
    for (; number > 0; number >>= 1)
        bits++;
    return bits;
}

static bool open_memory(struct inevitable *search, const char **why)
{
    const struct inevitable_order *order = &search->order;
    if (!world_open(&search->world, WORLD_RESERVE_BYTES, NULL, why))
        return false;
    if (!region_open(&search->scratch, REGION_RESERVE_PLAN, NULL, why)) {
        world_close(&search->world);
        return false;
    }
    if (travel_open(&search->travel, &search->world, order->scenario, order->seed, STORE_BYTES,
                    why))
        return true;
    region_close(&search->scratch);
    world_close(&search->world);
    return false;
}

bool inevitable_begin(struct inevitable *search, const struct inevitable_order *order,
                      const char **why)
{
    memset(search, 0, sizeof *search);
    search->order = *order;
    if (!open_memory(search, why))
        return false;
    search->left_out = heap_alloc(search->travel.heap, order->scenario->timeline_count + 1);
    travel_seek(&search->travel, UINT64_MAX);
    search->last_step = search->world.state->step;
    search->last_time = search->world.state->now;
    search->is_failing = search->world.state->is_over && is_violated(search);
    search->expected = INEVITABLE_GRID + 1 + bits_of(search->last_step / INEVITABLE_GRID);
    narrow(search);
    return true;
}

void inevitable_end(struct inevitable *search)
{
    travel_close(&search->travel);
    region_close(&search->scratch);
    world_close(&search->world);
}

/* --- the interval ---------------------------------------------------------------------------- */

/* Newton's rule; exact enough after a few steps, since it begins above. */
static double root_of(double square)
{
    double root = square > 1 ? square : 1;
    for (int i = 0; i < 60; i++)
        root = (root + square / root) / 2;
    return root;
}

struct inevitable_share inevitable_wilson(uint32_t failed, uint32_t tails)
{
    const double z = 1.959963985, n = tails, share = (double)failed / n;
    double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
    double half =
        z / (1 + z * z / n) * root_of(share * (1 - share) / n + z * z / (4 * n * n));
    double low = 1000 * (middle - half), high = 1000 * (middle + half);
    struct inevitable_share interval = {.low = low > 0 ? (uint32_t)low : 0,
                                        .high = high < 1000 ? (uint32_t)high + 1 : 1000};
    if (failed == 0)
        interval.low = 0;
    if (failed == tails)
        interval.high = 1000;
    return interval;
}
