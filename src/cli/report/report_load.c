/*
 * report_load.c: how the work was spread, and what was done about too much of it.
 *
 *   Load
 *     busiest node: n3, 1.58 times the mean, busy for 40.2 % of the run
 *     keys asked for most: k1 60.9 %, k2 15.2 %, k3 6.8 % of 14430 operations
 *     one replica more was asked in 366 of 3437 reads (10.6 %); its answer was used in 251
 *
 * Only for scenarios that say something about load; the counts are those of the trace and of the
 * history, so they are exact.
 */
#include <stdlib.h>

#include "cli/cli.h"
#include "sim/picture/view.h"

#define HOT_SHOWN 3

static bool is_about_load(const struct scenario *scenario)
{
    const struct load_config *load = &scenario->node.load;
    bool is_about = load->replica_choice || load->speculative_retry || load->shedding ||
                    load->in_flight_max;
    for (uint32_t i = 0; i < scenario->client_count; i++) {
        const struct client_setting *client = &scenario->clients[i];
        is_about |= client->coordinator_choice || client->is_token_aware ||
                    client->retry.has_budget || client->retry.backoff_ns || client->in_flight_max;
    }
    return is_about;
}

static uint64_t count_of_all(const struct world *world, uint32_t kind)
{
    uint64_t count = 0;
    for (uint32_t actor = 0; actor < world->state->actor_count; actor++)
        count += world->state->counts[(uint64_t)actor * TRACE_KIND_COUNT + kind];
    return count;
}

/* By work that nodes have done: in messages, timers and disk operations. */
static void print_spread(const struct world *world, FILE *out)
{
    uint32_t nodes = world->scenario->node.nodes, busiest = 0;
    uint64_t most = 0, sum = 0;
    for (uint32_t node = 0; node < nodes; node++) {
        uint64_t busy = cpu_busy_ns(&machine_at(world, node)->cpu, world->state->now);
        sum += busy;
        if (busy > most) {
            most = busy;
            busiest = node;
        }
    }
    if (sum > 0)
        fprintf(out, "  busiest node: %s, %.2f times the mean, busy for %.1f %% of the run\n",
                world->scenario->nodes[busiest].name, (double)most * nodes / (double)sum,
                100.0 * (double)most / (double)MAX(world->state->now, 1u));
}

struct hot {
    uint64_t count;
    uint32_t key;
};

static int compare_hot(const void *a, const void *b)
{
    const struct hot *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static void print_hot_keys(const struct world *world, FILE *out)
{
    const struct clientele *clients = &world->state->clients;
    uint64_t total = chain_count(&clients->history), keys = chain_count(&clients->key_names);
    struct hot *hot = calloc(keys + 1, sizeof *hot);
    CHECK_WHY(hot != NULL, "out of memory");
    for (uint64_t i = 0; i < keys; i++)
        hot[i].key = (uint32_t)i;
    for (uint64_t i = 0; i < total; i++)
        hot[((const struct operation *)chain_at(&clients->history, i))->key].count++;
    qsort(hot, keys, sizeof *hot, compare_hot);
    for (uint64_t i = 0; i < MIN(keys, (uint64_t)HOT_SHOWN); i++) {
        const struct bytes *name = chain_at(&clients->key_names, hot[i].key);
        fprintf(out, "%s%.*s %.1f %%", i == 0 ? "  keys asked for most: " : ", ", (int)name->size,
                (const char *)name->data, 100.0 * (double)hot[i].count / (double)total);
    }
    if (keys > 0)
        fprintf(out, " of %llu operations\n", (unsigned long long)total);
    free(hot);
}

static void print_questions(const struct world *world, FILE *out)
{
    uint64_t asked = count_of_all(world, TRACE_NOTE + NOTE_READ_SPECULATED);
    uint64_t reads = count_of_all(world, TRACE_NOTE + NOTE_READ_BEGUN);
    if (asked > 0)
        fprintf(out,
                "  one replica more was asked in %llu of %llu reads (%.1f %%); its answer was used "
                "in %llu\n",
                (unsigned long long)asked, (unsigned long long)reads,
                100.0 * (double)asked / (double)MAX(reads, 1u),
                (unsigned long long)count_of_all(world, TRACE_NOTE + NOTE_SPECULATION_USED));
}

static void print_refusals(const struct world *world, FILE *out)
{
    uint64_t shed = count_of_all(world, TRACE_NOTE + NOTE_REQUEST_SHED);
    uint64_t dropped = count_of_all(world, TRACE_NOTE + NOTE_EXPIRED_DROPPED);
    uint64_t withheld = count_of_all(world, TRACE_RETRY_WITHHELD);
    uint64_t first = 0, all = chain_count(&world->state->clients.history);
    for (uint64_t i = 0; i < all; i++)
        first += history_at(world, (uint32_t)i)->attempt == 0;
    if (shed + dropped > 0)
        fprintf(out, "  requests refused by nodes: %llu; messages dropped as too old: %llu\n",
                (unsigned long long)shed, (unsigned long long)dropped);
    if (all > first || withheld > 0)
        fprintf(out, "  retries: %llu for %llu operations (%.1f %%); withheld: %llu\n",
                (unsigned long long)(all - first), (unsigned long long)first,
                100.0 * (double)(all - first) / (double)MAX(first, 1u),
                (unsigned long long)withheld);
}

void report_load(const struct run *run, FILE *out)
{
    if (!is_about_load(run->scenario))
        return;
    fputs("\nLoad\n", out);
    print_spread(&run->world, out);
    print_hot_keys(&run->world, out);
    print_questions(&run->world, out);
    print_refusals(&run->world, out);
}
