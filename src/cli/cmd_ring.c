/*
 * cmd_ring.c: ringside ring: who would keep what, how evenly, and what moves when a node comes or
 * goes.
 *
 * Shares are exact: the parts of the circle that a node keeps. What moves is the part of the
 * circle whose owners change, exactly, too: the circle is walked in the intervals in which
 * neither placement changes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "cli/cli.h"
#include "db/ring/topology.h"
#include "viz/draw.h"
#include "viz/theme.h"

static const char ring_help[] =
    "usage: ringside ring [FILE] [options]\n"
    "\n"
    "Show how keys are placed: the share of each node, how even the shares are, and how much\n"
    "moves when a node joins or leaves. FILE is a scenario; without one, five nodes.\n"
    "\n"
    "  --nodes N          members (5)\n"
    "  --replication N    copies of each key (3, at most as many as there are members)\n"
    "  --strategy NAME    tokens, partitions, equal, ranges, jump, rendezvous, maglev, bounded or\n"
    "                     multi-probe (tokens)\n"
    "  --hash NAME        murmur3, fnv1a or crc32c (murmur3)\n"
    "  --vnodes N         tokens of each node (8)\n"
    "  --partitions N     equal parts of the circle, for the strategies that cut it so (256)\n"
    "  --seed N           another number, other places (1)\n"
    "  --set PATH=VALUE   override a value of the scenario; may be repeated\n"
    "  --format NAME      table, csv, dot or svg (table)\n"
    "\n"
    "Example: ringside ring --nodes 10 --vnodes 256\n";

struct ring_look {
    struct node_config config;
    uint32_t members;
    struct region region;
    struct heap *heap;
    struct topology topology;
    struct placement placement;
    double *first; /* by node: its share as the first owner, of 1 */
    double *all;   /* by node: its share as any owner, of N */
};

static bool word_of(const char *what, const char *text, const char *const *words, uint32_t count,
                    uint8_t *index)
{
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)text, (uint32_t)strlen(text)});
    char hint[100];
    struct text sentence;
    for (uint32_t i = 0; i < count; i++) {
        nearest_offer_string(&nearest, words[i]);
        if (strcmp(text, words[i]) == 0) {
            *index = (uint8_t)i;
            return true;
        }
    }
    text_init(&sentence, hint, sizeof hint);
    nearest_suggest(&sentence, &nearest);
    usage_error("there is no %s \"%s\"%s (ringside ring --help lists them)", what, text, hint);
    return false;
}

static bool number_of(const char *what, const char *text, uint64_t low, uint64_t high,
                      uint32_t *number)
{
    uint64_t value;
    if (!text)
        return true;
    if (!parse_u64(text, &value) || value < low || value > high) {
        usage_error("%s: expected a number from %llu to %llu, found \"%s\"", what,
                    (unsigned long long)low, (unsigned long long)high, text);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

/* --- shares ---------------------------------------------------------------------------------- */

static double width_of(uint64_t from, uint64_t to)
{
    return to == from ? 1 : (double)(to - from) * 0x1p-64;
}

static void measure(struct ring_look *look)
{
    uint32_t nodes[REPLICATION_MAX];
    look->first = heap_alloc(look->heap, (look->members + 1) * sizeof *look->first);
    look->all = heap_alloc(look->heap, (look->members + 1) * sizeof *look->all);
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        struct position_range range = placement_range(&look->placement, i);
        double width = width_of(range.from, range.to);
        uint32_t count =
            placement_replicas(&look->placement, i, look->config.replication, true, nodes);
        look->first[nodes[0]] += width;
        for (uint32_t r = 0; r < count; r++)
            look->all[nodes[r]] += width;
    }
}

struct evenness {
    double deviation; /* standard, over the mean */
    double most;      /* over the mean */
};

static struct evenness evenness_of(const double *shares, uint32_t count)
{
    double sum = 0, squares = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += shares[i];
        most = fmax(most, shares[i]);
    }
    double mean = sum / count;
    for (uint32_t i = 0; i < count; i++)
        squares += (shares[i] - mean) * (shares[i] - mean);
    return (struct evenness){sqrt(squares / count) / mean, most / mean};
}

/* --- what moves ------------------------------------------------------------------------------ */

static uint64_t end_after(const struct placement *placement, uint64_t position)
{
    return placement_range(placement, placement_range_of(placement, position)).to;
}

static uint32_t count_new(const uint32_t *before, const uint32_t *after, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_old = false;
        for (uint32_t j = 0; j < count; j++)
            is_old |= before[j] == after[i];
        found += !is_old;
    }
    return found;
}

