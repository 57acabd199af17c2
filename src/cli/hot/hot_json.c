/*
 * hot_json.c: what is hot, for programs: whole numbers, nanoseconds, parts per million.
 *
 * The same lists as the table's (hot_text.c), with every count exactly as it was taken; positions
 * and tokens are hexadecimal, as everywhere.
 */
#include "cli/hot/hot_print.h"

static void write_name(const struct hot_look *look, uint32_t node, FILE *out)
{
    if (node == HEAT_ALL)
        fputs("null", out);
    else
        write_json_string(out, look->run->scenario->nodes[node].name);
}

static void write_owners(const struct hot_look *look, const uint32_t *owners, uint32_t count,
                         FILE *out)
{
    fputs(", \"owners\": [", out);
    for (uint32_t i = 0; i < count; i++) {
        fputs(i ? ", " : "", out);
        write_name(look, owners[i], out);
    }
    fputs("]", out);
}

static void write_key(const struct hot_look *look, const struct heat_keys *keys,
                      const struct heat_key *key, FILE *out)
{
    char name[80];
    fputs("{\"key\": ", out);
    if (key->key == HEAT_NO_KEY)
        fputs("null", out);
    else
        write_json_string(out, hot_key_name(look, key, name));
    fprintf(out,
            ", \"token\": \"%016llx\", \"reads\": %llu, \"reads_error\": %llu, \"writes\": %llu, "
            "\"writes_error\": %llu, \"share_ppm\": %llu",
            (unsigned long long)key->token, (unsigned long long)key->reads.count,
            (unsigned long long)key->reads.error, (unsigned long long)key->writes.count,
            (unsigned long long)key->writes.error,
            (unsigned long long)heat_share_ppm(keys, key));
    write_owners(look, key->owners, key->owner_count, out);
    fputc('}', out);
}

static void write_nodes(const struct hot_look *look, FILE *out)
{
    fputs("  \"nodes\": [", out);
    for (uint32_t i = 0; i < look->run->scenario->node.nodes; i++) {
        const struct heat_keys *node = &look->nodes[i];
        fputs(i ? ",\n    {\"node\": " : "\n    {\"node\": ", out);
        write_name(look, i, out);
        fprintf(out, ", \"reads\": %llu, \"writes\": %llu, \"hottest\": ",
                (unsigned long long)node->reads, (unsigned long long)node->writes);
        if (node->count > 0)
            write_key(look, node, &node->keys[0], out);
        else
            fputs("null", out);
        fputc('}', out);
    }
    fputs("\n  ],\n", out);
}

static void write_ranges(const struct hot_look *look, FILE *out)
{
    const struct heat_ranges *ranges = &look->ranges;
    fprintf(out,
            "  \"span_ns\": %llu, \"reads\": %llu, \"writes\": %llu, \"range_count\": %u, "
            "\"max_over_mean\": %.4f,\n  \"ranges\": [",
            (unsigned long long)ranges->span, (unsigned long long)ranges->reads,
            (unsigned long long)ranges->writes, ranges->count, hot_skew(ranges));
    for (uint32_t i = 0; i < MIN(ranges->count, look->top); i++) {
        const struct heat_range *range = &ranges->ranges[look->order[i]];
        fprintf(out,
                "%s\n    {\"from\": \"%016llx\", \"to\": \"%016llx\", \"rows\": %llu, "
                "\"reads\": %llu, \"writes\": %llu",
                i ? "," : "", (unsigned long long)range->from, (unsigned long long)range->to,
                (unsigned long long)range->rows, (unsigned long long)range->reads,
                (unsigned long long)range->writes);
        write_owners(look, range->owners, range->owner_count, out);
        fputc('}', out);
    }
    fputs("\n  ]\n", out);
}

void hot_print_json(const struct hot_look *look, FILE *out)
{
    const struct world_state *state = look->run->world.state;
    fputs("{\n  \"scenario\": ", out);
    write_json_string(out, look->run->scenario->name);
    fprintf(out, ",\n  \"seed\": %llu,\n  \"step\": %llu,\n  \"virtual_ns\": %llu,\n  \"node\": ",
            (unsigned long long)look->run->seed, (unsigned long long)state->step,
            (unsigned long long)state->now);
    write_name(look, look->node, out);
    fprintf(out, ",\n  \"capacity\": %u, \"replica_reads\": %llu, \"replica_writes\": %llu,\n"
                 "  \"keys\": [",
            look->keys.capacity, (unsigned long long)look->keys.reads,
            (unsigned long long)look->keys.writes);
    for (uint32_t i = 0; i < look->keys.count; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        write_key(look, &look->keys, &look->keys.keys[i], out);
    }
    fputs("\n  ],\n", out);
    write_nodes(look, out);
    write_ranges(look, out);
    fputs("}\n", out);
}
