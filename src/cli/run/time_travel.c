/*
 * time_travel.c: the proof behind --check-time-travel.
 *
 * The straight run is known by its digest. Now the same run is made under a
 * travel: forward with keyframes, back to many steps, off into a branch and back,
 * and to the end again. Every state met twice must be the same, byte for byte.
 */
#include <string.h>

#include "cli/cli.h"
#include "sim/travel/travel.h"

#define STORE_BYTES (UINT64_C(256) << 20)
#define PROBES      24

struct probe {
    uint64_t step;
    struct digest trace;
    struct digest pages;
};

static bool say(char *why, uint32_t size, const char *what, uint64_t step)
{
    snprintf(why, size, "%s at step %llu", what, (unsigned long long)step);
    return false;
}

/* The steps to come back to, spread over the run, and what they look like. */
static uint32_t place_probes(struct travel *travel, uint64_t end, struct probe *probes)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < PROBES; i++) {
        uint64_t step = end * i / PROBES + (uint64_t)i % 3;
        if (step > end || (count > 0 && step <= probes[count - 1].step))
            continue;
        travel_seek(travel, step);
        const struct world_state *state = travel->world->state;
        probes[count++] = (struct probe){state->step, state->digest,
                                         snapshot_page_digest(&travel->world->region)};
    }
    return count;
}

static bool look_again(struct travel *travel, const struct probe *probe, char *why, uint32_t size)
{
    travel_seek(travel, probe->step);
    if (!digest_equal(travel->world->state->digest, probe->trace))
        return say(why, size, "another trace after going back", probe->step);
    if (!digest_equal(snapshot_page_digest(&travel->world->region), probe->pages))
        return say(why, size, "other pages after going back", probe->step);
    return true;
}

/* Off into a branch in which the first node crashes, to its end, and back. */
static void make_detour(struct travel *travel)
{
    struct action crash = {.kind = ACTION_CRASH, .target = 0, .mode = CRASH_LOSE};
    uint32_t parent = travel->current;
    travel_branch(travel, &crash);
    travel_seek(travel, travel->world->state->step + 500);
    travel_select(travel, parent);
}

static bool prove(struct travel *travel, struct digest straight, char *why, uint32_t size)
{
    struct probe probes[PROBES];
    while (travel_forward(travel))
        continue;
    uint64_t end = travel->world->state->step;
    if (!digest_equal(travel->world->state->digest, straight))
        return say(why, size, "another trace with keyframes than without, found", end);
    uint32_t count = place_probes(travel, end, probes);
    for (uint32_t i = count; i-- > 0;) {
        if (!look_again(travel, &probes[i], why, size))
            return false;
        make_detour(travel);
        if (!look_again(travel, &probes[i], why, size))
            return false;
    }
    travel_seek(travel, end);
    if (!digest_equal(travel->world->state->digest, straight))
        return say(why, size, "another end after all the travelling, found", end);
    return true;
}

bool check_time_travel(struct run *run, struct digest straight, char *why, uint32_t why_size)
{
    struct travel travel;
    const char *refusal;
    bool is_cut_short = !run->world.state->is_over;
    if (is_cut_short) {
        snprintf(why, why_size, "needs a run to the end (without --until)");
        return false;
    }
    if (!travel_open(&travel, &run->world, run->scenario, run->seed, STORE_BYTES, &refusal)) {
        snprintf(why, why_size, "%s", refusal);
        return false;
    }
    bool is_proven = prove(&travel, straight, why, why_size);
    travel_close(&travel);
    return is_proven;
}