/* The part of all copies that somebody gets who did not have them. */
static double moved_by(struct ring_look *look, enum transition change, uint32_t subject)
{
    struct topology next;
    struct placement after;
    uint32_t n = look->config.replication, old[REPLICATION_MAX], new[REPLICATION_MAX];
    double moved = 0;
    topology_start_change(&next, look->heap, &look->topology, &look->config, change, subject, 0);
    topology_place(&next, MEMBERS_NEW, look->heap, &look->config, &after);
    uint64_t position = 0;
    do { /* from 0 round to 0 */
        uint64_t a = end_after(&look->placement, position), b = end_after(&after, position);
        uint64_t end = a - position < b - position ? a : b;
        double width = end < position ? (double)(UINT64_MAX - position) * 0x1p-64 + 0x1p-64
                                      : (double)(end - position) * 0x1p-64 + 0x1p-64;
        placement_replicas(&look->placement, placement_range_of(&look->placement, position), n,
                           true, old);
        placement_replicas(&after, placement_range_of(&after, position), n, true, new);
        moved += width * count_new(old, new, n);
        if (end < position)
            break;
        position = end + 1;
    } while (position != 0);
    placement_free(&after, look->heap);
    topology_free(&next, look->heap);
    return moved / n;
}

/* --- printing -------------------------------------------------------------------------------- */

static const char *const strategy_names[] = {
#define PLACEMENT(identifier, name, meaning) name,
    PLACEMENTS(PLACEMENT)
#undef PLACEMENT
};

static uint32_t ranges_of(const struct ring_look *look, uint32_t node)
{
    uint32_t count = 0, owner;
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        placement_replicas(&look->placement, i, 1, true, &owner);
        count += owner == node;
    }
    return count;
}

static void print_table(struct ring_look *look)
{
    struct evenness first = evenness_of(look->first, look->members);
    struct evenness all = evenness_of(look->all, look->members);
    uint32_t n = look->config.replication;
    printf("%u members, %u copies of each key, %s, %s\n\n", look->members, n,
           strategy_names[look->config.placement.strategy],
           hash_name(look->config.placement.hash));
    printf("  node     ranges  first owner   any owner\n");
    for (uint32_t node = 0; node < look->members && node < 64; node++)
        printf("  n%-6u %7u %11.3f %% %9.3f %%\n", node + 1, ranges_of(look, node),
               100 * look->first[node], 100 * look->all[node] / n);
    if (look->members > 64)
        printf("  and %u more: --format csv has all of them\n", look->members - 64);
    printf("\n  deviation / mean   %8.4f     %8.4f\n  most / mean        %8.4f     %8.4f\n",
           first.deviation, all.deviation, first.most, all.most);
    printf("\n  when a node joins, %.3f %% of all copies move; its even share is %.3f %%\n",
           100 * moved_by(look, TRANSITION_JOIN, look->members), 100.0 / (look->members + 1));
    if (look->members > n)
        printf("  when n%u leaves, %.3f %% of all copies move; it has %.3f %%\n", look->members,
               100 * moved_by(look, TRANSITION_LEAVE, look->members - 1),
               100 * look->all[look->members - 1] / n);
}

static void print_csv(struct ring_look *look)
{
    printf("node,ranges,first_owner,any_owner\r\n");
    for (uint32_t node = 0; node < look->members; node++)
        printf("n%u,%u,%.9f,%.9f\r\n", node + 1, ranges_of(look, node), look->first[node],
               look->all[node] / look->config.replication);
}

static void print_dot(struct ring_look *look)
{
    uint32_t nodes[REPLICATION_MAX], count = look->placement.range_count;
    printf("digraph ring {\n    layout=circo;\n    node [shape=box];\n");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n =
            placement_replicas(&look->placement, i, look->config.replication, true, nodes);
        printf("    r%u [label=\"%016llx\\n", i,
               (unsigned long long)placement_range(&look->placement, i).to);
        for (uint32_t r = 0; r < n; r++)
            printf("%sn%u", r ? " " : "", nodes[r] + 1);
        printf("\"];\n    r%u -> r%u;\n", i, (i + 1) % count);
    }
    printf("}\n");
}

/* The circle from the top, clockwise; an arc a range, in the colour of its first owner. */
static void print_svg(struct ring_look *look)
{
    const float turn = 6.2831853f, middle = 250, radius = 190;
    const struct theme *theme = &themes[0];
    struct draw_list list = {0};
    char text[32];
    draw_rect(&list, 0, 0, 500, 500, theme->background);
    for (uint32_t i = 0; i < look->placement.range_count; i++) {
        uint32_t owner;
        struct position_range range = placement_range(&look->placement, i);
        float from = (float)((double)range.from * 0x1p-64) * turn - turn / 4;
        float wide = (float)width_of(range.from, range.to) * turn;
        placement_replicas(&look->placement, i, 1, true, &owner);
        draw_arc(&list, middle, middle, radius, from, from + fmaxf(wide - 0.004f, 0.001f), 26,
                 theme->owner[owner % ARRAY_LEN(theme->owner)]);
        snprintf(text, sizeof text, "n%u", owner + 1);
        float at = from + wide / 2;
        if (wide > 0.09f)
            draw_text(&list, middle + (radius - 30) * cosf(at),
                      middle + (radius - 30) * sinf(at) - 7, 11, ALIGN_CENTER, theme->text, text);
    }
    draw_svg(&list, 500, 500, stdout);
    draw_free(&list);
}

