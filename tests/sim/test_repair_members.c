/*
 * test_repair_members.c: repair while members change and disks are lost.
 *
 * Each seed is a script of faults (fault_scripts.h) over five members under a QUORUM workload with
 * deletes; tombstones are let go after 4 s, and each node repairs every 2 s. Clocks are right:
 * last writer wins is only as good as they are. And in the script
 *
 *     n6 joins        at a moment drawn between the beginning and the end of the faults
 *     one member      loses its disk, at another one, and comes back as the empty machine it is
 *     n7 replaces it  3 s after all faults have ended
 *
 * Both are told once more, later: of two changes at once one is refused. Then no acknowledged
 * write is lost, nothing that was deleted is back, and all owners of all ranges hold the same
 * bytes. 300 seeds; with LONG=1, 2,000; with SEEDS=n, so many, from FIRST on:
 *
 *     LONG=1 LIMIT=3000 T=sim/test_repair_members tests/run.sh release
 */
#include "sim/fault_scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "base/region.h"
#include "sim/judge/judge.h"

enum { N6 = N5 + 1, N7 };

#define HEALED    (12 * SECOND)
#define LOOKED_AT (45 * SECOND) /* every change has ended */
#define END       (60 * SECOND)

static uint64_t draw(uint64_t seed, uint64_t what, uint64_t bound)
{
    return mix_below(mix(seed, 0x52504d42, what), bound);
}

static void write_scenario(uint64_t seed, char *text, size_t size)
{
    static char faults[24000];
    char workload[400];
    struct fault_plan plan = {
        .seed = seed,
        .nodes = 5,
        .kinds = (FAULTS_OF_MACHINES | FAULTS_OF_LINKS) & ~FAULT_BIT(CLOCK_JUMP),
        .level = "quorum",
        .begin = SECOND,
        .healed_at = HEALED};
    uint64_t lost = 1 + draw(seed, 1, 5), lost_at = 1500 + draw(seed, 2, 9000);
    write_faults(&plan, faults, sizeof faults);
    write_workload(&plan, workload, sizeof workload);
    int used = snprintf(
        text, size,
        "'duration': '60s', 'cluster': {'nodes': 7, 'members': 5, 'heartbeat': '500ms',"
        " 'transition_timeout': '5s', 'tombstone_grace': '4s', 'repair': {'interval': '2s'},"
        " 'log': {'segment': '8KiB', 'checkpoint_every': '16KiB'}}, 'clients': [%s],"
        " 'checks': [{'check': 'durable'}], 'timeline': [%s,"
        " {'at': '%llums', 'join': 'n6'}, {'at': '%llums', 'crash': 'n%llu'},"
        " {'at': '%llums', 'disk_wipe': 'n%llu'}, {'at': '%llums', 'restart': 'n%llu'},"
        " {'at': '15s', 'replace': 'n%llu', 'by': 'n7'}, {'at': '25s', 'join': 'n6'},"
        " {'at': '35s', 'replace': 'n%llu', 'by': 'n7'}]",
        workload, faults, (unsigned long long)(1000 + draw(seed, 3, 11000)),
        (unsigned long long)lost_at, (unsigned long long)lost, (unsigned long long)(lost_at + 1),
        (unsigned long long)lost, (unsigned long long)(lost_at + 1 + draw(seed, 4, 3000)),
        (unsigned long long)lost, (unsigned long long)lost, (unsigned long long)lost);
    assert_true(used > 0 && (size_t)used < size);
}

static bool is_anything_lost(const struct cluster *c)
{
    struct check_result result;
    struct region region;
    const char *why = NULL;
    assert_true(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    struct heap *scratch = region_create_root(&region, sizeof *scratch);
    heap_init(scratch, region.header);
    bool is_lost = judge_world(&c->world, scratch, &result) > 0;
    region_close(&region);
    return is_lost;
}

struct sums {
    uint64_t joined, replaced, repaired, collected;
    vtime latest;
};

/* What went wrong, or NULL. */
static const char *run_seed(uint64_t seed, char *text, size_t size, struct sums *sums)
{
    struct cluster c;
    write_scenario(seed, text, size);
    cluster_load(&c, text, NULL);
    cluster_begin(&c, seed, NULL, 0);
    run_until(&c, LOOKED_AT);
    vtime when = run_until_equal(&c, LOOKED_AT, END);
    const struct topology *topology = &c.world.state->topology;
    const char *wrong = NULL;
    if (topology->phase != TOPOLOGY_NORMAL)
        wrong = "a change of members has not ended";
    else if (when == VTIME_NEVER)
        wrong = "replicas stay different";
    else if (is_anything_lost(&c))
        wrong = "an acknowledged write is lost, or what was deleted is back";
    sums->joined += topology->states[N6] == MEMBER_NORMAL;
    sums->replaced += topology->states[N7] == MEMBER_NORMAL;
    sums->repaired += count_of(&c, NOTED(REPAIR_TOOK), ALL_ACTORS);
    sums->collected += count_of(&c, NOTED(TOMBSTONE_COLLECTED), ALL_ACTORS);
    sums->latest = when == VTIME_NEVER ? when : MAX(sums->latest, when);
    cluster_close(&c);
    return wrong;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void repair_joins_and_lost_disks_together_lose_nothing(void **state)
{
    (void)state;
    static char text[40000];
    uint64_t seeds = number_of("SEEDS", number_of("LONG", 0) == 1 ? 2000 : 300);
    uint64_t first = number_of("FIRST", 1), failed = 0;
    struct sums sums = {0};
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        const char *wrong = run_seed(seed, text, sizeof text, &sums);
        if (wrong)
            printf("# seed %llu: %s\n%s\n", (unsigned long long)seed, wrong, text);
        failed += wrong != NULL;
    }
    print_message("# %llu seeds: n6 is a member in %llu, n7 in %llu; %llu times rows repaired,"
                  " %llu tombstones let go; equal at %llu ms at the latest\n",
                  (unsigned long long)seeds, (unsigned long long)sums.joined,
                  (unsigned long long)sums.replaced, (unsigned long long)sums.repaired,
                  (unsigned long long)sums.collected,
                  (unsigned long long)(sums.latest / MILLISECOND));
    assert_int_equal(failed, 0);
    assert_true(sums.replaced == seeds && sums.joined == seeds);
    assert_true(sums.repaired > seeds && sums.collected > seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repair_joins_and_lost_disks_together_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
