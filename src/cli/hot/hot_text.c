/*
 * hot_text.c: what is hot, for people.
 *
 *     hot-key at 2.000000 s, seed 1, step 60934
 *
 *     keys that replicas were asked for most: 12592 reads and 0 writes at 9 nodes
 *     KEY  READS  ERROR  WRITES  ERROR   SHARE  OWNERS
 *     k1    7648      0       0      0  60.7 %  n7 n4 n1
 *
 * A column is as wide as its longest cell, so that names of any length stand in one.
 */
#include <string.h>

#include "cli/hot/hot_print.h"

#define COLUMNS_MAX 8
#define CELL_MAX    160

/* A table is made twice: once to see how wide it is, once to print it. */
struct hot_table {
    FILE *out; /* NULL: only the widths are wanted */
    uint32_t columns;
    uint32_t widths[COLUMNS_MAX];
    char cells[COLUMNS_MAX][CELL_MAX];
};

static bool is_left(uint32_t column, uint32_t columns)
{
    return column == 0 || column + 1 == columns;
}

/* The row is whole. */
static void end_row(struct hot_table *table)
{
    for (uint32_t i = 0; i < table->columns; i++) {
        table->widths[i] = MAX(table->widths[i], (uint32_t)strlen(table->cells[i]));
        int width = i + 1 == table->columns ? 0 : (int)table->widths[i];
        if (table->out)
            fprintf(table->out, is_left(i, table->columns) ? "%s%-*s" : "%s%*s", i ? "  " : "",
                    width, table->cells[i]);
    }
    if (table->out)
        fputc('\n', table->out);
}

static void head(struct hot_table *table, uint32_t columns, const char *const *names)
{
    table->columns = columns;
    for (uint32_t i = 0; i < columns; i++)
        snprintf(table->cells[i], CELL_MAX, "%s", names[i]);
    end_row(table);
}

static void write_count(struct hot_table *table, uint32_t column, uint64_t count)
{
    snprintf(table->cells[column], CELL_MAX, "%llu", (unsigned long long)count);
}

static void write_share(struct hot_table *table, uint32_t column, uint64_t ppm)
{
    snprintf(table->cells[column], CELL_MAX, "%.1f %%", (double)ppm / 10000);
}

static void write_owners(const struct hot_look *look, struct hot_table *table, uint32_t column,
                         const uint32_t *owners, uint32_t count)
{
    struct text text;
    text_init(&text, table->cells[column], CELL_MAX);
    for (uint32_t i = 0; i < count; i++) {
        text_str(&text, i ? " " : "");
        text_str(&text, look->run->scenario->nodes[owners[i]].name);
    }
    if (count == 0)
        text_str(&text, "-");
}

/* --- keys ------------------------------------------------------------------------------------- */