/* --- the command ----------------------------------------------------------------------------- */

static int show(struct ring_look *look, uint8_t format)
{
    static void (*const printers[])(struct ring_look *) = {print_table, print_csv, print_dot,
                                                           print_svg};
    const char *why = NULL;
    if (!region_open(&look->region, WORLD_RESERVE_BYTES, NULL, &why))
        return usage_error("%s", why);
    look->heap = region_create_root(&look->region, sizeof *look->heap);
    heap_init(look->heap, look->region.header);
    look->config.nodes = look->members + 1; /* one more, to see what a join would move */
    look->config.initial_members = look->members;
    look->config.placement.racks = NULL;
    topology_begin(&look->topology, look->heap, &look->config);
    topology_place(&look->topology, MEMBERS_OLD, look->heap, &look->config, &look->placement);
    measure(look);
    printers[format](look);
    region_close(&look->region);
    return EXIT_HOLDS;
}

struct ring_options {
    const char *nodes, *replication, *strategy, *hash, *vnodes, *partitions, *seed, *format;
};

static bool read_ring_options(struct ring_look *look, const struct ring_options *o, uint8_t *format)
{
    static const char *const hashes[] = {
#define HASH(identifier, name, meaning) name,
        HASHES(HASH)
#undef HASH
    };
    static const char *const formats[] = {"table", "csv", "dot", "svg"};
    struct placement_config *placement = &look->config.placement;
    uint32_t seed = (uint32_t)placement->seed;
    if (!number_of("--nodes", o->nodes, 1, NODES_MAX - 1, &look->members))
        return false;
    look->config.replication = MIN(look->config.replication, look->members);
    uint32_t copies_max = MIN(look->members, (uint32_t)REPLICATION_MAX);
    if (!number_of("--replication", o->replication, 1, copies_max, &look->config.replication) ||
        !number_of("--vnodes", o->vnodes, 1, 1024, &placement->vnodes) ||
        !number_of("--partitions", o->partitions, look->members + 1, PARTITIONS_MAX,
                   &placement->partitions) ||
        !number_of("--seed", o->seed, 0, UINT32_MAX, &seed))
        return false;
    placement->seed = o->seed ? seed : placement->seed;
    return (!o->strategy || word_of("strategy", o->strategy, strategy_names, PLACEMENT_COUNT,
                                    &placement->strategy)) &&
           (!o->hash || word_of("hash", o->hash, hashes, HASH_KIND_COUNT, &placement->hash)) &&
           (!o->format || word_of("format", o->format, formats, 4, format));
}

static bool load_ring(struct ring_look *look, const char *file, const char *const *sets,
                      uint32_t set_count)
{
    struct json_error error = {0};
    struct scenario *scenario = scenario_load(file, sets, set_count, &error);
    if (!scenario) {
        usage_error("%s", error.text);
        return false;
    }
    look->config = scenario->node;
    look->members = scenario->node.initial_members;
    scenario_free(scenario);
    return true;
}

static int ring_main(int argc, char **argv)
{
    struct ring_look look = {.members = 5,
                             .config = {.replication = 3,
                                        .placement = {.vnodes = 8,
                                                      .partitions = 256,
                                                      .bound_percent = 125,
                                                      .probes = 21,
                                                      .seed = 1}}};
    struct ring_options o = {0};
    const char *file = NULL, **sets = NULL;
    uint32_t set_count = 0, count;
    uint8_t format = 0;
    const struct option options[] = {
        {"--nodes", true, &o.nodes, NULL, NULL},
        {"--replication", true, &o.replication, NULL, NULL},
        {"--strategy", true, &o.strategy, NULL, NULL},
        {"--hash", true, &o.hash, NULL, NULL},
        {"--vnodes", true, &o.vnodes, NULL, NULL},
        {"--partitions", true, &o.partitions, NULL, NULL},
        {"--seed", true, &o.seed, NULL, NULL},
        {"--format", true, &o.format, NULL, NULL},
        {"--set", true, NULL, &sets, &set_count},
    };
    if (!options_read(&command_ring, argc, argv, options, ARRAY_LEN(options), &file, 1, &count))
        return EXIT_USAGE;
    bool is_ready = (!file || load_ring(&look, file, sets, set_count)) &&
                    read_ring_options(&look, &o, &format);
    free(sets);
    return is_ready ? show(&look, format) : EXIT_USAGE;
}

const struct command command_ring = {"ring", "who keeps which keys, and what moves", ring_help,
                                     ring_main};
