/*
 * ring_print.c: what `ringside ring` says.
 *
 * A table for people, CSV for programs, a graph of the ranges in their order (DOT), and the
 * circle as a picture (SVG): an arc a range, in the colour of its first owner.
 */
#include <math.h>

#include "cli/ring/ring_look.h"
#include "viz/draw/draw.h"
#include "viz/draw/theme.h"

/* --- printing -------------------------------------------------------------------------------- */

const char *const ring_strategy_names[] = {
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

static const char *rack_of(const struct ring_look *look, uint32_t node)
{
    return look->rack_names ? look->rack_names[look->config.placement.racks[node]] : "";
}

static double width_of(struct position_range range)
{
    return range.from == range.to ? 1 : (double)(range.to - range.from) * 0x1p-64;
}

static void print_risk(struct ring_look *look)
{
    struct ring_risk risk;
    bool is_counted = ring_risk(look, &risk);
    printf("\n  %llu different sets of replicas\n", (unsigned long long)risk.sets);
    if (is_counted)
        printf("  %u nodes that fail at random take the quorum of some range with probability "
               "%.4f\n  (%llu of %llu; by the number of ranges alone: %.4f)\n",
               risk.failures, (double)risk.fatal / (double)risk.possible,
               (unsigned long long)risk.fatal, (unsigned long long)risk.possible, risk.expected);
    if (look->rack_names)
        printf("  when a rack fails, %.3f %% of all keys lose their quorum at most (%s)\n",
               100 * risk.worst_rack, look->rack_names[risk.worst]);
}

static void print_moves(struct ring_look *look)
{
    uint32_t n = look->config.replication, subject = look->members;
    printf("\n  when a node joins%s%s, %.3f %% of all copies move; its even share is %.3f %%\n",
           look->rack_names ? " rack " : "", rack_of(look, subject),
           100 * ring_moved(look, TRANSITION_JOIN, subject), 100.0 / (look->members + 1));
    if (look->rack_names)
        printf("  it then has a copy of %.3f %% of all keys\n",
               100 * ring_share_after_join(look, subject));
    if (look->members > n)
        printf("  when n%u leaves, %.3f %% of all copies move; it has %.3f %%\n", look->members,
               100 * ring_moved(look, TRANSITION_LEAVE, look->members - 1),
               100 * look->all[look->members - 1] / n);
}

static void print_table(struct ring_look *look)
{
    struct evenness first = ring_evenness(look->first, look->members);
    struct evenness all = ring_evenness(look->all, look->members);
    uint32_t n = look->config.replication;
    printf("%u members, %u copies of each key, %s, %s\n\n", look->members, n,
           ring_strategy_names[look->config.placement.strategy],
           hash_name(look->config.placement.hash));
    printf("  node     ranges  first owner   any owner%s\n", look->rack_names ? "    rack" : "");
    for (uint32_t node = 0; node < look->members && node < 64; node++)
        printf("  n%-6u %7u %11.3f %% %9.3f %%%s%s\n", node + 1, ranges_of(look, node),
               100 * look->first[node], 100 * look->all[node] / n, look->rack_names ? "    " : "",
               rack_of(look, node));
    if (look->members > 64)
        printf("  and %u more: --format csv has all of them\n", look->members - 64);
    printf("\n  deviation / mean   %8.4f     %8.4f\n  most / mean        %8.4f     %8.4f\n",
           first.deviation, all.deviation, first.most, all.most);
    print_moves(look);
    print_risk(look);
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
        uint32_t n = placement_replicas(&look->placement, i, look->config.replication, true, nodes);
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
        float wide = (float)width_of(range) * turn;
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

/* --- all of them ------------------------------------------------------------------------------ */

void ring_print(struct ring_look *look, enum ring_format format)
{
    static void (*const printers[RING_FORMAT_COUNT])(struct ring_look *) = {print_table, print_csv,
                                                                            print_dot, print_svg};
    printers[format](look);
}