static void keys_table(const struct hot_look *look, struct hot_table *table)
{
    static const char *const names[] = {"KEY",   "READS", "ERROR", "WRITES",
                                        "ERROR", "SHARE", "OWNERS"};
    head(table, ARRAY_LEN(names), names);
    for (uint32_t i = 0; i < look->keys.count; i++) {
        const struct heat_key *key = &look->keys.keys[i];
        char name[80];
        snprintf(table->cells[0], CELL_MAX, "%s", hot_key_name(look, key, name));
        write_count(table, 1, key->reads.count);
        write_count(table, 2, key->reads.error);
        write_count(table, 3, key->writes.count);
        write_count(table, 4, key->writes.error);
        write_share(table, 5, heat_share_ppm(&look->keys, key));
        write_owners(look, table, 6, key->owners, key->owner_count);
        end_row(table);
    }
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void nodes_table(const struct hot_look *look, struct hot_table *table)
{
    static const char *const names[] = {"NODE", "READS", "WRITES", "SHARE", "OF IT", "ITS HOTTEST"};
    uint64_t all = 0;
    for (uint32_t i = 0; i < look->run->scenario->node.nodes; i++)
        all += look->nodes[i].reads + look->nodes[i].writes;
    head(table, ARRAY_LEN(names), names);
    for (uint32_t i = 0; i < look->run->scenario->node.nodes; i++) {
        const struct heat_keys *node = &look->nodes[i];
        char name[80];
        snprintf(table->cells[0], CELL_MAX, "%s", look->run->scenario->nodes[i].name);
        write_count(table, 1, node->reads);
        write_count(table, 2, node->writes);
        write_share(table, 3, all ? (node->reads + node->writes) * 1000000 / all : 0);
        write_share(table, 4, node->count ? heat_share_ppm(node, &node->keys[0]) : 0);
        snprintf(table->cells[5], CELL_MAX, "%s",
                 node->count ? hot_key_name(look, &node->keys[0], name) : "-");
        end_row(table);
    }
}

/* --- ranges ----------------------------------------------------------------------------------- */

/* Where it ends: key ranges by the letters of their position, hashes by their first digits. */
static void write_end(const struct hot_look *look, const struct heat_range *range, char *cell)
{
    bool is_in_order = look->run->scenario->node.placement.strategy == PLACEMENT_RANGES;
    uint32_t count = 0;
    if (!is_in_order || range->to == UINT64_MAX) {
        snprintf(cell, CELL_MAX, is_in_order ? "(the end)" : "%016llx",
                 (unsigned long long)range->to);
        return;
    }
    for (uint32_t i = 0; i < 8; i++) {
        char letter = (char)(range->to >> (56 - 8 * i) & 0xff);
        if (letter == 0)
            break;
        cell[count++] = letter >= 0x20 && letter < 0x7f ? letter : '.';
    }
    cell[count] = '\0';
}

static void ranges_table(const struct hot_look *look, struct hot_table *table)
{
    static const char *const names[] = {"UP TO",    "ROWS",  "READS/S",
                                        "WRITES/S", "SHARE", "OWNERS"};
    const struct heat_ranges *ranges = &look->ranges;
    uint64_t all = ranges->reads + ranges->writes;
    head(table, ARRAY_LEN(names), names);
    for (uint32_t i = 0; i < MIN(ranges->count, look->top); i++) {
        const struct heat_range *range = &ranges->ranges[look->order[i]];
        if (range->reads + range->writes == 0)
            break;
        write_end(look, range, table->cells[0]);
        write_count(table, 1, range->rows);
        snprintf(table->cells[2], CELL_MAX, "%.0f", hot_rate(ranges, range->reads));
        snprintf(table->cells[3], CELL_MAX, "%.0f", hot_rate(ranges, range->writes));
        write_share(table, 4, (range->reads + range->writes) * 1000000 / all);
        write_owners(look, table, 5, range->owners, range->owner_count);
        end_row(table);
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

static void print_table(const struct hot_look *look, FILE *out,
                        void (*write)(const struct hot_look *look, struct hot_table *table))
{
    struct hot_table table = {0};
    write(look, &table);
    table.out = out;
    write(look, &table);
}

static void print_keys(const struct hot_look *look, FILE *out)
{
    const struct heat_keys *keys = &look->keys;
    fprintf(out, "\nkeys that replicas were asked for most: %llu reads and %llu writes at ",
            (unsigned long long)keys->reads, (unsigned long long)keys->writes);
    if (look->node == HEAT_ALL)
        fprintf(out, "%u node%s\n", keys->node_count, keys->node_count == 1 ? "" : "s");
    else
        fprintf(out, "%s\n", look->run->scenario->nodes[look->node].name);
    if (keys->count > 0 && heat_share_ppm(keys, &keys->keys[0]) < 1000000 / keys->capacity)
        fprintf(out, "no key stands out: none had certainly more than 1 of %u\n", keys->capacity);
    if (keys->count > 0)
        print_table(look, out, keys_table);
}

static void print_ranges(const struct hot_look *look, FILE *out)
{
    const struct heat_ranges *ranges = &look->ranges;
    double seconds = (double)ranges->span / 1e9;
    if (ranges->reads + ranges->writes == 0) {
        fprintf(out, "\nno client has begun anything in the last %g s: --at, or a longer --last\n",
                seconds);
        return;
    }
    fprintf(out,
            "\nranges by load: %.0f operations a second in the last %g s; of %u ranges the hottest "
            "has %.2f times the mean\n",
            hot_rate(ranges, ranges->reads + ranges->writes), seconds, ranges->count,
            hot_skew(ranges));
    print_table(look, out, ranges_table);
}

void hot_print_text(const struct hot_look *look, FILE *out)
{
    const struct world_state *state = look->run->world.state;
    fprintf(out, "%s at %llu.%06llu s, seed %llu, step %llu\n", look->run->scenario->name,
            (unsigned long long)(state->now / SECOND),
            (unsigned long long)(state->now % SECOND / 1000), (unsigned long long)look->run->seed,
            (unsigned long long)state->step);
    print_keys(look, out);
    if (look->node == HEAT_ALL) {
        fputs("\nnodes: what each was asked for as a replica, and of it, for one key\n", out);
        print_table(look, out, nodes_table);
    }
    print_ranges(look, out);
}
