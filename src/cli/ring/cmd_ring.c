/*
 * cmd_ring.c: ringside ring: who would keep what, how evenly, what moves when a node comes or
 * goes, and which failures that stands.
 *
 * Here are the options; the figures are in ring_figures.c and ring_hashes.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/ring/ring_look.h"
#include "cli/run/ask.h"

static const char ring_help[] =
    "usage: ringside ring [FILE] [options]\n"
    "\n"
    "Show how keys are placed: the share of each node, how even the shares are, and how much\n"
    "moves when a node joins or leaves. FILE is a scenario; without one, five nodes.\n"
    "\n"
    "The ring\n"
    "  --nodes N          members (5)\n"
    "  --replication N    copies of each key (3, at most as many as there are members)\n"
    "  --strategy NAME    tokens, partitions, equal, ranges, jump, rendezvous, maglev, bounded or\n"
    "                     multi-probe (tokens)\n"
    "  --hash murmur3|fnv1a|crc32c|xxh3|siphash|md5   (murmur3)\n"
    "  --racks N|LIST     so many racks, to which nodes are dealt in turn; or the rack of each\n"
    "                     node and of one that joins: a,b,a,b,c; where the list ends it begins\n"
    "                     again, so a,b deals them to two racks in turn (one for all)\n"
    "  --rack-aware yes|no   do copies stand in as many racks as there are? (yes)\n"
    "  --vnodes N         tokens of each node (8)\n"
    "  --partitions N     equal parts of the circle, for the strategies that cut it so (256)\n"
    "  --seed N           another number, other places (1)\n"
    "  --set PATH=VALUE   override a value of the scenario; may be repeated\n"
    "\n"
    "What to show\n"
    "  --format table|csv|dot|svg   (table)\n"
    "  --hashes           how evenly each hash spreads keys that look alike, instead\n"
    "  --keys N           for --hashes: so many keys (100000)\n"
    "\n"
    "Exit codes: 0 done, 2 usage or bad input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside ring --nodes 10 --vnodes 256\n"
    "  ringside ring demo --set cluster.nodes=7\n"
    "  ringside ring --hashes --keys 1000000\n";

static bool word_of(const char *what, const char *text, const char *const *words, uint32_t count,
                    uint8_t *index)
{
    struct nearest nearest = nearest_to(units_word(text));
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

/* --- the command ----------------------------------------------------------------------------- */

static int show(struct ring_look *look, uint8_t format)
{
    const char *why = NULL;
    if (!region_open(&look->region, WORLD_RESERVE_BYTES, NULL, &why))
        return usage_error("%s", why);
    look->heap = region_create_root(&look->region, sizeof *look->heap);
    heap_init(look->heap, look->region.header);
    look->config.nodes = look->members + 1; /* one more, to see what a join would move */
    look->config.initial_members = look->members;
    topology_begin(&look->topology, look->heap, &look->config);
    topology_place(&look->topology, MEMBERS_OLD, look->heap, &look->config, &look->placement);
    ring_measure(look);
    ring_print(look, (enum ring_format)format);
    region_close(&look->region);
    return EXIT_HOLDS;
}

struct ring_options {
    const char *nodes, *replication, *strategy, *hash, *vnodes, *partitions, *seed, *format;
    const char *racks, *rack_aware, *hashes, *keys;
};

/* --- racks -------------------------------------------------------------------------------------
 */

static uint16_t rack_called(struct ring_look *look, char **names, const char *name, size_t size)
{
    for (uint32_t i = 0; i < look->rack_count; i++)
        if (strlen(names[i]) == size && strncmp(names[i], name, size) == 0)
            return (uint16_t)i;
    names[look->rack_count] = strndup(name, size);
    return (uint16_t)look->rack_count++;
}

/* "a,b,a": the racks of the members in turn, and of one that joins; where the list ends it begins
 * again. False, after a sentence, when a name is empty or the list is longer than all of them. */
static bool list_racks(struct ring_look *look, const char *list, uint16_t *racks, char **names)
{
    const char *at = list;
    uint32_t listed = 0;
    for (const char *name = list; name; listed++) {
        size_t size = strcspn(name, ",");
        if (size == 0)
            return !usage_error("--racks: expected names with commas between them, found \"%s\"",
                                list);
        name = name[size] ? name + size + 1 : NULL;
    }
    if (listed > look->members + 1)
        return !usage_error("--racks: %u racks are listed, for %u nodes and one that joins", listed,
                            look->members);
    for (uint32_t node = 0; node <= look->members; node++) {
        size_t size = strcspn(at, ",");
        racks[node] = rack_called(look, names, at, size);
        at = at[size] ? at + size + 1 : list;
    }
    return true;
}

/* Of the file, with one more node in the rack of the first; or of the option. */
static bool read_racks(struct ring_look *look, const struct ring_options *o)
{
    static const char *const answers[] = {"no", "yes"};
    uint8_t is_aware = 1;
    uint64_t count;
    if (o->rack_aware && !word_of("answer", o->rack_aware, answers, 2, &is_aware))
        return false;
    const uint16_t *given = look->config.placement.racks;
    if (!o->racks && !given)
        return true;
    uint16_t *racks = calloc(look->members + 1, sizeof *racks);
    char **names = calloc(look->members + 1, sizeof *names);
    CHECK_WHY(racks && names, "out of memory");
    for (uint32_t node = 0; !o->racks && node <= look->members; node++)
        racks[node] = node < look->config.nodes ? given[node] : given[0];
    if (o->racks && parse_u64(o->racks, &count)) {
        if (count == 0 || count > look->members)
            return !usage_error("--racks: expected 1 to %u racks, found %s", look->members,
                                o->racks);
        look->rack_count = (uint32_t)count;
        for (uint32_t i = 0; i < count; i++)
            CHECK_WHY(asprintf(&names[i], "r%u", i + 1) > 0, "out of memory");
        for (uint32_t node = 0; node <= look->members; node++)
            racks[node] = (uint16_t)(node % count);
    } else if (o->racks && !list_racks(look, o->racks, racks, names)) {
        return false;
    }
    if (o->racks)
        look->rack_names = (const char *const *)names;
    look->config.placement.racks = racks;
    look->config.placement.is_rack_aware =
        is_aware && (o->racks || o->rack_aware || look->config.placement.is_rack_aware);
    return true;
}

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
    if (!read_racks(look, o))
        return false;
    uint32_t copies_max = MIN(look->members, (uint32_t)REPLICATION_MAX);
    if (!number_of("--replication", o->replication, 1, copies_max, &look->config.replication) ||
        !number_of("--vnodes", o->vnodes, 1, 1024, &placement->vnodes) ||
        !number_of("--partitions", o->partitions, look->members + 1, PARTITIONS_MAX,
                   &placement->partitions) ||
        !number_of("--seed", o->seed, 0, UINT32_MAX, &seed))
        return false;
    placement->seed = o->seed ? seed : placement->seed;
    return (!o->strategy || word_of("strategy", o->strategy, ring_strategy_names, PLACEMENT_COUNT,
                                    &placement->strategy)) &&
           (!o->hash || word_of("hash", o->hash, hashes, HASH_KIND_COUNT, &placement->hash)) &&
           (!o->format || word_of("format", o->format, formats, 4, format));
}

static bool load_ring(struct ring_look *look, const char *file, const char *const *sets,
                      uint32_t set_count)
{
    struct scenario *scenario = ask_file_only("ring", file, sets, set_count);
    if (!scenario)
        return false;
    look->config = scenario->node;
    look->members = scenario->node.initial_members;
    look->rack_names = scenario->rack_names;
    look->rack_count = scenario->rack_count;
    return true; /* the scenario stays: names and racks are in it */
}

static int show_hashes(const struct ring_options *o)
{
    uint32_t keys = 100000, parts = 256;
    if (!number_of("--keys", o->keys, 1000, 10000000, &keys) ||
        !number_of("--partitions", o->partitions, 2, PARTITIONS_MAX, &parts))
        return EXIT_USAGE;
    ring_print_hashes(keys, parts);
    return EXIT_HOLDS;
}

static int ring_main(int argc, char **argv)
{
    struct ring_look look = {
        .members = 5,
        .config = {
            .replication = 3,
            .placement = {
                .vnodes = 8, .partitions = 256, .bound_percent = 125, .probes = 21, .seed = 1}}};
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
        {"--racks", true, &o.racks, NULL, NULL},
        {"--rack-aware", true, &o.rack_aware, NULL, NULL},
        {"--hashes", false, &o.hashes, NULL, NULL},
        {"--keys", true, &o.keys, NULL, NULL},
        {"--set", true, NULL, &sets, &set_count},
    };
    if (!options_read(&command_ring, argc, argv, options, ARRAY_LEN(options), &file, 1, &count))
        return EXIT_USAGE;
    if (o.hashes)
        return show_hashes(&o);
    bool is_ready =
        (!file || load_ring(&look, file, sets, set_count)) && read_ring_options(&look, &o, &format);
    free(sets);
    return is_ready ? show(&look, format) : EXIT_USAGE;
}

const struct command command_ring = {"ring", "who keeps which keys, and what moves", ring_help,
                                     ring_main};
